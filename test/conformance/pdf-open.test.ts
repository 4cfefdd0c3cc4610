import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import {
  ByteSink,
  openPdf,
  PdfArray,
  type PdfDocument,
  PdfName,
  type PdfObject,
  PdfPlaceholder,
  PdfRef,
  type PdfStream,
  PdfString,
  PdfUpdate,
  pdfDict,
  pdfStream,
  serialize,
} from '../../src/pdf/index.ts'
import { describeWithCorpus, hasTool, temporaryFolder } from '../support/tools.ts'

/** The corpus README, "What opens and what may be signed": these fail, with these codes. */
const FAILS = new Map<string, readonly string[]>([
  ['dss/pades-5-signatures-and-1-document-timestamp.pdf', ['ERR_PDF_XREF']],
  ['dss/pades_infinite_loop.pdf', ['ERR_PDF_XREF']],
  ['dss/pdf-signed-corrupted.pdf', ['ERR_PDF_XREF']],
  ['pyhanko/minimal-startxref-hopeless.pdf', ['ERR_PDF_XREF']],
  ['pyhanko/minimal-startxref-hopeless3.pdf', ['ERR_PDF_XREF']],
  ['pyhanko/minimal-startxref-obo4.pdf', ['ERR_PDF_XREF']],
  ['pyhanko/broken-objstream6.pdf', ['ERR_PDF_SYNTAX', 'ERR_PDF_STRUCTURE']],
  ['pyhanko/malformed-encrypt-dict2.pdf', ['ERR_PDF_ENCRYPTION_INVALID']],
  ['pyhanko/minimal-aes256-malformed-oe.pdf', ['ERR_PDF_ENCRYPTION_INVALID']],
  ['pyhanko/minimal-aes256-malformed-perms.pdf', ['ERR_PDF_ENCRYPTION_INVALID']],
  ...[
    'minimal-pubkey-aes256',
    'minimal-pubkey-rc4-envelope',
    'minimal-two-fields-pubkey-rc4',
    'minimal-with-field-pubkey-rc4',
    'pubkey-ecc-test',
    'pubkey-rc2-test',
  ].map((name): [string, readonly string[]] => [`pyhanko/${name}.pdf`, ['ERR_PDF_ENCRYPTION_UNSUPPORTED']]),
])

/** Opening and failing are both right for these. */
const EITHER = new Set(['pyhanko/minimal-startxref-hopeless2.pdf', 'pyhanko/minimal-illegal-header.pdf', 'pyhanko/broken-objstream3.pdf'])

/** Owner and user passwords; the rest needs none. */
const PASSWORDS = new Map<string, readonly [owner: string, user: string]>([
  ...['minimal-aes256', 'minimal-two-fields-aes256', 'minimal-with-field-aes256', 'malformed-encrypt-dict1'].map(
    (name): [string, readonly [string, string]] => [`pyhanko/${name}.pdf`, ['ownersecret', 'usersecret']],
  ),
])
const NOCF = 'pyhanko/embedded-encrypted-nocf.pdf'

function pageCount(pdf: PdfDocument): number {
  let count = 0
  for (const page of pdf.pages()) count = page.index + 1
  return count
}

interface Tried {
  readonly pages: number
  readonly code: string
}

async function attempt(bytes: Uint8Array, password?: string): Promise<Tried> {
  try {
    return { pages: pageCount(await openPdf(bytes, { password })), code: '' }
  } catch (error) {
    if (!isKysoError(error)) throw error
    return { pages: 0, code: error.code }
  }
}

/** Exit status of `qpdf --check`: 0 clean, 3 warnings, 2 errors. */
function qpdfCheck(path: string, password: string | undefined): number {
  const { status } = spawnSync('qpdf', [...(password === undefined ? [] : [`--password=${password}`]), '--check', path])
  return status ?? 99
}

const RANK = new Map([
  [0, 0],
  [3, 1],
  [2, 2],
])

describeWithCorpus('every PDF of the corpus', 'pdf', (folder) => {
  const files = (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { file: string }[]).map(({ file }) => file)
  const read = (file: string): Uint8Array => readFileSync(join(folder, file))
  const password = (file: string): string | undefined => (file === NOCF ? 'secret' : PASSWORDS.get(file)?.[0])
  const qpdf = hasTool('qpdf')
  if (!qpdf) console.warn('!!! qpdf is missing: page counts and appended files are not compared with it')
  const temporary = temporaryFolder()
  const opened: { file: string; pages: number }[] = []

  it('is in the manifest and there', () => {
    expect(files.length).toBeGreaterThanOrEqual(178)
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([])
  })

  it.each(files)('%s opens, or fails, as the README says', async (file) => {
    const { pages, code } = await attempt(read(file), password(file))
    const expected = FAILS.get(file)
    if (expected) expect(expected).toContain(code)
    else if (!EITHER.has(file)) expect(code).toBe('')
    if (!code) {
      expect(pages).toBeGreaterThan(0)
      opened.push({ file, pages })
    }
  })

  it.each([...PASSWORDS])('%s opens with either password and no other', async (file, [owner, user]) => {
    const bytes = read(file)
    expect((await openPdf(bytes, { password: owner })).encryption?.isOwner).toBe(true)
    expect((await openPdf(bytes, { password: user })).encryption?.isOwner).toBe(false)
    expect((await attempt(bytes)).code).toBe('ERR_PDF_PASSWORD')
    expect((await attempt(bytes, 'wrong')).code).toBe('ERR_PDF_PASSWORD')
  })

  it('reads the compacted syntax of SafeDocs right', async () => {
    const pdf = await openPdf(read('pyhanko/safedocs/CompactedPDFSyntaxTest.pdf'))
    const pages = pdf.resolve(pdf.catalog.get('Pages')) as typeof pdf.catalog
    const [page] = pdf.pages()
    const text = (object: PdfObject | undefined): string => {
      const sink = new ByteSink()
      serialize(object ?? null, sink)
      return fromLatin1(sink.take()).replaceAll('\n', '')
    }
    expect(text(page?.dict.get('MediaBox'))).toBe('[0 0.0 999 999.0]')
    expect(text(pdf.catalog.get('AA'))).toBe('<</WP <</S /JavaScript/JS (//JavaScript comment\\012app.alert\\( "Document Will Print Action!!"\\))>>>>')
    expect(text(pages.get('FakeBigDataArray'))).toBe(
      '[true [[[]]] true <686931> null <686932> null [/Dummy] (hi3) [(hi4) (hi5) true (hi6) null (hi7) 12 (hi8)] -1.0 <</ABC 0.123/DEF 0.0>> [] (hi99) [] null [] <<>> true ' +
        '<</GHI /JKL>> [<</MNO 0.0>>] <686933> 1 0 R [1 2 3] 6 0 R <686934> 4 0 R (hi9) 2 0 R <</QRS true>> [true] <</TUV true>> <686935> <</XYZ true>> 3 0 R <</AAB true>> (hi10) ' +
        '<</AAC true>> null <686936> true (hi11) <686937> (hi12) 0.0 <686938>]',
    )
    expect(pdf.resolve(new PdfRef(2, 0))).toBeNull()
    const resources = page?.dict.get('Resources') as typeof pdf.catalog
    expect((resources.get('ExtGState') as typeof pdf.catalog).get('')).toEqual(new PdfRef(6, 0))
  })

  it.each(files.filter((file) => /aes256\.pdf$|protected\//.test(file) && !FAILS.has(file)))(
    'encrypts what it adds to %s, but no /Contents of a signature',
    async (file) => {
      const original = read(file)
      const secret = password(file)
      const pdf = await openPdf(original, { password: secret })
      expect(pdf.encryption).not.toBeNull()
      const text = new TextEncoder().encode('nothing that lies about in clear')
      const contents = new PdfPlaceholder('contents', new TextEncoder().encode('<00112233>'))
      const update = new PdfUpdate(pdf)
      const byteRange = new PdfArray([])
      const signature = update.add(pdfDict({ ByteRange: byteRange, Contents: contents, Reason: new PdfString(text), Location: new PdfString(text) }))
      const copied = update.add(pdfDict({ ByteRange: byteRange, Contents: new PdfString(text, true), Name: new PdfString(text) }))
      const stream = update.add(pdfStream({}, text))
      const { bytes, placeholders } = update.build()
      expect(update.build().bytes).toEqual(bytes)
      const updated = Buffer.concat([original, bytes])
      const place = placeholders.get('contents')
      expect(updated.subarray(place?.offset).subarray(0, 10).toString()).toBe('<00112233>')
      expect(Buffer.from(bytes).indexOf(text)).toBe(-1)

      const again = await openPdf(updated, { password: secret })
      const value = (object: typeof signature, key: string): Uint8Array => ((again.get(object) as typeof pdf.catalog).get(key) as PdfString).bytes
      expect([...value(signature, 'Contents')]).toEqual([0x00, 0x11, 0x22, 0x33])
      expect(value(copied, 'Contents')).toEqual(text)
      for (const key of ['Reason', 'Location']) expect([...value(signature, key)]).toEqual([...text])
      expect([...again.streamData(again.get(stream) as PdfStream)]).toEqual([...text])
      const random = pdf.encryption?.algorithm.startsWith('AES') ? update.build({ random: (length) => new Uint8Array(length).fill(7) }).bytes : undefined
      if (random) expect(random).not.toEqual(bytes)
    },
  )

  it('has as many pages as qpdf counts', () => {
    if (!qpdf) return
    const differing = opened.filter(({ file, pages }) => {
      const secret = password(file)
      const { stdout, status } = spawnSync('qpdf', [...(secret === undefined ? [] : [`--password=${secret}`]), '--show-npages', join(folder, file)], {
        encoding: 'utf8',
      })
      return status !== 2 && Number(stdout.trim()) !== pages
    })
    expect(differing).toEqual([])
  })

  describe('takes an update', () => {
    it.each(files.filter((file) => !FAILS.has(file) && !EITHER.has(file)))('%s', async (file) => {
      const original = read(file)
      const secret = password(file)
      const pdf = await openPdf(original, { password: secret })
      const update = new PdfUpdate(pdf)
      const added = update.add(pdfDict({ Type: new PdfName('KysoTest'), Text: new PdfString(new TextEncoder().encode('ký số (1)\r\n')) }))
      update.set(pdf.catalogRef, pdf.catalog)
      const increment = update.build()
      const updated = Buffer.concat([original, increment.bytes])
      expect(update.build().bytes).toEqual(increment.bytes)
      expect(updated.subarray(0, original.length).equals(original)).toBe(true)

      const again = await openPdf(updated, { password: secret })
      expect(again.revisions.length).toBe(pdf.revisions.length + 1)
      expect(again.revisions.at(-1)).toMatchObject({ startxref: increment.startxref, end: updated.length - 1, endWithEol: updated.length, closed: true })
      expect(again.revisions.slice(0, -1).map(({ end, xrefOffset, closed }) => ({ end, xrefOffset, closed }))).toEqual(
        pdf.revisions.map(({ end, xrefOffset, closed }) => ({ end, xrefOffset, closed })),
      )
      const object = again.resolve(added) as typeof pdf.catalog
      expect(new TextDecoder().decode((object.get('Text') as PdfString).bytes)).toBe('ký số (1)\r\n')
      expect([...again.catalog.entries.keys()]).toEqual([...pdf.catalog.entries.keys()])
      expect(pageCount(again)).toBe(pageCount(pdf))
      expect(again.encryption?.permissions).toBe(pdf.encryption?.permissions)
      expect(again.asOf(pdf.revisions.length - 1).get(added)).toBeNull()

      if (!qpdf) return
      const path = join(temporary, 'updated.pdf')
      writeFileSync(path, updated)
      expect(RANK.get(qpdfCheck(path, secret))).toBeLessThanOrEqual(RANK.get(qpdfCheck(join(folder, file), secret)) as number)
    })
  })
})
