import type { Fetch } from './exchange.ts'
import { tsaClient } from './tsa.ts'
import type { TsaOptions } from './tsa-settings.ts'
import type { Sources } from './types.ts'

/** Where evidence is fetched over HTTP. */
export interface HttpSourcesOptions {
  /** Time-stamp servers: a URL, a list to be asked in order, or all that a client takes. None is asked when left out. */
  readonly tsa?: string | readonly string[] | TsaOptions
  /** For all that is fetched, where a client's own options do not say otherwise. */
  readonly fetch?: Fetch
  /** For one server, in milliseconds; each client has its own default. */
  readonly timeoutMs?: number
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
  const { tsa, fetch, timeoutMs } = options
  if (tsa === undefined) return {}
  const own: TsaOptions = typeof tsa === 'string' || isList(tsa) ? { urls: tsa } : tsa
  return { timestamp: tsaClient({ ...own, fetch: own.fetch ?? fetch, timeoutMs: own.timeoutMs ?? timeoutMs }) }
}

function isList(tsa: readonly string[] | TsaOptions): tsa is readonly string[] {
  return Array.isArray(tsa)
}
