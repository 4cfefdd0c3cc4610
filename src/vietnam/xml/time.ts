/** Times of signing as documents of Vietnam write them: mostly without a zone, and then by the clock on the wall. */
import { childElements, isNamed, NODE, type NodeId, type XmlDocument } from '../../xml/index.ts'
import { NAMESPACE } from '../../xmldsig/algorithms.ts'

/** A time that was read. */
export interface VietnamTime {
  /** As it stands. */
  readonly text: string
  readonly time: Date
  /** Whether it says no zone, so that +07:00 was taken. */
  readonly assumedZone: boolean
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/

/** Minutes east of UTC; Vietnam has no summer time. */
const VIETNAM = 7 * 60

/**
 * Reads a time of XML Schema; one without a zone is by the clock of Asia/Ho_Chi_Minh. `null` for what is no time.
 *
 * @example
 * ```ts
 * readVietnamTime('2021-11-05T14:48:47') // => { text: '2021-11-05T14:48:47', time: new Date('2021-11-05T07:48:47Z'), assumedZone: true }
 * ```
 */
export function readVietnamTime(text: string): VietnamTime | null {
  const match = FORM.exec(text.slice(0, 80).trim())
  if (!match || text.length > 80) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const zone = match[8]
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, Number(`${match[7] ?? ''}000`.slice(0, 3))))
  // Date carries over what no calendar has: 31 February.
  const same = local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day
  if (!same || hour > 23 || minute > 59 || second > 59) return null
  const offset = zone === undefined ? VIETNAM : zone === 'Z' ? 0 : offsetOf(zone)
  if (offset === null) return null
  return { text, time: new Date(local.getTime() - offset * 60_000), assumedZone: zone === undefined }
}

function offsetOf(zone: string): number | null {
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  const offset = hours * 60 + minutes
  return offset > 14 * 60 || minutes > 59 ? null : zone.startsWith('-') ? -offset : offset
}

/**
 * Elements with a time among a signature's own `SignatureProperty`s, in whatever namespace: that of XML signatures, none, or others. Those
 * of signatures inside it are theirs, and are not looked through again: signatures stand in each other a thousand deep.
 *
 * @param name of the element
 */
export function timeElements(document: XmlDocument, signature: NodeId, name: string): NodeId[] {
  const found: NodeId[] = []
  for (const object of childElements(document, signature)) {
    if (!isNamed(document, object, 'Object', NAMESPACE.ds)) continue
    for (let node = object + 1, end = document.subtreeEnd(object); node < end; node++) {
      if (document.kind(node) !== NODE.element) continue
      if (isNamed(document, node, 'Signature', NAMESPACE.ds)) node = document.subtreeEnd(node) - 1
      else if (document.name(node).local === name && document.name(document.parent(node)).local === 'SignatureProperty') found.push(node)
    }
  }
  return found
}

/** The text of an element that holds nothing but text; `null` otherwise. Comments in it do not shorten it. */
export function textOf(document: XmlDocument, element: NodeId): string | null {
  return childElements(document, element).next().done === true ? document.text(element).trim() : null
}
