/** OpenSSL's requests are kyso's, byte for byte, and its responder answers kyso's. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { httpSources, type SourceEvent } from '../../src/sources/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { type Certificate, findExtension, OCSP_NONCE, ocspRequest, parseCertificate, parseOcsp, serialHex } from '../../src/x509/index.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

describeWithTools('OCSP requests before OpenSSL', ['openssl'], () => {
  const folder = temporaryFolder()
  const crypto = defaultCrypto()
  const path = (name: string): string => join(folder, name)
  let leaf: Certificate
  let issuer: Certificate

  beforeAll(async () => {
    const lab = await Lab.create()
    leaf = parseCertificate((await lab.issue({ addresses: false })).certificate)
    issuer = parseCertificate(lab.ca.certificate)
    writeFileSync(path('leaf.pem'), pem(leaf.bytes, 'CERTIFICATE'))
    writeFileSync(path('ca.pem'), pem(issuer.bytes, 'CERTIFICATE'))
    writeFileSync(path('ca.key'), pem(lab.ca.key.pkcs8, 'PRIVATE KEY'))
    const serial = serialHex(leaf).replace(/^00/, '').toUpperCase()
    writeFileSync(path('index.txt'), `V\t491231235959Z\t\t${serial}\tunknown\t/CN=leaf\n`)
  })

  it.each(['SHA-1', 'SHA-256'] as const)('are the same by %s', async (digest) => {
    const option = `-${digest.replace('-', '').toLowerCase()}`
    const { status, stderr } = await run('openssl', [
      ...['ocsp', '-no_nonce', option, '-issuer', path('ca.pem'), '-cert', path('leaf.pem'), '-reqout', path('request.der')],
    ])
    expect([status, stderr]).toEqual([0, ''])
    expect((await ocspRequest(crypto, leaf, issuer, { digest })).bytes).toEqual(new Uint8Array(readFileSync(path('request.der'))))
  })

  it.each(['SHA-1', 'SHA-256'] as const)('are answered with their nonce, by %s, and the client takes the answer', async (digest) => {
    /** OpenSSL's responder behind a fetch. */
    const fetch = async (_: string, init: RequestInit): Promise<Response> => {
      if (!(init.body instanceof Uint8Array)) throw new Error('no request')
      writeFileSync(path('asked.der'), init.body)
      const signing = ['-index', path('index.txt'), '-CA', path('ca.pem'), '-rsigner', path('ca.pem'), '-rkey', path('ca.key'), '-ndays', '1']
      const { status, stderr } = await run('openssl', ['ocsp', ...signing, '-reqin', path('asked.der'), '-respout', path('answer.der')])
      if (status !== 0) throw new Error(stderr)
      return new Response(new Uint8Array(readFileSync(path('answer.der'))))
    }
    const events: SourceEvent[] = []
    const { revocation } = httpSources({ ocsp: { digest, urls: ['http://ocsp.test/'] }, fetch, retries: 0, onEvent: (event) => events.push(event) })
    const answer = await revocation?.ocsp?.(leaf, issuer)
    expect(events.map(({ outcome, detail }) => [outcome, detail])).toEqual([['answered', undefined]])
    const { responses, ...extended } = parseOcsp(answer ?? new Uint8Array())
    expect(responses.map((one) => one.certStatus.type)).toEqual(['good'])
    expect(findExtension(extended, OCSP_NONCE.oid)).toBeDefined()
  })
})
