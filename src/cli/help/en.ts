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
  '': `kyso {version}: signs PDF files and verifies the signatures in them

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
  verify: `kyso verify FILE… [options]: judges every signature of PDF files

${EVIDENCE}
${JUDGING}
  --password-env NAME  environment variable with the password of encrypted files
${COMMON}

${STATUSES}

$ kyso verify contract.signed.pdf --trust root.pem --crl ca.crl
`,
  sign: `kyso sign FILE… --p12 KEYFILE [options]: signs PDF files; nothing that was in them changes

  --p12 KEYFILE        key and certificate (.p12, .pfx)
  --password-env NAME  environment variable with its password (otherwise you are asked)
  --level B-B|B-T      without or with a time-stamp; B-T when --tsa is given
  --tsa URL            time-stamp server; several are asked in turn
  --format pades       the only one so far
  --field NAME         signature field: an empty one of the file, or a new one
  --reason TEXT  --location TEXT  --contact TEXT  --name TEXT
                       what the signature says of itself
  --document-password-env NAME
                       environment variable with the password of an encrypted file
  --out FILE           the signed file; otherwise NAME.signed.pdf beside the original
  --out-dir FOLDER     where the signed files go
  --force              overwrite files that exist
${COMMON}

Exit status: 0 all were signed, 1 some could not be, 3 wrong use or a file that cannot be read or written.

$ kyso sign contract.pdf --p12 signer.p12 --tsa http://tsa.ca.gov.vn --reason Approved
`,
  inspect: `kyso inspect FILE… [options]: shows what is in a PDF, without judging it

  --password-env NAME  environment variable with the password of encrypted files
${COMMON}

A file whose cross-reference is broken is pieced together as far as possible, with a warning.
Exit status: 0 read in order, 1 pieced together, 3 not readable.
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
  demo: `kyso demo [--out FOLDER]: makes certificates and a PDF, signs it, verifies it, tampers with copies

  --out FOLDER         where everything is written; demo-out when left out
${COMMON}

Exit status: 0 every verdict is as it must be, 1 some are not, 3 wrong use.
`,
}
