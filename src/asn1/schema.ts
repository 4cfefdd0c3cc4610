/**
 * Declarative ASN.1: one schema value reads and writes a structure, and its TypeScript type follows from it. The types of
 * X.680 that PKIX and CMS use, and no more.
 */
import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { CONTEXT, children, type Element, elementBytes, nested, type ReadContext, type Rules, readElement, TAG, UNIVERSAL } from './element.ts'
import { DerWriter } from './writer.ts'

/** Reads and writes values of type `T`. */
export interface Schema<T> {
  /** Whether an element with this tag can be one of these. */
  accepts(tagClass: number, tag: number): boolean
  /** The value of an element whose tag was accepted. */
  read(element: Element, context: ReadContext): T
  /** Writes the element, header and all. */
  write(writer: DerWriter, value: T): void
}

/** A schema with one tag of its own, which implicit tagging can replace. */
export interface TaggedSchema<T> extends Schema<T> {
  readonly tagClass: number
  readonly tag: number
  readonly constructed: boolean
  /** Writes the content without a header. */
  writeContent(writer: DerWriter, value: T): void
}

/** The TypeScript type of a schema's values. */
export type Infer<S> = S extends Schema<infer T> ? T : never

/** A field of a SEQUENCE that may be absent. */
export interface OptionalSchema<T> extends Schema<T | undefined> {
  readonly optional: true
}

/** A field with a DEFAULT. */
export interface DefaultSchema<T> extends Schema<T> {
  readonly fallback: () => T
}

type Fields = Readonly<Record<string, Schema<unknown> | OptionalSchema<unknown> | DefaultSchema<unknown>>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends OptionalSchema<unknown> ? K : never }[keyof F]

/** The value of a SEQUENCE: its fields by name, optional ones as optional properties. */
export type SequenceValue<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: Infer<F[K]>
}

/** How a decoding is done. */
export interface DecodeOptions {
  /** Rules at the top; schemas may change them for their parts. Default DER. */
  rules?: Rules
  budget?: Budget
}

/**
 * Decodes one element that fills `bytes` exactly.
 *
 * @throws KysoError `ERR_ASN1_*` for anything that is not that structure, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const Point = sequence({ x: integer(), y: optional(integer()) })
 * decode(Point, encode(Point, { x: 5n })).x // => 5n
 * ```
 */
export function decode<T>(schema: Schema<T>, bytes: Uint8Array, options: DecodeOptions = {}): T {
  const context: ReadContext = { rules: options.rules ?? 'DER', budget: options.budget ?? new Budget(), depth: 0 }
  const element = readElement(bytes, 0, bytes.length, context)
  if (element.end !== bytes.length) throw new KysoError('ERR_ASN1_SYNTAX', `${bytes.length - element.end} bytes follow the structure`, { offset: element.end })
  return readAs(schema, element, context)
}

/** Decodes the element at the start of `bytes`, whatever follows it; `end` tells where it ended. */
export function decodePrefix<T>(schema: Schema<T>, bytes: Uint8Array, options: DecodeOptions = {}): { value: T; end: number } {
  const context: ReadContext = { rules: options.rules ?? 'DER', budget: options.budget ?? new Budget(), depth: 0 }
  const element = readElement(bytes, 0, bytes.length, context)
  return { value: readAs(schema, element, context), end: element.end }
}

/** Writers that wait to be used again: a new buffer costs more than most of what is written. As many as encodings lie in each other. */
const idleWriters: DerWriter[] = []

/** DER of a value. */
export function encode<T>(schema: Schema<T>, value: T): Uint8Array {
  const writer = idleWriters.pop() ?? new DerWriter()
  schema.write(writer, value)
  const bytes = writer.finish()
  if (writer.clear()) idleWriters.push(writer)
  return bytes
}

function unexpected(element: Element, what: string): KysoError {
  return new KysoError('ERR_ASN1_UNEXPECTED', `${what}: unexpected tag ${element.tagClass}:${element.tag}`, {
    offset: element.start,
    tagClass: element.tagClass,
    tag: element.tag,
  })
}

/** Reads an element as what a schema says, checking the tag. */
export function readAs<T>(schema: Schema<T>, element: Element, context: ReadContext): T {
  if (!schema.accepts(element.tagClass, element.tag)) throw unexpected(element, 'not the expected type')
  return schema.read(element, context)
}

/** A schema of one tag from its content's reading and writing. */
export function tagged<T>(
  tag: number,
  constructed: boolean,
  read: (element: Element, context: ReadContext) => T,
  writeContent: (writer: DerWriter, value: T) => void,
  tagClass = UNIVERSAL,
): TaggedSchema<T> {
  return {
    tagClass,
    tag,
    constructed,
    accepts: (c, t) => c === tagClass && t === tag,
    read,
    writeContent,
    write(writer, value) {
      const before = writer.length
      writeContent(writer, value)
      writer.prependHeader(tagClass, constructed, tag, writer.length - before)
    },
  }
}

/** A field that may be absent. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return {
    optional: true,
    accepts: schema.accepts,
    read: schema.read,
    write(writer, value) {
      if (value !== undefined) schema.write(writer, value)
    },
  }
}

/**
 * A field with a DEFAULT. Writing leaves the default out (X.690 §11.5). Reading takes it when it is spelled out, as widely
 * issued certificates do (`critical FALSE`): both say the same, and signatures are checked over the bytes as they stand.
 */
export function withDefault<T>(schema: Schema<T>, fallback: T): DefaultSchema<T> {
  let written: Uint8Array | undefined
  return {
    fallback: () => fallback,
    accepts: schema.accepts,
    read: schema.read,
    write(writer, value) {
      if (value === fallback) return
      const before = writer.length
      schema.write(writer, value)
      if (typeof fallback !== 'object') return
      // A structure is the default when it is written like it.
      written ??= encode(schema, fallback)
      const length = writer.length - before
      if (equal(writer.peek(length), written)) writer.drop(length)
    },
  }
}

function isOptional(schema: Fields[string]): schema is OptionalSchema<unknown> {
  return 'optional' in schema
}

/** SEQUENCE with named fields in order. Elements after the last field are refused. */
export function sequence<F extends Fields>(fields: F): TaggedSchema<SequenceValue<F>> {
  return structure(TAG.SEQUENCE, fields)
}

function structure<F extends Fields>(tag: number, fields: F): TaggedSchema<SequenceValue<F>> {
  const list = Object.entries(fields)
  return tagged(
    tag,
    true,
    (element, context) => {
      if (!element.constructed) throw unexpected(element, 'a primitive SEQUENCE')
      const inner = nested(context)
      const value: Record<string, unknown> = {}
      let at = element.contentStart
      let next: Element | undefined
      for (const [name, schema] of list) {
        if (!next && at < element.contentEnd) next = readElement(element.source, at, element.contentEnd, inner)
        if (next && schema.accepts(next.tagClass, next.tag)) {
          value[name] = schema.read(next, inner)
          at = next.end
          next = undefined
        } else if ('fallback' in schema) value[name] = schema.fallback()
        else if (!isOptional(schema))
          throw next ? unexpected(next, name) : new KysoError('ERR_ASN1_UNEXPECTED', `${name} is missing`, { offset: element.start, field: name })
      }
      if (at < element.contentEnd) throw new KysoError('ERR_ASN1_UNEXPECTED', 'an element too many in a SEQUENCE', { offset: at })
      return value as SequenceValue<F>
    },
    (writer, value) => {
      for (let i = list.length - 1; i >= 0; i--) {
        const [name, schema] = list[i] as [string, Schema<unknown>]
        schema.write(writer, (value as Record<string, unknown>)[name])
      }
    },
  )
}

/** Options of a list. */
export interface ListOptions {
  /** Least number of items; default 0. */
  min?: number
}

function readItems<T>(item: Schema<T>, element: Element, context: ReadContext, options: ListOptions, sorted = false): T[] {
  const inner = nested(context)
  const items: T[] = []
  let before: Element | undefined
  for (const child of children(element, context)) {
    if (sorted && before && compareSetItems(elementBytes(before), elementBytes(child)) > 0) {
      throw new KysoError('ERR_ASN1_NOT_DER', 'a SET OF is not sorted', { offset: element.start })
    }
    items.push(readAs(item, child, inner))
    before = child
  }
  if (items.length < (options.min ?? 0))
    throw new KysoError('ERR_ASN1_UNEXPECTED', 'an empty list where at least one item is required', { offset: element.start })
  return items
}

/** SEQUENCE OF. */
export function sequenceOf<T>(item: Schema<T>, options: ListOptions = {}): TaggedSchema<readonly T[]> {
  return tagged<readonly T[]>(
    TAG.SEQUENCE,
    true,
    (element, context) => readItems(item, element, context, options),
    (writer, value) => {
      for (let i = value.length - 1; i >= 0; i--) item.write(writer, value[i] as T)
    },
  )
}

/** SET OF: written sorted; under DER rules read only when sorted (X.690 §11.6). */
export function setOf<T>(item: Schema<T>, options: ListOptions = {}): TaggedSchema<readonly T[]> {
  return tagged<readonly T[]>(
    TAG.SET,
    true,
    (element, context) => readItems(item, element, context, options, context.rules === 'DER'),
    (writer, value) => {
      // Sets of one are the rule in CMS; there is nothing to sort, so nothing to write elsewhere first.
      if (value.length === 1) return item.write(writer, value[0] as T)
      const encoded = value.map((one) => encode(item, one)).sort(compareSetItems)
      for (let i = encoded.length - 1; i >= 0; i--) writer.prepend(encoded[i] as Uint8Array)
    },
  )
}

/** Whether the children of an element stand in the order of X.690 §11.6. */
export function isSorted(element: Element, context: ReadContext): boolean {
  let before: Uint8Array | undefined
  for (const child of children(element, context)) {
    const bytes = elementBytes(child)
    if (before && compareSetItems(before, bytes) > 0) return false
    before = bytes
  }
  return true
}

/** X.690 §11.6: as octet strings, the shorter padded with zeros at its end. */
export function compareSetItems(a: Uint8Array, b: Uint8Array): number {
  const n = Math.max(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0)
    if (d !== 0) return d
  }
  return 0
}

/** IMPLICIT context tag: the tag replaces the schema's own. */
export function implicit<T>(tag: number, schema: TaggedSchema<T>): TaggedSchema<T> {
  return tagged(tag, schema.constructed, schema.read, schema.writeContent, CONTEXT)
}

/** EXPLICIT context tag: an element around the element. */
export function explicit<T>(tag: number, schema: Schema<T>): TaggedSchema<T> {
  return tagged(
    tag,
    true,
    (element, context) => {
      const inner = nested(context)
      if (!element.constructed) throw unexpected(element, 'a primitive explicit tag')
      const child = readElement(element.source, element.contentStart, element.contentEnd, inner)
      if (child.end !== element.contentEnd) throw new KysoError('ERR_ASN1_SYNTAX', 'an explicit tag holds more than one element', { offset: child.end })
      return readAs(schema, child, inner)
    },
    (writer, value) => schema.write(writer, value),
    CONTEXT,
  )
}

type Choices = Readonly<Record<string, Schema<unknown>>>

/** The value of a CHOICE: which alternative, and its value. */
export type ChoiceValue<C extends Choices> = { readonly [K in keyof C & string]: { readonly type: K; readonly value: Infer<C[K]> } }[keyof C & string]

/** CHOICE between alternatives with different tags. */
export function choice<C extends Choices>(alternatives: C): Schema<ChoiceValue<C>> {
  const list = Object.entries(alternatives)
  return {
    accepts: (tagClass, tag) => list.some(([, schema]) => schema.accepts(tagClass, tag)),
    read(element, context) {
      const found = list.find(([, schema]) => schema.accepts(element.tagClass, element.tag))
      if (!found) throw unexpected(element, 'no such alternative')
      return { type: found[0], value: found[1].read(element, context) } as ChoiceValue<C>
    },
    write(writer, value) {
      ;(alternatives[value.type] as Schema<unknown>).write(writer, value.value)
    },
  }
}

/** Any element, as its encoded bytes: a view. */
export function encoded(): Schema<Uint8Array> {
  return { accepts: () => true, read: elementBytes, write: (writer, value) => writer.prepend(value) }
}

/** A value together with the bytes it was read from; writing uses the bytes. */
export function raw<T>(schema: Schema<T>): Schema<{ readonly value: T; readonly bytes: Uint8Array }> {
  return {
    accepts: schema.accepts,
    read: (element, context) => ({ value: schema.read(element, context), bytes: elementBytes(element) }),
    write: (writer, value) => writer.prepend(value.bytes),
  }
}

/** The encoded bytes of an element that has the tag of `schema`; what is inside is not looked at. */
export function bytesOf<T>(schema: Schema<T>): Schema<Uint8Array> {
  return { accepts: schema.accepts, read: elementBytes, write: (writer, value) => writer.prepend(value) }
}

/** The same structure, its content read by the looser BER rules whatever is in force around it; its own header was read by those. */
export function ber<T>(schema: TaggedSchema<T>): TaggedSchema<T> {
  return { ...schema, read: (element, context) => schema.read(element, { ...context, rules: 'BER' }) }
}

/** The same structure by the strict DER rules, its own header too, although BER is read around it. */
export function der<T>(schema: Schema<T>): Schema<T> {
  return {
    accepts: schema.accepts,
    read(element, context) {
      const strict: ReadContext = { ...context, rules: 'DER' }
      return schema.read(readElement(element.source, element.start, element.end, strict), strict)
    },
    write: schema.write,
  }
}

/** A schema that refers to itself or to one defined later. */
export function lazy<T>(get: () => Schema<T>): Schema<T> {
  return {
    accepts: (tagClass, tag) => get().accepts(tagClass, tag),
    read: (element, context) => get().read(element, context),
    write: (writer, value) => get().write(writer, value),
  }
}
