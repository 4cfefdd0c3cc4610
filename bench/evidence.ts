/**
 * Certificates judged: a CRL of 250,000 entries beside OpenSSL (through Python's `cryptography`, in one process) and, with `--heavy`,
 * pkijs; and NIST's path cases, where the vectors are beside the checkout. `npx tsx bench/evidence.ts`, by hand. Python is taken from
 * `KYSO_PYTHON`; without it OpenSSL is left out, and that is said.
 */
import { spawnSync } from 'node:child_process'
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as pkijs from 'pkijs'
import { Budget, defaultCrypto } from '../src/index.ts'
import { buildPath, findRevoked, parseCertificate, parseCrl, parsePublicKey, trustAnchor } from '../src/x509/index.ts'
import { verifySignature } from '../src/x509/signed.ts'

const ENTRIES = 250_000
const ROUNDS = 7

/** An element in DER, for structures too large to be made by a library. */
function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  return Buffer.concat([Uint8Array.from(content.length < 128 ? [tag, content.length] : [tag, 0x80 | length.length, ...length]), content])
}

const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex')
const time = (text: string): Buffer => tlv(0x17, Buffer.from(text))

/** A list signed with RSA-2048; the serial number in the middle of it. */
function makeCrl(): { crl: Uint8Array; spki: Uint8Array; serial: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const serials = Array.from({ length: ENTRIES }, () => Buffer.concat([Uint8Array.of(0x40), randomBytes(15)]))
  const date = time('260101000000Z')
  const issuer = tlv(0x30, tlv(0x31, tlv(0x30, Buffer.from('0603550403', 'hex'), tlv(0x0c, Buffer.from('Bench CA')))))
  const entries = tlv(0x30, Buffer.concat(serials.map((one) => tlv(0x30, tlv(0x02, one), date))))
  const tbs = tlv(0x30, tlv(0x02, Uint8Array.of(1)), SHA256_WITH_RSA, issuer, date, time('361231000000Z'), entries)
  const signature = createSign('sha256').update(tbs).sign(privateKey)
  const crl = tlv(0x30, tbs, SHA256_WITH_RSA, tlv(0x03, Uint8Array.of(0), signature))
  return { crl: new Uint8Array(crl), spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), serial: serials[ENTRIES / 2] as Buffer }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

async function timed(rounds: number, work: () => Promise<boolean>): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i <= rounds; i++) {
    const start = performance.now()
    if (!(await work())) throw new Error('a wrong answer')
    if (i > 0) taken.push(performance.now() - start)
  }
  return median(taken)
}

/** Loads, searches and checks the signature, as the two others do. */
async function byKyso(bytes: Uint8Array, spki: Uint8Array, serial: Uint8Array): Promise<boolean> {
  const crl = parseCrl(bytes)
  const found = findRevoked(crl, serial) !== undefined
  return found && (await verifySignature(defaultCrypto(), new Budget(), crl.signatureAlgorithm, parsePublicKey(spki), crl.tbs, crl.signatureValue))
}

const PYTHON = `
import sys, time
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key
data = open(sys.argv[1], 'rb').read(); key = load_der_public_key(open(sys.argv[2], 'rb').read()); serial = int(sys.argv[3], 16)
taken = []
for i in range(${ROUNDS + 1}):
    start = time.perf_counter()
    crl = x509.load_der_x509_crl(data)
    assert crl.get_revoked_certificate_by_serial_number(serial) is not None and crl.is_signature_valid(key)
    taken.append(1000 * (time.perf_counter() - start))
print(sorted(taken[1:])[${Math.floor(ROUNDS / 2)}])
`

function byOpenssl(folder: string, serial: Uint8Array): number | null {
  const python = process.env.KYSO_PYTHON
  if (!python) return null
  const { stdout, status, stderr } = spawnSync(python, ['-c', PYTHON, join(folder, 'list.crl'), join(folder, 'key.der'), Buffer.from(serial).toString('hex')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return Number(stdout)
}

/** The measurement in a process of its own, so that its memory is its own. */
function apart(folder: string, serial: Uint8Array): { readonly ms: number; readonly grown: number } {
  const own = fileURLToPath(import.meta.url)
  const { stdout, status, stderr } = spawnSync(process.execPath, [...process.execArgv, own, '--measure', folder, Buffer.from(serial).toString('hex')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as { ms: number; grown: number }
}

async function measureHere(folder: string, serial: string): Promise<void> {
  const crl = new Uint8Array(readFileSync(join(folder, 'list.crl')))
  const spki = new Uint8Array(readFileSync(join(folder, 'key.der')))
  const before = process.memoryUsage().rss
  const ms = await timed(ROUNDS, () => byKyso(crl, spki, Buffer.from(serial, 'hex')))
  process.stdout.write(JSON.stringify({ ms, grown: (process.memoryUsage().rss - before) / crl.length }))
}

async function crlSection(heavy: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kyso-bench-'))
  try {
    const { crl, spki, serial } = makeCrl()
    writeFileSync(join(folder, 'list.crl'), crl)
    writeFileSync(join(folder, 'key.der'), spki)
    const { ms: kyso, grown } = apart(folder, serial)
    console.log(`CRL of ${ENTRIES.toLocaleString('en')} entries (${(crl.length / 1e6).toFixed(1)} MB): read, search, signature; medians of ${ROUNDS}`)
    console.log(`  kyso      ${kyso.toFixed(1)} ms, memory grown by ${grown.toFixed(2)} of the file, which is in memory (wanted: 1.5)`)
    const openssl = byOpenssl(folder, serial)
    if (openssl === null) console.log('  OpenSSL   not measured: KYSO_PYTHON names no Python with cryptography')
    else console.log(`  OpenSSL   ${openssl.toFixed(1)} ms; kyso takes ${(kyso / openssl).toFixed(2)} of it (wanted: 0.5)`)
    if (heavy) {
      try {
        const pki = await timed(1, async () => pkijs.CertificateRevocationList.fromBER(Buffer.from(crl)).revokedCertificates?.length === ENTRIES)
        console.log(`  pkijs     ${pki.toFixed(0)} ms to read alone`)
      } catch (error) {
        console.log(`  pkijs     refuses it: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Case {
  readonly cert: string
  readonly other_certs?: readonly string[]
}

async function pathSection(): Promise<void> {
  const folder = fileURLToPath(new URL('../../shared/corpus/pkits/', import.meta.url))
  if (!existsSync(folder)) return console.log('NIST PKITS is not beside the checkout: paths were not measured')
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, 'certs', name)))
  const parsed = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')) as Case[] | { readonly cases: Case[] }
  const cases = (Array.isArray(parsed) ? parsed : parsed.cases).map(({ cert, other_certs = [] }) => ({ leaf: read(cert), others: other_certs.map(read) }))
  const anchors = [trustAnchor(read('TrustAnchorRootCertificate.crt'))]
  const whole = await timed(5, async () => {
    for (const { leaf, others } of cases) {
      const candidates = others.map((one) => parseCertificate(one))
      await buildPath({
        leaf: parseCertificate(leaf),
        anchors,
        candidates,
        at: new Date('2026-11-22T00:00:00Z'),
        crypto: defaultCrypto(),
        budget: new Budget(),
      })
    }
    return true
  })
  console.log(`NIST PKITS, ${cases.length} cases: certificates read, path built and validated; ${(whole / cases.length).toFixed(2)} ms a case (wanted: 2)`)
}

const measured = process.argv.indexOf('--measure')
if (measured !== -1) await measureHere(process.argv[measured + 1] ?? '', process.argv[measured + 2] ?? '')
else {
  await crlSection(process.argv.includes('--heavy'))
  await pathSection()
}
