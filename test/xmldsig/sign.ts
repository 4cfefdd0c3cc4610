/** Signs test documents: a template with empty digests and value is filled in from what the code under test says is digested. */
import { createHash, createHmac } from 'node:crypto'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { parseXml } from '../../src/xml/parse.ts'
import {
  findSignatures,
  type IdAttribute,
  readSignature,
  referenceOctets,
  signedInfoOctets,
  type VerificationKey,
  verifyXmlSignature,
  type XmlVerification,
  xmlDsigContext,
} from '../../src/xmldsig/index.ts'

export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
export const ENVELOPED = `${DS}enveloped-signature`
export const HMAC = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'

export const SECRET = new TextEncoder().encode('secret')
export const KEY: VerificationKey = { type: 'HMAC', secret: SECRET }

/** A transform, its content in `inside`. */
export const transform = (algorithm: string, inside = ''): string => `<Transform Algorithm="${algorithm}">${inside}</Transform>`

/** A reference without digest. */
export const reference = (uri: string | null, transforms: string, attributes = ''): string =>
  `<Reference${uri === null ? '' : ` URI="${uri}"`}${attributes}>${transforms === '' ? '' : `<Transforms>${transforms}</Transforms>`}<DigestMethod Algorithm="${SHA256}"/><DigestValue></DigestValue></Reference>`

/** A signature without value. */
export const template = (references: string, { c14n = EXCLUSIVE, method = HMAC, inside = '', objects = '' } = {}): string =>
  `<Signature xmlns="${DS}"><SignedInfo><CanonicalizationMethod Algorithm="${c14n}"/><SignatureMethod Algorithm="${method}">${inside}</SignatureMethod>${references}</SignedInfo><SignatureValue></SignatureValue>${objects}</Signature>`

export interface Choices {
  readonly external?: (uri: string | null) => Uint8Array | undefined
  readonly idAttributes?: readonly IdAttribute[]
}

function open(xml: string, choices: Choices = {}) {
  const budget = new Budget()
  const document = parseXml(new TextEncoder().encode(xml), { budget })
  return { document, budget, context: xmlDsigContext(document, { crypto: defaultCrypto(), budget, ...choices }) }
}

/** Fills in the digests and the value of the first signature of a document. */
export function sign(xml: string, choices: Choices = {}): string {
  let text = xml
  for (let index = 0; ; index++) {
    const { document, budget, context } = open(text, choices)
    const signature = readSignature(document, findSignatures(document)[0] ?? 0, budget)
    const next = signature.references[index]
    if (!next) {
      const value = createHmac('sha256', SECRET).update(signedInfoOctets(context, signature)).digest('base64')
      return text.replace('<SignatureValue></SignatureValue>', `<SignatureValue>${value}</SignatureValue>`)
    }
    const digest = createHash('sha256')
      .update(referenceOctets(context, signature, next))
      .digest('base64')
    text = text.replace('<DigestValue></DigestValue>', `<DigestValue>${digest}</DigestValue>`)
  }
}

/** Verifies a signature of a document, the first when not told otherwise. */
export async function verify(xml: string, choices: Choices & { key?: VerificationKey; index?: number } = {}): Promise<XmlVerification> {
  const { document, budget, context } = open(xml, choices)
  const signature = readSignature(document, findSignatures(document)[choices.index ?? 0] ?? 0, budget)
  return verifyXmlSignature(context, signature, choices.key ?? KEY)
}

/** The results of the checks of a signature, in order. */
export const results = ({ checks }: XmlVerification): string[] => checks.map(({ result }) => result)

/** The first element with a local name. */
export function element(verification: XmlVerification, local: string): number {
  const { document } = verification.signature
  for (let node = 0; node < document.size; node++) if (document.kind(node) === 1 && document.name(node).local === local) return node
  throw new Error(`no ${local}`)
}
