import type { DigestAlgorithm, SignatureAlgorithm } from '../core/algorithms.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import type { DocumentInput } from '../core/source.ts'
import type { Signer } from '../signers/signer.ts'
import type { Sources } from '../sources/types.ts'
import type { C14nAlgorithm } from '../xml/c14n/algorithm.ts'
import type { COMMITMENT_URI } from './names.ts'

/** Levels this version makes. */
export type XadesLevel = 'B-B' | 'B-T'

/**
 * Where document and signature are: the signature in the document; the document in the signature; a file for the signature alone; or
 * both beside each other in one file.
 */
export type XmlPackaging = 'enveloped' | 'enveloping' | 'detached' | 'internally-detached'

/** A canonicalisation: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0; without comments unless said. */
export type Canonicalization = C14nAlgorithm['method'] | `${C14nAlgorithm['method']}-with-comments`

/**
 * A transform of a reference, in order:
 * `enveloped-signature` takes out this signature, `without-signatures` every signature (an XPath filter, which later signatures do not
 * break), `base64` decodes, the rest as they say.
 */
export type XmlTransform =
  | 'enveloped-signature'
  | 'without-signatures'
  | 'base64'
  | Canonicalization
  | { readonly canonicalization: Canonicalization; readonly inclusivePrefixes: readonly string[] }
  | { readonly xpath: string; readonly namespaces?: Readonly<Record<string, string>> }
  | { readonly filter: 'intersect' | 'subtract' | 'union'; readonly xpath: string; readonly namespaces?: Readonly<Record<string, string>> }

/** Something that is signed. Give `element` or `uri`. */
export interface XmlReference {
  /** An element: its ID, a path as `/TDiep/DLieu/HDon[2]/DLHDon` with names as written, or an XPath (prefixes as in `namespaces`). */
  readonly element?: string
  /** As it shall stand: empty for the document, `#id` for an element, or the name of something outside, whose `content` has to be given. */
  readonly uri?: string
  readonly content?: DocumentInput
  /**
   * When left out: for what holds the signature, signatures are left out (`enveloped` says which) and the rest canonicalised; for other
   * elements the canonicalisation; for content nothing. An empty list writes no `Transforms` at all.
   */
  readonly transforms?: readonly XmlTransform[]
  readonly digestAlgorithm?: DigestAlgorithm
  readonly type?: string
  readonly id?: string
  /** For its DataObjectFormat: `text/xml`, or `application/octet-stream` for content, when left out. */
  readonly mimeType?: string
  readonly description?: string
  /** URI of its encoding, for its DataObjectFormat. */
  readonly encoding?: string
}

/** Where in the document the signature goes. */
export interface XmlSignaturePlace {
  /** As {@link XmlReference.element}; the document element when left out. A self-closing tag is opened. */
  readonly element?: string
  /** `lastChild` when left out. */
  readonly where?: 'lastChild' | 'firstChild' | 'after' | 'before'
}

/** What stands in KeyInfo; nothing of it is signed. */
export interface XmlKeyInfo {
  /** `chain`: all certificates at hand, when left out; `signer`: the signer's alone. */
  readonly certificates?: 'signer' | 'chain'
  /** The key written out. */
  readonly keyValue?: boolean
  /**
   * X509SubjectName: `rfc4514` has the last relative name first, `forward` is as in the certificate; a list gives the order of the types
   * (`['C', 'ST', 'L', 'O', 'CN', 'UID']`), others follow.
   */
  readonly subjectName?: 'rfc4514' | 'forward' | readonly string[]
  /** X509IssuerSerial. */
  readonly issuerSerial?: boolean
}

/** A `ds:SignatureProperties` with a time, in a `ds:Object` of its own, as documents of Vietnam have it. */
export interface XmlTimeProperty {
  /** Name of the element with the time; `SigningTime` when left out. */
  readonly element?: string
  /**
   * Its namespace; that of XML signatures when left out, `''` for none. Both are what documents of Vietnam have, and what validators by the
   * schema complain about: it wants any other one.
   */
  readonly namespace?: string
  /** Minutes east of UTC that the time is written in: 0 when left out, 420 for Vietnam. */
  readonly offset?: number
  /** Whether the offset is written behind the time; `true` when left out. */
  readonly zone?: boolean
  /** `Target` of the property; `#` and the signature's ID when left out. */
  readonly target?: string
  /** The ID, generated when left out, and which element bears it: `object` when left out. */
  readonly id?: string
  readonly idOn?: 'object' | 'properties' | 'property'
  /** Whether it is signed, and how: `true` when left out. Without `transforms` none are written. */
  readonly signed?: boolean | { readonly type?: string; readonly transforms?: readonly XmlTransform[]; readonly id?: string }
}

/** The policy a signature was made under (EN 319 132-1 §5.2.9). */
export interface XmlSignaturePolicy {
  /** URI, or a dotted object identifier. */
  readonly id: string
  readonly description?: string
  readonly digestAlgorithm: DigestAlgorithm
  /** Digest of the policy's text. */
  readonly digest: Uint8Array
  /** Where its text is. */
  readonly uri?: string
  /** What relying parties shall be shown. */
  readonly notice?: string
}

/** What a signature says of itself; all of it is signed, and needs the form `xades`. */
export interface XmlDescription {
  /** Claimed time of signing; the present when left out. */
  readonly signingTime?: Date
  readonly signerRoles?: readonly string[]
  readonly productionPlace?: {
    readonly city?: string
    readonly streetAddress?: string
    readonly stateOrProvince?: string
    readonly postalCode?: string
    readonly country?: string
  }
  readonly signaturePolicy?: 'implied' | XmlSignaturePolicy
  /** One of the names, or a URI. */
  readonly commitment?: keyof typeof COMMITMENT_URI | (string & {})
}

/** How a signature is written. */
export interface XmlSignatureForm extends XmlDescription {
  /** `enveloped` when left out. */
  readonly packaging?: XmlPackaging
  /** Plain XML-DSig for systems that know no XAdES; `xades` when left out. */
  readonly form?: 'xades' | 'xmldsig'
  /** `B-B` when left out. */
  readonly level?: XadesLevel
  /** Of SignedInfo, and of references that say nothing else; `exclusive` when left out. */
  readonly canonicalization?: Canonicalization
  /**
   * How what holds the signature leaves it out: `without-signatures` when left out, so that later signatures break nothing. What stands inside of other
   * `ds:Signature` elements is then not signed; `enveloped-signature` leaves out this one alone, and any later change breaks it.
   */
  readonly enveloped?: 'without-signatures' | 'enveloped-signature'
  /** What is signed; the whole document when left out. */
  readonly references?: readonly XmlReference[]
  /** What XPath prefixes in `element` mean. */
  readonly namespaces?: Readonly<Record<string, string>>
  /** Lets an `Id` attribute be put into an element that is referenced and has none. */
  readonly addId?: boolean
  readonly place?: XmlSignaturePlace
  /** Name of the document for a detached signature's reference; it is percent-encoded. */
  readonly fileName?: string
  /** Type of the whole document; see {@link XmlReference.mimeType}. */
  readonly mimeType?: string
  /** How a document goes into an enveloping signature or a wrapper: as XML where it can be, when left out. */
  readonly embed?: 'xml' | 'base64'
  /** ID of the signature; generated when left out. */
  readonly signatureId?: string
  /** Prefix of the elements of XML-DSig: `ds` when left out, `''` for a default namespace. */
  readonly prefix?: string
  /** Digest of references; that of the signature when left out. */
  readonly digestAlgorithm?: DigestAlgorithm
  readonly keyInfo?: XmlKeyInfo
  /** Whether SigningCertificateV2 names issuer and serial number too. */
  readonly signingCertificateSerial?: boolean
  readonly signatureProperties?: readonly XmlTimeProperty[]
}

/** What preparing a signature needs. */
export interface PrepareXmlOptions extends XmlSignatureForm {
  /** DER, the signer's first, then what shall stand in the signature of its chain. */
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithm
  /** Counter-signs: ID of a signature in the document, or its place from 0 on. What is signed, and where it goes, is then given. */
  readonly counterSign?: string | number
  /** What the user is signing, to be shown where consent is asked. */
  readonly name?: string
  readonly crypto?: CryptoProvider
}

/** Content of references that lead out of the document. */
export interface XmlContent {
  /** As in the reference. */
  readonly uri: string
  readonly content: DocumentInput
}

/** What completing a signature needs. */
export interface CompleteXmlOptions {
  /** Content of references that lead out, other than the document of a detached signature. */
  readonly contents?: readonly XmlContent[]
  /** `sources.timestamp` is asked for the time-stamp of `B-T`. */
  readonly sources?: Sources
  readonly signal?: AbortSignal
  readonly crypto?: CryptoProvider
}

/** What signing in one go needs. */
export interface SignXmlOptions extends XmlSignatureForm, Omit<CompleteXmlOptions, 'contents'> {
  readonly signer: Signer
  /** Certificates to carry beside those the signer has. */
  readonly certificates?: readonly Uint8Array[]
  readonly counterSign?: string | number
  readonly name?: string
}

/** What counter-signing needs. */
export interface CounterSignXmlOptions
  extends Omit<SignXmlOptions, 'packaging' | 'references' | 'place' | 'counterSign' | 'fileName' | 'embed' | 'mimeType' | 'signatureProperties' | 'addId'> {
  /** The signature to sign: its ID, or its place from 0 on; the first when left out. */
  readonly signature?: string | number
}
