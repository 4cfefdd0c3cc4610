/** XML signatures that kyso makes: every option, and that nothing else of the document changes. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, equal, fromUtf8, indexOf, utf8 } from '../../src/core/bytes.ts'
import { explain, KysoError } from '../../src/index.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { nameToString, parseCertificate } from '../../src/x509/index.ts'
import { counterSignXml, readXml, type SignXmlOptions, signXml } from '../../src/xades/index.ts'
import { checked, DOCUMENTS, SAMPLE, utf16 } from '../support/xades.ts'
import { type LabSetting, NOW, setting, summary } from '../verify/lab-pdf.ts'

let made: LabSetting
let rsa: LabIdentity
beforeAll(async () => {
  made = await setting()
  rsa = await made.lab.issue({ algorithm: 'RSA-2048', subject: 'UID=MST:0100109106,CN=Trần Văn B,O=Công ty,L=Ba Đình,ST=Hà Nội,C=VN' })
})

const options = <T extends object>(more: T = {} as T): SignXmlOptions & T => ({
  signer: made.signer.signer,
  signingTime: NOW,
  sources: { timestamp: made.lab.tsa.source },
  ...more,
})
const sign = (document: Uint8Array | string, more: Partial<SignXmlOptions> = {}): Promise<Uint8Array> =>
  signXml(typeof document === 'string' ? utf8(document) : document, options(more))
const text = (bytes: Uint8Array): string => fromUtf8(bytes) ?? ''
const signedText = async (document: Uint8Array | string, more: Partial<SignXmlOptions> = {}): Promise<string> => text(await sign(document, more))
const intact = async (file: Uint8Array | string, contents = {}): Promise<boolean[]> =>
  (await checked(typeof file === 'string' ? utf8(file) : file, contents)).map((one) => one.intact)

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (!(error instanceof KysoError)) throw error
    expect(await explain(error, 'en')).not.toContain('(unknown)')
    expect(await explain(error, 'vi')).not.toContain('(không rõ)')
    return error.data.why === undefined ? error.code : `${error.code} ${error.data.why}`
  }
}

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const INVOICE = '<HDon><DLHDon Id="data"><MST>0100109106</MST></DLHDon><DSCKS><NBan/><NMua></NMua></DSCKS></HDon>'

describe('where the signature goes', () => {
  it('is the last child of the document element when nothing is said, over everything but signatures', async () => {
    const file = await signedText(SAMPLE)
    expect(file).toMatch(
      /^<\?xml version='1\.0' encoding="UTF-8" standalone='no'\?>\n<TDiep[\s\S]*<Cuoi a="&#9;x"><\/Cuoi>\n<ds:Signature [\s\S]*<\/ds:Signature><\/TDiep>\n$/,
    )
    expect(file).toContain(
      'URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>',
    )
    expect(await intact(file)).toEqual([true])
  })

  it.each([
    ['/HDon/DSCKS/NBan', 'lastChild', '<NBan><ds:Signature', '</ds:Signature></NBan><NMua>'],
    ['/HDon/DSCKS/NMua', 'lastChild', '<NMua><ds:Signature', '</ds:Signature></NMua>'],
    ['/HDon/DSCKS', 'firstChild', '<DSCKS><ds:Signature', '</ds:Signature><NBan/>'],
    ['data', 'after', '</DLHDon><ds:Signature', '</ds:Signature><DSCKS>'],
    ['#data', 'before', '<HDon><ds:Signature', '</ds:Signature><DLHDon'],
    ['//NMua', 'before', '<NBan/><ds:Signature', '</ds:Signature><NMua>'],
  ] as const)('%s %s', async (element, where, before, after) => {
    const file = await signedText(INVOICE, { place: { element, where }, references: [{ element: 'data' }] })
    expect(file).toContain(before)
    expect(file).toContain(after)
    expect(file).toContain('URI="#data"')
    expect(await intact(file)).toEqual([true])
  })

  it('opens a self-closing document element', async () => {
    const file = await signedText('<a x="1" />')
    expect(file).toMatch(/^<a x="1" ><ds:Signature .*<\/ds:Signature><\/a>$/)
    expect(await intact(file)).toEqual([true])
  })

  it('is refused beside the document element and where nothing is', async () => {
    expect(await codeOf(sign(INVOICE, { place: { element: '/HDon', where: 'after' } }))).toBe('ERR_XML_PLACE')
    expect(await codeOf(sign(INVOICE, { place: { element: '/HDon/X' } }))).toBe('ERR_XML_REFERENCE notFound')
    expect(await codeOf(sign(INVOICE, { place: { element: 'nothing' } }))).toBe('ERR_XML_REFERENCE notFound')
    expect(await codeOf(sign('<a><b/><b/></a>', { place: { element: '/a/b' } }))).toBe('ERR_XML_REFERENCE several')
    expect(await codeOf(sign('<a><b/><b/></a>', { place: { element: '//b' } }))).toBe('ERR_XML_REFERENCE several')
    expect(await codeOf(sign('<a><b/><b/></a>', { place: { element: '/a/b[2]' } }))).toBe('none')
  })
})

describe('what is signed', () => {
  it('leaves signatures out of what holds them, and nothing out of what does not', async () => {
    const inside = await signedText(INVOICE, { references: [{ element: '/HDon/DLHDon' }], place: { element: 'data' }, enveloped: 'enveloped-signature' })
    expect(inside).toContain('URI="#data"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"')
    const beside = await signedText(INVOICE, { references: [{ element: '/HDon/DLHDon' }] })
    expect(beside).toContain('URI="#data"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">')
    expect(await intact(inside)).toEqual([true])
    expect(await intact(beside)).toEqual([true])
  })

  it('writes no Transforms for an empty list, and any others as asked', async () => {
    const none = await signedText(INVOICE, { form: 'xmldsig', references: [{ uri: '#data', transforms: [] }] })
    expect(none).toContain('<ds:Reference URI="#data"><ds:DigestMethod')
    const others = await signedText('<h:a xmlns:h="urn:h"><h:b Id="x"><h:c/><d/></h:b></h:a>', {
      references: [
        { element: 'x', transforms: [{ xpath: 'not(self::p:c)', namespaces: { p: 'urn:h' } }, 'inclusive11-with-comments'], type: 'urn:type', id: 'first' },
        {
          uri: '',
          transforms: [
            { filter: 'subtract', xpath: '//s:Signature', namespaces: { s: 'http://www.w3.org/2000/09/xmldsig#' } },
            { canonicalization: 'exclusive', inclusivePrefixes: ['h', '#default'] },
          ],
        },
      ],
      digestAlgorithm: 'SHA-512',
    })
    expect(others).toContain('<ds:Reference Id="first" Type="urn:type" URI="#x">')
    expect(others).toContain('<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="h #default">')
    expect(others.match(/DigestMethod Algorithm="http:\/\/www.w3.org\/2001\/04\/xmlenc#sha512"/g)).toHaveLength(4)
    expect(await intact(none)).toEqual([true])
    expect(await intact(others)).toEqual([true])
  })

  it('puts an ID in only where that is allowed', async () => {
    expect(await codeOf(sign(INVOICE, { references: [{ element: '/HDon/DSCKS' }] }))).toBe('ERR_XML_REFERENCE noId')
    // The second reference would hold the signature.
    const twice: Partial<SignXmlOptions> = { references: [{ element: '/HDon/DSCKS/NBan' }, { element: '//NBan', transforms: [] }], addId: true }
    expect(await codeOf(sign(INVOICE, { ...twice, place: { element: '//NBan' } }))).toBe('ERR_XML_REFERENCE self')
    expect(await intact(await sign(INVOICE, twice))).toEqual([true])
    const added = await signedText(INVOICE, { references: [{ element: '/HDon/DSCKS/NBan' }], addId: true, place: { element: '//NBan' } })
    const [, id] = /<NBan Id="(id-[0-9a-f]{32})"><ds:Signature/.exec(added) ?? []
    expect(added).toContain(`URI="#${id}"`)
    expect(await intact(added)).toEqual([true])
  })

  it('refuses an ID of two elements, what is not there, and itself', async () => {
    expect(await codeOf(sign('<a><b Id="x"/><c id="x"/></a>', { references: [{ element: 'x' }] }))).toBe('ERR_XML_REFERENCE duplicateId')
    expect(await codeOf(sign('<a><b Id="x"/><c id="x"/></a>', { references: [{ element: '/a/c' }] }))).toBe('ERR_XML_REFERENCE duplicateId')
    expect(await codeOf(sign(INVOICE, { references: [{ uri: '#none' }] }))).toBe('ERR_XML_REFERENCE notFound')
    expect(await codeOf(sign(INVOICE, { references: [{ uri: '', transforms: [] }] }))).toBe('ERR_XML_REFERENCE self')
    expect(await codeOf(sign(INVOICE, { references: [{ uri: 'other.xml' }] }))).toBe('ERR_XML_REFERENCE content')
    expect(await codeOf(sign(INVOICE, { references: [{}] }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(INVOICE, { references: [] }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign('no XML'))).toBe('ERR_XML_SYNTAX outside')
  })

  it('takes the document by its path too', async () => {
    expect(await signedText(INVOICE, { references: [{ element: '/' }] })).toContain('URI=""')
  })

  it('signs content outside beside the document', async () => {
    const other = utf8('phụ lục')
    const file = await sign(INVOICE, { references: [{ uri: '' }, { uri: 'annex.txt', content: other, mimeType: 'text/plain' }] })
    expect(await intact(file, { 'annex.txt': other })).toEqual([true])
    expect(await intact(file, { 'annex.txt': utf8('khác') })).toEqual([false])
    expect(text(file)).toContain('<xades:MimeType>text/plain</xades:MimeType>')
  })
})

describe('packagings', () => {
  const plain = utf8('no XML at all \u0000')

  it('enveloping: XML as XML, all else in base64', async () => {
    const xml = await signedText(DOCUMENTS.BOM, { packaging: 'enveloping' })
    expect(xml).toContain(`MimeType="text/xml"><TDiep xmlns="urn:test:thue"`)
    const other = await signedText(plain, { packaging: 'enveloping', mimeType: 'application/x-test' })
    expect(other).toContain(
      `MimeType="application/x-test" Encoding="http://www.w3.org/2000/09/xmldsig#base64">${btoa(String.fromCharCode(...plain))}</ds:Object>`,
    )
    expect(await intact(xml)).toEqual([true])
    expect(await intact(other)).toEqual([true])
    expect(await signedText('<a/>', { packaging: 'enveloping', embed: 'base64' })).toContain('>PGEvPg==</ds:Object>')
    expect(await codeOf(sign(plain, { packaging: 'enveloping', embed: 'xml' }))).toBe('ERR_ARGUMENT')
  })

  it.each(['<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', '<!-- before --><a/>', '<a/><?after?>'])(
    'enveloping %s: what would lose its meaning goes in base64',
    async (xml) => {
      const file = await signedText(xml, { packaging: 'enveloping' })
      expect(file).toContain('Encoding="http://www.w3.org/2000/09/xmldsig#base64"')
      expect(await intact(file)).toEqual([true])
    },
  )

  it('enveloping with a default namespace does not give it to the document', async () => {
    expect(await signedText('<a/>', { packaging: 'enveloping', prefix: '' })).toContain('>PGEvPg==</Object>')
    const own = await signedText('<a xmlns=""/>', { packaging: 'enveloping', prefix: '' })
    expect(own).toContain('><a xmlns=""/></Object>')
    expect(await intact(own)).toEqual([true])
  })

  it('detached: a file of its own, which names the document', async () => {
    const file = await sign(plain, { packaging: 'detached', fileName: 'hồ sơ/số 1.bin' })
    const uri = 'h%E1%BB%93%20s%C6%A1/s%E1%BB%91%201.bin'
    expect(text(file)).toContain(`URI="${uri}"><ds:DigestMethod`)
    expect(await intact(file, { [uri]: plain })).toEqual([true])
    expect(await intact(file, { [uri]: utf8('other') })).toEqual([false])
    expect(await codeOf(sign(plain, { packaging: 'detached' }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(plain, { packaging: 'detached', fileName: 'a', references: [{ element: 'x' }] }))).toBe('ERR_XML_REFERENCE notFound')
    expect(await codeOf(sign(plain, { packaging: 'detached', fileName: 'a', references: [{ uri: 'b' }] }))).toBe('ERR_XML_REFERENCE content')
  })

  it('internally detached: a wrapper, to which later signatures are added', async () => {
    for (const document of [plain, DOCUMENTS.CRLF]) {
      let file = await sign(document, { packaging: 'internally-detached' })
      expect(text(file)).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<SignedDocument><Content Id="content-/)
      file = await sign(file, { packaging: 'internally-detached', level: 'B-T' })
      expect(await intact(file)).toEqual([true, true])
      expect(text(file).match(/<Content /g)).toHaveLength(1)
    }
  })

  it('internally detached: nothing stands in a wrapper unsigned', async () => {
    const wrapper = text(await sign('<a/>', { packaging: 'internally-detached' }))
    for (const forged of [
      wrapper.replace('</Content>', '</Content><more/>'),
      wrapper.replace('</Content>', '</Content>more'),
      wrapper.replace('<SignedDocument>', '<SignedDocument more="1">'),
      wrapper.replace('<SignedDocument>', '<SignedDocument><more/>'),
    ]) {
      const file = await signedText(forged, { packaging: 'internally-detached' })
      expect(file.match(/<SignedDocument/g)).toHaveLength(2)
      expect(await intact(file)).toEqual([true, true])
    }
  })

  it('internally detached: beside an element of the document', async () => {
    const file = await signedText(INVOICE, { packaging: 'internally-detached', references: [{ element: 'data' }] })
    expect(file).toMatch(/<\/DSCKS><ds:Signature/)
    expect(await intact(file)).toEqual([true])
    expect(await codeOf(sign(INVOICE, { packaging: 'internally-detached', references: [{ element: 'data' }], place: { element: 'data' } }))).toBe(
      'ERR_XML_REFERENCE place',
    )
  })

  it.each(['enveloped', 'enveloping', 'detached', 'internally-detached'] as const)('%s at B-T passes', async (packaging) => {
    const document = utf8(SAMPLE)
    const file = await sign(document, { packaging, fileName: 'a.xml', level: 'B-T' })
    const beside = packaging === 'detached' ? { detached: [{ name: 'a.xml', content: document }] } : {}
    const report = await verify(file, { ...made.options, ...beside })
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report).toMatchObject({ format: 'xml', oddities: [], signatures: [{ level: 'XAdES-BASELINE-T', intact: true, signingTime: NOW.toISOString() }] })
  })

  it('refuses packagings that are none', async () => {
    expect(await codeOf(sign(INVOICE, { packaging: 'other' as 'detached' }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(INVOICE, { packaging: 'enveloping', references: [{ uri: '' }] }))).toBe('ERR_ARGUMENT')
  })
})

describe('several signatures', () => {
  it('stand beside each other, and each still holds', async () => {
    let file = utf8(SAMPLE)
    for (const level of ['B-B', 'B-T', 'B-B'] as const) file = await sign(file, { level })
    expect(await intact(file)).toEqual([true, true, true])
  })

  it('refuses to break one that is there, and says which', async () => {
    const first = await sign(INVOICE, { enveloped: 'enveloped-signature', signatureId: 'seller' })
    const error = await sign(first).catch((one: unknown) => one)
    expect(error).toMatchObject({ code: 'ERR_XML_SIGNATURE_BROKEN', data: { id: 'seller' } })
    expect(await codeOf(sign(first, { packaging: 'internally-detached', embed: 'xml' }))).toBe('ERR_XML_SIGNATURE_BROKEN')
    // As octets it stays whole.
    const outer = await signedText(first, { packaging: 'enveloping' })
    expect(outer).toContain('Encoding="http://www.w3.org/2000/09/xmldsig#base64"')
    expect(await intact(await counterSignXml(first, options({ signature: 'seller' })))).toEqual([true, true])
  })

  it('does not mind one that was broken before', async () => {
    const broken = (await signedText(INVOICE, { enveloped: 'enveloped-signature' })).replace('0100109106', '0100109107')
    expect(await intact(await sign(broken))).toEqual([false, true])
  })

  it('signatures of parts: one place each', async () => {
    let file = await sign(INVOICE, { references: [{ element: 'data' }], place: { element: '//NBan' }, signatureId: 'NBan', enveloped: 'enveloped-signature' })
    file = await sign(file, { references: [{ element: 'data' }], place: { element: '//NMua' }, signatureId: 'NMua', enveloped: 'enveloped-signature' })
    expect((await checked(file)).map(({ id, intact: whole }) => `${id} ${whole}`)).toEqual(['NBan true', 'NMua true'])
    expect(await codeOf(sign(file, { signatureId: 'NBan' }))).toBe('ERR_ARGUMENT')
  })

  it('counter-signatures, by ID, name and place, also on each other', async () => {
    const signed = await sign(SAMPLE, { signatureId: 'first', level: 'B-T' })
    let file = await counterSignXml(signed, options({ signature: 'first' }))
    file = await counterSignXml(file, options({ signature: 'signature-1', level: 'B-T' }))
    file = await counterSignXml(file, options({ signature: 'signature-1-C1' }))
    file = await counterSignXml(file, options())
    expect(await intact(file)).toEqual([true, true, true, true, true])
    const { signatures } = await readXml(file)
    expect(signatures.map(({ id, parent }) => `${id} ${parent ?? ''}`)).toEqual([
      'signature-1 ',
      'signature-1-C1 signature-1',
      'signature-1-C1-C1 signature-1-C1',
      'signature-1-C2 signature-1',
      'signature-1-C3 signature-1',
    ])
    expect(signatures.flatMap(({ checks }) => checks.filter(({ result }) => result !== 'passed'))).toEqual([])
    expect(await codeOf(counterSignXml(signed, options({ signature: 'second' })))).toBe('ERR_ARGUMENT')
    expect(await codeOf(counterSignXml(signed, options({ signature: 5 })))).toBe('ERR_ARGUMENT')
    expect(await codeOf(counterSignXml(await sign(SAMPLE, { form: 'xmldsig' }), options()))).toBe('ERR_XML_REFERENCE noXades')
  })
})

describe('what a signature says', () => {
  it('of time, signer, place, roles, policy and commitment', async () => {
    const file = await signedText(SAMPLE, {
      signerRoles: ['Giám đốc', 'Kế toán <trưởng>'],
      productionPlace: { city: 'Hà Nội', streetAddress: 'Số 1', stateOrProvince: 'HN', postalCode: '10000', country: 'VN' },
      signaturePolicy: {
        id: '1.2.3.4',
        digestAlgorithm: 'SHA-256',
        digest: new Uint8Array(32),
        uri: 'https://example.test/policy',
        notice: 'Chỉ thử',
        description: 'Thử',
      },
      commitment: 'proofOfApproval',
      signingCertificateSerial: true,
      references: [{ uri: '', mimeType: 'application/xml', description: 'Tờ khai', encoding: 'urn:encoding' }],
    })
    const expected = [
      '<xades:SigningTime>2026-06-01T08:00:00Z</xades:SigningTime><xades:SigningCertificateV2>',
      '</ds:DigestValue></xades:CertDigest><xades:IssuerSerialV2>',
      '<xades:Identifier Qualifier="OIDAsURN">urn:oid:1.2.3.4</xades:Identifier><xades:Description>Thử</xades:Description>',
      '<xades:SPURI>https://example.test/policy</xades:SPURI>',
      '<xades:City>Hà Nội</xades:City><xades:StreetAddress>Số 1</xades:StreetAddress><xades:StateOrProvince>HN</xades:StateOrProvince>',
      '<xades:ClaimedRole>Kế toán &lt;trưởng&gt;</xades:ClaimedRole>',
      '<xades:Description>Tờ khai</xades:Description><xades:MimeType>application/xml</xades:MimeType><xades:Encoding>urn:encoding</xades:Encoding>',
      '<xades:Identifier>http://uri.etsi.org/01903/v1.2.2#ProofOfApproval</xades:Identifier>',
    ]
    for (const one of expected) expect(file).toContain(one)
    expect(await intact(file)).toEqual([true])
    expect(await signedText(SAMPLE, { signaturePolicy: 'implied' })).toContain('<xades:SignaturePolicyImplied></xades:SignaturePolicyImplied>')
    expect(await codeOf(sign(SAMPLE, { productionPlace: {} }))).toBe('ERR_ARGUMENT')
  })

  it('plain XML-DSig has no place for any of it, and says so', async () => {
    const file = await signedText(SAMPLE, { form: 'xmldsig' })
    expect(file).not.toContain('xades')
    expect(await intact(file)).toEqual([true])
    expect(await codeOf(sign(SAMPLE, { form: 'xmldsig', level: 'B-T' }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(SAMPLE, { form: 'xmldsig', signerRoles: ['x'] }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(SAMPLE, { level: 'B-LT' as 'B-T' }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(SAMPLE, { level: 'B-T', sources: {} }))).toBe('ERR_TSA_MISSING')
  })

  it.each(['B-B', 'B-T'] as const)('reads as level %s', async (level) => {
    const { signatures } = await readXml(await sign(SAMPLE, { level }))
    expect(signatures).toMatchObject([
      {
        level: `XAdES-BASELINE-${level.slice(2)}`,
        claimedTime: NOW,
        boundBy: 'signingCertificateV2',
        timestamps: level === 'B-T' ? [{ type: 'signature' }] : [],
      },
    ])
  })
})

describe('KeyInfo', () => {
  const subjectOf = async (subjectName: 'rfc4514' | 'forward' | readonly string[]): Promise<string | undefined> =>
    /<ds:X509SubjectName>(.*?)<\/ds:X509SubjectName>/.exec(await signedText(SAMPLE, { signer: rsa.signer, keyInfo: { subjectName } }))?.[1]

  it('has the subject in the order asked for', async () => {
    expect(await subjectOf('rfc4514')).toBe('UID=MST:0100109106,CN=Trần Văn B,O=Công ty,L=Ba Đình,ST=Hà Nội,C=VN')
    expect(await subjectOf('forward')).toBe('C=VN,ST=Hà Nội,L=Ba Đình,O=Công ty,CN=Trần Văn B,UID=MST:0100109106')
    expect(await subjectOf(['UID', 'CN', 'C'])).toBe('UID=MST:0100109106,CN=Trần Văn B,C=VN,ST=Hà Nội,L=Ba Đình,O=Công ty')
  })

  it.each(['P-256', 'RSA-2048', 'Ed25519'] as const)('has the key of %s, issuer and serial number, one certificate or all', async (algorithm) => {
    const identity = await made.lab.issue({ algorithm })
    const file = await sign(SAMPLE, { signer: identity.signer, keyInfo: { keyValue: true, issuerSerial: true, certificates: 'signer' } })
    expect(text(file).match(/<ds:X509Certificate>/g)).toHaveLength(1)
    expect(text(file)).toContain(`<ds:X509IssuerName>${nameToString(parseCertificate(identity.certificate).issuer)}</ds:X509IssuerName>`)
    const { signatures } = await readXml(file)
    expect(signatures[0]?.checks.filter(({ result }) => result !== 'passed')).toEqual([])
    expect(text(await sign(SAMPLE)).match(/<ds:X509Certificate>/g)).toHaveLength(made.signer.chain.length)
  })
})

describe('as documents of Vietnam want it', () => {
  it('default namespace, own IDs, references without transforms, a time that is signed', async () => {
    const file = await signedText(INVOICE, {
      signer: rsa.signer,
      form: 'xmldsig',
      canonicalization: 'inclusive',
      prefix: '',
      signatureId: 'NBan',
      place: { element: '/HDon/DSCKS/NBan' },
      references: [{ element: 'data', transforms: ['enveloped-signature'] }],
      signatureProperties: [
        { id: 'TimeStamp', zone: false, offset: 420, namespace: 'https://hoadondientu.gdt.gov.vn', target: 'signatureProperties', signed: { type: 'urn:t' } },
      ],
      keyInfo: { certificates: 'signer', keyValue: true, subjectName: ['C', 'ST', 'L', 'O', 'CN', 'UID'] },
    })
    expect(file).toContain(
      '<NBan><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="NBan"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">',
    )
    expect(file).toContain('<Reference Type="urn:t" URI="#TimeStamp"><DigestMethod')
    expect(file).toContain(
      '<Object Id="TimeStamp"><SignatureProperties><SignatureProperty Target="signatureProperties"><SigningTime xmlns="https://hoadondientu.gdt.gov.vn">2026-06-01T15:00:00</SigningTime></SignatureProperty></SignatureProperties></Object></Signature></NBan>',
    )
    expect(await intact(file)).toEqual([true])
  })

  it('a time that is not signed, in no namespace and in that of XML signatures, on each of the elements', async () => {
    const file = await signedText(INVOICE, {
      signatureProperties: [
        { idOn: 'properties', id: 'proid', namespace: '', signed: false },
        { idOn: 'property', offset: 420, element: 'Time', namespace: DS },
        { idOn: 'properties', id: 'p3', offset: -90, namespace: DS },
      ],
    })
    expect(file).toContain('<ds:SignatureProperties Id="proid">')
    expect(file).not.toContain('"#proid"')
    expect(file).toContain('<SigningTime>2026-06-01T08:00:00Z</SigningTime>')
    expect(file).toContain('<ds:Time>2026-06-01T15:00:00+07:00</ds:Time>')
    expect(file).toContain('<ds:SigningTime>2026-06-01T06:30:00-01:30</ds:SigningTime>')
    expect(file).toContain('Type="http://www.w3.org/2000/09/xmldsig#SignatureProperties" URI="#p3"')
    expect(await intact(file)).toEqual([true])
    expect(await codeOf(sign(INVOICE, { signatureProperties: [{ id: '1', namespace: DS }] }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(INVOICE, { signatureProperties: [{ offset: 5000, namespace: DS }] }))).toBe('ERR_ARGUMENT')
    for (const prefix of ['a b', 'xades', 'xml', 'xmlns']) expect(await codeOf(sign(INVOICE, { prefix }))).toBe('ERR_ARGUMENT')
    expect(await codeOf(sign(INVOICE, { canonicalization: 'none' as 'inclusive' }))).toBe('ERR_ARGUMENT')
  })
})

describe('files', () => {
  it.each([false, true])('in UTF-16 (big-endian %s) stay in it', async (bigEndian) => {
    const document = utf16(SAMPLE.replace('UTF-8', 'UTF-16'), bigEndian)
    const file = await sign(document, { level: 'B-T', addId: true, references: [{ element: '/TDiep/Cuoi' }] })
    expect(await intact(file)).toEqual([true])
    const end = utf16('</TDiep>\n', bigEndian).subarray(2)
    expect(equal(file.subarray(file.length - end.length), end)).toBe(true)
    const at = indexOf(document, utf16(' a="&#9;x"', bigEndian).subarray(2))
    expect(equal(file.subarray(0, at), document.subarray(0, at))).toBe(true)
  })

  const attribute = fc.tuple(fc.constantFrom('a', 'b', 'xml:lang', 'p:c'), fc.constantFrom('"', "'"), fc.constantFrom('', 'x', '&amp;&#xD;', 'é\n'))
  const tree = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('text', 'é\r\n', '&lt;', '<![CDATA[<]]>', '<!-- c -->', '<?p i?>', '\t', '<e/>', "<e xmlns='urn:x' />"),
      fc
        .tuple(fc.constantFrom('e', 'p:f'), fc.uniqueArray(attribute, { selector: ([name]) => name, maxLength: 3 }), fc.array(tie('node'), { maxLength: 4 }))
        .map(
          ([name, attributes, children]) =>
            `<${name}${attributes.map(([key, quote, value]) => ` ${key}=${quote}${value}${quote}`).join('')}>${children.join('')}</${name}>`,
        ),
    ),
  })).node
  const documents = fc
    .tuple(
      fc.constantFrom('', '\ufeff'),
      fc.constantFrom('', '<?xml version="1.0"?>\r\n', '<!DOCTYPE r [<!ATTLIST r d CDATA "1">]>'),
      fc.array(tree, { maxLength: 4 }),
      fc.constantFrom('', '\n<!-- end -->'),
    )
    .map(([mark, head, nodes, tail]) => ({ before: `${mark}${head}<r xmlns:p='urn:p' >${nodes.join('')}`, after: `</r>${tail}` }))

  it('keep every byte around the signature', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.constantFrom('inclusive', 'inclusive11', 'exclusive', 'inclusive-with-comments'),
        async ({ before, after }, canonicalization) => {
          const file = await sign(before + after, { canonicalization: canonicalization as 'inclusive', keyInfo: { certificates: 'signer' } })
          const [first, last] = [utf8(before), utf8(after)]
          expect(equal(file.subarray(0, first.length), first)).toBe(true)
          expect(equal(file.subarray(file.length - last.length), last)).toBe(true)
          expect(text(file.subarray(first.length, file.length - last.length))).toMatch(/^<ds:Signature [\s\S]*<\/ds:Signature>$/)
          expect(await intact(file)).toEqual([true])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('changed after signing are never intact with another content', async () => {
    const file = await sign(INVOICE)
    const original = text(file)
    const covered = [
      [original.indexOf('<HDon>'), original.indexOf('<ds:KeyInfo>')],
      [original.indexOf('<xades:SignedProperties'), original.indexOf('</xades:QualifyingProperties>')],
    ] as const
    const places = covered.flatMap(([from, to]) => Array.from({ length: Math.floor((to - from) / 3) }, (_, i) => from + 3 * i))
    let refused = 0
    for (const at of places) {
      const changed = concat([file.subarray(0, at), Uint8Array.of((file[at] as number) ^ 1), file.subarray(at + 1)])
      const results = await checked(changed).catch((error: unknown) => {
        if (!(error instanceof KysoError)) throw error
        return []
      })
      const readable = results.map((one) => one.intact)
      // What is left are changes of the signature's own name for itself, which nothing covers.
      if (readable.includes(true)) expect(original.slice(0, at)).toMatch(/<ds:Signature [^>]*$|<ds:SignatureValue [^>]*$/)
      else refused++
    }
    expect(refused).toBeGreaterThan(700)
  })
})
