/** Claims to the health insurance (Decisions 130, 4750 and 3176/QĐ-BYT): `GIAMDINHHS`, signed by the unit in `CHUKYDONVI`. */
import type { XmlProfile } from '../profile.ts'

/** The whole file is signed; its elements get no IDs, and nothing of it may be written anew. */
export const healthClaim: XmlProfile = {
  id: 'health-claim',
  role: 'unit',
  units: ['GIAMDINHHS', 'CHI_TIEU_TRANG_THAI_KCB', 'HSDANHMUC'].map((name) => ({ name, namespaces: [''], within: [[]] })),
  places: [['CHUKYDONVI']],
  parts: [{ name: 'document', path: [], required: true, reference: 'document', transforms: ['enveloped-signature'] }],
  canonicalization: 'inclusive',
  prefix: '',
  keyValue: false,
}
