/** A PDF whose chain ends in a root that borrows the name of Vietnam's national one; and roots that borrow it exactly. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readPdf, signPdf } from '../../src/pades/index.ts'
import { Lab, type LabAuthority, type LabIdentity } from '../../src/testing/index.ts'
import { BASELINE_POLICY, LEGACY_POLICY, type Policy, type SignatureReport, verify } from '../../src/verify/index.ts'
import {
  type Certificate,
  isSelfIssued,
  nameAttributes,
  nameToString,
  parseCertificate,
  publicKeyOf,
  sameName,
  type TrustAnchor,
  trustAnchor,
} from '../../src/x509/index.ts'
import { smallPdf } from '../support/pades.ts'
import { describeWithCorpus } from '../support/tools.ts'

const SAMPLE = 'samples-vietnam/icorp-demo.signed.pdf'
/** While the demonstration's certificate was valid, and after it. */
const TIMES = ['2022-12-02T00:00:00Z', '2026-11-22T00:00:00Z'].map((time) => new Date(time))
/** Nothing speaks against a signature but its chain. */
const LENIENT: Policy = { ...LEGACY_POLICY, name: 'lenient', constraints: { ...LEGACY_POLICY.constraints, revocation: 'WARN', cryptography: 'WARN' } }

const AUTHORITY = 'Máy chủ cấp dấu thời gian HL01'
const GOVERNMENT_ROOT = 'CN=RootCA chuyên dùng Chính phủ G2,O=Ban Cơ yếu Chính phủ,C=VN'

describeWithCorpus('the demonstration that imitates the national root', SAMPLE, (path) => {
  const folder = join(path, '../../trust-vietnam')
  const document = new Uint8Array(readFileSync(path))
  const anchor = (file: string): TrustAnchor => trustAnchor(new Uint8Array(readFileSync(join(folder, file))))
  const everybody = readdirSync(folder).filter((file) => file.endsWith('.cer'))
  const nationalRoots = ['national-root-mic.cer', 'national-root-2014.cer']
  const trusts: [string, readonly string[]][] = [
    ['nobody', []],
    ...nationalRoots.map((file): [string, readonly string[]] => [file, [file]]),
    ['both national roots', nationalRoots],
    ['the CA of the same name under the real root', ['public-fptca.cer']],
    ['everybody', everybody],
  ]

  async function report(trust: readonly TrustAnchor[], at?: Date, policy = BASELINE_POLICY): Promise<SignatureReport> {
    const { signatures, error } = await verify(document, { trust, policy, ...(at ? { at } : {}) })
    expect(error).toBeUndefined()
    expect(signatures).toHaveLength(1)
    return signatures[0] as SignatureReport
  }

  it('is intact, with an intact time-stamp of the government’s authority', async () => {
    const signature = await report([])
    expect(signature).toMatchObject({ intact: true, level: 'PKCS7-T', coverage: { wholeFile: true }, modifications: { kind: 'none' } })
    expect(signature.timestamps).toMatchObject([{ type: 'signature', intact: true, time: '2022-12-01T02:04:13.000Z', authority: AUTHORITY }])
    const tokens = (await readPdf(document)).signatures.flatMap(({ timestamps }) => timestamps)
    expect(tokens.map(({ certificate }) => certificate && nameToString(certificate.issuer))).toEqual([GOVERNMENT_ROOT])
  })

  it.each(trusts)('is not trusted by who trusts %s', async (_, files) => {
    for (const at of [undefined, ...TIMES]) {
      for (const policy of [BASELINE_POLICY, LENIENT]) {
        const signature = await report(files.map(anchor), at, policy)
        expect(signature).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', trustAnchor: null, intact: true })
      }
    }
  })

  it('has a time-stamp that is trusted by who trusts the government’s root, which helps the signer nothing', async () => {
    const signature = await report([anchor('vgca-root-g2.cer')], TIMES[0], LENIENT)
    expect(signature.timestamps).toMatchObject([{ indication: 'TOTAL-PASSED', authority: AUTHORITY }])
    expect(signature).toMatchObject({ bestSignatureTime: '2022-12-01T02:04:13.000Z', indication: 'INDETERMINATE', trustAnchor: null })
    const without = await report(nationalRoots.map(anchor), TIMES[0], LENIENT)
    expect(without.timestamps).toMatchObject([{ indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' }])
    expect(without.bestSignatureTime).toBeNull()
  })

  it('would be trusted by its false root alone: it is the anchor that decides', async () => {
    const signature = await report([trustAnchor(await falseRoot())], TIMES[0], LENIENT)
    expect(signature).toMatchObject({ indication: 'TOTAL-PASSED', intact: true })
  })

  async function falseRoot(): Promise<Certificate> {
    const [signature] = (await readPdf(document)).signatures
    const roots = signature?.certificates.filter((one) => isSelfIssued(one)) ?? []
    expect(roots).toHaveLength(1)
    return roots[0] as Certificate
  }

  it('ends in a root with the parts of the real one’s name in reversed order, and another key', async () => {
    const [theirs, real] = [await falseRoot(), anchor('national-root-mic.cer')]
    expect(nameAttributes(theirs.subject)).toEqual([...nameAttributes(real.name)].reverse())
    expect(nameAttributes(theirs.subject).length).toBe(4)
    expect(sameName(theirs.subject, real.name)).toBe(false)
    expect(theirs.spki).not.toEqual(real.spki)
    expect(publicKeyOf(theirs).type).toBe('RSA')
  })

  it.each(nationalRoots)('a lab whose root has exactly the name of %s is not trusted for it', async (file) => {
    const real = anchor(file)
    const lab = await Lab.create({ rootName: real.name.bytes })
    expect(parseCertificate(lab.root.certificate).subject.bytes).toEqual(real.name.bytes)
    await expectImpostor(lab, lab.ca, [real])
  })
})

/** Signs with a CA of a lab: intact and trusted by its own root, not trusted by the others. */
async function expectImpostor(lab: Lab, authority: LabAuthority, others: readonly TrustAnchor[], own = lab.root): Promise<void> {
  const somebody = await lab.issue({ authority })
  const signed = await signPdf(smallPdf('table'), {
    signer: somebody.signer,
    certificates: [own.certificate],
    level: 'B-T',
    sources: { timestamp: (await lab.timestampAuthority({ authority })).source },
  })
  const crls = [await lab.crl(own), await lab.crl(authority)]
  const trusted = await verify(signed, { trust: [trustAnchor(own.certificate)], crls })
  expect(trusted.indication).toBe('TOTAL-PASSED')
  for (const policy of [BASELINE_POLICY, LENIENT]) {
    const { signatures } = await verify(signed, { trust: others, crls, policy })
    expect(signatures).toMatchObject([
      { intact: true, indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', trustAnchor: null, bestSignatureTime: null },
    ])
    expect(signatures[0]?.timestamps).toMatchObject([{ intact: true, indication: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' }])
  }
}

describe('roots of one name and two keys', () => {
  let first: Lab
  let second: Lab
  let somebody: LabIdentity

  beforeAll(async () => {
    first = await Lab.create()
    second = await Lab.create({ rootName: first.root.name, caName: first.ca.name })
    somebody = await first.issue()
  })

  it('have one name, octet for octet', () => {
    const [a, b] = [first, second].map(({ root, ca }) => [root, ca].map(({ certificate }) => parseCertificate(certificate).subject.bytes))
    expect(a).toEqual(b)
    expect(first.root.key.spki).not.toEqual(second.root.key.spki)
  })

  it('are not trusted for each other, in either direction', async () => {
    await expectImpostor(first, first.ca, [trustAnchor(second.root.certificate)])
    await expectImpostor(second, second.ca, [trustAnchor(first.root.certificate)])
  })

  it('nor is one CA trusted for the other where the CA is the anchor', async () => {
    await expectImpostor(first, first.ca, [trustAnchor(second.ca.certificate), trustAnchor(second.root.certificate)])
  })

  it('nor one that copies serial number and key identifier too', async () => {
    const real = parseCertificate(first.root.certificate)
    const identifiers = real.extensions.filter(({ extnID }) => extnID === '2.5.29.14')
    expect(identifiers).toHaveLength(1)
    const extensions = identifiers.map(({ extnID, extnValue }) => ({ oid: extnID, value: extnValue }))
    const serial = Buffer.from(real.serialNumber).toString('hex')
    const impostor = await first.impostor(first.root, { serial, extensions })
    const ca = await first.authority({ issuer: impostor, name: first.ca.name })
    expect(parseCertificate(impostor.certificate).serialNumber).toEqual(real.serialNumber)
    await expectImpostor(first, ca, [trustAnchor(first.root.certificate)], impostor)
  })

  it('together are told apart: the one whose key signed is the anchor', async () => {
    const signed = await signPdf(smallPdf('table'), { signer: somebody.signer })
    const crls = [await first.crl(first.root), await first.crl(first.ca)]
    const [right, wrong] = [first, second].map(({ root }) => trustAnchor(root.certificate)) as [TrustAnchor, TrustAnchor]
    for (const trust of [
      [wrong, right],
      [right, wrong],
    ]) {
      // The other's certificates are at hand and lead nowhere.
      const { signatures } = await verify(signed, { trust, crls, certificates: [second.ca.certificate, second.root.certificate] })
      expect(signatures).toMatchObject([{ indication: 'TOTAL-PASSED' }])
    }
    const theirCrls = [await second.crl(second.root), await second.crl(second.ca)]
    const { signatures } = await verify(signed, { trust: [right], crls: theirCrls })
    expect(signatures).toMatchObject([{ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' }])
  })
})
