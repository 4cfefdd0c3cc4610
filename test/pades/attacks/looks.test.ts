/** What draws the same content otherwise: fonts, default appearances, layers, the page. And what is written again and draws the same. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../../src/core/bytes.ts'
import type { Objects } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign } from '../../verify/lab-pdf.ts'
import { body, contract, edited, form, judged, lastSection, passed, stream, updated } from './support.ts'

let made: LabSetting
let file: Uint8Array
let open: Uint8Array
beforeAll(async () => {
  made = await setting()
  file = await sign(made, {}, contract())
  open = await sign(made, { certify: 3 }, contract())
})

type Update = (signed: Uint8Array) => Objects

describe.each([
  ['an approval', () => file],
  ['a certification with P=3', () => open],
] as const)('after %s', (_name, signed) => {
  it.each<[string, Update, string]>([
    ['the font file', () => ({ 17: stream('evil') }), 'fontChanged'],
    ['the encoding', (one) => edited(one, 15, '/one', '/nine'), 'fontChanged'],
    ['what letters are copied as', () => ({ 14: stream('1 beginbfchar <31> <0039> endbfchar') }), 'fontChanged'],
    ['the widths of letters', (one) => edited(one, 12, '500', '0'), 'fontChanged'],
    ['the font of a name in use', (one) => ({ ...edited(one, 5, '6 0 R', '60 0 R'), 60: body(one, 6) }), 'contentChanged'],
    ['the default appearance of the form', (one) => edited(one, 7, '0 g', '1 g'), 'formChanged'],
    ['the fonts of the form', (one) => ({ ...edited(one, 7, '/F1 9 0 R', '/F1 60 0 R'), 60: body(one, 9) }), 'formChanged'],
    ['the default appearance of a field', (one) => edited(one, 11, '/P', '/DA (/F1 1 Tf 1 g) /P'), 'fieldChanged'],
    ['the state of a layer', (one) => edited(one, 20, '/ON [21 0 R]', '/OFF [21 0 R]'), 'layersChanged'],
    ['when a layer is switched', (one) => edited(one, 20, '/AS []', '/AS [<</Event /Print /Category [/Print] /OCGs [21 0 R]>>]'), 'layersChanged'],
    ['the usage of a layer', (one) => edited(one, 21, '/PrintState /ON', '/PrintState /OFF'), 'layersChanged'],
    ['the layers as a whole', (one) => edited(one, 1, '/OCProperties 20 0 R', ''), 'catalogChanged'],
    ['the box of the page', (one) => edited(one, 3, '[0 0 200 200]', '[0 50 200 200]'), 'pageChanged'],
    ['the contents of the page', (one) => edited(one, 4, '1000', '9000'), 'contentChanged'],
  ])('%s is not changed', async (_what, update, code) => {
    const [indication, ...codes] = await judged(updated(signed(), update(signed())), made)
    expect([indication, codes.includes(code)]).toEqual(['INDETERMINATE', true])
  })
})

describe('written again as it was', () => {
  it('is recognised, whatever it is', async () => {
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21]
    const again = Object.fromEntries(numbers.map((number) => [number, body(file, number)]))
    expect(await judged(updated(file, again), made)).toEqual([passed, 'objectRewritten'])
    for (const number of [4, 16, 17]) expect(await judged(updated(file, { [number]: body(file, number) }), made)).toEqual([passed, 'objectRewritten'])
  })

  it('with its keys in another order, and other white space', async () => {
    const other = { 8: '<< /MediaBox [ 0 0 200 200 ]\n/Parent   2 0 R/Type/Page >>', 20: '<</D<</AS[]/ON[21 0 R]/Order[21 0 R]>>/OCGs[21 0 R]>>' }
    expect(await judged(updated(file, other), made)).toEqual([passed, 'objectRewritten'])
  })

  it('but not with a number that is written otherwise than before', async () => {
    expect((await judged(updated(file, { 8: body(file, 8).replace('200 200', '200 200.5') }), made))[0]).toBe('INDETERMINATE')
  })
})

describe('in an encrypted file', () => {
  it('the same holds: updates in clear, and ones that drop the encryption', async () => {
    const { encrypted, encrypt } = await encryptedContract()
    const signed = await sign(made, {}, encrypted)
    expect(await judged(signed, made)).toEqual([passed])
    const id = /\/ID\s*\[[^\]]*\]/.exec(fromLatin1(encrypted))?.[0]
    const encryption = { trailer: `/Encrypt 9 0 R ${id} /Info 6 0 R` }
    const revised = (objects: Objects, trailer = encryption.trailer): Uint8Array => updated(signed, objects, `${trailer} /Prev ${lastSection(signed)}`)
    expect(await judged(revised({ 4: encrypt('BT /F1 18 Tf 20 20 Td (Hello) Tj ET', 4) }), made)).toEqual([passed, 'objectRewritten'])
    expect(await judged(revised({ 4: encrypt('BT /F1 18 Tf 20 20 Td (Bye) Tj ET', 4) }), made)).toEqual(['INDETERMINATE', 'contentChanged'])
    const clear = await judged(revised({ 4: stream('BT /F1 18 Tf 20 20 Td (Bye) Tj ET') }), made)
    expect(clear[0]).not.toBe(passed)
    const dropped = await judged(revised({ 4: stream('BT (Bye) Tj ET') }, '/Info 6 0 R'), made)
    expect(dropped[0]).not.toBe(passed)
    const dictionary = body(signed, 9)
    expect((await judged(revised({ 9: dictionary.replace('/EncryptMetadata true', '').replace('>>', ' /EncryptMetadata false>>') }), made))[0]).not.toBe(passed)
  })
})

async function encryptedContract(): Promise<{ encrypted: Uint8Array; encrypt: (text: string, number: number) => string }> {
  const [{ buildPdf }, { encryptAs, makeEncryption }] = await Promise.all([
    import('../../pdf/encryption/build-pdf.ts'),
    import('../../pdf/encryption/make-encryption.ts'),
  ])
  const encryption = makeEncryption({ version: 5, revision: 6 })
  const one = (bytes: Uint8Array, number: number): Uint8Array => encryptAs('AESV3', encryption.key, number, 0, bytes)
  return {
    encrypted: buildPdf({ ...encryption, string: one, stream: one }),
    encrypt: (text, number) => stream(fromLatin1(one(Buffer.from(text, 'latin1'), number))),
  }
}

describe('what readers draw themselves', () => {
  it('a field without a look gets one with a value only', async () => {
    const look = { ...edited(file, 11, '/P 3 0 R', '/P 3 0 R /AP <</N 60 0 R>>'), 60: form('5') }
    expect((await judged(updated(file, look), made))[0]).toBe('INDETERMINATE')
    const filled = edited(file, 11, '/P 3 0 R', '/P 3 0 R /V (5)')
    expect(await judged(updated(file, filled), made)).toEqual([passed, 'fieldFilled'])
  })
})
