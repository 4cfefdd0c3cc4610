/** Runs the recipe of docs/pdf.md as it stands, in a folder with the files that it names. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textPdf } from '../../src/cli/demo/pdf.ts'
import { changes } from '../../src/core/messages/en/changes.ts'
import { revisionsOf } from '../../src/pades/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { fixture } from '../signers/support.ts'
import { writePng } from '../support/png.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const guide = readFileSync(`${ROOT}docs/pdf.md`, 'utf8')
const recipes = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')

type Load = (name: string) => Promise<unknown>
type AsyncFunction = new (...parameters: string[]) => (load: Load) => Promise<void>
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as AsyncFunction

/** A module by the name that a reader imports it by. */
const load: Load = (name) => import(name.startsWith('kyso/') ? sourceOf(name.slice(5)) : name)

function sourceOf(door: string): string {
  const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, { import: { default: string } } | string> }
  const target = exports[`./${door}`]
  if (target === undefined || typeof target === 'string') throw new Error(`no door is called ${door}`)
  return target.import.default.replace(/^\.\/dist\/(.*)\.js$/, `${ROOT}src/$1.ts`)
}

let folder: string
let before: string
let report: Report
let sealed: Uint8Array

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kyso-recipe-'))
  const picture = writePng({ width: 4, height: 4, pixels: new Uint8Array(48).fill(120) })
  const files: Readonly<Record<string, Uint8Array>> = {
    'font.ttf': readFileSync(`${ROOT}node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf`),
    'officer.p12': fixture('pkcs12/p256.p12'),
    'leader.p12': fixture('pkcs12/p256.p12'),
    'office.p12': fixture('pkcs12/p256.p12'),
    'signature.png': picture,
    'seal.png': picture,
    'decision.pdf': textPdf([[72, 700, 12, 'DECISION']]),
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  before = process.cwd()
  process.chdir(folder)
  const { outputText } = ts.transpileModule(recipes[0] ?? '', { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
  const body = outputText.replace(/^import (\{[^}]*\}) from '([^']+)';?$/gm, "const $1 = await load('$2')")
  await new AsyncFunction('load', body)(load)
  sealed = new Uint8Array(readFileSync('decision.sealed.pdf'))
  report = await verify(sealed)
})

afterAll(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true })
})

describe('the recipe of docs/pdf.md', () => {
  it('is one, and gives three signatures that hold, with nothing among what came later that is not permitted', () => {
    expect(recipes).toHaveLength(1)
    expect(report.signatures.map(({ intact, claims, modifications }) => [claims.field, intact, modifications.kind])).toEqual([
      ['initials', true, 'explained'],
      ['leader', true, 'explained'],
      ['seal', true, 'none'],
    ])
  })

  it('certifies with the first hand, fills in before the last, and sets the seal over the signature without a word of alarm', async () => {
    expect((await revisionsOf(sealed)).map(({ signedBy }) => signedBy?.join())).toEqual([undefined, undefined, 'initials', 'leader', undefined, 'seal'])
    const codes = report.signatures.map(({ modifications }) => [...new Set(modifications.changes.map(({ code }) => code))].sort())
    expect(codes[0]).toEqual(expect.arrayContaining(['fieldFilled', 'signatureAdded']))
    expect(codes.flat()).not.toContain('signatureOverContent')
    expect(report.signatures.flatMap(({ messages }) => messages.map(({ code }) => code))).not.toContain('laterOverlaid')
  })
})

describe('docs/pdf.md', () => {
  it('names every kind of change there is', () => {
    const codes = Object.keys(changes).map((key) => key.replace(/^change\./, ''))
    expect(codes.filter((code) => !guide.includes(`\`${code}\``) && code !== 'notCompared' && code !== 'moreChanges')).toEqual([])
  })

  it('names files of tests that there are', () => {
    const named = [...guide.matchAll(/`(test\/[\w./-]+?)`/g)].map(([, path]) => path ?? '')
    expect(named.filter((path) => !ts.sys.fileExists(`${ROOT}${path}`) && !ts.sys.directoryExists(`${ROOT}${path}`))).toEqual([])
    expect(named.length).toBeGreaterThan(3)
  })
})
