/** Attacks on documents of Vietnam that need no key. */
import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { invoice, message, SAMPLES, SELLER } from './samples.ts'
import { createWorld, textOf, type World } from './world.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'

let world: World
let signed: string
const sample = SAMPLES.find(({ profile }) => profile === 'einvoice-seller')
beforeAll(async () => {
  world = await createWorld()
  if (!sample) throw new Error('no sample')
  signed = textOf(await world.sign({ ...sample, xml: invoice() }))
})

const states = async (text: string): Promise<unknown> => {
  const { signatures } = await world.describe(utf8(text))
  return signatures.map(({ intact, profile, complete, parts, taxCode }) => ({
    intact,
    profile,
    complete,
    parts: parts.map(({ name, state }) => `${name} ${state}`),
    tax: `${taxCode.result} ${taxCode.document ?? ''}`,
  }))
}

describe('an invoice', () => {
  const data = (): string => /<DLHDon.*<\/DLHDon>/s.exec(signed)?.[0] ?? ''

  it('is not signed for another in its place, wherever the signed data is hidden', async () => {
    const fake = data().replace(' Id="data-1"', '').replace('1100000', '9900000')
    const hidden = [
      signed.replace(data(), `${fake}<Ext>${data()}</Ext>`),
      signed.replace(data(), fake).replace('</Signature>', `<Object>${data()}</Object></Signature>`),
      signed.replace(data(), `<DLHDon>${data()}</DLHDon>`),
      signed.replace(data(), `${fake}<x:DLHDon xmlns:x="urn:x">${data()}</x:DLHDon>`),
      `<TDiep><DLieu><HDon>${fake}${/<DSCKS>.*<\/DSCKS>/s.exec(signed)?.[0] ?? ''}</HDon><HDon>${data()}</HDon></DLieu></TDiep>`,
    ]
    for (const text of hidden) {
      const { signatures } = await world.describe(utf8(text))
      for (const one of signatures) {
        expect(one.complete).toBe(false)
        expect(one.taxCode.result).not.toBe('same')
        expect(one.parts.filter(({ state, path }) => state === 'covered' && path?.endsWith('/DLHDon') && !path.includes('Ext'))).toEqual([])
      }
    }
  })

  it('is not signed by whoever signs an invoice of another namespace in its place', async () => {
    const text = signed.replace('<HDon>', '<HDon><x:DLHDon xmlns:x="urn:x" Id="y"><NDHDon/></x:DLHDon><DLHDon xmlns="urn:y"/>')
    expect(await states(text)).toEqual(await states(signed))
    expect(await states(signed.replace('<HDon>', '<x:HDon xmlns:x="urn:x">').replace('</HDon>', '</x:HDon>'))).toMatchObject([
      { profile: null, complete: false },
    ])
  })

  it('has the tax code that was signed, however it is written', async () => {
    const [plain] = (await states(signed)) as { tax: string }[]
    expect(plain?.tax).toBe(`same ${SELLER}`)
    for (const written of [`01001<!--x-->${SELLER.slice(5)}`, `<![CDATA[${SELLER}]]>`, '&#48;100109106'])
      expect(await states(signed.replace(`<MST>${SELLER}<`, `<MST>${written}<`))).toMatchObject([{ intact: true, tax: `same ${SELLER}` }])
    const doctype = `<!DOCTYPE HDon [<!ENTITY e "${SELLER}">]>`
    expect(await states(doctype + signed.replace(`<MST>${SELLER}<`, '<MST>&e;<'))).toMatchObject([{ intact: true, tax: `same ${SELLER}` }])
    for (const written of [` ${SELLER}`, `${SELLER}<b/>`, `01001<?x y?>${SELLER.slice(5)}`, `<b>${SELLER}</b>`, '0312345678-001'])
      expect(await states(signed.replace(`<MST>${SELLER}<`, `<MST>${written}<`))).toMatchObject([{ intact: false, complete: false, tax: 'notCovered ' }])
  })
})

describe('what costs an attacker little', () => {
  it('is to put hundreds of thousands of invoices into a message', async () => {
    const { signatures, unsigned } = await world.describe(utf8(message(signed + '<HDon/>'.repeat(200_000))))
    expect(signatures.length).toBe(1)
    expect(unsigned.length).toBe(1000)
  })

  it('is to put signatures into each other: each has its own time', async () => {
    const inner = signed.replace('<NBan></NBan>', '')
    const signature = /<Signature .*<\/Signature>/s.exec(inner)?.[0] ?? ''
    const property = (time: string): string => `<SignatureProperty Target="#x" xmlns="${DS}"><SigningTime>${time}</SigningTime></SignatureProperty>`
    const text = signature.replace('<Object', `<Object><a>${signature.replaceAll(/ Id="[^"]*"/g, '')}</a>${property('2020-01-01T00:00:00')}</Object><Object`)
    const { signatures } = await world.describe(utf8(signed.replace(signature, text)))
    expect(signatures.map(({ messages }) => messages.some(({ code }) => code === 'signingTimeSeveral'))).toEqual([true, false])
  })
})
