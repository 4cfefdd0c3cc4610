/** Extensions of the lab's certificates: the profiles of RFC 5280 §4.2, RFC 3161 §2.3 and RFC 6960 §4.2.2.2. */
import { encode, nothing, own } from './der.ts'
import type { LabKey } from './keys.ts'
import { x509 } from './peculiar.ts'

/** An extension as it is encoded. */
export interface LabExtension {
  /** Object identifier. */
  readonly oid: string
  readonly critical?: boolean
  /** DER of the value, without the OCTET STRING around it. */
  readonly value: Uint8Array
}

/** Bits of keyUsage by their names in RFC 5280 §4.2.1.3. */
export type LabKeyUsage = keyof typeof x509.KeyUsageFlags

/** Purposes of extendedKeyUsage by name; others are written as object identifiers. */
export const PURPOSES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
} as const

/** A purpose by name, or by object identifier. */
export type LabPurpose = keyof typeof PURPOSES | `${number}.${string}`

/** Where the revocation state of a certificate is published. */
export interface LabAddresses {
  readonly ocsp: string
  readonly caIssuers: string
  readonly crl: string
}

/** What a certificate's extensions say. */
export interface ExtensionContents {
  readonly subjectKey: LabKey
  readonly issuerKey: LabKey
  /** cA with its pathLenConstraint; an end entity's certificate when left out. */
  readonly ca?: { readonly pathLength?: number | undefined } | undefined
  readonly keyUsage: readonly LabKeyUsage[]
  readonly purposes?: readonly LabPurpose[] | undefined
  readonly purposesCritical?: boolean | undefined
  readonly policies?: readonly string[] | undefined
  /** id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck?: boolean | undefined
  /** noRevAvail (RFC 9608 §2); then no address of revocation information may stand beside it. */
  readonly noRevAvail?: boolean | undefined
  readonly addresses?: LabAddresses | undefined
  /** Extensions to add; one of a kind that would be there anyway takes its place. */
  readonly extensions?: readonly LabExtension[] | undefined
  /** Object identifiers of extensions to leave out. */
  readonly omit?: readonly string[] | undefined
}

/** The extensions of a certificate. */
export async function certificateExtensions(contents: ExtensionContents): Promise<LabExtension[]> {
  const { subjectKey, issuerKey, ca, keyUsage, purposes, policies, addresses } = contents
  const found: LabExtension[] = []
  const add = (extension: x509.Extension) => found.push({ oid: extension.type, critical: extension.critical, value: new Uint8Array(extension.value) })

  if (ca) add(new x509.BasicConstraintsExtension(true, ca.pathLength, true))
  if (keyUsage.length > 0)
    add(
      new x509.KeyUsagesExtension(
        keyUsage.reduce((flags, usage) => flags | x509.KeyUsageFlags[usage], 0),
        true,
      ),
    )
  if (purposes && purposes.length > 0) add(new x509.ExtendedKeyUsageExtension(purposes.map(purposeOid), contents.purposesCritical ?? false))
  add(await x509.SubjectKeyIdentifierExtension.create(own(subjectKey.spki)))
  add(await x509.AuthorityKeyIdentifierExtension.create(own(issuerKey.spki)))
  if (policies && policies.length > 0) add(new x509.CertificatePolicyExtension([...policies]))
  if (addresses) {
    const withRevocation = !contents.noRevAvail && !contents.ocspNoCheck
    add(new x509.AuthorityInfoAccessExtension({ ...(withRevocation ? { ocsp: addresses.ocsp } : {}), caIssuers: addresses.caIssuers }))
    if (withRevocation) add(new x509.CRLDistributionPointsExtension([addresses.crl]))
  }
  if (contents.ocspNoCheck) found.push({ oid: '1.3.6.1.5.5.7.48.1.5', value: encode(nothing()) })
  if (contents.noRevAvail) found.push({ oid: '2.5.29.56', value: encode(nothing()) })

  const given = contents.extensions ?? []
  const replaced = new Set([...given.map((extension) => extension.oid), ...(contents.omit ?? [])])
  return [...found.filter((extension) => !replaced.has(extension.oid)), ...given]
}

function purposeOid(purpose: LabPurpose): string {
  return new Map<string, string>(Object.entries(PURPOSES)).get(purpose) ?? purpose
}
