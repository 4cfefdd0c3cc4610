// @ts-check
/**
 * Holds `src/` to the house of docs/architecture.md: imports go down the floors, none between folders of one floor, no circle;
 * code that a browser can reach knows nothing of Node; below `sources/` nothing asks for the time, chance or the network.
 * `node scripts/check-layers.mjs` prints what is wrong with its place and ends with status 1.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

/** The floor of each folder of `src/`. @type {Readonly<Record<string, number>>} */
export const FLOORS = {
  core: 0,
  asn1: 1,
  pdf: 2,
  xml: 2,
  x509: 3,
  cms: 4,
  xmldsig: 4,
  facts: 5,
  sources: 5,
  evidence: 6,
  signers: 6,
  pades: 7,
  xades: 7,
  cades: 7,
  asic: 7,
  verify: 8,
  node: 9,
  testing: 9,
  agents: 9,
  vietnam: 9,
  cli: 10,
}

/** `src/index.ts` stands between everything and the command. */
const INDEX_FLOOR = 9.5

/** From this floor on, the clock and the network may be used. */
const IMPURE_FROM = 5

/** Doors that only Node opens; everything else is for browsers too. */
const NODE_DOORS = new Set(['./node', './testing'])

/** Packages that one folder alone may import, so that only its door makes a bundle carry them. @type {Readonly<Record<string, string>>} */
const ONLY_IN = { 'pdf-lib': 'src/pades/appearance/', '@pdf-lib/fontkit': 'src/pades/appearance/' }

/**
 * @typedef {{ file: string, line: number, text: string }} Problem what is wrong, and where
 * @typedef {{ specifier: string | null, typeOnly: boolean, line: number }} Import as written; a null specifier is no literal
 * @typedef {{ to: string, typeOnly: boolean, line: number }} Edge to another file of the tree
 * @typedef {{ exports?: Record<string, unknown>, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Manifest
 * @typedef {{ imports: Import[], impurities: { text: string, line: number }[] }} Reading
 */

/**
 * Everything that is wrong with a tree.
 *
 * @param {ReadonlyMap<string, string>} files text by path, with slashes, from the project's root: `src/core/bytes.ts`
 * @param {Manifest} manifest of package.json: its doors and what may be imported by name
 * @returns {Problem[]}
 */
export function checkLayers(files, manifest) {
  /** @type {Problem[]} */
  const problems = []
  /** @type {Map<string, Edge[]>} */
  const graph = new Map()
  /** @type {Map<string, { name: string, line: number }[]>} */
  const builtins = new Map()
  const allowed = new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})])

  for (const [file, text] of files) {
    /** @param {number} line @param {string} what */
    const tell = (line, what) => problems.push({ file, line, text: what })
    const floor = floorOf(file)
    if (floor === null) tell(1, `stands in no known folder of src/ (known: ${Object.keys(FLOORS).join(', ')})`)
    const { imports, impurities } = readSource(file, text)
    if (floor !== null && floor < IMPURE_FROM)
      for (const { line, text: what } of impurities) tell(line, `${what}: below sources/ time, chance and files are handed in`)

    /** @type {Edge[]} */
    const edges = []
    for (const { specifier, typeOnly, line } of imports) {
      if (specifier === null) tell(line, 'imports something whose name is not a literal')
      else if (specifier.startsWith('.')) {
        const to = posix.join(posix.dirname(file), specifier)
        if (!files.has(to)) tell(line, `imports ${specifier}, which is no file of src/`)
        else {
          edges.push({ to, typeOnly, line })
          const wrong = wrongDirection(file, to)
          if (wrong) tell(line, wrong)
        }
      } else if (isBuiltin(specifier)) {
        if (!specifier.startsWith('node:')) tell(line, `imports ${specifier}: write node:${specifier}`)
        // The types of node:crypto are erased, and describe what is looked up at run time where it is at hand.
        if (typeOnly && specifier === 'node:crypto') continue
        builtins.set(file, [...(builtins.get(file) ?? []), { name: specifier, line }])
      } else if (!allowed.has(packageOf(specifier))) tell(line, `imports ${specifier}, which is no dependency in package.json`)
      else if (!file.startsWith(ONLY_IN[packageOf(specifier)] ?? '')) tell(line, `imports ${specifier}, which only ${ONLY_IN[packageOf(specifier)]} may`)
    }
    graph.set(file, edges)
  }

  problems.push(...circles(graph), ...nodeInBrowser(graph, builtins, browserDoors(files, manifest)))
  return problems.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
}

/** @param {string} file @returns {string} the folder of `src/`, or an empty string for a file right in it */
function folderOf(file) {
  const parts = file.split('/')
  return parts.length > 2 ? /** @type {string} */ (parts[1]) : ''
}

/** @param {string} file @returns {number | null} */
function floorOf(file) {
  if (file === 'src/index.ts') return INDEX_FLOOR
  return FLOORS[folderOf(file)] ?? null
}

/** @param {string} from @param {string} to @returns {string | null} what is wrong with the import, if anything */
function wrongDirection(from, to) {
  const [here, there] = [floorOf(from), floorOf(to)]
  if (here === null || there === null || folderOf(from) === folderOf(to)) return null
  if (there > here) return `imports ${to}: up, from floor ${here} to floor ${there}`
  if (there === here) return `imports ${to}: from ${folderOf(from)}/ to ${folderOf(to)}/, both on floor ${here}`
  return null
}

/** @param {string} specifier @returns {boolean} */
function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** @param {string} specifier @returns {string} the package of `@scope/name/part` */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/**
 * What a file imports in any of the ways TypeScript has, and what it asks of the world.
 *
 * @param {string} file @param {string} text @returns {Reading}
 */
function readSource(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  /** @type {Reading} */
  const reading = { imports: [], impurities: [] }
  /** @param {ts.Node} node */
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
  /** @param {ts.Node} node @param {ts.Node | undefined} specifier @param {boolean} typeOnly */
  const add = (node, specifier, typeOnly) => {
    reading.imports.push({ specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : null, typeOnly, line: lineOf(node) })
  }
  /** @param {ts.Node} node */
  const visit = (node) => {
    // `import { type A }` is not type-only: under verbatimModuleSyntax the import itself stays.
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node, node.moduleReference.expression, node.isTypeOnly)
    else if (ts.isImportTypeNode(node)) add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    else if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || isName(node.expression, 'require')))
      add(node, node.arguments[0], false)
    const impurity = impurityOf(node)
    if (impurity) reading.impurities.push({ text: impurity, line: lineOf(node) })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return reading
}

/** @param {ts.Node} node @param {string} name @returns {boolean} */
function isName(node, name) {
  return ts.isIdentifier(node) && node.text === name
}

/** @param {ts.Node} node @returns {string | null} how the node asks for the time, chance, the network or a part of Node */
function impurityOf(node) {
  if (ts.isNewExpression(node) && isName(node.expression, 'Date') && !node.arguments?.length) return 'new Date() without a time'
  if (!ts.isCallExpression(node)) return null
  const called = node.expression
  if (isName(called, 'fetch')) return 'fetch()'
  if (!ts.isPropertyAccessExpression(called)) return null
  const name = `${called.expression.getText()}.${called.name.text}`
  if (/^(?:globalThis\.)?(?:Date\.now|performance\.now|Math\.random|fetch)$/.test(name)) return `${name}()`
  if (called.name.text !== 'getBuiltinModule') return null
  // The one part of Node that the lower floors look for where it is at hand: its cryptography.
  const asked = node.arguments[0]
  return asked && ts.isStringLiteralLike(asked) && asked.text === 'node:crypto' ? null : `${name}() of something other than node:crypto`
}

/**
 * Circles of imports that exist at run time, each told once. Types may refer to each other within a folder.
 *
 * @param {ReadonlyMap<string, Edge[]>} graph @returns {Problem[]}
 */
function circles(graph) {
  /** @type {Problem[]} */
  const found = []
  /** @type {Map<string, 'open' | 'done'>} */
  const seen = new Map()
  /** @type {string[]} */
  const path = []
  /** @param {string} file */
  const visit = (file) => {
    seen.set(file, 'open')
    path.push(file)
    for (const { to, typeOnly, line } of graph.get(file) ?? []) {
      if (typeOnly) continue
      if (seen.get(to) === 'open') found.push({ file, line, text: `closes a circle: ${[...path.slice(path.indexOf(to)), to].join(' → ')}` })
      else if (!seen.has(to)) visit(to)
    }
    path.pop()
    seen.set(file, 'done')
  }
  for (const file of [...graph.keys()].sort()) if (!seen.has(file)) visit(file)
  return found
}

/** @param {ReadonlyMap<string, string>} files @param {Manifest} manifest @returns {Map<string, string>} the door by the file behind it */
function browserDoors(files, manifest) {
  /** @type {Map<string, string>} */
  const doors = new Map()
  for (const [door, target] of Object.entries(manifest.exports ?? {})) {
    if (NODE_DOORS.has(door) || door.endsWith('.json')) continue
    const built = JSON.stringify(target).match(/"\.\/dist\/([^"]+)\.js"/)?.[1]
    const file = `src/${built}.ts`
    if (files.has(file)) doors.set(file, door)
  }
  return doors
}

/**
 * Parts of Node in what the browser's doors reach, types among them (but for node:crypto's): a consumer's compiler would have to know them.
 *
 * @param {ReadonlyMap<string, Edge[]>} graph @param {ReadonlyMap<string, { name: string, line: number }[]>} builtins
 * @param {ReadonlyMap<string, string>} doors @returns {Problem[]}
 */
function nodeInBrowser(graph, builtins, doors) {
  const reached = new Map(doors)
  // A Map hands on what is added while it is walked.
  for (const [file, door] of reached) for (const { to } of graph.get(file) ?? []) if (!reached.has(to)) reached.set(to, door)
  return [...reached].flatMap(([file, door]) =>
    (builtins.get(file) ?? []).map(({ name, line }) => ({ file, line, text: `imports ${name}, and a browser reaches it through ${door}` })),
  )
}

/**
 * The sources below a project's root.
 *
 * @param {string} root @returns {{ files: Map<string, string>, manifest: Manifest }}
 */
export function readTree(root) {
  /** @type {Map<string, string>} */
  const files = new Map()
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.[cm]?[jt]sx?$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
  }
  return { files, manifest: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, manifest } = readTree(join(dirname(fileURLToPath(import.meta.url)), '..'))
  const problems = checkLayers(files, manifest)
  for (const { file, line, text } of problems) console.error(`${file}:${line}: ${text}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log(`layers: ${files.size} files, nothing against the house`)
}
