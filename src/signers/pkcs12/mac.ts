/** Password integrity of a PKCS #12 file: the MAC of RFC 7292 §5.1 and PBMAC1 (RFC 9579). */
import type { Infer } from '../../asn1/index.ts'
import { digestFromOid, digestInfo } from '../../core/algorithms.ts'
import type { Budget } from '../../core/budget.ts'
import { hmac, PKCS12_ID, pbkdf2, pkcs12Kdf } from '../../core/crypto/kdf.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import type { PasswordForm } from './password.ts'
import { checkedIterations, hmacDigest, readPbkdf2 } from './pbkdf2.ts'
import { type MacData, malformed, OID, Pbmac1Params, read, unsupported } from './structures.ts'

/** A MAC read: which form of the password it takes, and whether one makes it. */
export interface Mac {
  readonly form: PasswordForm
  matches(password: Uint8Array, authSafe: Uint8Array): Promise<boolean>
}

/** RFC 9579 advises against keys below 20 octets: a short key lets a stranger make a file that any password opens. The longest key is the longest digest, doubled. */
const PBMAC1_KEY_LENGTH = { min: 20, max: 128 } as const

/**
 * Reads what a file says of its MAC.
 *
 * @throws KysoError `ERR_PKCS12_UNSUPPORTED`, `ERR_PKCS12_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 */
export function readMac(macData: Infer<typeof MacData>, crypto: CryptoProvider, budget: Budget): Mac {
  return macData.mac.digestAlgorithm.algorithm === OID.pbmac1 ? readPbmac1(macData, crypto, budget) : readPkcs12Mac(macData, crypto, budget)
}

function readPkcs12Mac({ mac, macSalt, iterations }: Infer<typeof MacData>, crypto: CryptoProvider, budget: Budget): Mac {
  const { algorithm } = mac.digestAlgorithm
  const digest = digestFromOid(algorithm)
  if (!digest || digest === 'SHAKE256-512') throw unsupported('the MAC', algorithm)
  const { length } = digestInfo(digest)
  if (mac.digest.length !== length) throw malformed(`a MAC of ${mac.digest.length} bytes with ${digest}`, 'MacData')
  const parameters = { digest, salt: macSalt, iterations: checkedIterations(iterations, 'MacData'), length }
  return {
    form: 'bmp',
    async matches(password, authSafe) {
      const key = await pkcs12Kdf(crypto, password, parameters, PKCS12_ID.mac, budget)
      return same(await hmac(crypto, digest, key, authSafe), mac.digest)
    },
  }
}

/** RFC 9579 §4: salt and rounds of MacData itself are not looked at, and the length of the key has to be there. */
function readPbmac1({ mac }: Infer<typeof MacData>, crypto: CryptoProvider, budget: Budget): Mac {
  const { keyDerivationFunc, messageAuthScheme } = read(Pbmac1Params, mac.digestAlgorithm.parameters ?? new Uint8Array(0), 'PBMAC1-params', budget)
  const parameters = readPbkdf2(keyDerivationFunc, 'PBMAC1-params', budget)
  const digest = hmacDigest(messageAuthScheme.algorithm, 'the MAC')
  const { length } = parameters
  if (length === undefined) throw malformed('PBMAC1 without the length of its key', 'PBMAC1-params')
  if (length < PBMAC1_KEY_LENGTH.min || length > PBMAC1_KEY_LENGTH.max) throw malformed(`PBMAC1 with a key of ${length} bytes`, 'PBMAC1-params')
  if (mac.digest.length !== digestInfo(digest).length) throw malformed(`a MAC of ${mac.digest.length} bytes with ${digest}`, 'MacData')
  return {
    form: 'utf8',
    async matches(password, authSafe) {
      const key = await pbkdf2(crypto, password, { ...parameters, length }, budget)
      return same(await hmac(crypto, digest, key, authSafe), mac.digest)
    },
  }
}

/** In time that does not depend on where the two differ. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] ?? 0)
  return difference === 0
}
