/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */
import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { fromBase64, fromHex, toBase64, toHex } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { Assembly, PlacedText } from './build/assembly.ts'
import type { XadesLevel } from './options.ts'
import type { Prepared } from './prepare.ts'

/** A state as read; nothing in it is believed before the signature value has confirmed it. */
export interface XadesState {
  readonly size: number
  readonly sha256: Uint8Array
  readonly algorithm: SignatureAlgorithm
  readonly level: XadesLevel
  readonly certificate: Uint8Array
  readonly signingTime: Date
  readonly id: string
  readonly documentUri: string | undefined
  readonly assembly: Assembly
}

/** Largest state that is read; the certificates of a chain take some ten kilobytes. */
const MAX_LENGTH = 16 * 1024 * 1024
const MAX_INSERTIONS = 1000

function invalid(why: string): KysoError {
  return new KysoError('ERR_STATE_INVALID', `the state is not one of a prepared XML: ${why}`, { why })
}

/** JSON of the state of a prepared signature. */
export function encodeState(prepared: Prepared, algorithm: SignatureAlgorithm): string {
  const { size, documentDigest, level, certificate, signingTime, id, documentUri, assembly } = prepared
  return JSON.stringify({
    format: 'xades',
    version: 1,
    size,
    sha256: toHex(documentDigest),
    algorithm,
    level,
    certificate: toBase64(certificate.bytes),
    signingTime: signingTime.toISOString(),
    id,
    documentUri,
    assembly,
  })
}

type Json = Readonly<Record<string, unknown>>

function object(value: unknown, why: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(why)
  return value as Json
}

function string(value: unknown, why: string): string {
  if (typeof value !== 'string') throw invalid(why)
  return value
}

function size(value: unknown, why: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(why)
  return value
}

function placedText(value: unknown): PlacedText {
  const why = 'insertions'
  const { at, replaced, open, close, text } = object(value, why)
  if (replaced !== 0 && replaced !== 2) throw invalid(why)
  const [first, last] = [string(open, why), string(close, why)]
  // Either nothing goes, or the end of an empty-element tag is opened into two tags, perhaps behind an ID that is put in.
  const fits = replaced === 0 ? first === '' && last === '' : /^(?: Id="[^"<&]+")?>$/.test(first) && /^<\/[^<>/\s]+>$/.test(last)
  if (!fits) throw invalid(why)
  return { at: size(at, why), replaced, open: first, close: last, text: string(text, why) }
}

function assemblyOf(value: unknown): Assembly {
  const { kind, insertions, before, after, embed, text } = object(value, 'assembly')
  switch (kind) {
    case 'insert':
      if (!Array.isArray(insertions) || insertions.length === 0 || insertions.length > MAX_INSERTIONS) throw invalid('insertions')
      return { kind, insertions: insertions.map(placedText) }
    case 'around':
      if (embed !== 'xml' && embed !== 'base64') throw invalid('embed')
      return { kind, before: string(before, 'before'), after: string(after, 'after'), embed }
    case 'beside':
      return { kind, text: string(text, 'text') }
    default:
      throw invalid('assembly')
  }
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(json: string): XadesState {
  if (typeof json !== 'string' || json.length > MAX_LENGTH) throw invalid('too long')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalid('no JSON')
  }
  const state = object(value, 'no object')
  const { sha256, algorithm, level, certificate, signingTime, id, documentUri } = state
  if (state.format !== 'xades' || state.version !== 1) throw invalid('another format or version')
  if (level !== 'B-B' && level !== 'B-T') throw invalid('level')
  const hash = typeof sha256 === 'string' ? fromHex(sha256) : null
  if (hash?.length !== 32) throw invalid('sha256')
  const der = typeof certificate === 'string' ? fromBase64(certificate) : null
  if (!der) throw invalid('certificate')
  const time = new Date(string(signingTime, 'signingTime'))
  if (Number.isNaN(time.getTime()) || time.toISOString() !== signingTime) throw invalid('signingTime')
  return {
    size: size(state.size, 'size'),
    sha256: hash,
    // What it names is checked where it is taken apart.
    algorithm: string(algorithm, 'algorithm') as SignatureAlgorithm,
    level,
    certificate: der,
    signingTime: time,
    id: string(id, 'id'),
    documentUri: documentUri === undefined ? undefined : string(documentUri, 'documentUri'),
    assembly: assemblyOf(state.assembly),
  }
}
