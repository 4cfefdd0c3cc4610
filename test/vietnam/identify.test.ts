import { beforeAll, describe, expect, it } from 'vitest'
import { signPdf } from '../../src/pades/index.ts'
import { trustAnchors } from '../../src/sources/index.ts'
import { Lab } from '../../src/testing/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { reportToJson } from '../../src/verify/report/json.ts'
import { renderText } from '../../src/verify/report/text.ts'
import { identifyVietnam } from '../../src/vietnam/index.ts'
import { simplePdf } from '../pdf/sample.ts'

let report: Report
let plain: Report
beforeAll(async () => {
  const lab = await Lab.create()
  const uid = ['MST:0100109106-001', 'MST:0202019860', 'CCCD:025199009534', 'MNS:1057834', 'BHXH:0123456789', 'PID:\u202ex']
  const subject: Record<string, string>[] = [{ C: 'VN' }, { O: 'Công ty Thử nghiệm' }, { CN: 'Giám đốc Nguyễn Văn A' }]
  for (const value of uid) subject.push({ '0.9.2342.19200300.100.1.1': value })
  const { signer } = await lab.issue({ subject })
  const signed = await signPdf(simplePdf(), { signer })
  const trust = trustAnchors(lab.ca.certificate)
  report = await verify(signed, { trust, identify: identifyVietnam })
  plain = await verify(signed, { trust })
})

describe('identifyVietnam', () => {
  it('puts who signed into the report, beside what the certificate says', async () => {
    const signer = {
      commonName: 'Giám đốc Nguyễn Văn A',
      organisation: 'Công ty Thử nghiệm',
      taxCode: '0100109106-001',
      citizenId: '025199009534',
      budgetCode: '1057834',
      insuranceCode: '0123456789',
      title: 'Giám đốc',
      personName: 'Nguyễn Văn A',
    }
    expect(report.signatures[0]?.signer).toMatchObject(signer)
    expect(report.signatures[0]?.signer?.identifiers).toContainEqual({ kind: 'taxCode', value: '0202019860' })
    expect((await reportToJson(report, 'vi', 'a.pdf')).signatures[0]?.signer).toMatchObject(signer)
    expect(plain.signatures[0]?.signer).not.toHaveProperty('taxCode')
  })

  it('is shown with labels in either language, made safe', async () => {
    const flat = (text: string): string => text.replace(/\s+/g, ' ')
    const english = flat(await renderText(report, 'en'))
    expect(english).toContain(
      'Position Giám đốc Identifiers tax code (MST): 0100109106-001 tax code (MST): 0202019860 citizen identity number (CCCD): 025199009534',
    )
    expect(english).toContain('PID:<U+202E>x')
    const vietnamese = flat(await renderText(report, 'vi'))
    expect(vietnamese).toContain('Chức vụ Giám đốc Mã định danh mã số thuế: 0100109106-001')
    expect(vietnamese).toContain('mã số bảo hiểm xã hội: 0123456789')
    expect(flat(await renderText(plain, 'en'))).toContain('Identifiers MST:0100109106-001, MST:0202019860')
  })

  it('calls an issuing CA that is trusted itself what it is', async () => {
    expect(await renderText(report, 'en')).toContain('ends at the key of the issuing CA Lab ca, which you trust')
    expect(await renderText(report, 'vi')).toContain('kết thúc tại khóa của CA cấp chứng thư số Lab ca,')
  })

  it('cannot say otherwise than the certificate does', async () => {
    const lab = await Lab.create()
    const signed = await signPdf(simplePdf(), { signer: (await lab.issue()).signer })
    const lie = { taxCode: '1', subject: 'CN=Somebody else', fingerprint: '00' }
    const { signatures } = await verify(signed, { identify: () => lie })
    expect(signatures[0]?.signer).toMatchObject({
      taxCode: '1',
      subject: expect.not.stringContaining('Somebody'),
      fingerprint: expect.stringMatching(/^.{64}$/),
    })
  })

  it('gives nothing where there is nothing to read', () => {
    expect(identifyVietnam({ uid: [] })).toEqual({ identifiers: [] })
  })
})
