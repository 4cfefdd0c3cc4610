/** Objects as bytes (ISO 32000-2 §7.3): one way to write each, so that equal input gives equal output. */
import { KysoError } from '../core/errors.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfPlaceholder, PdfRef, PdfString } from './objects.ts'

/**
 * Gathers bytes into one array that grows.
 *
 * @example
 * ```ts
 * const sink = new ByteSink()
 * sink.text('1 0 obj\n')
 * sink.length // => 8
 * ```
 */
export class ByteSink {
  #bytes = new Uint8Array(8192)
  #length = 0

  /** How many there are. */
  get length(): number {
    return this.#length
  }

  /** Appends bytes. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Appends a text of one byte a character. */
  text(text: string): void {
    this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length + i] = text.charCodeAt(i)
    this.#length += text.length
  }

  #reserve(length: number): void {
    const needed = this.#length + length
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }

  /** All that was appended. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** What is done while writing. */
export interface SerializeOptions {
  /** Encrypts the content of a string. */
  readonly encrypt?: ((bytes: Uint8Array) => Uint8Array) | undefined
  /** Told of each placeholder, with its place in the sink. */
  readonly onPlaceholder?: ((placeholder: PdfPlaceholder, at: number) => void) | undefined
  /** How deep arrays and dictionaries may lie in each other. */
  readonly depth?: number
}

/** Far from what the call stack holds. */
const MAX_DEPTH = 1_000

/**
 * Writes a direct object. Streams are written by `PdfUpdate` only.
 *
 * @param sink what is appended to
 * @throws ERR_ARGUMENT for what PDF has no notation for
 * @example
 * ```ts
 * const sink = new ByteSink()
 * serialize(pdfDict({ Type: new PdfName('Annot') }), sink)
 * new TextDecoder().decode(sink.take()) // => '<</Type /Annot\n>>'
 * ```
 */
export function serialize(object: PdfObject, sink: ByteSink, options: SerializeOptions = {}): void {
  write(object, sink, options, options.depth ?? MAX_DEPTH)
}

function write(object: PdfObject, sink: ByteSink, options: SerializeOptions, depth: number): void {
  if (depth < 0) throw new KysoError('ERR_ARGUMENT', 'an object nested too deep to be written')
  if (object === null || typeof object === 'boolean') sink.text(String(object))
  else if (object instanceof PdfNumber) sink.text(numberText(object))
  else if (object instanceof PdfName) sink.text(nameText(object.name))
  else if (object instanceof PdfString) writeString(object, sink, options.encrypt)
  else if (object instanceof PdfRef) sink.text(object.toString())
  else if (object instanceof PdfPlaceholder) {
    options.onPlaceholder?.(object, sink.length)
    sink.bytes(object.bytes)
  } else if (object instanceof PdfArray) {
    sink.text('[')
    object.items.forEach((item, i) => {
      if (i > 0) sink.text(' ')
      write(item, sink, options, depth - 1)
    })
    sink.text(']')
  } else if (object instanceof PdfDict) writeDict(object, sink, options, depth)
  else throw new KysoError('ERR_ARGUMENT', 'a stream is always an indirect object (ISO 32000-2 §7.3.8.1)')
}

function writeDict(dict: PdfDict, sink: ByteSink, options: SerializeOptions, depth: number): void {
  // §7.6.2: the hexadecimal /Contents of a signature dictionary is never encrypted.
  const isSignature = dict.has('ByteRange')
  sink.text('<<')
  for (const [key, value] of dict.entries) {
    if (value === null) continue
    sink.text(`${nameText(key)} `)
    const plain = isSignature && key === 'Contents' && value instanceof PdfString && value.hex
    if (plain) writeString(value, sink, undefined)
    else write(value, sink, options, depth - 1)
    sink.text('\n')
  }
  sink.text('>>')
}

/** A number without exponent (§7.3.3), and exactly the one that was given. */
function numberText({ value, isInteger }: PdfNumber): string {
  if (!Number.isFinite(value)) throw new KysoError('ERR_ARGUMENT', `PDF has no number ${value}`)
  const text = plainDecimal(value)
  return isInteger || text.includes('.') ? text : `${text}.0`
}

function plainDecimal(value: number): string {
  const text = String(value === 0 ? 0 : value)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const digits = `${match[2]}${match[3] ?? ''}`
  const point = 1 + Number(match[4])
  if (point <= 0) return `${match[1]}0.${'0'.repeat(-point)}${digits}`
  return `${match[1]}${digits.padEnd(point, '0')}`
}

const HEX = '0123456789ABCDEF'

function hexByte(byte: number): string {
  return `${HEX[byte >> 4]}${HEX[byte & 15]}`
}

function nameText(name: string): string {
  return `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (character) => {
    const code = character.charCodeAt(0)
    if (code > 0xff) throw new KysoError('ERR_ARGUMENT', 'a name with a character that is no byte')
    return `#${hexByte(code)}`
  })}`
}

function writeString(string: PdfString, sink: ByteSink, encrypt: SerializeOptions['encrypt']): void {
  const bytes = encrypt ? encrypt(string.bytes) : string.bytes
  if (string.hex || encrypt) {
    const text = new Uint8Array(2 * bytes.length + 2)
    text[0] = 0x3c
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      text[2 * i + 1] = HEX.charCodeAt(byte >> 4)
      text[2 * i + 2] = HEX.charCodeAt(byte & 15)
    }
    text[text.length - 1] = 0x3e
    sink.bytes(text)
    return
  }
  let text = ''
  for (const byte of bytes) {
    if (byte === 0x28 || byte === 0x29 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`
    else if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, '0')}`
    else text += String.fromCharCode(byte)
  }
  sink.text(`(${text})`)
}
