/** The PDFs that are measured on: made anew for each run, equal from run to run. */
import { closeSync, openSync, writeSync } from 'node:fs'

/** What is made. */
export interface DocumentPlan {
  readonly pages: number
  /** Dictionaries that nothing refers to, as a register of entries would be. */
  readonly entries: number
  /** Content streams that pages share, and how many bytes each has. */
  readonly streams: number
  readonly streamSize: number
}

/** A letter: 50 kB. */
export const LETTER: DocumentPlan = { pages: 3, entries: 20, streams: 3, streamSize: 16_000 }
/** A contract of 1,000 pages: 5 MB. */
export const CONTRACT: DocumentPlan = { pages: 1_000, entries: 2_000, streams: 1_000, streamSize: 4_000 }
/** A scanned file: 100 MB, in big streams and in some ten thousand objects. */
export const SCAN: DocumentPlan = { pages: 1_000, entries: 20_000, streams: 48, streamSize: 2_100_000 }
/** A register: 800,000 objects. */
export const REGISTER: DocumentPlan = { pages: 100, entries: 800_000, streams: 4, streamSize: 10_000 }

const BLOCK = 1 << 20

/** Bytes that no compression makes anything of, from a linear congruential generator (Numerical Recipes, §7.1). */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** Gathers bytes into writes of a megabyte. */
class Output {
  readonly #descriptor: number
  readonly #buffer = Buffer.alloc(BLOCK)
  #used = 0
  size = 0

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w')
  }

  text(text: string): void {
    if (this.#used + text.length > BLOCK) this.#flush()
    this.#used += this.#buffer.write(text, this.#used, 'latin1')
    this.size += text.length
  }

  bytes(bytes: Uint8Array): void {
    this.#flush()
    writeSync(this.#descriptor, bytes)
    this.size += bytes.length
  }

  close(): void {
    this.#flush()
    closeSync(this.#descriptor)
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#buffer, 0, this.#used)
    this.#used = 0
  }
}

/** Writes a PDF with a cross-reference table. */
export function writeDocument(path: string, { pages, entries, streams, streamSize }: DocumentPlan): void {
  const output = new Output(path)
  const offsets: number[] = []
  const firstPage = 3
  const firstStream = firstPage + pages
  const object = (body: string): void => {
    offsets.push(output.size)
    output.text(`${offsets.length} 0 obj\n${body}\nendobj\n`)
  }
  output.text('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
  object('<</Type/Catalog/Pages 2 0 R>>')
  object(`<</Type/Pages/Count ${pages}/Kids[${Array.from({ length: pages }, (_, i) => `${firstPage + i} 0 R`).join(' ')}]>>`)
  for (let i = 0; i < pages; i++) object(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${firstStream + (i % streams)} 0 R>>`)
  const data = noise(streamSize)
  for (let i = 0; i < streams; i++) {
    offsets.push(output.size)
    output.text(`${offsets.length} 0 obj\n<</Length ${data.length}>>\nstream\n`)
    output.bytes(data)
    output.text('\nendstream\nendobj\n')
  }
  for (let i = 0; i < entries; i++) object(`<</Type/Entry/Number ${i}/Text(entry ${i})>>`)
  const startxref = output.size
  output.text(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`)
  for (const offset of offsets) output.text(`${String(offset).padStart(10, '0')} 00000 n \n`)
  output.text(`trailer\n<</Size ${offsets.length + 1}/Root 1 0 R>>\nstartxref\n${startxref}\n%%EOF\n`)
  output.close()
}
