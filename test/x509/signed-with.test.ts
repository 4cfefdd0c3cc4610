/** What the signatures are that a revocation status rests on: told, so that a policy can weigh them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { Lab, type LabAuthority } from '../../src/testing/index.ts'
import { parseCertificate, parseCrl, parseOcsp, publicKeyOf, type RevocationStatus, revocationOf, trustAnchor } from '../../src/x509/index.ts'
import { signatureDigests } from '../../src/x509/revocation/signed-with.ts'
import { int, OID, pss } from '../cms/builder.ts'

const NOW = new Date('2026-06-01T00:00:00Z')
let lab: Lab
beforeAll(async () => {
  lab = await Lab.create({ now: NOW })
})

interface Evidence {
  readonly crls?: readonly Uint8Array[]
  readonly ocsp?: readonly Uint8Array[]
  readonly pool?: readonly Uint8Array[]
}

async function statusesOf(certificate: Uint8Array, issuer: LabAuthority, { crls = [], ocsp = [], pool = [] }: Evidence): Promise<readonly RevocationStatus[]> {
  const authority = parseCertificate(issuer.certificate)
  const { statuses } = await revocationOf(
    { crypto: defaultCrypto(), budget: new Budget(), pool: pool.map((one) => parseCertificate(one)) },
    parseCertificate(certificate),
    { name: authority.subject, spki: authority.spki, key: publicKeyOf(authority), certificate: authority, anchor: trustAnchor(lab.root.certificate) },
    crls.map((one) => parseCrl(one)),
    ocsp.map((one) => parseOcsp(one)),
  )
  return statuses
}

/** Every signature in a word, the source's own first. */
const told = (statuses: readonly RevocationStatus[]): string[][] =>
  statuses.map(({ signatures }) => signatures.map(({ signatureDigest, keyType, keyBits }) => `${signatureDigest} ${keyType}-${keyBits}`))

describe('a status tells what it is signed with', () => {
  it('by the authority’s own key', async () => {
    const weak = await lab.authority({ keys: 'RSA-1024', digest: 'SHA-1' })
    const { certificate } = await lab.issue({ authority: weak })
    const evidence = { crls: [await lab.crl(weak)], ocsp: [await lab.ocsp(certificate, { delegated: false })] }
    expect(told(await statusesOf(certificate, weak, evidence))).toEqual([['SHA-1 RSA-1024'], ['SHA-1 RSA-1024']])
  })

  it('by a delegate, whose certificate the authority has signed', async () => {
    const { certificate } = await lab.issue()
    const responder = await lab.issue({ algorithm: 'RSA-1024', digest: 'SHA-1', extendedKeyUsage: ['ocspSigning'] })
    const ocsp = [await lab.ocsp(certificate, { responder })]
    expect(told(await statusesOf(certificate, lab.ca, { ocsp }))).toEqual([['SHA-1 RSA-1024', 'SHA-256 EC-256']])
  })

  it('of the key that signs lists for another, and everything that shows that it may', async () => {
    const { certificate } = await lab.issue()
    const signs = await lab.authority({ name: lab.ca.name, issuer: lab.root, keys: 'RSA-1024', digest: 'SHA-1', keyUsage: ['cRLSign'] })
    const statuses = await statusesOf(certificate, lab.ca, { crls: [await lab.crl(signs), await lab.crl(lab.root)], pool: [signs.certificate] })
    // The list; the signer's certificate by the root; and the root's list, which says that that one is good.
    expect(told(statuses)).toEqual([['SHA-1 RSA-1024', 'SHA-256 EC-256', 'SHA-256 EC-256']])
    expect(statuses[0]?.responder?.bytes).toEqual(signs.certificate)
  })

  it('and of each of the lists that it is put together from', async () => {
    const authority = await lab.authority()
    const { certificate } = await lab.issue({ authority })
    const base = await lab.crl(authority, { number: 5 })
    const delta = await lab.crl(authority, { number: 6, extensions: [{ oid: '2.5.29.27', critical: true, value: int(5) }] })
    const [status] = await statusesOf(certificate, authority, { crls: [base, delta] })
    expect(status?.alsoFrom).toHaveLength(1)
    expect(status?.signatures).toHaveLength(2)
  })
})

describe('the digests of a signature algorithm', () => {
  it('have the mask’s where it is another', () => {
    const read = (der: Uint8Array) => signatureDigests({ algorithm: OID.rsassaPss, parameters: der.subarray(2 + (der[3] as number) + 2) })
    expect(read(pss(OID.sha256, OID.sha1, 32))).toEqual({ signatureDigest: 'SHA-256', mgfDigest: 'SHA-1' })
    expect(read(pss(OID.sha256, OID.sha256, 32))).toEqual({ signatureDigest: 'SHA-256' })
    expect(signatureDigests({ algorithm: '1.3.101.112' })).toEqual({})
  })
})
