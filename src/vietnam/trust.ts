/**
 * `kyso/vietnam/trust`: who is trusted in Vietnam, by key.
 *
 * @module
 */
import type { TrustAnchor } from '../x509/index.ts'
import { knownServices, type VietnamService } from './services.ts'

export type { VietnamService, VietnamServiceConfirmation, VietnamServiceGroup, VietnamServiceRole } from './services.ts'

/** Whom {@link vietnamTrust} trusts. */
export interface VietnamTrustOptions {
  /** The government's specialised CA: its roots G1 and G2 and their issuing CAs; true when left out. */
  readonly government?: boolean
  /**
   * The national roots. No second source that does not depend on the first confirms their keys, so they are left out unless asked for, and
   * reports warn of a signature that ends at one.
   */
  readonly national?: boolean
  /** Public CAs below the national roots, of several generations. They are as sure as those, and left out unless asked for. */
  readonly publicCas?: boolean
}

/**
 * Trust anchors for Vietnam: name and public key of each service, valid as long as its certificate. Issuing CAs are anchors too, so that
 * a signature which carries its signer's certificate alone is judged without asking a server. A certificate that bears one of these
 * names and another key is not trusted. The time-stamp authority is no anchor: its root is, and its key issues no certificates.
 *
 * @example
 * ```ts
 * const report = await verify(signed, { trust: vietnamTrust() })
 * report.indication // => 'INDETERMINATE'
 * vietnamTrust({ national: true, publicCas: true }).length // => 20
 * ```
 */
export function vietnamTrust(options: VietnamTrustOptions = {}): TrustAnchor[] {
  const { government = true, national = false, publicCas = false } = options
  const wanted: Readonly<Record<VietnamService['group'], boolean>> = { government, national, public: publicCas }
  return knownServices()
    .filter(({ service }) => wanted[service.group] && service.role !== 'timestamping')
    .map(({ service, name, spki }) => ({
      name,
      spki: spki.slice(),
      notBefore: new Date(service.notBefore),
      notAfter: new Date(service.notAfter),
      role: service.role === 'root' ? 'root' : 'issuing',
      confirmed: service.sure,
    }))
}

/**
 * The facts behind {@link vietnamTrust}, as data: who, which key, until when, where seen, and how sure that is.
 *
 * @example
 * ```ts
 * const services = vietnamServices()
 * services.filter(({ role, sure }) => role === 'root' && sure).map(({ id }) => id) // => ['vgca-root-g1', 'vgca-root-g2']
 * ```
 */
export function vietnamServices(): VietnamService[] {
  return knownServices().map(({ service }) => service)
}
