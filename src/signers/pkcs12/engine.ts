/** What signs with an opened key: Node's crypto, or WebCrypto where there is no Node. */
import type * as NodeCrypto from 'node:crypto'
import { parseSignatureAlgorithm, type SignatureAlgorithm } from '../../core/algorithms.ts'
import type { CurveName, PublicKey } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import { signEach } from '../batch.ts'
import type { Signer } from '../signer.ts'
import { webCryptoSigner } from '../webcrypto.ts'
import type { PrivateKey } from './private-key.ts'

/** Digest that goes with a curve's size. */
const CURVE_ALGORITHMS: Readonly<Record<CurveName, SignatureAlgorithm>> = {
  'P-256': 'ECDSA-SHA256',
  'P-384': 'ECDSA-SHA384',
  'P-521': 'ECDSA-SHA512',
  brainpoolP256r1: 'ECDSA-SHA256',
  brainpoolP384r1: 'ECDSA-SHA384',
  brainpoolP512r1: 'ECDSA-SHA512',
}

/**
 * The algorithm a key signs with.
 *
 * @param wanted `pss` for RSASSA-PSS with the usual digest; left out: PKCS #1 v1.5 with SHA-256 for RSA, the curve's digest for EC
 * @throws KysoError `ERR_ARGUMENT` when what is wanted does not go with the key, `ERR_ALGORITHM_UNSUPPORTED` when it is no algorithm
 */
export function chooseAlgorithm(key: PublicKey, pssOnly: boolean, wanted: SignatureAlgorithm | 'pss' | undefined): SignatureAlgorithm {
  const algorithm = wanted === undefined || wanted === 'pss' ? usualAlgorithm(key, pssOnly || wanted === 'pss') : wanted
  const { scheme } = parseSignatureAlgorithm(algorithm)
  const type = scheme.kind === 'RSASSA-PSS' || scheme.kind === 'RSASSA-PKCS1-v1_5' ? 'RSA' : scheme.kind === 'ECDSA' ? 'EC' : scheme.kind
  // RFC 4055 §1.2: a key under id-RSASSA-PSS signs nothing else, and with no other digest than it names.
  const forbidden = pssOnly && (scheme.kind !== 'RSASSA-PSS' || (key.type === 'RSA' && key.pss && key.pss.digest !== scheme.digest))
  if (type !== key.type || forbidden || (wanted === 'pss' && key.type !== 'RSA')) {
    throw new KysoError('ERR_ARGUMENT', `${wanted ?? algorithm} does not go with this ${key.type} key`, { algorithm: wanted ?? algorithm, keyType: key.type })
  }
  return algorithm
}

function usualAlgorithm(key: PublicKey, pss: boolean): SignatureAlgorithm {
  switch (key.type) {
    case 'RSA':
      if (!pss) return 'RSASSA-PKCS1-v1_5-SHA256'
      return `RSASSA-PSS-${(key.pss?.digest ?? 'SHA-256').replace(/^SHA-/, 'SHA')}` as SignatureAlgorithm
    case 'EC':
      return CURVE_ALGORITHMS[key.curve]
    case 'DSA':
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', 'kyso does not sign with DSA', { algorithm: 'DSA' })
    default:
      return key.type
  }
}

function importError(cause: unknown, key: PrivateKey): KysoError {
  return new KysoError('ERR_KEY_INVALID', `the private key cannot be used (${key.publicKey.type})`, { type: key.publicKey.type }, { cause })
}

/** A signer on Node's crypto: the key is imported once, each signature is one synchronous call, which is the fastest Node has. */
export function nodeSigner(node: typeof NodeCrypto, key: PrivateKey, algorithm: SignatureAlgorithm, certificates: readonly Uint8Array[]): Signer {
  const { scheme, digest } = parseSignatureAlgorithm(algorithm)
  const options = signOptions(node, importKey(node, key), scheme.kind)
  const digestName = 'digest' in scheme ? digest.toLowerCase().replace('sha-', 'sha') : null
  const signOne = (toBeSigned: Uint8Array): Uint8Array => {
    try {
      return new Uint8Array(node.sign(digestName, toBeSigned, options))
    } catch (cause) {
      throw new KysoError('ERR_KEY_INVALID', `the key could not sign with ${algorithm}`, { algorithm }, { cause })
    }
  }
  return { algorithm, certificates, sign: (requests, signOptions) => signEach(requests, signOptions, signOne) }
}

function importKey(node: typeof NodeCrypto, key: PrivateKey): NodeCrypto.KeyObject {
  const { buffer, byteOffset, length } = key.pkcs8
  try {
    return node.createPrivateKey({ key: Buffer.from(buffer, byteOffset, length), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw importError(cause, key)
  }
}

function signOptions(node: typeof NodeCrypto, key: NodeCrypto.KeyObject, kind: string): NodeCrypto.SignKeyObjectInput {
  if (kind === 'RSASSA-PSS') return { key, padding: node.constants.RSA_PKCS1_PSS_PADDING, saltLength: node.constants.RSA_PSS_SALTLEN_DIGEST }
  if (kind === 'RSASSA-PKCS1-v1_5') return { key, padding: node.constants.RSA_PKCS1_PADDING }
  return kind === 'ECDSA' ? { key, dsaEncoding: 'der' } : { key }
}

const WEB_DIGESTS: readonly string[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']

/** A signer on the platform's WebCrypto; the key is imported as non-extractable. */
export async function webSigner(key: PrivateKey, algorithm: SignatureAlgorithm, certificates: readonly Uint8Array[]): Promise<Signer> {
  const { scheme, digest } = parseSignatureAlgorithm(algorithm)
  const curve = key.publicKey.type === 'EC' ? key.publicKey.curve : undefined
  if (('digest' in scheme && !WEB_DIGESTS.includes(digest)) || curve?.startsWith('brainpool')) {
    throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `WebCrypto has no ${algorithm}${curve ? ` on ${curve}` : ''}`, { algorithm })
  }
  const parameters =
    scheme.kind === 'ECDSA' ? { name: 'ECDSA', namedCurve: curve } : { name: scheme.kind === 'RSASSA-PSS' ? 'RSA-PSS' : scheme.kind, hash: digest }
  let privateKey: CryptoKey
  try {
    privateKey = await globalThis.crypto.subtle.importKey('pkcs8', key.pkcs8 as BufferSource, parameters, false, ['sign'])
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'NotSupportedError') {
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `this WebCrypto has no ${algorithm}`, { algorithm }, { cause })
    }
    throw importError(cause, key)
  }
  return webCryptoSigner({ privateKey, certificates, algorithm })
}
