/** The Vietnamese texts; see `en.ts`. Written for those who work with documents in Vietnamese offices. */
import type { ErrorCode } from '../errors.ts'
import type { MessageKey } from './en.ts'
import { changes } from './vi/changes.ts'
import { command } from './vi/command.ts'
import { findings } from './vi/findings.ts'
import { oddities } from './vi/oddities.ts'
import { report } from './vi/report.ts'
import { signing } from './vi/signing.ts'
import { values } from './vi/values.ts'
import { vietnamXml } from './vi/vietnam-xml.ts'

const errors: Readonly<Record<ErrorCode, string>> = {
  ERR_ARGUMENT: 'Chương trình gọi kyso đã truyền vào một giá trị không dùng được[ ({argument})]. Vui lòng báo cho đơn vị phụ trách chương trình đó.',
  ERR_SOURCE_CHANGED: 'Tệp[ {path}] bị thay đổi trong khi đang đọc. Hãy chờ đến khi không còn chương trình nào ghi vào tệp rồi thử lại.',
  ERR_BUDGET_EXCEEDED:
    'Tệp đòi hỏi khối lượng xử lý vượt mức cho phép[ ({kind:limit}, tối đa {limit:number})]. Tệp có thể bị hỏng hoặc được tạo ra để làm treo chương trình. Hãy xác minh nguồn gốc của tệp trước khi mở.',
  ERR_ALGORITHM_UNSUPPORTED: 'Thuật toán[ {algorithm}] không được hỗ trợ. Hãy dùng khóa và tệp với thuật toán thông dụng, ví dụ RSA hoặc ECDSA với SHA-256.',
  ERR_KEY_INVALID:
    'Không dùng được khóa: khóa bị hỏng, có độ dài không được phép hoặc không dùng để ký. Hãy đề nghị tổ chức chứng thực chữ ký số (CA) cấp khóa mới.',
  ERR_SIGNATURE_MALFORMED: 'Giá trị chữ ký không đúng cấu trúc mà thuật toán yêu cầu. Hãy ký lại tài liệu; nếu vẫn lỗi, hãy ký bằng chương trình khác.',
  ERR_ABORTED: 'Đã dừng theo yêu cầu. Chưa có gì được ghi ra; hãy bắt đầu lại khi sẵn sàng.',
  ERR_ASN1_TRUNCATED: 'Dữ liệu bị thiếu phần cuối. Hãy lấy lại tệp từ nơi cung cấp.',
  ERR_ASN1_SYNTAX: 'Dữ liệu bị hỏng hoặc không phải loại cần dùng. Hãy lấy lại tệp từ nơi cung cấp.',
  ERR_ASN1_NOT_DER: 'Dữ liệu không được mã hóa theo dạng chặt chẽ (DER) như quy định. Hãy tạo lại bằng chương trình khác.',
  ERR_ASN1_UNEXPECTED: 'Nội dung dữ liệu không như mong đợi. Hãy kiểm tra xem đã chọn đúng tệp chưa.',
  ERR_ASN1_VALUE: 'Dữ liệu chứa một giá trị không thể có, ví dụ ngày tháng không tồn tại. Hãy tạo lại dữ liệu.',
  ERR_CERTIFICATE_SYNTAX:
    'Đây không phải chứng thư số, danh sách thu hồi (CRL) hay phản hồi OCSP, hoặc tệp đã bị hỏng[: {path}]. Hãy lấy lại từ nơi phát hành, ở dạng DER hoặc PEM.',
  ERR_TRUST_FILE:
    'Trong tệp[ {path}] không có nội dung nào dùng được[ làm {purpose:purpose}]. Hãy chỉ định tệp dạng DER hoặc PEM (chứng thư số còn có thể ở dạng PKCS#7: .p7b), hoặc thư mục chứa các tệp đó.',
  ERR_TRUST_NOT_CA:
    'Chứng thư số của {subject:name}[ trong {path}] là của cá nhân, tổ chức hoặc máy chủ chứ không phải của tổ chức chứng thực (CA), nên không thể làm gốc tin cậy. Hãy chỉ định chứng thư số của CA đã cấp chứng thư số này.',
  ERR_CMS_SYNTAX: 'Dữ liệu chữ ký (CMS) bị hỏng hoặc thuộc loại khác. Hãy đề nghị ký lại tài liệu.',
  ERR_CMS_MIME:
    'Đây là thư điện tử có chữ ký số (S/MIME), không phải tệp chữ ký. Hãy lưu các tệp đính kèm từ chương trình thư, rồi kiểm tra tệp .p7s hoặc .p7m.',
  ERR_CMS_CONTENT: 'Tệp mà các chữ ký hiện có đã ký {why:content}. Hãy cung cấp đúng tệp đã ký, không bị thay đổi.',
  ERR_CMS_ARCHIVED:
    'Các chữ ký trong tệp được niêm phong bằng dấu thời gian lưu trữ loại cũ; thêm nội dung sẽ làm hỏng dấu đó. Hãy ký tài liệu gốc vào một tệp riêng.',
  ERR_TSP_SYNTAX: 'Dữ liệu mà máy chủ dấu thời gian[ {host}] gửi về không phải là dấu thời gian. Hãy thử lại; nếu vẫn lỗi, hãy dùng máy chủ khác.',
  ERR_TSP_MISMATCH: 'Dấu thời gian nhận được[ từ {host}] không ứng với yêu cầu đã gửi. Không được sử dụng; hãy thử lại hoặc dùng máy chủ dấu thời gian khác.',
  ERR_TSA_HTTP:
    'Máy chủ dấu thời gian[ {host}] không cấp dấu thời gian[: {reason:tsa}][ (HTTP {status})]. Hãy kiểm tra địa chỉ và quyền truy cập, hoặc dùng máy chủ khác.',
  ERR_TSA_TIMEOUT: 'Máy chủ dấu thời gian[ {host}] không trả lời[ trong vòng {seconds} giây]. Hãy thử lại sau hoặc dùng máy chủ khác.',
  ERR_TSA_UNREACHABLE: 'Không kết nối được máy chủ dấu thời gian[ {host}][ ({reason})]. Hãy kiểm tra mạng và địa chỉ máy chủ.',
  ERR_TSA_REFUSED:
    'Máy chủ dấu thời gian[ {host}] từ chối cấp dấu thời gian[: {text}][ ({failure})]. Hãy hỏi đơn vị vận hành về lý do, hoặc dùng máy chủ khác.',
  ERR_TSA_MISSING: 'Mức ký này cần dấu thời gian nhưng chưa có máy chủ dấu thời gian nào được chỉ định. Hãy chỉ định (--tsa URL), hoặc ký ở mức B-B.',
  ERR_XMLDSIG_SYNTAX: 'Chữ ký XML không đúng cấu trúc quy định. Không nên tin chữ ký này; hãy xin người ký bản gốc hoặc ký lại.',
  ERR_XMLDSIG_REFERENCE:
    'Không tìm thấy hoặc không thể đọc một cách chắc chắn phần mà chữ ký XML tham chiếu đến[ ({uri})]. Hãy xin người ký bản gốc đầy đủ hoặc ký lại.',
  ERR_XML_REFERENCE: 'Không thể ký phần được chọn[ ({what})] theo cách đó. Hãy xem lại: {why:xmlReference}',
  ERR_XML_PLACE: 'Không thể đặt chữ ký ở vị trí đó[ ({what})]: chữ ký phải nằm bên trong phần tử gốc của tài liệu. Hãy chọn vị trí khác.',
  ERR_XML_SIGNATURE_BROKEN:
    'Ký ở đây sẽ làm hỏng chữ ký[ {id}] đã có trong tệp. Hãy đặt chữ ký mới ở vị trí mà chữ ký trước không bao phủ, ký xác nhận (counter-sign) lên chữ ký trước, hoặc ký với cách đóng gói “enveloping” hay “detached”.',
  ERR_XML_SYNTAX: 'Tệp XML bị hỏng hoặc sai cú pháp[ (dòng {line:number}, cột {column:number})]. Hãy lấy lại tệp từ nơi cung cấp hoặc đề nghị tạo lại tệp.',
  ERR_XML_ENCODING: 'Không dùng được bảng mã của tệp XML[ ({encoding})], hoặc nội dung tệp không đúng bảng mã đó. Hãy tạo lại tệp bằng UTF-8 trước khi ký.',
  ERR_XML_NAMESPACE:
    'Tệp XML dùng không gian tên (namespace) sai quy định[ (dòng {line:number}, cột {column:number})]. Hãy tạo lại tệp bằng chương trình ghi XML đúng chuẩn.',
  ERR_XML_ENTITY:
    'Tệp XML tham chiếu đến nội dung không có trong tệp hoặc không được phép mở[ (thực thể “{name}”, dòng {line:number})]. Chưa nên tin tệp khi chưa rõ nguồn gốc; hãy yêu cầu tệp không có khai báo DOCTYPE.',
  ERR_PDF_HEADER: 'Đây không phải tệp PDF: phần đầu tệp không đúng. Hãy kiểm tra xem đã chọn đúng tệp chưa.',
  ERR_PDF_SYNTAX: 'Tệp PDF bị hỏng[ tại byte {offset:number}]. Hãy lấy lại tệp; để xem bên trong có gì, hãy chạy “kyso inspect”.',
  ERR_PDF_XREF:
    'Bảng tham chiếu chéo của tệp PDF bị hỏng[ tại byte {offset:number}], nên không thể biết chắc tệp hiển thị nội dung gì. Hãy lấy lại tệp; để xem bên trong có gì, hãy chạy “kyso inspect”.',
  ERR_PDF_ENCRYPTION_UNSUPPORTED: 'Tệp PDF được mã hóa theo cách không được hỗ trợ[ ({handler})]. Hãy xin bản không mã hóa hoặc chỉ đặt mật khẩu thông thường.',
  ERR_PDF_ENCRYPTION_INVALID: 'Dữ liệu mã hóa của tệp PDF bị hỏng. Hãy lấy lại tệp.',
  ERR_PDF_PASSWORD: 'Tệp PDF được bảo vệ bằng mật khẩu và {given:password}. Hãy cung cấp mật khẩu đúng (--password-env; khi ký: --document-password-env).',
  ERR_PDF_FILTER: 'Không đọc được dữ liệu nén trong tệp PDF[ ({filter})]. Hãy lấy lại tệp.',
  ERR_PDF_STRUCTURE:
    'Cấu trúc tệp PDF không đúng[ (đối tượng {object})]: không xác định chắc chắn được các trang. Hãy lưu lại thành tệp mới bằng chương trình đã tạo ra tệp.',
  ERR_PDF_PERMISSION: 'Tác giả của tệp PDF không cho phép ký. Hãy mở bằng mật khẩu của chủ sở hữu, hoặc xin bản được phép ký.',
  ERR_PDF_CERTIFIED: 'Một chữ ký trước đó đã chứng nhận tệp PDF và không cho phép ký thêm. Hãy xin người đã ký một bản được phép ký.',
  ERR_PDF_FIELD: 'Không dùng được trường[ “{field}”]: {why:fieldProblem} Hãy xem các trường bằng “kyso inspect”.',
  ERR_PDF_FIELD_VALUE: 'Trường biểu mẫu[ “{field}”] không nhận giá trị này. Hãy xem lại: {why:fieldValue}',
  ERR_PDF_FIELD_TEXT:
    'Không hiển thị được nội dung trong trường biểu mẫu[ “{field}”][; ký tự: {character}]: {why:fieldText} Hãy cung cấp phông chữ có đủ các ký tự để nhúng vào tệp.',
  ERR_PDF_LOCKED:
    'Một chữ ký[ trong trường “{field}”] không cho phép thay đổi này của tệp PDF[: chữ ký khóa trường “{locked}”]. Hãy xin người ký đó một bản được phép thay đổi, hoặc thực hiện thay đổi trước khi ký.',
  ERR_PDF_COVERAGE:
    'Chữ ký[ trong trường “{field}”] không bao phủ toàn bộ tệp tại thời điểm ký, nên không xác định được chữ ký dành cho văn bản nào. Hãy xin người ký tệp gốc.',
  ERR_PDF_CERTIFY_FIRST:
    'Chỉ chữ ký đầu tiên mới chứng nhận được tài liệu, mà tài liệu này đã có chữ ký[ (trường “{field}”)]. Hãy ký mà không chứng nhận, hoặc chứng nhận bản chưa có chữ ký.',
  ERR_PDF_PLACEMENT: 'Không hiển thị được chữ ký ở vị trí đó[ (trang {page})]: {why:placementProblem} Hãy kiểm tra lại vị trí.',
  ERR_PDF_SEED_VALUE: 'Người tạo trường[ “{field}”] yêu cầu chữ ký khác: {entry:seedValue}[ Yêu cầu: {wanted}.] Hãy ký đúng theo yêu cầu đó.[ Xem: {url}]',
  ERR_PDF_SIGNATURE_BROKEN: 'Trong tệp PDF có chữ ký không còn nguyên vẹn; ký thêm sẽ che khuất điều đó. Hãy xin một bản không bị lỗi.',
  ERR_APPEARANCE_TEXT: 'Không vẽ được văn bản của hình hiển thị chữ ký[ ({characters})]. Hãy xem lại: {why:appearanceText}',
  ERR_APPEARANCE_FONT: 'Không dùng được phông chữ cho hình hiển thị chữ ký. Hãy xem lại: {why:appearanceFont}',
  ERR_APPEARANCE_IMAGE: 'Không dùng được ảnh cho hình hiển thị chữ ký. Hãy xem lại: {why:appearanceImage}',
  ERR_APPEARANCE_PDFA: 'Tài liệu là PDF/A và hình hiển thị chữ ký sẽ làm tài liệu không còn tuân thủ chuẩn này. Hãy xem lại: {why:appearancePdfa}',
  ERR_APPEARANCE_ROOM:
    'Văn bản không vừa khung {width:number} × {height:number} điểm, kể cả với cỡ chữ nhỏ nhất. Hãy dùng khung lớn hơn hoặc rút ngắn văn bản.',
  ERR_PLACEHOLDER_TOO_SMALL: 'Chỗ dành sẵn cho chữ ký quá nhỏ[: cần {needed:number} byte]. Hãy ký lại với chỗ dành sẵn lớn hơn.',
  ERR_STATE_INVALID: 'Trạng thái đã lưu của lần ký dở dang bị hỏng hoặc thuộc phiên bản khác. Hãy bắt đầu ký lại từ đầu.',
  ERR_STATE_MISMATCH: 'Tài liệu không phải là tài liệu của lần ký đã bắt đầu, hoặc đã bị thay đổi từ lúc đó. Hãy dùng đúng bản gốc, hoặc bắt đầu ký lại.',
  ERR_SIGNATURE_MISMATCH:
    'Giá trị chữ ký không do khóa của chứng thư số này tạo ra trên tài liệu này. Chưa có gì được ghi ra. Hãy kiểm tra lại khóa và chứng thư số đang dùng.',
  ERR_SIGNER_CERTIFICATE: 'Chứng thư số của người ký không dùng được cho việc này[: {detail}]. Hãy chọn chứng thư số khác.',
  ERR_SIGNER_CANCELLED: 'Việc ký đã bị hủy tại nơi giữ khóa. Chưa có gì được ghi ra; hãy bắt đầu lại khi sẵn sàng.',
  ERR_PKCS12_SYNTAX: 'Tệp khóa (.p12, .pfx) bị hỏng hoặc không phải tệp khóa. Hãy xuất lại từ nơi lưu giữ khóa.',
  ERR_PKCS12_PASSWORD: 'Sai mật khẩu của tệp khóa (.p12, .pfx). Hãy kiểm tra chữ hoa, chữ thường và bộ gõ tiếng Việt rồi thử lại.',
  ERR_PKCS12_NO_KEY: 'Tệp khóa (.p12, .pfx) không có khóa nào kèm chứng thư số được phép ký. Hãy xuất lại chứng thư số cùng với khóa bí mật.',
  ERR_PKCS12_UNSUPPORTED: 'Tệp khóa (.p12, .pfx) được bảo vệ theo cách không được hỗ trợ[ ({algorithm})]. Hãy xuất lại với thiết lập thông thường (AES-256).',
  ERR_C14N_NAMESPACE:
    'XML khai báo không gian tên tương đối “{namespace}”, điều mà phép chuẩn tắc hóa không cho phép, nên không thể kiểm tra hay tạo chữ ký trên đó. Hãy đề nghị dùng không gian tên tuyệt đối (http://…, urn:…).',
  ERR_XPATH_SYNTAX:
    'Chữ ký chọn phần được ký bằng một biểu thức XPath sai[ (ký tự thứ {offset:number})], nên không thể xác định nội dung đã ký. Hãy đề nghị người ký ký lại bằng chương trình khác.',
  ERR_XPATH_UNSUPPORTED:
    'Chữ ký chọn phần được ký bằng một biểu thức XPath dùng tính năng không được hỗ trợ[ ({reason})], nên chưa kiểm tra được. Hãy kiểm tra bằng chương trình khác hoặc đề nghị ký lại không dùng XPath.',
  ERR_POLICY:
    'Không dùng được chính sách[ “{name}”][; hãy xem lại mục: {member}][; các chính sách có sẵn: {known}]. Hãy sửa lại, hoặc chọn một chính sách có sẵn.',
  ERR_VN_PROFILE: 'Chưa xác định được cách ký tài liệu này ({root}): {why:vnProfileProblem}[ Đã tìm thấy: {profiles}.] Hãy chỉ định loại hồ sơ.',
  ERR_VN_PLACE: 'Tài liệu không có vị trí cho chữ ký này[ ({place})]: {why:vnPlaceProblem} Hãy kiểm tra lại phần mềm lập tài liệu.',
  ERR_VN_REFERENCE: 'Phần phải ký[ ({element})] chưa ký được: {why:vnReferenceProblem} Hãy kiểm tra lại phần mềm lập tài liệu.',
  ERR_VN_TAX_CODE:
    'Tài liệu ghi mã số thuế {document} cho người ký, nhưng chứng thư số[ thuộc mã {certificate} và] không có mã đó. Hãy chọn đúng chứng thư số; nếu cố ý ký như vậy, hãy cho phép mã số thuế khác.',
  ERR_FILE_READ: 'Không đọc được tệp[ {path}][: {reason:file}]. Hãy kiểm tra tên tệp, vị trí và quyền truy cập.',
  ERR_FILE_WRITE: 'Không ghi được tệp[ {path}][: {reason:file}]. Hãy kiểm tra thư mục, dung lượng còn trống và quyền ghi.',
  ERR_FILE_EXISTS: 'Tệp[ {path}] đã tồn tại và không bị ghi đè. Hãy chọn tên khác (--out), hoặc cho phép ghi đè bằng --force.',
  ERR_FORMAT_UNKNOWN: 'Không nhận biết được loại tệp này; hiện hỗ trợ PDF, XML và tệp chữ ký (CMS: .p7s, .p7m). Hãy kiểm tra xem đã chọn đúng tệp chưa.',
  ERR_USAGE: '[{problem:usage}] [Xem “kyso help {command}”.]',
}

/** Every text by its key: one that is missing is an error of the compiler. */
export const vi: Readonly<Record<MessageKey, string>> = {
  ...errors,
  ...values,
  ...findings,
  ...changes,
  ...oddities,
  ...report,
  ...signing,
  ...command,
  ...vietnamXml,
}
