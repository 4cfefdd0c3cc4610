/** Electronic invoices (Decree 123/2020, Circular 78/2021, Decisions 1450 and 1510/QĐ-TCT): `HDon`, alone or in a message. */
import { INVOICE_FORM, LOCAL_TIME, PROPERTIES_TYPE, type ProfilePart, type ProfileUnit, type XmlProfile } from '../profile.ts'

const UNITS: readonly ProfileUnit[] = [{ name: 'HDon', namespaces: [''], within: [[], ['TDiep', 'DLieu']] }]

const invoiceData = (transforms: ProfilePart['transforms']): ProfilePart => ({
  name: 'invoiceData',
  path: ['DLHDon'],
  required: true,
  reference: 'id',
  transforms,
})

/** The seller signs the invoice's data and the time of signing. */
export const einvoiceSeller: XmlProfile = {
  ...INVOICE_FORM,
  id: 'einvoice-seller',
  role: 'seller',
  units: UNITS,
  places: [['DSCKS', 'NBan']],
  parts: [invoiceData(['enveloped-signature']), { name: 'authorityCode', path: ['MCCQT'], required: false, reference: 'none', transforms: [] }],
  taxCode: [['DLHDon', 'NDHDon', 'NBan', 'MST']],
  signatureId: 'NBan',
  time: { ...LOCAL_TIME, signed: { type: PROPERTIES_TYPE } },
}

/** The buyer signs the invoice's data. */
export const einvoiceBuyer: XmlProfile = {
  ...einvoiceSeller,
  id: 'einvoice-buyer',
  role: 'buyer',
  places: [['DSCKS', 'NMua']],
  taxCode: [['DLHDon', 'NDHDon', 'NMua', 'MST']],
  signatureId: 'NMua',
}

/** The tax authority signs the code it gave (`MCCQT`) and, with it, the data; its references have no transforms. */
export const einvoiceTaxAuthority: XmlProfile = {
  ...INVOICE_FORM,
  id: 'einvoice-tax-authority',
  role: 'taxAuthority',
  units: UNITS,
  places: [['DSCKS', 'CQT']],
  onlyNamed: true,
  parts: [invoiceData([]), { name: 'authorityCode', path: ['MCCQT'], required: true, reference: 'id', transforms: [] }],
  signatureId: 'CQT',
  time: { ...LOCAL_TIME, signed: true },
}
