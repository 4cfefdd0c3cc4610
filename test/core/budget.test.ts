import { describe, expect, it } from 'vitest'
import { Budget, type BudgetKind, DEFAULT_LIMITS } from '../../src/core/budget.ts'
import { isKysoError, KysoError } from '../../src/core/errors.ts'
import { thrown } from './thrown.ts'

describe('Budget', () => {
  it('every kind has a positive default that is kept', () => {
    const budget = new Budget()
    for (const [kind, limit] of Object.entries(DEFAULT_LIMITS) as [BudgetKind, number][]) {
      expect(limit).toBeGreaterThan(0)
      expect(budget.limit(kind)).toBe(limit)
      expect(budget.left(kind)).toBe(limit)
    }
  })

  it('may be spent to its last unit and no further', () => {
    const budget = new Budget({ signatures: 3 })
    budget.spend('signatures')
    budget.spend('signatures', 2)
    expect(budget.left('signatures')).toBe(0)
    const error = thrown(() => budget.spend('signatures')) as KysoError
    expect(error.code).toBe('ERR_BUDGET_EXCEEDED')
    expect(error.data).toEqual({ kind: 'signatures', limit: 3 })
    expect(budget.left('signatures')).toBe(0)
  })

  it('what was refused is not counted', () => {
    const budget = new Budget({ fetches: 5 })
    expect(isKysoError(thrown(() => budget.spend('fetches', 6)), 'ERR_BUDGET_EXCEEDED')).toBe(true)
    budget.spend('fetches', 5)
    expect(budget.left('fetches')).toBe(0)
  })

  it('kinds are counted apart', () => {
    const budget = new Budget({ fetches: 1, signatures: 1 })
    budget.spend('fetches')
    budget.spend('signatures')
    expect(budget.left('fetches')).toBe(0)
  })

  it('a limit of zero forbids, a missing one is the default', () => {
    const budget = new Budget({ fetches: 0, signatures: undefined })
    expect(isKysoError(thrown(() => budget.spend('fetches')), 'ERR_BUDGET_EXCEEDED')).toBe(true)
    expect(budget.limit('signatures')).toBe(DEFAULT_LIMITS.signatures)
  })

  it('a depth at the limit is allowed, one beyond is not', () => {
    const budget = new Budget({ asn1Depth: 2 })
    budget.checkDepth('asn1Depth', 2)
    expect(isKysoError(thrown(() => budget.checkDepth('asn1Depth', 3)), 'ERR_BUDGET_EXCEEDED')).toBe(true)
  })

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])('a limit of %d would bound nothing and is refused', (limit) => {
    expect(isKysoError(thrown(() => new Budget({ asn1Nodes: limit })), 'ERR_ARGUMENT')).toBe(true)
  })

  it('limits are copied: changing the object afterwards changes nothing', () => {
    const limits = { signatures: 1 }
    const budget = new Budget(limits)
    limits.signatures = 100
    expect(budget.limit('signatures')).toBe(1)
  })

  it('infinity is a limit', () => {
    const budget = new Budget({ fetches: Number.POSITIVE_INFINITY })
    budget.spend('fetches', 1e9)
    expect(budget.left('fetches')).toBe(Number.POSITIVE_INFINITY)
  })
})
