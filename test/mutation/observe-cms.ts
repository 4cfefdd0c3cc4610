/** What the reader of CMS files says is intact, as facts that can be held against those of the seeds. */

import { locate } from '../../src/cades/form.ts'
import { readCms } from '../../src/cades/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { memorySource, readAll } from '../../src/core/source.ts'
import type { ReadSignature } from '../../src/facts/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { hash, keyOf, type Observed } from './observed.ts'
import type { Seed } from './seeds.ts'
import { normalized, octets, readTlv, type Tlv } from './tlv.ts'

const COUNTERSIGNATURE = '2a864886f70d010906'
const hex = (bytes: Uint8Array | undefined): string => (bytes ? Buffer.from(bytes).toString('hex') : '')
const tagOf = (element: Tlv | undefined): number => element?.identifier[0] ?? -1

/** A SignerInfo, found without the code under test. */
interface Signer {
  /** DER of the signed attributes, or nothing. */
  readonly signed: Uint8Array | undefined
  readonly value: Uint8Array
  readonly counter: readonly Signer[]
}

function signerOf(info: Tlv): Signer {
  const parts = info.children ?? []
  const signed = parts.find((part, i) => i > 1 && tagOf(part) === 0xa0)
  const unsigned = parts.find((part, i) => i > 3 && tagOf(part) === 0xa1)
  const value = parts.find((part, i) => i > 3 && (tagOf(part) === 4 || tagOf(part) === 0x24))
  const counter = (unsigned?.children ?? [])
    .filter(({ children }) => hex(children?.[0]?.content) === COUNTERSIGNATURE)
    .flatMap(({ children }) => children?.[1]?.children ?? [])
  return {
    signed: signed && normalized({ ...signed, identifier: Uint8Array.of(0x31) }),
    value: value ? octets(value) : new Uint8Array(),
    counter: counter.map(signerOf),
  }
}

interface Parts {
  readonly content: Uint8Array | undefined
  readonly signers: readonly Signer[]
}

/** Content and signers of a SignedData; `null` where this reader finds none. */
function partsOf(bytes: Uint8Array, start: number): Parts | null {
  const data = readTlv(bytes, start)?.element.children?.[1]?.children?.[0]?.children
  const holder = data?.[2]?.children?.[1]
  if (!data) return null
  const infos = data.at(-1)?.children ?? []
  return { content: holder?.children?.[0] && octets(holder.children[0]), signers: infos.map(signerOf) }
}

const descendants = (signer: Signer): { signer: Signer; content: Uint8Array }[] =>
  signer.counter.flatMap((one) => [{ signer: one, content: signer.value }, ...descendants(one)])

/** Of a public file that breaks another rule, what was signed is known nevertheless. */
function isSignedHere(checks: ReadSignature['checks']): boolean {
  const own = checks.filter(({ name }) => name === 'signatureValue' || name === 'messageDigest')
  return own.length > 0 && own.every(({ result }) => result === 'passed')
}

const factOf = (key: string, { signed }: Signer, content: Uint8Array | undefined): string =>
  `${key} signed ${hash(signed ?? new Uint8Array())} over ${hash(content ?? new Uint8Array())}`

/**
 * Reads a file and gives a fact for every intact signature: key, signed attributes, content.
 *
 * @param learn whether it is a seed
 * @throws KysoError
 */
export async function observeCms(seed: Seed, bytes: Uint8Array, content: Uint8Array | undefined, learn = false): Promise<Observed> {
  const detached = content && seed.detached ? [{ name: seed.detached.name, content }] : []
  const read = await readCms(bytes, { detached })
  const observed: Observed = { facts: [], states: [], unsure: [], problems: [] }
  const states = read.signatures.map(({ checks }) => intactOf(checks))
  observed.states.push(...states)
  const stamped = [...read.signatures.flatMap(({ timestamps }) => timestamps), ...read.documentTimestamps].some(({ checks }) => intactOf(checks) === true)
  if (!learn && !stamped && !states.includes(true)) return observed
  const place = locate(memorySource(bytes), new Budget())
  const parts = partsOf(readAll(place.source), place.start)
  if (!parts) {
    observed.problems.push('intact, and no SignedData to another reader')
    return observed
  }
  for (const stamp of read.documentTimestamps)
    if (intactOf(stamp.checks) === true && stamp.certificate)
      observed.facts.push([`${keyOf(stamp.certificate)} stamped ${stamp.time?.toISOString()} ${hash(parts.content ?? new Uint8Array())}`])
  for (const { id, checks, certificate, timestamps, claimedTime, parent } of read.signatures) {
    const signer = parts.signers[Number(/^signature-(\d+)/.exec(id)?.[1]) - 1]
    if (!signer) {
      observed.problems.push(`${id} is not there to another reader`)
      continue
    }
    const candidates = parent === undefined ? [{ signer, content: parts.content ?? content }] : descendants(signer)
    for (const { certificate: authority, time, checks: own, type } of timestamps)
      if (intactOf(own) === true && authority && type === 'signature')
        observed.facts.push(candidates.map((one) => `${keyOf(authority)} stamped ${time?.toISOString()} ${hash(one.signer.value)}`))
    if (learn && !isSignedHere(checks)) observed.unsure.push(keyOf(certificate))
    if (!certificate || (learn ? !isSignedHere(checks) : intactOf(checks) !== true)) continue
    const key = keyOf(certificate)
    observed.facts.push(candidates.map((one) => factOf(key, one.signer, one.content)))
    observed.facts.push([`${key} at ${claimedTime?.toISOString()}`])
  }
  return observed
}
