/** The XML files of the corpus: how many signatures, which are intact, of which level, and that nothing passes which fails elsewhere. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { LEGACY_POLICY, type Report, type SignatureReport, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { multiset } from '../support/pades.ts'
import { corpus, describeWithCorpus } from '../support/tools.ts'

interface ManifestEntry {
  readonly file: string
  readonly anchors?: readonly string[]
  readonly dss: {
    readonly error?: string
    readonly signatures?: readonly {
      readonly level: string
      readonly intact: boolean
      readonly counterSignature?: boolean
      readonly references: readonly { readonly type: string; readonly uri?: string; readonly found: boolean; readonly intact: boolean }[]
      readonly timestamps: readonly { readonly type: string; readonly intact: boolean }[]
    }[]
    readonly signing?: { readonly at: string; readonly signatures: readonly { readonly indication: string }[] }
  }
}

const path = corpus('xml/manifest.json')
const manifest: readonly ManifestEntry[] = path ? (JSON.parse(readFileSync(path, 'utf8')) as ManifestEntry[]) : []

type Intact = boolean | null
type DssSignature = NonNullable<ManifestEntry['dss']['signatures']>[number]

/** The corpus README: `intact` cannot be known where a reference leads to outside content that is not there; all else has to hold. */
function rightFor({ intact, references: all }: DssSignature): Intact {
  // What a manifest lists is no reference of the signature (XML-DSig 1.1 §5.1).
  const references = all.filter(({ type }) => type !== 'MANIFEST_ENTRY')
  const outside = references.filter(({ uri, found }) => !found && !uri?.startsWith('#'))
  if (outside.length === 0) return intact
  return references.every((one) => outside.includes(one) || one.intact) ? null : false
}

/** Files that DSS does not open, and what is right: none of them is a yes. */
const UNREAD: ReadonlyMap<string, { readonly error: string } | { readonly intact: readonly Intact[] }> = new Map([
  ['malformed-xades.xml', { error: 'ERR_FORMAT_UNKNOWN' }],
  ['xades-with-dtd-injection.xml', { error: 'ERR_XML_ENTITY' }],
  // An object identifier of a curve for a signature method: the signature is there, its algorithm is none.
  ['xades-unsupported-signature-algorithm.xml', { intact: [null] }],
])

/** Where the references leave it open, and it is false. */
const BROKEN: ReadonlyMap<string, string> = new Map([
  ['xades-detached-with-object-type-ref.xml', 'a Type was written into SignedInfo after signing: the value does not hold, whatever the content is'],
])

const SHA1 = 'SHA-1, which the legacy policy allows and the policy of DSS does not'
/** Files with a signature that passes here by the legacy policy and not in DSS. */
const PASSES_BEYOND: ReadonlyMap<string, string> = new Map([
  ['Signature-X-ES-100.xml', SHA1],
  ['Signature-X-ES-103.xml', SHA1],
  ['dss1788/XAdESPublicKeyInKeyInfo.xml', SHA1],
  ['dss1788/dss1920-cert-in-certValues-without-publicKey.xml', SHA1],
  ['qes-xades111-filter2.xml', 'XAdES 1.1.1, whose properties are referred to by a filter: DSS finds them but not their reference'],
])

/** Not signed, and in an encoding that is refused by name. */
const REFUSED: ReadonlyMap<string, string> = new Map([['sample-latin1.xml', 'ERR_XML_ENCODING']])

const NO_REVOCATION = 'DSS says LT or LTA only where revocation information for every certificate of its chain is inside; kyso names levels by structure'
const SIGNED = 'DSS reads properties that no reference covers, or an element that is no signature'
/** Where the name of the level is another one, and why. */
const OTHER_LEVELS: ReadonlyMap<string, string> = new Map([
  ['BaselineBWithCertificateValues.xml', 'CertificateValues without a time-stamp: no baseline, as DSS says of xades-level-b-with-certvals.xml'],
  ['dss-2506.xml', 'DSS finds no certificate in it; the reference does not hold'],
  ['dss-signed-altered-signedPropsRemoved.xml', SIGNED],
  ['xades-not-base64-sigValue.xml', SIGNED],
  ['dss2517/xades-invalid-mime-type.xml', 'DSS holds the MIME type against the content'],
  ['xades-counter-signature-no-type-invalid.xml', 'DSS wants PSS parameters at the baseline'],
  ['dss1987/data2sign-signed-xades-enveloped-baseline-lta.xml', NO_REVOCATION],
  ['dss2011/xades-lta-detached.xml', NO_REVOCATION],
  ['evidence-record/Signature-X-LTA-5b5edd31-344d-4d66-8e95-79f9acaab566.xml', NO_REVOCATION],
  ['evidence-record/X-B-B-DETACHED-1-extended-xades-baseline-lt.xml', NO_REVOCATION],
  ['evidence-record/X-E-ERS-DETACHED-LT-chain-renewal.xml', NO_REVOCATION],
  ['evidence-record/X-E-ERS-DETACHED-LT-data-not-covered-chain-renewal-invalid.xml', NO_REVOCATION],
  ['evidence-record/X-E-ERS-DETACHED-LT-data-not-covered-chain-renewal.xml', NO_REVOCATION],
  ['evidence-record/X-E-ERS-DETACHED-LT-data-not-covered.xml', NO_REVOCATION],
  ['evidence-record/X-E-ERS-with-counter-sig.xml', NO_REVOCATION],
  ['evidence-record/incorporation/X-B-LT-two-sigs.xml', NO_REVOCATION],
  ['sig_bundle.signed_detached.xml', NO_REVOCATION],
  ['xades-500-references.xml', NO_REVOCATION],
  ['xades-900-references.xml', NO_REVOCATION],
  ['xades-counter-sig-copied-sigtst.xml', NO_REVOCATION],
])

/** Time-stamps over what is put together where signatures are kept for long stay open; these are over content that is not at hand. */
const OPEN_TIMESTAMPS: ReadonlySet<string> = new Set(['xades-detached-with-object-type-ref.xml'])

const KINDS: ReadonlyMap<string, string> = new Map([
  ['SIGNATURE_TIMESTAMP', 'signature'],
  ['ALL_DATA_OBJECTS_TIMESTAMP', 'content'],
  ['INDIVIDUAL_DATA_OBJECTS_TIMESTAMP', 'content'],
])

describeWithCorpus('the signatures of the XML files of the corpus', 'xml', (folder) => {
  const files = manifest.map(({ file }) => file)
  const entries = new Map(manifest.map((entry) => [entry.file, entry]))
  const reports = new Map<string, Report>()
  const entryOf = (file: string): ManifestEntry => entries.get(file) as ManifestEntry
  const reportOf = (file: string): Report => reports.get(file) as Report
  const signed = manifest.filter(({ dss }) => (dss.signatures?.length ?? 0) > 0).map(({ file }) => file)
  const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))

  beforeAll(async () => {
    for (const { file, anchors = [], dss } of manifest) {
      const trust = anchors.map((anchor) => trustAnchor(new Uint8Array(readFileSync(join(folder, '../anchors', anchor)))))
      reports.set(file, await verify(bytesOf(file), { trust, policy: LEGACY_POLICY, ...(dss.signing ? { at: new Date(dss.signing.at) } : {}) }))
    }
  })

  it('has the files that are named here', () => {
    expect(
      [...UNREAD.keys(), ...REFUSED.keys(), ...OTHER_LEVELS.keys(), ...OPEN_TIMESTAMPS, ...BROKEN.keys(), ...PASSES_BEYOND.keys()].filter(
        (file) => !entries.has(file),
      ),
    ).toEqual([])
    expect(files).toHaveLength(115)
    expect(signed.length).toBeGreaterThanOrEqual(85)
  })

  it.each(files)('%s: the signatures and which are intact', (file) => {
    const { error, signatures, format } = reportOf(file)
    const unread = UNREAD.get(file)
    const refused = REFUSED.get(file) ?? (unread && 'error' in unread ? unread.error : undefined)
    expect(error?.code).toBe(refused)
    expect(format).toBe(refused === 'ERR_FORMAT_UNKNOWN' ? null : 'xml')
    const right = unread && 'intact' in unread ? unread.intact : (entryOf(file).dss.signatures ?? []).map((one) => (BROKEN.has(file) ? false : rightFor(one)))
    expect(multiset(signatures.map(({ intact }) => intact))).toEqual(multiset(right))
  })

  it.each(signed)('%s: which counter-sign another, and that those who do not are told', (file) => {
    const { signatures } = reportOf(file)
    const theirs = (entryOf(file).dss.signatures ?? []).filter(({ counterSignature }) => counterSignature)
    expect(multiset(signatures.filter(({ parent }) => parent !== undefined).map(({ intact }) => intact))).toEqual(multiset(theirs.map(rightFor)))
    const fake = theirs.some(({ references }) => references.some(({ type, intact }) => type === 'COUNTER_SIGNED_SIGNATURE_VALUE' && !intact))
    const told = signatures.flatMap(({ messages }) => messages.map(({ code }) => code))
    if (fake) expect(told.some((code) => code === 'countersignedMissing' || code === 'documentChanged')).toBe(true)
    else expect(told).not.toContain('countersignedMissing')
  })

  it('names levels as DSS does, but for those explained above', () => {
    const other = signed.filter((file) => {
      const theirs = (entryOf(file).dss.signatures ?? []).map(({ level }) => level)
      return JSON.stringify(multiset(theirs)) !== JSON.stringify(multiset(reportOf(file).signatures.map(({ level }) => level)))
    })
    expect(multiset(other)).toEqual(multiset([...OTHER_LEVELS.keys()]))
  })

  it.each(signed.filter((file) => !OPEN_TIMESTAMPS.has(file)))('%s: its time-stamps', (file) => {
    const words = (list: readonly { readonly kind: string; readonly intact: Intact }[]): string[] =>
      multiset(list.map(({ kind, intact }) => (kind === 'archive' ? kind : `${kind} ${intact}`)))
    const ours = reportOf(file).signatures.flatMap(({ timestamps }) => timestamps.map(({ type, intact }) => ({ kind: type, intact })))
    const theirs = (entryOf(file).dss.signatures ?? []).flatMap(({ timestamps }) =>
      timestamps.map(({ type, intact }) => ({ kind: KINDS.get(type) ?? 'archive', intact })),
    )
    expect(words(ours)).toEqual(words(theirs))
    for (const { kind, intact } of ours) if (kind === 'archive') expect(intact).not.toBe(true)
  })

  describe('indications, one hour after the newest time in the file', () => {
    const count = (list: readonly { readonly indication: string }[], indication: string): number => list.filter((one) => one.indication === indication).length

    it.each(signed)('%s passes only where DSS lets it pass', (file) => {
      const { signatures } = reportOf(file)
      const theirs = entryOf(file).dss.signing?.signatures ?? []
      const [ours, allowed] = [count(signatures, 'TOTAL-PASSED'), count(theirs, 'TOTAL_PASSED')]
      if (PASSES_BEYOND.has(file)) expect(ours).toBeGreaterThan(allowed)
      else expect(ours).toBeLessThanOrEqual(allowed)
      expect(signatures.length - count(signatures, 'TOTAL-PASSED')).toBeGreaterThanOrEqual(count(theirs, 'TOTAL_FAILED'))
      for (const { intact, indication, coverage } of signatures) {
        if (intact !== true) expect(indication).not.toBe('TOTAL-PASSED')
        if (intact === false) expect(indication).toBe('TOTAL-FAILED')
        for (const { elements, ranges, result } of coverage.references ?? []) if (result !== 'passed') expect([elements, ranges]).toEqual([[], []])
      }
    })

    it.each(signed.filter((file) => (entryOf(file).dss.signatures ?? []).map(rightFor).includes(null) && !BROKEN.has(file)))(
      '%s asks for what was signed',
      (file) => {
        const open = reportOf(file).signatures.filter(({ intact }) => intact === null)
        for (const { indication, subIndication } of open) expect([indication, subIndication]).toEqual(['INDETERMINATE', 'SIGNED_DATA_NOT_FOUND'])
      },
    )
  })

  it('lets none of those pass that are signed with SHA-1, by the policy that is the default', async () => {
    for (const [file, reason] of PASSES_BEYOND) {
      if (reason !== SHA1) continue
      const { anchors = [], dss } = entryOf(file)
      const trust = anchors.map((anchor) => trustAnchor(new Uint8Array(readFileSync(join(folder, '../anchors', anchor)))))
      const { indication } = await verify(bytesOf(file), { trust, ...(dss.signing ? { at: new Date(dss.signing.at) } : {}) })
      expect([file, indication]).not.toEqual([file, 'TOTAL-PASSED'])
    }
  })

  it('does not read properties that were put in the place of the signed ones', () => {
    const [signature] = reportOf('xsw/XSW-enveloped-fake-signedProperties.xml').signatures as [SignatureReport]
    expect(signature).toMatchObject({ intact: false, indication: 'TOTAL-FAILED', signingTime: null })
    expect(signature.messages.map(({ code }) => code)).toContain('propertiesElsewhere')
    expect(reportOf('xsw/original.xml').signatures).toMatchObject([{ intact: true, coverage: { wholeFile: true } }])
  })

  it('finds a reference to content outside by its name', async () => {
    const file = 'dss2011/xades-detached.xml'
    const at = new Date(entryOf(file).dss.signing?.at ?? 0)
    const [wrong] = (await verify(bytesOf(file), { at, detached: [{ name: 'sample.xml', content: bytesOf('sample-with-id.xml') }] })).signatures
    expect(wrong).toMatchObject({ intact: false, indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' })
    const [other] = (await verify(bytesOf(file), { at, detached: ['a', 'b'].map((name) => ({ name, content: bytesOf('sample-with-id.xml') })) })).signatures
    expect(other).toMatchObject({ intact: null, subIndication: 'SIGNED_DATA_NOT_FOUND' })
  })
})
