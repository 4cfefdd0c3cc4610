/** Times as XML writes them (XML Schema part 2 §3.2.7). */

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?$/

/**
 * The instant of an `xs:dateTime`. One without a zone is none: which instant it means, only a profile can say.
 *
 * @returns `undefined` for a text that is no time, or has no zone
 */
export function parseDateTime(text: string): Date | undefined {
  const match = DATE_TIME.exec(text)
  const zone = match?.[8]
  if (!match || zone === undefined) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const fraction = Number(`0.${match[7] ?? '0'}`)
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(fraction * 1000)))
  // A day or hour that there is not would have been moved on to the next. Years below 100 are taken for those of 1900.
  const same = local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day && local.getUTCHours() === hour
  if (!same || minute > 59 || second > 59) return undefined
  if (zone === 'Z') return local
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  if (hours > 14 || minutes > 59) return undefined
  return new Date(local.getTime() - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000)
}
