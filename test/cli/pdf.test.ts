/** What the command does with PDFs alone: signatures that are seen, certify and lock, time-stamps, and the story of a file. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { textPdf } from '../../src/cli/demo/pdf.ts'
import { signatureFields } from '../../src/pades/fields.ts'
import { addPdfFields, fillPdfFields } from '../../src/pades/index.ts'
import { nameOf, openPdf, PdfArray, PdfDict, type PdfDocument, PdfNumber, PdfStream, PdfUpdate, withEntries } from '../../src/pdf/index.ts'
import { Lab } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { fixture } from '../signers/support.ts'
import { writePng } from '../support/png.ts'
import { type Folder, makeFolder, run } from './support.ts'

const FONT = fileURLToPath(new URL('../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', import.meta.url))
const PNG = writePng({ width: 2, height: 2, pixels: new Uint8Array(12).fill(90) })
/** A page of A4. */
const PLAIN = textPdf([[72, 760, 12, 'A letter']])

const folders: Folder[] = []
let folder: Folder
let key: string[]

beforeEach(() => {
  folder = makeFolder()
  folders.push(folder)
  folder.put('letter.pdf', PLAIN)
  key = ['--p12', folder.put('p256.p12', fixture('pkcs12/p256.p12')), '--password-env', 'KEY']
})

afterAll(() => {
  for (const one of folders) one.remove()
})

const file = (name: string): string => folder.path(name)
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(file(name)))
const sign = (...args: string[]): ReturnType<typeof run> => run(['sign', ...args, ...key], { env: { KEY: 'secret' } })

/** Rectangles and appearances of the signature widgets of the first page. */
async function widgets(name: string): Promise<{ rect: number[]; fonts: number; images: number }[]> {
  const document = await openPdf(bytes(name))
  const [page] = document.pages()
  const annots = document.resolve(page?.dict.get('Annots'))
  return (annots instanceof PdfArray ? annots.items : []).flatMap((item) => {
    const dict = document.resolve(item)
    return dict instanceof PdfDict && nameOf(dict.get('FT')) === 'Sig' ? [{ rect: numbers(document, dict), ...resources(document, dict) }] : []
  })
}

function numbers(document: PdfDocument, dict: PdfDict): number[] {
  const rect = document.resolve(dict.get('Rect'))
  return (rect instanceof PdfArray ? rect.items : []).map((item) => (item instanceof PdfNumber ? item.value : Number.NaN))
}

function resources(document: PdfDocument, dict: PdfDict): { fonts: number; images: number } {
  const entry = document.resolve(dict.get('AP'))
  const form = entry instanceof PdfDict ? document.resolve(entry.get('N')) : null
  const all = form instanceof PdfStream ? document.resolve(form.dict.get('Resources')) : null
  const count = (key: string): number => {
    const of = all instanceof PdfDict ? document.resolve(all.get(key)) : null
    return of instanceof PdfDict ? of.entries.size : 0
  }
  return { fonts: count('Font'), images: count('XObject') }
}

describe('kyso sign, for signatures that are seen', () => {
  it('puts text, an image or both where it is told', async () => {
    const box = ['--box', '36,40,180,60']
    expect((await sign(file('letter.pdf'), ...box, '--font', FONT, '--out', file('text.pdf'))).err).toBe('')
    expect(
      (await sign(file('letter.pdf'), ...box, '--corner', 'top-right', '--page', '-1', '--image', folder.put('i.png', PNG), '--out', file('image.pdf'))).err,
    ).toBe('')
    const both = ['--font', FONT, '--image', file('i.png'), '--text', 'Đã ký\\nNguyễn Thị Ngọc Ánh']
    expect((await sign(file('letter.pdf'), ...box, ...both, '--out', file('both.pdf'))).err).toBe('')
    expect(await widgets('text.pdf')).toEqual([{ rect: [36, 40, 216, 100], fonts: 1, images: 0 }])
    expect(await widgets('image.pdf')).toEqual([{ rect: [595 - 36 - 180, 842 - 40 - 60, 595 - 36, 842 - 40], fonts: 0, images: 1 }])
    expect(await widgets('both.pdf')).toEqual([{ rect: [36, 40, 216, 100], fonts: 1, images: 1 }])
    for (const name of ['text.pdf', 'image.pdf', 'both.pdf']) expect((await verify(bytes(name))).signatures).toMatchObject([{ intact: true }])
  })

  it('draws into a field of the file without a box, and takes none for it', async () => {
    folder.put('form.pdf', await addPdfFields(PLAIN, [{ type: 'signature', name: 'Ký duyệt', placement: { page: 1, rectangle: [50, 50, 120, 40] } }]))
    const look = ['--field', 'Ký duyệt'.normalize('NFD'), '--image', folder.put('i.png', PNG)]
    const refused = await sign(file('form.pdf'), ...look, '--box', '1,1,9,9')
    expect([refused.status, refused.err]).toEqual([3, expect.stringContaining('Leave --box out')])
    expect((await sign(file('form.pdf'), ...look)).err).toBe('')
    expect(await widgets('form.signed.pdf')).toEqual([{ rect: [50, 50, 170, 90], fonts: 0, images: 1 }])
    const nowhere = await sign(file('letter.pdf'), '--field', 'New', '--image', file('i.png'))
    expect([nowhere.status, nowhere.err]).toEqual([1, expect.stringContaining('nothing says where it shall stand')])
  })

  it('says what it could not draw, or not there', async () => {
    const box = ['--box', '36,40,180,60']
    expect((await sign(file('letter.pdf'), '--page', '2', ...box, '--font', FONT)).err).toContain('there is no such page; the document has 1')
    expect((await sign(file('letter.pdf'), '--box', '500,40,180,60', '--font', FONT)).err).toContain('goes beyond the page')
    expect((await sign(file('letter.pdf'), ...box, '--font', file('letter.pdf'))).err).toContain('neither TrueType nor OpenType')
    expect((await sign(file('letter.pdf'), ...box, '--image', FONT)).err).toContain('neither PNG nor JPEG')
    expect(await sign(file('letter.pdf'), ...box, '--font', file('missing.ttf'))).toMatchObject({ status: 3, err: expect.stringContaining('missing.ttf') })
    expect(existsSync(file('letter.signed.pdf'))).toBe(false)
  })

  it('loads what draws only where something is drawn', () => {
    const script = `
      const { main } = await import(${JSON.stringify(new URL('../../src/cli/run.ts', import.meta.url).href)})
      const { createRequire } = await import('node:module')
      const io = { program: 'kyso', version: '0', env: { KEY: 'secret' }, stdout() {}, stderr: (text) => process.stderr.write(text) }
      const status = await main(JSON.parse(process.argv[1]), io)
      const loaded = Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('pdf-lib'))
      console.log(JSON.stringify([status, loaded]))`
    const ask = (...args: string[]): string => {
      const done = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, JSON.stringify(['sign', ...args, ...key])], {
        encoding: 'utf8',
      })
      return done.stdout.trim() || done.stderr
    }
    expect(ask(file('letter.pdf'), '--out', file('a.pdf'))).toBe('[0,false]')
    expect(ask(file('letter.pdf'), '--box', '1,1,99,99', '--font', FONT, '--out', file('b.pdf'))).toBe('[0,true]')
  })
})

describe('kyso sign, for what comes after', () => {
  it('certifies, as the first signature alone', async () => {
    expect((await sign(file('letter.pdf'), '--certify', '2', '--out', file('certified.pdf'))).status).toBe(0)
    const { out } = await run(['inspect', file('certified.pdf')])
    expect(out).toContain('It certifies the document.')
    expect(out).toContain('From then on only filling in the form and signing are permitted.')
    const again = await sign(file('certified.pdf'), '--certify', '2', '--out', file('again.pdf'))
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('Only the first signature')])
  })

  it('locks fields, by name or all of them', async () => {
    const fields = ['a', 'b'].map((name, i) => ({ type: 'text' as const, name, placement: { page: 1, rectangle: [10, 10 + 30 * i, 80, 20] as const } }))
    folder.put('form.pdf', await addPdfFields(PLAIN, fields))
    expect((await sign(file('form.pdf'), '--lock', 'exclude:b', '--out', file('one.pdf'))).status).toBe(0)
    expect((await run(['inspect', file('one.pdf')])).out).toContain('It locks all fields except “b”.')
    await expect(fillPdfFields(bytes('one.pdf'), { a: 'x' })).rejects.toMatchObject({ code: 'ERR_PDF_LOCKED' })
    folder.put('filled.pdf', await fillPdfFields(bytes('one.pdf'), { b: 'x' }))
    expect((await verify(bytes('filled.pdf'))).signatures).toMatchObject([{ modifications: { kind: 'explained' } }])
    expect((await sign(file('form.pdf'), '--lock', 'include:a, b', '--lock-permission', '2', '--out', file('two.pdf'))).status).toBe(0)
    const { out } = await run(['inspect', file('two.pdf'), '--lang', 'vi'])
    expect(out).toContain('Chữ ký này khóa các trường “a”, “b”.')
    expect(out).toContain('Từ đây chỉ được điền biểu mẫu và ký thêm.')
  })

  it('puts a time-stamp alone, without a key', async () => {
    const lab = await Lab.create()
    const server = await lab.serve()
    try {
      const stamp = (...args: string[]): ReturnType<typeof run> => run(['sign', ...args, '--document-timestamp', '--tsa', server.tsaUrl])
      const { status, out, err } = await stamp(file('letter.pdf'))
      expect([status, err]).toEqual([0, ''])
      expect(out).toContain(file('letter.stamped.pdf'))
      expect(await verify(bytes('letter.stamped.pdf'))).toMatchObject({ signatures: [], documentTimestamps: [{ intact: true }] })
      const again = await stamp(file('letter.stamped.pdf'), '--field', 'Second', '--json', '--out', file('twice.pdf'))
      expect(again.lines()).toMatchObject([
        { format: 'pades', output: file('twice.pdf'), documentTimestamp: { size: bytes('twice.pdf').length, time: expect.stringMatching(/Z$/) } },
      ])
      expect((await stamp(file('letter.pdf'))).err).toContain('--force')
      expect((await run(['inspect', file('twice.pdf')])).out).toContain('time-stamped by')
    } finally {
      await lab.close()
    }
  })
})

describe('kyso inspect, for the story of a PDF', () => {
  beforeEach(async () => {
    folder.put('form.pdf', await addPdfFields(PLAIN, [{ type: 'text', name: 'remark', placement: { page: 1, rectangle: [10, 10, 80, 20] } }]))
    await sign(file('form.pdf'), '--field', 'Lãnh đạo', '--box', '100,100,90,40', '--font', FONT, '--out', file('signed.pdf'))
    folder.put('filled.pdf', await fillPdfFields(bytes('signed.pdf'), { remark: 'urgent' }))
  })

  it('tells who signed which state and what was changed, technical data last', async () => {
    const { out } = await run(['inspect', file('filled.pdf')], { columns: 120 })
    const story = out.slice(out.indexOf('Saved states'), out.indexOf('Signature 1 of 1'))
    expect(story).toContain('the document as it was first saved')
    expect(story).toMatch(/State 3 +signed by p256, .*, in the field “Lãnh đạo”, shown on page 1/)
    expect(story).toContain('Nothing else was changed.')
    expect(story).toMatch(
      /State 4 +saved again after the last signature: nobody has signed this state\n +Changed:\n +• a form field was filled in \(“remark”\)/,
    )
    expect(story).not.toMatch(/byte|cross-reference|Catalog/)
    expect(out.indexOf('cross-reference')).toBeGreaterThan(out.indexOf('Technical data'))
    expect(out).toContain('--revision FIELD')
    expect((await run(['inspect', file('filled.pdf'), '--lang', 'vi'])).out).toContain('một ô của biểu mẫu được điền (“remark”)')
    expect((await run(['inspect', file('filled.pdf'), '--json'])).lines()).toMatchObject([
      { revisions: [{}, {}, { signedBy: ['signature-1'] }, { changes: [{ code: 'fieldFilled' }] }] },
    ])
  })

  it('tells what stands behind the last state apart, and of a signature that is gone', async () => {
    folder.put('tail.pdf', Buffer.concat([bytes('signed.pdf'), Buffer.from('PK\u0003\u0004 more')]))
    const { out } = await run(['inspect', file('tail.pdf')])
    expect(out).toMatch(/Nothing else was changed\.\n +Behind it +data was attached behind the end of the document\n/)
    expect(out).toContain('looks like a file of another format')
    const document = await openPdf(bytes('signed.pdf'))
    const update = new PdfUpdate(document)
    for (const { ref, dict } of signatureFields(document, document.budget)) if (ref) update.set(ref, withEntries(dict, { V: null }))
    folder.put('removed.pdf', Buffer.concat([bytes('signed.pdf'), update.build().bytes]))
    expect((await run(['inspect', file('removed.pdf')])).out).toMatch(/State 3 +saved with a signature that is no longer in the file, or covers no state of it/)
    const changed = Buffer.from(bytes('signed.pdf'))
    changed.write('B', changed.indexOf('A letter'), 'latin1')
    folder.put('changed.pdf', changed)
    expect((await run(['inspect', file('changed.pdf')], { columns: 120 })).out).toMatch(/shown on page 1\n +THE SIGNATURE DOES NOT HOLD/)
    expect((await run(['inspect', file('signed.pdf')])).out).not.toContain('DOES NOT HOLD')
  })

  it('writes what a signature signed, beside the file or where it is told', async () => {
    const { status, out } = await run(['inspect', file('filled.pdf'), '--revision', 'Lãnh đạo'])
    expect([status, out]).toEqual([0, expect.stringContaining(file('filled.Lãnh_đạo.pdf'))])
    expect(bytes('filled.Lãnh_đạo.pdf')).toEqual(bytes('signed.pdf'))
    expect(await run(['inspect', file('filled.pdf'), '--revision', 'Lãnh đạo'])).toMatchObject({ status: 3, err: expect.stringContaining('--force') })
    const json = await run(['inspect', file('filled.pdf'), '--revision', 'Lãnh đạo', '--out', file('out.pdf'), '--json'])
    expect(json.lines()).toEqual([{ file: file('filled.pdf'), output: file('out.pdf'), field: 'Lãnh đạo', size: bytes('signed.pdf').length }])
    expect(bytes('out.pdf')).toEqual(bytes('signed.pdf'))
  })

  it.each([
    ['a field that has no signature', ['filled.pdf', '--revision', 'remark'], 'there is none of that name'],
    ['two files', ['filled.pdf', 'signed.pdf', '--revision', 'x'], 'one file at a time'],
    ['a target for nothing', ['filled.pdf', '--out', 'x.pdf'], '--out needs --revision'],
    ['a file that is not there', ['missing.pdf', '--revision', 'x'], 'missing.pdf'],
    ['what is no PDF', ['p256.p12', '--revision', 'x'], 'no PDF file'],
  ])('refuses %s', async (_, args, words) => {
    const { status, err } = await run(['inspect', ...args.map((one) => (/^\w+\.(pdf|p12)$/.test(one) ? file(one) : one))])
    expect([status, err]).toEqual([3, expect.stringContaining(words)])
  })
})

describe('kyso verify, on what came after a signature', () => {
  it('tells what is permitted in plain words, and what is not with the technical words last', async () => {
    folder.put('form.pdf', await addPdfFields(PLAIN, [{ type: 'text', name: 'remark', placement: { page: 1, rectangle: [10, 10, 80, 20] } }]))
    await sign(file('form.pdf'), '--out', file('signed.pdf'))
    folder.put('filled.pdf', await fillPdfFields(bytes('signed.pdf'), { remark: 'urgent' }))
    const good = await run(['verify', file('filled.pdf'), '--offline'])
    expect(good.out).toMatch(/Afterwards +nothing but what is permitted was added to the file:\n +• a form field was filled in \(“remark”\)/)
    expect(good.out).not.toContain('Technical')
    const text = new TextDecoder('latin1').decode(bytes('signed.pdf'))
    const at = text.indexOf('4 0 obj')
    const forged = `${text}4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n`
    const xref = `xref\n4 1\n${String(text.length).padStart(10, '0')} 00000 n \ntrailer\n<</Size ${/\/Size (\d+)/.exec(text.slice(text.lastIndexOf('trailer')))?.[1]}/Root 1 0 R/Prev ${/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]}>>\nstartxref\n${forged.length}\n%%EOF\n`
    expect(at).toBeGreaterThan(0)
    folder.put('forged.pdf', Buffer.from(forged + xref, 'latin1'))
    const { out, status } = await run(['verify', file('forged.pdf'), '--offline', '--lang', 'vi'])
    expect(status).toBe(2)
    expect(out).toContain('KHÔNG ĐƯỢC PHÉP')
    expect(out).toContain('nội dung hiển thị của một trang bị thay đổi')
    expect(out.indexOf('contentChanged')).toBeGreaterThan(out.indexOf('Cần làm'))
  })
})
