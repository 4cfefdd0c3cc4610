/**
 * The objects of ISO 32000-2 §7.3, as read from a file or made to be written. All are immutable to their users, so that
 * an object may be shared, cached and compared by identity.
 *
 * `start` and `end` are offsets in the file of the token with its delimiters. They are `-1` where there is none: in
 * object streams, and in objects that a program has made.
 */

/** Any object. The null object is `null`, booleans are themselves. */
export type PdfObject = null | boolean | PdfNumber | PdfName | PdfString | PdfArray | PdfDict | PdfStream | PdfRef | PdfPlaceholder

/**
 * An integer or real number (§7.3.3).
 *
 * @example
 * ```ts
 * new PdfNumber(12).isInteger // => true
 * ```
 */
export class PdfNumber {
  readonly value: number
  /** Whether it was written as an integer: `1` is one, `1.0` is not. */
  readonly isInteger: boolean

  constructor(value: number, isInteger: boolean = Number.isInteger(value)) {
    this.value = value
    this.isInteger = isInteger
  }
}

/**
 * A name (§7.3.5).
 *
 * @example
 * ```ts
 * new PdfName('Sig').name // => 'Sig'
 * ```
 */
export class PdfName {
  /** Its bytes after `#xx` was decoded, one character a byte, without the slash. */
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A literal or hexadecimal string (§7.3.4).
 *
 * @example
 * ```ts
 * const id = new PdfString(digest.subarray(0, 16), true)
 * ```
 */
export class PdfString {
  /** Decoded, and decrypted where the document is encrypted. */
  readonly bytes: Uint8Array
  /** Whether it was (or shall be) written in hexadecimal. */
  readonly hex: boolean
  readonly start: number
  readonly end: number

  constructor(bytes: Uint8Array, hex = false, start = -1, end = -1) {
    this.bytes = bytes
    this.hex = hex
    this.start = start
    this.end = end
  }
}

/**
 * An array (§7.3.6).
 *
 * @example
 * ```ts
 * const box = new PdfArray([0, 0, 595, 842].map((one) => new PdfNumber(one)))
 * ```
 */
export class PdfArray {
  readonly items: readonly PdfObject[]
  readonly start: number
  readonly end: number

  constructor(items: readonly PdfObject[], start = -1, end = -1) {
    this.items = items
    this.start = start
    this.end = end
  }
}

const NO_DUPLICATES: readonly string[] = []

/**
 * A dictionary (§7.3.7). §7.3.7 forbids a key to stand twice; where one does, the last value is the one in `entries`
 * (what most readers show) and the key is named in `duplicates`. Whoever bases a judgement on a value looks there first.
 *
 * @example
 * ```ts
 * new PdfDict(new Map([['Type', new PdfName('Sig')]])).has('Type') // => true
 * ```
 */
export class PdfDict {
  readonly entries: ReadonlyMap<string, PdfObject>
  /** Keys that stand more than once, each named once. */
  readonly duplicates: readonly string[]
  readonly start: number
  readonly end: number

  constructor(entries: ReadonlyMap<string, PdfObject> = new Map(), duplicates: readonly string[] = NO_DUPLICATES, start = -1, end = -1) {
    this.entries = entries
    this.duplicates = duplicates
    this.start = start
    this.end = end
  }

  /** The direct value of a key (a reference stays one); `undefined` when the key is absent. */
  get(key: string): PdfObject | undefined {
    return this.entries.get(key)
  }

  /** Whether the key is present. */
  has(key: string): boolean {
    return this.entries.has(key)
  }
}

/**
 * A stream (§7.3.8): its dictionary and where its encoded bytes lie in the file.
 *
 * @example
 * ```ts
 * const document = await openPdf(pdf)
 * for (const [number] of document.entries()) {
 *   const object = document.get(number)
 *   if (object instanceof PdfStream) console.log(document.streamData(object).length)
 * }
 * ```
 */
export class PdfStream {
  readonly dict: PdfDict
  /** File offset of the first encoded byte; -1 when `data` has the bytes. */
  readonly start: number
  /** Number of encoded bytes. */
  readonly length: number
  /** The encoded bytes of a stream that a program has made; `undefined` for one that lies in a file. */
  readonly data: Uint8Array | undefined
  /** The object it is, which its decryption needs; 0 when made by a program. */
  readonly objectNumber: number
  readonly generation: number

  constructor(dict: PdfDict, start: number, length: number, objectNumber = 0, generation = 0, data?: Uint8Array) {
    this.dict = dict
    this.start = start
    this.length = length
    this.objectNumber = objectNumber
    this.generation = generation
    this.data = data
  }
}

/**
 * An indirect reference, `12 0 R` (§7.3.10).
 *
 * @example
 * ```ts
 * `${new PdfRef(12)}` // => '12 0 R'
 * ```
 */
export class PdfRef {
  readonly number: number
  readonly generation: number

  constructor(number: number, generation = 0) {
    this.number = number
    this.generation = generation
  }

  /** `12 0 R`, which is also a key for maps and sets. */
  toString(): string {
    return `${this.number} ${this.generation} R`
  }
}

/**
 * A token of fixed width in an object that is to be written, whose place in the file its user has to know: `/ByteRange`
 * and `/Contents` of a signature (§12.8.1). Written verbatim, never encrypted; never the result of reading.
 *
 * @example
 * ```ts
 * const room = new PdfPlaceholder('contents', new TextEncoder().encode('<00000000>'))
 * const update = new PdfUpdate(await openPdf(pdf))
 * update.add(pdfDict({ Contents: room }))
 * update.build().placeholders.get('contents')?.length // => 10
 * ```
 */
export class PdfPlaceholder {
  /** What its offset is asked for by. */
  readonly label: string
  readonly bytes: Uint8Array

  constructor(label: string, bytes: Uint8Array) {
    this.label = label
    this.bytes = bytes
  }
}

/**
 * A dictionary of a program's own values.
 *
 * @param entries by key without the slash, in the order in which they are written
 * @example
 * ```ts
 * pdfDict({ Type: new PdfName('Annot') }).has('Type') // => true
 * ```
 */
export function pdfDict(entries: Iterable<readonly [string, PdfObject]> | Readonly<Record<string, PdfObject>>): PdfDict {
  return new PdfDict(new Map(Symbol.iterator in entries ? (entries as Iterable<readonly [string, PdfObject]>) : Object.entries(entries)))
}

/**
 * A stream of a program's own.
 *
 * @param dict its entries; `/Length` is set when it is written
 * @param data encoded as `/Filter` says, not encrypted
 * @example
 * ```ts
 * pdfStream({ Type: new PdfName('Metadata') }, new TextEncoder().encode('<x/>')).length // => 4
 * ```
 */
export function pdfStream(dict: PdfDict | Readonly<Record<string, PdfObject>>, data: Uint8Array): PdfStream {
  return new PdfStream(dict instanceof PdfDict ? dict : pdfDict(dict), -1, data.length, 0, 0, data)
}

/**
 * A copy of a dictionary with some entries set, or removed where the value is `undefined`; the other keys keep their order.
 *
 * @param changes new values by key; those of keys that were not there come last
 * @example
 * ```ts
 * const dict = withEntries(pdfDict({ A: true, B: true }), { A: undefined, C: false })
 * Array.from(dict.entries.keys()) // => ['B', 'C']
 * ```
 */
export function withEntries(dict: PdfDict, changes: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
  const entries = new Map(dict.entries)
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) entries.delete(key)
    else entries.set(key, value)
  }
  return new PdfDict(entries)
}

/**
 * The integer of a number object that was written as one; `undefined` for anything else.
 *
 * @example
 * ```ts
 * integerOf(new PdfNumber(12)) // => 12
 * integerOf(new PdfNumber(12, false)) // => undefined
 * ```
 */
export function integerOf(object: PdfObject | undefined): number | undefined {
  return object instanceof PdfNumber && object.isInteger && Number.isSafeInteger(object.value) ? object.value : undefined
}

/**
 * The text of a name object; `undefined` for anything else.
 *
 * @example
 * ```ts
 * nameOf(new PdfName('Sig')) // => 'Sig'
 * nameOf(null) // => undefined
 * ```
 */
export function nameOf(object: PdfObject | undefined): string | undefined {
  return object instanceof PdfName ? object.name : undefined
}
