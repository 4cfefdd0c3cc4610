import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { coverageOf } from '../../src/pades/coverage.ts'
import { signatureFields } from '../../src/pades/fields.ts'
import { isExplained } from '../../src/pades/later-changes/finding.ts'
import { laterChanges } from '../../src/pades/later-changes.ts'
import { openPdf, type PdfDocument } from '../../src/pdf/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

type Verdict = 'intact-unchanged' | 'intact-allowed' | 'modified-forbidden' | 'broken'

interface RevisionCase {
  readonly file: string
  readonly id: string
  readonly expected: Verdict
  readonly each: readonly { readonly field: string; readonly revisionEnd: number; readonly expected: Verdict; readonly also?: readonly Verdict[] }[]
}

describeWithCorpus('later changes: the set of revisions', 'revisions', (folder) => {
  const { cases } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { cases: readonly RevisionCase[] }
  const verdicts = async function* () {
    for (const one of cases) {
      const document = await openPdf(readFileSync(`${folder}/${one.file}`))
      for (const signature of one.each) {
        const revision = document.revisions.findIndex(({ end, endWithEol }) => end === signature.revisionEnd || endWithEol === signature.revisionEnd)
        yield { ...signature, id: one.id, changes: laterChanges(document, revision) }
      }
    }
  }

  it('explains no forbidden change', async () => {
    const wrong: string[] = []
    let forbidden = 0
    for await (const { id, field, expected, changes } of verdicts()) {
      if (expected !== 'modified-forbidden') continue
      forbidden++
      if (changes.kind !== 'unexplained') wrong.push(`${id} ${field}: ${changes.kind}`)
      expect(
        changes.changes.filter((change) => isExplained(change)),
        id,
      ).toEqual([])
    }
    expect(forbidden).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })

  it('explains what is permitted', async () => {
    const refused = new Set<string>()
    let permitted = 0
    for await (const { id, expected, changes } of verdicts()) {
      if (!expected.startsWith('intact')) continue
      permitted++
      if (changes.kind === 'unexplained') refused.add(id)
    }
    expect(permitted).toBeGreaterThan(70)
    // Readers told to draw all fields anew draw them without what a seal or another look showed; the set allows this verdict too.
    expect([...refused]).toEqual(['needappearances-with-fill-p2'])
  })
})

interface PdfEntry {
  readonly file: string
  readonly dss?: {
    readonly signatures?: readonly {
      readonly pdf?: {
        readonly modified?: boolean
        readonly objectsModified?: boolean
        readonly annotationChanges?: number
        readonly undefinedChanges?: number
      } | null
    }[]
  }
  readonly pyhanko?: { readonly signatures?: readonly { readonly field: string; readonly modification: string }[] }
}

/** The update leads the trailer to another catalog, which is not looked into. */
const OTHER_CATALOG = ['dss/pades-ocsp-sign-cert.pdf']

describeWithCorpus('later changes: signed files of EU DSS and pyHanko', 'pdf', (folder) => {
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as readonly PdfEntry[]
  const open = async (file: string): Promise<PdfDocument | null> => openPdf(readFileSync(`${folder}/${file}`)).catch(() => null)

  it('explains further signatures and long-term updates', async () => {
    const refused: string[] = []
    let compared = 0
    for (const { file, dss, pyhanko } of manifest) {
      const seen = (dss?.signatures ?? []).map(({ pdf }) => pdf)
      const harmless = seen.length > 0 && seen.every((pdf) => pdf && !pdf.modified && pdf.annotationChanges === 0 && pdf.undefinedChanges === 0)
      const document = harmless ? await open(file) : null
      if (!document) continue
      for (const field of signatureFields(document, document.budget)) {
        if (!field.value) continue
        const { revision } = coverageOf(document, field.value, field.valueRef ?? field.ref)
        const { modification } = pyhanko?.signatures?.find((signature) => signature.field === field.name) ?? { modification: '' }
        const changes = laterChanges(document, revision)
        if (modification === 'NONE') expect(changes, file).toEqual({ kind: 'none', changes: [] })
        if (modification !== 'FORM_FILLING' && modification !== 'LTA_UPDATES') continue
        compared++
        if (changes.kind !== 'explained') refused.push(file)
        else expect(changes.changes.length, file).toBeGreaterThan(0)
      }
    }
    expect(compared).toBeGreaterThan(30)
    expect(refused).toEqual(OTHER_CATALOG)
  })

  it('does not explain what EU DSS cannot', async () => {
    const explained: string[] = []
    let compared = 0
    for (const { file, dss } of manifest) {
      if (!dss?.signatures?.some(({ pdf }) => (pdf?.undefinedChanges ?? 0) + (pdf?.annotationChanges ?? 0) > 0)) continue
      const document = await open(file)
      if (!document) continue
      compared++
      const kinds = signatureFields(document, document.budget).map(({ value, valueRef, ref }) =>
        value ? laterChanges(document, coverageOf(document, value, valueRef ?? ref).revision).kind : 'none',
      )
      if (!kinds.includes('unexplained')) explained.push(file)
    }
    expect(compared).toBeGreaterThan(4)
    expect(explained).toEqual([])
  })
})
