/** CMS files that kyso makes, read again by kyso: every shape, every level, several signers, counter-signatures, states. */
import { beforeAll, describe, expect, it } from 'vitest'
import { completeCms, counterSignCms, type PrepareCmsOptions, prepareCms, readCms, type SignCmsOptions, signCms } from '../../src/cades/index.ts'
import { CMS_ATTRIBUTE, parseSignedData } from '../../src/cms/index.ts'
import { concat, indexOf, utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { attr, cms, int, OID, octets, oid, seq, tlv } from '../cms/builder.ts'
import { type LabSetting, NOW, setting, summary } from '../verify/lab-pdf.ts'

const document = utf8('Hợp đồng số 7: bên A giao hàng, bên B trả tiền.')
let made: LabSetting
let second: LabIdentity
beforeAll(async () => {
  made = await setting()
  second = await made.lab.issue({ algorithm: 'RSA-2048', subject: 'CN=Trần Văn B,C=VN' })
})

const options = (more: Partial<SignCmsOptions> = {}): SignCmsOptions => ({
  signer: made.signer.signer,
  signingTime: NOW,
  sources: { timestamp: made.lab.tsa.source },
  ...more,
})
const prepareOptions = (more: Partial<PrepareCmsOptions> = {}): PrepareCmsOptions => ({
  algorithm: made.signer.algorithm,
  certificates: made.signer.chain,
  signingTime: NOW,
  ...more,
})

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.data.why === undefined ? error.code : `${error.code} ${error.data.why}`
  }
}

describe('signCms', () => {
  it.each([
    [false, 'B-B'],
    [false, 'B-T'],
    [true, 'B-B'],
    [true, 'B-T'],
  ] as const)('attached %s at %s passes', async (attached, level) => {
    const file = await signCms(document, options({ attached, level }))
    expect(indexOf(file, document) >= 0).toBe(attached)
    const report = await verify(file, { ...made.options, ...(attached ? {} : { detached: [{ content: document }] }) })
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report).toMatchObject({ format: 'cms', oddities: [], documentTimestamps: [] })
    expect(report.signatures).toMatchObject([
      { id: 'signature-1', level: `CAdES-BASELINE-${level.slice(2)}`, intact: true, signingTime: NOW.toISOString(), modifications: { kind: 'none' } },
    ])
    expect(report.signatures[0]?.timestamps).toMatchObject(level === 'B-T' ? [{ type: 'signature', intact: true }] : [])
  })

  it.each(['RSA-2048', 'P-384', 'P-521', 'Ed25519'] as const)('with %s', async (algorithm) => {
    const { signer } = await made.lab.issue({ algorithm })
    const file = await signCms(document, options({ signer, level: 'B-T' }))
    expect(summary(await verify(file, { ...made.options, detached: [{ content: document }] }))).toBe('TOTAL-PASSED')
  })

  it('says what it is told to say', async () => {
    const digest = new Uint8Array(32).fill(7)
    const file = await signCms(
      memorySource(document),
      options({
        mimeType: 'text/plain; charset=utf-8',
        commitment: 'proofOfApproval',
        location: { country: 'VN', locality: 'Hà Nội', postalAddress: ['1 Tràng Tiền'] },
        policy: { id: '1.2.3.4', digestAlgorithm: 'SHA-256', digest, uri: 'http://policy.example' },
      }),
    )
    const [signature] = (await readCms(file, { detached: [{ name: 'a.txt', content: document }] })).signatures
    expect(signature?.claims).toEqual({
      mimeType: 'text/plain; charset=utf-8',
      commitment: 'proofOfApproval',
      location: '1 Tràng Tiền, Hà Nội, VN',
      policy: '1.2.3.4',
      policyUri: 'http://policy.example',
    })
    expect(signature?.scope).toEqual({ kind: 'detached', found: true, size: document.length, name: 'a.txt' })
    expect(signature?.claimedTime).toEqual(NOW)
  })

  it('refuses wrong use', async () => {
    expect(await codeOf(signCms(document, options({ signingTime: new Date(Number.NaN) })))).toBe('ERR_ARGUMENT')
    expect(await codeOf(signCms(document, options({ level: 'B-T', sources: {} })))).toBe('ERR_TSA_MISSING')
    expect(await codeOf(signCms(document, options({ location: {} })))).toBe('ERR_ARGUMENT')
    expect(await codeOf(signCms(document, options({ commitment: 'something' })))).toBe('ERR_ARGUMENT')
    expect(await codeOf(signCms(document, options({ signingTime: new Date('2060-01-01T00:00:00Z') })))).toBe('ERR_SIGNER_CERTIFICATE expired')
    expect(await codeOf(counterSignCms(document, options()))).toBe('ERR_CMS_SYNTAX')
  })
})

describe('a further signer', () => {
  it.each([true, false])('stands beside the others, which stay as they are: attached %s', async (attached) => {
    const first = await signCms(document, options({ attached, level: 'B-T' }))
    const content = attached ? {} : { content: document }
    const both = await signCms(first, options({ signer: second.signer, ...content }))
    const three = await signCms(both, options({ ...content, level: 'B-T' }))
    const before = parseSignedData(first)
    const after = parseSignedData(three)
    expect(after.signerInfos).toHaveLength(3)
    expect(after.signerInfos[0]?.bytes).toEqual(before.signerInfos[0]?.bytes)
    expect(after.signerInfos[1]?.bytes).toEqual(parseSignedData(both).signerInfos[1]?.bytes)
    // Three certificates: two signers and the issuing authority, each once.
    expect(after.certificates).toHaveLength(3)
    const report = await verify(three, { ...made.options, ...(attached ? {} : { detached: [{ content: document }] }) })
    expect(report.signatures.map(({ id, indication, level }) => [id, indication, level])).toEqual([
      ['signature-1', 'TOTAL-PASSED', 'CAdES-BASELINE-T'],
      ['signature-2', 'TOTAL-PASSED', 'CAdES-BASELINE-B'],
      ['signature-3', 'TOTAL-PASSED', 'CAdES-BASELINE-T'],
    ])
  })

  it('joins a file in BER whose content is split', async () => {
    const old = await cms(second, document, { ber: true, eContent: document })
    const both = await signCms(old, options())
    expect(parseSignedData(both).signerInfos[0]?.bytes).toEqual(parseSignedData(old).signerInfos[0]?.bytes)
    expect(summary(await verify(both, made.options))).toBe('TOTAL-PASSED')
  })

  it('needs the content that the others signed', async () => {
    const detached = await signCms(document, options())
    const attached = await signCms(document, options({ attached: true }))
    expect(await codeOf(signCms(detached, options()))).toBe('ERR_CMS_CONTENT missing')
    expect(await codeOf(signCms(detached, options({ content: utf8('another') })))).toBe('ERR_CMS_CONTENT other')
    expect(await codeOf(signCms(attached, options({ content: utf8('another') })))).toBe('ERR_CMS_CONTENT other')
    expect(await codeOf(signCms(attached, options({ content: document })))).toBe('none')
    const broken = attached.slice()
    const at = indexOf(broken, document)
    broken[at] = (broken[at] as number) ^ 1
    expect(await codeOf(signCms(broken, options()))).toBe('ERR_CMS_CONTENT other')
  })

  it('is not added where the file itself is to be signed', async () => {
    const inner = await signCms(document, options({ attached: true }))
    const outer = await signCms(inner, options({ nested: true, attached: true }))
    expect(parseSignedData(outer).content).toEqual(inner)
    expect(parseSignedData(outer).signerInfos).toHaveLength(1)
  })

  it('is not taken for what a document only looks like', async () => {
    const enveloped = seq(oid('1.2.840.113549.1.7.3'), tlv(0xa0, seq(int(0))))
    const message = utf8('MIME-Version: 1.0\r\nContent-Type: multipart/signed\r\n\r\nbody')
    const token = (await made.lab.tsa.respond(seq(int(1), seq(seq(oid(OID.sha256)), octets(new Uint8Array(32)))))).slice()
    for (const plain of [utf8('MINUTES OF THE MEETING'), utf8('MIIB'), enveloped, message, token, new Uint8Array(0)]) {
      const file = await signCms(plain, options({ attached: true }))
      expect(parseSignedData(file).content).toEqual(plain)
      expect(summary(await verify(file, made.options))).toBe('TOTAL-PASSED')
    }
  })

  it('is refused under a seal that it would break', async () => {
    const sealed = await cms(made.signer, document, { eContent: document, unsigned: [attr(CMS_ATTRIBUTE.archiveTimestampV2, octets(document))] })
    expect(await codeOf(signCms(sealed, options()))).toBe('ERR_CMS_ARCHIVED')
    expect(await codeOf(counterSignCms(sealed, options()))).toBe('ERR_CMS_ARCHIVED')
  })
})

describe('counterSignCms', () => {
  it('signs a signature, by id or by place, and changes nothing that was signed', async () => {
    const first = await signCms(document, options({ level: 'B-T' }))
    const both = await signCms(first, options({ signer: second.signer, content: document }))
    const once = await counterSignCms(both, options({ signer: second.signer, level: 'B-T' }))
    const twice = await counterSignCms(once, { ...options(), signature: 'signature-2' })
    const again = await counterSignCms(twice, { ...options(), signature: 0 })
    const [before, after] = [parseSignedData(both).signerInfos, parseSignedData(again).signerInfos]
    for (const [i, info] of before.entries()) {
      expect(after[i]?.signed?.der).toEqual(info.signed?.der)
      expect(after[i]?.signature).toEqual(info.signature)
      for (const one of info.unsigned?.attributes ?? []) expect(after[i]?.unsigned?.attributes).toContainEqual(one)
    }
    const report = await verify(again, { ...made.options, detached: [{ content: document }] })
    expect(report.signatures.map(({ id, parent, indication, level }) => [id, parent, indication, level])).toEqual([
      ['signature-1', undefined, 'TOTAL-PASSED', 'CAdES-BASELINE-T'],
      ['signature-1-C1', 'signature-1', 'TOTAL-PASSED', 'CAdES-BASELINE-T'],
      ['signature-1-C2', 'signature-1', 'TOTAL-PASSED', 'CAdES-BASELINE-B'],
      ['signature-2', undefined, 'TOTAL-PASSED', 'CAdES-BASELINE-B'],
      ['signature-2-C1', 'signature-2', 'TOTAL-PASSED', 'CAdES-BASELINE-B'],
    ])
    expect(report.signatures[1]?.timestamps).toMatchObject([{ type: 'signature', intact: true }])
    // Without the content, the counter-signature can still be held against what it is over.
    const { signatures } = await verify(again, made.options)
    expect(signatures.map(({ intact }) => intact)).toEqual([null, true, true, null, true])
  })

  it('refuses a signature that is not there', async () => {
    const file = await signCms(document, options())
    for (const signature of ['signature-2', 'signature-0', 'signature-1-C1', 'x', 1, -1, 0.5])
      expect(await codeOf(counterSignCms(file, { ...options(), signature })), String(signature)).toBe('ERR_ARGUMENT')
  })
})

describe('prepareCms and completeCms', () => {
  async function signed(
    state: string,
    toBeSigned: Uint8Array,
    input: Uint8Array = document,
    more: Parameters<typeof completeCms>[3] = {},
  ): Promise<Uint8Array> {
    return completeCms(input, state, await made.signer.key.sign(toBeSigned), more)
  }

  it.each<[string, Partial<PrepareCmsOptions>]>([
    ['detached', {}],
    ['attached', { attached: true, mimeType: 'text/plain', commitment: 'proofOfOrigin', location: { locality: 'Huế' } }],
    ['with a policy', { policy: { id: '1.2.3', digestAlgorithm: 'SHA-256', digest: new Uint8Array(32) } }],
  ])('make what signCms makes: %s', async (_, more) => {
    const prepared = await prepareCms(document, prepareOptions(more))
    expect(prepared.toBeSigned).toEqual(prepared.request.toBeSigned)
    expect(prepared.state.length).toBeLessThan(5000)
    const file = await signed(prepared.state, prepared.toBeSigned)
    expect(summary(await verify(file, { ...made.options, detached: [{ content: document }] }))).toBe('TOTAL-PASSED')
  })

  it('adds signers and counter-signatures from a state', async () => {
    const first = await signCms(document, options({ signer: second.signer }))
    const parallel = await prepareCms(first, prepareOptions({ content: document }))
    const both = await signed(parallel.state, parallel.toBeSigned, first, { content: document })
    const counter = await prepareCms(both, prepareOptions({ counterSign: 'signature-1', level: 'B-T' }))
    const all = await signed(counter.state, counter.toBeSigned, both, { sources: { timestamp: made.lab.tsa.source } })
    const report = await verify(all, { ...made.options, detached: [{ content: document }] })
    expect(report.signatures.map(({ id, indication }) => [id, indication])).toEqual([
      ['signature-1', 'TOTAL-PASSED'],
      ['signature-1-C1', 'TOTAL-PASSED'],
      ['signature-2', 'TOTAL-PASSED'],
    ])
    expect(await codeOf(signed(parallel.state, parallel.toBeSigned, first))).toBe('ERR_CMS_CONTENT missing')
    expect(await codeOf(signed(parallel.state, parallel.toBeSigned, first, { content: utf8('another') }))).toBe('ERR_CMS_CONTENT other')
  })

  it('refuses another document, another value and another key', async () => {
    const { state, toBeSigned } = await prepareCms(document, prepareOptions())
    const changed = document.slice()
    changed[3] = (changed[3] as number) ^ 1
    expect(await codeOf(signed(state, toBeSigned, changed))).toBe('ERR_STATE_MISMATCH sha256')
    expect(await codeOf(signed(state, toBeSigned, concat([document, document])))).toBe('ERR_STATE_MISMATCH size')
    expect(await codeOf(signed(state, concat([toBeSigned, toBeSigned])))).toBe('ERR_SIGNATURE_MISMATCH')
    expect(await codeOf(completeCms(document, state, await second.key.sign(toBeSigned)))).toBe('ERR_SIGNATURE_MISMATCH')
    expect(await codeOf(completeCms(document, state, new Uint8Array(0)))).toBe('ERR_SIGNATURE_MISMATCH')
  })

  it('takes no member of a state on trust', async () => {
    const { state, toBeSigned } = await prepareCms(document, prepareOptions({ commitment: 'proofOfOrigin', mimeType: 'text/plain' }))
    const parsed = JSON.parse(state) as Record<string, unknown>
    const other = second.chain.map((one) => Buffer.from(one).toString('base64'))
    const changes: Record<string, readonly unknown[]> = {
      format: ['pades', null],
      version: [2],
      kind: ['parallel', 'counter', 'x', null],
      document: [null, { size: -1, sha256: '00' }, { size: document.length, sha256: '00'.repeat(32) }],
      content: [{ size: 1, sha256: '00'.repeat(32) }, 'x'],
      algorithm: ['ECDSA-SHA384', 'x', 7, '__proto__'],
      level: ['B-T', 'x', null],
      certificates: [[], other, ['AAAA'], ['*'], 'x', [7]],
      signingTime: ['2026-06-01T09:00:00.000Z', 'x', 7, '2026-06-01'],
      mimeType: ['application/pdf', 7],
      commitment: ['proofOfApproval', '1.2', 'x', 7],
      location: [{ locality: 'x' }, [], 'x', { postalAddress: 7 }],
      policy: [{}, { id: '1.2', digestAlgorithm: 'SHA-256', digest: 'AAAA' }, { id: '1.2', digestAlgorithm: 'toString', digest: 'AAAA' }],
    }
    for (const [member, values] of Object.entries(changes)) {
      for (const value of values) {
        const code = await codeOf(signed(JSON.stringify({ ...parsed, [member]: value }), toBeSigned))
        expect(code, `${member}: ${JSON.stringify(value)}`).toMatch(/^ERR_/)
      }
    }
    for (const text of ['', '{', 'null', '[]', '7', '{}']) expect(await codeOf(signed(text, toBeSigned))).toMatch(/^ERR_STATE_INVALID/)
    // Where the content goes is not signed: said otherwise, it is what was signed all the same.
    const attached = await signed(JSON.stringify({ ...parsed, attached: true }), toBeSigned)
    expect(parseSignedData(attached).content).toEqual(document)
  })

  it('copes with a state cut off or changed anywhere', async () => {
    const { state, toBeSigned } = await prepareCms(document, prepareOptions())
    const value = await made.signer.key.sign(toBeSigned)
    const right = await completeCms(document, state, value)
    for (let i = 0; i < state.length; i += 7) {
      const changed = `${state.slice(0, i)}${state[i] === '1' ? '2' : '1'}${state.slice(i + 1)}`
      try {
        // What is carried beside the signer's certificate is not signed.
        const file = await completeCms(document, changed, value)
        expect(parseSignedData(file).signerInfos[0]?.signed?.der).toEqual(parseSignedData(right).signerInfos[0]?.signed?.der)
      } catch (error) {
        if (!isKysoError(error)) throw error
      }
      expect(await codeOf(completeCms(document, state.slice(0, i), value))).toMatch(/^ERR_STATE_INVALID/)
    }
  })
})
