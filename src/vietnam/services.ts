/**
 * The certification services of Vietnam as facts: whose key is whose, until when, and how that is known. There is no national trusted
 * list that a machine can read (ETSI TS 119 612), so the facts stand here, made by `scripts/make-vietnam-trust.ts`.
 */
import { decode } from '../asn1/index.ts'
import { fromBase64 } from '../core/bytes.ts'
import { type Name, NameSchema, nameToString } from '../x509/name.ts'
import { SERVICE_ROWS } from './services-table.ts'

/** Whose service it is: the government's specialised CA, the national root, or a licensed public CA below that. */
export type VietnamServiceGroup = 'government' | 'national' | 'public'

/** What the service does with its key. */
export type VietnamServiceRole = 'root' | 'issuing' | 'timestamping'

/**
 * How the key is known to be the service's: `sources`, two or three sources that do not depend on each other had the same certificate;
 * `issuer`, the certificate is signed by the key of another service of the list (and is as sure as that one); `nobody`, no second
 * source is known to be independent of the first.
 */
export type VietnamServiceConfirmation = 'sources' | 'issuer' | 'nobody'

/** One service. */
export interface VietnamService {
  /** Name of the fact, for settings and logs. */
  readonly id: string
  readonly group: VietnamServiceGroup
  readonly role: VietnamServiceRole
  /** `id` of the service that certified it; `null` for roots. */
  readonly issuer: string | null
  readonly confirmedBy: VietnamServiceConfirmation
  /** Whether it, and every service above it, is confirmed by more than one source. */
  readonly sure: boolean
  /** The name for people (RFC 4514). Other keys bear it too: it identifies nobody. */
  readonly name: string
  /** The name in DER, base64. */
  readonly nameDer: string
  /** SubjectPublicKeyInfo in DER, base64: this is what is trusted. */
  readonly spki: string
  /** Of its certificate, hexadecimal. */
  readonly serialNumber: string
  /** SHA-256 of its certificate, hexadecimal. */
  readonly fingerprint: string
  /** SHA-256 of its SubjectPublicKeyInfo, hexadecimal. */
  readonly keyFingerprint: string
  /** Validity of its certificate, ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** Where the certificate was seen. */
  readonly seen: readonly string[]
}

/** A service as it stands in the table. */
export interface ServiceRow extends Omit<VietnamService, 'name' | 'nameDer' | 'sure'> {
  /** DER, base64. */
  readonly name: string
}

/** A service with what is made of its row. */
export interface KnownService {
  readonly service: VietnamService
  readonly name: Name
  readonly spki: Uint8Array
}

let known: readonly KnownService[] | undefined

/** The services, taken apart when first asked for. */
export function knownServices(): readonly KnownService[] {
  known ??= SERVICE_ROWS.map((row) => {
    const name = decode(NameSchema, bytesOf(row.name))
    const service = Object.freeze({ ...row, name: nameToString(name), nameDer: row.name, sure: isSure(row) })
    return { service, name, spki: bytesOf(row.spki) }
  })
  return known
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text)
  if (!bytes) throw new TypeError('the table of services is broken')
  return bytes
}

function isSure(row: ServiceRow): boolean {
  if (row.confirmedBy !== 'issuer') return row.confirmedBy === 'sources'
  const issuer = SERVICE_ROWS.find(({ id }) => id === row.issuer)
  return issuer !== undefined && isSure(issuer)
}
