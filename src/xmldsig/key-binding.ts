/** What `ds:KeyInfo` says of a certificate: whether it means this one, and whether a key written out beside it is another. */
import { equal } from '../core/bytes.ts'
import { type Check, failed, passed } from '../core/check.ts'
import type { CryptoProvider, PublicKey } from '../core/crypto/provider.ts'
import { attempt } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { type Certificate, publicKeyOf } from '../x509/certificate.ts'
import { readExtension, SUBJECT_KEY_IDENTIFIER } from '../x509/extensions.ts'
import { nameToString } from '../x509/name.ts'
import { digestOfUri } from './algorithms.ts'
import type { KeyInfo } from './key-info.ts'

/** Whether two keys are one, however their parameters are written. */
function sameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.type === 'RSA') return b.type === 'RSA' && equal(a.modulus, b.modulus) && equal(a.exponent, b.exponent)
  if (a.type === 'EC') return b.type === 'EC' && a.curve === b.curve && equal(a.point, b.point)
  if (a.type === 'DSA') return b.type === 'DSA' && equal(a.spki, b.spki)
  return b.type === a.type && equal(a.point, b.point)
}

/** Whether a key written out is that of a certificate; `false` also where the certificate's cannot be read. */
export function keyValueMatches(key: PublicKey, certificate: Certificate): boolean {
  const own = attempt(() => publicKeyOf(certificate))
  return own !== undefined && sameKey(key, own)
}

/**
 * The `keyInfo` check: a `KeyValue` beside a certificate has to hold the certificate's key. It is never an identity by itself.
 *
 * @returns no check where no key is written out
 */
export function checkKeyInfo(keyInfo: KeyInfo | undefined, certificate: Certificate): Check[] {
  const values = keyInfo?.keyValues ?? []
  if (values.length === 0) return []
  const other = values.find(({ key }) => key !== undefined && !keyValueMatches(key, certificate))
  if (other) return [failed('keyInfo', 'the KeyValue is another key than that of the signer’s certificate', { reason: 'keyValue' })]
  return [passed('keyInfo', values.some(({ key }) => key === undefined) ? 'a KeyValue cannot be read' : undefined)]
}

/** Names of attribute types that are met in printed names, by what they are called here. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['e', 'emailaddress'],
  ['email', 'emailaddress'],
  ['1.2.840.113549.1.9.1', 'emailaddress'],
  ['s', 'st'],
  ['userid', 'uid'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
])

/** Parts of a printed name (RFC 4514, RFC 2253, and spaces behind the commas), in a form that can be compared; `null` for a text that is none. */
function nameParts(text: string): string[] | null {
  if (text.length > 10_000) return null
  const parts: string[] = []
  for (const part of text.match(/(?:\\.|"(?:\\.|[^"\\])*"|[^,;+\\"])+/g) ?? []) {
    const at = part.indexOf('=')
    if (at === -1) return null
    const type = part
      .slice(0, at)
      .trim()
      .toLowerCase()
      .replace(/^oid\./, '')
    const value = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replace(/\\(.)/gs, '$1')
      .replace(/\s+/g, ' ')
      .toLowerCase()
    parts.push(`${ALIASES.get(type) ?? type}=${value}`)
  }
  return parts
}

/** Whether a printed name can be that of a certificate: the same parts, in its order or the other way round. For finding only, never for trust. */
export function printedNameFits(text: string, name: Certificate['subject']): boolean {
  const given = nameParts(text)
  const own = nameParts(nameToString(name))
  if (!given || !own || given.length !== own.length) return false
  return given.every((part, i) => part === own[i]) || given.every((part, i) => part === own[own.length - 1 - i])
}

/**
 * Whether a certificate is one that `X509Data` names: by digest, subject key identifier, issuer and serial number, or subject. For
 * finding a signer among certificates at hand; the signature value decides.
 */
export async function isNamedBy(crypto: CryptoProvider, keyInfo: KeyInfo, certificate: Certificate): Promise<boolean> {
  for (const { algorithm, value } of keyInfo.certificateDigests) {
    const name = attempt(() => digestOfUri(algorithm))
    if (name && equal(await digest(crypto, name, certificate.bytes), value)) return true
  }
  const ski = attempt(() => readExtension(certificate, SUBJECT_KEY_IDENTIFIER))
  if (ski && keyInfo.subjectKeyIds.some((id) => equal(id, ski))) return true
  if (
    keyInfo.issuerSerials.some(
      ({ issuerName, serialNumber }) => equal(serialNumber, certificate.serialNumber) && printedNameFits(issuerName, certificate.issuer),
    )
  )
    return true
  return keyInfo.subjectNames.some((text) => printedNameFits(text, certificate.subject))
}
