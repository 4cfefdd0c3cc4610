import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { Lab } from '../../src/testing/index.ts'
import { type Certificate, findExtension, OCSP_NONCE, ocspRequest, parseCertificate, parseOcsp } from '../../src/x509/index.ts'

const crypto = defaultCrypto()
let lab: Lab
let certificate: Certificate
let issuer: Certificate

beforeAll(async () => {
  lab = await Lab.create()
  certificate = parseCertificate((await lab.issue()).certificate)
  issuer = parseCertificate(lab.ca.certificate)
})

describe('an OCSP request', () => {
  it.each(['SHA-1', 'SHA-256'] as const)('by %s is understood by a responder that was encoded by others', async (digest) => {
    const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)
    const request = await ocspRequest(crypto, certificate, issuer, { digest, nonce })
    const answer = parseOcsp(await lab.answerOcsp(request.bytes))
    expect(answer.responses.map((one) => [one.certStatus.type, one.certID.serialNumber])).toEqual([['good', certificate.serialNumber]])
    expect(answer.responses[0]?.certID).toMatchObject({ issuerNameHash: request.certId.issuerNameHash, issuerKeyHash: request.certId.issuerKeyHash })
    expect(findExtension(answer, OCSP_NONCE.oid)?.extnValue).toEqual(Uint8Array.from([0x04, 32, ...nonce]))
  })

  it('is by SHA-1 and without a nonce, when nothing is said', async () => {
    const { bytes, certId, nonce } = await ocspRequest(crypto, certificate, issuer)
    expect([certId.hashAlgorithm.algorithm, certId.issuerNameHash.length, nonce]).toEqual(['1.3.14.3.2.26', 20, undefined])
    // Five SEQUENCEs around the digest's identifier with its NULL: version and extensions are left out.
    expect(toHex(bytes.subarray(10, 23))).toBe('300906052b0e03021a05000414')
    expect(bytes.subarray(23, 43)).toEqual(certId.issuerNameHash)
    expect(bytes.subarray(bytes.length - certificate.serialNumber.length)).toEqual(certificate.serialNumber)
  })

  it('takes no nonce of another length', async () => {
    for (const length of [0, 129]) {
      const made = ocspRequest(crypto, certificate, issuer, { nonce: new Uint8Array(length) })
      await expect(made).rejects.toSatisfy((error: unknown) => isKysoError(error, 'ERR_ARGUMENT'))
    }
  })
})
