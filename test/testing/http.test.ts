import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as pkijs from 'pkijs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { equal, toBase64, utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabServer, timestampRequest } from '../../src/testing/index.ts'

const own = (bytes: Uint8Array) => new Uint8Array(bytes)
const data = utf8('Hóa đơn')

let lab: Lab
let server: LabServer
let query: Uint8Array
beforeAll(async () => {
  lab = await Lab.create({ http: true })
  server = await lab.serve()
  query = await timestampRequest(data, { nonce: 0x1234n })
})
afterAll(() => lab.close())

const get = (url: string) => fetch(url)
const post = (url: string, body: Uint8Array, type = 'application/timestamp-query', headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: own(body), headers: { 'content-type': type, ...headers } })
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())
/** PKIStatus, and the nonce where there is a token. */
async function stampOf(response: Response): Promise<{ status: number; nonce: bigint | undefined }> {
  const { status, timeStampToken } = pkijs.TimeStampResp.fromBER(own(await bytesOf(response)))
  if (!timeStampToken) return { status: status.status, nonce: undefined }
  const { eContent } = new pkijs.SignedData({ schema: timeStampToken.content }).encapContentInfo
  return { status: status.status, nonce: pkijs.TSTInfo.fromBER(eContent?.getValue() ?? new ArrayBuffer(0)).nonce?.toBigInt() }
}

describe('what certificates point at', () => {
  const addressesIn = (der: Uint8Array) => {
    const certificate = new x509.X509Certificate(own(der))
    const access = certificate.getExtension(x509.AuthorityInfoAccessExtension)
    const points = certificate.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints ?? []
    return {
      ocsp: access?.ocsp.map(({ value }) => value) ?? [],
      caIssuers: access?.caIssuers.map(({ value }) => value) ?? [],
      crl: points.flatMap((point) => point.distributionPoint?.fullName?.map((name) => name.uniformResourceIdentifier) ?? []),
    }
  }

  it('is the server: leaves, the CA and the TSA', async () => {
    const { ocspUrl, caUrl, crlUrl, url } = server
    const issuing = { ocsp: [ocspUrl], caIssuers: [caUrl], crl: [crlUrl] }
    expect(addressesIn((await lab.issue()).certificate)).toEqual(issuing)
    expect(addressesIn(lab.tsa.certificate)).toEqual(issuing)
    expect(addressesIn(lab.ca.certificate)).toEqual({ ocsp: [ocspUrl], caIssuers: [`${url}/ca/root.cer`], crl: [`${url}/crl/root.crl`] })
  })

  it('is nothing where it shall not be', async () => {
    const none = { ocsp: [], caIssuers: [], crl: [] }
    expect(addressesIn((await lab.issue({ addresses: false })).certificate)).toEqual(none)
    expect(addressesIn(lab.root.certificate)).toEqual(none)
    expect(addressesIn((await lab.issue({ noRevAvail: true })).certificate)).toEqual({ ...none, caIssuers: [server.caUrl] })
    expect(addressesIn((await (await Lab.create()).issue()).certificate)).toEqual(none)
  })

  it('gives certificates and CRLs', async () => {
    const certificate = await get(server.caUrl)
    expect(certificate.headers.get('content-type')).toBe('application/pkix-cert')
    expect(await bytesOf(certificate)).toEqual(lab.ca.certificate)
    const crl = await get(`${server.url}/crl/root.crl`)
    expect(crl.headers.get('content-type')).toBe('application/pkix-crl')
    expect(await new x509.X509Crl(own(await bytesOf(crl))).verify({ publicKey: new x509.X509Certificate(own(lab.root.certificate)) })).toBe(true)
    expect((await get(`${server.url}/ca/nobody.cer`)).status).toBe(404)
    expect((await post(server.crlUrl, data)).status).toBe(405)
  })

  it('answers OCSP by POST and by GET', async () => {
    const { certificate } = await lab.issue()
    const [subject, issuerCertificate] = [pkijs.Certificate.fromBER(own(certificate)), pkijs.Certificate.fromBER(own(lab.ca.certificate))]
    const request = new pkijs.OCSPRequest()
    await request.createForCertificate(subject, { hashAlgorithm: 'SHA-1', issuerCertificate })
    const der = new Uint8Array(request.toSchema(true).toBER())
    const statusIn = async (response: Response) => {
      expect(response.headers.get('content-type')).toBe('application/ocsp-response')
      return (await pkijs.OCSPResponse.fromBER(own(await bytesOf(response))).getCertificateStatus(subject, issuerCertificate)).status
    }
    expect(await statusIn(await post(server.ocspUrl, der, 'application/ocsp-request'))).toBe(0)
    lab.revoke(certificate)
    expect(await statusIn(await get(`${server.ocspUrl}/${encodeURIComponent(toBase64(der))}`))).toBe(1)
    expect((await get(`${server.ocspUrl}/%%%`)).status).toBe(400)
  })
})

describe('the time-stamp server', () => {
  it('stamps', async () => {
    const response = await post(server.tsaUrl, query)
    expect(response.headers.get('content-type')).toBe('application/timestamp-reply')
    expect(await stampOf(response)).toEqual({ status: 0, nonce: 0x1234n })
  })

  it('refuses what is no query of its kind, or too large', async () => {
    expect((await get(server.tsaUrl)).status).toBe(405)
    expect((await post(server.tsaUrl, query, 'text/plain')).status).toBe(415)
    expect((await post(server.tsaUrl, new Uint8Array(200_000))).status).toBe(413)
    expect((await post(`${server.url}/tsa-nothing`, query)).status).toBe(404)
    expect(await stampOf(await post(server.tsaUrl, data))).toEqual({ status: 2, nonce: undefined })
  })

  it('can want credentials', async () => {
    const { username, password } = server.credentials
    const answer = (credentials: string) => post(`${server.url}/tsa-auth`, query, undefined, { authorization: `Basic ${toBase64(utf8(credentials))}` })
    expect((await stampOf(await answer(`${username}:${password}`))).status).toBe(0)
    expect((await answer(`${username}:mat khau`)).status).toBe(401)
    const refused = await post(`${server.url}/tsa-auth`, query)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="lab", charset="UTF-8"'])
  })

  it('can misbehave', async () => {
    const ask = (path: string) => post(`${server.url}/${path}`, query)
    expect((await ask('tsa-500')).status).toBe(500)
    expect((await ask('tsa-html')).headers.get('content-type')).toContain('text/html')
    expect(await bytesOf(await ask('tsa-empty'))).toHaveLength(0)
    expect(await stampOf(await ask('tsa-reject?fail=badAlg'))).toEqual({ status: 2, nonce: undefined })
    expect(await stampOf(await ask('tsa-badnonce'))).toEqual({ status: 0, nonce: 0x1235n })
    await expect(ask('tsa-drop')).rejects.toThrow()
    const huge = await ask('tsa-huge')
    expect(huge.headers.get('content-length')).toBeNull()
    expect(await bytesOf(huge)).toHaveLength(64 * 1024 * 1024)
  })

  it('can fail the first times', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await post(`${server.url}/tsa-flaky?fails=2&id=a`, query)).status)
    expect(statuses).toEqual([503, 503, 200, 200])
    expect((await post(`${server.url}/tsa-flaky?fails=1&id=b`, query)).status).toBe(503)
  })

  it('can be slow, and lets go of a client that does not wait', async () => {
    expect((await stampOf(await post(`${server.url}/tsa-slow?ms=1`, query))).status).toBe(0)
    const controller = new AbortController()
    const slow = fetch(`${server.url}/tsa-slow`, {
      method: 'POST',
      body: own(query),
      headers: { 'content-type': 'application/timestamp-query' },
      signal: controller.signal,
    })
    setTimeout(() => controller.abort(), 20)
    await expect(slow).rejects.toThrow('aborted')
  })
})

describe('the server', () => {
  it('is one a lab, keeps a record, and closes while a request waits', async () => {
    const other = await Lab.create()
    const [first, second] = [await other.serve(), await other.serve()]
    expect(second.url).toBe(first.url)
    const waiting = post(`${first.url}/tsa-slow`, query).catch((error: unknown) => error)
    while (first.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(first.requests).toEqual([{ method: 'POST', path: '/tsa-slow' }])
    await other.close()
    expect(await waiting).toBeInstanceOf(Error)
    await expect(get(first.caUrl)).rejects.toThrow()
    const { chain } = await other.issue()
    expect(chain.every((certificate) => !equal(certificate, other.root.certificate))).toBe(true)
    expect(new x509.X509Certificate(own(chain[0] ?? new Uint8Array())).getExtension(x509.AuthorityInfoAccessExtension)).toBeNull()
  })
})
