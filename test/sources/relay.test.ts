import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toBase64, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { type Fetch, httpSources, type RelayOptions, relay, relayFetch, requestTimestamp, tsaClient } from '../../src/sources/index.ts'
import { Lab, type LabServer } from '../../src/testing/index.ts'
import { type Certificate, ocspRequest, parseCertificate, parseCrl, parseOcsp } from '../../src/x509/index.ts'
import { failure, nowhere, type Seen, serve, type TestServer, thrown } from './server.ts'

const crypto = defaultCrypto()
const HERE = 'https://app.test/relay'
let lab: Lab
let server: LabServer
let host: string
let leaf: Certificate
let issuer: Certificate
let question: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  lab = await Lab.create({ http: true })
  server = await lab.serve()
  host = new URL(server.url).host
  leaf = parseCertificate((await lab.issue()).certificate)
  issuer = parseCertificate(lab.ca.certificate)
  question = new Uint8Array((await ocspRequest(crypto, leaf, issuer)).bytes)
})
afterAll(() => lab.close())

const open: TestServer[] = []
async function start(handler: (seen: Seen, response: ServerResponse) => void): Promise<TestServer> {
  const one = await serve(handler)
  open.push(one)
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const OCSP = { method: 'POST', headers: { 'content-type': 'application/ocsp-request' } }
const to = (url: string): string => `${HERE}?url=${encodeURIComponent(url)}`
const ask = (url: string, init: RequestInit = {}, options: Partial<RelayOptions> = {}): Promise<Response> =>
  relay({ allow: [host], ...options })(new Request(to(url), init))
const told = async (response: Promise<Response>): Promise<[number, unknown]> => {
  const { status, ...rest } = await response.then(async (one) => ({ status: one.status, body: await one.text() }))
  return [status, rest.body.startsWith('{') ? (JSON.parse(rest.body) as { error: unknown }).error : rest.body]
}

describe('a relay', () => {
  it('hands OCSP, CRLs and time-stamps through', async () => {
    const ocsp = await ask(server.ocspUrl, { ...OCSP, body: question })
    expect([
      ocsp.status,
      ocsp.headers.get('content-type'),
      ocsp.headers.get('access-control-allow-origin'),
      ocsp.headers.get('x-content-type-options'),
    ]).toEqual([200, 'application/ocsp-response', '*', 'nosniff'])
    expect(parseOcsp(new Uint8Array(await ocsp.arrayBuffer())).responses).toHaveLength(1)
    const get = await ask(`${server.ocspUrl}/${encodeURIComponent(toBase64(question))}`)
    expect(get.headers.get('content-type')).toBe('application/ocsp-response')
    const crl = await ask(server.crlUrl)
    expect(crl.headers.get('content-type')).toBe('application/pkix-crl')
    expect(parseCrl(new Uint8Array(await crl.arrayBuffer())).issuer.bytes).toEqual(issuer.subject.bytes)
  })

  it('serves the clients, which need to know nothing of it', async () => {
    const handler = relay({ allow: [host], certificates: true })
    const asked: Request[] = []
    const fetch: Fetch = (url, init) => {
      const request = new Request(url, init)
      asked.push(request)
      return handler(request)
    }
    const through = relayFetch(HERE, { fetch })
    const sources = httpSources({ tsa: server.tsaUrl, online: true, allowPrivate: [host], fetch: through })
    const stamped = await digest(crypto, 'SHA-256', utf8('x'))
    if (!sources.timestamp) throw new Error('no source')
    expect((await requestTimestamp(crypto, sources.timestamp, 'SHA-256', stamped)).info.messageImprint.hashedMessage).toEqual(stamped)
    expect(await sources.revocation?.ocsp?.(leaf, issuer)).not.toBeNull()
    expect(await sources.revocation?.crl?.(leaf, issuer)).toHaveLength(1)
    expect(await sources.certificates?.issuers(leaf)).toEqual([issuer.bytes])
    expect(asked.map(({ url }) => url.startsWith(`${HERE}?url=http`))).toEqual([true, true, true, true])
    // Refusals and reasons of authorities come through as well.
    const refusing = tsaClient({ urls: `${server.url}/tsa-reject?fail=badAlg`, fetch: through })
    expect((await failure(requestTimestamp(crypto, refusing, 'SHA-256', stamped))).data.failure).toBe('badAlg')
    const broken = tsaClient({ urls: `${server.url}/tsa-500`, fetch: through, retries: 0 })
    expect((await failure(broken.timestamp(Uint8Array.of(0x30, 0)))).data).toMatchObject({ status: 500 })
  })

  it('hands neither headers nor credentials through, in either direction', async () => {
    const upstream = await start(async (_, response) => {
      response.writeHead(200, { 'set-cookie': 'a=b', 'x-secret': '1', location: 'http://x', 'content-type': 'text/html' }).end(await lab.ocsp(leaf.bytes))
    })
    const headers = { ...OCSP.headers, authorization: 'Basic abc', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4' }
    const answer = await ask(upstream.url, { ...OCSP, headers, body: question }, { allow: [upstream.host], headers: () => ({ 'x-api-key': 'relay' }) })
    expect([...answer.headers.keys()].filter((name) => /cookie|secret|location/.test(name))).toEqual([])
    expect(answer.headers.get('content-type')).toBe('application/ocsp-response')
    expect(upstream.seen[0]?.headers).toMatchObject({ 'x-api-key': 'relay', 'content-type': 'application/ocsp-request' })
    for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'origin']) expect(upstream.seen[0]?.headers[name]).toBeUndefined()
    const sent: RequestInit[] = []
    const fetch: Fetch = async (_url, init) => {
      sent.push(init)
      return new Response()
    }
    await relayFetch(HERE, { fetch })('http://tsa.test', { headers: { Authorization: 'Basic abc', 'Content-Type': 'a/b' } })
    expect(sent[0]?.headers).toEqual({ 'content-type': 'a/b' })
  })
})

describe('a relay is no open proxy', () => {
  it.each<[string, string]>([
    ['http://intranet/', 'notAllowed'],
    ['http://127.0.0.1:1/', 'notAllowed'],
    ['http://127.0.0.1@evil.test/', 'url'],
    ['file:///etc/passwd', 'url'],
    ['ftp://x/', 'url'],
    ['', 'url'],
    ['//x', 'url'],
    [`http://x/${'y'.repeat(5000)}`, 'url'],
  ])('%s', async (url, error) => {
    expect(await told(ask(url, { ...OCSP, body: question }))).toEqual([error === 'url' ? 400 : 403, error])
  })

  it('only of the three kinds, asked and answered', async () => {
    expect(await told(ask(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }))).toEqual([415, 'kind'])
    expect(await told(ask(server.ocspUrl, { ...OCSP, body: 'GET / HTTP/1.1' }))).toEqual([415, 'kind'])
    expect(await told(ask(server.ocspUrl, { method: 'PUT', body: question }))).toEqual([405, 'method'])
    expect(await told(ask(server.ocspUrl, { ...OCSP, body: new Uint8Array(70_000).fill(0x30) }))).toEqual([413, 'tooLarge'])
    expect(await told(ask(server.caUrl))).toEqual([502, 'content'])
    expect((await ask(server.caUrl, {}, { certificates: true })).headers.get('content-type')).toBe('application/pkix-cert')
    for (const body of ['<html>', '', Uint8Array.of(0x30, 0), Uint8Array.of(0x30, 3, 2, 1, 1), question]) {
      const page = await start((_, response) => void response.end(body))
      for (const init of [{}, { ...OCSP, body: question }, { ...OCSP, headers: { 'content-type': 'application/timestamp-query' }, body: question }])
        expect(await told(ask(page.url, init, { allow: [page.host], certificates: true }))).toEqual([502, 'content'])
    }
  })

  it('no longer answers than are allowed, and none that takes too long', async () => {
    const long = await start((_, response) => void response.end(new Uint8Array(3 << 20)))
    expect(await told(ask(long.url, { ...OCSP, body: question }, { allow: [long.host] }))).toEqual([502, 'tooLarge'])
    const silent = await start(() => {})
    expect(await told(ask(silent.url, {}, { allow: [silent.host], timeoutMs: 50 }))).toEqual([504, 'timeout'])
    const down = await nowhere()
    expect(await told(ask(down, {}, { allow: [new URL(down).host] }))).toEqual([502, 'unreachable'])
    expect(await told(ask(server.crlUrl, {}, { maxCrlBytes: 100 }))).toEqual([502, 'content'])
    const drip = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Uint8Array.of(0x30)) })
    expect(await told(ask(server.ocspUrl, { ...OCSP, body: drip, duplex: 'half' } as RequestInit, { timeoutMs: 50 }))).toEqual([504, 'timeout'])
  })

  it('does not follow where it may not go itself', async () => {
    const inside = await start((_, response) => void response.end('secret'))
    const away = await start((seen, response) => void response.writeHead(302, { location: seen.path === '/crl' ? server.crlUrl : inside.url }).end())
    expect(await told(ask(away.url, {}, { allow: [away.host] }))).toEqual([502, 'redirect'])
    expect((await ask(`${away.url}/crl`, {}, { allow: [away.host, host] })).status).toBe(200)
    expect(inside.seen).toEqual([])
  })

  it('hands a status on without the words, and when to come again', async () => {
    const busy = await start((_, response) => void response.writeHead(503, { 'retry-after': '7' }).end('internal words'))
    const answer = await ask(busy.url, {}, { allow: [busy.host] })
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([503, '7', { error: 'status' }])
    const odd = await start((_, response) => void response.writeHead(304).end())
    expect(await told(ask(odd.url, {}, { allow: [odd.host] }))).toEqual([502, 'status'])
  })

  it('serves so many at a time and lets the next one in', async () => {
    const waiting: ServerResponse[] = []
    const slow = await start((_, response) => void waiting.push(response))
    const handler = relay({ allow: [slow.host], maxConcurrent: 1 })
    const first = handler(new Request(to(slow.url)))
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await told(handler(new Request(to(slow.url))))).toEqual([503, 'busy'])
    waiting[0]?.end(await lab.crl())
    expect((await first).status).toBe(200)
    const third = handler(new Request(to(slow.url)))
    while (waiting.length === 1) await new Promise((resolve) => setTimeout(resolve, 5))
    waiting[1]?.end(await lab.crl())
    expect((await third).status).toBe(200)
  })

  it('knows a port that goes without saying', async () => {
    const fetch: Fetch = async () => new Response(new Uint8Array(await lab.crl()))
    for (const allow of ['crl.test', 'CRL.test:80']) expect((await ask('http://crl.test/a', {}, { allow: [allow], fetch })).status).toBe(200)
    for (const url of ['https://crl.test/a', 'http://crl.test:81/a']) expect((await ask(url, {}, { allow: ['crl.test:80'], fetch })).status).toBe(403)
  })

  it('asks a function in place of a list, and needs one of them', async () => {
    expect((await ask(server.crlUrl, {}, { allow: (url) => url.pathname.endsWith('.crl') })).status).toBe(200)
    expect(await told(ask(server.caUrl, {}, { allow: (url) => url.pathname.endsWith('.crl') }))).toEqual([403, 'notAllowed'])
    for (const allow of [[], ['*'], ['http://x'], ['x/y'], ['']]) expect(thrown(() => relay({ allow })).code).toBe('ERR_ARGUMENT')
    expect(thrown(() => relayFetch('http://')).code).toBe('ERR_ARGUMENT')
  })
})

describe('pages', () => {
  const origins = ['https://app.test']

  it('are told by a preflight what they may', async () => {
    const preflight = await relay({ allow: [host], origins })(new Request(HERE, { method: 'OPTIONS', headers: { origin: 'https://app.test' } }))
    expect([preflight.status, preflight.headers.get('access-control-allow-origin'), preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'https://app.test',
      'content-type',
    ])
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('of other origins are refused before anything is asked', async () => {
    const before = server.requests.length
    for (const method of ['OPTIONS', 'GET'])
      expect((await relay({ allow: [host], origins })(new Request(to(server.crlUrl), { method, headers: { origin: 'https://evil.test' } }))).status).toBe(403)
    expect(server.requests.length).toBe(before)
    expect((await ask(server.crlUrl, {}, { origins })).headers.get('access-control-allow-origin')).toBeNull()
  })
})
