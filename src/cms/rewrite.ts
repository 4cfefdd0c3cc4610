/** A SignedData with something added to it (RFC 5652 §5.1, §11.4). What was there stays octet for octet: signers, certificates, attributes. */
import { children, elementBytes, type ReadContext, readElement } from '../asn1/element.ts'
import { DerWriter, encode, oid, smallInteger } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { concat, equal } from '../core/bytes.ts'
import { AlgorithmIdentifier, digestIdentifier } from '../x509/algorithm-identifier.ts'
import { CONTENT } from './oids.ts'
import { Attribute, type SignedData } from './schemas.ts'

/** An element of definite length around encoded ones, in the order given. */
export function around(identifier: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const writer = new DerWriter(content.length + 16)
  writer.prepend(content)
  writer.prependHeader(identifier >> 6, (identifier & 0x20) !== 0, identifier & 0x1f, content.length)
  return writer.finish()
}

/** What is added to a SignedData. */
export interface Addition {
  /** DER; those that are there already are not carried twice. */
  readonly certificates: readonly Uint8Array[]
  readonly digest: DigestAlgorithm
  /** All signers, those that were there first and in their order. */
  readonly signerInfos: readonly Uint8Array[]
}

/**
 * A ContentInfo with what `data` holds and what is added.
 *
 * @param content of an attached signature
 */
export function extendSignedData(data: SignedData, content: Uint8Array | undefined, addition: Addition): Uint8Array {
  const certificates = [...(data.certificates ?? [])]
  for (const one of addition.certificates) if (!certificates.some((other) => equal(one, other))) certificates.push(one)
  const digests = data.digestAlgorithms.map((one) => encode(AlgorithmIdentifier, one))
  const added = digestIdentifier(addition.digest)
  if (!data.digestAlgorithms.some(({ algorithm }) => algorithm === added.algorithm)) digests.push(encode(AlgorithmIdentifier, added))
  const signedData = around(0x30, [
    encode(smallInteger(), data.version),
    around(0x31, digests),
    around(0x30, [encode(oid(), data.encapContentInfo.eContentType), ...(content ? [around(0xa0, [around(0x04, [content])])] : [])]),
    ...(certificates.length > 0 ? [around(0xa0, certificates)] : []),
    ...(data.crls ? [around(0xa1, data.crls)] : []),
    around(0x31, addition.signerInfos),
  ])
  return around(0x30, [encode(oid(), CONTENT.signedData), around(0xa0, [signedData])])
}

/** A SignerInfo with one more unsigned attribute behind those it has. */
export function withUnsignedAttribute(signerInfo: Uint8Array, attribute: Attribute): Uint8Array {
  const context: ReadContext = { rules: 'BER', budget: new Budget(), depth: 0 }
  const parts = [...children(readElement(signerInfo, 0, signerInfo.length, context), context)]
  const last = parts.at(-1)
  const unsigned = last?.tagClass === 2 && last.tag === 1 ? [...children(last, context)].map(elementBytes) : null
  const kept = (unsigned ? parts.slice(0, -1) : parts).map(elementBytes)
  return around(0x30, [...kept, around(0xa1, [...(unsigned ?? []), encode(Attribute, attribute)])])
}
