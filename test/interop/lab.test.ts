/** OpenSSL accepts what the lab makes, and refuses what it makes wrong. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabKeyAlgorithm, pem, type TimestampFault, timestampRequest } from '../../src/testing/index.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

describeWithTools('the lab before OpenSSL', ['openssl'], () => {
  const folder = temporaryFolder()
  const data = utf8('Hợp đồng lao động')
  let lab: Lab

  /** Writes a file; certificates in PEM. */
  function file(name: string, bytes: Uint8Array): string {
    const path = join(folder, name)
    writeFileSync(path, name.endsWith('.pem') ? pem(bytes, 'CERTIFICATE') : bytes)
    return path
  }
  /** Exit status and all that was said. */
  async function openssl(...args: string[]): Promise<{ status: number; text: string }> {
    const { status, stdout, stderr } = await run('openssl', args)
    return { status, text: stdout + stderr }
  }

  let root: string
  let ca: string
  beforeAll(async () => {
    lab = await Lab.create({ http: true })
    root = file('root.pem', lab.root.certificate)
    ca = file('ca.pem', lab.ca.certificate)
    file('data', data)
  })
  afterAll(() => lab.close())

  it.each<{ algorithm: LabKeyAlgorithm; pss?: boolean }>([
    { algorithm: 'RSA-2048' },
    { algorithm: 'RSA-2048', pss: true },
    { algorithm: 'RSA-3072' },
    { algorithm: 'P-256' },
    { algorithm: 'P-384' },
    { algorithm: 'P-521' },
    { algorithm: 'Ed25519' },
  ])('certificates hold by the strict rules: $algorithm', async ({ algorithm, pss }) => {
    for (const keys of ['P-256', 'RSA-2048'] as const) {
      const issuer = await lab.authority({ keys })
      const leaf = file('leaf.pem', (await lab.issue({ algorithm, pss, authority: issuer })).certificate)
      const untrusted = file('issuer.pem', issuer.certificate)
      expect(await openssl('verify', '-x509_strict', '-CAfile', root, '-untrusted', untrusted, leaf)).toEqual({ status: 0, text: `${leaf}: OK\n` })
    }
  })

  it('the TSA’s certificate is fit for its purpose, a leaf’s is not', async () => {
    const [tsa, leaf] = [file('tsa.pem', lab.tsa.certificate), file('leaf.pem', (await lab.issue()).certificate)]
    expect((await openssl('verify', '-purpose', 'timestampsign', '-CAfile', root, '-untrusted', ca, tsa)).status).toBe(0)
    expect((await openssl('verify', '-purpose', 'timestampsign', '-CAfile', root, '-untrusted', ca, leaf)).status).not.toBe(0)
  })

  it('expired certificates, and those of an impostor, fail', async () => {
    const expired = await lab.issue({ notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') })
    const verdict = await openssl('verify', '-CAfile', root, '-untrusted', ca, file('expired.pem', expired.certificate))
    expect(verdict.text).toContain('certificate has expired')
    const other = await Lab.create({ rootName: lab.root.name, caName: lab.ca.name })
    const copied = file('copied.pem', (await other.issue()).certificate)
    expect((await openssl('verify', '-CAfile', root, '-untrusted', file('copied-ca.pem', other.ca.certificate), copied)).status).not.toBe(0)
    expect(
      (await openssl('verify', '-CAfile', file('copied-root.pem', other.root.certificate), '-untrusted', join(folder, 'copied-ca.pem'), copied)).status,
    ).toBe(0)
  })

  it('CRLs are verified, and a revoked certificate fails', async () => {
    const { certificate } = await lab.issue()
    const leaf = file('leaf.pem', certificate)
    const check = async () => {
      const crls: string[] = []
      for (const [name, authority] of Object.entries({ root: lab.root, ca: lab.ca })) {
        const der = file(`${name}.crl`, await lab.crl(authority))
        expect((await openssl('crl', '-inform', 'DER', '-in', der, '-noout', '-CAfile', join(folder, `${name}.pem`))).text).toContain('verify OK')
        const text = join(folder, `${name}.crl.txt`)
        await openssl('crl', '-inform', 'DER', '-in', der, '-out', text)
        crls.push('-CRLfile', text)
      }
      return openssl('verify', '-crl_check_all', '-x509_strict', '-CAfile', root, '-untrusted', ca, ...crls, leaf)
    }
    expect((await check()).text).toBe(`${leaf}: OK\n`)
    lab.revoke(certificate, { reason: 'keyCompromise' })
    expect((await check()).text).toContain('certificate revoked')
  })

  it('OCSP responses are verified', async () => {
    const { certificate } = await lab.issue()
    const leaf = file('leaf.pem', certificate)
    const ask = (response: Uint8Array) =>
      openssl('ocsp', '-respin', file('response.der', response), '-issuer', ca, '-cert', leaf, '-CAfile', root, '-verify_other', ca)
    for (const options of [{}, { delegated: false }, { responderId: 'name' as const }]) {
      const { text } = await ask(await lab.ocsp(certificate, options))
      expect(text).toContain('Response verify OK')
      expect(text).toContain(`${leaf}: good`)
    }
    lab.revoke(certificate, { reason: 'superseded' })
    expect((await ask(await lab.ocsp(certificate))).text).toMatch(/: revoked[\s\S]*Reason: superseded/)
    const stranger = await lab.issue({ subject: 'CN=Stranger' })
    expect((await ask(await lab.ocsp(certificate, { responder: stranger }))).text).toContain('Response Verify Failure')
  })

  it('its OCSP server is understood', async () => {
    const leaf = file('leaf.pem', (await lab.issue()).certificate)
    const { ocspUrl } = await lab.serve()
    for (const digest of ['-sha1', '-sha256']) {
      const { text } = await openssl('ocsp', '-url', ocspUrl, '-issuer', ca, digest, '-cert', leaf, '-nonce', '-CAfile', root, '-verify_other', ca)
      expect(text).toContain('Response verify OK')
      expect(text).toContain(`${leaf}: good`)
      expect(text).not.toContain('WARNING')
    }
  })

  it.each<{ algorithm: LabKeyAlgorithm; pss?: boolean }>([{ algorithm: 'P-256' }, { algorithm: 'P-384' }, { algorithm: 'RSA-2048' }])(
    'time-stamps are verified: $algorithm',
    async ({ algorithm, pss }) => {
      const tsa = await lab.timestampAuthority({ algorithm, pss })
      const request = await timestampRequest(data, { nonce: 0x80ff80ff80ff80ffn })
      const [query, reply] = [file('query.tsq', request), file('reply.tsr', await tsa.respond(request))]
      expect((await openssl('ts', '-verify', '-queryfile', query, '-in', reply, '-CAfile', root)).text).toContain('Verification: OK')
      expect((await openssl('ts', '-verify', '-data', join(folder, 'data'), '-in', reply, '-CAfile', root)).text).toContain('Verification: OK')
    },
  )

  // `openssl ts` reads tokens with its PKCS#7 code, which knows no PSS; its CMS code does. Ed25519 over
  // signed attributes is beyond both in OpenSSL 3.0.
  it.each<{ algorithm: LabKeyAlgorithm; pss?: boolean }>([{ algorithm: 'RSA-2048', pss: true }, { algorithm: 'P-256' }, { algorithm: 'P-521' }])(
    'their tokens are verified as CMS: $algorithm',
    async ({ algorithm, pss }) => {
      const tsa = await lab.timestampAuthority({ algorithm, pss })
      const reply = file('reply.tsr', await tsa.respond(await timestampRequest(data)))
      const token = join(folder, 'token.der')
      await openssl('ts', '-reply', '-in', reply, '-token_out', '-out', token)
      const { text } = await openssl(
        'cms',
        '-verify',
        '-cades',
        '-inform',
        'DER',
        '-in',
        token,
        '-CAfile',
        root,
        '-purpose',
        'timestampsign',
        '-out',
        join(folder, 'info'),
      )
      expect(text).toContain('CAdES Verification successful')
    },
  )

  it('a query of OpenSSL’s own is answered', async () => {
    const query = join(folder, 'own.tsq')
    await openssl('ts', '-query', '-data', join(folder, 'data'), '-sha384', '-cert', '-tspolicy', '1.2.3.4', '-out', query)
    const { tsaUrl } = await lab.serve()
    const answer = await fetch(tsaUrl, {
      method: 'POST',
      body: new Uint8Array(readFileSync(query)),
      headers: { 'content-type': 'application/timestamp-query' },
    })
    const reply = file('own.tsr', new Uint8Array(await answer.arrayBuffer()))
    expect((await openssl('ts', '-verify', '-queryfile', query, '-in', reply, '-CAfile', root)).text).toContain('Verification: OK')
    expect((await openssl('ts', '-reply', '-in', reply, '-text')).text).toContain('Policy OID: 1.2.3.4')
  })

  // Not `content-type`: OpenSSL 3 does not compare that attribute with the content's type.
  it.each<TimestampFault>(['nonce', 'no-nonce', 'imprint', 'policy', 'signature', 'message-digest', 'certificate-hash', 'issuer-serial'])(
    'time-stamps made wrong are refused: %s',
    async (fault) => {
      const request = await timestampRequest(data, { nonce: 77n, policy: '1.2.3.4' })
      const [query, reply] = [file('query.tsq', request), file('reply.tsr', await lab.timestamp(request, { wrong: [fault] }))]
      const { status, text } = await openssl('ts', '-verify', '-queryfile', query, '-in', reply, '-CAfile', root)
      expect(text).toContain('Verification: FAILED')
      expect(status).not.toBe(0)
    },
  )

  it('a refusal is read with its reason', async () => {
    const reply = file('refused.tsr', await lab.timestamp(await timestampRequest(data), { reject: 'unacceptedPolicy' }))
    expect((await openssl('ts', '-reply', '-in', reply, '-text')).text).toMatch(/Status: Rejected\.[\s\S]*requested TSA policy is not supported/)
  })
})
