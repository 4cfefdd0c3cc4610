/** What the tests of signers share: fixtures with their facts, and Node's own verification of what was signed. */
import { constants, createHash, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SignatureAlgorithm } from '../../src/core/algorithms.ts'
import type { Signer, SignRequest } from '../../src/signers/signer.ts'

/** What opening a fixture has to give; made by `scripts/make-pkcs12-fixtures`. */
export interface Fact {
  readonly file: string
  readonly password: string
  readonly macVerified: boolean
  readonly algorithm: SignatureAlgorithm
  /** SHA-256 of the certificates, the signer's first. */
  readonly certificates: readonly string[]
}

const FIXTURES = new URL('../fixtures/', import.meta.url)

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FIXTURES)))
}

export const FACTS = JSON.parse(readFileSync(new URL('pkcs12/facts.json', FIXTURES), 'utf8')) as readonly Fact[]

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A request to sign `bytes`; the digest is for backends that hash nothing. */
export function request(bytes: Uint8Array): SignRequest {
  return { toBeSigned: bytes, digest: createHash('sha256').update(bytes).digest() }
}

/** Whether OpenSSL verifies a signature with the public key of the signer's certificate. */
export function verifies(signer: Signer, data: Uint8Array, signature: Uint8Array): boolean {
  const key = new X509Certificate(signer.certificates[0] as Uint8Array).publicKey
  const [, kind, digest] = /^(.+)-(SHA\d.*)$/.exec(signer.algorithm) ?? []
  if (!digest) return verify(null, data, key, signature)
  const padding = kind === 'RSASSA-PSS' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return verify(
    digest,
    data,
    kind === 'ECDSA' ? { key, dsaEncoding: 'der' } : kind === 'RSASSA-PSS' ? { key, padding, saltLength } : { key, padding },
    signature,
  )
}
