/** Format checking and cryptographic verification (EN 319 102-1 §5.2.2, §5.2.7), from the checks that were recorded. */
import type { Check, CheckName } from '../../core/check.ts'
import type { SignedFacts } from '../../facts/index.ts'
import type { Policy } from '../policy.ts'
import type { FindingCode, SubIndication, Verdict } from './conclusion.ts'

interface Meaning {
  readonly code: FindingCode
  readonly indication: 'INDETERMINATE' | 'TOTAL-FAILED'
  readonly subIndication: SubIndication
}

/** What it means where the data of the check tells. */
type MeaningOf = (data: NonNullable<Check['data']>) => Meaning

/** What a failed check means. Checks that are not here are looked at elsewhere. */
const FAILED: Partial<Record<CheckName, Meaning | MeaningOf>> = {
  cmsSyntax: { code: 'cmsMalformed', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  byteRange: { code: 'byteRangeWrong', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  contentsPadding: { code: 'contentsPadding', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  dictionaryKeys: { code: 'dictionaryKeysTwice', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  singleSignerInfo: { code: 'signerInfoCount', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  contentAbsent: { code: 'contentAttached', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  contentType: { code: 'contentTypeWrong', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  signedAttributes: { code: 'signedAttributesMissing', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  messageDigest: { code: 'documentChanged', indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' },
  contentDigest: { code: 'documentChanged', indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' },
  messageImprint: { code: 'timestampImprintWrong', indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' },
  algorithmsAgree: { code: 'algorithmsDisagree', indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE' },
  signatureValue: ({ matchesUnder }) => ({
    code: matchesUnder === undefined ? 'signatureValueWrong' : otherForm(matchesUnder),
    indication: 'TOTAL-FAILED',
    subIndication: 'SIG_CRYPTO_FAILURE',
  }),
  xmlSyntax: { code: 'xmlMalformed', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  reference: ({ reason, matchesUnder }) => {
    if (reason !== 'digest') return { code: 'referenceTarget', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' }
    return {
      code: matchesUnder === undefined ? 'documentChanged' : otherForm(matchesUnder),
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
    }
  },
  // XML-DSig 1.1 §4.5: all that KeyInfo holds has to be about the key that signed.
  keyInfo: { code: 'keyInfoContradicts', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  signedProperties: { code: 'propertiesElsewhere', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  countersigned: { code: 'countersignedMissing', indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE' },
  manifest: { code: 'manifestBroken', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  contentCovered: ({ reason }) => ({
    code: reason === 'given' ? 'givenNotCovered' : 'nothingCovered',
    indication: 'INDETERMINATE',
    subIndication: 'SIGNED_DATA_NOT_FOUND',
  }),
  // §5.2.3.4: a certificate the signature is not bound to is not the signer's.
  signingCertificateAttribute: { code: 'signingCertificateWrong', indication: 'INDETERMINATE', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' },
  unambiguous: { code: 'fileAmbiguous', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  timestampCertificate: { code: 'timestampCertificateWrong', indication: 'INDETERMINATE', subIndication: 'CHAIN_CONSTRAINTS_FAILURE' },
  timestampExtensions: { code: 'timestampExtensionUnknown', indication: 'INDETERMINATE', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
}

/** The finding for a digest or value that holds over another form than the one declared. */
function otherForm(form: unknown): FindingCode {
  return form === 'lineEnds' || form === 'whiteSpace' ? 'laidOutAnew' : 'canonicalizedOtherwise'
}

const NOT_DONE: Partial<Record<CheckName, Meaning | MeaningOf>> = {
  signerCertificate: ({ reason }) => ({
    code: reason === 'ambiguous' ? 'signerAmbiguous' : 'signerCertificateMissing',
    indication: 'INDETERMINATE',
    subIndication: 'NO_SIGNING_CERTIFICATE_FOUND',
  }),
  xmlSyntax: { code: 'signatureValueUnknown', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  reference: ({ reason }) =>
    reason === 'external'
      ? { code: 'contentMissing', indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' }
      : { code: 'referenceUnsupported', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  manifest: { code: 'manifestOpen', indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' },
  cmsSyntax: { code: 'subFilterUnknown', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  messageDigest: { code: 'contentMissing', indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' },
  contentDigest: { code: 'notChecked', indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' },
  messageImprint: { code: 'notChecked', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
  signatureValue: { code: 'signatureValueUnknown', indication: 'INDETERMINATE', subIndication: 'GENERIC' },
}

/** Checks that make up `intact`: the signature value, every reference, and the format's coverage rule; trust apart. */
const INTEGRITY: ReadonlySet<CheckName> = new Set<CheckName>([
  'cmsSyntax',
  'byteRange',
  'contentsPadding',
  'dictionaryKeys',
  'singleSignerInfo',
  'contentAbsent',
  'contentType',
  'signedAttributes',
  'messageDigest',
  'contentDigest',
  'messageImprint',
  'algorithmsAgree',
  'signatureValue',
  'xmlSyntax',
  'reference',
  'keyInfo',
  'signedProperties',
  'countersigned',
])

/** Whether a signature or time-stamp is intact: false when a check fails, null when one could not be done. */
export function intactOf(checks: readonly Check[]): boolean | null {
  const relevant = checks.filter((check) => INTEGRITY.has(check.name))
  if (relevant.some((check) => check.result === 'failed')) return false
  // What was never checked is no yes: without a value that was verified nothing is intact.
  if (relevant.some((check) => check.result === 'notDone') || !relevant.some((check) => check.name === 'signatureValue')) return null
  return true
}

/** Judges the recorded checks of a signature or time-stamp. */
export function judgeIntegrity(facts: SignedFacts, policy: Policy, verdict: Verdict): void {
  const references = new Map<FindingCode, number>()
  for (const check of facts.checks) {
    const data = { detail: check.detail, ...check.data }
    const found = check.result === 'failed' ? FAILED[check.name] : check.result === 'notDone' ? NOT_DONE[check.name] : undefined
    const meaning = typeof found === 'function' ? found(data) : found
    if (meaning && check.name === 'reference') {
      // A signature may have many references: of those that share a fault the first speaks.
      const before = references.get(meaning.code) ?? 0
      references.set(meaning.code, before + 1)
      if (before > 0) continue
    }
    if (meaning) verdict.fail(meaning.indication, meaning.subIndication, meaning.code, data)
    else if (check.name === 'signingCertificateAttribute' && check.result === 'passed' && check.data?.binding === 'SHA-1')
      verdict.note('information', 'signingCertificateSha1', data)
    else if (check.name === 'signedAttributesOrder' && check.result === 'failed')
      constraint(policy.constraints.signedAttributesOrder, verdict, 'SIG_CONSTRAINTS_FAILURE', 'signedAttributesOrder', data)
    else if (check.name === 'signingCertificateAttribute' && check.result === 'notDone' && facts.signer) {
      constraint(policy.constraints.signingCertificateAttribute, verdict, 'SIG_CONSTRAINTS_FAILURE', 'signingCertificateAbsent', data)
    }
  }
}

/** Applies a constraint of the policy that is not met. */
export function constraint(
  level: Policy['constraints'][keyof Policy['constraints']],
  verdict: Verdict,
  subIndication: SubIndication,
  code: FindingCode,
  data?: Check['data'],
): void {
  if (level === 'FAIL') verdict.fail('INDETERMINATE', subIndication, code, data)
  else if (level === 'WARN') verdict.note('warning', code, data)
  else if (level === 'INFORM') verdict.note('information', code, data)
}
