/** What a reader sees of a file: pixels and words of its pages by poppler, and where two files differ. */
import { execFile } from 'node:child_process'

/** Pixels a point. */
const SCALE = 48 / 72
/** Milliseconds for one program. */
const PATIENCE = 30_000

/** A word, in points from the upper left corner of what is seen. */
export interface Word {
  readonly text: string
  readonly area: Area
}

/** Left, top, right, bottom, in points from the upper left corner of what is seen. */
export type Area = readonly [left: number, top: number, right: number, bottom: number]

/** A page as it is seen. */
export interface SeenPage {
  readonly width: number
  readonly height: number
  /** One grey level a pixel. */
  readonly pixels: Uint8Array
  readonly words: readonly Word[]
}

/** A file as it is seen; no pages where poppler cannot read it. */
export interface Look {
  readonly pages: readonly SeenPage[]
}

function run(program: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { encoding: 'buffer', maxBuffer: 1 << 28, timeout: PATIENCE }, (error, stdout) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') reject(error)
      else resolve(stdout)
    })
  })
}

/** Grey maps one behind the other, as `pdftoppm` writes them to standard output. */
function greyMaps(bytes: Buffer): { width: number; height: number; pixels: Uint8Array }[] {
  const maps: { width: number; height: number; pixels: Uint8Array }[] = []
  for (let at = 0; at < bytes.length; ) {
    const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(at, at + 40).toString('latin1'))
    if (!head) break
    const [width, height] = [Number(head[1]), Number(head[2])]
    const from = at + head[0].length
    at = from + width * height
    maps.push({ width, height, pixels: bytes.subarray(from, at) })
  }
  return maps
}

function wordsOf(text: string): Word[][] {
  return text
    .split('<page ')
    .slice(1)
    .map((page) =>
      [...page.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/gs)].map((match) => ({
        text: match[5] ?? '',
        area: [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])] as const,
      })),
    )
}

/**
 * Looks at a file.
 *
 * @param path of the file
 */
export async function lookAt(path: string): Promise<Look> {
  const [maps, text] = await Promise.all([
    run('pdftoppm', ['-q', '-gray', '-r', String(72 * SCALE), '-cropbox', path]),
    run('pdftotext', ['-q', '-bbox', '-cropbox', path, '-']),
  ])
  const words = wordsOf(text.toString('utf8'))
  return { pages: greyMaps(maps).map((map, i) => ({ ...map, words: words[i] ?? [] })) }
}

/** Where two files differ. */
export interface Difference {
  /** In words, for a person. */
  readonly what: string
  /** Words that are there only now, inside the areas that may change. */
  readonly said: readonly { readonly page: number; readonly word: Word }[]
  /** Whether something differs outside the areas that may. */
  readonly outside: boolean
}

/** Grey levels that are told apart. */
const LEVELS = 2
/** Points around an area: half a pixel is drawn by what only touches it. */
const MARGIN = 2.1

const contains = (areas: readonly Area[], x: number, y: number): boolean =>
  areas.some(([left, top, right, bottom]) => x >= left - MARGIN && x <= right + MARGIN && y >= top - MARGIN && y <= bottom + MARGIN)

const meets = (areas: readonly Area[], [left, top, right, bottom]: Area): boolean =>
  areas.some((area) => left <= area[2] + MARGIN && right >= area[0] - MARGIN && top <= area[3] + MARGIN && bottom >= area[1] - MARGIN)

function onlyIn(words: readonly Word[], others: readonly Word[]): Word[] {
  const key = ({ text, area }: Word): string => `${text} ${area.map((value) => value.toFixed(1)).join(' ')}`
  const counts = new Map<string, number>()
  for (const word of others) counts.set(key(word), (counts.get(key(word)) ?? 0) + 1)
  return words.filter((word) => {
    const left = counts.get(key(word)) ?? 0
    counts.set(key(word), left - 1)
    return left <= 0
  })
}

/**
 * Compares two files.
 *
 * @param areas where each page may look otherwise
 * @returns `null` where they look the same
 */
export function difference(before: Look, after: Look, areas: readonly (readonly Area[])[]): Difference | null {
  if (before.pages.length !== after.pages.length) return { what: `${after.pages.length} pages instead of ${before.pages.length}`, said: [], outside: true }
  const told: string[] = []
  const said: { page: number; word: Word }[] = []
  let inside = 0
  for (const [page, a] of before.pages.entries()) {
    const b = after.pages[page] as SeenPage
    const allowed = areas[page] ?? []
    if (a.width !== b.width || a.height !== b.height) {
      told.push(`page ${page + 1} has another size`)
      continue
    }
    let outside = 0
    for (let at = 0; at < a.pixels.length; at++) {
      if (Math.abs((a.pixels[at] as number) - (b.pixels[at] as number)) <= LEVELS) continue
      if (contains(allowed, ((at % a.width) + 0.5) / SCALE, (Math.floor(at / a.width) + 0.5) / SCALE)) inside++
      else outside++
    }
    if (outside > 0) told.push(`${outside} pixels of page ${page + 1}`)
    const [gone, come] = [onlyIn(a.words, b.words), onlyIn(b.words, a.words)]
    for (const word of [...gone, ...come]) {
      if (!meets(allowed, word.area)) told.push(`"${word.text.slice(0, 20)}" on page ${page + 1}`)
      else inside++
    }
    for (const word of come) if (meets(allowed, word.area)) said.push({ page, word })
  }
  if (told.length === 0 && inside === 0) return null
  return { what: told.length > 0 ? told.slice(0, 5).join(', ') : `inside ${inside}`, said, outside: told.length > 0 }
}

/** Whether a word stands in an area. */
export function standsIn(word: Word, area: Area): boolean {
  return meets([area], word.area)
}
