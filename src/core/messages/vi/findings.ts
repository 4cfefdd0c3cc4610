import type { findings as english } from '../en/findings.ts'

/** What the judge finds, and why a certificate path does not hold. */
export const findings: Readonly<Record<keyof typeof english, string>> = {
  'finding.byteRangeWrong':
    'Chữ ký không bao phủ toàn bộ tài liệu như quy định: có thể có nội dung bị thêm vào hoặc bỏ ra mà không nhìn thấy. Không nên tin vào tài liệu này; hãy xin người ký bản gốc.',
  'finding.contentsPadding': 'Có dữ liệu lạ được chèn vào sau chữ ký, trong chỗ dành cho chữ ký. Hãy xin người ký tệp gốc.',
  'finding.dictionaryKeysTwice': 'Chữ ký khai báo hai lần cùng một mục[ ({keys})], nên mỗi chương trình có thể hiểu một khác. Hãy xin người ký tệp gốc.',
  'finding.fileAmbiguous':
    'Tệp khai báo hai phiên bản của cùng một phần nên mỗi chương trình có thể hiển thị nội dung khác nhau. Không thể biết chắc nội dung nào đã được ký; hãy xin người ký tệp gốc.',
  'finding.signerInfoCount': 'Chữ ký không có người ký, hoặc có nhiều hơn một người ký như quy định. Hãy đề nghị ký lại tài liệu.',
  'finding.cmsMalformed': 'Dữ liệu chữ ký bị hỏng, không đọc được. Hãy xin người ký tệp gốc hoặc đề nghị ký lại.',
  'finding.subFilterUnknown': 'Không nhận biết được loại chữ ký[ ({subFilter})] nên chưa kiểm tra được gì. Hãy kiểm tra bằng chính chương trình đã tạo chữ ký.',
  'finding.contentTypeWrong': 'Chữ ký khai báo loại nội dung khác với nội dung thực tế. Hãy đề nghị ký lại tài liệu.',
  'finding.contentAttached': 'Chữ ký mang theo nội dung riêng thay cho nội dung của tài liệu. Không nên tin vào chữ ký này; hãy đề nghị ký lại.',
  'finding.algorithmsDisagree': 'Các thuật toán nêu trong chữ ký mâu thuẫn với nhau. Hãy đề nghị ký lại tài liệu.',
  'finding.documentChanged': 'Tài liệu đã bị thay đổi sau khi ký, không còn là nội dung đã được ký. Không được sử dụng; hãy xin người ký bản gốc.',
  'finding.signatureValueWrong': 'Chữ ký không được tạo bằng khóa của chứng thư số đi kèm, hoặc đã bị sửa. Không nên tin vào chữ ký này; hãy đề nghị ký lại.',
  'finding.signatureValueUnknown': 'Không kiểm tra được chữ ký vì thuật toán hoặc khóa không được hỗ trợ. Hãy kiểm tra bằng chương trình khác.',
  'finding.signerCertificateMissing': 'Tài liệu không kèm chứng thư số của người ký. Hãy xin chứng thư số từ người ký và cung cấp qua --untrusted.',
  'finding.signingCertificateWrong': 'Chữ ký gắn với một chứng thư số khác với chứng thư số được trình ra. Không nên tin vào chữ ký này; hãy đề nghị ký lại.',
  'finding.signingCertificateAbsent':
    'Chữ ký không được gắn chặt với chứng thư số của người ký như các chữ ký mới. Chương trình cũ thường ký như vậy; với tài liệu mới, nên dùng chương trình ký theo chuẩn PAdES, XAdES hoặc CAdES.',
  'finding.signedAttributesOrder': 'Dữ liệu được ký của chữ ký được lưu theo thứ tự khác thường. Điều này không ảnh hưởng gì; không cần làm gì thêm.',
  'finding.signedAttributesMissing': 'Chữ ký thiếu dữ liệu bắt buộc (thuộc tính được ký). Hãy đề nghị ký lại tài liệu.',
  'finding.chainImitates':
    'Chứng thư số ghi nơi phát hành là {subject}. Bạn có tin cậy một tổ chức mang tên này ({anchor}) nhưng khóa thì khác: tên đã bị mượn. Không nên tin chữ ký này khi chưa được tổ chức đó xác nhận.',
  'finding.chainMissing':
    'Chứng thư số của {subject:name} không dẫn tới tổ chức chứng thực nào mà bạn tin cậy. Nếu tin cậy nơi phát hành ({issuer:name}), hãy lấy chứng thư số gốc từ nguồn chính thức và chỉ định qua --trust; các chứng thư số trung gian còn thiếu thì chỉ định qua --untrusted.',
  'finding.chainProblem': 'Chứng thư số của {subject:name} không đạt yêu cầu: {problem:problem}. Hãy đề nghị người ký ký lại bằng chứng thư số hợp lệ.',
  'finding.keyUsageWrong': 'Chứng thư số của người ký không dùng để ký tài liệu[ (chỉ dùng cho: {usages})]. Hãy đề nghị ký bằng chứng thư số dùng để ký.',
  'finding.certificateExpired':
    'Chứng thư số của {subject:name} đã hết hạn[ lúc {notAfter:time}] và không có dấu thời gian chứng minh chữ ký được tạo trước đó. Hãy đề nghị người ký ký lại bằng chứng thư số còn hạn, có kèm dấu thời gian.',
  'finding.certificateNotYetValid':
    'Chứng thư số của {subject:name} chưa có hiệu lực[: bắt đầu từ {notBefore:time}]. Hãy kiểm tra thời điểm kiểm tra và đồng hồ của máy tính này.',
  'finding.revocationUnknown':
    'Chưa biết chứng thư số của {subject:name} có bị thu hồi hay không. Hãy lấy danh sách thu hồi (CRL) hoặc phản hồi OCSP của nơi phát hành, cung cấp qua --crl hoặc --ocsp rồi kiểm tra lại.',
  'finding.revocationStale': 'Thông tin thu hồi về chứng thư số của {subject:name} đã quá cũ. Hãy lấy CRL hoặc phản hồi OCSP mới hơn rồi kiểm tra lại.',
  'finding.revocationRefused': 'Không sử dụng được một {kind:kind} về chứng thư số của {subject:name}: {why:refusal}. Hãy lấy lại từ nơi phát hành.',
  'finding.revocationWeak':
    'Một {kind:kind} về chứng thư số của {subject:name} không được tính: nó được ký bằng {algorithm}[, {bits} bit], không còn được coi là an toàn[ kể từ {until:day}]. Hãy lấy từ nơi phát hành bản được ký với SHA-256 trở lên và khóa đủ dài.',
  'finding.revocationWeakCounted':
    'Một {kind:kind} về chứng thư số của {subject:name} được ký bằng {algorithm}[, {bits} bit], không còn được coi là an toàn[ kể từ {until:day}]. Thông tin này vẫn được tính đến.',
  'finding.wasOnHold':
    'Chứng thư số của {subject:name} từng bị tạm dừng từ {time:time}; việc tạm dừng đã được bỏ. Nếu chữ ký được tạo trong khoảng đó, hãy hỏi người ký.',
  'finding.signerIsAnchor':
    'Chứng thư số của {subject:name} chính là chứng thư số mà bạn tin cậy: không có cấp trên, và không kiểm tra việc thu hồi. Khi không muốn tin cậy nữa, hãy bỏ nó khỏi danh sách tin cậy.',
  'finding.signingCertificateSha1':
    'Chữ ký chỉ được gắn với chứng thư số bằng SHA-1, như cách của các chương trình cũ. Đây chỉ là thông báo; với tài liệu mới, nên dùng chương trình gắn bằng SHA-256.',
  'finding.revoked':
    'Chứng thư số của {subject:name} đã bị thu hồi lúc {time:time} ({reason:reason})[; khóa có thể đã lọt vào tay người khác từ {invalidityDate:time}] và không có gì chứng minh chữ ký được tạo trước đó. Không nên tin vào chữ ký này; hãy đề nghị ký lại bằng chứng thư số còn hiệu lực.',
  'finding.revoked.warning':
    'Chứng thư số của {subject:name} đã bị thu hồi lúc {time:time} ({reason:reason}). Dấu thời gian chứng minh nó được sử dụng trước đó nên chữ ký này không bị ảnh hưởng.[ Nhưng khóa có thể đã lọt vào tay người khác từ {invalidityDate:time}: hãy hỏi người ký có ký hay không.]',
  'finding.revokedAuthority':
    'Tổ chức chứng thực {subject:name}, cấp trên của chứng thư số người ký, đã bị thu hồi lúc {time:time} ({reason:reason}). Không nên tin vào chữ ký này; hãy đề nghị ký lại bằng chứng thư số của tổ chức còn hiệu lực.',
  'finding.revokedAuthority.warning':
    'Tổ chức chứng thực {subject:name}, cấp trên của chứng thư số người ký, đã bị thu hồi lúc {time:time} ({reason:reason}). Dấu thời gian chứng minh chữ ký được tạo trước đó nên không bị ảnh hưởng.',
  'finding.onHold':
    'Chứng thư số của {subject:name} đang bị tạm dừng từ {time:time}. Hãy hỏi nơi phát hành và kiểm tra lại khi có quyết định về việc tạm dừng.',
  'finding.digestWeak':
    'Thuật toán băm {algorithm}[ (dùng cho {subject:name})] không còn được coi là an toàn[ kể từ {until:day}]. Hãy đề nghị ký lại tài liệu với SHA-256 trở lên.',
  'finding.keyWeak':
    'Khóa của {subject:name} ({algorithm}[, {bits} bit]) không còn được coi là an toàn[ kể từ {until:day}]. Hãy đề nghị ký lại tài liệu bằng khóa mạnh hơn.',
  'finding.laterChanges':
    'Sau chữ ký này, tệp bị thay đổi theo cách không được phép hoặc không giải thích được. Nội dung đang thấy có thể không phải nội dung đã ký: hãy đối chiếu với bản đã ký (kyso inspect --revision) hoặc hỏi người ký.',
  'finding.laterOverlaid':
    'Có nội dung thêm vào sau nằm đè lên phần đã ký[ (trang {pages})]: một chữ ký đè lên trang, hoặc một chú thích đè lên chữ ký. Điều này được phép, nhưng hãy xem bản đã ký (kyso inspect --revision) nếu phần bị che là quan trọng.',
  'finding.laterAnnotated':
    'Có chú thích được thêm, sửa hoặc xóa sau chữ ký này[ (trang {pages})]; chữ ký cho phép điều đó. Chú thích không thuộc nội dung đã ký: không được coi là lời của người ký.',
  'finding.laterFilled':
    'Sau chữ ký này, biểu mẫu được điền thêm, điều chữ ký cho phép[: {fields}]. Nội dung điền sau không được chữ ký này xác nhận; hãy tìm chữ ký sau đó bao trùm nội dung ấy.',
  'finding.laterUnread':
    'Sau chữ ký này, có ô biểu mẫu được điền mà không xác định được nội dung hiển thị có đúng với giá trị của ô hay không[: {fields}]: chữ bị ẩn, bị cắt, là hình ảnh, hoặc dùng phông chữ không đọc được. Hãy xem ô đó trên trang và đối chiếu với giá trị mà chương trình điền biểu mẫu cho biết; nếu khác nhau, hãy hỏi người đã điền.',
  'finding.laterCertified':
    'Một chữ ký sau tự nhận là chữ ký chứng nhận tài liệu, điều chỉ chữ ký đầu tiên mới có thể là. Hãy coi đó là chữ ký thông thường; điều nó cho phép chỉ ràng buộc nội dung thêm vào sau nó.',
  'finding.laterSaved': 'Sau chữ ký này, tệp được lưu lại mà không có gì nhìn thấy được thay đổi. Không cần làm gì thêm.',
  'finding.timestampUnusable':
    'Dấu thời gian[ lúc {time:time}] không chứng minh được gì ({why:sub}), nên thời điểm ký chỉ dựa vào lời khai của người ký. Hãy cung cấp thông tin còn thiếu về tổ chức cấp dấu thời gian (--trust, --crl).',
  'finding.timestampOrder':
    'Các dấu thời gian mâu thuẫn với nhau[: {time:time} không thể muộn hơn {than:time}]. Hãy kiểm tra đồng hồ của máy tính này và hỏi tổ chức cấp dấu thời gian.',
  'finding.timestampImprintWrong': 'Dấu thời gian được cấp cho nội dung khác, không có giá trị ở đây. Hãy đề nghị gắn lại dấu thời gian cho tài liệu.',
  'finding.timestampCertificateWrong':
    'Chứng thư số của bên cấp dấu thời gian không dùng để cấp dấu thời gian nên không chứng minh được gì. Hãy dùng tổ chức cấp dấu thời gian được công nhận.',
  'finding.timestampExtensionUnknown':
    'Dấu thời gian mang một điều kiện[ ({extension})] mà chương trình không biết nên không được bỏ qua, vì vậy không chứng minh được gì. Hãy kiểm tra bằng chương trình khác.',
  'finding.signingTimeClaimed':
    'Thời điểm ký {time:time} là do máy tính của người ký khai báo, không có dấu thời gian chứng minh. Nếu thời điểm ký quan trọng, hãy đề nghị ký có kèm dấu thời gian.',
  'finding.signingTimeZone':
    'Thời gian ký {time:time} {way:zone} dấu thời gian ({proven:time}) 7 giờ: {way:zoneCause}. Dấu thời gian là căn cứ; hãy đề nghị sửa phần mềm ký.',
  'finding.signedBeforeCertificate': 'Chữ ký được tạo trước khi chứng thư số của {subject:name} có hiệu lực[ ({notBefore:time})]. Hãy đề nghị ký lại tài liệu.',
  'finding.notChecked':
    'Chưa kiểm tra được đầy đủ vì nội dung được ký không có sẵn hoặc không đọc được. Hãy lấy tệp đầy đủ, hoặc kiểm tra bằng chương trình khác.',
  'finding.xmlMalformed': 'Chữ ký XML không đúng cấu trúc, không đọc được. Hãy xin người ký tệp gốc hoặc đề nghị ký lại.',
  'finding.canonicalizedOtherwise':
    'Nội dung được ký không khớp theo dạng mà chữ ký khai báo, nhưng lại khớp theo dạng khác: {matchesUnder:form}. Lỗi thuộc về chương trình ký, không phải do tài liệu bị sửa; tuy vậy chữ ký vẫn không hợp lệ. Hãy đề nghị người ký gửi tệp được ký đúng.',
  'finding.laidOutAnew':
    'Tệp đã bị trình bày lại sau khi ký ({matchesUnder:form}): nội dung chữ vẫn như đã ký nhưng tệp thì không. Hãy xin người ký tệp gốc và chuyển tiếp nguyên vẹn.',
  'finding.referenceTarget':
    'Chữ ký tham chiếu tới một phần[ ({uri})] không có trong tài liệu, xuất hiện hai lần hoặc không đọc được như khai báo. Không nên tin vào chữ ký này; hãy xin người ký tệp gốc.',
  'finding.referenceUnsupported':
    'Một phần nội dung được ký[ ({uri})] được xác định theo cách không được hỗ trợ nên chưa được kiểm tra. Hãy kiểm tra bằng chương trình khác.',
  'finding.keyInfoContradicts': 'Chữ ký kèm theo một khóa không phải khóa của chứng thư số người ký. Không nên tin vào chữ ký này; hãy đề nghị ký lại.',
  'finding.propertiesElsewhere':
    'Các thuộc tính mà người ký đã ký bị chuyển đi chỗ khác và bị thay bằng nội dung khác. Không nên tin vào tài liệu này; hãy xin người ký tệp gốc.',
  'finding.countersignedMissing':
    'Chữ ký được trình bày như thể xác nhận một chữ ký khác nhưng không bao phủ chữ ký đó. Không nên tin vào chữ ký này; hãy xin người ký tệp gốc.',
  'finding.manifestBroken': 'Các tệp nêu trong danh mục đã ký[: {uri}] không đúng như khi ký. Không được sử dụng; hãy xin người ký bản gốc.',
  'finding.manifestOpen':
    'Chưa kiểm tra được các tệp nêu trong danh mục của chữ ký[: {uri}], hoặc chính danh mục không được ký, sai cấu trúc hay bị đặt sai chỗ. Hãy lấy các tệp đó và cung cấp thêm (--detached); nếu vẫn không được, hãy xin người ký tệp gốc.',
  'finding.givenNotCovered':
    'Không chữ ký nào trong tệp này ký cho nội dung được cung cấp kèm theo[: {name}]. Không coi nội dung đó là đã ký; hãy tìm đúng tệp chữ ký của nó.',
  'finding.nothingCovered': 'Chữ ký không bao phủ nội dung nào, chỉ bao phủ dữ liệu về chính nó. Hãy hỏi người ký định ký nội dung gì và đề nghị ký lại.',
  'finding.signerAmbiguous':
    'Có nhiều chứng thư số cùng khớp với khóa của chữ ký và không có gì được ký cho biết chứng thư số nào là của người ký. Hãy đề nghị ký bằng chương trình gắn chữ ký với chứng thư số (XAdES).',
  'finding.contentMissing': 'Nội dung đã ký không nằm trong tệp chữ ký mà ở tệp riêng. Hãy cung cấp thêm tệp đó (--detached), không bị thay đổi.',
  'finding.anchorUnconfirmed':
    'Chuỗi chứng thư số kết thúc tại {anchor:name}, mà khóa của CA này chưa được nguồn độc lập thứ hai nào xác nhận. Trước khi tin dùng, hãy đối chiếu dấu vân tay chứng thư số của CA với dấu vân tay do chính CA công bố.',
  'finding.noSignature': 'Tài liệu không có chữ ký số. Nếu lẽ ra phải có, hãy xin nơi gửi bản đã ký.',

  'problem.signatureInvalid': 'chứng thư số không do nơi phát hành ghi trên đó ký',
  'problem.algorithmMismatch': 'chứng thư số nêu hai thuật toán ký khác nhau',
  'problem.algorithmUnsupported': 'thuật toán ký của chứng thư số không được hỗ trợ',
  'problem.keyInvalid': 'khóa của nơi phát hành không dùng được',
  'problem.nameMismatch': 'tên nơi phát hành không khớp',
  'problem.notYetValid': 'chứng thư số chưa có hiệu lực',
  'problem.expired': 'chứng thư số đã hết hạn',
  'problem.notACa': 'đã cấp chứng thư số cho bên khác trong khi không phải là tổ chức chứng thực',
  'problem.pathTooLong': 'có nhiều tổ chức chứng thực cấp dưới hơn mức cho phép',
  'problem.keyUsageForbids': 'không được phép ký chứng thư số',
  'problem.unknownCriticalExtension': 'mang một điều kiện bắt buộc mà chương trình không biết nên không được bỏ qua',
  'problem.constraintNotChecked': 'mang những hạn chế mà phiên bản này chưa kiểm tra được',
  'problem.malformedExtension': 'một phần mở rộng của chứng thư số bị hỏng',
  'problem.anchorNotValid': 'chứng thư số gốc được tin cậy không có hiệu lực vào thời điểm đó',
  'problem.algorithmForbidden': 'thuật toán ký của chứng thư số không được chấp nhận',
  'problem.nameNotPermitted': 'tên nằm ngoài phạm vi mà tổ chức chứng thực cấp trên được phép cấp',
  'problem.nameExcluded': 'tổ chức chứng thực cấp trên không được cấp chứng thư số cho tên này',
  'problem.policyMissing': 'không có chính sách chứng thư số nào có hiệu lực trong khi bắt buộc phải có',
  'problem.policyMappingInvalid': 'ánh xạ chính sách chứng thư số theo cách không được phép',
  'problem.profileViolated': 'chứng thư số không được lập đúng theo RFC 5280',
  'problem.anchorDistrusted': 'chứng thư số gốc chỉ được tin cậy đối với chứng thư số cấp trước đó',
  'problem.anchorPurpose': 'chứng thư số gốc không được tin cậy cho mục đích này',
  'problem.issuerNotFound': 'không tìm thấy chứng thư số của nơi phát hành',
}
