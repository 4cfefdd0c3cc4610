/**
 * `kyso/vietnam`: what is particular to Vietnam: who certificates speak of, which hosts have moved, and how XML documents (invoices, tax
 * returns, insurance, edXML) are signed and what their signatures mean. Trust has a door of its own,
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
export { describeVietnamXml } from './xml/describe.ts'
export type {
  PartFinding,
  SigningTimeFinding,
  TaxCodeFinding,
  VietnamXmlDescription,
  VietnamXmlMessage,
  VietnamXmlMessageCode,
  VietnamXmlSignature,
} from './xml/description.ts'
export { detectVietnamXml, type VietnamXmlPlace } from './xml/detect.ts'
export type { VietnamXmlPart, VietnamXmlProfile, VietnamXmlRole } from './xml/profile.ts'
export { VIETNAM_XML_PROFILES } from './xml/profiles/index.ts'
export {
  completeVietnamXml,
  type PreparedVietnamXml,
  type PrepareVietnamXmlOptions,
  prepareVietnamXml,
  type SignVietnamXmlOptions,
  signVietnamXml,
  type VietnamXmlForm,
} from './xml/sign.ts'
export { explainVietnamXml } from './xml/text.ts'
export { readVietnamTime, type VietnamTime } from './xml/time.ts'
