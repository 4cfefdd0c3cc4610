/** Which certificates a field may be signed with (ISO 32000-2 §12.7.5.5, table 238). */
import { equal } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfString } from '../pdf/index.ts'
import {
  ATTRIBUTE_NAMES,
  attributeTexts,
  CERTIFICATE_POLICIES,
  type Certificate,
  KEY_USAGE_BITS,
  keyUsages,
  parseCertificate,
  readExtension,
  sameName,
} from '../x509/index.ts'
import { textOf } from './fields.ts'

/** Flags of the required constraints, by their values. */
const REQUIRED = { Subject: 1, Issuer: 1 << 1, OID: 1 << 2, SubjectDN: 1 << 3, KeyUsage: 1 << 5, URL: 1 << 6 } as const

/** A path longer than this is none. */
const MAX_PATH = 20

/** The signer's certificate, and those that go with it in DER. */
export interface CertificateChoice {
  readonly certificate: Certificate
  readonly chain: readonly Uint8Array[]
}

/** What was asked for and is not so. */
export interface MissedCertificate {
  readonly entry: `Cert.${keyof typeof REQUIRED}`
  readonly wanted?: string
  /** Where a certificate that will do can be had, as the field has it. */
  readonly url?: string
}

function items(document: PdfDocument, object: PdfObject | undefined): PdfObject[] {
  const value = document.resolve(object)
  const list = value instanceof PdfArray ? value.items : value === null ? [] : [value]
  document.budget.spend('pdfObjects', list.length)
  return list.map((item) => document.resolve(item))
}

/** Certificates in DER, each a byte string. */
function certificates(document: PdfDocument, object: PdfObject | undefined): Certificate[] {
  return items(document, object).flatMap((item) => {
    const parsed = item instanceof PdfString ? attempt(() => parseCertificate(item.bytes, { budget: document.budget })) : undefined
    return parsed ? [parsed] : []
  })
}

/**
 * Whether one of the issuers is above a certificate, by names and through the certificates that go with it. No signature is checked: this
 * spares the signer a useless signature, and whether the path holds is for who verifies.
 */
function isIssuedBy({ certificate, chain }: CertificateChoice, issuers: readonly Certificate[]): boolean {
  const known = chain.flatMap((der) => attempt(() => parseCertificate(der)) ?? [])
  for (let current = certificate, i = 0; i < MAX_PATH; i++) {
    const { issuer } = current
    if (issuers.some((one) => equal(one.bytes, current.bytes) || sameName(one.subject, issuer))) return true
    const above = known.find(({ subject, bytes }) => sameName(subject, issuer) && !equal(bytes, current.bytes))
    if (!above) return false
    current = above
  }
  return false
}

/** Object identifiers of attribute types by their short names, in lower case: `cn`, `o`, `ou`. */
const ATTRIBUTE_TYPES: ReadonlyMap<string, string> = new Map([
  ...Array.from(ATTRIBUTE_NAMES, ([type, name]) => [name.toLowerCase(), type] as const),
  ['e', '1.2.840.113549.1.9.1'],
])

/** Every attribute that the dictionaries name has to be there, with one of the values that they give for it. */
function hasAttributes(document: PdfDocument, { subject }: Certificate, dictionaries: readonly PdfObject[]): boolean {
  const wanted = new Map<string, string[]>()
  for (const dict of dictionaries) {
    if (!(dict instanceof PdfDict)) continue
    document.budget.spend('pdfObjects', dict.entries.size)
    for (const [key, value] of dict.entries) {
      const text = textOf(document.resolve(value))
      if (key === 'Type' || text === undefined) continue
      const type = ATTRIBUTE_TYPES.get(key.toLowerCase()) ?? key
      wanted.set(type, [...(wanted.get(type) ?? []), text])
    }
  }
  return Array.from(wanted).every(([type, texts]) => {
    const own = attributeTexts(subject, type).map((text) => text.normalize('NFC'))
    return texts.some((text) => own.includes(text.normalize('NFC')))
  })
}

/** Whether the key usage is as one of the patterns has it: `1` set, `0` not set, `X` either (and what is beyond the pattern's end). */
function fitsUsage(certificate: Certificate, patterns: readonly string[]): boolean {
  const usages = keyUsages(certificate)
  return patterns.some((pattern) =>
    KEY_USAGE_BITS.every((bit, i) => {
      const wish = pattern[i]
      const isSet = usages?.includes(bit) ?? false
      return wish === '1' ? isSet : wish !== '0' || !isSet
    }),
  )
}

function policiesOf(certificate: Certificate): string[] {
  return (readExtension(certificate, CERTIFICATE_POLICIES) ?? []).map(({ policyIdentifier }) => policyIdentifier)
}

/** The names that certificates are for, for people. */
function subjects(list: readonly Certificate[]): string {
  return list
    .slice(0, 5)
    .map(({ subject }) => attributeTexts(subject, '2.5.4.3')[0] ?? attributeTexts(subject, '2.5.4.10')[0] ?? '')
    .filter((name) => name !== '')
    .join(', ')
}

/**
 * The first required constraint that a certificate does not meet; `undefined` where it meets all of them. Others are wishes, and with
 * which certificate to sign is nothing that a document decides.
 */
export function missedCertificateConstraint(document: PdfDocument, dict: PdfDict, choice: CertificateChoice): MissedCertificate | undefined {
  const flags = integerOf(document.resolve(dict.get('Ff'))) ?? 0
  const isRequired = (key: keyof typeof REQUIRED): boolean => dict.has(key) && (flags & REQUIRED[key]) !== 0
  const { certificate } = choice
  const url = textOf(document.resolve(dict.get('URL')))
  const kind = nameOf(document.resolve(dict.get('URLType'))) ?? 'Browser'
  // A page where certificates are to be had is worth telling; ASSP is a service that would have to sign.
  const missed = (key: keyof typeof REQUIRED, wanted?: string): MissedCertificate => ({
    entry: `Cert.${key}`,
    ...(wanted === undefined || wanted === '' ? {} : { wanted }),
    ...(url === undefined || kind !== 'Browser' ? {} : { url }),
  })
  if (isRequired('Subject')) {
    const allowed = certificates(document, dict.get('Subject'))
    if (!allowed.some(({ bytes }) => equal(bytes, certificate.bytes))) return missed('Subject', subjects(allowed))
  }
  if (isRequired('SubjectDN')) {
    const dictionaries = items(document, dict.get('SubjectDN'))
    if (!hasAttributes(document, certificate, dictionaries)) return missed('SubjectDN', describeAttributes(document, dictionaries))
  }
  const issuers = isRequired('Issuer') ? certificates(document, dict.get('Issuer')) : undefined
  if (issuers && !isIssuedBy(choice, issuers)) return missed('Issuer', subjects(issuers))
  if (isRequired('OID')) {
    const policies = items(document, dict.get('OID')).flatMap((item) => textOf(item)?.trim() ?? [])
    const own = policiesOf(certificate)
    if (!policies.every((policy) => own.includes(policy))) return missed('OID', policies.slice(0, 10).join(', '))
  }
  if (isRequired('KeyUsage')) {
    const patterns = items(document, dict.get('KeyUsage')).flatMap((item) => textOf(item) ?? [])
    if (!fitsUsage(certificate, patterns)) return missed('KeyUsage', patterns.slice(0, 10).join(', '))
  }
  if (isRequired('URL') && kind !== 'Browser') return missed('URL', url)
  return undefined
}

function describeAttributes(document: PdfDocument, dictionaries: readonly PdfObject[]): string {
  const parts = dictionaries.slice(0, 5).flatMap((dict) =>
    dict instanceof PdfDict
      ? Array.from(dict.entries).flatMap(([key, value]) => {
          const text = textOf(document.resolve(value))
          return key === 'Type' || text === undefined ? [] : [`${key}=${text}`]
        })
      : [],
  )
  return parts.slice(0, 20).join(', ')
}
