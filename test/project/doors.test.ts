import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One thing that a door exports. */
interface Exported {
  readonly name: string
  readonly kind: 'function' | 'class' | 'value' | 'type'
  readonly file: string
  /** Text of its docstring without tags. */
  readonly text: string
  readonly example: boolean
  /** Methods and accessors of a class that say nothing of themselves. */
  readonly silent: readonly string[]
}

/** The doors of package.json that have a source, by name; `package.test.ts` misses those that have none. */
function doors(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, string | { import: { default: string } }> }
  const found = new Map<string, string>()
  for (const [door, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue
    const source = `${ROOT}${target.import.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')}`
    if (existsSync(source)) found.set(door, source)
  }
  return found
}

/** What a module exports, with the docstrings of where it is declared. */
function read(checker: ts.TypeChecker, source: ts.SourceFile): Exported[] {
  const module = checker.getSymbolAtLocation(source)
  if (!module) return []
  return checker.getExportsOfModule(module).map((symbol) => {
    const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const [first] = declared.declarations ?? []
    return {
      name: symbol.name,
      kind: kindOf(declared.flags),
      file: (first?.getSourceFile().fileName ?? '').slice(ROOT.length),
      text: ts.displayPartsToString(declared.getDocumentationComment(checker)).trim(),
      example: declared.getJsDocTags(checker).some((tag) => tag.name === 'example'),
      silent: (declared.declarations ?? []).filter(ts.isClassDeclaration).flatMap((one) => silentMembers(one, checker)),
    }
  })
}

function kindOf(flags: ts.SymbolFlags): Exported['kind'] {
  if (flags & ts.SymbolFlags.Class) return 'class'
  if (flags & ts.SymbolFlags.Function) return 'function'
  return flags & ts.SymbolFlags.Value ? 'value' : 'type'
}

function silentMembers(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string[] {
  return declaration.members.flatMap((member) => {
    if (!(ts.isMethodDeclaration(member) || ts.isAccessor(member)) || ts.isPrivateIdentifier(member.name)) return []
    const symbol = checker.getSymbolAtLocation(member.name)
    return symbol && symbol.getDocumentationComment(checker).length === 0 ? [symbol.name] : []
  })
}

const found = doors()
// Types of libraries decide nothing here, so they are not loaded.
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noLib: true,
  types: [],
  allowImportingTsExtensions: true,
  noEmit: true,
}
const program = ts.createProgram([...found.values()], options)
const checker = program.getTypeChecker()
const exported = new Map<string, Exported[]>()
for (const [door, path] of found) {
  const source = program.getSourceFile(path)
  exported.set(door, source ? read(checker, source) : [])
}

/** `file: name` of those that a test finds wanting. */
function told(list: readonly Exported[]): string[] {
  return list.map(({ file, name }) => `${file}: ${name}`)
}

describe.each([...exported.keys()])('door %s', (door) => {
  const all = exported.get(door) ?? []

  it('exports something', () => {
    expect(all).not.toEqual([])
  })

  it('says of each export what it is', () => {
    expect(told(all.filter(({ text }) => text === ''))).toEqual([])
  })

  it('says of each method of its classes what it does', () => {
    expect(all.flatMap(({ file, name, silent }) => silent.map((member) => `${file}: ${name}.${member}`))).toEqual([])
  })

  it('shows each function and class in use', () => {
    const wanted = all.filter(({ kind }) => kind === 'function' || kind === 'class')
    expect(told(wanted.filter(({ example }) => !example))).toEqual([])
  })
})
