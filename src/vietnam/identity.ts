/**
 * Who a Vietnamese certificate speaks of: `UID` attributes with a prefix (`MST:`, `CCCD:`, …), older ones in `O`, positions in the common
 * name. Read from the attributes of the DER, never from a printed name: a comma in a value is a comma.
 */
import { ATTRIBUTE, attributeTexts, type Certificate } from '../x509/index.ts'
import { soundsLikeOrganisation, splitTitle } from './titles.ts'

/** The attributes of a subject that identify, as reports and facts have them. */
export interface SubjectAttributes {
  /** Every `UID`, as it stands. */
  readonly uid: readonly string[]
  readonly commonName?: string
  readonly organisation?: string
  readonly organisationalUnit?: string
  readonly title?: string
}

/** A prefix and a value that are of no known kind, or not of its form; as they stand, and not to be believed. */
export interface OtherIdentifier {
  readonly prefix: string
  readonly value: string
}

/** Who a certificate speaks of. Every text is from the document: make it safe before it is shown. */
export interface VietnameseIdentity {
  /** Mã số thuế (`MST`), in the one form that {@link normaliseTaxCode} gives. */
  readonly taxCodes: readonly string[]
  /** Căn cước công dân (`CCCD`). */
  readonly citizenIds: readonly string[]
  /** Chứng minh nhân dân, the older identity card (`CMND`). */
  readonly identityCards: readonly string[]
  /** Hộ chiếu (`HC`). */
  readonly passports: readonly string[]
  /** Mã số đơn vị có quan hệ với ngân sách (`MNS`). */
  readonly budgetCodes: readonly string[]
  /** Bảo hiểm xã hội (`BHXH`). */
  readonly socialInsuranceCodes: readonly string[]
  /** What else stands there, `PID` and `PPID` among it. */
  readonly others: readonly OtherIdentifier[]
  /** The person, without position and marks; absent where the certificate speaks of an organisation. A reading of free text, for display. */
  readonly personName?: string
  /** The person's position: the title attribute, or what stands in front of the common name. */
  readonly title?: string
  /** The organisation; absent where `O` holds a tax code. */
  readonly organisation?: string
  readonly unit?: string
}

/** Kinds of identifiers by prefix. */
const KINDS = {
  MST: 'taxCodes',
  CCCD: 'citizenIds',
  CMND: 'identityCards',
  HC: 'passports',
  MNS: 'budgetCodes',
  BHXH: 'socialInsuranceCodes',
} as const

type Lists = Record<(typeof KINDS)[keyof typeof KINDS], string[]>

/** Numbers of documents have digits, and letters in passports and unit codes. */
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z-]{0,31}$/

/** A name can hold any number of attributes; nobody has more of these. */
const MAX_IDENTIFIERS = 32

function isKind(prefix: string): prefix is keyof typeof KINDS {
  return Object.hasOwn(KINDS, prefix)
}

/**
 * The one form of a tax code: 10 digits, or 12 (a citizen's number serves as one), with `-` and three digits for a dependent unit, however it was
 * written: `0100109106-001`, `0100109106001`, `0100109106 - 001`. `null` for what is none. Digits of other scripts are no digits.
 *
 * @example
 * ```ts
 * normaliseTaxCode('0100109106001') // => '0100109106-001'
 * ```
 */
export function normaliseTaxCode(text: string): string | null {
  if (text.length > 40) return null
  const match = /^([0-9]{10})(?: ?[-–] ?([0-9]{3})|([0-9]{3}))?$|^([0-9]{12})$/.exec(text.trim())
  if (!match) return null
  const [, unit, branch = match[3], , citizen] = match
  if (citizen !== undefined) return citizen
  return branch === undefined ? (unit ?? null) : `${unit}-${branch}`
}

function attributesOf(certificate: Certificate): SubjectAttributes {
  const { subject } = certificate
  const first = (type: string): string | undefined => attributeTexts(subject, type)[0]
  const [commonName, organisation, organisationalUnit, title] = [
    ATTRIBUTE.commonName,
    ATTRIBUTE.organization,
    ATTRIBUTE.organizationalUnit,
    ATTRIBUTE.title,
  ].map(first)
  return {
    uid: attributeTexts(subject, ATTRIBUTE.uid),
    ...(commonName === undefined ? {} : { commonName }),
    ...(organisation === undefined ? {} : { organisation }),
    ...(organisationalUnit === undefined ? {} : { organisationalUnit }),
    ...(title === undefined ? {} : { title }),
  }
}

/** `MST:0100109106` taken apart; `null` where there is no prefix. */
function readIdentifier(text: string): OtherIdentifier | null {
  const match = /^\s{0,8}([A-Za-z]{2,8})\s{0,8}:(.*)$/s.exec(text.slice(0, 400))
  return match ? { prefix: (match[1] ?? '').toUpperCase(), value: (match[2] ?? '').trim() } : null
}

/**
 * Who a certificate speaks of, as typed data.
 *
 * @param subject a certificate, or the attributes of its subject as a report has them
 * @example
 * ```ts
 * const identity = vietnameseIdentity({ uid: ['MST:0100686209-199', 'CCCD:025199009534'], commonName: 'Giám đốc Nguyễn Văn A' })
 * identity.taxCodes // => ['0100686209-199']
 * identity.title // => 'Giám đốc'
 * identity.personName // => 'Nguyễn Văn A'
 * ```
 */
export function vietnameseIdentity(subject: Certificate | SubjectAttributes): VietnameseIdentity {
  const { uid, commonName = '', organisation = '', organisationalUnit, title } = 'uid' in subject ? subject : attributesOf(subject)
  const lists: Lists = { taxCodes: [], citizenIds: [], identityCards: [], passports: [], budgetCodes: [], socialInsuranceCodes: [] }
  const others: OtherIdentifier[] = []
  // FPT's older certificates have the tax code where the organisation belongs.
  const inOrganisation = readIdentifier(organisation)?.prefix === 'MST'
  for (const text of [...uid, ...(inOrganisation ? [organisation] : [])].slice(0, MAX_IDENTIFIERS)) {
    const { prefix, value } = readIdentifier(text) ?? { prefix: '', value: text }
    const number = prefix === 'MST' ? normaliseTaxCode(value) : NUMBER.test(value) ? value : null
    if (!isKind(prefix) || number === null) others.push({ prefix, value })
    else if (!lists[KINDS[prefix]].includes(number)) lists[KINDS[prefix]].push(number)
  }
  const named = readName(commonName, title)
  const documents = lists.citizenIds.length + lists.identityCards.length + lists.passports.length
  const isPerson = named.name !== '' && (named.title !== undefined || documents > 0 || !isOrganisation(named.name, organisation))
  return {
    ...lists,
    others,
    ...(isPerson ? { personName: named.name } : {}),
    ...(named.title === undefined ? {} : { title: named.title }),
    ...(organisation !== '' && !inOrganisation ? { organisation } : {}),
    ...(organisationalUnit === undefined ? {} : { unit: organisationalUnit }),
  }
}

/** A common name without the mark `(M)` that some of the government's certificates end with, and without the position. */
function readName(commonName: string, title: string | undefined): { readonly name: string; readonly title?: string } {
  const split = splitTitle(commonName.slice(0, 400).replace(/\s{0,8}\(M\)\s{0,8}$/, ''))
  return title === undefined || title === '' ? split : { name: split.name, title }
}

function isOrganisation(name: string, organisation: string): boolean {
  return name.toLowerCase() === organisation.trim().toLowerCase() || soundsLikeOrganisation(name)
}

/** How {@link matchesTaxCode} compares. */
export interface TaxCodeOptions {
  /**
   * Whether the certificate of a head office also stands for its dependent units (`0100109106` for `0100109106-001`), never the other way
   * round; false when left out, as those who check invoices ask for the very code.
   */
  readonly headOffice?: boolean
}

/**
 * Whether an identity has a tax code, however either is written. A dependent unit is another taxpayer than its head office. Where one of them is no
 * tax code, the answer is no. It says nothing of trust: judge the certificate first.
 *
 * @param identity of {@link vietnameseIdentity}, or what that takes
 * @example
 * ```ts
 * const identity = vietnameseIdentity({ uid: ['MST:0100109106-001'] })
 * matchesTaxCode(identity, '0100109106001') // => true
 * matchesTaxCode(identity, '0100109106') // => false
 * ```
 */
export function matchesTaxCode(
  identity: Pick<VietnameseIdentity, 'taxCodes'> | Certificate | SubjectAttributes,
  taxCode: string,
  options: TaxCodeOptions = {},
): boolean {
  const wanted = normaliseTaxCode(taxCode)
  if (wanted === null) return false
  const { taxCodes } = 'taxCodes' in identity ? identity : vietnameseIdentity(identity)
  const codes = taxCodes.map(normaliseTaxCode)
  return codes.includes(wanted) || (options.headOffice === true && wanted.includes('-') && codes.includes(wanted.slice(0, wanted.indexOf('-'))))
}
