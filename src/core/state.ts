/**
 * Reading of the states that stand between `prepare` and `complete`: versioned JSON that comes back from outside, so each member is hostile
 * until its form was looked at.
 */
import { fromBase64, fromHex } from './bytes.ts'
import { KysoError } from './errors.ts'

/** Largest state that is read, in characters; the certificates of a chain and an increment of form fields take some ten kilobytes. */
export const MAX_STATE_LENGTH = 16 * 1024 * 1024

/** A JSON object, nothing of it looked at. */
export type Json = Readonly<Record<string, unknown>>

/** `ERR_STATE_INVALID`, with the member that is wrong or another word for what is. */
export function invalidState(why: string): KysoError {
  return new KysoError('ERR_STATE_INVALID', `the state is not one of a prepared signature: ${why}`, { why })
}

/**
 * Parses a state as far as its format and version.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function parseState(json: unknown, format: string): Json {
  if (typeof json !== 'string' || json.length > MAX_STATE_LENGTH) throw invalidState('too long')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalidState('no JSON')
  }
  const state = jsonObject(value, 'no object')
  if (state.format !== format || state.version !== 1) throw invalidState('another format or version')
  return state
}

/** A member that is an object. Throws `ERR_STATE_INVALID`, as all that follow. */
export function jsonObject(value: unknown, why: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidState(why)
  return value as Json
}

/** A member that is text. */
export function jsonString(value: unknown, why: string): string {
  if (typeof value !== 'string') throw invalidState(why)
  return value
}

/** A member that is a number of bytes or of things, or an offset. */
export function jsonSize(value: unknown, why: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalidState(why)
  return value
}

/** A member that is bytes in base64. */
export function jsonBase64(value: unknown, why: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : null
  if (!bytes) throw invalidState(why)
  return bytes
}

/** A member that is a SHA-256 in hexadecimal. */
export function jsonSha256(value: unknown, why: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromHex(value) : null
  if (bytes?.length !== 32) throw invalidState(why)
  return bytes
}

/** A member that is a time as `Date.toISOString` writes it. */
export function jsonTime(value: unknown, why: string): Date {
  const time = new Date(jsonString(value, why))
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value) throw invalidState(why)
  return time
}

/** A member that is a level which is signed at. */
export function jsonLevel(value: unknown): 'B-B' | 'B-T' {
  if (value !== 'B-B' && value !== 'B-T') throw invalidState('level')
  return value
}

/** A member that is a list of certificates, the signer's first, in base64. */
export function jsonCertificates(value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidState('certificates')
  return value.map((one) => jsonBase64(one, 'certificates'))
}
