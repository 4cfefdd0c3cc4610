/**
 * veraPDF: which rules of a flavour of PDF/A (ISO 19005) or PDF/UA (ISO 14289) a file fails. `scripts/install-tools` builds the
 * program that is asked; it answers a request a line.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describeWith, hasTool } from './tools.ts'

const VERAPDF = fileURLToPath(new URL('../../scripts/verapdf/verapdf', import.meta.url))
const BUILT = join(process.env.KYSO_TOOLS ?? join(homedir(), '.cache/kyso-tools'), 'verapdf/stamp')

/** Whether veraPDF can be asked. */
export const hasVerapdf = existsSync(BUILT) && hasTool('java')

/** {@link describeWith} for veraPDF. */
export function describeWithVerapdf(name: string, fn: () => void): void {
  describeWith(name, hasVerapdf, fn, 'veraPDF')
}

/** What a file is held to. */
export type Flavour = '1a' | '1b' | '2a' | '2b' | '2u' | '3a' | '3b' | '3u' | 'ua1'

/** A rule that a file fails. */
export interface VerapdfFailure {
  /** Of the part of ISO 19005 or 14289 that the flavour is in. */
  readonly clause: string
  /** Number of the test within the clause, as veraPDF counts them. */
  readonly test: number
  readonly description: string
  /** Where it fails, the first places: paths from the root of the document. */
  readonly contexts: readonly string[]
}

/** What veraPDF answers. */
export interface VerapdfAnswer {
  /** Left out where there is an `error`. */
  readonly conforming?: boolean
  /** How many checks were made. */
  readonly checks?: number
  readonly failures?: readonly VerapdfFailure[]
  /** Why it could not look at the file. */
  readonly error?: string
}

interface Waiting {
  readonly resolve: (answer: VerapdfAnswer) => void
  readonly reject: (error: Error) => void
}

/** One veraPDF process. Any number of questions may be under way; it takes them one by one, and answers in their order. */
class Verapdf {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: Waiting[] = []
  #stderr = ''
  #ended: Error | null = null

  constructor() {
    this.#child = spawn(VERAPDF, [], { stdio: 'pipe' })
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-4000)
    })
    this.#child.on('error', (error) => this.#end(error))
    this.#child.on('close', (code) => this.#end(new Error(`veraPDF ended with status ${code}: ${this.#stderr}`)))
    this.#child.stdin.on('error', () => {}) // its end is told by `close`
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line) as VerapdfAnswer))
  }

  ask(file: string, flavour: Flavour): Promise<VerapdfAnswer> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${JSON.stringify({ file, flavour })}\n`)
    })
  }

  close(): void {
    this.#child.stdin.end()
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended)
  }
}

let asked: Verapdf | null = null

/** Asks veraPDF; rejects only when it is gone. What it cannot open is an answer with `error`. Call {@link closeVerapdf} in `afterAll`. */
export function verapdf(file: string, flavour: Flavour): Promise<VerapdfAnswer> {
  asked ??= new Verapdf()
  return asked.ask(file, flavour)
}

/** Ends what {@link verapdf} started. */
export function closeVerapdf(): void {
  asked?.close()
  asked = null
}

/** What keeps a file from conforming, a line a rule: `6.2.3 test 4 …`. None is conforming. */
export async function nonconformities(file: string, flavour: Flavour): Promise<string[]> {
  const { error, conforming, checks = 0, failures = [] } = await verapdf(file, flavour)
  if (error !== undefined) return [`not read: ${error}`]
  if (checks === 0) return ['nothing was checked']
  const lines = failures.map(({ clause, test, description, contexts }) => `${clause} test ${test}: ${description} @ ${contexts.join(' | ')}`)
  return conforming || lines.length > 0 ? lines : ['not conforming, and no rule was named']
}
