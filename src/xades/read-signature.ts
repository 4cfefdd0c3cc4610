/** One `ds:Signature` read with its XAdES properties: every check done and recorded, nothing judged. */
import { type DigestAlgorithm, digestInfo } from '../core/algorithms.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import type { SignatureScheme } from '../core/crypto/provider.ts'
import { attempt, isAboutDocument } from '../core/errors.ts'
import { isAmong, NO_LATER_CHANGES } from '../evidence/cms-signatures.ts'
import type { ReadContext, ReadSignature, Scope } from '../facts/index.ts'
import type { Certificate } from '../x509/index.ts'
import { pathOf } from '../xml/path.ts'
import type { XmlTable } from '../xml/table.ts'
import type { NodeId } from '../xml/tree.ts'
import { childElements } from '../xml/walk.ts'
import { digestOfUri, type XmlSignatureScheme } from '../xmldsig/algorithms.ts'
import type { XmlDsigContext } from '../xmldsig/context.ts'
import { readSignature, type XmlSignature } from '../xmldsig/signature.ts'
import { isElement } from '../xmldsig/syntax.ts'
import { type ReferencesResult, verifyReferences } from '../xmldsig/verify.ts'
import { countersignedBy } from './counter-signature.ts'
import type { Externals } from './external.ts'
import { levelOf } from './level.ts'
import { propertyTime, propertyTimeClaims, readProperties } from './properties.ts'
import { findQualifying, type Oddity } from './qualifying.ts'
import { scopeOf } from './scope.ts'
import { findSigner } from './signer.ts'
import { readTimestamps } from './timestamps.ts'

/** What reading the signatures of one document shares. */
export interface Reading {
  readonly document: XmlTable
  readonly context: ReadContext
  readonly dsig: XmlDsigContext
  readonly externals: Externals
  /** Ids by element. */
  readonly ids: ReadonlyMap<NodeId, string>
  /** Certificates in the signatures' properties, and those from outside the document; one list for all signatures. */
  readonly others: readonly Certificate[]
}

/** One signature as read. */
export interface SignatureRead {
  readonly id: string
  readonly node: NodeId
  readonly facts: ReadSignature
  readonly oddities: readonly Oddity[]
  /** Absent where the element is none. */
  readonly checked?: { readonly signature: XmlSignature; readonly context: XmlDsigContext; readonly references: ReferencesResult; readonly valid: boolean }
}

const NO_SCOPE: Scope = { kind: 'elements', whole: false, references: [] }

/** A `Signature` element whose content is none. */
function unreadable(id: string, parent: string | undefined, path: string, check: Check): ReadSignature {
  return {
    id,
    ...(parent === undefined ? {} : { parent }),
    checks: [check],
    certificate: undefined,
    digestAlgorithm: undefined,
    scheme: undefined,
    certificates: [],
    level: 'XML-NOT-ETSI',
    scope: NO_SCOPE,
    claimedTime: undefined,
    boundBy: null,
    timestamps: [],
    laterChanges: NO_LATER_CHANGES,
    claims: { path },
  }
}

/** Of the digests that references name the one that proves least. */
function weakestDigest({ references }: XmlSignature): DigestAlgorithm | undefined {
  const found = [...new Set(references.flatMap(({ digestMethod }) => attempt(() => digestOfUri(digestMethod)) ?? []))].map(digestInfo)
  return found.sort((a, b) => Number(b.weak) - Number(a.weak) || a.length - b.length)[0]?.name
}

function knownScheme(scheme: XmlSignatureScheme | undefined): SignatureScheme | undefined {
  return scheme === undefined || scheme.kind === 'HMAC' || 'context' in scheme ? undefined : scheme
}

/** The elements `Manifest` that a reference of the signature is about, or that stand in its objects. */
function manifestElements(document: XmlTable, { objects }: XmlSignature, { references }: ReferencesResult): Set<NodeId> {
  const found = new Set<NodeId>()
  const inside = (object: NodeId): void => {
    for (const child of childElements(document, object)) if (isElement(document, child, 'Manifest')) found.add(child)
  }
  for (const { node } of objects) inside(node)
  for (const { apex } of references) {
    if (apex === undefined || apex === 0) continue
    if (isElement(document, apex, 'Manifest')) found.add(apex)
    else if (isElement(document, apex, 'Object')) inside(apex)
  }
  return found
}

/**
 * Manifests that are signed: nothing of them counts for the signature's value, but what they list is meant to be signed. One that could not be
 * looked through is open: it, or another beside it, is malformed, or it was moved out of the signature, so that nobody should look there.
 */
function manifestChecks(document: XmlTable, signature: XmlSignature, results: ReferencesResult): Check[] {
  const { manifests } = results
  const left = manifestElements(document, signature, results)
  for (const { manifest } of manifests) left.delete(manifest.node)
  const checks = manifests.map(({ signed, references }) => {
    if (!signed) return notDone('manifest', 'a manifest is covered by no reference that holds', { reason: 'unsigned' })
    const broken = references.filter(({ result }) => result === 'failed')
    const open = references.filter(({ result }) => result === 'notDone')
    const list = (all: typeof references): string =>
      all
        .slice(0, 3)
        .map(({ reference }) => reference.uri ?? '')
        .join(', ')
    if (broken.length > 0) return failed('manifest', `${broken.length} references of a manifest do not hold`, { count: broken.length, uri: list(broken) })
    if (open.length > 0) return notDone('manifest', `${open.length} references of a manifest could not be checked`, { count: open.length, uri: list(open) })
    return passed('manifest')
  })
  return left.size === 0 ? checks : [...checks, notDone('manifest', 'a manifest is malformed or stands outside of the signature', { count: left.size })]
}

/** Whether there is anything that the signature is over besides itself. */
function coversContent(scope: Scope, references: ReferencesResult['references']): Check {
  const content = (scope.kind === 'elements' ? scope.references : []).some(
    ({ role }, i) => role !== 'properties' && role !== 'keyInfo' && !(references[i]?.result === 'passed' && references[i]?.size === 0),
  )
  return content ? passed('contentCovered') : failed('contentCovered', 'no reference is over anything but the signature’s own properties')
}

/**
 * Reads one signature.
 *
 * @param enclosing the signature in whose `CounterSignature` property it stands
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 */
export async function readOne(reading: Reading, node: NodeId, enclosing: NodeId | undefined): Promise<SignatureRead> {
  const { document, context, ids } = reading
  const { budget } = context
  const id = ids.get(node) ?? ''
  const path = pathOf(document, node)
  let signature: XmlSignature
  try {
    signature = readSignature(document, node, budget)
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    const check = error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? notDone('xmlSyntax', error.message, error.data) : failed('xmlSyntax', error.message, error.data)
    return { id, node, facts: unreadable(id, enclosing === undefined ? undefined : ids.get(enclosing), path, check), oddities: [] }
  }
  const external = await reading.externals.resolverFor(signature)
  const dsig: XmlDsigContext = external ? { ...reading.dsig, external } : reading.dsig
  const references = await verifyReferences(dsig, signature)
  const qualifying = findQualifying(document, signature, references)
  const properties = readProperties(document, qualifying.signed)
  const signer = await findSigner(dsig, signature, properties.signingCertificates, reading.others)
  const scope = scopeOf(document, signature, references.references, signer.valid, budget)
  const { parent, checks: countersigned } = countersignedBy(document, node, enclosing, references)
  const parentId = parent === undefined ? undefined : ids.get(parent)
  const certificates = signature.keyInfo?.certificates ?? []
  const candidates = [...certificates, ...reading.others]
  const propertyOf = propertyTime(document, signature, references)
  const facts: ReadSignature = {
    id,
    ...(parentId === undefined ? {} : { parent: parentId }),
    checks: [
      passed('xmlSyntax'),
      ...references.checks,
      ...qualifying.checks,
      ...countersigned,
      ...signer.checks,
      ...manifestChecks(document, signature, references),
      coversContent(scope, references.references),
    ],
    certificate: signer.certificate,
    digestAlgorithm: weakestDigest(signature),
    scheme: knownScheme(signer.scheme),
    certificates,
    level: levelOf({
      document,
      signature,
      qualifying,
      properties: readProperties(document, qualifying.named),
      carriesCertificate: isAmong(signer.certificate, certificates),
    }),
    scope,
    claimedTime: properties.signingTime ?? (propertyOf?.covered ? propertyOf.time : undefined),
    boundBy: signer.boundBy,
    timestamps: await readTimestamps({ context: dsig, signature, qualifying, id, scope, candidates }),
    laterChanges: NO_LATER_CHANGES,
    claims: {
      path,
      ...(signature.id === undefined ? {} : { signatureId: signature.id.slice(0, 200) }),
      ...propertyTimeClaims(propertyOf),
      ...properties.claims,
    },
  }
  return { id, node, facts, oddities: qualifying.oddities, checked: { signature, context: dsig, references, valid: signer.valid } }
}
