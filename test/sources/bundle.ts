/** PKCS#7 bundles of certificates as authorities hand them out: SignedData that nobody signed (RFC 5652 §5.2). */
import { encode } from '../../src/asn1/index.ts'
import { CONTENT } from '../../src/cms/oids.ts'
import { ContentInfo, SignedData } from '../../src/cms/schemas.ts'

/** A `.p7b` in DER. */
export function bundleOf(...certificates: readonly Uint8Array[]): Uint8Array {
  const content = encode(SignedData, {
    version: 1,
    digestAlgorithms: [],
    encapContentInfo: { eContentType: CONTENT.data },
    certificates,
    signerInfos: [],
  })
  return encode(ContentInfo, { contentType: CONTENT.signedData, content })
}
