/** What a signature covers, from its report alone: the paths of what passed references show. */
import type { ReferenceFacts } from '../../facts/index.ts'
import type { NodeId, XmlDocument } from '../../xml/index.ts'
import { pathOf } from '../../xml/path.ts'

/** Says of elements whether a signature covers them. */
export interface ReportedCoverage {
  covers(node: NodeId): boolean
}

/** Coverage of a signature that is not intact. */
export const NOTHING_COVERED: ReportedCoverage = { covers: () => false }

/**
 * Coverage by the references of a report.
 *
 * @param own the signature: it is taken out of what it stands in, and covered only where a reference goes into it
 */
export function reportedCoverage(document: XmlDocument, own: NodeId, references: readonly ReferenceFacts[]): ReportedCoverage {
  const end = document.subtreeEnd(own)
  const isOwn = (node: NodeId): boolean => node >= own && node < end
  // A path that was cut short names no element for certain.
  const paths = new Set(references.filter(({ result }) => result === 'passed').flatMap(({ elements }) => elements.filter((path) => !path.includes('…'))))
  return {
    covers(node) {
      const inside = isOwn(node)
      for (let at = node; ; at = document.parent(at)) {
        if (inside && (!isOwn(at) || at === own)) return false
        if (paths.has(pathOf(document, at))) return true
        if (at <= 0) return false
      }
    },
  }
}
