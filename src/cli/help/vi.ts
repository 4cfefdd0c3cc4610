/** Help pages in Vietnamese; see `en.ts`. */

const COMMON = `  --json               mỗi tệp một đối tượng JSON trên một dòng của đầu ra chuẩn
  --lang vi|en         ngôn ngữ (nếu không: theo môi trường)
  --offline            không hỏi máy chủ nào
  -h, --help           trang này`

const EVIDENCE = `  --trust PATH         chứng thư số gốc (hoặc của CA) được tin cậy; không có thì không tin gì cả
  --vietnam            tin cậy CA chuyên dùng Chính phủ: các CA gốc và CA cấp dưới, theo khóa của từng CA
  --vietnam-public     tin cậy các CA gốc quốc gia và các CA công cộng cấp dưới (VNPT, Viettel, FPT, …);
                       KÉM CHẮC CHẮN HƠN: khóa của các CA này chưa được nguồn độc lập thứ hai nào xác nhận
                       (kết quả có cảnh báo), danh sách chưa đầy đủ. Có thể dùng cùng --vietnam
  --untrusted PATH     các chứng thư số trung gian
  --crl PATH           danh sách thu hồi (CRL)
  --ocsp PATH          phản hồi OCSP
                       PATH là tệp (DER hoặc PEM; chứng thư số còn có thể ở dạng PKCS#7: .p7b) hoặc thư mục
                       chứa các tệp đó; có thể dùng nhiều lần. Với --trust, trong thư mục chỉ đọc các tệp có
                       đuôi .pem .crt .cer .der .p7b .p7c`

const JUDGING = `  --at TIME            kiểm tra tại thời điểm này, có múi giờ: 2026-11-22T15:30:00+07:00
  --policy TÊN|TỆP     baseline (mặc định), legacy (cho phép thuật toán cũ), hoặc tệp JSON`

const STATUSES = `Mã thoát: 0 tất cả hợp lệ (TOTAL-PASSED), 1 có chữ ký không hợp lệ (TOTAL-FAILED), 2 có chữ ký chưa
xác định (INDETERMINATE) hoặc không có chữ ký nào, 3 dùng sai lệnh hoặc không đọc được tệp.`

export const help: Readonly<Record<string, string>> = {
  '': `kyso {version}: ký số tệp PDF, XML và mọi loại tệp khác, kiểm tra chữ ký số trong tệp và đi kèm tệp

  kyso verify TỆP…     chữ ký có hợp lệ không?
  kyso sign TỆP…       ký số
  kyso inspect TỆP…    xem bên trong tệp có gì
  kyso cert TỆP…       chứng thư số có hợp lệ không?
  kyso demo            xem trình diễn tất cả, không cần mạng
  kyso help LỆNH       xem thêm về một lệnh

Tùy chọn chung:
${COMMON}
  --version

$ kyso sign hop-dong.pdf --p12 nguoi-ky.p12 --password-env MAT_KHAU
$ kyso verify hop-dong.signed.pdf --trust goc.pem --crl ca.crl
`,
  verify: `kyso verify TỆP… [tùy chọn]: kiểm tra mọi chữ ký trong tệp PDF, XML và CMS (.p7s, .p7m)

  --detached TỆP       nội dung đã ký, khi tệp chữ ký không chứa nội dung; có thể dùng nhiều lần. Nếu bỏ qua,
                       thu.txt nằm cạnh thu.txt.p7s được dùng cho thu.txt.p7s
${EVIDENCE}
${JUDGING}
  --password-env TÊN   biến môi trường chứa mật khẩu của tệp PDF được mã hóa
${COMMON}

${STATUSES}

$ kyso verify hop-dong.signed.pdf --trust goc.pem --crl ca.crl
$ kyso verify hoa-don.signed.xml --vietnam --vietnam-public
$ kyso verify thu.txt.p7s --detached thu.txt --trust goc.pem
`,
  sign: `kyso sign TỆP… --p12 TỆP_KHÓA [tùy chọn]: ký tệp; nội dung sẵn có không bị thay đổi

  --p12 TỆP_KHÓA       khóa và chứng thư số (.p12, .pfx)
  --password-env TÊN   biến môi trường chứa mật khẩu của tệp khóa (nếu không: chương trình sẽ hỏi)
  --format pades|xades|cades
                       nếu bỏ qua: pades cho PDF, xades cho XML, cades cho mọi loại tệp khác
  --level B-B|B-T      không có hoặc có dấu thời gian; có --tsa thì là B-T
  --tsa URL            máy chủ dấu thời gian; nếu có nhiều thì hỏi lần lượt
  --location CHỮ       địa điểm ký
  --out TỆP            tệp đã ký; nếu không: TÊN.signed.pdf hoặc .xml, hoặc TỆP.p7s, bên cạnh tệp gốc
  --out-dir THƯ_MỤC    nơi ghi các tệp đã ký
  --force              cho phép ghi đè tệp đã có

PDF (pades):
  --field TÊN          trường chữ ký: trường trống có sẵn trong tệp, hoặc trường mới
  --reason CHỮ  --contact CHỮ  --name CHỮ
                       lý do, liên hệ, tên người ký ghi trong chữ ký
  --box X,Y,W,H        hiển thị chữ ký: vị trí và kích thước trường mới, tính bằng point (72 point là 1 inch)
                       từ góc dưới bên trái của trang như khi xem. Trường có sẵn trong tệp có vị trí riêng
  --page N             ở trang nào: 1 là trang đầu (nếu bỏ qua), -1 là trang cuối
  --corner top-left|top-right|bottom-left|bottom-right
                       X và Y của khung là khoảng cách tới góc này (trên/dưới, trái/phải)
  --font TỆP           phông TTF hoặc OTF có đủ chữ cái cần viết, kể cả tiếng Việt; được nhúng vào tệp
  --image TỆP          ảnh PNG hoặc JPEG, ví dụ ảnh chữ ký hoặc con dấu
  --text CHỮ           nội dung hiển thị; \\n là xuống dòng. Nếu bỏ qua (và có phông): ai ký, lý do, thời gian
  --certify 1|2|3      là chữ ký đầu tiên, chứng nhận tài liệu. Từ đó được phép: 1 không gì cả, 2 điền biểu
                       mẫu và ký thêm, 3 thêm cả chú thích
  --lock all|include:A,B|exclude:A,B
                       các trường không ai được ký hoặc điền nữa
  --lock-permission 1|2|3
                       cùng với --lock: từ đó cả tài liệu được phép gì, như --certify
  --document-timestamp chỉ đóng dấu thời gian, lấy từ --tsa, không cần khóa; ghi vào TÊN.stamped.pdf
  --document-password-env TÊN
                       biến môi trường chứa mật khẩu của tệp PDF được mã hóa

XML (xades):
  --profile auto|TÊN   ký theo quy tắc của loại hồ sơ (xem dưới), đúng vị trí và đúng phần phải ký
  --unit ĐƯỜNG_DẪN     cùng với --profile: ký hồ sơ nào trong tệp, ví dụ /TDiep/DLieu/HDon[2]
  --other-tax-code     cùng với --profile: vẫn ký dù tài liệu ghi mã số thuế khác cho người ký
  --form xades|xmldsig XAdES, hoặc chữ ký XML thông thường cho các hệ thống không đọc được XAdES
  --packaging enveloped|enveloping|detached|internally-detached
                       chữ ký và tài liệu đặt thế nào với nhau; mặc định là enveloped
  --element TÊN        phần được ký: ID, hoặc đường dẫn như /hoadon/dulieu; dùng nhiều lần; nếu không: cả tệp
  --place TÊN          phần tử chứa chữ ký; nếu không: phần tử gốc
  --add-id             thêm ID cho phần tử được ký mà chưa có ID
  --canonicalization exclusive|inclusive|inclusive11 (mỗi cách có thể thêm -with-comments)
  --signer-role CHỮ    tư cách của người ký; có thể dùng nhiều lần

Mọi loại tệp (cades):
  --attached           đưa tệp vào trong tệp chữ ký (.p7m); nếu không: chữ ký đi kèm tệp (.p7s)
  --detached TỆP       khi thêm chữ ký vào .p7s: tệp đã được ký, nếu tệp đó không nằm cạnh .p7s

Loại hồ sơ: einvoice-seller (hóa đơn, người bán), einvoice-buyer (người mua), einvoice-tax-authority (cơ quan
  thuế), message-envelope (thông điệp), withholding-voucher (chứng từ khấu trừ), tax-return (tờ khai),
  tax-registration (đăng ký thuế), tax-notice, einvoice-notice (thông báo), bhxh-unit, bhxh-ivan (bảo hiểm
  xã hội), health-claim (giám định bảo hiểm y tế), edxml (trục liên thông văn bản)

${COMMON}

Mã thoát: 0 đã ký tất cả, 1 có tệp không ký được, 3 dùng sai lệnh hoặc không đọc, không ghi được tệp.

$ kyso sign hop-dong.pdf --p12 nguoi-ky.p12 --tsa http://tsa.ca.gov.vn --reason 'Phê duyệt'
$ kyso sign hop-dong.pdf --p12 nguoi-ky.p12 --corner bottom-right --box 36,36,180,60 --font font.ttf
$ kyso sign hoa-don.xml --p12 nguoi-ky.p12 --profile auto
$ kyso sign thu.txt --p12 nguoi-ky.p12
`,
  inspect: `kyso inspect TỆP… [tùy chọn]: xem bên trong tệp PDF, XML hoặc CMS có gì, không đánh giá; với PDF
còn cho biết ai đã ký trạng thái nào và giữa các lần lưu có gì thay đổi
kyso inspect TỆP --revision TRƯỜNG [tùy chọn]: ghi ra tệp PDF đúng như khi được ký tại trường đó

  --revision TRƯỜNG    trường của chữ ký, theo tên mà “kyso inspect TỆP” cho biết
  --out TỆP            ghi vào đâu; nếu không: TÊN.TRƯỜNG.pdf bên cạnh tệp gốc
  --force              cho phép ghi đè tệp đã có
  --password-env TÊN   biến môi trường chứa mật khẩu của tệp PDF được mã hóa
${COMMON}

Tệp PDF có bảng tham chiếu chéo bị hỏng được chắp lại trong chừng mực có thể, kèm cảnh báo.
Mã thoát: 0 đọc được bình thường, 1 phải chắp lại, 3 không đọc được.

$ kyso inspect hop-dong.signed.pdf --revision Signature1 --out hop-dong.khi-ky.pdf
`,
  cert: `kyso cert TỆP… [tùy chọn]: kiểm tra chứng thư số; tệp có thể chứa cả các chứng thư số cấp trên
kyso cert THƯ_MỤC… [tùy chọn]: bảng kê mọi chứng thư số trong thư mục và các thư mục con

${EVIDENCE}
${JUDGING}
  --no-revocation      kiểm tra mà không cần biết tình trạng thu hồi (có cảnh báo)
  --csv TỆP            ghi thêm bảng kê dạng CSV
  --html TỆP           ghi thêm bảng kê dạng trang HTML
  --force              cho phép ghi đè tệp đã có
${COMMON}

${STATUSES}

$ kyso cert nguoi-ky.pem --trust goc.pem --untrusted ca.pem --crl ca.crl
$ kyso cert chung-thu-so/ --vietnam --no-revocation --csv bang-ke.csv
`,
  demo: `kyso demo [--out THƯ_MỤC]: tạo chứng thư số, tệp PDF, một hóa đơn (XML) và một tệp văn bản;
ký, kiểm tra, rồi sửa các bản sao để thấy chúng không còn hợp lệ và vì sao

  --out THƯ_MỤC        nơi ghi mọi thứ; mặc định là demo-out
${COMMON}

Mã thoát: 0 mọi kết quả đều đúng, 1 có kết quả không đúng, 3 dùng sai lệnh.
`,
}
