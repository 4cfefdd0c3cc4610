import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkLayers, readTree } from '../../scripts/check-layers.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const MANIFEST = {
  exports: {
    '.': { import: { default: './dist/index.js' } },
    './pades': { import: { default: './dist/pades/index.js' } },
    './node': { import: { default: './dist/node/index.js' } },
    './package.json': './package.json',
  },
  dependencies: { fflate: '1.0.0', '@noble/hashes': '1.0.0', '@pdf-lib/fontkit': '1.0.0' },
}

/** What the check says of a made-up tree, as `file:line: text`. */
function told(tree: Record<string, string>): string[] {
  const files = new Map(Object.entries(tree).map(([path, text]) => [`src/${path}`, text]))
  return checkLayers(files, MANIFEST).map(({ file, line, text }) => `${file}:${line}: ${text}`)
}

describe('the layers of src/', () => {
  it('are kept', () => {
    const { files, manifest } = readTree(ROOT)
    expect(files.size).toBeGreaterThan(5)
    expect(checkLayers(files, manifest)).toEqual([])
  })
})

describe('the layer check', () => {
  it('has nothing to say of a good tree', () => {
    const good = {
      'core/bytes.ts': "import type { Source } from './source.ts'\nexport const a = (s: Source) => s",
      'core/source.ts': "export { a } from './bytes.ts'\nexport interface Source {}",
      'pdf/flate.ts':
        "import { inflate } from 'fflate'\nimport { sha1 } from '@noble/hashes/legacy.js'\nimport { a } from '../core/bytes.ts'\nexport const x = [inflate, sha1, a, new Date(0)]",
      'pades/index.ts': "export * from '../pdf/flate.ts'\nexport const later = () => import('../core/bytes.ts')\nexport const now = () => new Date()",
      'node/index.ts': "import { readFileSync } from 'node:fs'\nimport { x } from '../pades/index.ts'\nexport const y = [readFileSync, x]",
      'index.ts': "export * from './pades/index.ts'",
      'cli/main.ts': "import { x } from '../index.ts'\nimport { y } from '../node/index.ts'\nconsole.log(x, y)",
    }
    expect(told(good)).toEqual([])
  })

  it.each([
    ['import', "\nimport { x } from '../pades/index.ts'"],
    ['type import', "\nimport type { X } from '../pades/index.ts'"],
    ['re-export', "\nexport * from '../pades/index.ts'"],
    ['type re-export', "\nexport type { X } from '../pades/index.ts'"],
    ['dynamic import', "\nexport const x = async () => (await import('../pades/index.ts')).x"],
    ['import in a type', "\nexport type X = import('../pades/index.ts').X"],
  ])('finds an %s that goes up', (_, text) => {
    expect(told({ 'cms/signed-data.ts': text, 'pades/index.ts': 'export const x = 1' })).toEqual([
      'src/cms/signed-data.ts:2: imports src/pades/index.ts: up, from floor 4 to floor 7',
    ])
  })

  it('finds an import between folders of one floor', () => {
    const tree = { 'pades/a.ts': "import type { B } from '../xades/b.ts'\nexport type A = B", 'xades/b.ts': 'export type B = 1' }
    expect(told(tree)).toEqual(['src/pades/a.ts:1: imports src/xades/b.ts: from pades/ to xades/, both on floor 7'])
  })

  it('lets only the command import the index', () => {
    expect(told({ 'index.ts': '', 'node/a.ts': "import '../index.ts'" })).toEqual(['src/node/a.ts:1: imports src/index.ts: up, from floor 9 to floor 9.5'])
    expect(told({ 'index.ts': "export * from './cli/main.ts'", 'cli/main.ts': '' })).toEqual([
      'src/index.ts:1: imports src/cli/main.ts: up, from floor 9.5 to floor 10',
    ])
  })

  it('finds circles that exist at run time, and lets types refer to each other', () => {
    const circle = { 'pdf/a.ts': "import { b } from './b.ts'", 'pdf/b.ts': "import { c } from './c.ts'", 'pdf/c.ts': "export const c = () => import('./a.ts')" }
    expect(told(circle)).toEqual(['src/pdf/c.ts:1: closes a circle: src/pdf/a.ts → src/pdf/b.ts → src/pdf/c.ts → src/pdf/a.ts'])
    expect(told({ ...circle, 'pdf/c.ts': "import type { A } from './a.ts'" })).toEqual([])
    expect(told({ ...circle, 'pdf/c.ts': "import { type A } from './a.ts'" })).toHaveLength(1)
  })

  it('finds Node behind a door for browsers, however far behind and even as a type', () => {
    const tree = {
      'index.ts': "export * from './pades/index.ts'",
      'pades/index.ts': "export const a = () => import('../core/files.ts')",
      'core/files.ts': "export {}\nimport type { Stats } from 'node:fs'",
    }
    expect(told(tree)).toEqual(['src/core/files.ts:2: imports node:fs, and a browser reaches it through ./pades'])
    expect(told({ ...tree, 'core/files.ts': "import type * as NodeCrypto from 'node:crypto'" })).toEqual([])
    expect(told({ ...tree, 'core/files.ts': "import * as NodeCrypto from 'node:crypto'" })).toHaveLength(1)
  })

  it('finds builtins without node:, packages that are no dependency, and names that are no literal', () => {
    const text = "import 'fs'\nimport 'pdf-lib'\nimport '@noble/curves/p256.js'\nexport const load = (name: string) => import(`./${name}.ts`)"
    expect(told({ 'node/index.ts': text })).toEqual([
      'src/node/index.ts:1: imports fs: write node:fs',
      'src/node/index.ts:2: imports pdf-lib, which is no dependency in package.json',
      'src/node/index.ts:3: imports @noble/curves/p256.js, which is no dependency in package.json',
      'src/node/index.ts:4: imports something whose name is not a literal',
    ])
  })

  it('finds packages outside the one folder that may import them', () => {
    const text = "import fontkit from '@pdf-lib/fontkit'\nexport const x = fontkit"
    expect(told({ 'pades/appearance/font.ts': text })).toEqual([])
    expect(told({ 'pades/index.ts': text })).toEqual(['src/pades/index.ts:1: imports @pdf-lib/fontkit, which only src/pades/appearance/ may'])
  })

  it('finds unknown folders, missing files and imports that leave src/', () => {
    expect(told({ 'util/a.ts': '' })).toEqual([expect.stringMatching(/^src\/util\/a\.ts:1: stands in no known folder/)])
    expect(told({ 'helpers.ts': '' })).toEqual([expect.stringMatching(/^src\/helpers\.ts:1: stands in no known folder/)])
    expect(told({ 'core/a.ts': "import './b.ts'\nimport '../../test/c.ts'" })).toEqual([
      'src/core/a.ts:1: imports ./b.ts, which is no file of src/',
      'src/core/a.ts:2: imports ../../test/c.ts, which is no file of src/',
    ])
  })

  it('finds clock, chance, network and files below sources/', () => {
    const text =
      "export const a = [Date.now(), new Date(), Math.random(), fetch('x'), new Date(1)]\nexport const fs = process.getBuiltinModule('node:fs')\nexport const ok = process.getBuiltinModule('node:crypto')"
    const found = told({ 'x509/a.ts': text })
    expect(found).toHaveLength(5)
    expect(found.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([...Array(4).fill('src/x509/a.ts:1'), 'src/x509/a.ts:2'])
    expect(told({ 'sources/a.ts': text })).toEqual([])
  })
})
