/** What an XMP packet says (ISO 16684-1), as far as is needed to tell whether two say the same but for their dates. */
import { fromUtf8 } from '../../core/bytes.ts'

/** What a program leaves of itself whenever it saves. */
const SAVED = new Set(['/xmp:ModifyDate', '/xmp:MetadataDate', '/xmpMM:InstanceID', '/pdf:Producer', '/x:xmptk', '/rdf:about'])
/** Elements that only hold others. */
const FRAME = new Set(['x:xmpmeta', 'rdf:RDF', 'rdf:Description'])
/** An item of a list, which has its place: which title is in which language hangs on it. */
const ITEM = 'rdf:li'
const MAX_SIZE = 1 << 20
const MAX_DEPTH = 100

const TAG = /<(\/?)([\w.-]+:[\w.-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const PROCESSING = /<\?xpacket[^<>]*\?>/y
const TEXT = /[^<]+/y

/** The properties of a packet with their values, and its namespaces; `null` when it has anything but elements, attributes and text. */
function propertiesOf(text: string): { properties: string[]; namespaces: Map<string, string> } | null {
  const properties: string[] = []
  const namespaces = new Map<string, string>()
  const open: string[] = []
  /** How many items each of the open elements has had. */
  const items: number[] = [0]
  const add = (name: string | null, value: string): void => {
    const path = [...open.filter((element) => !FRAME.has(element)), ...(name === null ? [] : [name])].map((part) => `/${part}`).join('')
    if (!SAVED.has(path) && value.trim() !== '') properties.push(`${path}=${value.trim()}`)
  }
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    const take = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (match) at += match[0].length
      return match
    }
    const characters = take(TEXT)
    if (characters) {
      add(null, characters[0])
      continue
    }
    if (take(PROCESSING)) continue
    const tag = take(TAG)
    if (!tag) return null
    const [, closing, name = '', attributes = '', empty] = tag
    if (closing) {
      items.pop()
      if (open.pop()?.split('[')[0] !== name) return null
      continue
    }
    const count = (items[items.length - 1] ?? 0) + (name === ITEM ? 1 : 0)
    items[items.length - 1] = count
    items.push(0)
    if (open.push(name === ITEM ? `${name}[${count}]` : name) > MAX_DEPTH) return null
    for (const [, key = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
      const value = double ?? single ?? ''
      if (!key.startsWith('xmlns')) add(key, value)
      else if ((namespaces.get(key) ?? value) !== value) return null
      else namespaces.set(key, value)
    }
    if (!empty) continue
    open.pop()
    items.pop()
  }
  return open.length === 0 ? { properties, namespaces } : null
}

/**
 * Whether two packets say the same but for dates, producer and the number of the instance.
 *
 * @param before the earlier one; `null` when there was none
 */
export function sameMetadata(before: Uint8Array | null, after: Uint8Array): boolean {
  if (after.length > MAX_SIZE || (before?.length ?? 0) > MAX_SIZE) return false
  const [oldText, text] = [before ? fromUtf8(before) : '', fromUtf8(after)]
  const old = oldText === null ? null : propertiesOf(oldText)
  const now = text === null ? null : propertiesOf(text)
  if (!old || !now) return false
  for (const [prefix, namespace] of now.namespaces) if ((old.namespaces.get(prefix) ?? namespace) !== namespace) return false
  const [a, b] = [old.properties.sort(), now.properties.sort()]
  return a.length === b.length && a.every((property, i) => property === b[i])
}
