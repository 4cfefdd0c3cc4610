/** DER of an element that was read as BER: what CMS hashes of signed attributes (RFC 5652 §5.4). */
import { concat } from '../core/bytes.ts'
import { children, contentBytes, type Element, nested, type ReadContext, TAG, UNIVERSAL } from './element.ts'
import { compareSetItems } from './schema.ts'
import { STRING_TAGS, stringContent } from './types.ts'
import { DerWriter } from './writer.ts'

const STRINGS: ReadonlySet<number> = new Set([TAG.OCTET_STRING, ...STRING_TAGS])

/**
 * The element with definite, shortest lengths, joined strings and sorted sets. What implicit tags hide (a set or a split
 * string behind a context tag) cannot be seen without a schema and is taken as it stands.
 *
 * @throws KysoError `ERR_ASN1_*`, `ERR_BUDGET_EXCEEDED`
 */
export function toDer(element: Element, context: ReadContext): Uint8Array {
  let constructed = element.constructed
  let content: Uint8Array
  if (!constructed) {
    content = contentBytes(element)
    if (element.tagClass === UNIVERSAL && element.tag === TAG.BOOLEAN && content[0] !== 0) content = Uint8Array.of(0xff)
  } else if (element.tagClass === UNIVERSAL && STRINGS.has(element.tag)) {
    constructed = false
    content = stringContent(element, context)
  } else {
    const parts: Uint8Array[] = []
    for (const child of children(element, context)) parts.push(toDer(child, nested(context)))
    if (element.tagClass === UNIVERSAL && element.tag === TAG.SET) parts.sort(compareSetItems)
    content = concat(parts)
  }
  const writer = new DerWriter(content.length + 16)
  writer.prepend(content)
  writer.prependHeader(element.tagClass, constructed, element.tag, content.length)
  return writer.finish()
}
