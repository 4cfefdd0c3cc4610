/** Signed and unsigned attributes (RFC 5652 §5.3, §11): taken apart, and put into the DER that is hashed. */
import { type Element, type ReadContext, readElement } from '../asn1/element.ts'
import { children, decode, isSorted, type Schema, time, toDer } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { isAboutDocument } from '../core/errors.ts'
import { ATTRIBUTE } from './oids.ts'
import { Attribute } from './schemas.ts'

/** A list of attributes. */
export interface AttributeList {
  readonly attributes: readonly Attribute[]
  /** DER of the SET OF: what the signature value is made over. */
  readonly der: Uint8Array
  /** Whether the list stood in DER already, and if not, why. */
  readonly stored: 'der' | 'unsorted' | 'ber'
}

/**
 * Reads `signedAttrs` or `unsignedAttrs`. What is hashed is the DER of the SET OF (RFC 5652 §5.4), whatever the stored
 * encoding; a different stored encoding is told.
 *
 * @param bytes the element, BER or DER, with its context tag or that of a SET
 * @throws KysoError `ERR_ASN1_*`, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * readAttributes(signedAttributes, new Budget()).stored // => 'der'
 * ```
 */
export function readAttributes(bytes: Uint8Array, budget: Budget): AttributeList {
  const context: ReadContext = { rules: 'BER', budget, depth: 0 }
  const element: Element = readElement(bytes, 0, bytes.length, context)
  const attributes = [...children(element, context)].map((child) => decode(Attribute, bytes.subarray(child.start, child.end), { rules: 'BER', budget }))
  // The same element under the tag of a SET, which is what toDer sorts.
  const set = bytes.slice()
  set[0] = 0x31
  const der = toDer(readElement(set, 0, set.length, context), context)
  const stored = equal(der, set) ? 'der' : isSorted(element, context) ? 'ber' : 'unsorted'
  return { attributes, der, stored }
}

/**
 * All attributes of one type.
 *
 * @param type object identifier, as in {@link ATTRIBUTE}
 * @example
 * ```ts
 * const [signer] = parseSignedData(p7s).signerInfos
 * attributesOf(signer.unsigned, CMS_ATTRIBUTE.signatureTimestamp).length // => 1
 * ```
 */
export function attributesOf(list: AttributeList | undefined, type: string): Attribute[] {
  return list?.attributes.filter((attribute) => attribute.attrType === type) ?? []
}

/**
 * The one value of an attribute that must stand once with one value; `null` when it is absent, `'malformed'` when it
 * stands more often, has more values, or is none of its type.
 *
 * @param type object identifier, as in {@link ATTRIBUTE}
 * @param list signed or unsigned attributes; `undefined` where there are none
 * @param schema of the value
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const list = readAttributes(signedAttributes, new Budget())
 * singleValue(list, CMS_ATTRIBUTE.contentType, oid(), new Budget()) // => CMS_CONTENT.data
 * ```
 */
export function singleValue<T>(list: AttributeList | undefined, type: string, schema: Schema<T>, budget: Budget): T | null | 'malformed' {
  const found = attributesOf(list, type)
  const [first] = found
  if (!first) return null
  const [value] = first.attrValues
  if (found.length > 1 || first.attrValues.length !== 1 || !value) return 'malformed'
  try {
    return decode(schema, value, { rules: 'BER', budget })
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return 'malformed'
  }
}

/**
 * The time the signer claims in `signingTime` (RFC 5652 §11.3), or `undefined`. Nothing but their word stands for it.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const [signer] = parseSignedData(p7s).signerInfos
 * claimedSigningTime(signer.signed, new Budget()) // => new Date('2027-01-01T00:00:00Z')
 * ```
 */
export function claimedSigningTime(list: AttributeList | undefined, budget: Budget): Date | undefined {
  const value = singleValue(list, ATTRIBUTE.signingTime, time(), budget)
  return value instanceof Date ? value : undefined
}
