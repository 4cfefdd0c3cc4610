/** The parser against Expat (as Python carries it): what is accepted, and what a reader of events sees. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { parseXml } from '../../src/xml/index.ts'
import { corpus, describeWithTools, run } from '../support/tools.ts'
import { events, mutate, SAMPLES, seeded } from '../xml/support.ts'

/** Reads a JSON array of base64 documents, writes a JSON array of events or of an error for each. */
const EXPAT = `
import base64, json, sys
from xml.parsers import expat
def read(data):
    out = []; text = []
    def flush():
        if text: out.append('T ' + ''.join(text)); text.clear()
    def start(name, attributes): flush(); out.append(' '.join(['S', name] + sorted(k + '=' + v for k, v in attributes.items())))
    def end(name): flush(); out.append('E ' + name)
    def comment(data): flush(); out.append('C ' + data)
    def instruction(target, data): flush(); out.append('P ' + target + ' ' + data)
    parser = expat.ParserCreate(namespace_separator='\\x01')
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    parser.ExternalEntityRefHandler = lambda context, *a: 1 if context is None else 0
    parser.buffer_text = True
    state = {'dtd': False}
    def outside(f):
        return lambda *a: None if state['dtd'] else f(*a)
    def doctype(*a): state['dtd'] = True
    def end_doctype(): state['dtd'] = False
    parser.StartDoctypeDeclHandler = doctype
    parser.EndDoctypeDeclHandler = end_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.CommentHandler = outside(comment)
    parser.ProcessingInstructionHandler = outside(instruction)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as e:
        return 'error: ' + expat.ErrorString(e.code)
    except (ValueError, LookupError) as e:
        return 'error: ' + str(e)
    return out
print(json.dumps([read(base64.b64decode(d)) for d in json.load(sys.stdin)]))
`

type Answer = string | readonly string[]

async function expat(documents: readonly Uint8Array[]): Promise<Answer[]> {
  const result = await run('python3', ['-c', EXPAT], { input: JSON.stringify(documents.map((bytes) => Buffer.from(bytes).toString('base64'))) })
  if (result.status !== 0) throw new Error(result.stderr)
  return JSON.parse(result.stdout) as Answer[]
}

function kyso(bytes: Uint8Array): Answer {
  try {
    return events(parseXml(bytes))
  } catch (error) {
    if (!isKysoError(error)) throw error
    return `error: ${error.code} ${error.data.why ?? error.data.kind}: ${error.message}`
  }
}

/** Where the two may differ: how the answers begin, and why. */
const EXPLAINED: readonly { readonly kyso: string; readonly why: string }[] = [
  { kyso: 'error: ERR_XML_ENCODING unsupported', why: 'only UTF-8 and UTF-16 are read' },
  { kyso: 'error: ERR_XML_ENTITY external', why: 'Expat leaves external entities out of attribute values and of what it is not asked for' },
  {
    kyso: 'error: ERR_XML_ENTITY undeclared',
    why: 'behind an external subset it does not read, Expat leaves undeclared entities out; nothing signed may vanish so',
  },
  { kyso: 'error: ERR_XML_SYNTAX version', why: 'Expat does not look at the version' },
]

/** Names that the fifth edition allows and the fourth, which Expat follows, does not. */
const FIFTH_EDITION = /[\u8c48\uf900\u{20000}]/u

async function compare(documents: readonly Uint8Array[], label: (i: number) => string): Promise<string[]> {
  const theirs = await expat(documents)
  const differences: string[] = []
  documents.forEach((bytes, i) => {
    const mine = kyso(bytes)
    const other = theirs[i] as Answer
    if (typeof mine === 'string' && typeof other === 'string') return
    if (EXPLAINED.some((difference) => String(mine).startsWith(difference.kyso))) return
    if (String(other).startsWith('error: not well-formed') && FIFTH_EDITION.test(String(mine))) return
    if (JSON.stringify(mine) === JSON.stringify(other)) return
    differences.push(`${label(i)}\n  kyso  ${JSON.stringify(mine).slice(0, 600)}\n  expat ${JSON.stringify(other).slice(0, 600)}`)
  })
  return differences
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.name.endsWith('.xml')) yield path
  }
}

describeWithTools('the parser and Expat', ['python3'], () => {
  describe('agree', () => {
    for (const set of ['xml', 'c14n', 'xmldsig', 'samples-vietnam']) {
      const folder = corpus(set)
      it(`over the corpus: ${set}`, async () => {
        if (folder === null) return console.warn(`!!! NOT RUN: ../shared/corpus/${set} is missing`)
        const files = [...filesBelow(folder)]
        expect(files.length).toBeGreaterThan(1)
        expect(
          await compare(
            files.map((file) => readFileSync(file)),
            (i) => files[i] as string,
          ),
        ).toEqual([])
      })
    }

    it('over mutated documents', async () => {
      const random = seeded(7)
      const documents = Array.from({ length: 20_000 }, (_, i) => mutate(utf8(SAMPLES[i % SAMPLES.length] as string), random))
      const differences = await compare(documents, (i) => JSON.stringify(Buffer.from(documents[i] as Uint8Array).toString('latin1')))
      expect(differences).toEqual([])
    })
  })
})
