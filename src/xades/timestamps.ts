/** Time-stamps in XAdES properties (EN 319 132-1 §5.1.4, §5.2.8, §5.3): what each is over is put together, and the token checked. */
import { parseTimestampToken, verifyTimestampToken } from '../cms/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { failed, notDone } from '../core/check.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { toReadTimestamp } from '../evidence/cms-signatures.ts'
import type { ReadTimestamp, Scope, TimestampType } from '../facts/index.ts'
import type { Certificate } from '../x509/index.ts'
import { type C14nAlgorithm, c14nFromUri } from '../xml/c14n/algorithm.ts'
import { canonicalize } from '../xml/c14n/canonicalize.ts'
import type { NodeId } from '../xml/tree.ts'
import { childElements } from '../xml/walk.ts'
import type { XmlDsigContext } from '../xmldsig/context.ts'
import { referencedData } from '../xmldsig/references.ts'
import type { Reference, XmlSignature } from '../xmldsig/signature.ts'
import { base64Text } from '../xmldsig/syntax.ts'
import { IMPLICIT, inclusivePrefixes, writeOctets } from '../xmldsig/transforms.ts'
import { descend, isSignedPropertiesType, isXades, xadesChildren } from './elements.ts'
import type { Qualifying } from './qualifying.ts'

/** What reading the time-stamps of a signature takes. */
export interface TimestampInput {
  readonly context: XmlDsigContext
  readonly signature: XmlSignature
  readonly qualifying: Qualifying
  /** Id of the signature; its time-stamps' begin with it. */
  readonly id: string
  readonly scope: Scope
  /** Certificates beside those in the tokens. */
  readonly candidates: readonly Certificate[]
}

interface Canonicalization {
  readonly algorithm: C14nAlgorithm
  readonly prefixes: readonly string[]
}

function unsupported(what: string): KysoError {
  return new KysoError('ERR_ALGORITHM_UNSUPPORTED', `${what} is not supported`, { algorithm: what })
}

/** How a time-stamp canonicalises: as it says, or by the canonicalisation that stands for none. */
function canonicalizationOf({ document }: XmlDsigContext, node: NodeId | undefined): Canonicalization {
  const uri = node === undefined ? undefined : document.attribute(node, 'Algorithm')
  if (node === undefined || uri === undefined || uri === '') return { algorithm: IMPLICIT, prefixes: [] }
  const algorithm = c14nFromUri(uri)
  if (!algorithm) throw unsupported(uri)
  return { algorithm, prefixes: inclusivePrefixes(document, node) }
}

/** The canonicalisation of a time-stamp element; in XAdES 1.1.1 it is a transform of what it names. */
function methodOf(context: XmlDsigContext, stamp: NodeId): Canonicalization {
  const { document } = context
  const method = descend(document, stamp, 'CanonicalizationMethod')
  if (method !== undefined) return canonicalizationOf(context, method)
  const transforms = xadesChildren(document, stamp, 'HashDataInfo').flatMap((info) => {
    const list = descend(document, info, 'Transforms')
    return list === undefined ? [] : [...childElements(document, list)]
  })
  if (transforms.length > 1) throw unsupported('several transforms of a time-stamp')
  return canonicalizationOf(context, transforms[0])
}

/** Takes octets, in order; a chunk is valid until the next. */
type Sink = (chunk: Uint8Array) => void

function writeElement(context: XmlDsigContext, apex: NodeId, { algorithm, prefixes }: Canonicalization, write: Sink): void {
  canonicalize(context.document, { apex }, algorithm, write, { inclusivePrefixes: prefixes, budget: context.budget })
}

/** Where the explicit references of a time-stamp lead (`Include`, `HashDataInfo`), none for the implicit mechanism. */
function included({ document }: XmlDsigContext, stamp: NodeId): { readonly node: NodeId; readonly uri: string }[] {
  return xadesChildren(document, stamp)
    .filter((node) => isXades(document, node, 'Include') || isXades(document, node, 'HashDataInfo'))
    .map((node) => ({ node, uri: document.attribute(node, 'URI') ?? document.attribute(node, 'uri') ?? '' }))
}

/** §5.3: the `SignatureValue` element. Explicit references have to name just that. */
function writeSignatureValue({ context, signature }: TimestampInput, stamp: NodeId, write: Sink): void {
  const { node } = signature.signatureValue
  for (const { uri } of included(context, stamp))
    if (!uri.startsWith('#') || context.ids.find(uri.slice(1)) !== node) throw unsupported(`a time-stamp over ${uri}`)
  writeElement(context, node, methodOf(context, stamp), write)
}

/** What a reference digests, nodes in the time-stamp's canonical form. */
function writeReference({ context, signature }: TimestampInput, reference: Reference, method: Canonicalization, write: Sink): void {
  const data = referencedData(context, signature, reference)
  const { algorithm, prefixes } = method
  writeOctets(context, data.kind === 'nodes' ? { ...data, kind: 'canonical', algorithm, inclusivePrefixes: prefixes, key: undefined } : data, write)
}

/** §5.2.8.1: every reference of the signature but that to the signed properties. */
function writeAllData(input: TimestampInput, stamp: NodeId, write: Sink): void {
  const method = methodOf(input.context, stamp)
  for (const reference of input.signature.references) if (!isSignedPropertiesType(reference.type)) writeReference(input, reference, method, write)
}

/** §5.2.8.2: the references that it names, each once. */
function writeIndividualData(input: TimestampInput, stamp: NodeId, write: Sink): void {
  const { context, signature } = input
  const method = methodOf(context, stamp)
  const left = new Map(signature.references.map((one) => [one.node, one]))
  const named = included(context, stamp)
  if (named.length === 0) throw unsupported('a time-stamp over nothing')
  for (const { node, uri } of named) {
    const target = uri.startsWith('#') ? context.ids.find(uri.slice(1)) : undefined
    const reference = typeof target === 'number' ? left.get(target) : undefined
    if (!reference || !left.delete(reference.node)) throw unsupported(`a time-stamp over ${uri}`)
    const data = context.document.attribute(node, 'referencedData')
    if (data === 'true' || data === '1') writeReference(input, reference, method, write)
    else writeElement(context, reference.node, method, write)
  }
}

interface Kind {
  readonly type: TimestampType
  /** Put before the number in its id. */
  readonly letter: string
  /** Absent for what is put together where signatures are kept for long: it stays open. */
  readonly write?: (input: TimestampInput, stamp: NodeId, write: Sink) => void
}

const SIGNED: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['AllDataObjectsTimeStamp', { type: 'content', letter: 'CT', write: writeAllData }],
  ['IndividualDataObjectsTimeStamp', { type: 'content', letter: 'CT', write: writeIndividualData }],
])
const UNSIGNED: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['SignatureTimeStamp', { type: 'signature', letter: 'T', write: writeSignatureValue }],
  ...['SigAndRefsTimeStamp', 'SigAndRefsTimeStampV2', 'RefsOnlyTimeStamp', 'RefsOnlyTimeStampV2', 'ArchiveTimeStamp', 'ArchiveTimeStampV2'].map(
    (local): [string, Kind] => [local, { type: 'archive', letter: 'A' }],
  ),
])

/** One token of a time-stamp element. */
async function readToken(input: TimestampInput, stamp: NodeId, token: NodeId, kind: Kind, id: string): Promise<ReadTimestamp> {
  const { context, candidates, scope } = input
  const { crypto, budget, document } = context
  const own: Scope = kind.type === 'content' ? scope : { kind: 'signature', of: input.id }
  if (!isXades(document, token, 'EncapsulatedTimeStamp'))
    return toReadTimestamp(id, kind.type, own, { result: null, check: notDone('cmsSyntax', 'time-stamps in XML are not supported') })
  try {
    const parsed = parseTimestampToken(base64Text(document, token), { budget })
    const { write } = kind
    const stamped = async (algorithm: DigestAlgorithm): Promise<Uint8Array | null> => {
      if (!write) return null
      try {
        const hasher = await crypto.createHash(algorithm)
        write(input, stamp, (chunk) => {
          budget.spend('hashedBytes', chunk.length)
          hasher.update(chunk)
        })
        return hasher.digest()
      } catch (error) {
        // What it is over is not at hand, or cannot be put together: nothing is known of it.
        if (!isAboutDocument(error) || error.code === 'ERR_ALGORITHM_UNSUPPORTED') throw error
        return null
      }
    }
    return toReadTimestamp(id, kind.type, own, { result: await verifyTimestampToken(crypto, budget, parsed, stamped, candidates) })
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return toReadTimestamp(id, kind.type, own, { result: null, check: failed('cmsSyntax', error.message) })
  }
}

/**
 * Reads the time-stamps of a signature. One that cannot be read is told, and does not touch the signature.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function readTimestamps(input: TimestampInput): Promise<ReadTimestamp[]> {
  const { context, qualifying, id } = input
  const { document, budget } = context
  const found: ReadTimestamp[] = []
  const numbers = new Map<string, number>()
  const lists = [
    [descend(document, qualifying.signed, 'SignedDataObjectProperties'), SIGNED],
    [qualifying.unsigned, UNSIGNED],
  ] as const
  for (const [parent, kinds] of lists)
    for (const stamp of xadesChildren(document, parent)) {
      const kind = kinds.get(document.name(stamp).local)
      if (!kind) continue
      for (const token of [...xadesChildren(document, stamp, 'EncapsulatedTimeStamp'), ...xadesChildren(document, stamp, 'XMLTimeStamp')]) {
        budget.spend('signatures')
        const number = (numbers.get(kind.letter) ?? 0) + 1
        numbers.set(kind.letter, number)
        found.push(await readToken(input, stamp, token, kind, `${id}-${kind.letter}${number}`))
      }
    }
  return found
}
