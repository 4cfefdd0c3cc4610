/** Keys of the lab, by WebCrypto: made, kept where they are slow to make, and used. */
import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { type Block, encode, integer, nothing, oid, own, sequence, tagged } from './der.ts'

/** Keys the lab makes; `RSA-1024` to be refused. */
export type LabKeyAlgorithm = 'RSA-1024' | 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519'

/** Digests its keys sign with. */
export type LabDigest = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** How a key signs. */
export interface LabKeyOptions {
  /** RSASSA-PSS instead of PKCS#1 v1.5. The key itself is an rsaEncryption key either way. */
  readonly pss?: boolean
  /** The usual one of the key when left out: SHA-256, for P-384 SHA-384, for P-521 SHA-512. Ed25519 has none to choose. */
  readonly digest?: LabDigest
  /** A new RSA key rather than the one this process has made before. Elliptic keys are always new. */
  readonly freshKey?: boolean
}

/** A key pair and its way of signing. */
export interface LabKey {
  readonly keyAlgorithm: LabKeyAlgorithm
  readonly algorithm: SignatureAlgorithm
  /** What a SignerInfo of this key hashes with; SHA-512 for Ed25519 (RFC 8419 §3.1). */
  readonly digest: LabDigest
  /** Extractable. */
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** DER PrivateKeyInfo. */
  readonly pkcs8: Uint8Array
  /** A signature over `data`; ECDSA as DER ECDSA-Sig-Value. */
  sign(data: Uint8Array): Promise<Uint8Array>
}

interface KeyBytes {
  readonly spki: Uint8Array
  readonly pkcs8: Uint8Array
}

/** RSA keys that were made once. Only for end entities: authorities that share a key would trust each other's certificates. */
const kept = new Map<LabKeyAlgorithm, Promise<KeyBytes>>()

/** A key of the algorithm. */
export async function labKey(keyAlgorithm: LabKeyAlgorithm, options: LabKeyOptions = {}): Promise<LabKey> {
  const { spki, pkcs8 } = await keyBytes(keyAlgorithm, options.freshKey ?? false)
  const digest = keyAlgorithm === 'Ed25519' ? 'SHA-512' : (options.digest ?? usualDigest(keyAlgorithm))
  const web = importParameters(keyAlgorithm, digest, options.pss ?? false)
  const privateKey = await crypto.subtle.importKey('pkcs8', own(pkcs8), web, true, ['sign'])
  const publicKey = await crypto.subtle.importKey('spki', own(spki), web, true, ['verify'])
  const sign = async (data: Uint8Array): Promise<Uint8Array> => {
    const value = new Uint8Array(await crypto.subtle.sign(signParameters({ privateKey, digest }), privateKey, own(data)))
    return privateKey.algorithm.name === 'ECDSA' ? ecdsaSigValue(value) : value
  }
  return { keyAlgorithm, algorithm: algorithmName(keyAlgorithm, digest, options.pss ?? false), digest, privateKey, publicKey, spki, pkcs8, sign }
}

function keyBytes(algorithm: LabKeyAlgorithm, fresh: boolean): Promise<KeyBytes> {
  if (fresh || !algorithm.startsWith('RSA')) return generate(algorithm)
  const made = kept.get(algorithm) ?? generate(algorithm)
  kept.set(algorithm, made)
  return made
}

async function generate(algorithm: LabKeyAlgorithm): Promise<KeyBytes> {
  const pair = await crypto.subtle.generateKey(generateParameters(algorithm), true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new TypeError('a key pair was expected')
  return {
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)),
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
  }
}

function generateParameters(algorithm: LabKeyAlgorithm): RsaHashedKeyGenParams | EcKeyGenParams | Algorithm {
  if (algorithm === 'Ed25519') return { name: 'Ed25519' }
  if (algorithm.startsWith('P-')) return { name: 'ECDSA', namedCurve: algorithm }
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: Number(algorithm.slice(4)), publicExponent: Uint8Array.of(1, 0, 1) }
}

function importParameters(algorithm: LabKeyAlgorithm, hash: LabDigest, pss: boolean): RsaHashedImportParams | EcKeyImportParams | Algorithm {
  if (algorithm === 'Ed25519') return { name: 'Ed25519' }
  if (algorithm.startsWith('P-')) return { name: 'ECDSA', namedCurve: algorithm }
  return { name: pss ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5', hash }
}

/** What WebCrypto, and @peculiar/x509 after it, want to know to sign with the key. */
export function signParameters(key: Pick<LabKey, 'privateKey' | 'digest'>): Algorithm | EcdsaParams | RsaPssParams {
  const { name } = key.privateKey.algorithm
  if (name === 'ECDSA') return { name, hash: key.digest }
  return name === 'RSA-PSS' ? { name, saltLength: digestLength(key.digest) } : { name }
}

function usualDigest(algorithm: LabKeyAlgorithm): LabDigest {
  if (algorithm === 'P-521') return 'SHA-512'
  return algorithm === 'P-384' ? 'SHA-384' : 'SHA-256'
}

function digestLength(digest: LabDigest): number {
  return digest === 'SHA-1' ? 20 : Number(digest.slice(4)) / 8
}

function algorithmName(algorithm: LabKeyAlgorithm, digest: LabDigest, pss: boolean): SignatureAlgorithm {
  if (algorithm === 'Ed25519') return 'Ed25519'
  const part = digest.replace('-', '') as 'SHA1' | 'SHA256' | 'SHA384' | 'SHA512'
  if (algorithm.startsWith('P-')) return `ECDSA-${part}`
  return pss ? `RSASSA-PSS-${part}` : `RSASSA-PKCS1-v1_5-${part}`
}

/** r‖s of WebCrypto as ECDSA-Sig-Value (RFC 3279 §2.2.3). */
function ecdsaSigValue(value: Uint8Array): Uint8Array {
  const half = value.length / 2
  const [r, s] = [value.subarray(0, half), value.subarray(half)].map((part) => integer(part.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n)))
  return encode(sequence(r ?? null, s ?? null))
}

const DIGEST_OIDS: Readonly<Record<LabDigest, string>> = {
  'SHA-1': '1.3.14.3.2.26',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
}
const PKCS1_OIDS: Readonly<Record<LabDigest, string>> = {
  'SHA-1': '1.2.840.113549.1.1.5',
  'SHA-256': '1.2.840.113549.1.1.11',
  'SHA-384': '1.2.840.113549.1.1.12',
  'SHA-512': '1.2.840.113549.1.1.13',
}
const ECDSA_OIDS: Readonly<Record<LabDigest, string>> = {
  'SHA-1': '1.2.840.10045.4.1',
  'SHA-256': '1.2.840.10045.4.3.2',
  'SHA-384': '1.2.840.10045.4.3.3',
  'SHA-512': '1.2.840.10045.4.3.4',
}

/** The object identifier of a digest. */
export function digestOid(digest: LabDigest): string {
  return DIGEST_OIDS[digest]
}

/** AlgorithmIdentifier of a digest, parameters absent (RFC 5754 §2). */
export function digestIdentifier(digest: LabDigest): Block {
  return sequence(oid(DIGEST_OIDS[digest]))
}

/** The digest of an object identifier, or `undefined`. */
export function digestOf(id: string): LabDigest | undefined {
  return (Object.keys(DIGEST_OIDS) as LabDigest[]).find((digest) => DIGEST_OIDS[digest] === id)
}

/** AlgorithmIdentifier of what a key signs (RFC 4055 §3.1 and §5, RFC 5758 §3.2, RFC 8410 §3). */
export function signatureIdentifier(key: LabKey): Block {
  switch (key.privateKey.algorithm.name) {
    case 'Ed25519':
      return sequence(oid('1.3.101.112'))
    case 'ECDSA':
      return sequence(oid(ECDSA_OIDS[key.digest]))
    case 'RSA-PSS':
      return sequence(oid('1.2.840.113549.1.1.10'), pssParameters(key.digest))
    default:
      return sequence(oid(PKCS1_OIDS[key.digest]), nothing())
  }
}

function pssParameters(digest: LabDigest): Block {
  // Every part of the parameters is DEFAULT when the digest is SHA-1, so DER leaves all of them out.
  if (digest === 'SHA-1') return sequence()
  const mgf1 = sequence(oid('1.2.840.113549.1.1.8'), digestIdentifier(digest))
  return sequence(tagged(0, digestIdentifier(digest)), tagged(1, mgf1), tagged(2, integer(digestLength(digest))))
}
