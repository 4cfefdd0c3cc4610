/** Files that do not fit where they are read: detached and attached, by kyso and by the file system's holes. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCms, signCms } from '../../src/cades/index.ts'
import { concat } from '../../src/core/bytes.ts'
import { fileSource } from '../../src/node/index.ts'
import { Lab } from '../../src/testing/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { temporaryFolder } from '../support/tools.ts'

const SIZE = 300 * 1024 * 1024
/** What a process may grow by: far less than the content. */
const ROOM = 64 * 1024 * 1024

/** A file of holes with bytes at its ends. */
function sparse(path: string, size: number, head: Uint8Array, tail: Uint8Array): void {
  const file = openSync(path, 'w')
  ftruncateSync(file, size)
  writeSync(file, head, 0, head.length, 0)
  writeSync(file, tail, 0, tail.length, size - tail.length)
  closeSync(file)
}

/** Buffers of this process, which is where content would be. */
async function grows(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }, 5)
  try {
    await work()
  } finally {
    clearInterval(watch)
  }
  return Math.max(most, process.memoryUsage().arrayBuffers - before)
}

describe('a file of 300 MB', () => {
  const folder = temporaryFolder()

  it('is signed and verified beside its signature, and inside of it', { timeout: 300_000 }, async () => {
    const { signer } = await (await Lab.create()).issue()
    const content = join(folder, 'content')
    const none = new Uint8Array(0)
    sparse(content, SIZE, none, none)
    const source = fileSource(content)
    let p7s: Uint8Array = none
    const signing = await grows(async () => {
      p7s = await signCms(source, { signer })
    })
    const verifying = await grows(async () => {
      const { signatures } = await readCms(p7s, { detached: [{ content: source }] })
      expect(signatures.map(({ checks, scope }) => [intactOf(checks), scope])).toEqual([[true, { kind: 'detached', found: true, size: SIZE }]])
    })
    source.close()

    // The same signature around the same content: a ContentInfo of indefinite lengths.
    const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
    const { head, tail } = openedAt(p7s)
    const start = concat([head, bytes(0xa0, 0x80, 0x04, 0x84, SIZE >>> 24, (SIZE >>> 16) & 0xff, (SIZE >>> 8) & 0xff, SIZE & 0xff)])
    const end = concat([bytes(0, 0, 0, 0), tail, bytes(0, 0, 0, 0, 0, 0)])
    const file = join(folder, 'attached.p7m')
    sparse(file, start.length + SIZE + end.length, start, end)
    const attached = fileSource(file)
    const inside = await grows(async () => {
      const { signatures, oddities } = await readCms(attached)
      expect(signatures.map(({ checks, scope }) => [intactOf(checks), scope])).toEqual([[true, { kind: 'content', size: SIZE }]])
      expect(oddities).toEqual([])
    })
    attached.close()
    expect(Math.max(signing, verifying, inside)).toBeLessThan(ROOM)
  })
})

/** A detached file as what stands before and behind its content, with indefinite lengths in front. */
function openedAt(p7s: Uint8Array): { head: Uint8Array; tail: Uint8Array } {
  const data = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01]
  const at = Buffer.from(p7s).indexOf(Buffer.from(data))
  // SEQUENCE of encapContentInfo: two octets before its identifier; before it version and digestAlgorithms.
  const version = Buffer.from(p7s).indexOf(Buffer.from([0x02, 0x01, 0x01, 0x31]))
  const signedData = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02)
  const head = concat([
    Uint8Array.of(0x30, 0x80),
    signedData,
    Uint8Array.of(0xa0, 0x80, 0x30, 0x80),
    p7s.subarray(version, at - 2),
    Uint8Array.of(0x30, 0x80),
    p7s.subarray(at, at + data.length),
  ])
  return { head, tail: p7s.subarray(at + data.length) }
}
