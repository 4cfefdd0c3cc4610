import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { latin1 } from '../../../src/core/bytes.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { openEncryption } from '../../../src/pdf/encryption/index.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfString, pdfDict, withEntries } from '../../../src/pdf/objects.ts'
import { codeOf, codeOfOpening, direct, open } from './helpers.ts'
import { makeEncryption, makePerms } from './make-encryption.ts'

const INVALID = 'ERR_PDF_ENCRYPTION_INVALID'
const UNSUPPORTED = 'ERR_PDF_ENCRYPTION_UNSUPPORTED'
const rc4 = makeEncryption({ version: 2, revision: 3 })
const aes128 = makeEncryption({ version: 4, revision: 4 })
const aes256 = makeEncryption({ version: 5, revision: 6, permissions: -44 })
const string = (length: number): PdfString => new PdfString(new Uint8Array(length))
const number = (value: number): PdfNumber => new PdfNumber(value)
const cf = (method: string): PdfDict => pdfDict({ StdCF: pdfDict({ CFM: new PdfName(method) }) })

describe('malformed and unsupported dictionaries, whatever the password', () => {
  it.each<[string, typeof rc4, Record<string, PdfObject | undefined>, string]>([
    ['no Filter', rc4, { Filter: undefined }, INVALID],
    ['certificates', rc4, { Filter: new PdfName('Adobe.PubSec') }, UNSUPPORTED],
    ['no V', rc4, { V: undefined }, UNSUPPORTED],
    ['V 3, which was never published', rc4, { V: number(3) }, UNSUPPORTED],
    ['V 6', rc4, { V: number(6) }, UNSUPPORTED],
    ['V of JavaScript’s own', rc4, { V: new PdfName('constructor') }, UNSUPPORTED],
    ['no R', rc4, { R: undefined }, INVALID],
    ['R 7', aes256, { R: number(7) }, UNSUPPORTED],
    ['R that does not go with V', aes256, { R: number(4) }, UNSUPPORTED],
    ['Length 12 bits over', rc4, { Length: number(52) }, INVALID],
    ['Length too long', rc4, { Length: number(256) }, INVALID],
    ['Length no number', rc4, { Length: new PdfName('128') }, INVALID],
    ['no O', rc4, { O: undefined }, INVALID],
    ['short O', rc4, { O: string(31) }, INVALID],
    ['short U', aes256, { U: string(47) }, INVALID],
    ['OE an array', aes256, { OE: new PdfArray([string(32)]) }, INVALID],
    ['short UE', aes256, { UE: string(16) }, INVALID],
    ['no Perms', aes256, { Perms: undefined }, INVALID],
    ['no P', rc4, { P: undefined }, INVALID],
    ['P an array', aes256, { P: new PdfArray([]) }, INVALID],
    ['P beyond 32 bits', rc4, { P: number(2 ** 32) }, INVALID],
    ['P a real number', rc4, { P: new PdfNumber(-4, false) }, INVALID],
    ['EncryptMetadata no boolean', aes256, { EncryptMetadata: new PdfName('false') }, INVALID],
    ['CF no dictionary', aes256, { CF: new PdfArray([]) }, INVALID],
    ['CF with a filter that is none', aes256, { CF: pdfDict({ StdCF: null }) }, INVALID],
    ['StmF that CF lacks', aes256, { StmF: new PdfName('Other') }, INVALID],
    ['StrF no name', aes256, { StrF: string(1) }, INVALID],
    ['EFF that CF lacks', aes256, { EFF: new PdfName('Other') }, INVALID],
    ['a method of a security handler', aes128, { CF: cf('None') }, UNSUPPORTED],
    ['AES-256 with the short key of V 4', aes128, { CF: cf('AESV3') }, UNSUPPORTED],
    ['RC4 with V 5', aes256, { CF: cf('V2') }, UNSUPPORTED],
  ])('%s', async (_, made, changes, code) => {
    expect(await codeOfOpening(withEntries(made.dict, changes), made.id0)).toBe(code)
  })

  it('a key that stands twice', async () => {
    expect(await codeOfOpening(new PdfDict(rc4.dict.entries, ['P']), rc4.id0)).toBe(INVALID)
  })

  it('any values at all: it opens or fails with a code of its own', async () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer().map(number),
      fc.constantFrom('Standard', 'Identity', 'StdCF', '__proto__').map((name) => new PdfName(name)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new PdfString(bytes)),
      fc.constantFrom<PdfObject>(new PdfArray([]), pdfDict({}), new PdfRef(3)),
    )
    const keys = fc.constantFrom('Filter', 'V', 'R', 'Length', 'O', 'U', 'OE', 'UE', 'P', 'Perms', 'EncryptMetadata', 'CF', 'StmF', 'StrF', 'EFF')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(rc4, aes128, aes256), fc.dictionary(keys, value, { minKeys: 1, maxKeys: 3 }), async (made, changes) => {
        expect(await codeOfOpening(withEntries(made.dict, changes), made.id0)).toMatch(/^(opened|ERR_PDF_(PASSWORD|ENCRYPTION_(INVALID|UNSUPPORTED)))$/)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what real files have', () => {
  it.each<[string, typeof rc4, Record<string, PdfObject | undefined>]>([
    ['P written unsigned', rc4, { P: number(0xfffffffc) }],
    ['Length in bytes', rc4, { Length: number(16) }],
    ['no Length with V 4', aes128, { Length: undefined }],
    ['Length 40 with AESV2', aes128, { Length: number(40) }],
    ['O and U padded to 127 bytes', aes256, { O: padded(aes256.dict, 'O'), U: padded(aes256.dict, 'U') }],
  ])('%s', async (_, made, changes) => {
    const encryption = await open({ dict: withEntries(made.dict, changes), id0: made.id0 })
    expect(encryption.permissions).toBe(made === aes256 ? -44 : -4)
  })

  it('values behind references', async () => {
    const objects: PdfObject[] = []
    const dict = pdfDict([...aes256.dict.entries].map(([key, value]) => [key, new PdfRef(objects.push(value) - 1)]))
    const resolve = (object: PdfObject | undefined): PdfObject => (object instanceof PdfRef ? (objects[object.number] ?? null) : direct(object))
    const encryption = await openEncryption(dict, resolve, aes256.id0, undefined, { budget: new Budget(), crypto: defaultCrypto() })
    expect(encryption.algorithm).toBe('AES-256')
  })
})

describe('Perms (Algorithm 13)', () => {
  it.each<[string, Record<string, PdfObject>]>([
    ['P was changed', { P: number(-4) }],
    ['EncryptMetadata was changed', { EncryptMetadata: false }],
    ['Perms is another file’s', { Perms: new PdfString(makePerms(new Uint8Array(32), -44, true)) }],
    ['Perms lacks its marker', { Perms: new PdfString(makePerms(aes256.key, -44, true, 'abd')) }],
  ])('%s', async (_, changes) => {
    await expect(open({ dict: withEntries(aes256.dict, changes), id0: aes256.id0 })).rejects.toMatchObject({ code: INVALID, data: { key: 'Perms' } })
  })
})

describe('damaged data', () => {
  it.each([
    ['AES-128', aes128],
    ['AES-256', aes256],
  ])('%s: no whole blocks, no data, wrong padding', async (_, made) => {
    const encryption = await open(made)
    const good = encryption.encryptString(latin1('sixteen bytes ok'), 1, 0, (length) => new Uint8Array(length))
    const last = good.slice()
    last.set([(last.at(-1) as number) ^ 1], last.length - 1)
    for (const bytes of [good.subarray(0, 47), good.subarray(0, 16), good.subarray(0, 8), last]) {
      expect(await codeOf(() => encryption.decryptString(bytes, 1, 0))).toBe(INVALID)
      expect(await codeOf(() => encryption.decryptStream(bytes, 1, 0))).toBe(INVALID)
    }
  })
})

function padded(dict: PdfDict, key: string): PdfString {
  const value = dict.get(key)
  const bytes = new Uint8Array(127)
  if (value instanceof PdfString) bytes.set(value.bytes)
  return new PdfString(bytes)
}
