/** Names of XAdES levels by their structure (EN 319 132-1 §6, TS 101 903 §4.4), as EU DSS names them. */
import type { NodeId, XmlDocument } from '../xml/tree.ts'
import type { XmlSignature } from '../xmldsig/signature.ts'
import { descend, xadesChildren } from './elements.ts'
import { XADES } from './names.ts'
import type { Properties } from './properties.ts'
import type { Qualifying } from './qualifying.ts'

/** What a level depends on. */
export interface LevelInput {
  readonly document: XmlDocument
  readonly signature: XmlSignature
  readonly qualifying: Qualifying
  /** Of {@link Qualifying.named}. */
  readonly properties: Properties
  /** Whether `KeyInfo` carries the signer's certificate. */
  readonly carriesCertificate: boolean
}

/** Data object formats that are there name a reference of the signature (EN 319 132-1 §5.2.4). */
function formatsFit({ references }: XmlSignature, { dataObjectFormats }: Properties): boolean {
  return dataObjectFormats.every(({ objectReference }) => references.some(({ id }) => id !== undefined && objectReference === `#${id}`))
}

/**
 * The level a signature has by its structure: whether it holds is another matter. `XML-NOT-ETSI` where no signed property is bound to
 * the signer's certificate.
 */
export function levelOf({ document, signature, qualifying, properties, carriesCertificate }: LevelInput): string {
  if (properties.signingCertificates.length === 0 || !formatsFit(signature, properties)) return 'XML-NOT-ETSI'
  const signed = descend(document, qualifying.named, 'SignedSignatureProperties')
  const all = xadesChildren(document, qualifying.unsigned)
  const count = (...locals: string[]): number => all.filter((node) => locals.includes(document.name(node).local)).length
  const tokens = (node: NodeId): number => xadesChildren(document, node, 'EncapsulatedTimeStamp').length
  const stamps = all.filter((node) => document.name(node).local === 'SignatureTimeStamp')
  const timestamped = stamps.some((node) => tokens(node) > 0)
  const references = count('CompleteCertificateRefs', 'CompleteCertificateRefsV2') > 0 && count('CompleteRevocationRefs') > 0
  const sealed = count('SigAndRefsTimeStamp', 'SigAndRefsTimeStampV2', 'RefsOnlyTimeStamp', 'RefsOnlyTimeStampV2') > 0
  const certificateValues = count('CertificateValues') > 0
  const revocationValues = count('RevocationValues') > 0
  const archived = count('ArchiveTimeStamp') > 0
  const ers = count('SealingEvidenceRecords') > 0
  // §6.3: signing time, the certificate in KeyInfo, MIME types, and none of the properties that the baseline does without.
  const baseline =
    descend(document, signed, 'SigningTime') !== undefined &&
    carriesCertificate &&
    properties.dataObjectFormats.every(({ mimeType }) => mimeType !== undefined) &&
    document.name(qualifying.node ?? 0).namespace === XADES.v132 &&
    (timestamped || !(certificateValues || revocationValues)) &&
    !references &&
    !sealed &&
    stamps.every((node) => tokens(node) === 1)
  if (baseline) {
    if (!timestamped) return 'XAdES-BASELINE-B'
    if (ers && certificateValues) return 'XAdES-ERS'
    if (!certificateValues || !revocationValues) return 'XAdES-BASELINE-T'
    return archived ? 'XAdES-BASELINE-LTA' : 'XAdES-BASELINE-LT'
  }
  if (!timestamped) return extended(descend(document, signed, 'SignaturePolicyIdentifier') === undefined ? 'BES' : 'EPES')
  if (archived && certificateValues && revocationValues) return extended('A')
  if (sealed) return extended('X')
  if (references) return extended('C')
  return extended(certificateValues && revocationValues ? 'LT' : 'T')
}

function extended(form: string): string {
  return `XAdES-${form}`
}
