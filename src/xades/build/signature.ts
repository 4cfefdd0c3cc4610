/** `ds:Signature` as text (XML-DSig 1.1 §4), with digests and value still to come. */
import type { DigestAlgorithm } from '../../core/algorithms.ts'
import { toBase64 } from '../../core/bytes.ts'
import type { SignatureScheme } from '../../core/crypto/provider.ts'
import { digestMethodUri, NAMESPACE, signatureMethodUri } from '../../xmldsig/algorithms.ts'
import type { Canonicalization, XmlTransform } from '../options.ts'
import type { Markup } from './markup.ts'
import { canonicalizationMethod, transforms } from './transforms.ts'

/** A reference as it is written. */
export interface PlannedReference {
  readonly uri: string
  readonly id?: string
  readonly type?: string
  readonly transforms: readonly XmlTransform[]
  readonly digestAlgorithm: DigestAlgorithm
}

/** What a signature is written from. */
export interface SignatureInput {
  readonly id: string
  readonly valueId: string | undefined
  readonly canonicalization: Canonicalization
  readonly scheme: SignatureScheme
  readonly references: readonly PlannedReference[]
  /** `ds:KeyInfo` and every `ds:Object`, ready-made. */
  readonly keyInfo: string
  readonly objects: readonly string[]
}

function reference(markup: Markup, planned: PlannedReference, value: Uint8Array | undefined): string {
  const { ds } = markup
  return ds(
    'Reference',
    { Id: planned.id, Type: planned.type, URI: planned.uri },
    transforms(markup, planned.transforms),
    ds('DigestMethod', { Algorithm: digestMethodUri(planned.digestAlgorithm) }),
    ds('DigestValue', {}, value ? toBase64(value) : ''),
  )
}

/**
 * The signature with an empty `SignatureValue`.
 *
 * @param digests of the references; empty while they are not known
 */
export function signatureText(markup: Markup, input: SignatureInput, digests: readonly Uint8Array[]): string {
  const { ds } = markup
  const signedInfo = ds(
    'SignedInfo',
    {},
    canonicalizationMethod(markup, input.canonicalization),
    ds('SignatureMethod', { Algorithm: signatureMethodUri(input.scheme) }),
    ...input.references.map((planned, i) => reference(markup, planned, digests[i])),
  )
  const value = ds('SignatureValue', { Id: input.valueId })
  return ds('Signature', { [markup.declaration]: NAMESPACE.ds, Id: input.id }, signedInfo, value, input.keyInfo, ...input.objects)
}
