/** Two further parsers of XML, asked what they accept and what they see: saxes (events) and libxml2 (canonical form). */
import { ParseOption, XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { SaxesParser } from 'saxes'
import { expandedName, sortedByCodePoint } from '../xml/support.ts'

/** What a parser sees; a text beginning with `error: ` when it refuses the document. */
export type Seen<T> = T | `error: ${string}`

/** Whether a parser refused. */
export function refused(seen: unknown): boolean {
  return typeof seen === 'string' && seen.startsWith('error: ')
}

/** Text of the bytes: saxes reads no bytes. A fault of the encoding is thrown. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  const utf16 = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : 'utf-16le'
  const wide = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0) || utf16 === 'utf-16be'
  return new TextDecoder(wide ? utf16 : 'utf-8', { fatal: true }).decode(bytes)
}

/** Events as `events` of `test/xml/support.ts` writes them. */
export function saxesEvents(bytes: Uint8Array): Seen<string[]> {
  const out: string[] = []
  let text = ''
  let problem: string | undefined
  const flush = (): void => {
    if (text !== '') out.push(`T ${text}`)
    text = ''
  }
  const parser = new SaxesParser({ xmlns: true })
  let depth = 0
  const add = (more: string): void => {
    // White space around the document element is text to saxes.
    if (depth > 0) text += more
  }
  parser.on('error', (error) => {
    problem ??= error.message
  })
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('comment', (data) => {
    flush()
    out.push(`C ${data}`)
  })
  parser.on('processinginstruction', ({ target, body }) => {
    flush()
    out.push(`P ${target} ${body}`)
  })
  parser.on('opentag', (tag) => {
    flush()
    depth++
    const attributes = Object.values(tag.attributes).filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
    const written = attributes.map(({ uri, local, value }) => `${expandedName({ namespace: uri, local })}=${value}`)
    out.push(['S', expandedName({ namespace: tag.uri, local: tag.local }), ...sortedByCodePoint(written)].join(' '))
  })
  parser.on('closetag', (tag) => {
    flush()
    depth--
    out.push(`E ${expandedName({ namespace: tag.uri, local: tag.local })}`)
  })
  try {
    parser.write(decode(bytes)).close()
  } catch (error) {
    problem ??= String(error)
  }
  return problem === undefined ? out : `error: ${problem}`
}

/** Canonical form (C14N 1.0 with comments); entities substituted, defaults of the internal subset given, nothing external read. */
export function libxml2Canonical(bytes: Uint8Array): Seen<string> {
  let document: XmlDocument | undefined
  try {
    document = XmlDocument.fromBuffer(bytes, {
      option: ParseOption.XML_PARSE_NOENT | ParseOption.XML_PARSE_DTDATTR | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE,
    })
    return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_1_0, withComments: true })
  } catch (error) {
    return `error: ${error instanceof Error ? error.message.trim() : String(error)}`
  } finally {
    document?.dispose()
  }
}
