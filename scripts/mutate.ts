/**
 * Mutated inputs for the readers of XML, CMS and ASN.1: `npm run mutate [count] [seed]`, a million when nothing is said. Seeds are made
 * by the lab; public files beside the checkout join them. Every input has to be read or refused with a `KysoError`, in bounded time, and
 * what is said to be signed has to be what was signed. Processes of their own read it, one at a time: what crashes or hangs there is
 * found here. Whatever is found stays in the folder that is named at the end; the exit status is 1 then.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerOf, buildWorker } from '../test/mutation/processes.ts'
import { type Family, makeWorld, publicSeeds } from '../test/mutation/seeds.ts'
import type { Answer, Question } from '../test/mutation/worker.ts'
import { encodeWorld } from '../test/mutation/world-file.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const CORPUS = join(root, '../shared/corpus/')
const SHARES: Readonly<Record<Family, number>> = { xml: 0.4, cms: 0.3, asn1: 0.3 }
/** How much one process does, and what it is asked at a time. */
const PROCESS = 20_000
const BATCH = 2_000
/** A process that is at the same input for so long does not come back. */
const PATIENCE = 120_000

interface Totals {
  count: number
  seconds: number
  results: Answer['results']
  slowest: Answer['slowest']
  peak: number
  findings: string[]
}

class Campaign {
  readonly #number: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'kyso-mutate-'))
  readonly totals = new Map<Family, Totals>()

  constructor(number: number) {
    this.#number = number
  }

  get findings(): string {
    return join(this.#folder, 'findings')
  }

  async prepare(): Promise<void> {
    const world = await makeWorld()
    writeFileSync(join(this.#folder, 'world.json'), encodeWorld({ ...world, seeds: [...world.seeds, ...publicSeeds(CORPUS, 40)] }))
    await buildWorker(join(root, 'test/mutation/worker.ts'), this.#folder)
  }

  get #progress(): string {
    return join(this.#folder, 'progress')
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(join(this.#folder, 'worker.mjs'), [join(this.#folder, 'world.json'), String(this.#number), this.#progress, this.findings], {
      execArgv: ['--max-old-space-size=2048'],
    })
    await this.#answer(child)
    return child
  }

  /** What a process answers; rejects where it ends, or stays at one input. */
  #answer<T>(child: ChildProcess, question?: Question): Promise<T> {
    return answerOf<T>(child, question, (hangs) => {
      let [place, since] = [-1, Date.now()]
      const timer = setInterval(() => {
        const now = this.#at()
        if (now !== place) [place, since] = [now, Date.now()]
        else if (Date.now() - since > PATIENCE) hangs()
      }, 1_000)
      return () => clearInterval(timer)
    })
  }

  #at(): number {
    try {
      const bytes = readFileSync(this.#progress)
      return bytes.length === 4 ? bytes.readInt32LE() : -1
    } catch {
      return -1
    }
  }

  #add(family: Family, count: number, seconds: number, { results, slowest, peak, findings }: Answer): void {
    const found = findings.map(({ index, seed, problems }) => `${family} ${index} (${seed}): ${problems.join('; ')}`)
    for (const line of found) console.log(`!!! ${line}`)
    const before = this.totals.get(family) ?? { count: 0, seconds: 0, results: { refused: 0, read: 0, passed: 0 }, slowest, peak: 0, findings: [] }
    this.totals.set(family, {
      count: before.count + count,
      seconds: before.seconds + seconds,
      results: {
        refused: before.results.refused + results.refused,
        read: before.results.read + results.read,
        passed: before.results.passed + results.passed,
      },
      slowest: slowest.milliseconds > before.slowest.milliseconds ? slowest : before.slowest,
      peak: Math.max(peak, before.peak),
      findings: [...before.findings, ...found],
    })
  }

  /** Tries the inputs from one number up to another. */
  async run(family: Family, from: number, to: number): Promise<void> {
    let child = await this.#start()
    let at = from
    try {
      while (at < to) {
        const end = Math.min(to, at + BATCH)
        const start = performance.now()
        try {
          const answer = await this.#answer<Answer>(child, { family, from: at, to: end })
          this.#add(family, end - at, (performance.now() - start) / 1000, answer)
          at = end
        } catch (error) {
          const index = this.#at()
          child.kill('SIGKILL')
          child = await this.#start()
          const seed = await this.#answer<string>(child, { family, from: index, to: index + 1, save: true })
          const results = { refused: 0, read: 0, passed: 0 }
          const problems = [error instanceof Error ? error.message : String(error)]
          this.#add(family, index + 1 - at, 0, { results, slowest: { index, milliseconds: 0 }, findings: [{ index, seed, problems }], peak: 0 })
          at = index + 1
        }
      }
    } finally {
      child.kill()
    }
  }

  close(keep: boolean): void {
    if (!keep) rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const [count = 1_000_000, number = 1] = process.argv.slice(2).map(Number)
  const campaign = new Campaign(number)
  await campaign.prepare()
  const report = (): void => {
    for (const [family, { count: done, seconds, results, slowest, peak, findings }] of campaign.totals) {
      const { refused, read, passed } = results
      console.log(
        `${family}: ${done} inputs, ${Math.round(done / seconds)} a second; ${refused} refused, ${read} read, ${passed} with something intact; ` +
          `slowest ${slowest.milliseconds.toFixed(0)} ms (${slowest.index}); peak ${Math.round(peak / 2 ** 20)} MB; ${findings.length} findings`,
      )
    }
  }
  const families = Object.keys(SHARES) as Family[]
  // A part of each in turn, so that what is stopped early has tried all.
  const parts = Math.max(1, Math.ceil((count * SHARES.xml) / PROCESS))
  for (let part = 0; part < parts; part++) {
    for (const family of families) {
      const whole = count * SHARES[family]
      await campaign.run(family, Math.round((whole * part) / parts), Math.round((whole * (part + 1)) / parts))
    }
    console.log(`-- part ${part + 1} of ${parts}, seed ${number}`)
    report()
  }
  const findings = [...campaign.totals.values()].flatMap((one) => one.findings)
  campaign.close(findings.length > 0)
  if (findings.length > 0) {
    console.log(`${findings.length} findings, kept in ${campaign.findings}`)
    process.exitCode = 1
  }
}

await main()
