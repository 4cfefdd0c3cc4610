/** What the author of a signature field asks of who signs it (ISO 32000-2 §12.7.5.5, table 237). */
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { KysoError } from '../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject } from '../pdf/index.ts'
import type { Certificate } from '../x509/index.ts'
import { type SignatureField, textOf } from './fields.ts'
import type { AccessPermission, FieldLock } from './options.ts'
import { ownLock } from './restrictions.ts'
import { missedCertificateConstraint } from './seed-certificate.ts'

/** The signature that is to be made. */
export interface SigningTerms {
  readonly filter: string
  readonly subFilter: string
  readonly digest: DigestAlgorithm
  readonly timestamped: boolean
  readonly reason: string | undefined
  readonly certify: AccessPermission | undefined
  readonly lock: FieldLock | undefined
  readonly certificate: Certificate
  /** DER of the certificates that go with it, its own among them or not. */
  readonly chain: readonly Uint8Array[]
  /** Whether the document has a signature already. */
  readonly signed: boolean
  /** Whether another signature field waits for its signature. */
  readonly awaited: boolean
}

/** What the field decides where the caller has not. */
export interface SeedChoices {
  readonly certify?: AccessPermission
  readonly lock?: FieldLock
}

/** Flags of the required constraints, by their values. */
const REQUIRED = {
  Filter: 1,
  SubFilter: 1 << 1,
  V: 1 << 2,
  Reasons: 1 << 3,
  LegalAttestation: 1 << 4,
  AddRevInfo: 1 << 5,
  DigestMethod: 1 << 6,
  LockDocument: 1 << 7,
  AppearanceFilter: 1 << 8,
} as const

/** `/V`: 3 stands for all entries of PDF 2.0, which are read here. */
const KNOWN_VERSION = 3
/** How many of the things asked for are named in an error. */
const MAX_NAMED = 20

/** A seed value dictionary, read through its document. */
class SeedValue {
  readonly #document: PdfDocument
  readonly #dict: PdfDict
  readonly #flags: number

  constructor(document: PdfDocument, dict: PdfDict) {
    this.#document = document
    this.#dict = dict
    this.#flags = integerOf(this.get('Ff')) ?? 0
  }

  get(key: string): PdfObject {
    return this.#document.resolve(this.#dict.get(key))
  }

  isRequired(key: keyof typeof REQUIRED): boolean {
    return this.#dict.has(key) && (this.#flags & REQUIRED[key]) !== 0
  }

  /** Whether the flag of an entry is set, whether or not the entry is there. */
  isFlagged(key: keyof typeof REQUIRED): boolean {
    return (this.#flags & REQUIRED[key]) !== 0
  }

  dict(key: string): PdfDict | undefined {
    const value = this.get(key)
    return value instanceof PdfDict ? value : undefined
  }

  /** An array of names or text strings, or one that stands alone. */
  texts(key: string): string[] {
    const value = this.get(key)
    const items = value instanceof PdfArray ? value.items : [value]
    this.#document.budget.spend('pdfObjects', items.length)
    return items.flatMap((item) => {
      const object = this.#document.resolve(item)
      return nameOf(object) ?? textOf(object) ?? []
    })
  }
}

/** What a seed value was not met in. */
interface Missed {
  /** The entry of table 237; those of `/Cert` with `Cert.` before them. */
  readonly entry: string
  readonly wanted?: string
  readonly url?: string
}

function named(texts: readonly string[]): string {
  return `${texts.slice(0, MAX_NAMED).join(', ')}${texts.length > MAX_NAMED ? ', …' : ''}`
}

/** SHA256 as names of digests are written here, `SHA-256` as they are elsewhere. */
function sameDigest(name: string, digest: DigestAlgorithm): boolean {
  return name.replace('-', '').toUpperCase() === digest.replace('-', '').toUpperCase()
}

function missedReason(seed: SeedValue, reason: string | undefined): Missed | undefined {
  if (!seed.isFlagged('Reasons')) return undefined
  const reasons = seed.texts('Reasons')
  // Table 237: no reason shall be given where none is listed, or nothing but a period.
  if (reasons.length === 0 || (reasons.length === 1 && reasons[0] === '.')) return reason === undefined ? undefined : { entry: 'NoReason' }
  // A reason is a declaration of who signs. None is made in his name, even where there is but one to choose from.
  const composed = reason?.normalize('NFC')
  return reasons.some((one) => one.normalize('NFC') === composed) ? undefined : { entry: 'Reasons', wanted: named(reasons) }
}

/** Constraints with a flag of their own; the first that is not met. */
function missedConstraint(seed: SeedValue, terms: SigningTerms): Missed | undefined {
  const version = seed.get('V')
  if (seed.isRequired('V') && version instanceof PdfNumber && version.value > KNOWN_VERSION) return { entry: 'V', wanted: String(version.value) }
  if (seed.isRequired('Filter') && nameOf(seed.get('Filter')) !== terms.filter) return { entry: 'Filter', wanted: named(seed.texts('Filter')) }
  if (seed.isRequired('SubFilter') && !seed.texts('SubFilter').includes(terms.subFilter)) return { entry: 'SubFilter', wanted: named(seed.texts('SubFilter')) }
  if (seed.isRequired('DigestMethod') && !seed.texts('DigestMethod').some((name) => sameDigest(name, terms.digest)))
    return { entry: 'DigestMethod', wanted: named(seed.texts('DigestMethod')) }
  // What is carried beside a signature of PAdES is validation data of the document, not an attribute of the signature (EN 319 142-1 §5.4).
  if (seed.isRequired('AddRevInfo') && seed.get('AddRevInfo') === true) return { entry: 'AddRevInfo' }
  if (seed.isRequired('LegalAttestation')) return { entry: 'LegalAttestation', wanted: named(seed.texts('LegalAttestation')) }
  // It names one of the appearances that a program keeps a list of; there is no such list here.
  if (seed.isRequired('AppearanceFilter')) return { entry: 'AppearanceFilter', wanted: named(seed.texts('AppearanceFilter')) }
  return missedReason(seed, terms.reason)
}

function missedTimestamp(document: PdfDocument, seed: SeedValue, { timestamped }: SigningTerms): Missed | undefined {
  const wish = seed.dict('TimeStamp')
  if (!wish || timestamped || integerOf(document.resolve(wish.get('Ff'))) !== 1) return undefined
  // The address is told and not used: a document does not decide what servers are asked.
  const url = textOf(document.resolve(wish.get('URL')))
  return { entry: 'TimeStamp', ...(url === undefined ? {} : { url }) }
}

/**
 * `/MDP` has no flag: "no rules" where it is absent, and rules where it is there. 0 is an approval, anything else a certification,
 * which is made where the caller has not said otherwise and the document has no signature yet.
 */
function certificationOf(document: PdfDocument, seed: SeedValue, { certify, signed }: SigningTerms): Missed | AccessPermission | undefined {
  const mdp = seed.dict('MDP')
  const wanted = mdp ? integerOf(document.resolve(mdp.get('P'))) : undefined
  if (wanted === 0) return certify === undefined ? undefined : { entry: 'MDP.approval' }
  if (wanted !== 1 && wanted !== 2 && wanted !== 3) return certify
  if (certify !== undefined) return certify === wanted ? certify : { entry: 'MDP', wanted: String(wanted) }
  return signed ? { entry: 'MDP.first', wanted: String(wanted) } : wanted
}

/** Table 237: a name, `true`, `false` or `auto`; some programs write a boolean. */
function lockWish(seed: SeedValue): boolean | undefined {
  const value = seed.get('LockDocument')
  const wish = value instanceof PdfName ? value.name : String(value)
  return wish === 'true' ? true : wish === 'false' ? false : undefined
}

/** `/LockDocument`: a document that is locked permits no change any more, which is P=1 of a lock (table 236). */
function lockOf(document: PdfDocument, seed: SeedValue, terms: SigningTerms, own: PdfDict | undefined): Missed | FieldLock | undefined {
  const { lock, certify } = terms
  const wish = lockWish(seed)
  const stated = own ? integerOf(document.resolve(own.get('P'))) : lock?.permission
  const locked = certify === 1 || stated === 1
  if (wish === undefined || wish === locked) return lock
  if (wish === false) return seed.isRequired('LockDocument') ? { entry: 'LockDocument.not' } : lock
  // Where the field or the caller has a lock, that decides, unless this is a must.
  if (own || lock) return seed.isRequired('LockDocument') ? { entry: 'LockDocument' } : lock
  // A mere wish does not shut out those who are still to sign.
  return terms.awaited && !seed.isRequired('LockDocument') ? lock : { action: 'All', permission: 1 }
}

function isMissed(value: object | number | undefined): value is Missed {
  return typeof value === 'object' && 'entry' in value
}

/**
 * Holds a signature against what its field asks for. Required constraints that it does not meet are errors; of the others, those are
 * followed that leave nothing else to the caller's choice.
 *
 * @param field the field that is to be signed
 * @returns what the caller has left open
 * @throws KysoError `ERR_PDF_SEED_VALUE` with `data.entry`, `data.wanted` and `data.url`
 */
export function seedChoices(document: PdfDocument, field: SignatureField, terms: SigningTerms): SeedChoices {
  const refuse = ({ entry, wanted, url }: Missed): KysoError =>
    new KysoError('ERR_PDF_SEED_VALUE', `the field ${field.name} asks for another signature: ${entry}${wanted === undefined ? '' : ` ${wanted}`}`, {
      field: field.name,
      entry,
      ...(wanted === undefined || wanted === '' ? {} : { wanted }),
      ...(url === undefined ? {} : { url }),
    })
  const { certify, lock } = terms
  const open: SeedChoices = { ...(certify === undefined ? {} : { certify }), ...(lock === undefined ? {} : { lock }) }
  const dict = document.resolve(field.dict.get('SV'))
  if (!(dict instanceof PdfDict)) return open
  const seed = new SeedValue(document, dict)
  const cert = seed.dict('Cert')
  const missed = missedConstraint(seed, terms) ?? missedTimestamp(document, seed, terms) ?? (cert && missedCertificateConstraint(document, cert, terms))
  if (missed) throw refuse(missed)
  const certification = certificationOf(document, seed, terms)
  if (isMissed(certification)) throw refuse(certification)
  const locking = lockOf(document, seed, { ...terms, certify: certification }, ownLock(document, field))
  if (isMissed(locking)) throw refuse(locking)
  return { ...(certification === undefined ? {} : { certify: certification }), ...(locking === undefined ? {} : { lock: locking }) }
}
