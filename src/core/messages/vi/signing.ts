/** Vì sao không dùng được trường, không đặt được chữ ký, và trường chữ ký yêu cầu điều gì. */
export const signing = {
  'fieldProblem.signed': 'trường đã được ký, cần chọn trường khác.',
  'fieldProblem.direct': 'trường được ghi theo cách không thể điền. Lưu lại thành tệp mới bằng chương trình đã tạo ra tài liệu.',
  'fieldProblem.type': 'đây không phải trường chữ ký, cần chọn tên khác.',
  'fieldProblem.name': 'không thể đặt tên trường như vậy, cần chọn tên không có dấu chấm.',
  'fieldProblem.taken': 'đã có trường mang tên đó, cần chọn tên khác.',
  'fieldProblem.missing': 'không có trường mang tên đó. Kiểm tra lại tên, kể cả chữ hoa.',
  'fieldProblem.ambiguous': 'có nhiều trường mang tên đó. Xin một bản không bị lỗi.',
  'fieldProblem.lock': 'trường có khóa riêng. Bỏ khóa bạn yêu cầu, hoặc chọn trường khác.',

  'placementProblem.page': 'không có trang này[; tài liệu có {pages:number} trang]. Chọn trang khác; -1 là trang cuối.',
  'placementProblem.direct': 'trang được ghi theo cách không thể đặt gì lên đó. Lưu lại thành tệp mới bằng chương trình đã tạo ra tài liệu.',
  'placementProblem.size': 'khung không có kích thước. Cho biết chiều rộng và chiều cao theo point (1/72 inch).',
  'placementProblem.outside': 'khung vượt ra ngoài trang[, trang rộng {width} và cao {height} point (1/72 inch)]. Chọn vị trí khác hoặc khung nhỏ hơn.',
  'placementProblem.missing': 'trường chữ ký là mới mà chưa cho biết đặt ở đâu. Cho biết trang và vị trí trên trang.',
  'placementProblem.fieldHidden': 'trường chữ ký[ “{field}”] không chiếm chỗ trên trang nào. Chọn trường khác, hoặc ký không hiển thị.',

  'seedValue.V': 'trường thuộc phiên bản PDF mới hơn phiên bản được hỗ trợ, cần ký bằng chương trình mới hơn.',
  'seedValue.Filter': 'chữ ký phải do chương trình ký khác tạo ra, hoặc cần xin một trường không có điều kiện này.',
  'seedValue.SubFilter': 'chữ ký phải thuộc loại khác PAdES; cần ký bằng chương trình khác, hoặc xin một trường không có điều kiện này.',
  'seedValue.DigestMethod': 'chữ ký phải dùng thuật toán băm khác.',
  'seedValue.Reasons': 'chữ ký phải nêu một trong các lý do mà trường liệt kê; chọn lý do mà bạn đồng ý.',
  'seedValue.NoReason': 'chữ ký không được nêu lý do; bỏ lý do ký.',
  'seedValue.AddRevInfo':
    'chữ ký phải chứa thông tin thu hồi bên trong, điều PAdES không làm; cần ký bằng chương trình khác, hoặc xin một trường không có điều kiện này.',
  'seedValue.LegalAttestation':
    'chữ ký phải kèm xác nhận pháp lý, điều chưa được hỗ trợ; cần ký bằng chương trình khác, hoặc xin một trường không có điều kiện này.',
  'seedValue.AppearanceFilter':
    'chữ ký phải hiển thị bằng một mẫu có tên nhất định, điều chưa được hỗ trợ; cần ký bằng chương trình khác, hoặc xin một trường không có điều kiện này.',
  'seedValue.TimeStamp': 'chữ ký phải có dấu thời gian; ký ở mức B-T trở lên (--tsa URL).',
  'seedValue.MDP':
    'chữ ký phải chứng nhận tài liệu với mức cho phép đã nêu (1: không thay đổi, 2: điền biểu mẫu và ký, 3: thêm cả ghi chú); chứng nhận đúng mức đó, hoặc để trường tự quyết định.',
  'seedValue.MDP.approval': 'chữ ký không được chứng nhận tài liệu; ký mà không chứng nhận.',
  'seedValue.MDP.first': 'chữ ký phải chứng nhận tài liệu, điều chỉ chữ ký đầu tiên làm được; cần xin bản chưa có chữ ký, hoặc một trường khác.',
  'seedValue.LockDocument': 'chữ ký phải khóa tài liệu, không cho thay đổi gì nữa; khóa với mức 1, hoặc để trường tự quyết định.',
  'seedValue.LockDocument.not': 'chữ ký không được khóa tài liệu; ký mà không khóa.',
  'seedValue.Cert.Subject': 'chỉ được dùng một số chứng thư số nhất định.',
  'seedValue.Cert.SubjectDN': 'chứng thư số phải cấp cho chủ thể có tên nhất định.',
  'seedValue.Cert.Issuer': 'chứng thư số phải do tổ chức nhất định cấp.',
  'seedValue.Cert.OID': 'chứng thư số phải được cấp theo chính sách nhất định.',
  'seedValue.Cert.KeyUsage': 'chứng thư số phải có đúng các mục đích sử dụng nhất định.',
  'seedValue.Cert.URL': 'chữ ký phải do một dịch vụ ký nhất định tạo ra; ký tại đó, hoặc xin một trường không có điều kiện này.',
} as const
