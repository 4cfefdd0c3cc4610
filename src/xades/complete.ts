/** Completing a signature: the value is checked and put in, the time-stamp fetched. */
import { checkSignatureValue, signerCertificate } from '../cms/signer.ts'
import { curveInfo, parseSignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { equal, fromUtf8, toBase64 } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { type DocumentInput, readAll, toSource } from '../core/source.ts'
import { timestampToken } from '../evidence/signature-timestamp.ts'
import { type Certificate, publicKeyOf } from '../x509/certificate.ts'
import { rsFromDer } from '../x509/signed.ts'
import { c14nFromUri } from '../xml/c14n/algorithm.ts'
import { canonicalBytes } from '../xml/c14n/canonicalize.ts'
import { insertXml } from '../xml/edit.ts'
import { NO_NODE } from '../xml/tree.ts'
import { signatureMethodUri } from '../xmldsig/algorithms.ts'
import { IdIndex } from '../xmldsig/ids.ts'
import { assemble, isOnlySignature, type Subject } from './build/assembly.ts'
import { propertiesOf } from './build/counter-target.ts'
import { brokenReference, checkEarlier, type Draft, openDraft, toBeSigned } from './build/draft.ts'
import { Markup, xades } from './build/markup.ts'
import type { CompleteXmlOptions, XadesLevel } from './options.ts'
import { subjectOf } from './prepare.ts'
import { isWithin } from './scope.ts'
import { decodeState, type XadesState } from './state.ts'

/** What completing works on, whether it comes from a state or straight from preparing. */
export interface Completion {
  readonly draft: Draft
  readonly id: string
  readonly certificate: Certificate
  readonly algorithm: SignatureAlgorithmParts
  readonly level: XadesLevel
  /** SignedInfo in its canonical form. */
  readonly signed: Uint8Array
}

/** The value as XML has it: r‖s for ECDSA (XML-DSig 1.1 §6.4.3), where signers give DER. */
function xmlValue(certificate: Certificate, signature: Uint8Array): Uint8Array {
  const key = publicKeyOf(certificate)
  if (key.type !== 'EC') return signature
  const value = rsFromDer(signature, Math.ceil(curveInfo(key.curve).n.toString(16).length / 2))
  if (!value) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signature value is no ECDSA-Sig-Value')
  return value
}

/** EN 319 132-1 §5.3: a time-stamp over SignatureValue, in the canonical form that is named beside it. */
async function withTimestamp(file: Uint8Array, completion: Completion, options: CompleteXmlOptions): Promise<Uint8Array> {
  const { id, algorithm, draft } = completion
  const { crypto } = draft.context
  const { document, signature } = openDraft(file, id, new Map(), crypto)
  const { algorithm: uri } = signature.canonicalizationMethod
  const c14n = c14nFromUri(uri)
  const properties = propertiesOf(signature)
  if (!c14n || properties === NO_NODE) throw new KysoError('ERR_STATE_MISMATCH', 'a signature without a place for a time-stamp', { why: 'level' })
  const octets = canonicalBytes(document, { apex: signature.signatureValue.node }, c14n)
  const digestAlgorithm = algorithm.digest === 'SHAKE256-512' ? 'SHA-512' : algorithm.digest
  const token = await timestampToken(crypto, octets, digestAlgorithm, options)
  const { ds } = new Markup(document.name(signature.node).prefix)
  const timestamp = xades('SignatureTimeStamp', {}, ds('CanonicalizationMethod', { Algorithm: uri }), xades('EncapsulatedTimeStamp', {}, toBase64(token)))
  const text = xades('UnsignedProperties', {}, xades('UnsignedSignatureProperties', {}, timestamp))
  return insertXml(file, document, [{ at: document.endTagStart(properties), text }])
}

/** The file with the signature's value, and at B-T its time-stamp. */
export async function completeDraft(completion: Completion, signature: Uint8Array, options: CompleteXmlOptions): Promise<Uint8Array> {
  const { draft, certificate, algorithm, level, signed } = completion
  const { node, bytes } = draft.signature.signatureValue
  await checkSignatureValue(draft.context.crypto, certificate, algorithm, signed, signature)
  if (bytes.length > 0 || draft.document.startTagEnd(node) !== draft.document.endTagStart(node))
    throw new KysoError('ERR_STATE_MISMATCH', 'a signature that has a value already', { why: 'signature' })
  const file = insertXml(draft.file, draft.document, [{ at: draft.document.startTagEnd(node), text: toBase64(xmlValue(certificate, signature)) }])
  return level === 'B-T' ? withTimestamp(file, completion, options) : file
}

function mismatch(why: string, detail: string): KysoError {
  return new KysoError('ERR_STATE_MISMATCH', detail, { why })
}

/** Refuses a signature in a state that is not one of this certificate and algorithm, or does not stand alone in what is written. */
function checkSignature({ signature, document }: Draft, { assembly }: XadesState, certificate: Certificate, { scheme }: SignatureAlgorithmParts): void {
  const { algorithm, node: _, ...parameters } = signature.signatureMethod
  if (algorithm !== signatureMethodUri(scheme) || Object.values(parameters).some((one) => one !== undefined))
    throw mismatch('algorithm', 'the signature names another algorithm')
  const [first] = signature.keyInfo?.certificates ?? []
  if (!first || !equal(first.bytes, certificate.bytes)) throw mismatch('certificate', 'the signature carries another certificate')
  const text = fromUtf8(document.bytes.subarray(document.start(signature.node), document.end(signature.node)))
  if (text === null || !isOnlySignature(assembly, text)) throw mismatch('insertions', 'something else than the signature is written')
}

/** Refuses IDs that a state writes where they are no attributes: text that looks like one is content, which perhaps nobody signs. */
function checkIds({ signature, document, context }: Draft, { tree }: Subject, { assembly }: XadesState): void {
  if (assembly.kind !== 'insert' || !tree) return
  const before = new IdIndex(tree)
  for (const { text, open } of assembly.insertions)
    for (const written of [text, open]) {
      const value = /^ Id="([^"<&]+)">?$/.exec(written)?.[1]
      if (value === undefined) continue
      const node = context.ids.find(value)
      if (before.find(value) !== undefined || typeof node !== 'number' || isWithin(document, node, signature.node))
        throw mismatch('insertions', 'something else than the signature is written')
    }
}

/** Everything of a state made anew from the document, and held against what the state says. */
async function completionOf(bytes: Uint8Array, state: XadesState, options: CompleteXmlOptions): Promise<Completion> {
  const crypto = options.crypto ?? defaultCrypto()
  const algorithm = parseSignatureAlgorithm(state.algorithm)
  const certificate = signerCertificate(state.certificate, algorithm, state.signingTime)
  const contents = new Map((options.contents ?? []).map(({ uri, content }) => [uri, readAll(toSource(content))]))
  if (state.documentUri !== undefined) contents.set(state.documentUri, bytes)
  const { assembly, id, level } = state
  const subject = subjectOf(bytes, assembly.kind === 'insert' ? 'always' : assembly.kind === 'around' ? 'perhaps' : 'never')
  const draft = openDraft(assemble(subject, assembly), id, contents, crypto)
  checkSignature(draft, state, certificate, algorithm)
  checkIds(draft, subject, state)
  const broken = await brokenReference(draft)
  if (broken !== undefined) throw mismatch('reference', `what ${broken === '' ? 'the document' : broken} names is not what was prepared`)
  await checkEarlier(subject.tree, draft)
  return { draft, id, certificate, algorithm, level, signed: toBeSigned(draft) }
}

/** Codes that a damaged state gives where an undamaged one would not. */
const DAMAGE = [
  'ERR_ASN1_',
  'ERR_ARGUMENT',
  'ERR_CERTIFICATE_SYNTAX',
  'ERR_XML',
  'ERR_XPATH_',
  'ERR_C14N_',
  'ERR_ALGORITHM_UNSUPPORTED',
  'ERR_SIGNATURE_MALFORMED',
  'ERR_KEY_INVALID',
]

/**
 * Completes a prepared signature.
 *
 * @param document the same document, byte for byte; `options.contents` too, where references lead out of it
 * @param state from {@link prepareXml}
 * @param signature value over `toBeSigned`: RSA as in RFC 8017, ECDSA in DER, EdDSA as in RFC 8032
 * @returns the signed document; the signature alone where it is detached
 * @throws KysoError `ERR_STATE_INVALID`, `ERR_STATE_MISMATCH` (another document), `ERR_SIGNATURE_MISMATCH` (not the certificate's key, or not over
 *   this), `ERR_SIGNER_CERTIFICATE`, `ERR_XML_SIGNATURE_BROKEN`, `ERR_TSA_*`, `ERR_TSP_*`
 * @example
 * ```ts
 * const { request, state } = await prepareXml(xml, { certificates: signer.certificates, algorithm: signer.algorithm, level: 'B-T' })
 * const [signature] = await signer.sign([request])
 * const signed = await completeXml(xml, state, signature, { sources: httpSources({ tsa: 'http://tsa.example' }) })
 * ```
 */
export async function completeXml(document: DocumentInput, state: string, signature: Uint8Array, options: CompleteXmlOptions = {}): Promise<Uint8Array> {
  const decoded = decodeState(state)
  const bytes = readAll(toSource(document))
  if (bytes.length !== decoded.size)
    throw new KysoError('ERR_STATE_MISMATCH', 'the document is not the one that was prepared', { why: 'size', size: bytes.length, expected: decoded.size })
  if (!equal(await digest(options.crypto ?? defaultCrypto(), 'SHA-256', bytes), decoded.sha256))
    throw mismatch('sha256', 'the document is not the one that was prepared')
  let completion: Completion
  try {
    completion = await completionOf(bytes, decoded, options)
  } catch (error) {
    if (isKysoError(error) && error.code !== 'ERR_XML_SIGNATURE_BROKEN' && DAMAGE.some((code) => error.code.startsWith(code)))
      throw new KysoError('ERR_STATE_INVALID', `the state is damaged: ${error.message}`, { why: 'members' }, { cause: error })
    throw error
  }
  return completeDraft(completion, signature, options)
}
