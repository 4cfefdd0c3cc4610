/** Signed PDFs written by hand, so that their signature can lie in the file in every wrong way. */
import { concat, fromLatin1, latin1, toHex } from '../../src/core/bytes.ts'
import { readPdf } from '../../src/pades/index.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { cms } from '../cms/builder.ts'
import { BASIC, type Objects, Sample } from '../pdf/sample.ts'

/** Stands in an object where `/ByteRange` has its value. */
export const RANGE = `@RANGE${'.'.repeat(74)}`
/** Stands where `/Contents` has its value; not hexadecimal, so that nobody takes it for one. */
export const CONTENTS = `@CONTENTS${'.'.repeat(8000)}`

/** The four numbers of a ByteRange. */
export type Numbers = readonly [number, number, number, number]

/** How the file is made; what is left out is right. */
export interface CraftOptions {
  readonly subFilter?: string
  /** Objects to add to the page, or in place of what is there. */
  readonly objects?: Objects
  /** Writes the whole file around its objects; a table by default. */
  readonly file?: (objects: Objects) => Uint8Array
  /** What stands behind the file that is signed. */
  readonly after?: string
  /** The text of `/ByteRange` from the right numbers and the size of the file. */
  readonly range?: (numbers: Numbers, size: number) => string
  /** What is signed in fact; the right ranges by default. */
  readonly signed?: (numbers: Numbers, file: Uint8Array) => Uint8Array
  /** The bytes of `/Contents` over what is signed. */
  readonly value?: (content: Uint8Array) => Promise<Uint8Array> | Uint8Array
  /** The token of `/Contents`, which has room for 8,000 digits. */
  readonly contents?: (value: Uint8Array) => string
}

/** A signature dictionary with both placeholders. */
export function signatureDict(subFilter = 'ETSI.CAdES.detached', more = ''): string {
  return `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/${subFilter}/M(D:20260601080000Z)/ByteRange ${RANGE}/Contents ${CONTENTS}${more}>>`
}

/** Catalog, page, form, field 5 and signature 6. */
export function formObjects(subFilter?: string): Objects {
  return { ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[5 0 R]>>>>', 5: '<</FT/Sig/T(Field)/V 6 0 R>>', 6: signatureDict(subFilter) }
}

/** `<` hexadecimal `>`, as wide as the placeholder. */
export function hexToken(value: Uint8Array): string {
  return `<${toHex(value).padEnd(CONTENTS.length - 2, '0')}>`
}

function replaced(file: Uint8Array, at: number, text: string): Uint8Array {
  return concat([file.subarray(0, at), latin1(text), file.subarray(at + text.length)])
}

/** A file of one revision, signed. */
export async function craft(identity: LabIdentity, options: CraftOptions = {}): Promise<Uint8Array> {
  const objects = { ...formObjects(options.subFilter), ...options.objects }
  const plain = options.file ? options.file(objects) : new Sample().table(objects).bytes()
  const text = fromLatin1(plain)
  const from = text.indexOf('@CONTENTS')
  const to = from + CONTENTS.length
  const numbers: Numbers = [0, from, to, plain.length - to]
  let file = plain
  const range = options.range?.(numbers, plain.length) ?? `[${numbers.join(' ')}]`
  for (let at = text.indexOf('@RANGE'); at !== -1; at = text.indexOf('@RANGE', at + 1)) file = replaced(file, at, range.padEnd(RANGE.length))
  const honest = concat([file.subarray(0, from), file.subarray(to)])
  const content = options.signed?.(numbers, file) ?? honest
  const value = await (options.value ?? ((bytes: Uint8Array) => cms(identity, bytes)))(content)
  const token = (options.contents ?? hexToken)(value).padEnd(CONTENTS.length)
  if (token.length > CONTENTS.length) throw new Error(`no room for ${token.length} digits`)
  for (let at = text.indexOf('@CONTENTS'); at !== -1; at = text.indexOf('@CONTENTS', at + 1)) file = replaced(file, at, token)
  return concat([file, latin1(options.after ?? '')])
}

/** The checks of every signature that failed, or could not be done (`?`). */
export async function openChecks(file: Uint8Array): Promise<string[][]> {
  const { signatures } = await readPdf(file)
  return signatures.map(({ checks }) => checks.filter(({ result }) => result !== 'passed').map(({ name, result }) => (result === 'failed' ? name : `${name}?`)))
}
