import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { type EvidenceLevel, type EvidenceNeeds, evidenceFor, type NeedsContext } from '../../src/evidence/index.ts'
import { EvidencePool } from '../../src/evidence/pool.ts'
import { httpSources, memoryCache, type Sources } from '../../src/sources/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { parseCertificate, parseCrl, parseOcsp, trustAnchor } from '../../src/x509/index.ts'

const START = new Date('2027-01-04T08:00:00Z')
const hours = (count: number): Date => new Date(START.getTime() + count * 3_600_000)
/** The lab's time; the signature was made an hour before. */
let now = hours(0)
const SIGNED = hours(-1)

let lab: Lab
let signer: LabIdentity
let online: Sources

beforeAll(async () => {
  lab = await Lab.create({ http: true, now: () => now })
  signer = await lab.issue({ subject: 'CN=Nguyễn Văn A,C=VN' })
  online = httpSources({ allowPrivate: true, now: () => now })
})
afterAll(() => lab.close())

interface Given extends Partial<NeedsContext> {
  readonly leaf?: Uint8Array | null
  readonly tsa?: Uint8Array | null
  readonly certificates?: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
  readonly ocsp?: readonly Uint8Array[]
  readonly anchors?: readonly Uint8Array[]
  readonly archive?: Date
}

/** Needs of a signature with a time-stamp of `SIGNED`; without one where `tsa` is null. */
function needsOf(level: EvidenceLevel, given: Given = {}): Promise<EvidenceNeeds> {
  const { leaf = signer.certificate, tsa = lab.tsa.certificate, certificates = [], crls = [], ocsp = [], anchors = lab.anchors, archive, ...rest } = given
  const context = { crypto: defaultCrypto(), budget: new Budget(), at: now, ...rest }
  const atHand = {
    anchors: anchors.map((one) => trustAnchor(one)),
    certificates: certificates.map((one) => parseCertificate(one)),
    crls: crls.map((one) => parseCrl(one)),
    ocsp: ocsp.map((one) => parseOcsp(one)),
  }
  const stamp = parseCertificate(lab.tsa.certificate)
  const timestamps = [
    ...(tsa ? [{ type: 'signature' as const, time: SIGNED, certificate: parseCertificate(tsa) }] : []),
    ...(archive ? [{ type: 'archive' as const, time: archive, certificate: stamp }] : []),
  ]
  return evidenceFor(context, atHand, { certificate: leaf ? parseCertificate(leaf) : undefined, timestamps }, level)
}

const told = ({ items }: EvidenceNeeds): string[] => items.map(({ kind, of, status, why }) => `${kind} ${of} ${status}${why ? ` ${why}` : ''}`)
const missing = (needs: EvidenceNeeds): string[] => told(needs).filter((one) => one.includes(' missing '))
const lists = (): Promise<Uint8Array[]> => Promise.all([lab.crl(lab.ca), lab.crl(lab.root)])

describe('what a signature needs', () => {
  it('is at hand where the document carries it', async () => {
    const needs = await needsOf('B-LT', { certificates: [...signer.chain], crls: await lists() })
    expect(told(needs)).toEqual([
      'certificate signer atHand',
      'revocation signer atHand',
      'certificate issuer atHand',
      'revocation issuer atHand',
      'certificate anchor notNeeded trustAnchor',
      'certificate timestampSigner atHand',
      'revocation timestampSigner atHand',
      'timestamp signature atHand',
    ])
    expect(needs).toMatchObject({ level: 'B-LT', satisfied: true, asked: [] })
    expect([needs.certificates, needs.crls.length, needs.ocsp.length]).toEqual([[signer.certificate, lab.ca.certificate, lab.tsa.certificate], 2, 0])
    expect(needs.items[0]).toMatchObject({ subject: 'CN=Nguyễn Văn A,C=VN' })
  })

  it('is fetched where it is not, and then at hand in the same pool', async () => {
    const pool = new EvidencePool({ anchors: lab.anchors.map((one) => trustAnchor(one)), certificates: [], crls: [], ocsp: [] }, new Budget())
    const context = { crypto: defaultCrypto(), budget: new Budget(), at: now, sources: online }
    const subject = {
      certificate: parseCertificate(signer.certificate),
      timestamps: [{ type: 'signature' as const, time: SIGNED, certificate: parseCertificate(lab.tsa.certificate) }],
    }
    const needs = await evidenceFor(context, pool, subject, 'B-LT')
    expect(told(needs)).toEqual([
      'certificate signer atHand',
      'revocation signer fetched',
      'certificate ocspSigner atHand inResponse',
      'revocation ocspSigner notNeeded ocspNocheck',
      'certificate issuer fetched',
      'revocation issuer fetched',
      'certificate ocspSigner atHand inResponse',
      'revocation ocspSigner notNeeded ocspNocheck',
      'certificate anchor notNeeded trustAnchor',
      'certificate timestampSigner atHand',
      'revocation timestampSigner fetched',
      'timestamp signature atHand',
    ])
    expect(needs.satisfied).toBe(true)
    expect(needs.asked.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(['certificate answered', 'ocsp answered', 'ocsp answered', 'ocsp answered'])
    expect([needs.certificates.length, needs.crls.length, needs.ocsp.length]).toEqual([3, 0, 3])
    // What is to be embedded are whole OCSPResponses, and enough for whoever has nothing else.
    const again = await needsOf('B-LT', { certificates: needs.certificates, ocsp: needs.ocsp })
    expect([again.satisfied, again.asked, again.ocsp]).toEqual([true, [], needs.ocsp])
    expect((await evidenceFor(context, pool, subject, 'B-LT')).asked).toEqual([])
  })

  it('is told the same way each time', async () => {
    const given = { certificates: [...signer.chain], crls: await lists(), ocsp: [await lab.ocsp(signer.certificate)] }
    expect(await needsOf('B-LTA', given)).toEqual(await needsOf('B-LTA', given))
  })

  it('is embedded once, whoever needs it', async () => {
    const crls = await lists()
    const needs = await needsOf('B-LT', { certificates: [...signer.chain, ...signer.chain], crls: [...crls, ...crls] })
    expect([needs.certificates.length, needs.crls.length]).toEqual([3, 2])
  })

  it('is little at the lower levels, and nothing is asked', async () => {
    expect(told(await needsOf('B-B', { tsa: null, sources: online }))).toEqual(['certificate signer atHand'])
    const stamped = await needsOf('B-T', { sources: online })
    expect(told(stamped)).toEqual(['certificate signer atHand', 'certificate timestampSigner atHand', 'timestamp signature atHand'])
    expect(stamped.asked).toEqual([])
    expect(missing(await needsOf('B-T', { tsa: null }))).toEqual(['timestamp signature missing noSource'])
    expect(missing(await needsOf('B-T', { tsa: null, sources: { timestamp: lab.tsa.source } }))).toEqual(['timestamp signature missing toBeRequested'])
    expect(missing(await needsOf('B-B', { leaf: null, tsa: null }))).toEqual(['certificate signer missing signerUnknown'])
  })

  it('is not proven to exist by a time-stamp over the content', async () => {
    const context = { crypto: defaultCrypto(), budget: new Budget(), at: now }
    const atHand = { anchors: [], certificates: [], crls: [], ocsp: [] }
    const stamp = { type: 'content' as const, time: SIGNED, certificate: parseCertificate(lab.tsa.certificate) }
    const needs = await evidenceFor(context, atHand, { certificate: parseCertificate(signer.certificate), timestamps: [stamp] }, 'B-T')
    expect(missing(needs)).toEqual(['timestamp signature missing noSource'])
  })

  it('is an archive time-stamp over all of it at B-LTA', async () => {
    const given = { certificates: [...signer.chain], crls: await lists() }
    expect(missing(await needsOf('B-LTA', given))).toEqual(['timestamp archive missing noSource'])
    const archived = await needsOf('B-LTA', { ...given, archive: hours(0) })
    expect(archived.satisfied).toBe(true)
    expect(told(archived)).toContain('timestamp archive atHand')
    expect(missing(await needsOf('B-LTA', { sources: online, archive: hours(0) }))).toEqual(['timestamp archive missing notCovered'])
  })

  it('leaves out what belongs to the newest archive time-stamp alone', async () => {
    const tsa = (await lab.issue({ subject: 'CN=TSA khác,C=VN', extendedKeyUsage: ['timeStamping'], extendedKeyUsageCritical: true })).certificate
    const needs = await needsOf('B-LTA', { tsa, certificates: [...signer.chain], crls: await lists(), archive: hours(0) })
    expect(told(needs)).toContain('revocation timestampSigner notNeeded newestTimestamp')
    expect(needs.certificates).not.toContainEqual(lab.tsa.certificate)
  })

  it('is the path of a time-stamp authority of another house as well', async () => {
    const house = await lab.authority({ id: 'tsa-house' })
    const tsa = await lab.timestampAuthority({ authority: house })
    const given = { tsa: tsa.certificate, certificates: [...signer.chain], crls: await lists() }
    expect(missing(await needsOf('B-LT', given))).toEqual(['revocation timestampSigner missing noPath', 'certificate issuer missing noSource'])
    const found = await needsOf('B-LT', { ...given, sources: online })
    expect([found.satisfied, found.certificates.length]).toEqual([true, 4])
    expect(found.certificates).toContainEqual(house.certificate)
  })
})

describe('revocation', () => {
  it('is missing with its reason where nobody tells', async () => {
    const given = { certificates: [...signer.chain], ocsp: [await lab.ocsp(signer.certificate), await lab.ocsp(lab.tsa.certificate)] }
    expect(missing(await needsOf('B-LT', given))).toEqual(['revocation issuer missing noSource'])
    const reasons: readonly (readonly [Sources, string])[] = [
      [httpSources({ offline: true }), 'offline'],
      [httpSources(), 'refused'],
      [httpSources({ allowPrivate: true, retries: 0, fetch: () => Promise.reject(new TypeError('no network')) }), 'unreachable'],
      [httpSources({ allowPrivate: true, retries: 0, fetch: async () => new Response('<html>') }), 'notAccepted'],
      [{ revocation: { ocsp: async () => null } }, 'noAnswer'],
      [{ revocation: {} }, 'noSource'],
    ]
    for (const [sources, why] of reasons) expect(missing(await needsOf('B-LT', { ...given, sources }))).toEqual([`revocation issuer missing ${why}`])
  })

  it('has no address where the certificate names none', async () => {
    const quiet = await lab.issue({ addresses: false, subject: 'CN=Không địa chỉ,C=VN' })
    const needs = await needsOf('B-LT', { leaf: quiet.certificate, certificates: [...quiet.chain], sources: online })
    expect(missing(needs)).toEqual(['revocation signer missing noAddress'])
  })

  it('is not needed where the issuer publishes none', async () => {
    const exempt = await lab.issue({ noRevAvail: true, subject: 'CN=Ngắn hạn,C=VN' })
    const needs = await needsOf('B-LT', { leaf: exempt.certificate, certificates: [...exempt.chain], crls: await lists() })
    expect([needs.satisfied, told(needs)[1]]).toEqual([true, 'revocation signer notNeeded noRevAvail'])
  })

  it('is needed of a signer who has ocsp-nocheck without being a responder', async () => {
    const odd = await lab.issue({ ocspNoCheck: true, subject: 'CN=Nhầm vai,C=VN' })
    const needs = await needsOf('B-LT', { leaf: odd.certificate, certificates: [...odd.chain], crls: [await lab.crl(lab.root)] })
    expect(missing(needs)[0]).toBe('revocation signer missing noSource')
  })

  it('is settled by a revocation, which is told, however old it is', async () => {
    const lost = await lab.issue({ subject: 'CN=Đã thu hồi,C=VN' })
    lab.revoke(lost.certificate, { date: hours(-5), reason: 'keyCompromise' })
    const crls = [await lab.crl(lab.ca, { thisUpdate: hours(-4) }), ...(await lists())]
    const needs = await needsOf('B-LT', { leaf: lost.certificate, certificates: [...lost.chain], crls })
    expect(needs.items[1]).toMatchObject({
      kind: 'revocation',
      status: 'atHand',
      why: 'revoked',
      detail: 'keyCompromise',
      revocationTime: hours(-5).toISOString(),
    })
    const alone = await needsOf('B-LT', { leaf: lost.certificate, certificates: [...lost.chain], crls: [crls[0] as Uint8Array] })
    expect(missing(alone)).toEqual(['revocation issuer missing noSource', 'revocation timestampSigner missing olderThanSignature'])
  })

  it('does not suffice where it is older than the signature, unless that is allowed', async () => {
    const crls = [await lab.crl(lab.ca, { thisUpdate: hours(-3) }), await lab.crl(lab.root, { thisUpdate: hours(-30) })]
    const given = { certificates: [...signer.chain], crls }
    const needs = await needsOf('B-LT', given)
    // The list of the root is from before too, but still current then.
    expect(missing(needs)).toEqual(['revocation signer missing olderThanSignature', 'revocation timestampSigner missing olderThanSignature'])
    expect(needs.items[1]?.detail).toContain(hours(-3).toISOString())
    expect(missing(await needsOf('B-LT', { ...given, freshness: 2 * 3_600_000 }))).toEqual([])
    expect(missing(await needsOf('B-LT', { ...given, freshness: 2 * 3_600_000 - 1 }))).toHaveLength(2)
    expect(missing(await needsOf('B-LT', { ...given, freshness: 'current' }))).toEqual([])
    expect(missing(await needsOf('B-LT', { ...given, freshness: 'current', authorityFreshness: 0 }))).toEqual(['revocation issuer missing olderThanSignature'])
  })

  it('is fetched anew where what is at hand is too old', async () => {
    const crls = [await lab.crl(lab.ca, { thisUpdate: hours(-3) }), await lab.crl(lab.root, { thisUpdate: hours(-30) })]
    const needs = await needsOf('B-LT', { certificates: [...signer.chain], crls, sources: online })
    expect(needs.satisfied).toBe(true)
    expect(told(needs)).toContain('revocation signer fetched')
    expect(told(needs)).toContain('revocation issuer atHand')
    expect([needs.crls, needs.ocsp.length]).toEqual([[crls[1]], 2])
  })

  it('is asked of the servers where a cache has what is older than the signature', async () => {
    const cached = httpSources({ allowPrivate: true, now: () => now, cache: memoryCache(), ocsp: { maxAgeMs: 86_400_000 } })
    now = hours(-2)
    await needsOf('B-LT', { tsa: null, sources: cached, freshness: 'current' })
    now = hours(0)
    const needs = await needsOf('B-LT', { sources: cached, certificates: [...signer.chain] })
    expect(needs.satisfied).toBe(true)
    // The issuer's own is taken from the cache; the time-stamp authority's was in none.
    expect(needs.asked.map(({ outcome }) => outcome)).toEqual(['cached', 'answered', 'cached', 'answered'])
  })

  it('without a time-stamp has to be current', async () => {
    const given = { tsa: null, certificates: [...signer.chain], level: 'B-LT' }
    expect(missing(await needsOf('B-LT', { ...given, crls: await lists() }))).toEqual(['timestamp signature missing noSource'])
    const old = [await lab.crl(lab.ca, { thisUpdate: hours(-300) }), await lab.crl(lab.root)]
    expect(missing(await needsOf('B-LT', { ...given, crls: old }))).toEqual(['revocation signer missing stale', 'timestamp signature missing noSource'])
    const early = [await lab.crl(lab.ca, { thisUpdate: hours(1) }), await lab.crl(lab.root)]
    expect(missing(await needsOf('B-LT', { ...given, crls: early }))).toEqual(['revocation signer missing fromFuture', 'timestamp signature missing noSource'])
  })

  it('is not known of what the responder does not know, or where somebody else has signed', async () => {
    const [, rootList] = await lists()
    const given = { certificates: [...signer.chain], crls: [rootList as Uint8Array] }
    const unknown = await lab.ocsp(signer.certificate, { status: 'unknown' })
    expect(missing(await needsOf('B-LT', { ...given, ocsp: [unknown, await lab.ocsp(lab.tsa.certificate)] }))).toEqual([
      'revocation signer missing statusUnknown',
    ])
    const forged = await lab.crl(lab.ca, { signer: await lab.impostor(lab.ca) })
    const needs = await needsOf('B-LT', { ...given, crls: [rootList as Uint8Array, forged] })
    expect(missing(needs)).toEqual(['revocation signer missing notAccepted', 'revocation timestampSigner missing notAccepted'])
    expect(needs.crls).toEqual([rootList])
  })

  it('counts only where it is signed well enough', async () => {
    const given = { certificates: [...signer.chain], crls: await lists(), ocsp: [await lab.ocsp(signer.certificate)] }
    const needs = await needsOf('B-LT', { ...given, counts: ({ kind }) => kind === 'ocsp' })
    expect(missing(needs)).toEqual(['revocation issuer missing signedWeakly', 'revocation timestampSigner missing signedWeakly'])
  })
})

describe('who signs evidence', () => {
  const delegate = (cn: string): Promise<LabIdentity> =>
    lab.issue({ subject: `CN=${cn},C=VN`, keyUsage: ['digitalSignature'], extendedKeyUsage: ['ocspSigning'], addresses: false })

  it('needs evidence himself, unless nothing is to be asked about him', async () => {
    const responder = await delegate('Responder')
    const [caList, rootList] = (await lists()) as [Uint8Array, Uint8Array]
    const ocsp = [await lab.ocsp(signer.certificate, { responder, certificates: [responder.certificate] }), await lab.ocsp(lab.tsa.certificate)]
    const given = { certificates: [...signer.chain], crls: [rootList], ocsp }
    const needs = await needsOf('B-LT', given)
    expect(missing(needs)).toEqual(['revocation ocspSigner missing noSource'])
    expect(told(needs)).toContain('revocation ocspSigner notNeeded ocspNocheck')
    const listed = await needsOf('B-LT', { ...given, crls: [rootList, caList] })
    expect([listed.satisfied, listed.crls]).toEqual([true, [caList, rootList]])
    // His certificate stands in his answer already; where it does not, it is embedded.
    expect(listed.certificates).not.toContainEqual(responder.certificate)
    const bare = [await lab.ocsp(signer.certificate, { responder, certificates: [] })]
    const apart = await needsOf('B-LT', { certificates: [...signer.chain, responder.certificate], crls: [rootList, caList], ocsp: bare })
    expect(apart.certificates).toContainEqual(responder.certificate)
  })

  it('does not speak for himself, nor two for each other', async () => {
    const [one, two] = [await delegate('Một'), await delegate('Hai')]
    const [, rootList] = (await lists()) as [Uint8Array, Uint8Array]
    const by = (who: LabIdentity, about: Uint8Array): Promise<Uint8Array> => lab.ocsp(about, { responder: who, certificates: [who.certificate] })
    const base = { certificates: [...signer.chain], crls: [rootList] }
    const stamp = await lab.ocsp(lab.tsa.certificate)
    const alone = await needsOf('B-LT', { ...base, ocsp: [stamp, await by(one, signer.certificate), await by(one, one.certificate)] })
    expect(missing(alone)).toEqual(['revocation ocspSigner missing loop'])
    const ocsp = [stamp, await by(one, signer.certificate), await by(two, one.certificate), await by(one, two.certificate)]
    const circle = await needsOf('B-LT', { ...base, ocsp })
    expect(missing(circle)).toEqual(['revocation ocspSigner missing loop'])
  })

  it('is not followed without end', async () => {
    const row = await Promise.all(Array.from({ length: 10 }, (_, i) => delegate(`Responder ${i}`)))
    const asked = [signer.certificate, ...row.map(({ certificate }) => certificate)]
    const ocsp = await Promise.all(row.map((responder, i) => lab.ocsp(asked[i] as Uint8Array, { responder, certificates: [responder.certificate] })))
    const [, rootList] = (await lists()) as [Uint8Array, Uint8Array]
    const needs = await needsOf('B-LT', { certificates: [...signer.chain], crls: [rootList], ocsp: [...ocsp, await lab.ocsp(lab.tsa.certificate)] })
    expect(missing(needs)).toEqual(['revocation ocspSigner missing loop'])
  })
})

describe('a path', () => {
  it('that ends nowhere tells where and why', async () => {
    const crls = await lists()
    expect(missing(await needsOf('B-LT', { tsa: null, crls })).slice(0, 2)).toEqual(['revocation signer missing noPath', 'certificate issuer missing noSource'])
    const stranger = await Lab.create({ now: () => now, rootName: 'CN=Người lạ,C=VN' })
    const trustedByNobody = await needsOf('B-LT', { certificates: [...signer.chain], crls, anchors: [], sources: online })
    expect(trustedByNobody.asked).toEqual([])
    expect(missing(trustedByNobody)).toContain('certificate anchor missing notTrusted')
    const elsewhere = await needsOf('B-LT', { certificates: [...signer.chain, lab.root.certificate], crls, anchors: stranger.anchors })
    expect(missing(elsewhere)).toContain('certificate anchor missing notTrusted')
    const impostor = await lab.impostor(lab.root)
    const named = await needsOf('B-LT', { certificates: [...signer.chain], crls, anchors: [impostor.certificate] })
    expect(missing(named)).toContain('certificate anchor missing otherKey')
  })

  it('that ends at an issuing authority needs nothing above it', async () => {
    const needs = await needsOf('B-LT', { anchors: [lab.ca.certificate], crls: [await lab.crl(lab.ca)] })
    expect([needs.satisfied, needs.certificates, needs.crls.length]).toEqual([true, [signer.certificate, lab.tsa.certificate], 1])
  })

  it('tells of certificates that were not valid at the time', async () => {
    const over = await lab.issue({ subject: 'CN=Hết hạn,C=VN', notBefore: hours(-100), notAfter: hours(-0.5) })
    const given = { leaf: over.certificate, certificates: [...over.chain], crls: await lists() }
    // It has expired since; the time-stamp is from before.
    expect((await needsOf('B-LT', given)).items[0]).not.toHaveProperty('why')
    expect((await needsOf('B-LT', { ...given, tsa: null })).items[0]).toMatchObject({ status: 'atHand', why: 'expired', detail: 'expired' })
  })
})

describe('looking for evidence', () => {
  it('stops when the budget is spent', async () => {
    await expect(needsOf('B-LT', { sources: online, budget: new Budget({ fetches: 2 }) })).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
  })

  it('stops when it is told to', async () => {
    await expect(needsOf('B-LT', { sources: online, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})
