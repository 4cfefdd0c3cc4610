import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyTimestampToken } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { KysoError } from '../../src/core/errors.ts'
import { digest } from '../../src/core/hash.ts'
import { httpSources, requestTimestamp, type TimestampSource, type TsaOptions, tsaClient } from '../../src/sources/index.ts'
import { Lab, type LabServer } from '../../src/testing/index.ts'
import { failure } from './server.ts'

const crypto = defaultCrypto()
let lab: Lab
let server: LabServer
let stamped: Uint8Array

beforeAll(async () => {
  lab = await Lab.create()
  server = await lab.serve()
  stamped = new Uint8Array(await digest(crypto, 'SHA-256', utf8('Hợp đồng')))
})
afterAll(() => server.close())

const ask = (source: TimestampSource, wish = {}) => requestTimestamp(crypto, source, 'SHA-256', stamped, wish)
const client = (paths: string | readonly string[], options: Partial<TsaOptions> = {}) =>
  tsaClient({ urls: (typeof paths === 'string' ? [paths] : paths).map((path) => `${server.url}/${path}`), retryDelayMs: 1, ...options })

describe('a token', () => {
  it('is had over HTTP and holds', async () => {
    const token = await ask(tsaClient(server.tsaUrl))
    const { checks } = await verifyTimestampToken(crypto, new Budget(), token, async () => stamped)
    expect(checks.filter((check) => check.result !== 'passed')).toEqual([])
    expect(token.info.messageImprint.hashedMessage).toEqual(stamped)
    expect(Math.abs(token.info.genTime.getTime() - lab.now().getTime())).toBeLessThan(60_000)
  })

  it('of the policy that was asked for', async () => {
    const token = await ask(tsaClient(server.tsaUrl), { policy: '1.2.3.4' })
    expect(token.info.policy).toBe('1.2.3.4')
    expect((await failure(ask(lab.tsa.sourceWith({ wrong: ['policy'] }), { policy: '1.2.3.4' }))).code).toBe('ERR_TSP_MISMATCH')
  })

  it('from a source in memory, which knows nothing of accept', async () => {
    expect((await ask(lab.tsa.source)).info.messageImprint.hashedMessage).toEqual(stamped)
  })

  it('with credentials, and after retries', async () => {
    await ask(client('tsa-auth', { credentials: server.credentials }))
    expect((await failure(ask(client('tsa-auth')))).data).toMatchObject({ status: 401, reason: 'status' })
    await ask(client('tsa-flaky?fails=2&id=retries'))
    expect((await failure(ask(client('tsa-flaky?fails=9&id=more', { retries: 1 })))).data.status).toBe(503)
  })
})

describe('no token', () => {
  it.each([
    ['tsa-reject?fail=badAlg', 'ERR_TSA_REFUSED'],
    ['tsa-badnonce', 'ERR_TSP_MISMATCH'],
    ['tsa-html', 'ERR_TSA_HTTP'],
    ['tsa-empty', 'ERR_TSA_HTTP'],
    ['tsa-huge', 'ERR_TSA_HTTP'],
    ['tsa-500', 'ERR_TSA_HTTP'],
    ['tsa-drop', 'ERR_TSA_UNREACHABLE'],
    ['tsa-slow?ms=60000', 'ERR_TSA_TIMEOUT'],
  ])('from %s: %s', async (path, code) => {
    const error = await failure(ask(client(path, { timeoutMs: path.startsWith('tsa-slow') ? 200 : 30_000 })))
    expect(error.code).toBe(code)
    expect(error.data.url).toBe(`${server.url}/${path.split('?')[0]}`)
    // And the next server of a list makes up for it.
    await ask(client([path, 'tsa'], { timeoutMs: path.startsWith('tsa-slow') ? 200 : 30_000 }))
  })

  it('from an authority that refuses: its reason, as the most that is known', async () => {
    const error = await failure(ask(client(['tsa-500', 'tsa-reject?fail=unacceptedPolicy', 'tsa-html'], { retries: 0 })))
    expect([error.code, error.data.failure]).toEqual(['ERR_TSA_REFUSED', 'unacceptedPolicy'])
    expect(String(error.data.tried).split('; ')).toHaveLength(3)
  })

  it.each(['nonce', 'no-nonce', 'imprint', 'signature', 'message-digest', 'content-type', 'certificate-hash', 'issuer-serial'] as const)(
    'that is wrong in its %s',
    async (fault) => {
      expect((await failure(ask(lab.tsa.sourceWith({ wrong: [fault] })))).code).toMatch(/^ERR_TS[PA]_|^ERR_CMS_/)
    },
  )

  it('from a source that answers another thing than it showed', async () => {
    const good = lab.tsa.source
    const turncoat: TimestampSource = {
      async timestamp(request, options) {
        await options?.accept?.(await good.timestamp(request))
        return lab.timestamp(request, { wrong: ['imprint'] })
      },
    }
    expect((await failure(ask(turncoat))).data.check).toBe('messageImprint')
  })

  it('from a source that breaks', async () => {
    const broken = (error: unknown): TimestampSource => ({ timestamp: async () => Promise.reject(error) })
    const cause = new RangeError('disk full')
    expect(await failure(ask(broken(cause)))).toMatchObject({ code: 'ERR_TSA_UNREACHABLE', cause })
    expect((await failure(ask(broken(new KysoError('ERR_TSA_MISSING', 'x'))))).code).toBe('ERR_TSA_MISSING')
    const empty: TimestampSource = { timestamp: async () => new Uint8Array(0) }
    expect((await failure(ask(empty))).code).toBe('ERR_TSP_SYNTAX')
    const nothing = { timestamp: async () => undefined } as unknown
    expect((await failure(ask(nothing as TimestampSource))).code).toBe('ERR_TSP_SYNTAX')
  })

  it('when it is stopped or costs too much', async () => {
    expect((await failure(ask(lab.tsa.source, { signal: AbortSignal.abort() }))).code).toBe('ERR_ABORTED')
    expect((await failure(ask(lab.tsa.source, { budget: new Budget({ fetches: 0 }) }))).code).toBe('ERR_BUDGET_EXCEEDED')
    const budget = new Budget({ asn1Nodes: 3 })
    const before = server.requests.length
    expect((await failure(ask(client(['tsa', 'tsa']), { budget }))).code).toBe('ERR_BUDGET_EXCEEDED')
    expect(server.requests.length - before).toBe(1)
  })
})

describe('httpSources', () => {
  it('asks what it is told to, and nothing else', async () => {
    expect(httpSources({ online: false })).toEqual({})
    expect(Object.keys(httpSources()).sort()).toEqual(['certificates', 'revocation'])
    const asked: string[] = []
    const fetch = (url: string, init: RequestInit): Promise<Response> => {
      asked.push(url)
      return globalThis.fetch(url, init)
    }
    for (const tsa of [server.tsaUrl, [`${server.url}/tsa-html`, server.tsaUrl], { urls: server.tsaUrl, retries: 0 }]) {
      const { timestamp } = httpSources({ tsa, fetch })
      if (!timestamp) throw new Error('no source')
      expect((await ask(timestamp)).info.messageImprint.hashedMessage).toEqual(stamped)
    }
    expect(asked).toEqual([server.tsaUrl, `${server.url}/tsa-html`, server.tsaUrl, server.tsaUrl])
  })

  it('hands its time-out on, unless the client has its own', async () => {
    const tsa = `${server.url}/tsa-slow?ms=60000`
    const quick = httpSources({ tsa, timeoutMs: 50 }).timestamp
    const own = httpSources({ tsa: { urls: tsa, timeoutMs: 70 }, timeoutMs: 60_000 }).timestamp
    if (!quick || !own) throw new Error('no source')
    expect((await failure(ask(quick))).data.seconds).toBe(0.05)
    expect((await failure(ask(own))).data.seconds).toBe(0.07)
  })
})
