/** One signature dictionary read: its CMS checked against the ranges it names. */

import { decode, octetString } from '../asn1/index.ts'
import {
  CMS_CONTENT,
  type ParsedSignedData,
  type ParsedSignerInfo,
  parseSignedData,
  parseTimestampToken,
  verifySignerInfo,
  verifyTimestampToken,
} from '../cms/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { equal } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import { isAboutDocument } from '../core/errors.ts'
import type { DocumentHashes } from '../core/hash.ts'
import { type ByteRange, type ByteSource, chunks } from '../core/source.ts'
import { readCounterSignatures, readSignatureTimestamps } from '../evidence/cms-signatures.ts'
import type { ReadContext, ReadSignature, ReadSigned, ReadTimestamp } from '../facts/index.ts'
import { PdfArray, type PdfDict, PdfString } from '../pdf/index.ts'
import { type Certificate, parseCertificate, publicKeyOf } from '../x509/index.ts'
import { verifyScheme } from '../x509/signed.ts'
import { contentsOf, type Decrypt } from './contents.ts'

/** What reading a dictionary needs beside it. */
export interface SignatureInput {
  readonly id: string
  readonly dict: PdfDict
  readonly subFilter: string
  readonly source: ByteSource
  /** `null` where `/ByteRange` is none: nothing can be hashed. */
  readonly ranges: readonly ByteRange[] | null
  readonly hashes: DocumentHashes
  /** For encrypted documents. */
  readonly decrypt: Decrypt | undefined
  readonly context: ReadContext
  /** Certificates of the document's security store. */
  readonly stored: readonly Certificate[]
}

/** A signature's CMS, checked. */
export interface SignatureResult extends Omit<ReadSigned, 'id'> {
  readonly signer: ParsedSignerInfo | undefined
  readonly cms: ParsedSignedData | undefined
  readonly signingTime: Date | undefined
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
  readonly timestamps: readonly ReadTimestamp[]
  /** Signatures over this one, in its CMS (RFC 5652 §11.4). */
  readonly counterSignatures: readonly ReadSignature[]
}

const NOTHING: Omit<SignatureResult, 'checks'> = {
  signer: undefined,
  cms: undefined,
  certificate: undefined,
  digestAlgorithm: undefined,
  scheme: undefined,
  certificates: [],
  signingTime: undefined,
  boundBy: null,
  timestamps: [],
  counterSignatures: [],
}

/** A CMS that could be read. EN 319 142-1 §5.1 wants DER; indefinite lengths are met and change nothing of what is signed. */
function cmsRead(bytes: Uint8Array): Check {
  return bytes[1] === 0x80 ? passed('cmsSyntax', 'the CMS is in BER, not in DER') : passed('cmsSyntax')
}

/** The error's words as a check, for errors that are about the document. */
function asCheck(error: unknown): Check {
  if (!isAboutDocument(error)) throw error
  return failed('cmsSyntax', error.message, { code: error.code })
}

/** Reads and checks a signature of any of the sub-filters that hold one. */
export async function readSignatureValue(input: SignatureInput): Promise<SignatureResult> {
  const contents = contentsOf(input.dict, input.decrypt)
  if (input.subFilter === 'adbe.x509.rsa_sha1') return readX509Rsa(input, contents.bytes, contents.checks)
  if (!['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'adbe.pkcs7.sha1'].includes(input.subFilter)) {
    return {
      ...NOTHING,
      checks: [...contents.checks, notDone('cmsSyntax', `the sub-filter ${input.subFilter || '(none)'} is not known`, { subFilter: input.subFilter })],
    }
  }
  try {
    const cms = parseSignedData(contents.bytes, { budget: input.context.budget })
    const result = await checkCms(input, cms)
    return { ...result, checks: [...contents.checks, cmsRead(contents.bytes), ...result.checks] }
  } catch (error) {
    return { ...NOTHING, checks: [...contents.checks, asCheck(error)] }
  }
}

async function checkCms(input: SignatureInput, cms: ParsedSignedData): Promise<SignatureResult> {
  const { context } = input
  const { crypto, budget } = context
  const checks: Check[] = []
  const [signer, ...others] = cms.signerInfos
  // ISO 32000-2 §12.8.3.3.1 and EN 319 142-1 §4.1: a single signer.
  if (!signer || others.length > 0) return { ...NOTHING, cms, checks: [failed('singleSignerInfo', `${cms.signerInfos.length} signers in one signature`)] }
  checks.push(passed('singleSignerInfo'))

  // EN 319 142-1 §5.3 and ISO 32000-2 §12.8.3.3: a document is data, and no token made for something else stands for it.
  if (cms.contentType !== CMS_CONTENT.data)
    checks.push(failed('contentType', `the CMS is over content of type ${cms.contentType}`, { content: cms.contentType }))

  const attached = input.subFilter === 'adbe.pkcs7.sha1'
  const ranges = input.ranges
  const content = cms.content
  if (attached) {
    checks.push(
      content && ranges && equal(await input.hashes.digest('SHA-1', ranges), content)
        ? passed('contentDigest')
        : failed('contentDigest', 'the digest in the CMS is not the document’s'),
    )
  } else if (content) checks.push(failed('contentAbsent', 'a detached signature carries content of its own'))

  const candidates = [...cms.certificates, ...input.stored, ...context.certificates]
  const signed = {
    digest: (algorithm: DigestAlgorithm): Promise<Uint8Array> =>
      attached && content ? digestBytes(input, algorithm, content) : input.hashes.digest(algorithm, ranges ?? []),
    bytes: () => (attached && content ? content : coveredBytes(input)),
  }
  const result = await verifySignerInfo(crypto, budget, signer, cms.contentType, signed, candidates)
  checks.push(...result.checks)
  return {
    signer,
    cms,
    checks,
    certificate: result.certificate,
    // What binds the document is the digest in the CMS, whatever that digest is hashed with again.
    digestAlgorithm: attached ? 'SHA-1' : result.digestAlgorithm,
    scheme: result.scheme,
    certificates: cms.certificates,
    signingTime: result.signingTime,
    boundBy: result.boundBy,
    timestamps: await readSignatureTimestamps(context, input.id, signer, candidates),
    counterSignatures: await readCounterSignatures(context, { id: input.id, info: signer }, cms.certificates, [...input.stored, ...context.certificates]),
  }
}

/** What the ranges cover, for a value that is over it directly: read anew for each such signature. */
function coveredBytes({ source, ranges, context }: SignatureInput): Iterable<Uint8Array> {
  for (const { length } of ranges ?? []) context.budget.spend('hashedBytes', length)
  return chunks(source, ranges ?? [])
}

async function digestBytes(input: SignatureInput, algorithm: DigestAlgorithm, bytes: Uint8Array): Promise<Uint8Array> {
  const hash = await input.context.crypto.createHash(algorithm)
  hash.update(bytes)
  return hash.digest()
}

/** Digests that `adbe.x509.rsa_sha1` may use in spite of its name (ISO 32000-1 table 257). */
const X509_RSA_DIGESTS: readonly DigestAlgorithm[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']

/** `adbe.x509.rsa_sha1` (ISO 32000-1 §12.8.3.2): a PKCS #1 value in an OCTET STRING, the certificate in the dictionary. */
async function readX509Rsa(input: SignatureInput, bytes: Uint8Array, checks: readonly Check[]): Promise<SignatureResult> {
  const { crypto, budget } = input.context
  const cert = input.dict.get('Cert')
  const strings = cert instanceof PdfArray ? cert.items : [cert]
  try {
    const certificates = strings.flatMap((one) => (one instanceof PdfString ? [parseCertificate(one.bytes, { budget })] : []))
    const [certificate] = certificates
    if (!certificate) return { ...NOTHING, checks: [...checks, notDone('signerCertificate', 'the dictionary has no certificate')] }
    const value = decode(octetString(), bytes, { rules: 'BER', budget })
    const common = { ...NOTHING, certificate, certificates }
    // This form has no attributes at all; /Cert is in what is signed, but nothing says so to who has not read ISO 32000.
    const found = [...checks, passed('signerCertificate'), notDone('signingCertificateAttribute', 'the attribute is absent')]
    for (const digest of X509_RSA_DIGESTS) {
      const scheme = { kind: 'RSASSA-PKCS1-v1_5', digest } as const
      if (await verifyScheme(crypto, budget, scheme, publicKeyOf(certificate), coveredBytes(input), value)) {
        return { ...common, digestAlgorithm: digest, scheme, checks: [...found, passed('signatureValue')] }
      }
    }
    return { ...common, digestAlgorithm: 'SHA-1', checks: [...found, failed('signatureValue', 'the signature value does not verify with the signer’s key')] }
  } catch (error) {
    return { ...NOTHING, checks: [...checks, asCheck(error)] }
  }
}

/** Reads and checks a document time-stamp (ISO 32000-2 §12.8.5). */
export async function readDocumentTimestamp(input: SignatureInput): Promise<Omit<ReadTimestamp, 'scope'>> {
  const contents = contentsOf(input.dict, input.decrypt)
  const common = { id: input.id, type: 'document' } as const
  try {
    const { crypto, budget, certificates } = input.context
    const token = parseTimestampToken(contents.bytes, { budget })
    const result = await verifyTimestampToken(crypto, budget, token, (algorithm) => input.hashes.digest(algorithm, input.ranges ?? []), [
      ...input.stored,
      ...certificates,
    ])
    return {
      ...common,
      checks: [...contents.checks, cmsRead(contents.bytes), ...result.checks],
      certificate: result.certificate,
      digestAlgorithm: result.imprintAlgorithm,
      scheme: result.scheme,
      certificates: token.cms.certificates,
      time: token.info.genTime,
    }
  } catch (error) {
    return {
      ...common,
      checks: [...contents.checks, asCheck(error)],
      certificate: undefined,
      digestAlgorithm: undefined,
      scheme: undefined,
      certificates: [],
      time: undefined,
    }
  }
}
