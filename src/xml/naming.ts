/** Names where they are met: their end, their characters, their number. */
import { HASH_START, HASH_STEP } from './bytetable.ts'
import { BYTE, BYTES, isNameCharacter, isNameStart } from './characters.ts'
import type { XmlInput } from './input.ts'
import type { XmlNames } from './names.ts'
import { badNameCharacter } from './values.ts'

/** Keeps a qualified name that is met for the first time, if it is one (XML 1.0 §2.3, Namespaces §4). */
export function newName(input: XmlInput, names: XmlNames, start: number, end: number, hash: number): number {
  const content = input.content
  if (end === start) throw input.syntax('name', 'a name is missing', start)
  const bad = badNameCharacter(content, start, end, isNameStart, isNameCharacter)
  if (bad >= 0) throw input.syntax('name', 'a character that may not stand in a name', bad)
  const colon = content.subarray(start, end).indexOf(0x3a)
  if (colon >= 0) {
    const local = start + colon + 1
    if (colon === 0 || local === end || content.subarray(local, end).includes(0x3a) || badNameCharacter(content, local, end, isNameStart, isNameCharacter) >= 0)
      throw input.fault('ERR_XML_NAMESPACE', 'colon', 'a name with a colon where none may be', start)
  }
  return names.add(content, start, end, hash)
}

/** Target of the instruction at `<?`: its qualified-name id, and where its data begins (XML 1.0 §2.6, Namespaces §7). */
export function readTarget(input: XmlInput, names: XmlNames, start: number, end: number): { name: number; data: number } {
  const content = input.content
  const nameStart = start + 2
  let at = nameStart
  let hash = HASH_START
  while (at < end && ((BYTES[content[at] as number] as number) & BYTE.name) !== 0) hash = Math.imul(hash ^ (content[at++] as number), HASH_STEP)
  let name = names.find(content, nameStart, at, hash)
  if (name < 0) name = newName(input, names, nameStart, at, hash)
  const text = names.qualified[name] as string
  if (text.length === 3 && text.toLowerCase() === 'xml') throw input.syntax('instruction', 'an XML declaration where none may be', start)
  if (text.includes(':')) throw input.fault('ERR_XML_NAMESPACE', 'colon', 'a colon in the target of a processing instruction', nameStart)
  const nameEnd = at
  while (at < end && ((BYTES[content[at] as number] as number) & BYTE.space) !== 0) at++
  if (at === nameEnd && !input.isAt('?>', at, end)) throw input.syntax('instruction', 'no space behind the target of a processing instruction', at)
  return { name, data: at }
}
