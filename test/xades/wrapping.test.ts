/**
 * Signature wrapping: 500 attacks made from seeds. Never is an element reported as covered whose content the signature does not cover.
 * What it covers is known here from before the attack, by the canonical form of each element that was signed.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import type { ReferenceFacts } from '../../src/facts/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { type SignXmlOptions, signXml } from '../../src/xades/index.ts'
import { readXmlDocument, type XmlReading } from '../../src/xades/read.ts'
import { canonicalBytes } from '../../src/xml/c14n/canonicalize.ts'
import { NODE, type NodeId } from '../../src/xml/index.ts'
import { pathOf } from '../../src/xml/path.ts'
import { NOW, setting } from '../verify/lab-pdf.ts'
import { ATTACK_NAMES, attacked } from './wrapping.ts'

const CASES = 500

const INVOICE =
  '<HDon xmlns:k="urn:k"><DLHDon Id="data"><TTChung><MST>0100109106</MST><Tien k:loai="VND">1000000</Tien></TTChung><NDHDon>Bút &amp; giấy<!-- số --> 7</NDHDon></DLHDon><MCCQT id="code">M1-22-ABC</MCCQT><DSCKS><NBan/></DSCKS></HDon>'
const RETURN =
  '<HSoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue"><HSoKhaiThue id="NODETOSIGN"><a>1</a><b c="2">hai</b></HSoKhaiThue><CKyDTu></CKyDTu></HSoThueDTu>'

interface Shape {
  readonly document: string
  readonly options: Partial<SignXmlOptions>
  /** Elements that are signed: paths in the signed file, the signature itself apart. */
  readonly signed: readonly string[]
}

/** What is signed, and how: all that documents of Vietnam and of DSS do. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'a part, plain': {
    document: INVOICE,
    options: { form: 'xmldsig', references: [{ uri: '#data', transforms: [] }], place: { element: '/HDon/DSCKS/NBan' }, canonicalization: 'inclusive' },
    signed: ['/HDon/DLHDon'],
  },
  'two parts and a time, plain': {
    document: INVOICE,
    options: {
      form: 'xmldsig',
      prefix: '',
      canonicalization: 'inclusive',
      references: [
        { uri: '#data', transforms: [] },
        { uri: '#code', transforms: ['exclusive'] },
      ],
      signatureProperties: [{ zone: false, offset: 420 }],
      place: { element: '/HDon/DSCKS/NBan' },
    },
    signed: ['/HDon/DLHDon', '/HDon/MCCQT', '/HDon/DSCKS/NBan/Signature/Object'],
  },
  'the document without signatures, XAdES': { document: INVOICE, options: { productionPlace: { city: 'Hà Nội' } }, signed: ['/HDon'] },
  'the document without this signature, XAdES': {
    document: RETURN,
    options: { enveloped: 'enveloped-signature', canonicalization: 'inclusive', productionPlace: { city: 'Hà Nội' } },
    signed: ['/HSoThueDTu'],
  },
  'the element that holds the signature, XAdES': {
    document: RETURN,
    options: {
      references: [{ uri: '#NODETOSIGN', transforms: ['enveloped-signature', 'exclusive'] }],
      place: { element: '/HSoThueDTu/HSoKhaiThue' },
      productionPlace: { city: 'Hà Nội' },
    },
    signed: ['/HSoThueDTu/HSoKhaiThue'],
  },
  'inside the signature, XAdES': { document: RETURN, options: { packaging: 'enveloping', embed: 'xml', productionPlace: { city: 'Hà Nội' } }, signed: [] },
}

const PROPERTIES = 'SignedProperties'

function read(text: string): Promise<XmlReading> {
  return readXmlDocument(memorySource(utf8(text)), { crypto: defaultCrypto(), budget: new Budget(), certificates: [] })
}

/** Elements by their paths, by another piece of code than the one that reports them. */
function byPath({ document }: XmlReading): Map<string, NodeId> {
  const found = new Map<string, NodeId>([['/', document.root]])
  for (let node = 0; node < document.size; node++) if (document.kind(node) === NODE.element) found.set(pathOf(document, node), node)
  return found
}

/** The canonical form of an element, the signature left out of it. */
function canonical({ document }: XmlReading, node: NodeId, signature: NodeId): string {
  const inside = signature > node && signature < document.subtreeEnd(node)
  return fromUtf8(canonicalBytes(document, { apex: node, without: inside ? [signature] : [] }, { method: 'exclusive', comments: false })) ?? ''
}

interface Original {
  readonly text: string
  /** Canonical forms of everything that is signed, element by element. */
  readonly signed: ReadonlySet<string>
}

async function makeOriginal(shape: Shape, sign: (shape: Shape) => Promise<Uint8Array>): Promise<Original> {
  const text = fromUtf8(await sign(shape)) ?? ''
  const reading = await read(text)
  const [signature, ...others] = reading.signatures
  if (!signature || others.length > 0) throw new Error('one signature belongs here')
  expect(intactOf(signature.facts.checks)).toBe(true)
  const { document } = reading
  const paths = byPath(reading)
  const tops = shape.signed.map((path) => paths.get(path) ?? -1)
  expect(tops).not.toContain(-1)
  // What XAdES signs besides: its properties; and of an enveloping signature the object with the document.
  for (const [path, node] of paths) {
    const { local } = document.name(node)
    if (
      local === PROPERTIES ||
      (shape.signed.length === 0 && local === 'Object' && !path.includes('QualifyingProperties') && !hasChild(reading, node, 'QualifyingProperties'))
    )
      tops.push(node)
  }
  const signed = new Set<string>()
  for (const top of tops)
    for (let node = top; node < document.subtreeEnd(top); node++)
      if (document.kind(node) === NODE.element && !(node >= signature.node && top < signature.node && node < document.subtreeEnd(signature.node)))
        signed.add(canonical(reading, node, signature.node))
  return { text, signed }
}

function hasChild({ document }: XmlReading, parent: NodeId, local: string): boolean {
  for (let node = document.firstChild(parent); node >= 0; node = document.nextSibling(node))
    if (document.kind(node) === NODE.element && document.name(node).local === local) return true
  return false
}

/** What is reported as covered and was not signed; and how much was reported. */
function uncovered(reading: XmlReading, original: Original): { wrong: string[]; reported: number } {
  const wrong: string[] = []
  let reported = 0
  const paths = byPath(reading)
  for (const { node: signature, facts } of reading.signatures) {
    if (facts.scope.kind !== 'elements') continue
    if (facts.scope.whole && !original.signed.has(canonical(reading, reading.document.root, signature))) wrong.push(`${facts.id}: the whole`)
    for (const reference of facts.scope.references) {
      for (const path of reference.elements) {
        reported++
        const node = paths.get(path)
        if (node === undefined || !original.signed.has(canonical(reading, node, signature))) wrong.push(`${facts.id}: ${path}`)
      }
      wrong.push(...strayRanges(reading, reference, paths, signature).map((range) => `${facts.id}: bytes ${range}`))
    }
    if (facts.claimedTime && facts.claimedTime.getTime() !== NOW.getTime()) wrong.push(`${facts.id}: the time`)
    if (facts.claims.location !== undefined && facts.claims.location !== 'Hà Nội') wrong.push(`${facts.id}: the place`)
  }
  return { wrong, reported }
}

/** Byte ranges that lie outside of the elements they belong to, or reach into the signature. */
function strayRanges({ document }: XmlReading, { ranges, elements }: ReferenceFacts, paths: ReadonlyMap<string, NodeId>, signature: NodeId): string[] {
  return ranges
    .filter(([offset, length]) => {
      const inside = elements.some((path) => {
        const node = paths.get(path) ?? document.root
        return offset >= document.start(node) && offset + length <= document.end(node)
      })
      const own = elements.some((path) => (paths.get(path) ?? 0) >= signature)
      const reaches = offset < document.end(signature) && offset + length > document.start(signature)
      return !inside || (!own && reaches)
    })
    .map(([offset, length]) => `${offset}+${length}`)
}

describe('wrapping', () => {
  const originals = new Map<string, Original>()
  const names = Object.keys(SHAPES)

  beforeAll(async () => {
    const made = await setting()
    for (const name of names)
      originals.set(
        name,
        await makeOriginal(SHAPES[name] as Shape, ({ document, options }) =>
          signXml(utf8(document), { signer: made.signer.signer, signingTime: NOW, ...options }),
        ),
      )
  })

  it.each(names)('%s: everything that is signed is reported, and nothing else', async (name) => {
    const original = originals.get(name) as Original
    const { wrong, reported } = uncovered(await read(original.text), original)
    expect(wrong).toEqual([])
    expect(reported).toBeGreaterThanOrEqual(1)
  })

  it(`does not report what is not signed, in ${CASES} attacked documents`, async () => {
    const wrong: string[] = []
    const tally = { unreadable: 0, broken: 0, intact: 0, reported: 0 }
    const used = new Set<string>()
    for (let seed = 1; seed <= CASES; seed++) {
      const name = names[seed % names.length] as string
      const original = originals.get(name) as Original
      const attack = attacked(original.text, seed * 7919)
      for (const one of attack.names) used.add(one)
      let reading: XmlReading
      try {
        reading = await read(attack.text)
      } catch (error) {
        if (!isKysoError(error)) throw error
        tally.unreadable++
        continue
      }
      const found = uncovered(reading, original)
      wrong.push(...found.wrong.map((one) => `seed ${seed} (${name}; ${attack.names.join(', ')}): ${one}`))
      tally.reported += found.reported
      if (reading.signatures.some(({ facts }) => intactOf(facts.checks) === true)) tally.intact++
      else tally.broken++
    }
    expect(wrong).toEqual([])
    expect([...used].sort()).toEqual([...ATTACK_NAMES].sort())
    // The attacks are worth something: many break the signature, and many leave one of which something can be reported.
    expect(tally.broken).toBeGreaterThan(CASES / 5)
    expect(tally.intact).toBeGreaterThan(CASES / 10)
    expect(tally.reported).toBeGreaterThan(CASES / 5)
    expect(tally.unreadable).toBe(0)
  }, 120_000)
})
