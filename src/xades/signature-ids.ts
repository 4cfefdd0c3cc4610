/** What the signatures of a document are called: alike where they are read and where one is named to be counter-signed. */
import type { NodeId } from '../xml/tree.ts'

/** Ids of the signatures: `signature-1` … for those that stand for themselves, `<parent>-C1` … for those inside one. */
export function nameSignatures(nodes: readonly NodeId[], enclosing: ReadonlyMap<NodeId, NodeId | undefined>): Map<NodeId, string> {
  const ids = new Map<NodeId, string>()
  const counts = new Map<string, number>()
  let alone = 0
  for (const node of nodes) {
    const outer = enclosing.get(node)
    const parent = outer === undefined ? undefined : ids.get(outer)
    if (parent === undefined) ids.set(node, `signature-${++alone}`)
    else {
      const number = (counts.get(parent) ?? 0) + 1
      counts.set(parent, number)
      ids.set(node, `${parent}-C${number}`)
    }
  }
  return ids
}
