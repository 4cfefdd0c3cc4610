/**
 * RSA signature encodings (RFC 8017 §9) checked on the recovered encoded message, one code for every provider. Their own
 * verification cannot answer for all that is met: digests WebCrypto does not know, a PSS mask digest that differs from the
 * message digest, and DigestInfo without NULL parameters, which RFC 8017 §9.2 note 1 asks verifiers to accept.
 */

import { type DigestAlgorithm, digestInfo } from '../algorithms.ts'
import { concat, equal, fromBigInt, toBigInt } from '../bytes.ts'
import type { Hasher, PssParameters } from './provider.ts'

/** `signature ^ exponent mod modulus`, as long as the modulus; `null` when the signature is out of range (RSAVP1, RFC 8017 §5.2.2). */
export function rsaPublicOperation(modulus: Uint8Array, exponent: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const n = toBigInt(modulus)
  const length = fromBigInt(n).length
  const s = toBigInt(signature)
  if (signature.length !== length || s >= n) return null
  let e = toBigInt(exponent)
  let base = s
  let result = 1n
  for (; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % n
    base = (base * base) % n
  }
  return fromBigInt(result, length)
}

const prefixes = new Map<DigestAlgorithm, readonly Uint8Array[]>()

/** DigestInfo up to the digest, with and without the NULL parameters: the two encodings RFC 8017 §9.2 lets a verifier accept. */
function digestInfoPrefixes(digest: DigestAlgorithm): readonly Uint8Array[] {
  const known = prefixes.get(digest)
  if (known) return known
  const { oid, length } = digestInfo(digest)
  const body = oidContent(oid)
  const build = (parameters: Uint8Array): Uint8Array => {
    const algorithm = concat([Uint8Array.of(0x30, 2 + body.length + parameters.length, 0x06, body.length), body, parameters])
    return concat([Uint8Array.of(0x30, algorithm.length + 2 + length), algorithm, Uint8Array.of(0x04, length)])
  }
  const built = [build(Uint8Array.of(0x05, 0x00)), build(new Uint8Array(0))]
  prefixes.set(digest, built)
  return built
}

function oidContent(oid: string): Uint8Array {
  const [first, second, ...rest] = oid.split('.').map(Number) as [number, number, ...number[]]
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let v = Math.floor(arc / 128); v > 0; v = Math.floor(v / 128)) groups.unshift((v & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return Uint8Array.from(bytes)
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2): the whole encoded message is compared, nothing in it is skipped over. */
export function pkcs1Matches(encoded: Uint8Array, digest: DigestAlgorithm, value: Uint8Array): boolean {
  return digestInfoPrefixes(digest).some((prefix) => {
    const padding = encoded.length - 3 - prefix.length - value.length
    if (padding < 8) return false
    return equal(encoded, concat([Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), prefix, value]))
  })
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2), the mask digest of its own. */
export function pssMatches(encoded: Uint8Array, modulusBits: number, parameters: PssParameters, value: Uint8Array, hasher: Hasher, mgfHasher: Hasher): boolean {
  const emBits = modulusBits - 1
  const emLength = Math.ceil(emBits / 8)
  // With a modulus of 8k+1 bits the message is one byte shorter than the modulus; that byte has to be zero.
  const lead = encoded.length - emLength
  if (lead < 0 || encoded.subarray(0, lead).some((b) => b !== 0)) return false
  const em = encoded.subarray(lead)
  const hLength = value.length
  if (emLength < hLength + parameters.saltLength + 2 || em[emLength - 1] !== 0xbc) return false
  const maskedDb = em.subarray(0, emLength - hLength - 1)
  const h = em.subarray(emLength - hLength - 1, emLength - 1)
  const unused = 8 * emLength - emBits
  if (unused > 0 && (maskedDb[0] as number) >> (8 - unused) !== 0) return false
  const db = mgf1(h, maskedDb.length, mgfHasher)
  for (let i = 0; i < db.length; i++) db[i] = (db[i] as number) ^ (maskedDb[i] as number)
  if (unused > 0) db[0] = (db[0] as number) & (0xff >> unused)
  const zeros = emLength - hLength - parameters.saltLength - 2
  for (let i = 0; i < zeros; i++) if (db[i] !== 0) return false
  if (db[zeros] !== 1) return false
  const fresh = hasher.copy()
  fresh.update(new Uint8Array(8))
  fresh.update(value)
  fresh.update(db.subarray(db.length - parameters.saltLength, db.length))
  return equal(fresh.digest(), h)
}

function mgf1(seed: Uint8Array, length: number, hasher: Hasher): Uint8Array {
  const parts: Uint8Array[] = []
  for (let counter = 0, have = 0; have < length; counter++) {
    const fresh = hasher.copy()
    fresh.update(seed)
    fresh.update(Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter))
    const block = fresh.digest()
    parts.push(block)
    have += block.length
  }
  return concat(parts).slice(0, length)
}

/** ECDSA or DSA value r‖s from two integers; `null` when one is negative or longer than half. */
export function joinRs(r: bigint, s: bigint, half: number): Uint8Array | null {
  if (r < 0n || s < 0n) return null
  const a = fromBigInt(r, half)
  const b = fromBigInt(s, half)
  return a.length === half && b.length === half ? concat([a, b]) : null
}

/** The two integers of an r‖s value. */
export function splitRs(value: Uint8Array): { r: bigint; s: bigint } {
  const half = value.length / 2
  return { r: toBigInt(value.subarray(0, half)), s: toBigInt(value.subarray(half)) }
}
