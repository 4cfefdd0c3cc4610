/** CRLs over HTTP (RFC 5280 §4.2.1.13, RFC 2585 §3). */
import { Budget } from '../core/budget.ts'
import { isKysoError } from '../core/errors.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import { CRL_DISTRIBUTION_POINTS, type Extended, FRESHEST_CRL, readExtension } from '../x509/extensions.ts'
import { derOrPem } from '../x509/pem.ts'
import { type AskSettings, ask, MAX_URLS, type Reading, tellTooMany } from './ask.ts'
import type { RevocationSource } from './types.ts'
import { urlsOf } from './urls.ts'

/** How CRLs are fetched. */
export interface CrlClientOptions {
  /** The longest list taken, in bytes; 64 MiB when left out. */
  readonly maxBytes?: number
  /** Whether delta lists are fetched as well (RFC 5280 §5.2.6); true when left out. */
  readonly delta?: boolean
  /** How long a list may be kept in the cache, in milliseconds, where its nextUpdate allows; twelve hours when left out. */
  readonly maxAgeMs?: number
}

const MAX_BYTES = 64 * 1024 * 1024
const MAX_AGE = 12 * 3_600_000

/** A client of CRL distribution points, over settings that were read. */
export function crlClient(settings: AskSettings, options: CrlClientOptions): NonNullable<RevocationSource['crl']> {
  const { maxBytes = MAX_BYTES, delta = true, maxAgeMs = MAX_AGE } = options
  return async (certificate, _issuer, wish = {}) => {
    const asked = new Set<string>()
    const found: Uint8Array[] = []
    /** One list: the names of a point are different ways to the same one (§4.2.1.13). */
    const fetchPoint = async (urls: readonly string[]): Promise<Crl | null> => {
      for (const url of urls) {
        if (asked.has(url)) return null
        if (asked.size === MAX_URLS) {
          tellTooMany(settings, { kind: 'crl', url }, wish)
          return null
        }
        asked.add(url)
        const crl = await ask<Crl>(
          settings,
          {
            kind: 'crl',
            url,
            accept: 'application/pkix-crl',
            maxBytes,
            cacheKey: `crl ${url}`,
            read: (bytes) => readCrl(bytes, settings.now().getTime() + maxAgeMs),
            parts: (one) => [one.bytes],
          },
          wish,
        )
        if (!crl) continue
        found.push(crl.bytes)
        return crl
      }
      return null
    }
    const complete: Crl[] = []
    for (const urls of pointsOf(certificate, CRL_DISTRIBUTION_POINTS)) {
      const crl = await fetchPoint(urls)
      if (crl) complete.push(crl)
    }
    // §4.2.1.15 and §5.2.6: the certificate names them, or the complete list does.
    if (delta) for (const from of [certificate, ...complete]) for (const urls of pointsOf(from, FRESHEST_CRL)) await fetchPoint(urls)
    return found
  }
}

/** The URLs of each distribution point. */
function pointsOf(from: Extended, extension: typeof CRL_DISTRIBUTION_POINTS): readonly (readonly string[])[] {
  return urlsOf(() => readExtension(from, extension) ?? []).map(({ distributionPoint }) =>
    distributionPoint?.type === 'fullName' ? distributionPoint.value.flatMap((name) => (name.type === 'uniformResourceIdentifier' ? [name.value] : [])) : [],
  )
}

function readCrl(bytes: Uint8Array, latest: number): Reading<Crl> {
  const [der] = derOrPem(bytes, ['X509 CRL', 'CRL'])
  try {
    if (!der) return { reason: 'content', detail: 'neither DER nor PEM' }
    const crl = parseCrl(der, { budget: new Budget({ asn1Nodes: 100_000 }) })
    return { value: crl, until: crl.nextUpdate ? Math.min(crl.nextUpdate.getTime(), latest) : null }
  } catch (error) {
    if (!isKysoError(error)) throw error
    return { reason: 'content', detail: 'not a CRL' }
  }
}
