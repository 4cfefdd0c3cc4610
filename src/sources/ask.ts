/** From an address in a certificate to an answer: what may be asked, where it really is, what is at hand, and a record of all of it. */
import { toHex } from '../core/bytes.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { type Allowance, isPrivateUrl } from './addresses.ts'
import type { EvidenceCache } from './cache.ts'
import { deadline, pause } from './deadline.ts'
import { excerpt } from './excerpt.ts'
import { exchange, type Fetch, type HttpResult } from './exchange.ts'
import type { SourceEvent, SourceOptions, SourceReason } from './types.ts'

/** What all clients of servers that certificates name have in common. */
export interface AskSettings {
  readonly crypto: CryptoProvider
  readonly fetch: Fetch
  readonly timeoutMs: number
  readonly retries: number
  readonly retryDelayMs: number
  readonly allowance: Allowance
  /** By host, or host and port, in lower case. */
  readonly hostMap: ReadonlyMap<string, string>
  /** Of the Authorization header, by host in lower case. */
  readonly credentials: ReadonlyMap<string, string>
  readonly cache: EvidenceCache | undefined
  readonly offline: boolean
  readonly now: () => Date
  readonly onEvent: ((event: SourceEvent) => void) | undefined
}

/** What reading an answer came to: what it holds and until when it may be kept, or why it is of no use. */
export type Reading<T> =
  | { readonly value: T /** Milliseconds since 1970; null where it is not kept. */; readonly until: number | null; readonly nonce?: SourceEvent['nonce'] }
  | { readonly reason: SourceReason; readonly detail: string }

/** One question. */
export interface Question<T> {
  readonly kind: SourceEvent['kind']
  /** As the certificate has it. */
  readonly url: string
  /** Put behind the path: the GET form of OCSP. */
  readonly suffix?: string
  /** A POST, with its media type; a GET when left out. */
  readonly post?: { readonly body: Uint8Array; readonly type: string }
  readonly accept: string
  readonly maxBytes: number
  /** How an answer is found again; the answer to other questions of the key is an answer to this one. */
  readonly cacheKey: string
  /** Must not throw. `kept`: from a cache, so that nothing of this very request can be expected in it. */
  read(bytes: Uint8Array, kept: boolean): Reading<T>
  /** What of the value is shown to `accept`. */
  parts(value: T): readonly Uint8Array[]
}

/** Addresses tried for one certificate and kind. */
export const MAX_URLS = 10
const MAX_URL = 500
/** Codes that a fetch gives its errors where it does not connect to an address; see `nodeFetch`. */
const PRIVATE_ADDRESS = 'PRIVATE_ADDRESS'

/** The answer of one address; null where none is had that is of use. Throws for an abort and a spent budget alone. */
export async function ask<T>(settings: AskSettings, question: Question<T>, options: SourceOptions): Promise<T | null> {
  const tell = teller(settings, question, options)
  stopIfAborted(options.signal)
  const place = findPlace(settings, question)
  if (!options.fresh) {
    const kept = await fromCache(settings, question, options)
    if (kept) {
      tell({ outcome: 'cached', ...(await described(settings.crypto, kept.bytes)) })
      return kept.value
    }
  }
  if (!(place instanceof URL)) {
    tell({ outcome: 'refused', ...place })
    return null
  }
  const where = place.href.startsWith(plainUrl(question.url)) ? {} : { asked: shorten(plainUrl(place.href)) }
  if (settings.offline) {
    tell({ outcome: 'refused', reason: 'offline', ...where })
    return null
  }
  if (isPrivateUrl(place, settings.allowance)) {
    tell({ outcome: 'refused', reason: 'privateAddress', ...where })
    return null
  }
  const result = await request(settings, question, place, options)
  if (result.kind !== 'answer' || result.status < 200 || result.status > 299) {
    tell({ ...where, ...failureOf(settings, question, result) })
    return null
  }
  const { status, body } = result
  const about = { ...where, status, ...(await described(settings.crypto, body)) }
  const reading = question.read(body, false)
  const refused = 'reason' in reading ? reading : await refusalOf(question, reading.value, options)
  if (refused) {
    tell({ outcome: 'failed', ...about, ...refused })
    return null
  }
  if (!('value' in reading)) return null
  if (reading.until !== null && reading.until > settings.now().getTime()) await keep(settings, question, body, reading.until)
  tell({ outcome: 'answered', ...about, ...(reading.nonce ? { nonce: reading.nonce } : {}) })
  return reading.value
}

/** Tells that there are more addresses than are asked. */
export function tellTooMany(settings: AskSettings, question: Pick<Question<unknown>, 'kind' | 'url'>, options: SourceOptions): void {
  teller(settings, question, options)({ outcome: 'refused', reason: 'tooMany' })
}

type Told = Omit<SourceEvent, 'kind' | 'url' | 'at'>

function teller(settings: AskSettings, { kind, url }: Pick<Question<unknown>, 'kind' | 'url'>, options: SourceOptions): (told: Told) => void {
  return (told) => {
    const event: SourceEvent = { kind, url: shorten(plainUrl(url)), ...told, at: settings.now().toISOString() }
    settings.onEvent?.(event)
    options.onEvent?.(event)
  }
}

/** Where a URL is asked for, or why it is not. */
function findPlace({ hostMap }: AskSettings, { url: text, suffix = '' }: Question<unknown>): URL | { reason: SourceReason; detail?: string } {
  if (!URL.canParse(text)) return { reason: 'scheme', detail: 'no URL' }
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { reason: 'scheme', detail: url.protocol.slice(0, 20) }
  url.username = ''
  url.password = ''
  url.hash = ''
  const other = hostMap.get(url.host) ?? hostMap.get(url.hostname)
  if (other !== undefined) {
    const origin = new URL(other.includes('://') ? other : `${url.protocol}//${other}`)
    url.protocol = origin.protocol
    url.port = ''
    url.host = origin.host
  }
  // RFC 6960 appendix A.1: {url}/{base64}, whether the url ends in a slash or not.
  if (suffix) url.pathname = `${url.pathname.replace(/\/$/, '')}/${suffix}`
  return url
}

async function fromCache<T>({ cache, now }: AskSettings, question: Question<T>, options: SourceOptions): Promise<{ bytes: Uint8Array; value: T } | null> {
  const entry = await cache?.get(question.cacheKey).catch(() => null)
  if (!entry || !(entry.expires > now().getTime())) return null
  const reading = question.read(entry.bytes, true)
  // What the cache gives and nobody takes is asked for anew, and replaced by what comes.
  if (!('value' in reading) || (await refusalOf(question, reading.value, options))) return null
  return { bytes: entry.bytes, value: reading.value }
}

async function keep({ cache }: AskSettings, { cacheKey }: Question<unknown>, bytes: Uint8Array, expires: number): Promise<void> {
  // A full disk is no reason to be without an answer.
  await cache?.set(cacheKey, { bytes, expires }).catch(() => {})
}

async function refusalOf<T>(question: Question<T>, value: T, { accept, signal }: SourceOptions): Promise<{ reason: SourceReason; detail: string } | null> {
  if (!accept) return null
  try {
    for (const part of question.parts(value)) await accept(part)
    return null
  } catch (error) {
    stopIfAborted(signal)
    if (!isAboutDocument(error)) throw error
    return { reason: 'notAccepted', detail: error.code }
  }
}

/** Asks, and again where that may help. */
async function request(settings: AskSettings, question: Question<unknown>, url: URL, { signal, budget }: SourceOptions): Promise<HttpResult> {
  const { fetch, allowance, timeoutMs, retries, retryDelayMs } = settings
  const credentials = settings.credentials.get(url.host) ?? settings.credentials.get(url.hostname)
  const time = deadline(timeoutMs, signal)
  try {
    for (let attempt = 0; ; attempt++) {
      budget?.spend('fetches')
      const result = await exchange({
        fetch,
        url,
        method: question.post ? 'POST' : 'GET',
        ...(question.post ? { body: new Uint8Array(question.post.body) } : {}),
        headers: { accept: question.accept, ...(question.post ? { 'content-type': question.post.type } : {}) },
        ownHeaders: credentials === undefined ? {} : { authorization: credentials },
        maxBytes: question.maxBytes,
        signal: time.signal,
        refuse: (next) => (isPrivateUrl(next, allowance) ? PRIVATE_ADDRESS : null),
      })
      stopIfAborted(signal)
      if (attempt >= retries || !mayRetry(result)) return result
      const asked = result.kind === 'answer' ? (result.retryAfter ?? 0) * 1000 : 0
      const delay = Math.max(asked, retryDelayMs * 2 ** attempt)
      if (delay >= time.left()) return result
      await pause(delay, time.signal)
      stopIfAborted(signal)
    }
  } finally {
    time.release()
  }
}

function mayRetry(result: HttpResult): boolean {
  if (result.kind === 'unreachable') return result.reason !== PRIVATE_ADDRESS
  return result.kind === 'answer' && (result.status >= 500 || result.status === 429)
}

function failureOf({ timeoutMs, credentials }: AskSettings, { maxBytes }: Question<unknown>, result: HttpResult): Told {
  switch (result.kind) {
    case 'stopped':
      return { outcome: 'failed', reason: 'timeout', detail: `${timeoutMs / 1000} s` }
    case 'unreachable':
    case 'redirect':
      if (result.reason === PRIVATE_ADDRESS) return { outcome: 'refused', reason: 'privateAddress' }
      return { outcome: 'failed', reason: result.kind, detail: result.reason }
    case 'tooLarge':
      return { outcome: 'failed', reason: 'tooLarge', status: result.status, detail: `more than ${maxBytes} bytes` }
    case 'answer': {
      const detail = excerpt(
        result.body,
        [...credentials.values()].flatMap((one) => one.split(' ')),
      )
      return { outcome: 'failed', reason: 'status', status: result.status, ...(detail ? { detail } : {}) }
    }
  }
}

async function described(crypto: CryptoProvider, bytes: Uint8Array): Promise<Pick<SourceEvent, 'bytes' | 'sha256'>> {
  return { bytes: bytes.length, sha256: toHex(await digest(crypto, 'SHA-256', bytes)) }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'fetching evidence was stopped', {}, { cause: signal.reason })
}

/** Without user, password and fragment. */
function plainUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return text
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

/** A certificate may name whatever it likes; a log shall not act on it. */
function shorten(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, MAX_URL)
}
