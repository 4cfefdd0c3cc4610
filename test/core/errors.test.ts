import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../src/core/error-codes.ts'
import { isKysoError, KysoError } from '../../src/core/errors.ts'

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
