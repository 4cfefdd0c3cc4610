import { beforeAll, describe, expect, it } from 'vitest'
import { signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { type Report, type ReportMessage, type SignatureReport, type VerifyOptions, verify } from '../../src/verify/index.ts'
import { reportToJson } from '../../src/verify/report/json.ts'
import { renderText } from '../../src/verify/report/text.ts'
import { explainMessage, layOut } from '../../src/verify/report/words.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { simplePdf } from '../pdf/sample.ts'

const NOW = new Date('2026-06-01T18:30:00Z')
const HOSTILE = 'Trần\u001b[31m\u202eVăn\u200b A'

let lab: Lab
let honest: LabIdentity
let complete: VerifyOptions
const trust = (): VerifyOptions => ({ trust: lab.anchors.map((one) => trustAnchor(one)), at: NOW })

beforeAll(async () => {
  lab = await Lab.create({ now: NOW })
  honest = await lab.issue({ subject: [{ C: 'VN' }, { O: 'Sở Thử Nghiệm' }, { CN: 'Nguyễn Thị Thử' }, { UID: 'MST:0100109106' }] })
  complete = { ...trust(), crls: [await lab.crl(lab.ca), await lab.crl(lab.root)] }
})

const sign = (document: Uint8Array, who = honest, reason = 'Phê duyệt'): Promise<Uint8Array> =>
  signPdf(document, { signer: who.signer, level: 'B-T', sources: { timestamp: lab.tsa.source }, signingTime: new Date('2026-06-01T18:29:00Z'), reason })

describe('the report as text', () => {
  it('begins with the file and the verdict, then tells of each signature', async () => {
    const signed = await sign(await sign(simplePdf()), honest, 'Phát hành')
    const text = await renderText(await verify(signed, complete), 'en', { file: 'contract.pdf' })
    expect(text.split('\n').slice(0, 4)).toEqual([
      'File          contract.pdf',
      'Result        VALID (TOTAL-PASSED)',
      '              All 2 signatures are valid.',
      'Judged        at 2026-06-01 18:30:00 +00:00, policy “baseline”',
    ])
    for (const line of [
      'Signature 1 of 2',
      '  Signed by     Nguyễn Thị Thử',
      '  Organisation  Sở Thử Nghiệm',
      '  Identifiers   MST:0100109106',
      '  Time          2026-06-01 18:30:00 +00:00, proven by a time-stamp of Lab TSA',
      '                stated by the signer: 2026-06-01 18:29:00 +00:00',
      '  Content       intact: what was signed is unchanged',
      '                • a further signature (“Signature2”)',
      '  Afterwards    nothing was added to the file after this signature',
      '  Trust         leads to a root that you trust: Lab root',
      '  Level         PAdES-BASELINE-T',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).not.toContain('To do')
  })

  it('shows Vietnamese readers Vietnamese time, with its offset', async () => {
    const text = await renderText(await verify(await sign(simplePdf()), complete), 'vi', { file: 'hợp đồng.pdf' })
    expect(text).toContain('Kết quả           HỢP LỆ (TOTAL-PASSED)\n                  Chữ ký hợp lệ.')
    expect(text).toContain('Thời điểm ký      02/06/2026 01:30:00 +07:00, được chứng minh bằng dấu thời gian của Lab TSA')
    expect(text).toContain('không bị thu hồi')
    expect(text).not.toMatch(/undefined|null/)
  })

  it('says what is missing and what to do', async () => {
    const signed = await sign(simplePdf())
    const report = await verify(signed, trust())
    const english = (await renderText(report, 'en')).replace(/\s+/g, ' ')
    expect(english).toContain('Result UNDECIDED (INDETERMINATE, TRY_LATER): information about revocation is missing')
    expect(english).toContain('To do • It is not known whether the certificate of Nguyễn Thị Thử was revoked. Get the revocation list (CRL)')
    const untrusted = (await renderText(await verify(signed, { at: NOW }), 'vi')).replace(/\s+/g, ' ')
    expect(untrusted).toContain('KHÔNG dẫn tới chứng thư số gốc nào được tin cậy')
    expect(untrusted).toContain('chỉ định qua --trust')
  })

  it('calls a changed document changed', async () => {
    const signed = await sign(simplePdf())
    signed[20] = (signed[20] as number) ^ 1
    const text = await renderText(await verify(signed, complete), 'en')
    expect(text).toMatch(/^Result {2,}INVALID \(TOTAL-FAILED|^Result {2,}UNREADABLE/m)
  })

  it('says why a file cannot be read', async () => {
    const report = await verify(new TextEncoder().encode('%PDF-1.7\nnothing'), complete)
    const text = await renderText(report, 'vi', { file: 'a.pdf' })
    expect(text).toContain('KHÔNG ĐỌC ĐƯỢC')
    expect(text.replace(/\s+/g, ' ')).toContain('chi tiết kỹ thuật: ERR_PDF_XREF')
  })

  it('says that there is no signature, and does not call it valid', async () => {
    const text = await renderText(await verify(simplePdf(), complete), 'en')
    expect(text).toContain('UNDECIDED')
    expect(text).toContain('The document carries no signature.')
  })

  it('lets nothing out of the document that a terminal would obey', async () => {
    const mallory = await lab.issue({ subject: [{ C: 'VN' }, { O: HOSTILE }, { CN: HOSTILE }, { UID: HOSTILE }] })
    const signed = await signPdf(simplePdf(), { signer: mallory.signer, reason: HOSTILE, location: HOSTILE, field: HOSTILE, signingTime: NOW })
    for (const options of [complete, { at: NOW }, trust()]) {
      const report = await verify(signed, options)
      for (const language of ['en', 'vi'] as const) {
        const text = await renderText(report, language, { file: `${HOSTILE}.pdf` })
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/)
        expect(text).toContain('<U+202E>')
        for (const { messages } of (await reportToJson(report, language, 'x')).signatures) {
          for (const message of messages) expect(message.text).not.toMatch(/[\u0000-\u001f\u200b\u202e]/)
        }
      }
    }
  })

  it('keeps to the width it is given', async () => {
    const report = await verify(await sign(simplePdf()), trust())
    for (const line of (await renderText(report, 'vi', { width: 72 })).split('\n')) expect(line.length).toBeLessThanOrEqual(72)
  })

  it('lists kinds of later changes once, with how often they occur', async () => {
    const report = await verify(await sign(simplePdf()), complete)
    const [first] = report.signatures
    if (!first) throw new Error('a signature was expected')
    const changes = [
      ...Array.from({ length: 3 }, () => ({ code: 'pageChanged', revision: 1, detail: 'object 3\u001b' })),
      { code: 'signatureAdded', revision: 2, detail: 'field x' },
    ]
    const changed: Report = { ...report, signatures: [{ ...first, modifications: { kind: 'unexplained', changes } }] }
    const text = await renderText(changed, 'en')
    expect(text).toContain('• the content or look of a page was changed (3 times)\n')
    expect(text).toContain('• a further signature\n')
    // In technical words at the end, and once.
    expect(text.match(/pageChanged/g)).toHaveLength(1)
    expect(text).toMatch(/Technical +• pageChanged: object 3<U\+001B>\n$/)
  })
})

describe('what was asked of servers', () => {
  const at = '2026-06-01T08:00:00.000Z'
  const asked: SignatureReport['asked'] = [
    { kind: 'ocsp', url: 'http://ocsp.example', outcome: 'failed', reason: 'timeout', detail: '20 s', at },
    { kind: 'ocsp', url: 'http://ocsp.example', outcome: 'failed', reason: 'timeout', detail: '20 s', at: '2026-06-01T08:00:01.000Z' },
    { kind: 'crl', url: 'http://crl.example/\u202eevil\u001b[2J', outcome: 'refused', reason: 'privateAddress', at },
    { kind: 'certificate', url: `http://${'a'.repeat(500)}`, outcome: 'failed', reason: 'status', status: 503, detail: 'Service\u001b', at },
    { kind: 'ocsp', url: 'http://b.example', outcome: 'answered', nonce: 'absent', status: 200, at },
    { kind: 'crl', url: 'http://c.example', outcome: 'cached', at },
    { kind: 'crl', url: 'http://d.example', outcome: 'failed', reason: 'ofTomorrow', at },
  ]

  it('stands in the text, each question once, addresses made safe to show', async () => {
    const report = await verify(await sign(simplePdf()), complete)
    const [first] = report.signatures
    if (!first) throw new Error('no signature')
    const told: Report = { ...report, signatures: [{ ...first, asked, timestamps: first.timestamps.map((one) => ({ ...one, asked: asked.slice(0, 1) })) }] }
    const english = await renderText(told, 'en', { width: 1000 })
    expect(english.match(/http:\/\/ocsp\.example/g)).toHaveLength(1)
    expect(english).toContain('OCSP response http://ocsp.example: no answer of use (timeout): 20 s\n')
    expect(english).toContain('CRL http://crl.example/<U+202E>evil<U+001B>[2J: not asked (an address in a private network)\n')
    expect(english).toContain(`http://${'a'.repeat(113)}…: no answer of use (it answered with an error): 503\n`)
    expect(english).toContain('http://b.example: answered (not bound to this question: no nonce)\n')
    expect(english).toContain('http://c.example: had from the cache\n')
    expect(english).toContain('http://d.example: no answer of use (ofTomorrow)\n')
    const vietnamese = await renderText(told, 'vi', { width: 1000 })
    expect(vietnamese).toContain('http://ocsp.example: không có câu trả lời dùng được (hết thời gian chờ): 20 s\n')
    const many: Report = {
      ...report,
      signatures: [{ ...first, asked: Array.from({ length: 25 }, (_, i) => ({ kind: 'crl', url: `http://${i}.example`, outcome: 'answered', at })) }],
    }
    expect(await renderText(many, 'en')).toContain('… and 15 more')
    expect(await renderText(report, 'en')).not.toContain('Asked')
  })

  it('stands in JSON as data', async () => {
    const report = await verify(await sign(simplePdf()), complete)
    const [first] = report.signatures
    if (!first) throw new Error('no signature')
    const { signatures } = await reportToJson({ ...report, signatures: [{ ...first, asked }] }, 'en', 'a.pdf')
    expect(signatures[0]?.asked).toEqual(asked)
    expect(signatures[0]?.timestamps[0]?.asked).toEqual([])
  })
})

describe('the report as JSON', () => {
  it('has the members that the command promises', async () => {
    const report = await verify(await sign(simplePdf()), complete)
    const json = await reportToJson(report, 'vi', 'a.pdf')
    expect(Object.keys(json)).toEqual(expect.arrayContaining(['file', 'format', 'indication', 'signatures', 'documentTimestamps']))
    const [signature] = json.signatures
    const members = [
      'id',
      'indication',
      'level',
      'intact',
      'signer',
      'signingTime',
      'bestSignatureTime',
      'coverage',
      'modifications',
      'timestamps',
      'chain',
      'revocation',
      'messages',
    ]
    expect(Object.keys(signature ?? {})).toEqual(expect.arrayContaining(members))
    expect(signature?.timestamps).toEqual([expect.objectContaining({ type: 'signature', time: '2026-06-01T18:30:00.000Z', intact: true })])
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  })

  it('gives every message its text', async () => {
    const report = await verify(await sign(simplePdf()), trust())
    const { signatures, subIndication } = await reportToJson(report, 'en', 'a.pdf')
    expect(subIndication).toBe('TRY_LATER')
    const texts = signatures.flatMap(({ messages, timestamps }) => [...messages, ...timestamps.flatMap((one) => one.messages)])
    expect(texts.length).toBeGreaterThan(2)
    for (const { code, text } of texts) expect([code, text]).toEqual([code, expect.stringMatching(/^[A-Z].{20,}\.$/)])
  })

  it('carries the error of a file that cannot be read', async () => {
    const json = await reportToJson(await verify(new Uint8Array(10)), 'en', 'x')
    expect(json).toMatchObject({
      format: null,
      indication: 'INDETERMINATE',
      error: { code: 'ERR_FORMAT_UNKNOWN', text: expect.stringContaining('PDF') },
      signatures: [],
    })
  })
})

describe('explainMessage', () => {
  it('speaks of a revocation that came after the signature as of one that does no harm', async () => {
    const message: ReportMessage = { code: 'revoked', severity: 'error', data: { subject: 'CN=An', time: '2026-01-01T00:00:00Z', reason: 'keyCompromise' } }
    expect(await explainMessage(message, 'en')).toContain('Do not rely on it')
    expect(await explainMessage({ ...message, severity: 'warning' }, 'en')).toContain('not affected')
    expect(await explainMessage({ ...message, severity: 'warning' }, 'vi')).toContain('khóa bí mật bị lộ')
  })
})

describe('layOut', () => {
  it('breaks at spaces, indents what follows, and leaves long words whole', () => {
    const text = layOut([{ heading: 'H', rows: [{ label: 'ab', lines: ['• one two three four five six seven eight', 'x'.repeat(50)] }] }], 36)
    expect(text).toBe(`H\n  ab  • one two three four five six\n        seven eight\n      ${'x'.repeat(50)}\n`)
  })
})
