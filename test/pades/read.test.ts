import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { timestampFromResponse, timestampRequest } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, fromLatin1, latin1, toHex, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import { pdfFormat, readPdf } from '../../src/pades/index.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { BASELINE_POLICY, LEGACY_POLICY, type Policy, verify } from '../../src/verify/index.ts'
import { attr, cms, hashed, OID, octets, oid, signingCertificateV2, sorted } from '../cms/builder.ts'
import { Sample, simplePdf } from '../pdf/sample.ts'
import { days, type LabSetting, NOW, setting, sign, summary, verdict } from '../verify/lab-pdf.ts'
import { craft, formObjects, openChecks, signatureDict } from './craft.ts'

let made: LabSetting
let rsa: LabIdentity
beforeAll(async () => {
  made = await setting()
  rsa = await made.lab.issue({ algorithm: 'RSA-2048' })
})

/** SHA-1 is weak; what these tests are about is the form. */
const sha1Allowed: Policy = { ...BASELINE_POLICY, digests: { ...BASELINE_POLICY.digests, 'SHA-1': null } }

describe('adbe.pkcs7.detached', () => {
  it('is read like its successor, with a level of its own', async () => {
    const file = await craft(made.signer, { subFilter: 'adbe.pkcs7.detached' })
    const report = await verify(file, made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures[0]).toMatchObject({ level: 'PKCS7-B', intact: true, claims: { subFilter: 'adbe.pkcs7.detached' } })
  })

  it('without the signing-certificate attribute passes with a warning, unless the policy wants it', async () => {
    const file = await craft(made.signer, {
      subFilter: 'adbe.pkcs7.detached',
      value: async (content) =>
        cms(made.signer, content, {
          attributes: sorted([attr(OID.contentType, oid(OID.data)), attr(OID.messageDigest, octets(await hashed(OID.sha256, content)))]),
        }),
    })
    const report = await verify(file, made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'signingCertificateAbsent', severity: 'warning' }))
    const strict = { ...BASELINE_POLICY, constraints: { ...BASELINE_POLICY.constraints, signingCertificateAttribute: 'FAIL' as const } }
    expect(await verdict(file, { ...made.options, policy: strict })).toBe('INDETERMINATE SIG_CONSTRAINTS_FAILURE')
  })

  it('without signed attributes is over the file itself', async () => {
    const value = (content: Uint8Array): Promise<Uint8Array> => cms(made.signer, content, { attributes: null })
    const file = await craft(made.signer, { subFilter: 'adbe.pkcs7.detached', value })
    expect(await verdict(file, made.options)).toBe('TOTAL-PASSED')
    const changed = file.slice()
    changed[file.length - 3] = 0x45
    expect(await verdict(changed, made.options)).not.toBe('TOTAL-PASSED')
    const other = await craft(made.signer, { subFilter: 'adbe.pkcs7.detached', value: () => value(utf8('another file')) })
    expect(await verdict(other, made.options)).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  })
})

describe('content inside a detached signature', () => {
  it.each(['ETSI.CAdES.detached', 'adbe.pkcs7.detached'])('is refused, the right one too: %s', async (subFilter) => {
    for (const eContent of [utf8('another document'), new Uint8Array()]) {
      const file = await craft(made.signer, { subFilter, value: () => cms(made.signer, eContent, { eContent }) })
      expect((await openChecks(file))[0]).toContain('contentAbsent')
      expect(await verdict(file, made.options)).toBe('TOTAL-FAILED FORMAT_FAILURE')
    }
    const file = await craft(made.signer, { subFilter, value: (content) => cms(made.signer, content, { eContent: content }) })
    expect(await openChecks(file)).toEqual([['contentAbsent']])
  })

  it('never takes the place of the document', async () => {
    // The attributes are over the attached content: who hashes that instead of the file is deceived.
    const evil = utf8('what the signer did sign, elsewhere')
    const file = await craft(made.signer, { value: () => cms(made.signer, evil, { eContent: evil }) })
    expect((await openChecks(file))[0]).toEqual(expect.arrayContaining(['contentAbsent', 'messageDigest']))
  })
})

describe('a CMS in a PDF', () => {
  it('has exactly one signer', async () => {
    for (const signerInfos of [0, 2, 3]) {
      const file = await craft(made.signer, { value: (content) => cms(made.signer, content, { signerInfos }) })
      expect(await openChecks(file)).toEqual([['singleSignerInfo']])
      expect(await verdict(file, made.options)).toBe('TOTAL-FAILED FORMAT_FAILURE')
    }
  })

  it('is over data: a token of another kind does not stand for it', async () => {
    for (const eContentType of [OID.tstInfo, OID.signedData]) {
      const file = await craft(made.signer, { value: (content) => cms(made.signer, content, { eContentType }) })
      expect(await openChecks(file)).toEqual([['contentType']])
      expect(await verdict(file, made.options)).toBe('TOTAL-FAILED FORMAT_FAILURE')
    }
  })

  it('that is none fails, whatever it is', async () => {
    for (const value of [
      new Uint8Array(),
      latin1('hello'),
      Uint8Array.of(0x30, 0),
      Uint8Array.of(0x30, 0x80, 0, 0),
      new Uint8Array(2000).fill(0x30),
      made.signer.certificate,
    ]) {
      const file = await craft(made.signer, { value: () => value })
      expect(await verdict(file, made.options)).toMatch(/^TOTAL-FAILED FORMAT_FAILURE|^INDETERMINATE ERR_BUDGET_EXCEEDED/)
    }
  })

  it('in BER is read', async () => {
    const file = await craft(made.signer, { value: (content) => cms(made.signer, content, { ber: true }) })
    expect(await verdict(file, made.options)).toBe('TOTAL-PASSED')
  })

  it('of somebody else’s certificate fails', async () => {
    const other = await made.lab.issue()
    const file = await craft(made.signer, { value: async (content) => cms(made.signer, content, { signature: await other.key.sign(content) }) })
    expect(await verdict(file, made.options)).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  })

  it('bound to another certificate is not told whose it is', async () => {
    const other = await made.lab.issue()
    const file = await craft(made.signer, {
      value: async (content) =>
        cms(made.signer, content, {
          attributes: sorted([
            attr(OID.contentType, oid(OID.data)),
            attr(OID.messageDigest, octets(await hashed(OID.sha256, content))),
            await signingCertificateV2(other.certificate),
          ]),
        }),
    })
    expect(await verdict(file, made.options)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
  })

  it('without its certificate is not known, until the certificate is handed in', async () => {
    const file = await craft(made.signer, { value: (content) => cms(made.signer, content, { certificates: [] }) })
    const report = await verify(file, made.options)
    expect(summary(report)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
    expect(report.signatures[0]).toMatchObject({ intact: null, signer: null })
    expect(await verdict(file, { ...made.options, certificates: made.signer.chain })).toBe('TOTAL-PASSED')
  })
})

describe('adbe.pkcs7.sha1', () => {
  const value = async (content: Uint8Array): Promise<Uint8Array> => {
    const digest = await hashed(OID.sha1, content)
    return cms(made.signer, digest, { eContent: digest })
  }

  it('is bound to the document by SHA-1, however strong the rest is, and so is weak', async () => {
    const file = await craft(made.signer, { subFilter: 'adbe.pkcs7.sha1', value })
    const report = await verify(file, made.options)
    expect(report.signatures[0]).toMatchObject({ intact: true, level: 'PKCS7-B', digestAlgorithm: 'SHA-1' })
    expect(summary(report)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
    expect(await verdict(file, { ...made.options, policy: sha1Allowed })).toBe('TOTAL-PASSED')
  })

  it('has the digest of this document in it', async () => {
    for (const content of [utf8('not a digest'), new Uint8Array(), await hashed(OID.sha1, utf8('another')), await hashed(OID.sha256, utf8('another'))]) {
      const file = await craft(made.signer, { subFilter: 'adbe.pkcs7.sha1', value: () => cms(made.signer, content, { eContent: content }) })
      expect(await openChecks(file)).toEqual([['contentDigest']])
      expect(await verdict(file, { ...made.options, policy: sha1Allowed })).toBe('TOTAL-FAILED HASH_FAILURE')
    }
    const detached = await craft(made.signer, { subFilter: 'adbe.pkcs7.sha1', value: async (content) => cms(made.signer, await hashed(OID.sha1, content)) })
    expect((await openChecks(detached))[0]).toContain('contentDigest')
  })
})

describe('adbe.x509.rsa_sha1', () => {
  const file = (
    options: { digest?: string; identity?: LabIdentity; certificate?: string; value?: (content: Uint8Array) => Uint8Array } = {},
  ): Promise<Uint8Array> => {
    const identity = options.identity ?? rsa
    const key = { key: Buffer.from(identity.pkcs8), format: 'der', type: 'pkcs8' } as const
    const signature = (content: Uint8Array): Uint8Array =>
      new Uint8Array(
        createSign(options.digest ?? 'sha256')
          .update(content)
          .sign(key),
      )
    const certificate = options.certificate ?? `<${toHex(identity.certificate)}>`
    return craft(identity, {
      objects: { 6: signatureDict('adbe.x509.rsa_sha1', `/Cert ${certificate}`) },
      value: options.value ?? ((content) => octets(signature(content))),
    })
  }

  it('is valid with its certificate in the dictionary, alone or first of a list', async () => {
    const chain = `[${rsa.chain.map((one) => `<${toHex(one)}>`).join('')}]`
    for (const certificate of [undefined, chain]) {
      const report = await verify(await file({ ...(certificate ? { certificate } : {}) }), { ...made.options, certificates: rsa.chain })
      expect(summary(report)).toBe('TOTAL-PASSED')
      expect(report.signatures[0]).toMatchObject({ level: 'X509-RSA', intact: true, digestAlgorithm: 'SHA-256' })
      expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'signingCertificateAbsent', severity: 'warning' }))
    }
  })

  it('with SHA-1 is weak', async () => {
    expect(await verdict(await file({ digest: 'sha1' }), { ...made.options, certificates: rsa.chain })).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
  })

  it('with another key, a value that is no OCTET STRING, or no certificate is not valid', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const wrong = await file({ value: (content) => octets(new Uint8Array(createSign('sha256').update(content).sign(other))) })
    expect(await verdict(wrong, made.options)).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
    expect(await verdict(await file({ value: (content) => new Uint8Array(createHash('sha256').update(content).digest()) }), made.options)).toMatch(
      /^TOTAL-FAILED/,
    )
    expect(await verdict(await file({ certificate: '(no certificate)' }), made.options)).toMatch(/^TOTAL-FAILED/)
    expect(await verdict(await file({ certificate: '[]' }), made.options)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
    expect(await verdict(await file({ certificate: 'null' }), made.options)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
    const elliptic = await file({ identity: made.signer, value: (content) => octets(content.subarray(0, 64)) })
    expect(await verdict(elliptic, made.options)).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE')
  })
})

describe('SubFilter', () => {
  it.each(['adbe.pkcs7.sha256', 'ETSI.CAdES', 'etsi.cades.detached', 'kyso', ''])('%s is not known, so nothing is said for it', async (subFilter) => {
    const file = await craft(made.signer, { objects: { 6: signatureDict('X').replace('/SubFilter/X', subFilter === '' ? '' : `/SubFilter/${subFilter}`) } })
    const report = await verify(file, made.options)
    expect(summary(report)).toMatch(/^INDETERMINATE/)
    expect(report.signatures).toHaveLength(1)
    expect(report.signatures[0]?.intact).not.toBe(true)
  })

  const token = async (content: Uint8Array): Promise<Uint8Array> => {
    const request = timestampRequest(defaultCrypto(), 'SHA-256', await hashed(OID.sha256, content))
    return (await timestampFromResponse(defaultCrypto(), request, await made.lab.tsa.respond(request.bytes))).bytes
  }

  it.each(['/DocTimeStamp', '/Sig'])('ETSI.RFC3161 makes a document time-stamp, with /Type %s too', async (type) => {
    const file = await craft(made.signer, { objects: { 6: signatureDict('ETSI.RFC3161').replace('/Type/Sig', `/Type${type}`) }, value: token })
    const report = await verify(file, made.options)
    // A time-stamp alone signs for nobody: the file is not signed.
    expect(summary(report)).toBe('INDETERMINATE')
    expect(report.signatures).toEqual([])
    expect(report.documentTimestamps).toMatchObject([{ type: 'document', time: NOW.toISOString(), intact: true, indication: 'TOTAL-PASSED' }])
    const changed = file.slice()
    changed[file.length - 3] = 0x45
    expect((await verify(changed, made.options)).documentTimestamps[0]?.intact ?? false).toBe(false)
  })

  it('ETSI.RFC3161 with a signature instead of a token is no time-stamp', async () => {
    const file = await craft(made.signer, { subFilter: 'ETSI.RFC3161' })
    const report = await verify(file, made.options)
    expect(report.documentTimestamps).toMatchObject([{ intact: false, indication: 'TOTAL-FAILED' }])
  })

  it('ETSI.CAdES.detached with a token instead of a signature is none', async () => {
    const file = await craft(made.signer, { value: token })
    expect((await openChecks(file))[0]).toEqual(expect.arrayContaining(['contentAbsent', 'contentType', 'messageDigest']))
    expect(await verdict(file, made.options)).toMatch(/^TOTAL-FAILED/)
  })
})

describe('what a signature says of itself', () => {
  it('is read as text', async () => {
    const file = await sign(made, { reason: 'Đồng ý', location: 'Hà Nội', contactInfo: 'a@example.vn', name: 'Nguyễn Thị Thử', signingTime: NOW })
    const [signature] = (await readPdf(file)).signatures
    expect(signature?.claims).toEqual({
      field: 'Signature1',
      subFilter: 'ETSI.CAdES.detached',
      reason: 'Đồng ý',
      location: 'Hà Nội',
      contactInfo: 'a@example.vn',
      name: 'Nguyễn Thị Thử',
    })
    expect(signature?.claimedTime).toEqual(NOW)
  })

  it('is not believed: the time is told as claimed', async () => {
    const report = await verify(await sign(made, { signingTime: days(-200) }), made.options)
    expect(report.signatures[0]).toMatchObject({ signingTime: days(-200).toISOString(), bestSignatureTime: null })
    expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'signingTimeClaimed' }))
  })
})

describe('several signatures', () => {
  it('are each over their own revision, the earlier ones explained', async () => {
    let file = simplePdf()
    for (let i = 0; i < 3; i++) file = await sign(made, {}, file)
    const report = await verify(file, made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures.map(({ coverage, claims }) => [claims.field, coverage.revision, coverage.wholeFile])).toEqual([
      ['Signature1', 1, false],
      ['Signature2', 2, false],
      ['Signature3', 3, true],
    ])
  })

  it('give the worst of their verdicts', async () => {
    const stranger = await setting()
    const file = await sign(made, {}, await sign(stranger))
    expect(await verdict(file, made.options)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    // A byte that all of them cover.
    const broken = file.slice()
    broken[11] = 0x20
    expect(await verdict(broken, made.options)).toBe('TOTAL-FAILED HASH_FAILURE')
  })

  it('are not more than the budget has', async () => {
    const file = await sign(made, {}, await sign(made))
    await expect(readPdf(file, { budget: new Budget({ signatures: 1 }) })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
    expect(summary(await verify(file, { ...made.options, budget: new Budget({ signatures: 1 }) }))).toBe('INDETERMINATE ERR_BUDGET_EXCEEDED')
  })
})

describe('detection', () => {
  const detects = (text: string): boolean => pdfFormat.detect(memorySource(latin1(text)))

  it('takes a header within the first 1,024 bytes', () => {
    expect(detects('%PDF-1.7')).toBe(true)
    expect(detects(`${'x'.repeat(1000)}%PDF-1.7`)).toBe(true)
    expect(detects(`${'x'.repeat(1100)}%PDF-1.7`)).toBe(false)
    expect(detects('%PDF')).toBe(false)
    expect(detects('')).toBe(false)
  })
})

describe('hostile forms', () => {
  it('with a name that grows at every level are an error, not a string without end', async () => {
    const levels = 240
    const objects: Record<number, string> = { 10: `(${'x'.repeat(200_000)})` }
    for (let i = 0; i < levels; i++) objects[20 + i] = `<</T 10 0 R/FT/Sig${i + 1 < levels ? `/Kids[${21 + i} 0 R]` : '/V 6 0 R'}>>`
    const file = new Sample()
      .table({ ...formObjects(), ...objects, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[20 0 R]>>>>', 6: '<</Type/Sig>>' })
      .bytes()
    expect(await verdict(file, made.options)).toBe('INDETERMINATE ERR_PDF_STRUCTURE')
  })

  it('whose fields go round in a circle, or share their kids, end', async () => {
    const kids = Array.from({ length: 3000 }, () => '12 0 R').join(' ')
    const fields = Array.from({ length: 3000 }, (_, i) => 100 + i)
    const objects: Record<number, string> = { 11: `[${kids}]`, 12: '<</T(kid)/Kids[12 0 R]>>' }
    for (const number of fields) objects[number] = `<</T(${number})/FT/Sig/Kids 11 0 R>>`
    const file = new Sample()
      .table({
        ...formObjects(),
        ...objects,
        1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields.map((number) => `${number} 0 R`).join(' ')}]>>>>`,
        6: 'null',
      })
      .bytes()
    expect(await verdict(file, { ...made.options, budget: new Budget({ pdfObjects: 1_000_000 }) })).toBe('INDETERMINATE ERR_BUDGET_EXCEEDED')
  })

  it('with a security store that names one list over and over read it once', async () => {
    const crl = await made.lab.crl(made.lab.ca)
    const objects = {
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/DSS 8 0 R>>',
      8: `<</Type/DSS/CRLs[${Array.from({ length: 5000 }, () => '9 0 R').join(' ')}]>>`,
      9: `<</Length ${crl.length}>>\nstream\n${fromLatin1(crl)}\nendstream`,
    }
    expect((await readPdf(await craft(made.signer, { objects }))).crls).toHaveLength(1)
  })

  it('with text of megabytes are read', async () => {
    const file = await craft(made.signer, { objects: { 6: signatureDict('ETSI.CAdES.detached', `/Reason(${'z'.repeat(3_000_000)})`) } })
    expect((await readPdf(file)).signatures[0]?.claims.reason).toHaveLength(3_000_000)
  })
})

describe('a file that cannot be read', () => {
  it('is a report with the error, and no signatures', async () => {
    const file = await sign(made)
    for (const bytes of [new Uint8Array(), latin1('hello'), latin1('%PDF-1.7\n'), file.subarray(0, file.length - 40), concat([file, file.subarray(30)])]) {
      const report = await verify(bytes, { ...made.options, policy: LEGACY_POLICY })
      expect(report.indication).not.toBe('TOTAL-PASSED')
    }
    expect(await verify(latin1('hello'), made.options)).toMatchObject({ format: null, error: { code: 'ERR_FORMAT_UNKNOWN' }, signatures: [] })
    expect(await verify(file.subarray(0, file.length - 40), made.options)).toMatchObject({ format: 'pdf', error: { code: 'ERR_PDF_XREF' }, signatures: [] })
  })
})
