/**
 * HTTP from Node that looks at the address it connects to. A name that was looked up before tells nothing: the next look-up may give
 * another address. So the look-up of the connection itself is what is checked, and the socket once more when it is connected.
 */
import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { KysoError } from '../core/errors.ts'
import { type Allowance, isPrivateUrl, readAllowance } from '../sources/addresses.ts'
import { type Fetch, type HttpSourcesOptions, httpSources, type Sources, type TsaOptions } from '../sources/index.ts'

/** How {@link nodeFetch} connects. */
export interface NodeFetchOptions {
  /** Private hosts (`ocsp.lab`, `127.0.0.1:8080`) and networks (`10.0.0.0/8`) that may be connected to; `true` for all. None when left out. */
  readonly allowPrivate?: boolean | readonly string[]
  /** For https: authorities that are trusted in place of Node's own, and a certificate of the client, all in PEM. */
  readonly tls?: { readonly ca?: string | readonly string[]; readonly cert?: string; readonly key?: string }
  /** In place of the system's look-up of names. */
  readonly lookup?: LookupFunction
}

/** What an error has for `code` where an address is private; the clients of `kyso/sources` tell it as `privateAddress`. */
const PRIVATE_ADDRESS = 'PRIVATE_ADDRESS'
/** Statuses whose answer has no body (Fetch standard, null body status). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304])

function privateAddress(): Error {
  return Object.assign(new Error('the address lies in a private network'), { code: PRIVATE_ADDRESS })
}

/**
 * A `fetch` for `httpSources` and `relay` that connects to public addresses alone, and to private ones that are listed. One connection a
 * request; redirects are handed back, as `redirect: 'manual'` would; no cookies, no compression. For a proxy take another `fetch`: then
 * the proxy connects, and what it refuses is its own affair.
 *
 * @throws KysoError `ERR_ARGUMENT`. The function: an `Error` with the `code` `PRIVATE_ADDRESS`, or the system's
 * @example
 * ```ts
 * const fetch = nodeFetch({ allowPrivate: ['ocsp.lab', '10.0.0.0/8'] })
 * const sources = httpSources({ online: true, allowPrivate: ['ocsp.lab', '10.0.0.0/8'], fetch })
 * ```
 */
export function nodeFetch(options: NodeFetchOptions = {}): Fetch {
  const allowance = readAllowance(options.allowPrivate)
  const { tls = {}, lookup = systemLookup } = options
  return async (text, init) => {
    const url = new URL(text)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new KysoError('ERR_ARGUMENT', 'neither http: nor https:')
    if (isPrivateUrl(url, allowance)) throw privateAddress()
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    const anyAddress = allowance.host(url.hostname, port)
    const settings: RequestOptions = {
      method: init.method ?? 'GET',
      headers: { 'user-agent': 'kyso', 'accept-encoding': 'identity', ...Object.fromEntries(new Headers(init.headers)), connection: 'close' },
      agent: false,
      ...(init.signal ? { signal: init.signal } : {}),
      ...(anyAddress ? { lookup } : { lookup: publicOnly(lookup, allowance) }),
    }
    const body = init.body instanceof Uint8Array ? init.body : undefined
    if (init.body && !body) throw new KysoError('ERR_ARGUMENT', 'a body is bytes')
    if (body) settings.headers = { ...settings.headers, 'content-length': body.length }
    const request = url.protocol === 'https:' ? httpsRequest(url, { ...settings, ...tlsOptions(tls) }) : httpRequest(url, settings)
    if (!anyAddress) checkSocket(request, allowance)
    return answered(request, body)
  }
}

function tlsOptions({ ca, cert, key }: NonNullable<NodeFetchOptions['tls']>): { ca?: string | string[]; cert?: string; key?: string } {
  return { ...(ca ? { ca: typeof ca === 'string' ? ca : [...ca] } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
}

/** A look-up that gives those addresses of a name which may be connected to. */
function publicOnly(lookup: LookupFunction, allowance: Allowance): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error) return done(error, '', 0)
      const all = typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : found
      const allowed = all.filter(({ address }) => allowance.address(address))
      const [first] = allowed
      if (!first) return done(privateAddress(), '', 0)
      if (options.all) done(null, allowed)
      else done(null, first.address, first.family)
    })
  }
}

/** Nothing is written before a socket is connected, so what is destroyed here has heard nothing. */
function checkSocket(request: ClientRequest, allowance: Allowance): void {
  request.once('socket', (socket) => {
    socket.prependOnceListener('connect', () => {
      if (!allowance.address(socket.remoteAddress ?? '')) request.destroy(privateAddress())
    })
  })
}

function answered(request: ClientRequest, body: Uint8Array | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (message) => {
      try {
        resolve(responseOf(message))
      } catch (error) {
        message.destroy()
        reject(error)
      }
    })
    request.end(body)
  })
}

function responseOf(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0
  if (status < 200 || status > 599) throw Object.assign(new Error('no status of HTTP'), { code: 'HTTP_STATUS' })
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct)) for (const value of values ?? []) headers.append(name, value)
  if (NO_BODY.has(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(bodyOf(message), { status, headers })
}

/** The body as a stream of the web's kind; letting go of it closes the connection. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = Readable.toWeb(message).getReader()
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await parts.read()
      if (done) controller.close()
      else controller.enqueue(new Uint8Array(value))
    },
    cancel: (reason) => parts.cancel(reason),
  })
}

/**
 * `httpSources` for Node: the addresses that are connected to are looked at, on the way to servers that certificates name. Time-stamp
 * servers are the caller's own choice and may be anywhere; what they redirect to may not.
 *
 * @throws KysoError `ERR_ARGUMENT`
 * @example
 * ```ts
 * const sources = nodeSources({ tsa: 'http://tsa.ca.gov.vn', online: true, cache: memoryCache() })
 * ```
 */
export function nodeSources(options: HttpSourcesOptions = {}): Sources {
  if (options.fetch) return httpSources(options)
  const { tsa, allowPrivate } = options
  const own: TsaOptions | undefined = tsa === undefined ? undefined : typeof tsa === 'string' || isList(tsa) ? { urls: tsa } : tsa
  const fetch = nodeFetch({ allowPrivate })
  return httpSources({
    ...options,
    fetch,
    ...(own ? { tsa: { ...own, fetch: own.fetch ?? nodeFetch({ allowPrivate: withHosts(allowPrivate, own.urls) }) } } : {}),
  })
}

function isList(tsa: readonly string[] | TsaOptions): tsa is readonly string[] {
  return Array.isArray(tsa)
}

/** The list with the hosts of servers that the caller names. */
function withHosts(allowPrivate: boolean | readonly string[] = [], urls: TsaOptions['urls']): boolean | readonly string[] {
  if (allowPrivate === true) return true
  const hosts = (typeof urls === 'string' ? [urls] : urls).flatMap((url) => {
    if (!URL.canParse(url)) return []
    const { hostname, port, protocol } = new URL(url)
    return [`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`]
  })
  return [...(allowPrivate || []), ...hosts]
}
