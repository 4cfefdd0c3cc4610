/**
 * What RFC 5280 §4 demands of those who issue certificates, beyond what §6.1 asks of those who judge them. Real authorities
 * break these rules, so they bind only where the caller asks for the strict profile.
 */
import { attempt, isAboutDocument } from '../../core/errors.ts'
import { type Certificate, isSelfIssued } from '../certificate.ts'
import type { Crl } from '../crl.ts'
import * as ext from '../extensions.ts'
import { isEmptyName } from '../name.ts'
import { isMailbox, isPreferredDnsName } from './name-forms.ts'

/** Octets of a serial number at most (§4.1.2.2). */
const LONGEST_SERIAL = 20

/** Extensions that conforming authorities mark critical, and those they do not. */
const CRITICAL = [ext.NAME_CONSTRAINTS, ext.POLICY_CONSTRAINTS, ext.INHIBIT_ANY_POLICY]
const NOT_CRITICAL = [ext.AUTHORITY_KEY_IDENTIFIER, ext.SUBJECT_KEY_IDENTIFIER, ext.AUTHORITY_INFO_ACCESS, ext.FRESHEST_CRL]

/** Those whose form the profile fixes. */
const FIXED: readonly ext.ExtensionType<unknown>[] = [
  ...CRITICAL,
  ...NOT_CRITICAL,
  ext.KEY_USAGE,
  ext.BASIC_CONSTRAINTS,
  ext.EXTENDED_KEY_USAGE,
  ext.SUBJECT_ALT_NAME,
  ext.ISSUER_ALT_NAME,
  ext.CERTIFICATE_POLICIES,
  ext.POLICY_MAPPINGS,
  ext.CRL_DISTRIBUTION_POINTS,
]

function serialNumberRules({ serialNumber }: Certificate): string[] {
  const positive = serialNumber.some((octet) => octet !== 0) && ((serialNumber[0] as number) & 0x80) === 0
  if (!positive) return ['the serial number is not positive']
  return serialNumber.length > LONGEST_SERIAL ? ['the serial number is longer than 20 octets'] : []
}

function alternativeNameRules(certificate: Certificate): string[] {
  const names = ext.readExtension(certificate, ext.SUBJECT_ALT_NAME)
  const found: string[] = []
  if (isEmptyName(certificate.subject) && !ext.findExtension(certificate, ext.SUBJECT_ALT_NAME.oid)?.critical)
    found.push('no subject, and no critical subjectAltName instead')
  if (names?.length === 0) found.push('a subjectAltName without a name')
  for (const name of names ?? []) {
    if (name.type === 'dNSName' && !isPreferredDnsName(name.value)) found.push(`a malformed dNSName ${name.value}`)
    if (name.type === 'rfc822Name' && !isMailbox(name.value)) found.push(`a malformed rfc822Name ${name.value}`)
    if (name.type === 'iPAddress' && name.value.length !== 4 && name.value.length !== 16) found.push('a malformed iPAddress')
  }
  return found
}

function authorityRules(certificate: Certificate): string[] {
  const constraints = ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)
  const usages = ext.keyUsages(certificate)
  const signs = usages?.includes('keyCertSign') ?? false
  const found: string[] = []
  if (signs && !constraints?.cA) found.push('keyCertSign without being an authority')
  if (constraints?.pathLenConstraint !== undefined && !(constraints.cA && signs)) found.push('a path length without keyCertSign')
  if (constraints?.cA) {
    if (!ext.findExtension(certificate, ext.BASIC_CONSTRAINTS.oid)?.critical) found.push('basicConstraints of an authority not critical')
    if (isEmptyName(certificate.subject)) found.push('an authority without a name')
    if (!ext.findExtension(certificate, ext.SUBJECT_KEY_IDENTIFIER.oid)) found.push('an authority without subjectKeyIdentifier')
  } else if (ext.findExtension(certificate, ext.NAME_CONSTRAINTS.oid)) found.push('name constraints without being an authority')
  return found
}

function keyIdentifierRules(certificate: Certificate): string[] {
  // §4.2.1.1: only who signs for itself may leave it out.
  if (isSelfIssued(certificate)) return []
  return ext.readExtension(certificate, ext.AUTHORITY_KEY_IDENTIFIER)?.keyIdentifier ? [] : ['no authorityKeyIdentifier']
}

function extensionRules(certificate: Certificate): string[] {
  const found: string[] = []
  for (const type of FIXED) ext.readExtension(certificate, type)
  for (const type of CRITICAL) if (ext.findExtension(certificate, type.oid)?.critical === false) found.push(`${type.name} not critical`)
  for (const type of NOT_CRITICAL) if (ext.findExtension(certificate, type.oid)?.critical) found.push(`${type.name} critical`)
  if (certificate.extensions.length > 0 && certificate.version !== 3) found.push('extensions before version 3')
  return found
}

/** A part of the profile. */
type Rule = (certificate: Certificate) => string[]

const RULES: readonly Rule[] = [serialNumberRules, extensionRules, alternativeNameRules, authorityRules]

/**
 * Where a certificate breaks the profile of RFC 5280 §4.
 *
 * @returns a sentence for each rule broken
 */
export function profileViolations(certificate: Certificate): string[] {
  return broken(certificate, [...RULES, keyIdentifierRules])
}

function broken(certificate: Certificate, rules: readonly Rule[]): string[] {
  return rules.flatMap((rule) => {
    try {
      return rule(certificate)
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      return [error.message]
    }
  })
}

/**
 * What an anchor's certificate breaks of the profile. As issuer it has to be an authority that may sign certificates; critical
 * extensions that are not known bind nobody but those who ask for this.
 *
 * @param selfSigned whether its own key signed it: only then may it do without authorityKeyIdentifier (§4.2.1.1)
 */
export function anchorProfileViolations(certificate: Certificate, selfSigned: boolean): string[] {
  const known = new Set(FIXED.map((type) => type.oid))
  const found = certificate.extensions.filter((one) => one.critical && !known.has(one.extnID)).map((one) => `the critical extension ${one.extnID}`)
  if (attempt(() => ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.cA) !== true) found.push('the anchor is no authority')
  if (attempt(() => ext.keyUsages(certificate))?.includes('keyCertSign') === false) found.push('the anchor may not sign certificates')
  return [...broken(certificate, selfSigned ? RULES : [...RULES, keyIdentifierRules]), ...found]
}

/** Where a CRL breaks the profile of §5.2: each has a number, and that is not critical. */
export function crlProfileViolations(crl: Crl): string[] {
  const number = ext.findExtension(crl, ext.CRL_NUMBER.oid)
  return number && !number.critical ? [] : [number ? 'a critical cRLNumber' : 'no cRLNumber']
}
