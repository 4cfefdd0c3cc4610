import { beforeAll, describe, expect, it } from 'vitest'
import { Lab } from '../../src/testing/index.ts'
import { matchesTaxCode, normaliseTaxCode, VIETNAM_HOSTS, vietnamAddress, vietnameseIdentity } from '../../src/vietnam/index.ts'
import { vietnamServices, vietnamTrust } from '../../src/vietnam/trust.ts'
import { parseCertificate } from '../../src/x509/index.ts'

let lab: Lab
beforeAll(async () => {
  lab = await Lab.create()
})

describe('vietnameseIdentity', () => {
  it('reads every kind, also twice, out of a certificate', async () => {
    const uid = ['MST:0100686209-199', 'CCCD:025199009534', 'CMND:012345678', 'HC:C1234567', 'MNS:1057834', 'BHXH:0123456789', 'PID:x', 'MST:0202019860']
    const subject: Record<string, string>[] = [{ C: 'VN' }, { O: 'Công ty Thử nghiệm' }, { OU: 'Phòng Kế toán' }, { CN: 'Nguyễn Văn A' }]
    for (const value of uid) subject.push({ '0.9.2342.19200300.100.1.1': value })
    const { certificate } = await lab.issue({ subject })
    expect(vietnameseIdentity(parseCertificate(certificate))).toEqual({
      taxCodes: ['0100686209-199', '0202019860'],
      citizenIds: ['025199009534'],
      identityCards: ['012345678'],
      passports: ['C1234567'],
      budgetCodes: ['1057834'],
      socialInsuranceCodes: ['0123456789'],
      others: [{ prefix: 'PID', value: 'x' }],
      personName: 'Nguyễn Văn A',
      organisation: 'Công ty Thử nghiệm',
      unit: 'Phòng Kế toán',
    })
  })

  it('reads the tax code that stands where the organisation belongs', () => {
    const identity = vietnameseIdentity({ uid: [], commonName: 'CÔNG TY TNHH A', organisation: 'MST:0100231226' })
    expect(identity.taxCodes).toEqual(['0100231226'])
    expect(identity).not.toHaveProperty('organisation')
    expect(identity).not.toHaveProperty('personName')
  })

  it.each([
    ['Phó Chi cục Trưởng Phạm Thanh Hải', 'Phó Chi cục Trưởng', 'Phạm Thanh Hải'],
    ['GIÁM ĐỐC NGUYỄN VĂN A (M)', 'GIÁM ĐỐC', 'NGUYỄN VĂN A'],
    ['Phó Tổng Giám đốc - Trần Thị B', 'Phó Tổng Giám đốc', 'Trần Thị B'],
    ['Q. Cục trưởng Lê C', 'Q. Cục trưởng', 'Lê C'],
    ['Nguyễn Văn Trưởng', undefined, 'Nguyễn Văn Trưởng'],
    ['Giám đốc', undefined, 'Giám đốc'],
    ['Văn Thư', undefined, 'Văn Thư'],
    ['Bảo Hiểm', undefined, 'Bảo Hiểm'],
    ['TỔNG CỤC THUẾ', undefined, undefined],
    ['BỘ TÀI CHÍNH', undefined, undefined],
    ['Công ty Cổ phần Giám đốc', undefined, undefined],
  ])('finds the position in a common name: %s', (commonName, title, personName) => {
    const identity = vietnameseIdentity({ uid: [], commonName })
    expect([identity.title, identity.personName]).toEqual([title, personName])
  })

  it('reads the same name in either normal form of Unicode', () => {
    const commonName = 'Phó Chi cục Trưởng Phạm Thanh Hải'
    expect(vietnameseIdentity({ uid: [], commonName: commonName.normalize('NFD') })).toEqual(vietnameseIdentity({ uid: [], commonName }))
  })

  it('takes a title attribute before words of the name, and a document before what the name sounds like', () => {
    expect(vietnameseIdentity({ uid: [], commonName: 'Giám đốc Lê C', title: 'Chủ tịch' })).toMatchObject({ title: 'Chủ tịch', personName: 'Lê C' })
    expect(vietnameseIdentity({ uid: ['CCCD:025199009534'], commonName: 'Bộ Văn Sở' }).personName).toBe('Bộ Văn Sở')
    expect(vietnameseIdentity({ uid: ['MST:0100109106'], commonName: 'Alpha', organisation: 'ALPHA' })).not.toHaveProperty('personName')
  })

  it('believes nothing that is not of the form', () => {
    const uid = [
      'MST:01001091O6',
      'MST:０１００１０９１０６',
      'CCCD:=1+1',
      'mst : 0100109106',
      'MST:0100109106,CCCD:1',
      'constructor:1',
      '__proto__:1',
      'MST',
      '',
    ]
    const identity = vietnameseIdentity({ uid })
    expect(identity.taxCodes).toEqual(['0100109106'])
    expect(identity.citizenIds).toEqual([])
    expect(identity.others).toHaveLength(uid.length - 1)
  })

  it('bounds what it looks at', () => {
    const many = vietnameseIdentity({
      uid: Array.from({ length: 100_000 }, (_, i) => `CCCD:${i}`),
      commonName: 'phó '.repeat(1_000_000),
      organisation: ' '.repeat(1_000_000),
    })
    expect(many.citizenIds.length).toBeLessThan(100)
    expect(many.personName?.length ?? 0).toBeLessThan(500)
  })
})

describe('tax codes', () => {
  it('have one form', () => {
    for (const text of ['0100109106-001', '0100109106001', ' 0100109106 - 001 ', '0100109106–001']) expect(normaliseTaxCode(text)).toBe('0100109106-001')
    expect(normaliseTaxCode('025199009534')).toBe('025199009534')
    for (const text of ['', '010010910', '01001091061', '0100109106-01', '0100109106-0011', '0100109106\u200b', '0'.repeat(1_000_000)])
      expect(normaliseTaxCode(text)).toBeNull()
  })

  it('of a dependent unit and its head office are two, unless the head office may stand for it', () => {
    const [head, unit] = [vietnameseIdentity({ uid: ['MST:0100109106'] }), vietnameseIdentity({ uid: ['MST:0100109106-001'] })]
    expect([matchesTaxCode(head, '0100109106'), matchesTaxCode(unit, '0100109106001')]).toEqual([true, true])
    expect([matchesTaxCode(head, '0100109106-001'), matchesTaxCode(unit, '0100109106'), matchesTaxCode(unit, '0100109106-002')]).toEqual([false, false, false])
    expect(matchesTaxCode(head, '0100109106-001', { headOffice: true })).toBe(true)
    expect(matchesTaxCode(unit, '0100109106', { headOffice: true })).toBe(false)
    expect(matchesTaxCode(unit, '0100109106-002', { headOffice: true })).toBe(false)
  })

  it('that are none match nothing, also not each other', () => {
    expect(matchesTaxCode({ taxCodes: ['', 'x'] }, 'x')).toBe(false)
    expect(matchesTaxCode({ uid: ['MST:'] }, '')).toBe(false)
  })
})

describe('trust', () => {
  it('is in the government alone, unless more is asked for', () => {
    expect(vietnamTrust()).toHaveLength(9)
    expect(vietnamTrust({ government: false })).toEqual([])
    expect(vietnamTrust({ government: false, national: true })).toHaveLength(2)
    expect(vietnamTrust({ publicCas: true })).toHaveLength(18)
  })

  it('trusts by default only what is sure', () => {
    const sure = vietnamServices().filter(({ sure, role }) => sure && role !== 'timestamping')
    expect(sure.every(({ group }) => group === 'government')).toBe(true)
    expect(sure).toHaveLength(vietnamTrust().length)
  })

  it('cannot be spoilt by whoever was given it', () => {
    vietnamTrust()[0]?.spki.fill(0)
    expect(vietnamTrust()[0]?.spki[0]).toBe(0x30)
    expect(Object.isFrozen(vietnamServices()[0])).toBe(true)
  })
})

describe('hosts', () => {
  it('that have moved are followed, others are left as they are', () => {
    expect(vietnamAddress('http://ocsp.ca.btc')).toBe('http://ocsp.ca.gov.vn/')
    expect(vietnamAddress('http://OCSP.ca.PTC/x?y=1')).toBe('http://ocsp.ca.gov.vn/x?y=1')
    for (const same of ['http://ca.btc.example/', 'not an address', 'http://ocsp.ca.gov.vn']) expect(vietnamAddress(same)).toBe(same)
    expect([...VIETNAM_HOSTS.values()].every((host) => host.endsWith('ca.gov.vn'))).toBe(true)
  })
})
