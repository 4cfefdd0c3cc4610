/**
 * Encryption dictionaries for tests, made with Node's crypto by the writing half of ISO 32000-2 §7.6 (Algorithms 3 to 5 and 8 to 10),
 * of which the library itself has only the reading half.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { concat, latin1, utf8 } from '../../../src/core/bytes.ts'
import { rc4 } from '../../../src/core/crypto/rc4.ts'
import { type PdfDict, PdfName, PdfNumber, type PdfObject, PdfString, pdfDict } from '../../../src/pdf/objects.ts'

/** What to make; what is left out is as writers have it. */
export interface EncryptionPlan {
  readonly version: 1 | 2 | 4 | 5
  readonly revision: 2 | 3 | 4 | 5 | 6
  /** In bytes; V 2 and 4 only. */
  readonly keyLength?: number
  readonly user?: string | Uint8Array
  readonly owner?: string | Uint8Array
  readonly permissions?: number
  readonly encryptMetadata?: boolean
  /** CF: crypt filter methods by name. */
  readonly filters?: Readonly<Record<string, string>>
  readonly StmF?: string
  readonly StrF?: string
  readonly EFF?: string
}

/** A made dictionary and the key of its file. */
export interface MadeEncryption {
  readonly dict: PdfDict
  readonly id0: Uint8Array
  readonly key: Uint8Array
}

const PADDING = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex')

const hash = (name: string, ...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(createHash(name).update(concat(parts)).digest())
const bytesOf = (password: string | Uint8Array | undefined, encode: (text: string) => Uint8Array): Uint8Array =>
  password === undefined ? new Uint8Array(0) : typeof password === 'string' ? encode(password) : password

/** AES-CBC by Node, for any key length. */
export function aesCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array, padding: boolean): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(padding)
  return concat([cipher.update(data), cipher.final()])
}

/** Makes a dictionary. */
export function makeEncryption(plan: EncryptionPlan): MadeEncryption {
  const id0 = Uint8Array.from({ length: 16 }, (_, i) => i * 7)
  const permissions = plan.permissions ?? -4
  const entries: Record<string, PdfObject> = {
    Filter: new PdfName('Standard'),
    V: new PdfNumber(plan.version),
    R: new PdfNumber(plan.revision),
    P: new PdfNumber(permissions),
  }
  if (plan.version === 2 || plan.version === 4) entries.Length = new PdfNumber((plan.keyLength ?? 16) * 8)
  if (plan.version >= 4) {
    const filters = plan.filters ?? { StdCF: plan.version === 4 ? 'AESV2' : 'AESV3' }
    entries.CF = pdfDict(Object.entries(filters).map(([name, method]) => [name, pdfDict({ CFM: new PdfName(method), AuthEvent: new PdfName('DocOpen') })]))
    entries.StmF = new PdfName(plan.StmF ?? 'StdCF')
    entries.StrF = new PdfName(plan.StrF ?? 'StdCF')
    if (plan.EFF) entries.EFF = new PdfName(plan.EFF)
    if (plan.encryptMetadata !== undefined) entries.EncryptMetadata = plan.encryptMetadata
  }
  const key = plan.revision >= 5 ? addAes256(plan, permissions, entries) : addMd5(plan, permissions, id0, entries)
  return { dict: pdfDict(entries), id0, key }
}

function addMd5(plan: EncryptionPlan, permissions: number, id0: Uint8Array, entries: Record<string, PdfObject>): Uint8Array {
  const { revision } = plan
  const length = plan.version === 1 ? 5 : (plan.keyLength ?? 16)
  const pad = (password: Uint8Array): Uint8Array => concat([password, PADDING]).subarray(0, 32)
  const user = pad(bytesOf(plan.user, latin1))
  const xored = (key: Uint8Array, value: number): Uint8Array => Uint8Array.from(key, (byte) => byte ^ value)
  // Algorithm 3.
  let ownerKey = hash('md5', plan.owner === undefined ? user : pad(bytesOf(plan.owner, latin1)))
  for (let i = 0; revision >= 3 && i < 50; i++) ownerKey = hash('md5', ownerKey)
  ownerKey = ownerKey.slice(0, length)
  let owner = rc4(ownerKey, user)
  for (let i = 1; revision >= 3 && i < 20; i++) owner = rc4(xored(ownerKey, i), owner)
  // Algorithm 2.
  const p = new Uint8Array(4)
  new DataView(p.buffer).setInt32(0, permissions, true)
  let key = hash('md5', user, owner, p, id0, revision === 4 && plan.encryptMetadata === false ? new Uint8Array(4).fill(255) : new Uint8Array(0))
  for (let i = 0; revision >= 3 && i < 50; i++) key = hash('md5', key.subarray(0, length))
  key = key.slice(0, length)
  // Algorithms 4 and 5.
  let check = revision === 2 ? rc4(key, PADDING) : rc4(key, hash('md5', PADDING, id0))
  for (let i = 1; revision >= 3 && i < 20; i++) check = rc4(xored(key, i), check)
  entries.O = new PdfString(owner)
  entries.U = new PdfString(revision === 2 ? check : concat([check, new Uint8Array(randomBytes(16))]))
  return key
}

function addAes256(plan: EncryptionPlan, permissions: number, entries: Record<string, PdfObject>): Uint8Array {
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
  const key = random(32)
  const none = new Uint8Array(0)
  const hashOf = plan.revision === 5 ? (password: Uint8Array, salt: Uint8Array, u: Uint8Array) => hash('sha256', password, salt, u) : hash2B
  const user = bytesOf(plan.user, utf8).slice(0, 127)
  const owner = plan.owner === undefined ? user : bytesOf(plan.owner, utf8).slice(0, 127)
  // Algorithms 8 and 9.
  const [userSalt, userKeySalt, ownerSalt, ownerKeySalt] = [random(8), random(8), random(8), random(8)]
  const u = concat([hashOf(user, userSalt, none), userSalt, userKeySalt])
  const o = concat([hashOf(owner, ownerSalt, u), ownerSalt, ownerKeySalt])
  const iv = new Uint8Array(16)
  entries.U = new PdfString(u)
  entries.UE = new PdfString(aesCbc(hashOf(user, userKeySalt, none), iv, key, false))
  entries.O = new PdfString(o)
  entries.OE = new PdfString(aesCbc(hashOf(owner, ownerKeySalt, u), iv, key, false))
  entries.Perms = new PdfString(makePerms(key, permissions, plan.encryptMetadata ?? true))
  return key
}

/** Algorithm 10. */
export function makePerms(key: Uint8Array, permissions: number, encryptMetadata: boolean, marker = 'adb'): Uint8Array {
  const block = new Uint8Array(randomBytes(16))
  new DataView(block.buffer).setInt32(0, permissions, true)
  block.fill(255, 4, 8)
  block.set(latin1((encryptMetadata ? 'T' : 'F') + marker), 8)
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return new Uint8Array(cipher.update(block))
}

function hash2B(password: Uint8Array, salt: Uint8Array, u: Uint8Array): Uint8Array {
  let k = hash('sha256', password, salt, u)
  for (let done = 0, last = 0; done < 64 || last > done - 32; ) {
    const once = concat([password, k, u])
    const e = aesCbc(k.subarray(0, 16), k.subarray(16, 32), concat(new Array<Uint8Array>(64).fill(once)), false)
    const remainder = Number(BigInt(`0x${Buffer.from(e.subarray(0, 16)).toString('hex')}`) % 3n)
    k = hash(['sha256', 'sha384', 'sha512'][remainder] as string, e)
    last = e.at(-1) as number
    done++
  }
  return k.slice(0, 32)
}

/** A string or stream of an object as a writer encrypts it (Algorithms 1 and 1.A). */
export function encryptAs(method: string, key: Uint8Array, objectNumber: number, generation: number, data: Uint8Array): Uint8Array {
  if (method === 'Identity') return data
  const iv = new Uint8Array(randomBytes(16))
  if (method === 'AESV3') return concat([iv, aesCbc(key, iv, data, true)])
  const suffix = Uint8Array.of(
    objectNumber % 256,
    Math.floor(objectNumber / 256) % 256,
    Math.floor(objectNumber / 65536) % 256,
    generation % 256,
    Math.floor(generation / 256),
  )
  const objectKey = hash('md5', key, suffix, method === 'AESV2' ? latin1('sAlT') : new Uint8Array(0)).slice(0, Math.min(16, key.length + 5))
  return method === 'AESV2' ? concat([iv, aesCbc(objectKey, iv, data, true)]) : rc4(objectKey, data)
}
