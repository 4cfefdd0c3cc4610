import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { chainEvidence } from '../../src/evidence/chain.ts'
import { EvidencePool } from '../../src/evidence/pool.ts'
import { createCertificate } from '../../src/testing/certificate.ts'
import { certificateExtensions } from '../../src/testing/extensions.ts'
import { encodeName, Lab, type LabAuthority, type LabName, pem } from '../../src/testing/index.ts'
import { type Certificate, type Crl, checkPathAt, parseCertificate, parseCrl, trustAnchor } from '../../src/x509/index.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

const AUTHORITIES = 150
const LEAVES = 2_000
const BATCH = 250
const DAY = 86_400_000
const now = new Date()
const ago = (days: number): Date => new Date(now.getTime() - days * DAY)

/** The same shapes in every run; keys are new each time. */
function sequenceOfNumbers(seed: number): () => number {
  let state = seed
  return () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const tlv = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
  const content = parts.flatMap((part) => [...part])
  return Uint8Array.from([tag, ...(content.length < 128 ? [content.length] : [0x81, content.length]), ...content])
}
/** NameConstraints: directory names under one country alone. */
const onlyCountry = (country: string) => ({
  oid: '2.5.29.30',
  critical: true,
  value: tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0xa4, encodeName([{ C: country }]))))),
})
const UNKNOWN = { oid: '1.3.6.1.4.1.55555.1', critical: true, value: Uint8Array.of(5, 0) }

describeWithTools('paths as `openssl verify -x509_strict -crl_check_all` judges them', ['openssl'], () => {
  const random = sequenceOfNumbers(20_261_122)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const depths = new Map<LabAuthority, number>()
  /** Authorities that a second certificate speaks for: OpenSSL takes the first that fits, kyso tries them all. */
  const crossed = new Set<string>()
  const leaves: { certificate: Uint8Array; shape: string; names: string[] }[] = []
  let lab: Lab
  let pool: Uint8Array[]
  let crls: Uint8Array[]

  const faultsOf = (authority: LabAuthority): string[] => (authority.issuer ? [authority.id, ...faultsOf(authority.issuer)] : [authority.id])

  beforeAll(async () => {
    lab = await Lab.create()
    const authorities: LabAuthority[] = [lab.root]
    depths.set(lab.root, 0)
    pool = []
    for (let i = 0; i < AUTHORITIES; i++) {
      const issuer = pick(authorities.filter((one) => (depths.get(one) ?? 0) < 4))
      const fault = random()
      const name: LabName = [{ C: 'VN' }, { O: 'Shapes' }, { CN: `Authority ${i}` }]
      const kind =
        fault < 0.6
          ? {}
          : fault < 0.66
            ? { keyUsage: ['cRLSign'] as const }
            : fault < 0.72
              ? { notAfter: ago(1) }
              : fault < 0.8
                ? { pathLength: Math.floor(random() * 2) }
                : fault < 0.85
                  ? { extensions: [onlyCountry(random() < 0.5 ? 'VN' : 'US')] }
                  : fault < 0.88
                    ? { extensions: [UNKNOWN] }
                    : fault < 0.92
                      ? { omit: ['2.5.29.19'] }
                      : { name: pick(authorities.filter((one) => one !== lab.root).concat(lab.ca)).name }
      const authority = await lab.authority({ name, issuer, addresses: false, ...kind })
      depths.set(authority, (depths.get(issuer) ?? 0) + 1)
      authorities.push(authority)
      pool.push(authority.certificate)
      if (fault >= 0.55 && fault < 0.6) await lab.revoke(authority.certificate, { date: ago(2), authority: issuer })
      if (random() < 0.08) {
        const by = pick(authorities.filter((one) => one !== authority && (depths.get(one) ?? 0) < 4))
        crossed.add(authority.id)
        const extensions = await certificateExtensions({ subjectKey: authority.key, issuerKey: by.key, ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] })
        pool.push(
          await createCertificate({
            subject: authority.name,
            issuer: by.name,
            subjectKey: authority.key,
            issuerKey: by.key,
            notBefore: ago(100),
            notAfter: new Date(now.getTime() + 100 * DAY),
            extensions,
          }),
        )
      }
    }
    for (let i = 0; i < LEAVES; i++) {
      const authority = pick(authorities)
      const fault = random()
      const subject: LabName = [{ C: 'VN' }, { O: 'Shapes' }, { CN: `Leaf ${i}` }]
      const kind =
        fault < 0.75
          ? {}
          : fault < 0.8
            ? { notAfter: ago(1) }
            : fault < 0.85
              ? { notBefore: new Date(now.getTime() + DAY) }
              : fault < 0.9
                ? { extensions: [UNKNOWN] }
                : {}
      const { certificate } = await lab.issue({ authority, subject, addresses: false, ...kind })
      if (fault >= 0.92) await lab.revoke(certificate, { date: ago(2), authority })
      leaves.push({ certificate, shape: `${fault.toFixed(2)} under ${faultsOf(authority).join(' < ')}`, names: faultsOf(authority) })
    }
    crls = await Promise.all(authorities.map((one) => lab.crl(one, { thisUpdate: ago(1), nextUpdate: new Date(now.getTime() + DAY) })))
  })

  /** Indices of the leaves that OpenSSL accepts. */
  async function byOpenssl(): Promise<Set<number>> {
    const folder = temporaryFolder()
    mkdirSync(folder, { recursive: true })
    const file = (name: string, list: readonly Uint8Array[], label = 'CERTIFICATE'): string => {
      const path = join(folder, name)
      writeFileSync(path, list.map((one) => pem(one, label)).join('\n'))
      return path
    }
    const [root, untrusted, lists] = [file('root.pem', lab.anchors), file('pool.pem', pool), file('crls.pem', crls, 'X509 CRL')]
    const accepted = new Set<number>()
    for (let first = 0; first < leaves.length; first += BATCH) {
      const paths = leaves.slice(first, first + BATCH).map(({ certificate }, i) => file(`leaf-${first + i}.pem`, [certificate]))
      const { stdout } = await run('openssl', [
        'verify',
        '-x509_strict',
        '-crl_check_all',
        '-CAfile',
        root,
        '-untrusted',
        untrusted,
        '-CRLfile',
        lists,
        ...paths,
      ])
      for (const [, index] of stdout.matchAll(/leaf-(\d+)\.pem: OK/g)) accepted.add(Number(index))
    }
    return accepted
  }

  it('gives the same verdict on 2,000 chains; a cross-signed authority may save a path that OpenSSL does not look for', async () => {
    const openssl = await byOpenssl()
    const certificates = pool.map((one): Certificate => parseCertificate(one))
    const lists = crls.map((one): Crl => parseCrl(one))
    const anchors = lab.anchors.map((one) => trustAnchor(one))
    const differences: string[] = []
    let saved = 0
    for (const [index, { certificate, shape, names }] of leaves.entries()) {
      const budget = new Budget()
      const evidence = new EvidencePool({ anchors, certificates, crls: lists, ocsp: [] }, budget)
      const { result, links } = await chainEvidence({ crypto: defaultCrypto(), budget, at: now }, evidence, parseCertificate(certificate))
      const holds = result.path !== null && result.problems.length === 0 && checkPathAt(result.path, now).length === 0
      const clear = links.every(({ statuses }) => statuses.length > 0 && statuses.every(({ status }) => status === 'good'))
      if ((holds && clear) === openssl.has(index)) continue
      if (holds && clear && names.some((name) => crossed.has(name))) saved++
      else
        differences.push(
          `${index}: kyso ${holds ? (clear ? 'yes' : 'revocation') : result.problems.map(({ code }) => code).join() || 'no path'}, OpenSSL ${openssl.has(index)}; ${shape}`,
        )
    }
    expect(differences).toEqual([])
    expect(openssl.size).toBeGreaterThan(300)
    expect(openssl.size).toBeLessThan(1_700)
    expect(saved).toBeLessThan(200)
  })
})
