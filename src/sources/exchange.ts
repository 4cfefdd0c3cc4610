/**
 * One HTTP request and its answer, bounded in hops, bytes and time. Every client of this folder stands on it; it knows nothing of
 * what is asked, and tells what went wrong as a value, so that each client says it in its own words.
 */
import { untilAborted } from './deadline.ts'
import { EXCERPT_BYTES } from './excerpt.ts'

/** The part of `fetch` that is used; the global one, or one with a proxy or certificates of its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What is asked. */
export interface HttpRequest {
  readonly fetch: Fetch
  /** `http:` or `https:`, without user and password. */
  readonly url: URL
  /** `POST` when left out. */
  readonly method?: 'GET' | 'POST'
  readonly body?: Uint8Array<ArrayBuffer>
  /** Sent to wherever the request is redirected, too. */
  readonly headers: Readonly<Record<string, string>>
  /** Credentials and the like: sent to the origin of `url`, and to no other. */
  readonly ownHeaders: Readonly<Record<string, string>>
  /** The longest answer taken. */
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Looks at where a redirect leads; the reason why it is not followed, or null. */
  readonly refuse?: (url: URL) => string | null
}

/** What came of it. Only `answer` has been read to its end (or, where the status is not 2xx, as far as an excerpt needs). */
export type HttpResult =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** Of the Content-Type, in lower case, without parameters. */
      readonly type: string
      readonly body: Uint8Array
      /** Seconds, of a Retry-After. */
      readonly retryAfter?: number
    }
  | { readonly kind: 'unreachable' | 'redirect'; readonly reason: string }
  | { readonly kind: 'tooLarge'; readonly status: number }
  /** The signal aborted. */
  | { readonly kind: 'stopped' }

const MAX_REDIRECTS = 3
// 301 and 302 turn a POST into a GET in browsers, which RFC 9110 §15.4.2 allows and does not ask for; the request is repeated
// as it was. A 303 says that the answer is no answer to the request.
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308])

/** Sends a request, follows at most three redirects, reads the answer. Does not throw. */
export async function exchange(request: HttpRequest): Promise<HttpResult> {
  try {
    let url = request.url
    for (let hops = 0; ; hops++) {
      const response = await send(request, url)
      // What a browser gives for `redirect: 'manual'`: nothing can be known of it.
      if (response.type === 'opaqueredirect') return { kind: 'redirect', reason: 'a redirect that cannot be seen' }
      if (!REDIRECTS.has(response.status)) return await read(request, response)
      discard(response)
      const next = redirectTarget(url, response.headers.get('location'))
      if (!(next instanceof URL)) return { kind: 'redirect', reason: next }
      const refused = request.refuse?.(next) ?? null
      if (refused !== null) return { kind: 'redirect', reason: refused }
      if (hops === MAX_REDIRECTS) return { kind: 'redirect', reason: `more than ${MAX_REDIRECTS} redirects` }
      url = next
    }
  } catch (error) {
    return request.signal.aborted ? { kind: 'stopped' } : { kind: 'unreachable', reason: systemCode(error) ?? 'network error' }
  }
}

function send({ fetch, url: first, method = 'POST', body, headers, ownHeaders, signal }: HttpRequest, url: URL): Promise<Response> {
  return untilAborted(
    fetch(url.href, {
      method,
      headers: url.origin === first.origin ? { ...ownHeaders, ...headers } : { ...headers },
      ...(body ? { body } : {}),
      signal,
      redirect: 'manual',
      cache: 'no-store',
      // Cookies and stored passwords of the page that kyso runs in are none of the server's business.
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    }),
    signal,
  )
}

/** Where a redirect leads, or why it is not followed. */
function redirectTarget(from: URL, location: string | null): URL | string {
  if (location === null) return 'a redirect to nowhere'
  if (!URL.canParse(location, from)) return 'a redirect to something that is no URL'
  const url = new URL(location, from)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `a redirect to ${url.protocol.slice(0, 20)}`
  // What was asked for under TLS is not asked for in the open because somebody on the way says so.
  if (from.protocol === 'https:' && url.protocol === 'http:') return 'a redirect from https: to http:'
  // A fetch refuses them; and a server has no business in saying as whom to come.
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

async function read({ maxBytes, signal }: HttpRequest, response: Response): Promise<HttpResult> {
  const { status } = response
  const length = Number(response.headers.get('content-length') ?? 0)
  if (response.ok && length > maxBytes) {
    discard(response)
    return { kind: 'tooLarge', status }
  }
  const limit = response.ok ? maxBytes : EXCERPT_BYTES
  const { body, whole } = await readBody(response.body, limit, signal)
  if (response.ok && !whole) return { kind: 'tooLarge', status }
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const retryAfter = response.headers.get('retry-after')
  return { kind: 'answer', status, type, body, ...(retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? { retryAfter: Number(retryAfter) } : {}) }
}

/** At most `limit` bytes of a body, into one buffer that grows: a body may come in a million pieces. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
  signal: AbortSignal,
): Promise<{ body: Uint8Array<ArrayBuffer>; whole: boolean }> {
  const reader = stream?.getReader()
  let buffer = new Uint8Array(0)
  let length = 0
  let whole = true
  if (!reader) return { body: buffer, whole }
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal)
      if (done) break
      const part = value.subarray(0, limit - length)
      if (length + part.length > buffer.length) {
        const grown = new Uint8Array(Math.min(limit, Math.max(4096, 2 * buffer.length, length + part.length)))
        grown.set(buffer.subarray(0, length))
        buffer = grown
      }
      buffer.set(part, length)
      length += part.length
      if (part.length < value.length) {
        whole = false
        break
      }
    }
  } finally {
    // Of no effect where the body has ended. Not waited for: whoever sends may be stuck.
    reader.cancel().catch(() => {})
  }
  return { body: buffer.subarray(0, length), whole }
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}

/** The system's code for a failure (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), which `fetch` hides in the cause. Nothing else of the error is used: it may hold the request. */
function systemCode(error: unknown): string | null {
  let at: unknown = error
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth++) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(at.code)) return at.code
    at = 'cause' in at ? at.cause : undefined
  }
  return null
}
