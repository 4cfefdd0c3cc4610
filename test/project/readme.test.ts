import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(`${ROOT}README.md`, 'utf8')
const guide = readFileSync(`${ROOT}docs/pdf.md`, 'utf8')
const examplesOf = (text: string): string[] => [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '')
const examples = examplesOf(readme)

/** What the compiler says of programs that use the doors by their names. */
function compile(sources: readonly string[]): string[] {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT)
  options.paths = { kyso: [`${ROOT}src/index.ts`], 'kyso/*': [`${ROOT}src/*/index.ts`, `${ROOT}src/*.ts`] }
  const files = new Map(sources.map((text, i) => [`${ROOT}readme-example-${i + 1}.ts`, text]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name)
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
  }
  host.fileExists = (name) => files.has(name) || fileExists(name)
  const program = ts.createProgram([...files.keys()], options, host)
  // Of the examples alone: the sources are held to this by `npm run typecheck`.
  const found = [...files.keys()].flatMap((name) => {
    const source = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  return found.map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.text.slice(0, start).split('\n').length : 0
    return `${file?.fileName.slice(ROOT.length)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

describe('README.md', () => {
  it('has examples that compile against the doors they name', () => {
    expect(examples).toHaveLength(5)
    expect(compile(examples)).toEqual([])
  })

  it('leads to a guide whose examples compile, too', () => {
    expect(readme).toContain('(docs/pdf.md)')
    expect(compile(examplesOf(guide))).toEqual([])
  })

  it('would be told of an example that does not', () => {
    expect(compile(["import { Budget } from 'kyso/core/budget'\nnew Budget({ nothing: 1 })"])).toEqual([expect.stringContaining("'nothing' does not exist")])
  })
})
