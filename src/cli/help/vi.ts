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
  '': `kyso {version}: ký số tệp PDF và kiểm tra chữ ký số trong tệp

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
  verify: `kyso verify TỆP… [tùy chọn]: kiểm tra mọi chữ ký trong tệp PDF

${EVIDENCE}
${JUDGING}
  --password-env TÊN   biến môi trường chứa mật khẩu của tệp PDF được mã hóa
${COMMON}

${STATUSES}

$ kyso verify hop-dong.signed.pdf --trust goc.pem --crl ca.crl
`,
  sign: `kyso sign TỆP… --p12 TỆP_KHÓA [tùy chọn]: ký tệp PDF; nội dung sẵn có không bị thay đổi

  --p12 TỆP_KHÓA       khóa và chứng thư số (.p12, .pfx)
  --password-env TÊN   biến môi trường chứa mật khẩu của tệp khóa (nếu không: chương trình sẽ hỏi)
  --level B-B|B-T      không có hoặc có dấu thời gian; có --tsa thì là B-T
  --tsa URL            máy chủ dấu thời gian; nếu có nhiều thì hỏi lần lượt
  --format pades       hiện chỉ có dạng này
  --field TÊN          trường chữ ký: trường trống có sẵn trong tệp, hoặc trường mới
  --reason CHỮ  --location CHỮ  --contact CHỮ  --name CHỮ
                       lý do, địa điểm, liên hệ, tên người ký ghi trong chữ ký
  --document-password-env TÊN
                       biến môi trường chứa mật khẩu của tệp PDF được mã hóa
  --out TỆP            tệp đã ký; nếu không: TÊN.signed.pdf bên cạnh tệp gốc
  --out-dir THƯ_MỤC    nơi ghi các tệp đã ký
  --force              cho phép ghi đè tệp đã có
${COMMON}

Mã thoát: 0 đã ký tất cả, 1 có tệp không ký được, 3 dùng sai lệnh hoặc không đọc, không ghi được tệp.

$ kyso sign hop-dong.pdf --p12 nguoi-ky.p12 --tsa http://tsa.ca.gov.vn --reason 'Phê duyệt'
`,
  inspect: `kyso inspect TỆP… [tùy chọn]: xem bên trong tệp PDF có gì, không đánh giá

  --password-env TÊN   biến môi trường chứa mật khẩu của tệp PDF được mã hóa
${COMMON}

Tệp có bảng tham chiếu chéo bị hỏng được chắp lại trong chừng mực có thể, kèm cảnh báo.
Mã thoát: 0 đọc được bình thường, 1 phải chắp lại, 3 không đọc được.
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
  demo: `kyso demo [--out THƯ_MỤC]: tạo chứng thư số và một tệp PDF, ký, kiểm tra, rồi thử sửa các bản sao

  --out THƯ_MỤC        nơi ghi mọi thứ; mặc định là demo-out
${COMMON}

Mã thoát: 0 mọi kết quả đều đúng, 1 có kết quả không đúng, 3 dùng sai lệnh.
`,
}
