/**
 * Whose key a signature value is of (EN 319 102-1 §5.2.3.4): the certificate that the signed properties are bound to, among those at
 * hand. A key that is written out is never an identity.
 */
import { decode, integerBytes, sequence } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { equal, fromLatin1 } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import { attempt, isAboutDocument } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { GeneralNames } from '../x509/general-name.ts'
import { type Certificate, publicKeyOf, sameName } from '../x509/index.ts'
import { digestOfUri, schemeOfUri, type XmlSignatureScheme } from '../xmldsig/algorithms.ts'
import type { XmlDsigContext } from '../xmldsig/context.ts'
import { checkKeyInfo, isNamedBy, keyValueMatches, printedNameFits } from '../xmldsig/key-binding.ts'
import type { KeyInfo } from '../xmldsig/key-info.ts'
import type { XmlSignature } from '../xmldsig/signature.ts'
import { checkSignatureValue } from '../xmldsig/signature-value.ts'
import { signedInfoOctets, verifySignatureValue } from '../xmldsig/verify.ts'
import type { CertificateReference, SigningCertificate } from './properties.ts'

/** What the search came to. */
export interface Signer {
  readonly certificate: Certificate | undefined
  readonly scheme: XmlSignatureScheme | undefined
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
  /** Whether the value is of the certificate's key. */
  readonly valid: boolean
  readonly checks: readonly Check[]
}

/** Certificates from outside the signature that are tried with a value when nothing names one. */
const MAX_TRIED = 50

const IssuerSerialDer = sequence({ issuer: GeneralNames, serialNumber: integerBytes() })

/** Each certificate once. */
function unique(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((one) => [fromLatin1(one.bytes), one])).values()]
}

/** Digests of certificates: every signature of a file asks for the same ones. */
const digests = new WeakMap<Certificate, Map<DigestAlgorithm, Uint8Array>>()

async function digestOfCertificate({ crypto, budget }: XmlDsigContext, certificate: Certificate, algorithm: DigestAlgorithm): Promise<Uint8Array> {
  let known = digests.get(certificate)
  if (!known) digests.set(certificate, (known = new Map()))
  let value = known.get(algorithm)
  if (!value) {
    budget.spend('pathSteps')
    known.set(algorithm, (value = await digest(crypto, algorithm, certificate.bytes)))
  }
  return value
}

/** What is wrong with issuer and serial number of a reference whose digest fits; `null` where nothing is. */
function issuerSerialFault(certificate: Certificate, { issuerSerial, issuerSerialV2 }: CertificateReference): string | null {
  if (issuerSerial && !(issuerSerial.serialNumber && equal(issuerSerial.serialNumber, certificate.serialNumber)))
    return 'the serial number beside the digest is another one'
  if (!issuerSerialV2) return null
  const parsed = attempt(() => decode(IssuerSerialDer, issuerSerialV2))
  const [name, ...others] = parsed?.issuer ?? []
  const holds =
    parsed !== undefined &&
    others.length === 0 &&
    name?.type === 'directoryName' &&
    sameName(name.value as Certificate['issuer'], certificate.issuer) &&
    equal(parsed.serialNumber, certificate.serialNumber)
  return holds ? null : 'issuer and serial number beside the digest are of another certificate'
}

/** Printed names come in many spellings: the digest binds, and another spelling is told. */
function issuerOddity(certificate: Certificate, { issuerSerial }: CertificateReference): string | undefined {
  return !issuerSerial || printedNameFits(issuerSerial.issuerName, certificate.issuer) ? undefined : 'the issuer beside the digest is written otherwise'
}

/** What it costs to hold a certificate against all that `KeyInfo` names: long lists and long names count for more. */
function namingCost({ subjectNames, issuerSerials, certificateDigests, subjectKeyIds, keyValues }: KeyInfo): number {
  const names = [...subjectNames, ...issuerSerials.map(({ issuerName }) => issuerName)]
  const lengths = names.reduce((sum, { length }) => sum + Math.ceil(length / 64), 0)
  return 1 + lengths + certificateDigests.length + subjectKeyIds.length + keyValues.length
}

class Search {
  readonly #context: XmlDsigContext
  readonly #signature: XmlSignature
  readonly #scheme: XmlSignatureScheme
  readonly #octets: Uint8Array
  readonly #tried = new Map<Certificate, boolean>()

  constructor(context: XmlDsigContext, signature: XmlSignature, scheme: XmlSignatureScheme) {
    this.#context = context
    this.#signature = signature
    this.#scheme = scheme
    this.#octets = signedInfoOctets(context, signature)
  }

  /** Whether the value is of a certificate's key. */
  async fits(certificate: Certificate): Promise<boolean> {
    const known = this.#tried.get(certificate)
    if (known !== undefined) return known
    const key = attempt(() => publicKeyOf(certificate))
    const { crypto, budget } = this.#context
    const value = this.#signature.signatureValue.bytes
    const holds = key !== undefined && (await checkSignatureValue(crypto, budget, this.#scheme, key, this.#octets, value)).result === 'passed'
    this.#tried.set(certificate, holds)
    return holds
  }

  async first(certificates: readonly Certificate[]): Promise<Certificate | undefined> {
    for (const certificate of certificates) if (await this.fits(certificate)) return certificate
    return undefined
  }

  /** Certificates of the key among those that `KeyInfo` carries, or, where none is, those it names, or any. */
  async unbound(carried: readonly Certificate[], others: readonly Certificate[]): Promise<Certificate[]> {
    const { keyInfo } = this.#signature
    const inside: Certificate[] = []
    for (const certificate of carried) if (await this.fits(certificate)) inside.push(certificate)
    if (inside.length > 0) return this.#named(inside)
    const named: Certificate[] = []
    const cost = keyInfo ? namingCost(keyInfo) : 1
    for (const certificate of others) {
      this.#context.budget.spend('nameChecks', cost)
      const values = keyInfo?.keyValues.some(({ key }) => key !== undefined && keyValueMatches(key, certificate))
      if (keyInfo && (values || (await isNamedBy(this.#context.crypto, keyInfo, certificate)))) named.push(certificate)
    }
    const found: Certificate[] = []
    for (const certificate of [...named, ...others.slice(0, MAX_TRIED)])
      if (!found.includes(certificate) && (await this.fits(certificate))) found.push(certificate)
    return this.#named(unique(found))
  }

  /** Of several certificates of one key those that `KeyInfo` names, if it does. */
  async #named(certificates: Certificate[]): Promise<Certificate[]> {
    const { keyInfo } = this.#signature
    if (certificates.length < 2 || !keyInfo) return certificates
    const named: Certificate[] = []
    this.#context.budget.spend('nameChecks', certificates.length * namingCost(keyInfo))
    for (const certificate of certificates) if (await isNamedBy(this.#context.crypto, { ...keyInfo, subjectNames: [] }, certificate)) named.push(certificate)
    return named.length > 0 ? named : certificates
  }
}

interface Bound {
  readonly certificate: Certificate
  readonly reference: CertificateReference
}

/** Certificates by their digests, for a list that all signatures of a document share: each of them may name any number. */
const byDigest = new WeakMap<readonly Certificate[], Map<DigestAlgorithm, Map<string, Certificate[]>>>()

async function withDigest(
  context: XmlDsigContext,
  certificates: readonly Certificate[],
  algorithm: DigestAlgorithm,
  value: Uint8Array,
): Promise<Certificate[]> {
  let known = byDigest.get(certificates)
  if (!known) byDigest.set(certificates, (known = new Map()))
  let index = known.get(algorithm)
  if (!index) {
    index = new Map()
    for (const certificate of certificates) {
      const key = fromLatin1(await digestOfCertificate(context, certificate, algorithm))
      const same = index.get(key)
      if (same) same.push(certificate)
      else index.set(key, [certificate])
    }
    known.set(algorithm, index)
  }
  return index.get(fromLatin1(value)) ?? []
}

/** Which certificates the properties mean, in the order of the properties; of one reference those that come first in the lists. */
async function boundAmong(
  context: XmlDsigContext,
  references: readonly CertificateReference[],
  ...lists: readonly (readonly Certificate[])[]
): Promise<Bound[]> {
  const found: Bound[] = []
  for (const reference of references) {
    const algorithm = attempt(() => digestOfUri(reference.digestMethod))
    if (algorithm === undefined) continue
    for (const list of lists)
      for (const certificate of await withDigest(context, list, algorithm, reference.digestValue)) found.push({ certificate, reference })
  }
  return found
}

/** The check of the properties that bind a certificate, all of which must mean this one. */
async function checkBinding(context: XmlDsigContext, properties: readonly SigningCertificate[], certificate: Certificate): Promise<Check> {
  let oddity: string | undefined
  for (const { references } of properties) {
    if (references === null) return failed('signingCertificateAttribute', 'the property is malformed or stands more than once')
    const [bound] = await boundAmong(context, references, [certificate])
    if (!bound) return failed('signingCertificateAttribute', 'the property names another certificate than the one whose key signed')
    const fault = issuerSerialFault(certificate, bound.reference)
    if (fault) return failed('signingCertificateAttribute', fault)
    oddity ??= issuerOddity(certificate, bound.reference)
  }
  return passed('signingCertificateAttribute', oddity)
}

/** The scheme, or the check that says why the value cannot be checked whoever's it is. */
function schemeOf(context: XmlDsigContext, signature: XmlSignature): { scheme?: XmlSignatureScheme; search?: Search; check?: Check } {
  try {
    const scheme = schemeOfUri(signature.signatureMethod.algorithm, signature.signatureMethod)
    if (scheme.kind === 'HMAC') return { scheme, check: notDone('signatureValue', 'an HMAC proves who signed to nobody but the two who share its secret') }
    return { scheme, search: new Search(context, signature, scheme) }
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return {
      check: error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? notDone('signatureValue', error.message, error.data) : failed('signatureValue', error.message),
    }
  }
}

/**
 * Finds the signer's certificate and checks the signature value with its key.
 *
 * @param properties what is signed of `SigningCertificate` and `SigningCertificateV2`
 * @param others certificates that are at hand beside those in `KeyInfo`
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function findSigner(
  context: XmlDsigContext,
  signature: XmlSignature,
  properties: readonly SigningCertificate[],
  others: readonly Certificate[],
): Promise<Signer> {
  const carried = unique(signature.keyInfo?.certificates ?? [])
  const boundBy = properties[0]?.attribute ?? null
  const { scheme, search, check } = schemeOf(context, signature)
  const bound = await boundAmong(
    context,
    properties.flatMap(({ references }) => references ?? []),
    carried,
    others,
  )
  const meant = bound.map(({ certificate }) => certificate)
  let certificate = search && (await search.first(meant))
  let ambiguous = false
  if (search && !certificate) {
    const [first, ...more] = await search.unbound(carried, others)
    // Of two certificates of one key, which nothing signed tells apart, neither is taken.
    ambiguous = more.length > 0 && properties.length === 0
    certificate = ambiguous ? undefined : first
  }
  let valid = certificate !== undefined || ambiguous
  certificate ??= ambiguous ? undefined : (meant[0] ?? (carried.length === 1 || search ? carried[0] : undefined))
  const checks: Check[] = []
  if (certificate) checks.push(passed('signerCertificate'))
  else if (ambiguous)
    checks.push(notDone('signerCertificate', 'several certificates of the key are at hand, and nothing says which is the signer’s', { reason: 'ambiguous' }))
  else checks.push(notDone('signerCertificate', 'no certificate of the signer is at hand'))

  const key = certificate && attempt(() => publicKeyOf(certificate))
  const keys = signature.keyInfo?.keyValues ?? []
  const writtenOut = keys.length === 1 ? keys[0]?.key : undefined
  if (check) checks.push(check)
  else if (valid) checks.push(passed('signatureValue'))
  else if (key) checks.push((await verifySignatureValue(context, signature, key)).check)
  else if (search && !certificate && writtenOut) {
    // The value may be said to hold or not; whose key it is, this does not say.
    const { check: result } = await verifySignatureValue(context, signature, writtenOut)
    valid = result.result === 'passed'
    checks.push(valid ? passed('signatureValue', 'by the key that is written out in KeyInfo, which is nobody’s by itself') : result)
  } else
    checks.push(
      notDone('signatureValue', certificate ? 'the key of the certificate is of a kind that is not known' : 'no key to check the value with is at hand'),
    )

  if (properties.length === 0) checks.push(notDone('signingCertificateAttribute', 'no signed property is bound to the certificate'))
  else if (certificate) checks.push(await checkBinding(context, properties, certificate))
  else if (properties.some(({ references }) => references === null)) checks.push(failed('signingCertificateAttribute', 'the property is malformed'))
  else checks.push(notDone('signingCertificateAttribute', 'the signer’s certificate is not at hand'))
  if (certificate) checks.push(...checkKeyInfo(signature.keyInfo, certificate))
  return { certificate, scheme, boundBy, valid, checks }
}
