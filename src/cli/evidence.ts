/** Files and folders of certificates, CRLs and OCSP responses. */
import { extname, join } from 'node:path'
import { isKysoError, KysoError } from '../core/errors.ts'
import { format, type MessageKey } from '../core/messages.ts'
import { entriesOf, isFolder, readSmallFile } from '../node/folders.ts'
import { isNamedCertificate, trustAnchorsFrom, withPath } from '../node/trust-files.ts'
import { readCertificates } from '../sources/index.ts'
import { vietnamTrust } from '../vietnam/trust.ts'
import { type Certificate, type Crl, derOrPem, type OcspAnswer, parseCrl, parseOcsp, type TrustAnchor } from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import type { Context } from './io.ts'
import { tellError } from './tell.ts'

/** What a file is read for. */
type Purpose = Extract<MessageKey, `purpose.${string}`> extends `purpose.${infer Name}` ? Name : never

interface Kind<T> {
  readonly purpose: Purpose
  /** What is in a file; nothing where it holds other things. */
  readonly read: (file: Uint8Array) => readonly T[]
  /** In a folder, files of such names are expected to be of this kind; others are passed over without a word. */
  readonly isNamed: (path: string) => boolean
}

const CERTIFICATES: Kind<Certificate> = { purpose: 'untrusted', read: (file) => readCertificates(file), isNamed: isNamedCertificate }
const LEAVES: Kind<Certificate> = { ...CERTIFICATES, purpose: 'certificate' }
const CRLS: Kind<Crl> = {
  purpose: 'crl',
  read: (file) => derOrPem(file, ['X509 CRL', 'CRL']).map((bytes) => parseCrl(bytes)),
  isNamed: (path) => extname(path).toLowerCase() === '.crl',
}
const OCSP: Kind<OcspAnswer> = {
  purpose: 'ocsp',
  read: (file) => derOrPem(file, ['OCSP RESPONSE']).map((bytes) => parseOcsp(bytes)),
  isNamed: (path) => ['.ocsp', '.ors'].includes(extname(path).toLowerCase()),
}

/** Trust and evidence that the command line names. */
export interface GivenEvidence {
  readonly trust: readonly TrustAnchor[]
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
}

/** The options that {@link readEvidence} reads. */
export const EVIDENCE_OPTIONS = {
  trust: 'list',
  untrusted: 'list',
  crl: 'list',
  ocsp: 'list',
  vietnam: 'switch',
  'vietnam-public': 'switch',
} as const

/**
 * Reads what `--trust`, `--untrusted`, `--crl` and `--ocsp` name; `--vietnam` adds the government's authorities, which are known for sure,
 * `--vietnam-public` the national roots and public authorities, of which the report warns.
 *
 * @throws KysoError `ERR_FILE_READ`, `ERR_TRUST_FILE`, `ERR_TRUST_NOT_CA`, `ERR_CERTIFICATE_SYNTAX`, each with the path
 */
export function readEvidence(context: Context, args: Arguments): GivenEvidence {
  const all = <T>(option: string, kind: Kind<T>): T[] => args.all(option).flatMap((path) => readPath(context, path, kind))
  // What is not named as certificates are is passed over without a word, and so are PEM files of other things.
  const onPassedOver = (_: string, error: KysoError | null): void => {
    if (error && !isOtherKind(error)) tellPassedOver(context, error)
  }
  const sure = args.has('vietnam')
  const open = args.has('vietnam-public')
  const trust = [...trustAnchorsFrom(...args.all('trust'), { onPassedOver }), ...vietnamTrust({ government: sure, national: open, publicCas: open })]
  return { trust, certificates: all('untrusted', CERTIFICATES), crls: all('crl', CRLS), ocsp: all('ocsp', OCSP) }
}

/** The certificates of one file that shall be checked: the leaf first. */
export function readLeaf(path: string): readonly Certificate[] {
  return readOne(path, LEAVES)
}

function readPath<T>(context: Context, path: string, kind: Kind<T>): readonly T[] {
  if (!isFolder(path)) return readOne(path, kind)
  const found: T[] = []
  for (const entry of entriesOf(path)) {
    if (entry.isDirectory()) continue
    const file = join(path, entry.name)
    try {
      found.push(...readOne(file, kind))
    } catch (error) {
      if (!isKysoError(error)) throw error
      if (kind.isNamed(file) && !isOtherKind(error)) tellPassedOver(context, error)
    }
  }
  if (found.length === 0) throw nothingIn(path, kind.purpose)
  return found
}

function tellPassedOver({ io, catalogue }: Context, error: KysoError): void {
  io.stderr(`kyso: ${format(catalogue, 'cli.passedOver')}\n`)
  tellError(io, catalogue, error)
}

/** A folder may hold PEM files of other things. */
export function isOtherKind(error: KysoError): boolean {
  return error.code === 'ERR_TRUST_FILE'
}

function nothingIn(path: string, purpose: Purpose): KysoError {
  return new KysoError('ERR_TRUST_FILE', `nothing of this kind in ${path}: ${purpose}`, { path, purpose })
}

function readOne<T>(path: string, { purpose, read }: Kind<T>): readonly T[] {
  const found = withPath(path, purpose, () => read(readSmallFile(path)))
  if (found.length === 0) throw nothingIn(path, purpose)
  return found
}
