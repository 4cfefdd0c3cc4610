/** The forms in which a CMS comes as a file: DER or BER as it is, PEM, bare base64, or inside the answer of a time-stamp authority. */
import { readHeader, TAG } from '../asn1/element.ts'
import type { Budget } from '../core/budget.ts'
import { fromBase64, fromLatin1 } from '../core/bytes.ts'
import { attempt, KysoError } from '../core/errors.ts'
import { type ByteSource, memorySource, readAll } from '../core/source.ts'
import { pemBlocks } from '../x509/pem.ts'

/** How much of a file is looked at to tell its form. */
const HEAD = 4096

/** Labels of PEM blocks that hold a CMS (RFC 7468 §8, §9, and an older one). */
const LABELS: readonly string[] = ['CMS', 'PKCS7', 'PKCS #7 SIGNED DATA']
const ARMOUR = /^\s*-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----/m
/** A header field at the very beginning, and one that says MIME (RFC 2045 §4, RFC 8551 §3). */
const FIELD = /^[!-9;-~]+:/
const MIME = /^(?:mime-version:|content-type:\s*(?:multipart\/|application\/(?:x-)?pkcs7-))/im
/** Base64 of a SEQUENCE, as far as the head goes. */
const BASE64 = /^\s*M[A-Za-z0-9+/=\s]+$/

/** What a file is by its first bytes; `null`: no CMS. */
export type CmsForm = 'cms' | 'response' | 'pem' | 'base64' | 'mime'

/** Where an element's content starts and ends, from its header in the head of a file. */
function elementIn(head: Uint8Array, start: number): { readonly start: number; readonly end: number; readonly identifier: number } | undefined {
  if (start >= head.length) return undefined
  return attempt(() => {
    const header = readHeader(head, start, Number.MAX_SAFE_INTEGER, 'BER')
    const end = header.length < 0 ? Number.MAX_SAFE_INTEGER : header.contentStart + header.length
    return { start: header.contentStart, end, identifier: head[start] as number }
  })
}

/** Object identifiers under 1.2.840.113549.1.7, where PKCS #7 has its content types. */
const PKCS7 = [TAG.OBJECT_IDENTIFIER, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07]

/** Whether a ContentInfo of PKCS #7 stands at `start` of the head. */
function isContentInfo(head: Uint8Array, start: number): boolean {
  const outer = head[start] === 0x30 ? elementIn(head, start) : undefined
  return outer !== undefined && PKCS7.every((byte, i) => head[outer.start + i] === byte)
}

/** Where the token stands in a TimeStampResp that grants one (RFC 3161 §2.4.2). */
function tokenStart(head: Uint8Array): number | undefined {
  const outer = head[0] === 0x30 ? elementIn(head, 0) : undefined
  const status = outer && head[outer.start] === 0x30 ? elementIn(head, outer.start) : undefined
  if (!status || head[status.start] !== TAG.INTEGER || head[status.start + 1] !== 1 || (head[status.start + 2] ?? 2) > 1) return undefined
  return isContentInfo(head, status.end) ? status.end : undefined
}

/** The form of a file; `null` where it is no CMS. */
export function formOf(source: ByteSource): CmsForm | null {
  const head = source.read(0, HEAD)
  if (isContentInfo(head, 0)) return 'cms'
  if (tokenStart(head) !== undefined) return 'response'
  const text = fromLatin1(head)
  if (ARMOUR.test(text)) return 'pem'
  // Words may look like base64, so its beginning has to be that of a CMS.
  const start = BASE64.test(text) ? fromBase64(text.replace(/\s+/g, '').slice(0, 64)) : null
  if (start && isContentInfo(start, 0)) return 'base64'
  return FIELD.test(text) && MIME.test(text) ? 'mime' : null
}

/** All of a text in memory, which is bounded. */
function textOf(source: ByteSource, budget: Budget): string {
  budget.spend('cmsBytes', source.size)
  return fromLatin1(readAll(source))
}

/** Where a ContentInfo stands. */
export interface Located {
  readonly source: ByteSource
  readonly start: number
  readonly form: CmsForm
  /** How many more stand in the same text, which are not read. */
  readonly more?: number
}

/**
 * Where the ContentInfo of a file stands.
 *
 * @throws KysoError `ERR_CMS_MIME` for a message in place of a signature, `ERR_CMS_SYNTAX` where there is none, `ERR_BUDGET_EXCEEDED`
 */
export function locate(source: ByteSource, budget: Budget): Located {
  const form = formOf(source)
  if (form === 'cms' || form === null) return { source, start: 0, form: 'cms' }
  if (form === 'response') return { source, start: tokenStart(source.read(0, HEAD)) ?? 0, form }
  if (form === 'mime') throw new KysoError('ERR_CMS_MIME', 'an S/MIME message in place of a CMS file')
  const text = textOf(source, budget)
  const [bytes, ...others] = form === 'pem' ? pemBlocks(text).flatMap((block) => (LABELS.includes(block.label) ? [block.bytes] : [])) : [fromBase64(text)]
  if (!bytes) throw new KysoError('ERR_CMS_SYNTAX', 'a text that holds no CMS')
  return { source: memorySource(bytes), start: 0, form, more: others.length }
}
