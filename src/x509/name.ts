/** Distinguished names (RFC 5280 §4.1.2.4): read with every string type, compared by §7.1, never by their printed form. */

import { contentBytes, readElement } from '../asn1/element.ts'
import { type Asn1String, ber, encoded, type Infer, oid, raw, sequence, sequenceOf, setOf, text } from '../asn1/index.ts'
import { decodeText } from '../asn1/types.ts'
import { Budget } from '../core/budget.ts'
import { toHex } from '../core/bytes.ts'

/** AttributeTypeAndValue: the value as its encoded element. */
export const AttributeTypeAndValue = sequence({ type: oid(), value: encoded() })

/** RelativeDistinguishedName: one attribute or several. Issuers exist that do not sort them: the bytes are what is signed. */
export const RelativeDistinguishedName = ber(setOf(AttributeTypeAndValue, { min: 1 }))

const RdnSequence = raw(sequenceOf(RelativeDistinguishedName))

/** Name with the bytes it was read from. */
export const NameSchema = RdnSequence

/** A name as read: its relative names in order, and its DER. */
export type Name = Infer<typeof NameSchema>

/** One attribute of a name, its text decoded. */
export interface NameAttribute {
  /** Object identifier of the attribute type. */
  readonly type: string
  /** The text, or `#` and the hexadecimal of the element where the value is no string (RFC 4514 §2.4). */
  readonly text: string
}

/** Attribute types with the short names of RFC 4514 and X.520. */
export const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
])

/** Object identifiers of the attribute types that reports name. */
export const ATTRIBUTE = {
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  title: '2.5.4.12',
  givenName: '2.5.4.42',
  organizationIdentifier: '2.5.4.97',
  uid: '0.9.2342.19200300.100.1.1',
  email: '1.2.840.113549.1.9.1',
} as const

const anyText = text()

function stringOf(value: Uint8Array): Asn1String | null {
  const context = { rules: 'BER', budget: new Budget(), depth: 0 } as const
  const element = readElement(value, 0, value.length, context)
  if (element.constructed || !anyText.accepts(element.tagClass, element.tag)) return null
  const decoded = decodeText(element.tag, contentBytes(element))
  return decoded === null ? null : { tag: element.tag, text: decoded }
}

/**
 * All attributes of a name in their order, the relative names flattened.
 *
 * @example
 * ```ts
 * nameAttributes(certificate.subject)[0] // => { type: '2.5.4.6', text: 'VN' }
 * ```
 */
export function nameAttributes(name: Name): NameAttribute[] {
  return name.value.flat().map(({ type, value }) => ({ type, text: stringOf(value)?.text ?? `#${toHex(value)}` }))
}

/**
 * The texts of every attribute of one type: a name may carry several, `UID` for one.
 *
 * @param type object identifier, as in {@link ATTRIBUTE}
 * @example
 * ```ts
 * attributeTexts(certificate.subject, ATTRIBUTE.organization) // => ['Công ty Thử nghiệm']
 * ```
 */
export function attributeTexts(name: Name, type: string): string[] {
  return nameAttributes(name)
    .filter((attribute) => attribute.type === type)
    .map((attribute) => attribute.text)
}

/**
 * Case folded, compatibility-normalised, control characters dropped, white space trimmed and runs of it made one: the
 * string preparation of RFC 4518 as far as RFC 5280 §7.1 asks for it.
 */
function prepare(value: string): string {
  return (
    value
      .normalize('NFKC')
      .replace(/\p{Cc}(?<![\t\n\v\f\r\u0085])|\u00ad|[\u200b-\u200d\ufeff]/gu, '')
      .toLowerCase()
      // Where folding (RFC 3454 table B.2) is more than lower case; `toUpperCase` would go too far and make ı an i.
      .replaceAll('ß', 'ss')
      .replaceAll('ς', 'σ')
      .normalize('NFKC')
      .replace(/[\s\u0085]+/g, ' ')
      .trim()
  )
}

/** One attribute in the form that is compared. */
function partKey({ type, value }: Infer<typeof AttributeTypeAndValue>): string {
  const string = stringOf(value)
  // Two forms of different length: a text that looks like the hexadecimal of an element is not that element.
  return JSON.stringify(string ? [type, prepare(string.text)] : [type, '#', toHex(value)])
}

const keys = new WeakMap<Name, string>()

/**
 * A string that two names share exactly when RFC 5280 §7.1 calls them equal: relative names in order, each a set.
 *
 * @example
 * ```ts
 * const bySubject = new Map([certificate, issuer].map((one) => [nameKey(one.subject), one]))
 * bySubject.get(nameKey(certificate.issuer)) === issuer // => true
 * ```
 */
export function nameKey(name: Name): string {
  let key = keys.get(name)
  if (key === undefined) {
    key = name.value.map((rdn) => rdn.map(partKey).sort().join('+')).join(',')
    keys.set(name, key)
  }
  return key
}

/**
 * Whether two names are the same by RFC 5280 §7.1.
 *
 * @example
 * ```ts
 * sameName(certificate.issuer, issuer.subject) // => true
 * ```
 */
export function sameName(a: Name, b: Name): boolean {
  return a === b || nameKey(a) === nameKey(b)
}

/**
 * Whether two names have the same parts in whatever order: not the same name, but one that a person takes for the other.
 * Certificates of false roots are met that borrow a name this way.
 *
 * @example
 * ```ts
 * const { certificate: other } = await lab.issue({ subject: 'C=VN,O=Công ty Thử nghiệm,CN=Nguyễn Văn A' })
 * const { subject } = parseCertificate(other)
 * sameName(subject, certificate.subject) // => false
 * sameParts(subject, certificate.subject) // => true
 * ```
 */
export function sameParts(a: Name, b: Name): boolean {
  const parts = (name: Name): string => name.value.flat().map(partKey).sort().join(',')
  return parts(a) === parts(b)
}

/** Whether a name has no relative names. */
export function isEmptyName(name: Name): boolean {
  return name.value.length === 0
}

function escapeText(value: string): string {
  return value
    .replace(/[\\,+"<>;=]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replaceAll('\u0000', '\\00')
}

/**
 * The string of RFC 4514: last relative name first. For people and logs, never for comparison.
 *
 * @example
 * ```ts
 * nameToString(certificate.subject) // => 'CN=Nguyễn Văn A,O=Công ty Thử nghiệm,C=VN'
 * ```
 */
export function nameToString(name: Name): string {
  return [...name.value]
    .reverse()
    .map((rdn) =>
      rdn
        .map(({ type, value }) => {
          const string = stringOf(value)
          return `${ATTRIBUTE_NAMES.get(type) ?? type}=${string ? escapeText(string.text) : `#${toHex(value)}`}`
        })
        .join('+'),
    )
    .join(',')
}
