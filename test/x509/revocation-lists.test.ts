/** Lists that complete each other, lists of other signers than the issuer's key, and what is found in lists. */
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, generalizedTime } from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { type CrlOptions, Lab, type LabAuthority, type LabIdentity, type LabReason } from '../../src/testing/index.ts'
import { type Certificate, findRevoked, isExempt, parseCertificate, parseCrl, publicKeyOf, revocationOf, trustAnchor } from '../../src/x509/index.ts'
import { searchList } from '../../src/x509/revocation/entries.ts'
import { int, octets, oid, seq, tlv } from '../cms/builder.ts'
import { codeOf } from '../core/thrown.ts'

const NOW = new Date('2026-06-01T00:00:00Z')
const LATER = new Date('2026-06-02T00:00:00Z')
const NAME = 'CN=One name,C=VN'
let lab: Lab
let holder: LabIdentity
let rootCrl: Uint8Array
beforeAll(async () => {
  lab = await Lab.create({ now: NOW })
  holder = await lab.issue()
  rootCrl = await lab.crl(lab.root)
})

const serial = (certificate: Uint8Array): Uint8Array => parseCertificate(certificate).serialNumber
const revoked = (certificate: Uint8Array, reason?: LabReason): CrlOptions => ({ revoked: [{ serial: serial(certificate), date: NOW, reason }] })
const delta = (base: number, number: number, options: CrlOptions = {}): Promise<Uint8Array> =>
  lab.crl(lab.ca, {
    ...options,
    number,
    thisUpdate: LATER,
    extensions: [{ oid: '2.5.29.27', critical: true, value: int(base) }, ...(options.extensions ?? [])],
  })
const list = (number: number, options: CrlOptions = {}): Promise<Uint8Array> => lab.crl(lab.ca, { ...options, number })
const point = (...parts: Uint8Array[]): CrlOptions['extensions'] => [{ oid: '2.5.29.28', critical: true, value: seq(...parts) }]

interface Question {
  readonly issuer?: LabAuthority
  readonly pool?: readonly Uint8Array[]
  readonly at?: Date
}

async function ask(certificate: Uint8Array, crls: readonly Uint8Array[], { issuer = lab.ca, pool = [], at = LATER }: Question = {}) {
  const by = parseCertificate(issuer.certificate)
  const anchor = trustAnchor(lab.root.certificate)
  return revocationOf(
    { crypto: defaultCrypto(), budget: new Budget(), pool: pool.map((one) => parseCertificate(one)), at },
    parseCertificate(certificate),
    { name: by.subject, spki: by.spki, key: publicKeyOf(by), certificate: by, anchor },
    crls.map((one) => parseCrl(one)),
    [],
  )
}

async function said(certificate: Uint8Array, crls: readonly Uint8Array[], question?: Question): Promise<string> {
  const { statuses, refused } = await ask(certificate, crls, question)
  return [...statuses.map(({ status, reason }) => (reason ? `${status} ${reason}` : status)), ...refused.map(({ why }) => `(${why})`)].join(', ')
}

describe('a delta list', () => {
  it('adds to the list it completes', async () => {
    const base = await list(3)
    expect(await said(holder.certificate, [base, await delta(3, 4)])).toBe('good')
    expect(await said(holder.certificate, [await delta(3, 4, revoked(holder.certificate, 'keyCompromise')), base])).toBe('revoked keyCompromise')
    const { statuses } = await ask(holder.certificate, [base, await delta(3, 4)])
    expect(statuses[0]).toMatchObject({ thisUpdate: LATER, alsoFrom: [expect.stringMatching(/^[0-9a-f]{64}$/)] })
  })

  it('lifts a suspension, and tells since when there was one, but takes nothing else back', async () => {
    const removal = await delta(3, 4, revoked(holder.certificate, 'removeFromCRL'))
    const { statuses } = await ask(holder.certificate, [await list(3, revoked(holder.certificate, 'certificateHold')), removal])
    expect(statuses).toMatchObject([{ status: 'good', heldFrom: NOW }])
    expect(await said(holder.certificate, [await list(3, revoked(holder.certificate, 'keyCompromise')), removal])).toBe('revoked keyCompromise')
  })

  it('counts with no list that is older than its base, newer than itself, without a number, or of another scope', async () => {
    for (const base of [await list(2), await list(4), await list(5), await list(3, { extensions: point(tlv(0x81, Uint8Array.of(0xff))) })]) {
      expect(await said(holder.certificate, [base, await delta(3, 4)])).toBe('good, (deltaWithoutBase)')
    }
    // Who is named in it is revoked all the same.
    expect(await said(holder.certificate, [await list(2), await delta(3, 4, revoked(holder.certificate, 'superseded'))])).toBe('revoked superseded, good')
    const held = await list(2, revoked(holder.certificate, 'certificateHold'))
    expect(await said(holder.certificate, [held, await delta(3, 4, revoked(holder.certificate, 'removeFromCRL'))])).toBe(
      'revoked certificateHold, (deltaWithoutBase)',
    )
  })

  it('from after the time that is judged completes nothing', async () => {
    const held = await list(3, revoked(holder.certificate, 'certificateHold'))
    const removal = await delta(3, 4, revoked(holder.certificate, 'removeFromCRL'))
    expect(await said(holder.certificate, [held, removal], { at: NOW })).toBe('revoked certificateHold, (deltaWithoutBase)')
  })
})

describe('lists of some reasons', () => {
  // ReasonFlags: bits 1 to 4, and 5 to 8.
  const first = point(tlv(0x83, Uint8Array.of(3, 0x78)))
  const second = point(tlv(0x83, Uint8Array.of(7, 0x07, 0x80)))

  it('are good only when they cover every reason together, and then as old as the oldest', async () => {
    const one = await list(1, { extensions: first })
    const other = await lab.crl(lab.ca, { extensions: second, thisUpdate: LATER })
    expect(await said(holder.certificate, [one])).toBe('(reasonsIncomplete)')
    expect(await said(holder.certificate, [one, one])).toBe('(reasonsIncomplete), (reasonsIncomplete)')
    const { statuses } = await ask(holder.certificate, [one, other])
    expect(statuses).toMatchObject([{ status: 'good', thisUpdate: NOW, nextUpdate: parseCrl(one).nextUpdate }])
    expect(await said(holder.certificate, [one, other], { at: NOW })).toBe('(reasonsIncomplete), (reasonsIncomplete)')
  })

  it('revoke each alone', async () => {
    expect(await said(holder.certificate, [await list(1, { ...revoked(holder.certificate, 'keyCompromise'), extensions: first })])).toBe(
      'revoked keyCompromise',
    )
  })
})

describe('a list signed by another key', () => {
  const signing = { keyUsage: ['cRLSign'] as const, name: NAME }

  it('of the issuer’s name counts when the key only signs lists, and who certified the issuer certified it', async () => {
    const issuer = await lab.authority({ name: NAME })
    const leaf = await lab.issue({ authority: issuer })
    const signer = await lab.authority(signing)
    const pool = [signer.certificate]
    const list = await lab.crl(signer, { revoked: [] })
    expect(await said(leaf.certificate, [list, rootCrl], { issuer, pool })).toBe('good')
    expect(await said(leaf.certificate, [await lab.crl(signer, revoked(leaf.certificate, 'superseded')), rootCrl], { issuer, pool })).toBe('revoked superseded')
    // Nothing is known of the signer's own certificate; or it is revoked; or it is not at hand.
    expect(await said(leaf.certificate, [list], { issuer, pool })).toBe('(signerUnknown)')
    expect(await said(leaf.certificate, [list, await lab.crl(lab.root, revoked(signer.certificate))], { issuer, pool })).toBe('(signerRevoked)')
    expect(await said(leaf.certificate, [list, rootCrl], { issuer })).toBe('(signatureInvalid)')
  })

  it('is worth no more than what shows that its signer is good', async () => {
    const issuer = await lab.authority({ name: NAME })
    const leaf = await lab.issue({ authority: issuer })
    const signer = await lab.authority(signing)
    const { statuses } = await ask(leaf.certificate, [await lab.crl(signer, { thisUpdate: LATER, revoked: [] }), rootCrl], {
      issuer,
      pool: [signer.certificate],
    })
    expect(statuses).toMatchObject([{ status: 'good', thisUpdate: NOW, nextUpdate: parseCrl(rootCrl).nextUpdate }])
  })

  it('does not count when another authority of the same name and the same root signed it', async () => {
    const [one, two] = [await lab.authority({ name: NAME }), await lab.authority({ name: NAME })]
    const leaf = await lab.issue({ authority: one })
    const pool = [one.certificate, two.certificate]
    expect(await said(leaf.certificate, [await lab.crl(two), rootCrl], { issuer: one, pool })).toBe('(notAuthorised)')
    expect(await said(leaf.certificate, [await lab.crl(one), await lab.crl(two), rootCrl], { issuer: one, pool })).toBe('good, (notAuthorised)')
    // Nor a key for lists that the other one certified.
    const signer = await lab.authority({ ...signing, issuer: two })
    expect(await said(leaf.certificate, [await lab.crl(signer), rootCrl], { issuer: one, pool: [...pool, signer.certificate] })).toBe('(notAuthorised)')
  })

  it('does not count when its certificate ends at another anchor, may not sign lists, or was not valid then', async () => {
    const issuer = await lab.authority({ name: NAME })
    const leaf = await lab.issue({ authority: issuer })
    for (const signer of [
      await lab.authority({ ...signing, issuer: null }),
      await lab.authority({ name: NAME, keyUsage: ['digitalSignature'] }),
      await lab.authority({ ...signing, notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') }),
    ]) {
      expect(await said(leaf.certificate, [await lab.crl(signer), rootCrl], { issuer, pool: [signer.certificate] })).toBe('(notAuthorised)')
    }
  })

  it('that the certificate names in its distribution point counts for an indirect list only', async () => {
    const signer = await lab.authority({ name: 'CN=List issuer', keyUsage: ['cRLSign'] })
    const named = seq(seq(tlv(0xa2, tlv(0xa4, signer.name))))
    const leaf = await lab.issue({ extensions: [{ oid: '2.5.29.31', value: named }] })
    const indirect = { extensions: point(tlv(0x84, Uint8Array.of(0xff))) }
    const pool = [signer.certificate]
    expect(await said(leaf.certificate, [await lab.crl(signer, indirect), rootCrl], { pool })).toBe('good')
    expect(await said(leaf.certificate, [await lab.crl(signer), rootCrl], { pool })).toBe('(otherDistributionPoint)')
    // Its entries are its own issuer's unless they say otherwise.
    expect(await said(leaf.certificate, [await lab.crl(signer, { ...indirect, ...revoked(leaf.certificate) }), rootCrl], { pool })).toBe('good')
    expect(await said(holder.certificate, [await lab.crl(signer, indirect), rootCrl], { pool })).toBe('')
  })
})

describe('distribution points', () => {
  it('relative to the issuer’s name are that name and one part more', async () => {
    const rdn = (text: string): Uint8Array => seq(oid('2.5.4.3'), tlv(0x0c, utf8(text)))
    const relative = (text: string): Uint8Array => tlv(0xa0, tlv(0xa1, rdn(text)))
    const leaf = await lab.issue({ extensions: [{ oid: '2.5.29.31', value: seq(seq(relative('CRL 1'))) }] })
    expect(await said(leaf.certificate, [await lab.crl(lab.ca, { extensions: point(relative('CRL 1')) })])).toBe('good')
    expect(await said(leaf.certificate, [await lab.crl(lab.ca, { extensions: point(relative('CRL 2')) })])).toBe('(otherDistributionPoint)')
  })
})

describe('a certificate that has expired', () => {
  it('is not good by a list from after that, unless the list keeps what has expired', async () => {
    const leaf = await lab.issue({ notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') })
    const kept = (from: string): CrlOptions => ({ extensions: [{ oid: '2.5.29.60', value: encode(generalizedTime(), new Date(from)) }] })
    expect(await said(leaf.certificate, [await list(1)])).toBe('(afterExpiry)')
    expect(await said(leaf.certificate, [await list(1, kept('2024-06-01T00:00:00Z'))])).toBe('good')
    expect(await said(leaf.certificate, [await list(1, kept('2025-06-01T00:00:00Z'))])).toBe('(afterExpiry)')
    expect(await said(leaf.certificate, [await list(1, revoked(leaf.certificate))])).toBe('revoked unspecified')
  })
})

describe('the entries of a list', () => {
  const when = tlv(0x17, utf8('260101000000Z'))
  const extension = (id: string, value: Uint8Array, critical = true): Uint8Array =>
    seq(oid(id), ...(critical ? [tlv(0x01, Uint8Array.of(0xff))] : []), octets(value))
  const entry = (number: number, ...extensions: Uint8Array[]): Uint8Array => seq(int(number), when, ...(extensions.length > 0 ? [seq(...extensions)] : []))
  const by = (name: Uint8Array): Uint8Array => extension('2.5.29.29', seq(tlv(0xa4, name)))
  const crl = async (...entries: Uint8Array[]) => ({ ...parseCrl(await lab.crl()), entries: seq(...entries) })
  const one = (number: number): Uint8Array => Uint8Array.of(number)

  it('of an indirect list are of the issuer named last', async () => {
    const made = await crl(entry(1), entry(2, by(lab.root.name)), entry(3), entry(4, by(lab.ca.name)))
    const [ca, root] = [parseCertificate(lab.ca.certificate).subject, parseCertificate(lab.root.certificate).subject]
    const find = (number: number, issuer: Certificate['subject']): boolean => searchList(made, one(number), issuer, new Budget()).entry !== undefined
    expect([1, 2, 3, 4].map((number) => find(number, ca))).toEqual([true, false, false, true])
    expect([1, 2, 3, 4].map((number) => find(number, root))).toEqual([false, true, true, false])
    const nobody = await crl(entry(1, extension('2.5.29.29', seq())), entry(2))
    expect(codeOf(() => searchList(nobody, one(2), ca, new Budget()))).toBe('ERR_CERTIFICATE_SYNTAX')
  })

  it('with a critical extension that is not known make the list worthless for who is not in it', async () => {
    const made = await crl(entry(1), entry(2, extension('1.2.3', int(1))))
    expect(searchList(made, one(1), undefined, new Budget())).toMatchObject({ entry: { unknownCritical: false }, unknownCritical: true })
    expect(searchList(made, one(2), undefined, new Budget())).toMatchObject({ entry: { unknownCritical: true }, unknownCritical: true })
    expect(searchList(made, one(3), undefined, new Budget())).toEqual({ unknownCritical: true })
    const harmless = await crl(entry(2, extension('1.2.3', int(1), false)))
    expect(searchList(harmless, one(3), undefined, new Budget())).toEqual({ unknownCritical: false })
  })

  it('of one number twice count as the worse of the two, and tell the date of invalidity', async () => {
    const reason = (code: number): Uint8Array => extension('2.5.29.21', tlv(0x0a, Uint8Array.of(code)), false)
    expect(findRevoked(await crl(entry(1, reason(8)), entry(1, reason(1)), entry(1, reason(6))), one(1))?.reason).toBe('keyCompromise')
    const dated = await crl(entry(1, extension('2.5.29.24', encode(generalizedTime(), NOW), false)))
    expect(findRevoked(dated, one(1))?.invalidityDate).toEqual(NOW)
  })

  it('that are not DER are refused, wherever they stand', async () => {
    const good = entry(1)
    for (const [bad, code] of [
      [seq(tlv(0x02, Uint8Array.of(0, 5)), when), 'ERR_ASN1_NOT_DER'],
      [seq(tlv(0x02, Uint8Array.of(0xff, 0x85)), when), 'ERR_ASN1_NOT_DER'],
      [concat([Uint8Array.of(0x30, 0x81, good.length - 2), good.subarray(2)]), 'ERR_ASN1_NOT_DER'],
      [concat([Uint8Array.of(0x30, 0x80), good.subarray(2), Uint8Array.of(0, 0)]), 'ERR_ASN1_NOT_DER'],
      [seq(tlv(0x02), when), 'ERR_ASN1_UNEXPECTED'],
      [seq(octets(one(5)), when), 'ERR_ASN1_UNEXPECTED'],
      [seq(int(5), octets(one(5))), 'ERR_ASN1_UNEXPECTED'],
      [seq(int(5), when, octets(one(5))), 'ERR_ASN1_UNEXPECTED'],
      [seq(int(5), when, seq(), seq()), 'ERR_ASN1_UNEXPECTED'],
      [int(5), 'ERR_ASN1_UNEXPECTED'],
      [seq(int(5)), 'ERR_ASN1_TRUNCATED'],
      [Uint8Array.of(0x30, 0x7f, 2, 1, 5), 'ERR_ASN1_TRUNCATED'],
      [Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff), 'ERR_ASN1_TRUNCATED'],
      [seq(int(5), when, seq(seq(oid('1.2.3'), tlv(0x01, one(1)), octets(one(5))))), 'ERR_ASN1_NOT_DER'],
      [seq(int(5), when, seq(seq(oid('1.2.3'), int(5)))), 'ERR_ASN1_UNEXPECTED'],
    ] as const) {
      for (const entries of [
        [good, bad],
        [bad, good],
      ]) {
        const made = await crl(...entries)
        expect(codeOf(() => findRevoked(made, one(1)))).toMatch(/^ERR_ASN1_/)
      }
      const made = await crl(good, bad)
      expect(codeOf(() => findRevoked(made, one(1)))).toBe(code)
    }
  })
})

describe('exemption', () => {
  const noRevAvail = { oid: '2.5.29.56', value: Uint8Array.of(5, 0) }
  const shortLived = { oid: '0.4.0.194121.2.1', value: Uint8Array.of(5, 0) }
  const places = { oid: '2.5.29.31', value: seq(seq(tlv(0xa0, tlv(0xa0, tlv(0x86, utf8('http://a.example')))))) }

  it('is for holders whose issuer publishes nothing, not for authorities, nor where it says where it publishes', async () => {
    const exempt = async (extensions: CrlOptions['extensions']): Promise<boolean> =>
      isExempt(parseCertificate((await lab.issue(extensions ? { extensions } : {})).certificate))
    expect(await exempt([])).toBe(false)
    expect(await exempt([noRevAvail])).toBe(true)
    expect(await exempt([shortLived])).toBe(true)
    expect(await exempt([noRevAvail, places])).toBe(false)
    expect(isExempt(parseCertificate((await lab.authority({ extensions: [noRevAvail] })).certificate))).toBe(false)
  })
})
