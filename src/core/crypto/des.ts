/**
 * Triple DES in CBC mode, decryption only (FIPS 46-3, NIST SP 800-67). Old PKCS#12 files shroud their keys with it; WebCrypto and the noble
 * libraries do not have it. The files are small, so the same code serves Node too and is what the tests run.
 */
import { KysoError } from '../errors.ts'

/** Initial permutation IP; its inverse is the final one. Bits are counted from 1, the most significant first, as the standard does. */
const IP = [
  58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8, 57, 49, 41, 33, 25, 17, 9, 1, 59,
  51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7,
]
const FP = [
  40, 8, 48, 16, 56, 24, 64, 32, 39, 7, 47, 15, 55, 23, 63, 31, 38, 6, 46, 14, 54, 22, 62, 30, 37, 5, 45, 13, 53, 21, 61, 29, 36, 4, 44, 12, 52, 20, 60, 28, 35,
  3, 43, 11, 51, 19, 59, 27, 34, 2, 42, 10, 50, 18, 58, 26, 33, 1, 41, 9, 49, 17, 57, 25,
]
/** Permutation P after the S-boxes. */
const P = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25]
/** Permuted choices of the key schedule. */
const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30,
  22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34,
  53, 46, 42, 50, 36, 29, 32,
]
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
/** The eight S-boxes: four rows of sixteen hexadecimal digits each. */
const S = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
]

const BLOCK = 8

/** The bits that `table` names of a word pair, as two words of half the table's length each. */
function permute(high: number, low: number, table: readonly number[]): [number, number] {
  const half = table.length / 2
  const out: [number, number] = [0, 0]
  table.forEach((bit, i) => {
    const value = bit <= 32 ? (high >>> (32 - bit)) & 1 : (low >>> (64 - bit)) & 1
    if (value) out[i < half ? 0 : 1] |= 1 << (half - 1 - (i % half))
  })
  return out
}

let boxes: Int32Array | undefined

/** S-boxes and P in one table: 64 words a box, by the six bits that enter it. */
function substitutions(): Int32Array {
  if (boxes) return boxes
  boxes = new Int32Array(8 * 64)
  for (let box = 0; box < 8; box++) {
    for (let bits = 0; bits < 64; bits++) {
      const row = ((bits >> 4) & 2) | (bits & 1)
      const digit = Number.parseInt((S[box] as string)[16 * row + ((bits >> 1) & 15)] as string, 16) << (28 - 4 * box)
      let out = 0
      P.forEach((bit, i) => {
        if ((digit >>> (32 - bit)) & 1) out |= 1 << (31 - i)
      })
      boxes[64 * box + bits] = out
    }
  }
  return boxes
}

/** The 16 round keys in order, as eight groups of six bits each. */
function roundKeys(key: Uint8Array): Uint8Array {
  const view = new DataView(key.buffer, key.byteOffset, 8)
  // PC1's halves have 28 bits, each rotated as a circle of its own.
  let [c, d] = permute(view.getUint32(0), view.getUint32(4), PC1)
  const groups = new Uint8Array(16 * 8)
  SHIFTS.forEach((shift, round) => {
    c = ((c << shift) | (c >>> (28 - shift))) & 0xfffffff
    d = ((d << shift) | (d >>> (28 - shift))) & 0xfffffff
    PC2.forEach((bit, i) => {
      const value = bit <= 28 ? (c >>> (28 - bit)) & 1 : (d >>> (56 - bit)) & 1
      groups[8 * round + Math.floor(i / 6)] = ((groups[8 * round + Math.floor(i / 6)] as number) << 1) | value
    })
  })
  return groups
}

/** The 16 rounds on a pair of words, between the initial and the final permutation; the halves come out exchanged. */
function rounds(block: Int32Array, keys: Uint8Array, backwards: boolean): void {
  const table = substitutions()
  let left = block[0] as number
  let right = block[1] as number
  for (let i = 0; i < 16; i++) {
    const key = 8 * (backwards ? 15 - i : i)
    // E takes for each box four bits and their neighbours on both sides: six bits of the word turned by one.
    const turned = (right >>> 1) | (right << 31)
    let f = 0
    for (let box = 0; box < 8; box++) {
      const bits = box === 0 ? turned >>> 26 : ((turned << (4 * box)) | (turned >>> (32 - 4 * box))) >>> 26
      f ^= table[64 * box + (bits ^ (keys[key + box] as number))] as number
    }
    const next = left ^ f
    left = right
    right = next
  }
  block[0] = right
  block[1] = left
}

/**
 * Decrypts with Triple DES (decrypt, encrypt, decrypt) in CBC mode; the padding stays.
 *
 * @param key 24 bytes, or 16 for two-key Triple DES; parity bits are not looked at
 * @param iv 8 bytes
 * @param data a multiple of 8 bytes
 * @throws KysoError `ERR_ARGUMENT` when a length is wrong
 */
export function tripleDesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length !== 16 && key.length !== 24) throw new KysoError('ERR_ARGUMENT', 'a Triple DES key has 16 or 24 bytes', { length: key.length })
  if (iv.length !== BLOCK) throw new KysoError('ERR_ARGUMENT', 'a DES IV has 8 bytes', { length: iv.length })
  if (data.length % BLOCK !== 0) throw new KysoError('ERR_ARGUMENT', 'DES-CBC takes whole blocks', { length: data.length })
  const first = roundKeys(key.subarray(0, 8))
  const second = roundKeys(key.subarray(8, 16))
  const third = key.length === 24 ? roundKeys(key.subarray(16, 24)) : first
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const plain = new Uint8Array(data.length)
  const out = new DataView(plain.buffer)
  const block = new Int32Array(2)
  let before: [number, number] = [0, 0]
  iv.forEach((byte, i) => {
    before[i >> 2] = ((before[i >> 2] as number) << 8) | byte
  })
  for (let at = 0; at < data.length; at += BLOCK) {
    const cipher: [number, number] = [view.getUint32(at), view.getUint32(at + 4)]
    block.set(permute(cipher[0], cipher[1], IP))
    // FP and IP between the three passes undo each other.
    rounds(block, third, true)
    rounds(block, second, false)
    rounds(block, first, true)
    const [high, low] = permute(block[0] as number, block[1] as number, FP)
    out.setInt32(at, high ^ before[0])
    out.setInt32(at + 4, low ^ before[1])
    before = cipher
  }
  return plain
}
