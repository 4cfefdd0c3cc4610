/** Issues certificates: authorities and end entities. */
import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { equal } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { Signer } from '../signers/signer.ts'
import { createCertificate } from './certificate.ts'
import { hash, own } from './der.ts'
import { certificateExtensions, type LabExtension, type LabKeyUsage, type LabPurpose } from './extensions.ts'
import { type LabKey, type LabKeyAlgorithm, type LabKeyOptions, labKey } from './keys.ts'
import { encodeName, type LabName } from './name.ts'
import type { LabAuthority, Register } from './register.ts'

/** What both kinds of certificates may have set. */
interface CertificateOptions extends LabKeyOptions {
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Hexadecimal. */
  readonly serial?: string
  /** An empty list leaves the extension out. */
  readonly keyUsage?: readonly LabKeyUsage[]
  /** Object identifiers for certificatePolicies. */
  readonly policies?: readonly string[]
  /** Extensions to add; one of a kind that would be there anyway takes its place. */
  readonly extensions?: readonly LabExtension[]
  /** Object identifiers of extensions to leave out. */
  readonly omit?: readonly string[]
  /** Whether the addresses of a running server are written into it; true when left out. */
  readonly addresses?: boolean
}

/** How an end entity's certificate is issued. */
export interface IssueOptions extends CertificateOptions {
  /** A person of an organisation in Vietnam when left out. */
  readonly subject?: LabName
  /** P-256 when left out. */
  readonly algorithm?: LabKeyAlgorithm
  /** The lab's issuing CA when left out. */
  readonly authority?: LabAuthority
  readonly extendedKeyUsage?: readonly LabPurpose[]
  readonly extendedKeyUsageCritical?: boolean
  /** noRevAvail of RFC 9608. */
  readonly noRevAvail?: boolean
  /** id-pkix-ocsp-nocheck of RFC 6960 §4.2.2.2.1. */
  readonly ocspNoCheck?: boolean
}

/** How an authority is set up. */
export interface AuthorityOptions extends CertificateOptions {
  readonly name?: LabName
  /** Who certifies it: null for itself; the lab's root when left out. */
  readonly issuer?: LabAuthority | null
  /** P-256 when left out. */
  readonly keys?: LabKeyAlgorithm
  readonly pathLength?: number
  /** Names it in the server's addresses. */
  readonly id?: string
}

/** An end entity: certificate, key, and a signer on it. */
export interface LabIdentity {
  readonly certificate: Uint8Array
  /** Its certificate first, then the authorities', the root left out. */
  readonly chain: readonly Uint8Array[]
  readonly authority: LabAuthority
  readonly key: LabKey
  /** Extractable. */
  readonly privateKey: CryptoKey
  /** DER PrivateKeyInfo. */
  readonly pkcs8: Uint8Array
  readonly algorithm: SignatureAlgorithm
  /** Rejects a request whose digest is not that of its bytes. */
  readonly signer: Signer
}

/** Who signs when nobody is named. */
const SOMEBODY: LabName = [
  { C: 'VN' },
  { L: 'Hà Nội' },
  { O: 'Công ty TNHH Thử Nghiệm' },
  { CN: 'Nguyễn Thị Thử' },
  { UID: 'MST:0100109106' },
  { UID: 'CCCD:001185000001' },
]

/** `time` moved by years, counted as 365 days. */
function shifted(time: Date, years: number): Date {
  return new Date(time.getTime() + years * 365 * 86_400_000)
}

/** Issues an end entity's certificate with its key. */
export async function issueCertificate(register: Register, authority: LabAuthority, options: IssueOptions): Promise<LabIdentity> {
  const key = await labKey(options.algorithm ?? 'P-256', options)
  const now = register.now()
  const certificate = await createCertificate({
    subject: encodeName(options.subject ?? SOMEBODY),
    issuer: authority.name,
    subjectKey: key,
    issuerKey: authority.key,
    notBefore: options.notBefore ?? shifted(now, -1),
    notAfter: options.notAfter ?? shifted(now, 2),
    serial: options.serial,
    extensions: await certificateExtensions({
      subjectKey: key,
      issuerKey: authority.key,
      keyUsage: options.keyUsage ?? ['digitalSignature', 'nonRepudiation'],
      purposes: options.extendedKeyUsage,
      purposesCritical: options.extendedKeyUsageCritical,
      policies: options.policies,
      ocspNoCheck: options.ocspNoCheck,
      noRevAvail: options.noRevAvail,
      addresses: options.addresses === false ? undefined : register.addresses(authority),
      extensions: options.extensions,
      omit: options.omit,
    }),
  })
  register.addIssued(certificate, authority)
  const chain = [certificate, ...authority.chain]
  return { certificate, chain, authority, key, privateKey: key.privateKey, pkcs8: key.pkcs8, algorithm: key.algorithm, signer: labSigner(key, chain) }
}

/** Sets up an authority under `issuer`, or a self-signed one where that is null. */
export async function createAuthority(register: Register, issuer: LabAuthority | null, options: AuthorityOptions): Promise<LabAuthority> {
  const key = await labKey(options.keys ?? 'P-256', { ...options, freshKey: true })
  const id = options.id ?? register.nextId()
  const name = encodeName(options.name ?? [{ C: 'VN' }, { O: 'Phòng thí nghiệm Ký số' }, { CN: `Lab ${id}` }])
  const issuerKey = issuer?.key ?? key
  const now = register.now()
  const certificate = await createCertificate({
    subject: name,
    issuer: issuer?.name ?? name,
    subjectKey: key,
    issuerKey,
    notBefore: options.notBefore ?? shifted(now, issuer ? -5 : -10),
    notAfter: options.notAfter ?? shifted(now, issuer ? 10 : 20),
    serial: options.serial,
    extensions: await certificateExtensions({
      subjectKey: key,
      issuerKey,
      ca: { pathLength: options.pathLength },
      keyUsage: options.keyUsage ?? ['keyCertSign', 'cRLSign'],
      policies: options.policies,
      addresses: issuer && options.addresses !== false ? register.addresses(issuer) : undefined,
      extensions: options.extensions,
      omit: options.omit,
    }),
  })
  const authority: LabAuthority = { id, name, certificate, chain: issuer ? [certificate, ...issuer.chain] : [], key, issuer }
  register.addAuthority(authority)
  if (issuer) register.addIssued(certificate, issuer)
  return authority
}

function labSigner(key: LabKey, certificates: readonly Uint8Array[]): Signer {
  return {
    algorithm: key.algorithm,
    certificates,
    async sign(requests, options) {
      const values: Uint8Array[] = []
      for (const { toBeSigned, digest } of requests) {
        if (options?.signal?.aborted) throw new KysoError('ERR_ABORTED', 'signing was stopped', {}, { cause: options.signal.reason })
        if (!equal(digest, await hash(key.digest, own(toBeSigned)))) {
          throw new KysoError('ERR_ARGUMENT', `the digest of a request is not the ${key.digest} of its bytes`, { argument: 'digest' })
        }
        values.push(await key.sign(toBeSigned))
        options?.onProgress?.(values.length, requests.length)
      }
      return values
    },
  }
}
