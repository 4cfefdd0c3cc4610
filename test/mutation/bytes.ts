/** Changes that know nothing of what they change. */
import { concat } from '../../src/core/bytes.ts'
import type { Random } from './random.ts'

/** A change to bytes; `other` is another file of the same kind. */
export type Mutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

/** Bytes with a part taken out and another put in. */
export function spliced(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  return concat([bytes.subarray(0, at), inserted, bytes.subarray(Math.min(bytes.length, at + removed))])
}

const noise = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => random.int(256))

function piece(bytes: Uint8Array, random: Random, most: number): Uint8Array {
  const at = random.int(bytes.length)
  return bytes.subarray(at, at + 1 + random.int(most))
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes
  const copy = bytes.slice()
  copy[at] = change(copy[at] as number)
  return copy
}

const EDGES = [0, 1, 0x1f, 0x20, 0x30, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xa0, 0xfe, 0xff]

export const BYTE_MUTATORS: readonly Mutator[] = [
  (bytes, random) => changed(bytes, random.int(bytes.length), (byte) => byte ^ (1 << random.int(8))),
  (bytes, random) => changed(bytes, random.int(bytes.length), () => random.int(256)),
  (bytes, random) => changed(bytes, random.int(bytes.length), () => random.pick(EDGES)),
  (bytes, random) => changed(bytes, random.int(bytes.length), (byte) => byte + (random.chance(0.5) ? 1 : 255)),
  (bytes, random) => spliced(bytes, random.int(bytes.length + 1), 0, noise(random, 1 + random.int(8))),
  (bytes, random) => spliced(bytes, random.int(bytes.length), 1 + random.int(random.chance(0.8) ? 4 : 200), new Uint8Array()),
  (bytes, random) => spliced(bytes, random.int(bytes.length + 1), 0, piece(bytes, random, 200)),
  (bytes, random, other) => spliced(bytes, random.int(bytes.length + 1), random.int(100), piece(other, random, 300)),
  // The beginning of one and the end of the other.
  (bytes, random, other) => concat([bytes.subarray(0, random.int(bytes.length)), other.subarray(random.int(other.length))]),
  (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  (bytes, random) => concat([bytes, random.chance(0.5) ? noise(random, 1 + random.int(40)) : bytes]),
  (bytes, random) => {
    const at = random.int(bytes.length)
    return spliced(bytes, at, 0, new Uint8Array(random.chance(0.95) ? random.int(300) : 40_000).fill(bytes[at] ?? 0))
  },
]
