/** Reading the signatures of a CMS file: every check done and recorded, nothing judged. */
import { attributeEvidence } from '../cms/attribute-values.ts'
import { attributesOf } from '../cms/attributes.ts'
import { CMS_ATTRIBUTE, CMS_CONTENT, type ParsedSignerInfo, parseTimestampToken, verifySignerInfo, verifyTimestampToken } from '../cms/index.ts'
import { cadesLevel } from '../cms/level.ts'
import { type OpenedSignedData, openSignedData } from '../cms/signed-data.ts'
import type { SignerInfoResult } from '../cms/verify.ts'
import { Budget } from '../core/budget.ts'
import { failed } from '../core/check.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt, isAboutDocument } from '../core/errors.ts'
import { type ByteSource, type DocumentInput, toSource } from '../core/source.ts'
import {
  hasTime,
  isAmong,
  NO_LATER_CHANGES,
  readCounterSignatures,
  readSignatureTimestamps,
  toReadSigned,
  toReadTimestamp,
} from '../evidence/cms-signatures.ts'
import type { FormatReader, ReadContext, ReadDocument, ReadSignature, ReadTimestamp, Scope, TimestampType } from '../facts/index.ts'
import { digestAlgorithm } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/index.ts'
import { claimsOf } from './attributes.ts'
import { type Candidate, Contents } from './contents.ts'
import { formOf, locate } from './form.ts'

/** How the signatures of a CMS file are read. */
export interface ReadCmsOptions {
  /** Content that the file is over without holding it; of several, each signature's own is found by its digest. */
  readonly detached?: readonly { readonly name?: string; readonly content: DocumentInput }[]
  readonly crypto?: CryptoProvider
  readonly budget?: Budget
  /** Certificates from outside the document. */
  readonly certificates?: readonly Certificate[]
}

type Oddity = ReadDocument['oddities'][number]

interface Reading {
  readonly context: ReadContext
  readonly cms: OpenedSignedData
  readonly contents: Contents
}

/** The signer held against the content it may be over; of several the first that holds, the last otherwise. */
async function checkSigner(
  { context, cms, contents }: Reading,
  info: ParsedSignerInfo,
  certificates: readonly Certificate[],
): Promise<{ result: SignerInfoResult; candidate: Candidate }> {
  const candidates = await contents.candidatesFor(info)
  for (const [i, candidate] of candidates.entries()) {
    const result = await verifySignerInfo(context.crypto, context.budget, info, cms.contentType, candidate.content, certificates)
    const holds = result.checks.some(({ name, result: one }) => name === 'signatureValue' && one === 'passed')
    if (holds || i === candidates.length - 1) return { result, candidate }
  }
  throw new Error('a signer without a candidate')
}

/** Time-stamps in an attribute that are not over the signature value alone. */
async function readTokens(
  { context }: Reading,
  tokens: readonly Uint8Array[],
  type: TimestampType,
  id: string,
  scope: Scope,
  candidate: Candidate | null,
  certificates: readonly Certificate[],
): Promise<ReadTimestamp[]> {
  const { crypto, budget } = context
  const found: ReadTimestamp[] = []
  for (const [i, bytes] of tokens.entries()) {
    budget.spend('signatures')
    const own = `${id}${i + 1}`
    try {
      const token = parseTimestampToken(bytes, { budget })
      const stamped = async (algorithm: Parameters<NonNullable<Candidate['content']>['digest']>[0]): Promise<Uint8Array | null> =>
        candidate?.content ? candidate.content.digest(algorithm) : null
      found.push(toReadTimestamp(own, type, scope, { result: await verifyTimestampToken(crypto, budget, token, stamped, certificates) }))
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      found.push(toReadTimestamp(own, type, scope, { result: null, check: failed('cmsSyntax', error.message) }))
    }
  }
  return found
}

const ARCHIVE = [CMS_ATTRIBUTE.archiveTimestamp, CMS_ATTRIBUTE.archiveTimestampV2, CMS_ATTRIBUTE.archiveTimestampV3]

/** One signer and those who counter-signed. */
async function readSigner(reading: Reading, info: ParsedSignerInfo, id: string, stored: readonly Certificate[]): Promise<ReadSignature[]> {
  const { context, cms } = reading
  const { budget } = context
  budget.spend('signatures')
  const others = [...stored, ...context.certificates]
  const certificates = [...cms.certificates, ...others]
  const { result, candidate } = await checkSigner(reading, info, certificates)
  const values = (from: 'signed' | 'unsigned', types: readonly string[]): Uint8Array[] =>
    types.flatMap((type) => attributesOf(info[from], type).flatMap(({ attrValues }) => [...attrValues]))
  const stamps = await readSignatureTimestamps(context, id, info, certificates)
  const of: Scope = { kind: 'signature', of: id }
  const signature: ReadSignature = {
    id,
    ...toReadSigned(result),
    checks: [...candidate.checks, ...result.checks],
    certificates: cms.certificates,
    scope: candidate.scope,
    level: cadesLevel(info, {
      carriesCertificate: isAmong(result.certificate, cms.certificates),
      carriesRevocation: cms.crls.length + cms.ocsp.length > 0,
      timestamped: hasTime(stamps),
    }),
    timestamps: [
      // EN 319 122-1 §5.2.8: over the content, before it was signed.
      ...(await readTokens(reading, values('signed', [CMS_ATTRIBUTE.contentTimestamp]), 'content', `${id}-CT`, candidate.scope, candidate, certificates)),
      ...stamps,
      // What these are over is gathered where signatures are kept for long; here it stays open.
      ...(await readTokens(reading, values('unsigned', ARCHIVE), 'archive', `${id}-A`, of, null, certificates)),
    ],
    laterChanges: NO_LATER_CHANGES,
    claims: claimsOf(info, budget),
  }
  return [signature, ...(await readCounterSignatures(context, { id, info }, cms.certificates, others))]
}

/** A time-stamp token as a file: over content beside it (RFC 3161 §3.2). */
async function readToken(reading: Reading, source: ByteSource, start: number): Promise<ReadTimestamp> {
  const { context, cms, contents } = reading
  context.budget.spend('signatures')
  context.budget.spend('cmsBytes', cms.end - start)
  const token = parseTimestampToken(source.read(start, cms.end - start), { budget: context.budget })
  const { hashAlgorithm, hashedMessage } = token.info.messageImprint
  let candidate: Candidate | undefined
  const stamped = async (): Promise<Uint8Array | null> => {
    const algorithm = digestAlgorithm(hashAlgorithm)
    candidate = await contents.withDigest(algorithm, hashedMessage)
    return candidate.content?.digest(algorithm) ?? null
  }
  const result = await verifyTimestampToken(context.crypto, context.budget, token, stamped, context.certificates)
  return toReadTimestamp('document-timestamp-1', 'document', candidate?.scope ?? { kind: 'detached', found: false }, { result })
}

async function readSource(document: ByteSource, context: ReadContext): Promise<ReadDocument> {
  const { budget } = context
  const { source, start, form, more = 0 } = locate(document, budget)
  const cms = openSignedData(source, budget, start)
  const oddities: Oddity[] = []
  if (form !== 'response' && cms.end < source.size)
    oddities.push({ code: 'cms-trailing', detail: `${source.size - cms.end} bytes follow the CMS`, offset: cms.end })
  if (more > 0) oddities.push({ code: 'cms-trailing', detail: `${more} further CMS in the same text` })
  if (cms.contentType === CMS_CONTENT.tstInfo) {
    const reading: Reading = { context, cms, contents: new Contents(context, undefined) }
    const documentTimestamps = [await readToken(reading, source, start)]
    return { format: 'cms', signatures: [], documentTimestamps, certificates: [], crls: cms.crls, ocsp: cms.ocsp, oddities }
  }
  const evidence = cms.signerInfos.map((info) => attributeEvidence(info, budget))
  const certificates = evidence.flatMap((one) => one.certificates)
  const reading: Reading = { context, cms, contents: new Contents(context, cms.content) }
  const signatures: ReadSignature[] = []
  for (const [i, info] of cms.signerInfos.entries()) signatures.push(...(await readSigner(reading, info, `signature-${i + 1}`, certificates)))
  return {
    format: 'cms',
    signatures,
    documentTimestamps: [],
    certificates,
    crls: [...cms.crls, ...evidence.flatMap((one) => one.crls)],
    ocsp: [...cms.ocsp, ...evidence.flatMap((one) => one.ocsp)],
    oddities,
  }
}

/**
 * Reads the signatures of a CMS file and does every cryptographic check that needs no trust: digests of the content, signature
 * values, signing-certificate attributes, time-stamp tokens, counter-signatures. Content of any size is streamed through, attached
 * or detached. What a file carries is what it signs: content given beside it that differs is told as a failed check. A time-stamp
 * token as a file is read as a document time-stamp.
 *
 * @param document `.p7s` or `.p7m` in DER or BER, PEM (`CMS`, `PKCS7`), or random access to one
 * @returns what was found; `verify` from `kyso/verify` judges it
 * @throws KysoError `ERR_CMS_SYNTAX`, `ERR_CMS_MIME` for an S/MIME message, `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 * @example
 * ```ts
 * const { signatures } = await readCms(p7s, { detached: [{ name: 'contract.pdf', content: pdf }] })
 * signatures[0].level // => 'CAdES-BASELINE-T'
 * signatures[0].scope.kind // => 'detached'
 * ```
 */
export async function readCms(document: DocumentInput, options: ReadCmsOptions = {}): Promise<ReadDocument> {
  const { detached = [] } = options
  return readSource(toSource(document), {
    crypto: options.crypto ?? defaultCrypto(),
    budget: options.budget ?? new Budget(),
    certificates: options.certificates ?? [],
    detached: detached.map(({ name, content }) => ({ ...(name === undefined ? {} : { name }), source: toSource(content) })),
  })
}

/** The reader of CMS files that `verify` takes in `formats`. */
export const cmsFormat: FormatReader = {
  format: 'cms',
  detect: (source) => formOf(source) !== null,
  // Nothing may follow: a PDF behind a CMS is what viewers would show.
  isWhole: (source) => formOf(source) === 'cms' && attempt(() => openSignedData(source, new Budget()).end) === source.size,
  read: readSource,
}
