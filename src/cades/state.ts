/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */
import type { DigestAlgorithm, SignatureAlgorithm } from '../core/algorithms.ts'
import { fromBase64, fromHex, toBase64, toHex } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { CadesLevel, PrepareCmsOptions } from './options.ts'
import type { Plan } from './plan.ts'

/** Size and SHA-256 of something that was hashed. */
export interface Identity {
  readonly size: number
  readonly sha256: Uint8Array
}

/** A state as read: what was prepared, described again. The signed attributes are not in it, for they are made anew. */
export interface CadesState {
  readonly document: Identity
  readonly content: Identity | undefined
  readonly kind: 'new' | 'parallel' | 'counter'
  readonly options: PrepareCmsOptions & { readonly signingTime: Date; readonly level: CadesLevel }
}

/** Largest state that is read; the certificates of a chain take some ten kilobytes. */
const MAX_LENGTH = 16 * 1024 * 1024

function invalid(why: string): KysoError {
  return new KysoError('ERR_STATE_INVALID', `the state is not one of a prepared CMS: ${why}`, { why })
}

/** JSON of the state of a plan. */
export async function encodeState({ target, document, beside, options }: Plan): Promise<string> {
  const identity = async (one: typeof document): Promise<unknown> => ({ size: one.size, sha256: toHex(await one.digest('SHA-256')) })
  const { policy } = options
  return JSON.stringify({
    format: 'cades',
    version: 1,
    kind: target.kind,
    document: await identity(document),
    ...(beside ? { content: await identity(beside) } : {}),
    ...(target.kind === 'counter' ? { index: target.index } : {}),
    attached: options.attached === true,
    algorithm: options.algorithm,
    level: options.level ?? 'B-B',
    certificates: options.certificates.map(toBase64),
    signingTime: options.signingTime.toISOString(),
    mimeType: options.mimeType,
    commitment: options.commitment,
    location: options.location,
    ...(policy ? { policy: { ...policy, digest: toBase64(policy.digest) } } : {}),
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

/** A member that may be left out. */
function optional<T>(value: unknown, name: string, read: (value: unknown, why: string) => T): Record<string, T> {
  return value === undefined ? {} : { [name]: read(value, name) }
}

function base64(value: unknown, why: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : null
  if (!bytes) throw invalid(why)
  return bytes
}

function identityOf(value: unknown, why: string): Identity {
  const { size, sha256 } = object(value, why)
  const hash = typeof sha256 === 'string' ? fromHex(sha256) : null
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || hash?.length !== 32) throw invalid(why)
  return { size, sha256: hash }
}

function locationOf(value: unknown, why: string): NonNullable<PrepareCmsOptions['location']> {
  const { country, locality, postalAddress } = object(value, why)
  const lines = (list: unknown): string[] => {
    if (!Array.isArray(list)) throw invalid(why)
    return list.map((one) => string(one, why))
  }
  return { ...optional(country, 'country', string), ...optional(locality, 'locality', string), ...optional(postalAddress, 'postalAddress', lines) }
}

function policyOf(value: unknown, why: string): NonNullable<PrepareCmsOptions['policy']> {
  const { id, digestAlgorithm, digest, uri } = object(value, why)
  // What the algorithm names is checked where it is written.
  return { id: string(id, why), digestAlgorithm: string(digestAlgorithm, why) as DigestAlgorithm, digest: base64(digest, why), ...optional(uri, 'uri', string) }
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(json: string): CadesState {
  if (json.length > MAX_LENGTH) throw invalid('too long')
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalid('no JSON')
  }
  const state = object(value, 'no object')
  const { kind, index, attached, algorithm, level, certificates, signingTime, mimeType, commitment, location, policy } = state
  if (state.format !== 'cades' || state.version !== 1) throw invalid('another format or version')
  if (kind !== 'new' && kind !== 'parallel' && kind !== 'counter') throw invalid('kind')
  if (level !== 'B-B' && level !== 'B-T') throw invalid('level')
  if (!Array.isArray(certificates) || certificates.length === 0) throw invalid('certificates')
  if (kind === 'counter' && (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0)) throw invalid('index')
  const time = new Date(string(signingTime, 'signingTime'))
  if (Number.isNaN(time.getTime()) || time.toISOString() !== signingTime) throw invalid('signingTime')
  return {
    document: identityOf(state.document, 'document'),
    content: state.content === undefined ? undefined : identityOf(state.content, 'content'),
    kind,
    options: {
      // What it names is checked where it is taken apart.
      algorithm: string(algorithm, 'algorithm') as SignatureAlgorithm,
      level,
      certificates: certificates.map((one) => base64(one, 'certificates')),
      signingTime: time,
      attached: attached === true,
      ...(kind === 'new' ? { nested: true } : {}),
      ...(kind === 'counter' ? { counterSign: index as number } : {}),
      ...optional(mimeType, 'mimeType', string),
      ...optional(commitment, 'commitment', string),
      ...optional(location, 'location', locationOf),
      ...optional(policy, 'policy', policyOf),
    },
  }
}
