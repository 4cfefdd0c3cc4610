/** Core validation of an XML signature (XML-DSig 1.1 §3.2): its references, and its value over `SignedInfo`. */
import { type Check, failed, notDone } from '../core/check.ts'
import { KysoError } from '../core/errors.ts'
import { c14nFromUri } from '../xml/c14n/algorithm.ts'
import type { NodeId } from '../xml/tree.ts'
import { REFERENCE_TYPE, schemeOfUri, type XmlSignatureScheme } from './algorithms.ts'
import type { XmlDsigContext } from './context.ts'
import type { CanonicalData } from './data.ts'
import { type OtherForm, otherForms } from './diagnosis.ts'
import { checkReferences, documentError, type ReferenceResult, referenceCheck, referencedData } from './references.ts'
import { type Manifest, type Reference, readManifests, type XmlSignature } from './signature.ts'
import { checkSignatureValue, type VerificationKey } from './signature-value.ts'
import { canonicalKey, inclusivePrefixes, octetsOf } from './transforms.ts'

/** A manifest and what came of its references. None of it counts for the signature: that is for whoever put the manifest there (§5.1). */
export interface ManifestResult {
  readonly manifest: Manifest
  /** Whether a passed reference of the signature covers it. */
  readonly signed: boolean
  readonly references: readonly ReferenceResult[]
}

/** What came of the references of a signature. No key is needed for them. */
export interface ReferencesResult {
  readonly references: readonly ReferenceResult[]
  readonly manifests: readonly ManifestResult[]
  /** One `reference` check for each reference of `SignedInfo`. */
  readonly checks: readonly Check[]
  /**
   * Whether an element is covered with everything in it by one reference that passed: its attributes, its text and all elements below it
   * are what was digested, this signature itself apart. It says nothing while the signature value is not checked.
   */
  covers(node: NodeId): boolean
}

/** What came of a signature value. */
export interface SignatureValueResult {
  readonly check: Check
  /** Absent where the method is not known or malformed. */
  readonly scheme?: XmlSignatureScheme
  /** Where the value does not hold: another form of `SignedInfo` under which it would. */
  readonly matchesUnder?: OtherForm
}

/** What came of a signature. */
export interface XmlVerification {
  readonly signature: XmlSignature
  readonly references: readonly ReferenceResult[]
  readonly manifests: readonly ManifestResult[]
  readonly value: SignatureValueResult
  /** The value, and each reference of `SignedInfo`. The signature is valid when all of them passed. */
  readonly checks: readonly Check[]
  /** As {@link ReferencesResult.covers}, and false for every element where the signature value did not pass. */
  covers(node: NodeId): boolean
}

function belongsTogether(context: XmlDsigContext, signature: XmlSignature): void {
  if (signature.document !== context.document) throw new KysoError('ERR_ARGUMENT', 'a signature of another document', { argument: 'signature' })
}

/**
 * Checks the references of a signature.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function verifyReferences(context: XmlDsigContext, signature: XmlSignature): Promise<ReferencesResult> {
  belongsTogether(context, signature)
  const references = await checkReferences(context, signature, signature.references)
  const covers = (node: NodeId): boolean => references.some(({ result, coverage }) => result === 'passed' && coverage.covers(node))
  const manifests: ManifestResult[] = []
  for (const manifest of manifestsOf(context, signature))
    manifests.push({ manifest, signed: covers(manifest.node), references: await checkReferences(context, signature, manifest.references) })
  return { references, manifests, checks: references.map(referenceCheck), covers }
}

/** Manifests that can be read; one that cannot is found by whoever looks for it, and is no fault of the signature. */
function manifestsOf(context: XmlDsigContext, signature: XmlSignature): Manifest[] {
  if (!signature.references.some(({ type }) => type === REFERENCE_TYPE.manifest) && signature.objects.length === 0) return []
  try {
    return readManifests(signature, context.budget)
  } catch (error) {
    documentError(error)
    return []
  }
}

function signedInfoData(context: XmlDsigContext, signature: XmlSignature): CanonicalData {
  const { node, algorithm: uri } = signature.canonicalizationMethod
  const algorithm = c14nFromUri(uri)
  if (!algorithm) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the canonicalisation ${uri} is not supported`, { algorithm: uri })
  const prefixes = algorithm.method === 'exclusive' ? inclusivePrefixes(context.document, node) : []
  const picked = { apex: signature.signedInfo, comments: true }
  const key = canonicalKey(`${context.computed.documentKey(context.document)}:${picked.apex}!`, algorithm, prefixes)
  return { kind: 'canonical', document: context.document, picked, algorithm, inclusivePrefixes: prefixes, key, shows: picked }
}

/**
 * The bytes that the signature value is over: `SignedInfo` in its canonical form.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`, `ERR_C14N_NAMESPACE`, `ERR_BUDGET_EXCEEDED`
 */
export function signedInfoOctets(context: XmlDsigContext, signature: XmlSignature): Uint8Array {
  belongsTogether(context, signature)
  return octetsOf(context, signedInfoData(context, signature))
}

/**
 * The bytes that a reference of a signature, or of one of its manifests, digests.
 *
 * @throws KysoError `ERR_XMLDSIG_REFERENCE` with the `reason`, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_XPATH_*`, `ERR_C14N_NAMESPACE`,
 *   `ERR_BUDGET_EXCEEDED`
 */
export function referenceOctets(context: XmlDsigContext, signature: XmlSignature, reference: Reference): Uint8Array {
  belongsTogether(context, signature)
  return octetsOf(context, referencedData(context, signature, reference))
}

/**
 * Checks the value of a signature with a key.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function verifySignatureValue(context: XmlDsigContext, signature: XmlSignature, key: VerificationKey): Promise<SignatureValueResult> {
  belongsTogether(context, signature)
  const { crypto, budget } = context
  const { bytes } = signature.signatureValue
  let scheme: XmlSignatureScheme
  let data: CanonicalData
  let octets: Uint8Array
  try {
    scheme = schemeOfUri(signature.signatureMethod.algorithm, signature.signatureMethod)
    data = signedInfoData(context, signature)
    octets = octetsOf(context, data)
  } catch (thrown) {
    const error = documentError(thrown)
    return {
      check: error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? notDone('signatureValue', error.message, error.data) : failed('signatureValue', error.message),
    }
  }
  const check = await checkSignatureValue(crypto, budget, scheme, key, octets, bytes)
  // An HMAC is not tried out: a wrong secret says nothing of canonical forms.
  if (check.result !== 'failed' || key.type === 'HMAC' || scheme.kind === 'HMAC') return { check, scheme }
  for (const { form, data: other } of otherForms(context, data)) {
    const again = await checkSignatureValue(crypto, budget, scheme, key, octetsOf(context, other), bytes)
    if (again.result !== 'passed') continue
    const matchesUnder = form.kind === 'canonicalization' ? form.algorithm : form.kind
    return { check: failed('signatureValue', check.detail ?? 'failed', { matchesUnder }), scheme, matchesUnder: form }
  }
  return { check, scheme }
}

/**
 * Checks a signature with a key: core validation, nothing about whose key it is.
 *
 * @param context of the document; the same one for all its signatures
 * @param signature from `readSignature`
 * @param key a public key, or the secret of an HMAC
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ARGUMENT` for a signature of another document
 */
export async function verifyXmlSignature(context: XmlDsigContext, signature: XmlSignature, key: VerificationKey): Promise<XmlVerification> {
  const value = await verifySignatureValue(context, signature, key)
  const { references, manifests, checks, covers } = await verifyReferences(context, signature)
  return {
    signature,
    references,
    manifests,
    value,
    checks: [value.check, ...checks],
    covers: (node) => value.check.result === 'passed' && covers(node),
  }
}
