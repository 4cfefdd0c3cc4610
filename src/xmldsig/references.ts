/** Validation of references (XML-DSig 1.1 §3.2.1): every one looked at, none judged. */
import { Budget } from '../core/budget.ts'
import { equal, toBase64 } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import { isAboutDocument, isKysoError, type KysoError } from '../core/errors.ts'
import { pathOf } from '../xml/path.ts'
import type { NodeId } from '../xml/tree.ts'
import { digestOfUri } from './algorithms.ts'
import type { XmlDsigContext } from './context.ts'
import { type Coverage, coverageOf, NOTHING_COVERED } from './coverage.ts'
import type { Data } from './data.ts'
import { dereference, type ReferenceProblem } from './dereference.ts'
import { type OtherForm, otherForms } from './diagnosis.ts'
import type { Reference, XmlSignature } from './signature.ts'
import { applyTransforms, digestOf } from './transforms.ts'

/** What came of a reference. */
export interface ReferenceResult {
  readonly reference: Reference
  readonly result: 'passed' | 'failed' | 'notDone'
  /** Why it did not pass: `digest`: what is there is not what was signed. */
  readonly reason?: ReferenceProblem | 'digest'
  readonly detail?: string
  /** The element that the URI names, 0 for the document; absent where it names nothing in it. */
  readonly apex?: NodeId
  /** Its path, `/` for the document. */
  readonly path?: string
  /** What the digest covers of the document, whether it holds or not; use {@link XmlVerification.covers} where it has to. */
  readonly coverage: Coverage
  /** How many octets were digested. */
  readonly size?: number
  /** The digest of what is there. */
  readonly digest?: Uint8Array
  /** Where the digest does not hold: another form of the same under which it would. */
  readonly matchesUnder?: OtherForm
}

/** An error that is about the document; anything else is passed on. */
export function documentError(error: unknown): KysoError {
  if (!isAboutDocument(error) || error.code === 'ERR_ARGUMENT') throw error
  return error
}

function outcomeOf(error: KysoError): Pick<ReferenceResult, 'result' | 'reason' | 'detail'> {
  const detail = error.message
  if (error.code === 'ERR_ALGORITHM_UNSUPPORTED' || error.code === 'ERR_XPATH_UNSUPPORTED') return { result: 'notDone', reason: 'unsupported', detail }
  const reason = error.code === 'ERR_XMLDSIG_REFERENCE' ? (error.data.reason as ReferenceProblem) : 'transform'
  return { result: reason === 'external' || reason === 'unsupported' ? 'notDone' : 'failed', reason, detail }
}

/**
 * The octets that a reference is about, not written yet.
 *
 * @throws KysoError as {@link dereference} and {@link applyTransforms} do
 */
export function referencedData(context: XmlDsigContext, signature: XmlSignature, reference: Reference): Data {
  return applyTransforms(context, signature, reference, dereference(context, reference.uri))
}

/** What one search may spend: a document whose other forms are far longer than the declared one fails all the same, only unexplained. */
function searchBudget({ document }: XmlDsigContext, octets: number): Budget {
  const most = 32 * octets + 1024 * 1024
  return new Budget({ c14nBytes: most, hashedBytes: most, c14nNodes: 128 * document.size + 20_000, xmlNodes: 8 * document.size + 1_000, xmlBytes: most })
}

async function diagnose(context: XmlDsigContext, data: Data, reference: Reference, octets: number): Promise<OtherForm | undefined> {
  const algorithm = digestOfUri(reference.digestMethod)
  const searching = { ...context, budget: searchBudget(context, octets) }
  try {
    for (const { form, data: other } of otherForms(searching, data))
      if (equal((await digestOf(searching, other, algorithm)).digest, reference.digestValue)) return form
  } catch (error) {
    if (!isKysoError(error, 'ERR_BUDGET_EXCEEDED')) throw error
  }
  return undefined
}

function placeOf(context: XmlDsigContext, start: Data): Pick<ReferenceResult, 'apex' | 'path'> {
  if (start.kind !== 'nodes' || 'nodes' in start.picked) return {}
  const { apex } = start.picked
  return { apex, path: apex === 0 ? '/' : pathOf(context.document, apex) }
}

async function checkOne(context: XmlDsigContext, signature: XmlSignature, reference: Reference): Promise<ReferenceResult> {
  let place: Pick<ReferenceResult, 'apex' | 'path'> = {}
  try {
    const algorithm = digestOfUri(reference.digestMethod)
    const start = dereference(context, reference.uri)
    place = placeOf(context, start)
    const data = applyTransforms(context, signature, reference, start)
    const { digest, length } = await digestOf(context, data, algorithm)
    const known = { reference, ...place, coverage: coverageOf(context.document, data.shows, signature.node, context.budget), size: length, digest }
    if (equal(digest, reference.digestValue)) return { ...known, result: 'passed' }
    const matchesUnder = context.computed.maySearch(length) ? await diagnose(context, data, reference, length) : undefined
    const detail = `the digest is ${toBase64(digest)}, not ${toBase64(reference.digestValue)}`
    return { ...known, result: 'failed', reason: 'digest', detail, ...(matchesUnder ? { matchesUnder } : {}) }
  } catch (error) {
    return { reference, ...place, ...outcomeOf(documentError(error)), coverage: NOTHING_COVERED }
  }
}

/**
 * Checks references one after the other.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function checkReferences(context: XmlDsigContext, signature: XmlSignature, references: readonly Reference[]): Promise<ReferenceResult[]> {
  const results: ReferenceResult[] = []
  for (const reference of references) results.push(await checkOne(context, signature, reference))
  return results
}

/** The form of a reference as a word that catalogues have. */
function formData(form: OtherForm | undefined): { matchesUnder?: string } {
  return form ? { matchesUnder: form.kind === 'canonicalization' ? form.algorithm : form.kind } : {}
}

/** The check that tells what came of a reference. */
export function referenceCheck({ reference, result, reason, detail, path, matchesUnder }: ReferenceResult): Check {
  if (result === 'passed') return passed('reference')
  const data = { uri: reference.uri, reason, ...(path === undefined ? {} : { path }), ...formData(matchesUnder) }
  return result === 'failed' ? failed('reference', detail ?? 'failed', data) : notDone('reference', detail ?? 'not done', data)
}
