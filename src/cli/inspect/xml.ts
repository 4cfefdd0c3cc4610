/** What there is to be told of an XML file, as plain data. */
import { Budget } from '../../core/budget.ts'
import { defaultCrypto } from '../../core/crypto/default.ts'
import { attempt } from '../../core/errors.ts'
import { memorySource } from '../../core/source.ts'
import type { ReadSignature } from '../../facts/index.ts'
import { detectVietnamXml } from '../../vietnam/index.ts'
import { nameToString } from '../../x509/index.ts'
import { readXmlDocument } from '../../xades/read.ts'
import { childElements, NODE, type NodeId, pathOf, type XmlTable } from '../../xml/index.ts'
import { findSignatures, readSignature, type XmlSignature } from '../../xmldsig/index.ts'

/** IDs that are listed. */
const MAX_IDS = 20

/** What there is to be told. */
export interface XmlInspection {
  readonly file: string
  readonly format: 'xml'
  readonly size: number
  readonly encoding: string
  readonly byteOrderMark: boolean
  readonly doctype: string | null
  readonly root: { readonly name: string; readonly namespace: string }
  readonly elements: number
  /** Elements that references can name, the first ones. */
  readonly ids: readonly { readonly id: string; readonly attribute: string; readonly path: string }[]
  readonly idCount: number
  readonly signatures: readonly XmlSignatureInspection[]
  /** Where documents of Vietnam have their signatures. */
  readonly places: ReturnType<typeof detectVietnamXml>
}

/** A signature. */
export interface XmlSignatureInspection {
  readonly id: string
  readonly parent?: string
  readonly path: string
  readonly signatureId: string | null
  readonly level: string
  readonly canonicalization: string | null
  readonly signatureMethod: string | null
  readonly references: readonly {
    readonly uri: string | null
    readonly type: string | null
    readonly transforms: readonly string[]
    readonly digestMethod: string
  }[]
  readonly keyInfo: readonly string[]
  readonly objects: readonly string[]
  readonly claims: ReadSignature['claims']
  readonly signer: string | null
  readonly time: string | null
  readonly timestamps: readonly (string | null)[]
  readonly certificates: readonly string[]
}

const ID_NAMES: ReadonlySet<string> = new Set(['Id', 'id', 'ID', 'xml:id'])

function listIds(document: XmlTable): { ids: { id: string; attribute: string; path: string }[]; idCount: number; elements: number } {
  const ids: { id: string; attribute: string; path: string }[] = []
  let [idCount, elements] = [0, 0]
  for (let node = 1; node < document.size; node++) {
    if (document.kind(node) !== NODE.element) continue
    elements++
    for (const { name, value, declaredId } of document.attributes(node)) {
      if (!declaredId && !ID_NAMES.has(name.qualified)) continue
      if (idCount++ < MAX_IDS) ids.push({ id: value, attribute: name.qualified, path: pathOf(document, node) })
    }
  }
  return { ids, idCount, elements }
}

function childNames(document: XmlTable, parent: NodeId): string[] {
  return [...childElements(document, parent)].map((child) => document.name(child).qualified)
}

function inspectSignature(document: XmlTable, node: NodeId, read: ReadSignature): XmlSignatureInspection {
  const signature: XmlSignature | undefined = attempt(() => readSignature(document, node, new Budget()))
  const { id, parent, level, claims, certificate, claimedTime, timestamps, certificates } = read
  return {
    id,
    ...(parent === undefined ? {} : { parent }),
    path: pathOf(document, node),
    signatureId: signature?.id ?? null,
    level,
    canonicalization: signature?.canonicalizationMethod.algorithm ?? null,
    signatureMethod: signature?.signatureMethod.algorithm ?? null,
    references: (signature?.references ?? []).map(({ uri, type, transforms, digestMethod }) => ({
      uri,
      type: type ?? null,
      transforms: transforms.map(({ algorithm }) => algorithm),
      digestMethod,
    })),
    keyInfo: signature?.keyInfo ? childNames(document, signature.keyInfo.node) : [],
    objects: (signature?.objects ?? []).flatMap((object) => childNames(document, object.node)),
    claims,
    signer: certificate ? nameToString(certificate.subject) : null,
    time: claimedTime?.toISOString() ?? null,
    timestamps: timestamps.map(({ time }) => time?.toISOString() ?? null),
    certificates: certificates.map(({ subject }) => nameToString(subject)),
  }
}

/**
 * Looks at an XML file.
 *
 * @throws KysoError `ERR_XML_*`, `ERR_BUDGET_EXCEEDED`
 */
export async function inspectXml(file: string, bytes: Uint8Array): Promise<XmlInspection> {
  const { document, read } = await readXmlDocument(memorySource(bytes), { crypto: defaultCrypto(), budget: new Budget(), certificates: [] })
  const { qualified: name, namespace } = document.name(document.root)
  const nodes = findSignatures(document)
  return {
    file,
    format: 'xml',
    size: bytes.length,
    encoding: document.encoding,
    byteOrderMark: document.byteOrderMark > 0,
    doctype: document.doctype ?? null,
    root: { name, namespace },
    ...listIds(document),
    // Both are in document order.
    signatures: read.signatures.flatMap((one, i) => {
      const node = nodes[i]
      return node === undefined ? [] : [inspectSignature(document, node, one)]
    }),
    places: detectVietnamXml(document),
  }
}
