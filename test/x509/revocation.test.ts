import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import type { CrlOptions } from '../../src/testing/crl.ts'
import { Lab, type LabAuthority, type LabIdentity, type LabReason, type OcspOptions } from '../../src/testing/index.ts'
import { findRevoked, parseCertificate, parseCrl, parseOcsp, publicKeyOf, type RevocationResult, revocationOf } from '../../src/x509/index.ts'
import { int, octets, oid, seq, tlv } from '../cms/builder.ts'
import { codeOf } from '../core/thrown.ts'

const at = new Date('2026-06-01T00:00:00Z')
let lab: Lab
let holder: LabIdentity
beforeAll(async () => {
  lab = await Lab.create({ now: at })
  holder = await lab.issue()
})

interface Evidence {
  readonly crls?: readonly Uint8Array[]
  readonly ocsp?: readonly Uint8Array[]
}

/** What the evidence says of a certificate whose issuer is an authority of the lab. */
function ask(certificate: Uint8Array, { crls = [], ocsp = [] }: Evidence, issuer: LabAuthority = lab.ca): Promise<RevocationResult> {
  const authority = parseCertificate(issuer.certificate)
  return revocationOf(
    { crypto: defaultCrypto(), budget: new Budget() },
    parseCertificate(certificate),
    { name: authority.subject, spki: authority.spki, key: publicKeyOf(authority), certificate: authority },
    crls.map((one) => parseCrl(one)),
    ocsp.map((one) => parseOcsp(one)),
  )
}

/** The same in a line: statuses with their reason, then why the others were not used. */
async function said(certificate: Uint8Array, evidence: Evidence, issuer?: LabAuthority): Promise<string> {
  const { statuses, refused } = await ask(certificate, evidence, issuer)
  return [...statuses.map(({ status, reason }) => (reason ? `${status} ${reason}` : status)), ...refused.map(({ why }) => `(${why})`)].join(', ')
}

const crl = (options?: CrlOptions, authority?: LabAuthority): Promise<Uint8Array> => lab.crl(authority, options)
const serial = (identity: LabIdentity): Uint8Array => parseCertificate(identity.certificate).serialNumber
const revoked = (identity: LabIdentity, reason?: LabReason): CrlOptions => ({ revoked: [{ serial: serial(identity), date: at, reason }] })

describe('a CRL', () => {
  it('says good of what it does not list, and revoked with the reason of what it does', async () => {
    expect(await said(holder.certificate, { crls: [await crl()] })).toBe('good')
    for (const reason of ['keyCompromise', 'certificateHold', 'superseded'] as const) {
      expect(await said(holder.certificate, { crls: [await crl(revoked(holder, reason))] })).toBe(`revoked ${reason}`)
    }
    expect(await said(holder.certificate, { crls: [await crl(revoked(holder))] })).toBe('revoked unspecified')
    expect(await said(holder.certificate, { crls: [await crl(revoked(holder, 'removeFromCRL'))] })).toBe('good')
  })

  it('finds an entry among many, also the last, and does not take one serial number for another', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ serial: Uint8Array.of(1, i >> 8, i & 255), date: at }))
    const list = parseCrl(await crl({ revoked: [...many, { serial: serial(holder), date: at, reason: 'keyCompromise' }] }))
    expect(findRevoked(list, serial(holder))).toMatchObject({ reason: 'keyCompromise', revocationDate: at })
    expect(findRevoked(list, Uint8Array.of(1, 0, 0))).toBeDefined()
    expect(findRevoked(list, Uint8Array.of(0, 1, 0, 0))).toBeUndefined()
    expect(findRevoked(list, Uint8Array.of(2, 0, 0))).toBeUndefined()
    expect(findRevoked(parseCrl(await crl({ revoked: [] })), serial(holder))).toBeUndefined()
  })

  it('of another authority says nothing', async () => {
    expect(await said(holder.certificate, { crls: [await crl({}, lab.root)] })).toBe('')
  })

  it('signed by another key under the same name is refused', async () => {
    const impostor = await lab.impostor(lab.ca)
    expect(await said(holder.certificate, { crls: [await crl({ signer: impostor })] })).toBe('(signatureInvalid)')
    expect(await said(holder.certificate, { crls: [await lab.crl(impostor)] })).toBe('(signatureInvalid)')
    // Where both are there, the good one counts and the other is told.
    expect(await said(holder.certificate, { crls: [await crl({ signer: impostor }), await crl(revoked(holder))] })).toBe(
      'revoked unspecified, (signatureInvalid)',
    )
  })

  it('that was changed is refused', async () => {
    const bytes = (await crl()).slice()
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
    expect(await said(holder.certificate, { crls: [bytes] })).toBe('(signatureInvalid)')
  })

  it('of an authority that may not sign lists is refused', async () => {
    const authority = await lab.authority({ keyUsage: ['keyCertSign'] })
    const identity = await lab.issue({ authority })
    expect(await said(identity.certificate, { crls: [await lab.crl(authority)] }, authority)).toBe('(notAuthorised)')
  })

  it('with a critical extension that is not known is refused, with another it is not', async () => {
    const extra = (critical: boolean): CrlOptions => ({ extensions: [{ oid: '1.2.3.4', critical, value: seq() }] })
    expect(await said(holder.certificate, { crls: [await crl(extra(true))] })).toBe('(unknownCritical)')
    expect(await said(holder.certificate, { crls: [await crl(extra(false))] })).toBe('good')
  })

  it('that tells only what has changed is refused, whether it says so critically or not', async () => {
    for (const critical of [true, false]) {
      expect(await said(holder.certificate, { crls: [await crl({ extensions: [{ oid: '2.5.29.27', critical, value: int(1) }] })] })).toBe('(deltaWithoutBase)')
    }
  })

  it('has the scope that its distribution point says', async () => {
    const point = (...parts: Uint8Array[]): CrlOptions => ({ extensions: [{ oid: '2.5.29.28', critical: true, value: seq(...parts) }] })
    const yes = (tag: number): Uint8Array => tlv(tag, Uint8Array.of(0xff))
    const url = (text: string): Uint8Array => tlv(0xa0, tlv(0xa0, tlv(0x86, utf8(text))))
    const userOnly = await crl(point(yes(0x81)))
    const caOnly = await crl(point(yes(0x82)))
    expect(await said(holder.certificate, { crls: [userOnly] })).toBe('good')
    expect(await said(holder.certificate, { crls: [caOnly] })).toBe('')
    const below = await lab.authority({ issuer: lab.ca })
    expect(await said(below.certificate, { crls: [userOnly] })).toBe('')
    expect(await said(below.certificate, { crls: [caOnly] })).toBe('good')
    for (const [part, answer] of [
      [tlv(0x83, Uint8Array.of(1, 0x40)), '(reasonsIncomplete)'],
      [yes(0x84), 'good'],
      [yes(0x85), '(otherScope)'],
      [url('http://a.example/x.crl'), '(otherDistributionPoint)'],
    ] as const) {
      expect(await said(holder.certificate, { crls: [await crl(point(part))] })).toBe(answer)
    }
    expect(await said(holder.certificate, { crls: [await crl(point(yes(0x81), yes(0x82)))] })).toBe('(malformed)')
    const named = await lab.issue({ extensions: [{ oid: '2.5.29.31', value: seq(seq(url('http://a.example/x.crl'))) }] })
    expect(await said(named.certificate, { crls: [await crl(point(url('http://a.example/x.crl')))] })).toBe('good')
    expect(await said(named.certificate, { crls: [await crl(point(url('http://a.example/y.crl')))] })).toBe('(otherDistributionPoint)')
  })

  it('with an extension twice, or damaged, is refused', async () => {
    const point = { oid: '2.5.29.28', critical: true, value: seq() }
    expect(await said(holder.certificate, { crls: [await crl({ extensions: [point, point] })] })).toBe('(malformed)')
    expect(await said(holder.certificate, { crls: [await crl({ extensions: [{ ...point, value: octets(new Uint8Array()) }] })] })).toBe('(malformed)')
  })

  it('that is none is an error with a code', async () => {
    const bytes = await crl()
    for (const wrong of [
      new Uint8Array(),
      seq(),
      bytes.subarray(1),
      bytes.subarray(0, bytes.length - 1),
      concat([bytes, Uint8Array.of(0)]),
      lab.ca.certificate,
    ]) {
      expect(codeOf(() => parseCrl(wrong))).toBe('ERR_CERTIFICATE_SYNTAX')
    }
  })

  it('with a damaged reason has none, above all not the one that takes an entry back', async () => {
    const list = parseCrl(await crl(revoked(holder, 'removeFromCRL')))
    const entries = list.entries?.slice()
    if (!entries) throw new Error('no entries')
    // ENUMERATED 8 as an INTEGER.
    entries[entries.length - 3] = 0x02
    expect(findRevoked({ ...list, entries }, serial(holder))).toMatchObject({ reason: 'unspecified' })
  })
})

describe('an OCSP response', () => {
  const ocsp = (options: OcspOptions = {}, identity = holder): Promise<Uint8Array> => lab.ocsp(identity.certificate, options)

  it('says good, revoked with its reason, or unknown, by a delegate or by the authority itself', async () => {
    for (const delegated of [true, false]) {
      expect(await said(holder.certificate, { ocsp: [await ocsp({ delegated })] })).toBe('good')
      expect(await said(holder.certificate, { ocsp: [await ocsp({ delegated, status: 'revoked', reason: 'keyCompromise' })] })).toBe('revoked keyCompromise')
      expect(await said(holder.certificate, { ocsp: [await ocsp({ delegated, status: 'revoked' })] })).toBe('revoked unspecified')
      expect(await said(holder.certificate, { ocsp: [await ocsp({ delegated, status: 'unknown' })] })).toBe('unknown')
    }
    expect(await said(holder.certificate, { ocsp: [await ocsp({ status: 'revoked', reason: 'certificateHold' })] })).toBe('revoked certificateHold')
  })

  it('is found by any digest of its CertID, and by either form of its responder', async () => {
    for (const certIdDigest of ['SHA-1', 'SHA-256', 'SHA-512'] as const)
      expect(await said(holder.certificate, { ocsp: [await ocsp({ certIdDigest })] })).toBe('good')
    for (const responderId of ['key', 'name'] as const) expect(await said(holder.certificate, { ocsp: [await ocsp({ responderId })] })).toBe('good')
  })

  it('about another certificate says nothing', async () => {
    const other = await lab.issue()
    expect(await said(holder.certificate, { ocsp: [await ocsp({}, other)] })).toBe('')
  })

  it('about a certificate of the same serial number of another authority says nothing', async () => {
    const authority = await lab.authority()
    const twin = await lab.issue({ authority, serial: '4a11' })
    const mine = await lab.issue({ serial: '4a11' })
    expect(await said(mine.certificate, { ocsp: [await lab.ocsp(twin.certificate)] })).toBe('')
    expect(await said(twin.certificate, { ocsp: [await lab.ocsp(twin.certificate)] }, authority)).toBe('good')
  })

  it('by a delegate of another key under the authority’s name is refused', async () => {
    const impostor = await lab.impostor(lab.ca)
    const responder = await lab.issue({ authority: impostor, extendedKeyUsage: ['ocspSigning'] })
    expect(await said(holder.certificate, { ocsp: [await ocsp({ responder })] })).toBe('(notAuthorised)')
    // The answer names the impostor’s key in its CertID: then it is about somebody else.
    expect(await said(holder.certificate, { ocsp: [await ocsp({ responder, authority: impostor })] })).toBe('')
  })

  it('by a delegate that is not certified for it is refused', async () => {
    for (const options of [{}, { extendedKeyUsage: ['clientAuth'] as const }, { extendedKeyUsage: ['2.5.29.37.0'] as const }]) {
      expect(await said(holder.certificate, { ocsp: [await ocsp({ responder: await lab.issue(options) })] })).toBe('(notAuthorised)')
    }
  })

  it('by the holder about himself is refused', async () => {
    expect(await said(holder.certificate, { ocsp: [await ocsp({ responder: holder })] })).toBe('(notAuthorised)')
  })

  it('by a delegate of an authority above, or beside, is refused', async () => {
    const beside = await lab.authority()
    for (const authority of [lab.root, beside]) {
      const responder = await lab.issue({ authority, extendedKeyUsage: ['ocspSigning'] })
      expect(await said(holder.certificate, { ocsp: [await ocsp({ responder })] })).toBe('(notAuthorised)')
    }
  })

  it('by a delegate that had expired, or was not valid yet, when it answered is refused', async () => {
    const past = await lab.issue({ extendedKeyUsage: ['ocspSigning'], notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') })
    const future = await lab.issue({
      extendedKeyUsage: ['ocspSigning'],
      notBefore: new Date('2030-01-01T00:00:00Z'),
      notAfter: new Date('2031-01-01T00:00:00Z'),
    })
    for (const responder of [past, future]) expect(await said(holder.certificate, { ocsp: [await ocsp({ responder })] })).toBe('(notAuthorised)')
  })

  it('whose delegate’s certificate is not there, or which was changed, is refused', async () => {
    expect(await said(holder.certificate, { ocsp: [await ocsp({ certificates: [] })] })).toBe('(signatureInvalid)')
    expect(await said(holder.certificate, { ocsp: [await ocsp({ certificates: [seq(), lab.root.certificate] })] })).toBe('(signatureInvalid)')
    const bytes = (await ocsp({ delegated: false })).slice()
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
    expect(await said(holder.certificate, { ocsp: [bytes] })).toBe('(signatureInvalid)')
  })

  it('that speaks of the certificate twice counts as revoked when one of the two says so', async () => {
    const good = parseOcsp(await ocsp({ delegated: false }))
    const bad = parseOcsp(await ocsp({ delegated: false, status: 'revoked', reason: 'keyCompromise' }))
    const [one] = good.responses
    const [two] = bad.responses
    if (!one || !two) throw new Error('no responses')
    const authority = parseCertificate(lab.ca.certificate)
    const issuer = { name: authority.subject, spki: authority.spki, key: publicKeyOf(authority), certificate: authority }
    for (const responses of [
      [one, two],
      [two, one],
    ]) {
      const { statuses } = await revocationOf(
        { crypto: defaultCrypto(), budget: new Budget() },
        parseCertificate(holder.certificate),
        issuer,
        [],
        [{ ...good, responses }],
      )
      expect(statuses.map(({ status }) => status)).toEqual(['revoked'])
    }
  })

  it('that gives no answer, or is none, is an error with a code', async () => {
    for (const status of [1, 2, 3, 5, 6]) expect(codeOf(() => parseOcsp(seq(tlv(0x0a, Uint8Array.of(status)))))).toBe('ERR_CERTIFICATE_SYNTAX')
    const bytes = await ocsp()
    for (const wrong of [
      new Uint8Array(),
      seq(),
      seq(tlv(0x0a, Uint8Array.of(0))),
      seq(tlv(0x0a, Uint8Array.of(0)), tlv(0xa0, seq(oid('1.2.3'), octets(bytes)))),
      bytes.subarray(0, bytes.length - 1),
      concat([bytes, Uint8Array.of(0)]),
      lab.ca.certificate,
    ]) {
      expect(codeOf(() => parseOcsp(wrong))).toBe('ERR_CERTIFICATE_SYNTAX')
    }
  })

  it('may come without its outer layer', async () => {
    const full = parseOcsp(await ocsp())
    expect(parseOcsp(full.bytes).responses).toEqual(full.responses)
  })
})

describe('cost', () => {
  it('of a list that is asked about many certificates is that of one signature', async () => {
    const list = parseCrl(await crl())
    const authority = parseCertificate(lab.ca.certificate)
    const issuer = { name: authority.subject, spki: authority.spki, key: publicKeyOf(authority), certificate: authority }
    const budget = new Budget()
    for (let i = 0; i < 20; i++) {
      const { statuses } = await revocationOf({ crypto: defaultCrypto(), budget }, parseCertificate((await lab.issue()).certificate), issuer, [list], [])
      expect(statuses.map(({ status }) => status)).toEqual(['good'])
    }
    expect(budget.limit('signatureChecks') - budget.left('signatureChecks')).toBe(1)
    // Another key is asked anew.
    const impostor = parseCertificate((await lab.impostor(lab.ca)).certificate)
    const { refused } = await revocationOf(
      { crypto: defaultCrypto(), budget },
      parseCertificate(holder.certificate),
      { name: impostor.subject, spki: impostor.spki, key: publicKeyOf(impostor) },
      [list],
      [],
    )
    expect(refused.map(({ why }) => why)).toEqual(['signatureInvalid'])
  })
})
