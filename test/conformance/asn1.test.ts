/**
 * The reader held against asn1js on every certificate, CRL, OCSP response and CMS of the public corpus: both trees are walked
 * and compared node by node. What either does otherwise than the other stands in a table here, with its reason; a difference
 * that is not in the table fails, and so does an entry of the table that no longer differs.
 */
import { type AsnType, BaseBlock, Constructed, fromBER } from 'asn1js'
import { expect, it } from 'vitest'
import {
  children,
  contentBytes,
  decode,
  type Element,
  elementBytes,
  encode,
  nested,
  type ReadContext,
  type Rules,
  readElement,
  type Schema,
} from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { equal } from '../../src/core/bytes.ts'
import { KysoError } from '../../src/core/errors.ts'
import { Certificate, CertificateList } from '../asn1/certificate.ts'
import { type Structure, type StructureKind, structures } from '../asn1/corpus.ts'
import { describeWithCorpus } from '../support/tools.ts'

const FOLDERS = ['anchors', 'trust-vietnam', 'pkits', 'limbo', 'cms', 'openssl-ocsp', 'pdf', 'revisions', 'xml', 'xmldsig', 'samples-vietnam']

/** Structures that are followed by zeros: files cut out of a PDF with its padding. In PDFs themselves that is the rule. */
const PADDED = ['cms/cades-duplicated-signed-attrs.p7m', 'cms/dss-1188/Test.bin.sig']

/** Where the two trees differ, and why. */
const DIFFERENCES: ReadonlyMap<string, string> = new Map([])

/** Certificates and CRLs that are not DER throughout, extensions included: what is said of them, and how a verifier meets it. */
const NOT_STRICT: ReadonlyMap<string, string> = new Map([
  [
    'anchors/5cc032397688621d879c.der, extension 2.5.29.32: ERR_ASN1_NOT_DER: a length is not in its shortest form',
    'a certificate of an Italian CA (ArubaPEC, test), whose certificatePolicies has a length 81 0e; the extension is not critical',
  ],
  ['limbo, extension 2.5.29.17: ERR_ASN1_TRUNCATED: an element ends beyond its data (offset 0)', 'a case of its own: subjectAltName of no octets'],
  [
    'limbo, extension 1.3.6.1.4.1.55738.666.1: ERR_ASN1_TRUNCATED: an element ends beyond its data (offset 0)',
    'the unknown extension of several cases has a value of no octets',
  ],
  ['limbo, extension 1.3.6.1.5.5.7.1.1: ERR_ASN1_TRUNCATED: an element ends beyond its data (offset 0)', 'a case of its own: authorityInfoAccess of no octets'],
])

function context(rules: Rules): ReadContext {
  return { rules, budget: new Budget(), depth: 0 }
}

/** Where the trees differ first; null when they are the same. */
function difference(ours: Element, within: ReadContext, theirs: AsnType, path: string): string | null {
  const { idBlock, lenBlock } = theirs
  // asn1js counts the classes from 1.
  if (idBlock.tagClass - 1 !== ours.tagClass || idBlock.tagNumber !== ours.tag || idBlock.isConstructed !== ours.constructed) {
    return `${path}: ${ours.tagClass}:${ours.tag}:${ours.constructed}, asn1js ${idBlock.tagClass - 1}:${idBlock.tagNumber}:${idBlock.isConstructed}`
  }
  if (lenBlock.isIndefiniteForm !== ours.indefinite) return `${path}: form of the length`
  if (theirs.blockLength !== ours.end - ours.start) return `${path}: ${ours.end - ours.start} bytes, asn1js ${theirs.blockLength}`
  if (!equal(theirs.valueBeforeDecodeView, elementBytes(ours))) return `${path}: other bytes`
  const headerLength = idBlock.blockLength + lenBlock.blockLength
  if (headerLength !== ours.contentStart - ours.start) return `${path}: header of ${ours.contentStart - ours.start} bytes, asn1js ${headerLength}`
  if (!ours.indefinite && !equal(theirs.valueBeforeDecodeView.subarray(headerLength), contentBytes(ours))) return `${path}: other content`
  if (!ours.constructed) return null
  const inside = [...children(ours, within)]
  const value: unknown = theirs instanceof Constructed ? theirs.valueBlock.value : 'value' in theirs.valueBlock ? theirs.valueBlock.value : null
  if (!Array.isArray(value) || value.length !== inside.length) return `${path}: ${inside.length} parts, asn1js ${Array.isArray(value) ? value.length : 'none'}`
  for (const [i, part] of inside.entries()) {
    const other: unknown = value[i]
    const found = other instanceof BaseBlock ? difference(part, nested(within), other, `${path}/${i}`) : `${path}/${i}: nothing in asn1js`
    if (found) return found
  }
  return null
}

function compare({ bytes, kind }: Structure): { difference: string | null; padding: number } {
  // Beyond 10,000 nodes asn1js gives up unless told otherwise; what stands inside strings is compared as their content.
  const { offset, result } = fromBER(bytes, { maxNodes: 1_000_000, parseEmbedded: false })
  const within = context(kind === 'certificate' || kind === 'crl' ? 'DER' : 'BER')
  let ours: Element
  try {
    ours = readElement(bytes, 0, bytes.length, within)
    if (offset === -1) return { difference: `asn1js: ${result.error}`, padding: 0 }
    if (ours.end !== offset) return { difference: `ends at ${ours.end}, asn1js ${offset}`, padding: 0 }
    return { difference: difference(ours, within, result, ''), padding: bytes.length - ours.end }
  } catch (error) {
    if (!(error instanceof KysoError)) throw error
    return { difference: `${error.code}, asn1js ${offset === -1 ? result.error : 'reads it'}`, padding: 0 }
  }
}

/** Reads with the strict schema, and every extension as DER; null when nothing was wrong. */
function strictly({ bytes, kind }: Structure): string | null {
  const schema: Schema<{ readonly tbs: { readonly value: { readonly extensions?: readonly { readonly id: string; readonly value: Uint8Array }[] } } }> =
    kind === 'certificate' ? Certificate : CertificateList
  let place = ''
  try {
    const { tbs } = decode(schema, bytes)
    for (const { id, value } of tbs.value.extensions ?? []) {
      place = `extension ${id}: `
      const within = context('DER')
      const element = readElement(value, 0, value.length, within)
      if (element.end !== value.length) return `${place}bytes after it`
      const walk = (e: Element, c: ReadContext): void => {
        if (e.constructed) for (const child of children(e, c)) walk(child, nested(c))
      }
      walk(element, within)
    }
    return null
  } catch (error) {
    if (!(error instanceof KysoError)) throw error
    return `${place}${error.code}: ${error.message}`
  }
}

describeWithCorpus('ASN.1 of the corpus', '', (folder) => {
  const all = structures(folder, FOLDERS)

  it('is all there', () => {
    const count = (kind: StructureKind): number => all.filter((s) => s.kind === kind).length
    expect(count('certificate')).toBeGreaterThanOrEqual(2385)
    expect(count('crl')).toBeGreaterThanOrEqual(203)
    expect(count('ocsp')).toBeGreaterThanOrEqual(76)
    expect(count('cms')).toBeGreaterThanOrEqual(349)
  })

  it('has the tree that asn1js sees', () => {
    const found = new Map<string, string>()
    const padded: string[] = []
    for (const structure of all) {
      const result = compare(structure)
      if (result.difference) found.set(structure.name, result.difference)
      if (result.padding > 0) {
        expect(structure.bytes.subarray(-result.padding).every((octet) => octet === 0)).toBe(true)
        if (!structure.name.includes('.pdf')) padded.push(structure.name)
      }
    }
    expect(found).toEqual(DIFFERENCES)
    expect(padded.sort()).toEqual(PADDED)
  })

  it('is DER throughout in certificates and CRLs, but for those listed', () => {
    const found = new Set<string>()
    for (const structure of all.filter((s) => s.kind === 'certificate' || s.kind === 'crl')) {
      const problem = strictly(structure)
      // The numbers of limbo's certificates change with its generator.
      if (problem) found.add(`${structure.name.replace(/^limbo\/.*/, 'limbo')}, ${problem}`)
    }
    expect([...found].sort()).toEqual([...NOT_STRICT.keys()].sort())
  })

  it('is written again byte for byte where it was read strictly', () => {
    let written = 0
    for (const structure of all.filter((s) => s.kind === 'certificate')) {
      if (strictly(structure)) continue
      written++
      const value = decode(Certificate, structure.bytes)
      expect(equal(encode(Certificate, value), structure.bytes), structure.name).toBe(true)
    }
    expect(written).toBeGreaterThan(2300)
  })
})
