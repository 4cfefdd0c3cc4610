/** The report as text for people: the verdict first, then each signature, then what was odd. */
import { type Catalogue, format, formatTime, type Language, loadMessages, type MessageKey } from '../../core/messages.ts'
import { safeText, shortName } from '../../core/text.ts'
import type { PdfOddityCode } from '../../pdf/index.ts'
import { changeLines, technicalLines } from './changes.ts'
import { identifierLines } from './identity.ts'
import type { Report, ReportMessage, SignatureReport, TimestampReport } from './report.ts'
import { BULLET, errorText, layOut, messageText, type Row, type Section, trustText, verdictText } from './words.ts'

/** How a report is rendered. */
export interface RenderOptions {
  /** Name of the file, to be shown at the top. */
  readonly file?: string
  /** Characters in a line; 100 when left out. */
  readonly width?: number
  /** Rows that a caller adds by a reading of its own: of the file, and of signatures by their ids. Texts of documents in them have to be safe to show. */
  readonly remarks?: { readonly file?: readonly Row[]; readonly signatures?: ReadonlyMap<string, readonly Row[]> }
}

/** How many later changes and oddities are listed. */
const MAX_LISTED = 10

/** How much of an address is shown. */
const MAX_URL = 120

/**
 * The report as plain text. Everything that comes from the document is made safe for terminals.
 *
 * @example
 * ```ts
 * process.stdout.write(await renderText(await verify(pdf, { trust }), 'vi', { file: 'contract.pdf' }))
 * ```
 */
export async function renderText(report: Report, language: Language, options: RenderOptions = {}): Promise<string> {
  const catalogue = await loadMessages(language)
  const words = new Words(catalogue)
  const { signatures, documentTimestamps } = report
  const sections: Section[] = [
    summary(words, report, options),
    ...signatures.map((one, i) => signatureSection(words, report, one, i, options.remarks?.signatures?.get(one.id) ?? [])),
    ...documentTimestamps.map((one, i) => ({
      heading: words.text('report.timestampHeading', { number: i + 1, count: documentTimestamps.length }),
      rows: timestampRows(words, one),
    })),
    oddities(words, report),
  ]
  return layOut(sections, options.width ?? 100)
}

/** A catalogue with the shapes that rows take. */
class Words {
  readonly catalogue: Catalogue

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue
  }

  text(key: MessageKey, data: Parameters<typeof format>[2] = {}): string {
    return format(this.catalogue, key, data)
  }

  time(time: string): string {
    return formatTime(time, this.catalogue.language)
  }

  /** A row, or none where there is nothing to say. */
  row(label: MessageKey, ...lines: readonly (string | undefined)[]): Row[] {
    const said = lines.filter((line): line is string => line !== undefined && line !== '')
    return said.length === 0 ? [] : [{ label: this.text(label), lines: said }]
  }

  /** Messages under the label for what has to be done, and under the one for what is only told. */
  messages(list: readonly ReportMessage[]): Row[] {
    const texts = (of: (message: ReportMessage) => boolean): Set<string> =>
      new Set(list.filter(of).map((message) => `${BULLET}${messageText(this.catalogue, message)}`))
    const toDo = texts(({ severity }) => severity === 'error')
    const notes = [...texts(({ severity }) => severity !== 'error')].filter((text) => !toDo.has(text))
    return [...this.row('report.toDo', ...toDo), ...this.row('report.note', ...notes)]
  }
}

function summary(words: Words, report: Report, { file, remarks }: RenderOptions): Section {
  const name = [...words.row('report.file', file === undefined ? undefined : safeText(file)), ...(remarks?.file ?? [])]
  const judged = words.row('report.policy', words.text('report.judged', { time: report.validationTime, policy: report.policy }))
  const { error } = report
  if (error) {
    const technical = `${words.text('report.technical')}: ${error.code}: ${safeText(error.detail)}`
    return {
      rows: [
        ...name,
        ...words.row('report.result', words.text('report.unreadable')),
        ...words.row('report.reason', errorText(words.catalogue, error), technical),
      ],
    }
  }
  const verdict = verdictText(words.catalogue, report.indication, report.subIndication)
  return { rows: [...name, ...words.row('report.result', verdict, countText(words, report)), ...judged, ...words.messages(report.messages)] }
}

function countText(words: Words, { signatures }: Report): string {
  const count = signatures.length
  const of = (indication: string): number => signatures.filter((one) => one.indication === indication).length
  const passed = of('TOTAL-PASSED')
  if (count === 0) return words.text('report.signatures.0')
  if (passed === count) return words.text(count === 1 ? 'report.allPassed.1' : 'report.allPassed.many', { count })
  return words.text('report.counted', {
    signatures: words.text(count === 1 ? 'report.signatures.1' : 'report.signatures.many', { count }),
    passed,
    open: of('INDETERMINATE'),
    failed: of('TOTAL-FAILED'),
  })
}

function signatureSection(words: Words, report: Report, signature: SignatureReport, index: number, remarks: readonly Row[]): Section {
  const { signer, claims, timestamps } = signature
  const place = { number: index + 1, count: report.signatures.length, parent: signature.parent }
  const claim = (label: MessageKey, name: string): Row[] => words.row(label, claims[name] === undefined ? undefined : safeText(claims[name]))
  // Problems of its time-stamps are problems of the signature's time: told with the notes.
  const fromTimestamps = timestamps.flatMap(({ messages }) => messages.map((message): ReportMessage => ({ ...message, severity: 'warning' })))
  return {
    heading: words.text(signature.parent ? 'report.countersignature' : 'report.signature', place),
    rows: [
      ...words.row('report.result', verdictText(words.catalogue, signature.indication, signature.subIndication)),
      ...words.row('report.signer', signer ? safeText(signer.commonName ?? signer.subject) : words.text('report.signerUnknown')),
      ...words.row(
        'report.organisation',
        signer?.organisation && safeText(signer.organisation),
        signer?.organisationalUnit && safeText(signer.organisationalUnit),
      ),
      ...words.row('report.title', signer?.title && safeText(signer.title)),
      ...words.row('report.identifiers', ...identifiersText(words, signer)),
      ...words.row('report.time', ...timeLines(words, report, signature)),
      ...claim('report.statedReason', 'reason'),
      ...claim('report.role', 'role'),
      ...claim('report.location', 'location'),
      ...(claims.policy === 'implied' ? words.row('report.signaturePolicy', words.text('report.policyImplied')) : claim('report.signaturePolicy', 'policy')),
      ...claim('report.field', 'field'),
      ...words.row('report.content', intactText(words, signature.intact, signature.messages)),
      ...words.row('report.coverage', ...coverageLines(words, signature)),
      ...remarks,
      // A CMS has no later versions: what is added to it is another signature, or evidence.
      ...(report.format === 'cms' ? [] : words.row('report.after', ...afterLines(words, signature))),
      ...words.row('report.trust', ...trustLines(words, signature)),
      ...words.row('report.chain', ...chainLines(words, signature)),
      ...words.row('report.timestamp', ...timestamps.map((one) => timestampLine(words, one))),
      ...words.row('report.asked', ...askedLines(words, [...signature.asked, ...timestamps.flatMap(({ asked }) => asked)])),
      ...words.row('report.level', safeText(signature.level)),
      ...words.row('report.algorithms', signature.signatureAlgorithm ?? undefined),
      ...words.messages([...signature.messages, ...fromTimestamps]),
      ...words.row('report.technicalRow', ...technical(words, signature)),
    ],
  }
}

function identifiersText({ catalogue }: Words, signer: SignatureReport['signer']): string[] {
  if (!signer) return []
  return signer.identifiers ? identifierLines(catalogue, signer.identifiers) : [safeText(signer.uid.join(', '))]
}

/** Findings of a signature that fails though nobody changed what was signed. */
const OTHERWISE: ReadonlySet<string> = new Set(['canonicalizedOtherwise', 'laidOutAnew'])

function intactText(words: Words, intact: boolean | null, messages: readonly ReportMessage[] = []): string {
  if (intact === false && messages.some(({ code }) => OTHERWISE.has(code))) return words.text('report.intact.otherwise')
  return words.text(intact === true ? 'report.intact.true' : intact === false ? 'report.intact.false' : 'report.intact.null')
}

/** What is said of a time that is no point in time: without a zone, or where nothing of the signature covers it. */
function timeText(words: Words, { claims }: SignatureReport): string {
  const { signingTimeText: text, signingTimeCovered: covered } = claims
  if (text === undefined) return words.text('report.timeUnknown')
  return words.text(covered === 'true' ? 'report.timeText' : 'report.timeTextUnsigned', { text })
}

function timeLines(words: Words, report: Report, signature: SignatureReport): string[] {
  const { signingTime, bestSignatureTime, timestamps } = signature
  if (bestSignatureTime === null) return [signingTime === null ? timeText(words, signature) : words.text('report.timeClaimed', { time: signingTime })]
  const by = [...timestamps, ...report.documentTimestamps].find(({ time, indication }) => indication === 'TOTAL-PASSED' && time === bestSignatureTime)
  const proven = words.text('report.timeProven', { time: bestSignatureTime, authority: by?.authority })
  return signingTime === null ? [proven] : [proven, words.text('report.claimedToo', { time: signingTime })]
}

/** What the content of a CMS is. */
function contentLine(words: Words, { place, found, size, name }: NonNullable<SignatureReport['coverage']['content']>): string {
  if (!found) return words.text('report.coverage.missing')
  return words.text(place === 'inside' ? 'report.coverage.inside' : 'report.coverage.beside', { size, name })
}

/** What a signature covers: elements of an XML document, content of a CMS, or content outside the file. What a PDF's covers is told by what came after. */
function coverageLines(words: Words, { coverage, intact }: SignatureReport): string[] {
  const { references = [], wholeFile, content, signature } = coverage
  // A signature that does not hold covers nothing, whatever it was meant for.
  if (intact === false) return []
  if (content) return [contentLine(words, content)]
  if (signature !== undefined) return [words.text('report.coverage.signature', { element: signature })]
  const lines = references.flatMap(({ role, uri, elements, result }) => {
    if (result !== 'passed' || role === 'properties' || role === 'keyInfo') return []
    if (role === 'signature') return elements.map((element) => words.text('report.coverage.signature', { element }))
    if (elements.length > 0) return wholeFile ? [] : elements.map((element) => safeText(element, 160))
    // Elements are named where they are covered for certain; of the rest only the whole verdict is certain.
    if (intact !== true) return []
    if (uri === '') return wholeFile ? [] : [words.text('report.coverage.parts')]
    return [words.text(uri?.startsWith('#') ? 'report.coverage.data' : 'report.coverage.outside', { uri: uri ?? '' })]
  })
  const all = wholeFile ? [words.text('report.coverage.whole'), ...lines] : lines
  const listed = all.slice(0, MAX_LISTED)
  if (all.length > listed.length) listed.push(words.text('report.after.more', { count: all.length - listed.length }))
  return listed
}

function afterLines(words: Words, { modifications, coverage }: SignatureReport): string[] {
  // What is covered is told element by element; of what else is in an XML file nothing can be said.
  if (coverage.references) return []
  const { kind, changes } = modifications
  if (coverage.revision === null && kind !== 'none') return [words.text('report.after.unknown')]
  if (kind === 'none') return [words.text('report.after.none')]
  const key: MessageKey = `report.after.${kind}`
  // What was written again as it was is only told where there is nothing else to tell.
  const others = changes.filter(({ code }) => code !== 'objectRewritten')
  const all = changeLines(words.catalogue, others.length > 0 ? others : changes).map((line) => `${BULLET}${line}`)
  const listed = all.slice(0, MAX_LISTED)
  if (all.length > listed.length) listed.push(`${BULLET}${words.text('report.after.more', { count: all.length - listed.length })}`)
  return [words.text(key), ...listed]
}

/** What stands against a signature in technical words, behind all that is for everybody. */
function technical(words: Words, { modifications: { kind, changes } }: SignatureReport): string[] {
  const all = kind === 'unexplained' ? technicalLines(changes) : []
  const shown = all.slice(0, MAX_LISTED).map((line) => `${BULLET}${line}`)
  return all.length > shown.length ? [...shown, `${BULLET}${words.text('report.after.more', { count: all.length - shown.length })}`] : shown
}

function trustLines({ catalogue }: Words, { trustAnchor, trustAnchorRole, signer }: SignatureReport): string[] {
  return signer ? [trustText(catalogue, trustAnchor, signer.subject, trustAnchorRole)] : []
}

function chainLines(words: Words, { chain, revocation }: SignatureReport): string[] {
  return chain.map(({ subject, notBefore, notAfter, revocation: status }, i) => {
    const key: MessageKey = `report.revocation.${status}`
    const source = revocation
      .filter((one) => one.subject === subject && one.status === status)
      .sort((a, b) => Date.parse(b.thisUpdate) - Date.parse(a.thisUpdate))[0]
    const from = source ? ` (${words.text('report.revocationSource', { kind: source.kind, time: source.thisUpdate })})` : ''
    return `${i + 1}. ${shortName(subject)}: ${words.text('report.validity', { notBefore, notAfter })}; ${words.text(key)}${from}`
  })
}

/** What was asked of servers, a line each; the chains of a document ask the same questions, and each is told once. */
function askedLines(words: Words, asked: TimestampReport['asked']): string[] {
  const lines = asked.map(({ kind, url, outcome, reason, detail, status, nonce }) => {
    const said = words.text(`report.asked.${outcome}`, { why: reason, detail: status ?? detail })
    const remark = nonce === 'absent' ? ` (${words.text('report.asked.noNonce')})` : ''
    return `${words.text('report.askedLine', { kind, url: safeText(url, MAX_URL), said })}${remark}`
  })
  const distinct = [...new Set(lines)]
  const shown = distinct.slice(0, MAX_LISTED)
  return distinct.length > shown.length ? [...shown, words.text('report.after.more', { count: distinct.length - shown.length })] : shown
}

function timestampLine(words: Words, { time, authority, indication, subIndication }: TimestampReport): string {
  return words.text('report.timestampLine', { time, authority, verdict: verdictText(words.catalogue, indication, subIndication) })
}

function timestampRows(words: Words, timestamp: TimestampReport): Row[] {
  return [
    ...words.row('report.result', verdictText(words.catalogue, timestamp.indication, timestamp.subIndication)),
    ...words.row('report.time', timestamp.time === undefined ? words.text('report.timeUnknown') : words.time(timestamp.time)),
    ...words.row('report.authority', timestamp.authority === undefined ? undefined : safeText(timestamp.authority)),
    ...words.row('report.content', intactText(words, timestamp.intact)),
    ...words.row('report.asked', ...askedLines(words, timestamp.asked)),
    ...words.messages(timestamp.messages),
  ]
}

function oddities(words: Words, { oddities }: Report): Section {
  if (oddities.length === 0) return { rows: [] }
  return { heading: words.text('report.oddities'), rows: [{ label: '', lines: oddityLines(words.catalogue, oddities) }] }
}

/** Lines for what was tolerated in a file, each kind once. */
export function oddityLines(catalogue: Catalogue, list: Report['oddities']): string[] {
  const first = new Map<string, { offset: number | undefined; count: number }>()
  for (const { code, offset } of list) {
    const known = first.get(code)
    if (known) known.count++
    else first.set(code, { offset, count: 1 })
  }
  return [...first].map(([code, { offset, count }]) => {
    const places = [offset === undefined ? '' : format(catalogue, 'report.atByte', { offset }), count > 1 ? format(catalogue, 'report.times', { count }) : '']
    const place = places.filter(Boolean).join(', ')
    const oddity: MessageKey = `oddity.${code as PdfOddityCode}`
    return `${BULLET}${format(catalogue, oddity)}${place ? ` (${place})` : ''}`
  })
}
