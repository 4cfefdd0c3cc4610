import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Element, type ReadContext, readElement, toDer } from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat } from '../../src/core/bytes.ts'
import { codeOf } from '../core/thrown.ts'
import { hex, tlv } from './der.ts'

const context = (): ReadContext => ({ rules: 'BER', budget: new Budget(), depth: 0 })
const normalize = (bytes: Uint8Array): Uint8Array => {
  const within = context()
  const element: Element = readElement(bytes, 0, bytes.length, within)
  return toDer(element, within)
}

describe('toDer', () => {
  it.each([
    ['DER as it is', '3008 020101 0403 aabbcc', '3008 020101 0403 aabbcc'],
    ['long lengths', '308104 048101 aa', '3003 0401aa'],
    ['indefinite lengths', '3080 3080 020101 0000 a080 0500 0000 0000', '3009 3003 020101 a002 0500'],
    ['split strings', '2480 0401aa 2404 0402bbcc 0000', '0403 aabbcc'],
    ['split character strings', '2c06 0401c3 0401a9', '0c02 c3a9'],
    ['unsorted sets', '310a 020102 020101 3002 0500', '310a 020101 020102 3002 0500'],
    ['sets that are unsorted once their members are DER', '3180 2480 040102 0000 040101 0000', '3106 040101 040102'],
    ['booleans', '3006 010101 010100', '3006 0101ff 010100'],
    ['sequences keep their order', '3006 020102 020101', '3006 020102 020101'],
    ['what an implicit tag hides', 'a106 020102 020101', 'a106 020102 020101'],
  ])('%s', (_, ber, der) => expect(normalize(hex(ber))).toEqual(hex(der)))

  it('changes nothing that is DER already, and nothing twice', () => {
    const element: (depth?: number) => fc.Arbitrary<readonly [ber: Uint8Array, der: Uint8Array]> = fc.memo<readonly [Uint8Array, Uint8Array]>((n) => {
      const leaf = fc
        .tuple(fc.constantFrom(2, 4, 5, 6, 12, 0x80), fc.uint8Array({ maxLength: 200 }))
        .map(([tag, content]) => [tlv(tag, content), tlv(tag, content)] as const)
      if (n <= 1) return leaf
      return fc.oneof(
        leaf,
        fc.tuple(fc.constantFrom(0x30, 0xa0), fc.boolean(), fc.array(element(), { maxLength: 4 })).map(([tag, indefinite, parts]) => {
          const inner = parts.map(([ber]) => ber)
          return [
            indefinite ? concat([Uint8Array.of(tag, 0x80), ...inner, Uint8Array.of(0, 0)]) : tlv(tag, ...inner),
            tlv(tag, ...parts.map(([, der]) => der)),
          ] as const
        }),
      )
    })
    fc.assert(
      fc.property(element(4), ([ber, der]) => {
        expect(normalize(ber)).toEqual(der)
        expect(normalize(der)).toEqual(der)
      }),
    )
  })

  it('a string in hundreds of thousands of segments', () => {
    const count = 300_000
    const segments = new Uint8Array(3 * count).map((_, i) => (i % 3 === 0 ? 4 : i % 3 === 1 ? 1 : 0xaa))
    const nested = concat([hex('2480 2480'), segments, hex('0000 0000')])
    expect(normalize(nested)).toHaveLength(count + 5)
  })

  it('a segment of another type is refused', () => expect(codeOf(() => normalize(hex('2403 0c0141')))).toBe('ERR_ASN1_UNEXPECTED'))

  it('nesting is bounded', () => {
    const deep = concat([new Uint8Array(20_000).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)), new Uint8Array(20_000)])
    expect(codeOf(() => normalize(deep))).toBe('ERR_BUDGET_EXCEEDED')
  })
})
