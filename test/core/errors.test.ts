import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../src/core/error-codes.ts'
import { attempt, isAboutDocument, isKysoError, KysoError } from '../../src/core/errors.ts'

describe('KysoError', () => {
  it('is an Error with code, data and cause', () => {
    const cause = new Error('below')
    const error = new KysoError('ERR_ASN1_SYNTAX', 'a line for the log', { offset: 7 }, { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('KysoError')
    expect(error.message).toBe('a line for the log')
    expect(error.code).toBe('ERR_ASN1_SYNTAX')
    expect(error.data).toEqual({ offset: 7 })
    expect(error.cause).toBe(cause)
  })

  it('has data even when none is given', () => expect(new KysoError('ERR_ARGUMENT', 'x').data).toEqual({}))

  it('isKysoError narrows by code', () => {
    const error: unknown = new KysoError('ERR_ARGUMENT', 'x')
    expect(isKysoError(error)).toBe(true)
    expect(isKysoError(error, 'ERR_ASN1_SYNTAX', 'ERR_ARGUMENT')).toBe(true)
    expect(isKysoError(error, 'ERR_ASN1_SYNTAX')).toBe(false)
    expect(isKysoError(new Error('ERR_ARGUMENT'))).toBe(false)
    expect(isKysoError({ code: 'ERR_ARGUMENT' })).toBe(false)
    expect(isKysoError(undefined)).toBe(false)
  })
})

describe('codes', () => {
  it('are unique and of one form', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
    for (const code of ERROR_CODES) expect(code).toMatch(/^ERR(_[A-Z0-9]+)+$/)
  })
})

describe('isAboutDocument', () => {
  it('is true of what was read, and of nothing that has to be thrown on', () => {
    const others = ['ERR_BUDGET_EXCEEDED', 'ERR_SOURCE_CHANGED', 'ERR_ABORTED'] as const
    for (const code of ERROR_CODES) expect([code, isAboutDocument(new KysoError(code, ''))]).toEqual([code, !others.some((one) => one === code)])
    for (const thrown of [new TypeError('x'), 'x', undefined, { code: 'ERR_ASN1_SYNTAX' }]) expect(isAboutDocument(thrown)).toBe(false)
  })

  it('is what an attempt gives up on', () => {
    const fail = (error: unknown) => () => {
      throw error
    }
    expect(attempt(() => 1)).toBe(1)
    expect(attempt(fail(new KysoError('ERR_ASN1_SYNTAX', '')))).toBeUndefined()
    for (const error of [new KysoError('ERR_BUDGET_EXCEEDED', ''), new TypeError('x')]) expect(() => attempt(fail(error))).toThrow(error)
  })
})
