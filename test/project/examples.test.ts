/**
 * Runs the examples of the docstrings. Every `@example` of `src/` is compiled against the real types, then run as the body of an
 * async function that sees what its own module, the doors and a few internals export, and the values of `example-world.ts`.
 * A line that ends in `// => value` is an assertion: what stands before it has to equal the value. Behind `true` or `false`, and a
 * colon, may stand what that means.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { answerFetch, enterFolder, makeWorld, NOW, type World } from './example-world.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What examples may use of the floors that have no door of their own. */
const INTERNALS = ['src/asn1/index.ts']

/** An example, and where it stands. */
interface Example {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly code: string
}

/** The examples of a file: fenced blocks behind `@example`, named after what is declared below their comment. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(`${ROOT}${file}`, 'utf8')
  return [...text.matchAll(/\/\*\*(?:(?!\*\/).)*@example.*?\*\//gs)].flatMap((comment) => {
    const end = comment.index + comment[0].length
    const name = /^\s*(?:export\s+)?(?:(?:abstract|async|static|const|function|class|interface|type)\s+)*([\w#]+)/.exec(text.slice(end))?.[1] ?? 'module'
    return [...comment[0].matchAll(/@example\b(?<rest>(?:(?!@example).)*)/gs)].map(({ index, groups }) => {
      const fenced = /^\s*\* ```ts\n(.*?)\n\s*\* ```/s.exec(groups?.rest ?? '')
      const line = text.slice(0, comment.index + index).split('\n').length
      const code = (fenced?.[1] ?? '').replace(/^\s*\* ?/gm, '')
      return { file, line, name, code }
    })
  })
}

const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .sort()
const examples = files.flatMap(examplesOf)

/** Sources of the doors in package.json. */
const doors = Object.values(
  (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: Record<string, string | { import: { default: string } }> }).exports,
)
  .flatMap((target) => (typeof target === 'string' ? [] : [target.import.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')]))
  .filter((path) => existsSync(`${ROOT}${path}`))

/** Modules whose exports an example sees, the nearest first. */
function modulesOf({ file }: Example): string[] {
  const index = `${dirname(file)}/index.ts`
  return [file, ...(files.includes(index) ? [index] : []), ...doors, ...INTERNALS]
}

/** Loaded modules by path. */
const modules = new Map<string, Readonly<Record<string, unknown>>>()

/** The example with its `// =>` lines made assertions, line for line; how many there are. */
function withAssertions(code: string): { code: string; count: number } {
  let count = 0
  const lines = code.split('\n').map((line) => {
    const match = /^(.*\S)\s+\/\/ => ((?:true|false)(?=: )|.+$)/.exec(line)
    if (!match) return line
    count++
    const [, statement = '', value = ''] = match
    const declared = /^\s*(?:const|let) (\w+) = /.exec(statement)?.[1]
    return declared ? `${statement}; expect(${declared}).toEqual(${value})` : `expect(await (${statement.trim()})).toEqual(${value})`
  })
  return { code: lines.join('\n'), count }
}

/** The identifiers of an example, those of the values it states among them. */
function identifiersOf(example: string): Set<string> {
  const { code } = withAssertions(example)
  const found = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022))
  return found
}

/** What an example uses of modules: name to path. */
function importsOf(example: Example, world: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of identifiersOf(example.code)) {
    const path = world.has(name) ? undefined : modulesOf(example).find((one) => Object.hasOwn(modules.get(one) ?? {}, name))
    if (path) found.set(name, path)
  }
  return found
}

type AsyncFunction = new (...parameters: string[]) => (...values: unknown[]) => Promise<void>
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as AsyncFunction

async function run(example: Example, world: World): Promise<void> {
  const scope: Record<string, unknown> = { ...world, expect }
  for (const [name, path] of importsOf(example, new Set(Object.keys(world)))) scope[name] = modules.get(path)?.[name]
  // A block of its own, so that an example may declare a name that is there already.
  const source = `{\n${withAssertions(example.code).code}\n}`
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
  await new AsyncFunction(...Object.keys(scope), outputText)(...Object.values(scope))
}

/** An example as a module of its own: imports, the world as declarations, and the code in a function. */
function asModule(example: Example, world: ReadonlySet<string>): string {
  const imports = [...importsOf(example, world)].map(([name, path]) => `import { ${name} } from '${ROOT}${path}';`)
  const used = [...identifiersOf(example.code)].filter((name) => world.has(name)).map((name) => `declare const ${name}: World['${name}'];`)
  const own = [
    `import type { World } from '${ROOT}test/project/example-world.ts';`,
    'declare const expect: (value: unknown) => { toEqual(other: unknown): void };',
  ]
  const head = [...own, ...imports, ...used, 'export type Used = World;', 'export async function example() { {']
  return `${head.join(' ')}\n${withAssertions(example.code).code}\n} }\n`
}

/** What the compiler says of examples: `file:line: text`. */
function compile(list: readonly Example[], world: ReadonlySet<string>): string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile)
  // As a reader's own project would: strict, but without what would make examples longer than what they show.
  const relaxed = { noUncheckedIndexedAccess: false, noUnusedLocals: false, isolatedModules: false, verbatimModuleSyntax: false }
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...relaxed }, ROOT)
  const texts = new Map(list.map((example, i) => [`${ROOT}test/project/example-${i + 1}.ts`, { example, text: asModule(example, world) }]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, ...rest) => {
    const made = texts.get(name)
    return made ? ts.createSourceFile(name, made.text, ts.ScriptTarget.ES2022, true) : getSourceFile(name, ...rest)
  }
  host.fileExists = (name) => texts.has(name) || fileExists(name)
  const program = ts.createProgram([...texts.keys()], options, host)
  return [...texts].flatMap(([name, { example }]) => {
    const source = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start = 0, messageText }) => {
      const line = example.line + 1 + (source?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${example.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  })
}

/** A made-up example, for the tests of this test. */
const BUDGET: Example = { file: 'src/core/budget.ts', line: 1, name: 'Budget', code: '' }

let world: World
let leave: (() => void) | undefined

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  for (const path of new Set(examples.flatMap(modulesOf))) modules.set(path, (await import(`${ROOT}${path}`)) as Readonly<Record<string, unknown>>)
  world = await makeWorld()
  answerFetch(world.lab)
  leave = await enterFolder(world)
})

afterAll(() => {
  leave?.()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the examples of the docstrings', () => {
  it('are fenced as TypeScript, and import nothing', () => {
    expect(examples.length).toBeGreaterThan(50)
    expect(examples.filter(({ code }) => code === '' || /^import /m.test(code)).map(({ file, line }) => `${file}:${line}`)).toEqual([])
  })

  it('state no value that is not compared', () => {
    const stated = examples.flatMap(({ file, line, code }) => (/\/\/ (?:['"`\d[{-]|true\b|false\b|null\b|undefined\b)/.test(code) ? [`${file}:${line}`] : []))
    expect(stated).toEqual([])
  })

  it('compile against the types there are, and one that does not would be told', () => {
    const wrong = { ...BUDGET, code: 'new Budget({ nothing: 1 })' }
    expect(compile([...examples, wrong], new Set(Object.keys(world)))).toEqual([expect.stringContaining("'nothing' does not exist")])
  })

  it('are compared: one that states another value would be told', async () => {
    await run({ ...BUDGET, code: "new Budget({ signatures: 2 }).left('signatures') // => 2" }, world)
    await expect(run({ ...BUDGET, code: "new Budget({ signatures: 2 }).left('signatures') // => 3" }, world)).rejects.toThrow()
    expect(examples.reduce((sum, { code }) => sum + withAssertions(code).count, 0)).toBeGreaterThan(50)
  })
})

describe('run', () => {
  it.each(examples.map((example): [string, Example] => [`${example.file}:${example.line} ${example.name}`, example]))('%s', async (_, example) => {
    await run(example, world)
  })
})
