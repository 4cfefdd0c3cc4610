/** What a signature shows on the page, drawn with pdf-lib: text, images and shapes, as form XObjects for visible fields. */
export type { Appearance, AppearanceBox, DrawnAppearance, PdfaClaim } from '../appearance-form.ts'
export type { FieldText, TextAlignment, TextAppearance } from '../forms/field-options.ts'
export { type AppearanceTools, type DrawAppearance, type DrawOptions, drawAppearance } from './draw.ts'
export type { Extent } from './font.ts'
export { type Colour, fieldText, type TextLook, textAppearance } from './look.ts'
