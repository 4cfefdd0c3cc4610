/**
 * The entries of a CRL (RFC 5280 §5.1.2.6), scanned over the bytes: lists of hundreds of thousands of entries are met, and
 * nothing is made of an entry but where it is the one looked for.
 */
import { decode, integerBytes, optional, sequence, time } from '../../asn1/index.ts'
import { Budget } from '../../core/budget.ts'
import { KysoError } from '../../core/errors.ts'
import { ExtensionsSchema } from '../certificate.ts'
import { CRL_REASONS, type Crl } from '../crl.ts'
import * as ext from '../extensions.ts'
import { type Name, sameName } from '../name.ts'

const SEQUENCE = 0x30
const INTEGER = 0x02
const OBJECT_IDENTIFIER = 0x06
const BOOLEAN = 0x01
const OCTET_STRING = 0x04
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
/** Arc 29 of id-ce, `55 1D 1D`: certificateIssuer. */
const CERTIFICATE_ISSUER_ARC = 29
/** Arcs of id-ce that may be critical in an entry (§5.3): reasonCode, holdInstructionCode, invalidityDate, certificateIssuer. */
const isKnownArc = (arc: number): boolean => arc === 21 || arc === 23 || arc === 24 || arc === CERTIFICATE_ISSUER_ARC

/** One entry of the list. */
const RevokedCertificate = sequence({ userCertificate: integerBytes(), revocationDate: time(), crlEntryExtensions: optional(ExtensionsSchema) })

/** What a CRL says of one certificate. */
export interface RevokedEntry {
  readonly revocationDate: Date
  readonly reason: string
  /** When the key was or may have been lost, which is before the revocation (§5.3.2). */
  readonly invalidityDate?: Date
  /** Whether the entry carries a critical extension this library does not know; it then counts as revoked all the same. */
  readonly unknownCritical: boolean
}

/** What a scan of the whole list found. */
export interface ListSearch {
  readonly entry?: RevokedEntry
  /** Whether any entry carries a critical extension that is not known: the list then tells nothing of who is not in it (§5.3). */
  readonly unknownCritical: boolean
}

function truncated(offset: number): KysoError {
  return new KysoError('ERR_ASN1_TRUNCATED', `an entry of the list ends beyond its data (offset ${offset})`, { offset })
}

function notDer(offset: number): KysoError {
  return new KysoError('ERR_ASN1_NOT_DER', `an entry of the list is not in the form DER asks for (offset ${offset})`, { offset })
}

function unexpected(offset: number): KysoError {
  return new KysoError('ERR_ASN1_UNEXPECTED', `an entry of the list is not built as one (offset ${offset})`, { offset })
}

/** A cursor over the bytes of a list; its fields are what {@link Cursor.open} last read. */
class Cursor {
  readonly #bytes: Uint8Array
  /** Where the content of the last element starts. */
  start = 0
  /** Where it ends. */
  end = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Reads the header at `at`, whose element has to end at or before `limit`, and returns its tag. */
  open(at: number, limit: number): number {
    const bytes = this.#bytes
    if (at + 2 > limit) throw truncated(at)
    const tag = bytes[at] as number
    const lead = bytes[at + 1] as number
    let start = at + 2
    let length = lead
    if (lead >= 0x80) {
      const octets = lead & 0x7f
      // Four octets are as many as an array in memory needs.
      if (octets === 0 || octets > 4) throw notDer(at)
      if (start + octets > limit) throw truncated(at)
      length = 0
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] as number)
      if (length < 0x80 || bytes[start] === 0) throw notDer(at)
      start += octets
    }
    if (length > limit - start) throw truncated(at)
    this.start = start
    this.end = start + length
    return tag
  }
}

interface Found {
  readonly start: number
  readonly end: number
  /** Where the certificateIssuer stands that holds for the entry (§5.3.3); -1: the issuer of the list. */
  readonly issuerStart: number
  readonly issuerEnd: number
}

/** One pass over the list. Every entry is read down to the headers of its extensions, whether it is the one looked for or not. */
function scan(bytes: Uint8Array, serial: Uint8Array): { found: Found[]; unknownCritical: boolean } {
  const cursor = new Cursor(bytes)
  const found: Found[] = []
  let unknownCritical = false
  let issuerStart = -1
  let issuerEnd = -1
  if (cursor.open(0, bytes.length) !== SEQUENCE) throw unexpected(0)
  const limit = cursor.end
  if (limit !== bytes.length) throw unexpected(limit)
  const wanted = serial.length
  const first = serial[0]
  for (let at = cursor.start; at < limit; ) {
    if (cursor.open(at, limit) !== SEQUENCE) throw unexpected(at)
    const entryEnd = cursor.end
    if (cursor.open(cursor.start, entryEnd) !== INTEGER) throw unexpected(at)
    const { start, end } = cursor
    const length = end - start
    // §8.3.2 of X.690: another number of octets for the same serial number would hide the entry.
    const lead = bytes[start] as number
    if (length === 0) throw unexpected(at)
    if (length > 1 && ((lead === 0 && (bytes[start + 1] as number) < 0x80) || (lead === 0xff && (bytes[start + 1] as number) >= 0x80))) throw notDer(at)
    let same = length === wanted && lead === first
    for (let i = 1; same && i < length; i++) same = bytes[start + i] === serial[i]
    const timeTag = cursor.open(end, entryEnd)
    if (timeTag !== UTC_TIME && timeTag !== GENERALIZED_TIME) throw unexpected(at)
    if (cursor.end < entryEnd) {
      if (cursor.open(cursor.end, entryEnd) !== SEQUENCE || cursor.end !== entryEnd) throw unexpected(at)
      for (let one = cursor.start; one < entryEnd; ) {
        if (cursor.open(one, entryEnd) !== SEQUENCE) throw unexpected(one)
        const oneEnd = cursor.end
        if (cursor.open(cursor.start, oneEnd) !== OBJECT_IDENTIFIER) throw unexpected(one)
        const oid = cursor.start
        const arc = cursor.end - oid === 3 && bytes[oid] === 0x55 && bytes[oid + 1] === 0x1d ? (bytes[oid + 2] as number) : -1
        let tag = cursor.open(cursor.end, oneEnd)
        if (tag === BOOLEAN) {
          const value = bytes[cursor.start]
          // `FALSE` is the default and DER leaves it out; lists that write it are met and read by everybody.
          if (cursor.end - cursor.start !== 1 || (value !== 0xff && value !== 0)) throw notDer(one)
          if (value === 0xff && !isKnownArc(arc)) unknownCritical = true
          tag = cursor.open(cursor.end, oneEnd)
        }
        if (tag !== OCTET_STRING || cursor.end !== oneEnd) throw unexpected(one)
        if (arc === CERTIFICATE_ISSUER_ARC) {
          issuerStart = cursor.start
          issuerEnd = cursor.end
        }
        one = oneEnd
      }
    }
    if (same) found.push({ start: at, end: entryEnd, issuerStart, issuerEnd })
    at = entryEnd
  }
  return { found, unknownCritical }
}

function readEntry(bytes: Uint8Array, budget: Budget): RevokedEntry {
  const entry = decode(RevokedCertificate, bytes, { budget })
  const extensions = { extensions: entry.crlEntryExtensions ?? [] }
  const reasonExtension = ext.findExtension(extensions, ext.REASON_CODE_OID)
  // ENUMERATED of one octet. What is damaged is no reason, above all not the one that takes an entry back.
  const [tag, length, value = 0, ...rest] = reasonExtension?.extnValue.subarray(0, 4) ?? []
  const code = tag === 0x0a && length === 1 && rest.length === 0 ? value : 0
  // Entries of other issuers (indirect CRLs) name them; reading it here makes a malformed one an error.
  ext.readExtension(extensions, ext.CERTIFICATE_ISSUER)
  const invalidityDate = ext.readExtension(extensions, ext.INVALIDITY_DATE)
  const known = [ext.REASON_CODE_OID, ext.INVALIDITY_DATE.oid, ext.CERTIFICATE_ISSUER.oid, ext.HOLD_INSTRUCTION_OID]
  return {
    revocationDate: entry.revocationDate,
    reason: CRL_REASONS[code] ?? 'unspecified',
    ...(invalidityDate ? { invalidityDate } : {}),
    unknownCritical: extensions.extensions.some((one) => one.critical && !known.includes(one.extnID)),
  }
}

/** Names a certificateIssuer gives (§5.3.3); one that names nobody makes all entries after it anybody's. */
function issuersAt(bytes: Uint8Array, { issuerStart, issuerEnd }: Found): Name[] {
  const names = decode(ext.CERTIFICATE_ISSUER.schema, bytes.subarray(issuerStart, issuerEnd))
  const issuers = names.flatMap((one) => (one.type === 'directoryName' ? [one.value] : []))
  if (issuers.length === 0) throw new KysoError('ERR_CERTIFICATE_SYNTAX', 'an entry of the list names no issuer', { extension: 'certificateIssuer' })
  return issuers
}

/** Order in which entries of one serial number count: final ones first, one that takes back last. */
function rank({ reason }: RevokedEntry): number {
  return reason === 'removeFromCRL' ? 2 : reason === 'certificateHold' ? 1 : 0
}

/**
 * Searches the whole list for a serial number of an issuer.
 *
 * @param crl with the entries as they are encoded
 * @param serialNumber content octets of the INTEGER
 * @param issuer of the certificate asked about, where the list is an indirect one (§5.3.3); left out, every entry is the list's own issuer's
 * @param budget what reading the entry may cost; the scan is linear in the list and costs none
 * @throws KysoError `ERR_ASN1_*` and `ERR_CERTIFICATE_SYNTAX` for a malformed list, `ERR_BUDGET_EXCEEDED`
 */
export function searchList(crl: Crl, serialNumber: Uint8Array, issuer: Name | undefined, budget: Budget): ListSearch {
  const { entries } = crl
  if (!entries) return { unknownCritical: false }
  const { found, unknownCritical } = scan(entries, serialNumber)
  let entry: RevokedEntry | undefined
  for (const one of found) {
    if (issuer) {
      const issuers = one.issuerStart < 0 ? [crl.issuer] : issuersAt(entries, one)
      if (!issuers.some((name) => sameName(name, issuer))) continue
    }
    const read = readEntry(entries.subarray(one.start, one.end), budget)
    if (!entry || rank(read) < rank(entry)) entry = read
  }
  return { ...(entry ? { entry } : {}), unknownCritical }
}

/**
 * Looks a serial number up. The list is scanned, never built.
 *
 * @param serialNumber content octets of the INTEGER
 * @param budget what reading the entry may cost; the scan is linear in the list and costs none
 * @returns `undefined` where the list does not name it
 * @throws KysoError `ERR_ASN1_*` and `ERR_CERTIFICATE_SYNTAX` for a malformed list, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * findRevoked(parseCrl(crl), revoked.serialNumber)?.reason // => 'keyCompromise'
 * findRevoked(parseCrl(crl), certificate.serialNumber) // => undefined
 * ```
 */
export function findRevoked(crl: Crl, serialNumber: Uint8Array, budget = new Budget()): RevokedEntry | undefined {
  return searchList(crl, serialNumber, undefined, budget).entry
}
