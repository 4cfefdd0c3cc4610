import { createServer } from 'node:https'
import type { LookupFunction } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { nodeFetch, nodeSources } from '../../src/node/connect.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { nowhere, serve, type TestServer } from '../sources/server.ts'

const open: TestServer[] = []
async function start(...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args)
  open.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

/** A look-up whose answers are handed out in turn, as of a name server that changes its mind. */
function names(...answers: readonly (readonly string[])[]): LookupFunction & { asked: number } {
  const lookup: LookupFunction & { asked: number } = Object.assign(
    ((_host, options, done) => {
      const addresses = (answers[Math.min(lookup.asked++, answers.length - 1)] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all) done(null, addresses)
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4)
    }) satisfies LookupFunction,
    { asked: 0 },
  )
  return lookup
}

const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
  return 'nothing was thrown'
}

describe('nodeFetch', () => {
  it('asks and answers as fetch does', async () => {
    const server = await start((seen, response) => {
      response.writeHead(seen.path === '/204' ? 204 : 201, { 'content-type': 'text/plain', 'x-two': ['a', 'b'] })
      response.end(seen.path === '/204' ? undefined : `${seen.method} ${Buffer.from(seen.body).toString()}`)
    })
    const fetch = nodeFetch({ allowPrivate: true })
    const answer = await fetch(`${server.url}/x?y`, { method: 'POST', headers: { 'content-type': 'a/b' }, body: new Uint8Array(utf8('xin chào')) })
    expect([answer.status, answer.headers.get('x-two'), await answer.text()]).toEqual([201, 'a, b', 'POST xin chào'])
    expect(server.seen[0]?.headers).toMatchObject({ 'content-type': 'a/b', 'content-length': '9', 'accept-encoding': 'identity' })
    expect((await fetch(`${server.url}/204`, {})).body).toBeNull()
    expect(await codeOf(fetch(await nowhere(), {}))).toBe('ECONNREFUSED')
    expect(await codeOf(fetch('file:///etc/passwd', {}))).toBe('ERR_ARGUMENT')
  })

  it('does not follow, and stops when it is told to', async () => {
    const server = await start((seen, response) => {
      if (seen.path === '/away') response.writeHead(302, { location: '/' }).end()
      else response.writeHead(200).write('the beginning')
    })
    const fetch = nodeFetch({ allowPrivate: true })
    expect((await fetch(`${server.url}/away`, {})).status).toBe(302)
    const controller = new AbortController()
    const answer = await fetch(server.url, { signal: controller.signal })
    const rest = answer.text()
    controller.abort()
    await expect(rest).rejects.toThrow()
    expect(await codeOf(fetch(server.url, { signal: AbortSignal.abort() }))).toBe('ABORT_ERR')
  })

  it('refuses addresses that are private by what they are', async () => {
    const server = await start((_, response) => response.end())
    const { port } = new URL(server.url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '0'])
      expect([host, await codeOf(nodeFetch()(`http://${host}:${port}/`, {}))]).toEqual([host, 'PRIVATE_ADDRESS'])
    expect(server.seen).toEqual([])
  })

  it('refuses the address that a name leads to when it is connected to, not one that was looked up before', async () => {
    const server = await start((_, response) => response.end('inside'))
    const { port } = new URL(server.url)
    const rebinding = names(['203.0.114.1'], ['127.0.0.1'])
    rebinding('ocsp.test', {}, () => {})
    expect(await codeOf(nodeFetch({ lookup: rebinding })(`http://ocsp.test:${port}/`, {}))).toBe('PRIVATE_ADDRESS')
    expect(rebinding.asked).toBe(2)
    expect(await codeOf(nodeFetch({ lookup: names(['10.0.0.1', '::1', '::ffff:7f00:1']) })(`http://ocsp.test:${port}/`, {}))).toBe('PRIVATE_ADDRESS')
    expect(server.seen).toEqual([])
    // Of several addresses those that are allowed are left.
    const mixed = nodeFetch({ lookup: names(['10.0.0.1', '127.0.0.1']), allowPrivate: ['127.0.0.0/8'] })
    expect(await (await mixed(`http://ocsp.test:${port}/`, {})).text()).toBe('inside')
    const named = nodeFetch({ lookup: names(['127.0.0.1']), allowPrivate: [`ocsp.test:${port}`] })
    expect(await (await named(`http://ocsp.test:${port}/`, {})).text()).toBe('inside')
    expect(await codeOf(named(`http://other.test:${port}/`, {}))).toBe('PRIVATE_ADDRESS')
  })

  it('looks at the socket as well, should a look-up not be asked', async () => {
    const server = await start((_, response) => response.end('inside'))
    const { port } = new URL(server.url)
    // Says one thing to the check and connects to another.
    let turn = 0
    const shifty: LookupFunction = (_host, _options, done) => {
      const record = Object.defineProperty({ family: 4 } as { address: string; family: number }, 'address', {
        get: () => (turn++ === 0 ? '203.0.114.1' : '127.0.0.1'),
      })
      done(null, [record])
    }
    expect(await codeOf(nodeFetch({ lookup: shifty })(`http://ocsp.test:${port}/`, {}))).toBe('PRIVATE_ADDRESS')
    expect(turn).toBeGreaterThan(1)
    expect(server.seen).toEqual([])
  })
})

describe('nodeFetch under TLS', () => {
  it('believes the authorities it is given and no others, for the name that was asked', async () => {
    const lab = await Lab.create()
    // SubjectAltName: ocsp.test
    const value = Uint8Array.from([0x30, 11, 0x82, 9, ...utf8('ocsp.test')])
    const { certificate, key } = await lab.issue({
      algorithm: 'P-256',
      keyUsage: ['digitalSignature'],
      omit: ['2.5.29.37'],
      extensions: [{ oid: '2.5.29.17', value }],
    })
    const chain = pem(certificate, 'CERTIFICATE') + pem(lab.ca.certificate, 'CERTIFICATE')
    const server = createServer({ cert: chain, key: pem(key.pkcs8, 'PRIVATE KEY') }, (_, response) => void response.end('under TLS'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : 0
      const options = { lookup: names(['127.0.0.1']), allowPrivate: ['127.0.0.0/8'], tls: { ca: pem(lab.root.certificate, 'CERTIFICATE') } }
      expect(await (await nodeFetch(options)(`https://ocsp.test:${port}/`, {})).text()).toBe('under TLS')
      expect(await codeOf(nodeFetch(options)(`https://other.test:${port}/`, {}))).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
      expect(await codeOf(nodeFetch({ ...options, tls: {} })(`https://ocsp.test:${port}/`, {}))).toMatch(/SELF_SIGNED|UNABLE_TO/)
      expect(await codeOf(nodeFetch({ ...options, allowPrivate: [] })(`https://ocsp.test:${port}/`, {}))).toBe('PRIVATE_ADDRESS')
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

describe('nodeSources', () => {
  it('reaches a time-stamp server that was named, and not what that redirects to', async () => {
    const inside = await start((_, response) => response.end(Uint8Array.of(0x30, 0)))
    const tsa = await start((seen, response) =>
      seen.path === '/away' ? response.writeHead(307, { location: inside.url }).end() : response.end(Uint8Array.of(0x30, 0)),
    )
    expect(await nodeSources({ tsa: tsa.url }).timestamp?.timestamp(Uint8Array.of(1))).toEqual(Uint8Array.of(0x30, 0))
    const away = nodeSources({ tsa: { urls: [`${tsa.url}/away`], retries: 0 } }).timestamp
    await expect(away?.timestamp(Uint8Array.of(1))).rejects.toMatchObject({ code: 'ERR_TSA_UNREACHABLE', data: { reason: 'PRIVATE_ADDRESS' } })
    expect(inside.seen).toEqual([])
    expect(nodeSources({ online: false })).toEqual({})
  })
})
