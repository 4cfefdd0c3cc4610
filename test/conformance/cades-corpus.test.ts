/** The CMS files of the corpus: how many signatures, which are intact, what their levels are called, and that nothing passes which fails elsewhere. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cmsFormat } from '../../src/cades/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { multiset } from '../support/pades.ts'
import { describeWithCorpus } from '../support/tools.ts'

interface ManifestSignature {
  readonly level: string
  readonly intact: boolean
  readonly references: readonly { readonly found: boolean }[]
}

interface ManifestEntry {
  readonly file: string
  readonly anchors?: readonly string[]
  readonly dss: {
    readonly error?: string
    readonly signatures?: readonly ManifestSignature[]
    readonly signing?: { readonly at: string; readonly signatures: readonly { readonly indication: string }[] }
  }
}

/** Files that are no CMS: a PDF that another file is over, one whose first byte is damaged, and the text of a policy. */
const NOT_CMS: ReadonlyMap<string, string> = new Map([
  ['dss-1188/Test.bin', 'ERR_FORMAT_UNKNOWN'],
  ['malformed-cades.p7m', 'ERR_FORMAT_UNKNOWN'],
  ['signature-policy.der', 'ERR_FORMAT_UNKNOWN'],
])

/** Where DSS's word on `intact` is not taken, what is right, and why. Detached content that is not at hand is no entry: there it is null by the README. */
const RIGHT: ReadonlyMap<string, { readonly intact: readonly (boolean | null)[]; readonly reason: string }> = new Map([
  ['evidence-record/C-B-B-basic-der.p7m', { intact: [true], reason: 'README: DSS compares the PSS parameters of the signed copy bytewise; they say the same' }],
  ['cms-no-sign-cert.p7m', { intact: [null], reason: 'no certificate is at hand: the value cannot be checked' }],
  [
    'dss-646/CAdES_A_DETACHED.csig',
    { intact: [false], reason: 'the value is over attributes in another order than DER (RFC 5652 5.4), whatever the content is' },
  ],
])

const INCOMPLETE = 'DSS asks that revocation information is carried for every certificate of the chains; here the level is the structure’s'
const VALUES = 'DSS names the form before the values, which it does not find complete; here the level is the structure’s'
/** Where DSS names a level otherwise, and why. */
const LEVELS: ReadonlyMap<string, { readonly ours: readonly string[]; readonly reason: string }> = new Map(
  (
    [
      ['cades_signeddata_extended_after_lta.p7m', ['CAdES-BASELINE-LTA'], INCOMPLETE],
      ['cms-wrong-sign-cert-hash-algo.pkcs7', ['CAdES-BASELINE-B'], 'DSS wants SHA-1 in the first version of the attribute and another digest in the second'],
      ['dss-1344/screenshot.png.signed_qes_detached.p7s', ['CAdES-A'], VALUES],
      ['dss-1469/cadesLTAwithATv2expired.p7s', ['CAdES-A'], VALUES],
      ['dss-646/CAdES_A_DETACHED.csig', ['CAdES-A'], VALUES],
      ['dss-916/test.txt.signed.qes.attached.p7s', ['CAdES-A'], VALUES],
      ['dss-916/test.txt.signed.qes.detached.p7s', ['CAdES-A'], VALUES],
      ['dss-916/test.txt.signed_Certipost-2048.detached.old.p7s', ['CAdES-A'], VALUES],
      ['dss2059.p7s', ['CAdES-A'], VALUES],
      ['evidence-record/Double-C-E-ERS-detached_hashtree_renewal.p7m', ['CAdES-BASELINE-LT', 'CAdES-ERS'], INCOMPLETE],
      ['evidence-record/Signature-C-LTA-d233a2d9-a257-40dc-bcdb-bf4516b6d1da.p7m', ['CAdES-BASELINE-LTA'], INCOMPLETE],
    ] as const
  ).map(([file, ours, reason]) => [file, { ours, reason }]),
)

const legible = ({ signatures }: Report): (boolean | null)[] => multiset(signatures.map(({ intact }) => intact))

describeWithCorpus('the CMS files of the corpus', 'cms', (folder) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ManifestEntry[]
  const entries = new Map(manifest.map((entry) => [entry.file, entry]))
  const reports = new Map<string, Report>()
  const reportOf = (file: string): Report => reports.get(file) as Report
  const signaturesOf = (file: string): readonly ManifestSignature[] => entries.get(file)?.dss.signatures ?? []
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))

  beforeAll(async () => {
    for (const { file, anchors = [], dss } of manifest) {
      const report = await verify(read(file), {
        formats: [cmsFormat],
        trust: anchors.map((anchor) => trustAnchor(new Uint8Array(readFileSync(join(folder, '../anchors', anchor))))),
        ...(dss.signing ? { at: new Date(dss.signing.at) } : {}),
      })
      reports.set(file, report)
    }
  })

  it('has the files that are named here', () => {
    expect(manifest).toHaveLength(52)
    expect([...NOT_CMS.keys(), ...RIGHT.keys(), ...LEVELS.keys()].filter((file) => !entries.has(file))).toEqual([])
  })

  it.each([...NOT_CMS])('%s is no CMS', (file, code) => {
    expect(reportOf(file)).toMatchObject({ error: { code }, signatures: [], indication: 'INDETERMINATE' })
    expect(signaturesOf(file)).toEqual([])
  })

  describe('number of signatures and intact', () => {
    it.each(manifest.map(({ file }) => file).filter((file) => !NOT_CMS.has(file)))('%s', (file) => {
      expect(reportOf(file).error).toBeUndefined()
      const found = signaturesOf(file).map(({ intact, references }) => (references.some((one) => !one.found) ? null : intact))
      const said = RIGHT.get(file)
      // A row has to be needed: what DSS says is not what is right there.
      if (said) expect(multiset(found)).not.toEqual(multiset(said.intact))
      expect(legible(reportOf(file))).toEqual(multiset(said?.intact ?? found))
    })
  })

  it('a signature whose content is at hand after all is told by it', async () => {
    const report = await verify(read('dss-1188/Test.bin.sig'), { detached: [{ content: read('dss-1188/Test.bin') }] })
    expect(report.signatures.map(({ intact }) => intact)).toEqual([true])
  })

  it('the token is a time-stamp over something that is not at hand', () => {
    expect(reportOf('d-trust.tsr')).toMatchObject({
      signatures: [],
      documentTimestamps: [{ type: 'document', intact: null, time: '2018-05-23T13:18:29.000Z' }],
    })
  })

  it('levels are named as DSS names them, where the table does not say otherwise', () => {
    const differing = manifest.flatMap(({ file, dss }) => {
      const ours = multiset(reportOf(file).signatures.map(({ level }) => level))
      const theirs = multiset((dss.signatures ?? []).map(({ level }) => level))
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [[file, ours]]
    })
    expect(differing).toEqual(manifest.flatMap(({ file }) => (LEVELS.has(file) ? [[file, LEVELS.get(file)?.ours]] : [])))
  })

  describe('indications, one hour after the newest time in the file', () => {
    const judged = manifest.filter(({ file, dss }) => dss.signing && !NOT_CMS.has(file))
    const count = (list: readonly { readonly indication: string }[], indication: string): number => list.filter((one) => one.indication === indication).length

    it.each(judged.map(({ file }) => file))('%s passes only where DSS lets it pass', (file) => {
      const { signatures } = reportOf(file)
      const theirs = entries.get(file)?.dss.signing?.signatures ?? []
      expect(count(signatures, 'TOTAL-PASSED')).toBeLessThanOrEqual(count(theirs, 'TOTAL_PASSED'))
      for (const { intact, indication } of signatures) if (intact !== true) expect(indication).not.toBe('TOTAL-PASSED')
    })
  })
})
