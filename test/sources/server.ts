import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isKysoError, type KysoError } from '../../src/core/errors.ts'

/** What came in. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Uint8Array
}

export interface TestServer {
  readonly url: string
  readonly host: string
  readonly seen: Seen[]
  close(): Promise<void>
}

/** A server on loopback that answers by `handler` once a request has come in whole. */
export async function serve(handler: (seen: Seen, response: ServerResponse) => void): Promise<TestServer> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const parts: Uint8Array[] = []
    request.on('data', (part: Uint8Array) => parts.push(part))
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) }
      seen.push(one)
      handler(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address !== 'object') throw new Error('no address')
  const host = `127.0.0.1:${address.port}`
  return {
    url: `http://${host}`,
    host,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An address where nothing listens: a port that was tried, below those that a system hands out, so that no server started later gets it. */
export async function nowhere(): Promise<string> {
  for (let port = 20_000 + Math.floor(Math.random() * 10_000); ; port++) {
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)))
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return `http://127.0.0.1:${port}`
  }
}

/** The KysoError a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<KysoError> {
  try {
    await promise
  } catch (error) {
    if (isKysoError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** The KysoError that `fn` throws. */
export function thrown(fn: () => unknown): KysoError {
  try {
    fn()
  } catch (error) {
    if (isKysoError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Everything an error shows of itself, its causes among it. */
export function shown(error: unknown): string {
  let text = ''
  for (let at = error; at instanceof Error; at = at.cause)
    text += `${at.message} ${at.stack} ${JSON.stringify(at)} ${'data' in at ? JSON.stringify(at.data) : ''}\n`
  return text
}
