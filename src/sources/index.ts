/**
 * `kyso/sources`: where evidence from outside comes from. Nothing is asked of a server that the caller did not name.
 *
 * @module
 */
export { type CacheEntry, type EvidenceCache, memoryCache } from './cache.ts'
export type { CrlClientOptions } from './crl.ts'
export type { Fetch } from './exchange.ts'
export { type HttpSourcesOptions, httpSources } from './http.ts'
export type { IssuersClientOptions } from './issuers.ts'
export type { OcspClientOptions } from './ocsp.ts'
export { type RelayOptions, type RelayRefusal, relay, relayFetch } from './relay.ts'
export { requestTimestamp, type TimestampWish } from './timestamp.ts'
export { type CertificateInput, readCertificates, type TrustAnchorsOptions, trustAnchors } from './trust.ts'
export { tsaClient } from './tsa.ts'
export type { Credentials, TsaOptions } from './tsa-settings.ts'
export type {
  CertificateSource,
  IssuerOf,
  RevocationSource,
  SourceEvent,
  SourceOptions,
  SourceReason,
  Sources,
  TimestampSource,
  TimestampSourceOptions,
} from './types.ts'
