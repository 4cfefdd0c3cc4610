import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { toBase64, toHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { Lab } from '../../src/testing/index.ts'
import { nameToString, parseCertificate, publicKeyOf } from '../../src/x509/index.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { checkKeyInfo, findSignatures, isNamedBy, keyValueMatches, printedNameFits, readSignature } from '../../src/xmldsig/index.ts'
import { reference, template } from './sign.ts'

const crypto = defaultCrypto()

function keyInfoOf(content: string) {
  const xml = template(reference('', ''), { objects: `<KeyInfo>${content}</KeyInfo>` })
  const document = parseXml(new TextEncoder().encode(xml))
  const { keyInfo } = readSignature(document, findSignatures(document)[0] ?? 0, new Budget())
  if (!keyInfo) throw new Error('no KeyInfo')
  return keyInfo
}

async function certificates() {
  const lab = await Lab.create()
  const issue = async (algorithm: 'RSA-2048' | 'P-256') => parseCertificate((await lab.issue({ algorithm })).certificate)
  return { rsa: await issue('RSA-2048'), ec: await issue('P-256') }
}

it('holds a KeyValue against the certificate', async () => {
  const { rsa, ec } = await certificates()
  const rsaKey = publicKeyOf(rsa)
  const ecKey = publicKeyOf(ec)
  if (rsaKey.type !== 'RSA' || ecKey.type !== 'EC') throw new Error('keys of other kinds')
  const x = BigInt(`0x${toHex(ecKey.point.subarray(1, 33))}`)
  const y = BigInt(`0x${toHex(ecKey.point.subarray(33))}`)
  const [dsig11, rfc4050] = ['http://www.w3.org/2009/xmldsig11#', 'http://www.w3.org/2001/04/xmldsig-more#']
  const forms: [string, typeof rsa, typeof rsa][] = [
    [
      `<KeyValue><RSAKeyValue><Modulus>AAAA${toBase64(rsaKey.modulus)}</Modulus><Exponent>${toBase64(rsaKey.exponent)}</Exponent></RSAKeyValue></KeyValue>`,
      rsa,
      ec,
    ],
    [
      `<KeyValue><e:ECKeyValue xmlns:e="${dsig11}"><e:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><e:PublicKey>${toBase64(ecKey.point)}</e:PublicKey></e:ECKeyValue></KeyValue>`,
      ec,
      rsa,
    ],
    [
      `<KeyValue><ECDSAKeyValue xmlns="${rfc4050}"><DomainParameters><NamedCurve URN="urn:oid:1.2.840.10045.3.1.7"/></DomainParameters><PublicKey><X Value="${x}"/><Y Value="${y}"/></PublicKey></ECDSAKeyValue></KeyValue>`,
      ec,
      rsa,
    ],
    [`<d:DEREncodedKeyValue xmlns:d="${dsig11}">${toBase64(ec.spki)}</d:DEREncodedKeyValue>`, ec, rsa],
  ]
  for (const [xml, right, wrong] of forms) {
    const keyInfo = keyInfoOf(xml)
    expect(keyInfo.refused).toEqual([])
    expect(checkKeyInfo(keyInfo, right)).toMatchObject([{ name: 'keyInfo', result: 'passed' }])
    expect(checkKeyInfo(keyInfo, wrong)).toMatchObject([{ name: 'keyInfo', result: 'failed' }])
  }
  expect(checkKeyInfo(keyInfoOf('<KeyName>k</KeyName>'), rsa)).toEqual([])
  expect(keyValueMatches(rsaKey, ec)).toBe(false)
})

it('refuses points off their curve and curves written out', () => {
  const point = toBase64(new Uint8Array(65).fill(4))
  const dsig11 = 'http://www.w3.org/2009/xmldsig11#'
  for (const inside of [
    `<e:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><e:PublicKey>${point}</e:PublicKey>`,
    `<e:ECParameters/><e:PublicKey>${point}</e:PublicKey>`,
    `<e:NamedCurve URI="urn:oid:1.2.3"/><e:PublicKey>${point}</e:PublicKey>`,
  ]) {
    const keyInfo = keyInfoOf(`<KeyValue><e:ECKeyValue xmlns:e="${dsig11}">${inside}</e:ECKeyValue></KeyValue>`)
    expect(keyInfo.keyValues[0]?.key).toBeUndefined()
    expect(keyInfo.refused).toMatchObject([{ why: 'malformed' }])
  }
})

it('finds the certificate that X509Data names', async () => {
  const { rsa, ec } = await certificates()
  const sha256 = toBase64(await digest(crypto, 'SHA-256', rsa.bytes))
  const serial = BigInt(`0x${toHex(rsa.serialNumber)}`)
  const ways = [
    `<d:X509Digest xmlns:d="http://www.w3.org/2009/xmldsig11#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">${sha256}</d:X509Digest>`,
    `<X509IssuerSerial><X509IssuerName>${nameToString(rsa.issuer)}</X509IssuerName><X509SerialNumber>${serial}</X509SerialNumber></X509IssuerSerial>`,
  ]
  for (const way of ways) {
    const keyInfo = keyInfoOf(`<X509Data>${way}</X509Data>`)
    expect(await isNamedBy(crypto, keyInfo, rsa), way).toBe(true)
    expect(await isNamedBy(crypto, keyInfo, ec), way).toBe(false)
  }
  const text = nameToString(rsa.subject)
  expect(printedNameFits(text, rsa.subject)).toBe(true)
  expect(printedNameFits(text.replaceAll(',', ', '), rsa.subject)).toBe(true)
  expect(printedNameFits(text.split(',').reverse().join(','), rsa.subject)).toBe(true)
  expect(printedNameFits(`${text},CN=x`, rsa.subject)).toBe(false)
  expect(printedNameFits('no name', rsa.subject)).toBe(false)
})
