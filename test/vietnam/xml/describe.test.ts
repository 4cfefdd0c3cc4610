import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { loadMessages } from '../../../src/core/messages.ts'
import { describeVietnamXml, explainVietnamXml, readVietnamTime, type VietnamXmlSignature } from '../../../src/vietnam/index.ts'
import { signXml } from '../../../src/xades/sign.ts'
import { invoice, message, SELLER, sampleOf } from './samples.ts'
import { createWorld, textOf, type World } from './world.ts'

let world: World
/** An invoice that its seller signed. */
let signed: string
beforeAll(async () => {
  world = await createWorld()
  signed = textOf(await world.sign(sampleOf('einvoice-seller')))
})

const told = ({ messages }: VietnamXmlSignature): string[] => messages.map(({ code }) => code)

/** The invoice's data as signed, and another in its place. */
const FAKE = `<DLHDon Id="other"><TTChung/><NDHDon><NBan><MST>${SELLER}</MST></NBan></NDHDon></DLHDon>`

describe('an invoice that was changed', () => {
  it('covers nothing where its data is another', async () => {
    const signature = await world.only(utf8(signed.replace('1100000', '9900000')))
    expect(signature).toMatchObject({ intact: false, complete: false, taxCode: { result: 'notCovered' } })
    expect(signature.taxCode.document).toBeUndefined()
    expect(signature.parts).toEqual([
      { name: 'invoiceData', path: '/HDon/DLHDon', state: 'notCovered', required: true },
      { name: 'authorityCode', path: '/HDon/MCCQT', state: 'notCovered', required: false },
    ])
    expect(told(signature)).toEqual(expect.arrayContaining(['notIntact', 'partNotCovered', 'taxCodeNotCovered', 'signingTimeNotCovered']))
  })

  it('covers no data that was put in the place of the signed', async () => {
    const data = /<DLHDon.*<\/DLHDon>/.exec(signed)?.[0] ?? ''
    const signature = await world.only(utf8(signed.replace(data, `${FAKE}<TTKhac>${data}</TTKhac>`)))
    expect(signature).toMatchObject({ intact: true, complete: false, taxCode: { result: 'notCovered' } })
    expect(signature.parts).toMatchObject([{ state: 'notCovered', path: '/HDon/DLHDon' }, { state: 'notCovered' }])
    expect(told(signature)).toContain('partNotCovered')
  })

  it('chooses none of two', async () => {
    for (const two of [signed.replace('<MCCQT', `${FAKE}<MCCQT`), signed.replace('<DLHDon', `${FAKE}<DLHDon`)]) {
      const signature = await world.only(utf8(two))
      expect(signature).toMatchObject({
        intact: true,
        complete: false,
        parts: [{ state: 'repeated' }, { name: 'authorityCode' }],
        taxCode: { result: 'missing' },
      })
      expect(told(signature)).toContain('partRepeated')
    }
  })

  it('is not intact where another element bears the same ID', async () => {
    const signature = await world.only(utf8(signed.replace('code-1', 'data-1')))
    expect(signature).toMatchObject({ intact: false, complete: false, parts: [{ state: 'notCovered' }, { state: 'notCovered' }] })
  })

  it('tells of a second list of signatures that holds something, and not of an empty one', async () => {
    const empty = await world.only(utf8(signed.replace('</HDon>', '<DSCKS/></HDon>')))
    expect(empty).toMatchObject({ intact: true, complete: true })
    expect(told(empty)).not.toContain('placeRepeated')
    for (const fake of ['<DSCKS><NBan/></DSCKS>', '<DSCKS>x</DSCKS>']) {
      const signature = await world.only(utf8(signed.replace('</HDon>', `${fake}</HDon>`)))
      expect(told(signature)).toContain('placeRepeated')
    }
    const first = await world.only(utf8(signed.replace('<DSCKS>', '<DSCKS><NBan/></DSCKS><DSCKS>')))
    expect(told(first)).toContain('placeRepeated')
  })

  it('is not intact where the time of signing is another', async () => {
    const text = /<SigningTime>(.*?)<\/SigningTime>/.exec(signed)?.[1] ?? ''
    const signature = await world.only(utf8(signed.replace(text, '2020-01-01T00:00:00')))
    expect(signature).toMatchObject({ intact: false, signingTime: { text: '2020-01-01T00:00:00', covered: false } })
  })

  it('reads a tax code whole where a comment splits it, and not at all where an element does', async () => {
    const split = signed.replace(`<NBan><Ten>Công ty Bán Thử</Ten><MST>${SELLER}`, '<NBan><Ten>Công ty Bán Thử</Ten><MST>010010<!-- x -->9106')
    expect(split).not.toBe(signed)
    expect(await world.only(utf8(split))).toMatchObject({ intact: true, taxCode: { result: 'same', document: SELLER } })
    const nested = await world.sign({ ...sampleOf('einvoice-seller'), xml: invoice().replace(`<MST>${SELLER}`, `<MST><x>${SELLER}</x>`) })
    expect((await world.only(nested)).taxCode.result).toBe('missing')
  })

  it('takes as whose signature it is from where it stands', async () => {
    const moved = signed.replace(/<NBan>(<Signature .*<\/Signature>)<\/NBan><NMua\/>/, '<NBan/><NMua>$1</NMua>')
    expect(await world.only(utf8(moved))).toMatchObject({ intact: true, profile: 'einvoice-buyer', taxCode: { result: 'other', certificate: [SELLER] } })
    const astray = signed.replace(/(<Signature .*<\/Signature>)(.*)<\/HDon>/, '$2$1</HDon>')
    const signature = await world.only(utf8(astray))
    expect(signature).toMatchObject({ intact: true, profile: null, role: null, complete: false, parts: [], taxCode: { result: 'notStated' } })
    expect(signature.messages[0]).toEqual({ code: 'profileUnknown', severity: 'information', data: { place: '/HDon' } })
  })

  it('does not take what is written alike in another namespace for what is signed', async () => {
    // What is signed and what counts have one name as written.
    const xml = `<HDon>${FAKE}<DLHDon xmlns="urn:other" Id="data"><NDHDon/></DLHDon><DSCKS><NBan></NBan></DSCKS></HDon>`
    const options = { form: 'xmldsig', references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' } } as const
    const signature = await world.only(await signXml(utf8(xml), { signer: world.seller, ...options }))
    expect(signature).toMatchObject({
      intact: true,
      complete: false,
      parts: [{ state: 'notCovered' }, { state: 'missing' }],
      taxCode: { result: 'notCovered' },
    })
  })

  it('finds the invoice that is signed in a message, and names the one that is not', async () => {
    const both = utf8(message(signed + invoice({ id: 'data-2', code: '' })))
    const { signatures, unsigned } = await world.describe(both)
    expect(signatures).toMatchObject([{ unit: '/TDiep/DLieu/HDon[1]', complete: true }])
    expect(unsigned).toEqual([
      { path: '/TDiep/DLieu/HDon[2]', profiles: ['einvoice-seller', 'einvoice-buyer', 'einvoice-tax-authority'] },
      { path: '/TDiep', profiles: ['message-envelope'] },
    ])
    // Within anything else it is no invoice of a message.
    const buried = utf8(message('').replace('</DLieu>', `</DLieu><Cu>${signed}</Cu>`))
    expect(await world.only(buried)).toMatchObject({ intact: true, profile: null })
  })
})

describe('what nobody signed', () => {
  it('is told without blame where it is for others to sign', async () => {
    const signature = await world.only(utf8(signed))
    expect(signature.messages).toContainEqual({ code: 'partNotCovered', severity: 'information', data: { part: 'authorityCode', path: '/HDon/MCCQT' } })
    const twice = await world.only(utf8(signed.replace('<DSCKS>', '<MCCQT/><DSCKS>')))
    expect(twice).toMatchObject({ complete: true, parts: [{ state: 'covered' }, { state: 'repeated' }] })
    expect(told(twice)).not.toContain('partRepeated')
  })

  it('is the time of the social insurance’s declarations: it changes unseen', async () => {
    const xml = textOf(await world.sign(sampleOf('bhxh-unit')))
    const changed = utf8(xml.replace(/(<SigningTime [^>]*>)[^<]*/, '$12001-02-03T04:05:06Z'))
    const signature = await world.only(changed)
    expect(signature).toMatchObject({ intact: true, complete: true, signingTime: { text: '2001-02-03T04:05:06Z', assumedZone: false, covered: false } })
    expect(told(signature)).toEqual(['covered', 'signingTimeNotCovered', 'signingTimeOutsideCertificate'])
  })

  it('is the head of a message, with its tax code', async () => {
    const xml = textOf(await world.sign(sampleOf('message-envelope')))
    const signature = await world.only(utf8(xml.replace(`<MST>${SELLER}`, '<MST>0999999999')))
    expect(signature).toMatchObject({ intact: true, complete: true, taxCode: { result: 'notCovered' } })
    expect(signature.taxCode.document).toBeUndefined()
  })

  it('is the number of a notice that was given after signing', async () => {
    const sample = sampleOf('einvoice-notice')
    const bare = { ...sample, xml: sample.xml.replace(/<STBao.*<\/STBao>/, '') }
    const xml = textOf(await world.sign(bare)).replace('<DSCKS>', '<STBao Id="n"><So>1</So></STBao><DSCKS>')
    const signature = await world.only(utf8(xml))
    expect(signature).toMatchObject({ intact: true, complete: true, parts: [{ state: 'covered' }, { name: 'noticeNumber', state: 'notCovered' }] })
    expect(signature.messages).toContainEqual({ code: 'partNotCovered', severity: 'warning', data: { part: 'noticeNumber', path: '/TBao/STBao' } })
  })

  it('is a second time of signing', async () => {
    const xml = textOf(await world.sign(sampleOf('health-claim')))
    const property = '<SignatureProperty><SigningTime>2026-01-01T00:00:00</SigningTime></SignatureProperty>'
    const put = (inside: string): Uint8Array =>
      utf8(xml.replace('</Signature>', `<Object><SignatureProperties>${inside}</SignatureProperties></Object></Signature>`))
    expect((await world.only(put(property))).signingTime).toMatchObject({ covered: false, assumedZone: true })
    const two = await world.only(put(property + property))
    expect(two.signingTime).toBeNull()
    expect(told(two)).toContain('signingTimeSeveral')
    expect(told(await world.only(put(property.replace('2026-01-01T00:00:00', 'today'))))).toContain('signingTimeUnreadable')
    expect(told(await world.only(utf8(xml)))).not.toContain('signingTimeMissing')
  })
})

describe('the time of signing', () => {
  it('is Vietnam’s where it has no zone', () => {
    expect(readVietnamTime('2021-11-05T14:48:47')).toEqual({ text: '2021-11-05T14:48:47', time: new Date('2021-11-05T07:48:47Z'), assumedZone: true })
    expect(readVietnamTime('2021-11-05T14:48:47.5Z')).toMatchObject({ time: new Date('2021-11-05T14:48:47.500Z'), assumedZone: false })
    expect(readVietnamTime('2021-11-05 14:48:47+07:00')).toMatchObject({ time: new Date('2021-11-05T07:48:47Z'), assumedZone: false })
    expect(readVietnamTime('2021-11-05T00:00:00-05:30')?.time).toEqual(new Date('2021-11-05T05:30:00Z'))
  })

  it.each([
    '',
    '2021-02-30T00:00:00',
    '2021-11-05',
    '2021-11-05T24:00:00',
    '2021-11-05T10:60:00',
    '2021-11-05T10:00:00+15:00',
    '٢٠٢١-11-05T10:00:00',
    'x'.repeat(500),
  ])('is none: %s', (text) => expect(readVietnamTime(text)).toBeNull())

  it('is held against certificate and time-stamp', async () => {
    const now = world.lab.now().getTime()
    const HOUR = 3_600_000
    const at = async (offset: number): Promise<string[]> => {
      const document = await world.sign(sampleOf('tax-return'), {
        level: 'B-T',
        sources: { timestamp: world.lab.tsa.source },
        signingTime: new Date(now + offset),
      })
      return told(await world.only(document)).filter((code) => code.startsWith('signingTime') && code !== 'signingTimeZoneAssumed')
    }
    expect(await at(0)).toEqual([])
    expect(await at(7 * HOUR)).toEqual(['signingTimeZone'])
    expect(await at(-7 * HOUR)).toEqual(['signingTimeZone'])
    expect(await at(2 * HOUR)).toEqual(['signingTimeAfterTimestamp'])
    expect(await at(-2 * HOUR)).toEqual([])
  })
})

it('knows the report of another document', async () => {
  const other = await world.verify(await world.sign(sampleOf('tax-return')))
  expect(() => describeVietnamXml(utf8(signed), other)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
  expect(describeVietnamXml(utf8(invoice()), await world.verify(utf8(invoice())))).toMatchObject({ signatures: [], unsigned: [{ path: '/HDon' }] })
})

it('holds hundreds of signatures against a unit of many thousand children', async () => {
  const [signature = ''] = /<Signature .*<\/Signature>/.exec(signed) ?? []
  const crowded = signed.replace('<DLHDon', `${'<x/>'.repeat(30_000)}<DLHDon`).replace(signature, signature.replace(/ Id="[^"]*"/g, '').repeat(300))
  const { signatures } = await world.describe(utf8(crowded))
  expect(signatures.filter(({ intact }) => intact !== false)).toEqual([])
  expect(signatures).toHaveLength(300)
}, 60_000)

it('has words for everything it says', async () => {
  const signature = await world.only(utf8(signed.replace('1100000', '9900000')))
  const english = await explainVietnamXml(signature, 'en')
  expect(english[0]).toBe('electronic invoice, seller')
  expect(english).toContain('NOT signed: the data of the invoice (DLHDon). It may have been changed unseen; do not rely on it because of this signature.')
  const vietnamese = await explainVietnamXml(signature, 'vi')
  expect(vietnamese).toHaveLength(english.length)
  expect(vietnamese[0]).toBe('hóa đơn điện tử, người bán')
  const { texts } = await loadMessages('vi')
  expect(texts['vnIntact.failed']).toBe(vietnamese[1])
})
