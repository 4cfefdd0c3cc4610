/**
 * A process that tries inputs: `worker WORLD NUMBER PROGRESS FINDINGS`. What it is at stands in a file of four bytes, so that whoever
 * started it knows which input it did not come back from.
 */
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Family } from './seeds.ts'
import { type Outcome, Trials } from './trial.ts'
import { decodeWorld } from './world-file.ts'

/** What a worker is asked: a range of inputs, or to keep one without trying it. */
export interface Question {
  readonly family: Family
  readonly from: number
  readonly to: number
  readonly save?: boolean
}

/** What came of a range. */
export interface Answer {
  readonly results: Readonly<Record<Outcome['result'], number>>
  readonly slowest: { readonly index: number; readonly milliseconds: number }
  readonly findings: readonly { readonly index: number; readonly seed: string; readonly problems: readonly string[] }[]
  /** The most memory of the process, in bytes. */
  readonly peak: number
}

Error.stackTraceLimit = 4
const [world = '', number = '1', progress = '', folder = ''] = process.argv.slice(2)
const trials = await Trials.create(decodeWorld(readFileSync(world, 'utf8')), Number(number))
const descriptor = openSync(progress, 'w')
const place = Buffer.alloc(4)

function save(family: Family, index: number, problems: readonly string[]): string {
  const { seed, bytes } = trials.input(family, index)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${family}-${index}.bin`), bytes)
  writeFileSync(join(folder, `${family}-${index}.seed.bin`), seed.bytes)
  writeFileSync(join(folder, `${family}-${index}.txt`), `${seed.name}\n${problems.join('\n')}\n`)
  return seed.name
}

async function answer({ family, from, to }: Question): Promise<Answer> {
  const results = { refused: 0, read: 0, passed: 0 }
  const findings: { index: number; seed: string; problems: readonly string[] }[] = []
  let slowest = { index: -1, milliseconds: 0 }
  for (let index = from; index < to; index++) {
    place.writeInt32LE(index)
    writeSync(descriptor, place, 0, 4, 0)
    const { result, milliseconds, problems } = await trials.run(family, index)
    results[result]++
    if (milliseconds > slowest.milliseconds) slowest = { index, milliseconds }
    if (problems.length > 0) findings.push({ index, seed: save(family, index, problems), problems })
  }
  return { results, slowest, findings, peak: process.resourceUsage().maxRSS * 1024 }
}

process.on('message', async (question: Question) => {
  if (question.save) process.send?.(save(question.family, question.from, ['no answer']))
  else process.send?.(await answer(question))
})
process.send?.('ready')
