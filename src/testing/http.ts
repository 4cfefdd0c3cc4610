/**
 * The lab over HTTP on loopback: OCSP (RFC 6960 appendix A), CRLs and certificates (RFC 5280 §4.2.1.13 and §4.2.2.1), time-stamps
 * (RFC 3161 §3.4), and time-stamp servers that misbehave.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fromBase64, fromUtf8 } from '../core/bytes.ts'
import type { Lab } from './lab.ts'
import type { Register } from './register.ts'
import { FAILURES, type TimestampFailure, type TimestampOptions } from './tsa.ts'

/** How the server is started. */
export interface ServeOptions {
  /** A free one when left out. */
  readonly port?: number
}

/** A request that came in. */
export interface LabRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
}

/** The running server. All addresses are complete URLs. */
export interface LabServer {
  readonly url: string
  /**
   * The TSA. Beside it stand ones that misbehave, `${url}/tsa-…`: `auth` (wants {@link LabServer.credentials}), `slow?ms=60000`, `500`,
   * `html`, `reject?fail=badAlg`, `badnonce`, `flaky?fails=2&id=x` (503 to the first requests of an id), `drop` (closes the
   * connection), `huge` (an answer of 64 MB), `empty`.
   */
  readonly tsaUrl: string
  readonly ocspUrl: string
  /** CRL of the issuing CA; other authorities' are at `${url}/crl/${id}.crl`. */
  readonly crlUrl: string
  /** Certificate of the issuing CA; other authorities' are at `${url}/ca/${id}.cer`. */
  readonly caUrl: string
  /** Of `${url}/tsa-auth`, by HTTP Basic in UTF-8 (RFC 7617). */
  readonly credentials: { readonly username: string; readonly password: string }
  /** The latest thousand requests. */
  readonly requests: readonly LabRequest[]
  close(): Promise<void>
}

const MAX_BODY = 64 * 1024
const MAX_REQUESTS = 1000
const MAX_COUNTERS = 1000
const MAX_DELAY = 600_000
const CREDENTIALS = { username: 'lab', password: 'mật khẩu' }

interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

interface Call {
  readonly lab: Lab
  readonly url: URL
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Uint8Array
  readonly counters: Map<string, number>
}

/** Starts the server; `lab` gives null until the lab is set up. */
export async function startLabServer(register: Register, lab: () => Lab | null, options: ServeOptions): Promise<LabServer> {
  const requests: LabRequest[] = []
  const counters = new Map<string, number>()
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' })
    if (requests.length > MAX_REQUESTS) requests.shift()
    handle(request, response, lab(), register, counters).catch(() => send(response, { status: 500 }))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const url = `http://127.0.0.1:${port}`
  register.url = url
  return {
    url,
    tsaUrl: `${url}/tsa`,
    ocspUrl: `${url}/ocsp`,
    crlUrl: `${url}/crl/ca.crl`,
    caUrl: `${url}/ca/ca.cer`,
    credentials: CREDENTIALS,
    requests,
    close: () =>
      new Promise((resolve) => {
        if (register.url === url) register.url = null
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, lab: Lab | null, register: Register, counters: Map<string, number>): Promise<void> {
  const body = await readBody(request)
  if (body === null) return send(response, { status: 413, headers: { connection: 'close' } })
  if (!lab) return send(response, { status: 503 })
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const call: Call = { lab, url, request, response, body, counters }
  const [, room = '', name = ''] = url.pathname.split('/')
  const answer = room === 'ocsp' ? await ocsp(call) : room === 'crl' || room === 'ca' ? await published(call, register, room, name) : await tsa(call, room)
  if (answer) send(response, answer)
}

/** The body; null as soon as it is larger than anything that is asked here. What follows is let go by, so that the answer gets through. */
function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      if (length <= MAX_BODY) chunks.push(chunk)
      else resolve(null)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })
}

function send(response: ServerResponse, { status = 200, type = 'text/plain', headers = {}, body = '' }: Answer): void {
  if (response.headersSent || response.destroyed) return
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const framing = 'transfer-encoding' in headers ? {} : { 'content-length': bytes.length }
  response.writeHead(status, { 'content-type': type, ...framing, ...headers })
  response.end(bytes)
}

/** POST, or GET with the request in base64 in the path (RFC 6960 appendix A.1). */
async function ocsp({ lab, url, request, body }: Call): Promise<Answer> {
  const asked = request.method === 'POST' ? body : pathRequest(url)
  if (!asked) return { status: 400 }
  return { type: 'application/ocsp-response', body: await lab.answerOcsp(asked) }
}

function pathRequest(url: URL): Uint8Array | null {
  try {
    return fromBase64(decodeURIComponent(url.pathname.slice('/ocsp/'.length)))
  } catch {
    return null
  }
}

async function published({ lab, request }: Call, register: Register, room: 'crl' | 'ca', name: string): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, headers: { allow: 'GET' } }
  const [id = '', extension] = name.split('.')
  const authority = register.authority(id)
  if (authority && room === 'crl' && extension === 'crl') {
    return { type: 'application/pkix-crl', body: await lab.crl(authority) }
  }
  if (authority && room === 'ca' && extension === 'cer') return { type: 'application/pkix-cert', body: authority.certificate }
  return { status: 404 }
}

/** The TSA and its misbehaving kin; null where the connection was dealt with. */
async function tsa(call: Call, room: string): Promise<Answer | null> {
  const { request, response, url } = call
  if (room !== 'tsa' && !room.startsWith('tsa-')) return { status: 404 }
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } }
  if (request.headers['content-type'] !== 'application/timestamp-query') return { status: 415 }
  switch (room) {
    case 'tsa':
      return stamp(call)
    case 'tsa-auth':
      if (isAuthorised(request)) return stamp(call)
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="lab", charset="UTF-8"' } }
    case 'tsa-slow':
      await pause(response, bounded(url.searchParams.get('ms'), 60_000, MAX_DELAY))
      return response.destroyed ? null : stamp(call)
    case 'tsa-500':
      return { status: 500, body: 'the time-stamp service is out of order' }
    case 'tsa-html':
      return { type: 'text/html; charset=utf-8', body: '<!doctype html><title>Đăng nhập</title><p>Vui lòng đăng nhập để dùng mạng.</p>' }
    case 'tsa-empty':
      return { type: 'application/timestamp-reply' }
    case 'tsa-reject':
      return stamp(call, { reject: failureOf(url) })
    case 'tsa-badnonce':
      return stamp(call, { wrong: ['nonce'] })
    case 'tsa-flaky':
      return countedFailure(call) ? { status: 503, headers: { 'retry-after': '0' } } : stamp(call)
    case 'tsa-drop':
      request.socket.destroy()
      return null
    case 'tsa-huge':
      return { type: 'application/timestamp-reply', headers: { 'transfer-encoding': 'chunked' }, body: new Uint8Array(64 * 1024 * 1024) }
    default:
      return { status: 404 }
  }
}

async function stamp({ lab, body }: Call, options: TimestampOptions = {}): Promise<Answer> {
  return { type: 'application/timestamp-reply', body: await lab.timestamp(body, options) }
}

function isAuthorised({ headers }: IncomingMessage): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1]
  const bytes = encoded === undefined ? null : fromBase64(encoded)
  return bytes !== null && fromUtf8(bytes) === `${CREDENTIALS.username}:${CREDENTIALS.password}`
}

/** Waits, but no longer than the client does. */
function pause(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function failureOf(url: URL): TimestampFailure {
  const asked = url.searchParams.get('fail')
  return (Object.keys(FAILURES) as TimestampFailure[]).find((failure) => failure === asked) ?? 'systemFailure'
}

/** Whether this is one of the first requests of its id, which fail. */
function countedFailure({ url, counters }: Call): boolean {
  const id = url.searchParams.get('id') ?? ''
  const seen = counters.get(id) ?? 0
  if (counters.size < MAX_COUNTERS || counters.has(id)) counters.set(id, seen + 1)
  return seen < bounded(url.searchParams.get('fails'), 2, 1000)
}

function bounded(text: string | null, usual: number, max: number): number {
  const value = text === null ? usual : Number(text)
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), max) : usual
}
