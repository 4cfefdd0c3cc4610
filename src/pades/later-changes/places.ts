/** Names changes by where they are, so that people know what they mean: the content of a page, a font, a script, an attached file. */
import type { PdfDocument } from '../../pdf/index.ts'
import { type Finding, isExplained, type UnexplainedCode } from './finding.ts'
import { Paths } from './paths.ts'

/** First match wins. The page tree's own keys come last: what a page draws lies below it. */
const KINDS: readonly (readonly [RegExp, UnexplainedCode])[] = [
  [/^\/Root\/AcroForm(\/Fields)?(\[\d+\]|\/Kids|\/Fields)*\/V(\/|\[|$)/, 'signatureChanged'],
  [/\/Annots\[\d+\].*\/V$/, 'signatureChanged'],
  [/^\/Root\/AcroForm.*\/AP(\/|$)/, 'appearanceChanged'],
  [/\/Annots\[\d+\].*\/AP(\/|$)/, 'appearanceChanged'],
  [/\/Font\//, 'fontChanged'],
  [/^\/Root\/AcroForm/, 'formChanged'],
  [/^\/Root(\/Names\/JavaScript|\/OpenAction|\/AA)|\/AA(\/|$)|\/JS$/, 'actionsChanged'],
  [/^\/Root(\/Names\/EmbeddedFiles|\/AF|\/Collection)|\/EF(\/|$)/, 'attachmentsChanged'],
  [/^\/Root\/OCProperties|\/Properties\//, 'layersChanged'],
  [/^\/Root\/(StructTreeRoot|MarkInfo)/, 'structureChanged'],
  [/^\/Root\/(Names\/Dests|Dests|Outlines|PageLabels|Threads|PageMode|PageLayout|ViewerPreferences)/, 'navigationChanged'],
  [/^\/(Info|Root\/Metadata)/, 'metadataChanged'],
  [/\/Annots(\[|$)/, 'annotationsChanged'],
  [/^\/Root\/Pages.*\/(Contents|Resources)(\/|\[|$)/, 'contentChanged'],
]

/** Codes that say no more than that an object is another one. Others say more than its place does. */
const VAGUE: ReadonlySet<string> = new Set(['objectChanged', 'objectUnexplained'])

/**
 * Adds the ways from the trailer, and better names, to unexplained findings that name an object.
 *
 * @param document the whole file
 * @param before the state that the analysis began with, for what is not there any more
 */
export function placed(document: PdfDocument, before: () => PdfDocument, findings: readonly Finding[]): Finding[] {
  let now: Paths | undefined
  let then: Paths | undefined
  return findings.map((finding) => {
    const { object, code } = finding
    if (object === undefined || isExplained(finding) || finding.path !== undefined) return finding
    now ??= new Paths(document)
    let place = now.placeOf(object)
    if (place.path === undefined) {
      then ??= new Paths(before())
      place = then.placeOf(object)
    }
    const { path = '' } = place
    const kind = VAGUE.has(code) ? KINDS.find(([pattern]) => pattern.test(path))?.[1] : undefined
    return { ...finding, ...(finding.page === undefined ? place : { path }), ...(kind ? { code: kind } : {}) }
  })
}
