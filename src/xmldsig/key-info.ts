/** `ds:KeyInfo` (XML-DSig 1.1 §4.5) as read. It says where a key may be found; nothing in it is believed for standing here. */
import type { Budget } from '../core/budget.ts'
import type { PublicKey } from '../core/crypto/provider.ts'
import { attempt } from '../core/errors.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import type { NodeId, XmlDocument } from '../xml/tree.ts'
import { NAMESPACE } from './algorithms.ts'
import { readKeyValue, serialFromDecimal } from './key-value.ts'
import { ChildReader, childElements, requiredAttribute, simpleText, strictBase64, syntaxError } from './syntax.ts'

/** `ds:X509IssuerSerial`. */
export interface IssuerSerial {
  /** As written (RFC 4514, or something like it). */
  readonly issuerName: string
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array
}

/** `dsig11:X509Digest`. */
export interface CertificateDigest {
  readonly algorithm: string
  readonly value: Uint8Array
}

/** A key written out, or why it cannot be used. */
export interface KeyValue {
  readonly node: NodeId
  readonly key?: PublicKey
}

/** Everything of a `ds:KeyInfo`, in document order. */
export interface KeyInfo {
  readonly node: NodeId
  readonly id?: string
  readonly keyNames: readonly string[]
  readonly keyValues: readonly KeyValue[]
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly subjectNames: readonly string[]
  readonly issuerSerials: readonly IssuerSerial[]
  readonly subjectKeyIds: readonly Uint8Array[]
  readonly certificateDigests: readonly CertificateDigest[]
  /** What was not followed or could not be read, by its element's name. */
  readonly refused: readonly { readonly node: NodeId; readonly element: string; readonly why: 'notFollowed' | 'malformed' | 'unknown' }[]
}

type Draft = { -readonly [K in keyof KeyInfo]: KeyInfo[K] extends readonly (infer T)[] ? T[] : KeyInfo[K] }

class Reader {
  readonly #document: XmlDocument
  readonly #budget: Budget
  readonly #into: Draft

  constructor(document: XmlDocument, budget: Budget, into: Draft) {
    this.#document = document
    this.#budget = budget
    this.#into = into
  }

  child(node: NodeId): void {
    const { local, namespace, qualified } = this.#document.name(node)
    switch (`${namespace} ${local}`) {
      case `${NAMESPACE.ds} KeyName`:
        this.#into.keyNames.push(simpleText(this.#document, node).trim())
        return
      case `${NAMESPACE.ds} KeyValue`:
      case `${NAMESPACE.dsig11} DEREncodedKeyValue`:
        this.#keyValue(node)
        return
      case `${NAMESPACE.ds} X509Data`:
        for (const part of childElements(this.#document, node)) this.#x509(part)
        return
      // What they point to could be anything, also another document: a key has to stand where the signature is.
      case `${NAMESPACE.ds} RetrievalMethod`:
      case `${NAMESPACE.dsig11} KeyInfoReference`:
        this.#refuse(node, 'notFollowed')
        return
      case `${NAMESPACE.ds} PGPData`:
      case `${NAMESPACE.ds} SPKIData`:
      case `${NAMESPACE.ds} MgmtData`:
        this.#refuse(node, 'unknown')
        return
      default:
        if (namespace === NAMESPACE.ds) throw syntaxError(this.#document, node, `KeyInfo has ${qualified}, which its schema does not know`)
        this.#refuse(node, 'unknown')
    }
  }

  #refuse(node: NodeId, why: 'notFollowed' | 'malformed' | 'unknown'): void {
    this.#into.refused.push({ node, element: this.#document.name(node).local, why })
  }

  #keyValue(node: NodeId): void {
    const key = attempt(() => readKeyValue(this.#document, node))
    this.#into.keyValues.push(key ? { node, key } : { node })
    if (!key) this.#refuse(node, 'malformed')
  }

  #x509(node: NodeId): void {
    const { local, namespace } = this.#document.name(node)
    const read = namespace === NAMESPACE.ds ? this.#x509Readers.get(local) : namespace === NAMESPACE.dsig11 && local === 'X509Digest' ? this.#digest : undefined
    if (!read) this.#refuse(node, 'unknown')
    else if (!attempt(() => read(node))) this.#refuse(node, 'malformed')
  }

  readonly #digest = (node: NodeId): boolean => {
    const value = this.#base64(node)
    if (value) this.#into.certificateDigests.push({ algorithm: requiredAttribute(this.#document, node, 'Algorithm'), value })
    return value !== null
  }

  readonly #base64 = (node: NodeId): Uint8Array | null => strictBase64(simpleText(this.#document, node))

  /** By local name; each says whether it could read its element. */
  readonly #x509Readers: ReadonlyMap<string, (node: NodeId) => boolean> = new Map(
    Object.entries({
      X509Certificate: (node: NodeId) => {
        const der = this.#base64(node)
        if (der) this.#into.certificates.push(parseCertificate(der, { budget: this.#budget }))
        return der !== null
      },
      X509CRL: (node: NodeId) => {
        const der = this.#base64(node)
        if (der) this.#into.crls.push(parseCrl(der, { budget: this.#budget }))
        return der !== null
      },
      X509SubjectName: (node: NodeId) => this.#into.subjectNames.push(simpleText(this.#document, node).trim()) > 0,
      X509SKI: (node: NodeId) => {
        const value = this.#base64(node)
        if (value) this.#into.subjectKeyIds.push(value)
        return value !== null
      },
      X509IssuerSerial: (node: NodeId) => {
        const children = new ChildReader(this.#document, node)
        const issuerName = simpleText(this.#document, children.required('X509IssuerName')).trim()
        const serialNumber = serialFromDecimal(simpleText(this.#document, children.required('X509SerialNumber')))
        children.end()
        if (serialNumber) this.#into.issuerSerials.push({ issuerName, serialNumber })
        return serialNumber !== null
      },
    }),
  )
}

/**
 * Reads a `ds:KeyInfo`. What is damaged inside is noted, not thrown: it is no part of what is signed, and the key may be known otherwise.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX` for children that the schema does not know, `ERR_BUDGET_EXCEEDED`
 */
export function readKeyInfo(document: XmlDocument, node: NodeId, budget: Budget): KeyInfo {
  const id = document.attribute(node, 'Id')
  const into: Draft = {
    node,
    ...(id === undefined ? {} : { id }),
    keyNames: [],
    keyValues: [],
    certificates: [],
    crls: [],
    subjectNames: [],
    issuerSerials: [],
    subjectKeyIds: [],
    certificateDigests: [],
    refused: [],
  }
  const reader = new Reader(document, budget, into)
  for (const child of childElements(document, node)) reader.child(child)
  return into
}
