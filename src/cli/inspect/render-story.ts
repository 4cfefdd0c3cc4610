/** The story of a PDF for people: what each saved state is, who signed it, and what it changed; technical data apart. */
import { formatTime, type MessageKey } from '../../core/messages.ts'
import { safeText, shortName } from '../../core/text.ts'
import type { LaterChange } from '../../facts/index.ts'
import { changeLines, technicalLines } from '../../verify/report/changes.ts'
import { BULLET, type Row, type Section } from '../../verify/report/words.ts'
import type { Context } from '../io.ts'
import type { Inspection, SignedInspection } from './inspection.ts'
import type { RevisionInspection } from './revisions.ts'
import { InspectionWords } from './words.ts'

/** Changes that nobody can see: told in one line. */
const UNSEEN: ReadonlySet<string> = new Set(['structureGrown', 'metadataDates', 'metadataAlone', 'objectUnused', 'objectRemoved'])

/** What a signature of this state brings: told by naming who signed. */
const OF_SIGNATURES: ReadonlySet<string> = new Set(['signatureAdded', 'timestampAdded', 'certificationAdded'])

/** How many technical lines of a state are shown. */
const MAX_TECHNICAL = 10

/** The saved states, as a section; none where there are none. */
export function storySections(context: Context, found: Inspection): Section[] {
  if (found.revisions.length === 0) return []
  const words = new InspectionWords(context)
  const signed = new Map([...found.signatures, ...found.documentTimestamps].map((one): [string, SignedInspection] => [one.id, one]))
  const lastSigned = lastSignedState(found)
  const rows = found.revisions.map((revision, i): Row => {
    const by = revision.signedBy.flatMap((id) => signed.get(id) ?? [])
    return {
      label: words.text('inspect.revision', { number: i + 1 }),
      lines: [
        ...headLines(context, words, by, revision, i, lastSigned),
        ...restrictionLines(words, revision),
        ...(revision.changes ? changesOf(context, words, revision.changes, by) : []),
      ],
    }
  })
  const behind = changeLines(context.catalogue, found.revisions.flatMap(({ changes = [] }) => changes).filter(isBehind))
  return [{ heading: words.text('inspect.revisions', { count: found.revisions.length }), rows: [...rows, ...words.row('inspect.behind', ...behind)] }]
}

/** Index of the last state that somebody signed; -1 where nobody did. */
export function lastSignedState({ revisions }: Inspection): number {
  return revisions.reduce((last, { signedBy }, i) => (signedBy.length > 0 ? i : last), -1)
}

/** What stands behind the last state is no part of it. */
function isBehind({ code }: LaterChange): boolean {
  return code === 'trailingBytes'
}

/** Who signed a state; of one that nobody signed, what that means. */
function headLines(
  { language }: Context,
  words: InspectionWords,
  by: readonly SignedInspection[],
  { changes = [] }: RevisionInspection,
  index: number,
  lastSigned: number,
): string[] {
  if (by.length === 0) {
    if (index === 0) return [words.text('inspect.firstState')]
    if (changes.some(({ code }) => code === 'signatureAdded' || code === 'timestampAdded')) return [words.text('inspect.lostState')]
    return [words.text(lastSigned >= 0 && index > lastSigned ? 'inspect.unsignedAfter' : 'inspect.unsignedState')]
  }
  return by.flatMap(({ signer, time, claims, broken }) => {
    const data = {
      name: signer === null ? words.text('report.signerUnknown') : shortName(signer),
      time: time === null ? undefined : formatTime(time, language),
      field: claims?.field,
      page: changes.find((change) => change.code === 'signatureAdded' && change.field === claims?.field)?.page,
    }
    const line = words.text(claims ? 'inspect.signedState' : 'inspect.stampedState', data)
    return broken ? [line, words.text(claims ? 'inspect.brokenSignature' : 'inspect.brokenTimestamp')] : [line]
  })
}

/** What the signatures of a state forbid from then on. */
function restrictionLines(words: InspectionWords, { restricts, changes = [] }: RevisionInspection): string[] {
  if (!restricts) return []
  const { certified, permission, locks } = restricts
  const permits: MessageKey[] =
    permission === undefined ? [] : [permission >= 3 ? 'inspect.permits.3' : permission === 2 ? 'inspect.permits.2' : 'inspect.permits.1']
  return [
    // One that comes late certifies nothing, which is told among the changes.
    ...(certified && !changes.some(({ code }) => code === 'certificationLate') ? [words.text('inspect.certified')] : []),
    ...permits.map((key) => words.text(key)),
    ...locks.map(({ action, fields }) => {
      const names = fields.map((name) => `“${safeText(name, 60)}”`).join(', ')
      return words.text(action === 'Include' ? 'inspect.locks.include' : action === 'Exclude' ? 'inspect.locks.exclude' : 'inspect.locks.all', {
        fields: names,
      })
    }),
  ]
}

/** What an update changed: first what may be seen, then the rest in one line. */
function changesOf({ catalogue }: Context, words: InspectionWords, changes: readonly LaterChange[], by: readonly SignedInspection[]): string[] {
  const fields = new Set(by.flatMap(({ claims }) => claims?.field ?? []))
  const isOwn = ({ code, field }: LaterChange): boolean =>
    OF_SIGNATURES.has(code) && (code === 'signatureAdded' ? field !== undefined && fields.has(field) : by.length > 0)
  // What was written again as it was is no part of the story.
  const others = changes.filter((change) => change.code !== 'objectRewritten' && !isBehind(change) && !isOwn(change))
  const seen = changeLines(
    catalogue,
    others.filter(({ code }) => !UNSEEN.has(code)),
  )
  const unseen = changeLines(
    catalogue,
    others.filter(({ code }) => UNSEEN.has(code)),
  )
  if (seen.length + unseen.length === 0) return [words.text(by.length > 0 ? 'inspect.nothingElse' : 'inspect.nothingChanged')]
  return [
    ...(seen.length > 0 ? [words.text(by.length > 0 ? 'inspect.changedToo' : 'inspect.changed')] : []),
    ...seen.map((line) => `${BULLET}${line}`),
    ...(unseen.length > 0 ? [words.text('inspect.unseenChanges', { changes: unseen.join('; ') })] : []),
  ]
}

/** Where each state lies in the file and what it holds, for whoever is asked for help. */
export function technicalRows(words: InspectionWords, found: Inspection): Row[] {
  return found.revisions.map((revision, i) => ({ label: words.text('inspect.revision', { number: i + 1 }), lines: technicalOf(words, revision) }))
}

function technicalOf(words: InspectionWords, { start, end, xref, xrefOffset, linearized, entries, objects = [], changes = [] }: RevisionInspection): string[] {
  const list = objects.map(({ number, what }) => `${number} ${what}`).join(', ')
  const details = technicalLines(changes)
  return [
    words.text('inspect.extent', { start, end }),
    words.text(linearized ? 'inspect.xrefLinearized' : 'inspect.xref', { kind: xref, offset: xrefOffset, count: entries }),
    ...(objects.length > 0 ? [`${words.text('inspect.brings')} ${list}${entries > objects.length ? ', …' : ''}`] : []),
    ...details.slice(0, MAX_TECHNICAL).map((line) => `${BULLET}${line}`),
    ...(details.length > MAX_TECHNICAL ? [`${BULLET}${words.text('report.after.more', { count: details.length - MAX_TECHNICAL })}`] : []),
  ]
}
