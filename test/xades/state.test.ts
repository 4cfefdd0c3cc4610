/** Signing in two steps, with a state that comes back from outside. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { completeXml, type PrepareXmlOptions, prepareXml, signXml } from '../../src/xades/index.ts'
import { checked, DOCUMENTS, SAMPLE, utf16 } from '../support/xades.ts'
import { type LabSetting, NOW, setting } from '../verify/lab-pdf.ts'

let made: LabSetting
let other: LabIdentity
beforeAll(async () => {
  made = await setting()
  other = await made.lab.issue({ algorithm: 'P-256' })
})

const document = utf8(SAMPLE)
const prepared = (more: Partial<PrepareXmlOptions> = {}, input: Uint8Array = document): ReturnType<typeof prepareXml> =>
  prepareXml(input, { algorithm: made.signer.algorithm, certificates: made.signer.chain, signingTime: NOW, ...more })
async function valueFor(request: Awaited<ReturnType<typeof prepareXml>>['request'], identity = made.signer): Promise<Uint8Array> {
  const [value] = await identity.signer.sign([request])
  return value as Uint8Array
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.data.why === undefined ? error.code : `${error.code} ${error.data.why}`
  }
}

type State = Record<string, unknown> & {
  assembly: {
    kind: string
    insertions: { at: number; replaced: number; open: string; close: string; text: string }[]
    before: string
    after: string
    text: string
  }
}
const change = (state: string, by: (one: State) => void): string => {
  const value = JSON.parse(state) as State
  by(value)
  return JSON.stringify(value)
}
const own = (state: State): { at: number; replaced: number; open: string; text: string } =>
  state.assembly.insertions[state.assembly.insertions.length - 1] as never

describe('two steps', () => {
  it.each([
    ['enveloped', document, {}],
    ['with IDs put in', utf8('<a><b/><c/></a>'), { addId: true, references: [{ element: '/a/b' }, { element: '/a/c' }], place: { element: '/a/b' } }],
    ['UTF-16', utf16(SAMPLE.replace('UTF-8', 'UTF-16')), {}],
    ['enveloping', DOCUMENTS.BOM, { packaging: 'enveloping' }],
    ['enveloping other than XML', utf8('no XML'), { packaging: 'enveloping' }],
    ['detached', utf8('no XML'), { packaging: 'detached', fileName: 'a b.bin' }],
    ['internally detached', DOCUMENTS.CRLF, { packaging: 'internally-detached' }],
    ['plain', document, { form: 'xmldsig' }],
  ] as const)('%s', async (_, input, options) => {
    const { request, toBeSigned, state, id } = await prepared(options, input)
    expect(request.toBeSigned).toEqual(toBeSigned)
    expect(fromUtf8(toBeSigned)).toMatch(/^<ds:SignedInfo /)
    expect(state.length).toBeLessThan(15_000)
    const signed = await completeXml(new Uint8Array(input), state, await valueFor(request))
    const contents = { 'a%20b.bin': input }
    expect(await checked(signed, contents)).toEqual([{ id, intact: true }])
  })

  it('counter-signing and B-T, the source asked when completing', async () => {
    const first = await signXml(document, { signer: made.signer.signer, signingTime: NOW })
    const { request, state } = await prepared({ counterSign: 0, level: 'B-T' }, first)
    expect(await codeOf(completeXml(first, state, await valueFor(request)))).toBe('ERR_TSA_MISSING')
    const signed = await completeXml(first, state, await valueFor(request), { sources: { timestamp: made.lab.tsa.source } })
    expect((await checked(signed)).map(({ intact }) => intact)).toEqual([true, true])
    expect(fromUtf8(signed)).toContain('<xades:SignatureTimeStamp>')
  })

  it('content of references has to be handed over again', async () => {
    const annex = utf8('phụ lục')
    const { request, state } = await prepared({ references: [{ uri: '' }, { uri: 'annex.txt', content: annex }] })
    const value = await valueFor(request)
    expect(await codeOf(completeXml(document, state, value))).toBe('ERR_STATE_MISMATCH reference')
    expect(await codeOf(completeXml(document, state, value, { contents: [{ uri: 'annex.txt', content: document }] }))).toBe('ERR_STATE_MISMATCH reference')
    expect(await codeOf(completeXml(document, state, value, { contents: [{ uri: 'annex.txt', content: annex }] }))).toBe('none')
  })
})

describe('a hostile state', () => {
  it('another document, another key, another value', async () => {
    const { request, state } = await prepared()
    const value = await valueFor(request)
    expect(await codeOf(completeXml(document, state, value))).toBe('none')
    expect(await codeOf(completeXml(utf8(`${SAMPLE} `), state, value))).toBe('ERR_STATE_MISMATCH size')
    expect(await codeOf(completeXml(utf8(SAMPLE.replace('Công', 'công')), state, value))).toBe('ERR_STATE_MISMATCH sha256')
    expect(await codeOf(completeXml(document, state, await valueFor(request, other)))).toBe('ERR_SIGNATURE_MISMATCH')
    expect(await codeOf(completeXml(document, state, new Uint8Array(64)))).toBe('ERR_SIGNATURE_MISMATCH')
    expect(await codeOf(completeXml(document, state, new Uint8Array(0)))).toBe('ERR_SIGNATURE_MISMATCH')
  })

  it.each<[string, string, (state: State) => void]>([
    ['another format', 'ERR_STATE_INVALID another format or version', (state) => Object.assign(state, { format: 'pades' })],
    ['another version', 'ERR_STATE_INVALID another format or version', (state) => Object.assign(state, { version: 2 })],
    ['a level that is none', 'ERR_STATE_INVALID level', (state) => Object.assign(state, { level: 'B-LT' })],
    ['no size', 'ERR_STATE_INVALID size', (state) => Object.assign(state, { size: -1 })],
    ['no digest', 'ERR_STATE_INVALID sha256', (state) => Object.assign(state, { sha256: 'ab' })],
    ['no certificate', 'ERR_STATE_INVALID certificate', (state) => Object.assign(state, { certificate: '!' })],
    ['a damaged certificate', 'ERR_STATE_INVALID members', (state) => Object.assign(state, { certificate: 'MAA=' })],
    ['no time', 'ERR_STATE_INVALID signingTime', (state) => Object.assign(state, { signingTime: 'now' })],
    [
      'a time when the certificate was not valid',
      'ERR_SIGNER_CERTIFICATE expired',
      (state) => Object.assign(state, { signingTime: '2126-06-01T08:00:00.000Z' }),
    ],
    ['an algorithm that is none', 'ERR_STATE_INVALID members', (state) => Object.assign(state, { algorithm: 'constructor' })],
    ['another algorithm', 'ERR_STATE_MISMATCH algorithm', (state) => Object.assign(state, { algorithm: 'ECDSA-SHA384' })],
    ['no insertions', 'ERR_STATE_INVALID insertions', (state) => Object.assign(state.assembly, { insertions: [] })],
    ['an unknown assembly', 'ERR_STATE_INVALID assembly', (state) => Object.assign(state.assembly, { kind: '__proto__' })],
    ['a place outside the document', 'ERR_STATE_INVALID members', (state) => Object.assign(own(state), { at: 1_000_000 })],
    ['a place in a tag', 'ERR_STATE_INVALID members', (state) => Object.assign(own(state), { at: 60 })],
    ['something removed', 'ERR_STATE_INVALID insertions', (state) => Object.assign(own(state), { replaced: 20 })],
    ['something opened', 'ERR_STATE_INVALID insertions', (state) => Object.assign(own(state), { open: '<x>' })],
    ['another ID', 'ERR_STATE_MISMATCH signature', (state) => Object.assign(state, { id: 'other' })],
    ['markup beside the signature', 'ERR_STATE_MISMATCH', (state) => Object.assign(own(state), { text: `<x/>${own(state).text}` })],
    [
      'markup elsewhere',
      'ERR_STATE_MISMATCH',
      (state) => state.assembly.insertions.unshift({ at: own(state).at, replaced: 0, open: '', close: '', text: '<!-- x -->' }),
    ],
    ['a value', 'ERR_STATE_MISMATCH signature', (state) => Object.assign(own(state), { text: own(state).text.replace('</ds:SignatureValue>', 'AAAA$&') })],
    [
      'another digest',
      'ERR_STATE_MISMATCH reference',
      (state) => Object.assign(own(state), { text: own(state).text.replace(/DigestValue>[^<]{4}/, 'DigestValue>AAAA') }),
    ],
    ['another time', 'ERR_STATE_MISMATCH reference', (state) => Object.assign(own(state), { text: own(state).text.replace('2026-06-01', '2026-05-01') })],
    [
      'another canonicalisation',
      'ERR_SIGNATURE_MISMATCH',
      (state) => Object.assign(own(state), { text: own(state).text.replace('xml-exc-c14n#', 'xml-exc-c14n#WithComments') }),
    ],
    ['a level without its place', 'ERR_STATE_MISMATCH level', (state) => Object.assign(state, { level: 'B-T' })],
  ])('%s', async (_, code, by) => {
    const { request, state } = await prepared(code.endsWith('level') && !code.includes('INVALID') ? { form: 'xmldsig' } : {})
    const sources = { timestamp: made.lab.tsa.source }
    expect(await codeOf(completeXml(document, change(state, by), await valueFor(request), { sources }))).toMatch(code)
  })

  it('the certificate of somebody else', async () => {
    const { request, state } = await prepared()
    const theirs = await prepared({ certificates: other.chain })
    const certificate = JSON.parse(theirs.state).certificate as string
    expect(
      await codeOf(
        completeXml(
          document,
          change(state, (one) => Object.assign(one, { certificate })),
          await valueFor(request, other),
        ),
      ),
    ).toBe('ERR_STATE_MISMATCH certificate')
    const text = (own(JSON.parse(theirs.state) as State) as { text: string }).text
    const id = JSON.parse(theirs.state).id as string
    const swapped = change(state, (one) => {
      Object.assign(one, { certificate, id })
      Object.assign(own(one), { text })
    })
    // All of the other signature: then it is theirs, and only their value goes with it.
    expect(await codeOf(completeXml(document, swapped, await valueFor(request)))).toBe('ERR_SIGNATURE_MISMATCH')
    expect(await codeOf(completeXml(document, swapped, await valueFor(theirs.request, other)))).toBe('none')
  })

  it('no JSON, no object, nothing', async () => {
    for (const state of ['', '{', 'null', '[]', '1', '"x"', '{}', 'x'.repeat(17 * 1024 * 1024)])
      expect(await codeOf(completeXml(document, state, new Uint8Array(64)))).toMatch('ERR_STATE_INVALID')
  })

  it('every member left out or of another type is refused', async () => {
    const { request, state } = await prepared()
    const value = await valueFor(request)
    for (const key of Object.keys(JSON.parse(state)))
      for (const wrong of [undefined, null, 7.5, {}, []]) {
        const code = await codeOf(
          completeXml(
            document,
            change(state, (one) => Object.assign(one, { [key]: wrong })),
            value,
          ),
        )
        expect(code, `${key} ${JSON.stringify(wrong)}`).toMatch(/^ERR_STATE_/)
      }
  })

  it('flipped characters never give a file with another signature', async () => {
    const { request, state, id } = await prepared()
    const value = await valueFor(request)
    let done = 0
    for (let at = 0; at < state.length; at += 23) {
      const changed = state.slice(0, at) + String.fromCharCode(state.charCodeAt(at) ^ 1) + state.slice(at + 1)
      try {
        const file = await completeXml(document, changed, value)
        // What nothing covers may change: certificates of the chain, names, the place. What is signed holds.
        expect((await checked(file)).map(({ intact }) => intact)).toEqual([true])
        done++
      } catch (error) {
        if (!isKysoError(error)) throw error
        expect(error.code).toMatch(/^ERR_(STATE|SIGNATURE|SIGNER|CERTIFICATE)/)
      }
    }
    expect(id).toMatch(/^signature-/)
    expect(done).toBeLessThan(100)
  })
})
