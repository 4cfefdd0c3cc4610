/** Evidence whose signature is too weak, and signers who are trusted themselves: whole files, by the default policy and by the legacy one. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Lab, type LabAuthority, type LabIdentity } from '../../src/testing/index.ts'
import type { LabKey } from '../../src/testing/keys.ts'
import { LEGACY_POLICY, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { type LabSetting, NOW, setting, sign, summary, verdict } from './lab-pdf.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting(await Lab.create({ now: NOW, keys: 'RSA-2048' }))
  signed = await sign(made)
})

/** An authority that signs with SHA-1, though its certificates are better. */
async function withSha1(authority: LabAuthority): Promise<LabAuthority> {
  const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(authority.key.pkcs8), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' }, true, ['sign'])
  const key: LabKey = {
    ...authority.key,
    algorithm: 'RSASSA-PKCS1-v1_5-SHA1',
    digest: 'SHA-1',
    privateKey,
    sign: async (data) => new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, new Uint8Array(data))),
  }
  return { ...authority, key }
}

async function both(evidence: { crls?: readonly Uint8Array[]; ocsp?: readonly Uint8Array[] }): Promise<[string, string]> {
  const options = { ...made.options, crls: [], ...evidence }
  return [await verdict(signed, options), await verdict(signed, { ...options, policy: LEGACY_POLICY })]
}

describe('revocation information that is signed too weakly gives no pass', () => {
  const expected = ['INDETERMINATE TRY_LATER', 'TOTAL-PASSED']

  it('an OCSP response of a delegate: SHA-1, RSA-1024, or a certificate signed with SHA-1', async () => {
    const { lab, signer, crls } = made
    const answer = async (responder: LabIdentity): Promise<Uint8Array> => lab.ocsp(signer.certificate, { responder })
    const [, root] = crls as [Uint8Array, Uint8Array]
    const purpose = { extendedKeyUsage: ['ocspSigning'] as const }
    const good = await lab.issue({ ...purpose, algorithm: 'RSA-2048' })
    expect(await both({ ocsp: [await answer(good)], crls: [root] })).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
    for (const responder of [
      await lab.issue({ ...purpose, algorithm: 'RSA-2048', digest: 'SHA-1' }),
      await lab.issue({ ...purpose, algorithm: 'P-256', digest: 'SHA-1' }),
      await lab.issue({ ...purpose, algorithm: 'RSA-1024' }),
      await lab.issue({ ...purpose, algorithm: 'RSA-2048', authority: await withSha1(lab.ca) }),
    ]) {
      expect(await both({ ocsp: [await answer(responder)], crls: [root] })).toEqual(expected)
    }
  })

  it('an OCSP response or a CRL that the authority signs with SHA-1, and it is told', async () => {
    const { lab, signer, crls } = made
    const [, root] = crls as [Uint8Array, Uint8Array]
    const weak = await withSha1(lab.ca)
    const list = await lab.crl(lab.ca, { signer: weak })
    expect(await both({ crls: [list, root] })).toEqual(expected)
    expect(await both({ crls: [...crls, list] })).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
    const answer = (key: LabKey): Promise<Uint8Array> =>
      lab.ocsp(signer.certificate, { responder: { ...signer, key, certificate: lab.ca.certificate }, certificates: [] })
    expect(await both({ ocsp: [await answer(lab.ca.key)], crls: [root] })).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
    expect(await both({ ocsp: [await answer(weak.key)], crls: [root] })).toEqual(expected)
    const report = await verify(signed, { ...made.options, crls: [list, root] })
    expect(report.signatures[0]?.messages).toContainEqual({
      code: 'revocationWeak',
      severity: 'warning',
      data: expect.objectContaining({ kind: 'crl', algorithm: 'SHA-1', until: '2012-08-01' }),
    })
    expect(report.signatures[0]?.revocation[0]?.signatures).toEqual([{ signatureDigest: 'SHA-1', keyType: 'RSA', keyBits: 2048 }])
  })

  it('a CRL by a key of 1024 bits', async () => {
    const { lab } = made
    const authority = await lab.authority({ keys: 'RSA-1024' })
    const signer = await lab.issue({ authority })
    const file = await sign({ ...made, signer })
    const crls = [await lab.crl(authority), await lab.crl(lab.root)]
    // The authority's certificate is as weak as its list.
    expect(await verdict(file, { ...made.options, crls })).toBe('INDETERMINATE TRY_LATER')
    expect(await verdict(file, { ...made.options, crls, policy: LEGACY_POLICY })).toBe('TOTAL-PASSED')
  })
})

describe('a signer who is trusted himself', () => {
  it('passes without anybody above him, which is told; one of his name does not', async () => {
    const { lab, signer } = made
    const trust = [trustAnchor(signer.certificate)]
    const report = await verify(signed, { trust, at: NOW })
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.signatures[0]?.messages.map(({ code }) => code)).toContain('signerIsAnchor')
    expect(report.signatures[0]?.chain).toHaveLength(1)
    expect(report.signatures[0]?.trustAnchor).toBe(report.signatures[0]?.signer?.subject)
    const other = await lab.issue()
    expect(await verdict(await sign({ ...made, signer: other }), { trust, at: NOW })).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    expect(await verdict(signed, { trust, at: new Date('2040-01-01T00:00:00Z') })).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE')
  })

  it('may be a time-stamp authority', async () => {
    const { lab, options } = made
    const stranger = await Lab.create({ now: NOW })
    const file = await sign(made, { level: 'B-T', sources: { timestamp: stranger.tsa.source } })
    const trusting = async (certificate: Uint8Array): Promise<string | null | undefined> =>
      (await verify(file, { ...options, trust: [...(options.trust ?? []), trustAnchor(certificate)] })).signatures[0]?.bestSignatureTime
    expect(await trusting(stranger.tsa.certificate)).toBe(NOW.toISOString())
    expect(await trusting((await lab.timestampAuthority()).certificate)).toBeNull()
  })
})
