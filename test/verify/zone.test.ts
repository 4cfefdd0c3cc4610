/** Local time of Vietnam written as UTC: recognised by the time-stamp, in all three formats. */
import { beforeAll, describe, expect, it } from 'vitest'
import { signCms } from '../../src/cades/index.ts'
import { cmsFormat } from '../../src/cades/read.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { signPdf } from '../../src/pades/index.ts'
import { pdfFormat } from '../../src/pades/read.ts'
import type { Signer } from '../../src/signers/signer.ts'
import { Lab } from '../../src/testing/index.ts'
import { explainMessage, type ReportMessage, verify } from '../../src/verify/index.ts'
import { mixesZones } from '../../src/verify/judge/zone.ts'
import { xmlFormat } from '../../src/xades/read.ts'
import { signXml } from '../../src/xades/sign.ts'
import { smallPdf } from '../support/pades.ts'
import { day, judged, signature, timestamp, wrong } from './facts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('seven hours', () => {
  const proven = new Date('2026-06-05T08:00:00Z')
  it.each([
    [7 * HOUR, 'ahead'],
    [7 * HOUR + 15 * MINUTE, 'ahead'],
    [7 * HOUR - 15 * MINUTE, 'ahead'],
    [7 * HOUR + 16 * MINUTE, null],
    [6.5 * HOUR, null],
    [0, null],
    [-7 * HOUR, 'behind'],
    [-7 * HOUR - 16 * MINUTE, null],
    [Number.NaN, null],
  ])('%d milliseconds are %s', (apart, expected) => {
    expect(mixesZones(new Date(proven.getTime() + apart), proven)).toBe(expected)
  })
})

describe('the judge', () => {
  const at = (hours: number): string => new Date(new Date(day(5)).getTime() + hours * HOUR).toISOString()
  const said = (claimed: string, stamps = [timestamp()]): (readonly [string, string])[] =>
    judged(signature({ claimedTime: claimed, timestamps: stamps }))
      .conclusion.findings.filter(({ code }) => code === 'signingTimeZone')
      .map(({ severity, data }) => [severity, String(data?.way)] as const)

  it('warns of a time ahead, and mentions one behind', () => {
    expect(said(at(7))).toEqual([['warning', 'ahead']])
    expect(said(at(-7))).toEqual([['information', 'behind']])
    expect(said(at(0))).toEqual([])
  })

  it('needs a time-stamp that is intact, and the signature’s own', () => {
    expect(said(at(7), [timestamp({ checks: [wrong('messageImprint')] })])).toEqual([])
    expect(said(at(7), [timestamp({ type: 'content' })])).toEqual([])
    expect(said(at(7), [])).toEqual([])
  })

  it('changes no verdict', () => {
    expect(judged(signature({ claimedTime: at(7), timestamps: [timestamp()] })).conclusion.indication).toBe('TOTAL-PASSED')
  })
})

describe('in a document', () => {
  let lab: Lab
  let signer: Signer
  beforeAll(async () => {
    lab = await Lab.create()
    signer = (await lab.issue({ subject: 'CN=Nguyễn Văn A,C=VN' })).signer
  })

  const formats: [
    string,
    (options: { signer: Signer; level: 'B-T'; sources: { timestamp: Lab['tsa']['source'] }; signingTime: Date }) => Promise<Uint8Array>,
  ][] = [
    ['PDF', (options) => signPdf(smallPdf('table'), options)],
    ['CMS', (options) => signCms(utf8('content'), { ...options, attached: true })],
    ['XML', (options) => signXml(utf8('<a/>'), options)],
  ]
  it.each(formats)('%s', async (_, sign) => {
    const found: [number, ReportMessage | undefined][] = []
    for (const hours of [0, 7]) {
      const signingTime = new Date(lab.now().getTime() + hours * HOUR)
      const document = await sign({ signer, level: 'B-T', sources: { timestamp: lab.tsa.source }, signingTime })
      const { signatures } = await verify(document, { formats: [pdfFormat, cmsFormat, xmlFormat] })
      found.push([hours, signatures[0]?.messages.find(({ code }) => code === 'signingTimeZone')])
    }
    expect(found).toMatchObject([
      [0, undefined],
      [7, { severity: 'warning', data: { way: 'ahead' } }],
    ])
    const message = found[1]?.[1] as ReportMessage
    expect(await explainMessage(message, 'en')).toMatch(/is 7 hours ahead of the time-stamp .* local time as if it were UTC/)
    expect(await explainMessage(message, 'vi')).toMatch(/nhanh hơn dấu thời gian .* 7 giờ: .*giờ Việt Nam như giờ UTC/)
  })
})
