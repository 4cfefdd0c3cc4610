import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { readAllowance } from './addresses.ts'
import type { AskSettings } from './ask.ts'
import type { EvidenceCache } from './cache.ts'
import { type CrlClientOptions, crlClient } from './crl.ts'
import { MAX_DELAY } from './deadline.ts'
import type { Fetch } from './exchange.ts'
import { type IssuersClientOptions, issuersClient } from './issuers.ts'
import { type OcspClientOptions, ocspClient } from './ocsp.ts'
import { tsaClient } from './tsa.ts'
import { basicToken, type Credentials, readNumber, type TsaOptions } from './tsa-settings.ts'
import type { RevocationSource, SourceEvent, Sources, TimestampSource } from './types.ts'

/** Where evidence is fetched over HTTP. */
export interface HttpSourcesOptions {
  /** Time-stamp servers: a URL, a list to be asked in order, or all that a client takes. None is asked when left out. */
  readonly tsa?: string | readonly string[] | TsaOptions
  /** Whether `ocsp`, `crl` and `certificates` are asked where they are left out; true when left out. */
  readonly online?: boolean
  /** OCSP responders that certificates name. */
  readonly ocsp?: boolean | OcspClientOptions
  /** CRL distribution points that certificates name. */
  readonly crl?: boolean | CrlClientOptions
  /** Certificates of issuers, which certificates name. */
  readonly certificates?: boolean | IssuersClientOptions
  /**
   * For all that is fetched, where a client's own options do not say otherwise; the global one when left out. A proxy, client
   * certificates and a relay come in this way: `(url, init) => undici.fetch(url, { ...init, dispatcher: new ProxyAgent(proxy) })`,
   * `relayFetch(…)`.
   *
   * The global one connects to whatever address a name leads to. On Node `nodeSources` of `kyso/node` looks at the address that is
   * connected to; in a browser that cannot be done, and there the browser's own rules for private networks are what is left.
   */
  readonly fetch?: Fetch
  /** For one server, in milliseconds; each client has its own default: 20,000 for what certificates name. */
  readonly timeoutMs?: number
  /** How often a server that certificates name is asked again after a network error, a 5xx or a 429; 1 when left out. */
  readonly retries?: number
  /** Before the first retry, in milliseconds, doubled before each further one; 300 when left out. A Retry-After counts where it is longer. */
  readonly retryDelayMs?: number
  /**
   * Private hosts (`ocsp.lab`, `127.0.0.1:8080`) and networks (`10.0.0.0/8`) that certificates may lead to; `true` for all. None when
   * left out. Servers that the caller names himself, as the time-stamp server, are not held against it.
   */
  readonly allowPrivate?: boolean | readonly string[]
  /** Hosts that have moved: `{ 'ocsp.ca.btc': 'ocsp.ca.gov.vn' }`; the new one may have a port, or be an origin (`https://ocsp.example`). */
  readonly hostMap?: Readonly<Record<string, string>> | ReadonlyMap<string, string>
  /** HTTP Basic for servers that certificates name, by host (with its port, where it has one); sent to that host and no other. */
  readonly credentials?: Readonly<Record<string, Credentials>>
  /** Keeps answers; see `memoryCache`, and `diskCache` of `kyso/node`. None is kept when left out. */
  readonly cache?: EvidenceCache
  /** Asks no server, time-stamp servers among them; what the cache has is given. */
  readonly offline?: boolean
  /** Is told everything that is asked, answered and refused. */
  readonly onEvent?: (event: SourceEvent) => void
  /** The clock for expiry and events; the system's when left out. */
  readonly now?: () => Date
  readonly crypto?: CryptoProvider
}

/**
 * Sources that ask servers over HTTP.
 *
 * @throws KysoError `ERR_ARGUMENT`
 *
 * @example
 * ```ts
 * await signPdf(pdf, { signer, level: 'B-T', sources: httpSources({ tsa: 'http://tsa.ca.gov.vn' }) })
 * ```
 */
export function httpSources(options: HttpSourcesOptions = {}): Sources {
  const { online = true, ocsp = online, crl = online, certificates = online } = options
  const settings = readSettings(options)
  const timestamp = timestampSource(options, settings)
  const revocation: RevocationSource = {
    ...(ocsp ? { ocsp: ocspClient(settings, ocsp === true ? {} : ocsp) } : {}),
    ...(crl ? { crl: crlClient(settings, crl === true ? {} : crl) } : {}),
  }
  return {
    ...(timestamp ? { timestamp } : {}),
    ...(ocsp || crl ? { revocation } : {}),
    ...(certificates ? { certificates: issuersClient(settings, certificates === true ? {} : certificates) } : {}),
  }
}

function readSettings(options: HttpSourcesOptions): AskSettings {
  const { fetch = (url, init) => globalThis.fetch(url, init), hostMap = {}, credentials = {}, now = () => new Date() } = options
  if (typeof fetch !== 'function') throw new KysoError('ERR_ARGUMENT', 'fetch: not a function')
  return {
    crypto: options.crypto ?? defaultCrypto(),
    fetch,
    timeoutMs: readNumber('timeoutMs', options.timeoutMs ?? 20_000, 1, MAX_DELAY),
    retries: Math.floor(readNumber('retries', options.retries ?? 1, 0, 10)),
    retryDelayMs: readNumber('retryDelayMs', options.retryDelayMs ?? 300, 0, 60_000),
    allowance: readAllowance(options.allowPrivate),
    hostMap: new Map([...(hostMap instanceof Map ? hostMap : Object.entries(hostMap))].map(readMapping)),
    credentials: new Map(Object.entries(credentials).map(([host, own]) => [host.toLowerCase(), `Basic ${basicToken(own)}`])),
    cache: options.cache,
    offline: options.offline ?? false,
    now,
    onEvent: options.onEvent,
  }
}

function readMapping([from, to]: readonly [string, unknown]): [string, string] {
  const text = typeof to === 'string' ? (to.includes('://') ? to : `http://${to}`) : ''
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw new KysoError('ERR_ARGUMENT', `hostMap: ${from.slice(0, 60)} leads to no host`, { host: from.slice(0, 60) })
  return [from.toLowerCase(), String(to)]
}

/** Time-stamp servers, each request to them told. */
function timestampSource({ tsa, fetch, timeoutMs }: HttpSourcesOptions, settings: AskSettings): TimestampSource | null {
  if (tsa === undefined) return null
  const own: TsaOptions = typeof tsa === 'string' || isList(tsa) ? { urls: tsa } : tsa
  const asking = own.fetch ?? fetch ?? ((url, init) => globalThis.fetch(url, init))
  const told: Fetch = async (url, init) => {
    const { protocol, host, pathname } = new URL(url)
    const tell = (event: Pick<SourceEvent, 'outcome'> & Partial<SourceEvent>): void =>
      settings.onEvent?.({ kind: 'timestamp', url: `${protocol}//${host}${pathname}`.slice(0, 500), ...event, at: settings.now().toISOString() })
    if (settings.offline) {
      tell({ outcome: 'refused', reason: 'offline' })
      throw Object.assign(new Error('offline'), { code: 'OFFLINE' })
    }
    try {
      const response = await asking(url, init)
      tell(response.ok ? { outcome: 'answered', status: response.status } : { outcome: 'failed', reason: 'status', status: response.status })
      return response
    } catch (error) {
      tell({ outcome: 'failed', reason: init.signal?.aborted ? 'timeout' : 'unreachable' })
      throw error
    }
  }
  return tsaClient({ ...own, fetch: told, timeoutMs: own.timeoutMs ?? timeoutMs, ...(settings.offline ? { retries: 0 } : {}) })
}

function isList(tsa: readonly string[] | TsaOptions): tsa is readonly string[] {
  return Array.isArray(tsa)
}
