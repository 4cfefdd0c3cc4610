import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  boolean,
  children,
  choice,
  decode,
  decodePrefix,
  type Element,
  encode,
  encoded,
  enumerated,
  explicit,
  type Infer,
  implicit,
  integer,
  lazy,
  nested,
  nullValue,
  octetString,
  octetStringOf,
  oid,
  optional,
  type ReadContext,
  type Rules,
  readElement,
  type Schema,
  sequence,
  sequenceOf,
  setOf,
  text,
  time,
} from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, equal } from '../../src/core/bytes.ts'
import { codeOf } from '../core/thrown.ts'
import { Certificate, CertificateList, Name } from './certificate.ts'
import { hex, tlv } from './der.ts'

/** Content of a CMS message as far as its shape goes. */
const Content = sequence({ type: oid(), content: explicit(0, octetString()) })
type Nest = readonly Nest[]
const Nest: Schema<Nest> = lazy(() => sequenceOf(Nest))
const SCHEMAS: readonly Schema<unknown>[] = [
  Certificate,
  CertificateList,
  Content,
  Name,
  Nest,
  setOf(encoded()),
  choice({ a: integer(), b: boolean(), c: nullValue(), d: enumerated(), e: oid(), f: bitString(), g: octetString(), h: text(), i: time() }),
  octetStringOf(
    (content) => decode(Name, content),
    (name: Infer<typeof Name>) => encode(Name, name),
  ),
]

const context = (rules: Rules, budget = new Budget()): ReadContext => ({ rules, budget, depth: 0 })

/** Every element of the input, by `children` alone. */
function walk(bytes: Uint8Array, top: ReadContext): number {
  let count = 0
  const visit = (element: Element, inside: ReadContext): void => {
    count++
    if (element.constructed) for (const child of children(element, inside)) visit(child, nested(inside))
  }
  visit(readElement(bytes, 0, bytes.length, top), top)
  return count
}

/** Reads the input in every way there is; throws what is no KysoError. */
function readEverywhere(bytes: Uint8Array): void {
  for (const rules of ['DER', 'BER'] as const) {
    for (const schema of SCHEMAS) {
      codeOf(() => decode(schema, bytes, { rules }))
      codeOf(() => decodePrefix(schema, bytes, { rules }))
    }
    codeOf(() => walk(bytes, context(rules)))
  }
}

let certificate: Uint8Array
beforeAll(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'C=VN, O=Công ty Thử nghiệm, CN=Nguyễn Văn A',
      notBefore: new Date('2022-01-05T00:00:00Z'),
      notAfter: new Date('2052-01-05T00:00:00Z'),
      keys,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(true, 2, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
    },
    crypto,
  )
  certificate = new Uint8Array(made.rawData)
})

describe('a certificate made by another library', () => {
  it('is read', () => {
    const { tbs } = decode(Certificate, certificate)
    expect(tbs.value.version).toBe(2)
    expect(tbs.value.validity).toEqual({ notBefore: new Date('2022-01-05T00:00:00Z'), notAfter: new Date('2052-01-05T00:00:00Z') })
    expect(tbs.value.subject.flat().map((a) => a.value.text)).toEqual(['VN', 'Công ty Thử nghiệm', 'Nguyễn Văn A'])
    expect(tbs.value.extensions?.map((e) => e.critical)).toEqual([true, true])
  })

  it('is written again byte for byte', () => {
    const value = decode(Certificate, certificate)
    expect(encode(Certificate, value)).toEqual(certificate)
  })

  it('cut at every byte', () => {
    for (let end = 0; end < certificate.length; end++) {
      expect(codeOf(() => decode(Certificate, certificate.subarray(0, end)))).toBe('ERR_ASN1_TRUNCATED')
      expect(codeOf(() => walk(certificate.subarray(0, end), context('BER')))).toBe('ERR_ASN1_TRUNCATED')
    }
  })

  it('with anything after it', () => {
    for (const more of [Uint8Array.of(0), Uint8Array.of(0x30, 0), certificate])
      expect(codeOf(() => decode(Certificate, concat([certificate, more])))).toBe('ERR_ASN1_SYNTAX')
  })

  it('with every byte set to what hurts', () => {
    for (let at = 0; at < certificate.length; at++) {
      for (const octet of [0x00, 0x80, 0xff, (certificate[at] as number) ^ 0x01, (certificate[at] as number) ^ 0x20, (certificate[at] as number) ^ 0x80]) {
        const changed = certificate.slice()
        changed[at] = octet
        for (const rules of ['DER', 'BER'] as const) {
          codeOf(() => decode(Certificate, changed, { rules }))
          codeOf(() => walk(changed, context(rules)))
        }
      }
    }
  })
})

describe('no input throws anything but KysoError', () => {
  it('random bytes', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), readEverywhere), { numRuns: 1000 }))

  it('bytes that look like ASN.1', () => {
    const octet = fc.oneof(
      fc.constantFrom(0x30, 0x31, 0x80, 0xa0, 0x24, 0x04, 0x02, 0x03, 0x06, 0x0c, 0x13, 0x17, 0x00, 0x00, 0x01, 0x02, 0x1f, 0x81, 0x84, 0xff),
      fc.integer({ min: 0, max: 255 }),
    )
    fc.assert(
      fc.property(
        fc.array(octet, { maxLength: 60 }).map((a) => Uint8Array.from(a)),
        readEverywhere,
      ),
      { numRuns: 2000 },
    )
  })

  it('well-formed trees of any shape', () => {
    const element: (depth?: number) => fc.Arbitrary<Uint8Array> = fc.memo<Uint8Array>((n) => {
      const leaf = fc
        .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 19, 22, 23, 24, 28, 30, 0x80, 0x81), fc.uint8Array({ maxLength: 6 }))
        .map(([tag, content]) => tlv(tag, content))
      if (n <= 1) return leaf
      const inner = fc.array(element(), { maxLength: 4 })
      const definite = fc.tuple(fc.constantFrom(0x30, 0x31, 0x24, 0x2c, 0xa0, 0xa3), inner).map(([tag, parts]) => tlv(tag, ...parts))
      const indefinite = fc
        .tuple(fc.constantFrom(0x30, 0x31, 0x24, 0xa0), inner)
        .map(([tag, parts]) => concat([Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0)]))
      return fc.oneof(leaf, definite, indefinite)
    })
    fc.assert(
      fc.property(element(5), (bytes) => {
        readEverywhere(bytes)
        expect(walk(bytes, context('BER'))).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })

  it('a certificate with changes', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'insert', 'remove'))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = [...certificate]
        for (const [where, octet, how] of changes) bytes.splice(where % bytes.length, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [octet]))
        readEverywhere(Uint8Array.from(bytes))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('DER has one encoding for one value', () => {
  // Without what is read leniently on purpose: spelled-out defaults, leap seconds, fractions below a millisecond.
  const Strict = sequence({
    a: integer(),
    b: boolean(),
    c: optional(implicit(0, bitString())),
    d: setOf(choice({ oid: oid(), text: text(), octets: octetString() })),
    e: optional(nullValue()),
    f: optional(explicit(1, sequenceOf(enumerated()))),
  })

  it('what DER reads and DER writes is the same bytes', () => {
    const base = encode(Strict, {
      a: -129n,
      b: true,
      c: { bytes: hex('f0'), unusedBits: 4 },
      d: [
        { type: 'octets', value: hex('01') },
        { type: 'oid', value: '2.999.3' },
        { type: 'text', value: { tag: 30, text: 'Việt' } },
      ],
      e: null,
      f: [0, 1, 127],
    })
    let read = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 2 }), (changes) => {
        const bytes = base.slice()
        for (const [at, octet] of changes) bytes[at] = octet
        let value: Infer<typeof Strict> | undefined
        codeOf(() => {
          value = decode(Strict, bytes)
        })
        if (!value) return
        read++
        expect(equal(encode(Strict, value), bytes)).toBe(true)
      }),
      { numRuns: 20_000 },
    )
    expect(read).toBeGreaterThan(1000)
  })
})

const DEEP = 100_000

/** `depth` SEQUENCEs inside each other, with definite lengths. */
function definiteNest(depth: number): Uint8Array {
  const headers: number[][] = []
  let length = 0
  for (let i = 0; i < depth; i++) {
    const header =
      length < 0x80
        ? [0x30, length]
        : length < 0x10000
          ? [0x30, 0x82, length >> 8, length & 0xff]
          : [0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]
    headers.push(header)
    length += header.length
  }
  return Uint8Array.from(headers.reverse().flat())
}

describe('100,000 levels of nesting', () => {
  const definite = definiteNest(DEEP)
  const opened = new Uint8Array(2 * DEEP).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80))
  const closed = concat([opened, new Uint8Array(2 * DEEP)])

  it.each<[string, Uint8Array, Rules]>([
    ['definite under DER', definite, 'DER'],
    ['definite under BER', definite, 'BER'],
    ['indefinite', closed, 'BER'],
    ['indefinite, never closed', opened, 'BER'],
  ])('%s: an error after a few elements', (_, bytes, rules) => {
    for (const use of [(budget: Budget) => decode(Nest, bytes, { rules, budget }), (budget: Budget) => walk(bytes, context(rules, budget))]) {
      const budget = new Budget()
      expect(codeOf(() => use(budget))).toBe('ERR_BUDGET_EXCEEDED')
      expect(budget.limit('asn1Nodes') - budget.left('asn1Nodes')).toBeLessThan(200)
    }
  })

  it('constructed strings too', () => {
    const budget = new Budget()
    const strings = concat([new Uint8Array(2 * DEEP).map((_, i) => (i % 2 === 0 ? 0x24 : 0x80)), new Uint8Array(2 * DEEP)])
    expect(codeOf(() => decode(octetString(), strings, { rules: 'BER', budget }))).toBe('ERR_BUDGET_EXCEEDED')
    expect(budget.limit('asn1Nodes') - budget.left('asn1Nodes')).toBeLessThan(200)
  })

  it('indefinite nesting stays within the element budget even where depth is unbounded', () => {
    const limits = { asn1Depth: Number.POSITIVE_INFINITY }
    // Finding the end of the outermost element is one pass over the input.
    const once = new Budget(limits)
    expect(decode(encoded(), closed, { rules: 'BER', budget: once })).toHaveLength(closed.length)
    expect(once.limit('asn1Nodes') - once.left('asn1Nodes')).toBe(DEEP)
    // Walking inwards looks for each end anew; the budget ends that long before it is quadratic.
    expect(codeOf(() => walk(closed, context('BER', new Budget(limits))))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('64 levels are read, 65 are not', () => {
    for (const make of [definiteNest, (n: number) => concat([new Uint8Array(2 * n).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)), new Uint8Array(2 * n)])]) {
      // The outermost element is at depth 0.
      expect(walk(make(65), context('BER'))).toBe(65)
      expect(codeOf(() => walk(make(66), context('BER')))).toBe('ERR_BUDGET_EXCEEDED')
    }
  })
})

describe('work is in proportion to the input', () => {
  const spent = (bytes: Uint8Array, schema: Schema<unknown>): number => {
    const budget = new Budget()
    decode(schema, bytes, { rules: 'BER', budget })
    return budget.limit('asn1Nodes') - budget.left('asn1Nodes')
  }
  const wide = (n: number): Uint8Array => concat([hex('3080'), ...Array.from({ length: n }, () => hex('3080 0000')), hex('0000')])

  it('many indefinite elements side by side', () => {
    expect(spent(wide(1000), Nest)).toBeLessThanOrEqual(3 * 1000 + 2)
    expect(spent(wide(10_000), Nest)).toBeLessThanOrEqual(3 * 10_000 + 2)
  })

  it('indefinite around indefinite costs a pass a level, and levels are bounded', () => {
    const levels = 60
    const around = (n: number): Uint8Array =>
      concat([
        ...Array.from({ length: levels }, () => hex('3080')),
        ...Array.from({ length: n }, () => hex('3000')),
        ...Array.from({ length: levels }, () => hex('0000')),
      ])
    const [small, large] = [spent(around(500), Nest), spent(around(5000), Nest)]
    expect(large).toBeLessThan((levels + 2) * (5000 + levels))
    expect(large / small).toBeLessThan(11)
  })

  it('the element budget ends a walk', () => {
    expect(codeOf(() => decode(Nest, wide(1000), { rules: 'BER', budget: new Budget({ asn1Nodes: 2000 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    const flat = tlv(0x30, ...Array.from({ length: 1000 }, () => hex('3000')))
    expect(codeOf(() => decode(Nest, flat, { budget: new Budget({ asn1Nodes: 1000 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    expect(decode(Nest, flat, { budget: new Budget({ asn1Nodes: 1001 }) })).toHaveLength(1000)
  })

  it('an element is stepped over whole, however large', () => {
    const budget = new Budget()
    const large = concat([hex('3080'), tlv(4, new Uint8Array(60_000)), hex('0000')])
    expect(decode(sequence({ a: octetString() }), large, { rules: 'BER', budget }).a).toHaveLength(60_000)
    expect(budget.limit('asn1Nodes') - budget.left('asn1Nodes')).toBe(3)
  })
})
