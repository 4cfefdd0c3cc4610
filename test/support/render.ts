/** Pages as poppler draws them, and golden images that they are held against: see test/fixtures/golden/README.md. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compare, type Picture, readPng, writePng } from './png.ts'
import { run } from './tools.ts'

const GOLDEN = fileURLToPath(new URL('../fixtures/golden/', import.meta.url))
const UPDATE = process.env.KYSO_UPDATE_GOLDEN === '1'

/** How a page is drawn. */
export interface RenderOptions {
  /** 1 is the first, which is the one drawn when left out. */
  readonly page?: number
  /** Dots per inch; 72, a pixel a point, when left out. */
  readonly resolution?: number
  readonly password?: string
}

/** A page, cut to its crop box and turned as the reader sees it, as PNG. */
export async function renderPng(path: string, options: RenderOptions = {}): Promise<Uint8Array> {
  const { page = 1, resolution = 72, password } = options
  const passwords = password === undefined ? [] : ['-upw', password]
  const result = await run('pdftoppm', ['-png', '-r', String(resolution), '-f', String(page), '-l', String(page), '-cropbox', ...passwords, path])
  if (result.status !== 0) throw new Error(`pdftoppm: ${result.stderr}`)
  return result.bytes
}

/** {@link renderPng} as pixels. */
export async function render(path: string, options: RenderOptions = {}): Promise<Picture> {
  return readPng(await renderPng(path, options))
}

/** Text of all pages by `pdftotext`, with white space of any length as one space. */
export async function textOf(path: string, password?: string): Promise<string> {
  const passwords = password === undefined ? [] : ['-upw', password]
  const { status, stdout, stderr } = await run('pdftotext', ['-enc', 'UTF-8', ...passwords, path, '-'])
  if (status !== 0) throw new Error(`pdftotext: ${stderr}`)
  return stdout.replaceAll(/\s+/g, ' ').trim()
}

/**
 * What is wrong with a page against its golden image; null when it looks as it shall. With `KYSO_UPDATE_GOLDEN=1` the image is
 * made where there is none or it looks otherwise, and nothing is ever wrong.
 *
 * @param name of the image, without `.png`
 * @param tolerance the share of pixels that may differ; one in a thousand when left out
 */
export async function againstGolden(name: string, path: string, options: RenderOptions = {}, tolerance = 0.001): Promise<string | null> {
  const golden = join(GOLDEN, `${name}.png`)
  const png = await renderPng(path, options)
  const actual = readPng(png)
  const expected = existsSync(golden) ? readPng(readFileSync(golden)) : null
  const difference = expected && compare(expected, actual)
  if (difference && difference.share <= tolerance) return null
  if (UPDATE) {
    mkdirSync(GOLDEN, { recursive: true })
    writeFileSync(golden, writePng(actual))
    return null
  }
  const folder = mkdtempSync(join(tmpdir(), 'kyso-golden-'))
  writeFileSync(join(folder, `${name}.png`), png)
  if (expected === null || difference === null) return `${name}: there is no golden image; what was drawn is in ${folder}`
  writeFileSync(join(folder, `${name}.diff.png`), writePng(difference.shown))
  const size = (one: Picture): string => `${one.width} × ${one.height}`
  const how = size(expected) === size(actual) ? `${(difference.share * 100).toFixed(2)} % of its pixels differ` : `${size(actual)} instead of ${size(expected)}`
  return `${name}: ${how}; what was drawn, and what of it differs, is in ${folder}`
}
