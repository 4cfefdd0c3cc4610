/** What the examples of the docstrings find around them: made once by a lab, at one time, in a folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { attribute, buildSignedAttributes, buildSignedData, CMS_ATTRIBUTE } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest as digestOf } from '../../src/core/hash.ts'
import { preparePdf, readPdf, type SignPdfOptions, signPdf } from '../../src/pades/index.ts'
import type { PdfObject } from '../../src/pdf/index.ts'
import { requestTimestamp } from '../../src/sources/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { x509 } from '../../src/testing/peculiar.ts'
import { gather } from '../../src/verify/gather.ts'
import { verify } from '../../src/verify/index.ts'
import { signVietnamXml } from '../../src/vietnam/index.ts'
import { AUTHORITY_INFO_ACCESS, type Certificate, CRL_DISTRIBUTION_POINTS, parseCertificate, parseCrl, trustAnchor } from '../../src/x509/index.ts'
import { signXml } from '../../src/xades/index.ts'
import { buildPdf, NUMBERS } from '../pdf/encryption/build-pdf.ts'
import { direct } from '../pdf/encryption/helpers.ts'
import { encryptAs, makeEncryption } from '../pdf/encryption/make-encryption.ts'
import { simplePdf } from '../pdf/sample.ts'

/** When the examples run: within the validity of the PKCS #12 fixtures. */
export const NOW = new Date('2027-01-01T00:00:00Z')

const FIXTURES = new URL('../fixtures/pkcs12/', import.meta.url)

/** A PDF whose user password is `secret`, and what opening its encryption takes. */
function makeEncrypted() {
  const made = makeEncryption({ version: 5, revision: 6, user: 'secret', owner: 'owner' })
  const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs('AESV3', made.key, number, 0, bytes)
  return {
    encryptedPdf: buildPdf({ ...made, string: encrypt, stream: encrypt }),
    encrypt: made.dict,
    id0: made.id0,
    resolve: (object: PdfObject | undefined): PdfObject => direct(object),
    ciphertext: encrypt(utf8('Hợp đồng số 7'), NUMBERS.info),
  }
}

/** A person's certificate that says where its state is published, another that was revoked, and the evidence on both. */
async function makeCertificates(lab: Lab) {
  const access = new x509.AuthorityInfoAccessExtension({ ocsp: 'http://ocsp.example' })
  const points = new x509.CRLDistributionPointsExtension(['http://crl.example/ca.crl'])
  const extensions = [
    { oid: AUTHORITY_INFO_ACCESS.oid, value: new Uint8Array(access.value) },
    { oid: CRL_DISTRIBUTION_POINTS.oid, value: new Uint8Array(points.value) },
  ]
  const { signer, certificate: der, privateKey } = await lab.issue({ subject: 'CN=Nguyễn Văn A,O=Công ty Thử nghiệm,C=VN', extensions })
  const lost = await lab.issue()
  lab.revoke(lost.certificate, { reason: 'keyCompromise' })
  const [root, ca] = [lab.root.certificate, lab.ca.certificate]
  return {
    signer,
    privateKey,
    der,
    certificateDer: der,
    certificate: parseCertificate(der),
    revoked: parseCertificate(lost.certificate),
    root,
    rootCertificate: root,
    issuerDer: ca,
    issuer: parseCertificate(ca),
    trust: [trustAnchor(root)],
    crl: await lab.crl(),
    rootCrl: await lab.crl(lab.root),
    ocspResponse: await lab.ocsp(der),
  }
}

/** A detached CMS over a document with a time-stamp on its signature value, and a token over the document itself. */
async function makeCms(lab: Lab, document: Uint8Array, certificate: Certificate, signer: SignPdfOptions['signer']) {
  const crypto = defaultCrypto()
  const digest = await digestOf(crypto, 'SHA-256', document)
  const signedAttributes = await buildSignedAttributes(crypto, { certificate, digest: 'SHA-256', messageDigest: digest, signingTime: NOW })
  const [signature] = await signer.sign([{ toBeSigned: signedAttributes, digest: await digestOf(crypto, 'SHA-256', signedAttributes) }])
  if (!signature) throw new Error('the lab signed nothing')
  const stamp = await requestTimestamp(crypto, lab.tsa.source, 'SHA-256', await digestOf(crypto, 'SHA-256', signature))
  const p7s = buildSignedData({
    certificate,
    certificates: signer.certificates,
    digest: 'SHA-256',
    scheme: { kind: 'ECDSA', digest: 'SHA-256' },
    signedAttributes,
    signature,
    unsignedAttributes: [attribute(CMS_ATTRIBUTE.signatureTimestamp, stamp.bytes)],
  })
  return { digest, signedAttributes, signatureValue: signature, p7s, token: (await requestTimestamp(crypto, lab.tsa.source, 'SHA-256', digest)).bytes }
}

/** A company with a tax code, and documents that it signs. */
async function makeVietnam(lab: Lab) {
  const { signer } = await lab.issue({ subject: 'CN=Công ty Thử nghiệm,0.9.2342.19200300.100.1.1=MST:0100109106,C=VN' })
  const einvoice = utf8('<HDon><DLHDon Id="data"><NDHDon><NBan><MST>0100109106</MST></NBan></NDHDon></DLHDon><DSCKS><NBan></NBan></DSCKS></HDon>')
  const taxReturn = utf8(
    '<HSoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue"><HSoKhaiThue id="NODETOSIGN"><TTinChung/></HSoKhaiThue><CKyDTu></CKyDTu></HSoThueDTu>',
  )
  return { companySigner: signer, einvoice, signedEinvoice: await signVietnamXml(einvoice, { signer }), taxReturn }
}

/** Everything by the names that examples use for it. */
export async function makeWorld() {
  const lab = await Lab.create()
  const certificates = await makeCertificates(lab)
  const { signer, trust, crl, rootCrl, certificate } = certificates
  const pdf = simplePdf()
  const xml = utf8('<invoice><data Id="data"><total>100</total></data><signatures/></invoice>')
  const options: SignPdfOptions = { signer, level: 'B-T', reason: 'Phê duyệt', sources: { timestamp: lab.tsa.source } }
  const signed = await signPdf(pdf, options)
  const prepared = await preparePdf(pdf, { certificates: signer.certificates, algorithm: signer.algorithm, level: 'B-T' })
  const [signature = new Uint8Array()] = await signer.sign([prepared.request])
  const evidence = { anchors: trust, certificates: [], crls: [parseCrl(crl), parseCrl(rootCrl)], ocsp: [] }
  return {
    ...certificates,
    ...makeEncrypted(),
    ...(await makeCms(lab, pdf, certificate, signer)),
    ...(await makeVietnam(lab)),
    lab,
    pdf,
    bytes: pdf,
    // The same page, with something else behind it.
    polyglot: concat([pdf, utf8('<html><script>')]),
    xml,
    invoice: await signXml(xml, { signer, level: 'B-T', sources: { timestamp: lab.tsa.source } }),
    signed,
    options,
    state: prepared.state,
    signature,
    report: await verify(signed, { trust, crls: [crl, rootCrl] }),
    facts: await gather({ crypto: defaultCrypto(), budget: new Budget(), at: NOW }, await readPdf(signed), evidence),
    p12: new Uint8Array(await readFile(new URL('p256.p12', FIXTURES))),
    readFile,
    // What an example shows to somebody is shown to nobody here.
    console: { log: (..._: readonly unknown[]): void => {} },
    process: { stdout: { write: (_: string): boolean => true } },
    alert: (_: string): void => {},
    askForPassword: (): void => {},
  }
}

/** The values of the examples. */
export type World = Awaited<ReturnType<typeof makeWorld>>

/** The files that examples name, in a temporary folder that becomes the working one; gives what ends it. */
export async function enterFolder({ pdf, p7s, signed, root, crl, certificateDer, issuerDer }: World): Promise<() => void> {
  const [before, folder] = [process.cwd(), mkdtempSync(join(tmpdir(), 'kyso-examples-'))]
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'contract.pdf': pdf,
    'letter.pdf': pdf,
    'letter.pdf.p7s': p7s,
    'contract.signed.pdf': signed,
    'root.pem': pem(root, 'CERTIFICATE'),
    'chain.pem': pem(certificateDer, 'CERTIFICATE') + pem(issuerDer, 'CERTIFICATE'),
    'ca.crl': crl,
    'DejaVuSans.ttf': await readFile(new URL('../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', import.meta.url)),
    'ky-so.p12': await readFile(new URL('password-vietnamese.p12', FIXTURES)),
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  process.chdir(folder)
  return () => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  }
}

/** Hosts of the time-stamp servers that examples name. */
const TSA_HOSTS: ReadonlySet<string> = new Set(['tsa.ca.gov.vn', 'tsa.example', 'tsa.example.vn'])

/** Puts the lab's time-stamp authority behind the addresses of the examples, and nothing behind any other. */
export function answerFetch(lab: Lab): void {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit): Promise<Response> => {
    if (!TSA_HOSTS.has(new URL(url).hostname) || !(init.body instanceof Uint8Array)) throw new TypeError(`an example asked ${url}`)
    const answer = await lab.timestamp(init.body)
    return new Response(new Uint8Array(answer), { headers: { 'content-type': 'application/timestamp-reply' } })
  })
}
