/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */

import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { invalidState, jsonBase64, jsonCertificates, jsonLevel, jsonSha256, jsonSize, jsonString, MAX_STATE_LENGTH, parseState } from '../core/state.ts'
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

/** JSON of a state. */
export function encodeState(state: PadesState): string {
  return JSON.stringify(state)
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(
  json: string,
): PadesState & { readonly bytes: { certificates: Uint8Array[]; signedAttributes: Uint8Array; before: Uint8Array; after: Uint8Array; sha256: Uint8Array } } {
  const state = parseState(json, 'pades')
  const { certificates, sha256, algorithm, level, signedAttributes, before, after } = state
  const room = jsonSize(state.room, 'room')
  if (room % 2 !== 0 || room > MAX_STATE_LENGTH) throw invalidState('room')
  const bytes = {
    certificates: jsonCertificates(certificates),
    signedAttributes: jsonBase64(signedAttributes, 'signedAttributes'),
    before: jsonBase64(before, 'before'),
    after: jsonBase64(after, 'after'),
    sha256: jsonSha256(sha256, 'sha256'),
  }
  return {
    format: 'pades',
    version: 1,
    size: jsonSize(state.size, 'size'),
    sha256: sha256 as string,
    // What it names is checked where it is taken apart.
    algorithm: jsonString(algorithm, 'algorithm') as SignatureAlgorithm,
    level: jsonLevel(level),
    certificates: certificates as string[],
    signedAttributes: signedAttributes as string,
    before: before as string,
    room,
    after: after as string,
    bytes,
  }
}
