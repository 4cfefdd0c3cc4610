/** Trials: an input is made from a seed, read in every way, and held against what is known to have been signed. */
import { concat } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { parseCertificate, trustAnchor } from '../../src/x509/index.ts'
import { BYTE_MUTATORS } from './bytes.ts'
import { Asn1Observer } from './observe-asn1.ts'
import { observeCms } from './observe-cms.ts'
import { observeXml } from './observe-xml.ts'
import { NOBODY, type Observed } from './observed.ts'
import { Random } from './random.ts'
import type { Family, Seed, World } from './seeds.ts'
import { mutateTlv } from './tlv.ts'
import { TEXT_MUTATORS } from './xml-text.ts'

/** An input. */
export interface Input {
  readonly seed: Seed
  readonly bytes: Uint8Array
  readonly content: Uint8Array | undefined
}

/** What came of one. */
export interface Outcome {
  /** `refused`: a `KysoError`; `passed`: something in it is intact or valid. */
  readonly result: 'refused' | 'read' | 'passed'
  /** Processor time it took, in milliseconds. */
  readonly milliseconds: number
  /** What should not be. */
  readonly problems: readonly string[]
}

const LARGEST = 400_000
/** Milliseconds of processor time that any input may take. */
const LONGEST = 2_000
/** Each of so many is also verified, to the report. */
const VERIFIED = 8

const toLatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const fromLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

function mutated(family: Family, bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const kind = random.next()
  if (family === 'xml')
    return kind < 0.8 ? toLatin1(random.pick(TEXT_MUTATORS)(fromLatin1(bytes), random, fromLatin1(other))) : random.pick(BYTE_MUTATORS)(bytes, random, other)
  return (kind < 0.6 ? mutateTlv(bytes, random, other) : null) ?? random.pick(BYTE_MUTATORS)(bytes, random, other)
}

const FAMILY_NUMBER: Readonly<Record<Family, number>> = { xml: 1, cms: 2, asn1: 3 }

/** Makes and tries inputs. */
export class Trials {
  readonly #world: World
  readonly #seeds: Readonly<Record<Family, Seed[]>> = { xml: [], cms: [], asn1: [] }
  readonly #known = new Set<string>()
  readonly #unsure = new Set<string>()
  readonly #asn1: Asn1Observer
  readonly #number: number

  private constructor(world: World, number: number) {
    this.#world = world
    this.#number = number
    this.#asn1 = new Asn1Observer(world)
  }

  /**
   * Reads the seeds, all of which have to be as they were made.
   *
   * @param number the seed of the random numbers
   */
  static async create(world: World, number: number): Promise<Trials> {
    const trials = new Trials(world, number)
    for (const seed of world.seeds) if (await trials.#learn(seed)) trials.#seeds[seed.family].push(seed)
    return trials
  }

  /** Learns what a seed has signed; `false` for one whose signer cannot be told, for a mutation may repair it. */
  async #learn(seed: Seed): Promise<boolean> {
    try {
      const { facts, states, problems, unsure } = await this.#observe({ seed, bytes: seed.bytes, content: seed.detached?.content }, true)
      if (seed.own && (states.includes(false) || states.includes(null)) && seed.family !== 'asn1') throw new Error(`the seed ${seed.name} is not intact`)
      if (problems.length > 0) throw new Error(`the seed ${seed.name}: ${problems.join('; ')}`)
      for (const fact of facts.flat()) this.#known.add(fact)
      for (const key of unsure) this.#unsure.add(key)
      return !unsure.includes(NOBODY)
    } catch (error) {
      if (seed.own || !isKysoError(error)) throw error
      return true
    }
  }

  #isKnown(fact: string): boolean {
    return this.#known.has(fact) || this.#unsure.has(fact.slice(0, fact.indexOf(' ')))
  }

  #observe({ seed, bytes, content }: Input, learn = false): Promise<Observed> {
    if (seed.family === 'xml') return observeXml(seed, bytes, content, learn)
    return seed.family === 'cms' ? observeCms(seed, bytes, content, learn) : this.#asn1.observe(seed, bytes)
  }

  /** The input of a number: the same in every run with the same seeds. */
  input(family: Family, index: number): Input {
    const random = new Random(this.#number, FAMILY_NUMBER[family], index)
    const seeds = this.#seeds[family]
    // Public files show more kinds of structures, those made here have signatures that hold.
    const own = seeds.filter((one) => one.own)
    const seed = random.pick(random.chance(0.8) ? own : seeds)
    let { bytes } = seed
    for (let n = random.pick([1, 1, 1, 2, 2, 3, 5]); n > 0; n--) {
      const next = mutated(family, bytes, random, random.pick(seeds).bytes)
      if (next.length <= LARGEST) bytes = next
    }
    const content = seed.detached?.content
    return { seed, bytes, content: content && random.chance(0.1) ? random.pick([concat([content, Uint8Array.of(0)]), content.subarray(1), bytes]) : content }
  }

  /** Reads an input in every way. */
  async run(family: Family, index: number): Promise<Outcome> {
    const input = this.input(family, index)
    const problems: string[] = []
    const start = process.cpuUsage()
    let observed: Observed | undefined
    try {
      observed = await this.#observe(input)
      problems.push(...observed.problems)
    } catch (error) {
      if (!isKysoError(error)) problems.push(`thrown: ${error instanceof Error ? error.stack : String(error)}`)
    }
    for (const fact of observed?.facts ?? []) if (!fact.some((one) => this.#isKnown(one))) problems.push(`nobody signed: ${fact.join(' | ')}`)
    if (family !== 'asn1' && index % VERIFIED === 0) {
      try {
        problems.push(...contradictions(await this.#verify(input), observed))
      } catch (error) {
        problems.push(`thrown by verify: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
    const { user, system } = process.cpuUsage(start)
    const result = observed === undefined ? 'refused' : observed.states.includes(true) ? 'passed' : 'read'
    const milliseconds = (user + system) / 1000
    if (milliseconds > LONGEST) problems.push(`${Math.round(milliseconds)} ms of processor time`)
    return { result, milliseconds, problems }
  }

  #verify({ seed, bytes, content }: Input): Promise<Report> {
    const { at, crls, root } = this.#world
    const trust = [trustAnchor(parseCertificate(root))]
    return verify(bytes, { at, crls, trust, ...(content && seed.detached ? { detached: [{ name: seed.detached.name, content }] } : {}) })
  }
}

/** Where the report and the reader do not say the same. */
function contradictions(report: Report, observed: Observed | undefined): string[] {
  const states = report.signatures.map(({ intact }) => intact)
  const problems: string[] = []
  // What looks like another format, or like none, is not read.
  if (states.length > 0 && JSON.stringify(states) !== JSON.stringify(observed?.states)) problems.push(`verify says ${states}, the reader ${observed?.states}`)
  if (report.indication === 'TOTAL-PASSED' && (states.length === 0 || states.some((one) => one !== true)))
    problems.push('TOTAL-PASSED without intact signatures')
  return problems
}
