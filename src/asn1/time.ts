/** UTCTime and GeneralizedTime (X.680 §46–47, X.690 §11.7–11.8, RFC 5280 §4.1.2.5). */
import { fromLatin1, latin1 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { contentBytes, type Element, type ReadContext, TAG } from './element.ts'
import { choice, type Schema, type TaggedSchema, tagged } from './schema.ts'

/** Characters of the longest form there is: `20500101000000.123456789+0700`. */
const LONGEST = 30

function read(element: Element, context: ReadContext, generalized: boolean): Date {
  const content = contentBytes(element)
  const text = element.constructed || content.length > LONGEST ? '' : fromLatin1(content)
  const match = (
    generalized
      ? /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{4})$/
      : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d))?()(Z|[+-]\d{4})$/
  ).exec(text)
  // A time without a zone is local to somebody unknown: refused (X.690 §11.8.1 wants Z anyway).
  if (!match) throw new KysoError('ERR_ASN1_VALUE', 'a malformed time', { offset: element.start })
  const [, y, month, day, hour, minute, second, fraction, zone] = match
  if (context.rules === 'DER' && (zone !== 'Z' || second === undefined || fraction?.endsWith('0') || text.includes(','))) {
    throw new KysoError('ERR_ASN1_NOT_DER', 'a time is not in the form DER asks for', { offset: element.start })
  }
  // RFC 5280 §4.1.2.5.1: two-digit years from 50 are of the 1900s.
  const year = generalized ? Number(y) : Number(y) + (Number(y) >= 50 ? 1900 : 2000)
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const date = new Date(0)
  date.setUTCFullYear(year, Number(month) - 1, Number(day))
  const impossible = (): KysoError => new KysoError('ERR_ASN1_VALUE', 'a time that no clock shows', { offset: element.start })
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) throw impossible()
  // A leap second is read as the second after it, which is all a `Date` can say.
  if (Number(hour) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60) throw impossible()
  date.setUTCHours(Number(hour), Number(minute ?? 0), Number(second ?? 0), ms)
  if (zone !== 'Z' && zone !== undefined) {
    const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))
    if (Number(zone.slice(1, 3)) > 23 || Number(zone.slice(3, 5)) > 59) throw impossible()
    date.setTime(date.getTime() - (zone.startsWith('-') ? -offset : offset) * 60_000)
  }
  return date
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** The year of a date to be written, which has to fit its form. */
function yearWithin(date: Date, from: number, to: number): number {
  const year = date.getUTCFullYear()
  // An invalid Date has the year NaN and fails here too.
  if (!(year >= from && year <= to)) throw new KysoError('ERR_ARGUMENT', `a time of the years ${from} to ${to} is needed`, { year: String(year) })
  return year
}

function rest(date: Date): string {
  return `${pad(date.getUTCMonth() + 1)}${pad(date.getUTCDate())}${pad(date.getUTCHours())}${pad(date.getUTCMinutes())}${pad(date.getUTCSeconds())}`
}

/** UTCTime as a `Date`. Writes the years 1950 to 2049, which are all it can say, in whole seconds; `ERR_ARGUMENT` for others. */
export function utcTime(): TaggedSchema<Date> {
  return tagged(
    TAG.UTC_TIME,
    false,
    (element, context) => read(element, context, false),
    (writer, v) => writer.prepend(latin1(`${pad(yearWithin(v, 1950, 2049) % 100)}${rest(v)}Z`)),
  )
}

/** GeneralizedTime as a `Date`; fractions below a millisecond are cut off. Writes the years 0 to 9999; `ERR_ARGUMENT` for others. */
export function generalizedTime(): TaggedSchema<Date> {
  return tagged(
    TAG.GENERALIZED_TIME,
    false,
    (element, context) => read(element, context, true),
    (writer, v) => {
      const fraction = v.getUTCMilliseconds() > 0 ? `.${pad(v.getUTCMilliseconds(), 3).replace(/0+$/, '')}` : ''
      writer.prepend(latin1(`${pad(yearWithin(v, 0, 9999), 4)}${rest(v)}${fraction}Z`))
    },
  )
}

const either = choice({ utcTime: utcTime(), generalizedTime: generalizedTime() })

/** Time of RFC 5280 and RFC 5652: UTCTime through 2049, GeneralizedTime from 2050 (§4.1.2.5). */
export function time(): Schema<Date> {
  return {
    accepts: either.accepts,
    read: (element, context) => either.read(element, context).value,
    write(writer, v) {
      const year = v.getUTCFullYear()
      either.write(writer, { type: year >= 1950 && year < 2050 ? 'utcTime' : 'generalizedTime', value: v })
    },
  }
}
