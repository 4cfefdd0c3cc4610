/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */
import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { toBase64, toHex } from '../core/bytes.ts'
import { invalidState, jsonBase64, jsonLevel, jsonObject, jsonSha256, jsonSize, jsonString, jsonTime, parseState } from '../core/state.ts'
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

const MAX_INSERTIONS = 1000

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

function placedText(value: unknown): PlacedText {
  const why = 'insertions'
  const { at, replaced, open, close, text } = jsonObject(value, why)
  if (replaced !== 0 && replaced !== 2) throw invalidState(why)
  const [first, last] = [jsonString(open, why), jsonString(close, why)]
  // Either nothing goes, or the end of an empty-element tag is opened into two tags, perhaps behind an ID that is put in.
  const fits = replaced === 0 ? first === '' && last === '' : /^(?: Id="[^"<&]+")?>$/.test(first) && /^<\/[^<>/\s]+>$/.test(last)
  if (!fits) throw invalidState(why)
  return { at: jsonSize(at, why), replaced, open: first, close: last, text: jsonString(text, why) }
}

function assemblyOf(value: unknown): Assembly {
  const { kind, insertions, before, after, embed, text } = jsonObject(value, 'assembly')
  switch (kind) {
    case 'insert':
      if (!Array.isArray(insertions) || insertions.length === 0 || insertions.length > MAX_INSERTIONS) throw invalidState('insertions')
      return { kind, insertions: insertions.map(placedText) }
    case 'around':
      if (embed !== 'xml' && embed !== 'base64') throw invalidState('embed')
      return { kind, before: jsonString(before, 'before'), after: jsonString(after, 'after'), embed }
    case 'beside':
      return { kind, text: jsonString(text, 'text') }
    default:
      throw invalidState('assembly')
  }
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(json: string): XadesState {
  const state = parseState(json, 'xades')
  const { sha256, algorithm, level, certificate, signingTime, id, documentUri } = state
  return {
    size: jsonSize(state.size, 'size'),
    sha256: jsonSha256(sha256, 'sha256'),
    // What it names is checked where it is taken apart.
    algorithm: jsonString(algorithm, 'algorithm') as SignatureAlgorithm,
    level: jsonLevel(level),
    certificate: jsonBase64(certificate, 'certificate'),
    signingTime: jsonTime(signingTime, 'signingTime'),
    id: jsonString(id, 'id'),
    documentUri: documentUri === undefined ? undefined : jsonString(documentUri, 'documentUri'),
    assembly: assemblyOf(state.assembly),
  }
}
