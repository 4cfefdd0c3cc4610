import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, equal, toHex, utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabExtension, type LabKey } from '../../src/testing/index.ts'
import { labKey } from '../../src/testing/keys.ts'
import * as kyso from '../../src/x509/index.ts'
import { int, octets, oid, seq, tlv } from '../cms/builder.ts'
import { codeOf } from '../core/thrown.ts'
import { basicConstraints, extension, rawCertificate, rawName, text } from './support.ts'

let lab: Lab
let key: LabKey
const me = rawName([text('2.5.4.3', 'Me')])
beforeAll(async () => {
  lab = await Lab.create()
  key = await labKey('P-256')
})

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
const fromPeculiar = (made: x509.Extension): LabExtension => ({ oid: made.type, critical: made.critical, value: new Uint8Array(made.value) })
/** A certificate of the lab with one extension of @peculiar/x509 in it. */
async function withExtension(made: x509.Extension): Promise<kyso.Certificate> {
  return kyso.parseCertificate((await lab.issue({ extensions: [fromPeculiar(made)] })).certificate)
}

describe('a certificate', () => {
  it('reads as @peculiar/x509 reads it', async () => {
    for (const algorithm of ['RSA-2048', 'P-256', 'P-384', 'P-521', 'Ed25519'] as const) {
      const { certificate } = await lab.issue({ algorithm })
      const read = kyso.parseCertificate(certificate)
      const theirs = new x509.X509Certificate(own(certificate))
      expect(read.version).toBe(3)
      expect(kyso.serialHex(read)).toBe(theirs.serialNumber)
      expect(read.notBefore).toEqual(theirs.notBefore)
      expect(read.notAfter).toEqual(theirs.notAfter)
      expect(equal(read.subject.bytes, new Uint8Array(theirs.subjectName.toArrayBuffer()))).toBe(true)
      expect(equal(read.issuer.bytes, new Uint8Array(theirs.issuerName.toArrayBuffer()))).toBe(true)
      expect(equal(read.spki, new Uint8Array(theirs.publicKey.rawData))).toBe(true)
      expect(read.signatureAlgorithmsAgree).toBe(true)
      expect(read.extensions.map(({ extnID, critical }) => [extnID, critical])).toEqual(theirs.extensions.map(({ type, critical }) => [type, critical]))
    }
  })

  it('knows whether it is self-issued, and which one it is', () => {
    const root = kyso.parseCertificate(lab.root.certificate)
    const ca = kyso.parseCertificate(lab.ca.certificate)
    expect(kyso.isSelfIssued(root)).toBe(true)
    expect(kyso.isSelfIssued(ca)).toBe(false)
    expect(kyso.sameCertificate(root, kyso.parseCertificate(lab.root.certificate.slice()))).toBe(true)
    expect(kyso.sameCertificate(root, ca)).toBe(false)
  })

  it('of version 1 has no extensions, and a serial number may be negative or long', async () => {
    const read = kyso.parseCertificate(await rawCertificate({ subject: me, issuer: me, spki: key.spki, key, version: null, serial: Uint8Array.of(0xff) }))
    expect([read.version, read.extensions, kyso.serialHex(read)]).toEqual([1, [], 'ff'])
    expect(
      kyso.serialHex(kyso.parseCertificate(await rawCertificate({ subject: me, issuer: me, spki: key.spki, key, serial: new Uint8Array(40).fill(7) }))),
    ).toHaveLength(80)
  })

  it('that names two signature algorithms is told', async () => {
    const inner = await rawCertificate({ subject: me, issuer: me, spki: key.spki, key, innerAlgorithm: seq(oid('1.2.840.10045.4.3.3')) })
    expect(kyso.parseCertificate(inner).signatureAlgorithmsAgree).toBe(false)
  })

  it('that is none is an error with a code', async () => {
    const good = lab.ca.certificate
    for (const bytes of [
      new Uint8Array(),
      seq(),
      good.subarray(0, good.length - 1),
      concat([good, Uint8Array.of(0)]),
      utf8('certificate'),
      seq(seq(), seq(), octets(me)),
    ]) {
      expect(codeOf(() => kyso.parseCertificate(bytes))).toBe('ERR_CERTIFICATE_SYNTAX')
    }
    for (const notBefore of ['991332000000Z', '9901010000Z0', '990101000000+0000', '99010100000', '990101250000Z']) {
      const bytes = await rawCertificate({ subject: me, issuer: me, spki: key.spki, key, notBefore })
      expect(
        codeOf(() => kyso.parseCertificate(bytes)),
        notBefore,
      ).toBe('ERR_CERTIFICATE_SYNTAX')
    }
  })

  it('with an indefinite length is refused: DER has one form', () => {
    const good = lab.ca.certificate
    const header = 2 + ((good[1] as number) & 0x7f)
    expect(codeOf(() => kyso.parseCertificate(concat([Uint8Array.of(0x30, 0x80), good.subarray(header), Uint8Array.of(0, 0)])))).toBe('ERR_CERTIFICATE_SYNTAX')
  })
})

describe('extensions made by @peculiar/x509', () => {
  it('basicConstraints', async () => {
    expect(kyso.readExtension(await withExtension(new x509.BasicConstraintsExtension(true, 3, true)), kyso.BASIC_CONSTRAINTS)).toEqual({
      cA: true,
      pathLenConstraint: 3,
    })
    expect(kyso.readExtension(await withExtension(new x509.BasicConstraintsExtension(false)), kyso.BASIC_CONSTRAINTS)).toEqual({ cA: false })
  })

  it('keyUsage, every bit of it', async () => {
    for (const bit of kyso.KEY_USAGE_BITS) expect(kyso.keyUsages(kyso.parseCertificate((await lab.issue({ keyUsage: [bit] })).certificate))).toEqual([bit])
    expect(kyso.keyUsages(kyso.parseCertificate((await lab.issue({ keyUsage: [...kyso.KEY_USAGE_BITS] })).certificate))).toEqual([...kyso.KEY_USAGE_BITS])
    expect(kyso.keyUsages(kyso.parseCertificate((await lab.issue({ keyUsage: [] })).certificate))).toBeNull()
  })

  it('extKeyUsage and certificatePolicies', async () => {
    const { certificate } = await lab.issue({ extendedKeyUsage: ['timeStamping', '1.2.3.4'], policies: ['1.2.3', '2.5.29.32.0'] })
    const read = kyso.parseCertificate(certificate)
    expect(kyso.readExtension(read, kyso.EXTENDED_KEY_USAGE)).toEqual([kyso.EKU.timeStamping, '1.2.3.4'])
    expect(kyso.readExtension(read, kyso.CERTIFICATE_POLICIES)?.map(({ policyIdentifier }) => policyIdentifier)).toEqual(['1.2.3', '2.5.29.32.0'])
  })

  it('key identifiers', async () => {
    const read = kyso.parseCertificate((await lab.issue()).certificate)
    const theirs = new x509.X509Certificate(own(read.bytes))
    expect(toHex(kyso.readExtension(read, kyso.SUBJECT_KEY_IDENTIFIER) ?? new Uint8Array())).toBe(
      theirs.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    )
    expect(toHex(kyso.readExtension(read, kyso.AUTHORITY_KEY_IDENTIFIER)?.keyIdentifier ?? new Uint8Array())).toBe(
      theirs.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
    )
  })

  it('subjectAltName of every kind', async () => {
    const names = new x509.SubjectAlternativeNameExtension([
      { type: 'dns', value: 'example.vn' },
      { type: 'email', value: 'a@example.vn' },
      { type: 'ip', value: '192.0.2.1' },
      { type: 'url', value: 'https://example.vn/' },
      { type: 'dn', value: 'CN=A' },
      { type: 'id', value: '1.2.3' },
    ])
    expect(kyso.readExtension(await withExtension(names), kyso.SUBJECT_ALT_NAME)?.map(({ type }) => type)).toEqual([
      'dNSName',
      'rfc822Name',
      'iPAddress',
      'uniformResourceIdentifier',
      'directoryName',
      'registeredID',
    ])
  })

  it('distribution points and access', async () => {
    expect(kyso.crlUrls(await withExtension(new x509.CRLDistributionPointsExtension(['http://a.example/1.crl', 'http://a.example/2.crl'])))).toEqual([
      'http://a.example/1.crl',
      'http://a.example/2.crl',
    ])
    const access = await withExtension(new x509.AuthorityInfoAccessExtension({ ocsp: 'http://a.example/ocsp', caIssuers: 'http://a.example/ca.cer' }))
    expect(kyso.accessUrls(access, kyso.ACCESS.ocsp)).toEqual(['http://a.example/ocsp'])
    expect(kyso.accessUrls(access, kyso.ACCESS.caIssuers)).toEqual(['http://a.example/ca.cer'])
  })
})

describe('extensions made by hand', () => {
  const made = async (...extensions: Uint8Array[]): Promise<kyso.Certificate> =>
    kyso.parseCertificate(await rawCertificate({ subject: me, issuer: me, spki: key.spki, key, extensions }))

  it('that stand twice are refused where they are read', async () => {
    const read = await made(basicConstraints(), extension('2.5.29.19', true, seq()))
    expect(codeOf(() => kyso.readExtension(read, kyso.BASIC_CONSTRAINTS))).toBe('ERR_CERTIFICATE_SYNTAX')
  })

  it('that are malformed are refused where they are read', async () => {
    for (const value of [
      new Uint8Array(),
      octets(me),
      concat([seq(), Uint8Array.of(0)]),
      seq(int(1), int(1)),
      seq(tlv(1, Uint8Array.of(1))),
      Uint8Array.of(0x30, 0x80, 0, 0),
    ]) {
      const read = await made(extension('2.5.29.19', true, value))
      expect(codeOf(() => kyso.readExtension(read, kyso.BASIC_CONSTRAINTS))).toBe('ERR_CERTIFICATE_SYNTAX')
    }
    const usage = await made(extension('2.5.29.15', true, tlv(3, Uint8Array.of(9, 0x80))))
    expect(codeOf(() => kyso.keyUsages(usage))).toBe('ERR_CERTIFICATE_SYNTAX')
  })

  it('may spell out what is the default', async () => {
    const read = await made(extension('2.5.29.19', false, seq(tlv(1, Uint8Array.of(0)))))
    expect(read.extensions[0]?.critical).toBe(false)
    expect(kyso.readExtension(read, kyso.BASIC_CONSTRAINTS)).toEqual({ cA: false })
  })

  it('name and policy constraints, mappings and inhibitAnyPolicy', async () => {
    const read = await made(
      extension('2.5.29.30', true, seq(tlv(0xa0, seq(tlv(0x82, utf8('.vn')))), tlv(0xa1, seq(tlv(0xa4, me))))),
      extension('2.5.29.36', true, seq(tlv(0x80, Uint8Array.of(0)), tlv(0x81, Uint8Array.of(2)))),
      extension('2.5.29.33', true, seq(seq(oid('1.2.3'), oid('1.2.4')))),
      extension('2.5.29.54', true, int(1)),
      extension('2.5.29.56', null, tlv(5)),
      extension('1.3.6.1.5.5.7.48.1.5', null, tlv(5)),
    )
    expect(kyso.readExtension(read, kyso.NAME_CONSTRAINTS)).toMatchObject({
      permittedSubtrees: [{ base: { type: 'dNSName', value: '.vn' }, minimum: 0 }],
      excludedSubtrees: [{ base: { type: 'directoryName' } }],
    })
    expect(kyso.readExtension(read, kyso.POLICY_CONSTRAINTS)).toEqual({ requireExplicitPolicy: 0, inhibitPolicyMapping: 2 })
    expect(kyso.readExtension(read, kyso.POLICY_MAPPINGS)).toEqual([{ issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' }])
    expect(kyso.readExtension(read, kyso.INHIBIT_ANY_POLICY)).toBe(1)
    expect(kyso.readExtension(read, kyso.NO_REV_AVAIL)).toBeNull()
    expect(kyso.readExtension(read, kyso.OCSP_NOCHECK)).toBeNull()
    expect(kyso.readExtension(read, kyso.QC_STATEMENTS)).toBeUndefined()
  })
})
