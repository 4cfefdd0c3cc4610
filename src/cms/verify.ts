/** Checking of one SignerInfo (RFC 5652 §5.4, §5.6): every check recorded, none of them judged. */
import { octetString, oid } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import { concat, equal } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import type { CryptoProvider, SignatureScheme, SignedBytes } from '../core/crypto/provider.ts'
import { attempt, isAboutDocument, type KysoError } from '../core/errors.ts'
import { ALGORITHM, type AlgorithmIdentifier, digestAlgorithm, pssParameters, signatureScheme } from '../x509/algorithm-identifier.ts'
import { type Certificate, publicKeyOf } from '../x509/certificate.ts'
import { verifyScheme } from '../x509/signed.ts'
import { attributesOf, claimedSigningTime, readAttributes, singleValue } from './attributes.ts'
import { ATTRIBUTE, CONTENT } from './oids.ts'
import { CmsAlgorithmProtection } from './schemas.ts'
import type { ParsedSignerInfo } from './signed-data.ts'
import { findSignerCertificate } from './signing-certificate.ts'

const NULL = Uint8Array.of(5, 0)
/** Identifier octet of a SET. */
const SET = 0x31
const EMPTY = new Uint8Array(0)

const CONTENT_MISSING = 'the signed content is not at hand'

/** Attributes that stand once by their definitions (RFC 5652 §11.3, EN 319 122-1 §5.2); those that are read by their one value are looked at there. */
const SINGLE: readonly string[] = [
  ATTRIBUTE.signingTime,
  ATTRIBUTE.signaturePolicy,
  ATTRIBUTE.commitmentType,
  ATTRIBUTE.signerLocation,
  ATTRIBUTE.signerAttributes,
  ATTRIBUTE.contentHints,
  ATTRIBUTE.mimeType,
]

/** What the signature is over, outside of the CMS. */
export interface SignedContent {
  /** Digest of the content by the algorithm the SignerInfo names. */
  digest(algorithm: DigestAlgorithm): Promise<Uint8Array>
  /** The content itself, for signatures without signed attributes. */
  bytes(): SignedBytes
}

/** What was found of a SignerInfo. */
export interface SignerInfoResult {
  readonly checks: readonly Check[]
  readonly certificate: Certificate | undefined
  readonly digestAlgorithm: DigestAlgorithm | undefined
  readonly scheme: SignatureScheme | undefined
  readonly signingTime: Date | undefined
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
  /** The digest that `messageDigest` was compared with, for reports. */
  readonly contentDigest: Uint8Array | undefined
}

/** A KysoError that is about the document; anything else is passed on. */
function documentError(error: unknown): KysoError {
  if (!isAboutDocument(error)) throw error
  return error
}

interface Algorithms {
  digest: DigestAlgorithm | undefined
  scheme: SignatureScheme | undefined
  checks: Check[]
}

/**
 * Whether two identifiers name one algorithm. NULL parameters and none are the same to every algorithm that has no others
 * (RFC 5754 §2), and those of PSS may spell their defaults out or not.
 */
function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  const parameters = ({ parameters: bytes }: AlgorithmIdentifier): Uint8Array => (bytes && !equal(bytes, NULL) ? bytes : EMPTY)
  if (a.algorithm !== b.algorithm) return false
  return equal(parameters(a), parameters(b)) || (a.algorithm === ALGORITHM.rsassaPss && samePss(a, b))
}

function samePss(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  const [first, second] = [a, b].map(({ parameters }) => parameters && attempt(() => pssParameters(parameters)))
  return (
    first !== undefined &&
    second !== undefined &&
    first.digest === second.digest &&
    first.mgfDigest === second.mgfDigest &&
    first.saltLength === second.saltLength
  )
}

/** The signed copy of the two identifiers, where the signer made one (RFC 6211 §2): it has to say what the unsigned ones say. */
function isProtected(info: ParsedSignerInfo, budget: Budget): boolean {
  const signed = singleValue(info.signed, ATTRIBUTE.cmsAlgorithmProtection, CmsAlgorithmProtection, budget)
  if (signed === null) return true
  if (signed === 'malformed' || !signed.signatureAlgorithm) return false
  return sameAlgorithm(signed.digestAlgorithm, info.digestAlgorithm) && sameAlgorithm(signed.signatureAlgorithm, info.signatureAlgorithm)
}

/** The two algorithms, and whether they agree: a digest the signature does not use would leave the content unbound (RFC 5652 §5.6, RFC 6211). */
function readAlgorithms(info: ParsedSignerInfo, budget: Budget): Algorithms {
  let digest: DigestAlgorithm | undefined
  let scheme: SignatureScheme | undefined
  try {
    digest = digestAlgorithm(info.digestAlgorithm)
  } catch (error) {
    return { digest, scheme, checks: [failed('algorithmsAgree', documentError(error).message, { algorithm: info.digestAlgorithm.algorithm })] }
  }
  try {
    scheme = signatureScheme(info.signatureAlgorithm, digest)
  } catch (error) {
    return { digest, scheme, checks: [failed('algorithmsAgree', documentError(error).message, { algorithm: info.signatureAlgorithm.algorithm })] }
  }
  if ('digest' in scheme && scheme.digest !== digest) {
    return { digest, scheme, checks: [failed('algorithmsAgree', `digest ${digest}, signature with ${scheme.digest}`, { digest, signature: scheme.digest })] }
  }
  if (!isProtected(info, budget)) return { digest, scheme, checks: [failed('algorithmsAgree', 'the signed copy of the algorithms names others')] }
  return { digest, scheme, checks: [passed('algorithmsAgree')] }
}

/** `contentType` and `messageDigest`, each once (RFC 5652 §5.3, §11.1, §11.2). */
async function checkSignedAttributes(
  info: ParsedSignerInfo,
  contentType: string | null,
  content: SignedContent | null,
  digest: DigestAlgorithm | undefined,
  budget: Budget,
): Promise<{ checks: Check[]; value?: Uint8Array }> {
  const checks: Check[] = []
  const twice = SINGLE.filter((one) => attributesOf(info.signed, one).length > 1)
  if (twice.length > 0) checks.push(failed('signedAttributes', `${twice.join(', ')} stands more than once among the signed attributes`))
  const type = singleValue(info.signed, ATTRIBUTE.contentType, oid(), budget)
  if (contentType === null)
    // §11.4: a counter-signature has no content, and so no type of it.
    checks.push(type === null ? passed('contentType') : failed('contentType', 'a counter-signature with a contentType attribute'))
  else if (type === null || type === 'malformed')
    checks.push(failed('contentType', type === null ? 'the attribute is absent' : 'the attribute is malformed or stands twice'))
  else
    checks.push(
      type === contentType
        ? passed('contentType')
        : failed('contentType', `the attribute says ${type}, the content is ${contentType}`, { attribute: type, content: contentType }),
    )

  if (info.signed?.stored === 'der') checks.push(passed('signedAttributesOrder'))
  else
    checks.push(
      failed(
        'signedAttributesOrder',
        info.signed?.stored === 'unsorted' ? 'the signed attributes are not stored in DER order' : 'the signed attributes are not stored in DER',
      ),
    )

  const expected = singleValue(info.signed, ATTRIBUTE.messageDigest, octetString(), budget)
  if (expected === null || expected === 'malformed') {
    checks.push(failed('messageDigest', expected === null ? 'the attribute is absent' : 'the attribute is malformed or stands twice'))
    return { checks }
  }
  if (!digest) {
    checks.push(failed('messageDigest', 'the digest algorithm is not known'))
    return { checks }
  }
  if (!content) {
    checks.push(notDone('messageDigest', CONTENT_MISSING))
    return { checks }
  }
  const value = await content.digest(digest)
  checks.push(equal(value, expected) ? passed('messageDigest') : failed('messageDigest', 'the content is not what was signed'))
  return { checks, value }
}

/** Longer content than this is never taken for signed attributes. */
const MAX_ATTRIBUTES = 1024 * 1024

/**
 * Whether content is the DER of signed attributes. A value over them is one over content as well, if they are left out of the SignerInfo
 * and put in its place: content that nobody signed (RFC 5652 §5.4 hashes both as they are; RFC 8933 tells of the like).
 */
function looksLikeSignedAttributes(content: SignedContent, budget: Budget): boolean {
  const data = content.bytes()
  const parts: Uint8Array[] = []
  let length = 0
  for (const chunk of data instanceof Uint8Array ? [data] : data) {
    if (length === 0 && chunk.length > 0 && chunk[0] !== SET) return false
    length += chunk.length
    if (length > MAX_ATTRIBUTES) return false
    parts.push(chunk.slice())
  }
  if (length === 0) return false
  const list = attempt(() => readAttributes(concat(parts), budget))
  return list !== undefined && attributesOf(list, ATTRIBUTE.messageDigest).length > 0
}

/**
 * Checks one signer.
 *
 * @param contentType the eContentType of the SignedData; `null` for a counter-signature, which has none (RFC 5652 §11.4)
 * @param content what is signed; `null` where it is not at hand
 * @param candidates certificates the signer's may be among
 * @param info one of the `signerInfos` of {@link ParsedSignedData}
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 * @example
 * ```ts
 * const cms = parseSignedData(p7s)
 * const content = { digest: async () => digest, bytes: () => pdf }
 * const { checks } = await verifySignerInfo(defaultCrypto(), new Budget(), cms.signerInfos[0], cms.contentType, content, cms.certificates)
 * checks.filter(({ result }) => result !== 'passed') // => []
 * ```
 */
export async function verifySignerInfo(
  crypto: CryptoProvider,
  budget: Budget,
  info: ParsedSignerInfo,
  contentType: string | null,
  content: SignedContent | null,
  candidates: readonly Certificate[],
): Promise<SignerInfoResult> {
  const { digest, scheme, checks } = readAlgorithms(info, budget)
  const signer = await findSignerCertificate(crypto, budget, info.sid, info.signed, candidates)
  checks.push(...signer.checks)

  let contentDigest: Uint8Array | undefined
  if (info.signed) {
    const attributes = await checkSignedAttributes(info, contentType, content, digest, budget)
    checks.push(...attributes.checks)
    contentDigest = attributes.value
  } else if (contentType !== null && contentType !== CONTENT.data) {
    // §5.3: content that is not id-data wants signed attributes, or one kind of content could be taken for another.
    checks.push(failed('signedAttributes', `content of type ${contentType} without signed attributes`))
  } else if (content && looksLikeSignedAttributes(content, budget)) {
    checks.push(failed('signedAttributes', 'the content is what signed attributes of another signature are, and may have been signed as such'))
  }
  if (!info.signed && !content) checks.push(notDone('messageDigest', CONTENT_MISSING))
  checks.push(await checkValue(crypto, budget, info, content, scheme, signer.certificate))
  return {
    checks,
    certificate: signer.certificate,
    digestAlgorithm: digest,
    scheme,
    signingTime: claimedSigningTime(info.signed, budget),
    boundBy: signer.boundBy,
    contentDigest,
  }
}

async function checkValue(
  crypto: CryptoProvider,
  budget: Budget,
  info: ParsedSignerInfo,
  content: SignedContent | null,
  scheme: SignatureScheme | undefined,
  certificate: Certificate | undefined,
): Promise<Check> {
  if (!certificate) return notDone('signatureValue', 'the signer’s certificate is not at hand')
  if (!scheme) return failed('signatureValue', 'the signature algorithm is not known')
  try {
    const data = info.signed?.der ?? content?.bytes()
    if (data === undefined) return notDone('signatureValue', CONTENT_MISSING)
    const holds = await verifyScheme(crypto, budget, scheme, publicKeyOf(certificate), data, info.signature)
    return holds ? passed('signatureValue') : failed('signatureValue', 'the signature value does not verify with the signer’s key')
  } catch (error) {
    const { code, message } = documentError(error)
    return code === 'ERR_ALGORITHM_UNSUPPORTED' ? notDone('signatureValue', message) : failed('signatureValue', message)
  }
}
