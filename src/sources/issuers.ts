/** Certificates of issuers over HTTP (RFC 5280 §4.2.2.1). */
import { parseSignedData } from '../cms/signed-data.ts'
import { Budget } from '../core/budget.ts'
import { fromLatin1 } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { ACCESS, accessUrls } from '../x509/extensions.ts'
import { pemBlocks } from '../x509/pem.ts'
import { type AskSettings, ask, MAX_URLS, type Reading, tellTooMany } from './ask.ts'
import type { CertificateSource } from './types.ts'
import { urlsOf } from './urls.ts'

/** How certificates of issuers are fetched. */
export interface IssuersClientOptions {
  /** How long an answer may be kept in the cache, in milliseconds; a day when left out. */
  readonly maxAgeMs?: number
}

const MAX_ANSWER = 1 << 20
const MAX_CERTIFICATES = 100
const DAY = 24 * 3_600_000

/** A client of `caIssuers`, over settings that were read. */
export function issuersClient(settings: AskSettings, options: IssuersClientOptions): CertificateSource {
  const { maxAgeMs = DAY } = options
  return {
    async issuers(certificate, wish = {}) {
      const found: Uint8Array[] = []
      for (const [index, url] of [...new Set(urlsOf(() => accessUrls(certificate, ACCESS.caIssuers)))].entries()) {
        if (index === MAX_URLS) {
          tellTooMany(settings, { kind: 'certificate', url }, wish)
          break
        }
        const answer = await ask<readonly Uint8Array[]>(
          settings,
          {
            kind: 'certificate',
            url,
            accept: 'application/pkix-cert, application/pkcs7-mime, application/x-x509-ca-cert, */*',
            maxBytes: MAX_ANSWER,
            cacheKey: `certificate ${url}`,
            read: (bytes) => readAnswer(bytes, settings.now().getTime() + maxAgeMs),
            parts: (certificates) => certificates,
          },
          wish,
        )
        if (answer) found.push(...answer)
      }
      return found
    },
  }
}

function readAnswer(bytes: Uint8Array, until: number): Reading<readonly Uint8Array[]> {
  const value = certificatesIn(bytes)
  return value.length > 0 ? { value, until } : { reason: 'content', detail: 'no certificate' }
}

/**
 * The certificates of an answer: one in DER, a PKCS#7 of certificates alone (RFC 5280 §4.2.2.1), or PEM of either. The media type is no
 * guide: all three are met under each.
 *
 * @returns DER of those that can be read, a hundred at most
 */
export function certificatesIn(bytes: Uint8Array): Uint8Array[] {
  const budget = new Budget({ asn1Nodes: 200_000 })
  const structures = bytes[0] === 0x30 ? [bytes] : pemBlocks(fromLatin1(bytes)).map((block) => block.bytes)
  const found: Uint8Array[] = []
  for (const one of structures) {
    if (found.length >= MAX_CERTIFICATES) break
    const certificate = tried(() => parseCertificate(one, { budget: new Budget({ asn1Nodes: 20_000 }) }))
    if (certificate) found.push(certificate.bytes)
    else found.push(...(tried(() => parseSignedData(one, { budget }).certificates.map((inner) => inner.bytes)) ?? []))
  }
  return found.slice(0, MAX_CERTIFICATES)
}

/** As {@link attempt}; here a spent budget is the answer's own. */
function tried<T>(read: () => T): T | undefined {
  try {
    return attempt(read)
  } catch {
    return undefined
  }
}
