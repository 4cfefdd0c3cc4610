import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { readPdf } from '../../src/pades/index.ts'
import { objectStream, Sample } from '../pdf/sample.ts'
import { type LabSetting, setting, verdict } from '../verify/lab-pdf.ts'
import { CONTENTS, type CraftOptions, craft, formObjects, hexToken, openChecks, RANGE, signatureDict } from './craft.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const pass = 'TOTAL-PASSED'
const format = 'TOTAL-FAILED FORMAT_FAILURE'
const crafted = (options: CraftOptions = {}): Promise<Uint8Array> => craft(made.signer, options)

describe('a signature written by hand', () => {
  it('is valid', async () => {
    const file = await crafted()
    expect(await openChecks(file)).toEqual([[]])
    expect(await verdict(file, made.options)).toBe(pass)
    const { signatures } = await readPdf(file)
    const [signature] = signatures
    expect(signature?.scope).toMatchObject({ kind: 'revision', revision: 0, whole: true })
    const from = fromLatin1(file).indexOf('<30')
    expect(signature?.scope).toMatchObject({
      ranges: [
        [0, from],
        [from + CONTENTS.length, file.length - from - CONTENTS.length],
      ],
    })
  })

  it('is valid with bytes before the header, which it covers', async () => {
    const file = await crafted({ file: (objects) => new Sample('GIF89a junk\n%PDF-1.7\n').table(objects).bytes() })
    expect(await verdict(file, made.options)).toBe(pass)
    const changed = file.slice()
    changed[0] = 0x48
    expect(await verdict(changed, made.options)).toBe('TOTAL-FAILED HASH_FAILURE')
  })

  it('is valid with a direct dictionary as the value of the field', async () => {
    const file = await crafted({ objects: { 5: `<</FT/Sig/T(Field)/V ${signatureDict()}>>`, 6: 'null' } })
    expect(await openChecks(file)).toEqual([[]])
    expect(await verdict(file, made.options)).toBe(pass)
  })

  it('is valid with a field inside another, and with an inherited type', async () => {
    const objects = { 5: '<</FT/Sig/T(Outer)/Kids[7 0 R]>>', 7: '<</T(Inner)/Parent 5 0 R/V 6 0 R>>' }
    const file = await crafted({ objects })
    expect((await readPdf(file)).signatures[0]?.claims.field).toBe('Outer.Inner')
    expect(await verdict(file, made.options)).toBe(pass)
  })

  it('is valid in a file with a cross-reference stream', async () => {
    const file = await crafted({ file: (objects) => new Sample().stream(objects).bytes() })
    expect(await verdict(file, made.options)).toBe(pass)
  })

  it('is valid with a few line ends behind it, which change nothing', async () => {
    const file = await crafted({ after: '\r\n\n' })
    expect(await verdict(file, made.options)).toBe(pass)
    expect((await readPdf(file)).signatures[0]?.scope).toMatchObject({ whole: true })
  })
})

describe('/ByteRange', () => {
  const ranges: Record<string, (numbers: readonly [number, number, number, number], size: number) => string> = {
    'of six numbers': ([a, b, c, d]) => `[${a} ${b} ${c} ${d - 10} ${c + d - 5} 5]`,
    'of six numbers, the last two empty': ([a, b, c, d]) => `[${a} ${b} ${c} ${d} ${c + d} 0]`,
    'of two numbers': ([a, b]) => `[${a} ${b}]`,
    'that is empty': () => '[]',
    'of reals': ([a, b, c, d]) => `[${a}.0 ${b}.0 ${c}.0 ${d}.0]`,
    'of one real': ([a, b, c, d]) => `[${a} ${b} ${c} ${d}.]`,
    'of a negative number': ([, b, c, d]) => `[-1 ${b + 1} ${c} ${d}]`,
    'of an offset that is no safe integer': ([a, b, c]) => `[${a} ${b} ${c} 99999999999999999999]`,
    'of a length that overflows to a negative one': ([a, b, c, d]) => `[${a} ${b} ${c} ${2 ** 32 + d}]`,
    'that ends beyond the file': ([a, b, c, d]) => `[${a} ${b} ${c} ${d + 1}]`,
    'that ends before the end': ([a, b, c, d]) => `[${a} ${b} ${c} ${d - 8}]`,
    'that ends at its Contents': ([a, b, c]) => `[${a} ${b} ${c} 0]`,
    'that begins after the first byte': ([, b, c, d]) => `[1 ${b - 1} ${c} ${d}]`,
    'that covers only its second part': ([, , c, d]) => `[0 0 ${c} ${d}]`,
    'with a gap that is wider before Contents': ([a, b, c, d]) => `[${a} ${b - 10} ${c} ${d}]`,
    'with a gap that is wider behind Contents': ([a, b, c, d]) => `[${a} ${b} ${c + 10} ${d - 10}]`,
    'with a gap that leaves the brackets in': ([a, b, c, d]) => `[${a} ${b + 1} ${c - 1} ${d + 1}]`,
    'with a gap that is narrower': ([a, b, c, d]) => `[${a} ${b + 100} ${c} ${d}]`,
    'without a gap': ([a, , ,], size) => `[${a} ${size} ${size} 0]`,
    'whose parts overlap': ([a, b, ,], size) => `[${a} ${b + 9000} ${b} ${size - b}]`,
    'in the wrong order': ([a, b, c, d]) => `[${c} ${d} ${a} ${b}]`,
    'of names': () => '[/0 /1 /2 /3]',
    'that is a dictionary': () => '<</0 1>>',
    'that is null': () => 'null',
  }
  it.each(Object.entries(ranges))('%s is refused', async (_, range) => {
    const file = await crafted({ range })
    expect((await openChecks(file))[0]).toContain('byteRange')
    expect(await verdict(file, made.options)).toBe(format)
  })

  /** The bytes that a range names: what a signer who lies would sign. */
  const cut = (file: Uint8Array, numbers: readonly number[]): Uint8Array =>
    concat([
      file.subarray(numbers[0], (numbers[0] as number) + (numbers[1] as number)),
      file.subarray(numbers[2], (numbers[2] as number) + (numbers[3] as number)),
    ])

  it.each([
    ['a gap that is wider before Contents', ([a, b, c, d]: readonly number[]) => [a, (b as number) - 10, c, d]],
    ['a gap that is wider behind Contents', ([a, b, c, d]: readonly number[]) => [a, b, (c as number) + 10, (d as number) - 10]],
    ['an end before that of the file', ([a, b, c, d]: readonly number[]) => [a, b, c, (d as number) - 20]],
    ['a beginning behind that of the file', ([, b, c, d]: readonly number[]) => [5, (b as number) - 5, c, d]],
  ])('with %s is refused, although it was signed just so', async (_, change) => {
    const file = await crafted({ range: (numbers) => `[${change(numbers).join(' ')}]`, signed: (numbers, bytes) => cut(bytes, change(numbers) as number[]) })
    expect(await openChecks(file)).toEqual([['byteRange']])
    expect(await verdict(file, made.options)).toBe(format)
  })

  it.each([
    ['as an indirect array', { 6: signatureDict().replace(RANGE, '7 0 R'), 7: RANGE }],
    ['with indirect numbers', { 6: signatureDict().replace(RANGE, `[0 7 0 R 8 0 R 9 0 R]${' '.repeat(RANGE.length)}`), 7: '1', 8: '2', 9: '3' }],
    ['that is absent', { 6: signatureDict().replace(`/ByteRange ${RANGE}`, '') }],
    ['that stands twice, right both times', { 6: signatureDict('ETSI.CAdES.detached', `/ByteRange ${RANGE}`) }],
    ['that stands twice, the second spelled otherwise', { 6: signatureDict('ETSI.CAdES.detached', `/#42yteRange ${RANGE}`) }],
  ])('%s is refused', async (_, objects) => {
    const file = await crafted({ objects })
    expect(await verdict(file, made.options)).toBe(format)
    expect((await openChecks(file))[0]?.some((name) => name === 'byteRange' || name === 'dictionaryKeys')).toBe(true)
  })
})

describe('/Contents', () => {
  it.each<[string, CraftOptions]>([
    [
      'as a literal string',
      {
        contents: (value) =>
          `(${Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, '0')}`)
            .join('')
            .slice(0, 7990)})`.padEnd(CONTENTS.length),
      },
    ],
    ['as an indirect string', { objects: { 6: signatureDict().replace(CONTENTS, '7 0 R'), 7: CONTENTS } }],
    ['that is absent', { objects: { 6: signatureDict().replace('/Contents', '/Content') } }],
    ['that is null', { contents: () => 'null' }],
    ['that is an array', { contents: (value) => `[${hexToken(value).slice(0, 7000)}>]` }],
    ['with something in front of its string', { contents: (value) => ` ${hexToken(value).slice(0, 7000)}>` }],
    ['that stands twice', { objects: { 6: signatureDict('ETSI.CAdES.detached', '/Contents<00>') } }],
    ['that stands twice, the first one empty', { objects: { 6: signatureDict().replace('/Type/Sig', '/Type/Sig/Contents<>') } }],
    ['that stands twice, once as null', { objects: { 6: signatureDict('ETSI.CAdES.detached', '/Contents null') } }],
    ['with padding that is not zero', { contents: (value) => `${hexToken(value).slice(0, -2)}1>` }],
    ['that is empty', { contents: () => `<${' '.repeat(CONTENTS.length - 2)}>` }],
    ['that is all zeros', { contents: () => hexToken(new Uint8Array()) }],
    ['that is cut short', { contents: (value) => hexToken(value.subarray(0, value.length - 1)) }],
  ])('%s is refused', async (_, options) => {
    const file = await crafted(options)
    const found = await verdict(file, made.options)
    expect(found).toMatch(/^TOTAL-FAILED|^INDETERMINATE/)
    // No signature is worse than a failed one: it must not go unseen.
    expect((await readPdf(file)).signatures).toHaveLength(1)
  })

  it('may have white space and capitals: what it says is the same', async () => {
    const file = await crafted({
      contents: (value) =>
        hexToken(value)
          .toUpperCase()
          .replace(/^(.{101})/, '$1 \n\t')
          .slice(0, CONTENTS.length - 1)
          .concat('>'),
    })
    expect(await verdict(file, made.options)).toBe(pass)
  })

  it('in an object stream is refused: nothing tells where it lies', async () => {
    const { 6: signature = '', ...rest } = formObjects()
    const file = await crafted({ file: () => new Sample().stream({ ...rest, 8: objectStream({ 6: signature }) }, { compressed: { 6: [8, 0] } }).bytes() })
    expect((await openChecks(file))[0]).toContain('byteRange')
    expect(await verdict(file, made.options)).toBe(format)
  })
})

describe('a signature dictionary', () => {
  it('that two fields share in what is signed is one signature, and told', async () => {
    const file = await crafted({ objects: { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R]>>>>', 7: '<</FT/Sig/T(Second)/V 6 0 R>>' } })
    expect(await openChecks(file)).toEqual([[]])
    expect(await verdict(file, made.options)).toBe(pass)
    expect((await readPdf(file)).oddities).toMatchObject([{ code: 'signature-shared' }])
  })

  it('that two fields share is one signature, however much lies between them', async () => {
    // So many large objects that what was read is forgotten in between.
    const names = Array.from({ length: 24 }, (_, i) => [10 + i, `<</FT/Tx/T(${i}${'x'.repeat(20_000)})/TU(${'y'.repeat(400_000)})>>`] as const)
    const fields = ['5 0 R', ...names.map(([number]) => `${number} 0 R`), '7 0 R'].join(' ')
    const objects = { ...Object.fromEntries(names), 1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${fields}]>>>>`, 7: '<</FT/Sig/T(Second)/V 6 0 R>>' }
    expect(await openChecks(await crafted({ objects }))).toEqual([[]])
  })

  it('that two fields share by way of another object is one signature', async () => {
    const file = await crafted({
      objects: { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R]>>>>', 7: '<</FT/Sig/T(Second)/V 8 0 R>>', 8: '6 0 R' },
    })
    expect(await openChecks(file)).toHaveLength(1)
  })

  it('that no field of the form names is no signature', async () => {
    for (const catalog of [
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>',
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 5 0 R>>>>',
    ]) {
      const file = await crafted({ objects: { 1: catalog } })
      expect((await readPdf(file)).signatures).toEqual([])
      expect(await verdict(file, made.options)).toBe('INDETERMINATE')
    }
  })

  it('that only a widget on a page names is no signature', async () => {
    const file = await crafted({
      objects: { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>', 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[5 0 R]>>' },
    })
    expect(await verdict(file, made.options)).toBe('INDETERMINATE')
  })

  it.each(['SubFilter', 'Filter', 'Type', 'M', 'Reference', 'Cert'])('with two /%s is refused', async (key) => {
    const value = key === 'SubFilter' ? '/adbe.pkcs7.detached' : '(x)'
    const file = await crafted({ objects: { 6: signatureDict('ETSI.CAdES.detached', `/${key} ${value}/${key}/ETSI.CAdES.detached`) } })
    expect((await openChecks(file))[0]).toContain('dictionaryKeys')
    expect(await verdict(file, made.options)).toMatch(/^TOTAL-FAILED/)
  })

  it.each<[string, CraftOptions['objects']]>([
    ['the field', { 5: '<</FT/Sig/T(Field)/V 7 0 R/V 6 0 R>>', 7: '<</Type/Sig>>' }],
    ['the field, once as null', { 5: '<</FT/Sig/T(Field)/V null/V 6 0 R>>' }],
    ['the form', { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/Fields[5 0 R]>>>>' }],
    ['the catalog', { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>/AcroForm<</Fields[5 0 R]>>>>' }],
    ['the field above', { 5: '<</FT/Sig/T(Outer)/Kids[]/Kids[7 0 R]>>', 7: '<</T(Inner)/Parent 5 0 R/V 6 0 R>>' }],
  ])('that another reader may not find, because %s has a key twice, is refused', async (_, objects) => {
    const file = await crafted({ objects: objects ?? {} })
    expect(await openChecks(file)).toEqual([['dictionaryKeys']])
    expect(await verdict(file, made.options)).toBe(format)
  })
})

describe('a later revision', () => {
  const second = async (objects: Record<number, string>): Promise<Uint8Array> => {
    const first = await crafted()
    const update = new Sample(fromLatin1(first))
    update.table(objects, { trailer: `/Prev ${fromLatin1(first).lastIndexOf('xref\n0 1')}` })
    return update.bytes()
  }

  it('that gives the signature again as it was takes its coverage away', async () => {
    const first = await crafted()
    const text = fromLatin1(first)
    const at = text.indexOf('6 0 obj\n') + 8
    const file = await second({ 6: text.slice(at, text.indexOf('\nendobj', at)) })
    expect((await openChecks(file))[0]).toContain('byteRange')
    expect(await verdict(file, made.options)).toMatch(/^TOTAL-FAILED/)
  })

  it('that changes anything else leaves the signature intact and undecided', async () => {
    const file = await second({ 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 999 999]>>' })
    expect(await openChecks(file)).toEqual([[]])
    expect(await verdict(file, made.options)).toBe('INDETERMINATE GENERIC')
    expect((await readPdf(file)).signatures[0]?.scope).toMatchObject({ whole: false, revision: 0 })
  })

  it('that takes the field away leaves no signature', async () => {
    expect(await verdict(await second({ 1: '<</Type/Catalog/Pages 2 0 R>>' }), made.options)).toBe('INDETERMINATE')
    expect(await verdict(await second({ 5: '<</FT/Sig/T(Field)>>' }), made.options)).toBe('INDETERMINATE')
  })

  it('that is no revision but bytes behind the end is told', async () => {
    const file = concat([await crafted(), latin1('\n5 0 obj<</FT/Sig>>endobj\n')])
    expect(await verdict(file, made.options)).toBe('INDETERMINATE GENERIC')
  })

  it('that is white space only changes nothing, but the file ends with the revision only as long as it is short', async () => {
    const first = await crafted()
    for (const [length, whole] of [
      [40, true],
      [2000, false],
    ] as const) {
      const file = new Uint8Array(first.length + length).fill(0x20)
      file.set(first)
      expect(await verdict(file, made.options)).toBe(pass)
      expect((await readPdf(file)).signatures[0]?.scope).toMatchObject({ whole })
    }
  })
})
