import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DerWriter } from '../../src/asn1/index.ts'
import { concat } from '../../src/core/bytes.ts'
import { hex } from './der.ts'

describe('DerWriter', () => {
  it('what is written later stands earlier, whatever the capacity', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 }), fc.nat(64), (parts, capacity) => {
        const writer = new DerWriter(capacity)
        for (const part of parts) writer.prepend(part)
        expect(writer.length).toBe(parts.reduce((n, p) => n + p.length, 0))
        expect(writer.finish()).toEqual(concat(parts.toReversed()))
      }),
    )
  })

  it('headers of every length form', () => {
    for (const [length, header] of [
      [0, '3000'],
      [127, '307f'],
      [128, '308180'],
      [255, '3081ff'],
      [256, '30820100'],
      [65536, '3083010000'],
      [0xffffffff, '3084ffffffff'],
      [0x1_0000_0000, '30850100000000'],
    ] as const) {
      const writer = new DerWriter(4)
      writer.prependHeader(0, true, 16, length)
      expect(writer.finish()).toEqual(hex(header))
    }
  })

  it('peek sees what was written last, drop takes it back', () => {
    const writer = new DerWriter(1)
    writer.prepend(hex('0304'))
    writer.prepend(hex('0102'))
    expect(writer.peek(3)).toEqual(hex('010203'))
    writer.drop(2)
    expect(writer.length).toBe(2)
    writer.prependByte(9)
    expect(writer.finish()).toEqual(hex('090304'))
  })

  it('finish gives a copy', () => {
    const writer = new DerWriter()
    writer.prependByte(1)
    const first = writer.finish()
    first[0] = 2
    expect(writer.finish()).toEqual(hex('01'))
  })
})
