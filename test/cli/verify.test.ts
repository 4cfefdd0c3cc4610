import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signPdf } from '../../src/pades/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { type VietnamTrustOptions, vietnamTrust } from '../../src/vietnam/trust.ts'
import { simplePdf } from '../pdf/sample.ts'
import { bundleOf } from '../sources/bundle.ts'
import { type Folder, makeFolder, run } from './support.ts'

let folder: Folder
let evidence: string[]

beforeAll(async () => {
  folder = makeFolder()
  const lab = await Lab.create()
  const { signer, certificate } = await lab.issue({
    subject: [{ C: 'VN' }, { CN: 'Nguyễn Thị Thử' }, { UID: 'MST:0100109106001' }, { UID: 'CCCD:025199009534' }],
  })
  const signed = await signPdf(simplePdf(), { signer })
  folder.put('good.pdf', signed)
  const flipped = new Uint8Array(signed)
  const at = signed.length - 60
  const box = new TextDecoder('latin1').decode(signed).indexOf('100 100')
  flipped[box > 0 ? box : at] = 0x32
  folder.put('changed.pdf', flipped)
  folder.put('plain.pdf', simplePdf())
  folder.put('broken.pdf', '%PDF-1.7\nnothing to see')
  folder.put('text.txt', 'no document')
  folder.put('root.pem', `some words\n${pem(lab.root.certificate, 'CERTIFICATE')}`)
  folder.put('root.der', lab.root.certificate)
  folder.put('crl/ca.crl', await lab.crl(lab.ca))
  folder.put('crl/root.crl', pem(await lab.crl(lab.root), 'X509 CRL'))
  folder.put('crl/notes.txt', 'not a list')
  folder.put('ocsp/leaf.ocsp', await lab.ocsp(certificate))
  folder.put('leaf.pem', pem(certificate, 'CERTIFICATE'))
  folder.put('ca.pem', pem(lab.ca.certificate, 'CERTIFICATE'))
  folder.put('bundle.pem', pem(certificate, 'CERTIFICATE') + pem(lab.ca.certificate, 'CERTIFICATE'))
  folder.put('root.p7b', pem(bundleOf(lab.root.certificate), 'PKCS7'))
  folder.put('ca.p7c', bundleOf(lab.ca.certificate))
  folder.put('bundles/all.p7b', bundleOf(lab.ca.certificate, lab.root.certificate))
  folder.put('hidden/note.txt', pem(lab.root.certificate, 'CERTIFICATE'))
  folder.put('both/root.pem', pem(lab.root.certificate, 'CERTIFICATE'))
  folder.put('both/broken.crt', new Uint8Array([0x30, 3, 2, 1, 1]))
  folder.put('both/other.pem', pem(new Uint8Array([1]), 'PRIVATE KEY'))
  evidence = ['--trust', folder.path('root.pem'), '--crl', folder.path('crl')]
})

afterAll(() => folder.remove())

const file = (name: string): string => folder.path(name)

describe('kyso verify', () => {
  it.each([
    ['all are valid', ['good.pdf', 'good.pdf'], 0],
    ['one is changed', ['good.pdf', 'changed.pdf'], 1],
    ['one has no signature', ['good.pdf', 'plain.pdf'], 2],
    ['failed weighs more than undecided', ['plain.pdf', 'changed.pdf', 'good.pdf'], 1],
    ['unreadable weighs most', ['changed.pdf', 'broken.pdf', 'plain.pdf'], 3],
    ['it is no document', ['text.txt'], 3],
    ['it is not there', ['missing.pdf'], 3],
    ['it is a folder', ['crl'], 3],
  ])('gives the status of the worst file: %s', async (_, names, status) => {
    const { status: got, lines } = await run(['verify', ...names.map(file), ...evidence, '--json'])
    expect(got).toBe(status)
    expect(lines().map((line) => line.file)).toEqual(names.map(file))
  })

  it('trusts nothing by itself, and knows nothing of revocation', async () => {
    const untrusted = await run(['verify', file('good.pdf'), '--json'])
    expect([untrusted.status, untrusted.lines()[0]?.subIndication]).toEqual([2, 'NO_CERTIFICATE_CHAIN_FOUND'])
    const unknown = await run(['verify', file('good.pdf'), '--json', '--trust', file('root.der'), '--offline'])
    expect([unknown.status, unknown.lines()[0]?.subIndication]).toEqual([2, 'TRY_LATER'])
  })

  it('takes OCSP responses, and warns of what it passes over in a folder', async () => {
    const { status, err } = await run(['verify', file('good.pdf'), '--trust', file('both'), '--ocsp', file('ocsp/leaf.ocsp'), '--crl', file('crl/root.crl')])
    expect(status).toBe(0)
    expect(err).toContain('broken.crt')
    expect(err).not.toContain('other.pem')
  })

  it('prints nothing but JSON on standard output with --json', async () => {
    const { out, err, lines } = await run(['verify', file('broken.pdf'), file('good.pdf'), '--json', ...evidence])
    expect(out.split('\n')).toHaveLength(3)
    expect(lines()[0]).toMatchObject({ error: { code: 'ERR_PDF_XREF' }, signatures: [] })
    expect(lines()[1]).toMatchObject({ format: 'pdf', indication: 'TOTAL-PASSED', signatures: [{ intact: true, level: 'PAdES-BASELINE-B' }] })
    expect(err).toContain('ERR_PDF_XREF')
  })

  it('speaks the language of the environment, or the one that is asked for', async () => {
    const ask = async (env: Record<string, string>, ...more: string[]): Promise<string> =>
      (await run(['verify', file('good.pdf'), ...evidence, ...more], { env })).out
    expect(await ask({ LANG: 'vi_VN.UTF-8' })).toContain('HỢP LỆ')
    expect(await ask({ LANG: 'vi_VN.UTF-8', LC_ALL: 'C' })).toContain('VALID')
    expect(await ask({ LANG: 'vi_VN.UTF-8' }, '--lang', 'en')).toContain('VALID')
    expect(await ask({ LANG: 'vienna' })).toContain('VALID')
    expect(await ask({}, '--lang=vi')).toContain('HỢP LỆ')
    expect((await run(['--lang', 'vi', 'verify', file('good.pdf'), ...evidence])).out).toContain('HỢP LỆ')
  })

  it('judges as of a time', async () => {
    const { status, lines } = await run(['verify', file('good.pdf'), ...evidence, '--json', '--at', '2060-01-01T00:00:00+07:00'])
    expect(status).toBe(2)
    expect(lines()[0]).toMatchObject({ validationTime: '2059-12-31T17:00:00.000Z' })
  })

  it('takes a policy from a file, and only one that is whole', async () => {
    const policy = {
      version: 1,
      name: 'mine',
      constraints: {
        signingCertificateAttribute: 'FAIL',
        signerKeyUsage: 'FAIL',
        revocation: 'WARN',
        laterChanges: 'FAIL',
        signedAttributesOrder: 'INFORM',
        cryptography: 'FAIL',
        timestampOrder: 'FAIL',
      },
      digests: { 'SHA-256': null },
      keys: { EC: [{ bits: 256, until: null }] },
      revocationFreshnessHours: 24,
    }
    const path = folder.put('policy.json', JSON.stringify(policy))
    const taken = await run(['verify', file('good.pdf'), '--trust', file('root.pem'), '--policy', path, '--json'])
    expect(taken.status).toBe(0)
    expect(taken.lines()[0]).toMatchObject({
      policy: 'mine',
      signatures: [{ messages: expect.arrayContaining([expect.objectContaining({ code: 'revocationUnknown', severity: 'warning' })]) }],
    })
    const { revocation: _, ...fewer } = policy.constraints
    for (const [what, wrong] of Object.entries({
      'constraints.revocation': { ...policy, constraints: fewer },
      'constraints.surprise': { ...policy, constraints: { ...policy.constraints, surprise: 'FAIL' } },
      version: { ...policy, version: 2 },
      digests: { ...policy, digests: { 'SHA-256': 'for ever' } },
      keys: { ...policy, keys: { EC: [{ bits: '256', until: null }] } },
    })) {
      const { status, err } = await run(['verify', file('good.pdf'), '--policy', folder.put('wrong.json', JSON.stringify(wrong))])
      expect([status, err]).toEqual([3, expect.stringContaining(`look at: ${what}.`)])
    }
    expect((await run(['verify', file('good.pdf'), '--policy', folder.put('no.json', '{')])).err).toContain('look at: JSON')
  })
})

describe('kyso verify, on trust and identity', () => {
  it('takes PKCS#7 bundles as trust, as certificates in between, and to be checked', async () => {
    const [root, ca] = [file('root.p7b'), file('ca.p7c')]
    expect((await run(['verify', file('good.pdf'), '--trust', root, '--crl', file('crl')])).status).toBe(0)
    expect((await run(['verify', file('good.pdf'), '--trust', file('bundles'), '--crl', file('crl')])).status).toBe(0)
    expect((await run(['cert', file('leaf.pem'), '--trust', root, '--untrusted', ca, '--crl', file('crl')])).status).toBe(0)
    expect((await run(['cert', ca, '--trust', root, '--no-revocation'])).status).toBe(0)
  })

  it('trusts nobody by a person’s certificate', async () => {
    const { status, err } = await run(['verify', file('good.pdf'), '--trust', file('leaf.pem')])
    expect([status, err]).toEqual([3, expect.stringContaining('ERR_TRUST_NOT_CA')])
    expect(err).toContain('Nguyễn Thị Thử')
  })

  it('reads of a folder of trust what is named as certificates are, and nothing else', async () => {
    const { status, err } = await run(['verify', file('good.pdf'), '--trust', file('hidden')])
    expect([status, err]).toEqual([3, expect.stringContaining('ERR_TRUST_FILE')])
  })

  it('calls an issuing CA no root', async () => {
    const { out, status } = await run(['verify', file('good.pdf'), '--trust', file('ca.pem'), '--crl', file('crl')])
    expect([status, out.replace(/\s+/g, ' ')]).toEqual([0, expect.stringContaining('ends at the key of the issuing CA Lab ca, which you trust')])
  })

  it('shows tax code and position, in JSON and in words', async () => {
    const json = await run(['verify', file('good.pdf'), ...evidence, '--json'])
    expect(json.lines()[0]?.signatures).toMatchObject([{ trustAnchorRole: 'root', signer: { taxCode: '0100109106-001', citizenId: '025199009534' } }])
    expect((await run(['verify', file('good.pdf'), ...evidence])).out).toContain('tax code (MST): 0100109106-001')
    expect((await run(['verify', file('good.pdf'), ...evidence, '--lang', 'vi'])).out).toContain('mã số thuế: 0100109106-001')
    expect((await run(['cert', file('leaf.pem'), '--lang', 'vi'])).out).toContain('mã số thuế: 0100109106-001')
  })

  it('knows the authorities of Vietnam in two parts', async () => {
    for (const options of [['--vietnam'], ['--vietnam-public'], ['--vietnam', '--vietnam-public']]) {
      const { status, lines } = await run(['verify', file('good.pdf'), '--offline', '--json', ...options])
      expect([status, lines()[0]?.subIndication]).toEqual([2, 'NO_CERTIFICATE_CHAIN_FOUND'])
    }
    expect((await run(['verify', '--help', '--lang', 'en'])).out).toMatch(/--vietnam-public[^-]*LESS SURE/)
    expect((await run(['cert', '--help', '--lang', 'vi'])).out).toMatch(/--vietnam-public[^-]*KÉM CHẮC CHẮN HƠN/)
    const sure = (options: VietnamTrustOptions): boolean => vietnamTrust(options).every(({ confirmed }) => confirmed)
    expect([sure({}), sure({ government: false, national: true }), sure({ government: false, publicCas: true })]).toEqual([true, false, false])
    expect(vietnamTrust({ national: true, publicCas: true }).filter(({ role }) => role === 'root')).toHaveLength(4)
  })
})

describe('kyso verify refuses', () => {
  it.each([
    ['no file', [], 'No file was named'],
    ['an unknown option', ['x.pdf', '--trsut', 'y'], 'There is no option --trsut'],
    ['a time without zone', ['x.pdf', '--at', '2026-01-01T00:00:00'], 'does not say which time zone'],
    ['a day alone', ['x.pdf', '--at', '2026-01-01'], 'is no time'],
    ['a day that is none', ['x.pdf', '--at', '2026-02-30T00:00:00Z'], 'is no time'],
    ['an hour that is none', ['x.pdf', '--at', '2026-02-20T25:00:00Z'], 'is no time'],
    ['a password as argument', ['x.pdf', '--password', 'secret'], 'not taken on the command line'],
    ['a variable that is not set', ['x.pdf', '--password-env', 'NOT_SET'], 'NOT_SET'],
    ['a missing value', ['x.pdf', '--trust'], '--trust needs a value'],
    ['an option as value', ['x.pdf', '--trust', '--json'], '--trust needs a value'],
    ['a value for a switch', ['x.pdf', '--json=yes'], '--json takes no value'],
    ['an option twice', ['x.pdf', '--policy', 'baseline', '--policy', 'legacy'], '--policy was given twice'],
    ['an unknown policy', ['x.pdf', '--policy', 'mine'], 'Known are: baseline, legacy'],
    ['an unknown language', ['x.pdf', '--lang', 'fr'], 'vi, en'],
  ])('%s', async (_, args, words) => {
    const { status, out, err } = await run(['verify', ...args])
    expect([status, out]).toEqual([3, ''])
    expect(err).toContain(words)
    expect(err).not.toContain('secret')
  })

  it('trust that is none, with the name of the file', async () => {
    for (const [option, name] of [
      ['--trust', 'text.txt'],
      ['--trust', 'crl/ca.crl'],
      ['--crl', 'root.der'],
      ['--ocsp', 'crl/ca.crl'],
      ['--trust', 'missing.pem'],
      ['--trust', 'ocsp'],
    ] as const) {
      const { status, err } = await run(['verify', file('good.pdf'), option, file(name)])
      expect([status, err]).toEqual([3, expect.stringContaining(name)])
    }
  })
})

describe('kyso cert', () => {
  it('judges a certificate with the statuses of verify', async () => {
    const good = await run(['cert', file('bundle.pem'), ...evidence, '--json'])
    expect(good.status).toBe(0)
    expect(good.lines()[0]).toMatchObject({
      indication: 'TOTAL-PASSED',
      chain: [{ revocation: [{ status: 'good' }] }, {}],
      certificate: { commonName: 'Nguyễn Thị Thử' },
    })
    expect(good.lines()[0]?.daysLeft).toBeGreaterThan(700)
    expect((await run(['cert', file('leaf.pem'), ...evidence])).status).toBe(2)
    expect((await run(['cert', file('leaf.pem'), '--untrusted', file('ca.pem'), ...evidence])).status).toBe(0)
    expect((await run(['cert', file('leaf.pem'), file('text.txt'), '--untrusted', file('ca.pem'), ...evidence])).status).toBe(3)
  })

  it('shows who, how long, and what is missing, in Vietnamese too', async () => {
    const { out } = await run(['cert', file('bundle.pem'), '--trust', file('root.pem'), '--lang', 'vi'])
    expect(out).toContain('Nguyễn Thị Thử')
    expect(out).toMatch(/còn \d+ ngày/)
    expect(out.replace(/\s+/g, ' ')).toContain('Chưa biết chứng thư số của Nguyễn Thị Thử có bị thu hồi hay không')
  })

  it('does without revocation when told so, and says it', async () => {
    const { status, out } = await run(['cert', file('bundle.pem'), '--trust', file('root.pem'), '--no-revocation'])
    expect(status).toBe(0)
    expect(out).toContain('not known whether')
  })

  it('holds a path against certificate policies when told to', async () => {
    const cert = (...options: string[]) => run(['cert', file('bundle.pem'), '--trust', file('root.pem'), '--no-revocation', ...options])
    expect((await cert('--inhibit-any-policy', '--inhibit-policy-mapping')).status).toBe(0)
    expect((await cert('--certificate-policy', '2.16.704.1')).status).toBe(0)
    // The lab's certificates name no policy, so none can be required of them.
    const { status, out } = await cert('--certificate-policy', '2.16.704.1', '--require-explicit-policy')
    expect(status).toBe(2)
    expect(out).toContain('CHAIN_CONSTRAINTS_FAILURE')
  })
})
