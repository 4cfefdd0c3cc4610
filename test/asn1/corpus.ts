/** Every ASN.1 structure of the public corpus: files as they are, PEM, and what stands in PDF, XML and JSON files. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fromBase64, fromHex, fromLatin1 } from '../../src/core/bytes.ts'

/** What a structure is. */
export type StructureKind = 'certificate' | 'crl' | 'ocsp' | 'cms'

/** A structure and the first place where it stands. */
export interface Structure {
  readonly kind: StructureKind
  /** Path below the corpus, and a number where a file holds several. */
  readonly name: string
  readonly bytes: Uint8Array
}

type Found = { kind: StructureKind; bytes: Uint8Array }

function* files(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else yield path
  }
}

const PEM_KINDS: Readonly<Record<string, StructureKind>> = { CERTIFICATE: 'certificate', 'X509 CRL': 'crl', PKCS7: 'cms', CMS: 'cms' }

function pem(text: string): Found[] {
  const found: Found[] = []
  for (const [, label, body] of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+?)-----END/g)) {
    const kind = PEM_KINDS[label as string]
    const bytes = kind && fromBase64(body as string)
    if (kind && bytes) found.push({ kind, bytes })
  }
  return found
}

/** Signature values of a PDF: hexadecimal strings after /Contents that begin a SEQUENCE; the padding is cut by the length they state. */
function inPdf(bytes: Uint8Array): Found[] {
  const found: Found[] = []
  for (const [, digits] of fromLatin1(bytes).matchAll(/\/Contents\s*<(30[0-9A-Fa-f\s]{200,})>/g)) {
    const padded = fromHex((digits as string).replace(/\s/g, ''))
    if (padded) found.push({ kind: 'cms', bytes: unpadded(padded) })
  }
  return found
}

/** A definite length is obeyed; where it is indefinite the zeros stay. */
function unpadded(padded: Uint8Array): Uint8Array {
  const lead = padded[1] as number
  if (lead < 0x80) return padded.subarray(0, 2 + lead)
  let length = 0
  for (let i = 0; i < (lead & 0x7f); i++) length = length * 256 + (padded[2 + i] ?? 0)
  return lead === 0x80 ? padded : padded.subarray(0, 2 + (lead & 0x7f) + length)
}

const XML_KINDS: Readonly<Record<string, StructureKind>> = {
  X509Certificate: 'certificate',
  EncapsulatedX509Certificate: 'certificate',
  X509CRL: 'crl',
  EncapsulatedCRLValue: 'crl',
  EncapsulatedOCSPValue: 'ocsp',
  EncapsulatedTimeStamp: 'cms',
}

function inXml(text: string): Found[] {
  const found: Found[] = []
  for (const [, name, body] of text.matchAll(/<(?:[\w.-]+:)?(X509Certificate|X509CRL|Encapsulated\w+)(?:\s[^<>]*)?>([A-Za-z0-9+/=\s]+)</g)) {
    const kind = XML_KINDS[name as string]
    const bytes = fromBase64(body as string)
    if (kind && bytes && bytes.length > 0) found.push({ kind, bytes })
  }
  return found
}

function inFile(path: string): Found[] {
  const bytes = new Uint8Array(readFileSync(path))
  const extension = path.slice(path.lastIndexOf('.') + 1)
  const text = (): string => fromLatin1(bytes)
  switch (extension) {
    case 'pdf':
      return inPdf(bytes)
    case 'xml':
      return inXml(text())
    case 'json':
      return pem(text().replaceAll('\\n', '\n'))
    case 'ors': {
      const response = fromBase64(text())
      return response ? [{ kind: 'ocsp', bytes: response }] : []
    }
    case 'der':
    case 'cer':
    case 'crt':
    case 'crl':
    case 'pem':
    case 'p7m':
    case 'p7s':
    case 'pkcs7':
    case 'cms':
    case 'tsr':
    case 'sig':
    case 'csig': {
      if (bytes[0] !== 0x30) {
        const bare = fromBase64(text())
        return bare?.[0] === 0x30 ? [{ kind: 'cms', bytes: bare }] : pem(text())
      }
      const kind = /crl\.der$|\.crl$/.test(path) ? 'crl' : /^(cer|crt|der)$/.test(extension) && !path.includes('/cms/') ? 'certificate' : 'cms'
      return [{ kind, bytes }]
    }
    default:
      return []
  }
}

/** All structures below a folder of the corpus, each once. */
export function structures(corpus: string, folders: readonly string[]): Structure[] {
  const seen = new Set<string>()
  const all: Structure[] = []
  for (const folder of folders) {
    for (const path of files(join(corpus, folder))) {
      inFile(path).forEach(({ kind, bytes }, i, { length }) => {
        const fingerprint = createHash('sha256').update(bytes).digest('hex')
        if (seen.has(fingerprint)) return
        seen.add(fingerprint)
        all.push({ kind, bytes, name: relative(corpus, path) + (length > 1 ? `#${i}` : '') })
      })
    }
  }
  return all
}
