import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { openPdf, type PdfDocument } from '../../../src/pdf/document.ts'
import { PdfDict, PdfStream, PdfString } from '../../../src/pdf/objects.ts'
import { ATTACHMENT, buildPdf, METADATA, NUMBERS, PAGE, TITLE } from './build-pdf.ts'
import { codeOf } from './helpers.ts'
import { type EncryptionPlan, encryptAs, makeEncryption } from './make-encryption.ts'

const PLANS: readonly [string, string, EncryptionPlan][] = [
  ['RC4-40', 'V2', { version: 1, revision: 2 }],
  ['RC4-128', 'V2', { version: 2, revision: 3 }],
  ['AES-128', 'AESV2', { version: 4, revision: 4 }],
  ['AES-256 of revision 5', 'AESV3', { version: 5, revision: 5 }],
  ['AES-256 of revision 6', 'AESV3', { version: 5, revision: 6 }],
]

describe.each(PLANS)('a document in %s', (_, method, plan) => {
  const made = makeEncryption({ ...plan, user: 'user', owner: 'owner' })
  const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs(method, made.key, number, 0, bytes)
  const pdf = buildPdf({ ...made, string: encrypt, stream: encrypt })

  it.each(['user', 'owner'])('reads as it was written, with the %s’s password', async (password) => {
    const document = await openPdf(pdf, { password })
    expect(document.encryption?.isOwner).toBe(password === 'owner')
    expect(title(document)).toEqual(utf8(`\ufeff${TITLE}`))
    expect(stream(document, NUMBERS.content)).toEqual(utf8(PAGE))
    expect(stream(document, NUMBERS.metadata)).toEqual(utf8(METADATA))
    expect(stream(document, NUMBERS.attachment)).toEqual(utf8(ATTACHMENT))
  })

  it('stays closed without it', async () => {
    expect(await codeOf(() => openPdf(pdf))).toBe('ERR_PDF_PASSWORD')
    expect(await codeOf(() => openPdf(pdf, { password: 'User' }))).toBe('ERR_PDF_PASSWORD')
  })
})

describe('what is not encrypted', () => {
  it('metadata where EncryptMetadata is false, and nothing else', async () => {
    const made = makeEncryption({ version: 5, revision: 6, encryptMetadata: false })
    const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs(number === NUMBERS.metadata ? 'Identity' : 'AESV3', made.key, number, 0, bytes)
    const document = await openPdf(buildPdf({ ...made, string: encrypt, stream: encrypt }))
    expect(stream(document, NUMBERS.metadata)).toEqual(utf8(METADATA))
    expect(stream(document, NUMBERS.content)).toEqual(utf8(PAGE))
    expect(title(document)).toEqual(utf8(`\ufeff${TITLE}`))
  })

  it('all but attachments where EFF alone names a filter', async () => {
    const made = makeEncryption({ version: 5, revision: 6, StmF: 'Identity', StrF: 'Identity', EFF: 'StdCF' })
    const encrypt = (bytes: Uint8Array, number: number): Uint8Array => (number === NUMBERS.attachment ? encryptAs('AESV3', made.key, number, 0, bytes) : bytes)
    const document = await openPdf(buildPdf({ ...made, string: encrypt, stream: encrypt }))
    expect(stream(document, NUMBERS.attachment)).toEqual(utf8(ATTACHMENT))
    expect(stream(document, NUMBERS.content)).toEqual(utf8(PAGE))
  })

  it('the encryption dictionary itself', async () => {
    const made = makeEncryption({ version: 2, revision: 3 })
    const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs('V2', made.key, number, 0, bytes)
    const document = await openPdf(buildPdf({ ...made, string: encrypt, stream: encrypt }))
    const read = document.get(NUMBERS.encrypt)
    const ownerIn = (dict: unknown): unknown => (dict instanceof PdfDict ? dict.get('O') : undefined)
    expect(ownerIn(read)).toMatchObject({ bytes: (ownerIn(made.dict) as PdfString).bytes })
  })
})

function title(document: PdfDocument): Uint8Array | undefined {
  const info = document.get(NUMBERS.info)
  const value = info instanceof PdfDict ? info.get('Title') : undefined
  return value instanceof PdfString ? Uint8Array.from(value.bytes) : undefined
}

function stream(document: PdfDocument, number: number): Uint8Array | undefined {
  const value = document.get(number)
  return value instanceof PdfStream ? Uint8Array.from(document.streamData(value)) : undefined
}
