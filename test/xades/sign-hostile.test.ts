/** Documents and states that somebody else made: signing them ends in a signature that holds or in a `KysoError`, never in anything else. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { completeXml, prepareXml, type SignXmlOptions, signXml } from '../../src/xades/index.ts'
import { checked, SAMPLE } from '../support/xades.ts'
import { type LabSetting, NOW, setting } from '../verify/lab-pdf.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

async function outcome(work: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await work
  } catch (error) {
    if (!isKysoError(error)) throw error
    return undefined
  }
}

const sign = (document: Uint8Array, more: Partial<SignXmlOptions>): Promise<Uint8Array | undefined> =>
  outcome(signXml(document, { signer: made.signer.signer, signingTime: NOW, fileName: 'document', keyInfo: { certificates: 'signer' }, ...more }))

describe('hostile documents', () => {
  const D = 'xmlns="http://www.w3.org/2000/09/xmldsig#"'
  const pieces = [
    '<a>',
    '</a>',
    '<b Id="x"/>',
    '<b id="x">',
    '</b>',
    '<!DOCTYPE a [<!ATTLIST b k ID "x"><!ENTITY e "<b/>">]>',
    '&e;',
    '<?xml version="1.0"?>',
    `<Signature ${D}/>`,
    `<Signature ${D} Id="x"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`,
    '<SignedDocument><Content Id="x">',
    '</Content></SignedDocument>',
    '<x xmlns:ds="urn:other" xmlns:xades="urn:another" xmlns="relative">',
    '</x>',
    '<!-- c -->',
    'text',
    '\u0000',
    '\ufeff',
    '<a/>',
  ]
  const document = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''))
  const packaging = fc.constantFrom('enveloped', 'enveloping', 'detached', 'internally-detached')

  it('put together from pieces', async () => {
    let signed = 0
    await fc.assert(
      fc.asyncProperty(document, packaging, fc.constantFrom('inclusive', 'exclusive'), fc.boolean(), async (text, how, canonicalization, byId) => {
        const references = byId && how !== 'enveloping' && how !== 'detached' ? { references: [{ element: 'x' }] } : {}
        const bytes = utf8(text)
        const file = await sign(bytes, { packaging: how as 'detached', canonicalization: canonicalization as 'inclusive', ...references })
        if (!file) return
        signed++
        const results = await checked(file, { document: bytes }).catch((error: unknown) => {
          if (!isKysoError(error, 'ERR_XMLDSIG_SYNTAX')) throw error
          // A signature that was there and is none.
          return [{ intact: true }]
        })
        expect(results.some(({ intact }) => intact)).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(signed).toBeGreaterThan(50)
  })

  it('changed in some places, with signatures in them', async () => {
    const file = (await sign(utf8(SAMPLE), {})) as Uint8Array
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), packaging, async (changes, how) => {
        const changed = file.slice()
        for (const [at, value] of changes) changed[at] = value
        const counter = await sign(changed, { counterSign: 0 })
        const again = await sign(changed, { packaging: how as 'detached' })
        for (const one of [counter, again]) if (one) expect(one.length).toBeGreaterThan(500)
      }),
      { numRuns: 60 },
    )
  })

  it('strange options', async () => {
    const strange = fc.constantFrom(
      '',
      '/',
      '//',
      '#',
      '#x',
      'x',
      '/a[0]',
      '/a[99999999999]',
      '//*',
      '//@*',
      '1+1',
      "id('x')",
      '/a/text()',
      '(',
      '\u0000',
      'here()',
      '/a:b',
    )
    await fc.assert(
      fc.asyncProperty(strange, strange, async (element, place) => {
        await sign(utf8('<a y="1">t<b Id="x"/></a>'), { references: [{ element }], place: { element: place } })
        await sign(utf8('<a y="1">t<b Id="x"/></a>'), { references: [{ uri: element, transforms: [{ xpath: place }] }] })
        await sign(utf8('<a/>'), { signatureId: element, fileName: place, packaging: 'detached' })
      }),
      { numRuns: 150 },
    )
  })
})

describe('hostile states', () => {
  it('changed members', async () => {
    const document = utf8(SAMPLE)
    const { request, state } = await prepareXml(document, { algorithm: made.signer.algorithm, certificates: made.signer.chain, signingTime: NOW })
    const [value = new Uint8Array(0)] = await made.signer.signer.sign([request])
    const parsed = JSON.parse(state) as Record<string, unknown>
    const member = fc.constantFrom(...Object.keys(parsed), 'at', 'text', 'open', 'close', 'replaced', 'kind', 'before', 'after', 'embed')
    await fc.assert(
      fc.asyncProperty(member, fc.jsonValue(), async (key, other) => {
        const inner = new Set(['at', 'text', 'open', 'close', 'replaced', 'kind', 'before', 'after', 'embed'])
        const assembly = parsed.assembly as { insertions: Record<string, unknown>[] }
        const changed = inner.has(key)
          ? { ...parsed, assembly: { ...assembly, [key]: other, insertions: assembly.insertions.map((one) => ({ ...one, [key]: other })) } }
          : { ...parsed, [key]: other }
        const file = await outcome(completeXml(document, JSON.stringify(changed), value))
        if (file) expect((await checked(file)).map(({ intact }) => intact)).toEqual([true])
      }),
      { numRuns: 200 },
    )
  })
})
