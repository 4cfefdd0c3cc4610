import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compare,
  concat,
  equal,
  fromBase64,
  fromBigInt,
  fromHex,
  fromLatin1,
  fromUtf8,
  indexOf,
  lastIndexOf,
  latin1,
  toBase64,
  toBigInt,
  toHex,
  utf8,
} from '../../src/core/bytes.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

describe('hexadecimal', () => {
  it('agrees with Buffer both ways', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(toHex(b)).toBe(Buffer.from(b).toString('hex'))
        expect(fromHex(toHex(b).toUpperCase())).toEqual(b)
      }),
    )
  })

  it.each(['0', 'abc', '0g', ' 00', '00 ', '0x00', '٠٠', 'ＦＦ'])('%j is none', (text) => expect(fromHex(text)).toBeNull())
})

describe('base64', () => {
  it('agrees with Buffer both ways', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'))
        expect(fromBase64(toBase64(b))).toEqual(b)
      }),
    )
  })

  it('takes long inputs in slices', () => {
    for (const length of [0x5fff, 0x6000, 0x6001, 0xc000, 200_000]) {
      const b = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
      expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'))
      expect(fromLatin1(b)).toBe(Buffer.from(b).toString('latin1'))
    }
  })

  it('ignores white space and refuses other characters', () => {
    expect(fromBase64(' AQ\r\nID\t')).toEqual(Uint8Array.of(1, 2, 3))
    for (const text of ['A', 'AQID*', 'AQ=D', 'AQID====', 'ＡＱ', '-_']) expect(fromBase64(text)).toBeNull()
  })
})

describe('text', () => {
  it('UTF-8 round trip, a byte order mark kept', () => {
    for (const text of ['', 'Chữ ký số', '\uFEFFx', '𝔻', '\0']) expect(fromUtf8(utf8(text))).toBe(text)
  })

  it.each([
    ['overlong', 'c080'],
    ['surrogate', 'eda080'],
    ['truncated', 'e1bb'],
    ['beyond U+10FFFF', 'f4908080'],
    ['lone continuation', '80'],
  ])('UTF-8 %s is refused', (_, hex) => expect(fromUtf8(fromHex(hex) as Uint8Array)).toBeNull())

  it('ISO 8859-1 is one octet a character', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect(latin1(fromLatin1(all))).toEqual(all)
  })
})

describe('searching', () => {
  it('agrees with Buffer', () => {
    const small = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 30 }).map((a) => Uint8Array.from(a))
    const needle = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }).map((a) => Uint8Array.from(a))
    fc.assert(
      fc.property(small, needle, fc.nat(31), (hay, n, from) => {
        expect(indexOf(hay, n, from)).toBe(Buffer.from(hay).indexOf(Buffer.from(n), from))
        expect(lastIndexOf(hay, n)).toBe(Buffer.from(hay).lastIndexOf(Buffer.from(n)))
      }),
    )
  })

  it('an empty needle is everywhere', () => {
    expect(indexOf(Uint8Array.of(1, 2), new Uint8Array(0), 1)).toBe(1)
    expect(lastIndexOf(Uint8Array.of(1, 2), new Uint8Array(0))).toBe(2)
  })
})

describe('joining and comparing', () => {
  it('concat keeps order and copies', () => {
    const part = Uint8Array.of(1, 2)
    const all = concat([part, new Uint8Array(0), Uint8Array.of(3)])
    part[0] = 9
    expect(all).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('compare and equal agree with Buffer', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(Buffer.compare(a, b))
        expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(equal(a, a.slice())).toBe(true)
      }),
    )
  })

  it('the shorter comes first where one begins the other', () => expect(compare(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0))
})

describe('integers', () => {
  it('round trip, and padding on the left', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 600n }), (n) => {
        expect(toBigInt(fromBigInt(n))).toBe(n)
        const padded = fromBigInt(n, 80)
        expect(padded).toHaveLength(80)
        expect(toBigInt(padded)).toBe(n)
      }),
    )
  })

  it('zero and numbers longer than asked', () => {
    expect(fromBigInt(0n)).toHaveLength(0)
    expect(fromBigInt(0n, 2)).toEqual(Uint8Array.of(0, 0))
    expect(fromBigInt(0x10203n, 2)).toEqual(Uint8Array.of(1, 2, 3))
    expect(toBigInt(new Uint8Array(0))).toBe(0n)
  })
})
