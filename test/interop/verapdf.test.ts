/** The pages that are signed as PDF/A conform before anything is done to them, to their flavour and to no other; so veraPDF looks. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { qpdfCheck } from '../support/pades.ts'
import { type FileForm, type PageGeometry, pageFixtures } from '../support/pages.ts'
import { archivePdf } from '../support/pdfa.ts'
import { describeWithCorpus, describeWithTools, temporaryFolder } from '../support/tools.ts'
import { closeVerapdf, describeWithVerapdf, type Flavour, nonconformities } from '../support/verapdf.ts'

const FLAVOURS: readonly Flavour[] = ['1a', '1b', '2a', '2b', '2u', '3a', '3b', '3u', 'ua1']
const PAGE: PageGeometry = { mediaBox: [0, 0, 300, 420] }

describeWithVerapdf('veraPDF', () => {
  const folder = temporaryFolder()
  afterAll(closeVerapdf)

  async function failures(pdf: Uint8Array, flavour: Flavour): Promise<string[]> {
    const path = join(folder, 'asked.pdf')
    writeFileSync(path, pdf)
    return nonconformities(path, flavour)
  }

  describe.each(FLAVOURS)('%s', (flavour) => {
    const forms: readonly FileForm[] = flavour.startsWith('1') ? ['table'] : ['table', 'xref-stream', 'object-streams']

    it.each(forms)('conforms as %s', async (form) => {
      expect(await failures(archivePdf(flavour, PAGE, form), flavour)).toEqual([])
    })

    it('does not without what it says of itself', async () => {
      const silent = latin1(fromLatin1(archivePdf(flavour, PAGE)).replace(/<pdf(ua|a)id:part>./, '<pdf$1id:part>9'))
      expect((await failures(silent, flavour)).join('\n')).toMatch(/^(6\.7\.11|6\.6\.4|5) test/)
    })
  })

  it('a page without output intent has no device colours', async () => {
    const [failure = ''] = await failures(latin1(fromLatin1(archivePdf('2b', PAGE)).replace('/OutputIntents[', '/OutputNothing[')), '2b')
    expect(failure).toMatch(/^6\.2\.4\.3 test 2: /)
  })

  it('tells what it cannot read', async () => {
    expect(await failures(latin1('%PDF-1.4\nnothing'), '1b')).toEqual([expect.stringMatching(/^not read: /)])
    expect(await nonconformities(join(folder, 'no such file.pdf'), '1b')).toEqual([expect.stringMatching(/^not read: /)])
  })

  describeWithCorpus('a file of the corpus', 'pdf/dss/not_signed_pdfa.pdf', (path) => {
    it('conforms to 1b, and not to 2b', async () => {
      expect(await nonconformities(path, '1b')).toEqual([])
      expect(await nonconformities(path, '2b')).toEqual([expect.stringMatching(/^6\.6\.4 test 2: /)])
    })
  })
})

describeWithTools('the pages that are signed', ['qpdf'], () => {
  const folder = temporaryFolder()

  it.each(pageFixtures().map((fixture) => [fixture.name, fixture] as const))('%s is whole to qpdf', async (name, { pdf }) => {
    const path = join(folder, `${name}.pdf`)
    writeFileSync(path, pdf)
    expect(await qpdfCheck(path)).toEqual({ rank: 0, kinds: new Set() })
  })
})
