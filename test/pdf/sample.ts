/** Small PDFs made by hand, so that each test says what is in its file. */
import { concat, latin1 } from '../../src/core/bytes.ts'

/** Objects by number, each as it is written between `obj` and `endobj`. */
export type Objects = Readonly<Record<number, string>>

/** A catalog and one page. */
export const BASIC: Objects = {
  1: '<</Type/Catalog/Pages 2 0 R>>',
  2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>',
}

/** How a section is written. */
export interface SectionOptions {
  readonly trailer?: string
  /** What the offsets count from. */
  readonly base?: number
  readonly generations?: Readonly<Record<number, number>>
  /** Object number of the cross-reference stream. */
  readonly number?: number
  /** Widths of the fields. */
  readonly w?: readonly [number, number, number]
  /** Objects in object streams: number to stream and index. */
  readonly compressed?: Readonly<Record<number, readonly [stream: number, index: number]>>
}

function offset10(offset: number): string {
  return String(offset).padStart(10, '0')
}

/** Writes a file piece by piece. */
export class Sample {
  #parts: Uint8Array[] = []
  #length = 0
  /** Place of the last section. */
  xref = 0

  constructor(header = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n') {
    this.text(header)
  }

  get length(): number {
    return this.#length
  }

  text(text: string): this {
    this.#parts.push(latin1(text))
    this.#length += text.length
    return this
  }

  /** Writes objects; their offsets. */
  objects(objects: Objects, generations: Readonly<Record<number, number>> = {}): Map<number, number> {
    const offsets = new Map<number, number>()
    for (const [number, body] of Object.entries(objects)) {
      offsets.set(Number(number), this.#length)
      this.text(`${number} ${generations[Number(number)] ?? 0} obj\n${body}\nendobj\n`)
    }
    return offsets
  }

  /** Objects, table, trailer and end. */
  table(objects: Objects, options: SectionOptions = {}): this {
    const offsets = this.objects(objects, options.generations)
    this.xref = this.#length - (options.base ?? 0)
    this.text('xref\n0 1\n0000000000 65535 f \n')
    for (const [number, offset] of offsets) {
      this.text(`${number} 1\n${offset10(offset - (options.base ?? 0))} ${String(options.generations?.[number] ?? 0).padStart(5, '0')} n \n`)
    }
    return this.text(`trailer\n<</Size 100/Root 1 0 R${options.trailer ?? ''}>>\nstartxref\n${this.xref}\n%%EOF\n`)
  }

  /** Objects, cross-reference stream and end. */
  stream(objects: Objects, options: SectionOptions = {}): this {
    const offsets = this.objects(objects, options.generations)
    this.xref = this.#length
    this.xrefStream(offsets, options)
    return this.text(`startxref\n${this.xref}\n%%EOF\n`)
  }

  /** A cross-reference stream alone. */
  xrefStream(offsets: ReadonlyMap<number, number>, options: SectionOptions = {}): this {
    const { number = 90, w = [1, 3, 1] } = options
    const rows = new Map<number, readonly [number, number, number]>([[number, [1, this.#length, 0]]])
    for (const [object, offset] of offsets) rows.set(object, [1, offset, options.generations?.[object] ?? 0])
    for (const [object, [stream, index]] of Object.entries(options.compressed ?? {})) rows.set(Number(object), [2, stream, index])
    const sorted = [...rows].sort(([a], [b]) => a - b)
    const field = (value: number, width: number): string =>
      String.fromCharCode(...Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** (width - 1 - i)) % 256))
    const data = sorted.map(([, row]) => row.map((value, i) => field(value, w[i] as number)).join('')).join('')
    const index = sorted.map(([object]) => `${object} 1`).join(' ')
    return this.text(
      `${number} 0 obj\n<</Type/XRef/Size 100/Root 1 0 R/W[${w.join(' ')}]/Index[${index}]/Length ${data.length}${options.trailer ?? ''}>>\nstream\n${data}\nendstream\nendobj\n`,
    )
  }

  bytes(): Uint8Array {
    return concat(this.#parts)
  }
}

/** A file of one revision with a table. */
export function simplePdf(objects: Objects = BASIC): Uint8Array {
  return new Sample().table(objects).bytes()
}

/** An object stream's dictionary and content. */
export function objectStream(objects: Objects): string {
  const bodies = Object.values(objects)
  let at = 0
  const head = Object.keys(objects)
    .map((number, i) => {
      const pair = `${number} ${at}`
      at += (bodies[i] as string).length + 1
      return pair
    })
    .join(' ')
  const content = `${head}\n${bodies.join(' ')}`
  return `<</Type/ObjStm/N ${bodies.length}/First ${head.length + 1}/Length ${content.length}>>\nstream\n${content}\nendstream`
}
