/** Signed and unsigned attributes (RFC 5652 §5.3, §11): taken apart, and put into the DER that is hashed. */
import { type Element, readElement, type ReadContext } from '../asn1/element.ts'
import { children, decode, isSorted, type Schema, time, toDer } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { isKysoError } from '../core/errors.ts'
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
 * @param bytes the element with its context tag
 * @throws KysoError `ERR_ASN1_*`, `ERR_BUDGET_EXCEEDED`
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

/** All attributes of one type. */
export function attributesOf(list: AttributeList | undefined, type: string): Attribute[] {
  return list?.attributes.filter((attribute) => attribute.attrType === type) ?? []
}

/**
 * The one value of an attribute that must stand once with one value; `null` when it is absent, `'malformed'` when it
 * stands more often, has more values, or is none of its type.
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
    if (!isKysoError(error) || error.code === 'ERR_BUDGET_EXCEEDED') throw error
    return 'malformed'
  }
}

/** The time the signer claims, or `undefined`. */
export function claimedSigningTime(list: AttributeList | undefined, budget: Budget): Date | undefined {
  const value = singleValue(list, ATTRIBUTE.signingTime, time(), budget)
  return value instanceof Date ? value : undefined
}
