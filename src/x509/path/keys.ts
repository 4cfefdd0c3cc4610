/** The keys along a path: a DSA key may leave its parameters to be inherited from the issuer (RFC 3279 §2.3.2, RFC 5280 §6.1.4 (f)). */
import { decode, encode } from '../../asn1/index.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { isAboutDocument, KysoError } from '../../core/errors.ts'
import { ALGORITHM } from '../algorithm-identifier.ts'
import { type Certificate, publicKeyOf } from '../certificate.ts'
import { parsePublicKey, SubjectPublicKeyInfo } from '../public-key.ts'
import { anchorKey, isAnchor, type TrustAnchor } from './anchor.ts'

/** A path from a leaf to an anchor: the leaf first, the anchor's own certificate left out. */
export interface CertificatePath {
  readonly certificates: readonly Certificate[]
  readonly anchor: TrustAnchor
}

/**
 * Whether the only certificate of a path is the anchor's own: to RFC 5280 §6.1 a path of no certificates, because the anchor is an input
 * that nobody has to vouch for. It is named in the path all the same, as the one whose key was used.
 */
export function endsInAnchor({ certificates, anchor }: CertificatePath): boolean {
  const [only, ...others] = certificates
  return only !== undefined && others.length === 0 && isAnchor(anchor, only)
}

const incomplete = new WeakMap<Certificate, boolean>()

function isIncomplete(spki: Uint8Array): boolean {
  try {
    const { algorithm, parameters } = decode(SubjectPublicKeyInfo, spki).algorithm
    // §6.1.4 (f) takes NULL for left out.
    return algorithm === ALGORITHM.dsa && (parameters === undefined || parameters[0] === 0x05)
  } catch (error) {
    if (isAboutDocument(error)) return false
    throw error
  }
}

/** Whether the certificate's key is a DSA key without parameters, so that only the path can tell what it is. */
export function inheritsParameters(certificate: Certificate): boolean {
  let known = incomplete.get(certificate)
  if (known === undefined) {
    known = isIncomplete(certificate.spki)
    incomplete.set(certificate, known)
  }
  return known
}

/**
 * The key at an index of a path, the anchor's behind the last certificate; its parameters inherited where it has none.
 *
 * @throws KysoError as `parsePublicKey` does, `ERR_KEY_INVALID` also where nobody above has parameters to inherit
 */
export function subjectKeyOf(path: CertificatePath, index: number): PublicKey {
  const certificate = path.certificates[index]
  if (!certificate) return anchorKey(path.anchor)
  if (!inheritsParameters(certificate)) return publicKeyOf(certificate)
  let above = index + 1
  for (let one = path.certificates[above]; one && inheritsParameters(one); one = path.certificates[above]) above++
  const from = decode(SubjectPublicKeyInfo, path.certificates[above]?.spki ?? path.anchor.spki).algorithm
  if (from.algorithm !== ALGORITHM.dsa || !from.parameters) throw new KysoError('ERR_KEY_INVALID', 'a DSA key with no parameters to inherit')
  const { subjectPublicKey } = decode(SubjectPublicKeyInfo, certificate.spki)
  return parsePublicKey(encode(SubjectPublicKeyInfo, { algorithm: from, subjectPublicKey }))
}

/** The key that issued the certificate at `index` of a path. */
export function issuerKeyOf(path: CertificatePath, index: number): PublicKey {
  return subjectKeyOf(path, index + 1)
}
