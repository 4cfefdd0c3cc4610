/** Reading the signatures of an XML document: every check done and recorded, nothing judged. */
import { Budget } from '../core/budget.ts'
import { fromLatin1 } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { rest } from '../core/pause.ts'
import { type ByteSource, type DocumentInput, readAll, toSource } from '../core/source.ts'
import type { FormatReader, ReadContext, ReadDocument, ReadSignature } from '../facts/index.ts'
import type { Certificate } from '../x509/index.ts'
import { parseXml } from '../xml/parse.ts'
import type { XmlTable } from '../xml/table.ts'
import { xmlDsigContext } from '../xmldsig/context.ts'
import type { IdAttribute } from '../xmldsig/ids.ts'
import { findSignatures } from '../xmldsig/signature.ts'
import { referenceOctets, signedInfoOctets } from '../xmldsig/verify.ts'
import { enclosingSignature } from './counter-signature.ts'
import { readEvidence } from './evidence.ts'
import { Externals } from './external.ts'
import { type Reading, readOne, type SignatureRead } from './read-signature.ts'
import { nameSignatures } from './signature-ids.ts'

/** How the signatures of an XML document are read. */
export interface ReadXmlOptions {
  /** Content that signatures are over and the document does not hold: found by the file name their references end in, or by its digest. */
  readonly detached?: readonly { readonly name?: string; readonly content: DocumentInput }[]
  /** Attributes that are IDs besides `Id`, `id`, `ID`, `xml:id` and those that the document type declares. */
  readonly idAttributes?: readonly IdAttribute[]
  readonly crypto?: CryptoProvider
  readonly budget?: Budget
  /** Certificates from outside the document. */
  readonly certificates?: readonly Certificate[]
}

/** What was signed by a signature, byte for byte. */
export interface SignedBytes {
  /** `SignedInfo` in its canonical form: what the signature value is over. */
  readonly signedInfo: Uint8Array
  /** What each reference digests, in the order of `SignedInfo`; `null` where that is not at hand or cannot be put together. */
  readonly references: readonly { readonly uri: string | null; readonly bytes: Uint8Array | null }[]
}

/** An XML document as read. */
export interface ReadXmlResult extends ReadDocument {
  /**
   * The bytes that a signature is over, put together when asked for.
   *
   * @param id of a signature
   * @throws KysoError `ERR_ARGUMENT` where no readable signature has the id, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_BUDGET_EXCEEDED`
   */
  signedBytes(id: string): SignedBytes
}

/** What was read, with the tree it was read from. */
export interface XmlReading {
  readonly document: XmlTable
  readonly read: ReadDocument
  readonly signatures: readonly SignatureRead[]
}

/**
 * The table of a large document is several times its size, in arrays whose end the collector only notices in turns that it gets some
 * milliseconds apart. Without them before the next table is made, a process that reads one large document after the other would hold two or
 * three of them; a document of this size takes many times as long to read.
 */
const LARGE = 8 * 1024 * 1024
const RESTS = 4
const REST_MS = 8

/**
 * Reads a document and its signatures.
 *
 * @throws KysoError `ERR_XML_*` where it is no XML, `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 */
export async function readXmlDocument(source: ByteSource, context: ReadContext, idAttributes: readonly IdAttribute[] = []): Promise<XmlReading> {
  const { crypto, budget } = context
  const bytes = readAll(source)
  if (bytes.length >= LARGE) for (let i = 0; i < RESTS; i++) await rest(REST_MS)
  const document = parseXml(bytes, { budget })
  const nodes = findSignatures(document)
  budget.spend('signatures', nodes.length)
  const enclosing = new Map(nodes.map((node) => [node, enclosingSignature(document, node)]))
  const evidence = readEvidence(document, nodes, budget)
  const reading: Reading = {
    document,
    context,
    dsig: xmlDsigContext(document, { crypto, budget, idAttributes }),
    externals: new Externals(context),
    ids: nameSignatures(nodes, enclosing),
    others: [...evidence.certificates, ...context.certificates],
  }
  const signatures: SignatureRead[] = []
  for (const node of nodes) signatures.push(await readOne(reading, node, enclosing.get(node)))
  const { unused } = reading.externals
  // Counter-signatures are over signatures, whatever is given.
  const factsOf = ({ facts }: SignatureRead): ReadSignature => (unused && facts.parent === undefined ? { ...facts, checks: [...facts.checks, unused] } : facts)
  const keyInfos = signatures.flatMap(({ checked }) => checked?.signature.keyInfo ?? [])
  return {
    document,
    signatures,
    read: {
      format: 'xml',
      signatures: signatures.map(factsOf),
      documentTimestamps: [],
      certificates: evidence.certificates,
      crls: [...keyInfos.flatMap(({ crls }) => crls), ...evidence.crls],
      ocsp: evidence.ocsp,
      oddities: signatures.flatMap(({ oddities }) => oddities),
    },
  }
}

function signedBytesOf({ checked }: SignatureRead): SignedBytes {
  if (!checked) throw new KysoError('ERR_ARGUMENT', 'the signature could not be read', { argument: 'id' })
  const { signature, context, references } = checked
  return {
    signedInfo: signedInfoOctets(context, signature),
    references: references.references.map(({ reference, digest }) => ({
      uri: reference.uri,
      bytes: digest ? referenceOctets(context, signature, reference) : null,
    })),
  }
}

/**
 * Reads the signatures of an XML document, plain ones and XAdES of any version, and does every cryptographic check that needs no trust:
 * references, signature values, the binding of certificates, time-stamps, counter-signatures. What each covers is told by element and by
 * byte range, only where reference and signature value hold.
 *
 * @param document the whole file, or random access to it
 * @returns what was found; `verify` from `kyso/verify` judges it
 * @throws KysoError `ERR_XML_*` where it is no XML, `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 * @example
 * ```ts
 * const { signatures, signedBytes } = await readXml(invoice)
 * signatures[0].level // => 'XAdES-BASELINE-T'
 * signedBytes('signature-1').references.length // => 2
 * ```
 */
export async function readXml(document: DocumentInput, options: ReadXmlOptions = {}): Promise<ReadXmlResult> {
  const { detached = [], idAttributes } = options
  const context: ReadContext = {
    crypto: options.crypto ?? defaultCrypto(),
    budget: options.budget ?? new Budget(),
    certificates: options.certificates ?? [],
    detached: detached.map(({ name, content }) => ({ ...(name === undefined ? {} : { name }), source: toSource(content) })),
  }
  const { read, signatures } = await readXmlDocument(toSource(document), context, idAttributes)
  return {
    ...read,
    signedBytes(id) {
      const found = signatures.find((one) => one.id === id)
      if (!found) throw new KysoError('ERR_ARGUMENT', `no signature has the id ${id}`, { argument: 'id' })
      return signedBytesOf(found)
    },
  }
}

/** How files begin that are XML in UTF-16 or in an encoding that is refused by name. */
const WIDE: readonly (readonly number[])[] = [
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0x3c, 0, 0x3f, 0],
  [0, 0x3c, 0, 0x3f],
  [0, 0, 0xfe, 0xff],
  [0, 0, 0, 0x3c],
  [0x3c, 0, 0, 0],
]

/** The reader of XML that `verify` takes in `formats`. */
export const xmlFormat: FormatReader = {
  format: 'xml',
  detect(source) {
    const head = source.read(0, 1024)
    if (WIDE.some((pattern) => pattern.every((byte, i) => head[i] === byte))) return true
    const text = fromLatin1(head).replace(/^\u00ef\u00bb\u00bf/, '')
    return /^[ \t\r\n]*<[!?A-Za-z_:\u0080-\u00ff]/.test(text) && !/^\s*<(?:!doctype\s+html\b|html[\s>])/i.test(text)
  },
  read: async (source, context) => (await readXmlDocument(source, context)).read,
}
