/** `kyso inspect`: what is in a PDF, without any judgement. */
import { isKysoError, type KysoError } from '../core/errors.ts'
import { format, formatTime, type MessageKey } from '../core/messages.ts'
import { safeText } from '../core/text.ts'
import type { ReadDocument, ReadSignature, ReadTimestamp } from '../facts/index.ts'
import { type FileSource, fileSource } from '../node/file-source.ts'
import { signatureFields } from '../pades/fields.ts'
import { readPdf } from '../pades/index.ts'
import { nameOf, openPdf, PdfDict, type PdfDocument, type PdfObject, PdfStream } from '../pdf/index.ts'
import { oddityLines } from '../verify/report/text.ts'
import { BULLET, layOut, type Row, type Section, shortName } from '../verify/report/words.ts'
import { nameToString } from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import { type Context, STATUS, type Status, widthOf, worstStatus } from './io.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'

export const inspectCommand: Command = {
  specs: { options: { 'password-env': 'value' }, later: [] },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const variable = args.one('password-env')
    const password = variable === undefined ? undefined : passwordFromEnvironment(context.io, '--password-env', variable)
    const statuses: Status[] = []
    for (const file of args.files) statuses.push(await inspectOne(context, args, file, password, statuses.length > 0))
    return worstStatus(statuses)
  },
}

/** Objects of an update that are named one by one. */
const MAX_LISTED = 12

/** Permissions of a user, by their bits (ISO 32000-2 table 22). */
const PERMISSIONS = [
  ['print', 1 << 2],
  ['modify', 1 << 3],
  ['copy', 1 << 4],
  ['annotate', 1 << 5],
  ['fillForms', 1 << 8],
  ['assemble', 1 << 10],
] as const

/** What there is to be told, as plain data. */
interface Inspection {
  readonly file: string
  readonly size: number
  readonly version: string
  readonly headerOffset: number
  readonly reconstructed: boolean
  /** Where and why the file could not be read in order. */
  readonly error?: { readonly code: string; readonly text: string; readonly detail: string; readonly data: KysoError['data'] }
  readonly encryption: { readonly algorithm: string; readonly revision: number; readonly isOwner: boolean; readonly allowed: readonly string[]; readonly forbidden: readonly string[] } | null
  readonly pages: number | null
  readonly objects: number
  readonly revisions: readonly RevisionInspection[]
  readonly fields: readonly { readonly name: string; readonly signed: boolean; readonly subFilter?: string }[]
  readonly signatures: readonly SignedInspection[]
  readonly documentTimestamps: readonly SignedInspection[]
  readonly oddities: ReadDocument['oddities']
}

interface RevisionInspection {
  readonly start: number
  readonly end: number
  readonly xref: string
  readonly xrefOffset: number
  readonly linearized: boolean
  readonly entries: number
  /** Of updates: the objects they bring, the first ones. */
  readonly objects?: readonly { readonly number: number; readonly what: string }[]
}

interface SignedInspection {
  readonly id: string
  readonly level?: string
  readonly claims?: ReadSignature['claims']
  readonly signer: string | null
  readonly time: string | null
  readonly ranges: readonly (readonly [number, number])[]
  readonly revision: number | null
  readonly digestAlgorithm: string | null
  readonly timestamps: readonly (string | null)[]
  readonly certificates: readonly string[]
}

async function inspectOne(context: Context, args: Arguments, file: string, given: string | undefined, further: boolean): Promise<Status> {
  const { io, catalogue } = context
  let source: FileSource | undefined
  try {
    source = fileSource(file)
    const { document, error, password } = await open(context, source, file, given)
    const inspection = await inspect(file, document, error && { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data }, password)
    if (args.has('json')) io.stdout(`${JSON.stringify(inspection)}\n`)
    else io.stdout(`${further ? `\n${'─'.repeat(40)}\n\n` : ''}${render(context, inspection)}`)
    if (error) tellError(io, catalogue, error, 'inspect', file)
    return error ? STATUS.failed : STATUS.passed
  } catch (error) {
    if (!isKysoError(error)) throw error
    if (args.has('json')) io.stdout(`${JSON.stringify({ file, error: { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data } })}\n`)
    tellError(io, catalogue, error, 'inspect', file)
    return STATUS.unusable
  } finally {
    source?.close()
  }
}

interface Opened {
  readonly document: PdfDocument
  /** What was wrong, where the document had to be pieced together. */
  readonly error?: KysoError
  readonly password: { readonly password?: string }
}

async function open({ io, catalogue }: Context, source: FileSource, path: string, given: string | undefined): Promise<Opened> {
  const password = given === undefined ? {} : { password: given }
  try {
    return { document: await openPdf(source, password), password }
  } catch (error) {
    if (isKysoError(error, 'ERR_PDF_PASSWORD') && given === undefined && io.askPassword) {
      const asked = { password: await io.askPassword(format(catalogue, 'cli.askPassword', { path })) }
      return { document: await openPdf(source, asked), password: asked }
    }
    if (!isKysoError(error, 'ERR_PDF_HEADER', 'ERR_PDF_XREF', 'ERR_PDF_SYNTAX', 'ERR_PDF_STRUCTURE')) throw error
    try {
      return { document: await openPdf(source, { ...password, reconstruct: true }), error, password }
    } catch (second) {
      // What was wrong with the file as it is says more than what the search did not find.
      throw isKysoError(second, 'ERR_PDF_PASSWORD', 'ERR_BUDGET_EXCEEDED') ? second : error
    }
  }
}

/** The value of a reading of something that may be damaged. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    if (!isKysoError(error)) throw error
    return otherwise
  }
}

async function inspect(file: string, document: PdfDocument, error: Inspection['error'], password: Opened['password']): Promise<Inspection> {
  const { encryption } = document
  // A document that was pieced together has no signatures to be read: what they cover is not known.
  const read = document.reconstructed ? undefined : await readPdf(document.source, password).catch(forgive)
  const may = (bit: number): boolean => encryption !== null && (encryption.isOwner || (encryption.permissions & bit) !== 0)
  return {
    file,
    size: document.source.size,
    version: document.version,
    headerOffset: document.headerOffset,
    reconstructed: document.reconstructed,
    ...(error ? { error } : {}),
    encryption: encryption && {
      algorithm: encryption.algorithm,
      revision: encryption.revision,
      isOwner: encryption.isOwner,
      allowed: PERMISSIONS.flatMap(([name, bit]) => (may(bit) ? [name] : [])),
      forbidden: PERMISSIONS.flatMap(([name, bit]) => (may(bit) ? [] : [name])),
    },
    pages: attempt(() => countPages(document), null),
    objects: countObjects(document),
    revisions: document.reconstructed ? [] : document.revisions.map((_, i) => inspectRevision(document, i)),
    fields: attempt(() => signatureFields(document, document.budget), []).map(({ name, value }) => {
      const subFilter = value ? attempt(() => nameOf(document.resolve(value.get('SubFilter'))), undefined) : undefined
      return { name, signed: value !== undefined, ...(subFilter === undefined ? {} : { subFilter }) }
    }),
    signatures: (read?.signatures ?? []).map(inspectSignature),
    documentTimestamps: (read?.documentTimestamps ?? []).map(inspectTimestamp),
    oddities: document.oddities.map(({ code, detail, offset }) => ({ code, detail, ...(offset === undefined ? {} : { offset }) })),
  }
}

function forgive(error: unknown): undefined {
  if (!isKysoError(error)) throw error
  return undefined
}

function countPages(document: PdfDocument): number {
  let pages = 0
  for (const _ of document.pages()) pages++
  return pages
}

function countObjects(document: PdfDocument): number {
  let objects = 0
  for (const [, location] of document.entries()) if (location.kind !== 'free') objects++
  return objects
}

function inspectRevision(document: PdfDocument, index: number): RevisionInspection {
  const revision = document.revisions[index]
  if (!revision) throw new TypeError('a revision was expected')
  const start = document.revisions[index - 1]?.endWithEol ?? document.headerOffset
  const { endWithEol: end, kind, xrefOffset, linearized, entries } = revision
  const base = { start, end, xref: kind, xrefOffset, linearized, entries: entries.size }
  return index === 0 ? base : { ...base, objects: attempt(() => listObjects(document.asOf(index), entries), []) }
}

function listObjects(state: PdfDocument, entries: PdfDocument['revisions'][number]['entries']): { number: number; what: string }[] {
  const listed: { number: number; what: string }[] = []
  for (const [number, location] of entries) {
    if (listed.length >= MAX_LISTED) break
    if (location.kind === 'free') continue
    listed.push({ number, what: attempt(() => kindOf(state.get(number)), '?') })
  }
  return listed
}

/** What an object calls itself: its /Type, /Subtype or /FT, or the kind of object. */
function kindOf(object: PdfObject): string {
  const dict = object instanceof PdfStream ? object.dict : object
  if (!(dict instanceof PdfDict)) return object === null ? 'null' : typeof object === 'object' ? object.constructor.name.replace(/^Pdf/, '').toLowerCase() : typeof object
  const names = ['Type', 'Subtype', 'FT'].flatMap((key) => nameOf(dict.get(key)) ?? [])
  return safeText(names.length > 0 ? names.join('/') : object instanceof PdfStream ? 'stream' : 'dictionary', 60)
}

function inspectSignature(signature: ReadSignature): SignedInspection {
  const { level, claims, claimedTime, timestamps } = signature
  return { ...inspectSigned(signature, claimedTime), level, claims, timestamps: timestamps.map(({ time }) => time?.toISOString() ?? null) }
}

function inspectTimestamp(timestamp: ReadTimestamp): SignedInspection {
  return inspectSigned(timestamp, timestamp.time)
}

function inspectSigned({ id, certificate, certificates, digestAlgorithm, scope }: ReadSignature | ReadTimestamp, time: Date | undefined): SignedInspection {
  const revision = scope.kind === 'revision'
  return {
    id,
    signer: certificate ? nameToString(certificate.subject) : null,
    time: time?.toISOString() ?? null,
    ranges: revision ? scope.ranges : [],
    revision: revision && scope.revision >= 0 ? scope.revision : null,
    digestAlgorithm: digestAlgorithm ?? null,
    timestamps: [],
    certificates: certificates.map(({ subject }) => nameToString(subject)),
  }
}

function render({ io, catalogue, language }: Context, found: Inspection): string {
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
      ...(error ? row('inspect.warning', text('inspect.broken', { text: error.text }), text('inspect.reconstructed')) : []),
      ...row('inspect.size', text('inspect.bytes', { count: found.size })),
      ...row('inspect.version', safeText(found.version || text('word.unknown')), found.headerOffset > 0 ? text('inspect.headerOffset', { offset: found.headerOffset }) : undefined),
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
  const revisions: Section = {
    heading: text('inspect.revisions', { count: found.revisions.length }),
    rows: found.revisions.map((one, i) => ({
      label: text('inspect.revision', { number: i + 1 }),
      lines: [
        text('inspect.extent', { start: one.start, end: one.end }),
        text(one.linearized ? 'inspect.xrefLinearized' : 'inspect.xref', { kind: one.xref, offset: one.xrefOffset, count: one.entries }),
        ...(one.objects && one.objects.length > 0
          ? [`${text('inspect.brings')} ${one.objects.map(({ number, what }) => `${number} ${what}`).join(', ')}${one.entries > one.objects.length ? ', …' : ''}`]
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
