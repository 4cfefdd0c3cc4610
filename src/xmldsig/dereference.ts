/** From the URI of a reference to what it names (XML-DSig 1.1 §4.4.3.1–3). */
import { KysoError } from '../core/errors.ts'
import type { NodeId } from '../xml/tree.ts'
import type { XmlDsigContext } from './context.ts'
import type { Data } from './data.ts'

/** Why a reference has no octets. */
export type ReferenceProblem =
  /** A same-document reference that no element answers. */
  | 'notFound'
  /** Several elements bear the ID. */
  | 'duplicateId'
  /** Outside of the document and not at hand. */
  | 'external'
  /** An algorithm, or a form of URI, that is not done here. */
  | 'unsupported'
  /** A transform that cannot be applied to what it is given, or is malformed. */
  | 'transform'

/** A reference without octets. */
export function referenceError(reason: ReferenceProblem, uri: string | null, detail: string): KysoError {
  return new KysoError('ERR_XMLDSIG_REFERENCE', detail, { reason, uri })
}

const XPOINTER_ID = /^xpointer\(id\((?:'([^']*)'|"([^"]*)")\)\)$/

/** Schemes of XPointer (`element()`, `xmlns()`, `xpointer()` …): what looks like one is no ID, which has no parentheses. */
const POINTER = /^[A-Za-z_][\w.:-]*\(/

function subtree(context: XmlDsigContext, apex: NodeId, comments: boolean): Data {
  const picked = { apex, comments }
  const key = `${context.computed.documentKey(context.document)}:${apex}${comments ? '!' : ''}`
  return { kind: 'nodes', document: context.document, picked, key, shows: picked }
}

function byId(context: XmlDsigContext, uri: string, id: string, comments: boolean): Data {
  // Others take "#" for the whole document.
  const found = id === '' ? undefined : context.ids.find(id)
  if (found === undefined) throw referenceError('notFound', uri, `no element has the ID ${id}`)
  // Whoever takes the first of two lets an attacker choose which one is read and which one is checked.
  if (found === 'duplicate') throw referenceError('duplicateId', uri, `several elements have the ID ${id}`)
  return subtree(context, found, comments)
}

/**
 * What a reference names. `URI=""` and a bare ID leave comments out, the two forms of XPointer that every verifier knows keep them.
 *
 * @throws KysoError `ERR_XMLDSIG_REFERENCE` with a {@link ReferenceProblem}
 */
export function dereference(context: XmlDsigContext, uri: string | null): Data {
  if (uri === '') return subtree(context, 0, false)
  if (uri === null || !uri.startsWith('#')) {
    const bytes = context.external?.(uri)
    if (!bytes) throw referenceError('external', uri, uri === null ? 'a reference without URI, whose content is not at hand' : `${uri} is not at hand`)
    return { kind: 'octets', bytes, key: undefined, shows: undefined }
  }
  const fragment = uri.slice(1)
  if (fragment === 'xpointer(/)') return subtree(context, 0, true)
  const match = XPOINTER_ID.exec(fragment)
  if (match) return byId(context, uri, match[1] ?? match[2] ?? '', true)
  if (POINTER.test(fragment)) throw referenceError('unsupported', uri, `the pointer ${fragment} is not supported`)
  return byId(context, uri, fragment, false)
}
