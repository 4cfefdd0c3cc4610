/**
 * x509-limbo: hostile and odd certificate paths, in the strict profile of RFC 5280, with the anchors' own constraints. Names of
 * peers and extended key usages are matched here, for they are no part of a path; so is revocation.
 */
import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { toHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { attempt, isKysoError } from '../../src/core/errors.ts'
import {
  buildPath,
  type Certificate,
  type CertificatePath,
  type Crl,
  checkPathAt,
  EXTENDED_KEY_USAGE,
  parseCertificate,
  parseCrl,
  pemBlocks,
  readExtension,
  revocationOf,
  SUBJECT_ALT_NAME,
  trustAnchor,
} from '../../src/x509/index.ts'
import { crlProfileViolations } from '../../src/x509/path/profile.ts'
import { issuerKeyOf } from '../../src/x509/path/validate.ts'
import { describeWithCorpus } from '../support/tools.ts'
import { BESIDE_THE_PATH, LIMBO_EXCEPTIONS } from './limbo-exceptions.ts'

interface PeerName {
  readonly kind: 'DNS' | 'IP' | 'RFC822'
  readonly value: string
}

interface LimboCase {
  readonly id: string
  readonly features: readonly string[]
  readonly validation_kind: 'SERVER' | 'CLIENT'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly validation_time: string | null
  readonly extended_key_usage: readonly string[]
  readonly expected_result: 'SUCCESS' | 'FAILURE'
  readonly expected_peer_name: PeerName | null
  readonly expected_peer_names: readonly PeerName[]
  readonly max_chain_depth: number | null
  readonly crls: readonly string[]
}

const GROUPS: ReadonlySet<string> = new Set(['rfc5280', 'pathlen', 'pathological', 'crl', 'cve'])
const NOW = new Date('2026-11-22T00:00:00Z')
const USAGES = { SERVER: '1.3.6.1.5.5.7.3.1', CLIENT: '1.3.6.1.5.5.7.3.2' } as const
const ANY_USAGE = '2.5.29.37.0'

const bytesOfPem = (pem: string): Uint8Array => pemBlocks(pem)[0]?.bytes ?? new Uint8Array(0)

/** Certificates that cannot be read are not there. */
const readable = (pems: readonly string[]): Certificate[] => pems.flatMap((pem) => attempt(() => parseCertificate(bytesOfPem(pem))) ?? [])

function addressOctets(text: string): string {
  if (isIPv4(text)) return toHex(Uint8Array.from(text.split('.').map(Number)))
  if (!isIPv6(text)) return ''
  const [head = '', tail = ''] = text.split('::')
  const words = (part: string): string[] => (part === '' ? [] : part.split(':')).map((word) => word.padStart(4, '0'))
  const [first, last] = [words(head), words(tail)]
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0000'), ...last].join('')
}

function matchesPeer(leaf: Certificate, { kind, value }: PeerName): boolean {
  const names = attempt(() => readExtension(leaf, SUBJECT_ALT_NAME)) ?? []
  return names.some((name) => {
    if (kind === 'IP') return name.type === 'iPAddress' && toHex(name.value) === addressOctets(value)
    if (kind === 'RFC822') return name.type === 'rfc822Name' && name.value === value
    if (name.type !== 'dNSName') return false
    const [have, wanted] = [name.value.toLowerCase(), value.toLowerCase()]
    return have === wanted || (have.startsWith('*.') && wanted.replace(/^[^.]+/, '*') === have)
  })
}

function suits(leaf: Certificate, one: LimboCase): boolean {
  const usages = readExtension(leaf, EXTENDED_KEY_USAGE)
  if (usages && !usages.includes(USAGES[one.validation_kind]) && !usages.includes(ANY_USAGE)) return false
  if (one.expected_peer_name && !matchesPeer(leaf, one.expected_peer_name)) return false
  return one.expected_peer_names.every((name) => matchesPeer(leaf, name))
}

/** Whether the leaf is known not to be revoked; CRLs of the profile only. */
async function notRevoked(path: CertificatePath, crls: readonly Crl[], at: Date): Promise<boolean> {
  const leaf = path.certificates[0] as Certificate
  const issuer = path.certificates[1] ?? path.anchor.certificate
  const name = path.certificates[1]?.subject ?? path.anchor.name
  const spki = path.certificates[1]?.spki ?? path.anchor.spki
  const asked = { name, spki, key: issuerKeyOf(path, 0), ...(issuer ? { certificate: issuer } : {}) }
  const fit = crls.filter((crl) => crlProfileViolations(crl).length === 0)
  const { statuses } = await revocationOf({ crypto: defaultCrypto(), budget: new Budget() }, leaf, asked, fit, [])
  return statuses.every(({ status }) => status === 'good') && statuses.some(({ nextUpdate }) => nextUpdate !== undefined && nextUpdate >= at)
}

interface Verdict {
  readonly path: boolean
  readonly result: 'SUCCESS' | 'FAILURE'
  readonly why: string
}

async function judge(one: LimboCase): Promise<Verdict> {
  const failure = (why: string, path = false): Verdict => ({ path, result: 'FAILURE', why })
  const at = one.validation_time === null ? NOW : new Date(one.validation_time)
  const [leaf] = readable([one.peer_certificate])
  if (!leaf) return failure('the leaf cannot be read')
  const anchors = readable(one.trusted_certs).flatMap((root) => attempt(() => trustAnchor(root, { ownConstraints: true })) ?? [])
  const candidates = readable(one.untrusted_intermediates)
  const inputs = { profile: 'strict' as const, ...(one.max_chain_depth === null ? {} : { maxPathLength: one.max_chain_depth }) }
  try {
    const { path, problems, deadEnd } = await buildPath({ leaf, anchors, candidates, at, crypto: defaultCrypto(), budget: new Budget(), inputs })
    if (!path) return failure(`no path: ${deadEnd?.code}`)
    const all = [...problems, ...checkPathAt(path, at)]
    if (all.length > 0) return failure(all.map(({ code, index, detail }) => `${code}@${index}: ${detail}`).join('; '))
    if (!suits(leaf, one)) return failure('not for this peer or purpose', true)
    const crls = one.crls.map((pem) => parseCrl(bytesOfPem(pem)))
    if (crls.length > 0 && !(await notRevoked(path, crls, at))) return failure('revoked, or not known', true)
    return { path: true, result: 'SUCCESS', why: '' }
  } catch (error) {
    if (isKysoError(error, 'ERR_BUDGET_EXCEEDED')) return failure(error.message)
    throw error
  }
}

describeWithCorpus('x509-limbo', 'limbo/limbo.json', (file) => {
  const { testcases } = JSON.parse(readFileSync(file, 'utf8')) as { testcases: LimboCase[] }
  const cases = testcases.filter(({ id }) => GROUPS.has(id.split('::')[0] ?? ''))

  it('has every case of the groups that are ours', () => {
    expect(cases).toHaveLength(137)
    for (const id of [...LIMBO_EXCEPTIONS.keys(), ...BESIDE_THE_PATH]) expect(cases.map((one) => one.id)).toContain(id)
  })

  it.each(cases.map((one) => [one.id, one] as const))('%s', async (id, one) => {
    const verdict = await judge(one)
    const exception = LIMBO_EXCEPTIONS.get(id)
    if (exception) {
      expect(exception.reason).not.toBe('')
      expect([exception.expected, exception.actual]).toEqual([one.expected_result, verdict.result])
      expect(exception.actual, 'an exception that is none').not.toBe(exception.expected)
    } else expect(verdict.result, verdict.why).toBe(one.expected_result)
    if (verdict.result === 'FAILURE') expect(verdict.path, verdict.why).toBe(BESIDE_THE_PATH.has(id))
  })
})
