/**
 * Nodes without structure, from the document's octets to canonical ones: Canonical XML 1.0 §2.3. No strings are made of them.
 *
 * Line ends are normalised in replacement texts of entities too, where XML 1.0 §2.11 speaks of external entities only: every parser reads
 * a replacement text as input again, and signatures over such documents were made by them.
 */
import { NODE_FLAG, type XmlTable } from '../table.ts'
import { NODE, type NodeId } from '../tree.ts'
import { characterReference, predefined } from '../values.ts'
import type { Output } from './output.ts'

const LF = 0x0a
const CR = 0x0d
const AMP = 0x26
const LT = 0x3c
const GT = 0x3e
const SEMICOLON = 0x3b

/** Octets of a text that may not stay as they are. */
const NOTABLE = new Uint8Array(256)
for (const octet of [CR, AMP, LT, GT]) NOTABLE[octet] = 1

/** Writes a text node, out of a CDATA section or not. */
export function writeText(document: XmlTable, node: NodeId, out: Output): void {
  const flags = document.flags[node] as number
  const from = document.valueStart(node)
  const to = document.valueEnd(node)
  if ((flags & NODE_FLAG.clean) !== 0) out.raw(from, to)
  else escapeText(document.content, from, to, (flags & NODE_FLAG.cdata) === 0, out)
}

function escapeText(bytes: Uint8Array, from: number, to: number, references: boolean, out: Output): void {
  let run = from
  for (let i = from; i < to; i++) {
    const octet = bytes[i] as number
    if (NOTABLE[octet] === 0) continue
    if (octet === AMP && references) {
      const semicolon = bytes.indexOf(SEMICOLON, i)
      const code = bytes[i + 1] === 0x23 ? characterReference(bytes, i + 2, semicolon) : predefined(bytes, i + 1, semicolon)
      // &amp; &lt; &gt; are written as canonical text has them.
      if ((code === AMP || code === LT || code === GT) && bytes[i + 1] !== 0x23) {
        i = semicolon
        continue
      }
      if (i > run) out.raw(run, i)
      out.character(code)
      i = semicolon
    } else {
      if (i > run) out.raw(run, i)
      if (octet !== CR) out.character(octet)
      else if (bytes[i + 1] !== LF || i + 1 === to) out.byte(LF)
    }
    run = i + 1
  }
  if (to > run) out.raw(run, to)
}

/**
 * Writes a comment or instruction, with the line feed that parts it from the document element where it is a child of the root:
 * behind it when it stands before the element in document order, otherwise before it.
 */
export function writeAside(document: XmlTable, node: NodeId, out: Output): void {
  const outside = document.parents[node] === 0
  const after = outside && node > document.root
  if (after) out.byte(LF)
  if (document.kind(node) === NODE.comment) {
    out.markup('<!--')
    writeData(document, node, out)
    out.markup('-->')
  } else {
    out.markup(`<?${document.target(node)}`)
    if (document.valueEnd(node) > document.valueStart(node)) {
      out.markup(' ')
      writeData(document, node, out)
    }
    out.markup('?>')
  }
  if (outside && !after) out.byte(LF)
}

/** Data without markup: nothing but line ends changes. */
function writeData(document: XmlTable, node: NodeId, out: Output): void {
  const bytes = document.content
  const to = document.valueEnd(node)
  let run = document.valueStart(node)
  for (let i = run; i < to; i++) {
    if (bytes[i] !== CR) continue
    if (i > run) out.raw(run, i)
    if (bytes[i + 1] !== LF || i + 1 === to) out.byte(LF)
    run = i + 1
  }
  if (to > run) out.raw(run, to)
}
