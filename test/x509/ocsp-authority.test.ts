/** Who may answer about a certificate, and which answers are none to it (RFC 6960 §3.2, §4.2.2.2, §4.4). */
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, generalizedTime } from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { Lab, type LabIdentity, type OcspOptions } from '../../src/testing/index.ts'
import { type OcspAnswer, parseCertificate, parseCrl, parseOcsp, publicKeyOf, type RevocationResult, revocationOf } from '../../src/x509/index.ts'
import { octets } from '../cms/builder.ts'

const NOW = new Date('2026-06-01T00:00:00Z')
let lab: Lab
let holder: LabIdentity
beforeAll(async () => {
  lab = await Lab.create({ now: NOW })
  holder = await lab.issue()
})

const answer = async (options: OcspOptions = {}, identity = holder): Promise<OcspAnswer> => parseOcsp(await lab.ocsp(identity.certificate, options))

interface Beside {
  readonly identity?: LabIdentity
  readonly crls?: readonly Uint8Array[]
  readonly pool?: readonly Uint8Array[]
  readonly nonces?: ReadonlyMap<OcspAnswer, Uint8Array>
}

function ask(given: OcspAnswer, { identity = holder, crls = [], pool = [], nonces }: Beside = {}): Promise<RevocationResult> {
  const authority = parseCertificate(lab.ca.certificate)
  return revocationOf(
    { crypto: defaultCrypto(), budget: new Budget(), pool: pool.map((one) => parseCertificate(one)), ...(nonces ? { nonces } : {}) },
    parseCertificate(identity.certificate),
    { name: authority.subject, spki: authority.spki, key: publicKeyOf(authority), certificate: authority },
    crls.map((one) => parseCrl(one)),
    [given],
  )
}

async function said(given: OcspAnswer, beside?: Beside): Promise<string> {
  const { statuses, refused } = await ask(given, beside)
  return [...statuses.filter(({ kind }) => kind === 'ocsp').map(({ status }) => status), ...refused.map(({ why }) => `(${why})`)].join(', ')
}

describe('the responder', () => {
  it('is the one that the answer names, by key or by name', async () => {
    for (const delegated of [true, false]) {
      const given = await answer({ delegated })
      expect(await said(given)).toBe('good')
      expect(await said({ ...given, responderID: { type: 'byKey', value: new Uint8Array(20) } })).toBe('(responderMismatch)')
      expect(await said({ ...given, responderID: { type: 'byName', value: parseCertificate(lab.root.certificate).subject } })).toBe('(responderMismatch)')
    }
  })

  it('may be at hand rather than come along', async () => {
    const responder = await lab.issue({ extendedKeyUsage: ['ocspSigning'] })
    const given = await answer({ responder, certificates: [] })
    expect(await said(given)).toBe('(signatureInvalid)')
    expect(await said(given, { pool: [responder.certificate] })).toBe('good')
  })

  it('does not count once it is revoked, unless nobody is to ask', async () => {
    const listing = ({ certificate }: LabIdentity): Promise<Uint8Array> =>
      lab.crl(lab.ca, { revoked: [{ serial: parseCertificate(certificate).serialNumber, date: NOW }] })
    const plain = await lab.issue({ extendedKeyUsage: ['ocspSigning'] })
    expect(await said(await answer({ responder: plain }), { crls: [await lab.crl()] })).toBe('good')
    expect(await said(await answer({ responder: plain }), { crls: [await listing(plain)] })).toBe('(signerRevoked)')
    const nocheck = await lab.issue({ extendedKeyUsage: ['ocspSigning'], extensions: [{ oid: '1.3.6.1.5.5.7.48.1.5', value: Uint8Array.of(5, 0) }] })
    expect(await said(await answer({ responder: nocheck }), { crls: [await listing(nocheck)] })).toBe('good')
  })

  it('does not count with a key for other things, or a critical extension that is not known', async () => {
    const extended = (type: string, critical: boolean) => ({ extensions: [{ oid: type, critical, value: octets(new Uint8Array()) }] })
    for (const [options, expected] of [
      [{ keyUsage: ['keyEncipherment'] as const }, '(notAuthorised)'],
      [{ keyUsage: ['nonRepudiation'] as const }, 'good'],
      [{ keyUsage: [] as const }, 'good'],
      [extended('1.2.3.4', true), '(notAuthorised)'],
      [extended('1.2.3.4', false), 'good'],
      // Known, but critical and damaged.
      [extended('2.5.29.32', true), '(malformed)'],
      [extended('2.5.29.32', false), 'good'],
    ] as const) {
      const responder = await lab.issue({ ...options, extendedKeyUsage: ['ocspSigning'] })
      expect(await said(await answer({ responder }))).toBe(expected)
    }
  })
})

describe('an answer', () => {
  it('with another nonce than was sent is none; without one it is told', async () => {
    const nonce = Uint8Array.of(1, 2, 3, 4)
    const given = await answer({ nonce })
    expect(await said(given, { nonces: new Map([[given, Uint8Array.of(9)]]) })).toBe('(nonceMismatch)')
    expect((await ask(given, { nonces: new Map([[given, nonce]]) })).statuses).toMatchObject([{ status: 'good', nonce: true }])
    const bare = await answer()
    expect((await ask(bare, { nonces: new Map([[bare, nonce]]) })).statuses).toMatchObject([{ status: 'good', nonce: false }])
    expect((await ask(given)).statuses[0]).not.toHaveProperty('nonce')
  })

  it('about a certificate that has expired is good only when the responder keeps such', async () => {
    const identity = await lab.issue({ notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') })
    const given = await answer({}, identity)
    expect(await said(given, { identity })).toBe('(afterExpiry)')
    expect(await said(await answer({ status: 'revoked' }, identity), { identity })).toBe('revoked')
    const [response] = given.responses
    if (!response) throw new Error('no response')
    const cutoff = (from: string): OcspAnswer => ({
      ...given,
      responses: [
        { ...response, singleExtensions: [{ extnID: '1.3.6.1.5.5.7.48.1.6', critical: false, extnValue: encode(generalizedTime(), new Date(from)) }] },
      ],
    })
    expect(await said(cutoff('2024-06-01T00:00:00Z'), { identity })).toBe('good')
    expect(await said(cutoff('2025-06-01T00:00:00Z'), { identity })).toBe('(afterExpiry)')
  })

  it('that says good and unknown at one time is unknown, and of two times the newer counts', async () => {
    const [good] = (await answer()).responses
    const given = await answer({ status: 'unknown' })
    const [unknown] = given.responses
    if (!good || !unknown) throw new Error('no response')
    const newer = { ...good, thisUpdate: new Date(NOW.getTime() + 1000) }
    expect(await said({ ...given, responses: [good, unknown] })).toBe('unknown')
    expect(await said({ ...given, responses: [unknown, good] })).toBe('unknown')
    expect(await said({ ...given, responses: [unknown, newer] })).toBe('good')
  })

  it('with a critical extension that is not known is none', async () => {
    const given = await answer()
    const extension = (critical: boolean) => ({ extnID: '1.2.3.4', critical, extnValue: new Uint8Array() })
    expect(await said({ ...given, extensions: [extension(true)] })).toBe('(unknownCritical)')
    expect(await said({ ...given, extensions: [extension(false)] })).toBe('good')
  })
})
