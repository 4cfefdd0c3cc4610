/** A file with a signature in it that has no value yet: what is digested and signed is what any verifier will compute from it. */
import { Budget } from '../../core/budget.ts'
import { equal } from '../../core/bytes.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { attempt, isKysoError, KysoError } from '../../core/errors.ts'
import { parseXml } from '../../xml/parse.ts'
import type { XmlTable } from '../../xml/table.ts'
import type { NodeId } from '../../xml/tree.ts'
import { digestOfUri } from '../../xmldsig/algorithms.ts'
import { type XmlDsigContext, xmlDsigContext } from '../../xmldsig/context.ts'
import { checkReferences, referencedData } from '../../xmldsig/references.ts'
import { findSignatures, readSignature, type XmlSignature } from '../../xmldsig/signature.ts'
import { digestOf } from '../../xmldsig/transforms.ts'
import { signedInfoOctets } from '../../xmldsig/verify.ts'
import { enclosingSignature } from '../counter-signature.ts'
import { nameSignatures } from '../signature-ids.ts'
import { referenceProblem } from './locate.ts'

/** The file and the one signature of it that is being made. */
export interface Draft {
  readonly file: Uint8Array
  readonly document: XmlTable
  readonly context: XmlDsigContext
  readonly signature: XmlSignature
}

/**
 * Reads a file that was put together.
 *
 * @param contents what references that lead out are over
 * @throws KysoError `ERR_STATE_MISMATCH` where the signature is not in it, or not alone; `ERR_XML_*`, `ERR_XMLDSIG_SYNTAX`
 */
export function openDraft(file: Uint8Array, signatureId: string, contents: ReadonlyMap<string, Uint8Array>, crypto: CryptoProvider): Draft {
  const budget = new Budget()
  const document = parseXml(file, { budget })
  const external = (uri: string | null): Uint8Array | undefined => (uri === null ? undefined : contents.get(uri))
  const [node, ...others] = findSignatures(document).filter((one) => document.attribute(one, 'Id') === signatureId)
  if (node === undefined || others.length > 0) throw new KysoError('ERR_STATE_MISMATCH', 'the signature is not where it was prepared', { why: 'signature' })
  return { file, document, context: xmlDsigContext(document, { crypto, budget, external }), signature: readSignature(document, node, budget) }
}

/** In the words of whoever signs. */
function asProblem(error: unknown): unknown {
  if (!isKysoError(error, 'ERR_XMLDSIG_REFERENCE')) return error
  const { reason, uri } = error.data
  if (reason === 'notFound' || reason === 'duplicateId') return referenceProblem(reason, String(uri))
  return reason === 'external' ? referenceProblem('content', String(uri)) : error
}

/**
 * Digests of all references, whatever stands in them.
 *
 * @throws KysoError `ERR_XML_REFERENCE`, `ERR_XMLDSIG_REFERENCE`, `ERR_XPATH_*`, `ERR_C14N_NAMESPACE`, `ERR_ALGORITHM_UNSUPPORTED`
 */
export async function referenceDigests({ context, signature }: Draft): Promise<Uint8Array[]> {
  const digests: Uint8Array[] = []
  try {
    for (const reference of signature.references)
      digests.push((await digestOf(context, referencedData(context, signature, reference), digestOfUri(reference.digestMethod))).digest)
  } catch (error) {
    throw asProblem(error)
  }
  return digests
}

/** The first reference whose digest is not that of what it names; `undefined` where all hold. */
export async function brokenReference({ context, signature }: Draft): Promise<string | undefined> {
  const results = await checkReferences(context, signature, signature.references)
  return results.find(({ result }) => result !== 'passed')?.reference.uri ?? undefined
}

/** What is signed. */
export function toBeSigned({ context, signature }: Draft): Uint8Array {
  return signedInfoOctets(context, signature)
}

/** A signature that was in the document before: what its value is over, and which of its references held. */
interface Earlier {
  readonly id: string
  readonly signedInfo: Uint8Array | undefined
  readonly results: readonly ('passed' | 'failed' | 'notDone')[]
}

async function earlier(document: XmlTable, context: XmlDsigContext, nodes: readonly NodeId[]): Promise<(Earlier | undefined)[]> {
  const found: (Earlier | undefined)[] = []
  const names = nameSignatures(nodes, new Map(nodes.map((node) => [node, enclosingSignature(document, node)])))
  for (const [i, node] of nodes.entries()) {
    const signature = attempt(() => readSignature(document, node, context.budget))
    if (!signature) {
      found.push(undefined)
      continue
    }
    const results = await checkReferences(context, signature, signature.references)
    const id = signature.id ?? names.get(node) ?? `signature-${i + 1}`
    found.push({ id, signedInfo: attempt(() => signedInfoOctets(context, signature)), results: results.map(({ result }) => result) })
  }
  return found
}

/**
 * Refuses a file in which a signature of the document no longer holds that held before.
 *
 * @param before the document as it was; nothing is looked at where it holds no signatures
 * @throws KysoError `ERR_XML_SIGNATURE_BROKEN` with its ID
 */
export async function checkEarlier(before: XmlTable | undefined, draft: Draft): Promise<void> {
  const old = before ? findSignatures(before) : []
  const kept = findSignatures(draft.document).filter((node) => node !== draft.signature.node)
  // In base64 they are no signatures of the file.
  if (!before || old.length === 0 || kept.length === 0) return
  const { crypto } = draft.context
  const was = await earlier(before, xmlDsigContext(before, { crypto, budget: new Budget() }), old)
  const is = await earlier(draft.document, draft.context, kept)
  for (const [i, one] of was.entries()) {
    if (!one || one.results.includes('failed')) continue
    const now = is[i]
    const sameValue = one.signedInfo === undefined || (now?.signedInfo !== undefined && equal(now.signedInfo, one.signedInfo))
    const sameReferences = one.results.every((result, k) => result !== 'passed' || now?.results[k] === 'passed')
    if (!sameValue || !sameReferences) throw new KysoError('ERR_XML_SIGNATURE_BROKEN', `the signature ${one.id} would no longer hold`, { id: one.id })
  }
}
