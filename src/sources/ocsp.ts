/** OCSP over HTTP (RFC 6960 appendix A). */

import { decode } from '../asn1/index.ts'
import { Budget } from '../core/budget.ts'
import { equal, fromBase64, toBase64, toHex } from '../core/bytes.ts'
import { isKysoError } from '../core/errors.ts'
import { ACCESS, accessUrls, findExtension } from '../x509/extensions.ts'
import { type OcspAnswer, parseOcsp, type SingleResponse } from '../x509/ocsp.ts'
import { OCSP_NONCE, type OcspRequest, ocspRequest } from '../x509/ocsp-request.ts'
import { type AskSettings, ask, MAX_URLS, type Reading, tellTooMany } from './ask.ts'
import type { RevocationSource } from './types.ts'
import { urlsOf } from './urls.ts'

/** How OCSP responders are asked. */
export interface OcspClientOptions {
  /** Of the CertID; SHA-1 when left out, which nearly all responders know alone. */
  readonly digest?: 'SHA-1' | 'SHA-256'
  /** `GET` where the request is short enough for it (255 octets, RFC 5019 §5), without a nonce, so that proxies can answer; `POST` when left out. */
  readonly method?: 'GET' | 'POST'
  /** Whether a POST has a nonce (RFC 9654); true when left out. An answer without one is taken, one with another is not. */
  readonly nonce?: boolean
  /** Responders that are asked before those the certificate names. */
  readonly urls?: readonly string[]
  /** How long an answer may be kept in the cache, in milliseconds, where its nextUpdate allows; an hour when left out. */
  readonly maxAgeMs?: number
}

const MAX_ANSWER = 1 << 20
const MAX_GET = 255
const HOUR = 3_600_000
/** A nonce of 32 octets, which every responder that follows RFC 9654 §2.1 takes. */
const NONCE_OCTETS = 32

/** A client of OCSP responders, over settings that were read. */
export function ocspClient(settings: AskSettings, options: OcspClientOptions): NonNullable<RevocationSource['ocsp']> {
  const { digest = 'SHA-1', method = 'POST', nonce: withNonce = true, urls: own = [], maxAgeMs = HOUR } = options
  return async (certificate, issuer, wish = {}) => {
    const nonce = withNonce && method === 'POST' ? settings.crypto.randomBytes(NONCE_OCTETS) : undefined
    const request = await ocspRequest(settings.crypto, certificate, issuer, { digest, ...(nonce ? { nonce } : {}) })
    const { issuerNameHash, issuerKeyHash, serialNumber } = request.certId
    const id = [digest, issuerNameHash, issuerKeyHash, serialNumber].map((one) => (typeof one === 'string' ? one : toHex(one))).join(' ')
    const base64 = toBase64(request.bytes)
    const escaped = encodeURIComponent(base64)
    for (const [index, url] of [...new Set([...own, ...urlsOf(() => accessUrls(certificate, ACCESS.ocsp))])].entries()) {
      if (index === MAX_URLS) {
        tellTooMany(settings, { kind: 'ocsp', url }, wish)
        break
      }
      const get = method === 'GET' && url.length + escaped.length + 1 <= MAX_GET
      const answer = await ask<Uint8Array>(
        settings,
        {
          kind: 'ocsp',
          url,
          ...(get ? { suffix: escaped } : { post: { body: request.bytes, type: 'application/ocsp-request' } }),
          accept: 'application/ocsp-response',
          maxBytes: MAX_ANSWER,
          cacheKey: `ocsp ${id} ${url}`,
          read: (bytes, kept) => readAnswer(bytes, request, kept ? undefined : nonce, settings.now().getTime() + maxAgeMs),
          parts: (bytes) => [bytes],
        },
        wish,
      )
      if (answer) return answer
    }
    return null
  }
}

/** Holds an answer against its request, its signature apart. */
function readAnswer(sent: Uint8Array, request: OcspRequest, nonce: Uint8Array | undefined, latest: number): Reading<Uint8Array> {
  // Some responders, or what stands before them, answer in base64.
  const bytes = sent[0] === 0x30 ? sent : (fromBase64(String.fromCharCode(...sent.subarray(0, 20_000))) ?? sent)
  let answer: OcspAnswer
  let seen: Uint8Array | undefined
  try {
    answer = parseOcsp(bytes, { budget: new Budget({ asn1Nodes: 100_000 }) })
    const extension = findExtension(answer, OCSP_NONCE.oid)
    seen = extension && (nonceOf(extension.extnValue) ?? extension.extnValue)
  } catch (error) {
    if (!isKysoError(error)) throw error
    const status = error.data.status
    return typeof status === 'string' ? { reason: 'ocspStatus', detail: status } : { reason: 'content', detail: 'not an OCSP response' }
  }
  const single = answer.responses.find((one) => isAbout(one, request))
  if (!single) return { reason: 'mismatch', detail: 'about another certificate' }
  // RFC 9654 §2.1: responders may leave the nonce out; one that is there is this request's, or somebody plays an old answer back.
  if (nonce && seen && !equal(seen, nonce)) return { reason: 'mismatch', detail: 'nonce' }
  return {
    value: bytes,
    until: single.nextUpdate ? Math.min(single.nextUpdate.getTime(), latest) : null,
    ...(nonce ? { nonce: seen ? 'returned' : 'absent' } : {}),
  }
}

function nonceOf(value: Uint8Array): Uint8Array | undefined {
  try {
    return decode(OCSP_NONCE.schema, value)
  } catch {
    // Before RFC 8954 the octets stood there bare.
    return undefined
  }
}

/** Whether an answer speaks of the certificate. Under another digest the serial number is all that can be compared here; the judge does the rest. */
function isAbout({ certID }: SingleResponse, { certId }: OcspRequest): boolean {
  if (!equal(certID.serialNumber, certId.serialNumber)) return false
  if (certID.hashAlgorithm.algorithm !== certId.hashAlgorithm.algorithm) return true
  return equal(certID.issuerNameHash, certId.issuerNameHash) && equal(certID.issuerKeyHash, certId.issuerKeyHash)
}
