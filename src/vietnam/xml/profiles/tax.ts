/** Tax returns and registrations of HTKK, iHTKK and eTax. Their elements are addressed by `id`. */
import { LOCAL_TIME, type XmlProfile } from '../profile.ts'

/** What both share. The time is signed, which older programs did not do. */
const FORM = {
  role: 'taxpayer',
  canonicalization: 'inclusive',
  prefix: '',
  keyValue: true,
  time: { ...LOCAL_TIME, signed: true },
} as const

export const taxReturn: XmlProfile = {
  ...FORM,
  id: 'tax-return',
  units: [{ name: 'HSoThueDTu', namespaces: ['http://kekhaithue.gdt.gov.vn/TKhaiThue', ''], within: [[]] }],
  places: [['CKyDTu']],
  parts: [{ name: 'declaration', path: ['HSoKhaiThue'], required: true, reference: 'id', transforms: ['enveloped-signature'] }],
  taxCode: [
    ['HSoKhaiThue', 'TTinChung', 'TTinTKhaiThue', 'NNT', 'mst'],
    ['HSoKhaiThue', 'TTinChung', 'NNT', 'mst'],
  ],
}

/** Without `CKyDTu` the signature stands inside of what it signs, as real files have it. */
export const taxRegistration: XmlProfile = {
  ...FORM,
  id: 'tax-registration',
  units: [{ name: 'DKyThueDTu', namespaces: ['http://kekhaithue.gdt.gov.vn/HSoDKy', ''], within: [[]] }],
  places: [['CKyDTu'], ['DKyThue']],
  parts: [{ name: 'registration', path: ['DKyThue'], required: true, reference: 'id', transforms: ['enveloped-signature'] }],
  taxCode: [
    ['DKyThue', 'TTinChung', 'TTinDKyThue', 'tIN'],
    ['DKyThue', 'TTinChung', 'TTinDKyThue', 'mst'],
  ],
}
