/** The demonstration's administrative document: text fields, three hands whose signatures are seen, and copies that somebody changed. */
import { concat, latin1 } from '../../core/bytes.ts'
import { drawAppearance } from '../../pades/appearance/index.ts'
import { formFields } from '../../pades/forms/form-fields.ts'
import { type Appearance, addPdfFields, fillPdfFields, signPdf } from '../../pades/index.ts'
import { addAnnotation } from '../../pades/widget.ts'
import { openPdf, PdfArray, PdfName, PdfNumber, PdfRef, PdfString, PdfUpdate, pdfDict, pdfStream, withEntries } from '../../pdf/index.ts'
import type { Lab, LabIdentity } from '../../testing/index.ts'
import { textPdf } from './pdf.ts'
import type { Expectation } from './scenario.ts'

/** Number of the decision; who forges it writes another one. */
const NUMBER = '17/QD-SM'

/** The standard fonts of PDF have no Vietnamese letters, so the document is in English. */
const LINES: readonly (readonly [x: number, y: number, size: number, text: string])[] = [
  [72, 770, 11, 'SAMPLE PROVINCE'],
  [72, 754, 11, 'DEPARTMENT OF EXPERIMENTS'],
  [72, 730, 11, 'No.:'],
  [330, 730, 11, 'Date:'],
  [230, 680, 18, 'DECISION'],
  [72, 640, 11, 'Article 1.  500 reams of office paper are bought from Sample Paper Ltd. for 10,000,000 VND.'],
  [72, 620, 11, 'Article 2.  The accounting office pays within 30 days of delivery.'],
  [72, 600, 11, 'Article 3.  This decision takes effect on the day it is signed.'],
  [390, 540, 11, 'DIRECTOR'],
  [72, 220, 9, 'This page is a demonstration. It carries three digital signatures that are seen: the initials at the end of the'],
  [72, 206, 9, 'text, the signature of the director, and the seal of the office over its left third. Number and date were filled'],
  [72, 192, 9, 'in before the seal, which locks them.'],
]

/** Initials, as a pen draws them. */
const INITIALS = drawn(44, 20, 'M2 16 C6 2 9 2 10 15 C12 4 18 2 19 9 C20 15 12 15 13 9 C18 2 26 3 25 15 C28 5 34 3 35 9 C36 16 28 16 42 6', 1.2)

/** A signature, as a pen draws it. */
const SIGNATURE = drawn(
  150,
  60,
  'M8 44 C20 8 34 2 32 26 C30 48 18 54 22 40 C28 22 44 26 42 38 C46 26 54 26 54 38 C58 28 64 26 66 38 C72 8 84 2 80 24 C76 44 72 46 82 36 C92 26 98 30 94 40 C104 26 112 28 110 40 C118 30 130 26 146 16 M26 54 C60 46 100 46 138 50',
  1.6,
)

/** A path in a box of its own, in blue ink, as large as the field allows. */
function drawn(width: number, height: number, path: string, borderWidth: number): Appearance {
  return drawAppearance((page, { box, rgb }) => {
    const scale = Math.min(box.width / width, box.height / height)
    const [x, y] = [(box.width - width * scale) / 2, (box.height + height * scale) / 2]
    page.drawSvgPath(path, { x, y, scale, borderColor: rgb(0.1, 0.15, 0.55), borderWidth })
  })
}

/** A round seal: two rings and a star. */
const SEAL = drawAppearance((page, { box, rgb }) => {
  const [x, y, red] = [box.width / 2, box.height / 2, rgb(0.8, 0.05, 0.1)]
  const radius = Math.min(x, y) - 2
  page.drawCircle({ x, y, size: radius, borderColor: red, borderWidth: 2.5 })
  page.drawCircle({ x, y, size: radius * 0.72, borderColor: red, borderWidth: 1 })
  const points = Array.from({ length: 10 }, (_, i) => {
    const [length, angle] = [radius * (i % 2 === 0 ? 0.5 : 0.2), (i * Math.PI) / 5]
    return `${(length * Math.sin(angle)).toFixed(2)} ${(-length * Math.cos(angle)).toFixed(2)}`
  })
  page.drawSvgPath(`M${points.join(' L')} Z`, { x, y, color: red })
})

/** Makes the document and what becomes of it: the officer's initials, the director's signature, number and date, the clerk's seal. */
export async function addDecision(lab: Lab, [officer, director, clerk]: readonly LabIdentity[], files: Map<string, Uint8Array>): Promise<void> {
  if (!officer || !director || !clerk) throw new TypeError('three people were expected')
  const sign = (document: Uint8Array, { signer }: LabIdentity, field: string, reason: string, appearance: Appearance): Promise<Uint8Array> =>
    signPdf(document, { signer, level: 'B-T', sources: { timestamp: lab.tsa.source }, field, reason, location: 'Hà Nội', visible: { appearance } })
  const prepared = await addPdfFields(textPdf(LINES), [
    { type: 'text', name: 'number', placement: { page: 1, rectangle: [96, 725, 120, 18] }, fontSize: 11 },
    { type: 'text', name: 'date', placement: { page: 1, rectangle: [362, 725, 120, 18] }, fontSize: 11 },
    { type: 'signature', name: 'initials', placement: { page: 1, rectangle: [400, 592, 50, 24] } },
    { type: 'signature', name: 'director', placement: { page: 1, rectangle: [350, 450, 160, 70] } },
    { type: 'signature', name: 'seal', placement: { page: 1, rectangle: [312, 436, 92, 92] }, lock: { action: 'All' } },
  ])
  const initialled = await sign(prepared, officer, 'initials', 'Ký nháy', INITIALS)
  const signed = await sign(initialled, director, 'director', 'Phê duyệt', SIGNATURE)
  const numbered = await fillPdfFields(signed, { number: NUMBER, date: lab.now().toISOString().slice(0, 10) })
  const sealed = await sign(numbered, clerk, 'seal', 'Phát hành', SEAL)
  files.set('decision.pdf', prepared)
  files.set('decision.sealed.pdf', sealed)
  files.set('decision.annotated.pdf', await withNote(sealed))
  files.set('tampered.number.pdf', await withOtherNumber(sealed))
}

const box = (...numbers: readonly number[]): PdfArray => new PdfArray(numbers.map((value) => new PdfNumber(value)))

function form(width: number, height: number, content: string): ReturnType<typeof pdfStream> {
  const font = pdfDict({ Type: new PdfName('Font'), Subtype: new PdfName('Type1'), BaseFont: new PdfName('Helvetica') })
  const resources = pdfDict({ Font: pdfDict({ F: font }) })
  return pdfStream({ Type: new PdfName('XObject'), Subtype: new PdfName('Form'), BBox: box(0, 0, width, height), Resources: resources }, latin1(content))
}

/** Somebody writes a note on the page, as viewers let people do. */
async function withNote(document: Uint8Array): Promise<Uint8Array> {
  const pdf = await openPdf(document)
  const update = new PdfUpdate(pdf)
  const [page] = pdf.pages()
  if (!page?.ref) throw new TypeError('the document has no page')
  const text = 'Paid on delivery. Accounting office'
  const shown = form(200, 24, `1 0.97 0.6 rg 0 0 200 24 re f 0 g BT /F 10 Tf 8 8 Td (${text}) Tj ET`)
  const note = update.add(
    pdfDict({
      Type: new PdfName('Annot'),
      Subtype: new PdfName('FreeText'),
      Rect: box(72, 560, 272, 584),
      F: new PdfNumber(4),
      Contents: new PdfString(latin1(text)),
      DA: new PdfString(latin1('/Helv 10 Tf 0 g')),
      AP: pdfDict({ N: update.add(shown) }),
    }),
  )
  addAnnotation(update, page.ref, note)
  return concat([document, update.build().bytes])
}

/** Somebody gives the decision another number, behind the seal that locks it; kyso itself would refuse to. */
async function withOtherNumber(document: Uint8Array): Promise<Uint8Array> {
  const pdf = await openPdf(document)
  const update = new PdfUpdate(pdf)
  const field = formFields(pdf).find(({ name }) => name === 'number')
  if (!(field?.ref instanceof PdfRef)) throw new TypeError('the document has no number')
  const forged = NUMBER.replace('17', '71')
  const shown = update.add(form(120, 18, `/Tx BMC q BT 0 g /F 11 Tf 2 5 Td (${forged}) Tj ET Q EMC`))
  update.set(field.ref, withEntries(field.dict, { V: new PdfString(latin1(forged)), AP: pdfDict({ N: shown }) }))
  return concat([document, update.build().bytes])
}

const three = { evidence: 'all', signatures: 3 } as const

export const DECISION_EXPECTATIONS: readonly Expectation[] = [
  { ...three, file: 'decision.sealed.pdf', expected: 'TOTAL-PASSED', shows: 'decision' },
  { ...three, file: 'decision.annotated.pdf', expected: 'TOTAL-PASSED', shows: 'decisionNote' },
  {
    ...three,
    file: 'tampered.number.pdf',
    expected: 'INDETERMINATE',
    subIndication: 'GENERIC',
    each: ['TOTAL-PASSED', 'TOTAL-PASSED', 'INDETERMINATE'],
    shows: 'decisionNumber',
  },
]
