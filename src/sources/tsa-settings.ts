/** The options of a time-stamp client, checked and taken apart once. No error here repeats what it was given: it may be a secret. */
import { toBase64, utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { MAX_DELAY } from './deadline.ts'
import type { Fetch } from './exchange.ts'

/** How time-stamp servers are asked. */
export interface TsaOptions {
  /**
   * `http:` or `https:`. When there are several they are asked in this order, each only when those before it failed. User and
   * password in a URL are sent to that server by HTTP Basic, in place of `credentials`.
   */
  readonly urls: string | readonly string[]
  /** HTTP Basic (RFC 7617, in UTF-8), for every server of the list. */
  readonly credentials?: { readonly username: string; readonly password: string }
  /** Further headers for every server of the list, an API key for example. As the credentials, they are not sent on where a redirect leads to another origin. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long one server may take in all, its retries and redirects among it; in milliseconds, 120,000 when left out: some authorities take a minute under load. */
  readonly timeoutMs?: number
  /** How often one server is asked again after a network error, a 5xx or a 429; 2 when left out. */
  readonly retries?: number
  /** Before the first retry, in milliseconds, doubled before each further one; 500 when left out. A Retry-After counts where it is longer. */
  readonly retryDelayMs?: number
  /** In place of the global `fetch`: one with a proxy, client certificates, a relay. */
  readonly fetch?: Fetch
}

/** A server of the list. */
export interface TsaServer {
  /** Without user and password. */
  readonly url: URL
  /** How it is called in errors: the URL without user, password, query and fragment. */
  readonly name: string
  /** For its own origin alone. */
  readonly headers: Readonly<Record<string, string>>
  /** What must not be seen in an error. */
  readonly secrets: readonly string[]
}

/** Options with nothing left out. */
export interface TsaSettings {
  readonly servers: readonly TsaServer[]
  readonly timeoutMs: number
  readonly retries: number
  readonly retryDelayMs: number
  readonly fetch: Fetch
}

const MAX_SERVERS = 32
const MAX_NAME = 200

/** User and password of HTTP Basic. */
export type Credentials = NonNullable<TsaOptions['credentials']>

/**
 * Checks options.
 *
 * @throws KysoError `ERR_ARGUMENT`
 */
export function readSettings(options: TsaOptions): TsaSettings {
  if (typeof options !== 'object' || options === null) throw new KysoError('ERR_ARGUMENT', 'a time-stamp client takes a URL or options')
  const urls = typeof options.urls === 'string' ? [options.urls] : options.urls
  if (!Array.isArray(urls) || urls.length === 0 || urls.length > MAX_SERVERS)
    throw new KysoError('ERR_ARGUMENT', `urls: from one to ${MAX_SERVERS} URLs of time-stamp servers`)
  const fetcher = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  if (typeof fetcher !== 'function') throw new KysoError('ERR_ARGUMENT', 'fetch: not a function')
  const headers = readHeaders(options.headers ?? {})
  return {
    servers: urls.map((url: unknown, index) => readServer(url, index, options.credentials, headers)),
    timeoutMs: readNumber('timeoutMs', options.timeoutMs ?? 120_000, 1, MAX_DELAY),
    retries: Math.floor(readNumber('retries', options.retries ?? 2, 0, 10)),
    retryDelayMs: readNumber('retryDelayMs', options.retryDelayMs ?? 500, 0, 60_000),
    fetch: fetcher,
  }
}

/**
 * A number within bounds.
 *
 * @throws KysoError `ERR_ARGUMENT`
 */
export function readNumber(name: string, value: number, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new KysoError('ERR_ARGUMENT', `${name}: a number from ${least} to ${most}`, { name })
  return value
}

function readHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(new Headers(given))
  } catch {
    throw new KysoError('ERR_ARGUMENT', 'headers: a name or a value that HTTP does not allow')
  }
}

function readServer(text: unknown, index: number, credentials: Credentials | undefined, headers: Record<string, string>): TsaServer {
  const wrong = (what: string): KysoError => new KysoError('ERR_ARGUMENT', `urls: number ${index + 1} ${what}`, { index })
  if (typeof text !== 'string' || !URL.canParse(text)) throw wrong('is no URL')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong(`is ${url.protocol}, not http: or https:`)
  const own = url.username || url.password ? { username: unescaped(url.username), password: unescaped(url.password) } : credentials
  url.username = ''
  url.password = ''
  url.hash = ''
  const basic = own ? basicToken(own) : undefined
  return {
    url,
    name: `${url.protocol}//${url.host}${url.pathname}`.slice(0, MAX_NAME),
    headers: basic === undefined ? headers : { ...headers, authorization: `Basic ${basic}` },
    secrets: [...Object.values(headers).flatMap(withParts), ...(own && basic !== undefined ? [basic, own.password] : []), ...url.searchParams.values()],
  }
}

/** A header's value, and what may stand in it after a scheme: `Bearer …`. */
function withParts(value: string): string[] {
  return [value, ...value.split(/\s+/).filter((part) => part.length >= 8)]
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 7617 §2: no colon in the user, no controls in either. */
export function basicToken({ username, password }: Credentials): string {
  if (typeof username !== 'string' || typeof password !== 'string' || username.includes(':') || /\p{Cc}/u.test(username + password)) {
    throw new KysoError('ERR_ARGUMENT', 'credentials: a username without a colon and a password, neither with control characters')
  }
  return toBase64(utf8(`${username}:${password}`))
}
