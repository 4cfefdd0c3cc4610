/** Counter-signatures (EN 319 132-1 §5.2.7.2). */
import type { DocumentInput } from '../core/source.ts'
import type { CounterSignXmlOptions } from './options.ts'
import { signXml } from './sign.ts'

/**
 * Counter-signs a signature of an XML file: a signature over its value, among its unsigned properties. Nothing that was signed changes.
 *
 * @param document the signed file
 * @returns the file with the counter-signature
 * @throws KysoError as {@link signXml}, `ERR_ARGUMENT` where there is no such signature, `ERR_XML_REFERENCE` where it is none of XAdES or its value
 *   bears no ID
 * @example
 * ```ts
 * const signed = await signXml(xml, { signer })
 * const witnessed = await counterSignXml(signed, { signature: 0, signer })
 * ```
 */
export function counterSignXml(document: DocumentInput, { signature = 0, ...options }: CounterSignXmlOptions): Promise<Uint8Array> {
  return signXml(document, { ...options, counterSign: signature })
}
