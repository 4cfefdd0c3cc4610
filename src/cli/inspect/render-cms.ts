/** The inspection of a CMS file as text for people. */
import { formatTime, type MessageKey } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import { oddityLines } from '../../verify/report/text.ts'
import { layOut, type Section } from '../../verify/report/words.ts'
import { type Context, widthOf } from '../io.ts'
import type { CmsInspection, CmsSignatureInspection } from './cms.ts'
import { InspectionWords } from './words.ts'

/** The inspection as text. */
export function renderCms(context: Context, found: CmsInspection): string {
  const words = new InspectionWords(context)
  const form: MessageKey = `cmsForm.${found.form}`
  const overview: Section = {
    rows: [
      ...words.row('report.file', safeText(found.file)),
      ...words.row('inspect.size', words.text('inspect.bytes', { count: found.size })),
      ...words.row('inspect.cms', `SignedData, version ${found.version}; ${found.encoding}, ${words.text(form)}`),
      ...words.row(
        'inspect.content',
        found.timestamp !== null
          ? words.text('inspect.contentToken', { time: formatTime(found.timestamp, context.language) })
          : words.text(found.content === null ? 'inspect.contentBeside' : 'inspect.contentInside', { count: found.content }),
      ),
      ...words.bullets('report.chain', found.certificates),
      ...words.row('inspect.evidence', words.text('inspect.evidenceCount', { crls: found.crls, ocsp: found.ocsp })),
      ...words.row('inspect.signatures', found.signatures.length === 0 ? words.text('word.none') : undefined),
    ],
  }
  const signatures = found.signatures.map((one, i) => signatureSection(words, one, i, found.signatures.length))
  const odd =
    found.oddities.length > 0 ? [{ heading: words.text('report.oddities'), rows: [{ label: '', lines: oddityLines(context.catalogue, found.oddities) }] }] : []
  const note = found.signatures.length > 0 ? [{ rows: [{ label: '', lines: [words.text('inspect.notJudged')] }] }] : []
  return layOut([overview, ...signatures, ...odd, ...note], widthOf(context.io))
}

function listOf(words: InspectionWords, names: readonly string[] | null): string | undefined {
  return names === null ? undefined : safeText(names.join(', '), 1000) || words.text('word.none')
}

function signatureSection(words: InspectionWords, one: CmsSignatureInspection, index: number, count: number): Section {
  return {
    heading: words.text(one.parent ? 'report.countersignature' : 'report.signature', { number: index + 1, count, parent: one.parent }),
    rows: [
      ...words.signer(one.signer, one.time),
      ...words.row('report.level', safeText(one.level)),
      ...words.row('report.algorithms', [one.signatureAlgorithm, one.digestAlgorithm].filter(Boolean).join(', ')),
      ...words.row('inspect.signedAttributes', listOf(words, one.signed)),
      ...words.row('inspect.unsignedAttributes', listOf(words, one.unsigned)),
      ...words.claims(one.claims, []),
      ...words.timestamps(one.timestamps),
    ],
  }
}
