/** Processes that try mutated inputs: built from a module of the tests, asked one thing at a time, and given up when they end or hang. */
import type { ChildProcess, Serializable } from 'node:child_process'
import { build } from 'tsup'

/**
 * Builds a worker as `worker.mjs` in a folder: run through a loader its hot loops would take several times as long.
 *
 * @param entry path of its module
 */
export function buildWorker(entry: string, folder: string): Promise<void> {
  return build({
    entry: { worker: entry },
    outDir: folder,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    noExternal: [/.*/],
    config: false,
    silent: true,
    outExtension: () => ({ js: '.mjs' }),
  })
}

/**
 * What a process answers.
 *
 * @param question what it is asked; `undefined` where it speaks by itself
 * @param watch begins to look for it hanging, and is told how to say so; returns what ends the looking
 * @returns rejects where the process ends or hangs
 */
export function answerOf<T>(child: ChildProcess, question: Serializable | undefined, watch: (hangs: () => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void => done(() => reject(new Error(`it ended with ${code ?? signal}`)))
    const answered = (message: unknown): void => done(() => resolve(message as T))
    const stop = watch(() => done(() => reject(new Error('it hangs'))))
    const done = (then: () => void): void => {
      stop()
      child.off('exit', ended).off('message', answered)
      then()
    }
    child.once('exit', ended).once('message', answered)
    if (question !== undefined) child.send(question)
  })
}
