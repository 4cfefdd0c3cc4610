/**
 * What pages paint, held against what poppler draws: no pixel of a page without its annotations may lie outside of the areas that
 * were found, and few files may be not understood.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fromLatin1 } from '../../src/core/bytes.ts'
import { attempt, isKysoError } from '../../src/core/errors.ts'
import { type PaintedAreas, paintedAreas } from '../../src/pdf/content/index.ts'
import { integerOf, openPdf, PdfArray, type PdfDocument, PdfNumber, type PdfPage } from '../../src/pdf/index.ts'
import { corpus, describeWith, hasTool, run } from '../support/tools.ts'

/** Dots an inch: half a pixel a point. */
const RESOLUTION = 36
const SCALE = RESOLUTION / 72
/** Lighter is white: edges of letters fade out. */
const WHITE = 245
/** By how much an area is widened, in pixels: drawing fills every pixel that it touches. */
const MARGIN = 1
/** Pixels outside of the areas that a page may have: accents of fonts that state less than their height. */
const STRAY = 3
/** Pages of a file that are looked at. */
const PAGES = 3

/** One document in several positions, whose font draws letters with hairs that reach far beyond the widths and heights it states. */
const OUTSIDE: ReadonlySet<string> = new Set(
  [
    ...['test', 'test_-90', 'test_-180', 'test_-270'],
    ...['', '_rotate90', '_rotate180', '_rotate270', '_rotate270_180', '_rotate270_270'].map((turn) => `check/check_custom${turn}_10_20`),
    ...['none_180', 'automatic_90', 'automatic_180'].map((turn) => `check/check_custom_rotate_${turn}_10_20`),
  ].map((name) => `dss/visualSignature/${name}.pdf`),
)
/** Files that are not understood, and why. */
const INCOMPLETE: ReadonlyMap<string, string> = new Map([['pyhanko/broken-objstream4.pdf', 'its content cannot be read']])

interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A page as grey pixels; `null` where poppler does not draw it. */
async function draw(path: string, page: number): Promise<Picture | null> {
  const number = String(page + 1)
  const { status, bytes } = await run('pdftoppm', ['-r', String(RESOLUTION), '-gray', '-cropbox', '-hide-annotations', '-f', number, '-l', number, path])
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(fromLatin1(bytes.subarray(0, 64)))
  return status === 0 && head ? { width: Number(head[1]), height: Number(head[2]), pixels: bytes.subarray(head[0].length) } : null
}

function cropOf(document: PdfDocument, { attributes }: PdfPage): readonly number[] {
  const box = document.resolve(attributes.get('CropBox') ?? attributes.get('MediaBox'))
  if (!(box instanceof PdfArray)) return [0, 0, 612, 792]
  return box.items.map((item) => {
    const number = document.resolve(item)
    return number instanceof PdfNumber ? number.value : 0
  })
}

/** The areas turned as the page is, from the upper left corner, in pixels. */
function* placed(document: PdfDocument, page: PdfPage, areas: PaintedAreas): Generator<[number, number, number, number], void, undefined> {
  const [x0 = 0, y0 = 0, x3 = 0, y3 = 0] = cropOf(document, page)
  const turn = ((((integerOf(document.resolve(page.attributes.get('Rotate'))) ?? 0) % 360) + 360) % 360) / 90
  for (const [x1, y1, x2, y2] of areas.rectangles) {
    const [left, right, top, bottom] = [x1 - x0, x2 - x0, y3 - y2, y3 - y1]
    if (turn === 0) yield [left, top, right, bottom]
    else if (turn === 1) yield [y1 - y0, left, y2 - y0, right]
    else if (turn === 2) yield [x3 - x2, y1 - y0, x3 - x1, y2 - y0]
    else yield [top, x3 - x2, bottom, x3 - x1]
  }
}

/** Painted pixels outside of the areas. */
function outside(document: PdfDocument, page: PdfPage, areas: PaintedAreas, { width, height, pixels }: Picture): number {
  const covered = new Uint8Array(width * height)
  for (const [x1, y1, x2, y2] of placed(document, page, areas)) {
    const left = Math.max(0, Math.floor(x1 * SCALE - MARGIN))
    const right = Math.min(width, Math.floor(x2 * SCALE + MARGIN) + 1)
    const bottom = Math.min(height - 1, Math.floor(y2 * SCALE + MARGIN))
    for (let y = Math.max(0, Math.floor(y1 * SCALE - MARGIN)); y <= bottom; y++) if (left < right) covered.fill(1, y * width + left, y * width + right)
  }
  let count = 0
  for (let i = 0; i < covered.length; i++) if (covered[i] === 0 && (pixels[i] ?? 255) < WHITE) count++
  return count
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pdf'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

const folder = corpus('pdf')

describeWith(
  'areas that pages paint',
  folder !== null && hasTool('pdftoppm'),
  () => {
    it('have every pixel that poppler draws', { timeout: 300_000 }, async () => {
      const wrong: string[] = []
      const expected = new Set([...OUTSIDE, ...INCOMPLETE.keys()])
      let pages = 0
      for (const name of filesIn(folder ?? '')) {
        const path = join(folder ?? '', name)
        const document = await openPdf(readFileSync(path)).catch((error: unknown) => {
          if (!isKysoError(error)) throw error
          return null
        })
        if (!document) continue
        for (const page of attempt(() => [...document.pages()].slice(0, PAGES)) ?? []) {
          const areas = paintedAreas(document, page)
          if (!areas.complete) {
            if (!expected.delete(name)) wrong.push(`${name}, page ${page.index + 1}: not understood`)
            continue
          }
          const picture = await draw(path, page.index)
          if (!picture || areas.background) continue
          pages++
          const count = outside(document, page, areas, picture)
          if (count > STRAY && !OUTSIDE.has(name)) wrong.push(`${name}, page ${page.index + 1}: ${count} pixels outside`)
          if (count > STRAY) expected.delete(name)
        }
      }
      expect(wrong).toEqual([])
      // An exception that is none any more has to go.
      expect([...expected]).toEqual([])
      expect(pages).toBeGreaterThan(150)
    })
  },
  '../shared/corpus/pdf or pdftoppm',
)
