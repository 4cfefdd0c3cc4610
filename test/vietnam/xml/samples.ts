/** Documents of every kind with invented data, in the shapes that the receiving systems read. */
import type { VietnamXmlProfile } from '../../../src/vietnam/index.ts'

/** Tax codes of the people in the samples. */
export const SELLER = '0100109106'
export const BUYER = '0312345678-001'

/** An invoice; `places` is what stands in `DSCKS`. */
export function invoice({
  id = 'data-1',
  places = '<NBan></NBan><NMua/><CQT></CQT>',
  code = '<MCCQT Id="code-1">M1-26-ABCDE-00000000001</MCCQT>',
} = {}): string {
  return (
    `<HDon><DLHDon Id="${id}"><TTChung><PBan>2.1.0</PBan><KHHDon>1C26TKY</KHHDon><SHDon>1</SHDon><NLap>2026-11-20</NLap></TTChung>` +
    `<NDHDon><NBan><Ten>Công ty Bán Thử</Ten><MST>${SELLER}</MST></NBan><NMua><Ten>Công ty Mua Thử &amp; Con</Ten><MST>${BUYER}</MST></NMua>` +
    `<TToan><TgTTTBSo>1100000</TgTTTBSo></TToan></NDHDon></DLHDon>${code}<DSCKS>${places}</DSCKS></HDon>`
  )
}

export function message(inner: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\r\n<TDiep><TTChung><PBan>2.1.0</PBan><MLTDiep>200</MLTDiep><MST>${SELLER}</MST><SLuong>1</SLuong></TTChung>` +
    `<DLieu Id="message-1">${inner}</DLieu><CKSNNT></CKSNNT></TDiep>`
  )
}

export const TAX_RETURN = `<?xml version="1.0" encoding="UTF-8"?>
<HSoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <HSoKhaiThue id="NODETOSIGN">
    <TTinChung><TTinDVu><maDVu>HTKK</maDVu></TTinDVu><TTinTKhaiThue><TKhaiThue><maTKhai>842</maTKhai></TKhaiThue>
      <NNT><mst>${SELLER}</mst><tenNNT>Công ty Bán Thử</tenNNT></NNT></TTinTKhaiThue></TTinChung>
    <CTieuTKhaiChinh><ct41 xsi:nil="false">0</ct41></CTieuTKhaiChinh>
  </HSoKhaiThue>
  <CKyDTu></CKyDTu>
</HSoThueDTu>
`

/** A document of each kind with what is particular to it. */
export interface Sample {
  readonly profile: VietnamXmlProfile
  readonly xml: string
  /** Tax code of the signer; none where the signer is an authority or the like. */
  readonly taxCode?: string
  /** ID attributes that xmlsec1 has to be told of. */
  readonly ids: readonly string[]
  /** Path of the signature's parent. */
  readonly place: string
}

const health =
  '<?xml version="1.0" encoding="utf-8"?>\n<GIAMDINHHS xmlns:xsd="http://www.w3.org/2001/XMLSchema"><THONGTINDONVI><MACSKCB>01001</MACSKCB></THONGTINDONVI>' +
  '<THONGTINHOSO><NGAYLAP>20261120</NGAYLAP><DANHSACHHOSO><HOSO><FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>PFRPTkdfSE9QLz4=</NOIDUNGFILE></FILEHOSO></HOSO>' +
  '</DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI /></GIAMDINHHS>'

const registration = `<?xml version="1.0" encoding="UTF-8"?><DKyThueDTu xmlns="http://kekhaithue.gdt.gov.vn/HSoDKy" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
\t<DKyThue id="id-1"><TTinChung><TTinDKyThue><maDKy>220</maDKy><tIN>${SELLER}</tIN></TTinDKyThue></TTinChung></DKyThue>
\t<DKyThue1><NDungDKy1/></DKyThue1>
</DKyThueDTu>`

const notice =
  '<TBao><DLTBao Id="Id-1"><MSo>01/TB-TNDT</MSo><MST>0100109106</MST></DLTBao><STBao Id="Id-2"><So>14/TB-CCT</So><NTBao>2026-11-20T08:34:22</NTBao></STBao>' +
  '<DSCKS><TTCQT></TTCQT><CQT></CQT></DSCKS></TBao>'

const edxml = `<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
  <edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">
    <edXML:edXMLHeader>
      <edXML:MessageHeader><edXML:Subject>Về việc thử nghiệm</edXML:Subject></edXML:MessageHeader>
    </edXML:edXMLHeader>
    <edXML:edXMLBody><edXML:edXMLManifest version="1.0"/></edXML:edXMLBody>
  </edXML:edXMLEnvelope>
</edXML>`

const voucher =
  `<CTu><DLCTu Id="voucher-1"><NDCTu><TCTTNhap><Ten>Công ty Bán Thử</Ten><MST>${SELLER}</MST></TCTTNhap><NNT><Ten>Nguyễn Văn A</Ten></NNT></NDCTu></DLCTu>` +
  '<DSCKS><TCTTNhap/></DSCKS></CTu>'

const bhxh =
  '\ufeff<?xml version="1.0" encoding="utf-8"?><BaoHiemDienTu><HoSo><MaDonVi>TX0001X</MaDonVi></HoSo><CKyDTu><CKYDTU_DVI/><CKYDTU_IVAN/></CKyDTu></BaoHiemDienTu>'

export const SAMPLES: readonly Sample[] = [
  { profile: 'einvoice-seller', xml: invoice(), taxCode: SELLER, ids: ['DLHDon', 'Object'], place: '/HDon/DSCKS/NBan' },
  { profile: 'einvoice-buyer', xml: invoice(), taxCode: BUYER, ids: ['DLHDon', 'Object'], place: '/HDon/DSCKS/NMua' },
  { profile: 'einvoice-tax-authority', xml: invoice(), ids: ['DLHDon', 'MCCQT', 'Object'], place: '/HDon/DSCKS/CQT' },
  { profile: 'message-envelope', xml: message(invoice()), taxCode: SELLER, ids: ['DLieu', 'Object'], place: '/TDiep/CKSNNT' },
  { profile: 'withholding-voucher', xml: voucher, taxCode: SELLER, ids: ['DLCTu', 'Object'], place: '/CTu/DSCKS/TCTTNhap' },
  { profile: 'tax-return', xml: TAX_RETURN, taxCode: SELLER, ids: ['HSoKhaiThue', 'Object'], place: '/HSoThueDTu/CKyDTu' },
  { profile: 'tax-registration', xml: registration, taxCode: SELLER, ids: ['DKyThue', 'Object'], place: '/DKyThueDTu/DKyThue' },
  {
    profile: 'tax-notice',
    xml: '<TBaoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TBaoThue"><TBaoThue id="_NODE_TO_SIGN"><ma>1</ma></TBaoThue><CKyDTu></CKyDTu></TBaoThueDTu>',
    ids: ['TBaoThue', 'Object'],
    place: '/TBaoThueDTu/CKyDTu',
  },
  { profile: 'einvoice-notice', xml: notice, ids: ['DLTBao', 'STBao', 'Object'], place: '/TBao/DSCKS/TTCQT' },
  { profile: 'bhxh-unit', xml: bhxh, ids: [], place: '/BaoHiemDienTu/CKyDTu/CKYDTU_DVI' },
  { profile: 'bhxh-ivan', xml: bhxh, ids: [], place: '/BaoHiemDienTu/CKyDTu/CKYDTU_IVAN' },
  { profile: 'health-claim', xml: health, ids: [], place: '/GIAMDINHHS/CHUKYDONVI' },
  { profile: 'edxml', xml: edxml, ids: [], place: '/edXML/edXML:edXMLEnvelope/edXML:edXMLHeader' },
]

/** The sample of a profile. */
export function sampleOf(profile: VietnamXmlProfile): Sample {
  const found = SAMPLES.find((sample) => sample.profile === profile)
  if (!found) throw new Error(`no sample of ${profile}`)
  return found
}
