/** PEM (RFC 7468) around certificates and other structures, as people keep them. */
import { fromBase64, fromLatin1 } from '../core/bytes.ts'

/** One block: its label and its bytes. */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/**
 * The blocks of a PEM text, text around them ignored; blocks that hold no base64 are left out.
 *
 * @param text in ASCII; PEM has no other characters that count
 * @example
 * ```ts
 * pemBlocks(await readFile('chain.pem', 'utf8')).map(({ label }) => label) // => ['CERTIFICATE', 'CERTIFICATE']
 * ```
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  const begin = '-----BEGIN '
  let end = 0
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, at)) {
    const labelEnd = text.indexOf('-----', at + begin.length)
    if (labelEnd === -1) break
    const label = text.slice(at + begin.length, labelEnd)
    // The next end line must be this block's own, and it is looked for once: anything else would be quadratic in a hostile file.
    if (end < labelEnd) end = text.indexOf('-----END ', labelEnd)
    if (end === -1) break
    at = labelEnd + 5
    if (!text.startsWith(`${label}-----`, end + 9)) continue
    const bytes = fromBase64(text.slice(labelEnd + 5, end).replace(/\s+/g, ''))
    if (bytes) blocks.push({ label, bytes })
    at = end
  }
  return blocks
}

/**
 * The DER structures of a file that is either DER or PEM; of PEM only the blocks with one of the labels.
 *
 * @param file the bytes; what begins with a SEQUENCE is taken for DER
 * @param labels what may stand behind `BEGIN`, as `X509 CRL`
 * @example
 * ```ts
 * const crls = derOrPem(await readFile('ca.crl'), ['X509 CRL'])
 * crls.length // => 1
 * ```
 */
export function derOrPem(file: Uint8Array, labels: readonly string[]): Uint8Array[] {
  if (file[0] === 0x30) return [file]
  return pemBlocks(fromLatin1(file)).flatMap((block) => (labels.includes(block.label) ? [block.bytes] : []))
}

/**
 * The certificates of a file, DER or PEM.
 *
 * @param file the bytes: one certificate in DER, or any number in PEM; they are not parsed
 * @example
 * ```ts
 * certificatesOf(await readFile('chain.pem')).length // => 2
 * ```
 */
export function certificatesOf(file: Uint8Array): Uint8Array[] {
  return derOrPem(file, ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])
}
