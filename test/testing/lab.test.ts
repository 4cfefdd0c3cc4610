import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, it } from 'vitest'
import { equal, fromHex, toHex, utf8 } from '../../src/core/bytes.ts'
import { KysoError } from '../../src/core/errors.ts'
import { encodeName, Lab, type LabIdentity, type LabKeyAlgorithm, pem, type TimestampFault, timestampRequest } from '../../src/testing/index.ts'

const own = (bytes: Uint8Array) => new Uint8Array(bytes)
const certificateOf = (der: Uint8Array) => new x509.X509Certificate(own(der))
const pkiCertificate = (der: Uint8Array) => pkijs.Certificate.fromBER(own(der))
const data = utf8('Hợp đồng số 1')

let lab: Lab
beforeAll(async () => {
  lab = await Lab.create()
})

/** Verdict of @peculiar/x509 on the chain to the root: complete, every signature good. */
async function chainHolds(at: Lab, identity: LabIdentity): Promise<boolean> {
  const certificates = [...identity.chain.slice(1), ...at.anchors].map(certificateOf)
  const chain = await new x509.X509ChainBuilder({ certificates }).build(certificateOf(identity.certificate))
  const signed = await Promise.all(
    [...chain].map((certificate, i) => certificate.verify({ publicKey: (chain[i + 1] ?? certificate).publicKey, date: at.now() })),
  )
  return equal(new Uint8Array(chain.at(-1)?.rawData ?? new ArrayBuffer(0)), at.root.certificate) && signed.every((good) => good)
}

async function tokenOf(response: Uint8Array): Promise<{ signedData: pkijs.SignedData; info: pkijs.TSTInfo }> {
  const { timeStampToken } = pkijs.TimeStampResp.fromBER(own(response))
  const signedData = new pkijs.SignedData({ schema: timeStampToken?.content })
  const content = signedData.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0)
  return { signedData, info: pkijs.TSTInfo.fromBER(content) }
}

/** Verdict of pkijs on a token: its content is `data`'s, and its signature is good. */
async function tokenHolds(response: Uint8Array, at = lab): Promise<boolean> {
  const { signedData } = await tokenOf(response)
  try {
    return await signedData.verify({ signer: 0, checkChain: true, checkDate: at.now(), trustedCerts: at.anchors.map(pkiCertificate), data: own(data).buffer })
  } catch {
    return false
  }
}

describe('certificates', () => {
  it.each<{ algorithm: LabKeyAlgorithm; pss?: boolean; name: string }>([
    { algorithm: 'RSA-2048', name: 'RSASSA-PKCS1-v1_5-SHA256' },
    { algorithm: 'RSA-2048', pss: true, name: 'RSASSA-PSS-SHA256' },
    { algorithm: 'P-256', name: 'ECDSA-SHA256' },
    { algorithm: 'P-384', name: 'ECDSA-SHA384' },
    { algorithm: 'P-521', name: 'ECDSA-SHA512' },
    { algorithm: 'Ed25519', name: 'Ed25519' },
  ])('form a chain to the root: $name', async ({ algorithm, pss, name }) => {
    const identity = await lab.issue({ algorithm, pss })
    expect(identity.algorithm).toBe(name)
    expect(identity.chain).toHaveLength(2)
    expect(await chainHolds(lab, identity)).toBe(true)
  })

  it('are signed by authorities of either kind', async () => {
    const withRsa = await Lab.create({ keys: 'RSA-2048' })
    expect(certificateOf(withRsa.root.certificate).signatureAlgorithm).toMatchObject({ name: 'RSASSA-PKCS1-v1_5' })
    expect(await chainHolds(withRsa, await withRsa.issue())).toBe(true)
  })

  it('have the extensions of their profiles', async () => {
    const leaf = certificateOf((await lab.issue()).certificate)
    const ca = certificateOf(lab.ca.certificate)
    const usage = leaf.getExtension(x509.KeyUsagesExtension)
    expect(usage?.critical).toBe(true)
    expect(usage?.usages).toBe(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation)
    expect(leaf.getExtension(x509.BasicConstraintsExtension)).toBeNull()
    expect(ca.getExtension(x509.BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 0, critical: true })
    const identifier = ca.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId
    expect(identifier).toMatch(/^[0-9a-f]{40}$/)
    expect(leaf.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(identifier)
    const purposes = certificateOf(lab.tsa.certificate).getExtension(x509.ExtendedKeyUsageExtension)
    expect(purposes).toMatchObject({ critical: true, usages: [x509.ExtendedKeyUsage.timeStamping] })
  })

  it('take other validity, usage, extensions, and none where one is left out', async () => {
    const [notBefore, notAfter] = [new Date('2020-01-01T00:00:00Z'), new Date('2050-02-01T00:00:00Z')]
    const own = { oid: '1.3.6.1.4.1.99999.2', critical: true, value: Uint8Array.of(5, 0) }
    const { certificate } = await lab.issue({ notBefore, notAfter, noRevAvail: true, keyUsage: [], extensions: [own], omit: ['2.5.29.14'], serial: '0102' })
    const read = certificateOf(certificate)
    expect([read.notBefore, read.notAfter, read.serialNumber]).toEqual([notBefore, notAfter, '0102'])
    expect(read.extensions.map((extension) => extension.type)).toEqual(['2.5.29.35', '2.5.29.56', own.oid])
    expect(read.getExtension(own.oid)).toMatchObject({ critical: true })
  })

  it('keep a slow key unless a fresh one is asked for, and never share one between authorities', async () => {
    const [first, second, fresh] = [
      await lab.issue({ algorithm: 'RSA-2048' }),
      await lab.issue({ algorithm: 'RSA-2048' }),
      await lab.issue({ algorithm: 'RSA-2048', freshKey: true }),
    ]
    expect(toHex(first.key.spki)).toBe(toHex(second.key.spki))
    expect(toHex(first.key.spki)).not.toBe(toHex(fresh.key.spki))
    const authorities = [await lab.authority({ keys: 'RSA-2048' }), await lab.authority({ keys: 'RSA-2048' })]
    expect(new Set(authorities.map(({ key }) => toHex(key.spki))).size).toBe(2)
    expect((await lab.issue()).key.spki).not.toEqual((await lab.issue()).key.spki)
  })

  it('live around the lab’s own time', async () => {
    const now = new Date('2031-05-06T07:08:09Z')
    const later = await Lab.create({ now })
    const { notBefore, notAfter } = certificateOf((await later.issue()).certificate)
    expect(notBefore < now && now < notAfter).toBe(true)
    expect(later.now()).toBe(now)
    const { info } = await tokenOf(await later.timestamp(await timestampRequest(data)))
    expect(info.genTime).toEqual(now)
  })
})

describe('names', () => {
  it('hold repeated UIDs and Vietnamese text in their order', async () => {
    const { certificate } = await lab.issue({
      subject: [{ C: 'VN' }, { O: 'Cục Viễn thông' }, { CN: 'Trần Văn Ổn' }, { UID: 'MST:0100109106' }, { UID: 'CCCD:001185000001' }],
    })
    expect(certificateOf(certificate).subjectName.toJSON()).toEqual([
      { C: ['VN'] },
      { O: ['Cục Viễn thông'] },
      { CN: ['Trần Văn Ổn'] },
      { '0.9.2342.19200300.100.1.1': ['MST:0100109106'] },
      { '0.9.2342.19200300.100.1.1': ['CCCD:001185000001'] },
    ])
  })

  it('are read from text in the order of RFC 4514', () => {
    expect(encodeName('CN=Gốc,O=Lab\\, Ltd,C=VN')).toEqual(encodeName([{ C: { printable: 'VN' } }, { O: { printable: 'Lab, Ltd' } }, { CN: 'Gốc' }]))
  })

  it('have the string type that is asked for, and sorted attributes in an RDN', () => {
    const name = encodeName([{ CN: { bmp: 'Kỹ' } }, { O: { teletex: 'A' } }, { E: 'a@b.vn', OU: { ia5: 'x' } }])
    const tags = (asn1js.fromBER(own(name)).result as asn1js.Sequence).valueBlock.value.map((rdn) =>
      (rdn as asn1js.Set).valueBlock.value.map((attribute) => (attribute as asn1js.Sequence).valueBlock.value[1]?.idBlock.tagNumber),
    )
    expect(tags).toEqual([[30], [20], [22, 22]])
    // OU stands first: its encoding is the shorter one, so it begins with the lesser length.
    expect(toHex(name).indexOf('060355040b')).toBeLessThan(toHex(name).indexOf('06092a864886f70d010901'))
  })

  it.each([
    ['an unknown type', () => encodeName([{ XYZ: 'a' }])],
    ['no name', () => encodeName('')],
    ['bytes that are none', () => encodeName(Uint8Array.of(1, 2, 3))],
    ['a name that is not in DER', () => encodeName(fromHex('30810d310b300906035504061302564e') ?? new Uint8Array())],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }) as KysoError)
  })

  it('are taken over byte for byte, with another key', async () => {
    const original = await Lab.create({ rootName: [{ C: { utf8: 'VN' } }, { O: { bmp: 'Bộ' } }, { CN: { teletex: 'Root' } }] })
    const copy = await Lab.create({ rootName: original.root.name })
    expect(copy.root.name).toEqual(original.root.name)
    expect(new Uint8Array(certificateOf(copy.root.certificate).subjectName.toArrayBuffer())).toEqual(original.root.name)
    expect(toHex(copy.root.key.spki)).not.toBe(toHex(original.root.key.spki))
    const leaf = certificateOf((await copy.issue()).certificate)
    const copied = certificateOf(copy.ca.certificate)
    expect(await leaf.verify({ publicKey: copied.publicKey, signatureOnly: true })).toBe(true)
    expect(await copied.verify({ publicKey: certificateOf(original.root.certificate).publicKey, signatureOnly: true })).toBe(false)
  })

  it('of an impostor are those of the authority it imitates', async () => {
    const impostor = await lab.impostor(lab.ca)
    expect(impostor.name).toEqual(lab.ca.name)
    const { certificate } = await lab.issue({ authority: impostor })
    expect(certificateOf(certificate).issuer).toBe(certificateOf(lab.ca.certificate).subject)
    expect(await certificateOf(certificate).verify({ publicKey: certificateOf(lab.ca.certificate).publicKey, signatureOnly: true })).toBe(false)
  })
})

describe('the signer', () => {
  it.each<[LabKeyAlgorithm, string]>([
    ['RSA-2048', 'SHA-256'],
    ['P-384', 'SHA-384'],
    ['Ed25519', 'SHA-512'],
  ])('signs what its certificate verifies: %s', async (algorithm, digestName) => {
    const { signer, key } = await lab.issue({ algorithm })
    const digest = new Uint8Array(await crypto.subtle.digest(digestName, own(data)))
    const [value = new Uint8Array()] = await signer.sign([{ toBeSigned: data, digest }])
    const web = key.publicKey.algorithm.name === 'ECDSA' ? rawSignature(value, 48) : own(value)
    expect(await crypto.subtle.verify({ name: key.publicKey.algorithm.name, hash: digestName }, key.publicKey, web, own(data))).toBe(true)
  })

  it('refuses a digest that is not that of the bytes, and stops when told to', async () => {
    const { signer } = await lab.issue()
    await expect(signer.sign([{ toBeSigned: data, digest: new Uint8Array(32) }])).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(signer.sign([{ toBeSigned: data, digest: data }], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  function rawSignature(der: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
    const { result } = asn1js.fromBER(own(der))
    const out = new Uint8Array(2 * length)
    ;(result as asn1js.Sequence).valueBlock.value.forEach((part, i) => {
      const hex = (part as asn1js.Integer)
        .toBigInt()
        .toString(16)
        .padStart(2 * length, '0')
      out.set(fromHex(hex) ?? [], i * length)
    })
    return out
  }
})

describe('CRLs', () => {
  it('are signed, numbered, and list what was revoked', async () => {
    const [kept, revoked] = [await lab.issue(), await lab.issue()]
    const date = new Date('2026-03-04T05:06:07Z')
    lab.revoke(revoked.certificate, { date, reason: 'keyCompromise' })
    const crls = [new x509.X509Crl(own(await lab.crl())), new x509.X509Crl(own(await lab.crl()))]
    const [crl] = crls
    expect(await crl?.verify({ publicKey: certificateOf(lab.ca.certificate) })).toBe(true)
    expect(crl?.findRevoked(certificateOf(kept.certificate))).toBeNull()
    expect(crl?.findRevoked(certificateOf(revoked.certificate))).toMatchObject({ revocationDate: date, reason: x509.X509CrlReason.keyCompromise })
    const numbers = crls.map((each) => toHex(new Uint8Array(each.getExtension('2.5.29.20')?.value ?? new ArrayBuffer(0))))
    expect(numbers[1]).not.toBe(numbers[0])
    expect(pkijs.CertificateRevocationList.fromBER(own(await lab.crl())).isCertificateRevoked(pkiCertificate(revoked.certificate))).toBe(true)
  })

  it('take times, entries and a forger’s signature', async () => {
    const [thisUpdate, nextUpdate] = [new Date('2026-01-01T00:00:00Z'), new Date('2051-01-01T00:00:00Z')]
    const impostor = await lab.impostor(lab.root)
    const empty = new x509.X509Crl(own(await lab.crl(lab.root, { thisUpdate, nextUpdate, revoked: [], signer: impostor })))
    expect([empty.thisUpdate, empty.nextUpdate, empty.entries.length]).toEqual([thisUpdate, nextUpdate, 0])
    expect(await empty.verify({ publicKey: certificateOf(lab.root.certificate) })).toBe(false)
    expect(await empty.verify({ publicKey: certificateOf(impostor.certificate) })).toBe(true)
    expect(new x509.X509Crl(own(await lab.crl(lab.root, { nextUpdate: null }))).nextUpdate).toBeUndefined()
  })
})

describe('a large CRL', () => {
  it('lists every entry', async () => {
    const date = new Date('2026-03-04T05:06:07Z')
    const revoked = Array.from({ length: 20_000 }, (_, i) => ({ serial: Uint8Array.of(1, i >> 8, i & 0xff), date }))
    const crl = await lab.crl(lab.ca, { revoked })
    // Of each entry: SEQUENCE, the serial number's five octets, UTCTime's fifteen.
    expect(crl.length).toBeGreaterThan(20_000 * 22)
    expect(toHex(crl)).toContain(`30140203014e1f170d${toHex(utf8('260304050607Z'))}`)
  })
})

describe('OCSP responses', () => {
  const basicOf = (response: Uint8Array) => {
    const { responseBytes } = pkijs.OCSPResponse.fromBER(own(response))
    return pkijs.BasicOCSPResponse.fromBER(responseBytes?.response.getValue() ?? new ArrayBuffer(0))
  }
  const statusIn = async (response: Uint8Array, certificate: Uint8Array) =>
    (await basicOf(response).getCertificateStatus(pkiCertificate(certificate), pkiCertificate(lab.ca.certificate))).status
  const holds = (response: Uint8Array) => basicOf(response).verify({ trustedCerts: [pkiCertificate(lab.ca.certificate), pkiCertificate(lab.root.certificate)] })

  it('say good, revoked and unknown', async () => {
    const { certificate } = await lab.issue()
    expect(await statusIn(await lab.ocsp(certificate), certificate)).toBe(0)
    expect(await statusIn(await lab.ocsp(certificate, { status: 'unknown' }), certificate)).toBe(2)
    lab.revoke(certificate)
    expect(await statusIn(await lab.ocsp(certificate), certificate)).toBe(1)
    expect(await statusIn(await lab.ocsp(certificate, { status: 'good' }), certificate)).toBe(0)
  })

  it('are signed by a delegate that nobody checks, or by the authority', async () => {
    const { certificate } = await lab.issue()
    const delegated = await lab.ocsp(certificate)
    expect(await holds(delegated)).toBe(true)
    const [responder] = basicOf(delegated).certs ?? []
    const read = certificateOf(new Uint8Array(responder?.toSchema(true).toBER() ?? new ArrayBuffer(0)))
    expect(read.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([x509.ExtendedKeyUsage.ocspSigning])
    expect(read.getExtension('1.3.6.1.5.5.7.48.1.5')).not.toBeNull()
    const direct = await lab.ocsp(certificate, { delegated: false, responderId: 'name' })
    expect(basicOf(direct).certs ?? []).toEqual([])
    // pkijs looks for the signer among the certificates of the response only.
    expect(await holds(await lab.ocsp(certificate, { delegated: false, responderId: 'name', certificates: [lab.ca.certificate] }))).toBe(true)
  })

  it('carry the times, the nonce and the CertID digest that are asked for', async () => {
    const { certificate } = await lab.issue()
    const [thisUpdate, nextUpdate, producedAt] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z'), new Date('2026-01-01T01:00:00Z')]
    const nonce = Uint8Array.of(1, 2, 3, 4)
    const { tbsResponseData } = basicOf(await lab.ocsp(certificate, { thisUpdate, nextUpdate, producedAt, nonce, certIdDigest: 'SHA-256' }))
    expect(tbsResponseData.producedAt).toEqual(producedAt)
    expect(tbsResponseData.responses[0]).toMatchObject({ thisUpdate, nextUpdate })
    expect(tbsResponseData.responses[0]?.certID.issuerKeyHash.valueBlock.valueHexView).toHaveLength(32)
    expect(toHex(new Uint8Array(tbsResponseData.responseExtensions?.[0]?.extnValue.getValue() ?? new ArrayBuffer(0)))).toBe('040401020304')
  })

  it('come from a responder that is not fit for it when one is given', async () => {
    const [{ certificate }, stranger] = [await lab.issue(), await lab.issue({ subject: 'CN=Stranger' })]
    const response = await lab.ocsp(certificate, { responder: stranger })
    const [included] = basicOf(response).certs ?? []
    expect(new Uint8Array(included?.toSchema(true).toBER() ?? new ArrayBuffer(0))).toEqual(stranger.certificate)
    await expect(holds(response)).rejects.toThrow('not authorized')
  })

  it('answer requests as a server does', async () => {
    const { certificate } = await lab.issue()
    const request = new pkijs.OCSPRequest()
    await request.createForCertificate(pkiCertificate(certificate), { hashAlgorithm: 'SHA-256', issuerCertificate: pkiCertificate(lab.ca.certificate) })
    const asked = new Uint8Array(request.toSchema(true).toBER())
    expect(await statusIn(await lab.answerOcsp(asked), certificate)).toBe(0)
    expect(toHex(await lab.answerOcsp(utf8('no request')))).toBe('30030a0101')
    expect(toHex(await (await Lab.create()).answerOcsp(asked))).toBe('30030a0106')
  })

  it('are refused for a certificate of nobody here', async () => {
    const { certificate } = await (await Lab.create()).issue()
    await expect(lab.ocsp(certificate)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(lab.crl((await Lab.create()).ca)).rejects.toBeInstanceOf(KysoError)
  })
})

describe('time-stamps', () => {
  it.each<LabKeyAlgorithm>(['P-256', 'P-384', 'RSA-2048'])('are accepted by pkijs: %s', async (algorithm) => {
    const tsa = await lab.timestampAuthority({ algorithm })
    expect(await tokenHolds(await tsa.respond(await timestampRequest(data)))).toBe(true)
  })

  it('are signed with Ed25519 too', async () => {
    const { respond, identity } = await lab.timestampAuthority({ algorithm: 'Ed25519' })
    const [signerInfo] = (await tokenOf(await respond(await timestampRequest(data)))).signedData.signerInfos
    const value = own(signerInfo?.signature.valueBlock.valueHexView ?? new Uint8Array())
    const attributes = signerInfo?.signedAttrs?.encodedValue ?? new ArrayBuffer(0)
    expect(await crypto.subtle.verify('Ed25519', identity.key.publicKey, value, attributes)).toBe(true)
  })

  it('echo nonce and policy, at the time that is asked for', async () => {
    const time = new Date('2026-04-05T06:07:08Z')
    const nonce = 0x80ff00ff00ff00ffn
    const { info } = await tokenOf(await lab.timestamp(await timestampRequest(data, { nonce, policy: '1.2.3.4' }), { time }))
    expect([info.nonce?.toBigInt(), info.policy, info.genTime]).toEqual([nonce, '1.2.3.4', time])
    expect((await tokenOf(await lab.timestamp(await timestampRequest(data)))).info.nonce).toBeUndefined()
  })

  it('carry certificates where they are asked for', async () => {
    const count = async (certReq: boolean) =>
      (await tokenOf(await lab.timestamp(await timestampRequest(data, { certReq })))).signedData.certificates?.length ?? 0
    expect([await count(true), await count(false)]).toEqual([2, 0])
  })

  it('bind their certificate in sorted signed attributes', async () => {
    const attributes = async (signingCertificate: 'v1' | 'v2' | 'both' | 'none') =>
      (await tokenOf(await lab.timestamp(await timestampRequest(data), { signingCertificate }))).signedData.signerInfos[0]?.signedAttrs?.attributes ?? []
    const types = async (which: 'v1' | 'v2' | 'both' | 'none') => (await attributes(which)).map(({ type }) => type.replace('1.2.840.113549.1.9.', '')).sort()
    expect(await types('v2')).toEqual(['16.2.47', '3', '4', '5'])
    expect(await types('both')).toEqual(['16.2.12', '16.2.47', '3', '4', '5'])
    expect(await types('none')).toEqual(['3', '4', '5'])
    const encodings = (await attributes('both')).map((attribute) => toHex(new Uint8Array(attribute.toSchema().toBER())))
    expect(encodings).toEqual([...encodings].sort())
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', own(lab.tsa.certificate)))
    expect(encodings.some((encoding) => encoding.includes(toHex(hash)))).toBe(true)
  })

  it.each<TimestampFault>(['signature', 'message-digest', 'imprint'])('that are wrong are refused by pkijs: %s', async (fault) => {
    expect(await tokenHolds(await lab.timestamp(await timestampRequest(data), { wrong: [fault] }))).toBe(false)
  })

  it.each<TimestampFault>(['nonce', 'no-nonce', 'policy', 'content-type', 'certificate-hash', 'issuer-serial'])(
    'that are wrong differ where they should: %s',
    async (fault) => {
      const time = lab.now()
      const tsa = await lab.timestampAuthority({ algorithm: 'RSA-2048' })
      const request = await timestampRequest(data, { nonce: 5n, policy: '1.2.3' })
      const [right, wrong] = [await tokenOf(await tsa.respond(request, { time })), await tokenOf(await tsa.respond(request, { time, wrong: [fault] }))]
      const differs = { nonce: right.info.nonce?.toBigInt() !== wrong.info.nonce?.toBigInt(), policy: right.info.policy !== wrong.info.policy }
      expect(differs).toEqual({ nonce: fault === 'nonce' || fault === 'no-nonce', policy: fault === 'policy' })
      const attribute = ({ signedData }: typeof right, type: string) =>
        toHex(
          new Uint8Array(
            signedData.signerInfos[0]?.signedAttrs?.attributes
              .find((each) => each.type === type)
              ?.toSchema()
              .toBER() ?? new ArrayBuffer(0),
          ),
        )
      const same = (type: string) => attribute(right, type) === attribute(wrong, type)
      expect(same('1.2.840.113549.1.9.3')).toBe(fault !== 'content-type')
      expect(same('1.2.840.113549.1.9.16.2.47')).toBe(fault !== 'certificate-hash' && fault !== 'issuer-serial')
    },
  )

  it('are refused with a reason', async () => {
    const failInfo = async (response: Uint8Array) => {
      const { status, timeStampToken } = pkijs.TimeStampResp.fromBER(own(response))
      expect(timeStampToken).toBeUndefined()
      expect(status.status).toBe(2)
      return toHex(status.failInfo?.valueBlock.valueHexView ?? new Uint8Array())
    }
    expect(await failInfo(await lab.timestamp(utf8('no request')))).toBe('04')
    expect(await failInfo(await lab.timestamp(await timestampRequest(data), { reject: 'unacceptedPolicy' }))).toBe('0001')
    const request = await timestampRequest(data)
    const withMd5 = fromHex(toHex(request).replace('3031300d060960864801650304020105000420', '302d300906052b0e03021a05000420'))
    expect(await failInfo(await lab.timestamp(withMd5 ?? request))).toBe('04')
  })

  it('come through a source, which can be stopped', async () => {
    const request = await timestampRequest(data)
    expect(await tokenHolds(await lab.tsa.source.timestamp(request))).toBe(true)
    expect(await tokenHolds(await lab.tsa.sourceWith({ wrong: ['signature'] }).timestamp(request))).toBe(false)
    await expect(lab.tsa.source.timestamp(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  it('can come from an authority that is not fit for it', async () => {
    const wrong = await Lab.create({ tsaCertificate: { extendedKeyUsage: ['timeStamping', 'emailProtection'], extendedKeyUsageCritical: false } })
    expect(certificateOf(wrong.tsa.certificate).getExtension(x509.ExtendedKeyUsageExtension)).toMatchObject({
      critical: false,
      usages: [x509.ExtendedKeyUsage.timeStamping, x509.ExtendedKeyUsage.emailProtection],
    })
  })
})

describe('pem', () => {
  it('wraps at 64 characters', () => {
    const text = pem(lab.root.certificate, 'CERTIFICATE')
    expect(text.split('\n').every((line) => line.length <= 64)).toBe(true)
    expect(new Uint8Array(x509.PemConverter.decodeFirst(text))).toEqual(lab.root.certificate)
  })
})
