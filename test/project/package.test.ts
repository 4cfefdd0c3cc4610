import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const exists = (path: string): boolean => existsSync(new URL(`../../${path}`, import.meta.url))

interface Manifest {
  readonly exports: Record<string, string | { import: { types: string; default: string }; require: { types: string; default: string } }>
  readonly bin: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly scripts: Record<string, string>
}

const manifest = JSON.parse(text('package.json')) as Manifest
const sources: string[] = []
for (const [door, target] of Object.entries(manifest.exports)) {
  if (typeof target === 'string') continue
  const name = target.import.default.replace(/^\.\/dist\/(.*)\.js$/, '$1')
  it(`door ${door} has both forms, with types, and a source`, () => {
    expect(target).toEqual({
      import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
      require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
    })
    expect(name.replace(/\/?index$/, '')).toBe(door.slice(2))
    expect(exists(`src/${name}.ts`)).toBe(true)
  })
  sources.push(`src/${name}.ts`)
}

describe('package.json', () => {
  it('has the doors that the reference documents', () => {
    const { entryPoints } = JSON.parse(text('typedoc.json')) as { entryPoints: string[] }
    expect([...entryPoints].sort()).toEqual([...sources].sort())
  })

  it('has a command whose source says what runs it', () => {
    expect(manifest.bin).toEqual({ kyso: './dist/cli/main.js' })
    expect(text('src/cli/main.ts').startsWith('#!/usr/bin/env node\n')).toBe(true)
  })

  it('pins every dependency, and docs/dependencies.md says why it is there', () => {
    const documented = text('docs/dependencies.md')
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(documented).toContain(`\`${name}\``)
    }
  })

  it('runs nothing when it is installed', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
  })
})

describe('package-lock.json', () => {
  it('names no registry', () => {
    expect(text('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/)
  })
})
