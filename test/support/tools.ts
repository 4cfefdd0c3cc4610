/**
 * What the interop and conformance suites share: where the public files are, whether a foreign tool is at hand, and the two
 * oracles. A missing thing is told loudly and its tests are left out, except with `KYSO_REQUIRE_TOOLS=1`: then it is a failure.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, it } from 'vitest'

/** The folder beside the checkout that holds public test files and the oracles. */
const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))

/** Whether a missing tool or corpus is a failure rather than something to leave out. */
export const REQUIRE_TOOLS = process.env.KYSO_REQUIRE_TOOLS === '1'

/** Absolute path of something in the corpus (`corpus('pdf')`, `corpus('pdf/manifest.json')`); null when it is not there. */
export function corpus(path = ''): string | null {
  const full = join(SHARED, 'corpus', path)
  return existsSync(full) ? full : null
}

/** Whether a program is on the PATH. */
export function hasTool(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, program)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * `describe` for what needs something from outside. Where it is missing `fn` is never called.
 *
 * @param name of the suite
 * @param available whether all that it needs is there
 * @param fn the suite
 * @param needs what to name when it is not
 */
export function describeWith(name: string, available: boolean, fn: () => void, needs = 'what it needs'): void {
  if (available) {
    describe(name, fn)
    return
  }
  console.warn(`!!! NOT RUN: ${name}: ${needs} is missing (scripts/install-tools; ../shared beside the checkout)`)
  describe(name, () => {
    it(`has ${needs}`, (context) => {
      if (REQUIRE_TOOLS) throw new Error(`${needs} is missing, and KYSO_REQUIRE_TOOLS=1 says that nothing may be`)
      context.skip()
    })
  })
}

/** {@link describeWith} for programs on the PATH: `describeWithTools('pdfsig', ['pdfsig', 'qpdf'], () => …)`. */
export function describeWithTools(name: string, programs: readonly string[], fn: () => void): void {
  const missing = programs.filter((program) => !hasTool(program))
  describeWith(name, missing.length === 0, fn, missing.join(', '))
}

/** {@link describeWith} for a part of the corpus; `fn` gets its absolute path. */
export function describeWithCorpus(name: string, path: string, fn: (absolute: string) => void): void {
  const absolute = corpus(path)
  describeWith(name, absolute !== null, () => fn(absolute ?? ''), `../shared/corpus/${path}`)
}

/** A temporary folder, removed when the suite that asked for it is done. Call it inside a `describe` or at the top of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kyso-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a program did. */
export interface RunResult {
  /** Exit status; 128 when a signal ended it. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output byte for byte. */
  readonly bytes: Uint8Array
}

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; none is an empty one. */
  readonly input?: string | Uint8Array
  /** Milliseconds after which it is ended; two minutes when left out. */
  readonly timeout?: number
}

/** Runs a program to its end. Rejects only when it cannot be started; any exit status is an answer. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: options.timeout ?? 120_000 })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.stdin.on('error', () => {}) // a program may end without reading its input
    child.on('close', (code) => {
      const bytes = Buffer.concat(out)
      resolve({ status: code ?? 128, stdout: bytes.toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), bytes })
    })
    child.stdin.end(options.input ?? '')
  })
}

const DSS = join(SHARED, 'tools/dss-oracle/dss-oracle')
const PYHANKO = join(SHARED, 'tools/pyhanko-oracle/pyhanko-oracle')

/** Whether EU DSS can be asked. */
export const hasDss = existsSync(DSS) && hasTool('java')
/** Whether pyHanko can be asked. */
export const hasPyhanko = existsSync(PYHANKO) && hasTool('python3')

/** {@link describeWith} for the oracles. */
export function describeWithOracles(name: string, oracles: readonly ('dss' | 'pyhanko')[], fn: () => void): void {
  const missing = oracles.filter((oracle) => !(oracle === 'dss' ? hasDss : hasPyhanko))
  describeWith(name, missing.length === 0, fn, missing.map((oracle) => `the ${oracle} oracle`).join(', '))
}

/** A request to DSS; the members are in the oracle's README. */
export interface DssRequest {
  readonly op: 'validate' | 'judge' | 'sign' | 'extend'
  readonly file: string
  readonly out?: string
  /** `PAdES-BASELINE-B` … `PAdES-BASELINE-LTA`. */
  readonly level?: string
  readonly anchors?: readonly string[]
  readonly adjunct?: readonly string[]
  readonly detached?: string | readonly string[]
  /** ISO 8601. */
  readonly at?: string
  readonly policy?: string
  readonly documentPassword?: string
  /** Lets DSS fetch OCSP, CRL and AIA from the addresses in the certificates. */
  readonly online?: boolean
  readonly evidence?: boolean
  readonly p12?: string
  readonly password?: string
  readonly packaging?: string
  readonly digest?: string
  readonly pss?: boolean
  /** Of XAdES: URI of the canonicalisation, the new form of EN 319 132, the element that the signature goes into. */
  readonly c14n?: string
  readonly en319132?: boolean
  readonly xpath?: string
  readonly tsa?: string
  readonly runs?: number
}

/** A time-stamp as DSS sees it. */
export interface DssTimestamp {
  readonly type: string
  readonly time: string
  readonly intact: boolean
  readonly trustedChain: boolean
  readonly basic: string | null
  readonly chain: readonly string[]
}

/** A signature as DSS sees it. */
export interface DssSignature {
  readonly id: string
  readonly level: string
  readonly indication: string
  readonly subIndication: string | null
  readonly basic: string | null
  readonly longTerm: string | null
  readonly archive: string | null
  /** The signature value alone. */
  readonly signatureIntact: boolean
  /** The value and every reference. */
  readonly intact: boolean
  readonly structure: boolean
  readonly signedBy: string | null
  readonly signingTime: string | null
  readonly bestSignatureTime: string | null
  readonly digestAlgorithm: string
  readonly encryptionAlgorithm: string
  readonly chain: readonly string[]
  readonly trustedChain: boolean
  readonly timestamps: readonly DssTimestamp[]
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly pdf?: {
    readonly subFilter: string | null
    readonly byteRangeValid: boolean
    readonly dictionaryConsistent: boolean
    readonly modified: boolean
    readonly objectsModified: boolean
    readonly extensionChanges: number
    readonly signatureOrFormFillChanges: number
    readonly annotationChanges: number
    readonly undefinedChanges: number
  }
}

/** What DSS answers; `error` when it cannot open the document, and then nothing else. */
export interface DssAnswer {
  readonly file?: string
  readonly error?: string
  readonly out?: string
  readonly validationTime?: string
  readonly signatures?: readonly DssSignature[]
  readonly documentTimestamps?: readonly DssTimestamp[]
  /** Minimum, median and maximum of the runs, in milliseconds. */
  readonly ms?: readonly [number, number, number]
}

/** One EU DSS process that answers a request a line. Any number of questions may be under way; DSS takes them one by one. */
export class DssOracle {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting = new Map<number, { resolve: (answer: DssAnswer) => void; reject: (error: Error) => void }>()
  #next = 1
  #stderr = ''
  #ended: Error | null = null

  constructor() {
    this.#child = spawn(DSS, [], { stdio: 'pipe' })
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-4000)
    })
    this.#child.on('error', (error) => this.#end(error))
    this.#child.on('close', (code) => this.#end(new Error(`the DSS oracle ended with status ${code}: ${this.#stderr}`)))
    this.#child.stdin.on('error', () => {}) // its end is told by `close`
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as DssAnswer & { id: number }
      this.#waiting.get(answer.id)?.resolve(answer)
      this.#waiting.delete(answer.id)
    })
  }

  /** Asks; rejects only when the process is gone. A document DSS cannot open is an answer with `error`. */
  ask(request: DssRequest): Promise<DssAnswer> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.stdin.write(`${JSON.stringify({ ...request, id })}\n`)
    })
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end()
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

let dss: DssOracle | null = null

/** The one {@link DssOracle} of a test file, started when first asked for. Call {@link closeOracles} in `afterAll`. */
export function dssOracle(): DssOracle {
  dss ??= new DssOracle()
  return dss
}

/** Ends what {@link dssOracle} started. */
export function closeOracles(): void {
  dss?.close()
  dss = null
}

/** A time-stamp as pyHanko sees it. */
export interface PyhankoTimestamp {
  readonly time: string
  readonly intact: boolean
  readonly valid: boolean
  readonly trusted: boolean
}

/** A signature field as pyHanko sees it; document time-stamps are among them. */
export interface PyhankoSignature {
  readonly field: string
  readonly subfilter: string | null
  readonly isDocTimestamp: boolean
  /** The digest alone. */
  readonly intact: boolean
  /** The signature value. */
  readonly valid: boolean
  readonly trusted: boolean
  readonly revoked: boolean
  readonly trustProblem: string | null
  readonly coverage: 'ENTIRE_FILE' | 'ENTIRE_REVISION' | 'CONTIGUOUS_BLOCK_FROM_START' | 'UNCLEAR' | null
  readonly modification: 'NONE' | 'LTA_UPDATES' | 'FORM_FILLING' | 'ANNOTATIONS' | 'OTHER' | null
  readonly suspicious?: string
  readonly docmdpOk: boolean | null
  readonly signerSubject: string | null
  readonly signingTime: string | null
  readonly digest: string | null
  readonly mechanism: string | null
  readonly timestamp: PyhankoTimestamp | null
  readonly contentTimestamp: PyhankoTimestamp | null
  readonly summary: string | null
  readonly bottomLine: boolean
  readonly adesProcess?: string
  readonly adesIndication?: 'PASSED' | 'INDETERMINATE' | 'FAILED'
  readonly adesSubindication?: string | null
  readonly adesError?: string
  readonly error?: string
}

/** A line of pyHanko's answer. */
export interface PyhankoAnswer {
  readonly file?: string
  readonly error?: string
  readonly strictOk?: boolean | null
  readonly strictError?: string | null
  readonly encrypted?: boolean
  readonly hybrid?: boolean | null
  readonly hasDss?: boolean
  readonly docTimestamps?: number
  readonly signatures?: readonly PyhankoSignature[]
  readonly level?: string
  readonly bytes?: number
}

/**
 * Runs the pyHanko oracle: `pyhankoOracle(['validate', '--anchor', root, ...files])` gives an answer a file, in their order;
 * `pyhankoOracle(['sign', '--p12', …])` gives one. Rejects where it was used wrongly or signing failed.
 */
export async function pyhankoOracle(args: readonly string[], options: RunOptions = {}): Promise<PyhankoAnswer[]> {
  const result = await run(PYHANKO, args, { timeout: 600_000, ...options })
  if (result.status !== 0) throw new Error(`pyhanko-oracle ${args[0]} ended with status ${result.status}: ${result.stdout}${result.stderr}`)
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PyhankoAnswer)
}
