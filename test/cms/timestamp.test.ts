import { beforeAll, describe, expect, it } from 'vitest'
import { parseTimestampToken, timestampFromResponse, timestampRequest, verifyTimestampToken } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { digest } from '../../src/core/hash.ts'
import { Lab, type LabIdentity, type LabTsa, type TimestampFault, type TimestampOptions } from '../../src/testing/index.ts'
import { cms, int, OID, octets, oid, seq, tlv, usualAttributes } from './builder.ts'
import { open } from './support.ts'

const crypto = defaultCrypto()
const data = utf8('signature value')
let lab: Lab
beforeAll(async () => {
  lab = await Lab.create()
})

/** Asks an authority and takes its answer as a client does; the code and data of what is thrown, or the token. */
async function ask(tsa: LabTsa, options: TimestampOptions = {}, policy?: string): Promise<string> {
  const request = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data), policy)
  try {
    const token = await timestampFromResponse(crypto, request, await tsa.respond(request.bytes, options))
    return `time ${token.info.genTime.toISOString()}`
  } catch (error) {
    if (!isKysoError(error)) throw error
    return `${error.code} ${error.data.check ?? error.data.failure ?? ''}`.trim()
  }
}

/** The checks of a token that do not pass, found later by who verifies it. */
async function checks(tsa: LabTsa, options: TimestampOptions = {}, stamped = data): Promise<string[]> {
  const request = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data))
  const response = await tsa.respond(request.bytes, options)
  // The token is what follows the status, which is five octets for `granted`.
  return checkToken(response.subarray(response.length - tokenLength(response)), stamped)
}

function tokenLength(response: Uint8Array): number {
  const header = (response[1] as number) > 0x80 ? 2 + ((response[1] as number) & 0x7f) : 2
  return response.length - header - 5
}

async function checkToken(bytes: Uint8Array, stamped = data): Promise<string[]> {
  const token = parseTimestampToken(bytes)
  const result = await verifyTimestampToken(crypto, new Budget(), token, (algorithm) => digest(crypto, algorithm, stamped))
  return open(result)
}

describe('an answer', () => {
  it('that is right is taken', async () => {
    const time = new Date('2026-06-01T08:00:00Z')
    expect(await ask(lab.tsa, { time })).toBe('time 2026-06-01T08:00:00.000Z')
    expect(await ask(lab.tsa, { time }, '1.2.3.4')).toBe('time 2026-06-01T08:00:00.000Z')
  })

  it.each<[TimestampFault, string]>([
    ['nonce', 'ERR_TSP_MISMATCH nonce'],
    ['no-nonce', 'ERR_TSP_MISMATCH nonce'],
    ['imprint', 'ERR_TSP_MISMATCH messageImprint'],
    ['signature', 'ERR_TSP_MISMATCH signatureValue'],
    ['message-digest', 'ERR_TSP_MISMATCH messageDigest'],
    ['content-type', 'ERR_TSP_MISMATCH contentType'],
    ['certificate-hash', 'ERR_TSP_MISMATCH signingCertificateAttribute'],
    ['issuer-serial', 'ERR_TSP_MISMATCH signingCertificateAttribute'],
  ])('with a wrong %s is refused', async (fault, expected) => {
    expect(await ask(lab.tsa, { wrong: [fault] })).toBe(expected)
  })

  it('of another policy than the one asked for is refused', async () => {
    expect(await ask(lab.tsa, { wrong: ['policy'] }, '1.2.3.4')).toBe('ERR_TSP_MISMATCH policy')
  })

  it('that refuses is told with its reason', async () => {
    expect(await ask(lab.tsa, { reject: 'unacceptedPolicy' })).toBe('ERR_TSA_REFUSED unacceptedPolicy')
  })

  it('without the certificate that was asked for is refused: nothing says whose it is', async () => {
    expect(await ask(lab.tsa, { certificates: 'none' })).toBe('ERR_TSP_MISMATCH signatureValue')
    expect(await ask(lab.tsa, { certificates: 'signer' })).toMatch(/^time /)
  })

  it('of a certificate that is not for time-stamping alone is refused', async () => {
    for (const options of [
      { extendedKeyUsageCritical: false },
      { extendedKeyUsage: ['timeStamping', 'clientAuth'] as const },
      { extendedKeyUsage: ['clientAuth'] as const },
      { extendedKeyUsage: ['2.5.29.37.0'] as const },
      { extendedKeyUsage: undefined },
    ]) {
      expect(await ask(await lab.timestampAuthority(options))).toBe('ERR_TSP_MISMATCH timestampCertificate')
    }
  })

  it('that is none, or empty, is refused', async () => {
    const request = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data))
    for (const response of [
      new Uint8Array(),
      data,
      seq(),
      seq(seq(int(0))),
      seq(seq(int(2))),
      seq(seq(int(0)), seq()),
      seq(seq(int(0)), octets(data)),
      seq(seq(int(7)), seq(oid(OID.signedData))),
    ]) {
      await expect(timestampFromResponse(crypto, request, response)).rejects.toSatisfy((error) =>
        isKysoError(error, 'ERR_TSP_SYNTAX', 'ERR_TSA_REFUSED', 'ERR_CMS_SYNTAX'),
      )
    }
  })

  it('to another request is refused', async () => {
    const first = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data))
    const second = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data))
    expect(first.nonce).not.toBe(second.nonce)
    await expect(timestampFromResponse(crypto, second, await lab.tsa.respond(first.bytes))).rejects.toMatchObject({
      code: 'ERR_TSP_MISMATCH',
      data: { check: 'nonce' },
    })
  })
})

describe('a token', () => {
  it('passes every check with either form of the attribute, or both', async () => {
    for (const signingCertificate of ['v1', 'v2', 'both'] as const) expect(await checks(lab.tsa, { signingCertificate })).toEqual([])
    expect(await checks(lab.tsa, { signingCertificate: 'none' })).toEqual(['signingCertificateAttribute?'])
  })

  it('is over what was stamped and nothing else', async () => {
    expect(await checks(lab.tsa, {}, utf8('another value'))).toEqual(['messageImprint'])
  })

  it.each<[TimestampFault, string]>([
    ['imprint', 'messageImprint'],
    ['signature', 'signatureValue'],
    ['message-digest', 'messageDigest'],
    ['content-type', 'contentType'],
    ['certificate-hash', 'signingCertificateAttribute'],
    ['issuer-serial', 'signingCertificateAttribute'],
  ])('with a wrong %s fails', async (fault, name) => {
    expect(await checks(lab.tsa, { wrong: [fault] })).toEqual([name])
  })

  it('without its certificate is not done', async () => {
    expect(await checks(lab.tsa, { certificates: 'none' })).toEqual([
      'signerCertificate?',
      'signingCertificateAttribute?',
      'signatureValue?',
      'timestampCertificate?',
    ])
  })
})

describe('a token made by hand', () => {
  const tstInfo = async (parts: { version?: number; digestOid?: string; stamped?: Uint8Array; after?: Uint8Array } = {}): Promise<Uint8Array> =>
    seq(
      int(parts.version ?? 1),
      oid('1.2.3.4'),
      seq(seq(oid(parts.digestOid ?? OID.sha256)), octets(await digest(crypto, 'SHA-256', parts.stamped ?? data))),
      int(1),
      tlv(0x18, utf8('20260601080000Z')),
      ...(parts.after ? [parts.after] : []),
    )
  const authority = (): Promise<LabIdentity> => lab.issue({ extendedKeyUsage: ['timeStamping'], extendedKeyUsageCritical: true })

  it('is read in BER too', async () => {
    expect(await checkToken(await cms(await authority(), await tstInfo(), { eContentType: OID.tstInfo, eContent: await tstInfo(), ber: true }))).toEqual([])
  })

  it('has one signer and signed attributes', async () => {
    const identity = await authority()
    const info = await tstInfo()
    expect(await checkToken(await cms(identity, info, { eContentType: OID.tstInfo, eContent: info, signerInfos: 2 }))).toEqual(['singleSignerInfo'])
    expect(await checkToken(await cms(identity, info, { eContentType: OID.tstInfo, eContent: info, signerInfos: 0 }))).toEqual(['singleSignerInfo'])
    expect(await checkToken(await cms(identity, info, { eContentType: OID.tstInfo, eContent: info, attributes: null }))).toContain('signedAttributes')
  })

  it('says what kind of content it has, and has it', async () => {
    const identity = await authority()
    const info = await tstInfo()
    expect(() => parseTimestampToken(new Uint8Array())).toThrowError(expect.objectContaining({ code: 'ERR_CMS_SYNTAX' }))
    const asData = await cms(identity, info, { eContent: info })
    expect(() => parseTimestampToken(asData)).toThrowError(expect.objectContaining({ code: 'ERR_TSP_SYNTAX' }))
    const detached = await cms(identity, info, { eContentType: OID.tstInfo })
    expect(() => parseTimestampToken(detached)).toThrowError(expect.objectContaining({ code: 'ERR_TSP_SYNTAX' }))
    for (const content of [data, seq(), await tstInfo({ version: 2 }), concat([info, Uint8Array.of(0)]), await tstInfo({ after: octets(data) })]) {
      const bytes = await cms(identity, content, { eContentType: OID.tstInfo, eContent: content })
      expect(() => parseTimestampToken(bytes)).toThrowError(expect.objectContaining({ code: 'ERR_TSP_SYNTAX' }))
    }
  })

  it('with an imprint by a digest that is not known, or not of that digest, proves nothing', async () => {
    const identity = await authority()
    for (const [digestOid, expected] of [
      ['1.2.3.4', ['messageImprint?']],
      [OID.sha1, ['messageImprint']],
      [OID.sha512, ['messageImprint']],
    ] as const) {
      const info = await tstInfo({ digestOid })
      expect(await checkToken(await cms(identity, info, { eContentType: OID.tstInfo, eContent: info }))).toEqual(expected)
    }
  })

  it('with a critical extension that is not known proves nothing; with another it does', async () => {
    const identity = await authority()
    const extended = async (type: string, critical: boolean): Promise<string[]> => {
      const info = await tstInfo({ after: tlv(0xa1, seq(oid(type), ...(critical ? [tlv(0x01, Uint8Array.of(0xff))] : []), octets(seq()))) })
      return checkToken(await cms(identity, info, { eContentType: OID.tstInfo, eContent: info }))
    }
    expect(await extended('1.2.3.4', true)).toEqual(['timestampExtensions'])
    expect(await extended('1.2.3.4', false)).toEqual([])
    expect(await extended('1.3.6.1.5.5.7.1.3', true)).toEqual([])
  })

  it('bound by SHA-1 alone is told to be so', async () => {
    const request = timestampRequest(crypto, 'SHA-256', await digest(crypto, 'SHA-256', data))
    const binding = async (signingCertificate: 'v1' | 'v2' | 'both'): Promise<unknown> => {
      const token = await timestampFromResponse(crypto, request, await lab.tsa.respond(request.bytes, { signingCertificate }))
      const { checks: found } = await verifyTimestampToken(crypto, new Budget(), token, async () => request.digest)
      return found.find(({ name }) => name === 'signingCertificateAttribute')?.data?.binding
    }
    expect([await binding('v1'), await binding('v2'), await binding('both')]).toEqual(['SHA-1', undefined, undefined])
  })

  it('over a messageDigest of something else than its content fails', async () => {
    const identity = await authority()
    const attributes = await usualAttributes(identity, await tstInfo({ stamped: utf8('other') }), OID.sha256, OID.tstInfo)
    expect(await checkToken(await cms(identity, data, { eContentType: OID.tstInfo, eContent: await tstInfo(), attributes }))).toEqual(['messageDigest'])
  })
})
