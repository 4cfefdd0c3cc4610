import { describe, expect, it } from 'vitest'
import {
  bitString,
  boolean,
  decode,
  encoded,
  enumerated,
  explicit,
  generalizedTime,
  ia5String,
  implicit,
  integer,
  isSorted,
  nullValue,
  octetString,
  oid,
  type Rules,
  readElement,
  type Schema,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
  TAG,
  text,
  utcTime,
  utf8String,
} from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import { codeOf } from '../core/thrown.ts'
import { hex, tlv } from './der.ts'

const read = (schema: Schema<unknown>, encoded: string, rules: Rules): unknown => decode(schema, hex(encoded), { rules })

/** Encodings that BER has and DER has not: what they say. */
const BER_ONLY: readonly (readonly [string, Schema<unknown>, string, unknown])[] = [
  ['a length in the long form', octetString(), '048101 aa', hex('aa')],
  ['a length with a leading zero', octetString(), '0482 0001 aa', hex('aa')],
  ['a length in nine octets', octetString(), '0489 000000000000000001 aa', hex('aa')],
  ['the length of a SEQUENCE in the long form', sequence({ a: boolean() }), '308103 0101ff', { a: true }],
  ['a long form inside', sequence({ a: boolean() }), '3004 018101ff', { a: true }],
  ['indefinite length', sequence({ a: boolean() }), '3080 0101ff 0000', { a: true }],
  ['indefinite length, empty', sequenceOf(boolean()), '3080 0000', []],
  ['indefinite inside indefinite', sequence({ a: sequenceOf(integer()) }), '3080 3080 020105 0000 0000', { a: [5n] }],
  ['indefinite inside definite', sequence({ a: sequenceOf(integer()) }), '3007 3080 020105 0000', { a: [5n] }],
  ['definite inside indefinite', sequence({ a: sequenceOf(integer()), b: integer() }), '3080 3003 020105 020100 0000', { a: [5n], b: 0n }],
  ['indefinite explicit tag', explicit(0, integer()), 'a080 020105 0000', 5n],
  ['end-of-contents octets as content are no end', sequence({ a: octetString() }), '3080 04020000 0000', { a: hex('0000') }],
  ['true as 0x01', boolean(), '010101', true],
  ['true as 0x80', boolean(), '010180', true],
  ['an unsorted SET OF', setOf(integer()), '3106 020102 020101', [2n, 1n]],
  ['an unsorted SET OF, shorter after longer', setOf(octetString()), '3105 040101 0400', [hex('01'), hex('')]],
  ['a constructed OCTET STRING', octetString(), '2406 0401aa 0401bb', hex('aabb')],
  ['a constructed OCTET STRING of one segment', octetString(), '2403 0401aa', hex('aa')],
  ['a constructed OCTET STRING without segments', octetString(), '2400', hex('')],
  ['a constructed OCTET STRING, indefinite', octetString(), '2480 0401aa 0401bb 0000', hex('aabb')],
  ['constructed segments in a constructed OCTET STRING', octetString(), '2480 2404 0402aabb 2480 0401cc 0000 0000', hex('aabbcc')],
  ['an implicitly tagged constructed OCTET STRING', implicit(0, octetString()), 'a080 0401aa 0401bb 0000', hex('aabb')],
  ['a constructed UTF8String: segments are OCTET STRINGs (X.690 §8.23.6)', utf8String(), '2c07 0401c3 0402a921', 'é!'],
  ['a constructed IA5String', ia5String(), '3605 0403414243', 'ABC'],
  ['a constructed PrintableString', text(), '3303 040141', { tag: TAG.PRINTABLE_STRING, text: 'A' }],
  ['unused bits that are not zero', bitString(), '030204ff', { bytes: hex('ff'), unusedBits: 4 }],
]

describe.each(BER_ONLY)('%s', (_, schema, encoded, value) => {
  it('is refused under DER', () => expect(codeOf(() => read(schema, encoded, 'DER'))).toBe('ERR_ASN1_NOT_DER'))
  it('is read under BER', () => expect(read(schema, encoded, 'BER')).toEqual(value))
})

/** Times that X.680 has and DER has not (X.690 §11.7, §11.8). */
const LOOSE_TIMES: readonly (readonly [string, Schema<unknown>, string, string])[] = [
  ['UTCTime without seconds', utcTime(), '4912312359Z', '2049-12-31T23:59:00.000Z'],
  ['UTCTime with an offset', utcTime(), '220105073000+0700', '2022-01-05T00:30:00.000Z'],
  ['UTCTime with a negative offset and no seconds', utcTime(), '2112312359-0130', '2022-01-01T01:29:00.000Z'],
  ['GeneralizedTime without seconds', generalizedTime(), '202201050030Z', '2022-01-05T00:30:00.000Z'],
  ['GeneralizedTime without minutes', generalizedTime(), '2022010500Z', '2022-01-05T00:00:00.000Z'],
  ['GeneralizedTime with an offset', generalizedTime(), '20220105073000+0700', '2022-01-05T00:30:00.000Z'],
  ['a fraction with a zero at its end', generalizedTime(), '20220105003000.10Z', '2022-01-05T00:30:00.100Z'],
  ['a fraction of zero', generalizedTime(), '20220105003000.0Z', '2022-01-05T00:30:00.000Z'],
  ['a comma before the fraction', generalizedTime(), '20220105003000,5Z', '2022-01-05T00:30:00.500Z'],
]
const timeElement = (schema: Schema<unknown>, content: string): Uint8Array =>
  tlv(schema.accepts(0, TAG.UTC_TIME) ? TAG.UTC_TIME : TAG.GENERALIZED_TIME, new TextEncoder().encode(content))

describe.each(LOOSE_TIMES)('%s', (_, schema, content, instant) => {
  it('is refused under DER', () => expect(codeOf(() => decode(schema, timeElement(schema, content)))).toBe('ERR_ASN1_NOT_DER'))
  it('is read under BER', () => expect(decode(schema, timeElement(schema, content), { rules: 'BER' })).toEqual(new Date(instant)))
})

describe('times that both rules read', () => {
  it.each<[Schema<unknown>, string, string]>([
    [utcTime(), '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [utcTime(), '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [utcTime(), '991231235959Z', '1999-12-31T23:59:59.000Z'],
    [utcTime(), '000229120000Z', '2000-02-29T12:00:00.000Z'],
    [utcTime(), '161231235960Z', '2017-01-01T00:00:00.000Z'],
    [generalizedTime(), '20161231235960Z', '2017-01-01T00:00:00.000Z'],
    [generalizedTime(), '00010101000000Z', '0001-01-01T00:00:00.000Z'],
    [generalizedTime(), '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [generalizedTime(), '20220105003000.123456789Z', '2022-01-05T00:30:00.123Z'],
    [generalizedTime(), '20220105003000.009Z', '2022-01-05T00:30:00.009Z'],
    [generalizedTime(), '20220105003000.0009Z', '2022-01-05T00:30:00.000Z'],
  ])('%# %s', (schema, content, instant) => {
    for (const rules of ['DER', 'BER'] as const) expect((decode(schema, timeElement(schema, content), { rules }) as Date).getTime()).toBe(Date.parse(instant))
  })

  it('every millisecond survives', () => {
    for (let ms = 1; ms < 1000; ms++) {
      const content = `20220105003000.${String(ms).padStart(3, '0').replace(/0+$/, '')}Z`
      expect((decode(generalizedTime(), timeElement(generalizedTime(), content)) as Date).getUTCMilliseconds()).toBe(ms)
    }
  })
})

describe('times that are none', () => {
  const both = [utcTime(), generalizedTime()] as const
  it.each([
    '',
    'Z',
    '220105003000',
    '20220105003000',
    '220105003000Z ',
    ' 220105003000Z',
    '22010500300Z',
    '22010500300٠Z',
    '220105003000z',
    '220105003000+07',
    '220105003000+07:00',
    '2201050030.5Z',
    '220105003000.5+',
    '1'.repeat(100),
  ])('%j', (content) => {
    for (const schema of both)
      for (const rules of ['DER', 'BER'] as const) expect(codeOf(() => decode(schema, timeElement(schema, content), { rules }))).toBe('ERR_ASN1_VALUE')
  })

  it.each([
    '220230120000Z',
    '210229120000Z',
    '220001120000Z',
    '221301120000Z',
    '220100120000Z',
    '220132120000Z',
    '220105240000Z',
    '220105236000Z',
    '220105235961Z',
  ])('UTCTime %s', (content) => {
    for (const rules of ['DER', 'BER'] as const) {
      expect(codeOf(() => decode(utcTime(), timeElement(utcTime(), content), { rules }))).toBe('ERR_ASN1_VALUE')
      expect(codeOf(() => decode(generalizedTime(), timeElement(generalizedTime(), `20${content}`), { rules }))).toBe('ERR_ASN1_VALUE')
    }
  })

  it('offsets beyond a day', () => {
    expect(codeOf(() => decode(utcTime(), timeElement(utcTime(), '220105003000+2400'), { rules: 'BER' }))).toBe('ERR_ASN1_VALUE')
    expect(codeOf(() => decode(utcTime(), timeElement(utcTime(), '220105003000+0060'), { rules: 'BER' }))).toBe('ERR_ASN1_VALUE')
    expect(codeOf(() => decode(generalizedTime(), timeElement(generalizedTime(), '20220105003000-9999'), { rules: 'BER' }))).toBe('ERR_ASN1_VALUE')
  })

  it('a fraction has digits, and not endlessly many', () => {
    for (const content of ['20220105003000.Z', '20220105003000.1234567890Z', '20220105003000.5', '2022010500.5Z'])
      expect(codeOf(() => decode(generalizedTime(), timeElement(generalizedTime(), content), { rules: 'BER' }))).toBe('ERR_ASN1_VALUE')
  })

  it('a constructed one', () => expect(codeOf(() => read(utcTime(), `3780 040d ${'30'.repeat(12)}5a 0000`, 'BER'))).toBe('ERR_ASN1_VALUE'))
})

/** What neither set of rules allows. */
const NEVER: readonly (readonly [string, Schema<unknown>, string, ErrorCode])[] = [
  ['nothing', encoded(), '', 'ERR_ASN1_TRUNCATED'],
  ['a tag alone', encoded(), '30', 'ERR_ASN1_TRUNCATED'],
  ['bytes after the structure', boolean(), '0101ff 00', 'ERR_ASN1_SYNTAX'],
  ['end-of-contents as an element', encoded(), '0000', 'ERR_ASN1_SYNTAX'],
  ['end-of-contents inside a definite length', sequenceOf(encoded()), '3002 0000', 'ERR_ASN1_SYNTAX'],
  ['the reserved length octet', encoded(), '04ff', 'ERR_ASN1_SYNTAX'],
  ['a length beyond the end', octetString(), '0402 00', 'ERR_ASN1_TRUNCATED'],
  ['a length of 4 GiB', octetString(), '0484ffffffff 00', 'ERR_ASN1_TRUNCATED'],
  ['a length beyond 2^53', octetString(), '0488ffffffffffffffff 00', 'ERR_ASN1_TRUNCATED'],
  ['a length of 126 octets', octetString(), `04fe${'ff'.repeat(126)}`, 'ERR_ASN1_TRUNCATED'],
  ['length octets beyond the end', octetString(), '0484ffff', 'ERR_ASN1_TRUNCATED'],
  ['a child beyond its parent', sequence({ a: sequenceOf(octetString()) }), '3005 3003 0402aa', 'ERR_ASN1_TRUNCATED'],
  ['a small tag number in the long form', encoded(), '1f1e00', 'ERR_ASN1_SYNTAX'],
  ['a tag number that starts with an empty group', encoded(), '1f80 7f00', 'ERR_ASN1_SYNTAX'],
  ['a tag number beyond 28 bits', encoded(), '1f8fffffff7f 00', 'ERR_ASN1_SYNTAX'],
  ['a tag number without an end', encoded(), '1fffff', 'ERR_ASN1_TRUNCATED'],
  ['a BOOLEAN without content', boolean(), '0100', 'ERR_ASN1_VALUE'],
  ['a BOOLEAN of two octets', boolean(), '0102ffff', 'ERR_ASN1_VALUE'],
  ['a constructed BOOLEAN', boolean(), '2103 0101ff', 'ERR_ASN1_UNEXPECTED'],
  ['an INTEGER without content', integer(), '0200', 'ERR_ASN1_VALUE'],
  ['an INTEGER padded with zeros (X.690 §8.3.2)', integer(), '0202 007f', 'ERR_ASN1_NOT_DER'],
  ['an INTEGER padded with ones', integer(), '0202 ff80', 'ERR_ASN1_NOT_DER'],
  ['an INTEGER of no use to anyone', integer(), `0282 1001 01 ${'00'.repeat(4096)}`, 'ERR_ASN1_VALUE'],
  ['a constructed INTEGER', integer(), '2203 020101', 'ERR_ASN1_UNEXPECTED'],
  ['an INTEGER too large to be small', smallInteger(), '0207 01000000000000', 'ERR_ASN1_VALUE'],
  ['an ENUMERATED padded', enumerated(), '0a02 0001', 'ERR_ASN1_NOT_DER'],
  ['a NULL with content', nullValue(), '0501 00', 'ERR_ASN1_VALUE'],
  ['a BIT STRING without its first octet', bitString(), '0300', 'ERR_ASN1_VALUE'],
  ['eight unused bits', bitString(), '0302 08 00', 'ERR_ASN1_VALUE'],
  ['unused bits of nothing', bitString(), '0301 01', 'ERR_ASN1_VALUE'],
  ['a constructed BIT STRING', bitString(), '2304 030200ff', 'ERR_ASN1_UNEXPECTED'],
  ['a primitive SEQUENCE', sequence({}), '1000', 'ERR_ASN1_UNEXPECTED'],
  ['a primitive SEQUENCE OF', sequenceOf(encoded()), '1000', 'ERR_ASN1_SYNTAX'],
  ['an OID without content', oid(), '0600', 'ERR_ASN1_VALUE'],
  ['an OID whose arc starts with 0x80', oid(), '0603 2a8001', 'ERR_ASN1_VALUE'],
  ['an OID whose first arc starts with 0x80', oid(), '0602 8001', 'ERR_ASN1_VALUE'],
  ['an OID that ends inside an arc', oid(), '0602 2a86', 'ERR_ASN1_VALUE'],
  ['an OID of more than 128 octets', oid(), `068181 ${'2a'.repeat(129)}`, 'ERR_ASN1_VALUE'],
  ['a constructed OID', oid(), '2603 06012a', 'ERR_ASN1_UNEXPECTED'],
  ['UTF-8 that is none', utf8String(), '0c01 ff', 'ERR_ASN1_VALUE'],
  ['a BMPString of odd length', text(), '1e01 00', 'ERR_ASN1_VALUE'],
  ['a BMPString with half a surrogate pair', text(), '1e02 d800', 'ERR_ASN1_VALUE'],
  ['a UniversalString of odd length', text(), '1c03 000041', 'ERR_ASN1_VALUE'],
  ['a UniversalString beyond Unicode', text(), '1c04 00110000', 'ERR_ASN1_VALUE'],
  ['a UniversalString with a surrogate', text(), '1c04 0000d800', 'ERR_ASN1_VALUE'],
  ['a UniversalString with a negative character', text(), '1c04 80000041', 'ERR_ASN1_VALUE'],
  ['a string type that was not asked for', text(TAG.UTF8_STRING), '1301 41', 'ERR_ASN1_UNEXPECTED'],
]

it.each(NEVER)('%s: never', (_, schema, encoded, code) => {
  expect(codeOf(() => read(schema, encoded, 'DER'))).toBe(code)
  expect(codeOf(() => read(schema, encoded, 'BER'))).toBe(code)
})

it.each<[string, Schema<unknown>, string, ErrorCode]>([
  ['a primitive element of indefinite length', octetString(), '0480 aa 0000', 'ERR_ASN1_SYNTAX'],
  ['a primitive element of indefinite length inside', sequenceOf(encoded()), '3080 0480 aa 0000 0000', 'ERR_ASN1_SYNTAX'],
  ['indefinite length without an end', sequenceOf(encoded()), '3080 020101', 'ERR_ASN1_TRUNCATED'],
  ['indefinite length with half an end', sequenceOf(encoded()), '3080 020101 00', 'ERR_ASN1_TRUNCATED'],
  ['indefinite length whose end lies beyond its parent', sequenceOf(sequenceOf(encoded())), '3003 3080 00 00', 'ERR_ASN1_SYNTAX'],
  ['end-of-contents with content', sequenceOf(encoded()), '3080 0001 00 0000', 'ERR_ASN1_SYNTAX'],
  ['a segment of another type', octetString(), '2403 0c0141', 'ERR_ASN1_UNEXPECTED'],
  ['a segment that is tagged', octetString(), '2403 840141', 'ERR_ASN1_UNEXPECTED'],
  ['a character string in segments of its own type', utf8String(), '2c03 0c0141', 'ERR_ASN1_UNEXPECTED'],
])('%s: not under BER either', (_, schema, encoded, code) => expect(codeOf(() => read(schema, encoded, 'BER'))).toBe(code))

describe('values at the edges', () => {
  it.each<[string, bigint]>([
    ['020100', 0n],
    ['02017f', 127n],
    ['02020080', 128n],
    ['020180', -128n],
    ['0202ff7f', -129n],
    ['0201ff', -1n],
    ['02028000', -32768n],
    ['0209 008000000000000000', 1n << 63n],
    ['0208 8000000000000000', -(1n << 63n)],
  ])('INTEGER %s', (encoded, value) => {
    expect(read(integer(), encoded, 'DER')).toBe(value)
    if (value > -(1n << 47n) && value < 1n << 47n) expect(read(smallInteger(), encoded, 'DER')).toBe(Number(value))
  })

  it.each([
    ['0601 00', '0.0'],
    ['0601 27', '0.39'],
    ['0601 28', '1.0'],
    ['0601 4f', '1.39'],
    ['0601 50', '2.0'],
    ['0601 77', '2.39'],
    ['0601 78', '2.40'],
    ['0602 8837', '2.999'],
    ['0603 883703', '2.999.3'],
    ['0606 2a864886f70d', '1.2.840.113549'],
    ['060a 888080808080808080 00', `2.${(8n << 63n) - 80n}`],
  ])('OBJECT IDENTIFIER %s', (encoded, value) => expect(read(oid(), encoded, 'DER')).toBe(value))

  it('an arc of 128 bits, as 2.25 has', () => {
    const all = (1n << 128n) - 1n
    expect(read(oid(), `0614 69 83 ${'ff'.repeat(17)} 7f`, 'DER')).toBe(`2.25.${all}`)
  })

  it('strings by their type', () => {
    expect(read(text(), '1e04 1ec7 0041', 'DER')).toEqual({ tag: TAG.BMP_STRING, text: 'ệA' })
    expect(read(text(), '1e04 feff 0041', 'DER')).toEqual({ tag: TAG.BMP_STRING, text: '\uFEFFA' })
    expect(read(text(), '1c08 00001ec7 0001f600', 'DER')).toEqual({ tag: TAG.UNIVERSAL_STRING, text: 'ệ😀' })
    expect(read(text(), '1402 e941', 'DER')).toEqual({ tag: TAG.TELETEX_STRING, text: 'éA' })
    expect(read(utf8String(), '0c03 efbbbf', 'DER')).toBe('\uFEFF')
  })

  it('a long tag', () => {
    const context = { rules: 'DER', budget: new Budget(), depth: 0 } as const
    const element = readElement(hex('bfffffff7f 00'), 0, 6, context)
    expect(element).toMatchObject({ tagClass: 2, tag: 0xfffffff, constructed: true, contentStart: 6, end: 6 })
  })

  it('isSorted: equal items are in order', () => {
    const context = { rules: 'BER', budget: new Budget(), depth: 0 } as const
    const sorted = (encoded: string): boolean => isSorted(readElement(hex(encoded), 0, hex(encoded).length, context), context)
    expect(sorted('3106 020101 020101')).toBe(true)
    expect(sorted('3106 020102 020101')).toBe(false)
    expect(sorted('3100')).toBe(true)
  })
})
