/** What the text of a report says of what signatures cover, and of what a caller adds. */
import { beforeAll, describe, expect, it } from 'vitest'
import { counterSignCms, signCms } from '../../src/cades/index.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import type { Signer } from '../../src/signers/signer.ts'
import { Lab } from '../../src/testing/index.ts'
import { type RenderOptions, renderText, type VerifyOptions, verify } from '../../src/verify/index.ts'
import { signXml } from '../../src/xades/index.ts'
import { simplePdf } from '../pdf/sample.ts'

let signer: Signer
const content = utf8('some content')
const xml = utf8('<order><data Id="d"><total>10</total></data><note>by hand</note></order>')

beforeAll(async () => {
  signer = (await (await Lab.create()).issue()).signer
})

/** The rows of a report, label and lines, in one line each. */
async function rows(document: Uint8Array, options: VerifyOptions = {}, render: RenderOptions = {}): Promise<string> {
  return (await renderText(await verify(document, options), 'en', render)).replace(/\s+/g, ' ')
}

const changed = (document: Uint8Array, text: string, other: string): Uint8Array => utf8(new TextDecoder().decode(document).replace(text, other))

describe('a CMS', () => {
  it('says where its content is and how large', async () => {
    const detached = await signCms(content, { signer })
    expect(await rows(detached)).toContain('Covers content that is not at hand')
    expect(await rows(detached, { detached: [{ content }] })).toContain('Covers the file beside the signature: 12 bytes')
    expect(await rows(detached, { detached: [{ name: 'a\u202e.txt', content }] })).toContain('Covers the file a<U+202E>.txt beside the signature')
    expect(await rows(await signCms(content, { signer, attached: true }))).toContain('Covers the content in the file: 12 bytes')
    const report = await verify(await counterSignCms(detached, { signer }), { detached: [{ content }] })
    expect(report.signatures.map(({ coverage }) => [coverage.content?.size, coverage.signature])).toEqual([
      [12, undefined],
      [undefined, 'signature-1'],
    ])
  })

  it('covers nothing where it does not hold', async () => {
    const text = await rows(await signCms(content, { signer }), { detached: [{ content: utf8('other content') }] })
    expect(text).toContain('NOT INTACT')
    expect(text).not.toContain('Covers')
  })

  it('is one, though the content is a PDF, unless something stands behind it', async () => {
    const attached = await signCms(simplePdf(), { signer, attached: true })
    expect(await verify(attached)).toMatchObject({ format: 'cms', signatures: [{ intact: true }] })
    expect((await verify(concat([attached, simplePdf()]))).format).toBe('pdf')
  })
})

describe('an XML document', () => {
  it('is named whole or by the elements that are covered', async () => {
    expect(await rows(await signXml(xml, { signer }))).toContain('Covers the whole document')
    const part = await signXml(xml, { signer, references: [{ element: '/order/data' }] })
    expect(await rows(part)).toContain('Covers /order/data')
    expect(await rows(await signXml(xml, { signer, packaging: 'enveloping', embed: 'base64' }))).toMatch(/Covers what is embedded in the element #object-/)
    const beside = await signXml(xml, { signer, packaging: 'detached', fileName: 'order.xml' })
    expect(await rows(beside, { detached: [{ content: xml }] })).toContain('Covers content outside the file: order.xml')
    expect(await rows(beside)).not.toContain('Covers')
    expect(await rows(changed(part, '>10<', '>90<'))).not.toContain('Covers')
  })

  it('that was laid out anew is not intact as it stands, and nobody altered its words', async () => {
    const text = await rows(changed(await signXml(xml, { signer, references: [{ element: '/order/data' }] }), '<total>', '\n  <total>'))
    expect(text).toContain('Content NOT INTACT as the signature declares it')
    expect(text).toContain('was laid out anew')
  })

  it('has a time that its signature states without a zone, told as it stands', async () => {
    const signatureProperties = [{ namespace: '', offset: 420, zone: false }]
    const signed = await signXml(xml, { signer, form: 'xmldsig', signatureProperties, signingTime: new Date('2026-06-01T18:30:00Z') })
    expect(await rows(signed)).toContain('Time the signature states “2026-06-02T01:30:00”, without a time zone; not proven')
    const unsigned = [{ namespace: '', offset: 420, zone: false, signed: false }]
    const open = await signXml(xml, { signer, form: 'xmldsig', signatureProperties: unsigned, signingTime: new Date('2026-06-01T18:30:00Z') })
    expect(await rows(open)).toContain('stands beside the signature but is not signed')
  })
})

describe('what a caller adds', () => {
  it('stands with the file and with the signature it is about', async () => {
    const remarks = { file: [{ label: 'Kept in', lines: ['archive 7'] }], signatures: new Map([['signature-1', [{ label: 'Seen by', lines: ['a', 'b'] }]]]) }
    const text = await renderText(await verify(await signXml(xml, { signer })), 'en', { file: 'order.xml', remarks })
    expect(text).toMatch(/^File +order\.xml\nKept in +archive 7\nResult /)
    expect(text).toMatch(/\n {2}Covers +the whole document\n {2}Seen by +a\n +b\n {2}Trust /)
  })
})
