/** What a format's reader hands to verification: every cryptographic check done, certificates and evidence still as parsed. */
import type { DigestAlgorithm } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import type { Check } from '../core/check.ts'
import type { CryptoProvider, SignatureScheme } from '../core/crypto/provider.ts'
import type { ByteSource } from '../core/source.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Crl } from '../x509/crl.ts'
import type { OcspAnswer } from '../x509/ocsp.ts'
import type { LaterChanges, Scope, TimestampType } from './facts.ts'

/** What every reader is given. */
export interface ReadContext {
  readonly crypto: CryptoProvider
  readonly budget: Budget
  readonly password?: string | Uint8Array
  /** `false`: what came after each signature of a PDF is not looked into, and counts as unexplained. */
  readonly compareRevisions?: boolean
  /** Certificates from outside the document; signers are looked for among them too. */
  readonly certificates: readonly Certificate[]
  /** Content that signatures of the document may be over without holding it. */
  readonly detached?: readonly DetachedContent[]
}

/** Content beside the document. */
export interface DetachedContent {
  readonly name?: string
  readonly source: ByteSource
}

/** A reader of one format. */
export interface FormatReader {
  readonly format: 'pdf' | 'xml' | 'cms'
  /** Whether the first bytes (some kilobytes) look like this format. */
  detect(source: ByteSource): boolean
  /** Whether it is this format from the first byte to the last, though it holds what looks like another: a CMS around a PDF. */
  isWhole?(source: ByteSource): boolean
  /** Throws `KysoError` where the file cannot be read as what it seemed. */
  read(source: ByteSource, context: ReadContext): Promise<ReadDocument>
}

/** What is common to signatures and time-stamps as read. */
export interface ReadSigned {
  readonly id: string
  readonly checks: readonly Check[]
  readonly certificate: Certificate | undefined
  readonly digestAlgorithm: DigestAlgorithm | undefined
  readonly scheme: SignatureScheme | undefined
  /** Certificates that came with it. */
  readonly certificates: readonly Certificate[]
}

/** A time-stamp as read. */
export interface ReadTimestamp extends ReadSigned {
  readonly type: TimestampType
  readonly time: Date | undefined
  readonly scope: Scope
}

/** A signature as read. */
export interface ReadSignature extends ReadSigned {
  /** The signature this one counter-signs. */
  readonly parent?: string
  readonly level: string
  readonly scope: Scope
  readonly claimedTime: Date | undefined
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
  readonly timestamps: readonly ReadTimestamp[]
  readonly laterChanges: LaterChanges
  /** What the signer says of the signature: field, reason, location, contact, name. */
  readonly claims: Readonly<Record<string, string>>
}

/** A document as read. */
export interface ReadDocument {
  readonly format: 'pdf' | 'xml' | 'cms'
  readonly signatures: readonly ReadSignature[]
  readonly documentTimestamps: readonly ReadTimestamp[]
  /** Evidence the document carries. */
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
  /** What was tolerated in the file's syntax, in plain words and with its place. */
  readonly oddities: readonly { readonly code: string; readonly detail: string; readonly offset?: number }[]
}
