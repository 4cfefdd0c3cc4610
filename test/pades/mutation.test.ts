/**
 * One flipped bit anywhere in a signed file. The time-stamp is needed for the verdict (the signer's certificate has expired
 * since), and no certificate is carried twice, so that as little as can be is idle.
 *
 * `KYSO_FULL_SWEEP=1` tries all eight bits of every byte instead of one.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { encode, generalizedTime } from '../../src/asn1/index.ts'
import { elementLength } from '../../src/cms/index.ts'
import { equal, fromHex, fromLatin1, indexOf, latin1 } from '../../src/core/bytes.ts'
import { decodeHexString } from '../../src/pdf/strings.ts'
import { Lab } from '../../src/testing/index.ts'
import { type Report, type VerifyOptions, verify } from '../../src/verify/index.ts'
import { days, NOW, setting, sign } from '../verify/lab-pdf.ts'
import { cmsRegions, type Region, regionAt, regionOf, sameIdentifier } from './cms-regions.ts'

/** Why a change that reaches the decoded CMS may leave the verdict as it was. Nothing that is not here may. */
const IDLE: readonly (readonly [label: RegExp, reason: string, only?: (before: Uint8Array, after: Uint8Array) => boolean])[] = [
  [/\.signedData\.version$/, 'a version number of SignedData: it announces optional parts, which are read by their tags (RFC 5652 §5.1)'],
  [/\.signerInfo\.version$/, 'a version number of SignerInfo: the same (§5.3)'],
  [/\.signedData\.digestAlgorithms$/, 'the list of digests for one-pass readers; what counts is the SignerInfo’s digestAlgorithm (§5.1)'],
  [
    /\.signerInfo\.sid$/,
    'the case or string type of the issuer’s name: the names are the same (RFC 5280 §7.1), and the certificate is bound by its digest',
    sameIdentifier,
  ],
]

interface Signed {
  readonly pdf: Uint8Array
  readonly options: VerifyOptions
  /** Offsets of `<` and behind `>`. */
  readonly contents: readonly [number, number]
  /** The decoded string: CMS and padding. */
  readonly decoded: Uint8Array
  readonly regions: readonly Region[]
  readonly before: Report
}

/** Without messages and without what counts on the file's length. */
function essence(report: Report): unknown {
  return { ...report, messages: report.messages.length, oddities: report.oddities.length }
}

/** A signed file that is valid by its time-stamp alone. */
async function signedFile(): Promise<Signed> {
  let time = NOW
  const lab = await Lab.create({ now: () => time })
  const made = await setting(lab)
  const authority = await lab.authority({ id: 'tsa-ca' })
  const tsa = await lab.timestampAuthority({ authority })
  const signer = await lab.issue({ notAfter: days(1) })
  const pdf = await sign({ ...made, signer }, { level: 'B-T', timestampSize: 1900, sources: { timestamp: tsa.source } })
  time = days(10)
  // expiredCertsOnCRL: the list still names who was revoked before the signer's certificate expired.
  const kept = [{ oid: '2.5.29.60', value: encode(generalizedTime(), NOW) }]
  const options = { ...made.options, at: time, crls: [await lab.crl(lab.ca, { extensions: kept }), await lab.crl(lab.root), await lab.crl(authority)] }
  const open = indexOf(pdf, latin1('/Contents')) + '/Contents'.length
  const start = pdf.indexOf(0x3c, open)
  const end = pdf.indexOf(0x3e, start) + 1
  const decoded = fromHex(fromLatin1(pdf.subarray(start + 1, end - 1))) ?? new Uint8Array()
  const regions = cmsRegions(decoded.subarray(0, elementLength(decoded) ?? 0))
  return { pdf, options, contents: [start, end], decoded, regions, before: await verify(pdf, options) }
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

/** Which bits of which bytes are tried. */
function* flips(length: number): Generator<{ offset: number; bit: number }> {
  const next = random(20260601)
  for (let offset = 0; offset < length; offset++) {
    if (process.env.KYSO_FULL_SWEEP === '1') for (let bit = 0; bit < 8; bit++) yield { offset, bit }
    else yield { offset, bit: Math.floor(next() * 8) }
  }
}

/** Why a changed file may pass; `null` where it may not. */
function reasonFor({ contents: [start, end], decoded, regions }: Signed, changed: Uint8Array, offset: number): string | null {
  if (offset <= start || offset >= end - 1) return null
  const now = decodeHexString(changed.subarray(start + 1, end - 1))
  if (!now) return null
  const cms = regions.at(-1)?.end ?? 0
  if (equal(now.subarray(0, cms), decoded.subarray(0, cms))) {
    // What is left of the padding is zero.
    if (now.subarray(cms).some((byte) => byte !== 0)) return null
    return (changed[offset] as number) <= 0x20 ? 'white space in place of a digit, which makes the padding shorter' : 'the case of a hexadecimal digit'
  }
  const at = Math.floor((offset - start - 1) / 2)
  const { label, start: from, end: to } = regionOf(regions, at)
  const idle = IDLE.find(([pattern]) => pattern.test(label))
  return idle && (idle[2]?.(decoded.subarray(from, to), now.subarray(from, to)) ?? true) ? idle[1] : null
}

let signed: Signed
beforeAll(async () => {
  signed = await signedFile()
})

describe('a signed file', () => {
  it('is valid by its time-stamp', () => {
    const [signature] = signed.before.signatures
    expect(signed.before.indication).toBe('TOTAL-PASSED')
    expect(signature?.level).toBe('PAdES-BASELINE-T')
    expect(signature?.bestSignatureTime).toBe(NOW.toISOString())
    expect(signature?.coverage.wholeFile).toBe(true)
  })

  it('stays valid with one flipped bit only where nothing is said there', { timeout: 3_600_000 }, async () => {
    const passed = new Map<string, number>()
    const wrong: string[] = []
    let tried = 0
    for (const { offset, bit } of flips(signed.pdf.length)) {
      const changed = signed.pdf.slice()
      changed[offset] = (changed[offset] as number) ^ (1 << bit)
      const report = await verify(changed, signed.options)
      tried++
      if (report.indication !== 'TOTAL-PASSED') continue
      const reason = reasonFor(signed, changed, offset)
      // What passes says the same as before: the verdict used nothing of what was changed.
      const same = JSON.stringify(essence(report)) === JSON.stringify(essence(signed.before))
      if (reason !== null && same) passed.set(reason, (passed.get(reason) ?? 0) + 1)
      else
        wrong.push(
          `bit ${bit} of byte ${offset}: ${reason ?? regionAt(signed.regions, Math.floor((offset - signed.contents[0] - 1) / 2))}${same ? '' : ', another report'}`,
        )
    }
    const list = [...passed].map(([reason, count]) => `${String(count).padStart(6)} × ${reason}`).sort()
    console.info([`${tried} flips, ${[...passed.values()].reduce((a, b) => a + b, 0)} without effect:`, ...list].join('\n'))
    expect(wrong).toEqual([])
    expect(tried).toBe(signed.pdf.length * (process.env.KYSO_FULL_SWEEP === '1' ? 8 : 1))
    // Both kinds exist, or the sweep looks at nothing.
    expect(passed.get('the case of a hexadecimal digit')).toBeGreaterThan(0)
    expect(passed.get('white space in place of a digit, which makes the padding shorter')).toBeGreaterThan(0)
  })

  it('is refused with padding that is not zero, anywhere in it', async () => {
    const [start, end] = signed.contents
    const cms = signed.regions.at(-1)?.end ?? 0
    const digits = [start + 1 + 2 * cms, start + 2 + 2 * cms, Math.floor((start + 2 * cms + end) / 2), end - 2]
    for (const offset of digits) {
      const changed = signed.pdf.slice()
      expect(changed[offset]).toBe(0x30)
      changed[offset] = 0x31
      const report = await verify(changed, signed.options)
      expect(report.indication).toBe('TOTAL-FAILED')
      expect(report.signatures[0]?.messages.map((message) => message.code)).toContain('contentsPadding')
      expect(report.signatures[0]?.intact).toBe(false)
    }
  })

  it('is refused with any byte changed to any other in what its ByteRange says', async () => {
    const at = indexOf(signed.pdf, latin1('/ByteRange'))
    for (let offset = at; signed.pdf[offset] !== 0x5d; offset++) {
      for (const value of [0x20, 0x30, 0x39, 0x2d, 0x2e, 0x52, 0x5d]) {
        if (signed.pdf[offset] === value) continue
        const changed = signed.pdf.slice()
        changed[offset] = value
        expect((await verify(changed, signed.options)).indication, `byte ${offset} as ${value}`).not.toBe('TOTAL-PASSED')
      }
    }
  })

  it('is refused with a byte left out or put in at any place of what is covered', { timeout: 600_000 }, async () => {
    const next = random(7)
    for (let i = 0; i < 300; i++) {
      const offset = Math.floor(next() * signed.pdf.length)
      const inside = offset > signed.contents[0] && offset < signed.contents[1]
      const shorter = new Uint8Array([...signed.pdf.subarray(0, offset), ...signed.pdf.subarray(offset + 1)])
      expect((await verify(shorter, signed.options)).indication, `without byte ${offset}`).not.toBe('TOTAL-PASSED')
      const longer = new Uint8Array([...signed.pdf.subarray(0, offset), inside ? 0x30 : 0x20, ...signed.pdf.subarray(offset)])
      expect((await verify(longer, signed.options)).indication, `with a byte at ${offset}`).not.toBe('TOTAL-PASSED')
    }
  })
})
