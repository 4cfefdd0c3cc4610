/**
 * Messages: codes and data become English or Vietnamese sentences that say what is wrong and what to do next. The catalogues
 * are loaded on demand, so that a program which shows none carries none.
 */
import type { ErrorCode, KysoError, MessageData } from './errors.ts'
import type { MessageKey } from './messages/en.ts'
import { safeText, shortName } from './text.ts'

export type { MessageKey } from './messages/en.ts'

/** The languages there are. */
export type Language = 'en' | 'vi'

/** The texts of one language. */
export interface Catalogue {
  readonly language: Language
  readonly texts: Readonly<Record<MessageKey, string>>
}

/**
 * Loads a catalogue.
 *
 * @example
 * ```ts
 * const catalogue = await loadMessages('vi')
 * format(catalogue, 'word.unknown', {}) // => '(không rõ)'
 * ```
 */
export async function loadMessages(language: Language): Promise<Catalogue> {
  return language === 'vi' ? { language, texts: (await import('./messages/vi.ts')).vi } : { language, texts: (await import('./messages/en.ts')).en }
}

/** Whether a catalogue has a text; for codes that come from data. */
export function hasMessage({ texts }: Catalogue, key: string): key is MessageKey {
  return Object.hasOwn(texts, key)
}

/** Minutes east of Greenwich in which each language shows times; the offset is always shown with them. */
const OFFSETS: Readonly<Record<Language, number>> = { en: 0, vi: 7 * 60 }

/**
 * A time for people: `2026-11-22 08:30:00 +00:00` in English, `22/11/2026 15:30:00 +07:00` (Asia/Ho_Chi_Minh, which has no summer
 * time) in Vietnamese. What is no time comes back as it is, made safe to show.
 */
export function formatTime(time: string | Date, language: Language): string {
  const ms = new Date(time).getTime()
  const offset = OFFSETS[language]
  const local = new Date(ms + offset * 60_000)
  if (Number.isNaN(local.getTime())) return safeText(String(time))
  const [day, clock] = [local.toISOString().slice(0, -14), local.toISOString().slice(-13, -5)]
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${language === 'vi' ? vietnameseDay(day) : day} ${clock} ${zone}`
}

/** The day of {@link formatTime} alone, by the same clock. */
export function formatDay(time: string | Date, language: Language): string {
  const ms = new Date(time).getTime()
  const local = new Date(ms + OFFSETS[language] * 60_000)
  if (Number.isNaN(local.getTime())) return safeText(String(time))
  const day = local.toISOString().slice(0, -14)
  return language === 'vi' ? vietnameseDay(day) : day
}

function vietnameseDay(day: string): string {
  const match = /^(.*)-(\d\d)-(\d\d)$/.exec(day)
  return match ? `${match[3]}/${match[2]}/${match[1]}` : day
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A whole number with its thousands set apart as the language does. */
export function formatNumber(value: number, language: Language): string {
  return Number.isFinite(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',') : String(value)
}

/** How deep texts may name each other. */
const MAX_DEPTH = 4

/**
 * The text of a key with its placeholders filled in.
 *
 * `{x}` is a value of the data, `{x:time}` and `{x:day}` a time, `{x:number}` a number, `{x:name}` the common name in a distinguished
 * name; `{x:group}` is the text `group.<value>`, or the value where there is no such text. `[…]` is left out where a placeholder in it
 * has no value; outside of brackets a missing value is called unknown. Values are made safe for terminals (see `safeText`), since they come from documents.
 *
 * @param key a key of the catalogue; for one that it does not have, the key itself comes back
 *
 * @example
 * ```ts
 * const catalogue = await loadMessages('vi')
 * format(catalogue, 'word.unknown') // => '(không rõ)'
 * ```
 */
export function format(catalogue: Catalogue, key: MessageKey | (string & {}), data: MessageData = {}): string {
  return fill(catalogue, key, data, MAX_DEPTH)
}

function fill(catalogue: Catalogue, key: string, data: MessageData, depth: number): string {
  if (!hasMessage(catalogue, key) || depth === 0) return safeText(key)
  const value = (placeholder: string): string | undefined => {
    const [name = '', kind] = placeholder.split(':')
    const raw = Object.hasOwn(data, name) ? data[name] : undefined
    if (raw === undefined || raw === null || raw === '') return undefined
    if (kind === undefined) return safeText(String(raw))
    if (kind === 'time') return formatTime(String(raw), catalogue.language)
    if (kind === 'day') return formatDay(String(raw), catalogue.language)
    if (kind === 'name') return shortName(String(raw))
    if (kind === 'number') return formatNumber(Number(raw), catalogue.language)
    return hasMessage(catalogue, `${kind}.${raw}`) ? fill(catalogue, `${kind}.${raw}`, data, depth - 1) : safeText(String(raw))
  }
  const replace = (text: string, missing: string | null): string | null => {
    let complete = true
    const filled = text.replace(/\{([A-Za-z]+(?::[A-Za-z]+)?)\}/g, (_, placeholder: string) => {
      const found = value(placeholder)
      if (found === undefined) complete = false
      return found ?? missing ?? ''
    })
    return complete || missing !== null ? filled : null
  }
  const unknown = catalogue.texts['word.unknown']
  return catalogue.texts[key]
    .split(/(\[[^\]]*\])/)
    .map((part) => (part.startsWith('[') ? (replace(part.slice(1, -1), null) ?? '') : (replace(part, unknown) ?? '')))
    .join('')
}

/**
 * What an error means and what to do next.
 *
 * @param error a `KysoError`, or the `error` of a report
 * @param language `vi` shows times by the clock of Asia/Ho_Chi_Minh, `en` in UTC
 * @example
 * ```ts
 * try {
 *   await signPdf(pdf, options)
 * } catch (error) {
 *   if (isKysoError(error)) alert(await explain(error, 'vi'))
 * }
 * ```
 */
export async function explain(error: Pick<KysoError, 'code' | 'data'>, language: Language): Promise<string> {
  const code: ErrorCode = error.code
  return format(await loadMessages(language), code, error.data)
}
