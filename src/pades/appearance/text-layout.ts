/** Text in a box: broken into lines, as large as wanted or as small as it has to be, and never cut. */
import type { Color, PDFFont, PDFPage } from 'pdf-lib'
import { KysoError } from '../../core/errors.ts'
import type { TextAlignment } from '../forms/field-options.ts'
import type { Extent } from './font.ts'

/** A part of a page, in points from its lower left corner. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How a text is set. */
export interface TextSetting {
  readonly font: PDFFont
  /** How far a text in that font reaches above and below its baseline, at a size. */
  readonly extentOf: (text: string, font: PDFFont, size: number) => Extent
  /** Points at most; `fit`: as large as the region allows. */
  readonly size: number | 'fit'
  readonly align: TextAlignment
  /** Where the lines stand when there is room above or below. */
  readonly vertical: 'top' | 'middle'
  /** Whether lines are broken; else each stays one. */
  readonly wrap: boolean
  readonly colour: Color
}

/** Lines at a size. */
interface Lines {
  readonly size: number
  readonly lines: readonly string[]
  /** At a size of 1: of the highest and the lowest letter, so that no mark leaves the box or touches the line above. */
  readonly extent: Extent
}

/** Smaller letters cannot be read. */
const SMALLEST = 4
/** Larger ones are no text. */
const LARGEST = 144
/** Sizes are tried in quarters of a point. */
const STEP = 0.25

/** A word with the spaces behind it. */
interface Word {
  readonly text: string
  readonly spaces: string
  /** Widths at a size of 1. */
  readonly width: number
  readonly spaceWidth: number
}

/**
 * Draws a text into a region. Words are broken only where they do not fit at the smallest size.
 *
 * @throws KysoError `ERR_APPEARANCE_ROOM` where the text does not fit, `ERR_APPEARANCE_TEXT` for what the font does not have
 */
export function drawTextIn(page: PDFPage, text: string, region: Region, setting: TextSetting): void {
  const { font, align, vertical, colour } = setting
  const { size, lines, extent } = fitted(text, region, setting)
  const [ascent, line] = [extent.ascent * size, (extent.ascent - extent.descent) * size]
  const free = region.height - line * lines.length
  const top = region.y + region.height - (vertical === 'middle' ? free / 2 : 0)
  for (const [i, one] of lines.entries()) {
    if (one === '') continue
    const spare = region.width - font.widthOfTextAtSize(one, size)
    const x = region.x + (align === 'left' ? 0 : align === 'right' ? spare : spare / 2)
    page.drawText(one, { x: thousandth(x), y: thousandth(top - ascent - i * line), size, font, color: colour })
  }
}

function thousandth(value: number): number {
  return Math.round(value * 1000) / 1000
}

function fitted(text: string, { width, height }: Region, { font, extentOf, size, wrap }: TextSetting): Lines {
  const texts = text.replaceAll('\t', '    ').split(/\r\n|[\n\r\u2028\u2029]/)
  const paragraphs = texts.map((paragraph) => wordsOf(paragraph, font))
  const extent = extentOf(texts.join(' '), font, 1)
  const line = extent.ascent - extent.descent
  const at = (tried: number, breaking: boolean): Lines | null => {
    const lines: string[] = []
    const room = { width: wrap ? width / tried : Number.POSITIVE_INFINITY, lines: height / (tried * line) + EPSILON }
    for (const words of paragraphs) {
      const broken = linesOf(words, { ...room, lines: room.lines - lines.length }, breaking ? font : null)
      if (!broken) return null
      lines.push(...broken)
    }
    if (!wrap && lines.some((one) => font.widthOfTextAtSize(one, tried) > width + EPSILON)) return null
    return { size: tried, lines, extent }
  }
  const most = size === 'fit' ? LARGEST : size
  const found = largest(most, (tried) => at(tried, false)) ?? (wrap ? largest(most, (tried) => at(tried, true)) : null)
  if (!found) throw new KysoError('ERR_APPEARANCE_ROOM', 'a text that does not fit into its box', { width: Math.floor(width), height: Math.floor(height) })
  return found
}

/** What is lost when widths are added up. */
const EPSILON = 1e-6

/** The largest size for which there is something: the wanted one, or by halving what is below. */
function largest(most: number, at: (size: number) => Lines | null): Lines | null {
  const wanted = at(most)
  if (wanted || most <= SMALLEST) return wanted
  let found = at(SMALLEST)
  if (!found) return null
  let [low, high] = [SMALLEST / STEP, Math.ceil(most / STEP)]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const tried = at(middle * STEP)
    if (tried) [low, found] = [middle, tried]
    else high = middle
  }
  return found
}

function wordsOf(paragraph: string, font: PDFFont): Word[] {
  return Array.from(paragraph.normalize('NFC').matchAll(/([^ ]*)( *)/g))
    .filter(([whole]) => whole !== '')
    .map(([, text = '', spaces = '']) => ({ text, spaces, width: font.widthOfTextAtSize(text, 1), spaceWidth: font.widthOfTextAtSize(spaces, 1) }))
}

/**
 * Words in lines of a width, at a size of 1.
 *
 * @param breaker measures letters, where a word may be broken
 * @returns `null` where a word is too long and may not be broken, and where there are more lines than there is room for
 */
function linesOf(words: readonly Word[], room: { readonly width: number; readonly lines: number }, breaker: PDFFont | null): string[] | null {
  const { width } = room
  const lines: string[] = []
  let [line, used] = ['', 0]
  const end = (): void => {
    lines.push(line.trimEnd())
    ;[line, used] = ['', 0]
  }
  for (const word of words) {
    if (line !== '' && used + word.width > width + EPSILON) end()
    if (word.width > width + EPSILON) {
      if (!breaker) return null
      for (const letter of word.text) {
        const wide = breaker.widthOfTextAtSize(letter, 1)
        if (wide > width) return null
        if (used + wide > width + EPSILON) end()
        if (lines.length > room.lines) return null
        line += letter
        used += wide
      }
    } else {
      line += word.text
      used += word.width
    }
    line += word.spaces
    used += word.spaceWidth
    if (lines.length > room.lines) return null
  }
  end()
  return lines.length > room.lines ? null : lines
}
