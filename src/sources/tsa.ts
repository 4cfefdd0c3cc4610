/** Time-stamp authorities over HTTP (RFC 3161 §3.4). */
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { type Deadline, deadline, pause } from './deadline.ts'
import { excerpt, plainWords } from './excerpt.ts'
import { exchange, type HttpResult } from './exchange.ts'
import { readSettings, type TsaOptions, type TsaServer, type TsaSettings } from './tsa-settings.ts'
import type { TimestampSource, TimestampSourceOptions } from './types.ts'

/** Far above any token with its chain. */
const MAX_RESPONSE = 1 << 20
const MEDIA_TYPES = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' } as const

/** Of several failures the one that says most: an authority that answered was reached, one that was reached exists. */
const RANK: readonly string[] = ['ERR_TSA_UNREACHABLE', 'ERR_TSA_TIMEOUT', 'ERR_TSA_HTTP']

/**
 * A client of one or several time-stamp servers. What it throws names the servers without user, password and query, in `data.url`
 * and `data.host`, and every server that was asked with the reason in `data.tried`.
 *
 * @param options a URL, or more than that
 * @throws KysoError `ERR_ARGUMENT` at once for options that cannot be right. The source: `ERR_TSA_HTTP` (`data.reason`: `status`,
 *   `html`, `text`, `empty`, `tooLarge`, `redirect`; with `data.status` and the server's first words in `data.words`),
 *   `ERR_TSA_TIMEOUT` (`data.seconds`), `ERR_TSA_UNREACHABLE` (`data.reason`: the system's code, as `ECONNREFUSED`),
 *   `ERR_ABORTED`, and what `accept` throws
 *
 * @example
 * ```ts
 * const source = tsaClient({ urls: ['http://tsa.ca.gov.vn', 'https://tsa.example.vn/tsr'], timeoutMs: 30_000 })
 * ```
 */
export function tsaClient(options: string | TsaOptions): TimestampSource {
  const settings = readSettings(typeof options === 'string' ? { urls: options } : options)
  return {
    async timestamp(request, options = {}) {
      if (!(request instanceof Uint8Array) || request.length === 0) throw new KysoError('ERR_ARGUMENT', 'a time-stamp request is the DER of a TimeStampReq')
      // Copied: what the second server gets is what the first one got.
      return askInTurn(settings, new Uint8Array(request), options)
    },
  }
}

async function askInTurn(settings: TsaSettings, request: Uint8Array<ArrayBuffer>, { signal, accept }: TimestampSourceOptions): Promise<Uint8Array> {
  const tried: string[] = []
  let best: { error: KysoError; server: TsaServer } | undefined
  for (const server of settings.servers) {
    try {
      const response = await ask(settings, server, request, signal)
      await accept?.(response)
      return response
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      tried.push(`${server.name}: ${plainWords(error.message, server.secrets)}`)
      if (!best || rank(error) > rank(best.error)) best = { error, server }
    }
  }
  if (!best) throw new KysoError('ERR_ARGUMENT', 'no time-stamp server is named')
  const { error, server } = best
  const data = { ...error.data, url: server.name, host: server.url.host, tried: tried.join('; ') }
  throw new KysoError(error.code, `time-stamp server ${tried.join('; ')}`, data, 'cause' in error ? { cause: error.cause } : undefined)
}

function rank(error: KysoError): number {
  const place = RANK.indexOf(error.code)
  return place === -1 ? RANK.length : place
}

/** Asks one server, again where that may help. */
async function ask(settings: TsaSettings, server: TsaServer, request: Uint8Array<ArrayBuffer>, outer: AbortSignal | undefined): Promise<Uint8Array> {
  const { fetch, timeoutMs, retries } = settings
  const time = deadline(timeoutMs, outer)
  const aborted = (): KysoError => new KysoError('ERR_ABORTED', 'time-stamping was stopped', {}, { cause: outer?.reason })
  try {
    for (let attempt = 0; ; attempt++) {
      if (outer?.aborted) throw aborted()
      const result = await exchange({
        fetch,
        url: server.url,
        body: request,
        headers: MEDIA_TYPES,
        ownHeaders: server.headers,
        maxBytes: MAX_RESPONSE,
        signal: time.signal,
      })
      if (outer?.aborted) throw aborted()
      const failure = failureOf(result, server, timeoutMs)
      if (result.kind === 'answer' && !failure) return result.body
      if (failure && (attempt >= retries || !mayRetry(result) || !(await waited(settings, attempt, result, time)))) throw failure
    }
  } finally {
    time.release()
  }
}

/** What is wrong with a result; null when it is an answer to be read. */
function failureOf(result: HttpResult, { secrets }: TsaServer, timeoutMs: number): KysoError | null {
  const http = (reason: string, detail: string, data: { status?: number; words?: string } = {}): KysoError =>
    new KysoError('ERR_TSA_HTTP', detail, { reason, ...data })
  switch (result.kind) {
    case 'stopped':
      return new KysoError('ERR_TSA_TIMEOUT', `no answer within ${timeoutMs / 1000} s`, { seconds: timeoutMs / 1000 })
    case 'unreachable':
      return new KysoError('ERR_TSA_UNREACHABLE', `not reached: ${result.reason}`, { reason: result.reason })
    case 'redirect':
      return http('redirect', result.reason)
    case 'tooLarge':
      return http('tooLarge', `an answer of more than ${MAX_RESPONSE} bytes`, { status: result.status })
  }
  const { status, type, body } = result
  const words = (): string => excerpt(body, secrets)
  const quoted = (text: string): string => (text ? ` (“${text}”)` : '')
  if (status < 200 || status > 299) {
    const text = words()
    return http('status', `HTTP ${status}${quoted(text)}`, { status, words: text })
  }
  if (body.length === 0) return http('empty', 'an empty answer', { status })
  // The media type is not held against an answer that begins as a SEQUENCE does: servers send text/html, octet-stream or none.
  if (body[0] === 0x30) return null
  if (type === 'text/html' || looksLikeMarkup(body)) {
    const text = words()
    return http('html', `a web page in place of a time-stamp${quoted(text)}`, { status, words: text })
  }
  const text = words()
  return http('text', `something other than a time-stamp${quoted(text)}`, { status, words: text })
}

function looksLikeMarkup(body: Uint8Array): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(String.fromCharCode(...body.subarray(0, 64)))
}

function mayRetry(result: HttpResult): boolean {
  return result.kind === 'unreachable' || (result.kind === 'answer' && (result.status >= 500 || result.status === 429))
}

/** Waits before a retry; false when the time that is left does not allow for it. */
async function waited({ retryDelayMs }: TsaSettings, attempt: number, result: HttpResult, time: Deadline): Promise<boolean> {
  // Up to a quarter more, so that a batch which failed together does not come back together.
  const usual = retryDelayMs * 2 ** attempt * (1 + Math.random() / 4)
  const asked = result.kind === 'answer' ? (result.retryAfter ?? 0) * 1000 : 0
  const delay = Math.max(usual, asked)
  if (delay >= time.left()) return false
  await pause(delay, time.signal)
  return true
}
