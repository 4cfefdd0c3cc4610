/** Which part of PDF/A a document says it conforms to (ISO 19005, `pdfaid` of its metadata): what is added has to keep to it. */
import { fromLatin1 } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfStream } from '../pdf/index.ts'
import type { PdfaClaim } from './appearance-form.ts'

/** The identification stands near the beginning; packets of megabytes hold thumbnails and histories. */
const MAX_PACKET = 1 << 20

/** Value of a simple property, as an attribute or as an element (ISO 16684-1 §7.9.2.2). ISO 19005 prescribes the prefix. */
function property(packet: string, name: string): string | undefined {
  const match = new RegExp(`\\bpdfaid:${name}(?:\\s*=\\s*["']\\s*([A-Za-z0-9]{1,4})\\s*["']|\\s*>\\s*([A-Za-z0-9]{1,4})\\s*<)`).exec(packet)
  return match?.[1] ?? match?.[2]
}

/** There is no use for more than one of PDF/A. */
const MAX_INTENTS = 100

/** Whether the catalog has an output intent for PDF/A with its profile (ISO 19005-1 §6.2.2, ISO 19005-2 §6.2.3). */
function hasOutputIntent(document: PdfDocument): boolean {
  const intents = document.resolve(document.catalog.get('OutputIntents'))
  return (intents instanceof PdfArray ? intents.items.slice(0, MAX_INTENTS) : []).some((item) => {
    const intent = document.resolve(item)
    if (!(intent instanceof PdfDict) || nameOf(document.resolve(intent.get('S'))) !== 'GTS_PDFA1') return false
    return document.resolve(intent.get('DestOutputProfile')) instanceof PdfStream
  })
}

/** The claim of a document; `undefined` where it makes none, or its metadata cannot be read. */
export function pdfaClaim(document: PdfDocument): PdfaClaim | undefined {
  const packet = attempt(() => {
    const metadata = document.resolve(document.catalog.get('Metadata'))
    return metadata instanceof PdfStream ? fromLatin1(document.streamData(metadata).subarray(0, MAX_PACKET)) : undefined
  })
  if (!packet) return undefined
  const part = Number(property(packet, 'part'))
  if (!Number.isInteger(part) || part < 1 || part > 9) return undefined
  const outputIntent = attempt(() => hasOutputIntent(document)) ?? false
  return { part, conformance: (property(packet, 'conformance') ?? '').toUpperCase(), outputIntent }
}
