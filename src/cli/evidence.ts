/** Files and folders of certificates, CRLs and OCSP responses. */
import { readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { isKysoError, KysoError } from '../core/errors.ts'
import { format, type MessageKey } from '../core/messages.ts'
import { fileSource, systemReason } from '../node/file-source.ts'
import { vietnamTrust } from '../vietnam/trust.ts'
import {
  type Certificate,
  type Crl,
  certificatesOf,
  derOrPem,
  type OcspAnswer,
  parseCertificate,
  parseCrl,
  parseOcsp,
  type TrustAnchor,
  trustAnchor,
} from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import type { Context } from './io.ts'
import { tellError } from './tell.ts'

/** A file of evidence larger than this is none: the largest CRLs in use have some 50 MB. */
const MAX_SIZE = 256 * 1024 * 1024

/** What a file is read for. */
type Purpose = Extract<MessageKey, `purpose.${string}`> extends `purpose.${infer Name}` ? Name : never

interface Kind<T> {
  readonly purpose: Purpose
  readonly split: (file: Uint8Array) => readonly Uint8Array[]
  readonly parse: (bytes: Uint8Array) => T
  /** In a folder, files of such names are expected to be of this kind; others are passed over without a word. */
  readonly extensions: readonly string[]
}

const CERTIFICATE_EXTENSIONS = ['.pem', '.crt', '.cer', '.der']
const CERTIFICATES: Kind<Certificate> = {
  purpose: 'untrusted',
  split: certificatesOf,
  parse: (bytes) => parseCertificate(bytes),
  extensions: CERTIFICATE_EXTENSIONS,
}
const ANCHORS: Kind<TrustAnchor> = { ...CERTIFICATES, purpose: 'trust', parse: (bytes) => trustAnchor(bytes) }
const LEAVES: Kind<Certificate> = { ...CERTIFICATES, purpose: 'certificate' }
const CRLS: Kind<Crl> = { purpose: 'crl', split: (file) => derOrPem(file, ['X509 CRL', 'CRL']), parse: (bytes) => parseCrl(bytes), extensions: ['.crl'] }
const OCSP: Kind<OcspAnswer> = {
  purpose: 'ocsp',
  split: (file) => derOrPem(file, ['OCSP RESPONSE']),
  parse: (bytes) => parseOcsp(bytes),
  extensions: ['.ocsp', '.ors'],
}

/** Trust and evidence that the command line names. */
export interface GivenEvidence {
  readonly trust: readonly TrustAnchor[]
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
}

/** The options that {@link readEvidence} reads. */
export const EVIDENCE_OPTIONS = { trust: 'list', untrusted: 'list', crl: 'list', ocsp: 'list', vietnam: 'switch' } as const

/**
 * Reads what `--trust`, `--untrusted`, `--crl` and `--ocsp` name; `--vietnam` adds the services of Vietnam that are known for sure.
 *
 * @throws KysoError `ERR_FILE_READ`, `ERR_TRUST_FILE`, `ERR_CERTIFICATE_SYNTAX`, each with the path
 */
export function readEvidence(context: Context, args: Arguments): GivenEvidence {
  const all = <T>(option: string, kind: Kind<T>): T[] => args.all(option).flatMap((path) => readPath(context, path, kind))
  const trust = [...all('trust', ANCHORS), ...(args.has('vietnam') ? vietnamTrust() : [])]
  return { trust, certificates: all('untrusted', CERTIFICATES), crls: all('crl', CRLS), ocsp: all('ocsp', OCSP) }
}

/** Whether a file is named as certificates are; what is wrong with such a one is told, others may be anything. */
export function isNamedCertificate(name: string): boolean {
  return CERTIFICATE_EXTENSIONS.includes(extname(name).toLowerCase())
}

/** The certificates of one file that shall be checked: the leaf first. */
export function readLeaf(path: string): readonly Certificate[] {
  return readOne(path, LEAVES)
}

function readPath<T>(context: Context, path: string, kind: Kind<T>): readonly T[] {
  if (!isFolder(path)) return readOne(path, kind)
  const found: T[] = []
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) continue
    const file = join(path, entry.name)
    try {
      found.push(...readOne(file, kind))
    } catch (error) {
      if (!isKysoError(error)) throw error
      if (!kind.extensions.includes(extname(entry.name).toLowerCase()) || isOtherKind(error)) continue
      context.io.stderr(`kyso: ${format(context.catalogue, 'cli.passedOver')}\n`)
      tellError(context.io, context.catalogue, error)
    }
  }
  if (found.length === 0) throw nothingIn(path, kind.purpose)
  return found
}

/** A folder may hold PEM files of other things. */
export function isOtherKind(error: KysoError): boolean {
  return error.code === 'ERR_TRUST_FILE'
}

/**
 * Whether a path leads to a folder.
 *
 * @throws KysoError `ERR_FILE_READ` where it leads nowhere
 */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (cause) {
    const reason = systemReason(cause)
    throw new KysoError('ERR_FILE_READ', `the file cannot be read: ${reason}`, { path, reason }, { cause })
  }
}

function nothingIn(path: string, purpose: Purpose): KysoError {
  return new KysoError('ERR_TRUST_FILE', `nothing of this kind in ${path}: ${purpose}`, { path, purpose })
}

function readOne<T>(path: string, { purpose, split, parse }: Kind<T>): readonly T[] {
  const parts = split(readBytes(path))
  if (parts.length === 0) throw nothingIn(path, purpose)
  return parts.map((bytes) => {
    try {
      return parse(bytes)
    } catch (error) {
      if (!isKysoError(error)) throw error
      throw new KysoError(error.code, error.message, { ...error.data, path }, { cause: error })
    }
  })
}

/**
 * A whole file that is meant to be small.
 *
 * @throws KysoError `ERR_FILE_READ`
 */
export function readBytes(path: string): Uint8Array {
  const source = fileSource(path)
  try {
    if (source.size > MAX_SIZE) throw new KysoError('ERR_FILE_READ', `a file of ${source.size} bytes`, { path, reason: 'tooLarge' })
    return source.read(0, source.size)
  } finally {
    source.close()
  }
}
