/** Vouchers of personal income tax withheld (Decree 70/2025): `CTu`, signed by who pays the income. */
import { INVOICE_FORM, LOCAL_TIME, PROPERTIES_TYPE, type XmlProfile } from '../profile.ts'

export const withholdingVoucher: XmlProfile = {
  ...INVOICE_FORM,
  id: 'withholding-voucher',
  role: 'incomePayer',
  units: [{ name: 'CTu', namespaces: [''], within: [[], ['TDiep', 'DLieu']] }],
  places: [['DSCKS', 'TCTTNhap']],
  parts: [{ name: 'voucherData', path: ['DLCTu'], required: true, reference: 'id', transforms: ['enveloped-signature'] }],
  taxCode: [['DLCTu', 'NDCTu', 'TCTTNhap', 'MST']],
  signatureId: 'TCTTNhap',
  time: { ...LOCAL_TIME, signed: { type: PROPERTIES_TYPE } },
}
