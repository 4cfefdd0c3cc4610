/** What is told of a file beyond what its reader shows. */

/** Codes are stable; each has a text `oddity.<code>` in the catalogues. */
export type UnseenCode =
  | 'before-other-format'
  | 'after-other-format'
  | 'after-newest-revision'
  | 'hidden-pages'
  | 'unused-objects'
  | 'stray-objects'
  | 'stray-objects-in-use'
  | 'overlapping-objects'
  | 'unreadable-objects'
  | 'decisive-key-twice'
  | 'string-for-name'
  | 'name-for-string'
  | 'external-stream'
  | 'unseen-unfinished'

/** One of them. */
export interface UnseenFinding {
  readonly code: UnseenCode
  /** English line for logs. */
  readonly detail: string
  /** File offset. */
  readonly offset?: number
}

/** Examples that a line names. */
const MAX_NAMED = 5

/** `a, b and 3 more`. */
export function someOf(texts: Iterable<string>, total: number): string {
  const named: string[] = []
  for (const text of texts) {
    if (named.length >= MAX_NAMED) break
    named.push(text)
  }
  return total > named.length ? `${named.join(', ')} and ${total - named.length} more` : named.join(', ')
}

/** `3 pages, 1 catalog`, in the order in which the kinds came up. */
export function countsOf(kinds: ReadonlyMap<string, number>): string {
  return Array.from(kinds, ([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ')
}
