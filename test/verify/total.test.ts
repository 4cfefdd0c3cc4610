/** Verification is total: whatever the bytes are, there is a report, and no change of a valid document is a valid document. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, equal, indexOf, latin1 } from '../../src/core/bytes.ts'
import { verify } from '../../src/verify/index.ts'
import { BASIC, Sample, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, setting, sign } from './lab-pdf.ts'

const WORDS = [
  '/ByteRange',
  '/Contents',
  '[0 ',
  '<<',
  '>>',
  'endobj',
  'stream\n',
  'xref\n',
  'trailer\n',
  'startxref\n0\n%%EOF\n',
  '/Prev 0',
  '5 0 R',
  '\n6 0 obj\n',
  '/V ',
  '(',
  '<',
  '%',
  '/Kids[6 0 R]',
  '/Encrypt 6 0 R',
  '-1',
  '99999999999999999999',
  '\0',
  '/Type/ObjStm',
  '/Filter/FlateDecode',
]

interface Edit {
  readonly kind: 'set' | 'flip' | 'cut' | 'word' | 'copy' | 'end' | 'number'
  readonly at: number
  readonly value: number
  readonly length: number
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('set', 'flip', 'cut', 'word', 'copy', 'end', 'number'),
  at: fc.nat(),
  value: fc.nat(0xffff),
  length: fc.integer({ min: 1, max: 200 }),
})

function apply(bytes: Uint8Array, { kind, at: place, value, length }: Edit): Uint8Array {
  const at = bytes.length === 0 ? 0 : place % bytes.length
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (kind) {
    case 'set':
      return concat([before, Uint8Array.of(value & 255), after.subarray(1)])
    case 'flip':
      return concat([before, Uint8Array.of((after[0] ?? 0) ^ (1 << (value & 7))), after.subarray(1)])
    case 'cut':
      return concat([before, after.subarray(length)])
    case 'word':
      return concat([before, latin1(WORDS[value % WORDS.length] as string), after])
    case 'copy':
      return concat([before, bytes.subarray(value % bytes.length, (value % bytes.length) + length), after])
    case 'end':
      return concat([bytes, bytes.subarray(at)])
    case 'number': {
      // One of the numbers of the file becomes another.
      let from = at
      while (from < bytes.length && ((bytes[from] as number) < 0x30 || (bytes[from] as number) > 0x39)) from++
      return concat([bytes.subarray(0, from), latin1(String(value)), bytes.subarray(from + 1)])
    }
  }
}

let made: LabSetting
let documents: Uint8Array[]
beforeAll(async () => {
  made = await setting()
  const twice = await sign(made, {}, await sign(made, { level: 'B-T', timestampSize: 1900 }))
  const stream = await sign(made, {}, new Sample().stream(BASIC).bytes())
  documents = [await sign(made), twice, stream, await sign(made, { reason: 'x' }, simplePdf())]
})

/** Whether only the hexadecimal digits of a signature differ in their case, or padding became white space. */
function onlyCase(a: Uint8Array, b: Uint8Array): boolean {
  const lower = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => (byte >= 0x41 && byte <= 0x46 ? byte | 0x20 : byte))
  return a.length === b.length && equal(lower(a), lower(b))
}

describe('two thousand changed documents', () => {
  it('each give a report, and none passes', { timeout: 300_000 }, async () => {
    for (const document of documents) expect((await verify(document, made.options)).indication).toBe('TOTAL-PASSED')
    await fc.assert(
      fc.asyncProperty(fc.nat(documents.length - 1), fc.array(edit, { minLength: 1, maxLength: 5 }), async (which, edits) => {
        const original = documents[which] as Uint8Array
        const changed = edits.reduce(apply, original)
        const report = await verify(changed, made.options)
        expect(['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED']).toContain(report.indication)
        if (report.indication !== 'TOTAL-PASSED' || equal(changed, original)) return
        // What passes has, up to the end of its last signature, every covered byte of the original.
        const signature = report.signatures.at(-1)
        const [first, second] = signature?.coverage.ranges ?? []
        expect(first && second).toBeDefined()
        if (!first || !second) return
        const covered = (bytes: Uint8Array): Uint8Array => concat([bytes.subarray(0, first[1]), bytes.subarray(second[0], second[0] + second[1])])
        const length = second[0] + second[1]
        expect(equal(covered(changed), covered(original)) || onlyCase(changed.subarray(0, length), original.subarray(0, length))).toBe(true)
      }),
      { numRuns: 2000, seed: 319102 },
    )
  })

  it('of nothing but words of PDF are reports, too', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), async (words) => {
        const report = await verify(latin1(`%PDF-1.7\n${words.join(' ')}\nstartxref\n9\n%%EOF\n`), made.options)
        expect(report.indication).toBe('INDETERMINATE')
      }),
      { numRuns: 500, seed: 32000 },
    )
  })

  it('with changes in the CMS alone are reports, too', { timeout: 300_000 }, async () => {
    const original = documents[0] as Uint8Array
    const start = original.indexOf(0x3c, indexOf(original, latin1('/Contents')) + 9) + 1
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(2600), digit: fc.constantFrom(...'0123456789abcdef') }), { minLength: 1, maxLength: 4 }),
        async (digits) => {
          const changed = original.slice()
          for (const { at, digit } of digits) changed[start + at] = digit.charCodeAt(0)
          const { indication, signatures } = await verify(changed, made.options)
          expect(signatures).toHaveLength(1)
          expect(['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED']).toContain(indication)
        },
      ),
      { numRuns: 1500, seed: 5652 },
    )
  })
})
