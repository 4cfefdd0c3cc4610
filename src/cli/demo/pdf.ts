/** The demonstration's document: one page, written by hand, plain or encrypted. */
import { md5 } from '@noble/hashes/legacy.js'
import { Budget } from '../../core/budget.ts'
import { concat, latin1, toHex } from '../../core/bytes.ts'
import { defaultCrypto } from '../../core/crypto/default.ts'
import { rc4 } from '../../core/crypto/rc4.ts'
import { openEncryption, type PdfEncryption } from '../../pdf/encryption/index.ts'
import { PdfName, PdfNumber, PdfString, pdfDict } from '../../pdf/index.ts'

/** The amount that stands in the document; what forges it looks for it. */
export const AMOUNT = '10,000,000'

/** The standard fonts of PDF have no Vietnamese letters (ISO 32000-2 §9.6.2.2), so the document is in English. */
const LINES: readonly (readonly [size: number, gap: number, text: string])[] = [
  [20, 0, 'Purchase agreement no. 2026/17'],
  [11, 34, 'between the Department of Experiments (buyer) and Sample Paper Ltd. (seller)'],
  [11, 30, '1.  The seller delivers 500 reams of office paper by the end of the month.'],
  [11, 20, `2.  The buyer pays ${AMOUNT} VND within 30 days of delivery.`],
  [11, 20, '3.  Changes to this agreement are made in writing.'],
  [11, 44, 'This page is a demonstration. It carries three digital signatures, one after another:'],
  [11, 20, 'initials of the officer in charge, the signature of the leader, the seal of the office.'],
  [11, 20, 'They have no picture on the page: open the signature panel of your viewer, or run'],
  [11, 20, '"kyso verify" and "kyso inspect" on this file.'],
]

function pageContent(lines: readonly (readonly [number, number, string])[]): string {
  const shown = lines.map(([size, gap, text]) => `/F1 ${size} Tf 0 ${-gap} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj`)
  return `BT 72 740 Td\n${shown.join('\n')}\nET\n`
}

/** The page's content with another amount, for a forged update. */
export function forgedContent(): Uint8Array {
  return latin1(pageContent(LINES).replace(AMOUNT, `9${AMOUNT.slice(1)}`))
}

/** Number of the object that holds the page's content. */
export const CONTENT_OBJECT = 4

/** Writes objects, their table and the trailer. */
function assemble(objects: readonly Uint8Array[], trailer: string): Uint8Array {
  const parts: Uint8Array[] = [latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')]
  const offsets: number[] = []
  let length = (parts[0] as Uint8Array).length
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes)
    length += bytes.length
  }
  for (const [i, object] of objects.entries()) {
    offsets.push(length)
    add(concat([latin1(`${i + 1} 0 obj\n`), object, latin1('\nendobj\n')]))
  }
  const xref = length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(
    latin1(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${xref}\n%%EOF\n`,
    ),
  )
  return concat(parts)
}

function objectsOf(content: Uint8Array): Uint8Array[] {
  return [
    latin1('<</Type/Catalog/Pages 2 0 R/Lang(en)>>'),
    latin1('<</Type/Pages/Count 1/Kids[3 0 R]>>'),
    latin1('<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>'),
    concat([latin1(`<</Length ${content.length}>>\nstream\n`), content, latin1('\nendstream')]),
    latin1('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'),
  ]
}

const ID = '6b79736f2d64656d6f2d646f63756d65'

/** The document. */
export function demoPdf(): Uint8Array {
  return assemble(objectsOf(latin1(pageContent(LINES))), `/ID[<${ID}><${ID}>]`)
}

/** A page with lines of text, each at its place. */
export function textPdf(lines: readonly (readonly [x: number, y: number, size: number, text: string])[]): Uint8Array {
  const shown = lines.map(([x, y, size, text]) => `/F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[\\()]/g, '\\$&')}) Tj`)
  return assemble(objectsOf(latin1(`BT\n${shown.join('\n')}\nET\n`)), `/ID[<${ID}><${ID}>]`)
}

/** Algorithm 2 step a of ISO 32000-2 §7.6.4.3.2: what fills a password up. */
const PADDING = latin1('\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a')
const KEY_LENGTH = 16
/** Everything allowed (table 22); the reserved bits as the table wants them. */
const PERMISSIONS = -4

/** The document under a user password, encrypted with AES-128 (V 4, R 4), the owner's password being the same. */
export async function encryptedDemoPdf(password: string): Promise<Uint8Array> {
  const id = latin1(String.fromCharCode(...(ID.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))))
  const { owner, user } = passwordEntries(password, id)
  const filters = pdfDict({ StdCF: pdfDict({ CFM: new PdfName('AESV2'), AuthEvent: new PdfName('DocOpen'), Length: new PdfNumber(KEY_LENGTH) }) })
  const dict = pdfDict({
    Filter: new PdfName('Standard'),
    V: new PdfNumber(4),
    R: new PdfNumber(4),
    O: new PdfString(owner),
    U: new PdfString(user),
    P: new PdfNumber(PERMISSIONS),
    CF: filters,
    StmF: new PdfName('StdCF'),
    StrF: new PdfName('StdCF'),
  })
  const crypto = defaultCrypto()
  const encryption: PdfEncryption = await openEncryption(dict, (object) => object ?? null, id, password, { budget: new Budget(), crypto })
  const random = (length: number): Uint8Array => crypto.randomBytes(length)
  const content = encryption.encryptStream(latin1(pageContent(LINES)), CONTENT_OBJECT, 0, random)
  const language = toHex(encryption.encryptString(latin1('en'), 1, 0, random))
  const [, ...rest] = objectsOf(content)
  const catalog = latin1(`<</Type/Catalog/Pages 2 0 R/Lang<${language}>>>`)
  const encrypt = latin1(
    `<</Filter/Standard/V 4/R 4/Length 128/O<${toHex(owner)}>/U<${toHex(user)}>/P ${PERMISSIONS}/CF<</StdCF<</CFM/AESV2/AuthEvent/DocOpen/Length 16>>>>/StmF/StdCF/StrF/StdCF>>`,
  )
  return assemble([catalog, ...rest, encrypt], `/ID[<${ID}><${ID}>]/Encrypt 6 0 R`)
}

/** O and U by algorithms 3 and 5 (§7.6.4.4). */
function passwordEntries(password: string, id: Uint8Array): { owner: Uint8Array; user: Uint8Array } {
  const padded = concat([latin1(password), PADDING]).subarray(0, 32)
  const repeated = (hash: Uint8Array): Uint8Array => {
    let value = hash
    for (let i = 0; i < 50; i++) value = md5(value.subarray(0, KEY_LENGTH))
    return value.subarray(0, KEY_LENGTH)
  }
  const rounds = (key: Uint8Array, data: Uint8Array): Uint8Array => {
    let value = data
    for (let i = 0; i < 20; i++)
      value = rc4(
        key.map((byte) => byte ^ i),
        value,
      )
    return value
  }
  const owner = rounds(repeated(md5(padded)), padded)
  const p = Uint8Array.of(PERMISSIONS & 0xff, (PERMISSIONS >> 8) & 0xff, (PERMISSIONS >> 16) & 0xff, (PERMISSIONS >> 24) & 0xff)
  const key = repeated(md5(concat([padded, owner, p, id])))
  return { owner, user: concat([rounds(key, md5(concat([PADDING, id]))), new Uint8Array(16)]) }
}
