import { readCertificate } from './certificate.ts'
import { type CrlOptions, createCrl } from './crl.ts'
import type { LabServer, ServeOptions } from './http.ts'
import { type AuthorityOptions, createAuthority, type IssueOptions, issueCertificate, type LabIdentity } from './issue.ts'
import type { LabDigest, LabKeyAlgorithm } from './keys.ts'
import type { LabName } from './name.ts'
import { isOcspIssuer, type OcspCertId, type OcspEntry, ocspCertId, ocspFailure, ocspResponse, readOcspRequest } from './ocsp.ts'
import { type LabAuthority, type LabReason, Register } from './register.ts'
import { createTsa, type LabTsa, type TimestampOptions } from './tsa.ts'

/** How a lab is set up. */
export interface LabOptions {
  /** The time it is in the lab: a fixed one, or a clock; the system's clock when left out. Certificates are valid around it. */
  readonly now?: Date | (() => Date)
  /** The root's name. Given as DER it is the name of another root, byte for byte. */
  readonly rootName?: LabName
  readonly caName?: LabName
  /** Keys of both authorities; P-256 when left out. */
  readonly keys?: LabKeyAlgorithm
  /** How the certificate of the time-stamp authority is issued, to make it wrong: `{ extendedKeyUsageCritical: false }`. */
  readonly tsaCertificate?: IssueOptions
  /** Starts the server first, so that every certificate but the root's carries its addresses. */
  readonly http?: boolean | ServeOptions
}

/** How an OCSP response is made. */
export interface OcspOptions {
  /** When left out: what {@link Lab.revoke} was told. */
  readonly status?: OcspEntry['status']
  /** Now when left out. */
  readonly thisUpdate?: Date
  /** A day after thisUpdate when left out; null for none. */
  readonly nextUpdate?: Date | null
  /** thisUpdate when left out. */
  readonly producedAt?: Date
  readonly revocationTime?: Date
  readonly reason?: LabReason
  readonly nonce?: Uint8Array
  /** Signed by a delegated responder (true when left out) or by the authority itself. */
  readonly delegated?: boolean
  /** Signs in place of the responder: for responders that are not fit for it. */
  readonly responder?: LabIdentity
  readonly responderId?: 'key' | 'name'
  /** Digest of the CertID; SHA-1 when left out, as nearly everywhere. */
  readonly certIdDigest?: LabDigest
  /** Certificates beside the response; the delegated responder's when left out. */
  readonly certificates?: readonly Uint8Array[]
  /** Who is asked; who issued the certificate when left out. */
  readonly authority?: LabAuthority
}

/**
 * A public-key infrastructure to try things on: root, issuing CA, time-stamp authority, OCSP responders and CRLs, in memory, and
 * over HTTP on loopback once {@link Lab.serve} is called. What it makes is encoded by @peculiar/x509 and asn1js, not by kyso.
 *
 * @example
 * ```ts
 * const lab = await Lab.create()
 * const { signer, certificate } = await lab.issue({ subject: 'CN=Nguyễn Văn A,C=VN' })
 * const signed = await signPdf(pdf, { signer, level: 'B-T', sources: { timestamp: lab.tsa.source } })
 * const trust = lab.anchors.map((root) => trustAnchor(root))
 * const crls = [await lab.crl(), await lab.crl(lab.root)]
 * const report = await verify(signed, { trust, crls, ocsp: [await lab.ocsp(certificate)] })
 * report.indication // => 'TOTAL-PASSED'
 * ```
 */
export class Lab {
  readonly root: LabAuthority
  /** The issuing CA, under the root. */
  readonly ca: LabAuthority
  readonly tsa: LabTsa
  /** DER of the root's certificate. */
  readonly anchors: readonly Uint8Array[]
  readonly #register: Register
  readonly #responders = new Map<string, Promise<LabIdentity>>()
  #server: Promise<LabServer> | null = null

  private constructor(register: Register, root: LabAuthority, ca: LabAuthority, tsa: LabTsa) {
    this.root = root
    this.ca = ca
    this.tsa = tsa
    this.anchors = [root.certificate]
    this.#register = register
  }

  /**
   * Sets up a lab with keys of its own.
   *
   * @throws KysoError `ERR_ARGUMENT` for names that are none
   */
  static async create(options: LabOptions = {}): Promise<Lab> {
    const { now = () => new Date(), keys } = options
    const register = new Register(typeof now === 'function' ? now : () => now)
    let lab: Lab | null = null
    const server = options.http ? await startServer(register, () => lab, options.http === true ? {} : options.http) : null
    const root = await createAuthority(register, null, { id: 'root', keys, name: options.rootName })
    const ca = await createAuthority(register, root, { id: 'ca', keys, name: options.caName, pathLength: 0 })
    lab = new Lab(register, root, ca, createTsa(await issueCertificate(register, ca, tsaProfile(options.tsaCertificate)), register.now))
    if (server) lab.#server = Promise.resolve(server)
    return lab
  }

  /** The time it is in the lab. */
  now(): Date {
    return this.#register.now()
  }

  /**
   * Issues an end entity's certificate with a key of its own; the issuing CA's unless `authority` says otherwise.
   *
   * @throws KysoError `ERR_ARGUMENT` for a subject that is no name
   */
  issue(options: IssueOptions = {}): Promise<LabIdentity> {
    return issueCertificate(this.#register, options.authority ?? this.ca, options)
  }

  /** Sets up a further authority, under the root unless `issuer` says otherwise. */
  authority(options: AuthorityOptions = {}): Promise<LabAuthority> {
    return createAuthority(this.#register, options.issuer === undefined ? this.root : options.issuer, options)
  }

  /** A self-signed authority with exactly the name of another and a key of its own. */
  impostor(of: LabAuthority | Uint8Array, options: AuthorityOptions = {}): Promise<LabAuthority> {
    return this.authority({ issuer: null, ...options, name: of instanceof Uint8Array ? of : of.name })
  }

  /** A further time-stamp authority; the options are those of its certificate. */
  async timestampAuthority(options: IssueOptions = {}): Promise<LabTsa> {
    return createTsa(await this.issue(tsaProfile(options)), this.#register.now)
  }

  /**
   * TimeStampResp of the lab's TSA in DER (RFC 3161 §2.4.2).
   *
   * @param request DER of a TimeStampReq; what is none is refused as a TSA would refuse it
   */
  timestamp(request: Uint8Array, options: TimestampOptions = {}): Promise<Uint8Array> {
    return this.tsa.respond(request, options)
  }

  /**
   * Revokes a certificate of the lab: CRLs and OCSP responses made from now on say so.
   *
   * @param certificate DER
   * @throws KysoError `ERR_ARGUMENT` for a certificate of somebody else, when no authority is named
   */
  revoke(certificate: Uint8Array, options: { readonly date?: Date; readonly reason?: LabReason; readonly authority?: LabAuthority } = {}): void {
    const authority = options.authority ?? this.#register.issuerOf(certificate)
    this.#register.revoke(authority, { serial: readCertificate(certificate).serial, date: options.date ?? this.now(), reason: options.reason })
  }

  /**
   * A CRL in DER (RFC 5280 §5), of the issuing CA unless another authority is named.
   *
   * @throws KysoError `ERR_ARGUMENT` for an authority of another lab
   */
  async crl(authority: LabAuthority = this.ca, options: CrlOptions = {}): Promise<Uint8Array> {
    return createCrl(authority, {
      ...options,
      thisUpdate: options.thisUpdate ?? this.now(),
      revoked: options.revoked ?? this.#register.revocations(authority),
      number: options.number ?? this.#register.nextCrlNumber(authority),
    })
  }

  /**
   * An OCSPResponse in DER (RFC 6960 §4.2.1) about a certificate.
   *
   * @param certificate DER
   * @throws KysoError `ERR_ARGUMENT` for a certificate of somebody else, when no authority is named
   */
  async ocsp(certificate: Uint8Array, options: OcspOptions = {}): Promise<Uint8Array> {
    const authority = options.authority ?? this.#register.issuerOf(certificate)
    const id = await ocspCertId(authority, readCertificate(certificate).serial, options.certIdDigest ?? 'SHA-1')
    return this.#respond(authority, [id], options)
  }

  /** OCSPResponse for an OCSPRequest, both DER: `good` for what the lab issued, `unknown` for other serial numbers, as the server answers. */
  async answerOcsp(request: Uint8Array, options: OcspOptions = {}): Promise<Uint8Array> {
    const question = readOcspRequest(request)
    const [first] = question?.ids ?? []
    if (!question || !first) return ocspFailure(1)
    for (const authority of this.#register.authorities()) {
      const sameIssuer = await Promise.all(question.ids.map((id) => isOcspIssuer(authority, id)))
      if (sameIssuer.every((same) => same)) return this.#respond(authority, question.ids, { nonce: question.nonce, ...options })
    }
    return ocspFailure(6)
  }

  /** Starts the server on loopback; the one that runs when it was started before. Certificates issued from now on carry its addresses. */
  serve(options: ServeOptions = {}): Promise<LabServer> {
    this.#server ??= startServer(this.#register, () => this, options)
    return this.#server
  }

  /** Stops the server, if it runs. */
  async close(): Promise<void> {
    await (await this.#server)?.close()
    this.#server = null
  }

  async #respond(authority: LabAuthority, ids: readonly OcspCertId[], options: OcspOptions): Promise<Uint8Array> {
    const thisUpdate = options.thisUpdate ?? this.now()
    const nextUpdate = options.nextUpdate === undefined ? new Date(thisUpdate.getTime() + 86_400_000) : options.nextUpdate
    const entries = ids.map((id): OcspEntry => {
      const revocation = this.#register.revocation(authority, id)
      const status = options.status ?? (revocation ? 'revoked' : this.#register.hasIssued(authority, id.serial) || options.authority ? 'good' : 'unknown')
      const { revocationTime = revocation?.date, reason = revocation?.reason } = options
      return { id, status, thisUpdate, nextUpdate, revocationTime, reason }
    })
    const responder = options.responder ?? (options.delegated === false ? authority : await this.#responder(authority))
    return ocspResponse(entries, {
      key: responder.key,
      certificate: responder.certificate,
      certificates: options.certificates ?? (responder === authority ? [] : [responder.certificate]),
      responderId: options.responderId ?? 'key',
      producedAt: options.producedAt ?? thisUpdate,
      nonce: options.nonce,
    })
  }

  /** The delegated responder of an authority (RFC 6960 §4.2.2.2), issued when first asked for. */
  #responder(authority: LabAuthority): Promise<LabIdentity> {
    const known = this.#responders.get(authority.id)
    if (known) return known
    const issued = this.issue({
      authority,
      subject: [{ C: 'VN' }, { CN: `Lab OCSP ${authority.id}` }],
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['ocspSigning'],
      ocspNoCheck: true,
    })
    this.#responders.set(authority.id, issued)
    return issued
  }
}

/** RFC 3161 §2.3: timeStamping alone, and critical. */
function tsaProfile(options: IssueOptions = {}): IssueOptions {
  return {
    subject: [{ C: 'VN' }, { O: 'Phòng thí nghiệm Ký số' }, { CN: 'Lab TSA' }],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['timeStamping'],
    extendedKeyUsageCritical: true,
    ...options,
  }
}

/** Node's part is loaded only here, so that the rest of the lab runs in a browser. */
async function startServer(register: Register, lab: () => Lab | null, options: ServeOptions): Promise<LabServer> {
  const { startLabServer } = await import('./http.ts')
  return startLabServer(register, lab, options)
}
