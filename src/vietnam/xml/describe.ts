/**
 * What the signatures of a document of Vietnam mean: who signs as whom, what of the document is signed and what is not. Everything is read
 * out of what a signature covers; what nobody signed is named, never believed.
 */
import { KysoError } from '../../core/errors.ts'
import type { Report, SignatureReport } from '../../verify/report/report.ts'
import { type NodeId, parseXml, type XmlTable } from '../../xml/index.ts'
import { pathOf } from '../../xml/path.ts'
import { findSignatures } from '../../xmldsig/index.ts'
import type { TaxCodeOptions } from '../identity.ts'
import { NOTHING_COVERED, reportedCoverage } from './coverage.ts'
import type { PartFinding, SignatureContext, VietnamXmlDescription, VietnamXmlMessage, VietnamXmlSignature } from './description.ts'
import { resolve, resolvePlace, unitOfSignature, unitsOf } from './find.ts'
import type { ProfilePart, VietnamXmlProfile, XmlProfile } from './profile.ts'
import { XML_PROFILES } from './profiles/index.ts'
import { describeTime } from './signing-time.ts'
import { describeTaxCode } from './tax-code.ts'

/**
 * Says what the signatures of a document mean by the rules of its kind: electronic invoice, message, tax return, registration or notice,
 * social and health insurance, edXML.
 *
 * @param document the very file that was verified
 * @param report of `verify`
 * @throws KysoError `ERR_XML_*` for a document that is no XML, `ERR_ARGUMENT` for the report of another
 * @example
 * ```ts
 * const { signatures } = describeVietnamXml(signedEinvoice, await verify(signedEinvoice, { trust }))
 * signatures[0].role // => 'seller'
 * signatures[0].parts[0] // => { name: 'invoiceData', path: '/HDon/DLHDon', state: 'covered', required: true }
 * signatures[0].taxCode // => { result: 'same', document: '0100109106', certificate: ['0100109106'] }
 * ```
 */
export function describeVietnamXml(document: Uint8Array | XmlTable, report: Report, options: TaxCodeOptions = {}): VietnamXmlDescription {
  const tree = document instanceof Uint8Array ? parseXml(document) : document
  const signatures = locate(tree, report).map(({ node, signature }) => describeSignature(tree, node, signature, options))
  return { signatures, unsigned: unsignedUnits(tree) }
}

/** The signatures of a report with their elements: both come in the order of the document. */
function locate(document: XmlTable, report: Report): { node: NodeId; signature: SignatureReport }[] {
  const nodes = findSignatures(document)
  return report.signatures.map((signature, i) => {
    const node = nodes[i]
    if (node === undefined || pathOf(document, node) !== signature.claims.path)
      throw new KysoError('ERR_ARGUMENT', 'the report is not of this document', { argument: 'report' })
    return { node, signature }
  })
}

function describeSignature(document: XmlTable, node: NodeId, report: SignatureReport, options: TaxCodeOptions): VietnamXmlSignature {
  const match = profileOfSignature(document, node)
  const coverage = report.intact === true ? reportedCoverage(document, node, report.coverage.references ?? []) : NOTHING_COVERED
  const context: SignatureContext = { document, node, report, profile: match?.profile, unit: match?.unit, coverage }
  const parts = match ? match.profile.parts.map((part) => findPart(context, match.unit, part)) : []
  const time = describeTime(context)
  const taxCode = describeTaxCode(context, options)
  return {
    id: report.id,
    path: pathOf(document, node),
    profile: match?.profile.id ?? null,
    role: match?.profile.role ?? null,
    ...(match ? { unit: pathOf(document, match.unit) } : {}),
    intact: report.intact,
    indication: report.indication,
    complete: match !== undefined && parts.every(({ required, state }) => !required || state === 'covered'),
    parts,
    signingTime: time.finding,
    taxCode: taxCode.finding,
    messages: [
      ...signatureMessages(context),
      ...parts.flatMap((part, i) => partMessage(part, match?.profile.parts[i]?.reference !== 'none')),
      ...time.messages,
      ...taxCode.messages,
    ],
  }
}

function profileOfSignature(document: XmlTable, node: NodeId): { profile: XmlProfile; unit: NodeId } | undefined {
  for (const profile of XML_PROFILES) {
    const unit = unitOfSignature(document, node, profile)
    if (unit !== undefined) return { profile, unit }
  }
  return undefined
}

function findPart({ document, coverage }: SignatureContext, unit: NodeId, { name, path, required }: ProfilePart): PartFinding {
  const found = resolve(document, unit, path)
  if (found === 'missing') return { name, state: 'missing', required }
  if (found === 'several') return { name, state: 'repeated', required }
  return { name, path: pathOf(document, found.node), state: coverage.covers(found.node) ? 'covered' : 'notCovered', required }
}

function partMessage({ name, path, state, required }: PartFinding, expected: boolean): VietnamXmlMessage[] {
  const data = { part: name, ...(path === undefined ? {} : { path }) }
  if (state === 'covered') return [{ code: 'covered', severity: 'information', data }]
  if (state === 'repeated' && expected) return [{ code: 'partRepeated', severity: 'error', data }]
  if (state === 'missing') return required ? [{ code: 'partMissing', severity: 'error', data }] : []
  // What others sign is no fault of this signature.
  return [{ code: 'partNotCovered', severity: required ? 'error' : expected ? 'warning' : 'information', data }]
}

function signatureMessages({ document, node, report, profile, unit }: SignatureContext): VietnamXmlMessage[] {
  const messages: VietnamXmlMessage[] = []
  if (report.intact !== true) messages.push({ code: 'notIntact', severity: 'error', data: { why: report.intact === false ? 'failed' : 'unknown' } })
  if (!profile || unit === undefined)
    messages.push({ code: 'profileUnknown', severity: 'information', data: { place: pathOf(document, document.parent(node)) } })
  else if (profile.places.some((place) => resolvePlace(document, unit, place) === 'several')) messages.push({ code: 'placeRepeated', severity: 'error' })
  return messages
}

/** Units without a signature that are named. */
const MAX_UNSIGNED = 1000

/** Units of which no signature at any place of theirs is in the document. */
function unsignedUnits(document: XmlTable): VietnamXmlDescription['unsigned'] {
  const signed = new Set(findSignatures(document).flatMap((node) => profileOfSignature(document, node)?.unit ?? []))
  const units = new Map<NodeId, VietnamXmlProfile[]>()
  for (const profile of XML_PROFILES)
    for (const unit of unitsOf(document, profile)) {
      if (signed.has(unit) || (units.size >= MAX_UNSIGNED && !units.has(unit))) continue
      units.set(unit, [...(units.get(unit) ?? []), profile.id])
    }
  return [...units].map(([unit, profiles]) => ({ path: pathOf(document, unit), profiles }))
}
