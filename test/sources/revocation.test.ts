import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { toBase64, utf8 } from '../../src/core/bytes.ts'
import { KysoError } from '../../src/core/errors.ts'
import { nodeSources } from '../../src/node/connect.ts'
import { type HttpSourcesOptions, httpSources, memoryCache, type SourceEvent, type SourceOptions } from '../../src/sources/index.ts'
import { certificatesIn } from '../../src/sources/issuers.ts'
import { Lab, type LabServer } from '../../src/testing/index.ts'
import { type Certificate, parseCertificate, parseCrl, parseOcsp } from '../../src/x509/index.ts'
import { failure, nowhere, type Seen, serve, type TestServer, thrown } from './server.ts'

let lab: Lab
let server: LabServer
let leaf: Certificate
let other: Certificate
let issuer: Certificate

beforeAll(async () => {
  lab = await Lab.create({ http: true })
  server = await lab.serve()
  leaf = parseCertificate((await lab.issue()).certificate)
  other = parseCertificate((await lab.issue()).certificate)
  issuer = parseCertificate(lab.ca.certificate)
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

/** All three clients, with what they tell. The servers that certificates name are led to `to` where it is given. */
function clients(options: HttpSourcesOptions = {}, to?: TestServer) {
  const events: SourceEvent[] = []
  const made = nodeSources({
    online: true,
    allowPrivate: ['127.0.0.1'],
    retryDelayMs: 1,
    onEvent: (event) => events.push(event),
    ...(to ? { hostMap: { [new URL(server.url).host]: to.host } } : {}),
    ...options,
  })
  const { revocation, certificates } = made
  if (!revocation?.ocsp || !revocation.crl || !certificates) throw new Error('a client is missing')
  const { ocsp, crl } = revocation
  return {
    events,
    ocsp: (wish?: SourceOptions, about = leaf) => ocsp(about, issuer, wish),
    crl: (wish?: SourceOptions) => crl(leaf, issuer, wish),
    issuers: (wish?: SourceOptions) => certificates.issuers(leaf, wish),
    outcomes: () => events.map(({ outcome, reason }) => (reason ? `${outcome} ${reason}` : outcome)),
  }
}

const answer = (body: Uint8Array | string, status = 200, headers: Record<string, string> = {}) => {
  return (_: unknown, response: ServerResponse): void => void response.writeHead(status, headers).end(body)
}

describe('over HTTP', () => {
  it('OCSP, by POST with a nonce, by POST without, and by GET', async () => {
    const before = server.requests.length
    for (const ocsp of [true, { nonce: false }, { method: 'GET' }, { digest: 'SHA-256' }] as const) {
      const bytes = await clients({ ocsp }).ocsp()
      expect(parseOcsp(bytes ?? new Uint8Array()).responses[0]?.certID.serialNumber).toEqual(leaf.serialNumber)
      expect(parseOcsp(bytes ?? new Uint8Array()).extensions).toHaveLength(ocsp === true || 'digest' in ocsp ? 1 : 0)
    }
    expect(server.requests.slice(before).map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'POST'])
    expect(server.requests.at(-2)?.path).toMatch(/^\/ocsp\/MF/)
  })

  it('a CRL and the certificate of the issuer', async () => {
    const { crl, issuers, events } = clients()
    expect((await crl()).map((der) => parseCrl(der).issuer.bytes)).toEqual([issuer.subject.bytes])
    const [found] = await issuers()
    expect(found).toEqual(issuer.bytes)
    expect(events.map(({ kind, url, outcome, status }) => [kind, url, outcome, status])).toEqual([
      ['crl', server.crlUrl, 'answered', 200],
      ['certificate', server.caUrl, 'answered', 200],
    ])
    expect(events[1]).toMatchObject({ bytes: issuer.bytes.length, sha256: createHash('sha256').update(issuer.bytes).digest('hex') })
    expect(events[1]?.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('tells the same to whoever asks', async () => {
    const own: SourceEvent[] = []
    const { ocsp, events } = clients()
    await ocsp({ onEvent: (event) => own.push(event) })
    expect(own).toEqual(events)
  })

  it('asks only what it is told to', () => {
    expect(httpSources({ online: false, ocsp: true }).revocation?.crl).toBeUndefined()
    expect(httpSources({ ocsp: false }).revocation?.ocsp).toBeUndefined()
    expect(Object.keys(httpSources()).sort()).toEqual(['certificates', 'revocation'])
    expect(Object.keys(httpSources({ online: false, certificates: true }))).toEqual(['certificates'])
  })
})

describe('what is not an answer', () => {
  it.each<[string, string, (seen: Seen, response: ServerResponse) => void]>([
    ['an error page', 'failed status', answer('<h1>out of order</h1>', 404)],
    ['a page', 'failed content', answer('<h1>Login</h1>', 200, { 'content-type': 'application/ocsp-response' })],
    ['nothing', 'failed content', answer('')],
    ['tryLater', 'failed ocspStatus', answer(Uint8Array.of(0x30, 3, 0x0a, 1, 3))],
    ['too much', 'failed tooLarge', answer(new Uint8Array(2 << 20))],
    ['a redirect to a file', 'failed redirect', answer('', 302, { location: 'file:///etc/passwd' })],
    ['a redirect inside', 'refused privateAddress', answer('', 302, { location: 'http://127.0.0.2/' })],
    ['a redirect to metadata', 'refused privateAddress', answer('', 307, { location: 'http://169.254.169.254/latest' })],
    ['a closed connection', 'failed unreachable', (_, response) => void response.destroy()],
    ['silence', 'failed timeout', () => {}],
  ])('%s', async (_, outcome, handler) => {
    const bad = await start(handler)
    const { ocsp, crl, issuers, outcomes } = clients({ timeoutMs: outcome.endsWith('timeout') ? 100 : 20_000 }, bad)
    expect(await ocsp()).toBeNull()
    expect(outcomes()).toEqual([outcome])
    if (/ocspStatus|tooLarge/.test(outcome)) return
    expect([await crl(), await issuers()]).toEqual([[], []])
    expect(outcomes()).toEqual([outcome, outcome, outcome])
  })

  it('an OCSP answer about another certificate, or to another request', async () => {
    const wrong = await start(async (_, response) => void response.end(await lab.ocsp(other.bytes)))
    const old = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes, { nonce: new Uint8Array(32) })))
    const plain = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes)))
    const [one, two, three] = [clients({}, wrong), clients({}, old), clients({}, plain)]
    expect([await one.ocsp(), await two.ocsp()]).toEqual([null, null])
    expect([one.events[0], two.events[0]]).toMatchObject([
      { reason: 'mismatch', detail: 'about another certificate' },
      { reason: 'mismatch', detail: 'nonce' },
    ])
    expect(await three.ocsp()).not.toBeNull()
    // Responders may leave the nonce out, which is told; so is that it came back.
    expect(three.events).toMatchObject([{ outcome: 'answered', nonce: 'absent' }])
    const four = clients()
    await four.ocsp()
    expect(four.events).toMatchObject([{ outcome: 'answered', nonce: 'returned' }])
    const bare = clients({ ocsp: { nonce: false } })
    await bare.ocsp()
    expect(bare.events[0]).not.toHaveProperty('nonce')
  })

  it('one that whoever asks does not take; another error is not hidden', async () => {
    const { ocsp, crl, issuers, events } = clients({ cache: memoryCache() })
    const accept = async (): Promise<void> => Promise.reject(new KysoError('ERR_CERTIFICATE_SYNTAX', 'no'))
    expect([await ocsp({ accept }), await crl({ accept }), await issuers({ accept })]).toEqual([null, [], []])
    expect(events.map(({ reason, detail }) => [reason, detail])).toEqual(Array.from({ length: 3 }, () => ['notAccepted', 'ERR_CERTIFICATE_SYNTAX']))
    expect(await ocsp()).not.toBeNull()
    expect(events[3]?.outcome).toBe('answered')
    await expect(ocsp({ accept: async () => Promise.reject(new RangeError('own')), fresh: true })).rejects.toThrow(RangeError)
  })

  it('is asked for again where that may help, paid from the budget', async () => {
    let count = 0
    const flaky = await start(async (_, response) => {
      if (count++ === 0) response.writeHead(503, { 'retry-after': '0' }).end()
      else response.end(await lab.ocsp(leaf.bytes))
    })
    const budget = new Budget({ fetches: 2 })
    expect(await clients({}, flaky).ocsp({ budget })).not.toBeNull()
    expect(budget.left('fetches')).toBe(0)
    expect((await failure(clients({}, flaky).ocsp({ budget }))).code).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('ends when it is stopped', async () => {
    const silent = await start(() => {})
    const controller = new AbortController()
    const asked = clients({}, silent).crl({ signal: controller.signal })
    setTimeout(() => controller.abort(), 30)
    expect((await failure(asked)).code).toBe('ERR_ABORTED')
    expect((await failure(clients().ocsp({ signal: AbortSignal.abort() }))).code).toBe('ERR_ABORTED')
  })
})

describe('private addresses', () => {
  it('are not asked unless they are listed', async () => {
    const before = server.requests.length
    const { ocsp, crl, issuers, outcomes } = clients({ allowPrivate: ['10.0.0.0/8'] })
    expect([await ocsp(), await crl(), await issuers()]).toEqual([null, [], []])
    expect(outcomes()).toEqual(Array.from({ length: 3 }, () => 'refused privateAddress'))
    expect(server.requests.length).toBe(before)
  })

  it('also not with a fetch of one’s own, as far as the URL tells', async () => {
    const fetch = async (): Promise<Response> => Promise.reject(new Error('was asked'))
    const { ocsp, outcomes } = clients({ allowPrivate: [], fetch })
    expect(await ocsp()).toBeNull()
    expect(outcomes()).toEqual(['refused privateAddress'])
  })
})

describe('hosts that have moved', () => {
  it('are asked where they are, and both places are told', async () => {
    const here = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes)))
    const { ocsp, events } = clients({}, here)
    expect(await ocsp()).not.toBeNull()
    expect(events).toMatchObject([{ url: server.ocspUrl, asked: `${here.url}/ocsp`, outcome: 'answered' }])
    const byName = clients({ hostMap: new Map([['127.0.0.1', here.url]]) })
    expect(await byName.ocsp()).not.toBeNull()
    expect(here.seen).toHaveLength(2)
  })

  it.each(['', 'ftp://x', 'http://x/path', 'http://u:p@x', 'a b'])('cannot be at %j', (to) => {
    expect(thrown(() => httpSources({ hostMap: { 'ocsp.ca.btc': to } })).code).toBe('ERR_ARGUMENT')
  })
})

describe('credentials', () => {
  it('go to their host alone', async () => {
    const far = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes)))
    const near = await start((_, response) => void response.writeHead(307, { location: far.url }).end())
    const { ocsp } = clients({ credentials: { [near.host]: { username: 'lab', password: 'mật khẩu' } } }, near)
    expect(await ocsp()).not.toBeNull()
    expect(near.seen[0]?.headers.authorization).toBe(`Basic ${toBase64(utf8('lab:mật khẩu'))}`)
    expect(far.seen[0]?.headers.authorization).toBeUndefined()
  })
})

describe('a cache', () => {
  it('answers until nextUpdate or its age, and not where a fresh answer is wanted', async () => {
    let now = new Date()
    const { ocsp, crl, issuers, outcomes, events } = clients({ cache: memoryCache(), now: () => now })
    const first = await ocsp()
    await crl()
    await issuers()
    expect(await ocsp()).toEqual(first)
    expect([(await crl()).length, (await issuers()).length]).toEqual([1, 1])
    expect(outcomes()).toEqual(['answered', 'answered', 'answered', 'cached', 'cached', 'cached'])
    expect(events[3]?.sha256).toBe(events[0]?.sha256)
    await ocsp({ fresh: true })
    now = new Date(now.getTime() + 2 * 3_600_000)
    await ocsp()
    await crl()
    expect(outcomes().slice(6)).toEqual(['answered', 'answered', 'cached'])
  })

  it('is not believed: what it gives is read again', async () => {
    const garbage = { get: async () => ({ bytes: utf8('garbage'), expires: Number.MAX_SAFE_INTEGER }), set: async () => Promise.reject(new Error('full')) }
    const broken = { get: async () => Promise.reject(new Error('broken')), set: async () => Promise.reject(new Error('broken')) }
    for (const cache of [garbage, broken]) {
      const { ocsp, outcomes } = clients({ cache })
      expect(await ocsp()).not.toBeNull()
      expect(outcomes()).toEqual(['answered'])
    }
  })

  it('is all there is offline', async () => {
    const cache = memoryCache()
    await clients({ cache }).ocsp()
    const before = server.requests.length
    const { ocsp, crl, issuers, outcomes } = clients({ cache, offline: true })
    expect(await ocsp()).not.toBeNull()
    expect([await crl(), await issuers(), await ocsp({ fresh: true })]).toEqual([[], [], null])
    expect(outcomes()).toEqual(['cached', 'refused offline', 'refused offline', 'refused offline'])
    expect(server.requests.length).toBe(before)
  })

  it('in memory lets go of what was used longest ago', async () => {
    const cache = memoryCache({ maxBytes: 1000 })
    for (const key of ['a', 'b']) await cache.set(key, { bytes: new Uint8Array(300), expires: 1 })
    await cache.get('a')
    await cache.set('c', { bytes: new Uint8Array(300), expires: 1 })
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')].map((one) => one !== null)).toEqual([true, false, true])
    await cache.set('a', { bytes: new Uint8Array(2000), expires: 1 })
    expect(await cache.get('a')).toBeNull()
    expect(thrown(() => memoryCache({ maxBytes: Number.NaN })).code).toBe('ERR_ARGUMENT')
  })
})

describe('time-stamp servers', () => {
  it('are told as well, without their queries', async () => {
    const events: SourceEvent[] = []
    const onEvent = (event: SourceEvent): void => void events.push(event)
    const tsa = await start(answer(Uint8Array.of(0x30, 0)))
    const asking = { tsa: [`${await nowhere()}/x`, `${tsa.url}/tsr?key=1`], onEvent }
    await httpSources({ ...asking, tsa: { urls: asking.tsa, retries: 0 } }).timestamp?.timestamp(Uint8Array.of(1))
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'unreachable'],
      ['answered', undefined],
    ])
    expect(events[1]).toMatchObject({ kind: 'timestamp', url: `${tsa.url}/tsr`, status: 200 })
    const offline = httpSources({ tsa: tsa.url, offline: true, onEvent }).timestamp?.timestamp(Uint8Array.of(1)) ?? Promise.resolve()
    expect((await failure(offline)).data.reason).toBe('OFFLINE')
    expect(events.at(-1)).toMatchObject({ outcome: 'refused', reason: 'offline' })
  })
})

describe('the certificates of an answer', () => {
  const armour = (label: string, bytes: Uint8Array): string => `-----BEGIN ${label}-----\n${toBase64(bytes)}\n-----END ${label}-----\n`
  const seq = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    return Uint8Array.from([tag, 0x82, length >> 8, length & 0xff, ...parts.flatMap((part) => [...part])])
  }
  const oid = (last: number): Uint8Array => Uint8Array.of(6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last)
  /** SignedData of certificates alone (RFC 5652 §5.1), as `certs-only`. */
  const p7 = (...certificates: Uint8Array[]): Uint8Array =>
    seq(0x30, oid(2), seq(0xa0, seq(0x30, Uint8Array.of(2, 1, 1, 0x31, 0), seq(0x30, oid(1)), seq(0xa0, ...certificates), Uint8Array.of(0x31, 0))))

  it('are found in DER, PEM and PKCS#7, whatever the media type says', async () => {
    const [a, b] = [issuer.bytes, other.bytes]
    const forms: readonly [Uint8Array | string, readonly Uint8Array[]][] = [
      [a, [a]],
      [armour('CERTIFICATE', a) + armour('CERTIFICATE', b), [a, b]],
      [p7(a, b), [a, b]],
      [armour('PKCS7', p7(a, b)), [a, b]],
      [`Bag Attributes\r\n${armour('CMS', p7(b))}`, [b]],
    ]
    for (const [body, expected] of forms) {
      for (const type of ['application/pkix-cert', 'application/pkcs7-mime', 'text/html', '']) {
        const one = await start(answer(body, 200, { 'content-type': type }))
        expect((await clients({}, one).issuers()).map((found) => new Uint8Array(found))).toEqual(expected)
      }
    }
  })

  it('are none in what is none, and not endless', () => {
    expect(certificatesIn(utf8('-----BEGIN CERTIFICATE-----'.repeat(1000)))).toEqual([])
    expect(certificatesIn(Uint8Array.of(0x30, 0x80))).toEqual([])
    expect(certificatesIn(utf8(armour('CERTIFICATE', issuer.bytes).repeat(300)))).toHaveLength(100)
    expect(certificatesIn(p7(...Array.from({ length: 80 }, () => issuer.bytes), Uint8Array.of(0x30, 1, 5)))).toHaveLength(80)
  })
})

/** An element with a definite length. */
const element = (tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const content = parts.flatMap((part) => [...part])
  const { length } = content
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Uint8Array.from([tag, ...header, ...content])
}

describe('distribution points', () => {
  const points = (...urls: readonly (readonly string[])[]): Uint8Array =>
    element(0x30, ...urls.map((names) => element(0x30, element(0xa0, element(0xa0, ...names.map((name) => element(0x86, utf8(name))))))))
  const CRL_POINTS = '2.5.29.31'
  const FRESHEST = '2.5.29.46'

  it('are asked each, by the first of their names that answers, and for deltas', async () => {
    const down = await nowhere()
    const [first, second, delta] = [await lab.crl(), await lab.crl(), await lab.crl()]
    const lists = await start((seen, response) => {
      const pem = `-----BEGIN X509 CRL-----\n${toBase64(second)}\n-----END X509 CRL-----\n`
      response.end(seen.path === '/1' ? first : seen.path === '/2' ? pem : delta)
    })
    const extensions = [
      {
        extnID: CRL_POINTS,
        critical: false,
        extnValue: points([`${down}/`, `${lists.url}/1`, `${lists.url}/never`], ['ldap://x'], [`${lists.url}/2`], [`${lists.url}/1`]),
      },
      { extnID: FRESHEST, critical: false, extnValue: points([`${lists.url}/delta`]) },
    ]
    const events: SourceEvent[] = []
    const options = { retries: 0, allowPrivate: true, onEvent: (event: SourceEvent) => void events.push(event) }
    const about = { ...leaf, extensions }
    expect(await nodeSources({ ...options, crl: true }).revocation?.crl?.(about, issuer)).toEqual([first, second, delta])
    expect(lists.seen.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/1'],
      ['GET', '/2'],
      ['GET', '/delta'],
    ])
    expect(events.map(({ outcome }) => outcome)).toEqual(['failed', 'answered', 'refused', 'answered', 'answered'])
    expect(await nodeSources({ ...options, crl: { delta: false } }).revocation?.crl?.(about, issuer)).toEqual([first, second])
    expect(await nodeSources({ ...options, crl: { maxBytes: 100 } }).revocation?.crl?.(about, issuer)).toEqual([])
    expect(events.at(-1)?.reason).toBe('tooLarge')
  })
})

describe('what is odd and does no harm', () => {
  it('an OCSP answer in base64', async () => {
    const der = await lab.ocsp(leaf.bytes)
    const one = await start(answer(toBase64(der)))
    expect(await clients({}, one).ocsp()).toEqual(der)
  })

  it('a responder of the caller’s own is asked first', async () => {
    const own = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes)))
    const { ocsp, events } = clients({ ocsp: { urls: [own.url] } })
    expect(await ocsp()).not.toBeNull()
    expect(events.map(({ url }) => url)).toEqual([`${own.url}/`])
  })

  it('no redirect leaves TLS', async () => {
    const fetch = async (url: string): Promise<Response> =>
      url.startsWith('https:')
        ? new Response(null, { status: 302, headers: { location: 'http://203.0.114.2/' } })
        : new Response(new Uint8Array(await lab.crl()))
    const { crl, events } = clients({ fetch, hostMap: { [new URL(server.url).host]: 'https://203.0.114.1' } })
    expect(await crl()).toEqual([])
    expect(events).toMatchObject([{ reason: 'redirect', detail: 'a redirect from https: to http:', asked: 'https://203.0.114.1/crl/ca.crl' }])
  })
})

describe('a certificate that names much', () => {
  const naming = (urls: readonly string[]): Certificate => {
    const access = urls.map((url) => {
      const location = [0x86, url.length, ...utf8(url)]
      return [0x30, location.length + 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, ...location]
    })
    const length = access.reduce((sum, one) => sum + one.length, 0)
    const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
    const extnValue = Uint8Array.from([0x30, ...header, ...access.flat()])
    return { ...leaf, extensions: [{ extnID: '1.3.6.1.5.5.7.1.1', critical: false, extnValue }] }
  }

  it('has ten of its addresses asked, each once, and those that are none told', async () => {
    const { ocsp, events, outcomes } = clients()
    expect(await ocsp({}, naming(['ldap://x', 'not a url', 'ldap://x', 'javascript:1']))).toBeNull()
    expect(outcomes()).toEqual(['refused scheme', 'refused scheme', 'refused scheme'])
    expect(events[1]?.url).toBe('not?a?url')
    events.length = 0
    expect(await ocsp({}, naming(Array.from({ length: 30 }, (_, i) => `ldap://x/${i}`)))).toBeNull()
    expect(outcomes()).toEqual([...Array.from({ length: 10 }, () => 'refused scheme'), 'refused tooMany'])
  })

  it('has the next asked where one does not answer; user and password of a URL are let go', async () => {
    const down = await nowhere()
    const good = await start(async (_, response) => void response.end(await lab.ocsp(leaf.bytes)))
    const { ocsp, events } = clients()
    expect(await ocsp({}, naming([`${down}/x`, good.url.replace('//', '//user:secret@')]))).not.toBeNull()
    expect(events.map(({ outcome, url }) => [outcome, url])).toEqual([
      ['failed', `${down}/x`],
      ['answered', `${good.url}/`],
    ])
    expect(good.seen[0]?.headers.authorization).toBeUndefined()
  })

  it('or that is malformed in it, is asked about nowhere', async () => {
    const broken = { ...leaf, extensions: [{ extnID: '1.3.6.1.5.5.7.1.1', critical: false, extnValue: utf8('?') }] }
    const { ocsp, events } = clients()
    expect([await ocsp({}, broken), events]).toEqual([null, []])
  })
})
