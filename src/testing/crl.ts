import * as asn1js from 'asn1js'
import { publicKeyOctets } from './certificate.ts'
import { type Block, bits, encode, enumerated, hash, integer, integerOf, octets, oid, raw, sequence, tagged, taggedBytes, timeOf, yes } from './der.ts'
import type { LabExtension } from './extensions.ts'
import { signatureIdentifier } from './keys.ts'
import { type LabAuthority, type LabRevocation, REASONS } from './register.ts'

/** How a CRL is made. */
export interface CrlOptions {
  /** Now when left out. */
  readonly thisUpdate?: Date
  /** A week after thisUpdate when left out; null for none, which RFC 5280 §5.1.2.5 forbids. */
  readonly nextUpdate?: Date | null
  /** What it lists, instead of what the authority has revoked. */
  readonly revoked?: readonly LabRevocation[]
  /** crlNumber; counted when left out. */
  readonly number?: number
  /** Extensions to add; one of a kind that would be there anyway takes its place. */
  readonly extensions?: readonly LabExtension[]
  /** Who signs it in the authority's name: for forgeries. */
  readonly signer?: LabAuthority
}

/** Extension of RFC 5280 §4.2 as an element. */
export function extensionBlock({ oid: id, critical, value }: LabExtension): Block {
  return sequence(oid(id), critical ? yes() : null, octets(value))
}

/** A CRL in DER (RFC 5280 §5). Linear in its entries, so that it may be as large as the large ones out there. */
export async function createCrl(
  authority: LabAuthority,
  options: CrlOptions & { readonly thisUpdate: Date; readonly revoked: readonly LabRevocation[]; readonly number: number },
): Promise<Uint8Array> {
  const signer = options.signer ?? authority
  const nextUpdate = options.nextUpdate === undefined ? new Date(options.thisUpdate.getTime() + 7 * 86_400_000) : options.nextUpdate
  const keyId = await hash('SHA-1', publicKeyOctets(authority.key.spki))
  const usual: LabExtension[] = [
    { oid: '2.5.29.35', value: encode(sequence(taggedBytes(0, keyId))) },
    { oid: '2.5.29.20', value: encode(integer(options.number)) },
  ]
  const given = options.extensions ?? []
  const extensions = [...usual.filter((extension) => !given.some((other) => other.oid === extension.oid)), ...given]
  const tbs = sequence(
    integer(1),
    signatureIdentifier(signer.key),
    raw(authority.name),
    timeOf(options.thisUpdate),
    nextUpdate ? timeOf(nextUpdate) : null,
    // An empty list is absent (§5.1.2.6).
    options.revoked.length > 0 ? new asn1js.Sequence({ value: options.revoked.map(entry) }) : null,
    tagged(0, sequence(...extensions.map(extensionBlock))),
  )
  return encode(sequence(tbs, signatureIdentifier(signer.key), bits(await signer.key.sign(encode(tbs)))))
}

function entry({ serial, date, reason }: LabRevocation): Block {
  const code = reason === undefined ? 0 : REASONS[reason]
  // A reason of unspecified is told by its absence (§5.3.1).
  const extension = code === 0 ? null : sequence(extensionBlock({ oid: '2.5.29.21', value: encode(enumerated(code)) }))
  return sequence(integerOf(serial), timeOf(date), extension)
}
