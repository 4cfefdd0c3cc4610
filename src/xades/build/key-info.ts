/** `ds:KeyInfo` as text (XML-DSig 1.1 §4.5). */
import { curveInfo } from '../../core/algorithms.ts'
import { toBase64, toBigInt } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { type Certificate, publicKeyOf } from '../../x509/certificate.ts'
import { ATTRIBUTE_NAMES, type Name, nameToString } from '../../x509/name.ts'
import { NAMESPACE } from '../../xmldsig/algorithms.ts'
import type { XmlKeyInfo } from '../options.ts'
import { element, type Markup, text } from './markup.ts'

function keyValue({ ds }: Markup, key: PublicKey): string {
  if (key.type === 'RSA') {
    const rsa = ds('RSAKeyValue', {}, ds('Modulus', {}, toBase64(key.modulus)), ds('Exponent', {}, toBase64(key.exponent)))
    return ds('KeyValue', {}, rsa)
  }
  if (key.type === 'EC') {
    const curve = element('dsig11:NamedCurve', { URI: `urn:oid:${curveInfo(key.curve).oid}` })
    const point = element('dsig11:PublicKey', {}, toBase64(key.point))
    return ds('KeyValue', {}, element('dsig11:ECKeyValue', { 'xmlns:dsig11': NAMESPACE.dsig11 }, curve, point))
  }
  // XML-DSig 1.1 §4.5.10: for keys that have no form of their own.
  return element('dsig11:DEREncodedKeyValue', { 'xmlns:dsig11': NAMESPACE.dsig11 }, toBase64(key.spki))
}

/** A name with its relative names in the order asked for; RFC 4514 turns them round, which is undone before. */
function subjectName(name: Name, order: NonNullable<XmlKeyInfo['subjectName']>): string {
  if (order === 'rfc4514') return nameToString(name)
  if (order === 'forward') return nameToString({ ...name, value: [...name.value].reverse() })
  const rank = (type = ''): number => {
    const at = order.indexOf(ATTRIBUTE_NAMES.get(type) ?? type)
    return at === -1 ? order.length : at
  }
  const sorted = [...name.value].sort((a, b) => rank(a[0]?.type) - rank(b[0]?.type))
  return nameToString({ ...name, value: sorted.reverse() })
}

/** The serial number in decimal; the INTEGER may be negative in old certificates. */
export function decimalSerial({ serialNumber }: Certificate): string {
  return BigInt.asIntN(8 * serialNumber.length, toBigInt(serialNumber)).toString()
}

/**
 * `ds:KeyInfo`.
 *
 * @param certificates DER, the signer's first
 */
export function keyInfo(markup: Markup, certificate: Certificate, certificates: readonly Uint8Array[], options: XmlKeyInfo = {}): string {
  const { ds } = markup
  const carried = options.certificates === 'signer' ? certificates.slice(0, 1) : certificates
  const data = [
    options.subjectName === undefined ? '' : ds('X509SubjectName', {}, text(subjectName(certificate.subject, options.subjectName))),
    options.issuerSerial
      ? ds('X509IssuerSerial', {}, ds('X509IssuerName', {}, text(nameToString(certificate.issuer))), ds('X509SerialNumber', {}, decimalSerial(certificate)))
      : '',
    ...carried.map((der) => ds('X509Certificate', {}, toBase64(der))),
  ]
  return ds('KeyInfo', {}, options.keyValue ? keyValue(markup, publicKeyOf(certificate)) : '', ds('X509Data', {}, ...data))
}
