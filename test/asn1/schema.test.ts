import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ber,
  bitString,
  boolean,
  bytesOf,
  choice,
  decode,
  decodePrefix,
  der,
  encode,
  encoded,
  enumerated,
  explicit,
  generalizedTime,
  type Infer,
  ia5String,
  implicit,
  integer,
  integerBytes,
  lazy,
  nullValue,
  octetString,
  octetStringOf,
  oid,
  optional,
  raw,
  type Schema,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
  TAG,
  text,
  time,
  utcTime,
  utf8String,
  withDefault,
} from '../../src/asn1/index.ts'
import { codeOf } from '../core/thrown.ts'
import { hex, tlv } from './der.ts'

const roundTrips = <T>(schema: Schema<T>, values: fc.Arbitrary<T>): void => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = encode(schema, value)
      const back = decode(schema, bytes)
      expect(back).toEqual(value)
      expect(encode(schema, back)).toEqual(bytes)
      expect(decode(schema, bytes, { rules: 'BER' })).toEqual(value)
      expect(decodePrefix(schema, Uint8Array.of(...bytes, 0, 1))).toEqual({ value, end: bytes.length })
    }),
    { numRuns: 200 },
  )
}

const bytes = fc.uint8Array({ maxLength: 300 })
const arc = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })
const oids = fc
  .oneof(fc.tuple(fc.constantFrom(0n, 1n), fc.bigInt({ min: 0n, max: 39n })), fc.tuple(fc.constant(2n), arc))
  .chain(([first, second]) => fc.array(arc, { maxLength: 4 }).map((rest) => [first, second, ...rest].join('.')))
const seconds = (from: string, to: string) => fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 }).map((s) => new Date(s * 1000))
const utcTimes = seconds('1950-01-01T00:00:00Z', '2049-12-31T23:59:59Z')
const times = fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }).map((ms) => new Date(ms))
const unicode = fc.string({ unit: 'grapheme', maxLength: 40 })
const octets = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)), maxLength: 40 })
const bits = fc.tuple(bytes, fc.integer({ min: 0, max: 7 })).map(([b, unused]) => {
  const unusedBits = b.length === 0 ? 0 : unused
  return { bytes: b.map((octet, i) => (i === b.length - 1 ? (octet >> unusedBits) << unusedBits : octet)), unusedBits }
})

describe('what is written is read again', () => {
  it('BOOLEAN', () => roundTrips(boolean(), fc.boolean()))
  it('INTEGER', () => roundTrips(integer(), fc.bigInt({ min: -(1n << 2100n), max: 1n << 2100n })))
  it('INTEGER near the edges of octets', () =>
    roundTrips(
      integer(),
      fc.tuple(fc.nat(20), fc.integer({ min: -2, max: 2 }), fc.boolean()).map(([n, d, minus]) => ((minus ? -1n : 1n) * (1n << BigInt(8 * n))) / 2n + BigInt(d)),
    ))
  it('small INTEGER', () => roundTrips(smallInteger(), fc.integer()))
  it('ENUMERATED', () => roundTrips(enumerated(), fc.nat()))
  it('OCTET STRING', () => roundTrips(octetString(), bytes))
  it('BIT STRING', () => roundTrips(bitString(), bits))
  it('NULL', () => roundTrips(nullValue(), fc.constant(null)))
  it('OBJECT IDENTIFIER', () => roundTrips(oid(), oids))
  it('UTCTime', () => roundTrips(utcTime(), utcTimes))
  it('GeneralizedTime', () => roundTrips(generalizedTime(), times))
  it('Time', () => roundTrips(time(), seconds('1900-01-01T00:00:00Z', '2100-01-01T00:00:00Z')))
  it('UTF8String', () => roundTrips(utf8String(), unicode))
  it('IA5String', () => roundTrips(ia5String(), octets))
  it('strings of every type', () => {
    roundTrips(text(), fc.record({ tag: fc.constantFrom(TAG.UTF8_STRING, TAG.BMP_STRING, TAG.UNIVERSAL_STRING), text: unicode }))
    roundTrips(text(), fc.record({ tag: fc.constantFrom(TAG.PRINTABLE_STRING, TAG.TELETEX_STRING, TAG.VISIBLE_STRING, TAG.NUMERIC_STRING), text: octets }))
  })

  it('a nested structure with every way of composing', () => {
    const Inner = sequence({ id: oid(), value: optional(encoded()) })
    const Schema = sequence({
      version: withDefault(explicit(0, smallInteger()), 0),
      serial: integer(),
      inner: Inner,
      list: sequenceOf(Inner),
      set: setOf(integer()),
      choice: choice({ number: implicit(1, integer()), text: explicit(2, text(TAG.UTF8_STRING)), plain: boolean() }),
      wrapped: octetStringOf(
        (content) => decode(Inner, content),
        (v: Infer<typeof Inner>) => encode(Inner, v),
      ),
      implicitSet: optional(implicit(3, setOf(octetString()))),
      bits: optional(implicit(4, bitString())),
      flag: withDefault(implicit(5, boolean()), false),
      last: optional(raw(sequenceOf(integer()))),
    })
    const inner = fc.record({ id: oids, value: fc.integer().map((n) => encode(integer(), BigInt(n))) }, { requiredKeys: ['id'] })
    const sorted = <T>(item: Schema<T>, values: fc.Arbitrary<T>) =>
      fc.array(values, { maxLength: 5 }).map((list) =>
        list
          .map((v) => [Buffer.from(encode(item, v)).toString('hex'), v] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, v]) => v),
      )
    roundTrips(
      Schema,
      fc.record(
        {
          version: fc.nat(3),
          serial: fc.bigInt(),
          inner,
          list: fc.array(inner, { maxLength: 4 }),
          set: sorted(integer(), fc.bigInt({ min: -5000n, max: 5000n })),
          choice: fc.oneof(
            fc.record({ type: fc.constant('number' as const), value: fc.bigInt() }),
            fc.record({ type: fc.constant('text' as const), value: fc.record({ tag: fc.constant<number>(TAG.UTF8_STRING), text: unicode }) }),
            fc.record({ type: fc.constant('plain' as const), value: fc.boolean() }),
          ),
          wrapped: inner,
          implicitSet: sorted(octetString(), fc.uint8Array({ maxLength: 5 })),
          bits,
          flag: fc.boolean(),
          last: fc.array(fc.bigInt(), { maxLength: 3 }).map((value) => ({ value, bytes: encode(sequenceOf(integer()), value) })),
        },
        { requiredKeys: ['version', 'serial', 'inner', 'list', 'set', 'choice', 'wrapped', 'flag'] },
      ),
    )
  })

  it('a structure that holds itself', () => {
    interface Tree {
      readonly value: bigint
      readonly branches: readonly Tree[]
    }
    const Tree: Schema<Tree> = sequence({ value: integer(), branches: sequenceOf(lazy((): Schema<Tree> => Tree)) })
    const tree: (depth?: number) => fc.Arbitrary<Tree> = fc.memo<Tree>((n) =>
      fc.record({ value: fc.bigInt(), branches: n > 1 ? fc.array(tree(), { maxLength: 3 }) : fc.constant([]) }),
    )
    roundTrips(Tree, tree(5))
  })
})

describe('how structures are written', () => {
  it('a default is left out, a structure that equals it too (X.690 §11.5)', () => {
    const Identifier = sequence({ id: oid(), parameters: optional(encoded()) })
    const fallback = { id: '1.3.14.3.2.26', parameters: hex('0500') }
    const Schema = sequence({ a: withDefault(integer(), 5n), b: withDefault(explicit(0, Identifier), fallback), c: boolean() })
    expect(encode(Schema, { a: 5n, b: { id: '1.3.14.3.2.26', parameters: hex('0500') }, c: true })).toEqual(hex('3003 0101ff'))
    expect(encode(Schema, { a: 6n, b: { id: '1.3.14.3.2.26' }, c: true })).toEqual(hex('3011 020106 a009 3007 06052b0e03021a 0101ff'))
    expect(decode(Schema, hex('3003 0101ff'))).toEqual({ a: 5n, b: fallback, c: true })
  })

  it('a default that is spelled out is read', () => {
    expect(decode(sequence({ critical: withDefault(boolean(), false) }), hex('3003 010100'))).toEqual({ critical: false })
  })

  it('SET OF is sorted as X.690 §11.6 says: shorter ones padded with zeros', () => {
    expect(encode(setOf(octetString()), [hex('02'), hex('01ff'), hex('01'), hex('')])).toEqual(hex('310c 0400 040101 040102 040201ff'))
  })

  it('long lengths and long tags', () => {
    for (const length of [0, 127, 128, 255, 256, 65535, 65536]) {
      const encoded = encode(octetString(), new Uint8Array(length))
      expect(encoded).toEqual(tlv(4, new Uint8Array(length)))
    }
    for (const [tag, header] of [
      [30, '9e00'],
      [31, '9f1f00'],
      [127, '9f7f00'],
      [128, '9f810000'],
      [16383, '9fff7f00'],
      [0xfffffff, '9fffffff7f00'],
    ] as const) {
      const schema = implicit(tag, octetString())
      expect(encode(schema, new Uint8Array(0))).toEqual(hex(header))
      expect(decode(schema, hex(header))).toHaveLength(0)
    }
  })

  it('what cannot be written is ERR_ARGUMENT', () => {
    expect(codeOf(() => encode(text(), { tag: TAG.PRINTABLE_STRING, text: 'Việt' }))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(ia5String(), 'Việt'))).toBe('ERR_ARGUMENT')
    for (const bad of ['', '1', '3.1', '1.40', '0.-1', '1.2.', '1..2', '1.2.x', '2.1e3', ' 1.2']) expect(codeOf(() => encode(oid(), bad))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(utcTime(), new Date('1949-12-31T23:59:59Z')))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(utcTime(), new Date('2050-01-01T00:00:00Z')))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(time(), new Date(Number.NaN)))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(generalizedTime(), new Date('+010000-01-01T00:00:00Z')))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => encode(generalizedTime(), new Date('-000001-01-01T00:00:00Z')))).toBe('ERR_ARGUMENT')
  })
})

describe('how structures are read', () => {
  const Pair = sequence({ a: integer(), b: optional(boolean()) })

  it('says what is missing, foreign or too much', () => {
    expect(() => decode(Pair, hex('3000'))).toThrow(expect.objectContaining({ code: 'ERR_ASN1_UNEXPECTED', data: expect.objectContaining({ field: 'a' }) }))
    expect(() => decode(Pair, hex('3003 0101ff'))).toThrow(expect.objectContaining({ code: 'ERR_ASN1_UNEXPECTED', data: { offset: 2, tagClass: 0, tag: 1 } }))
    expect(codeOf(() => decode(Pair, hex('3009 020101 0101ff 020101')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(codeOf(() => decode(Pair, hex('3006 020101 020101')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(codeOf(() => decode(Pair, hex('3103 020101')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(codeOf(() => decode(Pair, hex('1003 020101')))).toBe('ERR_ASN1_UNEXPECTED')
  })

  it('parts are views of the input, not copies', () => {
    const input = hex('3009 0401aa 3004 020200ff')
    const value = decode(sequence({ octets: octetString(), rest: encoded() }), input)
    expect(value.octets.buffer).toBe(input.buffer)
    expect(value.rest.buffer).toBe(input.buffer)
    expect(value.rest).toEqual(hex('3004 020200ff'))
  })

  it('raw keeps the bytes, and writing uses them', () => {
    const Raw = raw(sequenceOf(boolean()))
    const input = hex('3080 010101 0000')
    const value = decode(Raw, input, { rules: 'BER' })
    expect(value).toEqual({ value: [true], bytes: input })
    expect(encode(Raw, value)).toEqual(input)
  })

  it('bytesOf checks the tag and no more', () => {
    expect(decode(bytesOf(sequence({})), hex('3002 ffff'))).toEqual(hex('3002 ffff'))
    expect(codeOf(() => decode(bytesOf(sequence({})), hex('3100')))).toBe('ERR_ASN1_UNEXPECTED')
  })

  it('a list may have to have items', () => {
    expect(codeOf(() => decode(sequenceOf(integer(), { min: 1 }), hex('3000')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(codeOf(() => decode(setOf(integer(), { min: 1 }), hex('3100')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(decode(setOf(integer()), hex('3100'))).toEqual([])
  })

  it('a choice that has no such alternative', () => {
    expect(codeOf(() => decode(choice({ a: integer(), b: boolean() }), hex('0500')))).toBe('ERR_ASN1_UNEXPECTED')
  })

  it('an explicit tag holds exactly one element', () => {
    const schema = explicit(0, integer())
    expect(decode(schema, hex('a003 020105'))).toBe(5n)
    expect(codeOf(() => decode(schema, hex('a000')))).toBe('ERR_ASN1_TRUNCATED')
    expect(codeOf(() => decode(schema, hex('a006 020105 020106')))).toBe('ERR_ASN1_SYNTAX')
    expect(codeOf(() => decode(schema, hex('8003 020105')))).toBe('ERR_ASN1_UNEXPECTED')
    expect(codeOf(() => decode(schema, hex('a003 0101ff')))).toBe('ERR_ASN1_UNEXPECTED')
  })

  it('ber inside der inside ber: each part by its own rules', () => {
    const loose = sequence({ inner: ber(sequence({ flag: boolean() })) })
    expect(decode(loose, hex('3005 3003 010101'))).toEqual({ inner: { flag: true } })
    const strict = sequence({ inner: der(sequence({ flag: boolean() })) })
    expect(decode(strict, hex('3080 3003 0101ff 0000'), { rules: 'BER' })).toEqual({ inner: { flag: true } })
    expect(codeOf(() => decode(strict, hex('3080 3003 010101 0000'), { rules: 'BER' }))).toBe('ERR_ASN1_NOT_DER')
    expect(codeOf(() => decode(strict, hex('3080 3080 0101ff 0000 0000'), { rules: 'BER' }))).toBe('ERR_ASN1_NOT_DER')
    expect(codeOf(() => decode(strict, hex('3080 308103 0101ff 0000'), { rules: 'BER' }))).toBe('ERR_ASN1_NOT_DER')
  })

  it('integerBytes keeps the octets of a serial number', () => {
    expect(decode(integerBytes(), hex('0203 00ff01'))).toEqual(hex('00ff01'))
    expect(encode(integerBytes(), hex('00ff01'))).toEqual(hex('0203 00ff01'))
  })

  it('a field named like a member of every object', () => {
    const Odd = sequence({ constructor: integer(), toString: optional(boolean()) })
    expect(decode(Odd, hex('3003 020101')).constructor).toBe(1n)
    expect(Object.keys(decode(Odd, hex('3003 020101')))).toEqual(['constructor'])
  })
})
