/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */

import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { fromBase64, fromHex } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { PadesLevel } from './options.ts'

/** The state's members; byte strings in base64 but the digest, which is hexadecimal. */
export interface PadesState {
  readonly format: 'pades'
  readonly version: 1
  /** Size and SHA-256 of the document that was prepared. */
  readonly size: number
  readonly sha256: string
  readonly algorithm: SignatureAlgorithm
  readonly level: PadesLevel
  readonly certificates: readonly string[]
  readonly signedAttributes: string
  /** The increment up to `/Contents`, how many hexadecimal digits that has, and the rest. */
  readonly before: string
  readonly room: number
  readonly after: string
}

/** Largest state that is read; certificates and an increment of form fields take some ten kilobytes. */
const MAX_LENGTH = 16 * 1024 * 1024

/** JSON of a state. */
export function encodeState(state: PadesState): string {
  return JSON.stringify(state)
}

function invalid(why: string): KysoError {
  return new KysoError('ERR_STATE_INVALID', `the state is not one of a prepared PDF: ${why}`, { why })
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(
  json: string,
): PadesState & { readonly bytes: { certificates: Uint8Array[]; signedAttributes: Uint8Array; before: Uint8Array; after: Uint8Array; sha256: Uint8Array } } {
  if (json.length > MAX_LENGTH) throw invalid('too long')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalid('no JSON')
  }
  if (typeof value !== 'object' || value === null) throw invalid('no object')
  const state = value as Partial<Record<keyof PadesState, unknown>>
  if (state.format !== 'pades' || state.version !== 1) throw invalid('another format or version')
  const size = (key: 'size' | 'room'): number => {
    const number = state[key]
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw invalid(key)
    return number
  }
  const base64 = (text: unknown, key: string): Uint8Array => {
    const bytes = typeof text === 'string' ? fromBase64(text) : null
    if (!bytes) throw invalid(key)
    return bytes
  }
  const { certificates, sha256, algorithm, level } = state
  if (!Array.isArray(certificates) || certificates.length === 0) throw invalid('certificates')
  if (typeof algorithm !== 'string') throw invalid('algorithm')
  if (level !== 'B-B' && level !== 'B-T') throw invalid('level')
  const hash = typeof sha256 === 'string' ? fromHex(sha256) : null
  if (hash?.length !== 32) throw invalid('sha256')
  const room = size('room')
  if (room % 2 !== 0 || room > MAX_LENGTH) throw invalid('room')
  return {
    format: 'pades',
    version: 1,
    size: size('size'),
    sha256: sha256 as string,
    // What it names is checked where it is taken apart.
    algorithm: algorithm as SignatureAlgorithm,
    level,
    certificates: certificates as string[],
    signedAttributes: state.signedAttributes as string,
    before: state.before as string,
    room,
    after: state.after as string,
    bytes: {
      certificates: certificates.map((one) => base64(one, 'certificates')),
      signedAttributes: base64(state.signedAttributes, 'signedAttributes'),
      before: base64(state.before, 'before'),
      after: base64(state.after, 'after'),
      sha256: hash,
    },
  }
}
