/** The demonstration's XML: an electronic invoice, signed by its seller as such invoices are, and copies that somebody changed. */
import { latin1, utf8 } from '../../core/bytes.ts'
import type { Lab } from '../../testing/index.ts'
import { pem } from '../../testing/index.ts'
import { signVietnamXml } from '../../vietnam/index.ts'
import type { Expectation } from './scenario.ts'

/** The amount that stands in the invoice; what forges it looks for it. */
const AMOUNT = '<TgTTTBSo>11000000</TgTTTBSo>'

/** An invented one. */
const TAX_CODE = '0109999999'

/** Attribute of certificates of Vietnam that holds tax codes. */
const UID = '0.9.2342.19200300.100.1.1'

/** Written as billing programs write it: no line break anywhere in what is signed. */
const INVOICE = `<?xml version="1.0" encoding="UTF-8"?>
<HDon><DLHDon Id="data"><TTChung><PBan>2.1.0</PBan><THDon>Hóa đơn giá trị gia tăng</THDon><KHMSHDon>1</KHMSHDon><KHHDon>K26TDM</KHHDon><SHDon>17</SHDon>\
<NLap>2026-11-20</NLap><DVTTe>VND</DVTTe></TTChung><NDHDon><NBan><Ten>Công ty TNHH Giấy Mẫu</Ten><MST>${TAX_CODE}</MST></NBan>\
<NMua><Ten>Sở Thử Nghiệm tỉnh Mẫu</Ten></NMua><DSHHDVu><HHDVu><STT>1</STT><THHDVu>Giấy in A4</THHDVu><SLuong>500</SLuong><DGia>20000</DGia>\
<ThTien>10000000</ThTien><TSuat>10%</TSuat></HHDVu></DSHHDVu><TToan><TgTCThue>10000000</TgTCThue><TgTThue>1000000</TgTThue>${AMOUNT}</TToan></NDHDon></DLHDon>\
<DSCKS><NBan></NBan><NMua></NMua><CQT></CQT></DSCKS></HDon>
`

/** Makes the invoice and what becomes of it. */
export async function addInvoice(lab: Lab, files: Map<string, Uint8Array>): Promise<void> {
  const subject: Record<string, string>[] = [{ C: 'VN' }, { CN: 'Công ty TNHH Giấy Mẫu' }, { [UID]: `MST:${TAX_CODE}` }]
  const { signer, certificate } = await lab.issue({ algorithm: 'RSA-3072', subject })
  files.set('certificates/seller.pem', latin1(pem(certificate, 'CERTIFICATE')))
  const invoice = utf8(INVOICE)
  const bT = await signVietnamXml(invoice, { signer, profile: 'einvoice-seller', level: 'B-T', sources: { timestamp: lab.tsa.source } })
  files.set('invoice.xml', invoice)
  files.set('invoice.plain.xml', await signVietnamXml(invoice, { signer, profile: 'einvoice-seller' }))
  files.set('invoice.b-b.xml', await signVietnamXml(invoice, { signer, profile: 'einvoice-seller', form: 'xades' }))
  files.set('invoice.b-t.xml', bT)
  files.set('tampered.amount.xml', changed(bT, AMOUNT, AMOUNT.replace('1', '9')))
  files.set('tampered.layout.xml', changed(bT, '</TTChung><NDHDon>', '</TTChung>\n  <NDHDon>'))
}

/** A copy with one text in place of another. */
function changed(document: Uint8Array, text: string, other: string): Uint8Array {
  const before = new TextDecoder().decode(document)
  if (!before.includes(text)) throw new TypeError('what was to be changed is not in the document')
  return utf8(before.replace(text, other))
}

const failed = { expected: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE', evidence: 'all', signatures: 1 } as const

export const INVOICE_EXPECTATIONS: readonly Expectation[] = [
  { file: 'invoice.plain.xml', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 1, shows: 'invoicePlain' },
  { file: 'invoice.b-b.xml', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 1, shows: 'invoiceB' },
  { file: 'invoice.b-t.xml', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 1, shows: 'invoiceT' },
  { ...failed, file: 'tampered.amount.xml', shows: 'invoiceAmount' },
  { ...failed, file: 'tampered.layout.xml', shows: 'invoiceLayout' },
]
