/** A process that tries updates: `worker WORLD NUMBER FOLDER FINDINGS`. It is asked for one after another. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import type { UpdateWorld } from './seeds.ts'
import { type UpdatedFile, type UpdateOutcome, UpdateTrials } from './trial.ts'

/** An update to try; with `problem` it is kept without being tried. */
export interface UpdateQuestion {
  readonly index: number
  readonly problem?: string
}

/** What came of it. */
export interface UpdateAnswer extends UpdateOutcome {
  readonly index: number
  readonly seed: string
  readonly story: string
  /** The most memory of the process, in bytes. */
  readonly peak: number
}

/** Keeps a file with the one it was made from and what is wrong with it. */
export function keepFinding(folder: string, index: number, { seed, bytes, story }: UpdatedFile, problems: readonly string[]): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${index}.pdf`)
  writeFileSync(path, bytes)
  writeFileSync(join(folder, `${index}.signed.pdf`), seed.bytes)
  writeFileSync(join(folder, `${index}.txt`), `${seed.name}\n${story}\n${problems.join('\n')}\n`)
  return path
}

async function answer(trials: UpdateTrials, { index, problem }: UpdateQuestion, findings: string): Promise<UpdateAnswer> {
  const peak = process.resourceUsage().maxRSS * 1024
  if (problem !== undefined) {
    const file = await trials.input(index)
    keepFinding(findings, index, file, [problem])
    const { seed, mode, story } = file
    return { index, mode, seed: seed.name, story, result: 'unreadable', visible: false, outside: false, milliseconds: 0, problems: [problem], peak }
  }
  const { file, ...outcome } = await trials.run(index)
  if (outcome.problems.length > 0) keepFinding(findings, index, file, outcome.problems)
  return { ...outcome, index, seed: file.seed.name, story: file.story, peak }
}

const [world, number, folder, findings] = process.argv.slice(2)
if (process.send && world !== undefined && folder !== undefined && findings !== undefined) {
  Error.stackTraceLimit = 4
  const trials = new UpdateTrials(deserialize(readFileSync(world)) as UpdateWorld, Number(number), folder)
  await trials.check()
  process.on('message', async (question: UpdateQuestion) => {
    process.send?.(await answer(trials, question, findings))
  })
  process.on('disconnect', () => process.exit())
  process.send('ready')
}
