import type { vietnamXml as english } from '../en/vietnam-xml.ts'

export const vietnamXml: Readonly<Record<keyof typeof english, string>> = {
  'vnProfile.einvoice-seller': 'hóa đơn điện tử, người bán',
  'vnProfile.einvoice-buyer': 'hóa đơn điện tử, người mua',
  'vnProfile.einvoice-tax-authority': 'hóa đơn điện tử, cơ quan thuế',
  'vnProfile.message-envelope': 'thông điệp gửi cơ quan thuế',
  'vnProfile.withholding-voucher': 'chứng từ khấu trừ thuế thu nhập cá nhân',
  'vnProfile.tax-return': 'tờ khai thuế',
  'vnProfile.tax-registration': 'hồ sơ đăng ký thuế điện tử',
  'vnProfile.tax-notice': 'thông báo của cơ quan thuế',
  'vnProfile.einvoice-notice': 'thông báo của cơ quan thuế về hóa đơn điện tử',
  'vnProfile.bhxh-unit': 'hồ sơ bảo hiểm xã hội, đơn vị',
  'vnProfile.bhxh-ivan': 'hồ sơ bảo hiểm xã hội, tổ chức I-VAN',
  'vnProfile.health-claim': 'hồ sơ thanh toán bảo hiểm y tế',
  'vnProfile.edxml': 'văn bản trên trục liên thông (edXML)',

  'vnRole.seller': 'người bán',
  'vnRole.buyer': 'người mua',
  'vnRole.taxAuthority': 'cơ quan thuế',
  'vnRole.taxpayer': 'người nộp thuế',
  'vnRole.incomePayer': 'tổ chức, cá nhân trả thu nhập',
  'vnRole.unit': 'đơn vị',
  'vnRole.ivan': 'tổ chức I-VAN',
  'vnRole.organisation': 'cơ quan, tổ chức',

  'vnPart.invoiceData': 'dữ liệu hóa đơn (DLHDon)',
  'vnPart.authorityCode': 'mã của cơ quan thuế (MCCQT)',
  'vnPart.messageHead': 'thông tin chung của thông điệp (TTChung)',
  'vnPart.messageData': 'dữ liệu thông điệp (DLieu)',
  'vnPart.voucherData': 'dữ liệu chứng từ (DLCTu)',
  'vnPart.declaration': 'tờ khai',
  'vnPart.registration': 'hồ sơ đăng ký',
  'vnPart.notice': 'nội dung thông báo',
  'vnPart.noticeNumber': 'số và ngày thông báo (STBao)',
  'vnPart.document': 'toàn bộ tài liệu',

  'vnProfileProblem.unknown': 'không thuộc loại hồ sơ nào đã biết, có thể ký như một tệp XML thông thường.',
  'vnProfileProblem.mismatch': 'không thuộc loại hồ sơ được chỉ định.',
  'vnProfileProblem.several': 'có nhiều hơn một cách ký, cần chỉ rõ ký phần nào trong tệp.',
  'vnPlaceProblem.missing': 'không có thẻ này, thẻ phải được ghi ở dạng <X></X>.',
  'vnPlaceProblem.several': 'có nhiều hơn một thẻ này trong khi chỉ được có một.',
  'vnPlaceProblem.signed': 'vị trí này đã có chữ ký, cần chỉ định loại hồ sơ nếu muốn ký thêm bên cạnh.',
  'vnReferenceProblem.missing': 'tài liệu không có phần này.',
  'vnReferenceProblem.several': 'tài liệu có nhiều hơn một phần này.',
  'vnReferenceProblem.noId': 'phần này không có thuộc tính Id để tham chiếu.',
  'vnReferenceProblem.duplicateId': 'có thẻ khác mang cùng giá trị Id.',

  'vnXml.covered': 'Đã ký: {part:vnPart}.',
  'vnXml.profileUnknown':
    'Chữ ký nằm ở vị trí ({place}) không có trong các loại hồ sơ đã biết nên không xác định được mục đích của chữ ký. Hãy hỏi lại bên gửi.',
  'vnIntact.failed': 'Chữ ký không toàn vẹn nên không nội dung nào trong tài liệu được coi là đã ký. Hãy đề nghị người ký gửi tệp được ký đúng.',
  'vnIntact.unknown': 'Chưa xác định được chữ ký có toàn vẹn hay không nên chưa nội dung nào trong tài liệu được coi là đã ký.',
  'vnXml.notIntact': '{why:vnIntact}',
  'vnXml.partNotCovered': 'KHÔNG được ký: {part:vnPart}. Phần này có thể đã bị sửa mà không phát hiện được; không dựa vào chữ ký này để tin phần đó.',
  'vnXml.partMissing': 'Tài liệu thiếu phần mà chữ ký này phải bao gồm: {part:vnPart}. Hãy đề nghị bên gửi cung cấp bản gốc đầy đủ.',
  'vnXml.partRepeated':
    'Tài liệu có nhiều hơn một phần mà chữ ký này dùng cho: {part:vnPart}. Chương trình khác có thể đọc phần không được ký; không sử dụng tài liệu này.',
  'vnXml.placeRepeated':
    'Tài liệu có thêm một danh sách chữ ký (DSCKS) không rỗng. Chương trình khác có thể đọc danh sách chưa được kiểm tra; hãy đề nghị bên gửi cung cấp bản gốc.',
  'vnXml.signingTimeNotCovered':
    'Thời gian ký ghi trong chữ ký ({text}) KHÔNG được ký: ai cũng có thể sửa. Nếu thời gian là quan trọng, hãy yêu cầu dấu thời gian.',
  'vnXml.signingTimeMissing': 'Chữ ký không ghi thời gian ký. Nếu thời gian là quan trọng, hãy yêu cầu dấu thời gian.',
  'vnXml.signingTimeSeveral': 'Chữ ký ghi nhiều hơn một thời gian ký nên không lấy thời gian nào. Hãy hỏi người ký.',
  'vnXml.signingTimeUnreadable': 'Thời gian ký ghi trong chữ ký ({text}) không đọc được. Hãy đề nghị người ký sửa phần mềm ký.',
  'vnXml.signingTimeZoneAssumed': 'Thời gian ký ghi trong chữ ký ({text}) không có múi giờ; được hiểu là giờ Việt Nam: {time:time}.',
  'vnXml.signingTimeOutsideCertificate':
    'Thời gian ký {time:time} nằm ngoài thời hạn hiệu lực của chứng thư số người ký ({notBefore:time} đến {notAfter:time}). Hãy hỏi người ký.',
  'vnXml.signingTimeAfterTimestamp':
    'Thời gian ký {time:time} muộn hơn dấu thời gian ({proven:time}). Dấu thời gian là căn cứ; hãy đề nghị người ký chỉnh lại đồng hồ.',
  'vnXml.signingTimeZone':
    'Thời gian ký {time:time} lệch 7 giờ so với dấu thời gian ({proven:time}): giờ Việt Nam và giờ UTC đã bị ghi lẫn. Dấu thời gian là căn cứ; hãy đề nghị sửa phần mềm ký.',
  'vnXml.taxCodeSame': 'Chứng thư số của người ký có đúng mã số thuế ghi trong tài liệu ({document}).',
  'vnXml.taxCodeOther':
    'Chứng thư số của người ký thuộc mã số thuế khác ({certificate}) với mã số thuế ghi trong tài liệu ({document}). Hãy hỏi bên gửi đây là chữ ký của ai.',
  'vnXml.taxCodeNotInCertificate':
    'Chứng thư số của người ký không có mã số thuế nên không đối chiếu được với mã ghi trong tài liệu ({document}). Hãy xác minh người ký trước khi sử dụng.',
  'vnXml.taxCodeNotCovered': 'Mã số thuế của người ký ghi trong tài liệu KHÔNG được ký nên không được đọc. Hãy xác minh bằng cách khác tài liệu này của ai.',
  'vnXml.taxCodeMissing': 'Tài liệu không ghi mã số thuế của người ký, hoặc ghi nhiều hơn một. Hãy xác minh bằng cách khác tài liệu này của ai.',
}
