/** What any signing from file to file has to do: read, hash, write; without and with waiting for the disk. */
import { createHash } from 'node:crypto'
import { closeSync, fsync, openSync, readSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'

const CHUNK = 1 << 18
const sync = promisify(fsync)

async function copy(input, output, synced) {
  const from = openSync(input, 'r')
  const to = openSync(output, 'w')
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(CHUNK)
  for (let got = readSync(from, buffer); got > 0; got = readSync(from, buffer)) {
    const chunk = buffer.subarray(0, got)
    hash.update(chunk)
    for (let at = 0; at < got; ) at += writeSync(to, chunk, at)
  }
  hash.digest()
  if (synced) await sync(to)
  closeSync(from)
  closeSync(to)
}

export function prepare({ pdf, output }) {
  return { 'read, hash, write': () => copy(pdf, output, false), 'read, hash, write, fsync': () => copy(pdf, output, true) }
}
