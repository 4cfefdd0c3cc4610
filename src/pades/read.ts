/** Reading the signatures of a PDF: every check done and recorded, nothing judged. */
import { Budget } from '../core/budget.ts'
import { type Check, type CheckName, failed, passed } from '../core/check.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt, KysoError } from '../core/errors.ts'
import { DocumentHashes } from '../core/hash.ts'
import { type ByteSource, type DocumentInput, toSource } from '../core/source.ts'
import type { FormatReader, ReadContext, ReadDocument, ReadSignature, ReadTimestamp } from '../facts/index.ts'
import { nameOf, openPdf, PdfDict, type PdfDocument, type PdfOddityCode } from '../pdf/index.ts'
import type { Certificate } from '../x509/index.ts'
import type { Decrypt } from './contents.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { parsePdfDate } from './date.ts'
import { carriesRevocation, readDss, type ValidationData } from './dss.ts'
import { type SignatureField, signatureFields, textOf } from './fields.ts'
import { laterChanges } from './later-changes.ts'
import { levelOf } from './level.ts'
import { readDocumentTimestamp, readSignatureValue, type SignatureInput, type SignatureResult } from './read-signature.ts'
import { unseen } from './unseen.ts'

/** How the signatures of a PDF are read. */
export interface ReadPdfOptions {
  readonly password?: string | Uint8Array
  readonly crypto?: CryptoProvider
  readonly budget?: Budget
  /** Certificates from outside the document. */
  readonly certificates?: readonly Certificate[]
  /** `false`: what came after each signature is not looked into, and counts as unexplained. */
  readonly compareRevisions?: boolean
}

/** Keys whose doubling would let two readers see two signatures (ISO 32000-2 §7.3.7). */
const JUDGED_KEYS = ['ByteRange', 'Contents', 'SubFilter', 'Filter', 'Type', 'Cert', 'Reference', 'M']

interface SignedField extends SignatureField {
  readonly value: NonNullable<SignatureField['value']>
  readonly coverage: Coverage
  readonly checks: readonly Check[]
  readonly subFilter: string
}

/** The signed fields in the order of what they cover. */
function signedFields(document: PdfDocument, budget: Budget, shared: Oddity[]): SignedField[] {
  const fields = signatureFields(document, budget)
  const places = new Map<PdfDict | number, string>()
  const signed = fields.flatMap((field): SignedField[] => {
    if (!field.value) return []
    // One dictionary is one signature, however many fields show it. A field that came to show it later is a change of the form.
    const other = places.get(placeOf(field.value))
    if (other !== undefined) {
      shared.push({ code: 'signature-shared', detail: `the field ${field.name} shows the signature of ${other}` })
      return []
    }
    places.set(placeOf(field.value), field.name)
    budget.spend('signatures')
    const doubled = [...field.doubled, ...field.value.duplicates.filter((key) => JUDGED_KEYS.includes(key))]
    const checks = [
      doubled.length === 0
        ? passed('dictionaryKeys')
        : failed('dictionaryKeys', `${doubled.join(', ')} stand twice in the signature or on the way to it`, { keys: doubled.join(',') }),
    ]
    const coverage = coverageOf(document, field.value, field.valueRef ?? field.ref)
    checks.push(checkUnambiguous(document, coverage.revision))
    return [{ ...field, value: field.value, coverage, checks, subFilter: nameOf(document.resolve(field.value.get('SubFilter'))) ?? '' }]
  })
  const end = ({ coverage }: SignedField): number => (coverage.ranges ? coverage.ranges[1].offset + coverage.ranges[1].length : Number.MAX_SAFE_INTEGER)
  return signed.sort((a, b) => end(a) - end(b))
}

/** What tells signature dictionaries apart: where they lie, for one that was read twice is two objects. */
function placeOf(value: PdfDict): PdfDict | number {
  return value.start >= 0 ? value.start : value
}

/** Two entries for one object in one section: readers do not agree on what was signed (ISO 32000-2 §7.5.4). */
function checkUnambiguous(document: PdfDocument, revision: number): Check {
  const first = document.revisions.find(({ ambiguous, index }) => index <= revision && ambiguous.size > 0)
  if (!first) return passed('unambiguous')
  const objects = Array.from(first.ambiguous).slice(0, 5).join(', ')
  return failed('unambiguous', `the cross-reference has two entries for object ${objects}`, { objects })
}

function claimsOf(document: PdfDocument, field: SignedField): Record<string, string> {
  const claims: Record<string, string> = { field: field.name, subFilter: field.subFilter }
  for (const [key, name] of [
    ['Reason', 'reason'],
    ['Location', 'location'],
    ['ContactInfo', 'contactInfo'],
    ['Name', 'name'],
  ] as const) {
    const text = textOf(document.resolve(field.value.get(key)))
    if (text !== undefined) claims[name] = text
  }
  return claims
}

function scopeOf({ ranges, revision, whole }: Coverage): ReadSignature['scope'] {
  return ranges ? { kind: 'revision', revision, ranges: ranges.map(({ offset, length }) => [offset, length] as const), whole } : { kind: 'none' }
}

interface Reading {
  readonly document: PdfDocument
  readonly context: ReadContext
  readonly hashes: DocumentHashes
  readonly dss: ValidationData
}

function inputFor({ document, context, hashes, dss }: Reading, field: SignedField, id: string): SignatureInput {
  const { value, subFilter, coverage } = field
  return {
    id,
    dict: value,
    subFilter,
    source: document.source,
    ranges: coverage.ranges,
    hashes,
    decrypt: decryptFor(document, field),
    context,
    stored: dss.certificates,
  }
}

/** How the strings of the object that holds a signature are decrypted; `undefined` where nothing is encrypted. */
function decryptFor({ encryption }: PdfDocument, { valueRef, ref }: SignedField): Decrypt | undefined {
  const holder = valueRef ?? ref
  return encryption && holder ? (bytes) => encryption.decryptString(bytes, holder.number, holder.generation) : undefined
}

/** Whether a document time-stamp covers validation data: the newest one does when the file had a store by then. */
function coversDss(document: PdfDocument, timestamps: readonly ReadTimestamp[]): boolean {
  const revisions = timestamps.map(({ scope }) => (scope.kind === 'revision' ? scope.revision : -1))
  const newest = Math.max(-1, ...revisions)
  return newest >= 0 && attempt(() => document.asOf(newest).catalog.has('DSS')) === true
}

async function readTimestamp(reading: Reading, field: SignedField, id: string): Promise<ReadTimestamp> {
  const result = await readDocumentTimestamp(inputFor(reading, field, id))
  return { ...result, checks: [...field.checks, ...field.coverage.checks, ...result.checks], scope: scopeOf(field.coverage) }
}

function toSignature(reading: Reading, field: SignedField, id: string, result: SignatureResult, timestamps: readonly ReadTimestamp[]): ReadSignature {
  const { document, dss } = reading
  const time = parsePdfDate(textOf(document.resolve(field.value.get('M'))))
  const later = timestamps.filter(({ scope }) => scope.kind === 'revision' && scope.revision > field.coverage.revision)
  return {
    id,
    checks: [...field.checks, ...field.coverage.checks, ...result.checks],
    certificate: result.certificate,
    digestAlgorithm: result.digestAlgorithm,
    scheme: result.scheme,
    certificates: result.certificates,
    level: levelOf({
      subFilter: field.subFilter,
      signer: result.signer,
      dictionaryTime: field.value.has('M'),
      carriesCertificate: result.certificates.length > 0,
      timestamped: result.timestamps.length > 0 || later.length > 0,
      validationData: carriesRevocation(dss, result.certificate),
      archived: coversDss(document, later),
    }),
    scope: scopeOf(field.coverage),
    claimedTime: time ?? result.signingTime,
    boundBy: result.boundBy,
    timestamps: result.timestamps,
    laterChanges: reading.context.compareRevisions === false ? notCompared(field.coverage) : laterChanges(document, field.coverage.revision),
    claims: claimsOf(document, field),
  }
}

function notCompared({ whole, revision }: Coverage): ReadSignature['laterChanges'] {
  if (whole) return { kind: 'none', changes: [] }
  return { kind: 'unexplained', changes: [{ code: 'notCompared', revision, detail: 'the caller asked not to compare revisions' }] }
}

type Oddity = ReadDocument['oddities'][number]

/** §12.8.2.3: rights that a vendor once gave to its own reader. They say nothing of the document, and are ignored. */
function usageRights(document: PdfDocument): Oddity[] {
  const permissions = attempt(() => document.resolve(document.catalog.get('Perms')))
  const key = permissions instanceof PdfDict ? ['UR3', 'UR'].find((one) => permissions.has(one)) : undefined
  return key === undefined ? [] : [{ code: 'usage-rights', detail: `the catalog has /Perms /${key}` }]
}

/** Checks that may hold in spite of something odd, and what that is called. */
const TOLERATED: ReadonlyMap<CheckName, PdfOddityCode> = new Map([
  ['contentsPadding', 'contents-padding-encrypted'],
  ['cmsSyntax', 'cms-ber'],
])

/** What was put up with in signatures: checks that hold and have a detail. */
function toleratedIn(signed: readonly { readonly checks: readonly Check[] }[]): Oddity[] {
  return signed.flatMap(({ checks }) =>
    checks.flatMap(({ name, result, detail }) => (result === 'passed' && detail && TOLERATED.has(name) ? [{ code: TOLERATED.get(name) ?? name, detail }] : [])),
  )
}

async function readSource(source: ByteSource, context: ReadContext): Promise<ReadDocument> {
  const document = await openPdf(source, {
    budget: context.budget,
    crypto: context.crypto,
    ...(context.password === undefined ? {} : { password: context.password }),
  })
  if (document.reconstructed) throw new KysoError('ERR_PDF_XREF', 'the cross-reference was reconstructed')
  const dss = readDss(document, context.budget)
  const reading: Reading = { document, context, dss, hashes: new DocumentHashes(context.crypto, source, context.budget) }
  const pending: { field: SignedField; id: string; result: SignatureResult }[] = []
  const documentTimestamps: ReadTimestamp[] = []
  const oddities: Oddity[] = []
  for (const field of signedFields(document, context.budget, oddities)) {
    // SubFilter decides, whatever /Type says: ETSI.RFC3161 is a time-stamp.
    if (field.subFilter === 'ETSI.RFC3161') {
      documentTimestamps.push(await readTimestamp(reading, field, `document-timestamp-${documentTimestamps.length + 1}`))
      const type = nameOf(document.resolve(field.value.get('Type')))
      if (type !== 'DocTimeStamp') oddities.push({ code: 'timestamp-type', detail: `the time-stamp in ${field.name} has /Type ${type ?? '(none)'}` })
    } else {
      const id = `signature-${pending.length + 1}`
      pending.push({ field, id, result: await readSignatureValue(inputFor(reading, field, id)) })
    }
  }
  const signatures = pending.flatMap(({ field, id, result }) => [toSignature(reading, field, id, result, documentTimestamps), ...result.counterSignatures])
  oddities.push(...unseen(document), ...usageRights(document))
  const cms = pending.flatMap(({ result }) => (result.cms ? [result.cms] : []))
  return {
    format: 'pdf',
    signatures,
    documentTimestamps,
    certificates: dss.certificates,
    crls: [...dss.crls, ...cms.flatMap((one) => one.crls)],
    ocsp: [...dss.ocsp, ...cms.flatMap((one) => one.ocsp)],
    oddities: [
      ...document.oddities.map(({ code, detail, offset }) => ({ code, detail, ...(offset === undefined ? {} : { offset }) })),
      ...oddities,
      ...toleratedIn([...signatures, ...documentTimestamps]),
    ],
  }
}

/**
 * Reads the signatures and document time-stamps of a PDF and does every cryptographic check that needs no trust:
 * coverage, digests, signature values, signing-certificate attributes, time-stamp tokens.
 *
 * @param document the whole file, or random access to it
 * @returns what was found; `verify` from `kyso/verify` judges it
 * @throws KysoError `ERR_PDF_*` where the file cannot be read, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const { signatures } = await readPdf(signed)
 * signatures[0].claims.reason // => 'Phê duyệt'
 * ```
 */
export function readPdf(document: DocumentInput, options: ReadPdfOptions = {}): Promise<ReadDocument> {
  return readSource(toSource(document), {
    crypto: options.crypto ?? defaultCrypto(),
    budget: options.budget ?? new Budget(),
    certificates: options.certificates ?? [],
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.compareRevisions === undefined ? {} : { compareRevisions: options.compareRevisions }),
  })
}

/** The reader of PDF that `verify` takes in `formats`. */
export const pdfFormat: FormatReader = {
  format: 'pdf',
  detect(source) {
    // ISO 32000-2 annex C of older practice: readers look for the header in the first 1,024 bytes.
    const head = source.read(0, 1024)
    for (let i = 0; i + 5 <= head.length; i++) {
      if (head[i] === 0x25 && head[i + 1] === 0x50 && head[i + 2] === 0x44 && head[i + 3] === 0x46 && head[i + 4] === 0x2d) return true
    }
    return false
  },
  read: readSource,
}
