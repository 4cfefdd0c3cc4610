/** What the author of a field asks of its signature (ISO 32000-2 §12.7.5.5, tables 237 and 238). */
import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { explain, loadMessages } from '../../src/core/messages.ts'
import type { SignPdfOptions } from '../../src/pades/index.ts'
import type { PdfArray } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { opened, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const withSeed = (seed: string, field = '', more: Objects = {}): Uint8Array =>
  simplePdf({
    ...BASIC,
    1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
    5: `<</FT/Sig/T(A)/SV 6 0 R${field}>>`,
    6: `<</Type/SV${seed}>>`,
    ...more,
  })

/** The entry that is not met; `signed` where all are. */
async function missed(seed: string, options: Partial<SignPdfOptions> = {}, base = withSeed(seed)): Promise<string> {
  try {
    await sign(made, { field: 'A', ...options }, base)
    return 'signed'
  } catch (error) {
    if (!isKysoError(error, 'ERR_PDF_SEED_VALUE')) throw error
    expect(error.data.field).toBe('A')
    return [error.data.entry, error.data.wanted].filter((one) => one !== undefined).join(': ')
  }
}

describe('a constraint', () => {
  it.each<[string, Partial<SignPdfOptions>, string]>([
    ['/Filter/Adobe.PPKLite/Ff 1', {}, 'signed'],
    ['/Filter/Entrust.PPKEF/Ff 1', {}, 'Filter: Entrust.PPKEF'],
    ['/Filter/Entrust.PPKEF', {}, 'signed'],
    ['/SubFilter[/ETSI.CAdES.detached]/Ff 2', {}, 'signed'],
    ['/SubFilter[/adbe.pkcs7.detached/ETSI.CAdES.detached]/Ff 2', {}, 'signed'],
    ['/SubFilter[/adbe.pkcs7.detached/adbe.pkcs7.sha1]/Ff 2', {}, 'SubFilter: adbe.pkcs7.detached, adbe.pkcs7.sha1'],
    ['/SubFilter[/adbe.pkcs7.detached]/Ff 0', {}, 'signed'],
    ['/SubFilter[]/Ff 2', {}, 'SubFilter'],
    ['/V 3/Ff 4', {}, 'signed'],
    ['/V 4/Ff 4', {}, 'V: 4'],
    ['/V 4', {}, 'signed'],
    ['/DigestMethod[/SHA256 /SHA512]/Ff 64', {}, 'signed'],
    ['/DigestMethod[/SHA384 /SHA512]/Ff 64', {}, 'DigestMethod: SHA384, SHA512'],
    ['/DigestMethod[/SHA384]', {}, 'signed'],
    ['/AddRevInfo true/Ff 32', {}, 'AddRevInfo'],
    ['/AddRevInfo false/Ff 32', {}, 'signed'],
    ['/AddRevInfo true', {}, 'signed'],
    ['/LegalAttestation[(No scripts)]/Ff 16', {}, 'LegalAttestation: No scripts'],
    ['/LegalAttestation[(No scripts)]', {}, 'signed'],
    ['/AppearanceFilter(Stamp)/Ff 256', {}, 'AppearanceFilter: Stamp'],
    ['/AppearanceFilter(Stamp)', {}, 'signed'],
    ['/Reasons[(Agreed)(Seen)]/Ff 8', { reason: 'Seen' }, 'signed'],
    ['/Reasons[(Agreed)(Seen)]/Ff 8', { reason: 'Other' }, 'Reasons: Agreed, Seen'],
    ['/Reasons[(Agreed)]/Ff 8', {}, 'Reasons: Agreed'],
    ['/Reasons[(Agreed)]', { reason: 'Other' }, 'signed'],
    ['/Reasons[(.)]/Ff 8', {}, 'signed'],
    ['/Reasons[(.)]/Ff 8', { reason: 'Any' }, 'NoReason'],
    ['/Ff 8', { reason: 'Any' }, 'NoReason'],
    ['/Reasons[<FEFF1ED3>]/Ff 8', { reason: 'ồ'.normalize('NFD') }, 'signed'],
    ['/TimeStamp<</URL(http://tsa.example)/Ff 1>>', {}, 'TimeStamp'],
    ['/TimeStamp<</URL(http://tsa.example)/Ff 1>>', { level: 'B-T' }, 'signed'],
    ['/TimeStamp<</URL(http://tsa.example)/Ff 0>>', {}, 'signed'],
    ['/TimeStamp<</URL(http://tsa.example)>>', {}, 'signed'],
    ['/Filter 7 0 R/SubFilter 7 0 R/Ff(3)', {}, 'signed'],
    ['/Filter 7 0 R/Ff 1', {}, 'Filter'],
  ])('%s with %j: %s', async (seed, options, expected) => {
    expect(await missed(seed, options)).toBe(expected)
  })

  it('is looked for in the field that is signed, and in no other', async () => {
    expect(await missed('/Ff 1/Filter/None', { field: 'B' })).toBe('signed')
    expect(await missed('', {}, withSeed('', '', { 6: '(no dictionary)' }))).toBe('signed')
    expect(await missed('', {}, withSeed('', '', { 6: 'null' }))).toBe('signed')
  })

  it('is told with the address that the field has for it', async () => {
    const error = await sign(made, { field: 'A' }, withSeed('/TimeStamp<</URL(http://tsa.example)/Ff 1>>')).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ data: { entry: 'TimeStamp', url: 'http://tsa.example', field: 'A' } })
    if (!isKysoError(error)) throw error
    for (const language of ['en', 'vi'] as const) {
      const text = await explain(error, language)
      expect(text).toContain('B-T')
      expect(text).toContain('http://tsa.example')
    }
  })

  it('of thousands of reasons is told in a few', async () => {
    const reasons = Array.from({ length: 5000 }, (_, i) => `(r${i})`).join('')
    const text = await missed('', { reason: 'x' }, withSeed(`/Reasons[${reasons}]/Ff 8`))
    expect(text).toMatch(/^Reasons: r0, r1, .*r19, …$/)
  })
})

describe('the kind of signature (/MDP)', () => {
  const certified = async (seed: string, options: Partial<SignPdfOptions> = {}): Promise<string> => {
    const pdf = await sign(made, { field: 'A', ...options }, withSeed(seed))
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
    const { document, signature } = await opened(pdf)
    const references = document.resolve(signature('A').get('Reference')) as PdfArray | null
    return /\/P (\d)/.exec(references ? written(references) : '')?.[1] ?? 'approval'
  }

  it.each([
    ['/MDP<</P 0>>', {}, 'approval'],
    ['/MDP<</P 1>>', {}, '1'],
    ['/MDP<</P 2>>', {}, '2'],
    ['/MDP<</P 2>>', { certify: 2 }, '2'],
    ['/MDP<<>>', {}, 'approval'],
    ['/MDP<<>>', { certify: 3 }, '3'],
    ['/MDP<</P 9>>', {}, 'approval'],
  ] as const)('%s with %j: %s', async (seed, options, expected) => {
    expect(await certified(seed, options)).toBe(expected)
  })

  it.each([
    ['/MDP<</P 0>>', { certify: 2 }, 'MDP.approval'],
    ['/MDP<</P 1>>', { certify: 2 }, 'MDP: 1'],
    ['/MDP<</P 3>>', { certify: 2 }, 'MDP: 3'],
  ] as const)('%s with %j is refused: %s', async (seed, options, expected) => {
    expect(await missed(seed, options)).toBe(expected)
  })

  it('is no certification where the document is signed already', async () => {
    const first = await sign(made, { field: 'B' }, withSeed('/MDP<</P 2>>'))
    expect(await missed('', {}, first)).toBe('MDP.first: 2')
    const approval = await sign(made, { field: 'B' }, withSeed('/MDP<</P 0>>'))
    expect(await missed('', {}, approval)).toBe('signed')
  })
})

describe('locking the document (/LockDocument)', () => {
  const locked = async (seed: string, options: Partial<SignPdfOptions> = {}, field = ''): Promise<string> => {
    const { document, signature } = await opened(await sign(made, { field: 'A', ...options }, withSeed(seed, field)))
    const references = document.resolve(signature('A').get('Reference')) as PdfArray | null
    return /\/Action [^>]*/.exec(references ? written(references) : '')?.[0] ?? 'open'
  }

  it.each([
    ['/LockDocument/true', {}, '', '/Action /All/P 1'],
    ['/LockDocument true/Ff 128', {}, '', '/Action /All/P 1'],
    ['/LockDocument/false', {}, '', 'open'],
    ['/LockDocument/auto/Ff 128', {}, '', 'open'],
    ['/LockDocument/true', { lock: { action: 'All', permission: 2 } }, '', '/Action /All/P 2'],
    ['/LockDocument/true/Ff 128', { lock: { action: 'All', permission: 1 } }, '', '/Action /All/P 1'],
    ['/LockDocument/true/Ff 128', { certify: 1 }, '', 'open'],
    ['/LockDocument/true/Ff 128', {}, '/Lock<</Action/All/P 1>>', '/Action /All/P 1'],
    ['/LockDocument/true', {}, '/Lock<</Action/Include/Fields[(A)]>>', '/Action /Include/Fields [(A)]'],
    ['/LockDocument/false/Ff 128', { lock: { action: 'All', permission: 2 } }, '', '/Action /All/P 2'],
  ] as const)('%s with %j and %s: %s', async (seed, options, field, expected) => {
    expect(await locked(seed, options as Partial<SignPdfOptions>, field)).toBe(expected)
  })

  it('is a wish that gives way to other hands, and a must that does not', async () => {
    const two = (seed: string): Uint8Array => withSeed(seed, '', { 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R]>>>>', 7: '<</FT/Sig/T(B)>>' })
    for (const [flags, expected] of [
      ['', false],
      ['/Ff 128', true],
    ] as const) {
      const { signature } = await opened(await sign(made, { field: 'A' }, two(`/LockDocument/true${flags}`)))
      expect(signature('A').has('Reference')).toBe(expected)
    }
  })

  it.each([
    ['/LockDocument/true/Ff 128', { lock: { action: 'All', permission: 2 } }, '', 'LockDocument'],
    ['/LockDocument/true/Ff 128', {}, '/Lock<</Action/All>>', 'LockDocument'],
    ['/LockDocument/false/Ff 128', { lock: { action: 'All', permission: 1 } }, '', 'LockDocument.not'],
    ['/LockDocument/false/Ff 128', { certify: 1 }, '', 'LockDocument.not'],
  ] as const)('%s with %j and %s is refused: %s', async (seed, options, field, expected) => {
    expect(await missed('', options as Partial<SignPdfOptions>, withSeed(seed, field))).toBe(expected)
  })
})

describe('the certificate (table 238)', () => {
  const der = (bytes: Uint8Array): string => `<${toHex(bytes)}>`
  /** Text as a string of PDF: UTF-16. */
  const text = (value: string): string => `<FEFF${Array.from(value, (one) => (one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')).join('')}>`

  it('has to be one of those that are named', async () => {
    const other = await made.lab.issue()
    expect(await missed(`/Cert<</Ff 1/Subject[${der(other.certificate)}${der(made.signer.certificate)}]>>`)).toBe('signed')
    expect(await missed(`/Cert<</Ff 1/Subject[${der(other.certificate)}]>>`)).toMatch(/^Cert\.Subject/)
    expect(await missed(`/Cert<</Ff 0/Subject[${der(other.certificate)}]>>`)).toBe('signed')
    expect(await missed('/Cert<</Ff 1/Subject[(no certificate) 7]>>')).toBe('Cert.Subject')
  })

  it('has to come from an issuer that is named, directly or not', async () => {
    const stranger = await (await setting()).lab.issue()
    expect(await missed(`/Cert<</Ff 2/Issuer[${der(made.lab.ca.certificate)}]>>`)).toBe('signed')
    expect(await missed(`/Cert<</Ff 2/Issuer[${der(made.lab.root.certificate)}]>>`)).toBe('signed')
    expect(await missed(`/Cert<</Ff 2/Issuer ${der(made.signer.certificate)}>>`)).toBe('signed')
    expect(await missed(`/Cert<</Ff 2/Issuer[${der(stranger.certificate)}]>>`)).toMatch(/^Cert\.Issuer/)
  })

  it('has to be for somebody of these attributes', async () => {
    const who = await made.lab.issue({ subject: 'CN=Trần Văn Bình,O=Công ty Một,C=VN' })
    const use = (dn: string): Promise<string> => missed(`/Cert<</Ff 8/SubjectDN[${dn}]>>`, { signer: who.signer })
    expect(await use(`<</cn ${text('Trần Văn Bình')}/o ${text('Công ty Một')}>>`)).toBe('signed')
    expect(await use(`<</2.5.4.3 ${text('Trần Văn Bình')}/Type/DN>>`)).toBe('signed')
    expect(await use(`<</CN (Another)>><</CN ${text('Trần Văn Bình')}>>`)).toBe('signed')
    expect(await use('<</C(VN)/OU(Accounts)>>')).toBe('Cert.SubjectDN: C=VN, OU=Accounts')
    expect(await use('<</C(US)>>')).toBe('Cert.SubjectDN: C=US')
  })

  it('has to have a key usage of these patterns', async () => {
    const who = await made.lab.issue({ keyUsage: ['nonRepudiation'] })
    const use = (patterns: string): Promise<string> => missed(`/Cert<</Ff 32/KeyUsage[${patterns}]>>`, { signer: who.signer })
    expect(await use('(X1)')).toBe('signed')
    expect(await use('(01XXXXX00)')).toBe('signed')
    expect(await use('(1)(01)')).toBe('signed')
    expect(await use('(1)')).toBe('Cert.KeyUsage: 1')
    expect(await use('(X0)')).toBe('Cert.KeyUsage: X0')
    expect(await use('')).toBe('Cert.KeyUsage')
  })

  it('has to be issued under these policies', async () => {
    const who = await made.lab.issue({ policies: ['1.2.3.4', '1.2.3.5'] })
    const use = (policies: string, signer = who.signer): Promise<string> => missed(`/Cert<</Ff 4/OID[${policies}]>>`, { signer })
    expect(await use('(1.2.3.4)')).toBe('signed')
    expect(await use('(1.2.3.4)(1.2.3.5)')).toBe('signed')
    expect(await use('(1.2.3.6)')).toBe('Cert.OID: 1.2.3.6')
    expect(await use('(1.2.3.4)', (await made.lab.issue()).signer)).toBe('Cert.OID: 1.2.3.4')
  })

  it('can be had at an address; a service that would have to sign is none', async () => {
    const error = await sign(made, { field: 'A' }, withSeed('/Cert<</Ff 8/SubjectDN[<</C(US)>>]/URL(http://ca.example)>>')).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'ERR_PDF_SEED_VALUE', data: { entry: 'Cert.SubjectDN', url: 'http://ca.example' } })
    expect(await missed('/Cert<</Ff 64/URL(http://ca.example)/URLType/Browser>>')).toBe('signed')
    expect(await missed('/Cert<</Ff 64/URL(http://sign.example)/URLType/ASSP>>')).toBe('Cert.URL: http://sign.example')
  })
})

describe('what is asked for has words', () => {
  it.each(['en', 'vi'] as const)('for each entry, in %s', async (language) => {
    const { texts } = await loadMessages(language)
    const keys = Object.keys(texts).filter((key) => key.startsWith('seedValue.'))
    expect(keys.map((key) => key.slice('seedValue.'.length)).sort()).toEqual(
      [
        ...['V', 'Filter', 'SubFilter', 'DigestMethod', 'Reasons', 'NoReason', 'AddRevInfo', 'LegalAttestation', 'AppearanceFilter', 'TimeStamp'],
        ...['MDP', 'MDP.approval', 'MDP.first', 'LockDocument', 'LockDocument.not'],
        ...['Subject', 'SubjectDN', 'Issuer', 'OID', 'KeyUsage', 'URL'].map((key) => `Cert.${key}`),
      ].sort(),
    )
  })
})
