/** A lab with signers that bear tax codes, and verification under its trust. */
import { utf8 } from '../../../src/core/bytes.ts'
import type { Signer } from '../../../src/signers/signer.ts'
import { Lab } from '../../../src/testing/index.ts'
import { type Report, verify } from '../../../src/verify/index.ts'
import {
  describeVietnamXml,
  type SignVietnamXmlOptions,
  signVietnamXml,
  type VietnamXmlDescription,
  type VietnamXmlSignature,
} from '../../../src/vietnam/index.ts'
import { trustAnchor } from '../../../src/x509/index.ts'
import { xmlFormat } from '../../../src/xades/read.ts'
import { BUYER, type Sample, SELLER } from './samples.ts'

/** A document as text, with its byte order mark. */
export function textOf(document: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(document)
}

export interface World {
  readonly lab: Lab
  readonly seller: Signer
  readonly buyer: Signer
  readonly authority: Signer
  signerFor(sample: Sample): Signer
  sign(sample: Sample, options?: Partial<SignVietnamXmlOptions>): Promise<Uint8Array>
  verify(document: Uint8Array): Promise<Report>
  describe(document: Uint8Array): Promise<VietnamXmlDescription>
  /** The one signature of a document. */
  only(document: Uint8Array): Promise<VietnamXmlSignature>
}

const UID = '0.9.2342.19200300.100.1.1'

export async function createWorld(keys: 'RSA-2048' | 'P-256' = 'P-256'): Promise<World> {
  const lab = await Lab.create()
  const issue = async (name: string, code?: string): Promise<Signer> => {
    const subject: Record<string, string>[] = [{ C: 'VN' }, { ST: 'Hà Nội' }, { O: name }, { CN: name }, ...(code ? [{ [UID]: `MST:${code}` }] : [])]
    return (await lab.issue({ subject, algorithm: keys })).signer
  }
  const [seller, buyer, authority] = await Promise.all([issue('Công ty Bán Thử', SELLER), issue('Công ty Mua Thử', BUYER), issue('CỤC THUẾ')])
  const trust = lab.anchors.map((root) => trustAnchor(root))
  const crls = [await lab.crl(), await lab.crl(lab.root)]
  const world: World = {
    lab,
    seller,
    buyer,
    authority,
    signerFor: ({ taxCode }) => (taxCode === SELLER ? seller : taxCode === BUYER ? buyer : authority),
    sign: (sample, options = {}) =>
      signVietnamXml(utf8(sample.xml), { profile: sample.profile, signer: world.signerFor(sample), certificates: [lab.ca.certificate], ...options }),
    verify: (document) => verify(document, { trust, crls, certificates: [lab.ca.certificate], formats: [xmlFormat] }),
    describe: async (document) => describeVietnamXml(document, await world.verify(document)),
    only: async (document) => {
      const { signatures } = await world.describe(document)
      if (signatures.length !== 1 || !signatures[0]) throw new Error(`${signatures.length} signatures`)
      return signatures[0]
    },
  }
  return world
}
