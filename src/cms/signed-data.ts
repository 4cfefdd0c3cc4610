/** SignedData as read (RFC 5652 §5): the parts, their bytes, and nothing judged. */
import { type Element, readElement } from '../asn1/element.ts'
import { decode, decodePrefix } from '../asn1/index.ts'
import { Budget } from '../core/budget.ts'
import { attempt, type ErrorCode, isKysoError, KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import { type OcspAnswer, parseOcsp } from '../x509/ocsp.ts'
import { type AttributeList, readAttributes } from './attributes.ts'
import type { ContentPlace } from './content.ts'
import { CONTENT, OCSP_RESPONSE_FORMATS } from './oids.ts'
import { scanSignedData } from './scan.ts'
import { ContentInfo, OtherRevocationInfoFormat, SignedData, SignerInfo } from './schemas.ts'

/** A SignerInfo with its attribute lists read. */
export interface ParsedSignerInfo extends SignerInfo {
  readonly bytes: Uint8Array
  readonly signed: AttributeList | undefined
  readonly unsigned: AttributeList | undefined
}

/** A SignedData taken apart. */
export interface ParsedSignedData {
  /** The ContentInfo's bytes, without anything that followed it. */
  readonly bytes: Uint8Array
  readonly version: number
  readonly contentType: string
  /** The content inside, where it is attached. */
  readonly content: Uint8Array | undefined
  /** X.509 certificates that could be read. */
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
  /** How many certificates and revocation values could not be read, or are of another kind. */
  readonly unread: number
  readonly signerInfos: readonly ParsedSignerInfo[]
}

/** What a value costs before it is looked at, in ASN.1 elements: of what is no certificate at all there may be a million. */
const VALUE = 50

function collect(data: SignedData, budget: Budget): Pick<ParsedSignedData, 'certificates' | 'crls' | 'ocsp' | 'unread'> {
  budget.spend('asn1Nodes', VALUE * ((data.certificates?.length ?? 0) + (data.crls?.length ?? 0)))
  const certificates: Certificate[] = []
  const crls: Crl[] = []
  const ocsp: OcspAnswer[] = []
  let unread = 0
  for (const bytes of data.certificates ?? []) {
    const certificate = attempt(() => parseCertificate(bytes, { budget }))
    if (certificate) certificates.push(certificate)
    else unread++
  }
  for (const bytes of data.crls ?? []) {
    if (bytes[0] === 0x30) {
      const crl = attempt(() => parseCrl(bytes, { budget }))
      if (crl) crls.push(crl)
      else unread++
      continue
    }
    // [1] OtherRevocationInfoFormat, the tag replacing the SEQUENCE's.
    const answer = attempt(() => {
      const plain = bytes.slice()
      plain[0] = 0x30
      const other = decode(OtherRevocationInfoFormat, plain, { rules: 'BER', budget })
      return OCSP_RESPONSE_FORMATS.includes(other.otherRevInfoFormat) ? parseOcsp(other.otherRevInfo, { budget }) : undefined
    })
    if (answer) ocsp.push(answer)
    else unread++
  }
  return { certificates, crls, ocsp, unread }
}

/**
 * Reads one SignerInfo (RFC 5652 §5.3): of a SignedData, or the value of a counter-signature (§11.4).
 *
 * @throws KysoError `ERR_ASN1_*`, `ERR_BUDGET_EXCEEDED`
 */
export function readSignerInfo(bytes: Uint8Array, budget: Budget): ParsedSignerInfo {
  const info = decode(SignerInfo, bytes, { rules: 'BER', budget })
  return {
    ...info,
    bytes,
    signed: info.signedAttrs && readAttributes(info.signedAttrs, budget),
    unsigned: info.unsignedAttrs && readAttributes(info.unsignedAttrs, budget),
  }
}

/**
 * Reads a ContentInfo that holds SignedData, at the start of `bytes`.
 *
 * @param bytes BER or DER; what follows the structure (the padding of a PDF's `/Contents`) is not looked at
 * @throws KysoError `ERR_CMS_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const cms = parseSignedData(p7s)
 * cms.signerInfos.length // => 1
 * ```
 */
export function parseSignedData(bytes: Uint8Array, options: { budget?: Budget } = {}): ParsedSignedData {
  const budget = options.budget ?? new Budget()
  try {
    const outer = decodePrefix(ContentInfo, bytes, { rules: 'BER', budget })
    if (outer.value.contentType !== CONTENT.signedData)
      throw new KysoError('ERR_CMS_SYNTAX', `the CMS holds ${outer.value.contentType}, not SignedData`, { contentType: outer.value.contentType })
    const data = decode(SignedData, outer.value.content, { rules: 'BER', budget })
    return {
      bytes: bytes.subarray(0, outer.end),
      version: data.version,
      contentType: data.encapContentInfo.eContentType,
      content: data.encapContentInfo.eContent,
      ...collect(data, budget),
      signerInfos: data.signerInfos.map((info) => readSignerInfo(info, budget)),
    }
  } catch (cause) {
    throw asCmsSyntax(cause)
  }
}

/** A SignedData in a source, its content left where it lies. */
export interface OpenedSignedData extends Omit<ParsedSignedData, 'bytes' | 'content'> {
  /** The content, where it is attached. */
  readonly content: ContentPlace | undefined
  /** Where the ContentInfo ends. */
  readonly end: number
  /** Lengths are indefinite, or the content is split. */
  readonly ber: boolean
  /** The encoded parts, for who writes the SignedData anew. */
  readonly parts: SignedData
}

/**
 * Reads a ContentInfo that holds SignedData out of a source: certificates and signers in memory, content of any size where it lies.
 *
 * @param start where the ContentInfo begins
 * @throws KysoError `ERR_CMS_SYNTAX`, `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 */
export function openSignedData(source: ByteSource, budget: Budget, start = 0): OpenedSignedData {
  try {
    const { skeleton, content, end, ber } = scanSignedData(source, start, budget)
    const parts = decode(SignedData, skeleton, { rules: 'BER', budget })
    return {
      version: parts.version,
      contentType: parts.encapContentInfo.eContentType,
      content,
      ...collect(parts, budget),
      signerInfos: parts.signerInfos.map((info) => readSignerInfo(info, budget)),
      end,
      ber,
      parts,
    }
  } catch (cause) {
    throw asCmsSyntax(cause)
  }
}

const KEPT: readonly ErrorCode[] = ['ERR_BUDGET_EXCEEDED', 'ERR_CMS_SYNTAX', 'ERR_SOURCE_CHANGED', 'ERR_FILE_READ']

/** What was met while a SignedData was read, as what it means for the CMS; what is not about the document stays as it is. */
function asCmsSyntax(cause: unknown): unknown {
  if (!isKysoError(cause) || KEPT.includes(cause.code)) return cause
  return new KysoError('ERR_CMS_SYNTAX', `not a CMS SignedData: ${cause.message}`, { ...cause.data }, { cause })
}

/**
 * Length in bytes of the element at the start of `bytes`; `null` where there is none.
 *
 * @param bytes BER or DER; what follows the element is not looked at
 * @example
 * ```ts
 * elementLength(Uint8Array.of(0x04, 0x02, 0xca, 0xfe, 0x00, 0x00)) // => 4
 * ```
 */
export function elementLength(bytes: Uint8Array): number | null {
  const element: Element | undefined = attempt(() => readElement(bytes, 0, bytes.length, { rules: 'BER', budget: new Budget(), depth: 0 }))
  return element ? element.end : null
}
