import { describe, expect, it } from 'vitest'
import { isKysoError } from '../../src/core/errors.ts'
import { BASELINE_POLICY, LEGACY_POLICY, readPolicy } from '../../src/verify/index.ts'

/** The member that a refusal names. */
function refused(policy: unknown): unknown {
  try {
    readPolicy(policy)
  } catch (error) {
    if (isKysoError(error, 'ERR_POLICY')) return error.data.member ?? error.data.known
    throw error
  }
  return undefined
}

const plain = (): Record<string, unknown> => JSON.parse(JSON.stringify(BASELINE_POLICY)) as Record<string, unknown>

describe('readPolicy', () => {
  it('knows names, and takes what is whole, as a copy', () => {
    expect(readPolicy('baseline')).toBe(BASELINE_POLICY)
    expect(readPolicy('legacy')).toBe(LEGACY_POLICY)
    for (const policy of [BASELINE_POLICY, LEGACY_POLICY]) expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
    const mine = { ...plain(), name: 'mine', digests: { 'SHA-256': '2030-02-28' } }
    const read = readPolicy(mine)
    mine.digests['SHA-256'] = '1970-01-01'
    expect(read).toMatchObject({ name: 'mine', digests: { 'SHA-256': '2030-02-28' } })
  })

  it('refuses a name that is none, and tells which there are', () => {
    expect(refused('vietnamese')).toBe('baseline, legacy')
    expect(refused('toString')).toBe('baseline, legacy')
  })

  it.each([
    ['{}', null],
    ['{}', [1]],
    ['{}', 7],
    ['version', {}],
    ['version', { ...plain(), version: '1' }],
    ['name', { ...plain(), name: '' }],
    ['surprise', { ...plain(), surprise: 1 }],
    ['constraints', { ...plain(), constraints: 'FAIL' }],
    ['constraints.revocation', { ...plain(), constraints: { ...BASELINE_POLICY.constraints, revocation: 'fail' } }],
    ['constraints.signingCertificateAttribute', { ...plain(), constraints: Object.create(BASELINE_POLICY.constraints) }],
    ['constraints.revokation', { ...plain(), constraints: { ...BASELINE_POLICY.constraints, revokation: 'FAIL' } }],
    ['digests', { ...plain(), digests: null }],
    ['digests', { ...plain(), digests: { 'SHA-256': '2026-02-30' } }],
    ['digests', { ...plain(), digests: { 'SHA-256': true } }],
    ['keys', { ...plain(), keys: { RSA: { bits: 1, until: null } } }],
    ['keys', { ...plain(), keys: { RSA: [{ bits: -1, until: null }] } }],
    ['keys', { ...plain(), keys: { RSA: [{ bits: Number.NaN, until: null }] } }],
    ['keys', { ...plain(), keys: { RSA: [{ bits: 2048 }] } }],
    ['revocationFreshnessHours', { ...plain(), revocationFreshnessHours: Number.POSITIVE_INFINITY }],
    ['revocationFreshnessHours', { ...plain(), revocationFreshnessHours: '24' }],
  ])('names what is wrong: %s', (member, policy) => {
    expect(refused(policy)).toBe(member)
  })
})
