/** What any verification has to do: read and hash. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const CHUNK = 1 << 18

function hashFile(path) {
  const from = openSync(path, 'r')
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(CHUNK)
  for (let got = readSync(from, buffer); got > 0; got = readSync(from, buffer)) hash.update(buffer.subarray(0, got))
  hash.digest()
  closeSync(from)
}

export function prepare({ pdf }) {
  return { 'read, hash': () => hashFile(pdf) }
}
