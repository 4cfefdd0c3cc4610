import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { findSignatures, readSignature } from '../../src/xmldsig/index.ts'
import { strictBase64 } from '../../src/xmldsig/syntax.ts'
import { DS, reference, template } from './sign.ts'

const read = (xml: string) => {
  const document = parseXml(new TextEncoder().encode(xml))
  return readSignature(document, findSignatures(document)[0] ?? 0, new Budget())
}

const syntax = expect.objectContaining({ code: 'ERR_XMLDSIG_SYNTAX' })
const good = template(reference('#x', '', ' Id="r" Type="urn:t"'), { objects: '<Object Id="o" MimeType="text/plain" Encoding="urn:e">t</Object>' })

it('takes a signature apart', () => {
  const signature = read(good)
  expect(signature.references[0]).toMatchObject({ id: 'r', uri: '#x', type: 'urn:t', transforms: [] })
  expect(signature.objects[0]).toMatchObject({ id: 'o', mimeType: 'text/plain', encoding: 'urn:e' })
  expect(read(template(reference(null, ''))).references[0]?.uri).toBeNull()
})

it('finds signatures inside signatures, and none in other namespaces', () => {
  const inner = `<Object>${template(reference('', ''))}</Object>`
  expect(
    findSignatures(parseXml(new TextEncoder().encode(`<a>${template(reference('', ''), { objects: inner })}<Signature xmlns="urn:x"/></a>`))),
  ).toHaveLength(2)
})

it('refuses what the schema does not allow', () => {
  const wrong: [string | RegExp, string][] = [
    ['<SignedInfo>', '<Wrapper/><SignedInfo>'],
    [/<SignedInfo>.*<\/SignedInfo>/, ''],
    [/(<SignedInfo>.*<\/SignedInfo>)/, '$1$1'],
    ['<SignatureValue></SignatureValue>', ''],
    ['<SignatureValue></SignatureValue>', '<SignatureValue/><SignatureValue/>'],
    ['<SignatureValue></SignatureValue>', '<SignatureValue><b/></SignatureValue>'],
    ['<SignatureValue></SignatureValue>', '<SignatureValue>A</SignatureValue>'],
    ['<SignatureValue></SignatureValue>', '<SignatureValue/><KeyInfo/><KeyInfo/>'],
    ['<SignatureValue></SignatureValue>', '<SignatureValue/><KeyInfo><Unknown/></KeyInfo>'],
    ['<DigestValue></DigestValue>', '<DigestValue>AAAA<x/></DigestValue>'],
    ['<DigestValue></DigestValue>', ''],
    ['<DigestValue></DigestValue>', '<DigestValue/><DigestValue/>'],
    ['<DigestMethod ', '<Transforms/><DigestMethod '],
    [/<DigestMethod [^>]*>/, '<DigestMethod/>'],
    [/<Reference.*<\/Reference>/, ''],
    [/<CanonicalizationMethod [^>]*>/, ''],
  ]
  for (const [from, to] of wrong) expect(() => read(good.replace(from, to)), String(to)).toThrow(syntax)
})

it('notes in KeyInfo what cannot be used', () => {
  const keyInfo = `<KeyInfo><KeyName> n </KeyName><RetrievalMethod URI="#x"/><KeyValue><RSAKeyValue><Modulus>AA==</Modulus><Exponent>Aw==</Exponent></RSAKeyValue></KeyValue><X509Data><X509Certificate>AAAA</X509Certificate><X509SubjectName>CN=A, O=B</X509SubjectName><X509IssuerSerial><X509IssuerName>CN=C</X509IssuerName><X509SerialNumber> 255 </X509SerialNumber></X509IssuerSerial></X509Data><x:y xmlns:x="urn:x"/></KeyInfo>`
  const { keyInfo: read_ } = read(good.replace('<SignatureValue></SignatureValue>', `<SignatureValue/>${keyInfo}`))
  expect(read_).toMatchObject({ keyNames: ['n'], subjectNames: ['CN=A, O=B'], certificates: [] })
  expect(read_?.issuerSerials[0]).toMatchObject({ issuerName: 'CN=C', serialNumber: Uint8Array.of(0, 255) })
  expect(read_?.refused.map(({ element, why }) => `${element} ${why}`)).toEqual([
    'RetrievalMethod notFollowed',
    'KeyValue malformed',
    'X509Certificate malformed',
    'y unknown',
  ])
})

it('reads base64 with white space and nothing else', () => {
  expect(strictBase64(' YW\r\nJj\t')).toEqual(Uint8Array.of(97, 98, 99))
  expect(strictBase64('')).toEqual(new Uint8Array(0))
  for (const text of ['YW', 'YWI', 'Y===', 'YW=j', 'YWJj=', 'YW-j', 'YW\u00a0Jj', '====']) expect(strictBase64(text), text).toBeNull()
})

it('keeps the namespace of what it looks for', () => {
  expect(() => read(`<a xmlns="urn:x"><d:Signature xmlns:d="${DS}"><SignedInfo/></d:Signature></a>`)).toThrow(syntax)
})
