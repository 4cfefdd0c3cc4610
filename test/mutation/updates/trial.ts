/** Trials: a signed file is updated at random, kyso judges it, and poppler tells whether it looks otherwise than when it was signed. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isKysoError } from '../../../src/core/errors.ts'
import { openPdf, type PdfDocument } from '../../../src/pdf/index.ts'
import { type Report, type SignatureReport, verify } from '../../../src/verify/index.ts'
import { parseCertificate, type TrustAnchor, trustAnchor } from '../../../src/x509/index.ts'
import { Random } from '../random.ts'
import { type FreeArea, freeAreas } from './areas.ts'
import { type Choice, choose, HARMLESS, WILD } from './changes.ts'
import { NUMBERS } from './documents.ts'
import { Draft } from './draft.ts'
import { EDGES } from './edges.ts'
import { PERMITTED } from './forms.ts'
import { type Area, difference, type Look, lookAt, standsIn } from './look.ts'
import type { UpdateSeed, UpdateWorld } from './seeds.ts'

/** What updates are meant to be. */
export type Mode = 'harmless' | 'permitted' | 'edge' | 'wild'

/** An updated file. */
export interface UpdatedFile {
  readonly seed: UpdateSeed
  readonly mode: Mode
  readonly bytes: Uint8Array
  /** What was done to it, update by update. */
  readonly story: string
}

/** What came of one. */
export interface UpdateOutcome {
  readonly mode: Mode
  /** `passed`: the signatures that were there pass; `unreadable`: there is no report on any. */
  readonly result: 'passed' | 'refused' | 'unreadable'
  /** Whether it looks otherwise than the file that was updated; `outside`: where nothing allows that. */
  readonly visible: boolean
  readonly outside: boolean
  /** Processor time of judging, in milliseconds. */
  readonly milliseconds: number
  readonly problems: readonly string[]
  /** Why kyso refuses a change that shows nothing where it may not; it may have reasons that cannot be seen. */
  readonly strict?: string
}

const LARGEST = 2_000_000
/** Milliseconds of processor time that judging may take. */
const LONGEST = 3_000

/** Makes and tries updates. */
export class UpdateTrials {
  readonly #world: UpdateWorld
  readonly #number: number
  readonly #folder: string
  readonly #trust: readonly TrustAnchor[]
  readonly #looks = new Map<string, Look>()

  /**
   * @param number the seed of the random numbers
   * @param folder for files that poppler looks at
   */
  constructor(world: UpdateWorld, number: number, folder: string) {
    this.#world = world
    this.#number = number
    this.#folder = folder
    this.#trust = [trustAnchor(parseCertificate(world.root))]
    mkdirSync(folder, { recursive: true })
  }

  /** Throws where a seed does not pass as it is: updates of it would show nothing. */
  async check(): Promise<void> {
    for (const { name, bytes } of this.#world.seeds) {
      const { indication } = await this.#verify(bytes)
      if (indication !== 'TOTAL-PASSED') throw new Error(`the seed ${name} is ${indication}`)
      if ((await this.#look(bytes)).pages.length !== 2) throw new Error(`poppler does not show the seed ${name}`)
    }
  }

  /** The input of a number: the same in every run with the same seeds. */
  async input(index: number): Promise<UpdatedFile> {
    const random = new Random(this.#number, 6, index)
    const seed = random.pick(this.#world.seeds)
    const mode = random.pick<Mode>(['harmless', 'permitted', 'permitted', 'permitted', 'edge', 'edge', 'edge', 'edge', 'wild', 'wild'])
    const story: string[] = []
    let { bytes } = seed
    for (let n = random.pick([1, 1, 1, 2, 2, 3]); n > 0; n--) {
      try {
        const [next, told] = await update(bytes, random, mode)
        story.push(told)
        if (next.length <= LARGEST) bytes = next
      } catch (error) {
        // What an update has broken cannot be updated again.
        if (!isKysoError(error)) throw error
        break
      }
    }
    return { seed, mode, bytes, story: story.join(' | ') }
  }

  /** Makes, judges and looks at one. */
  async run(index: number): Promise<UpdateOutcome & { readonly file: UpdatedFile }> {
    const file = await this.input(index)
    return { ...(await this.judge(file)), file }
  }

  /** Judges and looks at a file. */
  async judge({ seed, mode, bytes }: UpdatedFile): Promise<UpdateOutcome> {
    const problems: string[] = []
    const start = process.cpuUsage()
    let report: Report | undefined
    try {
      report = await this.#verify(bytes)
    } catch (error) {
      problems.push(`thrown: ${error instanceof Error ? error.stack : String(error)}`)
    }
    const { user, system } = process.cpuUsage(start)
    const milliseconds = (user + system) / 1000
    if (milliseconds > LONGEST) problems.push(`${Math.round(milliseconds)} ms of processor time`)
    const count = (await openPdf(seed.bytes)).revisions.length
    const old = (report?.signatures ?? []).filter(({ coverage: { revision } }) => revision !== null && revision < count)
    const passed = old.filter(({ indication }) => indication === 'TOTAL-PASSED')
    const result = old.length === 0 ? 'unreadable' : passed.length === old.length ? 'passed' : 'refused'
    const [before, after] = [await this.#look(seed.bytes), await this.#look(bytes, false)]
    const visible = difference(before, after, []) !== null
    if (mode === 'harmless' && result !== 'passed') problems.push(`false alarm: ${reasons(old)}`)
    if (mode === 'harmless' && visible) problems.push('what changes nothing looks otherwise')
    if (report && passed.length > 0) problems.push(...(await this.#unruly(bytes, seed, passed, after)))
    const outside = visible && (await this.#isOutside(bytes, seed, before, after))
    const strict = mode === 'permitted' && result === 'refused' && !outside ? { strict: reasons(old) } : {}
    return { mode, result, visible, outside, milliseconds, problems, ...strict }
  }

  /** Whether a file looks otherwise where it may not. */
  async #isOutside(bytes: Uint8Array, seed: UpdateSeed, before: Look, after: Look): Promise<boolean> {
    try {
      const free = areas(await openPdf(seed.bytes), await openPdf(bytes), seed)
      return difference(before, after, byPage(free, after))?.outside ?? false
    } catch (error) {
      if (!isKysoError(error)) throw error
      return true
    }
  }

  /** Signatures that pass although the file looks otherwise than they signed it, where nothing allows that. */
  async #unruly(bytes: Uint8Array, seed: UpdateSeed, passed: readonly SignatureReport[], after: Look): Promise<string[]> {
    const problems: string[] = []
    const document = await openPdf(bytes)
    for (const { id, coverage, modifications } of passed) {
      const signed = document.revisions[coverage.revision ?? -1]
      if (!signed || coverage.revision === document.revisions.length - 1) continue
      const before = await this.#look(bytes.subarray(0, signed.endWithEol))
      const free = areas(document.asOf(coverage.revision ?? -1), document, seed)
      const found = difference(before, after, byPage(free, after))
      if (!found) continue
      const told = `${id} passes as ${modifications?.kind} (${[...new Set(modifications?.changes.map(({ code }) => code))].join(', ')})`
      if (found.outside) problems.push(`${told}, and it looks otherwise: ${found.what}`)
      if (!modifications || modifications.kind === 'none' || modifications.changes.length === 0) problems.push(`${told}, and what changed is not told`)
      for (const { page, word } of found.said) {
        const shownBy = free.filter((one) => one.page === page && standsIn(word, one.area))
        if (shownBy.length > 0 && shownBy.every(({ says }) => says !== undefined && !says.includes(word.text)))
          problems.push(`${told}, and shows "${word.text}", which the value does not say: ${shownBy.map(({ says }) => says).join(', ')}`)
      }
    }
    return problems
  }

  async #look(bytes: Uint8Array, kept = true): Promise<Look> {
    // What was signed is the beginning of many files.
    const key = kept ? Buffer.from(await crypto.subtle.digest('SHA-1', Uint8Array.from(bytes))).toString('hex') : ''
    const known = this.#looks.get(key)
    if (known) return known
    const path = join(this.#folder, 'look.pdf')
    writeFileSync(path, bytes)
    const look = await lookAt(path)
    rmSync(path)
    if (kept && this.#looks.size < 100) this.#looks.set(key, look)
    return look
  }

  #verify(bytes: Uint8Array): Promise<Report> {
    return verify(bytes, { at: this.#world.at, trust: this.#trust })
  }
}

const byPage = (free: readonly FreeArea[], { pages }: Look): Area[][] => pages.map((_, page) => free.filter((one) => one.page === page).map(({ area }) => area))

/** What cannot be read allows nothing. */
function areas(before: PdfDocument, after: PdfDocument, { permissions }: UpdateSeed): FreeArea[] {
  try {
    return freeAreas(before, after, permissions)
  } catch (error) {
    if (!isKysoError(error)) throw error
    return []
  }
}

function reasons(signatures: readonly SignatureReport[]): string {
  const changes = signatures.flatMap(({ modifications }) => (modifications?.kind === 'unexplained' ? modifications.changes : []))
  return signatures.length === 0
    ? 'no signature'
    : changes
        .map(({ code, detail }) => `${code}: ${detail}`)
        .slice(0, 3)
        .join('; ')
}

const CHOICES: Readonly<Record<Mode, readonly Choice[]>> = {
  harmless: [HARMLESS],
  permitted: [PERMITTED],
  edge: [EDGES, EDGES, EDGES, WILD],
  wild: [WILD, WILD, WILD, EDGES],
}

/** One update. */
async function update(bytes: Uint8Array, random: Random, mode: Mode): Promise<[bytes: Uint8Array, told: string]> {
  const draft = await Draft.over(bytes, random)
  // Where a table is the newest, poppler rebuilds a file that refers to what is free.
  if (random.chance(0.2) && draft.document.location(NUMBERS.missing) === null) draft.kind = random.pick(['table', 'stream', 'hybrid'])
  draft.packing = random.pick([0, 0, 0.5, 1])
  const told: string[] = []
  // On the edge something allowed comes first; each attempt may find nothing to change.
  const count = mode === 'edge' ? random.pick([1, 2, 2, 2, 3]) : random.pick([1, 1, 2, 3])
  for (let done = 0, tries = 0; done < count && tries < 12; tries++) {
    const choices = CHOICES[mode]
    const [name, change] = choose(draft, mode === 'edge' && done === 0 ? PERMITTED : random.pick(choices))
    if (!change(draft)) continue
    told.push(name)
    done++
  }
  return [draft.build(), told.join(', ')]
}
