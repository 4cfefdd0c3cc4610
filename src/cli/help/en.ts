/** Help pages; the one without a name is that of the command itself. */

const COMMON = `  --json               one JSON object a file, each on a line of standard output
  --lang vi|en         language (otherwise that of the environment)
  --offline            ask no server
  -h, --help           this page`

const EVIDENCE = `  --trust PATH         trusted root (or issuing) certificates; without any, nothing is trusted
  --vietnam            trust the government CA of Vietnam: its roots and issuing CAs, by their keys
  --vietnam-public     trust the national roots of Vietnam and public CAs below them (VNPT, Viettel, FPT, …);
                       LESS SURE: no second, independent source confirms these keys, and the report says so;
                       the list is not complete. May be given along with --vietnam
  --untrusted PATH     further certificates that may stand in between
  --crl PATH           revocation lists (CRL)
  --ocsp PATH          OCSP responses
                       PATH is a file (DER or PEM; certificates also PKCS#7: .p7b) or a folder of such;
                       each may be given several times. Trust is read of folders only from files named
                       .pem .crt .cer .der .p7b .p7c`

const JUDGING = `  --at TIME            judge as of this time, with its zone: 2026-11-22T15:30:00+07:00
  --policy NAME|FILE   baseline (default), legacy (old algorithms allowed), or a JSON file`

const STATUSES = `Exit status: 0 all are valid (TOTAL-PASSED), 1 some are invalid (TOTAL-FAILED), 2 some are undecided
(INDETERMINATE) or there is none, 3 wrong use or a file that cannot be read.`

export const help: Readonly<Record<string, string>> = {
  '': `kyso {version}: signs PDF, XML and any other files, and verifies the signatures in and beside them

  kyso verify FILE…    are the signatures valid?
  kyso sign FILE…      sign
  kyso inspect FILE…   what is in the file
  kyso cert FILE…      is the certificate valid?
  kyso demo            see all of it at work, without network
  kyso help COMMAND    more about a command

Common options:
${COMMON}
  --version

$ kyso sign contract.pdf --p12 signer.p12 --password-env P12_PASSWORD
$ kyso verify contract.signed.pdf --trust root.pem --crl ca.crl
`,
  verify: `kyso verify FILE… [options]: judges every signature of PDF, XML and CMS files (.p7s, .p7m)

  --detached FILE      what was signed, where a signature file does not hold it; may be given several times.
                       Left out, letter.txt is taken for letter.txt.p7s where it stands beside it
${EVIDENCE}
${JUDGING}
  --password-env NAME  environment variable with the password of encrypted files
${COMMON}

${STATUSES}

$ kyso verify contract.signed.pdf --trust root.pem --crl ca.crl
$ kyso verify invoice.signed.xml --vietnam --vietnam-public
$ kyso verify letter.txt.p7s --detached letter.txt --trust root.pem
`,
  sign: `kyso sign FILE… --p12 KEYFILE [options]: signs files; nothing that was in them changes

  --p12 KEYFILE        key and certificate (.p12, .pfx)
  --password-env NAME  environment variable with its password (otherwise you are asked)
  --format pades|xades|cades
                       pades for PDF, xades for XML, cades for all other files when left out
  --level B-B|B-T      without or with a time-stamp; B-T when --tsa is given
  --tsa URL            time-stamp server; several are asked in turn
  --location TEXT      where it was signed
  --out FILE           the signed file; otherwise NAME.signed.pdf or .xml, or FILE.p7s, beside the original
  --out-dir FOLDER     where the signed files go
  --force              overwrite files that exist

PDF (pades):
  --field NAME         signature field: an empty one of the file, or a new one
  --reason TEXT  --contact TEXT  --name TEXT
                       what the signature says of itself
  --box X,Y,W,H        show the signature: place and size of a new field, in points (72 to the inch) from the
                       lower left corner of the page as it is seen. A field of the file has its own place
  --page N             on which page: 1 is the first (when left out), -1 the last
  --corner top-left|top-right|bottom-left|bottom-right
                       X and Y of the box are its distances from this corner
  --font FILE          TTF or OTF with the letters of the text, Vietnamese ones too; embedded
  --image FILE         PNG or JPEG, such as a picture of the signature or the seal
  --text TEXT          what is shown; \\n begins a line. Who, why and when (if there is a font) when left out
  --certify 1|2|3      as the first signature, certify the document. Permitted from then on: 1 nothing,
                       2 filling in the form and signing, 3 annotations too
  --lock all|include:A,B|exclude:A,B
                       fields that nobody may sign or fill in any more
  --lock-permission 1|2|3
                       with --lock: what the whole document permits from then on, as with --certify
  --document-timestamp a time-stamp alone, from --tsa and without a key; NAME.stamped.pdf
  --document-password-env NAME
                       environment variable with the password of an encrypted file

XML (xades):
  --profile auto|NAME  by the rules of a kind of document of Vietnam (below), at its place and over its parts
  --unit PATH          with --profile: which document of the file, as /TDiep/DLieu/HDon[2]
  --other-tax-code     with --profile: sign though the document states another tax code for the signer
  --form xades|xmldsig XAdES, or a plain XML signature for systems that know no XAdES
  --packaging enveloped|enveloping|detached|internally-detached
                       where document and signature are to each other; enveloped when left out
  --element NAME       what is signed: an ID, or a path as /invoice/data; several times; else the document
  --place NAME         the element that the signature goes into; else the document element
  --add-id             give elements that are signed an ID where they have none
  --canonicalization exclusive|inclusive|inclusive11 (each also with -with-comments)
  --signer-role TEXT   as what somebody signs; may be given several times

Any file (cades):
  --attached           put the file into the signature file (.p7m); beside it (.p7s) when left out
  --detached FILE      to add a signature to a .p7s: what it is over, where that does not stand beside it

Profiles: einvoice-seller, einvoice-buyer, einvoice-tax-authority, message-envelope, withholding-voucher,
  tax-return, tax-registration, tax-notice, einvoice-notice, bhxh-unit, bhxh-ivan, health-claim, edxml

${COMMON}

Exit status: 0 all were signed, 1 some could not be, 3 wrong use or a file that cannot be read or written.

$ kyso sign contract.pdf --p12 signer.p12 --tsa http://tsa.ca.gov.vn --reason Approved
$ kyso sign contract.pdf --p12 signer.p12 --corner bottom-right --box 36,36,180,60 --font font.ttf
$ kyso sign invoice.xml --p12 signer.p12 --profile auto
$ kyso sign letter.txt --p12 signer.p12
`,
  inspect: `kyso inspect FILE… [options]: shows what is in a PDF, XML or CMS file, without judging it; of a PDF
its story: who signed which state, and what was changed in between
kyso inspect FILE --revision FIELD [options]: writes the PDF as it was signed in that field

  --revision FIELD     the field of the signature, as “kyso inspect FILE” names it
  --out FILE           where to; otherwise NAME.FIELD.pdf beside the original
  --force              overwrite a file that exists
  --password-env NAME  environment variable with the password of encrypted files
${COMMON}

A PDF whose cross-reference is broken is pieced together as far as possible, with a warning.
Exit status: 0 read in order, 1 pieced together, 3 not readable.

$ kyso inspect contract.signed.pdf --revision Signature1 --out contract.as-signed.pdf
`,
  cert: `kyso cert FILE… [options]: judges certificates; a file may hold the certificates above it, too
kyso cert FOLDER… [options]: a table of all certificates in folders and the folders below

${EVIDENCE}
${JUDGING}
  --no-revocation      judge without knowing about revocation (this is told)
  --csv FILE           write the table as CSV, too
  --html FILE          write the table as an HTML page, too
  --force              overwrite files that exist
${COMMON}

${STATUSES}

$ kyso cert signer.pem --trust root.pem --untrusted ca.pem --crl ca.crl
$ kyso cert certificates/ --vietnam --no-revocation --csv certificates.csv
`,
  demo: `kyso demo [--out FOLDER]: makes certificates, PDFs, an invoice (XML) and a text file; signs them,
verifies them, tampers with copies and shows that those fail, and why

  --out FOLDER         where everything is written; demo-out when left out
${COMMON}

Exit status: 0 every verdict is as it must be, 1 some are not, 3 wrong use.
`,
}
