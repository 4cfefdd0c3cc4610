/** What the renderings of inspections share. */
import { format, formatTime, type MessageKey } from '../../core/messages.ts'
import { safeText, shortName } from '../../core/text.ts'
import { BULLET, type Row } from '../../verify/report/words.ts'
import { c14nFromUri } from '../../xml/c14n/algorithm.ts'
import type { Context } from '../io.ts'

/** The words of one language, in the shapes that rows take. */
export class InspectionWords {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  text(key: MessageKey, data: Parameters<typeof format>[2] = {}): string {
    return format(this.#context.catalogue, key, data)
  }

  /** A row, or none where there is nothing to say. */
  row(key: MessageKey, ...lines: readonly (string | undefined)[]): Row[] {
    const said = lines.filter((line): line is string => Boolean(line))
    return said.length > 0 ? [{ label: this.text(key), lines: said }] : []
  }

  /** Who signed, and when by the own word. */
  signer(signer: string | null, time: string | null): Row[] {
    return [
      ...this.row('report.signer', signer === null ? this.text('report.signerUnknown') : shortName(signer)),
      ...this.row('report.time', time === null ? this.text('report.timeUnknown') : formatTime(time, this.#context.language)),
    ]
  }

  timestamps(times: readonly (string | null)[]): Row[] {
    return this.row('report.timestamp', ...times.map((time) => (time === null ? this.text('word.unknown') : formatTime(time, this.#context.language))))
  }

  bullets(key: MessageKey, texts: readonly string[]): Row[] {
    return this.row(key, ...texts.map((text) => `${BULLET}${safeText(text, 200)}`))
  }

  /** What a signature says of itself, by the names of the members; some have rows of their own. */
  claims(claims: Readonly<Record<string, string>>, without: readonly string[]): Row[] {
    const others = Object.entries(claims).filter(([name]) => !without.includes(name))
    return this.bullets(
      'inspect.claims',
      others.map(([name, value]) => `${name}: ${value}`),
    )
  }
}

/** An algorithm's URI as people write it: what stands behind the last `#` or `/`; canonicalisations by name. */
export function shortUri(uri: string): string {
  const c14n = c14nFromUri(uri)
  if (c14n) return `c14n-${c14n.method}${c14n.comments ? '-with-comments' : ''}`
  return safeText(/([^#/]+)[#/]?$/.exec(uri)?.[1] ?? uri, 80)
}
