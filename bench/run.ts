/**
 * Signing and verifying, small and large, beside pdf-lib with @signpdf, LibPDF and xmlsec1. `npm run build` comes first;
 * `npm run bench` measures, `npm run bench:heavy` gives the others the large files as well and takes minutes, `--smoke` only shows
 * that it runs; words after it choose parts by their names (`npm run bench verify-xml`). Prints a table and leaves it as JSON in `bench/results/latest.json`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONTRACT, LETTER, REGISTER, SCAN, writeDocument } from './documents.ts'
import { type Identity, makeIdentity } from './identity.ts'
import { measure, type Task } from './measure.ts'
import { type Line, lines, type Section, table } from './table.ts'
import { type Shape, writeXml } from './xml-documents.ts'

/** How often everything is run. */
interface Effort {
  /** Of what takes less than a millisecond. */
  readonly small: { readonly warm: number; readonly batch: number; readonly turns: number }
  /** Of what takes tens of milliseconds in others. */
  readonly peers: { readonly warm: number; readonly batch: number }
  /** Of files of 100 MB. */
  readonly large: { readonly warm: number; readonly turns: number }
  /** Bytes of the XML documents, and of what a CMS is beside; how often they are verified. */
  readonly huge: { readonly xml: number; readonly cms: number; readonly warm: number; readonly turns: number }
}

const SMOKE: Effort = {
  small: { warm: 3_000, batch: 250, turns: 2 },
  peers: { warm: 5, batch: 5 },
  large: { warm: 1, turns: 3 },
  huge: { xml: 2e6, cms: 50e6, warm: 1, turns: 3 },
}
const FULL: Effort = {
  small: { warm: 5_000, batch: 500, turns: 10 },
  peers: { warm: 50, batch: 10 },
  large: { warm: 3, turns: 15 },
  huge: { xml: 50e6, cms: 1e9, warm: 2, turns: 7 },
}

const MEGABYTE = 1 << 20

async function signLetter(pdf: string, identity: Identity, { small, peers }: Effort): Promise<Section> {
  const input = { pdf, ...identity }
  const tasks: Task[] = [
    { name: 'sign-memory-kyso', input, warm: small.warm, batch: small.batch },
    { name: 'sign-memory-signpdf', input, ...peers },
    { name: 'sign-memory-libpdf', input, ...peers },
  ]
  const results = await measure(tasks, small.turns)
  return {
    title: 'Sign 50 kB in memory, B-B, RSA-2048',
    base: 'bare',
    baseName: 'the bare signature operation',
    results,
    wanted: { contender: 'kyso', ratio: 2 },
  }
}

async function verifyLetter(pdf: string, identity: Identity, { small }: Effort): Promise<Section> {
  const results = await measure([{ name: 'verify-memory-kyso', input: { pdf, ...identity }, warm: small.warm / 10, batch: small.batch / 10 }], small.turns)
  return { title: 'Verify 50 kB in memory, chain and revocation lists with it', results, note: 'pdf-lib, @signpdf and LibPDF do not verify.' }
}

/** Six signatures, one after the other, so that five revisions follow the first: with and without looking into what they changed. */
async function verifyRevisions(folder: string, identity: Identity, { large }: Effort): Promise<Section> {
  const pdf = join(folder, 'contract.pdf')
  writeDocument(pdf, CONTRACT)
  const results = await measure([{ name: 'verify-revisions-kyso', input: { pdf, ...identity }, warm: large.warm * 3, batch: 3 }], large.turns)
  return {
    title: 'Verify 1,000 pages with six signatures, five revisions after the first',
    base: 'without comparing',
    baseName: 'kyso told not to compare revisions; its verdict is INDETERMINATE then',
    results,
    wanted: { contender: 'kyso verify', ratio: 3 },
  }
}

async function signScan(pdf: string, folder: string, identity: Identity, { large }: Effort, heavy: boolean): Promise<Section> {
  const task = (name: string): Task => ({ name, input: { pdf, output: join(folder, `${name}.pdf`), ...identity }, warm: large.warm, batch: 1 })
  const peers = heavy ? [task('sign-file-signpdf'), task('sign-file-libpdf')] : []
  const results = await measure([task('copy-loop'), task('sign-file-kyso'), ...peers], heavy ? 5 : large.turns)
  return {
    title: 'Sign 100 MB from file to file, B-B, RSA-2048',
    base: 'read, hash, write',
    baseName: 'a loop that reads, hashes and writes (256 KiB at a time, no fsync)',
    results,
    wanted: { contender: 'kyso signFile', ratio: 1.5, peak: 96 * MEGABYTE },
    note: 'kyso waits for the disk (fsync) before the new file takes its place; the second loop does so as well. The others do not.',
  }
}

async function verifyScan(pdf: string, folder: string, identity: Identity, { large }: Effort): Promise<Section> {
  const signed = join(folder, 'signed.pdf')
  await measure([{ name: 'sign-file-kyso', input: { pdf, output: signed, ...identity }, warm: 1, batch: 1 }], 0)
  const task = (name: string): Task => ({ name, input: { pdf: signed, ...identity }, warm: large.warm, batch: 1 })
  const results = await measure([task('hash-loop'), task('verify-file-kyso')], large.turns)
  return {
    title: 'Verify 100 MB, chain and revocation lists with it',
    base: 'read, hash',
    baseName: 'a loop that reads and hashes (256 KiB at a time)',
    results,
    wanted: { contender: 'kyso verifyFile', ratio: 1.5 },
    note: 'pdf-lib, @signpdf and LibPDF do not verify.',
  }
}

async function openRegister(pdf: string, { large }: Effort, heavy: boolean): Promise<Section> {
  const task = (name: string): Task => ({ name, input: { pdf }, warm: Math.min(large.warm, 1), batch: 1 })
  const results = await measure([task('open-kyso'), ...(heavy ? [task('open-pdf-lib'), task('open-libpdf')] : [])], heavy ? 3 : large.turns)
  return { title: 'Open a file of 800,000 objects', results }
}

const SHAPES: Readonly<Record<Shape, string>> = { dense: 'nothing but tags', register: 'a register of entries with attributes and texts' }

async function verifyXml(shape: Shape, folder: string, identity: Identity, { huge }: Effort): Promise<Section> {
  const xml = join(folder, `${shape}.xml`)
  const signed = join(folder, `${shape}.signed.xml`)
  writeXml(xml, huge.xml, shape)
  await measure([{ name: 'sign-xml-kyso', input: { xml, output: signed, ...identity }, warm: 1, batch: 1 }], 0)
  const task = (name: string): Task => ({ name, input: { xml: signed, ...identity }, warm: huge.warm, batch: 1 })
  const peer = spawnSync('xmlsec1', ['--version']).status === 0
  const results = await measure([...(peer ? [task('verify-xml-xmlsec1')] : []), task('verify-xml-kyso')], huge.turns)
  return {
    title: `Verify ${huge.xml / 1e6} MB of XML, ${SHAPES[shape]}`,
    results,
    ...(peer
      ? {
          base: 'xmlsec1 --verify',
          baseName: 'xmlsec1 in a process of its own each time; kyso is one process for all rounds, which keeps what the rounds before have left',
          // Of small files Node itself is most of the memory.
          ...(huge.xml < 50e6 ? {} : { wanted: { contender: 'kyso verifyFile', ratio: 0.5, peakRatio: 0.5 } }),
        }
      : { note: 'There is no xmlsec1 here to compare with.' }),
  }
}

async function verifyDetached(folder: string, identity: Identity, { huge }: Effort): Promise<Section> {
  const content = join(folder, 'content.bin')
  const cms = join(folder, 'content.p7s')
  // Nothing but zeros, which take no place on the disk: what is measured is hashing.
  writeFileSync(content, '')
  truncateSync(content, huge.cms)
  await measure([{ name: 'sign-cms-kyso', input: { content, output: cms, ...identity }, warm: 1, batch: 1 }], 0)
  const warm = { warm: huge.warm, batch: 1 }
  const tasks: Task[] = [
    { name: 'hash-loop', input: { pdf: content }, ...warm },
    { name: 'verify-cms-kyso', input: { cms, content, ...identity }, ...warm },
  ]
  return {
    title: `Verify a CMS beside ${huge.cms / 1e6} MB of content, chain and revocation lists with it`,
    base: 'read, hash',
    baseName: 'a loop that reads and hashes (256 KiB at a time)',
    results: await measure(tasks, huge.turns),
    ...(huge.cms < 1e9 ? {} : { wanted: { contender: 'kyso verifyFile, detached', ratio: 1.2, peak: 96 * MEGABYTE } }),
  }
}

async function main(): Promise<void> {
  const smoke = process.argv.includes('--smoke')
  const heavy = process.argv.includes('--heavy')
  const effort = smoke ? SMOKE : FULL
  const folder = mkdtempSync(join(tmpdir(), 'kyso-bench-'))
  try {
    const made = (name: string, plan: Parameters<typeof writeDocument>[1]): string => {
      const path = join(folder, name)
      writeDocument(path, plan)
      return path
    }
    const identity = await makeIdentity(folder)
    const all: Line[] = []
    const show = (section: Section): void => {
      const some = lines(section)
      all.push(...some)
      console.log(table(section, some))
    }
    console.log(
      `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GB; medians, ${smoke ? 'few rounds: the figures mean little' : 'warm'}\n`,
    )
    const scan = (): string => made('scan.pdf', SCAN)
    const parts: Readonly<Record<string, () => Promise<Section>>> = {
      'sign-letter': () => signLetter(made('letter.pdf', LETTER), identity, effort),
      'verify-letter': () => verifyLetter(made('letter.pdf', LETTER), identity, effort),
      'sign-scan': () => signScan(scan(), folder, identity, effort, heavy),
      'verify-scan': () => verifyScan(scan(), folder, identity, effort),
      'verify-revisions': () => verifyRevisions(folder, identity, effort),
      'open-register': () => openRegister(made('register.pdf', REGISTER), effort, heavy),
      'verify-xml-dense': () => verifyXml('dense', folder, identity, effort),
      'verify-xml-register': () => verifyXml('register', folder, identity, effort),
      'verify-cms': () => verifyDetached(folder, identity, effort),
    }
    const only = process.argv.slice(2).filter((one) => !one.startsWith('--'))
    for (const [name, part] of Object.entries(parts)) if (only.length === 0 || only.some((one) => name.includes(one))) show(await part())
    const results = fileURLToPath(new URL('results/', import.meta.url))
    mkdirSync(results, { recursive: true })
    writeFileSync(
      join(results, 'latest.json'),
      `${JSON.stringify({ node: process.version, processor: cpus()[0]?.model, smoke, heavy, lines: all }, null, 2)}\n`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
