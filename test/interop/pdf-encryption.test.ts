/** Encryption both ways with qpdf: what it encrypts is read, and what kyso's encryption writes it decrypts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts'
import { openEncryption } from '../../src/pdf/encryption/index.ts'
import { nameOf, PdfDict, PdfStream, PdfString } from '../../src/pdf/objects.ts'
import { ATTACHMENT, buildPdf, METADATA, PAGE, TITLE } from '../pdf/encryption/build-pdf.ts'
import { codeOf, direct } from '../pdf/encryption/helpers.ts'
import { type EncryptionPlan, makeEncryption } from '../pdf/encryption/make-encryption.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

const KINDS: readonly {
  readonly name: string
  readonly args: readonly string[]
  readonly version: number
  readonly revision: number
  readonly algorithm: string
}[] = [
  { name: 'RC4-40', args: ['40'], version: 1, revision: 2, algorithm: 'RC4-40' },
  { name: 'RC4-128', args: ['128', '--use-aes=n'], version: 2, revision: 3, algorithm: 'RC4-128' },
  { name: 'RC4-128 by crypt filter', args: ['128', '--use-aes=n', '--force-V4'], version: 4, revision: 4, algorithm: 'RC4-128' },
  { name: 'AES-128', args: ['128', '--use-aes=y'], version: 4, revision: 4, algorithm: 'AES-128' },
  { name: 'AES-128, metadata in the clear', args: ['128', '--use-aes=y', '--cleartext-metadata'], version: 4, revision: 4, algorithm: 'AES-128' },
  { name: 'AES-256 of revision 5', args: ['256', '--force-R5'], version: 5, revision: 5, algorithm: 'AES-256' },
  { name: 'AES-256 of revision 6', args: ['256'], version: 5, revision: 6, algorithm: 'AES-256' },
  { name: 'AES-256, metadata in the clear', args: ['256', '--cleartext-metadata'], version: 5, revision: 6, algorithm: 'AES-256' },
  { name: 'AES-256, nothing allowed', args: ['256', '--modify=none', '--print=none', '--extract=n'], version: 5, revision: 6, algorithm: 'AES-256' },
]

const PLANS: readonly [string, EncryptionPlan][] = [
  ['RC4-40', { version: 1, revision: 2 }],
  ['RC4-128', { version: 2, revision: 3 }],
  ['AES-128', { version: 4, revision: 4 }],
  ['AES-256 of revision 5', { version: 5, revision: 5 }],
  ['AES-256 of revision 6', { version: 5, revision: 6 }],
]

describeWithTools('PDF encryption with qpdf', ['qpdf'], () => {
  const folder = temporaryFolder()
  const plain = join(folder, 'plain.pdf')
  writeFileSync(plain, buildPdf())

  async function encrypted(args: readonly string[], user: string, owner: string, extra: readonly string[] = []): Promise<Uint8Array> {
    const out = join(folder, `encrypted-${[...args, ...extra].join('_').replaceAll(/[^\w=-]/g, '')}.pdf`)
    const result = await run('qpdf', ['--allow-weak-crypto', ...extra, '--encrypt', user, owner, ...args, '--', plain, out])
    expect(result.stderr).toBe('')
    return readFileSync(out)
  }

  it.each(KINDS)('$name opens with either password and no other', async ({ args, version, revision, algorithm }) => {
    for (const extra of [[], ['--object-streams=generate']]) {
      const pdf = await encrypted(args, 'user secret', 'owner secret', extra)
      for (const password of ['user secret', 'owner secret']) {
        const document = await openPdf(pdf, { password })
        expect(document.encryption).toMatchObject({
          version,
          revision,
          algorithm,
          isOwner: password === 'owner secret',
          encryptMetadata: !args.includes('--cleartext-metadata'),
        })
        expectContent(document)
      }
      expect(await codeOf(() => openPdf(pdf))).toBe('ERR_PDF_PASSWORD')
      expect(await codeOf(() => openPdf(pdf, { password: 'secret' }))).toBe('ERR_PDF_PASSWORD')
    }
  })

  it('permissions are those that qpdf was told', async () => {
    const all = await openPdf(await encrypted(['256'], '', 'owner'))
    const none = await openPdf(await encrypted(['256', '--modify=none', '--print=none', '--extract=n'], '', 'owner'))
    expect([all.encryption?.permissions, none.encryption?.permissions].map((p) => (p ?? 0) & 0b111100)).toEqual([0b111100, 0])
  })

  it.each([
    ['128', 'Passwort für Åsa – 5 €'],
    ['256', 'Mật khẩu của tôi'],
  ])('passwords beyond ASCII, %s bits', async (bits, password) => {
    const document = await openPdf(await encrypted([bits], password, 'owner'), { password })
    expect(document.encryption?.isOwner).toBe(false)
    expectContent(document)
  })

  it.each(PLANS)('qpdf decrypts what kyso encrypts: %s', async (name, plan) => {
    const made = makeEncryption({ ...plan, user: 'user', owner: 'owner', permissions: -4 })
    const crypto = defaultCrypto()
    const encryption = await openEncryption(made.dict, direct, made.id0, 'user', { budget: new Budget(), crypto })
    const random = (length: number): Uint8Array => crypto.randomBytes(length)
    const pdf = buildPdf({
      ...made,
      string: (bytes, number) => encryption.encryptString(bytes, number, 0, random),
      stream: (bytes, number) => encryption.encryptStream(bytes, number, 0, random),
    })
    const [input, output] = [join(folder, `kyso ${name}.pdf`), join(folder, `decrypted ${name}.pdf`)]
    writeFileSync(input, pdf)
    for (const password of ['user', 'owner']) {
      const check = await run('qpdf', [`--password=${password}`, '--check', input])
      expect([check.status, check.stderr]).toEqual([0, ''])
      const decrypted = await run('qpdf', [`--password=${password}`, '--decrypt', input, output])
      expect([decrypted.status, decrypted.stderr]).toEqual([0, ''])
      const document = await openPdf(readFileSync(output))
      expect(document.encryption).toBeNull()
      expectContent(document)
    }
    expect((await run('qpdf', ['--password=other', '--check', input])).status).toBe(2)
  })
})

/** Whether a document still has the content that `buildPdf` gave it, wherever qpdf has put it. */
function expectContent(document: PdfDocument): void {
  const streams: string[] = []
  let title: Uint8Array | undefined
  for (const [number] of document.entries()) {
    const object = document.get(number)
    if (object instanceof PdfStream && !['XRef', 'ObjStm'].includes(nameOf(object.dict.get('Type')) ?? ''))
      streams.push(fromLatin1(document.streamData(object)))
    const value = object instanceof PdfDict ? object.get('Title') : undefined
    if (value instanceof PdfString) title = Uint8Array.from(value.bytes)
  }
  expect(streams.map((text) => text.trimEnd()).sort()).toEqual([PAGE, METADATA, ATTACHMENT].sort())
  expect(title).toEqual(utf8(`\ufeff${TITLE}`))
}
