import { describe, expect, it } from 'vitest'
import { Budget, type BudgetKind, DEFAULT_LIMITS } from '../../src/core/budget.ts'
import { codeOf } from './thrown.ts'

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
    expect(() => budget.spend('signatures')).toThrow(expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED', data: { kind: 'signatures', limit: 3 } }))
    expect(budget.left('signatures')).toBe(0)
  })

  it('what was refused is not counted', () => {
    const budget = new Budget({ fetches: 5 })
    expect(codeOf(() => budget.spend('fetches', 6))).toBe('ERR_BUDGET_EXCEEDED')
    budget.spend('fetches', 5)
    expect(budget.left('fetches')).toBe(0)
  })

  it('an amount that is no number is refused, and does not open the budget', () => {
    const budget = new Budget({ fetches: 5 })
    expect(codeOf(() => budget.spend('fetches', Number.NaN))).toBe('ERR_BUDGET_EXCEEDED')
    expect(budget.left('fetches')).toBe(5)
  })

  it('kinds are counted apart', () => {
    const budget = new Budget({ fetches: 1, signatures: 1 })
    budget.spend('fetches')
    budget.spend('signatures')
    expect(budget.left('fetches')).toBe(0)
  })

  it('a limit of zero forbids, a missing one is the default', () => {
    const budget = new Budget({ fetches: 0, signatures: undefined })
    expect(codeOf(() => budget.spend('fetches'))).toBe('ERR_BUDGET_EXCEEDED')
    expect(budget.limit('signatures')).toBe(DEFAULT_LIMITS.signatures)
  })

  it('a depth at the limit is allowed, one beyond is not', () => {
    const budget = new Budget({ asn1Depth: 2 })
    budget.checkDepth('asn1Depth', 2)
    expect(codeOf(() => budget.checkDepth('asn1Depth', 3))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])('a limit of %d would bound nothing and is refused', (limit) => {
    expect(codeOf(() => new Budget({ asn1Nodes: limit }))).toBe('ERR_ARGUMENT')
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
