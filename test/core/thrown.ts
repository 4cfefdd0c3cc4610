import { type ErrorCode, KysoError } from '../../src/core/errors.ts'

/** The code of the `KysoError` that `fn` throws; null when it returns. Anything else it throws goes on. */
export function codeOf(fn: () => unknown): ErrorCode | null {
  try {
    fn()
    return null
  } catch (error) {
    if (error instanceof KysoError) return error.code
    throw error
  }
}
