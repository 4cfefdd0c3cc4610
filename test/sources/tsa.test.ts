import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { KysoError } from '../../src/core/errors.ts'
import { type TsaOptions, tsaClient } from '../../src/sources/index.ts'
import { failure, nowhere, type Seen, serve, shown, type TestServer, thrown } from './server.ts'

const REQUEST = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)
const RESPONSE = Uint8Array.of(0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00)
const REPLY = 'application/timestamp-reply'

const open: TestServer[] = []
async function start(handler: (seen: Seen, response: ServerResponse, count: number) => void): Promise<TestServer> {
  let count = 0
  const server = await serve((seen, response) => handler(seen, response, ++count))
  open.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const answer = (response: ServerResponse, status: number, type: string, body: Uint8Array | string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': type, ...headers }).end(body)
}
const ok = (response: ServerResponse): void => answer(response, 200, REPLY, RESPONSE)
const client = (url: string | readonly string[], options: Partial<TsaOptions> = {}) => tsaClient({ urls: url, retryDelayMs: 1, timeoutMs: 20_000, ...options })

describe('a time-stamp server that answers', () => {
  it('gets the request as it is and gives its answer as it is', async () => {
    const server = await start((_, response) => ok(response))
    expect(await tsaClient(`${server.url}/tsr?a=b`).timestamp(REQUEST)).toEqual(RESPONSE)
    expect(server.seen).toHaveLength(1)
    const [seen] = server.seen
    expect([seen?.method, seen?.path, seen?.headers['content-type'], seen?.headers.accept]).toEqual(['POST', '/tsr?a=b', 'application/timestamp-query', REPLY])
    expect(new Uint8Array(seen?.body ?? [])).toEqual(REQUEST)
    expect(seen?.headers.authorization).toBeUndefined()
  })

  it.each(['text/html', 'application/octet-stream', ''])('is believed whatever the media type says, when the answer begins as DER does: %j', async (type) => {
    const server = await start((_, response) => answer(response, 200, type, RESPONSE))
    expect(await client(server.url).timestamp(REQUEST)).toEqual(RESPONSE)
  })

  it('may send its answer byte by byte', async () => {
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-type': REPLY })
      for (const byte of RESPONSE) response.write(Uint8Array.of(byte))
      response.end()
    })
    expect(await client(server.url).timestamp(REQUEST)).toEqual(RESPONSE)
  })

  it('is not sent what the caller changes meanwhile', async () => {
    const server = await start((_, response, count) => (count === 1 ? answer(response, 503, 'text/plain', '') : ok(response)))
    const request = REQUEST.slice()
    const pending = client(server.url).timestamp(request)
    request.fill(0)
    await pending
    for (const seen of server.seen) expect(new Uint8Array(seen.body)).toEqual(REQUEST)
    expect(server.seen).toHaveLength(2)
  })
})

describe('retries', () => {
  it.each([500, 503, 429])('after %i', async (status) => {
    const server = await start((_, response, count) => (count < 3 ? answer(response, status, 'text/plain', 'busy', { 'retry-after': '0' }) : ok(response)))
    expect(await client(server.url).timestamp(REQUEST)).toEqual(RESPONSE)
    expect(server.seen).toHaveLength(3)
  })

  it('after a closed connection', async () => {
    const server = await start((_, response, count) => (count === 1 ? response.destroy() : ok(response)))
    expect(await client(server.url).timestamp(REQUEST)).toEqual(RESPONSE)
    expect(server.seen).toHaveLength(2)
  })

  it('only as often as was said', async () => {
    const server = await start((_, response) => answer(response, 502, 'text/plain', 'Bad   gateway\u001b[31m\n'))
    const error = await failure(client(server.url, { retries: 1 }).timestamp(REQUEST))
    expect(error.code).toBe('ERR_TSA_HTTP')
    expect(error.data).toMatchObject({ reason: 'status', status: 502, words: 'Bad gateway [31m', host: server.host, url: `${server.url}/` })
    expect(error.data.tried).toBe(`${server.url}/: HTTP 502 (“Bad gateway [31m”)`)
    expect(server.seen).toHaveLength(2)
  })

  it.each([400, 401, 404, 415])('not after %i', async (status) => {
    const server = await start((_, response) => answer(response, status, 'text/plain', 'no'))
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect([error.code, error.data.status]).toEqual(['ERR_TSA_HTTP', status])
    expect(server.seen).toHaveLength(1)
  })

  it('not when the server asks for more patience than there is', async () => {
    const server = await start((_, response) => answer(response, 503, 'text/plain', 'later', { 'retry-after': '3600' }))
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect([error.code, error.data.status]).toEqual(['ERR_TSA_HTTP', 503])
    expect(server.seen).toHaveLength(1)
  })

  it('wait longer each time', async () => {
    const delays: number[] = []
    const original = globalThis.setTimeout
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
      // Whatever else runs in the process has its own timers.
      if (!(ms >= 100 && ms <= 500)) return original(run, ms)
      delays.push(ms)
      return original(run, 0)
    }) as typeof setTimeout)
    const down = async (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
    try {
      await failure(client('http://tsa.test', { fetch: down, retries: 3, retryDelayMs: 100 }).timestamp(REQUEST))
    } finally {
      spy.mockRestore()
    }
    expect(delays).toHaveLength(3)
    delays.forEach((delay, i) => {
      expect(delay).toBeGreaterThanOrEqual(100 * 2 ** i)
      expect(delay).toBeLessThanOrEqual(125 * 2 ** i)
    })
  })
})

describe('answers that are none', () => {
  it('a web page is told apart, without its markup', async () => {
    const page = '<!doctype html><html><style>p{color:red}</style><script>alert(1)</script><title>Đăng nhập</title><p>Vui lòng\u202e đăng nhập</p>'
    const server = await start((_, response) => answer(response, 200, 'text/html; charset=utf-8', page))
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect(error.code).toBe('ERR_TSA_HTTP')
    expect(error.data).toMatchObject({ reason: 'html', status: 200, words: 'Đăng nhập Vui lòng đăng nhập' })
    expect(server.seen).toHaveLength(1)
  })

  it('a web page that calls itself a time-stamp is one', async () => {
    const server = await start((_, response) => answer(response, 200, REPLY, '\ufeff\n<html>portal'))
    expect((await failure(client(server.url).timestamp(REQUEST))).data).toMatchObject({ reason: 'html', words: 'portal' })
  })

  it('text, and nothing at all', async () => {
    const server = await start((seen, response) => answer(response, 200, 'text/plain', seen.path === '/text' ? 'x'.repeat(5000) : ''))
    const text = await failure(client(`${server.url}/text`).timestamp(REQUEST))
    expect(text.data.reason).toBe('text')
    expect(String(text.data.words)).toHaveLength(120)
    expect((await failure(client(server.url).timestamp(REQUEST))).data.reason).toBe('empty')
  })

  it('one that is too long is cut off, told beforehand or not', async () => {
    const big = Buffer.alloc(4 << 20, 0x30)
    let closed: Promise<unknown> | undefined
    const server = await start((seen, response) => {
      closed = new Promise((resolve) => response.once('close', resolve))
      if (seen.path === '/told') return answer(response, 200, REPLY, big, { 'content-length': String(big.length) })
      response.writeHead(200, { 'content-type': REPLY })
      const more = (): void => {
        while (!response.destroyed && response.write(big));
        response.once('drain', more)
      }
      more()
    })
    for (const path of ['/told', '/untold']) {
      const error = await failure(client(server.url + path).timestamp(REQUEST))
      expect([error.code, error.data.reason]).toEqual(['ERR_TSA_HTTP', 'tooLarge'])
      // The server notices that nobody listens any more.
      await closed
    }
    expect(server.seen).toHaveLength(2)
  })

  it('the end of a long error page is not waited for', async () => {
    const server = await start((_, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' })
      response.write(`nothing here ${'.'.repeat(10_000)}`)
    })
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect(error.data).toMatchObject({ reason: 'status', status: 404 })
    expect(String(error.data.words)).toMatch(/^nothing here \.+…$/)
  })
})

describe('time', () => {
  it.each(['never answers', 'stops in the middle', 'errs in the middle'])('a server that %s', async (how) => {
    const server = await start((_, response) => {
      if (how === 'stops in the middle') response.writeHead(200, { 'content-type': REPLY }).write(RESPONSE.subarray(0, 3))
      if (how === 'errs in the middle') response.writeHead(500).write('out of')
    })
    const error = await failure(client(server.url, { timeoutMs: 150 }).timestamp(REQUEST))
    expect([error.code, error.data.seconds, error.data.host]).toEqual(['ERR_TSA_TIMEOUT', 0.15, server.host])
    expect(server.seen).toHaveLength(1)
  })

  it('a fetch that does not listen to its signal is not waited for', async () => {
    const deaf = (): Promise<Response> => new Promise(() => {})
    expect((await failure(client('http://tsa.test', { fetch: deaf, timeoutMs: 30 }).timestamp(REQUEST))).code).toBe('ERR_TSA_TIMEOUT')
    const controller = new AbortController()
    const pending = failure(client('http://tsa.test', { fetch: deaf }).timestamp(REQUEST, { signal: controller.signal }))
    controller.abort()
    expect((await pending).code).toBe('ERR_ABORTED')
  })

  it('stopping: before, while waiting, in the middle of an answer, between retries', async () => {
    const reason = new Error('no longer wanted')
    const before = await failure(client(await nowhere()).timestamp(REQUEST, { signal: AbortSignal.abort(reason) }))
    expect([before.code, before.cause]).toEqual(['ERR_ABORTED', reason])
    for (const path of ['/waiting', '/middle', '/retry']) {
      const controller = new AbortController()
      const server = await start((seen, response) => {
        if (seen.path === '/middle') response.writeHead(200).write(RESPONSE.subarray(0, 3))
        if (seen.path === '/retry') answer(response, 503, 'text/plain', '')
        setTimeout(() => controller.abort(reason), 30)
      })
      const error = await failure(client(server.url + path, { retryDelayMs: 10_000 }).timestamp(REQUEST, { signal: controller.signal }))
      expect([path, error.code, error.cause]).toEqual([path, 'ERR_ABORTED', reason])
      expect(server.seen).toHaveLength(1)
    }
  })

  it('leaves no listener on the signal of the caller', async () => {
    const server = await start((_, response) => ok(response))
    const { signal } = new AbortController()
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
    await client(server.url).timestamp(REQUEST, { signal })
    expect(added).toHaveBeenCalledTimes(1)
    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1])
  })
})

describe('redirects', () => {
  it.each([301, 302, 307, 308])('%i: the request goes where the answer points, as it was', async (status) => {
    const server = await start((seen, response) => (seen.path === '/new' ? ok(response) : response.writeHead(status, { location: '/new' }).end()))
    expect(await client(`${server.url}/old`).timestamp(REQUEST)).toEqual(RESPONSE)
    expect(server.seen.map(({ method, path, body }) => [method, path, body.length])).toEqual([
      ['POST', '/old', REQUEST.length],
      ['POST', '/new', REQUEST.length],
    ])
  })

  it('in a circle end', async () => {
    const server = await start((_, response) => response.writeHead(307, { location: '/again' }).end())
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect([error.code, error.data.reason]).toEqual(['ERR_TSA_HTTP', 'redirect'])
    expect(server.seen).toHaveLength(4)
  })

  it.each(['file:///etc/passwd', 'data:application/timestamp-reply;base64,MAA=', 'http://', undefined])('to %s are not followed', async (location) => {
    const server = await start((_, response) => response.writeHead(302, location === undefined ? {} : { location }).end())
    const error = await failure(client(server.url).timestamp(REQUEST))
    expect([error.code, error.data.reason]).toEqual(['ERR_TSA_HTTP', 'redirect'])
    expect(server.seen).toHaveLength(1)
  })

  it('303 leads away from the answer', async () => {
    const server = await start((_, response) => response.writeHead(303, { location: '/' }).end())
    expect((await failure(client(server.url).timestamp(REQUEST))).data).toMatchObject({ reason: 'status', status: 303 })
  })

  it('that cannot be seen, as in a browser, are an error', async () => {
    const hidden = async (): Promise<Response> => Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' })
    expect((await failure(client('http://tsa.test', { fetch: hidden }).timestamp(REQUEST))).data.reason).toBe('redirect')
  })
})

describe('secrets', () => {
  const username = 'lab'
  const password = 'mật khẩu bí mật'
  const basic = Buffer.from(`${username}:${password}`).toString('base64')

  it('go to the server that they are for', async () => {
    const server = await start((_, response) => ok(response))
    await client(server.url, { credentials: { username, password }, headers: { 'X-Api-Key': 'k-123456', 'Content-Type': 'text/plain' } }).timestamp(REQUEST)
    await client(`http://${username}:${encodeURIComponent(password)}@${server.host}`, { credentials: { username: 'other', password: 'one' } }).timestamp(
      REQUEST,
    )
    for (const seen of server.seen) expect(seen.headers.authorization).toBe(`Basic ${basic}`)
    expect(server.seen[0]?.headers).toMatchObject({ 'x-api-key': 'k-123456', 'content-type': 'application/timestamp-query' })
  })

  it('do not go where it redirects to, but for its own origin', async () => {
    const other = await start((_, response) => ok(response))
    const server = await start((seen, response) => response.writeHead(307, { location: seen.path === '/' ? '/here' : other.url }).end())
    await client(server.url, { credentials: { username, password }, headers: { 'x-api-key': 'k-123456' } }).timestamp(REQUEST)
    expect(server.seen.map(({ headers }) => headers['x-api-key'])).toEqual(['k-123456', 'k-123456'])
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Basic ${basic}`, `Basic ${basic}`])
    expect(other.seen).toHaveLength(1)
    expect(other.seen[0]?.headers.authorization).toBeUndefined()
    expect(other.seen[0]?.headers['x-api-key']).toBeUndefined()
  })

  it('stand in no error, even when the server repeats them', async () => {
    const server = await start((seen, response) => {
      if (seen.path.startsWith('/drop')) response.destroy()
      else answer(response, 403, 'text/plain', `you are ${seen.headers.authorization} ${seen.headers['x-api-key']} ${seen.path} ${password}`)
    })
    const secret = { credentials: { username, password }, headers: { 'x-api-key': 'Bearer k-12345678' }, retries: 0 }
    const urls = [server.url, `${server.url}/drop`, `${await nowhere()}/x`, `${server.url}/?token=t-98765`, 'http://u-name:p-word-1@127.0.0.1:1/']
    const leaky = async (): Promise<Response> => Promise.reject(new TypeError(`failed with ${basic} ${password} k-12345678`, { cause: new Error(password) }))
    const errors = [
      ...(await Promise.all(urls.map((url) => failure(client(url, secret).timestamp(REQUEST))))),
      await failure(client(urls, secret).timestamp(REQUEST)),
      await failure(client(urls, { ...secret, fetch: leaky }).timestamp(REQUEST)),
    ]
    for (const error of errors) for (const word of [password, basic, 'k-12345678', 't-98765', 'p-word-1', 'u-name']) expect(shown(error)).not.toContain(word)
    expect(errors[0]?.data.words).toBe('you are Basic … … / …')
  })

  it.each<TsaOptions>([
    { urls: 'http://user:geheim@' },
    { urls: 'http://tsa.test', credentials: { username: 'a:b', password: 'geheim' } },
    { urls: 'http://tsa.test', credentials: { username: 'a', password: 'geheim\r\nx: y' } },
    { urls: 'http://tsa.test', headers: { 'x-key': 'geheim\nx: y' } },
    { urls: 'http://tsa.test', headers: { 'x key': 'geheim' } },
    { urls: 'ftp://user:geheim@tsa.test' },
  ])('stand in no error about wrong options: %#', (options) => {
    const error = thrown(() => tsaClient(options))
    expect([error.code, error.cause]).toEqual(['ERR_ARGUMENT', undefined])
    expect(shown(error)).not.toContain('geheim')
  })
})

describe('a list of servers', () => {
  it('is asked in order, as far as is needed', async () => {
    const down = await nowhere()
    const broken = await start((_, response) => answer(response, 500, 'text/plain', 'out of order'))
    const good = await start((_, response) => ok(response))
    const last = await start((_, response) => ok(response))
    expect(await client([down, broken.url, good.url, last.url], { retries: 0 }).timestamp(REQUEST)).toEqual(RESPONSE)
    expect([broken.seen.length, good.seen.length, last.seen.length]).toEqual([1, 1, 0])
  })

  it('fails with what says most, and names each', async () => {
    const down = await nowhere()
    const slow = await start(() => {})
    const broken = await start((_, response) => answer(response, 404, 'text/plain', 'gone'))
    const error = await failure(client([down, `${broken.url}/tsa?key=1`, slow.url], { retries: 0, timeoutMs: 200 }).timestamp(REQUEST))
    expect(error.code).toBe('ERR_TSA_HTTP')
    expect(error.data).toMatchObject({ status: 404, url: `${broken.url}/tsa`, host: broken.host })
    expect(error.data.tried).toBe(`${down}/: not reached: ECONNREFUSED; ${broken.url}/tsa: HTTP 404 (“gone”); ${slow.url}/: no answer within 0.2 s`)
    const worse = await failure(client([slow.url, down], { retries: 0, timeoutMs: 200 }).timestamp(REQUEST))
    expect(worse.code).toBe('ERR_TSA_TIMEOUT')
    const worst = await failure(client(down, { retries: 0 }).timestamp(REQUEST))
    expect([worst.code, worst.data.reason]).toEqual(['ERR_TSA_UNREACHABLE', 'ECONNREFUSED'])
  })

  it('goes on where an answer is not accepted, and not after a stop', async () => {
    const one = await start((_, response) => ok(response))
    const two = await start((_, response) => answer(response, 200, REPLY, Uint8Array.of(0x30, 0)))
    const accept = async (response: Uint8Array): Promise<void> => {
      if (response.length > 2) throw new KysoError('ERR_TSA_REFUSED', 'refused: \u0007badAlg', { failure: 'badAlg' })
    }
    expect(await client([one.url, two.url]).timestamp(REQUEST, { accept })).toEqual(Uint8Array.of(0x30, 0))
    const error = await failure(client([one.url, await nowhere()], { retries: 0 }).timestamp(REQUEST, { accept }))
    expect([error.code, error.data.failure, error.data.host]).toEqual(['ERR_TSA_REFUSED', 'badAlg', one.host])
    expect(error.data.tried).toMatch(/^http:\S+: refused: badAlg; http:\S+: not reached: ECONNREFUSED$/)

    const budget = async (): Promise<void> => Promise.reject(new KysoError('ERR_BUDGET_EXCEEDED', 'enough'))
    expect((await failure(client([one.url, two.url]).timestamp(REQUEST, { accept: budget }))).code).toBe('ERR_BUDGET_EXCEEDED')
    const foreign = async (): Promise<void> => Promise.reject(new RangeError('own'))
    await expect(client([one.url, two.url]).timestamp(REQUEST, { accept: foreign })).rejects.toThrow(RangeError)
    expect(two.seen).toHaveLength(1)
  })
})

describe('options', () => {
  it.each([
    { urls: [] },
    { urls: 'tsa.test' },
    { urls: 'file:///tmp/x' },
    { urls: ['http://tsa.test', 'javascript:1'] },
    { urls: 'http://tsa.test', timeoutMs: 0 },
    { urls: 'http://tsa.test', timeoutMs: Number.NaN },
    { urls: 'http://tsa.test', timeoutMs: 2 ** 31 },
    { urls: 'http://tsa.test', retries: -1 },
    { urls: 'http://tsa.test', retries: 1000 },
    { urls: 'http://tsa.test', retryDelayMs: Number.POSITIVE_INFINITY },
    { urls: Array.from({ length: 33 }, () => 'http://tsa.test') },
  ])('that cannot be right: %#', (options) => {
    expect(thrown(() => tsaClient(options)).code).toBe('ERR_ARGUMENT')
  })

  it('a request without bytes', async () => {
    expect((await failure(client('http://tsa.test').timestamp(new Uint8Array(0)))).code).toBe('ERR_ARGUMENT')
  })
})
