/** Locks of fields (ISO 32000-2 §12.7.5.5) and FieldMDP (§12.8.2.4), written and held to. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { FieldLock } from '../../src/pades/index.ts'
import { type PdfArray, PdfRef } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { codeOf } from '../support/pades.ts'
import { type LabSetting, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { type Opened, opened, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

/** Two empty fields and a text field; `first` are entries of the first. */
const form = (first = '', more: Objects = {}): Uint8Array =>
  simplePdf({
    ...BASIC,
    1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R 7 0 R]/SigFlags 3>>>>',
    5: `<</FT/Sig/T(First)${first}>>`,
    6: '<</FT/Sig/T(Second)>>',
    7: '<</FT/Tx/T(amount)/V(1)>>',
    ...more,
  })

const references = ({ document, signature }: Opened, field: string): string[] =>
  ((document.resolve(signature(field).get('Reference')) as PdfArray | null)?.items ?? []).map((one) => written(one))
const fieldMdp = (parameters: string): string =>
  `<</Type /SigRef/TransformMethod /FieldMDP/TransformParams <</Type /TransformParams/V /1.2${parameters}>>/Data 1 0 R>>`

describe('a lock', () => {
  it.each<[string, FieldLock, string]>([
    ['of everything', { action: 'All' }, '/Action /All'],
    ['of some fields', { action: 'Include', fields: ['amount', 'date'] }, '/Action /Include/Fields [(amount) (date)]'],
    ['of all fields but some', { action: 'Exclude', fields: ['Second'] }, '/Action /Exclude/Fields [(Second)]'],
    ['of no field, with a permission', { action: 'Include', fields: [], permission: 2 }, '/Action /Include/Fields []/P 2'],
    ['of everything, for good', { action: 'All', permission: 1 }, '/Action /All/P 1'],
  ])('%s stands in the new field and in its signature', async (_, lock, entries) => {
    const pdf = await sign(made, { field: 'New', lock }, form())
    const read = await opened(pdf)
    expect(read.field('New').get('Lock')).toBeInstanceOf(PdfRef)
    expect(written(read.dict(read.field('New').get('Lock')))).toBe(`<</Type /SigFieldLock${entries}>>`)
    expect(references(read, 'New')).toEqual([fieldMdp(entries)])
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('stands in an empty field of a document without signatures too', async () => {
    const read = await opened(await sign(made, { field: 'First', lock: { action: 'All' } }, form()))
    expect(written(read.dict(read.field('First').get('Lock')))).toBe('<</Type /SigFieldLock/Action /All>>')
    expect(references(read, 'First')).toEqual([fieldMdp('/Action /All')])
  })

  it('stands in the signature alone where an earlier one would see its field change', async () => {
    const first = await sign(made, { field: 'First' }, form())
    const pdf = await sign(made, { field: 'Second', lock: { action: 'Include', fields: ['amount'] } }, first)
    const read = await opened(pdf)
    expect(Array.from(read.field('Second').entries.keys())).toEqual(['FT', 'T', 'V'])
    expect(references(read, 'Second')).toEqual([fieldMdp('/Action /Include/Fields [(amount)]')])
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('and a certification are two references', async () => {
    const read = await opened(await sign(made, { field: 'First', certify: 2, lock: { action: 'All' } }, form()))
    expect(references(read, 'First')).toEqual([expect.stringContaining('/DocMDP'), fieldMdp('/Action /All')])
  })

  it('names fields in composed letters, as text strings', async () => {
    const read = await opened(await sign(made, { field: 'New', lock: { action: 'Include', fields: ['Số tiền'.normalize('NFD')] } }, form()))
    expect(written(read.dict(read.field('New').get('Lock')))).toBe(
      `<</Type /SigFieldLock/Action /Include/Fields [(${'\\376\\377\\000S\\036\\321\\000 \\000t\\000i\\036\\301\\000n'})]>>`,
    )
  })

  it.each<[string, Partial<FieldLock>, string]>([
    ['of another action', { action: 'Some' as 'All' }, 'lock.action'],
    ['to include without names', { action: 'Include' }, 'lock.fields'],
    ['to exclude without names', { action: 'Exclude' }, 'lock.fields'],
    ['of all with names', { action: 'All', fields: ['x'] }, 'lock.fields'],
    ['with another permission', { action: 'All', permission: 4 as 3 }, 'lock.permission'],
  ])('%s is wrong use', async (_, lock, argument) => {
    await expect(sign(made, { lock: lock as FieldLock })).rejects.toMatchObject({ code: 'ERR_ARGUMENT', data: { argument } })
  })
})

describe('the permission of a lock', () => {
  it.each<[string, Parameters<typeof sign>[1], string]>([
    ['the certification beside it', { certify: 2, lock: { action: 'All', permission: 3 } }, '/Action /All/P 2'],
    ['none but its own', { lock: { action: 'All', permission: 3 } }, '/Action /All/P 3'],
    ['a weaker certification', { certify: 3, lock: { action: 'All', permission: 2 } }, '/Action /All/P 2'],
  ])('is no more than that of %s', async (_, options, entries) => {
    const read = await opened(await sign(made, { field: 'New', ...options }, form()))
    expect(references(read, 'New').at(-1)).toBe(fieldMdp(entries))
  })

  it('is no more than the document has left', async () => {
    const certified = await sign(made, { field: 'First', certify: 2 }, form())
    const read = await opened(await sign(made, { field: 'Second', lock: { action: 'Include', fields: ['amount'], permission: 3 } }, certified))
    expect(references(read, 'Second')).toEqual([fieldMdp('/Action /Include/Fields [(amount)]/P 2')])
  })
})

describe('the lock that a field has', () => {
  const own = '/Lock 8 0 R'
  const objects: Objects = { 8: '<</Type/SigFieldLock/Action/Include/Fields[(amount)(date)]/P 2>>' }

  it('goes into the signature, its permission too, and stays as it is', async () => {
    const pdf = await sign(made, { field: 'First' }, form(own, objects))
    const read = await opened(pdf)
    expect(references(read, 'First')).toEqual([fieldMdp('/Action /Include/Fields [(amount) (date)]/P 2')])
    expect(written(read.field('First').get('Lock'))).toBe('8 0 R')
    expect(read.changed).not.toContain(8)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('may be asked for again, and no other', async () => {
    const same: FieldLock = { action: 'Include', fields: ['date', 'amount'], permission: 2 }
    const read = await opened(await sign(made, { field: 'First', lock: same }, form(own, objects)))
    expect(references(read, 'First')).toEqual([fieldMdp('/Action /Include/Fields [(amount) (date)]/P 2')])
    for (const other of [
      { action: 'All' },
      { ...same, permission: 1 },
      { action: 'Include', fields: ['amount'], permission: 2 },
      { ...same, action: 'Exclude' },
    ] as FieldLock[]) {
      await expect(sign(made, { field: 'First', lock: other }, form(own, objects))).rejects.toMatchObject({
        code: 'ERR_PDF_FIELD',
        data: { field: 'First', why: 'lock' },
      })
    }
  })

  it('comes behind a certification', async () => {
    const read = await opened(await sign(made, { field: 'First', certify: 3 }, form(own, objects)))
    expect(references(read, 'First').map((one) => /TransformMethod \/(\w+)/.exec(one)?.[1])).toEqual(['DocMDP', 'FieldMDP'])
  })
})

describe('what is locked is not signed', () => {
  it.each<[string, FieldLock, string, string]>([
    ['any field', { action: 'All' }, 'Second', 'ERR_PDF_CERTIFIED'],
    ['all, and the field is made later', { action: 'All' }, 'New', 'none'],
    ['the field', { action: 'Include', fields: ['Second'] }, 'Second', 'ERR_PDF_CERTIFIED'],
    ['another field', { action: 'Include', fields: ['amount'] }, 'Second', 'none'],
    ['new fields of the name', { action: 'Include', fields: ['New'] }, 'New', 'ERR_PDF_CERTIFIED'],
    ['new fields of another name', { action: 'Include', fields: ['amount'] }, 'New', 'none'],
    ['all but the field', { action: 'Exclude', fields: ['Second'] }, 'Second', 'none'],
    ['all but another, and the field is made later', { action: 'Exclude', fields: ['Second'] }, 'New', 'none'],
    ['nothing, but the document', { action: 'Include', fields: [], permission: 1 }, 'Second', 'ERR_PDF_CERTIFIED'],
    ['nothing, and the document allows signing', { action: 'Include', fields: [], permission: 2 }, 'Second', 'none'],
  ])('where a signature locks %s', async (_, lock, field, expected) => {
    const first = await sign(made, { field: 'First', lock }, form())
    expect(await codeOf(() => sign(made, { field }, first))).toBe(expected)
  })

  it('where a lock stands in the signed field alone', async () => {
    const signed = form('/Lock<</Action/Include/Fields[(Second)]>>/V 9 0 R', { 9: '<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>' })
    expect(await codeOf(() => sign(made, { field: 'Second' }, signed))).toBe('ERR_PDF_CERTIFIED')
    expect(await codeOf(() => sign(made, { field: 'New' }, signed))).toBe('none')
  })

  it('but where its own lock names it, the field is signed all the same', async () => {
    expect(await codeOf(() => sign(made, { field: 'First' }, form('/Lock<</Action/All/P 1>>')))).toBe('none')
  })
})
