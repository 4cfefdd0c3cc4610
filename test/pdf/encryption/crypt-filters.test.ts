import { describe, expect, it } from 'vitest'
import { latin1, toHex } from '../../../src/core/bytes.ts'
import { cryptFilterOf } from '../../../src/pdf/encryption/index.ts'
import { PdfArray, PdfName, PdfNumber, type PdfObject, pdfDict, withEntries } from '../../../src/pdf/objects.ts'
import { codeOf, direct, open } from './helpers.ts'
import { encryptAs, makeEncryption } from './make-encryption.ts'

const PLAIN = latin1('what stands in it')
const random = (length: number): Uint8Array => new Uint8Array(length)

describe('crypt filters of a document', () => {
  const made = makeEncryption({ version: 4, revision: 4, filters: { A: 'AESV2', R: 'V2' }, StmF: 'A', StrF: 'R', EFF: 'R' })

  it('strings, streams and embedded files each have their own', async () => {
    const encryption = await open(made)
    expect(encryption).toMatchObject({ algorithm: 'AES-128', embeddedFileFilter: 'R' })
    expect(toHex(encryption.decryptString(encryptAs('V2', made.key, 4, 0, PLAIN), 4, 0))).toBe(toHex(PLAIN))
    expect(toHex(encryption.decryptStream(encryptAs('AESV2', made.key, 4, 0, PLAIN), 4, 0))).toBe(toHex(PLAIN))
    expect(toHex(encryption.decryptStream(encryptAs('V2', made.key, 4, 0, PLAIN), 4, 0, encryption.embeddedFileFilter))).toBe(toHex(PLAIN))
    expect(toHex(encryption.encryptStream(PLAIN, 4, 0, random, 'R'))).toBe(toHex(encryptAs('V2', made.key, 4, 0, PLAIN)))
  })

  it('a stream may name Identity, and nothing CF lacks', async () => {
    const encryption = await open(made)
    expect(encryption.decryptStream(PLAIN, 4, 0, 'Identity')).toEqual(PLAIN)
    expect(encryption.encryptStream(PLAIN, 4, 0, random, 'Identity')).toEqual(PLAIN)
    expect(await codeOf(() => encryption.decryptStream(PLAIN, 4, 0, 'StdCF'))).toBe('ERR_PDF_ENCRYPTION_INVALID')
  })

  it('without StmF and StrF nothing but embedded files is encrypted', async () => {
    const files = makeEncryption({ version: 5, revision: 6, filters: { StdCF: 'AESV3' }, EFF: 'StdCF' })
    const encryption = await open({ dict: withEntries(files.dict, { StmF: undefined, StrF: undefined }), id0: files.id0 })
    expect(encryption).toMatchObject({ algorithm: 'Identity', embeddedFileFilter: 'StdCF' })
    expect(encryption.decryptStream(PLAIN, 4, 0)).toEqual(PLAIN)
    expect(encryption.encryptString(PLAIN, 4, 0, random)).toEqual(PLAIN)
    expect(toHex(encryption.decryptStream(encryptAs('AESV3', files.key, 4, 0, PLAIN), 4, 0, 'StdCF'))).toBe(toHex(PLAIN))
  })

  it('strings alone may be encrypted', async () => {
    const encryption = await open(makeEncryption({ version: 5, revision: 6, StmF: 'Identity' }))
    expect(encryption.algorithm).toBe('AES-256')
    expect(encryption.decryptStream(PLAIN, 4, 0)).toEqual(PLAIN)
  })

  it('a method kyso does not know matters only where it is used', async () => {
    const other = makeEncryption({ version: 4, revision: 4, filters: { StdCF: 'AESV2', Own: 'None' } })
    const encryption = await open(other)
    expect(encryption.algorithm).toBe('AES-128')
    expect(await codeOf(() => encryption.decryptStream(PLAIN, 4, 0, 'Own'))).toBe('ERR_PDF_ENCRYPTION_UNSUPPORTED')
  })

  it('CF cannot give Identity another meaning', async () => {
    const encryption = await open(makeEncryption({ version: 4, revision: 4, filters: { StdCF: 'AESV2', Identity: 'V2' } }))
    expect(encryption.decryptStream(PLAIN, 4, 0, 'Identity')).toEqual(PLAIN)
  })
})

describe('cryptFilterOf', () => {
  const V4 = { version: 4, encryptMetadata: true, embeddedFileFilter: 'Files' }
  const crypt = new PdfName('Crypt')
  const flate = new PdfName('FlateDecode')
  const named = pdfDict({ Name: new PdfName('Mine') })

  it.each<[string, Record<string, PdfObject>, Partial<typeof V4>, string | undefined]>([
    ['an ordinary stream', { Filter: flate }, {}, undefined],
    ['a cross-reference stream', { Type: new PdfName('XRef') }, {}, 'Identity'],
    ['a cross-reference stream before V 4', { Type: new PdfName('XRef') }, { version: 2 }, 'Identity'],
    ['Crypt alone', { Filter: crypt }, {}, 'Identity'],
    ['Crypt with a name', { Filter: crypt, DecodeParms: named }, {}, 'Mine'],
    ['Crypt with parameters that name nothing', { Filter: crypt, DecodeParms: pdfDict({}) }, {}, 'Identity'],
    ['Crypt first of two', { Filter: new PdfArray([crypt, flate]), DecodeParms: new PdfArray([named, null]) }, {}, 'Mine'],
    ['Crypt not first', { Filter: new PdfArray([flate, crypt]), DecodeParms: new PdfArray([null, named]) }, {}, undefined],
    ['Crypt before V 4', { Filter: crypt, DecodeParms: named }, { version: 2 }, undefined],
    ['metadata', { Type: new PdfName('Metadata') }, {}, undefined],
    ['metadata in the clear', { Type: new PdfName('Metadata') }, { encryptMetadata: false }, 'Identity'],
    [
      'metadata in the clear with a filter of its own',
      { Type: new PdfName('Metadata'), Filter: crypt, DecodeParms: named },
      { encryptMetadata: false },
      'Mine',
    ],
    ['an embedded file', { Type: new PdfName('EmbeddedFile'), Filter: flate }, {}, 'Files'],
  ])('%s', (_, entries, encryption, expected) => {
    expect(cryptFilterOf(pdfDict(entries), direct, { ...V4, ...encryption })).toBe(expected)
  })

  it.each<[string, PdfObject]>([
    ['no dictionary', new PdfNumber(1)],
    ['a name that is none', pdfDict({ Name: new PdfNumber(1) })],
  ])('malformed parameters: %s', async (_, parameters) => {
    expect(await codeOf(() => cryptFilterOf(pdfDict({ Filter: crypt, DecodeParms: parameters }), direct, V4))).toBe('ERR_PDF_ENCRYPTION_INVALID')
  })
})
