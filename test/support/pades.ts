/** What the PAdES suites share: the PDFs of the corpus with what its README says of them, small PDFs of every kind, and what other programs say of a PDF. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { type IssueOptions, type LabIdentity, pem } from '../../src/testing/index.ts'
import { type Objects, Sample } from '../pdf/sample.ts'
import { corpus, type DssAnswer, type DssOracle, type PyhankoAnswer, pyhankoOracle, type RunResult, run } from './tools.ts'

/** A time-stamp of the manifest. */
export interface ManifestTimestamp {
  readonly type: string
  readonly time: string
  readonly intact: boolean
}

/** A file of `corpus/pdf/manifest.json`, as far as it is used here. */
export interface ManifestEntry {
  readonly file: string
  readonly anchors?: readonly string[]
  readonly dss: {
    readonly error?: string
    readonly signatures?: readonly { readonly level: string; readonly intact: boolean; readonly timestamps: readonly ManifestTimestamp[] }[]
    readonly documentTimestamps?: readonly ManifestTimestamp[]
    readonly signing?: { readonly at: string; readonly signatures: readonly { readonly indication: string }[] }
  }
  readonly pyhanko?: {
    readonly error?: string
    readonly signatures?: readonly { readonly isDocTimestamp: boolean; readonly intact: boolean; readonly valid: boolean; readonly error?: string }[]
  }
  readonly qpdf: { readonly exit: number; readonly encrypted: boolean }
}

/** The manifest of `corpus/pdf`; none where the corpus is not there. */
export function pdfManifest(): readonly ManifestEntry[] {
  const path = corpus('pdf/manifest.json')
  return path ? (JSON.parse(readFileSync(path, 'utf8')) as ManifestEntry[]) : []
}

const named = (folder: string, names: readonly string[]): string[] => names.map((name) => `${folder}/${name}.pdf`)
const all = <T>(files: readonly string[], value: T): [string, T][] => files.map((file) => [file, value])

/** The corpus README, "What opens and what may be signed": these fail, with one of these codes. */
export const CANNOT_OPEN: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...all(named('dss', ['pades-5-signatures-and-1-document-timestamp', 'pades_infinite_loop', 'pdf-signed-corrupted']), ['ERR_PDF_XREF']),
  ...all(named('pyhanko', ['minimal-startxref-hopeless', 'minimal-startxref-hopeless3', 'minimal-startxref-obo4']), ['ERR_PDF_XREF']),
  ...all(named('pyhanko', ['broken-objstream6']), ['ERR_PDF_SYNTAX', 'ERR_PDF_STRUCTURE']),
  ...all(named('pyhanko', ['malformed-encrypt-dict2', 'minimal-aes256-malformed-oe', 'minimal-aes256-malformed-perms']), ['ERR_PDF_ENCRYPTION_INVALID']),
  ...all(named('pyhanko', ['minimal-pubkey-aes256', 'minimal-pubkey-rc4-envelope', 'minimal-two-fields-pubkey-rc4']), ['ERR_PDF_ENCRYPTION_UNSUPPORTED']),
  ...all(named('pyhanko', ['minimal-with-field-pubkey-rc4', 'pubkey-ecc-test', 'pubkey-rc2-test']), ['ERR_PDF_ENCRYPTION_UNSUPPORTED']),
])

/** The same: opening and failing are both right. */
export const MAY_OPEN: ReadonlySet<string> = new Set(named('pyhanko', ['minimal-startxref-hopeless2', 'minimal-illegal-header', 'broken-objstream3']))

/** The same: these open and must not be signed. */
export const MUST_NOT_SIGN: ReadonlyMap<string, string> = new Map([
  ['pyhanko/certified-with-indirect-refs-in-dir.pdf', 'ERR_PDF_CERTIFIED'],
  ['dss/dss-2236/annotation-and-visible-change.pdf', 'ERR_PDF_CERTIFIED'],
  ['dss/pdf-eof.pdf', 'ERR_PDF_SIGNATURE_BROKEN'],
])

/** Whether a file of the corpus is one whose `/P` forbids signing to the user password, which is empty. */
export const isProtected = (file: string): boolean => file.startsWith('dss/protected/')

/** The same: the files that need passwords. */
export const PASSWORDS: ReadonlyMap<string, { readonly owner: string; readonly user: string }> = new Map([
  ...all(named('pyhanko', ['minimal-aes256', 'minimal-two-fields-aes256', 'minimal-with-field-aes256', 'malformed-encrypt-dict1']), {
    owner: 'ownersecret',
    user: 'usersecret',
  }),
  ...all(named('pyhanko', ['embedded-encrypted-nocf']), { owner: 'secret', user: 'secret' }),
])

/** The code with which something fails; `none` where it does not. Anything but a `KysoError` is passed on. */
export async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
  return 'none'
}

/** The values in an order of their own: two lists of one multiset become equal. */
export function multiset<T>(values: readonly T[]): T[] {
  return [...values].sort((a, b) => String(a).localeCompare(String(b)))
}

/** Password arguments of the tools. */
export interface Passwords {
  readonly owner?: string
  readonly user?: string
}

/** A signature as poppler's `pdfsig` sees it. */
export interface PdfsigSignature {
  readonly field: string
  /** What stands behind `Signature Validation:`. */
  readonly validation: string
  /** SubFilter as it names it. */
  readonly type: string
  /** `Total document signed`. */
  readonly total: boolean
}

/** Poppler's verdict in words of its own. */
export const PDFSIG_VALID = 'Signature is Valid.'

/** Asks `pdfsig`, which looks at no certificate here: that would be asking the network. */
export async function pdfsig(path: string, { owner, user }: Passwords = {}): Promise<PdfsigSignature[]> {
  const passwords = [...(owner === undefined ? [] : ['-opw', owner]), ...(user === undefined ? [] : ['-upw', user])]
  const { stdout } = await run('pdfsig', ['-nocert', ...passwords, path])
  const blocks = stdout.split(/^Signature #\d+:$/m).slice(1)
  const line = (block: string, name: string): string => new RegExp(`^ {2}- ${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? ''
  return blocks.map((block) => ({
    field: line(block, 'Signature Field Name'),
    validation: line(block, 'Signature Validation'),
    type: line(block, 'Signature Type'),
    total: block.includes('  - Total document signed'),
  }))
}

/** What `qpdf --check` says. */
export interface QpdfCheck {
  /** 0 clean, 1 warnings, 2 errors. */
  readonly rank: number
  /** Its complaints without what differs from file to file: names, numbers, offsets. */
  readonly kinds: ReadonlySet<string>
}

/** Asks `qpdf --check`. */
export async function qpdfCheck(path: string, password?: string): Promise<QpdfCheck> {
  const { status, stderr } = await run('qpdf', [...(password === undefined ? [] : [`--password=${password}`]), '--check', path])
  const kinds = stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(path, 'FILE').replaceAll(/0x[0-9a-f]+|\d+/g, '#'))
  const rank = [0, 3, 2].indexOf(status)
  if (rank < 0) throw new Error(`qpdf --check ended with status ${status}: ${stderr}`)
  return { rank, kinds: new Set(kinds) }
}

/** Pixels of every page, by poppler. */
export async function rendered(path: string, password?: string): Promise<Uint8Array> {
  const result: RunResult = await run('pdftoppm', ['-r', '60', ...(password === undefined ? [] : ['-upw', password, '-opw', password]), path])
  if (result.status !== 0) throw new Error(`pdftoppm: ${result.stderr}`)
  return result.bytes
}

/** Writes an identity of the lab as PKCS#12 by OpenSSL, with the certificates of its authorities and the root; the path. */
export async function writeP12(folder: string, name: string, identity: LabIdentity, root: Uint8Array, password: string): Promise<string> {
  const at = (suffix: string): string => join(folder, `${name}.${suffix}`)
  const [leaf, ...issuers] = identity.chain
  writeFileSync(at('key.pem'), pem(identity.pkcs8, 'PRIVATE KEY'))
  writeFileSync(at('crt.pem'), pem(leaf ?? new Uint8Array(), 'CERTIFICATE'))
  writeFileSync(at('ca.pem'), [...issuers, root].map((one) => pem(one, 'CERTIFICATE')).join('\n'))
  const args = [
    'pkcs12',
    '-export',
    '-inkey',
    at('key.pem'),
    '-in',
    at('crt.pem'),
    '-certfile',
    at('ca.pem'),
    '-passout',
    `pass:${password}`,
    '-out',
    at('p12'),
  ]
  const { status, stderr } = await run('openssl', args)
  if (status !== 0) throw new Error(`openssl pkcs12: ${stderr}`)
  return at('p12')
}

const CONTENT = 'BT /F1 24 Tf 40 120 Td (Bien ban nghiem thu) Tj ET\n0.8 0.1 0.1 rg 40 40 80 30 re f'

/** A page with text and a red box, by object number. */
const PAGE: Objects = {
  1: '<</Type/Catalog/Pages 2 0 R>>',
  2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
  4: `<</Length ${CONTENT.length}>>\nstream\n${CONTENT}\nendstream`,
  5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
}
const ID = '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]'

/** How the cross-reference of a small PDF is written. */
export type PdfKind = 'table' | 'xref-stream' | 'hybrid'

/** A PDF of one page, written by hand. */
export function smallPdf(kind: PdfKind): Uint8Array {
  if (kind === 'xref-stream') return sized(new Sample().stream(PAGE, { number: 6, trailer: ID }).bytes(), 7)
  if (kind === 'hybrid') return hybridPdf()
  return plainTable()
}

/** One table without gaps, which tools other than kyso like better. */
function plainTable(): Uint8Array {
  const sample = new Sample()
  const offsets = sample.objects(PAGE)
  return closed(sample, [...offsets.values()], '')
}

/** ISO 32000-2 §7.5.8.4: the table says what old readers need, the stream of `/XRefStm` what stands in an object stream. */
function hybridPdf(): Uint8Array {
  const { 5: font = '', ...rest } = PAGE
  const stream = `5 0 ${font}`
  const body = `<</Type/ObjStm/N 1/First 4/Length ${stream.length}>>\nstream\n${stream}\nendstream`
  const sample = new Sample()
  const offsets = sample.objects({ ...rest, 6: body })
  const xrefStream = sample.length
  sample.xrefStream(new Map(), { number: 7, compressed: { 5: [6, 0] } })
  const places = [1, 2, 3, 4].map((number) => offsets.get(number) ?? 0)
  return sized(closed(sample, [...places, null, offsets.get(6) ?? 0, xrefStream], `/XRefStm ${xrefStream}`), 8)
}

/** What {@link Sample} writes as a round number, made exact in the same room: qpdf warns of the other. */
function sized(pdf: Uint8Array, size: number): Uint8Array {
  return latin1(fromLatin1(pdf).replaceAll('/Size 100', `/Size ${size}`.padEnd(9)))
}

/** Table, trailer and end for objects from 1 on; null is a free one. */
function closed(sample: Sample, offsets: readonly (number | null)[], trailer: string): Uint8Array {
  const rows = offsets.map((offset) => (offset === null ? '0000000000 00000 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`))
  const size = offsets.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size ${size}/Root 1 0 R${ID}${trailer}>>\nstartxref\n${sample.length}\n%%EOF\n`
  return concat([sample.bytes(), latin1(table)])
}

/** Encryptions that `qpdf` makes, with its arguments. */
export const ENCRYPTIONS = {
  'RC4-128': ['128', '--use-aes=n'],
  'AES-128': ['128', '--use-aes=y'],
  'AES-256': ['256'],
} as const

/** A name of {@link ENCRYPTIONS}. */
export type EncryptionName = keyof typeof ENCRYPTIONS

/** Passwords of what {@link encrypted} makes. */
export const SECRETS = { user: 'user secret', owner: 'owner secret' } as const

/** A small PDF that qpdf has encrypted, everything allowed; its bytes. */
export async function encrypted(folder: string, name: EncryptionName, source: Uint8Array = smallPdf('table')): Promise<Uint8Array> {
  const [input, output] = [join(folder, `plain-${name}.pdf`), join(folder, `encrypted-${name}.pdf`)]
  writeFileSync(input, source)
  const { status, stderr } = await run('qpdf', ['--allow-weak-crypto', '--encrypt', SECRETS.user, SECRETS.owner, ...ENCRYPTIONS[name], '--', input, output])
  if (status !== 0) throw new Error(`qpdf: ${stderr}`)
  return new Uint8Array(readFileSync(output))
}

/** The keys that the interop suites sign with. */
export const ALGORITHMS = {
  RSA: { algorithm: 'RSA-2048' },
  PSS: { algorithm: 'RSA-2048', pss: true },
  'P-256': { algorithm: 'P-256' },
  'P-384': { algorithm: 'P-384' },
} as const satisfies Readonly<Record<string, IssueOptions>>

/** A name of {@link ALGORITHMS}. */
export type AlgorithmName = keyof typeof ALGORITHMS

/** A document to sign, with the password it is opened with. */
export interface Prepared {
  readonly path: string
  readonly bytes: Uint8Array
  readonly as: 'user' | 'owner'
  readonly password?: string
}

/** A document of every kind, by name: `table`, `xref-stream`, `hybrid`, `RC4-128 by user`, …. */
export async function documents(folder: string): Promise<ReadonlyMap<string, Prepared>> {
  const made = new Map<string, Prepared>()
  for (const kind of ['table', 'xref-stream', 'hybrid'] as const) {
    const path = join(folder, `${kind}.pdf`)
    const bytes = smallPdf(kind)
    writeFileSync(path, bytes)
    made.set(kind, { path, bytes, as: 'user' })
  }
  for (const name of Object.keys(ENCRYPTIONS) as EncryptionName[]) {
    const bytes = await encrypted(folder, name)
    const path = join(folder, `encrypted-${name}.pdf`)
    for (const as of ['user', 'owner'] as const) made.set(`${name} by ${as}`, { path, bytes, as, password: SECRETS[as] })
  }
  return made
}

/** What DSS says of a file, with one anchor. */
export function dssOf(oracle: DssOracle, file: string, anchor: string, password?: string): Promise<DssAnswer> {
  return oracle.ask({ op: 'validate', file, anchors: [anchor], ...(password === undefined ? {} : { documentPassword: password }) })
}

/** What pyHanko says of files: one process for all of one password. */
export async function pyhankoOn(files: readonly (readonly [path: string, password?: string])[], anchor: string): Promise<ReadonlyMap<string, PyhankoAnswer>> {
  const groups = new Map<string | undefined, string[]>()
  for (const [path, password] of files) groups.set(password, [...(groups.get(password) ?? []), path])
  const answers = new Map<string, PyhankoAnswer>()
  for (const [password, paths] of groups) {
    const found = await pyhankoOracle(['validate', '--anchor', anchor, ...(password === undefined ? [] : ['--password', password]), ...paths])
    for (const [i, path] of paths.entries()) answers.set(path, found[i] ?? { error: 'no answer' })
  }
  return answers
}

/** Does the work for every item, two at a time: tests share a machine of two cores. */
export async function inTwos<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}
