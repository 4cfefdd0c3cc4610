import { beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1 as latin1, utf8 } from '../../../src/core/bytes.ts'
import { KysoError } from '../../../src/core/errors.ts'
import {
  completeVietnamXml,
  describeVietnamXml,
  detectVietnamXml,
  prepareVietnamXml,
  type SignVietnamXmlOptions,
  signVietnamXml,
  VIETNAM_XML_PROFILES,
} from '../../../src/vietnam/index.ts'
import { invoice, message, SAMPLES, SELLER, sampleOf, TAX_RETURN } from './samples.ts'
import { createWorld, textOf, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

/** Signs text as the seller; the code of what is thrown, with its reason. */
async function refusal(xml: string, options: Partial<SignVietnamXmlOptions> = {}): Promise<unknown> {
  const error = await signVietnamXml(utf8(xml), { signer: world.seller, ...options }).then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof KysoError)) throw error
  return [error.code, error.data.why]
}

const signedBy = async (xml: string, options: Partial<SignVietnamXmlOptions> = {}): Promise<string> =>
  textOf(await signVietnamXml(utf8(xml), { signer: world.seller, ...options }))

describe('every profile', () => {
  it('has a sample', () => {
    expect(SAMPLES.map(({ profile }) => profile).sort()).toEqual([...VIETNAM_XML_PROFILES].sort())
  })

  it.each(SAMPLES)('signs what its rules ask, at its place: $profile', async (sample) => {
    const signed = await world.sign(sample)
    const report = await world.verify(signed)
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', format: 'xml' })
    const [signature, ...others] = describeVietnamXml(signed, report).signatures
    expect(others).toEqual([])
    expect(signature).toMatchObject({ id: 'signature-1', profile: sample.profile, complete: true, intact: true })
    expect(signature?.path).toBe(`${sample.place}/${sample.profile === 'edxml' ? 'ds:' : ''}Signature`)
    const open = signature?.parts.filter(({ state }) => state !== 'covered').map(({ name }) => name)
    // What the tax authority signs, and what nobody does.
    expect(open).toEqual(/seller|buyer/.test(sample.profile) ? ['authorityCode'] : sample.profile === 'message-envelope' ? ['messageHead'] : [])
    expect(signature?.taxCode.result).toBe(sample.profile === 'message-envelope' ? 'notCovered' : sample.taxCode ? 'same' : 'notStated')
    expect(signature?.messages.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it.each(SAMPLES)('leaves every byte of the document as it was: $profile', async (sample) => {
    const before = latin1(utf8(sample.xml))
    const after = latin1(await world.sign(sample)).replace(/<(ds:)?Signature .*<\/(ds:)?Signature>/s, '')
    // The one tag that may be opened is that of the place.
    const name = sample.place.slice(sample.place.lastIndexOf('/') + 1)
    const opened = before.replace(new RegExp(`<${name}( ?)/>`), `<${name}$1></${name}>`)
    expect([before, opened]).toContain(after)
  })

  it.each(SAMPLES)('is signed in two steps as well: $profile', async (sample) => {
    const signer = world.signerFor(sample)
    const { certificates, algorithm } = signer
    const prepared = await prepareVietnamXml(utf8(sample.xml), { profile: sample.profile, certificates, algorithm })
    expect(prepared.profile).toBe(sample.profile)
    const [signature] = await signer.sign([prepared.request])
    const signed = await completeVietnamXml(prepared.document, prepared.state, signature as Uint8Array)
    expect(await world.only(signed)).toMatchObject({ profile: sample.profile, complete: true, intact: true })
  })

  it.each(SAMPLES.filter(({ profile }) => profile !== 'bhxh-ivan'))('is found by itself where that is clear: $profile', async (sample) => {
    expect(detectVietnamXml(utf8(sample.xml))).toContainEqual(expect.objectContaining({ profile: sample.profile, state: 'free' }))
    // Three people can sign an invoice; authorities have no tax code to be known by.
    const options = sample.profile === 'einvoice-tax-authority' ? { profile: sample.profile } : {}
    const plain = sample.profile === 'message-envelope' ? message('<TKhai Id="x"/>') : sample.xml
    const signed = await signVietnamXml(utf8(plain), { signer: world.signerFor(sample), ...options })
    expect((await world.only(signed)).profile).toBe(sample.profile)
  })
})

describe('the form of a signature', () => {
  it('is that of real invoices: default namespace, properties referenced without transforms, local time, names in order', async () => {
    const time = new Date('2026-11-22T08:00:00Z')
    const xml = await signedBy(invoice(), { signingTime: world.lab.now() > time ? time : world.lab.now() })
    expect(xml).toContain('<NBan><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="NBan">')
    expect(xml).toMatch(/<Reference Type="http:\/\/www\.w3\.org\/2000\/09\/xmldsig#SignatureProperties" URI="#(time-[0-9a-f]+)"><DigestMethod/)
    expect(xml).toMatch(/<Object Id="time-[0-9a-f]+"><SignatureProperties><SignatureProperty Target="#NBan"><SigningTime>[-\dT:]{19}</)
    expect(xml).toContain(`<X509SubjectName>C=VN,ST=Hà Nội,O=Công ty Bán Thử,CN=Công ty Bán Thử,UID=MST:${SELLER}</X509SubjectName>`)
    expect(xml.match(/<X509Certificate>/g)).toHaveLength(1)
    expect(xml).not.toContain('xades')
  })

  it('has no transforms at all where the tax authority signs', async () => {
    expect(await signedBy(invoice(), { profile: 'einvoice-tax-authority', signer: world.authority })).not.toContain('<Transform')
  })

  it('is that of the social insurance: IDs, UTC, and a time that is not signed', async () => {
    const xml = textOf(await world.sign(sampleOf('bhxh-unit')))
    expect(xml).toContain('<SignatureProperties Id="proid"><SignatureProperty Target="#sigid"><SigningTime xmlns="http://example.org/#signatureProperties">')
    expect(xml).toMatch(/\d\dZ<\/SigningTime>/)
    expect(xml.match(/<Reference /g)).toHaveLength(1)
  })

  it('opens a place that closes itself, and tells nothing to those that are open', async () => {
    expect(await signedBy(TAX_RETURN.replace('<CKyDTu></CKyDTu>', '<CKyDTu/>'))).toMatch(/<CKyDTu><Signature .*<\/Signature><\/CKyDTu>\n/s)
  })

  it('is XAdES where it is asked for, or a time-stamp is', async () => {
    const bb = await world.sign(sampleOf('tax-return'), { form: 'xades' })
    const bt = await world.sign(sampleOf('tax-return'), { level: 'B-T', sources: { timestamp: world.lab.tsa.source } })
    expect([await world.verify(bb), await world.verify(bt)].map(({ signatures: [one] }) => one?.level)).toEqual(['XAdES-BASELINE-B', 'XAdES-BASELINE-T'])
    expect(await world.only(bt)).toMatchObject({ complete: true, taxCode: { result: 'same' } })
  })

  it('has IDs of its own in a message with two invoices', async () => {
    const xml = message(invoice({ id: 'a', code: '' }) + invoice({ id: 'b', code: '' }))
    const once = await signedBy(xml, { unit: '/TDiep/DLieu/HDon[2]', profile: 'einvoice-seller' })
    const twice = utf8(await signedBy(once, { unit: '/TDiep/DLieu/HDon[1]', profile: 'einvoice-seller' }))
    const { signatures, unsigned } = await world.describe(twice)
    expect(signatures.map(({ unit, complete }) => [unit, complete])).toEqual([
      ['/TDiep/DLieu/HDon[1]', true],
      ['/TDiep/DLieu/HDon[2]', true],
    ])
    expect(unsigned).toEqual([{ path: '/TDiep', profiles: ['message-envelope'] }])
    expect(textOf(twice)).toContain('Id="NBan-2"')
  })

  it('follows the order of a message: invoice, then envelope', async () => {
    const first = await signedBy(message(invoice({ places: '<NBan/>' })))
    const second = utf8(await signedBy(first))
    expect((await world.describe(second)).signatures.map(({ profile, complete }) => [profile, complete])).toEqual([
      ['einvoice-seller', true],
      ['message-envelope', true],
    ])
  })

  it('lets seller, buyer and tax authority sign one invoice', async () => {
    const seller = await signedBy(invoice())
    const buyer = await signedBy(seller, { signer: world.buyer })
    const all = utf8(await signedBy(buyer, { signer: world.authority, profile: 'einvoice-tax-authority' }))
    const report = await world.verify(all)
    expect(report.indication).toBe('TOTAL-PASSED')
    const { signatures, unsigned } = describeVietnamXml(all, report)
    expect(signatures.map(({ role, complete, taxCode }) => [role, complete, taxCode.result])).toEqual([
      ['seller', true, 'same'],
      ['buyer', true, 'same'],
      ['taxAuthority', true, 'notStated'],
    ])
    expect(unsigned).toEqual([])
  })

  it('puts the place in where the social insurance’s programs do, and only there', async () => {
    const bare = '<BHXH><TK1/></BHXH>'
    const xml = await signedBy(bare, { profile: 'bhxh-ivan' })
    expect(xml).toMatch(/^<BHXH><TK1\/><CKYDTU_IVAN><Signature .*<\/Signature><\/CKYDTU_IVAN><\/BHXH>$/)
    expect(await world.only(utf8(xml))).toMatchObject({ profile: 'bhxh-ivan', complete: true })
    expect(await refusal(invoice({ places: '<NMua/>' }), { profile: 'einvoice-seller' })).toEqual(['ERR_VN_PLACE', 'missing'])
  })

  it('lets the service sign after the unit where signatures are left out, and refuses to break the unit’s otherwise', async () => {
    const xml = sampleOf('bhxh-unit').xml
    const strict = await signedBy(xml, { profile: 'bhxh-unit' })
    expect(await refusal(strict, { profile: 'bhxh-ivan' })).toEqual(['ERR_XML_SIGNATURE_BROKEN', undefined])
    const first = await signedBy(xml, { profile: 'bhxh-unit', enveloped: 'without-signatures' })
    const both = utf8(await signedBy(first, { profile: 'bhxh-ivan', enveloped: 'without-signatures' }))
    expect((await world.verify(both)).signatures.map(({ intact }) => intact)).toEqual([true, true])
  })
})

describe('what is refused', () => {
  it('is a document of no known kind, or of another than asked for', async () => {
    expect(await refusal('<invoice/>')).toEqual(['ERR_VN_PROFILE', 'unknown'])
    expect(await refusal('<HDon xmlns="urn:x"/>')).toEqual(['ERR_VN_PROFILE', 'unknown'])
    expect(await refusal(`<Archive>${invoice()}</Archive>`)).toEqual(['ERR_VN_PROFILE', 'unknown'])
    expect(await refusal(TAX_RETURN, { profile: 'einvoice-seller' })).toEqual(['ERR_VN_PROFILE', 'mismatch'])
    expect(await refusal(TAX_RETURN, { unit: '/HDon' })).toEqual(['ERR_VN_PROFILE', 'unknown'])
  })

  it('is to choose among several', async () => {
    expect(await refusal(invoice(), { signer: world.authority, allowOtherTaxCode: true })).toEqual(['ERR_VN_PROFILE', 'several'])
    expect(await refusal(message(invoice({ id: 'a', code: '' }) + invoice({ id: 'b', code: '' })), { profile: 'einvoice-seller' })).toEqual([
      'ERR_VN_PROFILE',
      'several',
    ])
  })

  it('is a place that is missing, there twice, or taken', async () => {
    expect(await refusal(TAX_RETURN.replace('<CKyDTu></CKyDTu>', ''))).toEqual(['ERR_VN_PLACE', 'missing'])
    expect(await refusal(TAX_RETURN.replace('<CKyDTu></CKyDTu>', '<CKyDTu/><CKyDTu>x</CKyDTu>'))).toEqual(['ERR_VN_PLACE', 'several'])
    const signed = await signedBy(TAX_RETURN)
    expect(await refusal(signed)).toEqual(['ERR_VN_PLACE', 'signed'])
    // An agent and the taxpayer sign beside each other.
    const both = utf8(await signedBy(signed, { profile: 'tax-return' }))
    expect((await world.describe(both)).signatures.map(({ complete }) => complete)).toEqual([true, true])
  })

  it('takes a second, empty list of signatures as real invoices have it', async () => {
    const xml = invoice({ places: '<NBan></NBan>' }).replace('</HDon>', '<DSCKS/></HDon>')
    expect(await world.only(utf8(await signedBy(xml)))).toMatchObject({ complete: true, path: '/HDon/DSCKS[1]/NBan/Signature' })
  })

  it('is a part that is missing, there twice, without ID, or with that of another', async () => {
    const other = (change: (xml: string) => string, options: Partial<SignVietnamXmlOptions> = {}): Promise<unknown> =>
      refusal(change(invoice()), { profile: 'einvoice-seller', allowOtherTaxCode: true, ...options })
    expect(await other((xml) => xml.replace(/<DLHDon.*<\/DLHDon>/, ''))).toEqual(['ERR_VN_REFERENCE', 'missing'])
    expect(await other((xml) => xml.replace('<DSCKS>', '<DLHDon Id="z"/><DSCKS>'))).toEqual(['ERR_VN_REFERENCE', 'several'])
    expect(await other((xml) => xml.replace(' Id="data-1"', ''))).toEqual(['ERR_VN_REFERENCE', 'noId'])
    expect(await other((xml) => xml.replace('code-1', 'data-1'))).toEqual(['ERR_VN_REFERENCE', 'duplicateId'])
    const authority = { profile: 'einvoice-tax-authority', signer: world.authority } as const
    expect(await other((xml) => xml.replace(/<MCCQT.*<\/MCCQT>/, ''), authority)).toEqual(['ERR_VN_REFERENCE', 'missing'])
  })

  it('is a place whose path is the ID of something else', async () => {
    expect(await refusal(TAX_RETURN.replace('<TTinDVu>', '<TTinDVu id="/HSoThueDTu/CKyDTu">'))).toEqual(['ERR_VN_PLACE', 'several'])
  })

  it('is the document of another taxpayer, unless that is allowed', async () => {
    const asBuyer = { signer: world.buyer, profile: 'tax-return' } as const
    expect(await refusal(TAX_RETURN, asBuyer)).toEqual(['ERR_VN_TAX_CODE', undefined])
    expect(await refusal(TAX_RETURN, { ...asBuyer, signer: world.authority })).toEqual(['ERR_VN_TAX_CODE', undefined])
    const signed = utf8(await signedBy(TAX_RETURN, { ...asBuyer, allowOtherTaxCode: true }))
    expect(await world.only(signed)).toMatchObject({
      complete: true,
      taxCode: { result: 'other', document: SELLER, certificate: ['0312345678-001'] },
      messages: expect.arrayContaining([{ code: 'taxCodeOther', severity: 'error', data: { document: SELLER, certificate: '0312345678-001' } }]),
    })
    // The head office for its branch, where that is said.
    const branch = TAX_RETURN.replace(SELLER, `${SELLER}-001`)
    expect(await refusal(branch)).toEqual(['ERR_VN_TAX_CODE', undefined])
    expect(await signedBy(branch, { headOffice: true })).toContain('<Signature ')
  })

  it('is an expired certificate', async () => {
    const signingTime = new Date('2090-01-01T00:00:00Z')
    expect(await refusal(TAX_RETURN, { signingTime })).toEqual(['ERR_SIGNER_CERTIFICATE', 'expired'])
  })

  it('is what is no XML', async () => {
    expect(await refusal('<HDon>')).toEqual(['ERR_XML_SYNTAX', expect.anything()])
  })
})

it('takes a citizen’s number for a tax code', async () => {
  const subject: Record<string, string>[] = [{ C: 'VN' }, { CN: 'Nguyễn Văn A' }, { '0.9.2342.19200300.100.1.1': 'CCCD:025199009534' }]
  const { signer } = await world.lab.issue({ subject })
  const signed = utf8(await signedBy(TAX_RETURN.replace(SELLER, '025199009534'), { signer }))
  expect((await world.only(signed)).taxCode).toEqual({ result: 'same', document: '025199009534', certificate: [] })
})
