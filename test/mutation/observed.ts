/** What was seen of a file. */
import { createHash } from 'node:crypto'
import { type Certificate, publicKeyOf } from '../../src/x509/index.ts'

/** Facts about a file that hold of a seed, or that nobody ever signed. */
export interface Observed {
  /** One entry for each thing that is said to be signed: of its facts one has to be known. */
  readonly facts: (readonly string[])[]
  /** `intact` of each signature in order. */
  readonly states: (boolean | null)[]
  /** Of a seed: keys whose signatures do not hold in it. A mutation may be what makes it the file that they signed. */
  readonly unsure: string[]
  /** What is wrong whatever is known. */
  readonly problems: string[]
}

/** A short name of some bytes. */
export function hash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 22)
}

/** Whose key is not known. */
export const NOBODY = 'nobody'

/** A short name of a certificate's key, however it is written in it. */
export function keyOf(certificate: Certificate | undefined): string {
  if (!certificate) return NOBODY
  const parts = Object.entries(publicKeyOf(certificate)).filter(([name]) => name !== 'spki')
  return hash(JSON.stringify(parts, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)))
}
