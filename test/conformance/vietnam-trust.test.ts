/** The facts of `kyso/vietnam/trust` held against the certificates they were taken from, and a tax notice's certificate judged by them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeTable } from '../../scripts/make-vietnam-trust.ts'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { readPdf } from '../../src/pades/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { LEGACY_POLICY, verify } from '../../src/verify/index.ts'
import { vietnameseIdentity } from '../../src/vietnam/index.ts'
import { type VietnamService, vietnamServices, vietnamTrust } from '../../src/vietnam/trust.ts'
import { buildPath, type Certificate, isAnchor, nameToString, parseCertificate, parsePublicKey, serialHex } from '../../src/x509/index.ts'
import { checkIssuedBy } from '../../src/x509/path/validate.ts'
import { makeFolder, run } from '../cli/support.ts'
import { describeWithCorpus } from '../support/tools.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path))

const SAMPLE = 'samples-vietnam/icorp-demo.signed.pdf'
const EVERYBODY = { government: true, national: true, publicCas: true }

/** Fingerprints that were written down apart from the table, of the roots that everything hangs on. */
const ROOTS = {
  'vgca-root-g1': 'f7bc89054cec7f12730d7b8cd3eb7955b163835087e5eb873edfb584763b3f90',
  'vgca-root-g2': 'f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8',
  'national-root-mic': 'ca918d635bb130bec97639e6aabf7edbc4eb1310f8058b9419f467ae0230ad8c',
  'national-root-2014': 'bac8bf609ab420a8ee1780d74f4de5c7f7184959d2a7375b0a75e4c29f0908e7',
}

describeWithCorpus('the services of Vietnam', 'trust-vietnam', (folder) => {
  const services = vietnamServices()
  const stamped = join(folder, '..', SAMPLE)

  async function certificateOf({ id, role }: VietnamService): Promise<Certificate> {
    if (role !== 'timestamping') return parseCertificate(bytesOf(join(folder, `${id}.cer`)))
    const [token] = (await readPdf(bytesOf(stamped))).signatures.flatMap(({ timestamps }) => timestamps)
    if (!token?.certificate) throw new Error('the sample has no time-stamp')
    return token.certificate
  }

  it.each(services.map((service): [string, VietnamService] => [service.id, service]))('are told as their certificates have it: %s', async (_, service) => {
    const certificate = await certificateOf(service)
    expect({ ...service }).toMatchObject({
      name: nameToString(certificate.subject),
      nameDer: base64(certificate.subject.bytes),
      spki: base64(certificate.spki),
      serialNumber: serialHex(certificate),
      fingerprint: sha256(certificate.bytes),
      keyFingerprint: sha256(certificate.spki),
      notBefore: certificate.notBefore.toISOString().replace('.000Z', 'Z'),
      notAfter: certificate.notAfter.toISOString().replace('.000Z', 'Z'),
    })
    expect(service.seen.length).toBeGreaterThan(0)
    const issuer = service.issuer === null ? service : services.find(({ id }) => id === service.issuer)
    if (!issuer) throw new Error(`${service.id} has an issuer that is no service`)
    // What is confirmed by its issuer is signed by its issuer's key.
    const key = parsePublicKey(new Uint8Array(Buffer.from(issuer.spki, 'base64')))
    expect(nameToString(certificate.issuer)).toBe(issuer.name)
    expect(await checkIssuedBy(defaultCrypto(), new Budget(), certificate, () => key)).toBeNull()
    expect(service.issuer === null).toBe(service.role === 'root')
    const anchors = vietnamTrust(EVERYBODY).filter((anchor) => isAnchor(anchor, certificate))
    expect(anchors).toHaveLength(service.role === 'timestamping' ? 0 : 1)
    for (const anchor of anchors) expect([anchor.notBefore, anchor.notAfter]).toEqual([certificate.notBefore, certificate.notAfter])
  })

  it('are what the script makes of the corpus, octet for octet', async () => {
    expect(await makeTable()).toBe(readFileSync(new URL('../../src/vietnam/services-table.ts', import.meta.url), 'utf8'))
  })

  it('have every certificate of the corpus among them, and the roots that were written down', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.cer'))
    expect(
      services
        .filter(({ role }) => role !== 'timestamping')
        .map(({ id }) => `${id}.cer`)
        .sort(),
    ).toEqual(files.sort())
    expect(Object.fromEntries(services.filter(({ role }) => role === 'root').map(({ id, fingerprint }) => [id, fingerprint]))).toEqual(ROOTS)
    expect(new Set(services.map(({ keyFingerprint }) => keyFingerprint)).size).toBe(services.length)
  })

  it('are told apart by how sure they are', async () => {
    const judged = async (id: string, option: string): Promise<unknown[]> => {
      const { lines } = await run(['cert', join(folder, `${id}.cer`), option, '--no-revocation', '--json'])
      const [{ trustAnchorRole, messages } = {}] = lines()
      return [trustAnchorRole, JSON.stringify(messages).includes('anchorUnconfirmed')]
    }
    expect(await judged('vgca-g2-state-agencies', '--vietnam')).toEqual([expect.stringMatching(/root|issuing/), false])
    expect(await judged('public-viettelca', '--vietnam-public')).toEqual([expect.stringMatching(/root|issuing/), true])
    expect(await judged('public-viettelca', '--vietnam')).toEqual([undefined, false])
  })

  it('do not vouch for the demonstration that borrows the national root’s name', async () => {
    const { signatures } = await verify(bytesOf(stamped), { trust: vietnamTrust(EVERYBODY), at: new Date('2022-12-02T00:00:00Z') })
    expect(signatures).toMatchObject([{ intact: true, indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', trustAnchor: null }])
    // Its time-stamp is the government's own: the path ends at the key of G2.
    const tsa = services.find(({ role }) => role === 'timestamping')
    if (!tsa) throw new Error('no time-stamp authority')
    const leaf = await certificateOf(tsa)
    const input = { leaf, anchors: vietnamTrust(), candidates: [], at: new Date('2022-12-02T00:00:00Z'), crypto: defaultCrypto(), budget: new Budget() }
    const { path } = await buildPath(input)
    expect(path && nameToString(path.anchor.name)).toBe('CN=RootCA chuyên dùng Chính phủ G2,O=Ban Cơ yếu Chính phủ,C=VN')
  })

  it('do not vouch for somebody of the same name and another key', async () => {
    const files = makeFolder()
    try {
      const lab = await Lab.create()
      const finance = services.find(({ id }) => id === 'vgca-g1-finance')
      const impostor = await lab.impostor(new Uint8Array(Buffer.from(finance?.nameDer ?? '', 'base64')))
      const { certificate } = await lab.issue({ authority: impostor })
      expect(nameToString(parseCertificate(certificate).issuer)).toBe(finance?.name)
      const leaf = files.put('leaf.pem', pem(certificate, 'CERTIFICATE') + pem(impostor.certificate, 'CERTIFICATE'))
      const { status, lines } = await run(['cert', leaf, '--vietnam', '--no-revocation', '--json'])
      expect([status, lines()[0]?.subIndication, lines()[0]?.trustAnchor]).toEqual([2, 'NO_CERTIFICATE_CHAIN_FOUND', null])
    } finally {
      files.remove()
    }
  })
})

describeWithCorpus('the certificate of a tax notice', 'samples-vietnam/tax-notice-vgca-g1.signed.xml', (path) => {
  const folder = join(path, '../../trust-vietnam')
  const files = makeFolder()
  afterAll(() => files.remove())
  const match = /<X509Certificate>([^<]+)<\/X509Certificate>/.exec(readFileSync(path, 'utf8'))
  const der = new Uint8Array(Buffer.from(match?.[1] ?? '', 'base64'))
  const leaf = files.put('leaf.cer', der)
  const lenient = files.put(
    'lenient.json',
    JSON.stringify({ ...LEGACY_POLICY, name: 'lenient', constraints: { ...LEGACY_POLICY.constraints, revocation: 'WARN' } }),
  )
  const chain = ['--trust', join(folder, 'vgca-root-g1.cer'), '--untrusted', join(folder, 'vgca-g1-finance.cer')]
  const FINANCE = 'CN=Co quan chung thuc so Bo Tai chinh,O=Ban Co yeu Chinh phu,C=VN'
  const G1 = 'CN=Co quan chung thuc so chuyen dung Chinh phu (RootCA),O=Ban Co yeu Chinh phu,C=VN'
  const TODAY = ['--at', '2026-11-22T00:00:00Z']
  const THEN = ['--at', '2022-01-05T00:00:00Z']

  const messages = (line: Record<string, unknown> | undefined): { code: string; severity: string; data: Record<string, unknown> }[] =>
    (line?.messages ?? []) as { code: string; severity: string; data: Record<string, unknown> }[]

  it('leads to G1, and is undecided today: expired, no revocation, SHA-1 above it', async () => {
    const { status, lines } = await run(['cert', leaf, ...chain, ...TODAY, '--json'])
    expect(status).toBe(2)
    const [line] = lines()
    expect(line).toMatchObject({ indication: 'INDETERMINATE', trustAnchor: G1, chain: [{ issuer: FINANCE }, { subject: FINANCE, issuer: G1 }] })
    expect(messages(line)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'certificateExpired', data: expect.objectContaining({ notAfter: '2026-05-18T03:32:23.000Z' }) }),
        expect.objectContaining({ code: 'revocationUnknown', severity: 'error' }),
        expect.objectContaining({
          code: 'digestWeak',
          data: expect.objectContaining({ algorithm: 'SHA-1', subject: 'Co quan chung thuc so Bo Tai chinh' }),
        }),
      ]),
    )
  })

  it('ends with --vietnam alone at the key of the finance ministry’s CA', async () => {
    const { status, lines } = await run(['cert', leaf, '--vietnam', ...TODAY, '--json'])
    expect(status).toBe(2)
    expect(lines()[0]).toMatchObject({ indication: 'INDETERMINATE', trustAnchor: FINANCE, chain: [{ issuer: FINANCE }] })
    expect(messages(lines()[0]).map(({ code }) => code)).not.toContain('chainMissing')
  })

  it.each([
    ['--vietnam', ['--vietnam']],
    ['G1', chain],
  ])('passed while it was valid, where SHA-1 is allowed and missing revocation only warned of, by %s', async (_, trust) => {
    const { status, lines } = await run(['cert', leaf, ...trust, ...THEN, '--policy', lenient, '--json'])
    expect([status, lines()[0]?.indication]).toEqual([0, 'TOTAL-PASSED'])
    const told = messages(lines()[0])
    expect(new Set(told.map(({ code, severity }) => `${severity} ${code}`))).toEqual(new Set(['warning revocationUnknown']))
    // The default policy does not let it pass without revocation.
    expect((await run(['cert', leaf, ...trust, ...THEN])).status).toBe(2)
  })

  it('tells its purposes', async () => {
    const { lines } = await run(['cert', leaf, '--vietnam', '--json'])
    expect(lines()[0]?.certificate).toMatchObject({
      keyUsages: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'],
      extendedKeyUsages: ['clientAuth', 'emailProtection', 'msSmartcardLogin'],
    })
    expect((await run(['cert', leaf, '--vietnam'])).out).toContain('clientAuth, emailProtection, msSmartcardLogin')
  })

  it('is that of a person in an office', () => {
    expect(vietnameseIdentity(parseCertificate(der))).toMatchObject({
      personName: 'Phạm Thanh Hải',
      title: 'Phó Chi cục Trưởng',
      organisation: 'Bộ Tài chính',
      unit: 'Tổng cục Thuế',
      taxCodes: [],
    })
  })
})
