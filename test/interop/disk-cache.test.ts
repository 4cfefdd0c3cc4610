import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { diskCache } from '../../src/node/disk-cache.ts'
import { isValid, KEYS } from './disk-cache-values.mjs'

/** `KYSO_KILLS=200` for the long version. */
const KILLS = Number(process.env.KYSO_KILLS ?? 40)
const WRITERS = 2

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const href = (path: string): string => new URL(path, import.meta.url).href

/** A process that writes until it is killed; `ready` once it has begun. */
interface Writer {
  readonly child: ChildProcess
  readonly ready: Promise<unknown>
  readonly ended: Promise<{ code: number | null; signal: string | null }>
}

function start(folder: string, seed: number): Writer {
  const command = ['--import', 'tsx', here('disk-cache-writer.mjs'), href('../../src/node/disk-cache.ts'), href('disk-cache-values.mjs'), folder, String(seed)]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'], cwd: here('../../') })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  return { child, ready: Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), ended]), ended }
}

it(`two processes that share a cache and are killed ${KILLS} times never leave a file that is read as valid and is not`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kyso-disk-cache-'))
  const reader = diskCache(folder)
  const writers: Writer[] = []
  const counts = { read: 0, missing: 0 }
  try {
    for (let i = 0; i < WRITERS; i++) writers.push(start(folder, i))
    for (let kill = 0; kill < KILLS; kill++) {
      const index = kill % WRITERS
      const writer = writers[index]
      if (!writer) throw new Error('no writer')
      await Promise.all(writers.map(({ ready }) => ready))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120))
      writer.child.kill('SIGKILL')
      expect(await writer.ended).toEqual({ code: null, signal: 'SIGKILL' })
      // The other one goes on writing meanwhile.
      for (const key of KEYS) {
        const found = await reader.get(key)
        if (found) expect([key, isValid(key, found.bytes)]).toEqual([key, true])
        counts[found ? 'read' : 'missing']++
      }
      writers[index] = start(folder, WRITERS + kill)
    }
  } finally {
    for (const { child } of writers) child.kill('SIGKILL')
    await Promise.all(writers.map(({ ended }) => ended))
  }
  const left = readdirSync(folder)
  const torn = left.filter((name) => name.endsWith('.tmp')).length
  console.log(`disk cache: ${KILLS} kills, ${counts.read} answers read, ${counts.missing} not found, ${torn} temporary files left by the killed`)
  expect(left.filter((name) => !/^(?:[0-9a-f]{64}\.(?:entry|answer)|\.kyso-[0-9a-f]{16}\.tmp)$/.test(name))).toEqual([])
  // That the test reads at all, and that kills come in the middle of writing.
  expect(counts.read).toBeGreaterThan(KILLS)
  if (KILLS >= 200) expect(torn).toBeGreaterThan(0)
  rmSync(folder, { recursive: true })
})
