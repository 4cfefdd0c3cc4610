/** What the XAdES suites share: documents of every kind, what xmlsec1 says of a file, and core validation of its signatures by kyso. */
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import type { IssueOptions } from '../../src/testing/index.ts'
import { publicKeyOf } from '../../src/x509/index.ts'
import { parseXml } from '../../src/xml/index.ts'
import { findSignatures, readSignature, verifyXmlSignature, xmlDsigContext } from '../../src/xmldsig/index.ts'
import { run } from './tools.ts'

/** Keys of the interop suites. */
export const XML_ALGORITHMS = {
  RSA: { algorithm: 'RSA-2048' },
  PSS: { algorithm: 'RSA-2048', pss: true },
  'P-256': { algorithm: 'P-256' },
  Ed25519: { algorithm: 'Ed25519' },
} as const satisfies Readonly<Record<string, IssueOptions>>

/** A name of {@link XML_ALGORITHMS}. */
export type XmlAlgorithmName = keyof typeof XML_ALGORITHMS

/** Namespaces that are used and unused, quotes of both kinds, comments, CDATA, references, an instruction, mixed content. */
export const SAMPLE = `<?xml version='1.0' encoding="UTF-8" standalone='no'?>
<TDiep xmlns="urn:test:thue" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:k="urn:unused" PBan='2.0.0'>
  <!-- Hóa đơn --><DLieu Id="dữ-liệu" xsi:nil = 'false'  b="2" a="1"><k:a xmlns:k="urn:k">Công ty &amp; Con &#x41;</k:a><![CDATA[<x>]]></DLieu>
  <?thue 1?><DSCKS  />
	<Cuoi a="&#9;x"></Cuoi>
</TDiep>
`

/** UTF-16 with its byte order mark. */
export function utf16(text: string, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array(2 * text.length + 2)
  const view = new DataView(bytes.buffer)
  for (const [i, unit] of [0xfeff, ...Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))].entries()) view.setUint16(2 * i, unit, !bigEndian)
  return bytes
}

const BOM = Uint8Array.of(0xef, 0xbb, 0xbf)

/** The same document in the forms files come in. */
export const DOCUMENTS = {
  plain: utf8(SAMPLE),
  CRLF: utf8(SAMPLE.replaceAll('\n', '\r\n')),
  BOM: concat([BOM, utf8(SAMPLE)]),
} as const

/** A name of {@link DOCUMENTS}. */
export type DocumentName = keyof typeof DOCUMENTS

/** Core validation of every signature of a file with the key of its first certificate: its ID, and whether all of it holds. */
export async function checked(file: Uint8Array, contents: Readonly<Record<string, Uint8Array>> = {}): Promise<{ id: string | undefined; intact: boolean }[]> {
  const budget = new Budget()
  const document = parseXml(file, { budget })
  const external = (uri: string | null): Uint8Array | undefined => (uri === null ? undefined : contents[uri])
  const context = xmlDsigContext(document, { crypto: defaultCrypto(), budget, external })
  const found: { id: string | undefined; intact: boolean }[] = []
  for (const node of findSignatures(document)) {
    const signature = readSignature(document, node, budget)
    const [certificate] = signature.keyInfo?.certificates ?? []
    const intact = certificate
      ? (await verifyXmlSignature(context, signature, publicKeyOf(certificate))).checks.every(({ result }) => result === 'passed')
      : false
    found.push({ id: signature.id, intact })
  }
  return found
}

const ID_ELEMENTS = ['http://www.w3.org/2000/09/xmldsig#:Object', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties', 'Content', 'urn:test:thue:DLieu']

/**
 * Whether xmlsec1 accepts a signature of a file, the first being 1; else what it says.
 *
 * @param elements further elements without namespace, or of XML signatures, that bear IDs
 */
export async function xmlsec1(path: string, number: number, root: string, cwd: string, elements: readonly string[] = []): Promise<string> {
  const further = elements.map((name) => (name.startsWith('Signature') ? `http://www.w3.org/2000/09/xmldsig#:${name}` : name))
  const ids = [...ID_ELEMENTS, ...further].flatMap((name) => ['--id-attr:Id', name])
  const node = ['--node-xpath', `(//*[local-name()='Signature' and namespace-uri()='http://www.w3.org/2000/09/xmldsig#'])[${number}]`]
  const { status, stderr } = await run('xmlsec1', ['--verify', '--trusted-pem', root, ...ids, ...node, path], { cwd })
  return status === 0 && /^OK$/m.test(stderr) ? 'OK' : stderr
}
