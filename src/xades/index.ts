/**
 * `kyso/xades`: signatures in XML (XAdES and plain XML-DSig): made, added to, counter-signed, and read.
 *
 * @module
 */
export { completeXml } from './complete.ts'
export { counterSignXml } from './counter-sign.ts'
export type {
  Canonicalization,
  CompleteXmlOptions,
  CounterSignXmlOptions,
  PrepareXmlOptions,
  SignXmlOptions,
  XadesLevel,
  XmlContent,
  XmlDescription,
  XmlKeyInfo,
  XmlPackaging,
  XmlReference,
  XmlSignatureForm,
  XmlSignaturePlace,
  XmlSignaturePolicy,
  XmlTimeProperty,
  XmlTransform,
} from './options.ts'
export { type PreparedXml, prepareXml } from './prepare.ts'
export { type ReadXmlOptions, type ReadXmlResult, readXml, type SignedBytes, xmlFormat } from './read.ts'
export { signXml } from './sign.ts'
