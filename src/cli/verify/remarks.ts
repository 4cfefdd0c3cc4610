/** What the command adds to a report out of the document itself: what is not covered, and what signatures mean in documents of Vietnam. */
import { format, type MessageKey } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import type { RenderOptions, Report, SignatureReport } from '../../verify/index.ts'
import { BULLET, type Row } from '../../verify/report/words.ts'
import { describeVietnamXml, explainVietnamXml, type VietnamXmlDescription } from '../../vietnam/index.ts'
import { parseXml, type XmlTable } from '../../xml/index.ts'
import type { Context } from '../io.ts'
import { uncovered } from './uncovered.ts'

/** How many gaps are listed. */
const MAX_LISTED = 10

/** How much of a path is shown. */
const MAX_PATH = 160

/** Whether it can be told what else is in the file: of signatures that hold, over elements of it and nothing that was taken out of elements. */
function isOverElements({ intact, parent, coverage }: SignatureReport): boolean {
  if (intact !== true || parent !== undefined || coverage.wholeFile) return false
  const inside = (coverage.references ?? []).filter(({ role, uri }) => role === 'content' && (uri === '' || uri?.startsWith('#')))
  return inside.length > 0 && inside.every(({ elements }) => elements.length > 0)
}

function notCovered({ catalogue }: Context, document: XmlTable, signature: SignatureReport): Row[] {
  if (!isOverElements(signature)) return []
  const gaps = uncovered(document, signature.coverage.ranges, MAX_LISTED)
  if (gaps.length === 0) return []
  const lines = gaps.slice(0, MAX_LISTED).map(({ kind, path }) => {
    const key: MessageKey = `report.notCovered.${kind}`
    return format(catalogue, key, { path: safeText(path, MAX_PATH) })
  })
  return [{ label: format(catalogue, 'report.notCovered'), lines: gaps.length > MAX_LISTED ? [...lines, '…'] : lines }]
}

/** Lines of the signatures that stand where documents of Vietnam have them, and of others in such documents. */
async function profileRows({ catalogue, language }: Context, { signatures, unsigned }: VietnamXmlDescription): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>()
  const isKnown = unsigned.length > 0 || signatures.some(({ profile }) => profile !== null)
  if (!isKnown) return rows
  for (const signature of signatures) {
    const { profile, intact, messages } = signature
    // Where nothing is certain to be signed, a list of what is not says nothing.
    const told = intact === true ? messages : messages.filter(({ code }) => code === 'notIntact')
    const texts = await explainVietnamXml({ profile, messages: told }, language)
    const lines = texts.map((text, i) => (profile !== null && i === 0 ? text : `${BULLET}${text}`))
    rows.set(signature.id, [{ label: format(catalogue, 'report.profile'), lines }])
  }
  return rows
}

/** Signatures that hold, and are not what such a document asks for: a valid signature over something else is what wrapping looks like. */
function attention({ catalogue }: Context, { signatures: described }: VietnamXmlDescription, { signatures }: Report): Row[] {
  const wrong = new Set(described.flatMap(({ id, intact, messages }) => (intact === true && messages.some(({ severity }) => severity === 'error') ? [id] : [])))
  const lines = signatures.flatMap(({ id }, i) => (wrong.has(id) ? [format(catalogue, 'report.attentionLine', { number: i + 1 })] : []))
  return lines.length > 0 ? [{ label: format(catalogue, 'report.attention'), lines: lines.slice(0, MAX_LISTED) }] : []
}

/** Rows for the report on an XML document. */
export async function xmlRemarks(context: Context, bytes: Uint8Array, report: Report): Promise<NonNullable<RenderOptions['remarks']>> {
  const { catalogue } = context
  const document = parseXml(bytes)
  const description = describeVietnamXml(document, report)
  const profiles = await profileRows(context, description)
  const signatures = new Map(
    report.signatures.map((signature): [string, Row[]] => [signature.id, [...notCovered(context, document, signature), ...(profiles.get(signature.id) ?? [])]]),
  )
  const unsigned = description.unsigned.map(({ path }) => format(catalogue, 'report.unsignedLine', { path: safeText(path, MAX_PATH) }))
  const shown = unsigned.length > MAX_LISTED ? [...unsigned.slice(0, MAX_LISTED), '…'] : unsigned
  const open = shown.length > 0 ? [{ label: format(catalogue, 'report.unsigned'), lines: shown }] : []
  return { signatures, file: [...attention(context, description, report), ...open] }
}
