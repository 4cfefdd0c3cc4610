/** Trust anchors: a name and a public key (RFC 5914), never a name alone. */
import { equal } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { type Certificate, parseCertificate } from '../certificate.ts'
import { type Name, sameName } from '../name.ts'
import { parsePublicKey } from '../public-key.ts'

/** Somebody whose key is trusted to issue: a root, or an issuing CA itself. */
export interface TrustAnchor {
  readonly name: Name
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The certificate the anchor was taken from, where there was one; for display, and for its key identifier. */
  readonly certificate?: Certificate
  /** The anchor says nothing of what was signed before. */
  readonly notBefore?: Date
  /** The anchor says nothing of what was signed after. */
  readonly notAfter?: Date
}

/**
 * An anchor from a certificate: its subject and its key. The validity of a root is the root's own statement and bounds the
 * anchor; its other extensions do not (RFC 5280 §6.1: the anchor is an input, not part of the path).
 *
 * @param certificate DER, or one already read
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX`
 * @example
 * ```ts
 * const report = await verify(signed, { trust: [trustAnchor(rootCertificate)] })
 * report.signatures[0]?.trustAnchor // => 'CN=Lab root,O=Phòng thí nghiệm Ký số,C=VN'
 * ```
 */
export function trustAnchor(certificate: Uint8Array | Certificate): TrustAnchor {
  const read = certificate instanceof Uint8Array ? parseCertificate(certificate) : certificate
  return { name: read.subject, spki: read.spki, certificate: read, notBefore: read.notBefore, notAfter: read.notAfter }
}

const anchorKeys = new WeakMap<TrustAnchor, PublicKey>()

/** The anchor's public key. Throws as `parsePublicKey` does. */
export function anchorKey(anchor: TrustAnchor): PublicKey {
  let key = anchorKeys.get(anchor)
  if (!key) {
    key = parsePublicKey(anchor.spki)
    anchorKeys.set(anchor, key)
  }
  return key
}

/**
 * Whether a certificate speaks for the anchor itself: the same name and the same key.
 *
 * @example
 * ```ts
 * isAnchor(trustAnchor(root), parseCertificate(root)) // => true
 * ```
 */
export function isAnchor(anchor: TrustAnchor, certificate: Certificate): boolean {
  return equal(anchor.spki, certificate.spki) && sameName(anchor.name, certificate.subject)
}
