import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { latin1, toHex, utf8 } from '../../../src/core/bytes.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { webCryptoProvider } from '../../../src/core/crypto/web.ts'
import { codeOf, open } from './helpers.ts'
import { type EncryptionPlan, encryptAs, makeEncryption } from './make-encryption.ts'

const PASSWORDS = { user: 'usersecret', owner: 'ownersecret' }

/** Every combination of V and R, the algorithm's name, and the method that encrypts. */
const KINDS: readonly (EncryptionPlan & { readonly algorithm: string; readonly method: string })[] = [
  { version: 1, revision: 2, algorithm: 'RC4-40', method: 'V2' },
  { version: 1, revision: 3, algorithm: 'RC4-40', method: 'V2' },
  { version: 2, revision: 3, keyLength: 7, algorithm: 'RC4-56', method: 'V2' },
  { version: 2, revision: 3, algorithm: 'RC4-128', method: 'V2' },
  { version: 4, revision: 4, filters: { StdCF: 'V2' }, algorithm: 'RC4-128', method: 'V2' },
  { version: 4, revision: 4, algorithm: 'AES-128', method: 'AESV2' },
  { version: 4, revision: 4, encryptMetadata: false, algorithm: 'AES-128', method: 'AESV2' },
  { version: 5, revision: 5, algorithm: 'AES-256', method: 'AESV3' },
  { version: 5, revision: 6, algorithm: 'AES-256', method: 'AESV3' },
  { version: 5, revision: 6, encryptMetadata: false, algorithm: 'AES-256', method: 'AESV3' },
]

describe.each(KINDS)('V $version R $revision $algorithm, EncryptMetadata $encryptMetadata', (kind) => {
  const made = makeEncryption({ ...kind, ...PASSWORDS, permissions: -3376 })

  it('opens with either password and tells whose it was', async () => {
    const user = await open(made, PASSWORDS.user)
    const owner = await open(made, utf8(PASSWORDS.owner))
    expect([user.isOwner, owner.isOwner]).toEqual([false, true])
    for (const encryption of [user, owner]) {
      expect(encryption).toMatchObject({
        version: kind.version,
        revision: kind.revision,
        algorithm: kind.algorithm,
        permissions: -3376,
        encryptMetadata: kind.encryptMetadata ?? true,
      })
    }
  })

  it('decrypts what another writer encrypted, object by object', async () => {
    const encryption = await open(made, PASSWORDS.user)
    for (const [number, generation] of [
      [1, 0],
      [1, 1],
      [70_000, 300],
    ] as const) {
      const text = `object ${number} ${generation}: Đã ký số`
      const encrypted = encryptAs(kind.method, made.key, number, generation, utf8(text))
      expect(new TextDecoder().decode(encryption.decryptString(encrypted, number, generation))).toBe(text)
      expect(new TextDecoder().decode(encryption.decryptStream(encrypted, number, generation))).toBe(text)
    }
  })

  it('decrypts what it encrypted, and encrypts nothing to itself', async () => {
    const encryption = await open(made, PASSWORDS.owner)
    const random = (length: number): Uint8Array => new Uint8Array(length).fill(9)
    for (const length of [1, 15, 16, 17, 1000]) {
      const plain = Uint8Array.from({ length }, (_, i) => i % 251)
      const string = encryption.encryptString(plain, 5, 0, random)
      const stream = encryption.encryptStream(plain, 6, 0, random)
      expect(toHex(string)).not.toBe(toHex(plain))
      expect(toHex(encryption.decryptString(string, 5, 0))).toBe(toHex(plain))
      expect(toHex(encryption.decryptStream(stream, 6, 0))).toBe(toHex(plain))
      if (kind.method !== 'V2') expect(string.subarray(0, 16)).toEqual(random(16))
    }
    expect(encryption.decryptString(new Uint8Array(0), 5, 0).length).toBe(0)
    expect(encryption.decryptString(encryption.encryptString(new Uint8Array(0), 5, 0, random), 5, 0).length).toBe(0)
  })

  it.each(['', 'usersecre', 'usersecret ', 'Usersecret', 'x'.repeat(500)])('refuses the password "%s"', async (password) => {
    expect(await codeOf(() => open(made, password))).toBe('ERR_PDF_PASSWORD')
  })

  it('asks for a password when none is given and the empty one is wrong', async () => {
    await expect(open(made)).rejects.toMatchObject({ code: 'ERR_PDF_PASSWORD', data: { given: false } })
    await expect(open(made, 'no')).rejects.toMatchObject({ code: 'ERR_PDF_PASSWORD', data: { given: true } })
  })

  it('opens without a password where the user password is empty, as the user', async () => {
    const openly = makeEncryption({ ...kind, owner: 'ownersecret' })
    expect((await open(openly)).isOwner).toBe(false)
    expect((await open(openly, '')).isOwner).toBe(false)
    expect((await open(openly, 'ownersecret')).isOwner).toBe(true)
  })

  it('gives the owner’s rights where the writer set no owner password', async () => {
    expect((await open(makeEncryption({ ...kind, user: 'one' }), 'one')).isOwner).toBe(true)
  })

  it('spends key derivation from the budget', async () => {
    const budget = new Budget({ kdfRounds: 50 })
    const expected = kind.revision === 5 ? 'opened' : 'ERR_BUDGET_EXCEEDED'
    expect(await codeOf(() => open(made, PASSWORDS.user, budget))).toBe(expected)
  })
})

describe('passwords', () => {
  it.each([
    ['PDFDocEncoding', '€ 5 – “quoted” Š', Uint8Array.of(0xa0, 0x20, 0x35, 0x20, 0x85, 0x20, 0x8d, ...latin1('quoted'), 0x8e, 0x20, 0x97)],
    ['PDFDocEncoding of composed characters', 'cafe\u0301', latin1('caf\u00e9')],
    ['ISO 8859-1', 'caf\u00e9\u0080', latin1('caf\u00e9\u0080')],
    ['UTF-8', 'Mật khẩu', utf8('Mật khẩu')],
    ['UTF-8 where PDFDocEncoding would do', 'café', utf8('café')],
  ])('revision 4 finds %s', async (_, password, bytes) => {
    expect((await open(makeEncryption({ version: 4, revision: 4, user: bytes, owner: 'o' }), password)).isOwner).toBe(false)
  })

  it.each([
    ['composed', 'Mật khẩu'.normalize('NFC'), utf8('Mật khẩu'.normalize('NFC'))],
    ['decomposed, normalised by SASLprep', 'Mật khẩu'.normalize('NFD'), utf8('Mật khẩu'.normalize('NFC'))],
    ['decomposed, as a writer without SASLprep has it', 'Mật khẩu'.normalize('NFD'), utf8('Mật khẩu'.normalize('NFD'))],
    ['spaces and characters mapped to nothing (RFC 4013 §2.1)', 'a\u00a0b\u00adc', utf8('a bc')],
    ['compatibility characters (RFC 4013 §3)', '\u00aa\u2168', utf8('aIX')],
    ['127 bytes of it', 'ậ'.repeat(60), utf8('ậ'.repeat(60)).subarray(0, 127)],
  ])('revision 6 finds UTF-8 %s', async (_, password, bytes) => {
    expect((await open(makeEncryption({ version: 5, revision: 6, user: bytes, owner: 'o' }), password)).isOwner).toBe(false)
  })

  it('looks at 32 bytes up to revision 4, at 127 after', async () => {
    const long = 'p'.repeat(200)
    expect((await open(makeEncryption({ version: 2, revision: 3, user: long, owner: 'o' }), 'p'.repeat(32))).revision).toBe(3)
    const aes = makeEncryption({ version: 5, revision: 6, user: long, owner: 'o' })
    expect((await open(aes, 'p'.repeat(127))).revision).toBe(6)
    expect(await codeOf(() => open(aes, 'p'.repeat(126)))).toBe('ERR_PDF_PASSWORD')
  })

  it('needs the ID of the file up to revision 4, and none after', async () => {
    const old = makeEncryption({ version: 2, revision: 3, user: 'u' })
    expect(await codeOf(() => open({ dict: old.dict, id0: new Uint8Array(0) }, 'u'))).toBe('ERR_PDF_PASSWORD')
    const aes = makeEncryption({ version: 5, revision: 6, user: 'u' })
    expect((await open({ dict: aes.dict, id0: new Uint8Array(0) }, 'u')).algorithm).toBe('AES-256')
  })
})

describe('crypto providers', () => {
  it.each([4, 6] as const)('revision %i opens with hashes that are not Node’s', async (revision) => {
    const made = makeEncryption({ version: revision === 4 ? 4 : 5, revision, ...PASSWORDS })
    const encryption = await open(made, PASSWORDS.owner, new Budget(), webCryptoProvider())
    const encrypted = encryptAs(revision === 4 ? 'AESV2' : 'AESV3', made.key, 3, 0, latin1('text'))
    expect(encryption.decryptString(encrypted, 3, 0)).toEqual(latin1('text'))
  })

  it('a provider without MD5 is told as such', async () => {
    const poor = {
      ...defaultCrypto(),
      createHash: () => {
        throw new Error('no such hash')
      },
    }
    expect(await codeOf(() => open(makeEncryption({ version: 2, revision: 3 }), '', new Budget(), poor))).toBe('ERR_ALGORITHM_UNSUPPORTED')
  })
})
