import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { chainEvidence } from '../../src/evidence/chain.ts'
import { EvidencePool } from '../../src/evidence/pool.ts'
import { httpSources, type Sources } from '../../src/sources/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { isExempt, parseCertificate, type RevocationStatus, trustAnchor } from '../../src/x509/index.ts'

let lab: Lab
let signer: LabIdentity
let sources: Sources

beforeAll(async () => {
  lab = await Lab.create({ http: true })
  signer = await lab.issue({ algorithm: 'P-256', subject: 'CN=Nguyễn Văn A,C=VN' })
  sources = httpSources({ allowPrivate: ['127.0.0.1', 'localhost', '::1'] })
})
afterAll(() => lab.close())

const collect = (leaf: Uint8Array, options: { sources?: Sources; certificates?: Uint8Array[]; crls?: Uint8Array[] } = {}) => {
  const budget = new Budget()
  const pool = new EvidencePool({ anchors: lab.anchors.map((one) => trustAnchor(one)), certificates: [], crls: [], ocsp: [] }, budget)
  pool.addCertificates(options.certificates ?? [])
  pool.addCrls(options.crls ?? [])
  const context = { crypto: defaultCrypto(), budget, at: new Date(), ...(options.sources ? { sources: options.sources } : {}) }
  return chainEvidence(context, pool, parseCertificate(leaf))
}
const told = (one: Awaited<ReturnType<typeof collect>>) => one.links.map(({ statuses }) => statuses.map(({ kind, status }) => `${kind} ${status}`))

describe('evidence about a certificate', () => {
  it('is what is at hand where there are no sources', async () => {
    const alone = await collect(signer.certificate)
    expect(alone.result.path).toBeNull()
    expect(alone.events).toEqual([])
    const withChain = await collect(signer.certificate, { certificates: [...signer.chain] })
    expect(told(withChain)).toEqual([[], []])
  })

  it('is fetched where it is missing: the issuer first, then the state of each certificate', async () => {
    const found = await collect(signer.certificate, { sources })
    expect(found.result.path?.certificates).toHaveLength(2)
    expect(told(found)).toEqual([['ocsp good'], ['ocsp good']])
    expect(found.events.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['certificate answered', 'ocsp answered', 'ocsp answered'])
  })

  it('is not fetched where it is at hand', async () => {
    const crls = [await lab.crl(lab.ca), await lab.crl(lab.root)]
    const found = await collect(signer.certificate, { sources, crls, certificates: [...signer.chain] })
    expect(told(found)).toEqual([['crl good'], ['crl good']])
    expect(found.events).toEqual([])
  })

  it('is not asked for where nothing is trusted', async () => {
    const budget = new Budget()
    const pool = new EvidencePool({ anchors: [], certificates: [], crls: [], ocsp: [] }, budget)
    const found = await chainEvidence({ crypto: defaultCrypto(), budget, at: new Date(), sources }, pool, parseCertificate(signer.certificate))
    expect([found.result.path, found.links, found.events]).toEqual([null, [], []])
  })

  it('tells a revocation', async () => {
    const revoked = await lab.issue({ algorithm: 'P-256', subject: 'CN=Hết hạn,C=VN' })
    await lab.revoke(revoked.certificate, { date: new Date(Date.now() - 60_000), reason: 'keyCompromise' })
    const [leaf] = (await collect(revoked.certificate, { sources })).links
    expect(leaf?.statuses).toMatchObject([{ kind: 'ocsp', status: 'revoked', reason: 'keyCompromise' }])
  })

  it('goes on to the CRL where the responder gives no answer, and tells what was asked in vain', async () => {
    const { revocation = {}, ...others } = sources
    const deaf: Sources = { ...others, revocation: { ...revocation, ocsp: async () => null } }
    expect(told(await collect(signer.certificate, { sources: deaf }))).toEqual([['crl good'], ['crl good']])
    const refused = await collect(signer.certificate, { sources: httpSources(), certificates: [...signer.chain] })
    expect(told(refused)).toEqual([[], []])
    expect(new Set(refused.events.map(({ outcome, reason }) => `${outcome} ${reason}`))).toEqual(new Set(['refused privateAddress']))
  })

  it('is asked for where what is at hand is not signed well enough, and not where it is', async () => {
    const budget = new Budget()
    const crls = [await lab.crl(lab.ca), await lab.crl(lab.root)]
    const asked = async (strong: boolean): Promise<string[]> => {
      const pool = new EvidencePool({ anchors: lab.anchors.map((one) => trustAnchor(one)), certificates: [], crls: [], ocsp: [] }, budget)
      pool.addCertificates([...signer.chain])
      pool.addCrls(crls)
      const context = { crypto: defaultCrypto(), budget, at: new Date(), sources, counts: ({ kind }: RevocationStatus) => strong || kind === 'ocsp' }
      return (await chainEvidence(context, pool, parseCertificate(signer.certificate))).events.map(({ kind, outcome }) => `${kind} ${outcome}`)
    }
    expect(await asked(true)).toEqual([])
    expect(await asked(false)).toEqual(['ocsp answered', 'ocsp answered'])
  })

  it('is not asked for of an anchor itself', async () => {
    const budget = new Budget()
    for (const leaf of [signer.certificate, lab.root.certificate]) {
      const pool = new EvidencePool({ anchors: [trustAnchor(leaf)], certificates: [], crls: [], ocsp: [] }, budget)
      const found = await chainEvidence({ crypto: defaultCrypto(), budget, at: new Date(), sources }, pool, parseCertificate(leaf))
      expect([found.signerIsAnchor, told(found), found.events]).toEqual([true, [[]], []])
    }
    expect((await collect(signer.certificate, { sources })).signerIsAnchor).toBe(false)
  })

  it('of an anchor that has listed itself is told', async () => {
    const own = await lab.authority({ issuer: null })
    const pool = new EvidencePool({ anchors: [trustAnchor(own.certificate)], certificates: [], crls: [], ocsp: [] }, new Budget())
    pool.addCrls([await lab.crl(own, { revoked: [{ serial: parseCertificate(own.certificate).serialNumber, date: new Date(Date.now() - 60_000) }] })])
    const found = await chainEvidence({ crypto: defaultCrypto(), budget: new Budget(), at: new Date() }, pool, parseCertificate(own.certificate))
    expect(told(found)).toEqual([['crl revoked']])
  })

  it('is not asked for where the issuer says there is none', async () => {
    const short = await lab.issue({ algorithm: 'P-256', subject: 'CN=Ngắn hạn,C=VN', noRevAvail: true })
    expect(isExempt(parseCertificate(short.certificate))).toBe(true)
    expect(isExempt(parseCertificate(signer.certificate))).toBe(false)
    const found = await collect(short.certificate, { sources, certificates: [...short.chain] })
    expect(told(found)).toEqual([[], ['ocsp good']])
  })
})
