import type { ErrorCode } from './error-codes.ts'

export type { ErrorCode } from './error-codes.ts'

/** Plain facts that go with an error or a message: what the catalogues' placeholders name. */
export type MessageData = Readonly<Record<string, string | number | boolean | null | undefined>>

/**
 * The one error class. `code` is stable and what programs branch on; `message` is a technical English line for logs;
 * `explain` from `kyso` turns code and data into English or Vietnamese text that says what to do next.
 *
 * @example
 * ```ts
 * try {
 *   await readPdf(encryptedPdf)
 * } catch (error) {
 *   if (isKysoError(error, 'ERR_PDF_PASSWORD')) askForPassword()
 *   else throw error
 * }
 * ```
 */
export class KysoError extends Error {
  readonly code: ErrorCode
  readonly data: MessageData

  /**
   * @param code stable code
   * @param detail technical English line
   * @param data plain facts: offsets, sizes, names
   */
  constructor(code: ErrorCode, detail: string, data: MessageData = {}, options?: { cause?: unknown }) {
    super(detail, options)
    this.name = 'KysoError'
    this.code = code
    this.data = data
  }
}

/**
 * Whether a thrown value is a {@link KysoError}, of one of the codes when any are given.
 *
 * @param error anything that was thrown
 * @param codes stable codes; any code will do when left out
 * @example
 * ```ts
 * try {
 *   await openPdf(encryptedPdf)
 * } catch (error) {
 *   isKysoError(error, 'ERR_PDF_PASSWORD') // => true
 * }
 * ```
 */
export function isKysoError(error: unknown, ...codes: ErrorCode[]): error is KysoError {
  return error instanceof KysoError && (codes.length === 0 || codes.includes(error.code))
}

/**
 * Whether a thrown value is an error about what was read: malformed, unsupported, not what was asked for. An exhausted budget, a source
 * that changed and a wish to stop are none, and neither is anything that is no {@link KysoError}: those are to be thrown on.
 */
export function isAboutDocument(error: unknown): error is KysoError {
  return isKysoError(error) && !isKysoError(error, 'ERR_BUDGET_EXCEEDED', 'ERR_SOURCE_CHANGED', 'ERR_ABORTED')
}

/** The value of a reading, or `undefined` where it met something malformed. What is not about the document is passed on. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return undefined
  }
}
