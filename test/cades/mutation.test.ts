/**
 * One flipped bit anywhere in a signed CMS file, content inside and beside. The time-stamp is needed for the verdict (the signer's
 * certificate has expired since), and no certificate is carried twice, so that as little as can be is idle.
 *
 * `KYSO_FULL_SWEEP=1` tries all eight bits of every byte instead of one.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, generalizedTime } from '../../src/asn1/index.ts'
import { counterSignCms, readCms, signCms } from '../../src/cades/index.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { type Report, type VerifyOptions, verify } from '../../src/verify/index.ts'
import { cmsRegions, type Region, regionOf, sameIdentifier } from '../pades/cms-regions.ts'
import { days, NOW, setting } from '../verify/lab-pdf.ts'

/** Why a change may leave the verdict as it was. Nothing that is not here may. */
const IDLE: readonly (readonly [label: RegExp, only?: (before: Uint8Array, after: Uint8Array) => boolean])[] = [
  // Version numbers announce optional parts, which are read by their tags (RFC 5652 §5.1, §5.3).
  [/\.signedData\.version$/],
  [/\.signerInfo\.version$/],
  // The list of digests is for one-pass readers; what counts is the SignerInfo's own (§5.1).
  [/\.signedData\.digestAlgorithms$/],
  // Case or string type of the issuer's name: the names are the same (RFC 5280 §7.1), and the certificate is bound by its digest.
  [/\.signerInfo\.sid$/, sameIdentifier],
]

const document = utf8('Hợp đồng số 7: bên A giao hàng, bên B trả tiền.')

interface Signed {
  readonly file: Uint8Array
  readonly options: VerifyOptions
  readonly regions: readonly Region[]
  readonly before: Report
}

async function signedFile(attached: boolean): Promise<Signed> {
  let time = NOW
  const lab = await Lab.create({ now: () => time })
  const made = await setting(lab)
  const authority = await lab.authority({ id: 'tsa-ca' })
  const tsa = await lab.timestampAuthority({ authority })
  const { signer } = await lab.issue({ notAfter: days(1) })
  const file = await signCms(document, { signer, attached, signingTime: NOW, level: 'B-T', sources: { timestamp: tsa.source } })
  time = days(10)
  // expiredCertsOnCRL: the list still names who was revoked before the signer's certificate expired.
  const kept = [{ oid: '2.5.29.60', value: encode(generalizedTime(), NOW) }]
  const crls = [await lab.crl(lab.ca, { extensions: kept }), await lab.crl(lab.root), await lab.crl(authority)]
  const options = { ...made.options, at: time, crls, ...(attached ? {} : { detached: [{ content: document }] }) }
  return { file, options, regions: cmsRegions(file), before: await verify(file, options) }
}

/** Numbers from 0 up to 1 that are the same in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Which bits of which bytes are tried: of the file with its content beside it, which differs in a few octets, every seventh byte. */
function* flips(length: number, attached: boolean): Generator<{ offset: number; bit: number }> {
  const next = random(20260605)
  for (let offset = 0; offset < length; offset += attached ? 1 : 7) {
    if (process.env.KYSO_FULL_SWEEP === '1') for (let bit = 0; bit < 8; bit++) yield { offset, bit }
    else yield { offset, bit: Math.floor(next() * 8) }
  }
}

function isIdle({ file, regions }: Signed, changed: Uint8Array, offset: number): boolean {
  const { label, start, end } = regionOf(regions, offset)
  return IDLE.some(([pattern, only]) => pattern.test(label) && (only?.(file.subarray(start, end), changed.subarray(start, end)) ?? true))
}

describe.each([true, false])('a signed file, content attached: %s', (attached) => {
  let signed: Signed
  beforeAll(async () => {
    signed = await signedFile(attached)
  })

  it('is valid by its time-stamp', () => {
    expect(signed.before.indication).toBe('TOTAL-PASSED')
    expect(signed.before.signatures[0]).toMatchObject({ level: 'CAdES-BASELINE-T', bestSignatureTime: NOW.toISOString() })
  })

  it('stays valid with one flipped bit only where nothing is said there', { timeout: 600_000 }, async () => {
    const wrong: string[] = []
    let idle = 0
    let tried = 0
    for (const { offset, bit } of flips(signed.file.length, attached)) {
      const changed = signed.file.slice()
      changed[offset] = (changed[offset] as number) ^ (1 << bit)
      const report = await verify(changed, signed.options)
      tried++
      if (report.indication !== 'TOTAL-PASSED') continue
      if (isIdle(signed, changed, offset) && report.signatures.length === 1) idle++
      else wrong.push(`bit ${bit} of byte ${offset}: ${regionOf(signed.regions, offset).label}`)
    }
    expect(wrong).toEqual([])
    expect(tried).toBe(Math.ceil(signed.file.length / (attached ? 1 : 7)) * (process.env.KYSO_FULL_SWEEP === '1' ? 8 : 1))
    expect(idle).toBeGreaterThan(0)
    expect(idle).toBeLessThan(tried / 10)
  })

  it('is refused with a byte left out or put in at any place', { timeout: 600_000 }, async () => {
    const next = random(7)
    for (let i = 0; i < 300; i++) {
      const offset = Math.floor(next() * signed.file.length)
      const shorter = new Uint8Array([...signed.file.subarray(0, offset), ...signed.file.subarray(offset + 1)])
      expect((await verify(shorter, signed.options)).indication, `without byte ${offset}`).not.toBe('TOTAL-PASSED')
      const longer = new Uint8Array([...signed.file.subarray(0, offset), 0x20, ...signed.file.subarray(offset)])
      expect((await verify(longer, signed.options)).indication, `with a byte at ${offset}`).not.toBe('TOTAL-PASSED')
    }
  })
})

it('nothing but KysoError comes out of files that were changed in several places', { timeout: 600_000 }, async () => {
  const { signer } = await setting()
  const attached = await counterSignCms(await signCms(document, { signer: signer.signer, signingTime: NOW, attached: true }), {
    signer: signer.signer,
    signingTime: NOW,
  })
  const next = random(11)
  let read = 0
  for (const base of [attached, utf8(pem(attached, 'CMS'))]) {
    for (let i = 0; i < 1500; i++) {
      const changed = base.slice(0, next() < 0.1 ? Math.floor(next() * base.length) : base.length)
      for (let n = 1 + Math.floor(next() * 4); n > 0; n--) changed[Math.floor(next() * changed.length)] = Math.floor(next() * 256)
      try {
        await readCms(changed)
        read++
      } catch (error) {
        if (!isKysoError(error)) throw error
      }
    }
  }
  // Some are still readable, or the changes reach nothing but the outermost header.
  expect(read).toBeGreaterThan(100)
})
