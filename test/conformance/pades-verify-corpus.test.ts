/** The signed PDFs of the corpus: how many signatures and document time-stamps, which are intact, and that nothing passes which fails elsewhere. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { LEGACY_POLICY, type Report, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { CANNOT_OPEN, MAY_OPEN, type ManifestEntry, multiset, PASSWORDS, pdfManifest } from '../support/pades.ts'
import { describeWithCorpus } from '../support/tools.ts'

/** Of a file: `intact` of its signatures and of its document time-stamps, as multisets. */
interface Word {
  readonly signatures: readonly (boolean | null)[]
  readonly timestamps: readonly (boolean | null)[]
}

const word = (signatures: readonly (boolean | null)[], timestamps: readonly (boolean | null)[] = []): Word => ({
  signatures: multiset(signatures),
  timestamps: multiset(timestamps),
})

/** The corpus README, "Where the oracles differ": who is right. */
const README = new Map<string, Word>([
  ['dss/pkcs7_sha1.pdf', word([true, true])],
  ['dss/pdf-double-signer-info.pdf', word([false])],
  ['dss/pdf-eof.pdf', word([false])],
  ['dss/pades-tst-with-sig-type.pdf', word([true], [true])],
  ['dss/pades_with_orphan_ocsp_cert_refs.pdf', word([true], [true])],
  ['dss/pades-bes-no-certificates.pdf', word([null])],
  ['dss/dss-818/Signature-P-DE_CRY-2 (HASH_FAILURE).pdf', word([false])],
  ['dss/dss-1420/PAdES-BpB-att-SHA256-SHA3_224withRSA.pdf', word([false])],
  ['dss/Signature-P-HU_NET-2.pdf', word([false])],
  ...['signature-gap-too-big', 'weird-byterange', 'one-byterange', 'base', 'tail-uncovered'].map((name): [string, Word] => [
    `pyhanko/coverage-anomalies/${name}.pdf`,
    word([false]),
  ]),
])

/** A remaining disagreement with what is right: none. A row has to name file, what is right, what kyso says, and why. */
const DISAGREEMENTS: readonly (readonly [file: string, right: Word, kyso: Word, reason: string])[] = []

const MERGED = 'reads by searching for objects; the cross-reference is broken'
/** Where kyso and one of the oracles differ, and why kyso is not the one to change. */
const DIFFERENCES: readonly (readonly [file: string, oracle: 'dss' | 'pyhanko', reason: string])[] = [
  ['dss/pades-5-signatures-and-1-document-timestamp.pdf', 'dss', MERGED],
  ['dss/pades-bes-no-certificates.pdf', 'dss', 'says false where no certificate is at hand: it cannot be known'],
  ['dss/pades-bes-no-certificates.pdf', 'pyhanko', 'says false where no certificate is at hand: it cannot be known'],
  ['dss/pades-tst-with-sig-type.pdf', 'dss', 'does not list the time-stamp whose dictionary is of /Type /Sig'],
  ['dss/pades-tst-with-sig-type.pdf', 'pyhanko', 'takes the time-stamp of /Type /Sig for a signature it cannot read'],
  ['dss/pades_infinite_loop.pdf', 'dss', MERGED],
  ['dss/pades_with_orphan_ocsp_cert_refs.pdf', 'dss', 'does not list the time-stamp whose dictionary is of /Type /Sig'],
  ['dss/pades_with_orphan_ocsp_cert_refs.pdf', 'pyhanko', 'takes the time-stamp of /Type /Sig for a signature it cannot read'],
  ['dss/pdf-double-signer-info.pdf', 'dss', 'takes the first of two SignerInfos; ISO 32000-2 12.8.3.3.1 allows one'],
  ['dss/pdf-eof.pdf', 'pyhanko', 'hashes what is there of a range that ends beyond the file'],
  ['dss/pdf-signed-corrupted.pdf', 'dss', MERGED],
  ['dss/pkcs7_sha1.pdf', 'pyhanko', 'does not read adbe.pkcs7.sha1'],
  ['pyhanko/coverage-anomalies/base.pdf', 'dss', 'lists no signature without a readable CMS'],
  ['pyhanko/coverage-anomalies/one-byterange.pdf', 'dss', 'lists no signature with a /ByteRange of two numbers'],
  ['pyhanko/coverage-anomalies/one-byterange.pdf', 'pyhanko', 'leaves coverage out of intact'],
  ['pyhanko/coverage-anomalies/signature-gap-too-big.pdf', 'pyhanko', 'leaves coverage out of intact'],
  ['pyhanko/coverage-anomalies/tail-uncovered.pdf', 'dss', 'does not ask that the end of the revision be covered'],
  ['pyhanko/coverage-anomalies/tail-uncovered.pdf', 'pyhanko', 'leaves coverage out of intact'],
  ['pyhanko/coverage-anomalies/weird-byterange.pdf', 'pyhanko', 'leaves coverage out of intact'],
]

/** Files whose signatures all reach TOTAL-PASSED with what they carry; more may, as long as DSS says so too. */
const PASSES = [
  'dss/DSS-1983.pdf',
  'dss/Signature-P-HU_POL-3.pdf',
  'dss/doc-firmado.pdf',
  'dss/dss-1959/pades-revoc-removed-from-dss-dict.pdf',
  'dss/muestra-firmado-firmado.pdf',
  'dss/pades-enveloping-other-pdf.pdf',
  'dss/pades-ltv-with-reason.pdf',
  'pyhanko/pades-lta-dss-indirect-arrs-test.pdf',
]

/** DSS lists a document time-stamp under each signature it covers; two of one second under one signature are two. */
function dssTimestamps({ signatures = [], documentTimestamps = [] }: ManifestEntry['dss']): boolean[] {
  const known = new Map<string, boolean>(documentTimestamps.map(({ intact }, i) => [`alone ${i}`, intact]))
  for (const { timestamps } of signatures) {
    const seen = new Map<string, number>()
    for (const { type, time, intact } of timestamps) {
      if (type !== 'DOCUMENT_TIMESTAMP') continue
      const nth = seen.get(time) ?? 0
      seen.set(time, nth + 1)
      known.set(`${time} ${nth}`, intact)
    }
  }
  return [...known.values()]
}

/** What DSS says; undefined where it cannot read the file. */
function dssWord({ dss }: ManifestEntry): Word | undefined {
  return dss.signatures
    ? word(
        dss.signatures.map(({ intact }) => intact),
        dssTimestamps(dss),
      )
    : undefined
}

/** What pyHanko says; undefined where it cannot read the file. Its `intact` is the digest alone, and false of what it cannot read. */
function pyhankoWord({ pyhanko }: ManifestEntry): Word | undefined {
  if (!pyhanko?.signatures || pyhanko.error !== undefined) return undefined
  const of = (isDocTimestamp: boolean): boolean[] =>
    pyhanko.signatures?.filter((one) => one.isDocTimestamp === isDocTimestamp).map(({ intact, valid }) => intact && valid) ?? []
  return word(of(false), of(true))
}

const same = (a: Word, b: Word): boolean => JSON.stringify(a) === JSON.stringify(b)

describeWithCorpus('the signatures of the PDFs of the corpus', 'pdf', (folder) => {
  const manifest = pdfManifest()
  const files = manifest.map(({ file }) => file)
  const entries = new Map(manifest.map((entry) => [entry.file, entry]))
  const reports = new Map<string, Report>()
  const entryOf = (file: string): ManifestEntry => entries.get(file) as ManifestEntry
  const reportOf = (file: string): Report => reports.get(file) as Report
  const wordOf = ({ signatures, documentTimestamps }: Report): Word =>
    word(
      signatures.map(({ intact }) => intact),
      documentTimestamps.map(({ intact }) => intact),
    )

  beforeAll(async () => {
    for (const { file, anchors = [], dss } of manifest) {
      const password = PASSWORDS.get(file)?.owner
      const report = await verify(new Uint8Array(readFileSync(join(folder, file))), {
        trust: anchors.map((anchor) => trustAnchor(new Uint8Array(readFileSync(join(folder, '../anchors', anchor))))),
        policy: LEGACY_POLICY,
        ...(dss.signing ? { at: new Date(dss.signing.at) } : {}),
        ...(password === undefined ? {} : { password }),
      })
      reports.set(file, report)
    }
  })

  /** What is right by the oracles where they agree, by the README where it speaks; undefined where nobody knows. */
  function rightFor(file: string): Word | undefined {
    const said = README.get(file)
    if (said) return said
    const words = [dssWord(entryOf(file)), pyhankoWord(entryOf(file))].filter((one) => one !== undefined)
    const [first, second] = words
    return first && second && !same(first, second) ? undefined : first
  }

  it('has the files that are named here', () => {
    const mentioned = [...README.keys(), ...DISAGREEMENTS.map(([file]) => file), ...DIFFERENCES.map(([file]) => file), ...PASSES]
    expect(mentioned.filter((file) => !entries.has(file))).toEqual([])
    expect(manifest.filter(({ dss }) => (dss.signatures?.length ?? 0) > 0).length).toBeGreaterThanOrEqual(90)
  })

  it('is said to be right by somebody for every file that opens', () => {
    const unknown = files.filter((file) => !CANNOT_OPEN.has(file) && !PASSWORDS.has(file) && rightFor(file) === undefined)
    expect(unknown).toEqual([])
  })

  it.each(files.filter((file) => CANNOT_OPEN.has(file)))('%s is an error and no signature', (file) => {
    const { error, signatures, documentTimestamps, indication } = reportOf(file)
    expect(CANNOT_OPEN.get(file)).toContain(error?.code)
    expect({ signatures, documentTimestamps, indication }).toEqual({ signatures: [], documentTimestamps: [], indication: 'INDETERMINATE' })
  })

  it.each(files.filter((file) => !CANNOT_OPEN.has(file)))('%s', (file) => {
    const report = reportOf(file)
    if (report.error && MAY_OPEN.has(file)) return expect(report.error.code).toMatch(/^ERR_PDF_/)
    expect(report.error).toBeUndefined()
    // The encrypted files were read by no oracle; none of them is signed.
    const right = rightFor(file) ?? word([])
    const known = DISAGREEMENTS.find(([name]) => name === file)
    if (!known) return expect(wordOf(report)).toEqual(right)
    expect(known[1]).toEqual(right)
    expect(wordOf(report)).toEqual(known[2])
    expect(wordOf(report)).not.toEqual(right)
  })

  it('differs from each oracle where the table says so and nowhere else', () => {
    const differing = files.flatMap((file) => {
      const ours = wordOf(reportOf(file))
      const theirs = [
        ['dss', dssWord(entryOf(file))],
        ['pyhanko', pyhankoWord(entryOf(file))],
      ] as const
      return theirs.flatMap(([oracle, said]) => (said && !same(said, ours) ? [`${file} ${oracle}`] : []))
    })
    expect(multiset(differing)).toEqual(multiset(DIFFERENCES.map(([file, oracle]) => `${file} ${oracle}`)))
  })

  describe('indications, one hour after the newest time in the file', () => {
    const judged = manifest.filter(({ dss }) => dss.signing)
    const count = (list: readonly { readonly indication: string }[], indication: string): number => list.filter((one) => one.indication === indication).length

    it.each(judged.map(({ file }) => file))('%s passes only where DSS lets it pass', (file) => {
      const { signatures } = reportOf(file)
      const theirs = entryOf(file).dss.signing?.signatures ?? []
      expect(count(signatures, 'TOTAL-PASSED')).toBeLessThanOrEqual(count(theirs, 'TOTAL_PASSED'))
      if (signatures.length > 0) expect(signatures.length - count(signatures, 'TOTAL-PASSED')).toBeGreaterThanOrEqual(count(theirs, 'TOTAL_FAILED'))
      for (const { intact, indication } of signatures) if (intact !== true) expect(indication).not.toBe('TOTAL-PASSED')
    })

    it('passes where the file carries all that is needed', () => {
      expect(PASSES.map((file) => [file, reportOf(file).indication])).toEqual(PASSES.map((file) => [file, 'TOTAL-PASSED']))
    })
  })
})
