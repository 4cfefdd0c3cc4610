/** An inspection as text for people. */
import { format, formatTime, type MessageKey } from '../../core/messages.ts'
import { safeText, shortName } from '../../core/text.ts'
import { changeLines } from '../../verify/report/changes.ts'
import { oddityLines } from '../../verify/report/text.ts'
import { BULLET, layOut, type Row, type Section } from '../../verify/report/words.ts'
import { type Context, widthOf } from '../io.ts'
import type { Inspection, SignedInspection } from './inspection.ts'

/** The inspection as text. */
export function renderInspection({ io, catalogue, language }: Context, found: Inspection): string {
  const text = (key: MessageKey, data: Parameters<typeof format>[2] = {}): string => format(catalogue, key, data)
  const row = (key: MessageKey, ...lines: readonly (string | undefined)[]): Row[] => {
    const said = lines.filter((line): line is string => Boolean(line))
    return said.length > 0 ? [{ label: text(key), lines: said }] : []
  }
  const { encryption, error } = found
  const names = (list: readonly string[]): string => list.map((name) => format(catalogue, `permission.${name}`)).join(', ') || text('word.none')
  const overview: Section = {
    rows: [
      ...row('report.file', safeText(found.file)),
      ...(error ? row('inspect.warning', text('inspect.broken', { offset: error.data.offset, code: error.code }), text('inspect.reconstructed')) : []),
      ...row('inspect.size', text('inspect.bytes', { count: found.size })),
      ...row(
        'inspect.version',
        safeText(found.version || text('word.unknown')),
        found.headerOffset > 0 ? text('inspect.headerOffset', { offset: found.headerOffset }) : undefined,
      ),
      ...row(
        'inspect.encryption',
        ...(encryption
          ? [
              text(encryption.isOwner ? 'inspect.encryptedOwner' : 'inspect.encrypted', { algorithm: encryption.algorithm, revision: encryption.revision }),
              text('inspect.allowed', { names: names(encryption.allowed) }),
              encryption.forbidden.length > 0 ? text('inspect.forbidden', { names: names(encryption.forbidden) }) : undefined,
            ]
          : [text('word.none')]),
      ),
      ...row('inspect.pages', found.pages === null ? text('word.unknown') : String(found.pages)),
      ...row('inspect.objects', text('inspect.count', { count: found.objects })),
      ...row('inspect.fields', ...(found.fields.length > 0 ? found.fields.map((one) => fieldLine(one)) : [text('word.none')])),
    ],
  }
  function fieldLine({ name, signed, subFilter }: Inspection['fields'][number]): string {
    return `${BULLET}${safeText(name || text('word.unknown'))}: ${text(signed ? 'inspect.signed' : 'inspect.empty')}${subFilter ? ` (${safeText(subFilter, 60)})` : ''}`
  }
  /** Who signed a state: the signers by name, and document time-stamps. */
  function signedLines(ids: readonly string[]): string[] {
    return ids.map((id) => {
      const one = [...found.signatures, ...found.documentTimestamps].find((signed) => signed.id === id)
      const name = one?.signer ? shortName(one.signer) : text('report.signerUnknown')
      return text(found.signatures.some((signature) => signature.id === id) ? 'inspect.signedState' : 'inspect.stampedState', { name })
    })
  }
  const revisions: Section = {
    heading: text('inspect.revisions', { count: found.revisions.length }),
    rows: found.revisions.map((one, i) => ({
      label: text('inspect.revision', { number: i + 1 }),
      lines: [
        ...signedLines(one.signedBy),
        ...(one.changes && one.changes.length === 0
          ? [text('inspect.nothingChanged')]
          : changeLines(catalogue, one.changes ?? [], true).map((line) => `${BULLET}${line}`)),
        text('inspect.extent', { start: one.start, end: one.end }),
        text(one.linearized ? 'inspect.xrefLinearized' : 'inspect.xref', { kind: one.xref, offset: one.xrefOffset, count: one.entries }),
        ...(one.objects && one.objects.length > 0
          ? [
              `${text('inspect.brings')} ${one.objects.map(({ number, what }) => `${number} ${what}`).join(', ')}${one.entries > one.objects.length ? ', …' : ''}`,
            ]
          : []),
      ],
    })),
  }
  const signed = (one: SignedInspection, heading: string): Section => ({
    heading,
    rows: [
      ...row('report.signer', one.signer === null ? text('report.signerUnknown') : shortName(one.signer)),
      ...row('report.time', one.time === null ? text('report.timeUnknown') : formatTime(one.time, language)),
      ...row('report.field', one.claims?.field && safeText(one.claims.field)),
      ...row('inspect.subFilter', one.claims?.subFilter && safeText(one.claims.subFilter, 60)),
      ...row('report.statedReason', one.claims?.reason && safeText(one.claims.reason)),
      ...row('report.location', one.claims?.location && safeText(one.claims.location)),
      ...row('inspect.contact', one.claims?.contactInfo && safeText(one.claims.contactInfo)),
      ...row('inspect.name', one.claims?.name && safeText(one.claims.name)),
      ...row('inspect.byteRange', one.ranges.map(([offset, length]) => text('inspect.range', { start: offset, end: offset + length })).join(', ')),
      ...row('inspect.ofRevision', one.revision === null ? text('word.unknown') : String(one.revision + 1)),
      ...row('report.level', one.level && safeText(one.level)),
      ...row('report.algorithms', one.digestAlgorithm ?? undefined),
      ...row('report.timestamp', ...one.timestamps.map((time) => (time === null ? text('word.unknown') : formatTime(time, language)))),
      ...row('report.chain', ...one.certificates.map((subject) => `${BULLET}${safeText(subject, 200)}`)),
    ],
  })
  const sections = [
    overview,
    ...(found.revisions.length > 0 ? [revisions] : []),
    ...found.signatures.map((one, i) => signed(one, text('report.signature', { number: i + 1, count: found.signatures.length }))),
    ...found.documentTimestamps.map((one, i) => signed(one, text('report.timestampHeading', { number: i + 1, count: found.documentTimestamps.length }))),
    ...(found.oddities.length > 0 ? [{ heading: text('report.oddities'), rows: [{ label: '', lines: oddityLines(catalogue, found.oddities) }] }] : []),
    ...(found.signatures.length > 0 ? [{ rows: [{ label: '', lines: [text('inspect.notJudged')] }] }] : []),
  ]
  return layOut(sections, widthOf(io))
}
