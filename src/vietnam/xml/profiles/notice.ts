/** Notices of the tax authority: of eTax (`TBaoThueDTu`), and on electronic invoices (`TBao`), where head and office sign. */
import { LOCAL_TIME, type XmlProfile } from '../profile.ts'

export const taxNotice: XmlProfile = {
  id: 'tax-notice',
  role: 'taxAuthority',
  units: [{ name: 'TBaoThueDTu', namespaces: ['http://kekhaithue.gdt.gov.vn/TBaoThue', ''], within: [[]] }],
  places: [['CKyDTu'], ['TBaoThue']],
  parts: [{ name: 'notice', path: ['TBaoThue'], required: true, reference: 'id', transforms: ['enveloped-signature'] }],
  canonicalization: 'inclusive',
  prefix: '',
  keyValue: true,
  time: { ...LOCAL_TIME, signed: true },
}

/** The head of the office (`TTCQT`) signs the notice, then the office (`CQT`). Real ones leave the notice's number (`STBao`) uncovered. */
export const einvoiceNotice: XmlProfile = {
  id: 'einvoice-notice',
  role: 'taxAuthority',
  units: [{ name: 'TBao', namespaces: [''], within: [[], ['TDiep', 'DLieu']] }],
  places: [
    ['DSCKS', 'TTCQT'],
    ['DSCKS', 'CQT'],
  ],
  parts: [
    { name: 'notice', path: ['DLTBao'], required: true, reference: 'id', transforms: [] },
    { name: 'noticeNumber', path: ['STBao'], required: false, reference: 'id', transforms: [] },
  ],
  canonicalization: 'inclusive',
  prefix: '',
  keyValue: false,
  signatureId: 'TTCQT',
  time: { ...LOCAL_TIME, signed: true },
}
