/** What the visible signatures of the tests show. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { latin1 } from '../../src/core/bytes.ts'
import { type Appearance, type AppearanceBox, type DrawnAppearance, drawAppearance, fieldText, textAppearance } from '../../src/pades/appearance/index.ts'
import { PdfArray, PdfName, PdfNumber, pdfDict, pdfStream } from '../../src/pdf/index.ts'
import { writePng } from './png.ts'

/** DejaVu Sans, which has every letter of Vietnamese. */
const FONT = new Uint8Array(readFileSync(fileURLToPath(new URL('../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', import.meta.url))))

/** A sentence with letters of one and two marks, in composed form. */
export const VIETNAMESE = 'Nguyễn Thị Ngọc Ánh – Đã ký số, ngày 22/11/2026 – Ủy ban nhân dân tỉnh'

/** All letters with marks, small and capital, a line a vowel. */
export const LETTERS: readonly string[] = [
  'aáàảãạ',
  'ăắằẳẵặ',
  'âấầẩẫậ',
  'eéèẻẽẹ',
  'êếềểễệ',
  'iíìỉĩị',
  'oóòỏõọ',
  'ôốồổỗộ',
  'ơớờởỡợ',
  'uúùủũụ',
  'ưứừửữự',
  'yýỳỷỹỵ',
  'dđ',
].map((line) => `${line} ${line.toUpperCase()}`)

/** A filled box with a white triangle that points up and a black square at the lower left: its place and its turn can be seen. By hand, without text. */
export function arrow(red: number, green: number, blue: number): Appearance {
  return { draw: async (box) => arrowForm(box, [red, green, blue]) }
}

function arrowForm({ width, height }: AppearanceBox, colour: readonly number[]): DrawnAppearance {
  const [x, y, size] = [width / 2, height / 2, height / 3]
  const content = `${colour.join(' ')} rg 0 0 ${width} ${height} re f 0 g 0 0 ${size} ${size} re f 1 g ${x - size} ${y - size} m ${x + size} ${y - size} l ${x} ${y + size} l f`
  const bbox = new PdfArray([0, 0, width, height].map((value) => new PdfNumber(value)))
  const form = pdfStream({ Type: new PdfName('XObject'), Subtype: new PdfName('Form'), BBox: bbox, Resources: pdfDict({}) }, latin1(content))
  return { objects: new Map([[1, form]]), form: 1 }
}

/** Lines of text in a blue frame. */
export function textLook(text: string, size = 10): Appearance {
  return textAppearance({ text, font: FONT, size, colour: [0.1, 0.1, 0.3], border: { colour: [0.1, 0.2, 0.6] } })
}

/** Text and nothing else, up to the edge of its box. */
export function bareLook(text: string, size: number | 'fit'): Appearance {
  return textAppearance({ text, font: FONT, size, padding: 0 })
}

/** A round red seal, half transparent at its edge and clear around, as an image with an alpha channel. */
export function sealLook(): Appearance {
  return drawAppearance(async (page, { box, image }) => {
    page.drawImage(await image(SEAL), { x: 0, y: 0, width: box.width, height: box.height })
  })
}

const SEAL = seal(180)

function seal(size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 3)
  const alpha = new Uint8Array(size * size)
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [(i % size) - size / 2 + 0.5, Math.floor(i / size) - size / 2 + 0.5]
    const radius = Math.hypot(x, y) / (size / 2)
    // A ring outside, a ring inside, a star of five points in the middle.
    // The distance of a star's edge in this direction: a line from the tip at 0.42 to the notch at 0.16.
    const angle = Math.abs(((Math.atan2(x, -y) / (Math.PI / 5) + 10) % 2) - 1)
    const star = radius < 0.42 - 0.26 * (1 - angle)
    const ring = Math.min(Math.abs(radius - 0.93) / 0.05, Math.abs(radius - 0.66) / 0.02)
    pixels.set([200, 16, 30], i * 3)
    alpha[i] = star || ring <= 1 ? 255 : ring < 1.6 ? 110 : 0
  }
  return writePng({ width: size, height: size, pixels }, alpha)
}

/** The text of form fields, in a font that is embedded. */
export const fieldLook = fieldText({ font: FONT })
