import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aboveOf, collect } from '../../src/cli/cert/collect.ts'
import { csvCell } from '../../src/cli/cert/csv.ts'
import { escapeHtml } from '../../src/cli/cert/html.ts'
import { signPdf } from '../../src/pades/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { parseCertificate } from '../../src/x509/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { type Folder, makeFolder, run } from './support.ts'

let folder: Folder
let lab: Lab
let evidence: string[]

const DAY = 86_400_000
const FORMULA = "=cmd|' /C calc'!A0"
const MARKUP = '<img src=x onerror="alert(1)">'

beforeAll(async () => {
  folder = makeFolder()
  lab = await Lab.create()
  const put = (name: string, der: Uint8Array): string => folder.put(name, pem(der, 'CERTIFICATE'))
  const good = await lab.issue({ subject: [{ C: 'VN' }, { O: FORMULA }, { OU: 'Phòng Kế toán' }, { CN: 'Nguyễn Thị Thử' }] })
  const hostile = await lab.issue({ subject: [{ O: '+1' }, { CN: MARKUP }] })
  const revoked = await lab.issue({ subject: [{ CN: 'Bị thu hồi\u202e\u001b[31m' }] })
  lab.revoke(revoked.certificate)
  const expired = await lab.issue({ subject: [{ CN: 'Hết hạn' }], notBefore: new Date(Date.now() - 20 * DAY), notAfter: new Date(Date.now() - 9.5 * DAY) })
  const stranger = await (await Lab.create()).issue({ subject: [{ CN: 'Người lạ' }] })
  put('all/a.pem', good.certificate)
  folder.put('all/ab.pem', pem(good.certificate, 'CERTIFICATE') + pem(lab.ca.certificate, 'CERTIFICATE'))
  put('all/b.crt', hostile.certificate)
  folder.put('all/deep/er/c.cer', revoked.certificate)
  folder.put('all/deep/d.bin', expired.certificate)
  put('all/deep/e.pem', stranger.certificate)
  folder.put('all/notes.txt', 'no certificate')
  folder.put('all/key.pem', pem(new Uint8Array([1]), 'PRIVATE KEY'))
  symlinkSync(folder.path('all'), folder.path('all/deep/circle'))
  symlinkSync(folder.path('nowhere'), folder.path('all/deep/nowhere.pem'))
  folder.put('broken/x.pem', '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n')
  put('broken/y.pem', good.certificate)
  mkdirSync(folder.path('empty'))
  put('root.pem', lab.root.certificate)
  folder.put('crl/ca.crl', await lab.crl(lab.ca))
  folder.put('crl/root.crl', await lab.crl(lab.root))
  evidence = ['--trust', folder.path('root.pem'), '--crl', folder.path('crl')]
})

afterAll(() => folder.remove())

describe('kyso cert with a folder', () => {
  it('shows each certificate once, the one that ends first at the top', async () => {
    const { status, out, err } = await run(['cert', folder.path('all'), ...evidence], { columns: 120 })
    expect([status, err]).toEqual([2, ''])
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^Holder +Unit +Issuer +From +To +Days left +Status$/)
    for (const line of lines.slice(0, -1)) expect([...line].length).toBeLessThanOrEqual(120)
    expect(lines.slice(2, -2).map((line) => /(valid|expired|REVOKED|not trusted)$/.exec(line)?.[1])).toHaveLength(6)
    expect(lines[2]).toMatch(/^Hết hạn .* -10 +expired$/)
    expect(out).toMatch(/^Bị thu hồi<U\+202E>.* REVOKED$/m)
    expect(out).toMatch(/^Người lạ .* not trusted$/m)
    expect(out).not.toMatch(/[\u001b\u202e]/)
    expect(lines.at(-1)).toMatch(/^Certificates: 6 \(valid: 3, .*\), as of .*, policy “baseline”\.$/)
  })

  it('fits a narrow terminal, in Vietnamese', async () => {
    const { out } = await run(['cert', folder.path('all'), ...evidence, '--lang', 'vi'], { columns: 90 })
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^Chủ sở hữu +Đơn vị +/)
    for (const line of lines.slice(0, -2)) expect([...line].length).toBeLessThanOrEqual(90)
    expect(out).toContain('…')
    expect(out).toContain('Số chứng thư số: 6 (hợp lệ: 3')
  })

  it('gives the lines of single certificates with --json', async () => {
    const { lines, status } = await run(['cert', folder.path('all'), ...evidence, '--json'])
    expect(status).toBe(2)
    expect(lines()).toHaveLength(6)
    const by = new Map(lines().map((line) => [String(line.file).slice(folder.path('').length + 1), line]))
    // The chain is found in the folder itself.
    expect(by.get('all/ab.pem')).toMatchObject({ status: 'valid', certificate: { subject: expect.stringContaining('Lab') } })
    expect(by.get('all/a.pem')).toMatchObject({ status: 'valid', indication: 'TOTAL-PASSED', identity: { personName: 'Nguyễn Thị Thử' } })
    expect(by.get('all/deep/er/c.cer')).toMatchObject({ status: 'revoked', subIndication: 'REVOKED_NO_POE' })
    expect(by.get('all/deep/d.bin')).toMatchObject({ status: 'expired', daysLeft: -10 })
    expect(by.get('all/deep/e.pem')).toMatchObject({ status: 'untrusted' })
  })

  it('writes CSV in which nothing is a formula', async () => {
    const path = folder.path('out.csv')
    const { err } = await run(['cert', folder.path('all'), ...evidence, '--csv', path])
    expect(err).toContain(path)
    const text = readFileSync(path, 'utf8')
    expect(text.startsWith('\ufeff"Holder","Unit","Issuer","From","To","Days left","Status","File"\r\n')).toBe(true)
    const lines = text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(7)
    expect(lines[1]).toMatch(/^"Hết hạn","","[^"]+","\d{4}-\d\d-\d\dT[\d:]+Z","\d{4}-\d\d-\d\dT[\d:]+Z",-10,"expired","[^"]+"$/)
    expect(text).toContain(`"Phòng Kế toán, '${FORMULA}"`)
    expect(text).toContain('"\'+1"')
    expect(text).not.toMatch(/(^|[,;])"?[\s"']*[=+@](?<!'[=+@])/m)
  })

  it('writes a page in which nothing is markup', async () => {
    const path = folder.path('out.html')
    await run(['cert', folder.path('all'), ...evidence, '--html', path, '--lang', 'vi'])
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('<html lang="vi">')
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
    expect(text).not.toContain('<img')
    expect(text).not.toMatch(/<script|https?:|[\u001b\u202e]/)
    expect(text.match(/<tr class="/g)).toHaveLength(6)
    expect(text).toContain('<tr class="revoked">')
  })

  it('overwrites nothing unless told to', async () => {
    const path = folder.put('there.csv', 'mine')
    const refused = await run(['cert', folder.path('all'), '--csv', path])
    expect([refused.status, refused.out]).toEqual([3, ''])
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await run(['cert', folder.path('all'), '--csv', path, '--force'])).status).toBe(2)
    expect(readFileSync(path, 'utf8')).toContain('Nguyễn Thị Thử')
    const both = folder.path('both')
    expect(await run(['cert', folder.path('all'), '--csv', both, '--html', both])).toMatchObject({ status: 3, out: '' })
    expect(existsSync(both)).toBe(false)
  })

  it('makes the table of single files, too, when a file of it is asked for', async () => {
    const path = folder.path('single.csv')
    expect((await run(['cert', folder.path('all/b.crt'), '--csv', path])).status).toBe(2)
    expect(readFileSync(path, 'utf8').trimEnd().split('\r\n')).toHaveLength(2)
  })

  it('tells what it cannot read, and goes on', async () => {
    const { status, out, err } = await run(['cert', folder.path('broken'), folder.path('missing.pem')])
    expect(status).toBe(3)
    expect(err).toContain('x.pem')
    expect(err).toContain('missing.pem')
    expect(out).toContain('Nguyễn Thị Thử')
    const { lines } = await run(['cert', folder.path('broken'), '--json'])
    expect(lines()).toMatchObject([{ error: { code: 'ERR_CERTIFICATE_SYNTAX' } }, { status: 'untrusted' }])
    expect(await run(['cert', folder.path('empty')])).toMatchObject({ status: 3, out: '', err: expect.stringContaining('ERR_TRUST_FILE') })
  })

  it('shows how far it is on a terminal, and takes that away', async () => {
    const shown: string[] = []
    await run(['cert', folder.path('all')], { progress: (text) => void shown.push(text) })
    expect(shown.some((text) => /1 of 6/.test(text))).toBe(true)
    expect(shown.at(-1)).toBe('')
  })
})

describe('--vietnam', () => {
  it('trusts the services of Vietnam beside those that are named, and nobody else', async () => {
    const alone = await run(['cert', folder.path('all/ab.pem'), '--vietnam', '--json'])
    expect([alone.status, alone.lines()[0]?.trustAnchor]).toEqual([2, null])
    expect((await run(['cert', folder.path('all/ab.pem'), '--vietnam', ...evidence])).status).toBe(0)
    const { signer } = await lab.issue()
    const signed = folder.put('signed.pdf', await signPdf(simplePdf(), { signer }))
    const report = await run(['verify', signed, '--vietnam', '--json'])
    expect([report.status, report.lines()[0]?.subIndication]).toEqual([2, 'NO_CERTIFICATE_CHAIN_FOUND'])
  })
})

describe('kyso cert refuses', () => {
  it('what is no object identifier, and has policies judged', async () => {
    for (const value of ['1', '3.1', '1.40', '2.16.704.01', '1.2.x', `1.2${'.1'.repeat(100)}`]) {
      expect((await run(['cert', folder.path('root.pem'), '--certificate-policy', value])).err).toContain('--certificate-policy cannot be')
    }
    const { err, status } = await run(['cert', folder.path('root.pem'), '--certificate-policy', '2.16.704.1.1.1.1.1', '--inhibit-any-policy'])
    expect([status, err]).toEqual([2, ''])
  })
})

describe('cells', () => {
  it.each([
    ['=1+1', '"\'=1+1"'],
    ['  @SUM(A1)', '"  \'@SUM(A1)"'],
    ['\t-2', '" \'-2"'],
    ['\uff1d1', '"\'\uff1d1"'],
    ['a;=1', '"a;\'=1"'],
    ['a","=1', '"a"",""\'=1"'],
    ['"=1"', '"""\'=1"""'],
    ['Công ty A-B = C', '"Công ty A-B = C"'],
    ['two\r\nlines', '"two lines"'],
  ])('are texts in a spreadsheet: %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })

  it('are texts in a page', () => {
    expect(escapeHtml('<a href="x" b=\'y\'>&\u202e')).toBe('&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;U+202E&gt;')
  })
})

describe('certificates above', () => {
  it('are found by name, and not more than a path can need', async () => {
    const { certificate } = await lab.issue()
    const [leaf, ca, root] = [certificate, lab.ca.certificate, lab.root.certificate].map((der) => parseCertificate(der))
    if (!leaf || !ca || !root) throw new Error('three certificates were expected')
    expect(aboveOf([leaf, ca, root])(leaf)).toEqual([ca, root])
    expect(aboveOf(Array(1000).fill(ca))(leaf)).toHaveLength(64)
    expect([...collect([folder.path('all/a.pem'), folder.path('all/a.pem')], () => {})]).toHaveLength(1)
  })
})
