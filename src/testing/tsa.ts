/** A time-stamp authority (RFC 3161, RFC 5816), and what one can do wrong. */
import * as pkijs from 'pkijs'
import { KysoError } from '../core/errors.ts'
import { readCertificate } from './certificate.ts'
import {
  type Block,
  children,
  encode,
  generalizedTime,
  hash,
  integer,
  integerOf,
  namedBit,
  nothing,
  octets,
  oid,
  own,
  raw,
  sequence,
  setOf,
  tagged,
  timeOf,
  utf8String,
  yes,
} from './der.ts'
import type { LabIdentity } from './issue.ts'
import { digestIdentifier, digestOf, digestOid, type LabDigest, signatureIdentifier } from './keys.ts'

const ID_SIGNED_DATA = '1.2.840.113549.1.7.2'
const ID_TST_INFO = '1.2.840.113549.1.9.16.1.4'
const ID_CONTENT_TYPE = '1.2.840.113549.1.9.3'
const ID_MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const ID_SIGNING_TIME = '1.2.840.113549.1.9.5'
const ID_SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const ID_SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'

/** What can be wrong with a token. */
export type TimestampFault =
  /** Another nonce than the request's. */
  | 'nonce'
  /** No nonce, though the request has one. */
  | 'no-nonce'
  /** Another hashed message. */
  | 'imprint'
  /** Another policy than the one asked for. */
  | 'policy'
  /** A flipped bit in the signature value. */
  | 'signature'
  /** A messageDigest that is not the content's. */
  | 'message-digest'
  /** A contentType attribute of id-data. */
  | 'content-type'
  /** signingCertificate with the hash of another certificate. */
  | 'certificate-hash'
  /** signingCertificate with another issuerSerial. */
  | 'issuer-serial'

/** PKIFailureInfo by the bits of RFC 3161 §2.4.2. */
export const FAILURES = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const

/** Name of a PKIFailureInfo bit. */
export type TimestampFailure = keyof typeof FAILURES

/** How a time-stamp is answered. */
export interface TimestampOptions {
  /** genTime, to the second; the lab's clock when left out. */
  readonly time?: Date
  /** Object identifier; the one asked for, or the TSA's own. */
  readonly policy?: string
  /** In seconds; 1 when left out, null for none. */
  readonly accuracy?: number | null
  /** Certificates in the token; when left out the chain where certReq asks for it, else none. */
  readonly certificates?: 'chain' | 'signer' | 'none'
  /** Which signing-certificate attributes stand in it; `v2` when left out. */
  readonly signingCertificate?: 'v1' | 'v2' | 'both' | 'none'
  /** Refuses, with this reason. */
  readonly reject?: TimestampFailure
  readonly wrong?: readonly TimestampFault[]
}

/** What `sources/` asks time-stamps of. */
export interface LabTimestampSource {
  timestamp(request: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>
}

/** A time-stamp authority. */
export interface LabTsa {
  readonly identity: LabIdentity
  readonly certificate: Uint8Array
  /** Object identifier of its own policy. */
  readonly policy: string
  /** TimeStampResp for a TimeStampReq, both DER. What is no request is refused as a TSA would refuse it. */
  respond(request: Uint8Array, options?: TimestampOptions): Promise<Uint8Array>
  /** A source that answers in memory. */
  readonly source: LabTimestampSource
  /** The same, with options for every answer. */
  sourceWith(options: TimestampOptions): LabTimestampSource
}

/** Sets up a time-stamp authority on an identity, which need not be fit for it. */
export function createTsa(identity: LabIdentity, now: () => Date): LabTsa {
  const policy = '1.3.6.1.4.1.99999.1.1'
  let serial = 0
  const respond = async (der: Uint8Array, options: TimestampOptions = {}): Promise<Uint8Array> => {
    const request = readRequest(der)
    if (typeof request === 'string') return refusal(request)
    if (options.reject) return refusal(options.reject)
    const info = tstInfo(request, { ...options, time: options.time ?? now(), policy: options.policy ?? request.policy ?? policy }, ++serial)
    return encode(sequence(sequence(integer(0)), await token(info, identity, request.certReq, options)))
  }
  const sourceWith = (options: TimestampOptions): LabTimestampSource => ({
    async timestamp(request, { signal } = {}) {
      if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'time-stamping was stopped', {}, { cause: signal.reason })
      return respond(request, options)
    },
  })
  return { identity, certificate: identity.certificate, policy, respond, source: sourceWith({}), sourceWith }
}

interface Request {
  /** MessageImprint as it came. */
  readonly imprint: Uint8Array
  readonly digest: LabDigest
  readonly policy: string | undefined
  /** Contents of the nonce's INTEGER. */
  readonly nonce: Uint8Array | undefined
  readonly certReq: boolean
}

function readRequest(der: Uint8Array): Request | TimestampFailure {
  let request: pkijs.TimeStampReq
  try {
    request = pkijs.TimeStampReq.fromBER(own(der))
  } catch {
    return 'badDataFormat'
  }
  const { messageImprint, reqPolicy, nonce, certReq, extensions } = request
  const digest = digestOf(messageImprint.hashAlgorithm.algorithmId)
  if (!digest) return 'badAlg'
  const length = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }[digest]
  if (messageImprint.hashedMessage.valueBlock.valueHexView.length !== length) return 'badDataFormat'
  if (extensions && extensions.length > 0) return 'unacceptedExtension'
  const imprint = new Uint8Array(messageImprint.toSchema().toBER())
  return { imprint, digest, policy: reqPolicy, nonce: nonce?.valueBlock.valueHexView, certReq: certReq ?? false }
}

function refusal(failure: TimestampFailure): Uint8Array {
  const status = sequence(integer(2), sequence(utf8String(`refused: ${failure}`)), namedBit(FAILURES[failure]))
  return encode(sequence(status))
}

function tstInfo(request: Request, options: TimestampOptions & { readonly time: Date; readonly policy: string }, serial: number): Uint8Array {
  const wrong = new Set(options.wrong)
  const accuracy = options.accuracy === undefined ? 1 : options.accuracy
  const imprint = wrong.has('imprint') ? flipLast(request.imprint) : request.imprint
  const nonce = request.nonce && wrong.has('nonce') ? flipLast(request.nonce) : request.nonce
  return encode(
    sequence(
      integer(1),
      oid(wrong.has('policy') ? `${options.policy}.1` : options.policy),
      raw(imprint),
      integer(serial),
      generalizedTime(options.time),
      accuracy === null ? null : sequence(integer(accuracy)),
      nonce && !wrong.has('no-nonce') ? integerOf(nonce) : null,
    ),
  )
}

/** TimeStampToken: SignedData of one SignerInfo (RFC 3161 §2.4.2). */
async function token(info: Uint8Array, identity: LabIdentity, certReq: boolean, options: TimestampOptions): Promise<Block> {
  const { key, certificate } = identity
  const wrong = new Set(options.wrong)
  const attributes = await signedAttributes(info, identity, options)
  const signed = encode(setOf(...attributes))
  const value = await key.sign(signed)
  const { issuer, serial } = readCertificate(certificate)
  const signerInfo = sequence(
    integer(1),
    sequence(raw(issuer), integerOf(serial)),
    digestIdentifier(key.digest),
    implicitSet(0, attributes),
    signatureIdentifier(key),
    octets(wrong.has('signature') ? flipLast(value) : value),
  )
  const wanted = options.certificates ?? (certReq ? 'chain' : 'none')
  const certificates = wanted === 'none' ? [] : wanted === 'signer' ? [certificate] : identity.chain
  const signedData = sequence(
    integer(3),
    setOf(digestIdentifier(key.digest)),
    sequence(oid(ID_TST_INFO), tagged(0, octets(info))),
    certificates.length > 0 ? implicitSet(0, certificates.map(raw)) : null,
    setOf(signerInfo),
  )
  return sequence(oid(ID_SIGNED_DATA), tagged(0, signedData))
}

async function signedAttributes(info: Uint8Array, identity: LabIdentity, options: TimestampOptions): Promise<Block[]> {
  const { key } = identity
  const wrong = new Set(options.wrong)
  const digest = await hash(key.digest, info)
  const attribute = (id: string, value: Block) => sequence(oid(id), setOf(value))
  const attributes = [
    attribute(ID_CONTENT_TYPE, oid(wrong.has('content-type') ? '1.2.840.113549.1.7.1' : ID_TST_INFO)),
    attribute(ID_MESSAGE_DIGEST, octets(wrong.has('message-digest') ? flipLast(digest) : digest)),
    attribute(ID_SIGNING_TIME, timeOf(genTime(info))),
  ]
  const bound = options.signingCertificate ?? 'v2'
  if (bound === 'v1' || bound === 'both') attributes.push(attribute(ID_SIGNING_CERTIFICATE, await signingCertificate('SHA-1', identity, wrong)))
  if (bound === 'v2' || bound === 'both') attributes.push(attribute(ID_SIGNING_CERTIFICATE_V2, await signingCertificate('SHA-256', identity, wrong)))
  return attributes
}

function genTime(info: Uint8Array): Date {
  return pkijs.TSTInfo.fromBER(own(info)).genTime
}

/** SigningCertificate with one ESSCertID (RFC 2634 §5.4), or SigningCertificateV2 with one ESSCertIDv2 (RFC 5035 §3), whose SHA-256 is its DEFAULT. */
async function signingCertificate(algorithm: 'SHA-1' | 'SHA-256', identity: LabIdentity, wrong: ReadonlySet<TimestampFault>): Promise<Block> {
  const { issuer, serial } = readCertificate(identity.certificate)
  const certHash = await hash(algorithm, identity.certificate)
  // directoryName of GeneralName is a CHOICE of its own, so its tag is explicit.
  const issuerSerial = sequence(sequence(tagged(4, raw(issuer))), integerOf(wrong.has('issuer-serial') ? flipLast(serial) : serial))
  return sequence(sequence(sequence(octets(wrong.has('certificate-hash') ? flipLast(certHash) : certHash), issuerSerial)))
}

/** `[n] IMPLICIT SET OF`. */
function implicitSet(tagNumber: number, blocks: readonly Block[]): Block {
  return tagged(tagNumber, ...children(setOf(...blocks)))
}

function flipLast(bytes: Uint8Array): Uint8Array {
  const changed = own(bytes)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed
}

/**
 * A TimeStampReq in DER (RFC 3161 §2.4.1), for trying a TSA out.
 *
 * @param data what is to be time-stamped; it is hashed here
 * @example
 * ```ts
 * const response = await lab.timestamp(await timestampRequest(pdf, { nonce: 7n }))
 * ```
 */
export async function timestampRequest(
  data: Uint8Array,
  options: { readonly digest?: LabDigest; readonly nonce?: bigint; readonly policy?: string; readonly certReq?: boolean } = {},
): Promise<Uint8Array> {
  const digest = options.digest ?? 'SHA-256'
  const { certReq = true, nonce, policy } = options
  return encode(
    sequence(
      integer(1),
      sequence(sequence(oid(digestOid(digest)), nothing()), octets(await hash(digest, data))),
      policy === undefined ? null : oid(policy),
      nonce === undefined ? null : integer(nonce),
      certReq ? yes() : null,
    ),
  )
}
