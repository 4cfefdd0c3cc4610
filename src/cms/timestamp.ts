/** Time-stamp tokens (RFC 3161 §2.4.2, RFC 5816): read and checked; the trust in their authority is judged elsewhere. */
import { decode } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import type { CryptoProvider, SignatureScheme } from '../core/crypto/provider.ts'
import { isAboutDocument, isKysoError, KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { digestAlgorithm } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import { EKU, EXTENDED_KEY_USAGE, findExtension, QC_STATEMENTS, readExtension } from '../x509/extensions.ts'
import { CONTENT } from './oids.ts'
import { type TstInfo, TstInfo as TstInfoSchema } from './schemas.ts'
import { type ParsedSignedData, parseSignedData } from './signed-data.ts'
import { verifySignerInfo } from './verify.ts'

/** A token taken apart. */
export interface TimestampToken {
  readonly bytes: Uint8Array
  readonly cms: ParsedSignedData
  readonly info: TstInfo
}

/** What was found of a token. */
export interface TimestampResult {
  readonly token: TimestampToken
  readonly checks: readonly Check[]
  readonly certificate: Certificate | undefined
  readonly imprintAlgorithm: DigestAlgorithm | undefined
  readonly scheme: SignatureScheme | undefined
}

/**
 * Reads a time-stamp token (RFC 3161 §2.4.2) at the start of `bytes`. Nothing of it is checked.
 *
 * @param bytes BER or DER of the ContentInfo; what follows it is not looked at
 * @throws KysoError `ERR_CMS_SYNTAX`, `ERR_TSP_SYNTAX` where the CMS holds no TSTInfo, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * parseTimestampToken(token).info.genTime // => new Date('2027-01-01T00:00:00Z')
 * ```
 */
export function parseTimestampToken(bytes: Uint8Array, options: { budget?: Budget } = {}): TimestampToken {
  const budget = options.budget ?? new Budget()
  const cms = parseSignedData(bytes, { budget })
  if (cms.contentType !== CONTENT.tstInfo || !cms.content) throw new KysoError('ERR_TSP_SYNTAX', 'the CMS holds no TSTInfo', { contentType: cms.contentType })
  try {
    const info = decode(TstInfoSchema, cms.content, { rules: 'BER', budget })
    if (info.version !== 1) throw new KysoError('ERR_TSP_SYNTAX', `TSTInfo version ${info.version}`, { version: info.version })
    return { bytes: cms.bytes, cms, info }
  } catch (cause) {
    if (!isAboutDocument(cause) || cause.code === 'ERR_TSP_SYNTAX') throw cause
    throw new KysoError('ERR_TSP_SYNTAX', `not a TSTInfo: ${cause.message}`, { ...cause.data }, { cause })
  }
}

/** RFC 3161 §2.3: the certificate is for time-stamping alone, and says so critically. */
function checkPurpose(certificate: Certificate | undefined): Check {
  if (!certificate) return notDone('timestampCertificate', 'the authority’s certificate is not at hand')
  try {
    const purposes = readExtension(certificate, EXTENDED_KEY_USAGE)
    if (!purposes?.includes(EKU.timeStamping)) return failed('timestampCertificate', 'the certificate is not for time-stamping')
    if (purposes.length !== 1) return failed('timestampCertificate', 'the certificate is for other purposes too')
    if (!findExtension(certificate, EXTENDED_KEY_USAGE.oid)?.critical) return failed('timestampCertificate', 'the certificate’s purpose is not marked critical')
    return passed('timestampCertificate')
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return failed('timestampCertificate', error.message)
  }
}

/** Extensions of a TSTInfo from which nothing follows for what it proves: qcStatements (EN 319 422 §9.1). */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([QC_STATEMENTS.oid])

/** RFC 3161 §2.4.2: extensions of a token are those of RFC 5280 §4.2, so one that is critical and not known makes it unfit. */
function checkExtensions({ extensions }: TstInfo): Check[] {
  const unknown = (extensions ?? []).find(({ extnID, critical }) => critical && !KNOWN_EXTENSIONS.has(extnID))
  if (unknown) return [failed('timestampExtensions', `the critical extension ${unknown.extnID} is not known`, { extension: unknown.extnID })]
  return extensions ? [passed('timestampExtensions')] : []
}

/**
 * Checks a token: imprint, critical extensions, its one signer, signature, signing-certificate attribute, the certificate's purpose.
 *
 * @param stamped digest of what was time-stamped, by the algorithm the token names; `null` where that is not at hand
 * @param candidates certificates beside those inside the token
 * @param token from {@link parseTimestampToken}
 * @param budget what it may cost, `signatureChecks` above all
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 * @example
 * ```ts
 * const { checks } = await verifyTimestampToken(defaultCrypto(), new Budget(), parseTimestampToken(token), async () => digest)
 * checks.filter(({ result }) => result !== 'passed') // => []
 * ```
 */
export async function verifyTimestampToken(
  crypto: CryptoProvider,
  budget: Budget,
  token: TimestampToken,
  stamped: (algorithm: DigestAlgorithm) => Promise<Uint8Array | null>,
  candidates: readonly Certificate[] = [],
): Promise<TimestampResult> {
  const checks: Check[] = []
  let imprintAlgorithm: DigestAlgorithm | undefined
  try {
    imprintAlgorithm = digestAlgorithm(token.info.messageImprint.hashAlgorithm)
    const value = await stamped(imprintAlgorithm)
    if (!value) checks.push(notDone('messageImprint', 'what was time-stamped is not at hand'))
    else if (equal(value, token.info.messageImprint.hashedMessage)) checks.push(passed('messageImprint'))
    else checks.push(failed('messageImprint', 'the time-stamp is over something else'))
  } catch (error) {
    if (!isKysoError(error, 'ERR_ALGORITHM_UNSUPPORTED')) throw error
    checks.push(notDone('messageImprint', error.message))
  }
  checks.push(...checkExtensions(token.info))
  const [signer, ...others] = token.cms.signerInfos
  if (!signer || others.length > 0) {
    checks.push(failed('singleSignerInfo', `${token.cms.signerInfos.length} signers in a time-stamp token (RFC 3161 §2.4.2)`))
    return { token, checks, certificate: undefined, imprintAlgorithm, scheme: undefined }
  }
  checks.push(passed('singleSignerInfo'))
  const content = token.cms.content ?? new Uint8Array(0)
  const result = await verifySignerInfo(
    crypto,
    budget,
    signer,
    token.cms.contentType,
    { digest: (algorithm) => digest(crypto, algorithm, content), bytes: () => content },
    [...token.cms.certificates, ...candidates],
  )
  checks.push(...result.checks, checkPurpose(result.certificate))
  return { token, checks, certificate: result.certificate, imprintAlgorithm, scheme: result.scheme }
}
