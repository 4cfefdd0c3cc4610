/** What was seen of a file. */
import { createHash } from 'node:crypto'

/** Facts about a file that hold of a seed, or that nobody ever signed. */
export interface Observed {
  /** One entry for each thing that is said to be signed: of its facts one has to be known. */
  readonly facts: (readonly string[])[]
  /** `intact` of each signature in order. */
  readonly states: (boolean | null)[]
  /** What is wrong whatever is known. */
  readonly problems: string[]
}

/** A short name of some bytes. */
export function hash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 22)
}
