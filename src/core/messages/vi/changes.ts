import type { changes as english } from '../en/changes.ts'

/** What was added to a file after a signature. */
export const changes: Readonly<Record<keyof typeof english, string>> = {
  'change.signatureAdded': 'một chữ ký nữa',
  'change.timestampAdded': 'một dấu thời gian của tài liệu',
  'change.fieldAdded': 'một trường chữ ký trống',
  'change.validationData': 'dữ liệu phục vụ kiểm tra về sau (chứng thư số, thông tin thu hồi)',
  'change.metadataDates': 'ngày giờ và chương trình lưu tệp lần cuối',
  'change.objectRewritten': 'nội dung cũ được ghi lại nguyên như trước',

  'change.revisionMissing': 'không tìm thấy trong tệp phiên bản đã được ký',
  'change.unreadable': 'không đọc được một phần tệp cần thiết để xác định',
  'change.trailingBytes': 'có dữ liệu gắn thêm vào sau phần cuối tài liệu',
  'change.strayBytes': 'phần cập nhật giấu dữ liệu không thuộc về đâu cả',
  'change.xrefAmbiguous': 'phần cập nhật khai báo hai phiên bản của cùng một đối tượng',
  'change.objectMisplaced': 'phần cập nhật trỏ ngược vào phần cũ của tệp',
  'change.rootChanged': 'gốc của tài liệu bị thay',
  'change.trailerChanged': 'dữ liệu cơ bản của tệp bị thay đổi',
  'change.metadataChanged': 'tiêu đề, tác giả hoặc thuộc tính khác của tài liệu bị thay đổi',
  'change.catalogChanged': 'thiết lập chung của tài liệu bị thay đổi',
  'change.pageChanged': 'nội dung hoặc hình thức của một trang bị thay đổi',
  'change.formChanged': 'biểu mẫu bị thay đổi',
  'change.fieldChanged': 'một ô của biểu mẫu được điền hoặc bị thay đổi',
  'change.objectChanged': 'nội dung bị thay đổi',
  'change.objectFreed': 'nội dung bị xóa',
  'change.objectUnexplained': 'có nội dung được thêm vào mà không chữ ký nào cần đến',
  'change.objectShared': 'một thay đổi ảnh hưởng đến cả phần khác của tài liệu',
  'change.objectAwaited': 'có nội dung được thêm vào chỗ còn để trống trong bản đã ký',
  'change.signatureForbidden': 'có chữ ký được thêm vào dù một chữ ký trước đó không cho phép',
  'change.fieldLocked': 'có chữ ký được đặt vào trường đã bị một chữ ký trước đó khóa',
  'change.moreChanges': 'những thay đổi khác, không liệt kê',
}
