/** PBKDF2 as PKCS #12 files use it: its parameters checked, the number of rounds bounded. */
import type { DigestAlgorithm } from '../../core/algorithms.ts'
import type { Budget } from '../../core/budget.ts'
import type { KdfParameters } from '../../core/crypto/kdf.ts'
import { KysoError } from '../../core/errors.ts'
import type { AlgorithmIdentifier } from '../../x509/algorithm-identifier.ts'
import { malformed, OID, Pbkdf2Params, read, unsupported } from './structures.ts'

/** HMAC by object identifier (RFC 8018 appendix B.1.2). */
const HMAC_DIGESTS: ReadonlyMap<string, DigestAlgorithm> = new Map([
  [OID.hmacWithSha1, 'SHA-1'],
  ['1.2.840.113549.2.8', 'SHA-224'],
  ['1.2.840.113549.2.9', 'SHA-256'],
  ['1.2.840.113549.2.10', 'SHA-384'],
  ['1.2.840.113549.2.11', 'SHA-512'],
  ['1.2.840.113549.2.13', 'SHA-512/256'],
])

/** No writer asks for more rounds in one derivation, and more would take seconds for each password that is tried. */
const MAX_ITERATIONS = 5_000_000

/** A number of rounds from a file; throws `ERR_PKCS12_SYNTAX` for less than one, `ERR_BUDGET_EXCEEDED` for an absurd number. */
export function checkedIterations(iterations: number, what: string): number {
  if (iterations < 1) throw malformed(`${what}: ${iterations} rounds of key derivation`, what)
  if (iterations > MAX_ITERATIONS) {
    throw new KysoError('ERR_BUDGET_EXCEEDED', `${what}: ${iterations} rounds of key derivation`, { kind: 'kdfRounds', limit: MAX_ITERATIONS })
  }
  return iterations
}

/** The digest of an HMAC identifier; throws `ERR_PKCS12_UNSUPPORTED`. */
export function hmacDigest(algorithm: string, what: string): DigestAlgorithm {
  const digest = HMAC_DIGESTS.get(algorithm)
  if (!digest) throw unsupported(what, algorithm)
  return digest
}

/** Parameters of PBKDF2; `length` is undefined where the file leaves it to the cipher. */
export type Pbkdf2 = Omit<KdfParameters, 'length'> & { readonly length: number | undefined }

/**
 * Reads the parameters of the one key derivation function that is supported.
 *
 * @throws KysoError `ERR_PKCS12_UNSUPPORTED`, `ERR_PKCS12_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 */
export function readPbkdf2(identifier: AlgorithmIdentifier, what: string, budget: Budget): Pbkdf2 {
  if (identifier.algorithm !== OID.pbkdf2) throw unsupported('the key derivation', identifier.algorithm)
  const { salt, iterationCount, keyLength, prf } = read(Pbkdf2Params, identifier.parameters ?? new Uint8Array(0), what, budget)
  if (salt.type === 'otherSource') throw unsupported('the source of salt', salt.value.algorithm)
  const iterations = checkedIterations(iterationCount, what)
  return { digest: hmacDigest(prf.algorithm, 'the pseudo-random function'), salt: salt.value, iterations, length: keyLength }
}
