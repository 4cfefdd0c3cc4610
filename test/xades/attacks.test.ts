/** Attacks on signed XML that need no key: each made what was not signed look signed, or checked, or took far more time than it costs to send. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { renderText, type SignatureReport, verify } from '../../src/verify/index.ts'
import { completeXml, prepareXml, signXml } from '../../src/xades/index.ts'
import { type LabSetting, NOW, setting } from '../verify/lab-pdf.ts'
import { EXCLUSIVE, sha256, signByHand, xpath } from './by-hand.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

async function judged(text: string): Promise<readonly SignatureReport[]> {
  const report = await verify(utf8(text), made.options)
  expect(report.error).toBeUndefined()
  return report.signatures
}

async function first(text: string): Promise<SignatureReport> {
  return (await judged(text))[0] as SignatureReport
}

const codes = ({ messages }: SignatureReport): string[] => messages.map(({ code }) => code)

describe('a manifest that is signed', () => {
  const DATA = '<data Id="data">1000</data>'
  const TYPE = `${DS}Manifest`
  let text: string
  let inObject: string
  beforeAll(async () => {
    const list = `<Reference URI="#data"><Transforms>${EXCLUSIVE}</Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>${await sha256(DATA)}</DigestValue></Reference>`
    const document = `<root>${DATA}<!--here-->@</root>`
    text = await signByHand(made, document, [{ uri: '#m', type: TYPE }], [`<Manifest Id="m">${list}</Manifest>`])
    inObject = await signByHand(made, document, [{ uri: '#o' }], [`<Manifest>${list}</Manifest>`], { objectId: 'o' })
  })
  const changed = (from: string): string => from.replace('>1000<', '>9000<')

  it('passes, and does not where what it lists has changed', async () => {
    for (const one of [text, inObject]) {
      expect(await first(one)).toMatchObject({ indication: 'TOTAL-PASSED', intact: true })
      const report = await first(changed(one))
      expect(report.indication).toBe('INDETERMINATE')
      expect(codes(report)).toContain('manifestBroken')
    }
  })

  it('is not left unchecked because another one, that anybody put beside it, is malformed', async () => {
    const report = await first(changed(text).replace('</Signature>', '<Object><Manifest/></Object></Signature>'))
    expect(report.indication).toBe('INDETERMINATE')
    expect(codes(report)).toContain('manifestOpen')
  })

  it('is not left unchecked where it was moved out of the signature', async () => {
    for (const [one, element] of [
      [text, 'Manifest'],
      [inObject, 'Object'],
    ] as const) {
      const moved = new RegExp(`<${element}[ >].*</${element}>`, 's').exec(one)?.[0] ?? ''
      const away = moved.replace(`<${element}`, `<${element} xmlns="${DS}"`)
      const report = await first(changed(one).replace(moved, '').replace('<!--here-->', away))
      expect(report).toMatchObject({ intact: true, indication: 'INDETERMINATE' })
      expect(codes(report)).toContain('manifestOpen')
    }
  })
})

describe('a manifest of files beside the document', () => {
  it('is checked with the files that are given, and open without them', async () => {
    const list = `<Reference URI="a.txt"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue>${await sha256('hello')}</DigestValue></Reference>`
    const text = await signByHand(made, '<root>@</root>', [{ uri: '#m', type: `${DS}Manifest` }], [`<Manifest Id="m">${list}</Manifest>`])
    const given = async (...contents: string[]): Promise<string> => {
      const detached = contents.map((content) => ({ name: 'a.txt', content: utf8(content) }))
      return (await verify(utf8(text), { ...made.options, ...(detached.length > 0 ? { detached } : {}) })).signatures
        .map((one) => `${one.indication} ${codes(one)}`)
        .join()
    }
    expect(await given('hello')).toContain('TOTAL-PASSED')
    expect(await given('hell0')).toMatch(/^INDETERMINATE.*manifestBroken/)
    expect(await given()).toMatch(/^INDETERMINATE.*manifestOpen/)
  })
})

it('content that is given beside a signature that is over something else is not passed off as signed', async () => {
  const text = await signByHand(made, '<root><data>1</data>@</root>', [{ uri: '', transforms: xpath('not(ancestor-or-self::ds:Signature)') + EXCLUSIVE }])
  expect((await first(text)).indication).toBe('TOTAL-PASSED')
  const report = await verify(utf8(text), { ...made.options, detached: [{ name: '/home/a/contract.pdf', content: utf8('something else') }] })
  expect(report).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' })
  for (const language of ['en', 'vi'] as const) expect(await renderText(report, language)).toContain('contract.pdf')
})

describe('a state that comes back from outside', () => {
  it('writes no IDs where they are no attributes', async () => {
    const { algorithm, certificates } = made.signer.signer
    const document = utf8('<a><b/><c>100</c><d Id="d"/><e/></a>')
    const options = { algorithm, certificates, references: [{ element: '/a/b' }], addId: true, place: { element: '/a/e' } }
    const { state, request } = await prepareXml(document, options)
    const [value] = await made.signer.signer.sign([request])
    expect(await completeXml(document, state, value as Uint8Array)).toBeInstanceOf(Uint8Array)
    const own = JSON.parse(state).id as string
    for (const [at, id] of [
      ['<a><b/><c>100'.length, '9'],
      ['<a><b/><c>100'.length, 'd'],
      ['<a><b/><c>100'.length, own],
      ['<a><b/><c>1'.length, '0'],
    ] as const) {
      const changed = JSON.parse(state)
      changed.assembly.insertions.unshift({ at, replaced: 0, open: '', close: '', text: ` Id="${id}"` })
      await expect(completeXml(document, JSON.stringify(changed), value as Uint8Array)).rejects.toMatchObject({
        code: 'ERR_STATE_MISMATCH',
        data: { why: 'insertions' },
      })
    }
  })
})

describe('content', () => {
  it('is none where a filter leaves nothing but the key and the properties of the signature', async () => {
    const document = '<root><data>1</data>@</root>'
    const property =
      '<SignatureProperties><SignatureProperty Target="#S"><SigningTime>2026-06-01T08:00:00Z</SigningTime></SignatureProperty></SignatureProperties>'
    for (const [uri, filter] of [
      ['', 'ancestor-or-self::ds:KeyInfo or ancestor-or-self::ds:SignatureProperties'],
      ['#S', 'ancestor-or-self::ds:KeyInfo'],
      ['#S', 'ancestor-or-self::ds:SignatureProperties'],
      ['', 'ancestor-or-self::ds:KeyInfo'],
    ] as const) {
      const report = await first(await signByHand(made, document, [{ uri, transforms: xpath(filter) + EXCLUSIVE }], [property]))
      expect(report).toMatchObject({ intact: true, indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' })
    }
  })
})

describe('a counter-signature', () => {
  it('is none where a filter takes the value out of what it names', async () => {
    const signed = await signByHand(made, '<root><data>1</data>@<!--next--></root>', [
      { uri: '', transforms: xpath('not(ancestor-or-self::ds:Signature)') + EXCLUSIVE },
    ])
    const marked = await signByHand(
      made,
      signed.replace('<!--next-->', '@'),
      [{ uri: '#S', type: 'http://uri.etsi.org/01903#CountersignedSignature', transforms: xpath('ancestor-or-self::ds:KeyInfo') + EXCLUSIVE }],
      [],
      { id: 'C' },
    )
    const [, counter] = await judged(marked)
    expect(counter?.parent).toBeUndefined()
    expect(counter?.indication).toBe('TOTAL-FAILED')
  })
})

describe('an ID that is put in', () => {
  it('never goes to the element behind an entity that holds the one that is meant', async () => {
    const document = '<!DOCTYPE a [<!ENTITY e "<bbbb>1</bbbb>">]><a>&e;<c/></a>'
    const signing = signXml(utf8(document), { signer: made.signer.signer, signingTime: NOW, references: [{ element: '/a/bbbb' }], addId: true })
    await expect(signing).rejects.toMatchObject({ code: 'ERR_XML_REFERENCE', data: { why: 'noId' } })
  })

  it('goes to the value of a signature whatever its prefix is', async () => {
    const signed = fromUtf8(await signXml(utf8('<a/>'), { signer: made.signer.signer, signingTime: NOW })) ?? ''
    const bare = signed
      .replace(/(<ds:SignatureValue) Id="[^"]*"/, '$1')
      .replaceAll('<ds:', '<chữ:')
      .replaceAll('</ds:', '</chữ:')
      .replace('xmlns:ds=', 'xmlns:chữ=')
    const both = await signXml(utf8(bare), { signer: made.signer.signer, signingTime: NOW, counterSign: 0, addId: true })
    expect(fromUtf8(both)).toMatch(/<chữ:SignatureValue Id="[^"]+">/)
  })

  it('and unsigned properties go to the properties of the signature, not to signed content that looks like them', async () => {
    const document = '<x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#" Target="#other"><x:UnsignedProperties/></x:QualifyingProperties>'
    const options = { signer: made.signer.signer, signingTime: NOW, sources: { timestamp: made.lab.tsa.source } }
    const signed = await signXml(utf8(document), { ...options, packaging: 'enveloping', embed: 'xml', level: 'B-T' })
    expect(await first(fromUtf8(signed) ?? '')).toMatchObject({ intact: true, level: 'XAdES-BASELINE-T' })
  })
})

describe('what the prefix in a filter means', () => {
  it.each(['', 'ds', 'sig'])('is signed, also by exclusive canonicalisation and with the prefix %j for everything else', async (prefix) => {
    const signed = fromUtf8(
      await signXml(utf8('<root><a/></root>'), { signer: made.signer.signer, signingTime: NOW, canonicalization: 'exclusive', prefix }),
    ) as string
    expect(await first(signed)).toMatchObject({ intact: true })
    const rebound = signed.replace(/<ds:XPath[^>]*>/, `<ds:XPath xmlns:ds="urn:elsewhere">`)
    expect(rebound).not.toBe(signed)
    expect(await first(rebound)).toMatchObject({ intact: false })
    const named = signed.replace(/<ds:XPath[^>]*>([^<]*)<\/ds:XPath>/, `<x:XPath xmlns:x="${DS}" xmlns:ds="urn:elsewhere">$1</x:XPath>`)
    expect(await first(named)).toMatchObject({ intact: false })
  })
})
