/** Entities that the internal subset declares, and what they make of an attribute value (XML 1.0 §3.3.3, §4). */
import type { Budget } from '../core/budget.ts'
import { fromUtf8 } from '../core/bytes.ts'
import type { KysoError } from '../core/errors.ts'
import type { XmlInput } from './input.ts'
import { checkReference } from './references.ts'
import { characterReference, collapseSpaces, predefined, writeUtf8 } from './values.ts'

/** An entity as declared. */
export interface Entity {
  readonly name: string
  /** Parsed external and unparsed entities are declared and never read. */
  readonly kind: 'internal' | 'external' | 'unparsed'
  /** Replacement text of an internal one, in the input's `content`. */
  readonly start: number
  readonly end: number
  /** While it is being expanded. */
  open: boolean
}

/** The entities of a document, by name. */
export type Entities = ReadonlyMap<string, Entity>

/** Bytes that grow. */
export class ByteSink {
  bytes = new Uint8Array(256)
  length = 0

  byte(value: number): void {
    this.#room(1)
    this.bytes[this.length++] = value
  }

  codePoint(code: number): void {
    this.#room(4)
    this.length = writeUtf8(this.bytes, this.length, code)
  }

  take(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  #room(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const wider = new Uint8Array(2 * this.bytes.length)
    wider.set(this.bytes)
    this.bytes = wider
  }
}

/** What a reference costs beside the bytes it stands for. */
const REFERENCE_COST = 8

/** `ERR_XML_ENTITY`, with the entity's name. */
export function entityFault(input: XmlInput, why: string, detail: string, name: string, at: number): KysoError {
  return input.fault('ERR_XML_ENTITY', why, `${detail}: ${name.slice(0, 100)}`, at, { name: name.slice(0, 100) })
}

/**
 * Finds the internal entity of a reference and pays for its text.
 *
 * @param nameStart behind the `&`
 * @param nameEnd at the `;`
 * @throws KysoError `ERR_XML_ENTITY` (`undeclared`, `external`, `unparsed`, `recursion`)
 */
export function enterEntity(input: XmlInput, entities: Entities | undefined, budget: Budget, nameStart: number, nameEnd: number, inAttribute: boolean): Entity {
  const name = fromUtf8(input.content.subarray(nameStart, nameEnd)) as string
  const entity = entities?.get(name)
  if (entity === undefined) throw entityFault(input, 'undeclared', 'an entity that is not declared', name, nameStart - 1)
  if (entity.kind === 'unparsed') throw entityFault(input, 'unparsed', 'a reference to an unparsed entity', name, nameStart - 1)
  if (entity.kind === 'external')
    throw entityFault(input, 'external', inAttribute ? 'an external entity in an attribute value' : 'an external entity', name, nameStart - 1)
  if (entity.open) throw entityFault(input, 'recursion', 'an entity that contains itself', name, nameStart - 1)
  // A reference to next to nothing is work as well.
  budget.spend('xmlEntityBytes', entity.end - entity.start + REFERENCE_COST)
  entity.open = true
  return entity
}

/** The normalised value of an attribute literal that refers to entities or is of a tokenized type, as UTF-8. */
export function expandAttribute(input: XmlInput, entities: Entities | undefined, budget: Budget, start: number, end: number, tokenized: boolean): Uint8Array {
  const out = new ByteSink()
  const content = input.content
  const back: { entity: Entity; at: number; end: number }[] = []
  let at = start
  let stop = end
  for (;;) {
    if (at >= stop) {
      const frame = back.pop()
      if (frame === undefined) break
      frame.entity.open = false
      at = frame.at
      stop = frame.end
      continue
    }
    const byte = content[at] as number
    if (byte === 0x26) {
      const semicolon = checkReference(input, at, stop)
      const after = Math.abs(semicolon) + 1
      if (semicolon < 0) {
        const entity = enterEntity(input, entities, budget, at + 1, -semicolon, true)
        back.push({ entity, at: after, end: stop })
        budget.checkDepth('xmlDepth', back.length)
        at = entity.start
        stop = entity.end
        continue
      }
      out.codePoint(content[at + 1] === 0x23 ? characterReference(content, at + 2, semicolon) : predefined(content, at + 1, semicolon))
      at = after
    } else if (byte === 0x3c) throw input.syntax('value', '"<" in the replacement text of an entity in an attribute value', start)
    else {
      // CR LF of the document is one line end; of a replacement text it is two characters that were referred to.
      if (byte === 0x0d && content[at + 1] === 0x0a && at + 1 < stop && at < input.documentLength) at++
      out.byte(Math.max(byte, 0x20))
      at++
    }
  }
  return tokenized ? collapseSpaces(out.take()) : out.take()
}
