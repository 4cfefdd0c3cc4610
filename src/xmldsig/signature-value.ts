/** Checking of a `SignatureValue` (XML-DSig 1.1 §6.2, §6.4): the forms of the values, then the mathematics. */
import { curveInfo, type DigestAlgorithm, digestInfo } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import { concat } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import type { CryptoProvider, PublicKey } from '../core/crypto/provider.ts'
import { isAboutDocument } from '../core/errors.ts'
import { schemeFitsKey, verifyScheme } from '../x509/signed.ts'
import { type XmlSignatureScheme, xmlSchemeName } from './algorithms.ts'

/** What a signature is checked with: a public key, or the secret that both sides of an HMAC share. */
export type VerificationKey = PublicKey | { readonly type: 'HMAC'; readonly secret: Uint8Array }

/** Block length of a digest in bytes (FIPS 180-4, FIPS 202), for HMAC. */
function blockLength(digest: DigestAlgorithm): number {
  if (digest.startsWith('SHA3-')) return 200 - 2 * digestInfo(digest).length
  return digestInfo(digest).length > 32 || digest === 'SHA-512/256' ? 128 : 64
}

/** HMAC (RFC 2104) of `data`. */
export async function hmac(crypto: CryptoProvider, digest: DigestAlgorithm, secret: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const block = blockLength(digest)
  const hash = async (parts: readonly Uint8Array[]): Promise<Uint8Array> => {
    const hasher = await crypto.createHash(digest)
    for (const part of parts) hasher.update(part)
    return hasher.digest()
  }
  const key = new Uint8Array(block)
  key.set(secret.length > block ? await hash([secret]) : secret)
  const inner = await hash([key.map((octet) => octet ^ 0x36), data])
  return hash([key.map((octet) => octet ^ 0x5c), inner])
}

/** Whether two values are the same, in a time that does not depend on where they differ: one of them must stay unknown. */
function sameSecretly(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}

type EdwardsVariant = Extract<XmlSignatureScheme, { kind: 'Ed25519ctx' | 'Ed25519ph' | 'Ed448ctx' | 'Ed448ph' }>

/** The forms of EdDSA with a context or a digest (RFC 8032 §5.1, §5.2), which no provider has. */
async function verifyEdwards(scheme: EdwardsVariant, key: PublicKey, data: Uint8Array, value: Uint8Array): Promise<boolean> {
  const curve = scheme.kind.startsWith('Ed448') ? 'Ed448' : 'Ed25519'
  if (key.type !== curve || value.length !== (curve === 'Ed448' ? 114 : 64)) return false
  const { context } = scheme
  if (curve === 'Ed448') {
    const { ed448, ed448ph } = await import('@noble/curves/ed448.js')
    return (scheme.kind === 'Ed448ph' ? ed448ph : ed448).verify(value, data, key.point, { context })
  }
  const { ed25519ctx, ed25519ph } = await import('@noble/curves/ed25519.js')
  return (scheme.kind === 'Ed25519ph' ? ed25519ph : ed25519ctx).verify(value, data, key.point, { context, zip215: false })
}

/** What is wrong with the length of a value, which is r‖s here (XML-DSig 1.1 §6.4.3; §6.4.1 for DSA); `null` where nothing is. */
function formFault(key: PublicKey, value: Uint8Array): string | null {
  const half = key.type === 'EC' ? Math.ceil(curveInfo(key.curve).n.toString(16).length / 2) : key.type === 'DSA' ? Math.ceil(key.qBits / 8) : 0
  if (half === 0 || value.length === 2 * half) return null
  const asn1 = value[0] === 0x30 ? ': ASN.1, where XML signatures have the two numbers one after the other' : ''
  return `a value of ${value.length} octets where ${2 * half} belong${asn1}`
}

function isEdwardsVariant(scheme: XmlSignatureScheme): scheme is EdwardsVariant {
  return 'context' in scheme
}

/** The check of a value over the canonical form of `SignedInfo`. */
export async function checkSignatureValue(
  crypto: CryptoProvider,
  budget: Budget,
  scheme: XmlSignatureScheme,
  key: VerificationKey,
  data: Uint8Array,
  value: Uint8Array,
): Promise<Check> {
  try {
    if (scheme.kind === 'HMAC' || key.type === 'HMAC') {
      if (scheme.kind !== 'HMAC' || key.type !== 'HMAC') return failed('signatureValue', `the signature is ${xmlSchemeName(scheme)}, the key is ${key.type}`)
      budget.spend('signatureChecks')
      const expected = (await hmac(crypto, scheme.digest, key.secret, data)).subarray(0, scheme.bits / 8)
      return sameSecretly(expected, value) ? passed('signatureValue') : failed('signatureValue', 'the value is not that of the secret')
    }
    if (isEdwardsVariant(scheme)) {
      budget.spend('signatureChecks')
      return answer(await verifyEdwards(scheme, key, data, value))
    }
    if (!schemeFitsKey(scheme, key)) return failed('signatureValue', `the signature is ${xmlSchemeName(scheme)}, the key is ${key.type}`)
    // ECDSA and DSA have another form here than in X.509 (r‖s), the rest has the same.
    if (key.type !== 'EC' && key.type !== 'DSA') return answer(await verifyScheme(crypto, budget, scheme, key, data, value))
    const fault = formFault(key, value)
    if (fault) return failed('signatureValue', fault)
    budget.spend('signatureChecks')
    return answer(await crypto.verify(scheme, key, data, value))
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? notDone('signatureValue', error.message, error.data) : failed('signatureValue', error.message)
  }
}

function answer(holds: boolean): Check {
  return holds ? passed('signatureValue') : failed('signatureValue', 'the signature value does not verify with the key')
}

/** Everything put together that a sink was given, each chunk copied: writers use their buffers again. */
export class Collector {
  readonly #chunks: Uint8Array[] = []
  readonly write = (chunk: Uint8Array): void => {
    this.#chunks.push(chunk.slice())
  }
  bytes(): Uint8Array {
    return concat(this.#chunks)
  }
}
