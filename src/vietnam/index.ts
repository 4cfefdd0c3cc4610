/**
 * `kyso/vietnam`: what is particular to Vietnam: who certificates speak of, and which hosts have moved. Trust has a door of its own,
 * `kyso/vietnam/trust`.
 *
 * @module
 */
export { VIETNAM_HOSTS, vietnamAddress } from './hosts.ts'
export { identifyVietnam } from './identify.ts'
export {
  matchesTaxCode,
  normaliseTaxCode,
  type OtherIdentifier,
  type SubjectAttributes,
  type TaxCodeOptions,
  type VietnameseIdentity,
  vietnameseIdentity,
} from './identity.ts'
