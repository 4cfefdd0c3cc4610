/** What a signature says of itself in signed attributes (EN 319 122-1 §5.2): written and read. */
import { decode, encode, type Infer, ia5String, TAG, utf8String } from '../asn1/index.ts'
import { singleValue } from '../cms/attributes.ts'
import { attribute } from '../cms/build.ts'
import { ATTRIBUTE, COMMITMENT, POLICY_URI } from '../cms/oids.ts'
import { type Attribute, CommitmentTypeIndication, SignaturePolicyId, SignerLocation } from '../cms/schemas.ts'
import type { ParsedSignerInfo } from '../cms/signed-data.ts'
import type { Budget } from '../core/budget.ts'
import { attempt, KysoError } from '../core/errors.ts'
import { digestIdentifier } from '../x509/algorithm-identifier.ts'
import type { CmsDescription, Commitment } from './options.ts'

const string = (value: string): { tag: number; text: string } => ({ tag: TAG.UTF8_STRING, text: value })

function commitmentOid(commitment: string): string {
  return Object.hasOwn(COMMITMENT, commitment) ? COMMITMENT[commitment as Commitment] : commitment
}

/**
 * The attributes of a description, beside those that every signature has.
 *
 * @throws KysoError `ERR_ARGUMENT` for an object identifier that is none, `ERR_ALGORITHM_UNSUPPORTED`
 */
export function describingAttributes({ mimeType, commitment, location, policy }: CmsDescription): Attribute[] {
  const found: Attribute[] = []
  if (mimeType !== undefined) found.push(attribute(ATTRIBUTE.mimeType, encode(utf8String(), mimeType)))
  if (commitment !== undefined)
    found.push(attribute(ATTRIBUTE.commitmentType, encode(CommitmentTypeIndication, { commitmentTypeId: commitmentOid(commitment) })))
  if (location !== undefined) {
    const { country, locality, postalAddress } = location
    // RFC 5126 §5.11.2: at least one of them, and at most six lines.
    if (country === undefined && locality === undefined && !postalAddress?.length)
      throw new KysoError('ERR_ARGUMENT', 'a location without a word', { argument: 'location' })
    if (postalAddress && postalAddress.length > 6)
      throw new KysoError('ERR_ARGUMENT', 'a postal address of more than six lines', { argument: 'location.postalAddress' })
    const value: Infer<typeof SignerLocation> = {
      ...(country === undefined ? {} : { countryName: string(country) }),
      ...(locality === undefined ? {} : { localityName: string(locality) }),
      ...(postalAddress?.length ? { postalAddress: postalAddress.map(string) } : {}),
    }
    found.push(attribute(ATTRIBUTE.signerLocation, encode(SignerLocation, value)))
  }
  if (policy !== undefined) {
    const { id, digestAlgorithm, digest, uri } = policy
    const value = encode(SignaturePolicyId, {
      sigPolicyId: id,
      sigPolicyHash: { hashAlgorithm: digestIdentifier(digestAlgorithm), hashValue: digest },
      ...(uri === undefined ? {} : { sigPolicyQualifiers: [{ sigPolicyQualifierId: POLICY_URI, sigQualifier: encode(ia5String(), uri) }] }),
    })
    found.push(attribute(ATTRIBUTE.signaturePolicy, value))
  }
  return found
}

/** A value that is there and can be read. */
function present<T>(value: T | null | 'malformed'): T | undefined {
  return value === null || value === 'malformed' ? undefined : value
}

/** What a signer says of the signature, as far as it can be read. */
export function claimsOf({ signed }: ParsedSignerInfo, budget: Budget): Record<string, string> {
  const claims: Record<string, string> = {}
  const mimeType = present(singleValue(signed, ATTRIBUTE.mimeType, utf8String(), budget))
  if (mimeType) claims.mimeType = mimeType
  const commitment = present(singleValue(signed, ATTRIBUTE.commitmentType, CommitmentTypeIndication, budget))?.commitmentTypeId
  if (commitment) claims.commitment = Object.entries(COMMITMENT).find(([, one]) => one === commitment)?.[0] ?? commitment
  const location = present(singleValue(signed, ATTRIBUTE.signerLocation, SignerLocation, budget))
  if (location) {
    const { countryName, localityName, postalAddress = [] } = location
    const words = [...postalAddress, localityName, countryName].flatMap((one) => (one?.text ? [one.text] : []))
    if (words.length > 0) claims.location = words.join(', ')
  }
  const policy = present(singleValue(signed, ATTRIBUTE.signaturePolicy, SignaturePolicyId, budget))
  if (policy) {
    claims.policy = policy.sigPolicyId
    const uri = policy.sigPolicyQualifiers?.find(({ sigPolicyQualifierId }) => sigPolicyQualifierId === POLICY_URI)
    const text = uri && attempt(() => decode(ia5String(), uri.sigQualifier, { rules: 'BER', budget }))
    if (text) claims.policyUri = text
  }
  return claims
}
