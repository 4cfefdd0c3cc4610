/** The inspection of an XML file as text for people. */
import { safeText } from '../../core/text.ts'
import { BULLET, layOut, type Section } from '../../verify/report/words.ts'
import { type Context, widthOf } from '../io.ts'
import { InspectionWords, shortUri } from './words.ts'
import type { XmlInspection, XmlSignatureInspection } from './xml.ts'

/** The inspection as text. */
export function renderXml(context: Context, found: XmlInspection): string {
  const words = new InspectionWords(context)
  const more = found.idCount > found.ids.length ? [words.text('report.after.more', { count: found.idCount - found.ids.length })] : []
  const overview: Section = {
    rows: [
      ...words.row('report.file', safeText(found.file)),
      ...words.row('inspect.size', words.text('inspect.bytes', { count: found.size })),
      ...words.row('inspect.encoding', `${found.encoding}${found.byteOrderMark ? ` (${words.text('inspect.byteOrderMark')})` : ''}`),
      ...words.row('inspect.doctype', found.doctype === null ? undefined : safeText(found.doctype)),
      ...words.row('inspect.root', safeText(found.root.name), found.root.namespace && safeText(found.root.namespace)),
      ...words.row('inspect.elements', words.text('inspect.count', { count: found.elements })),
      ...words.row(
        'inspect.ids',
        ...found.ids.map(({ id, attribute, path }) => `${BULLET}${safeText(attribute)}="${safeText(id, 80)}": ${safeText(path, 160)}`),
        ...more,
      ),
      ...words.row('inspect.places', ...found.places.map(({ profile, unit, state }) => `${BULLET}${words.text('inspect.place', { profile, unit, state })}`)),
      ...words.row('inspect.signatures', found.signatures.length === 0 ? words.text('word.none') : undefined),
    ],
  }
  const sections = [overview, ...found.signatures.map((one, i) => signatureSection(words, one, i, found.signatures.length))]
  return layOut(
    [...sections, ...(found.signatures.length > 0 ? [{ rows: [{ label: '', lines: [words.text('inspect.notJudged')] }] }] : [])],
    widthOf(context.io),
  )
}

function signatureSection(words: InspectionWords, one: XmlSignatureInspection, index: number, count: number): Section {
  const references = one.references.flatMap(({ uri, type, transforms, digestMethod }) => [
    `${BULLET}${words.text(uri === null ? 'inspect.noUri' : uri === '' ? 'inspect.wholeUri' : 'inspect.uri', { uri })}`,
    `    ${words.text('inspect.transforms', { transforms: transforms.map(shortUri).join(', ') || words.text('word.none'), digest: shortUri(digestMethod) })}`,
    ...(type === null ? [] : [`    ${words.text('inspect.type', { type: shortUri(type) })}`]),
  ])
  return {
    heading: words.text(one.parent ? 'report.countersignature' : 'report.signature', { number: index + 1, count, parent: one.parent }),
    rows: [
      ...words.signer(one.signer, one.time),
      ...words.row('inspect.where', safeText(one.path, 200)),
      ...words.row('inspect.id', one.signatureId === null ? undefined : safeText(one.signatureId, 120)),
      ...words.row('report.level', safeText(one.level)),
      ...words.row('inspect.signatureMethod', one.signatureMethod === null ? words.text('word.unknown') : shortUri(one.signatureMethod)),
      ...words.row('inspect.canonicalization', one.canonicalization === null ? undefined : shortUri(one.canonicalization)),
      ...words.row('inspect.references', ...references),
      ...words.row('inspect.keyInfo', safeText(one.keyInfo.join(', '))),
      ...words.row('inspect.embedded', safeText(one.objects.join(', '))),
      ...words.claims(one.claims, ['path', 'signatureId']),
      ...words.timestamps(one.timestamps),
      ...words.bullets('report.chain', one.certificates),
    ],
  }
}
