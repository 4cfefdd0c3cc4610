/**
 * What signatures bring into a PDF/A keeps it one, so veraPDF finds: fonts with all letters of Vietnamese, a seal where nothing
 * says how to blend, fields that show nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { type Appearance, textAppearance } from '../../src/pades/appearance/index.ts'
import { addPdfFields, revisionsOf, signPdf, timestampPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { LETTERS, sealLook } from '../support/looks.ts'
import type { PageGeometry } from '../support/pages.ts'
import { archivePdf } from '../support/pdfa.ts'
import { temporaryFolder } from '../support/tools.ts'
import { closeVerapdf, describeWithVerapdf, type Flavour, nonconformities } from '../support/verapdf.ts'

const FACES = ['DejaVuSans', 'DejaVuSans-BoldOblique', 'DejaVuSansCondensed', 'DejaVuSerif', 'DejaVuSerif-Italic', 'DejaVuSerifCondensed-Bold'] as const
const PAGE: PageGeometry = { mediaBox: [0, 0, 420, 595] }

function fontFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../node_modules/dejavu-fonts-ttf/ttf/${name}.ttf`, import.meta.url))))
}

describeWithVerapdf('appearances in a PDF/A', () => {
  const folder = temporaryFolder()
  let lab: Lab
  let signer: LabIdentity['signer']
  beforeAll(async () => {
    lab = await Lab.create()
    signer = (await lab.issue()).signer
  })
  afterAll(closeVerapdf)

  async function failures(pdf: Uint8Array, flavour: Flavour, appearance: Appearance): Promise<string[]> {
    const path = join(folder, 'signed.pdf')
    const placement = { page: 1, rectangle: [20, 20, 380, 400] } as const
    writeFileSync(path, await signPdf(pdf, { signer, reason: 'Phê duyệt', visible: { appearance, placement } }))
    return nonconformities(path, flavour)
  }

  it.each(FACES.flatMap((face) => (['1a', '2u'] as const).map((flavour) => [face, flavour] as const)))('%s in %s', async (face, flavour) => {
    const appearance = textAppearance({ text: LETTERS.join('\n'), font: fontFile(face), size: 20 })
    expect(await failures(archivePdf(flavour, PAGE), flavour, appearance)).toEqual([])
  })

  it.each(['1a', '1b', '2a', '2b', '3b'] as const)('fields that are not seen, signatures and time-stamps among them, in %s', async (flavour) => {
    const sources = { timestamp: lab.tsa.source }
    const path = join(folder, 'stamped.pdf')
    const prepared = await addPdfFields(archivePdf(flavour, PAGE), [{ type: 'signature', name: 'Giám đốc' }])
    let pdf = await timestampPdf(prepared, { sources })
    for (const field of ['Giám đốc', 'Văn thư']) pdf = await signPdf(pdf, { signer, level: 'B-T', sources, field })
    pdf = await timestampPdf(pdf, { sources })
    writeFileSync(path, pdf)
    expect((await revisionsOf(pdf)).flatMap(({ signedBy = [] }) => signedBy)).toHaveLength(4)
    expect(await nonconformities(path, flavour)).toEqual([])
  })

  it.each(['1b', '2b'] as const)('empty fields that come after a signature, in %s', async (flavour) => {
    const path = join(folder, 'grown.pdf')
    const signed = await signPdf(archivePdf(flavour, PAGE), { signer })
    const placement = { page: 1, rectangle: [20, 20, 80, 40] } as const
    const grown = await addPdfFields(signed, [
      { type: 'signature', name: 'Giám đốc', placement },
      { type: 'signature', name: 'Văn thư' },
    ])
    writeFileSync(path, grown)
    expect(await nonconformities(path, flavour)).toEqual([])
    const report = await verify(grown, { trust: [trustAnchor(lab.root.certificate)], crls: [await lab.crl(lab.root), await lab.crl()] })
    expect(report.signatures).toMatchObject([{ indication: 'TOTAL-PASSED', modifications: { kind: 'explained' } }])
  })

  it.each(['2b', '3b'] as const)('a seal in a %s without output intent has hard edges', async (flavour) => {
    const bare = latin1(fromLatin1(archivePdf(flavour, PAGE)).replace('/OutputIntents[', '/OutputNothing['))
    const path = join(folder, 'bare.pdf')
    writeFileSync(path, bare)
    // The page itself has colours that want the intent; what is new adds no fault to that.
    const before = (await nonconformities(path, flavour)).map(ruleOf)
    expect(before).toEqual(['6.2.4.3 test 2', '6.2.4.3 test 4'])
    expect((await failures(bare, flavour, sealLook())).map(ruleOf)).toEqual(before)
    const soft: Appearance = { draw: ({ width, height }) => sealLook().draw({ width, height, pdfa: { part: 2, conformance: 'B' } }) }
    expect((await failures(bare, flavour, soft)).map(ruleOf)).toContain('6.2.10 test 2')
  })

  it('and a seal that is half transparent where there is one', async () => {
    expect(await failures(archivePdf('2b', PAGE), '2b', sealLook())).toEqual([])
  })
})

/** `6.2.10 test 2` of a line. */
function ruleOf(line: string): string {
  return line.slice(0, line.indexOf(':'))
}
