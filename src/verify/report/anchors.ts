/** What is known of anchors and no fact of a document: a report tells it of the signatures that end at them. */
import { toHex } from '../../core/bytes.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { digest } from '../../core/hash.ts'
import { isSelfIssued, type TrustAnchor } from '../../x509/index.ts'

/** What is told of an anchor. */
export interface AnchorTold {
  readonly role?: 'root' | 'issuing'
  /** Whether nothing says that the key is confirmed by one source only. */
  readonly confirmed: boolean
}

/** Anchors are compared by key, as facts have it. */
const keys = new WeakMap<TrustAnchor, Promise<string>>()

function keyOf(crypto: CryptoProvider, anchor: TrustAnchor): Promise<string> {
  let key = keys.get(anchor)
  if (!key) {
    key = digest(crypto, 'SHA-256', anchor.spki).then(toHex)
    keys.set(anchor, key)
  }
  return key
}

function roleOf({ role, certificate }: TrustAnchor): AnchorTold['role'] {
  return role ?? (certificate && (isSelfIssued(certificate) ? 'root' : 'issuing'))
}

/** What is told of anchors, by SHA-256 of their SubjectPublicKeyInfo in hexadecimal. A key that is given twice is as sure as the surer of the two. */
export async function anchorsTold(crypto: CryptoProvider, anchors: readonly TrustAnchor[]): Promise<ReadonlyMap<string, AnchorTold>> {
  const told = new Map<string, AnchorTold>()
  for (const anchor of anchors) {
    const key = await keyOf(crypto, anchor)
    const known = told.get(key)
    const role = roleOf(anchor) ?? known?.role
    told.set(key, { confirmed: known?.confirmed === true || anchor.confirmed !== false, ...(role ? { role } : {}) })
  }
  return told
}
