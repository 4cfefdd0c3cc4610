/** What making and filling form fields is given. */
import type { DigestAlgorithm } from '../../core/algorithms.ts'
import type { Budget } from '../../core/budget.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import type { Appearance } from '../appearance-form.ts'
import type { AccessPermission, FieldLock } from '../options.ts'
import type { Placement } from '../placement.ts'

/** Where the text of a field stands between its edges (`/Q`, table 228). */
export type TextAlignment = 'left' | 'centre' | 'right'

/** The text of a field, for who draws it. */
export interface FieldText {
  /** In NFC; lines end in `\n` and are more than one only where `multiline` says so. */
  readonly value: string
  /** Points: the room between the borders of the field, as it is read. */
  readonly width: number
  readonly height: number
  /** Points; 0 where the field leaves it to who draws: what fits. */
  readonly fontSize: number
  readonly align: TextAlignment
  readonly multiline: boolean
  /** Each from 0 to 1. */
  readonly colour: readonly [red: number, green: number, blue: number]
}

/**
 * Draws the text of a field, with a font of its own: what `kyso/pades/appearance` gives for an embedded font, so that
 * a form shows letters that its own font does not have, the Vietnamese ones above all.
 */
export type TextAppearance = (field: FieldText) => Appearance

/** What reading the document takes. */
export interface FieldOptions {
  /** Password of an encrypted document. */
  readonly password?: string | Uint8Array
  readonly crypto?: CryptoProvider
  readonly budget?: Budget
}

/** What filling takes. */
export interface FillPdfFieldsOptions extends FieldOptions {
  /** Draws all texts but those in cells (comb) and in lists; the fields' own fonts when left out. */
  readonly appearance?: TextAppearance
}

/** The fonts that every reader has, for letters of western Europe only (ISO 32000-1 §9.6.2.2). */
export type StandardFontName =
  | 'Helvetica'
  | 'Helvetica-Bold'
  | 'Helvetica-Oblique'
  | 'Helvetica-BoldOblique'
  | 'Times-Roman'
  | 'Times-Bold'
  | 'Times-Italic'
  | 'Times-BoldItalic'
  | 'Courier'
  | 'Courier-Bold'
  | 'Courier-Oblique'
  | 'Courier-BoldOblique'

/** What a field asks of who signs it (table 237). */
export interface NewSeedValue {
  readonly reasons?: readonly string[]
  readonly digestMethods?: readonly DigestAlgorithm[]
  /** Forms of signature, such as `ETSI.CAdES.detached`. */
  readonly subFilter?: readonly string[]
  /** The signature has to certify the document with this permission; 0: it must not certify. */
  readonly mdp?: 0 | AccessPermission
  /** Which of them are a must; the others are a suggestion. */
  readonly required?: readonly ('reasons' | 'digestMethods' | 'subFilter')[]
}

/** An empty signature field to be made. */
export interface NewSignatureField {
  readonly type: 'signature'
  /** Without a period. */
  readonly name: string
  /** Invisible when left out. */
  readonly placement?: Placement
  /** What signing this field locks. */
  readonly lock?: FieldLock
  readonly seedValue?: NewSeedValue
  /** What a reader says of the field. */
  readonly tooltip?: string
}

/** A text field to be made. */
export interface NewTextField {
  readonly type: 'text'
  /** Without a period. */
  readonly name: string
  readonly placement: Placement
  readonly value?: string
  /** Points; 0, and when left out: what fits. */
  readonly fontSize?: number
  /** `left` when left out. */
  readonly align?: TextAlignment
  readonly multiline?: boolean
  /** Characters a value may have. */
  readonly maxLength?: number
  readonly readOnly?: boolean
  /** Font of what is typed into the field later, and of `value` where `appearance` is left out; Helvetica when left out. */
  readonly font?: StandardFontName
  /** Draws `value`. */
  readonly appearance?: TextAppearance
  /** What a reader says of the field. */
  readonly tooltip?: string
}

/** A field to be made. */
export type NewField = NewSignatureField | NewTextField
