/** Two real documents of the tax authority's world, and what their signatures mean. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { LEGACY_POLICY, verify } from '../../src/verify/index.ts'
import { describeVietnamXml, detectVietnamXml, explainVietnamXml, type VietnamXmlSignature } from '../../src/vietnam/index.ts'
import { xmlFormat } from '../../src/xades/read.ts'
import { describeWithCorpus } from '../support/tools.ts'

async function only(path: string): Promise<VietnamXmlSignature> {
  const document = new Uint8Array(readFileSync(path))
  const report = await verify(document, { policy: LEGACY_POLICY, formats: [xmlFormat], at: new Date('2026-11-22T00:00:00Z') })
  const { signatures, unsigned } = describeVietnamXml(document, report)
  expect(unsigned).toEqual([])
  expect(signatures).toHaveLength(1)
  return signatures[0] as VietnamXmlSignature
}

describeWithCorpus('a notice of the tax authority', 'samples-vietnam/tax-notice-vgca-g1.signed.xml', (path) => {
  it('is signed by the head of the office, its number is not', async () => {
    const signature = await only(path)
    expect(signature).toMatchObject({
      profile: 'einvoice-notice',
      role: 'taxAuthority',
      path: '/TBao/DSCKS/TTCQT/Signature',
      intact: true,
      complete: true,
      parts: [
        { name: 'notice', path: '/TBao/DLTBao', state: 'covered' },
        { name: 'noticeNumber', path: '/TBao/STBao', state: 'notCovered' },
      ],
      signingTime: { text: '2022-01-04T08:26:34', time: new Date('2022-01-04T01:26:34Z'), assumedZone: true, covered: true },
      taxCode: { result: 'notStated', certificate: [] },
    })
    expect(await explainVietnamXml(signature, 'vi')).toContain(
      'KHÔNG được ký: số và ngày thông báo (STBao). Phần này có thể đã bị sửa mà không phát hiện được; không dựa vào chữ ký này để tin phần đó.',
    )
  })

  it('has a place for no further signature', () => {
    expect(detectVietnamXml(new Uint8Array(readFileSync(path)))).toEqual([{ profile: 'einvoice-notice', unit: '/TBao', state: 'signed' }])
  })
})

describeWithCorpus('a registration whose signer forgot the namespaces around', 'samples-vietnam/tax-registration.signed.xml', (path) => {
  it('is told what it is, and believed in nothing', async () => {
    const signature = await only(path)
    expect(signature).toMatchObject({
      profile: 'tax-registration',
      role: 'taxpayer',
      path: '/DKyThueDTu/DKyThue/Signature',
      intact: false,
      complete: false,
      parts: [{ name: 'registration', path: '/DKyThueDTu/DKyThue', state: 'notCovered' }],
      signingTime: { time: new Date('2022-12-02T07:08:35Z'), assumedZone: true, covered: false },
      taxCode: { result: 'notCovered', certificate: [] },
    })
    expect(signature.messages.map(({ code }) => code)).toContain('notIntact')
  })
})
