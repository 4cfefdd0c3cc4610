/** What the encryption tests share. */
import { expect } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { KysoError } from '../../../src/core/errors.ts'
import { openEncryption, type PdfEncryption } from '../../../src/pdf/encryption/index.ts'
import { type PdfDict, type PdfObject, PdfRef } from '../../../src/pdf/objects.ts'
import type { MadeEncryption } from './make-encryption.ts'

/** Resolves nothing but absence: the dictionaries of tests are direct. */
export const direct = (object: PdfObject | undefined): PdfObject => (object === undefined || object instanceof PdfRef ? null : object)

/** Opens a made dictionary. */
export function open(
  made: Pick<MadeEncryption, 'dict' | 'id0'>,
  password?: string | Uint8Array,
  budget = new Budget(),
  crypto = defaultCrypto(),
): Promise<PdfEncryption> {
  return openEncryption(made.dict, direct, made.id0, password, { budget, crypto })
}

/** The code with which a run fails; anything but a `KysoError` fails the test. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    expect(error).toBeInstanceOf(KysoError)
    return error instanceof KysoError ? error.code : ''
  }
  return 'opened'
}

/** {@link codeOf} of opening a dictionary. */
export function codeOfOpening(dict: PdfDict, id0: Uint8Array, password?: string | Uint8Array): Promise<string> {
  return codeOf(() => open({ dict, id0 }, password))
}
