/**
 * The parser against Expat (as Python carries it), saxes and libxml2: what is accepted, and what a reader sees of it: events in Expat
 * and saxes, the canonical form in libxml2. Each way in which they differ stands in a table with the clause that says who is right.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { canonicalBytes } from '../../src/xml/c14n/index.ts'
import { parseXml } from '../../src/xml/index.ts'
import { corpus, describeWithTools, run } from '../support/tools.ts'
import { libxml2Canonical, refused, saxesEvents } from '../support/xml-parsers.ts'
import { generateDocument } from '../xml/c14n/documents.ts'
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

/** A carriage return that an entity brings in by a character reference. */
const RETURN_IN_ENTITY = /<!ENTITY[^>]*&#(13|x0*[dD]);/
/**
 * By the letter of XML 1.0 §2.11 only what is read from outside has its line ends normalised, and Expat keeps such a carriage return;
 * libxml2 and Java make it a line feed, and with them everybody who signs.
 */
const sameButReturns = (mine: Answer, other: Answer, bytes: Uint8Array): boolean =>
  RETURN_IN_ENTITY.test(Buffer.from(bytes).toString('latin1')) && JSON.stringify(mine) === JSON.stringify(other).replaceAll('\\r', '\\n')

async function compare(documents: readonly Uint8Array[], label: (i: number) => string): Promise<string[]> {
  const theirs = await expat(documents)
  const differences: string[] = []
  documents.forEach((bytes, i) => {
    const mine = kyso(bytes)
    const other = theirs[i] as Answer
    if (typeof mine === 'string' && typeof other === 'string') return
    if (EXPLAINED.some((difference) => String(mine).startsWith(difference.kyso))) return
    if (String(other).startsWith('error: not well-formed') && FIFTH_EDITION.test(String(mine))) return
    if (JSON.stringify(mine) === JSON.stringify(other) || sameButReturns(mine, other, bytes)) return
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

/** The sets of the corpus that hold XML files. */
const CORPUS = ['xml', 'c14n', 'xmldsig', 'samples-vietnam'] as const

describeWithTools('the parser and Expat', ['python3'], () => {
  describe('agree', () => {
    for (const set of CORPUS) {
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

/** A way in which saxes or libxml2 differs from kyso, and who is right by XML 1.0 (fifth edition) and Namespaces in XML 1.0. */
interface Difference {
  readonly parser: 'saxes' | 'libxml2'
  readonly what: string
  readonly right: 'kyso' | 'both'
  readonly why: string
  readonly example: string
  /** How the answers begin, or what stands in them; `ok` is a document that is accepted. A document type is needed where `dtd` is true. */
  readonly ours: RegExp
  readonly theirs: RegExp
  readonly dtd?: boolean
}

const ACCEPTED = /^ok$/

const DIFFERENCES: readonly Difference[] = [
  {
    parser: 'saxes',
    what: 'refuses entities that the internal subset declares',
    right: 'kyso',
    why: 'XML 1.0 §4.1, §5.1: declarations of the internal subset are read by every processor. saxes skips over it',
    example: '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    ours: ACCEPTED,
    theirs: /undefined entity/,
    dtd: true,
  },
  {
    parser: 'saxes',
    what: 'sees neither attribute defaults nor tokenized values',
    right: 'kyso',
    why: 'XML 1.0 §3.3.2, §3.3.3 and §5.1 ask for them of processors that do not validate too',
    example: '<!DOCTYPE a [<!ATTLIST a d CDATA "x">]><a/>',
    ours: ACCEPTED,
    theirs: ACCEPTED,
    dtd: true,
  },
  {
    parser: 'saxes',
    what: 'accepts whatever stands in an internal subset',
    right: 'kyso',
    why: 'XML 1.0 §2.8, §4.3.2 and §5.1: the internal subset has to be well-formed as all else has',
    example: '<!DOCTYPE a [<!ELEMENT>]><a/>',
    ours: /^error: ERR_XML_(SYNTAX|NAMESPACE|ENTITY)/,
    theirs: ACCEPTED,
    dtd: true,
  },
  {
    parser: 'saxes',
    what: 'ends an instruction of the internal subset at the first ">" behind a question mark',
    right: 'kyso',
    why: 'XML 1.0 §2.6 [16]: an instruction ends at "?>"',
    example: '<!DOCTYPE a [<?p x? > " ?>]><a/>',
    ours: ACCEPTED,
    theirs: /must contain a root element/,
    dtd: true,
  },
  {
    parser: 'saxes',
    what: 'accepts any name of an encoding',
    right: 'both',
    why: 'XML 1.0 §4.3.3: an encoding that a processor cannot read is a fatal error; saxes is given characters and has none to read',
    example: '<?xml version="1.0" encoding="UTF-7"?><a/>',
    ours: /^error: ERR_XML_ENCODING unsupported/,
    theirs: ACCEPTED,
  },
  {
    parser: 'saxes',
    what: 'accepts a question mark in the target of an instruction',
    right: 'kyso',
    why: 'XML 1.0 §2.6 [16] and [17]: behind the target, which is a name, stand white space or "?>"',
    example: '<a><?p?q x?></a>',
    ours: /^error: ERR_XML_SYNTAX instruction/,
    theirs: ACCEPTED,
  },
  {
    parser: 'saxes',
    what: 'lets any characters of names follow a colon',
    right: 'kyso',
    why: 'Namespaces 1.0 §4 [7] to [11]: the local part begins as every name does',
    example: '<a xmlns:p="urn:p" p:-x=""/>',
    ours: /^error: ERR_XML_NAMESPACE colon/,
    theirs: ACCEPTED,
  },
  {
    parser: 'saxes',
    what: 'trims namespace names',
    right: 'kyso',
    why: 'Namespaces 1.0 §2.3: namespace names are strings, white space that is left in the value belongs to them',
    example: '<a xmlns="urn:a&#13;"/>',
    ours: ACCEPTED,
    theirs: ACCEPTED,
  },
  {
    parser: 'libxml2',
    what: 'refuses namespace names that are no URIs by their grammar',
    right: 'kyso',
    why: 'Namespaces 1.0 §7 puts no such duty on processors; documents of Vietnam have such names. Of a name that a DTD gives it notices when it canonicalises',
    example: '<a xmlns="urn:Thuế <"/>'.replace('<"', '|"'),
    ours: ACCEPTED,
    theirs: /^error: (xmlns(:\S+)?: '[\s\S]*' is not a valid URI|Failed to canonicalize XML document)$/,
  },
  {
    parser: 'libxml2',
    what: 'refuses values of xml:id that are no names',
    right: 'kyso',
    why: 'xml:id §4: an error of xml:id, and none of well-formedness',
    example: '<a xml:id=";"/>',
    ours: ACCEPTED,
    theirs: /^error: xml:id : attribute value .* is not an NCName$/,
  },
  {
    parser: 'libxml2',
    what: 'refuses an ID that stands twice',
    right: 'kyso',
    why: 'XML 1.0 §3.3.1 VC ID is a constraint of validity. No reference of a signature may lead there: kyso refuses that where references are followed',
    example: '<a xml:id="b"><c xml:id="b"/></a>',
    ours: ACCEPTED,
    theirs: /^error: (xml:id : attribute value \S* already defined|ID .* already defined)$/,
  },
  {
    parser: 'libxml2',
    what: 'accepts the version number "1."',
    right: 'kyso',
    why: 'XML 1.0 §2.8 [26]: at least one digit stands behind the point',
    example: '<?xml version="1."?><a/>',
    ours: /^error: ERR_XML_SYNTAX version/,
    theirs: ACCEPTED,
  },
  {
    parser: 'libxml2',
    what: 'accepts "xmlns:" in the declaration of an attribute',
    right: 'kyso',
    why: 'Namespaces 1.0 §4 [7] and §7: names of attributes are qualified names, in their declarations too',
    example: '<!DOCTYPE a [<!ATTLIST a xmlns: CDATA "urn:x">]><a/>',
    ours: /^error: ERR_XML_NAMESPACE colon/,
    theirs: ACCEPTED,
    dtd: true,
  },
  {
    parser: 'libxml2',
    what: 'reads other encodings',
    right: 'both',
    why: 'XML 1.0 §4.3.3 asks for UTF-8 and UTF-16; kyso refuses all others and names them',
    example: '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
    ours: /^error: ERR_XML_ENCODING unsupported/,
    theirs: ACCEPTED,
  },
  {
    parser: 'libxml2',
    what: 'leaves external entities out',
    right: 'both',
    why: 'XML 1.0 §4.4.3 allows that where nothing is validated; kyso refuses, since what is signed may not depend on who reads',
    example: '<!DOCTYPE a [<!ENTITY e SYSTEM "urn:x">]><a>&e;</a>',
    ours: /^error: ERR_XML_ENTITY external/,
    theirs: ACCEPTED,
    dtd: true,
  },
]

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The canonical form, where there is one: documents with relative namespace names have none (C14N 1.0 §1.3), in libxml2 neither. */
function canonical(bytes: Uint8Array): string {
  const document = parseXml(bytes)
  try {
    return decoder.decode(canonicalBytes(document, { apex: 0 }, { method: 'inclusive', comments: true }))
  } catch (error) {
    if (!isKysoError(error) || error.code !== 'ERR_C14N_NAMESPACE') throw error
    return 'error: relative namespace'
  }
}

describe('the parser, saxes and libxml2', () => {
  /** Ways of the table by which two answers differ; none where they are the same, null where the table has no word for it. */
  function ways(parser: Difference['parser'], mine: Answer, theirs: Answer, dtd: boolean): readonly Difference[] | null {
    const [no, other] = [refused(mine), refused(theirs)]
    if (no && other) return []
    if (!no && !other && JSON.stringify(mine) === JSON.stringify(theirs)) return []
    // libxml2 tells all it finds, a line each; each has to be explained.
    const complaints = other ? String(theirs).split(/\n(?=xmlns|xml:id|ID |Invalid value)/) : ['ok']
    const rows = complaints.map((complaint, i) =>
      DIFFERENCES.find(
        (row) =>
          row.parser === parser &&
          row.ours.test(no ? String(mine) : 'ok') &&
          row.theirs.test(other && i > 0 ? `error: ${complaint}` : complaint) &&
          (row.dtd !== true || dtd),
      ),
    )
    const known = rows.filter((row) => row !== undefined)
    // What it warns of besides is no reason to refuse.
    const warnings = complaints.filter((complaint) => /^(error: )?Invalid value ".*" for xml:space/.test(complaint)).length
    return known.length > 0 && known.length + warnings === rows.length ? known : null
  }

  /** Ways of the table in which a document is seen otherwise, and what has no place there. */
  function judge(bytes: Uint8Array, label: string): { rows: readonly Difference[]; unexplained: string[] } {
    const ours = kyso(bytes)
    const dtd = decoder.decode(bytes).includes('<!DOCTYPE')
    const theirs = libxml2Canonical(bytes)
    const form = refused(ours) ? ours : canonical(bytes)
    const pairs = [
      ['saxes', ours, saxesEvents(bytes)],
      ['libxml2', form, theirs],
    ] as const
    const rows: Difference[] = []
    const unexplained: string[] = []
    for (const [parser, mine, other] of pairs) {
      const found = ways(parser, mine, other, dtd)
      if (found !== null) rows.push(...found)
      else unexplained.push(`${label}\n  kyso    ${JSON.stringify(mine).slice(0, 600)}\n  ${parser} ${JSON.stringify(other).slice(0, 600)}`)
    }
    return { rows, unexplained }
  }
  const latin1 = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString('latin1'))

  for (const set of CORPUS) {
    const folder = corpus(set)
    it(`agree over the corpus: ${set}`, () => {
      if (folder === null) return console.warn(`!!! NOT RUN: ../shared/corpus/${set} is missing`)
      const files = [...filesBelow(folder)]
      expect(files.length).toBeGreaterThan(1)
      expect(files.flatMap((file) => judge(readFileSync(file), file).unexplained)).toEqual([])
    })
  }

  it('agree over 5,000 generated documents', () => {
    for (let number = 0; number < 5_000; number++) {
      const bytes = utf8(generateDocument(number))
      expect(refused(kyso(bytes))).toBe(false)
      expect(judge(bytes, `${number}`).unexplained).toEqual([])
    }
  })

  it.each([
    ['generated documents', 3_000, 12, (i: number) => generateDocument(i)],
    ['small documents', 6_000, 13, (i: number) => SAMPLES[i % SAMPLES.length] as string],
  ] as const)('agree over mutated %s, %i', (_, count, seed, source) => {
    const random = seeded(seed)
    let accepted = 0
    const unexplained: string[] = []
    for (let i = 0; i < count; i++) {
      const bytes = mutate(utf8(source(i)), random)
      if (!refused(kyso(bytes))) accepted++
      unexplained.push(...judge(bytes, latin1(bytes)).unexplained)
    }
    expect(unexplained).toEqual([])
    expect(accepted).toBeGreaterThan(count / 20)
    expect(count - accepted).toBeGreaterThan(count / 20)
  })

  it.each(DIFFERENCES)('$parser $what', (row) => {
    const { rows, unexplained } = judge(utf8(row.example), row.example)
    expect(unexplained).toEqual([])
    expect(rows).toContain(row)
  })
})
