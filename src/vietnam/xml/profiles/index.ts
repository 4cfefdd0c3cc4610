import type { VietnamXmlProfile, XmlProfile } from '../profile.ts'
import { bhxhIvan, bhxhUnit } from './bhxh.ts'
import { edxml } from './edxml.ts'
import { einvoiceBuyer, einvoiceSeller, einvoiceTaxAuthority } from './einvoice.ts'
import { healthClaim } from './health.ts'
import { messageEnvelope } from './message.ts'
import { einvoiceNotice, taxNotice } from './notice.ts'
import { taxRegistration, taxReturn } from './tax.ts'
import { withholdingVoucher } from './voucher.ts'

/** Every profile; what lies inside of others stands before them, as it is signed first. */
export const XML_PROFILES: readonly XmlProfile[] = [
  einvoiceSeller,
  einvoiceBuyer,
  einvoiceTaxAuthority,
  withholdingVoucher,
  einvoiceNotice,
  messageEnvelope,
  taxReturn,
  taxRegistration,
  taxNotice,
  bhxhUnit,
  bhxhIvan,
  healthClaim,
  edxml,
]

/** Names of the profiles. */
export const VIETNAM_XML_PROFILES: readonly VietnamXmlProfile[] = XML_PROFILES.map(({ id }) => id)
