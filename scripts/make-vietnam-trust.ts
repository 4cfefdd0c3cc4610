/**
 * Makes `src/vietnam/services-table.ts` from the certificates of `../shared/corpus`: `npx tsx scripts/make-vietnam-trust.ts`. No certificate
 * goes into the project, only what a verifier has to know of it: its name, its key, its fingerprints and its validity.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readPdf } from '../src/pades/index.ts'
import { type Certificate, parseCertificate, serialHex } from '../src/x509/index.ts'

const CORPUS = new URL('../../shared/corpus/', import.meta.url)
const TABLE = new URL('../src/vietnam/services-table.ts', import.meta.url)

/** What is said of a service beside its certificate. */
type Entry = readonly [id: string, group: string, role: string, issuer: string | null, confirmed: string, seen: readonly string[], file?: string]

const REPOSITORIES = 'public repositories, two or three independent of each other'
const REPOSITORY = 'a public repository'
const THUMBPRINT = 'a list of thumbprints in another public project, by SHA-1'
const PINNED = 'a project that took it from rootca.gov.vn and pins the same fingerprint'

const government = (id: string, issuer: string): Entry => [id, 'government', 'issuing', issuer, 'issuer', [REPOSITORY]]
const publicCa = (id: string, issuer = 'national-root-mic'): Entry => [id, 'public', 'issuing', issuer, 'issuer', [REPOSITORY]]

const ENTRIES: readonly Entry[] = [
  ['vgca-root-g1', 'government', 'root', null, 'sources', [REPOSITORIES]],
  government('vgca-g1-government', 'vgca-root-g1'),
  government('vgca-g1-finance', 'vgca-root-g1'),
  government('vgca-g1-public-security', 'vgca-root-g1'),
  government('vgca-g1-party', 'vgca-root-g1'),
  government('vgca-g1-foreign-affairs', 'vgca-root-g1'),
  ['vgca-root-g2', 'government', 'root', null, 'sources', [REPOSITORIES, 'time-stamp tokens of tsa.ca.gov.vn']],
  government('vgca-g2-state-agencies', 'vgca-root-g2'),
  government('vgca-g2-party', 'vgca-root-g2'),
  ['vgca-g2-tsa-hl01', 'government', 'timestamping', 'vgca-root-g2', 'issuer', ['time-stamp tokens of tsa.ca.gov.vn'], 'samples-vietnam/icorp-demo.signed.pdf'],
  ['national-root-mic', 'national', 'root', null, 'nobody', [REPOSITORY, THUMBPRINT]],
  ['national-root-2014', 'national', 'root', null, 'nobody', [REPOSITORY, PINNED]],
  publicCa('public-bkavca'),
  publicCa('public-ca2'),
  publicCa('public-fptca'),
  publicCa('public-newtelca'),
  publicCa('public-safeca'),
  publicCa('public-smartsign'),
  publicCa('public-viettelca'),
  publicCa('public-vnptca'),
  publicCa('public-vnpt-sha2-2024', 'national-root-2014'),
]

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

async function certificateOf([id, , , , , , file]: Entry): Promise<Certificate> {
  const bytes = new Uint8Array(readFileSync(new URL(file ?? `trust-vietnam/${id}.cer`, CORPUS)))
  if (file === undefined) return parseCertificate(bytes)
  const [certificate] = (await readPdf(bytes)).signatures.flatMap(({ timestamps }) => timestamps.flatMap((one) => (one.certificate ? [one.certificate] : [])))
  if (!certificate) throw new Error(`no time-stamp in ${file}`)
  return certificate
}

async function rowOf(entry: Entry): Promise<string> {
  const [id, group, role, issuer, confirmedBy, seen] = entry
  const certificate = await certificateOf(entry)
  const seconds = (time: Date): string => time.toISOString().replace('.000Z', 'Z')
  const quoted = (text: string): string => `'${text}'`
  const fields = {
    id: quoted(id),
    group: quoted(group),
    role: quoted(role),
    issuer: issuer === null ? 'null' : quoted(issuer),
    confirmedBy: quoted(confirmedBy),
    serialNumber: quoted(serialHex(certificate)),
    fingerprint: quoted(sha256(certificate.bytes)),
    keyFingerprint: quoted(sha256(certificate.spki)),
    notBefore: quoted(seconds(certificate.notBefore)),
    notAfter: quoted(seconds(certificate.notAfter)),
    seen: `[${seen.map(quoted).join(', ')}]`,
    name: quoted(base64(certificate.subject.bytes)),
    spki: quoted(base64(certificate.spki)),
  }
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${value},\n`)
  return `  {\n${lines.join('')}  },\n`
}

/** The text of the table, for the test that compares it with the one that stands there. */
export async function makeTable(): Promise<string> {
  const rows = await Promise.all(ENTRIES.map(rowOf))
  return `/** Made by scripts/make-vietnam-trust.ts; held against the certificates by test/conformance/vietnam-trust.test.ts. Not to be edited. */
import type { ServiceRow } from './services.ts'

export const SERVICE_ROWS: readonly ServiceRow[] = [
${rows.join('')}]
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TABLE, await makeTable())
