/** No change of a CMS is taken for the CMS that was signed, and none makes the reader throw anything but a `KysoError`. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseSignedData, parseTimestampToken } from '../../src/cms/index.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { cmsRegions, regionOf, sameIdentifier } from '../pades/cms-regions.ts'
import { cms, set, tlv } from './builder.ts'
import { check, open } from './support.ts'

const content = utf8('Hợp đồng số 1')

/**
 * Parts of a CMS that no check looks at. The signer's certificate is bound by its digest; those of its authorities are for
 * building its path, where each is checked by its own signature.
 */
const IDLE = [/\.version$/, /\.digestAlgorithms$/, /\.certificates/, /\.parameters$/]

let lab: Lab
let signers: LabIdentity[]
beforeAll(async () => {
  lab = await Lab.create()
  signers = [
    await lab.issue(),
    await lab.issue({ algorithm: 'RSA-2048' }),
    await lab.issue({ algorithm: 'Ed25519' }),
    await lab.issue({ algorithm: 'RSA-2048', pss: true }),
  ]
})

/** Whether a CMS passes; false where it cannot be read. */
async function passes(bytes: Uint8Array): Promise<boolean> {
  try {
    return open(await check(bytes, content)).length === 0
  } catch (error) {
    if (!isKysoError(error) && !(error instanceof Error && error.message === 'no signer')) throw error
    return false
  }
}

describe('one flipped bit', () => {
  it.each([0, 1, 2, 3])('is noticed wherever something is said (signer %i)', { timeout: 120_000 }, async (which) => {
    const bytes = await cms(signers[which] as LabIdentity, content)
    const regions = cmsRegions(bytes)
    const unnoticed = new Map<string, number>()
    for (let offset = 0; offset < bytes.length; offset++) {
      const changed = bytes.slice()
      changed[offset] = (changed[offset] as number) ^ (1 << ((offset * 7 + which) % 8))
      if (!(await passes(changed))) continue
      const { label, start, end } = regionOf(regions, offset)
      if (label.endsWith('.sid') && sameIdentifier(bytes.subarray(start, end), changed.subarray(start, end))) continue
      unnoticed.set(label, (unnoticed.get(label) ?? 0) + 1)
    }
    expect([...unnoticed.keys()].filter((label) => !IDLE.some((idle) => idle.test(label)))).toEqual([])
    // The authority's certificate is idle here, so there is something that goes unnoticed.
    expect(unnoticed.size).toBeGreaterThan(0)
  })
})

describe('any change', () => {
  it('is an error with a code or a failed check, never anything else', { timeout: 120_000 }, async () => {
    const originals = await Promise.all(signers.map((signer) => cms(signer, content)))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(
          fc.record({ at: fc.nat(), kind: fc.constantFrom('set', 'cut', 'insert', 'copy'), value: fc.nat(255), length: fc.integer({ min: 1, max: 40 }) }),
          { minLength: 1, maxLength: 6 },
        ),
        async (original, edits) => {
          let bytes = original
          for (const { at: place, kind, value, length } of edits) {
            const at = bytes.length === 0 ? 0 : place % bytes.length
            if (kind === 'set') bytes = concat([bytes.subarray(0, at), Uint8Array.of(value), bytes.subarray(at + 1)])
            else if (kind === 'cut') bytes = concat([bytes.subarray(0, at), bytes.subarray(at + length)])
            else if (kind === 'insert') bytes = concat([bytes.subarray(0, at), new Uint8Array(length).fill(value), bytes.subarray(at)])
            else bytes = concat([bytes.subarray(0, at), bytes.subarray(value, value + length), bytes.subarray(at)])
          }
          await passes(bytes)
        },
      ),
      { numRuns: 3000, seed: 5652 },
    )
  })

  it('of random bytes is an error with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const read of [parseSignedData, parseTimestampToken]) {
          try {
            read(bytes)
          } catch (error) {
            expect(isKysoError(error)).toBe(true)
          }
        }
      }),
      { numRuns: 2000, seed: 3161 },
    )
  })
})

describe('hostile structures', () => {
  it('of many attributes, deep nesting and long sets end in bounded work', () => {
    const nested = Array.from({ length: 5000 }).reduce<Uint8Array>((inner) => tlv(0x30, inner).subarray(0, 4000), new Uint8Array())
    for (const bytes of [
      tlv(0x30, nested),
      new Uint8Array(200_000).fill(0x30).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)),
      tlv(0x30, set(...Array.from({ length: 20_000 }, () => Uint8Array.of(0x30, 0)))),
    ]) {
      expect(() => parseSignedData(bytes)).toThrowError(expect.objectContaining({ name: 'KysoError' }))
    }
  })
})
