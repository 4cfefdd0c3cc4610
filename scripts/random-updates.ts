/**
 * Random incremental updates of signed PDFs: `npm run random-updates [count] [seed]`, ten thousand when nothing is said. Signed files of
 * the lab are filled in, annotated, altered and attacked at random; whatever makes a page look or read otherwise without a rule that
 * allows it has to be refused, and what changes nothing has to pass. Poppler tells how the pages look. Two processes try the files, so that
 * what crashes or hangs there is found here. Whatever is found stays in the folder that is named at the end; the exit status is 1 then.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'
import { answerOf, buildWorker } from '../test/mutation/processes.ts'
import { makeUpdateWorld } from '../test/mutation/updates/seeds.ts'
import type { UpdateAnswer, UpdateQuestion } from '../test/mutation/updates/worker.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PROCESSES = 2
/** A process that is at the same file for so long does not come back. */
const PATIENCE = 120_000
/** After so many files it is told how far it is. */
const TOLD = 1_000

class Tally {
  readonly #counts = new Map<string, number>()
  readonly #strict = new Map<string, number>()
  readonly findings: string[] = []
  done = 0
  #slowest = { index: -1, milliseconds: 0 }
  #spent = 0
  #peak = 0

  add({ index, seed, story, mode, result, visible, outside, milliseconds, problems, strict, peak }: UpdateAnswer): void {
    this.done++
    this.#spent += milliseconds
    this.#peak = Math.max(this.#peak, peak)
    for (const key of [`${result}${visible ? ' visible' : ''}`, `${mode} ${result}`, ...(outside ? [`${result} outside`] : [])])
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (milliseconds > this.#slowest.milliseconds) this.#slowest = { index, milliseconds }
    if (strict !== undefined) {
      const code = strict.slice(0, strict.indexOf(':'))
      this.#strict.set(code, (this.#strict.get(code) ?? 0) + 1)
    }
    if (problems.length === 0) return
    this.findings.push(`${index} (${seed}; ${story}): ${problems.join('; ')}`)
    console.log(`!!! ${this.findings.at(-1)}`)
  }

  tell(seconds: number): void {
    const of = (key: string): number => this.#counts.get(key) ?? 0
    const both = (result: string): number => of(result) + of(`${result} visible`)
    const ratio = (mode: string): string => `${of(`${mode} passed`)} of ${of(`${mode} passed`) + of(`${mode} refused`) + of(`${mode} unreadable`)}`
    console.log(
      [
        `${this.done} updates in ${Math.round(seconds)} s`,
        `${both('passed')} passed, ${of('passed visible')} of them with a visible change`,
        `${both('refused')} refused, ${of('refused visible')} of them with a visible change, ${of('refused outside')} with one that nothing allows`,
        `${both('unreadable')} unreadable or without their signatures`,
        `${this.findings.length} findings`,
      ].join('; '),
    )
    console.log(`   passed: harmless ${ratio('harmless')}, permitted ${ratio('permitted')}, on the edge ${ratio('edge')}, anything ${ratio('wild')}`)
    const strict = [...this.#strict].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`)
    if (strict.length > 0) console.log(`   refused though nothing is to be seen against them: ${strict.join(', ')}`)
    const { index, milliseconds } = this.#slowest
    const average = (this.#spent / this.done).toFixed(1)
    console.log(`   judging took ${average} ms each, the slowest ${Math.round(milliseconds)} ms (${index}); peak ${Math.round(this.#peak / 2 ** 20)} MB`)
  }
}

class Campaign {
  readonly #number: number
  readonly #count: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'kyso-updates-'))
  readonly tally = new Tally()
  #next = 0

  constructor(count: number, number: number) {
    this.#count = count
    this.#number = number
  }

  get findings(): string {
    return join(this.#folder, 'findings')
  }

  async prepare(): Promise<void> {
    writeFileSync(join(this.#folder, 'world'), serialize(await makeUpdateWorld()))
    await buildWorker(join(root, 'test/mutation/updates/worker.ts'), this.#folder)
  }

  async #start(process: number): Promise<ChildProcess> {
    const looks = join(this.#folder, `looks-${process}`)
    const child = fork(join(this.#folder, 'worker.mjs'), [join(this.#folder, 'world'), String(this.#number), looks, this.findings])
    await this.#answer(child)
    return child
  }

  /** What a process answers; rejects where it ends or stays at one file. */
  #answer<T>(child: ChildProcess, question?: UpdateQuestion): Promise<T> {
    return answerOf<T>(child, question, (hangs) => {
      const timer = setTimeout(hangs, PATIENCE)
      return () => clearTimeout(timer)
    })
  }

  /** Lets a process try one file after another until there are no more. */
  async run(process: number, start: number): Promise<void> {
    let child = await this.#start(process)
    try {
      while (this.#next < this.#count) {
        const index = this.#next++
        try {
          this.tally.add(await this.#answer<UpdateAnswer>(child, { index }))
        } catch (error) {
          child.kill('SIGKILL')
          child = await this.#start(process)
          this.tally.add(await this.#answer<UpdateAnswer>(child, { index, problem: error instanceof Error ? error.message : String(error) }))
        }
        if (this.tally.done % TOLD === 0 && this.tally.done < this.#count) this.tally.tell((performance.now() - start) / 1000)
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
  const [count = 10_000, number = 1] = process.argv.slice(2).map(Number)
  const campaign = new Campaign(count, number)
  await campaign.prepare()
  const start = performance.now()
  await Promise.all(Array.from({ length: PROCESSES }, (_, process) => campaign.run(process, start)))
  campaign.tally.tell((performance.now() - start) / 1000)
  const { findings } = campaign.tally
  campaign.close(findings.length > 0)
  if (findings.length > 0) {
    console.log(`${findings.length} findings, kept in ${campaign.findings}`)
    process.exitCode = 1
  }
}

await main()
