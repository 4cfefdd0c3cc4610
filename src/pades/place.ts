/** Where a signature goes: the field, whether it may be signed, and the widget in which it is seen. */
import { KysoError } from '../core/errors.ts'
import type { PdfDocument } from '../pdf/index.ts'
import { checkRestrictions, sameLock } from './certify.ts'
import { type SignatureField, signatureFields } from './fields.ts'
import type { SignatureDescription } from './options.ts'
import { checkSigningAllowed } from './permissions.ts'
import { type PlacedWidget, placeWidget, type Rotation } from './placement.ts'
import { ownLock } from './restrictions.ts'
import { chooseField } from './signature-field.ts'
import { type FieldWidget, shownWidget } from './widget.ts'

/** A widget in which a signature is seen: a new one, or one that the field has. */
export interface ShownWidget {
  readonly rotate: Rotation
  /** Points, as seen. */
  readonly box: { readonly width: number; readonly height: number }
  readonly placed?: PlacedWidget
  readonly widget?: FieldWidget
}

/** Where a signature goes. */
export interface SignaturePlace {
  /** Fully qualified name of the field. */
  readonly name: string
  /** The field, where it is there. */
  readonly existing: SignatureField | undefined
  /** Whether the document has a signature or time-stamp already. */
  readonly signed: boolean
  /** All signature fields of the document. */
  readonly fields: readonly SignatureField[]
  /** `undefined` where the signature is not shown. */
  readonly shown: ShownWidget | undefined
}

function shownIn(document: PdfDocument, name: string, existing: SignatureField | undefined, visible: SignatureDescription['visible']): ShownWidget | undefined {
  if (!visible) return undefined
  if (existing) {
    // Where the form's author has placed the field, it is: a placement is for a field that is not there yet.
    const widget = shownWidget(document, existing)
    if (!widget)
      throw new KysoError('ERR_PDF_PLACEMENT', `the field ${name} has no room on a page, so that no signature can be seen in it`, {
        field: name,
        why: 'fieldHidden',
      })
    return { rotate: widget.rotate, box: widget.box, widget }
  }
  if (!visible.placement)
    throw new KysoError('ERR_PDF_PLACEMENT', `the field ${name} is new, and nothing says where it shall stand`, { field: name, why: 'missing' })
  const placed = placeWidget(document, visible.placement)
  return { rotate: placed.rotate, box: placed.box, placed }
}

/**
 * Finds where a signature goes, and whether it may go there.
 *
 * @throws KysoError `ERR_PDF_PERMISSION`, `ERR_PDF_CERTIFIED`, `ERR_PDF_CERTIFY_FIRST`, `ERR_PDF_FIELD`, `ERR_PDF_PLACEMENT`,
 *   `ERR_PDF_SIGNATURE_BROKEN`, `ERR_PDF_STRUCTURE`, `ERR_ARGUMENT`
 */
export function signaturePlace(document: PdfDocument, description: SignatureDescription): SignaturePlace {
  const { certify, lock, visible } = description
  checkRestrictions({ certify, lock })
  const fields = signatureFields(document, document.budget)
  const choice = chooseField(document, fields, description.field)
  const existing = 'existing' in choice ? choice.existing : undefined
  const name = 'existing' in choice ? choice.existing.name : choice.name
  checkSigningAllowed(document, fields, { name, existing: existing !== undefined, certify: certify !== undefined })
  const own = existing && ownLock(document, existing)
  // The author of the form has said what signing here locks; whoever counted on another lock is told.
  if (own && lock && !sameLock(document, own, lock))
    throw new KysoError('ERR_PDF_FIELD', `the field ${name} has a lock of its own`, { field: name, why: 'lock' })
  return { name, existing, signed: fields.some(({ value }) => value), fields, shown: shownIn(document, name, existing, visible) }
}
