/**
 * What a kind of document asks of its signatures, as data: where they go, over what, in which form. Names are local names; every step
 * below the unit has the unit's namespace.
 */
import type { Canonicalization, XmlTimeProperty, XmlTransform } from '../../xades/options.ts'

/** Names of the profiles. */
export type VietnamXmlProfile =
  | 'einvoice-seller'
  | 'einvoice-buyer'
  | 'einvoice-tax-authority'
  | 'message-envelope'
  | 'withholding-voucher'
  | 'tax-return'
  | 'tax-registration'
  | 'tax-notice'
  | 'einvoice-notice'
  | 'bhxh-unit'
  | 'bhxh-ivan'
  | 'health-claim'
  | 'edxml'

/** As whom somebody signs. */
export type VietnamXmlRole = 'seller' | 'buyer' | 'taxAuthority' | 'taxpayer' | 'incomePayer' | 'unit' | 'ivan' | 'organisation'

/** Parts of documents that signatures are over; each has a name in the message catalogues. */
export type VietnamXmlPart =
  | 'invoiceData'
  | 'authorityCode'
  | 'messageHead'
  | 'messageData'
  | 'voucherData'
  | 'declaration'
  | 'registration'
  | 'notice'
  | 'noticeNumber'
  | 'document'

/** A way down from an element: local names of children. Empty for the element itself. */
export type ElementPath = readonly string[]

/** A part of a document. */
export interface ProfilePart {
  readonly name: VietnamXmlPart
  readonly path: ElementPath
  /** Whether it has to be there and covered. Others are signed where they are there. */
  readonly required: boolean
  /** `id`: by its ID attribute; `document`: the whole document, as `URI=""`; `none`: others sign it or nobody does, which is told. */
  readonly reference: 'id' | 'document' | 'none'
  /** None are written for an empty list. */
  readonly transforms: readonly XmlTransform[]
}

/** The element that a document, or each of several in a message, is. */
export interface ProfileUnit {
  readonly name: string
  readonly namespaces: readonly string[]
  /** Names of the elements around it, from the document element down; empty where it is the document element. */
  readonly within: readonly ElementPath[]
}

/** A profile. */
export interface XmlProfile {
  readonly id: VietnamXmlProfile
  readonly role: VietnamXmlRole
  readonly units: readonly ProfileUnit[]
  /** Where the signature stands, below the unit; the first that is there is taken. */
  readonly places: readonly ElementPath[]
  /** Whether the last element of a place is put in where its parent stands without it. Otherwise the document has to hold the place. */
  readonly createsPlace?: boolean
  /** Whether it is chosen only where it is named. */
  readonly onlyNamed?: boolean
  readonly parts: readonly ProfilePart[]
  /** Where the signer's tax code stands, below the unit; absent where the document does not tell it. */
  readonly taxCode?: readonly ElementPath[]
  readonly canonicalization: Canonicalization
  /** Prefix of the signature's elements; empty for a default namespace. */
  readonly prefix: string
  /** ID of the signature; a number is put behind it where it is taken. */
  readonly signatureId?: string
  readonly keyValue: boolean
  /** The time of signing among the signature's own properties; absent where none is written. */
  readonly time?: XmlTimeProperty
}

/** Order of the types in X509SubjectName, as the programs of tax and insurance authorities write it. */
export const SUBJECT_ORDER: readonly string[] = ['C', 'ST', 'L', 'O', 'CN', 'UID']

/** The clock on Vietnam's walls, without a zone: what consumers of invoices and returns read. */
export const LOCAL_TIME: Pick<XmlTimeProperty, 'offset' | 'zone'> = { offset: 7 * 60, zone: false }

/** What invoices, messages and vouchers of Decree 123/2020 share. */
export const INVOICE_FORM = { canonicalization: 'inclusive', prefix: '', keyValue: false } as const

/** `Type` of the reference to the time, as the tax authority's format names it. */
export const PROPERTIES_TYPE = 'http://www.w3.org/2000/09/xmldsig#SignatureProperties'
