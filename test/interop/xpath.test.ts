/** XPath held against libxml2, which runs from Python: expressions by chance over documents by chance. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { NODE, type NodeId, type XmlDocument } from '../../src/xml/tree.ts'
import { compileXPath, evaluateXPath, type SelectedNode, selectNodes } from '../../src/xml/xpath/index.ts'
import { describeWith, hasTool, run } from '../support/tools.ts'
import { Dice, Expressions, NAMESPACES, randomDocument } from '../xml/xpath/generate.ts'

const ORACLE = fileURLToPath(new URL('./xpath-libxml2.py', import.meta.url))
const DOCUMENTS = 250
const EXPRESSIONS = 40

type Answer = number | string | boolean | null | { readonly nodes: readonly string[] }

// libxml2 comes with xmlsec1.
describeWith(
  'XPath and libxml2',
  hasTool('python3') && hasTool('xmlsec1'),
  () => {
    it(`agree on ${DOCUMENTS * EXPRESSIONS} expressions over generated documents`, async () => {
      const dice = new Dice(5)
      const expressions = new Expressions(dice)
      const tasks = Array.from({ length: DOCUMENTS }, () => ({
        xml: randomDocument(dice),
        namespaces: Object.fromEntries(NAMESPACES),
        expressions: Array.from({ length: EXPRESSIONS }, () => expressions.any()),
      }))
      const { stdout, stderr } = await run('python3', [ORACLE], { input: tasks.map((task) => JSON.stringify(task)).join('\n') })
      expect(stderr).toBe('')
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer[])
      expect(answers).toHaveLength(DOCUMENTS)
      const differences: unknown[] = []
      let selecting = 0
      tasks.forEach((task, index) => {
        const document = parseXml(new TextEncoder().encode(task.xml))
        const names = nodeNames(document)
        task.expressions.forEach((expression, at) => {
          const theirs = answers[index]?.[at] ?? null
          const ours = answer(expression, document, names)
          if (typeof ours === 'object' && ours !== null && ours.nodes.length > 0) selecting += 1
          if (!same(ours, theirs)) differences.push({ expression, xml: task.xml, ours, theirs })
        })
      })
      expect(differences).toEqual([])
      // The answers must not be empty for the most part.
      expect(selecting).toBeGreaterThan((DOCUMENTS * EXPRESSIONS) / 20)
    })
  },
  'python3 with libxml2',
)

function answer(expression: string, document: XmlDocument, names: ReadonlyMap<NodeId, number>): Answer {
  const xpath = compileXPath(expression, NAMESPACES)
  const context = { document, budget: new Budget() }
  const nodes = selectNodes(xpath, context)
  if (nodes !== undefined) return { nodes: nodes.map((node) => nameOf(node, names)).sort() }
  const value = evaluateXPath(xpath, context)
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

/** What the oracle calls the nodes: their places, adjacent text counting as one. */
function nodeNames(document: XmlDocument): ReadonlyMap<NodeId, number> {
  const names = new Map<NodeId, number>()
  let count = 0
  for (let id = 0; id < document.size; id++) {
    const goesOn = document.kind(id) === NODE.text && document.kind(id - 1) === NODE.text && document.parent(id) === document.parent(id - 1)
    if (!goesOn) names.set(id, count++)
  }
  return names
}

function nameOf(node: SelectedNode, names: ReadonlyMap<NodeId, number>): string {
  if (node.kind === 'node') return `${names.get(node.node)}`
  if (node.kind === 'namespace') return `${names.get(node.element)}:${node.prefix}`
  const { owner, name } = node.attribute
  return `${names.get(owner)}@${name.local} ${name.namespace}`
}

function same(ours: Answer, theirs: Answer): boolean {
  if (typeof ours === 'number' && typeof theirs === 'number') return Object.is(ours, theirs) || Math.abs(ours - theirs) <= 1e-12 * Math.abs(ours)
  return JSON.stringify(ours) === JSON.stringify(theirs)
}
