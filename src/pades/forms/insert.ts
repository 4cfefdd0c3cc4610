/** Changing the interactive form (ISO 32000-2 §12.7.3): fields that it gets, with the fonts that they name, and its flags. */
import { KysoError } from '../../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef, withEntries } from '../../pdf/index.ts'
import type { PdfUpdate } from '../../pdf/writer.ts'
import { acroFormOf } from '../fields.ts'
import type { StandardFontName } from './field-options.ts'
import { readSimpleFont, standardFontDictionary } from './simple-font.ts'
import { STANDARD_FONTS } from './standard-fonts.ts'

/** Resource names that forms use by custom. */
const SHORT_NAMES: Readonly<Record<StandardFontName, string>> = {
  Helvetica: 'Helv',
  'Helvetica-Bold': 'HeBo',
  'Helvetica-Oblique': 'HeOb',
  'Helvetica-BoldOblique': 'HeBO',
  'Times-Roman': 'TiRo',
  'Times-Bold': 'TiBo',
  'Times-Italic': 'TiIt',
  'Times-BoldItalic': 'TiBI',
  Courier: 'Cour',
  'Courier-Bold': 'CoBo',
  'Courier-Oblique': 'CoOb',
  'Courier-BoldOblique': 'CoBO',
}

/** A font by the name that a default appearance calls it. */
export interface FormFont {
  readonly name: string
  readonly resource: PdfObject
}

/** The fonts of a form's default resources, and those that are added to them. */
export class FormFonts {
  /** What has to be added, by resource name. */
  readonly added = new Map<string, PdfRef>()
  readonly #document: PdfDocument
  readonly #update: PdfUpdate
  readonly #used = new Map<StandardFontName, FormFont>()

  constructor(document: PdfDocument, update: PdfUpdate) {
    this.#document = document
    this.#update = update
  }

  /** A standard font: the form's own where it has it, else a new one. */
  use(font: StandardFontName): FormFont {
    const used = this.#used.get(font)
    if (used) return used
    if (!STANDARD_FONTS.has(font)) throw new KysoError('ERR_ARGUMENT', `${String(font)} is no standard font`, { argument: 'font' })
    const made = this.#find(font) ?? this.#add(font)
    this.#used.set(font, made)
    return made
  }

  #fonts(): ReadonlyMap<string, PdfObject> {
    const resources = this.#document.resolve(acroFormOf(this.#document)?.get('DR'))
    const fonts = resources instanceof PdfDict ? this.#document.resolve(resources.get('Font')) : null
    return fonts instanceof PdfDict ? fonts.entries : new Map()
  }

  #find(font: StandardFontName): FormFont | undefined {
    const name = SHORT_NAMES[font]
    const resource = this.#fonts().get(name)
    const dict = this.#document.resolve(resource)
    if (resource === undefined || !(dict instanceof PdfDict) || nameOf(this.#document.resolve(dict.get('BaseFont'))) !== font) return undefined
    return readSimpleFont(this.#document, resource) ? { name, resource } : undefined
  }

  #add(font: StandardFontName): FormFont {
    const taken = this.#fonts()
    let name = SHORT_NAMES[font]
    for (let n = 2; taken.has(name); n++) name = `${SHORT_NAMES[font]}${n}`
    const resource = this.#update.add(standardFontDictionary(font))
    this.added.set(name, resource)
    return { name, resource }
  }
}

/** Gives a dictionary that is the value of a key other entries: in its own object where it has one, else in its holder. */
function changeIn(update: PdfUpdate, holder: PdfDict, key: string, change: (dict: PdfDict) => PdfDict): Record<string, PdfObject> {
  const entry = holder.get(key)
  const value = update.resolve(entry)
  const changed = change(value instanceof PdfDict ? value : new PdfDict())
  if (!(entry instanceof PdfRef) || !(value instanceof PdfDict)) return { [key]: changed }
  update.set(entry, changed)
  return {}
}

/** Bits of `/SigFlags` (table 225). */
export const SIG_FLAGS = { signaturesExist: 1, appendOnly: 2 } as const

/** What changes in a form. */
export interface FormChanges {
  /** Come behind those that it has. */
  readonly fields?: readonly PdfRef[]
  /** Bits of `/SigFlags` that are to be set. */
  readonly flags?: number
  /** To be added to the default resources, by name. */
  readonly fonts?: ReadonlyMap<string, PdfRef>
}

/** Changes the form: in its own object, or in the catalog that holds it; makes it where there is none. What is so already is not written. */
export function changeForm(document: PdfDocument, update: PdfUpdate, { fields = [], flags = 0, fonts }: FormChanges): void {
  const catalog = update.get(document.catalogRef) as PdfDict
  const entry = catalog.get('AcroForm')
  const resolved = update.resolve(entry)
  const form = resolved instanceof PdfDict ? resolved : new PdfDict()
  const changes: Record<string, PdfObject> = {}
  const before = integerOf(update.resolve(form.get('SigFlags'))) ?? 0
  if ((before & flags) !== flags) changes.SigFlags = new PdfNumber(before | flags)
  if (fields.length > 0) {
    const list = form.get('Fields')
    const array = update.resolve(list)
    const grown = new PdfArray([...(array instanceof PdfArray ? array.items : []), ...fields])
    if (list instanceof PdfRef && array instanceof PdfArray) update.set(list, grown)
    else changes.Fields = grown
  }
  if (fonts && fonts.size > 0) {
    const addFonts = (dict: PdfDict): PdfDict => withEntries(dict, Object.fromEntries(fonts))
    Object.assign(
      changes,
      changeIn(update, form, 'DR', (resources) => withEntries(resources, changeIn(update, resources, 'Font', addFonts))),
    )
  }
  if (Object.keys(changes).length === 0) return
  const changed = withEntries(form, changes)
  if (entry instanceof PdfRef && resolved instanceof PdfDict) update.set(entry, changed)
  else update.set(document.catalogRef, withEntries(catalog, { AcroForm: update.add(changed) }))
}
