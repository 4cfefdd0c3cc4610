/** Plain signatures put together by hand, in forms that kyso itself never writes. */
import { Budget } from '../../src/core/budget.ts'
import { toBase64, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { rsFromDer } from '../../src/x509/signed.ts'
import { parseXml } from '../../src/xml/index.ts'
import {
  findSignatures,
  readSignature,
  referenceOctets,
  signedInfoOctets,
  type XmlDsigContext,
  type XmlSignature,
  xmlDsigContext,
} from '../../src/xmldsig/index.ts'
import type { LabSetting } from '../verify/lab-pdf.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

/** SHA-256 in base64. */
export async function sha256(octets: string | Uint8Array): Promise<string> {
  return toBase64(await digest(defaultCrypto(), 'SHA-256', typeof octets === 'string' ? utf8(octets) : octets))
}

/** A reference as it shall stand; its digest is computed. */
export interface ByHand {
  readonly uri: string
  readonly type?: string
  /** `Transform` elements; exclusive canonicalisation where left out. */
  readonly transforms?: string
}

/** An exclusive canonicalisation. */
export const EXCLUSIVE = `<Transform Algorithm="${C14N}"/>`

/** An XPath transform. */
export const xpath = (expression: string): string =>
  `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath xmlns:ds="${DS}">${expression}</XPath></Transform>`

/**
 * A signature at the `@` of a document.
 *
 * @param objects what stands in its objects
 */
export async function signByHand(
  { signer, lab }: LabSetting,
  document: string,
  references: readonly ByHand[],
  objects: readonly string[] = [],
  { id = 'S', objectId }: { readonly id?: string; readonly objectId?: string } = {},
): Promise<string> {
  const certificates = [signer.signer.certificates[0], lab.ca.certificate].map((one) => `<X509Certificate>${toBase64(one as Uint8Array)}</X509Certificate>`)
  const method = signer.signer.algorithm.startsWith('ECDSA')
    ? 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
    : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
  const write = (digests: readonly string[], value: string): string => {
    const list = references.map(
      ({ uri, type, transforms = EXCLUSIVE }, i) =>
        `<Reference${type === undefined ? '' : ` Type="${type}"`} URI="${uri}"><Transforms>${transforms}</Transforms><DigestMethod Algorithm="${SHA256}"/>` +
        `<DigestValue>${digests[i] ?? ''}</DigestValue></Reference>`,
    )
    const info = `<SignedInfo><CanonicalizationMethod Algorithm="${C14N}"/><SignatureMethod Algorithm="${method}"/>${list.join('')}</SignedInfo>`
    const key = `<KeyInfo><X509Data>${certificates.join('')}</X509Data></KeyInfo>`
    const text = `<Signature xmlns="${DS}" Id="${id}">${info}<SignatureValue>${value}</SignatureValue>${key}${objects.map((one) => `<Object${objectId === undefined ? '' : ` Id="${objectId}"`}>${one}</Object>`).join('')}</Signature>`
    return document.replace('@', () => text)
  }
  const open = (text: string): { context: XmlDsigContext; signature: XmlSignature } => {
    const tree = parseXml(utf8(text))
    const context = xmlDsigContext(tree, { crypto: defaultCrypto(), budget: new Budget() })
    const node = findSignatures(tree).find((one) => tree.attribute(one, 'Id') === id)
    return { context, signature: readSignature(tree, node ?? 0, new Budget()) }
  }
  const draft = open(write([], ''))
  const digests: string[] = []
  for (const one of draft.signature.references) digests.push(await sha256(referenceOctets(draft.context, draft.signature, one)))
  const { context, signature } = open(write(digests, ''))
  const toBeSigned = signedInfoOctets(context, signature)
  const hash = await digest(defaultCrypto(), 'SHA-256', toBeSigned)
  const [value] = await signer.signer.sign([{ toBeSigned, digest: hash, documentDigest: hash }])
  if (!value) throw new Error('no value')
  return write(digests, toBase64(signer.signer.algorithm.startsWith('ECDSA') ? (rsFromDer(value, 32) ?? value) : value))
}
