/** Options of signatures, each of which belongs to some formats: where it has no place it is refused, not ignored. */

import type { CmsDescription, CmsPlacement } from '../../cades/index.ts'
import type { SignPdfOptions } from '../../pades/index.ts'
import type { VietnamXmlForm, VietnamXmlProfile } from '../../vietnam/index.ts'
import { VIETNAM_XML_PROFILES } from '../../vietnam/index.ts'
import type { Canonicalization, XmlPackaging, XmlSignatureForm } from '../../xades/index.ts'
import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage.ts'
import { choice } from './choice.ts'
import { restrictionOptions } from './restrictions.ts'
import type { SignatureFormat, Subject } from './subject.ts'

const CANONICALIZATIONS: readonly Canonicalization[] = [
  'exclusive',
  'inclusive',
  'inclusive11',
  'exclusive-with-comments',
  'inclusive-with-comments',
  'inclusive11-with-comments',
]
const PACKAGINGS: readonly XmlPackaging[] = ['enveloped', 'enveloping', 'detached', 'internally-detached']
const FORMS = ['xades', 'xmldsig'] as const

/** Which signatures an option is for; `profile`: XML by a profile of Vietnam, which decides what is missing in its list. */
type Kind = SignatureFormat | 'profile'

const BELONGS: Readonly<Record<string, readonly Kind[]>> = {
  field: ['pades'],
  reason: ['pades'],
  contact: ['pades'],
  name: ['pades'],
  'document-password-env': ['pades'],
  page: ['pades'],
  box: ['pades'],
  corner: ['pades'],
  font: ['pades'],
  image: ['pades'],
  text: ['pades'],
  certify: ['pades'],
  lock: ['pades'],
  'lock-permission': ['pades'],
  'document-timestamp': ['pades'],
  location: ['pades', 'xades', 'cades'],
  packaging: ['xades'],
  place: ['xades'],
  element: ['xades'],
  'add-id': ['xades'],
  'signer-role': ['xades'],
  form: ['xades', 'profile'],
  canonicalization: ['xades', 'profile'],
  unit: ['profile'],
  'other-tax-code': ['profile'],
  attached: ['cades'],
  detached: ['cades'],
}

/** The options that {@link checkOptions} knows, as specifications. */
export const SIGNATURE_OPTIONS = {
  field: 'value',
  reason: 'value',
  location: 'value',
  contact: 'value',
  name: 'value',
  'document-password-env': 'value',
  page: 'value',
  box: 'value',
  corner: 'value',
  font: 'value',
  image: 'value',
  text: 'value',
  certify: 'value',
  lock: 'value',
  'lock-permission': 'value',
  'document-timestamp': 'switch',
  packaging: 'value',
  place: 'value',
  element: 'list',
  'add-id': 'switch',
  'signer-role': 'list',
  form: 'value',
  canonicalization: 'value',
  profile: 'value',
  unit: 'value',
  'other-tax-code': 'switch',
  attached: 'switch',
  detached: 'value',
} as const

/**
 * Refuses options that have no place in a signature that is to be made.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function checkOptions(args: Arguments, subjects: readonly Subject[]): void {
  for (const [name, kinds] of Object.entries(BELONGS)) {
    if (!args.has(name)) continue
    const option = `--${name}`
    if (args.has('profile')) {
      if (!kinds.includes('profile')) throw usageError('optionProfile', { option })
      continue
    }
    if (kinds.every((kind) => kind === 'profile')) throw usageError('optionNeedsProfile', { option })
    const other = subjects.find(({ format }) => !kinds.includes(format))
    if (other) throw usageError('optionFormat', { option, format: other.format, path: other.input })
  }
  checkXmlOptions(args)
  if (args.has('document-timestamp')) checkTimestampOptions(args)
}

/** A document time-stamp says nothing but the time, and is nobody's signature. */
function checkTimestampOptions(args: Arguments): void {
  const without = [...Object.keys(SIGNATURE_OPTIONS), 'p12', 'password-env', 'level'].find((name) => !OF_TIMESTAMPS.has(name) && args.has(name))
  if (without !== undefined) throw usageError('optionTimestamp', { option: `--${without}` })
  if (!args.has('tsa')) throw usageError('timestampServer')
}

const OF_TIMESTAMPS: ReadonlySet<string> = new Set(['document-timestamp', 'field', 'document-password-env'])

/** Refuses what the form or the packaging of an XML signature has no place for. */
function checkXmlOptions(args: Arguments): void {
  const [form, packaging] = [args.one('form'), args.one('packaging')]
  const needsXades = ['location', 'signer-role'].find((name) => args.has(name))
  if (form === 'xmldsig' && needsXades !== undefined) throw usageError('optionForm', { option: `--${needsXades}` })
  const needsDocument = ['element', 'place', 'add-id'].find((name) => args.has(name))
  if ((packaging === 'enveloping' || packaging === 'detached') && needsDocument !== undefined)
    throw usageError('optionPackaging', { option: `--${needsDocument}`, packaging })
}

/** Members that were given. */
function given<T extends Record<string, unknown>>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

/** What a signature of a PDF says, and what it forbids; how it is shown is read by `visibleOptions`. */
export function pdfOptions(args: Arguments): Pick<SignPdfOptions, 'field' | 'reason' | 'location' | 'contactInfo' | 'name' | 'certify' | 'lock'> {
  const [field, reason, location, contactInfo, name] = ['field', 'reason', 'location', 'contact', 'name'].map((option) => args.one(option))
  return { ...given({ field, reason, location, contactInfo, name }), ...restrictionOptions(args) }
}

/** How an XML signature is written. */
export function xmlOptions(args: Arguments): XmlSignatureForm {
  const [elements, roles] = [args.all('element'), args.all('signer-role')]
  const [place, city] = [args.one('place'), args.one('location')]
  return given({
    packaging: choice(args, 'packaging', PACKAGINGS),
    form: choice(args, 'form', FORMS),
    canonicalization: choice(args, 'canonicalization', CANONICALIZATIONS),
    references: elements.length > 0 ? elements.map((element) => ({ element })) : undefined,
    addId: args.has('add-id') ? true : undefined,
    place: place === undefined ? undefined : { element: place },
    signerRoles: roles.length > 0 ? roles : undefined,
    productionPlace: city === undefined ? undefined : { city },
  })
}

/** How a CMS is written. */
export function cmsOptions(args: Arguments): CmsDescription & Pick<CmsPlacement, 'attached'> {
  const locality = args.one('location')
  return given({ attached: args.has('attached') ? true : undefined, location: locality === undefined ? undefined : { locality } })
}

/** How a document is signed by a profile; `undefined` where none is asked for. */
export function profileOptions(args: Arguments): VietnamXmlForm | undefined {
  const profile = choice<VietnamXmlProfile | 'auto'>(args, 'profile', ['auto', ...VIETNAM_XML_PROFILES])
  if (profile === undefined) return undefined
  return given({
    profile: profile === 'auto' ? undefined : profile,
    unit: args.one('unit'),
    form: choice(args, 'form', FORMS),
    canonicalization: choice(args, 'canonicalization', CANONICALIZATIONS),
    allowOtherTaxCode: args.has('other-tax-code') ? true : undefined,
  })
}
