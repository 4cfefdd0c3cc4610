/** The inspection of a PDF as text for people: what it is, its story, its signatures, and technical data last. */
import { format } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import { oddityLines } from '../../verify/report/text.ts'
import { BULLET, layOut, type Row, type Section } from '../../verify/report/words.ts'
import { type Context, widthOf } from '../io.ts'
import type { Inspection, SignedInspection } from './inspection.ts'
import { lastSignedState, storySections, technicalRows } from './render-story.ts'
import { InspectionWords } from './words.ts'

/** The inspection as text. */
export function renderInspection(context: Context, found: Inspection): string {
  const words = new InspectionWords(context)
  const { signatures, documentTimestamps, oddities } = found
  const sections: Section[] = [
    overview(context, words, found),
    ...storySections(context, found),
    ...signatures.map((one, i) => signedSection(words, one, words.text('report.signature', { number: i + 1, count: signatures.length }))),
    ...documentTimestamps.map((one, i) =>
      signedSection(words, one, words.text('report.timestampHeading', { number: i + 1, count: documentTimestamps.length })),
    ),
    ...(oddities.length > 0 ? [{ heading: words.text('report.oddities'), rows: [{ label: '', lines: oddityLines(context.catalogue, oddities) }] }] : []),
    technicalSection(words, found),
    { rows: notes(words, found) },
  ]
  return layOut(sections, widthOf(context.io))
}

/** What to do next. */
function notes(words: InspectionWords, found: Inspection): Row[] {
  const last = lastSignedState(found)
  const lines = [
    ...(found.signatures.length > 0 ? [words.text('inspect.notJudged')] : []),
    ...(last >= 0 && last < found.revisions.length - 1 ? [words.text('inspect.revisionHint')] : []),
  ]
  return lines.length > 0 ? [{ label: '', lines }] : []
}

function overview(context: Context, words: InspectionWords, { file, error, size, pages, encryption, fields }: Inspection): Section {
  return {
    rows: [
      ...words.row('report.file', safeText(file)),
      ...(error
        ? words.row('inspect.warning', words.text('inspect.broken', { offset: error.data.offset, code: error.code }), words.text('inspect.reconstructed'))
        : []),
      ...words.row('inspect.size', words.text('inspect.bytes', { count: size })),
      ...words.row('inspect.pages', pages === null ? words.text('word.unknown') : String(pages)),
      ...words.row('inspect.encryption', ...encryptionLines(context, words, encryption)),
      ...words.row('inspect.fields', ...(fields.length > 0 ? fields.map((one) => fieldLine(words, one)) : [words.text('word.none')])),
    ],
  }
}

function encryptionLines({ catalogue }: Context, words: InspectionWords, encryption: Inspection['encryption']): (string | undefined)[] {
  if (!encryption) return [words.text('word.none')]
  const { algorithm, revision, isOwner, allowed, forbidden } = encryption
  const names = (list: readonly string[]): string => list.map((name) => format(catalogue, `permission.${name}`)).join(', ') || words.text('word.none')
  return [
    words.text(isOwner ? 'inspect.encryptedOwner' : 'inspect.encrypted', { algorithm, revision }),
    words.text('inspect.allowed', { names: names(allowed) }),
    forbidden.length > 0 ? words.text('inspect.forbidden', { names: names(forbidden) }) : undefined,
  ]
}

function fieldLine(words: InspectionWords, { name, signed }: Inspection['fields'][number]): string {
  return `${BULLET}${safeText(name || words.text('word.unknown'))}: ${words.text(signed ? 'inspect.signed' : 'inspect.empty')}`
}

/** Rows that are claims of the signature by itself, by the names of the members. */
const CLAIMS = [
  ['report.field', 'field'],
  ['report.statedReason', 'reason'],
  ['report.location', 'location'],
  ['inspect.contact', 'contactInfo'],
  ['inspect.name', 'name'],
] as const

function signedSection(words: InspectionWords, one: SignedInspection, heading: string): Section {
  const claims = CLAIMS.flatMap(([label, name]): Row[] => words.row(label, one.claims?.[name] && safeText(one.claims[name])))
  return {
    heading,
    rows: [
      ...words.signer(one.signer, one.time),
      ...claims,
      ...words.timestamps(one.timestamps),
      ...words.row('inspect.ofRevision', one.revision === null ? words.text('word.unknown') : String(one.revision + 1)),
      ...words.row('report.level', one.level && safeText(one.level)),
      ...words.row('inspect.subFilter', one.claims?.subFilter && safeText(one.claims.subFilter, 60)),
      ...words.row('report.algorithms', one.digestAlgorithm ?? undefined),
      ...words.row('inspect.byteRange', one.ranges.map(([offset, length]) => words.text('inspect.range', { start: offset, end: offset + length })).join(', ')),
      ...words.bullets('report.chain', one.certificates),
    ],
  }
}

function technicalSection(words: InspectionWords, found: Inspection): Section {
  return {
    heading: words.text('inspect.technical'),
    rows: [
      ...words.row(
        'inspect.version',
        safeText(found.version || words.text('word.unknown')),
        found.headerOffset > 0 ? words.text('inspect.headerOffset', { offset: found.headerOffset }) : undefined,
      ),
      ...words.row('inspect.objects', words.text('inspect.count', { count: found.objects })),
      ...technicalRows(words, found),
    ],
  }
}
