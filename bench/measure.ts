/** Rounds of several tasks in turn, each in a process of its own, and what came of them. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A task of `tasks/` with what it is given, and how long it runs. */
export interface Task {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  /** Rounds before anything counts. */
  readonly warm: number
  /** Rounds at a time: many of what takes less than a millisecond. */
  readonly batch: number
}

/** What a contender came to. */
export interface Result {
  /** Milliseconds. */
  readonly median: number
  /** A tenth of the rounds took less, and a tenth more than these. */
  readonly low: number
  readonly high: number
  readonly rounds: number
  /** Median of processor time, in milliseconds. */
  readonly cpu: number
  /** The most memory of its process, in bytes. */
  readonly peak: number
}

/** By the name that a task's module gives its contender. */
export type Results = ReadonlyMap<string, Result>

interface Answer {
  readonly times: Readonly<Record<string, readonly number[]>>
  readonly cpu: Readonly<Record<string, readonly number[]>>
  readonly peaks: Readonly<Record<string, number>>
}

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))

function answer<T>(child: ChildProcess, task: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the task ${task} ended with status ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as T)
    })
  })
}

function ask(child: ChildProcess, task: string, rounds: number): Promise<Answer> {
  const answered = answer<Answer>(child, task)
  child.send({ rounds })
  return answered
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

/**
 * Runs tasks in turn.
 *
 * @param turns how often each task gets its batch of rounds
 */
export async function measure(tasks: readonly Task[], turns: number): Promise<Results> {
  const times = new Map<string, number[]>()
  const cpus = new Map<string, number[]>()
  const peaks = new Map<string, number>()
  const children: ChildProcess[] = []
  try {
    for (const { name, input, warm } of tasks) {
      const child = fork(WORKER, [name, JSON.stringify(input)], { execArgv: [] })
      children.push(child)
      await answer(child, name)
      await ask(child, name, warm)
    }
    for (let turn = 0; turn < turns; turn++) {
      for (const [i, { name, batch }] of tasks.entries()) {
        const answered = await ask(children[i] as ChildProcess, name, batch)
        for (const [contender, list] of Object.entries(answered.times)) {
          times.set(contender, [...(times.get(contender) ?? []), ...list])
          cpus.set(contender, [...(cpus.get(contender) ?? []), ...(answered.cpu[contender] ?? [])])
          peaks.set(contender, answered.peaks[contender] ?? Number.NaN)
        }
      }
    }
  } finally {
    for (const child of children) child.kill()
  }
  return new Map(
    [...times].map(([contender, list]) => {
      const sorted = [...list].sort((a, b) => a - b)
      const result = {
        median: quantile(sorted, 0.5),
        low: quantile(sorted, 0.1),
        high: quantile(sorted, 0.9),
        rounds: sorted.length,
        cpu: quantile(
          [...(cpus.get(contender) ?? [])].sort((a, b) => a - b),
          0.5,
        ),
        peak: peaks.get(contender) ?? Number.NaN,
      }
      return [contender, result] as const
    }),
  )
}
