/** Messages to and from the tax authority (Decision 1450/QĐ-TCT): `TDiep`, signed by the taxpayer in `CKSNNT`. */
import { INVOICE_FORM, LOCAL_TIME, PROPERTIES_TYPE, type XmlProfile } from '../profile.ts'

/** The taxpayer signs the data, not the head with sender, kind and tax code. */
export const messageEnvelope: XmlProfile = {
  ...INVOICE_FORM,
  id: 'message-envelope',
  role: 'taxpayer',
  units: [{ name: 'TDiep', namespaces: [''], within: [[]] }],
  places: [['CKSNNT']],
  parts: [
    { name: 'messageData', path: ['DLieu'], required: true, reference: 'id', transforms: ['enveloped-signature'] },
    { name: 'messageHead', path: ['TTChung'], required: false, reference: 'none', transforms: [] },
  ],
  taxCode: [['TTChung', 'MST']],
  signatureId: 'CKSNNT',
  time: { ...LOCAL_TIME, signed: { type: PROPERTIES_TYPE } },
}
