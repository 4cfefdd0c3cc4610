/**
 * The English texts. Every text of an error or a finding says what is wrong and what to do next, in words for people who use
 * documents, not formats. For placeholders see `format` in `../messages.ts`.
 */
import type { ErrorCode } from '../errors.ts'
import { changes } from './en/changes.ts'
import { command } from './en/command.ts'
import { findings } from './en/findings.ts'
import { oddities } from './en/oddities.ts'
import { report } from './en/report.ts'
import { signing } from './en/signing.ts'
import { values } from './en/values.ts'
import { vietnamXml } from './en/vietnam-xml.ts'

/** One text for each error code: one that is missing is an error of the compiler. */
const errors: Readonly<Record<ErrorCode, string>> = {
  ERR_ARGUMENT: 'The program that uses kyso handed over something that cannot be used[ ({argument})]. Report this to whoever maintains that program.',
  ERR_SOURCE_CHANGED: 'The file[ {path}] changed while it was being read. Wait until no other program writes to it, then try again.',
  ERR_BUDGET_EXCEEDED:
    'The file asks for more work than is allowed[ ({kind:limit}, at most {limit:number})]. It may be damaged, or made to overload programs. Find out where it comes from before you open it.',
  ERR_ALGORITHM_UNSUPPORTED: 'The algorithm[ {algorithm}] is not supported. Use a key and a file with a usual one, such as RSA or ECDSA with SHA-256.',
  ERR_KEY_INVALID:
    'The key cannot be used: it is damaged, of a size that is not allowed, or not meant for signing. Ask your certificate authority for a new one.',
  ERR_SIGNATURE_MALFORMED: 'The signature is not built as its algorithm demands. Have the document signed again, with another program if it happens again.',
  ERR_ABORTED: 'Stopped as you asked. Nothing was written; start again when you are ready.',
  ERR_ASN1_TRUNCATED: 'The data ends too early: part of it is missing. Get the file again from where it comes from.',
  ERR_ASN1_SYNTAX: 'The data is damaged or is something else than expected. Get the file again from where it comes from.',
  ERR_ASN1_NOT_DER: 'The data is not written in the strict form (DER) that is required here. Have it made again by another program.',
  ERR_ASN1_UNEXPECTED: 'The data holds something else than expected. Check that you chose the right file.',
  ERR_ASN1_VALUE: 'The data holds a value that cannot be, such as an impossible date. Have it made again.',
  ERR_CERTIFICATE_SYNTAX:
    'This is no certificate, revocation list (CRL) or OCSP response, or a damaged one[: {path}]. Get it again from its issuer, as a DER or PEM file.',
  ERR_TRUST_FILE:
    'There is nothing in the file[ {path}] that can be used[ as {purpose:purpose}]. Give a file in DER or PEM form (of certificates also PKCS#7: .p7b), or a folder of such files.',
  ERR_TRUST_NOT_CA:
    'The certificate of {subject:name}[ in {path}] is a person’s or a server’s and not an authority’s, so nothing else can be trusted by it. Give the certificate of the authority that issued it.',
  ERR_CMS_SYNTAX: 'The signature data (CMS) is damaged or of another kind. Have the document signed again.',
  ERR_CMS_MIME:
    'This is a signed e-mail (S/MIME), not a signature file. Save the message’s attachments from your mail program, then verify the .p7s or .p7m file.',
  ERR_CMS_CONTENT: 'The file that the existing signatures are over {why:content}. Give the file that was signed, unchanged.',
  ERR_CMS_ARCHIVED:
    'The signatures in the file are sealed by an archive time-stamp of an old kind, which adding anything would break. Sign the original document in a file of its own.',
  ERR_TSP_SYNTAX: 'What the time-stamp authority sent[ ({host})] is no time-stamp. Try again; if that does not help, use another authority.',
  ERR_TSP_MISMATCH: 'The time-stamp that came[ from {host}] is for another request than yours. Do not use it; try again, or use another time-stamp authority.',
  ERR_TSA_HTTP:
    'The time-stamp server[ {host}] gave no time-stamp[: {reason:tsa}][ (HTTP {status})]. Check its address and your access to it, or use another one.',
  ERR_TSA_TIMEOUT: 'The time-stamp server[ {host}] did not answer[ within {seconds} seconds]. Try again later, or use another one.',
  ERR_TSA_UNREACHABLE: 'The time-stamp server[ {host}] cannot be reached[ ({reason})]. Check the network and the address.',
  ERR_TSA_REFUSED: 'The time-stamp authority[ {host}] gave no time-stamp[: {text}][ ({failure})]. Ask it for the reason, or use another one.',
  ERR_TSA_MISSING: 'This level needs a time-stamp, and no time-stamp server was named. Name one (--tsa URL), or sign at level B-B.',
  ERR_XMLDSIG_SYNTAX: 'The XML signature is not built as it must be. Do not rely on it; ask the signer for the original file, or have it signed again.',
  ERR_XMLDSIG_REFERENCE:
    'What the XML signature refers to[ ({uri})] cannot be found or read without doubt. Ask the signer for the complete original, or have it signed again.',
  ERR_XML_REFERENCE: 'What is to be signed[ ({what})] cannot be signed so: {why:xmlReference}',
  ERR_XML_PLACE: 'The signature cannot stand at that place[ ({what})]: it has to be inside the document element. Choose another place.',
  ERR_XML_SIGNATURE_BROKEN:
    'Signing here would break the signature[ {id}] that is in the file already. Put the new one at a place that the first does not cover, counter-sign the first, or sign with packaging “enveloping” or “detached”.',
  ERR_XML_SYNTAX:
    'The XML file is damaged or not well-formed[ (line {line:number}, column {column:number})]. Get it again from where it comes from, or have it made again.',
  ERR_XML_ENCODING:
    'The text encoding of the XML file[ ({encoding})] cannot be used, or the file does not keep to it. Have the file made again in UTF-8 before it is signed.',
  ERR_XML_NAMESPACE:
    'The XML file uses namespaces wrongly[ (line {line:number}, column {column:number})]. Have it made again by a program that writes correct XML.',
  ERR_XML_ENTITY:
    'The XML file refers to something that is not in it or must not be followed[ (entity “{name}”, line {line:number})]. Do not trust it before you know where it comes from; ask for a file without a document type (DOCTYPE).',
  ERR_PDF_HEADER: 'This is no PDF file: it does not begin like one. Check that you chose the right file.',
  ERR_PDF_SYNTAX: 'The PDF is damaged[ at byte {offset:number}]. Get the file again; to see what is in it, run “kyso inspect”.',
  ERR_PDF_XREF:
    'The PDF’s table of contents (cross-reference) is broken[ at byte {offset:number}], so what it shows cannot be told for certain. Get the file again; to see what is in it, run “kyso inspect”.',
  ERR_PDF_ENCRYPTION_UNSUPPORTED: 'The PDF is encrypted in a way that is not supported[ ({handler})]. Ask for a copy without it, or with a password only.',
  ERR_PDF_ENCRYPTION_INVALID: 'The PDF’s encryption data is damaged. Get the file again.',
  ERR_PDF_PASSWORD: 'The PDF is protected by a password, and {given:password}. Give the right one (--password-env, or --document-password-env when signing).',
  ERR_PDF_FILTER: 'Compressed data in the PDF cannot be read[ ({filter})]. Get the file again.',
  ERR_PDF_STRUCTURE:
    'The PDF is not built as it must be[ (object {object})]: its pages cannot be found for certain. Save it again as a new file in the program that made it.',
  ERR_PDF_PERMISSION:
    'The author of the PDF does not allow it to be signed. Open it with the owner’s password, or ask the author for a copy that may be signed.',
  ERR_PDF_CERTIFIED: 'An earlier signature of the PDF certifies it and allows no further ones. Ask that signer for a copy that may be signed.',
  ERR_PDF_FIELD: 'The field[ “{field}”] cannot be used: {why:fieldProblem} See the fields with “kyso inspect”.',
  ERR_PDF_FIELD_VALUE: 'The form field[ “{field}”] cannot take this value: {why:fieldValue}',
  ERR_PDF_FIELD_TEXT:
    'The text cannot be shown in the form field[ “{field}”][; the letter is {character}]: {why:fieldText} Give a font that has all its letters, to be embedded.',
  ERR_PDF_LOCKED:
    'A signature[ in the field “{field}”] does not allow this change of the PDF[: it locks “{locked}”]. Ask that signer for a copy that may be changed, or make the change before it is signed.',
  ERR_PDF_COVERAGE:
    'The signature[ in the field “{field}”] does not cover the whole file as it was when signed, so nobody can say which document it is over. Ask the signer for the original file.',
  ERR_PDF_CERTIFY_FIRST:
    'Only the first signature of a document can certify it, and this one is signed already[ (field “{field}”)]. Sign without certifying, or certify a copy without signatures.',
  ERR_PDF_PLACEMENT: 'The signature cannot be shown there[ (page {page})]: {why:placementProblem}',
  ERR_PDF_SEED_VALUE: 'Whoever made the field[ “{field}”] asks for another signature than this: {entry:seedValue}[ Asked for: {wanted}.][ See: {url}]',
  ERR_PDF_SIGNATURE_BROKEN: 'The PDF holds a signature that is broken, and signing on top of it would hide that. Ask for a copy that is in order.',
  ERR_APPEARANCE_TEXT: 'The text of the signature’s appearance cannot be drawn[ ({characters})]: {why:appearanceText}',
  ERR_APPEARANCE_FONT: 'The font for the signature’s appearance cannot be used: {why:appearanceFont}',
  ERR_APPEARANCE_IMAGE: 'The image for the signature’s appearance cannot be used: {why:appearanceImage}',
  ERR_APPEARANCE_PDFA: 'The document is a PDF/A, which the signature’s appearance would break: {why:appearancePdfa}',
  ERR_APPEARANCE_ROOM:
    'The text does not fit into the box of {width:number} by {height:number} points, even in the smallest letters. Make the box larger or the text shorter.',
  ERR_PLACEHOLDER_TOO_SMALL: 'The room kept for the signature is too small[: {needed:number} bytes are needed]. Sign again with more room.',
  ERR_STATE_INVALID: 'The saved state of a signature that was begun is damaged or from another version. Begin the signature anew.',
  ERR_STATE_MISMATCH: 'The document is not the one for which this signature was begun, or it was changed since. Use the original, or begin the signature anew.',
  ERR_SIGNATURE_MISMATCH:
    'The signature value was not made by the key of this certificate over this document. Nothing was written. Check which key and certificate are used.',
  ERR_SIGNER_CERTIFICATE: 'The signer’s certificate cannot be used for this[: {detail}]. Choose another certificate.',
  ERR_SIGNER_CANCELLED: 'Signing was cancelled where the key is. Nothing was written; start again when you are ready.',
  ERR_PKCS12_SYNTAX: 'The key file (.p12, .pfx) is damaged or is something else. Export it again from where the key is kept.',
  ERR_PKCS12_PASSWORD: 'The password of the key file (.p12, .pfx) is wrong. Check capital letters and the keyboard (Vietnamese input), then try again.',
  ERR_PKCS12_NO_KEY: 'The key file (.p12, .pfx) holds no key with a certificate that may sign. Export the certificate together with its private key.',
  ERR_PKCS12_UNSUPPORTED:
    'The key file (.p12, .pfx) is protected in a way that is not supported[ ({algorithm})]. Export it again with the usual settings (AES-256).',
  ERR_C14N_NAMESPACE:
    'The XML declares the relative namespace “{namespace}”, which canonicalisation forbids, so that no signature over it can be checked or made. Have it written with an absolute one (http://…, urn:…).',
  ERR_XPATH_SYNTAX:
    'The signature chooses what it covers by an XPath expression that is wrong[ (character {offset:number})], so that nobody can say what was signed. Ask the signer to sign again with another program.',
  ERR_XPATH_UNSUPPORTED:
    'The signature chooses what it covers by an XPath expression that asks for something not supported here[ ({reason})], so that it cannot be checked. Have it checked with another program, or signed again without XPath.',
  ERR_POLICY:
    'The policy[ “{name}”] cannot be used[; look at: {member}][; known by name are: {known}]. Correct it, or choose one of the policies that are built in.',
  ERR_VN_PROFILE: 'How this document ({root}) is to be signed cannot be told: {why:vnProfileProblem}[ Found: {profiles}.]',
  ERR_VN_PLACE: 'The document has no place for this signature[ ({place})]: {why:vnPlaceProblem}',
  ERR_VN_REFERENCE: 'What has to be signed[ ({element})] cannot be: {why:vnReferenceProblem}',
  ERR_VN_TAX_CODE:
    'The document states the tax code {document} for the signer, but the certificate[ is for {certificate} and] does not bear it. Choose the right certificate; where the signature is meant so, allow another tax code.',
  ERR_FILE_READ: 'The file[ {path}] cannot be read[: {reason:file}]. Check its name, its place and your rights.',
  ERR_FILE_WRITE: 'The file[ {path}] cannot be written[: {reason:file}]. Check the folder, the free space and your rights.',
  ERR_FILE_EXISTS: 'The file[ {path}] exists already and is not overwritten. Choose another name (--out), or allow it with --force.',
  ERR_FORMAT_UNKNOWN: 'This kind of file is not known; PDF, XML and signature files (CMS: .p7s, .p7m) are. Check that you chose the right file.',
  ERR_USAGE: '[{problem:usage}] [See “kyso help {command}”.]',
}

/** Every text by its key. */
export const en = { ...errors, ...values, ...findings, ...changes, ...oddities, ...report, ...signing, ...command, ...vietnamXml }

/** A key of the catalogues. */
export type MessageKey = keyof typeof en
