/** The structures of PKCS #12 (RFC 7292 §4 and §5), PKCS #8 (RFC 5958) and PKCS #5 (RFC 8018, appendices A and C), as schemas. */
import {
  bitString,
  choice,
  decode,
  encoded,
  explicit,
  implicit,
  integerBytes,
  octetString,
  oid,
  optional,
  type Schema,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
  withDefault,
} from '../../asn1/index.ts'
import type { Budget } from '../../core/budget.ts'
import { isAboutDocument, KysoError } from '../../core/errors.ts'
import { AlgorithmIdentifier } from '../../x509/algorithm-identifier.ts'

/** Object identifiers of contents, bags and attributes. */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  pkcs8ShroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbes2: '1.2.840.113549.1.5.13',
  pbmac1: '1.2.840.113549.1.5.14',
  hmacWithSha1: '1.2.840.113549.2.7',
} as const

export const ContentInfo = sequence({ contentType: oid(), content: optional(explicit(0, encoded())) })
export const AuthenticatedSafe = sequenceOf(ContentInfo)

const DigestInfo = sequence({ digestAlgorithm: AlgorithmIdentifier, digest: octetString() })
export const MacData = sequence({ mac: DigestInfo, macSalt: octetString(), iterations: withDefault(smallInteger(), 1) })
export const Pfx = sequence({ version: smallInteger(), authSafe: ContentInfo, macData: optional(MacData) })

/** EncryptedData (RFC 5652 §8). */
export const EncryptedData = sequence({
  version: smallInteger(),
  encryptedContentInfo: sequence({
    contentType: oid(),
    contentEncryptionAlgorithm: AlgorithmIdentifier,
    encryptedContent: optional(implicit(0, octetString())),
  }),
  unprotectedAttrs: optional(implicit(1, setOf(encoded()))),
})

const PKCS12Attribute = sequence({ attrId: oid(), attrValues: setOf(encoded()) })
export const SafeBag = sequence({ bagId: oid(), bagValue: explicit(0, encoded()), bagAttributes: optional(setOf(PKCS12Attribute)) })
export const SafeContents = sequenceOf(SafeBag)
export const CertBag = sequence({ certId: oid(), certValue: explicit(0, encoded()) })

/** PKCS #8, with the public key that RFC 5958 lets stand beside. */
export const PrivateKeyInfo = sequence({
  version: smallInteger(),
  privateKeyAlgorithm: AlgorithmIdentifier,
  privateKey: octetString(),
  attributes: optional(implicit(0, setOf(encoded()))),
  publicKey: optional(implicit(1, bitString())),
})
export const EncryptedPrivateKeyInfo = sequence({ encryptionAlgorithm: AlgorithmIdentifier, encryptedData: octetString() })

/** RSAPrivateKey (RFC 8017 appendix A.1.2) as far as its public half needs: the factors are for the engine that signs. */
export const RsaPrivateKey = sequence({
  version: smallInteger(),
  modulus: integerBytes(),
  publicExponent: integerBytes(),
  privateExponent: encoded(),
  prime1: encoded(),
  prime2: encoded(),
  exponent1: encoded(),
  exponent2: encoded(),
  coefficient: encoded(),
  otherPrimeInfos: optional(encoded()),
})
export const RsaPublicKey = sequence({ modulus: integerBytes(), publicExponent: integerBytes() })

/** ECPrivateKey (RFC 5915 §3). */
export const EcPrivateKey = sequence({
  version: smallInteger(),
  privateKey: octetString(),
  parameters: optional(explicit(0, encoded())),
  publicKey: optional(explicit(1, bitString())),
})

/** pkcs-12PbeParams (RFC 7292 appendix C). */
export const Pkcs12PbeParams = sequence({ salt: octetString(), iterations: smallInteger() })
export const Pbes2Params = sequence({ keyDerivationFunc: AlgorithmIdentifier, encryptionScheme: AlgorithmIdentifier })
export const Pbmac1Params = sequence({ keyDerivationFunc: AlgorithmIdentifier, messageAuthScheme: AlgorithmIdentifier })
export const Pbkdf2Params = sequence({
  salt: choice({ specified: octetString(), otherSource: AlgorithmIdentifier }),
  iterationCount: smallInteger(),
  keyLength: optional(smallInteger()),
  prf: withDefault(AlgorithmIdentifier, { algorithm: OID.hmacWithSha1 }),
})
export const Rc2CbcParameter = sequence({ rc2ParameterVersion: smallInteger(), iv: octetString() })

/**
 * Decodes a part of a file. BER throughout: Windows and NSS write indefinite lengths and split strings.
 *
 * @param what the part, for the error
 * @throws KysoError `ERR_PKCS12_SYNTAX` (with the ASN.1 error as cause), `ERR_BUDGET_EXCEEDED`
 */
export function read<T>(schema: Schema<T>, bytes: Uint8Array, what: string, budget: Budget): T {
  try {
    return decode(schema, bytes, { rules: 'BER', budget })
  } catch (cause) {
    if (!isAboutDocument(cause)) throw cause
    throw new KysoError('ERR_PKCS12_SYNTAX', `${what}: ${cause.message}`, { what }, { cause })
  }
}

/** An algorithm that is not known, named by its object identifier. */
export function unsupported(what: string, algorithm: string): KysoError {
  return new KysoError('ERR_PKCS12_UNSUPPORTED', `${what} ${algorithm} is not supported`, { what, algorithm })
}

/** A file that is not what it should be. */
export function malformed(detail: string, what: string): KysoError {
  return new KysoError('ERR_PKCS12_SYNTAX', detail, { what })
}
