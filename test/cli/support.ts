/** Runs the command in this process, and sets up files to run it on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Io } from '../../src/cli/io.ts'
import { main } from '../../src/cli/run.ts'

/** What a run left behind. */
export interface Run {
  readonly status: number
  readonly out: string
  readonly err: string
  /** Standard output as JSON, a line each. */
  readonly lines: () => Record<string, unknown>[]
}

/** Runs a command line. */
export async function run(argv: readonly string[], io: Partial<Io> = {}): Promise<Run> {
  let out = ''
  let err = ''
  const status = await main(argv, {
    program: 'kyso',
    version: '0.0.0',
    env: {},
    stdout: (text) => {
      out += text
    },
    stderr: (text) => {
      err += text
    },
    ...io,
  })
  const lines = (): Record<string, unknown>[] =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { status, out, err, lines }
}

/** A folder of its own for a test file. */
export interface Folder {
  readonly path: (name: string) => string
  /** Writes a file and gives its path. */
  readonly put: (name: string, bytes: Uint8Array | string) => string
  readonly remove: () => void
}

/** Makes a folder. */
export function makeFolder(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'kyso-cli-'))
  const path = (name: string): string => join(root, name)
  return {
    path,
    put(name, bytes) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), bytes)
      return path(name)
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
