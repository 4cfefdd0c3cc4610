/** Documents to sign and to update, by object number: two pages (the second cropped and turned), and what more they have. */
import { type Objects, stream } from '../../pades/later-changes/signed-file.ts'

/** A document, with places that the parts of it fill. */
export interface Parts {
  readonly catalog: string
  /** References. */
  readonly fields: string
  readonly annotations: readonly [first: string, second: string]
  /** Drawn after what the first page has anyway. */
  readonly content: string
  /** Entries of the resources. */
  readonly resources: string
  readonly objects: Objects
}

/** Numbers that tests and seeds name. */
export const NUMBERS = { catalog: 1, field: 8, signature: 9, lock: 24, form: 7, hidden: 22, missing: 90 } as const

const form = (content: string, entries = '/BBox [0 0 80 16]'): string => stream(content, `/Type /XObject /Subtype /Form ${entries}`)

/** How a text looks in a field. */
export const shown = (text: string): string => `/Tx BMC q BT /Helv 9 Tf 0 g 2 4 Td (${text}) Tj ET Q EMC`
const APPEARANCE = '/BBox [0 0 80 16] /Resources <</Font <</Helv 6 0 R>>>>'

const METADATA =
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:ModifyDate="2026-01-01T00:00:00Z"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'

const PAGE_1 = [
  'BT /F1 12 Tf 20 178 Td (Contract 12/2026) Tj 0 -16 Td /F2 12 Tf (The amount is 1000.) Tj ET',
  'q 40 0 0 24 240 160 cm /Im1 Do Q q 1 0 0 1 200 120 cm /Fm1 Do Q',
  '/GS1 gs 0.2 0.4 0.8 rg 150 120 40 24 re f',
].join('\n')

/** The letter: text in two fonts, an image, a form XObject, what is named and missing, and what is there and not shown. */
export function letter(parts: Partial<Parts> = {}): Objects {
  const { catalog = '', fields = '', annotations = ['', ''], content = '', resources = '', objects = {} } = parts
  return {
    1: `<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Metadata 12 0 R ${catalog}>>`,
    2: '<</Type /Pages /Kids [3 0 R 13 0 R] /Count 2 /Resources 5 0 R /MediaBox [0 0 300 200]>>',
    3: `<</Type /Page /Parent 2 0 R /Contents [4 0 R 14 0 R] /Annots [8 0 R 10 0 R ${annotations[0]}]>>`,
    4: stream(PAGE_1),
    5: `<</Font <</F1 6 0 R /F2 16 0 R>> /XObject <</Im1 17 0 R /Fm1 18 0 R /Missing 90 0 R>> /ExtGState <</GS1 19 0 R>> ${resources}>>`,
    6: '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>',
    7: `<</Fields [8 0 R 10 0 R ${fields}] /SigFlags 3 /DR 46 0 R /DA (/Helv 9 Tf 0 g)>>`,
    8: '<</FT /Sig /T (First) /V 9 0 R /Type /Annot /Subtype /Widget /F 132 /P 3 0 R /Rect [220 10 280 30] /AP <</N 23 0 R>>>>',
    9: '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20260601080000Z) /ByteRange /AtRange /Contents /AtContents>>',
    10: '<</FT /Sig /T (Second) /Type /Annot /Subtype /Widget /F 132 /P 3 0 R /Rect [220 34 280 54]>>',
    11: '<</Producer (Writer) /ModDate (D:20260101000000Z) /Title (Contract)>>',
    12: stream(METADATA, '/Type /Metadata /Subtype /XML'),
    13: `<</Type /Page /Parent 2 0 R /CropBox [10 10 290 190] /Rotate 90 /Contents 15 0 R /Annots [${annotations[1]}]>>`,
    14: stream(`q 0.9 0.9 0.2 rg 100 120 40 24 re f Q /Missing Do ${content}`),
    15: stream('BT /F2 14 Tf 30 160 Td (Conditions of payment) Tj ET 0.5 g 30 120 60 20 re f'),
    16: '<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding <</Type /Encoding /Differences [65 /A /B]>>>>',
    17: stream('\x00\x40\x80\xc0\xff\x80\x40\x00', '/Type /XObject /Subtype /Image /Width 4 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray'),
    18: form('1 0 0 rg 0 0 30 24 re f BT /F1 9 Tf 1 g 2 8 Td (Seal) Tj ET', '/BBox [0 0 30 24] /Resources 20 0 R'),
    19: '<</Type /ExtGState /ca 0.8 /LW 2>>',
    20: '<</Font <</F1 6 0 R>>>>',
    22: stream('BT /F1 12 Tf 20 150 Td (The amount is 9000.) Tj ET'),
    23: form('0 0.5 0 RG 1 1 58 18 re S BT /Helv 8 Tf 4 6 Td (Signed) Tj ET', '/BBox [0 0 60 20] /Resources <</Font <</Helv 6 0 R>>>>'),
    46: '<</Font <</Helv 6 0 R>>>>',
    ...objects,
  }
}

const widget = (rect: string, page: number, appearance: string, more = ''): string =>
  `/Type /Annot /Subtype /Widget /Rect [${rect}] /P ${page} 0 R /F 4 /AP <</N ${appearance}>> ${more}`

/** Fields of every kind: text in one place and in two, check box, radio buttons, choice, read-only. */
export const FORM: Partial<Parts> = {
  fields: '30 0 R 32 0 R 37 0 R 40 0 R 43 0 R 45 0 R',
  annotations: ['30 0 R 33 0 R 37 0 R 41 0 R 42 0 R 43 0 R 45 0 R', '34 0 R'],
  objects: {
    30: `<</FT /Tx /T (Number) /V (12) /DA (/Helv 9 Tf 0 g) ${widget('20 90 100 106', 3, '31 0 R', '/MK <</BC [0.5]>>')}>>`,
    31: form(shown('12'), APPEARANCE),
    32: '<</FT /Tx /T (Name) /V (An) /DA (/Helv 9 Tf 0 g) /Kids [33 0 R 34 0 R]>>',
    33: `<</Parent 32 0 R ${widget('110 90 190 106', 3, '35 0 R')}>>`,
    34: `<</Parent 32 0 R ${widget('110 90 190 106', 13, '36 0 R')}>>`,
    35: form(shown('An'), APPEARANCE),
    36: form(shown('An'), APPEARANCE),
    37: `<</FT /Btn /T (Agreed) /V /Off /AS /Off ${widget('20 66 36 82', 3, '<</Yes 38 0 R /Off 39 0 R>>', '/MK <</CA (4)>>')}>>`,
    38: form('0 G 1 1 14 14 re 2 2 m 14 14 l 2 14 m 14 2 l S', '/BBox [0 0 16 16]'),
    39: form('0 G 1 1 14 14 re S', '/BBox [0 0 16 16]'),
    40: '<</FT /Btn /Ff 49152 /T (Kind) /V /A /Kids [41 0 R 42 0 R]>>',
    41: `<</Parent 40 0 R /AS /A ${widget('44 66 60 82', 3, '<</A 38 0 R /Off 39 0 R>>')}>>`,
    42: `<</Parent 40 0 R /AS /Off ${widget('64 66 80 82', 3, '<</B 38 0 R /Off 39 0 R>>')}>>`,
    43: `<</FT /Ch /Ff 131072 /T (City) /V (Hanoi) /Opt [(Hanoi) (Hue) (Saigon)] /DA (/Helv 9 Tf 0 g) ${widget('110 66 190 82', 3, '44 0 R')}>>`,
    44: form(shown('Hanoi'), APPEARANCE),
    45: `<</FT /Tx /Ff 1 /T (Fixed) /V (7) /DA (/Helv 9 Tf 0 g) ${widget('20 46 100 62', 3, '47 0 R')}>>`,
    47: form(shown('7'), APPEARANCE),
  },
}

/** Annotations, and the structure of a tagged document. */
export const ANNOTATED: Partial<Parts> = {
  catalog: '/StructTreeRoot 50 0 R /MarkInfo <</Marked true>> /Lang (vi)',
  annotations: ['55 0 R 56 0 R 57 0 R 59 0 R', '60 0 R'],
  objects: {
    50: '<</Type /StructTreeRoot /K [51 0 R] /ParentTree 52 0 R /ParentTreeNextKey 2>>',
    51: '<</Type /StructElem /S /P /P 50 0 R /Pg 3 0 R /ActualText (The amount is 1000.) /K [<</Type /OBJR /Obj 55 0 R /Pg 3 0 R>>]>>',
    52: '<</Nums [0 51 0 R]>>',
    55: '<</Type /Annot /Subtype /Link /Rect [20 40 80 52] /Border [0 0 1] /A <</S /URI /URI (https://example.vn/)>> /StructParent 0>>',
    56: '<</Type /Annot /Subtype /Text /Rect [100 40 116 56] /Contents (Checked) /T (B) /F 28 /AP <</N 58 0 R>> /P 3 0 R>>',
    57: '<</Type /Annot /Subtype /Square /Rect [130 40 180 60] /C [1 0 0] /IC [1 1 0.8] /BS <</W 2>> /F 4 /AP <</N 61 0 R>>>>',
    58: form('1 1 0 rg 0 0 16 16 re f', '/BBox [0 0 16 16]'),
    59: '<</Type /Annot /Subtype /FreeText /Rect [20 20 100 34] /DA (/Helv 9 Tf 1 0 0 rg) /Contents (Draft) /F 4>>',
    60: '<</Type /Annot /Subtype /Highlight /Rect [30 158 120 174] /QuadPoints [30 174 120 174 30 158 120 158] /C [1 1 0] /F 4>>',
    61: form('1 0 0 RG 1 1 0.8 rg 2 w 1 1 48 18 re B', '/BBox [0 0 50 20]'),
  },
}

/** Layers that are on and off. */
export const LAYERED: Partial<Parts> = {
  catalog: '/OCProperties 70 0 R',
  content: '/OC /L1 BDC BT /F1 10 Tf 20 100 Td (Layer one) Tj ET EMC /OC /L2 BDC BT /F1 10 Tf 20 80 Td (Layer two) Tj ET EMC /Fm2 Do',
  resources: '/Properties <</L1 71 0 R /L2 72 0 R>>',
  annotations: ['74 0 R', ''],
  objects: {
    5: '<</Font <</F1 6 0 R /F2 16 0 R>> /XObject <</Im1 17 0 R /Fm1 18 0 R /Fm2 73 0 R /Missing 90 0 R>> /ExtGState <</GS1 19 0 R>> /Properties <</L1 71 0 R /L2 72 0 R>>>>',
    70: '<</OCGs [71 0 R 72 0 R] /D 75 0 R>>',
    71: '<</Type /OCG /Name (One)>>',
    72: '<</Type /OCG /Name (Two)>>',
    73: form('0 1 1 rg 0 0 30 20 re f', '/BBox [0 0 30 20] /Matrix [1 0 0 1 120 60] /OC 72 0 R'),
    74: '<</Type /Annot /Subtype /Square /Rect [160 40 200 60] /C [0 0 1] /F 4 /OC 71 0 R /AP <</N 76 0 R>>>>',
    75: '<</ON [71 0 R] /OFF [72 0 R] /Order [71 0 R 72 0 R] /BaseState /ON>>',
    76: form('0 0 1 rg 0 0 40 20 re f', '/BBox [0 0 40 20]'),
  },
}

/** The form, with objects that are reached by two ways: an appearance that a page draws, a box of a page and of a widget, values that stand alone or twice. */
export const SHARED: Partial<Parts> = {
  ...FORM,
  content: 'q 1 0 0 1 20 20 cm /Fm3 Do Q q 1 0 0 1 150 40 cm /Fm4 Do Q',
  objects: {
    ...FORM.objects,
    3: '<</Type /Page /Parent 2 0 R /Contents 86 0 R /Annots 80 0 R /UserUnit 87 0 R>>',
    5: '<</Font 88 0 R /XObject <</Im1 17 0 R /Fm1 18 0 R /Fm3 31 0 R /Fm4 44 0 R>> /ExtGState <</GS1 19 0 R>>>>',
    7: '<</Fields 83 0 R /SigFlags 3 /DR 46 0 R /DA (/Helv 9 Tf 0 g)>>',
    13: '<</Type /Page /Parent 2 0 R /CropBox 82 0 R /Rotate 90 /Contents 15 0 R /Annots [34 0 R 48 0 R]>>',
    30: '<</FT /Tx /T (Number) /V 84 0 R /DA (/Helv 9 Tf 0 g) /Type /Annot /Subtype /Widget /Rect 81 0 R /P 3 0 R /F 4 /AP 85 0 R>>',
    33: '<</Parent 32 0 R /Type /Annot /Subtype /Widget /Rect [110 90 190 106] /P 3 0 R /F 4 /AP 85 0 R>>',
    48: '<</FT /Tx /T (Back) /V 84 0 R /DA (/Helv 9 Tf 0 g) /Type /Annot /Subtype /Widget /Rect 82 0 R /P 13 0 R /F 4 /AP <</N 44 0 R>>>>',
    // Its value is not what it shows.
    45: `<</FT /Tx /Ff 1 /T (Fixed) /V (9000) /DA (/Helv 9 Tf 0 g) ${widget('20 46 100 62', 3, '47 0 R')}>>`,
    46: '<</Font 88 0 R>>',
    80: '[8 0 R 10 0 R 30 0 R 33 0 R 37 0 R 41 0 R 42 0 R 43 0 R 45 0 R]',
    81: '[20 90 100 106]',
    82: '[10 10 290 190]',
    83: '[8 0 R 10 0 R 30 0 R 32 0 R 37 0 R 40 0 R 43 0 R 45 0 R 48 0 R]',
    84: '(12)',
    85: '<</N 31 0 R>>',
    86: '[4 0 R 14 0 R]',
    87: '1',
    88: '<</F1 6 0 R /F2 16 0 R /Helv 6 0 R>>',
  },
}
