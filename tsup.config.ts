import { existsSync, readFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

/** What package.json says of a door. */
interface Door {
  readonly import: { readonly default: string }
}

/**
 * The doors are what package.json exports, and nothing else: `./dist/x/y.js` is built from `src/x/y.ts`. A door without a
 * source stops a build in CI; elsewhere it is told and left out.
 */
function entries(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, Door | string> }
  const found: Record<string, string> = {}
  for (const [door, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue
    const name = target.import.default.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
    addSource(found, name, door)
  }
  return found
}

function addSource(found: Record<string, string>, name: string, door: string): void {
  const source = `src/${name}.ts`
  if (existsSync(source)) found[name] = source
  else if (process.env.CI) throw new Error(`${door} has no source: ${source}`)
  else console.error(`!!! ${door} is NOT built: there is no ${source}`)
}

const doors = entries()
const command: Record<string, string> = {}
addSource(command, 'cli/main', 'the command')

// Code that two doors share stands once (`splitting`), so that a class like KysoError is the same through each of them, and what
// is imported on demand is loaded on demand.
const common: Options = { outDir: 'dist', target: 'node20', platform: 'node', removeNodeProtocol: false, splitting: true, dts: false }

export default defineConfig([
  { ...common, entry: { ...doors, ...command }, format: 'esm' },
  { ...common, entry: doors, format: 'cjs' },
  { ...common, entry: doors, format: ['esm', 'cjs'], dts: { only: true } },
])
