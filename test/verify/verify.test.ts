/** Documents of the lab through the whole of verification. */
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, generalizedTime } from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import { Lab, type LabExtension } from '../../src/testing/index.ts'
import { BASELINE_POLICY, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { days, type LabSetting, NOW, setting, sign, summary, verdict } from './lab-pdf.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting()
  signed = await sign(made)
})

describe('a document of the lab', () => {
  it('passes with trust, revocation lists and time', async () => {
    const report = await verify(signed, made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report).toMatchObject({ format: 'pdf', policy: 'baseline', validationTime: NOW.toISOString(), messages: [], documentTimestamps: [] })
    expect(report.signatures[0]).toMatchObject({
      id: 'signature-1',
      level: 'PAdES-BASELINE-B',
      intact: true,
      signer: { commonName: 'Nguyễn Thị Thử', organisation: 'Công ty TNHH Thử Nghiệm', uid: ['MST:0100109106', 'CCCD:001185000001'] },
      signingTime: NOW.toISOString(),
      bestSignatureTime: null,
      digestAlgorithm: 'SHA-256',
      signatureAlgorithm: 'ECDSA-SHA256',
    })
    expect(report.signatures[0]?.chain.map(({ revocation }) => revocation)).toEqual(['good', 'good'])
  })

  it('is plain data through and through', async () => {
    const report = await verify(signed, made.options)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(structuredClone(report)).toEqual(report)
  })

  it('says the same from a source as from memory', async () => {
    expect(await verify(memorySource(signed), made.options)).toEqual(await verify(signed, made.options))
  })

  it('passes with OCSP in place of lists, by a delegate or by the authority', async () => {
    const { lab, signer } = made
    for (const delegated of [true, false]) {
      const ocsp = [await lab.ocsp(signer.certificate, { delegated }), await lab.ocsp(lab.ca.certificate, { delegated })]
      expect(await verdict(signed, { ...made.options, crls: [], ocsp })).toBe('TOTAL-PASSED')
    }
  })

  it.each(['RSA-2048', 'RSA-3072', 'P-384', 'P-521', 'Ed25519'] as const)('passes with %s', async (algorithm) => {
    const signer = await made.lab.issue({ algorithm })
    expect(await verdict(await sign({ ...made, signer }, { level: 'B-T' }), made.options)).toBe('TOTAL-PASSED')
  })

  it('passes with PSS', async () => {
    const signer = await made.lab.issue({ algorithm: 'RSA-2048', pss: true })
    expect(await verdict(await sign({ ...made, signer }), made.options)).toBe('TOTAL-PASSED')
  })
})

describe('trust', () => {
  it('is nobody’s by default', async () => {
    expect(await verdict(signed, { crls: made.crls, at: NOW })).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    expect(await verdict(signed, { at: NOW })).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
  })

  it('is by key: a root of the same name is another, whatever else is at hand', async () => {
    const impostor = await made.lab.impostor(made.lab.root)
    const report = await verify(signed, {
      ...made.options,
      trust: [trustAnchor(impostor.certificate)],
      certificates: [made.lab.root.certificate, made.lab.ca.certificate],
    })
    expect(summary(report)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    expect(report.signatures[0]).toMatchObject({ intact: true, trustAnchor: null })
  })

  it('may begin at the issuing authority', async () => {
    expect(await verdict(signed, { ...made.options, trust: [trustAnchor(made.lab.ca.certificate)] })).toBe('TOTAL-PASSED')
  })

  it('of another lab is none', async () => {
    const other = await setting()
    expect(await verdict(await sign(other), made.options)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
  })

  it('does not come out of the document: certificates in it are never anchors', async () => {
    const { signer, lab } = await setting()
    const file = await sign({ ...made, signer }, { certificates: [lab.root.certificate, lab.ca.certificate] })
    expect(await verdict(file, made.options)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
  })
})

describe('revocation', () => {
  it('that is not known leaves it open, and a policy that does not ask is warned', async () => {
    expect(await verdict(signed, { ...made.options, crls: [] })).toBe('INDETERMINATE TRY_LATER')
    expect(await verdict(signed, { ...made.options, crls: made.crls.slice(0, 1) })).toBe('INDETERMINATE TRY_LATER')
    expect(await verdict(signed, { ...made.options, crls: made.crls.slice(1) })).toBe('INDETERMINATE TRY_LATER')
    for (const revocation of ['WARN', 'INFORM', 'IGNORE'] as const) {
      const report = await verify(signed, {
        ...made.options,
        crls: [],
        policy: { ...BASELINE_POLICY, constraints: { ...BASELINE_POLICY.constraints, revocation } },
      })
      expect(summary(report)).toBe('TOTAL-PASSED')
      expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'revocationUnknown', severity: 'warning' }))
    }
  })

  it('that is stale, of the future, or of a lab long gone leaves it open', async () => {
    const { lab } = made
    const lists = async (thisUpdate: Date, nextUpdate: Date): Promise<Uint8Array[]> => [
      await lab.crl(lab.ca, { thisUpdate, nextUpdate }),
      await lab.crl(lab.root, { thisUpdate, nextUpdate }),
    ]
    expect(await verdict(signed, { ...made.options, crls: await lists(days(-9), days(-2)) })).toBe('INDETERMINATE TRY_LATER')
    expect(await verdict(signed, { ...made.options, crls: await lists(days(1), days(9)) })).toBe('INDETERMINATE TRY_LATER')
    expect(await verdict(signed, { ...made.options, crls: await lists(days(-1), days(1)) })).toBe('TOTAL-PASSED')
  })

  it('by somebody else is not used, and told', async () => {
    const impostor = await made.lab.impostor(made.lab.ca)
    const report = await verify(signed, { ...made.options, crls: [await made.lab.crl(made.lab.ca, { signer: impostor }), made.crls[1] as Uint8Array] })
    expect(summary(report)).toBe('INDETERMINATE TRY_LATER')
    expect(report.signatures[0]?.messages.map(({ code }) => code)).toContain('revocationRefused')
  })
})

describe('a certificate that was revoked', () => {
  it('counts with and without a time-stamp as its time says', async () => {
    let time = NOW
    const lab = await Lab.create({ now: () => time })
    const own = await setting(lab)
    const plain = await sign(own)
    const stamped = await sign(own, { level: 'B-T' })
    time = days(2)
    lab.revoke(own.signer.certificate, { reason: 'keyCompromise' })
    const stampedLater = await sign(own, { level: 'B-T' })
    time = days(3)
    const options = { ...own.options, at: time, crls: [await lab.crl(lab.ca), await lab.crl(lab.root)] }
    expect(await verdict(plain, options)).toBe('INDETERMINATE REVOKED_NO_POE')
    expect(await verdict(stampedLater, options)).toBe('INDETERMINATE REVOKED_NO_POE')
    const report = await verify(stamped, options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures[0]).toMatchObject({ bestSignatureTime: NOW.toISOString(), level: 'PAdES-BASELINE-T' })
    expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'revoked', severity: 'warning' }))
    // A revoked time-stamp authority proves nothing.
    lab.revoke(lab.tsa.certificate)
    expect(await verdict(stamped, { ...options, crls: [await lab.crl(lab.ca), await lab.crl(lab.root)] })).toBe('INDETERMINATE REVOKED_NO_POE')
  })

  it('of an authority takes everything below it along', async () => {
    const lab = await Lab.create({ now: NOW })
    const own = await setting(lab)
    const file = await sign(own)
    lab.revoke(lab.ca.certificate, { reason: 'cACompromise' })
    expect(await verdict(file, { ...own.options, crls: [await lab.crl(lab.ca), await lab.crl(lab.root)] })).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })
})

describe('time', () => {
  it('of judgement may be any, and says what held then', async () => {
    const { lab } = made
    let extensions: LabExtension[] = []
    const at = async (time: Date): Promise<string> =>
      verdict(signed, {
        ...made.options,
        at: time,
        crls: [await lab.crl(lab.ca, { thisUpdate: time, extensions }), await lab.crl(lab.root, { thisUpdate: time })],
      })
    expect(await at(days(30))).toBe('TOTAL-PASSED')
    // A list from after the expiry may leave out what was revoked before.
    expect(await at(days(3 * 365))).toBe('INDETERMINATE TRY_LATER')
    // expiredCertsOnCRL: this one does not.
    extensions = [{ oid: '2.5.29.60', value: encode(generalizedTime(), days(0)) }]
    expect(await at(days(3 * 365))).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED')
    expect(await at(days(-2 * 365))).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
    expect(await at(new Date('2200-01-01T00:00:00Z'))).toMatch(/^INDETERMINATE/)
  })

  it('that a time-stamp says does not count before it has come', async () => {
    const file = await sign(made, { level: 'B-T', sources: { timestamp: made.lab.tsa.sourceWith({ time: days(1) }) } })
    const report = await verify(file, made.options)
    expect(report.signatures[0]).toMatchObject({
      bestSignatureTime: null,
      timestamps: [{ intact: true, indication: 'INDETERMINATE', subIndication: 'TIMESTAMP_ORDER_FAILURE' }],
    })
  })

  it('that is proven to lie before the certificate fails', async () => {
    const file = await sign(made, { level: 'B-T', sources: { timestamp: made.lab.tsa.sourceWith({ time: days(-2 * 365) }) } })
    expect(await verdict(file, made.options)).toBe('TOTAL-FAILED NOT_YET_VALID')
  })
})

describe('time-stamps of others', () => {
  it('prove nothing when their authority is not trusted', async () => {
    const other = await Lab.create({ now: NOW })
    const report = await verify(await sign(made, { level: 'B-T', sources: { timestamp: other.tsa.source } }), made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures[0]).toMatchObject({ bestSignatureTime: null, timestamps: [{ intact: true, subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' }] })
    expect(report.signatures[0]?.messages).toContainEqual(expect.objectContaining({ code: 'timestampUnusable', severity: 'warning' }))
  })
})

describe('wrong use', () => {
  it('is an error, unlike a wrong document', async () => {
    await expect(verify(signed, { at: new Date('never') })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
    for (const options of [{ crls: [simplePdf()] }, { ocsp: [simplePdf()] }, { certificates: [simplePdf()] }]) {
      await expect(verify(signed, options)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_CERTIFICATE_SYNTAX'))
    }
  })

  it('of a format that is left out is told as unknown', async () => {
    expect(summary(await verify(signed, { ...made.options, formats: [] }))).toBe('INDETERMINATE ERR_FORMAT_UNKNOWN')
  })

  it('of a budget that is too small is a report', async () => {
    for (const limits of [{ signatureChecks: 2 }, { pathSteps: 1 }, { asn1Nodes: 50 }, { pdfObjects: 20 }, { hashedBytes: 100 }, { pdfBytes: 200 }]) {
      expect(summary(await verify(signed, { ...made.options, budget: new Budget(limits), crls: [] }))).toBe('INDETERMINATE ERR_BUDGET_EXCEEDED')
    }
  })
})
