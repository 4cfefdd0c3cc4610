/** What the lab knows of its authorities and of what they have issued. */
import { equal, toHex } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { type CertificateReading, readCertificate } from './certificate.ts'
import type { LabAddresses } from './extensions.ts'
import type { LabKey } from './keys.ts'

/** A certification authority. */
export interface LabAuthority {
  /** Names it in the addresses of the server: `root`, `ca`, `authority-3` … */
  readonly id: string
  /** DER name. */
  readonly name: Uint8Array
  readonly certificate: Uint8Array
  /** Its certificate and those above it, the self-signed one left out: what a signature carries beside the leaf. */
  readonly chain: readonly Uint8Array[]
  readonly key: LabKey
  /** Null for one that is self-signed. */
  readonly issuer: LabAuthority | null
}

/** Why a certificate was revoked, by the names of RFC 5280 §5.3.1. */
export type LabReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise'

/** CRLReason by name. */
export const REASONS: Readonly<Record<LabReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
}

/** A revoked certificate. */
export interface LabRevocation {
  /** Contents of the serial number's INTEGER. */
  readonly serial: Uint8Array
  readonly date: Date
  readonly reason?: LabReason | undefined
}

interface AuthorityRecord {
  readonly authority: LabAuthority
  /** Serial numbers in hexadecimal. */
  readonly issued: Set<string>
  readonly revoked: Map<string, LabRevocation>
  crlNumber: number
}

/** State that the lab and its server share. */
export class Register {
  /** The lab's clock. */
  readonly now: () => Date
  /** Where the server listens, once it does: `http://127.0.0.1:40123`. */
  url: string | null = null
  readonly #authorities = new Map<string, AuthorityRecord>()
  readonly #issuers = new Map<string, LabAuthority>()

  constructor(now: () => Date) {
    this.now = now
  }

  /** An id that is not taken. */
  nextId(): string {
    return `authority-${this.#authorities.size + 1}`
  }

  addAuthority(authority: LabAuthority): void {
    if (this.#authorities.has(authority.id)) throw new KysoError('ERR_ARGUMENT', `there is an authority ${authority.id} already`, { argument: 'id' })
    this.#authorities.set(authority.id, { authority, issued: new Set(), revoked: new Map(), crlNumber: 0 })
  }

  authorities(): LabAuthority[] {
    return [...this.#authorities.values()].map(({ authority }) => authority)
  }

  authority(id: string): LabAuthority | undefined {
    return this.#authorities.get(id)?.authority
  }

  /** Where an authority publishes; `undefined` while no server runs. */
  addresses(authority: LabAuthority): LabAddresses | undefined {
    const { url } = this
    return url === null ? undefined : { ocsp: `${url}/ocsp`, caIssuers: `${url}/ca/${authority.id}.cer`, crl: `${url}/crl/${authority.id}.crl` }
  }

  addIssued(certificate: Uint8Array, authority: LabAuthority): void {
    this.#issuers.set(toHex(certificate), authority)
    this.#record(authority).issued.add(toHex(readCertificate(certificate).serial))
  }

  /** Who issued a certificate; throws `ERR_ARGUMENT` when it was nobody here. */
  issuerOf(certificate: Uint8Array): LabAuthority {
    const known = this.#issuers.get(toHex(certificate))
    if (!known) throw new KysoError('ERR_ARGUMENT', 'no certificate of this lab: name its authority', { argument: 'certificate' })
    return known
  }

  hasIssued(authority: LabAuthority, serial: Uint8Array): boolean {
    return this.#record(authority).issued.has(toHex(serial))
  }

  revoke(authority: LabAuthority, revocation: LabRevocation): void {
    this.#record(authority).revoked.set(toHex(revocation.serial), revocation)
  }

  revocation(authority: LabAuthority, { serial }: Pick<CertificateReading, 'serial'>): LabRevocation | undefined {
    return this.#record(authority).revoked.get(toHex(serial))
  }

  revocations(authority: LabAuthority): LabRevocation[] {
    return [...this.#record(authority).revoked.values()]
  }

  /** Each CRL of an authority has a greater number than the one before (RFC 5280 §5.2.3). */
  nextCrlNumber(authority: LabAuthority): number {
    return ++this.#record(authority).crlNumber
  }

  #record(authority: LabAuthority): AuthorityRecord {
    const record = this.#authorities.get(authority.id)
    // An authority of another lab may have the same id: its certificate tells them apart.
    if (!record || !equal(record.authority.certificate, authority.certificate)) {
      throw new KysoError('ERR_ARGUMENT', `no authority of this lab: ${authority.id}`, { argument: 'authority' })
    }
    return record
  }
}
