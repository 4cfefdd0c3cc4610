/** Signed documents whose elements are moved, copied, wrapped and renamed: what is told as covered is what was signed, and nothing else. */
import { beforeAll, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { childElements, NODE, type NodeId, parseXml, type XmlTable } from '../../../src/xml/index.ts'
import { pathOf } from '../../../src/xml/path.ts'
import { BUYER, message, SAMPLES, SELLER } from './samples.ts'
import { createWorld, textOf, type World } from './world.ts'

let world: World
let documents: Uint8Array[]
beforeAll(async () => {
  world = await createWorld()
  documents = await Promise.all(SAMPLES.map((sample) => world.sign(sample)))
  const [invoice] = documents as [Uint8Array]
  documents.push(utf8(message(textOf(invoice))))
})

/** Numbers that are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
}

function elements(document: XmlTable): NodeId[] {
  return Array.from({ length: document.size }, (_, node) => node).filter((node) => document.kind(node) === NODE.element)
}

/** One trick: an element is copied, moved, wrapped, deleted, emptied, or given the ID or name of another. */
function trick(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const document = parseXml(bytes)
  const all = elements(document)
  const pick = (): NodeId => all[random(all.length)] as NodeId
  const [a, b] = [pick(), pick()]
  const file = [...document.bytes].map((byte) => String.fromCharCode(byte)).join('')
  const cut = (node: NodeId): string => file.slice(document.start(node), document.end(node))
  const at = [document.start(b), document.startTagEnd(b), document.endTagStart(b), document.end(b)][random(4)] as number
  const put = (text: string): string => file.slice(0, at) + text + file.slice(at)
  const replace = (node: NodeId, text: string): string => file.slice(0, document.start(node)) + text + file.slice(document.end(node))
  const id = /(?:Id|id)="[^"]*"/.exec(cut(b))?.[0] ?? 'Id="new"'
  const name = document.name(b).qualified
  const out = [
    () => put(cut(a)),
    () => put(cut(a).replace(/>[^<]+</, '>changed<')),
    () => put(cut(a).replace(/ (?:Id|id)="[^"]*"/, '')),
    () => replace(a, `<wrapper>${cut(a)}</wrapper>`),
    () => replace(a, `<${name}>${cut(a)}</${name}>`),
    () => replace(a, ''),
    () => replace(a, cut(b)),
    () =>
      replace(
        a,
        cut(a).replace(/^<[^\s/>]+/, (tag) => `${tag} ${id}`),
      ),
    () =>
      replace(
        a,
        cut(a).replace(/^<[^\s/>]+/, (tag) => `${tag} xmlns:n="urn:n"`),
      ),
    () =>
      replace(
        a,
        cut(a).replace(/^<[^\s/>]+/, (tag) => `${tag} xmlns="urn:n"`),
      ),
    () =>
      replace(
        a,
        cut(a).replace(/>([^<]{2,})</, (_, text: string) => `>${text.slice(0, 1)}<!-- -->${text.slice(1)}<`),
      ),
  ][random(11)] as () => string
  return Uint8Array.from(out(), (char) => char.charCodeAt(0))
}

/** All that an element holds but the signature at a path: names, attributes, text. Comments are no content. */
function content(document: XmlTable, node: NodeId, without: string): unknown {
  const all = [...childElements(document, node)]
  const children = all.filter((child) => pathOf(document, child) !== without)
  const { local, namespace } = document.name(node)
  const attributes = document.attributes(node).map(({ name, value }) => [name.qualified, value])
  return [local, namespace, attributes.sort(), all.length === 0 ? document.text(node) : children.map((child) => content(document, child, without))]
}

function contentAt(bytes: Uint8Array, path: string, without: string): unknown {
  const document = parseXml(bytes)
  const node = elements(document).find((one) => pathOf(document, one) === path)
  return node === undefined ? null : content(document, node, without)
}

it('never tells as covered what was not signed', async () => {
  const random = seeded(20261122)
  const counts = { tried: 0, covered: 0, refused: 0 }
  for (const original of documents) {
    const { signatures: before } = await world.describe(original)
    const signed = before.flatMap(({ parts, path }) => parts.map((part) => JSON.stringify(contentAt(original, part.path ?? '', path))))
    for (let i = 0; i < 45; i++) {
      let changed = original
      try {
        for (let tricks = random(3); tricks >= 0; tricks--) changed = trick(changed, random)
        counts.tried++
        for (const { intact, parts, path, taxCode, signingTime } of (await world.describe(changed)).signatures) {
          if (intact !== true) expect(parts.filter(({ state }) => state === 'covered')).toEqual([])
          for (const part of parts.filter(({ state }) => state === 'covered')) {
            counts.covered++
            expect(signed).toContain(JSON.stringify(contentAt(changed, part.path ?? '', path)))
          }
          if (taxCode.document !== undefined) expect([SELLER, BUYER]).toContain(taxCode.document)
          if (signingTime?.covered) expect(before.map((one) => one.signingTime?.text)).toContain(signingTime.text)
        }
      } catch (error) {
        if (!isKysoError(error)) throw error
        counts.refused++
      }
    }
  }
  // Enough of each for the test to mean something.
  expect(counts.tried).toBeGreaterThan(500)
  expect(counts.covered).toBeGreaterThan(50)
}, 60_000)

it('signs a document that was tampered with as its rules ask, or not at all', async () => {
  const random = seeded(7)
  const counts = { signed: 0, refused: 0 }
  for (const sample of SAMPLES)
    for (let i = 0; i < 20; i++) {
      try {
        const signed = await world.sign({ ...sample, xml: textOf(trick(utf8(sample.xml), random)) }, { allowOtherTaxCode: true })
        const { signatures } = await world.describe(signed)
        expect(signatures.map(({ profile, complete, intact }) => [profile, complete, intact])).toContainEqual([sample.profile, true, true])
        counts.signed++
      } catch (error) {
        if (!isKysoError(error)) throw error
        counts.refused++
      }
    }
  expect(counts.signed).toBeGreaterThan(50)
  expect(counts.refused).toBeGreaterThan(20)
}, 60_000)
