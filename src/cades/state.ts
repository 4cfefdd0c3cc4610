/** The state between `prepare` and `complete`: versioned JSON without the document. It comes back from outside, so it is hostile. */
import type { DigestAlgorithm, SignatureAlgorithm } from '../core/algorithms.ts'
import { toBase64, toHex } from '../core/bytes.ts'
import { invalidState, jsonBase64, jsonCertificates, jsonLevel, jsonObject, jsonSha256, jsonSize, jsonString, jsonTime, parseState } from '../core/state.ts'
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

/** A member that may be left out. */
function optional<T>(value: unknown, name: string, read: (value: unknown, why: string) => T): Record<string, T> {
  return value === undefined ? {} : { [name]: read(value, name) }
}

function identityOf(value: unknown, why: string): Identity {
  const { size, sha256 } = jsonObject(value, why)
  return { size: jsonSize(size, why), sha256: jsonSha256(sha256, why) }
}

function locationOf(value: unknown, why: string): NonNullable<PrepareCmsOptions['location']> {
  const { country, locality, postalAddress } = jsonObject(value, why)
  const lines = (list: unknown): string[] => {
    if (!Array.isArray(list)) throw invalidState(why)
    return list.map((one) => jsonString(one, why))
  }
  return { ...optional(country, 'country', jsonString), ...optional(locality, 'locality', jsonString), ...optional(postalAddress, 'postalAddress', lines) }
}

function policyOf(value: unknown, why: string): NonNullable<PrepareCmsOptions['policy']> {
  const { id, digestAlgorithm, digest, uri } = jsonObject(value, why)
  // What the algorithm names is checked where it is written.
  return {
    id: jsonString(id, why),
    digestAlgorithm: jsonString(digestAlgorithm, why) as DigestAlgorithm,
    digest: jsonBase64(digest, why),
    ...optional(uri, 'uri', jsonString),
  }
}

/**
 * Reads a state, checking the form of every member.
 *
 * @throws KysoError `ERR_STATE_INVALID`
 */
export function decodeState(json: string): CadesState {
  const state = parseState(json, 'cades')
  const { kind, index, attached, algorithm, level, certificates, signingTime, mimeType, commitment, location, policy } = state
  if (kind !== 'new' && kind !== 'parallel' && kind !== 'counter') throw invalidState('kind')
  if (kind === 'counter' && (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0)) throw invalidState('index')
  return {
    document: identityOf(state.document, 'document'),
    content: state.content === undefined ? undefined : identityOf(state.content, 'content'),
    kind,
    options: {
      // What it names is checked where it is taken apart.
      algorithm: jsonString(algorithm, 'algorithm') as SignatureAlgorithm,
      level: jsonLevel(level),
      certificates: jsonCertificates(certificates),
      signingTime: jsonTime(signingTime, 'signingTime'),
      attached: attached === true,
      ...(kind === 'new' ? { nested: true } : {}),
      ...(kind === 'counter' ? { counterSign: index as number } : {}),
      ...optional(mimeType, 'mimeType', jsonString),
      ...optional(commitment, 'commitment', jsonString),
      ...optional(location, 'location', locationOf),
      ...optional(policy, 'policy', policyOf),
    },
  }
}
