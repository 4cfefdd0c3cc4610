/**
 * A way for browsers to servers that speak plain HTTP and know nothing of CORS: time-stamp authorities, OCSP responders, CRL
 * distribution points. One function from `Request` to `Response`, for any server that has these. It is no proxy: hosts are listed,
 * what is sent and what comes back has to be of its kind, and neither headers nor credentials of the browser go through.
 */
import { decode, encoded, enumerated, optional, sequence } from '../asn1/index.ts'
import { TimeStampResp } from '../cms/schemas.ts'
import { Budget } from '../core/budget.ts'
import { attempt, KysoError } from '../core/errors.ts'
import { parseCrl } from '../x509/crl.ts'
import { derOrPem } from '../x509/pem.ts'
import { deadline, MAX_DELAY } from './deadline.ts'
import { exchange, type Fetch, type HttpResult, readBody } from './exchange.ts'
import { certificatesIn } from './issuers.ts'
import { readNumber } from './tsa-settings.ts'

/** How a relay is set up. */
export interface RelayOptions {
  /** Hosts that are reached through it (`ocsp.ca.gov.vn`, `tsa.lab:8080`; without a port, 80 and 443 are meant), or a function that decides. */
  readonly allow: readonly string[] | ((url: URL) => boolean)
  /** Origins of pages that may use it; `*`, and that is all of them, when left out. */
  readonly origins?: '*' | readonly string[]
  /** Whether certificates of issuers are fetched as well; false when left out. */
  readonly certificates?: boolean
  /** In place of the global `fetch`; on Node `nodeFetch()` of `kyso/node`, so that a name that leads into the own network is refused. */
  readonly fetch?: Fetch
  /** Headers that a server is sent besides: credentials of a time-stamp authority, which need not be known to browsers then. */
  readonly headers?: (url: URL) => Readonly<Record<string, string>>
  /** The longest CRL, in bytes; 32 MiB when left out. Other answers have up to 1 MiB. */
  readonly maxCrlBytes?: number
  /** For one request, in milliseconds; 30,000 when left out. */
  readonly timeoutMs?: number
  /** Requests at a time; 32 when left out. Further ones are answered with 503. */
  readonly maxConcurrent?: number
}

/** Why a request was not relayed: what stands in the answer's `error`. */
export type RelayRefusal =
  | 'method'
  | 'origin'
  | 'url'
  | 'notAllowed'
  | 'kind'
  | 'tooLarge'
  | 'busy'
  | 'content'
  | 'unreachable'
  | 'redirect'
  | 'timeout'
  | 'status'

interface Kind {
  readonly request: string | null
  readonly response: string
  readonly maxBytes: number
  /** Whether an answer is of the kind, as far as that is seen at its shape. */
  holds(bytes: Uint8Array): boolean
}

const MAX_REQUEST = 64 * 1024
const MAX_ANSWER = 1 << 20
const MAX_URL = 4096
const HTTP = { ok: 200, empty: 204, bad: 400, forbidden: 403, method: 405, tooLarge: 413, type: 415, gateway: 502, busy: 503, timeout: 504 } as const

const OcspShape = sequence({ responseStatus: enumerated(), responseBytes: optional(encoded()) })

const OCSP: Kind = {
  request: 'application/ocsp-request',
  response: 'application/ocsp-response',
  maxBytes: MAX_ANSWER,
  holds: (bytes) => begins(bytes, 0x0a) && reads(() => decode(OcspShape, bytes, { rules: 'BER', budget: small() })),
}
const TIMESTAMP: Kind = {
  request: 'application/timestamp-query',
  response: 'application/timestamp-reply',
  maxBytes: MAX_ANSWER,
  holds: (bytes) => begins(bytes, 0x30) && reads(() => decode(TimeStampResp, bytes, { rules: 'BER', budget: small() })),
}
const CERTIFICATE: Kind = {
  request: null,
  response: 'application/pkix-cert',
  maxBytes: MAX_ANSWER,
  holds: (bytes) => certificatesIn(bytes).length > 0,
}

/**
 * A relay. Requests come to it as `…?url=<address of the server>`, as {@link relayFetch} sends them: a POST of an OCSP or a time-stamp
 * request, or a GET of a CRL (or of an OCSP answer, RFC 6960 appendix A.1). What it refuses it answers with a status from 400 on and
 * `{"error": …}`, a {@link RelayRefusal}; a server's own status from 400 on is handed on without its words.
 *
 * @throws KysoError `ERR_ARGUMENT`
 * @example
 * ```ts
 * const handler = relay({ allow: ['tsa.ca.gov.vn', 'ocsp.ca.gov.vn', 'crl.ca.gov.vn'], origins: ['https://app.example.vn'] })
 * const refused = await handler(new Request('https://app.example.vn/relay?url=http://intranet/'))
 * refused.status // => 403
 * ```
 */
export function relay(options: RelayOptions): (request: Request) => Promise<Response> {
  const settings = readOptions(options)
  let running = 0
  return async (request) => {
    const origin = request.headers.get('origin')
    const cors = corsHeaders(settings.origins, origin)
    if (!cors) return refusal(HTTP.forbidden, 'origin', {})
    if (request.method === 'OPTIONS') return new Response(null, { status: HTTP.empty, headers: { ...cors, ...PREFLIGHT } })
    if (running >= settings.maxConcurrent) return refusal(HTTP.busy, 'busy', { ...cors, 'retry-after': '1' })
    running++
    const time = deadline(settings.timeoutMs, request.signal)
    try {
      return await relayed(settings, request, cors, time.signal)
    } catch {
      // The browser went away, or was too slow in what it sends.
      return refusal(HTTP.timeout, 'timeout', cors)
    } finally {
      time.release()
      running--
    }
  }
}

interface Settings {
  readonly allows: (url: URL) => boolean
  readonly origins: '*' | ReadonlySet<string>
  readonly fetch: Fetch
  readonly headers: NonNullable<RelayOptions['headers']>
  readonly certificates: boolean
  readonly crl: Kind
  readonly timeoutMs: number
  readonly maxConcurrent: number
}

function readOptions(options: RelayOptions): Settings {
  const { allow, origins = '*', fetch = (url, init) => globalThis.fetch(url, init), headers = () => ({}), certificates = false } = options
  const hosts = typeof allow === 'function' ? null : allow
  if (hosts !== null && (!Array.isArray(hosts) || hosts.length === 0 || !hosts.every((host) => typeof host === 'string' && /^[^\s/@?#*]+$/.test(host))))
    throw new KysoError('ERR_ARGUMENT', 'allow: hosts, one at least, or a function; a relay to everywhere is none')
  const listed = new Set((hosts ?? []).map((host) => host.toLowerCase()))
  return {
    // A URL leaves the usual port of its scheme out of its host, so a host without one means 80 and 443.
    allows:
      typeof allow === 'function'
        ? allow
        : (url) => listed.has(url.host) || (url.port === '' && listed.has(`${url.host}:${url.protocol === 'https:' ? 443 : 80}`)),
    origins: origins === '*' ? '*' : new Set(origins),
    fetch,
    headers,
    certificates,
    crl: {
      request: null,
      response: 'application/pkix-crl',
      maxBytes: readNumber('maxCrlBytes', options.maxCrlBytes ?? 32 * 1024 * 1024, 1, 2 ** 31),
      holds: (bytes) => derOrPem(bytes, ['X509 CRL', 'CRL']).some((der) => reads(() => parseCrl(der, { budget: small() }))),
    },
    timeoutMs: readNumber('timeoutMs', options.timeoutMs ?? 30_000, 1, MAX_DELAY),
    maxConcurrent: readNumber('maxConcurrent', options.maxConcurrent ?? 32, 1, 10_000),
  }
}

async function relayed(settings: Settings, request: Request, cors: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const { allows, fetch } = settings
  if (request.method !== 'GET' && request.method !== 'POST') return refusal(HTTP.method, 'method', { ...cors, allow: 'GET, POST, OPTIONS' })
  const url = targetOf(request)
  if (!url) return refusal(HTTP.bad, 'url', cors)
  if (!allows(url)) return refusal(HTTP.forbidden, 'notAllowed', cors)
  const kinds = kindsOf(settings, request)
  const [first] = kinds
  if (!first) return refusal(HTTP.type, 'kind', cors)
  const posted = request.method === 'POST' ? await readBody(request.body, MAX_REQUEST, signal) : null
  if (posted && !posted.whole) return refusal(HTTP.tooLarge, 'tooLarge', cors)
  if (posted && posted.body[0] !== 0x30) return refusal(HTTP.type, 'kind', cors)
  const result = await exchange({
    fetch,
    url,
    method: posted ? 'POST' : 'GET',
    ...(posted && first.request ? { body: posted.body } : {}),
    headers: { accept: kinds.map((kind) => kind.response).join(', '), ...(first.request && posted ? { 'content-type': first.request } : {}) },
    ownHeaders: settings.headers(url),
    maxBytes: Math.max(...kinds.map((kind) => kind.maxBytes)),
    signal,
    // A listed server does not list others.
    refuse: (next) => (allows(next) ? null : 'notAllowed'),
  })
  return answerOf(result, kinds, cors)
}

function answerOf(result: HttpResult, kinds: readonly Kind[], cors: Record<string, string>): Response {
  switch (result.kind) {
    case 'stopped':
      return refusal(HTTP.timeout, 'timeout', cors)
    case 'unreachable':
    case 'redirect':
      return refusal(HTTP.gateway, result.kind, cors)
    case 'tooLarge':
      return refusal(HTTP.gateway, 'tooLarge', cors)
    case 'answer': {
      const { status, body, retryAfter } = result
      if (status < 200 || status > 299) {
        const headers = retryAfter === undefined ? cors : { ...cors, 'retry-after': String(retryAfter) }
        return refusal(status >= 400 && status <= 599 ? status : HTTP.gateway, 'status', headers)
      }
      const kind = kinds.find((one) => body.length <= one.maxBytes && one.holds(body))
      if (!kind) return refusal(HTTP.gateway, 'content', cors)
      const headers = { ...cors, 'content-type': kind.response, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
      return new Response(new Uint8Array(body), { status: HTTP.ok, headers })
    }
  }
}

/** The server that is asked for; null for what is no address of one. */
function targetOf(request: Request): URL | null {
  const text = new URL(request.url).searchParams.get('url') ?? ''
  if (text.length > MAX_URL || !URL.canParse(text)) return null
  const url = new URL(text)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) return null
  url.hash = ''
  return url
}

/** What an answer may be: of a POST that follows from its media type, of a GET from nothing. */
function kindsOf({ crl, certificates }: Settings, request: Request): readonly Kind[] {
  if (request.method === 'GET') return [OCSP, ...(certificates ? [CERTIFICATE] : []), crl]
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  return [OCSP, TIMESTAMP].filter((kind) => kind.request === type)
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
}

/** Null for a page that may not use the relay. What comes without an Origin is no page, and CORS says nothing of it. */
function corsHeaders(origins: '*' | ReadonlySet<string>, origin: string | null): Record<string, string> | null {
  const exposed = { 'access-control-expose-headers': 'retry-after' }
  if (origins === '*') return { 'access-control-allow-origin': '*', ...exposed }
  if (origin === null) return { vary: 'Origin' }
  return origins.has(origin) ? { 'access-control-allow-origin': origin, vary: 'Origin', ...exposed } : null
}

function refusal(status: number, error: RelayRefusal, headers: Record<string, string>): Response {
  return Response.json({ error }, { status, headers: { ...headers, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
}

function begins(bytes: Uint8Array, inner: number): boolean {
  if (bytes[0] !== 0x30) return false
  const length = bytes[1] ?? 0
  return bytes[length > 0x80 ? 2 + (length & 0x7f) : 2] === inner
}

function reads(read: () => unknown): boolean {
  try {
    return attempt(read) !== undefined
  } catch {
    return false
  }
}

function small(): Budget {
  return new Budget({ asn1Nodes: 100_000 })
}

/**
 * A `fetch` that goes through a {@link relay}, for `httpSources` in a browser. Credentials stay behind: the relay has those of its servers.
 *
 * @param relayUrl where the relay answers
 * @param options `fetch`, the global one when left out
 * @throws KysoError `ERR_ARGUMENT` for what is no URL
 * @example
 * ```ts
 * const sources = httpSources({ tsa: 'http://tsa.ca.gov.vn', fetch: relayFetch('https://app.example.vn/relay') })
 * ```
 */
export function relayFetch(relayUrl: string | URL, options: { readonly fetch?: Fetch } = {}): Fetch {
  const { fetch = (url, init) => globalThis.fetch(url, init) } = options
  const base = (globalThis as { location?: { href?: string } }).location?.href
  if (!URL.canParse(String(relayUrl), base)) throw new KysoError('ERR_ARGUMENT', 'relayFetch: no URL')
  const through = new URL(relayUrl, base)
  return (url, init) => {
    const to = new URL(through)
    to.searchParams.set('url', url)
    const given = new Headers(init.headers)
    const headers: Record<string, string> = {}
    for (const name of ['content-type', 'accept']) {
      const value = given.get(name)
      if (value !== null) headers[name] = value
    }
    return fetch(to.href, { ...init, headers })
  }
}
