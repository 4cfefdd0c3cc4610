/** The encrypted PDFs of the corpus, with the passwords and outcomes that its README names. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromLatin1, toHex } from '../../src/core/bytes.ts'
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts'
import { integerOf, PdfDict, type PdfObject, PdfStream, PdfString } from '../../src/pdf/objects.ts'
import { codeOf } from '../pdf/encryption/helpers.ts'
import { describeWithCorpus } from '../support/tools.ts'

const WITH_SECRETS: readonly [string, string][] = [
  ['minimal-aes256', 'AES-256'],
  ['minimal-two-fields-aes256', 'AES-256'],
  ['minimal-with-field-aes256', 'AES-256'],
  ['malformed-encrypt-dict1', 'RC4-128'],
]
const TO_CERTIFICATES = [
  'minimal-pubkey-aes256',
  'minimal-pubkey-rc4-envelope',
  'minimal-two-fields-pubkey-rc4',
  'minimal-with-field-pubkey-rc4',
  'pubkey-ecc-test',
  'pubkey-rc2-test',
]
const PROTECTED: readonly [string, number][] = [
  ['edition_protected_none', -3376],
  ['edition_protected_signing_allowed_no_field', -3120],
]

describeWithCorpus('encrypted PDFs of the corpus', 'pdf', (folder) => {
  const pyhanko = (name: string): Uint8Array => readFileSync(join(folder, 'pyhanko', `${name}.pdf`))

  describe.each(WITH_SECRETS)('%s', (name, algorithm) => {
    it.each([
      ['ownersecret', true],
      ['usersecret', false],
    ])('opens with %s', async (password, isOwner) => {
      const document = await openPdf(pyhanko(name), { password })
      expect(document.encryption).toMatchObject({ algorithm, isOwner, permissions: -4 })
      expect(pageContent(document)).toContain('(Hello World) Tj')
    })

    it.each([undefined, '', 'secret'])('does not open with %s', async (password) => {
      expect(await codeOf(() => openPdf(pyhanko(name), { password }))).toBe('ERR_PDF_PASSWORD')
    })
  })

  it('strings of an encrypted document are decrypted', async () => {
    const document = await openPdf(pyhanko('minimal-two-fields-aes256'), { password: 'usersecret' })
    const names = [6, 7].map((number) => {
      const field = document.get(number)
      const value = field instanceof PdfDict ? field.get('T') : undefined
      return value instanceof PdfString ? fromLatin1(value.bytes) : undefined
    })
    expect(names).toEqual(['Sig1', 'Sig2'])
  })

  it('embedded-encrypted-nocf: only the embedded file is encrypted, by EFF', async () => {
    const document = await openPdf(pyhanko('embedded-encrypted-nocf'), { password: 'secret' })
    expect(pageContent(document)).toContain('(Hello World) Tj')
    const file = document.get(7)
    const parameters = file instanceof PdfStream ? document.resolve(file.dict.get('Params')) : null
    const data = file instanceof PdfStream ? document.streamData(file) : new Uint8Array(0)
    expect(data.length).toBe(integerOf(parameter(parameters, 'Size')))
    const checkSum = parameter(parameters, 'CheckSum')
    expect(createHash('md5').update(data).digest('hex')).toBe(checkSum instanceof PdfString ? toHex(checkSum.bytes) : undefined)
    expect(await codeOf(() => openPdf(pyhanko('embedded-encrypted-nocf')))).toBe('ERR_PDF_PASSWORD')
  })

  it.each(PROTECTED)('protected/%s opens without a password, as the user', async (name, permissions) => {
    for (const password of [undefined, '']) {
      const document = await openPdf(readFileSync(join(folder, 'dss/protected', `${name}.pdf`)), { password })
      expect(document.encryption).toMatchObject({ algorithm: 'AES-128', isOwner: false, permissions })
      expect(pageContent(document)).toContain('Tf')
    }
  })

  it.each(['malformed-encrypt-dict2', 'minimal-aes256-malformed-oe', 'minimal-aes256-malformed-perms'])('%s has no usable encryption', async (name) => {
    for (const password of [undefined, 'usersecret', 'ownersecret']) {
      expect(await codeOf(() => openPdf(pyhanko(name), { password }))).toBe('ERR_PDF_ENCRYPTION_INVALID')
    }
  })

  it.each(TO_CERTIFICATES)('%s is encrypted to certificates', async (name) => {
    expect(await codeOf(() => openPdf(pyhanko(name)))).toBe('ERR_PDF_ENCRYPTION_UNSUPPORTED')
  })
})

function parameter(parameters: PdfObject, key: string): PdfObject | undefined {
  return parameters instanceof PdfDict ? parameters.get(key) : undefined
}

function pageContent(document: PdfDocument): string {
  let text = ''
  for (const { dict } of document.pages()) {
    const content = document.resolve(dict.get('Contents'))
    if (content instanceof PdfStream) text += fromLatin1(document.streamData(content))
  }
  return text
}
