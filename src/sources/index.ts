/**
 * `kyso/sources`: where evidence from outside comes from. Nothing is asked of a server that the caller did not name.
 *
 * @module
 */
export type { Fetch } from './exchange.ts'
export { type HttpSourcesOptions, httpSources } from './http.ts'
export { requestTimestamp, type TimestampWish } from './timestamp.ts'
export { tsaClient } from './tsa.ts'
export type { TsaOptions } from './tsa-settings.ts'
export type { Sources, TimestampSource, TimestampSourceOptions } from './types.ts'
