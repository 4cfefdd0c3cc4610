/**
 * Pages of every geometry, made in memory: turned, cropped, in other units, with what they need inherited or in object streams.
 * To the reader all look alike: a frame along the edge of what is seen, a triangle that points up, a red square at the lower left.
 */
import { deflateSync } from 'node:zlib'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'

/** Lower left and upper right corner, in default user space. */
export type Box = readonly [number, number, number, number]

/** What decides how a page is seen (ISO 32000-2 table 31). */
export interface PageGeometry {
  readonly mediaBox: Box
  readonly cropBox?: Box
  readonly rotate?: 0 | 90 | 180 | 270
  readonly userUnit?: number
}

/** A rectangle on the page as it is seen, in points from the lower left corner. */
export type SeenRectangle = readonly [x: number, y: number, width: number, height: number]

/** What is seen of a page: its size in points, and the matrix from there to default user space. */
export interface Seen {
  readonly width: number
  readonly height: number
  readonly matrix: readonly [number, number, number, number, number, number]
}

/** How the reader sees a page: its crop box, turned clockwise by `/Rotate`, in points. */
export function seen({ mediaBox, cropBox = mediaBox, rotate = 0, userUnit = 1 }: PageGeometry): Seen {
  const [left, bottom, right, top] = cropBox
  const upright = rotate % 180 === 0
  const [width, height] = [(upright ? right - left : top - bottom) * userUnit, (upright ? top - bottom : right - left) * userUnit]
  const unit = 1 / userUnit
  if (rotate === 90) return { width, height, matrix: [0, unit, -unit, 0, right, bottom] }
  if (rotate === 180) return { width, height, matrix: [-unit, 0, 0, -unit, right, top] }
  if (rotate === 270) return { width, height, matrix: [0, -unit, unit, 0, left, top] }
  return { width, height, matrix: [unit, 0, 0, unit, left, bottom] }
}

/** The rectangle of an annotation in default user space, for where it is seen. */
export function rectOf(geometry: PageGeometry, [x, y, width, height]: SeenRectangle): Box {
  const [a, b, c, d, e, f] = seen(geometry).matrix
  const at = (u: number, v: number): [number, number] => [a * u + c * v + e, b * u + d * v + f]
  const [p, q] = [at(x, y), at(x + width, y + height)]
  return [Math.min(p[0], q[0]), Math.min(p[1], q[1]), Math.max(p[0], q[0]), Math.max(p[1], q[1])]
}

/** Objects from 1 on without gaps, each as it is written between `obj` and `endobj`, one character a byte. */
export type PageObjects = readonly string[]

/** A stream object of the text, which is one character a byte. */
export function streamObject(dict: string, data: string): string {
  return `<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`
}

/** How a file is written: with a table, with a cross-reference stream, or with that and all but streams in an object stream. */
export type FileForm = 'table' | 'xref-stream' | 'object-streams'

const ID = '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]'

/** A file of one revision. Object 1 is its catalog. */
export function pdfFile(objects: PageObjects, form: FileForm = 'table', version = '1.7'): Uint8Array {
  const inside = form === 'object-streams' ? objects.flatMap((body, i) => (body.includes('endstream') ? [] : [i])) : []
  const parts: string[] = [`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`]
  let length = parts[0]?.length ?? 0
  const write = (number: number, body: string): number => {
    const text = `${number} 0 obj\n${body}\nendobj\n`
    parts.push(text)
    const at = length
    length += text.length
    return at
  }
  /** Rows of the cross-reference (ISO 32000-2 table 18): kind, offset or stream, generation or index. */
  const rows: (readonly [number, number, number])[] = [[0, 0, 65535]]
  for (const [i, body] of objects.entries()) if (!inside.includes(i)) rows[i + 1] = [1, write(i + 1, body), 0]
  if (inside.length > 0) {
    const number = objects.length + 1
    for (const [index, i] of inside.entries()) rows[i + 1] = [2, number, index]
    rows[number] = [1, write(number, objectStream(objects, inside)), 0]
  }
  const start = length
  const tail = `startxref\n${start}\n%%EOF\n`
  if (form === 'table') {
    const table = rows.map(([kind, offset, generation]) => `${pad(offset, 10)} ${pad(generation, 5)} ${kind === 0 ? 'f' : 'n'} \n`).join('')
    parts.push(`xref\n0 ${rows.length}\n${table}trailer\n<</Size ${rows.length}/Root 1 0 R${ID}>>\n${tail}`)
  } else {
    rows.push([1, start, 0])
    const data = rows.map((row) => row.map((value, i) => bytesOf(value, [1, 4, 2][i] ?? 0)).join('')).join('')
    write(rows.length - 1, streamObject(`/Type/XRef/Size ${rows.length}/Root 1 0 R/W[1 4 2]/Filter/FlateDecode${ID}`, deflated(data)))
    parts.push(tail)
  }
  return concat(parts.map((part) => latin1(part)))
}

function objectStream(objects: PageObjects, inside: readonly number[]): string {
  const pairs: string[] = []
  let at = 0
  for (const i of inside) {
    pairs.push(`${i + 1} ${at}`)
    at += (objects[i]?.length ?? 0) + 1
  }
  const head = `${pairs.join(' ')}\n`
  const data = head + inside.map((i) => objects[i]).join('\n')
  return streamObject(`/Type/ObjStm/N ${inside.length}/First ${head.length}/Filter/FlateDecode`, deflated(data))
}

function deflated(data: string): string {
  return fromLatin1(deflateSync(latin1(data)))
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function bytesOf(value: number, width: number): string {
  return Array.from({ length: width }, (_, i) => String.fromCharCode(Math.floor(value / 256 ** (width - 1 - i)) % 256)).join('')
}

/**
 * What stands on the page. The media box is pale yellow, what is seen of it white.
 *
 * @param figure operators around the triangle, as tagged content has them
 * @param rest operators around all that is not it
 */
export function pageContent(geometry: PageGeometry, figure: readonly [string, string] = ['', ''], rest: readonly [string, string] = ['', '']): string {
  const { width, height, matrix } = seen(geometry)
  const [left, bottom, right, top] = geometry.mediaBox
  const [x, y] = [width / 2, height / 2]
  return [
    `${rest[0]}q 1 1 0.8 rg ${left} ${bottom} ${right - left} ${top - bottom} re f`,
    `${matrix.join(' ')} cm 1 g 0 0 ${width} ${height} re f`,
    `0.6 G 2 w 4 4 ${width - 8} ${height - 8} re S`,
    `0.8 0.1 0.1 rg 8 8 10 10 re f Q${rest[1]}`,
    `${figure[0]}q ${matrix.join(' ')} cm 0.7 0.85 0.95 rg ${x - 30} ${y - 30} m ${x + 30} ${y - 30} l ${x} ${y + 40} l f Q${figure[1]}`,
  ].join('\n')
}

/** The entries of a page that its geometry is in. */
export function geometryEntries({ mediaBox, cropBox, rotate, userUnit }: PageGeometry): string {
  return [
    `/MediaBox[${mediaBox.join(' ')}]`,
    cropBox ? `/CropBox[${cropBox.join(' ')}]` : '',
    rotate ? `/Rotate ${rotate}` : '',
    userUnit ? `/UserUnit ${userUnit}` : '',
  ].join('')
}

/** An empty signature field that stands where it is seen, as a widget of its page. */
export function signatureFieldObject(geometry: PageGeometry, rectangle: SeenRectangle, name: string, page: number, more = ''): string {
  const turned = geometry.rotate ? `/MK<</R ${geometry.rotate}>>` : ''
  return `<</Type/Annot/Subtype/Widget/FT/Sig/T(${name})/F 4/P ${page} 0 R/Rect[${rectOf(geometry, rectangle).join(' ')}]${turned}${more}>>`
}

/** A page to sign on. */
export interface PageFixture {
  readonly name: string
  readonly geometry: PageGeometry
  readonly pdf: Uint8Array
  /** Number of the page, from 1. */
  readonly page: number
}

/** Name of the empty signature field that every fixture has. */
export const FIXTURE_FIELD = 'Prepared'
/** Where that field is seen. */
export const FIXTURE_FIELD_RECTANGLE: SeenRectangle = [50, 54, 200, 60]

const PORTRAIT: Box = [0, 0, 300, 420]
const LANDSCAPE: Box = [0, 0, 420, 300]
/** A crop box away from the origin, with other margins on every side. */
const CROPPED: PageGeometry = { mediaBox: [-20, 10, 400, 520], cropBox: [30, 60, 330, 480] }

/** One page whose entries are its own; `written` are those of its geometry. */
function ownPage(geometry: PageGeometry, form: FileForm = 'table', written = geometryEntries(geometry)): Uint8Array {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    `<</Type/Page/Parent 2 0 R${written}/Resources<<>>/Contents 4 0 R/Annots[5 0 R]>>`,
    streamObject('', pageContent(geometry)),
    signatureFieldObject(geometry, FIXTURE_FIELD_RECTANGLE, FIXTURE_FIELD, 3),
  ]
  return pdfFile(objects, form)
}

/** One page without form and fields. */
export function plainPdf(geometry: PageGeometry, form: FileForm = 'table'): Uint8Array {
  const page = `<</Type/Page/Parent 2 0 R${geometryEntries(geometry)}/Resources<<>>/Contents 4 0 R>>`
  return pdfFile(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[3 0 R]>>', page, streamObject('', pageContent(geometry))], form)
}

/** One page that has nothing of its own but its content: resources, boxes and rotation come from two nodes above it (§7.7.3.4). */
function inheritingPage(geometry: PageGeometry): Uint8Array {
  return pdfFile([
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
    `<</Type/Pages/Count 1/Kids[6 0 R]/MediaBox[${geometry.mediaBox.join(' ')}]/Resources<<>>/Rotate 0>>`,
    '<</Type/Page/Parent 6 0 R/Contents 4 0 R/Annots 7 0 R>>',
    streamObject('', pageContent(geometry)),
    signatureFieldObject(geometry, FIXTURE_FIELD_RECTANGLE, FIXTURE_FIELD, 3),
    `<</Type/Pages/Parent 2 0 R/Count 1/Kids[3 0 R]/CropBox[${(geometry.cropBox ?? geometry.mediaBox).join(' ')}]/Rotate ${geometry.rotate ?? 0}>>`,
    '[5 0 R]',
  ])
}

/** Three pages, of which the last is turned and has the field. */
function lastOfThree(geometry: PageGeometry): Uint8Array {
  const plain: PageGeometry = { mediaBox: PORTRAIT }
  return pdfFile([
    '<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R>>',
    '<</Type/Pages/Count 3/Kids[6 0 R 7 0 R 3 0 R]>>',
    `<</Type/Page/Parent 2 0 R${geometryEntries(geometry)}/Resources<<>>/Contents 4 0 R/Annots[5 0 R]>>`,
    streamObject('', pageContent(geometry)),
    signatureFieldObject(geometry, FIXTURE_FIELD_RECTANGLE, FIXTURE_FIELD, 3),
    `<</Type/Page/Parent 2 0 R${geometryEntries(plain)}/Resources<<>>/Contents 9 0 R>>`,
    `<</Type/Page/Parent 2 0 R${geometryEntries(plain)}/Resources<<>>/Contents 9 0 R>>`,
    '<</Fields[5 0 R]>>',
    streamObject('', pageContent(plain)),
  ])
}

/** A page of every kind, each with the empty field {@link FIXTURE_FIELD} at {@link FIXTURE_FIELD_RECTANGLE}; all are 300 by 420 points or 420 by 300 as seen. */
export function pageFixtures(): readonly PageFixture[] {
  const own = (name: string, geometry: PageGeometry, form?: FileForm, written?: string): PageFixture => ({
    name,
    geometry,
    pdf: ownPage(geometry, form, written),
    page: 1,
  })
  const inheriting: PageGeometry = { ...CROPPED, rotate: 90 }
  const last: PageGeometry = { mediaBox: LANDSCAPE, rotate: 90 }
  return [
    own('portrait', { mediaBox: PORTRAIT }),
    own('landscape', { mediaBox: LANDSCAPE }),
    own('rotated-90', { mediaBox: PORTRAIT, rotate: 90 }),
    own('rotated-180', { mediaBox: PORTRAIT, rotate: 180 }),
    own('rotated-270', { mediaBox: PORTRAIT, rotate: 270 }),
    own('cropped', CROPPED),
    own('cropped-rotated-90', { ...CROPPED, rotate: 90 }),
    own('cropped-rotated-180', { ...CROPPED, rotate: 180 }),
    own('cropped-rotated-270', { ...CROPPED, rotate: 270 }),
    own('user-unit', { mediaBox: [0, 0, 150, 210], userUnit: 2 }),
    own('user-unit-cropped-rotated-90', { mediaBox: [-10, 5, 200, 260], cropBox: [15, 30, 165, 240], rotate: 90, userUnit: 2 }),
    // Corners in another order, a crop box that goes beyond the media box, a turn by less than nothing (§7.9.5, §14.11.2.1, table 31).
    own('oddly-written', { mediaBox: PORTRAIT, rotate: 270 }, 'table', '/MediaBox[300 420 0 0]/CropBox[-50 470 310 -20]/Rotate -90'),
    own('xref-stream', { mediaBox: PORTRAIT }, 'xref-stream'),
    own('object-streams', { ...CROPPED, rotate: 270 }, 'object-streams'),
    { name: 'inherited', geometry: inheriting, pdf: inheritingPage(inheriting), page: 1 },
    { name: 'last-of-three', geometry: last, pdf: lastOfThree(last), page: 3 },
  ]
}
