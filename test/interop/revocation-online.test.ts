import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { concat, latin1 } from '../../src/core/bytes.ts'
import { signPdf } from '../../src/pades/index.ts'
import { httpSources } from '../../src/sources/index.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { smallPdf } from '../support/pades.ts'
import { closeOracles, describeWithOracles, dssOracle, run, temporaryFolder } from '../support/tools.ts'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

describeWithOracles('revocation fetched over HTTP, by kyso and by EU DSS', ['dss'], () => {
  let lab: Lab
  let root: string
  const folder = temporaryFolder()
  const sources = httpSources({ allowPrivate: LOOPBACK })
  let files = 0
  const path = (end: string): string => join(folder, `${files++}.${end}`)

  beforeAll(async () => {
    lab = await Lab.create({ http: true })
    root = path('pem')
    writeFileSync(root, pem(lab.anchors[0] as Uint8Array, 'CERTIFICATE'))
  })
  afterAll(async () => {
    await lab.close()
    await closeOracles()
  })

  const signed = async (identity: LabIdentity, level: 'B-B' | 'B-T'): Promise<string> => {
    const file = path('pdf')
    writeFileSync(file, await signPdf(smallPdf('table'), { signer: identity.signer, level, sources: { timestamp: lab.tsa.source } }))
    return file
  }
  const byKyso = async (file: string) => {
    const report = await verify(readFileSync(file), { trust: lab.anchors.map((one) => trustAnchor(one)), sources })
    return report.signatures.map(({ indication, subIndication }) => [indication.replace('-', '_'), subIndication ?? null])
  }
  const byDss = async (file: string) => {
    const { signatures = [] } = await dssOracle().ask({ op: 'validate', file, anchors: [root], online: true })
    return signatures.map(({ indication, subIndication }) => [indication, subIndication ?? null])
  }

  it.each(['B-B', 'B-T'] as const)('what kyso signs at %s passes in both', async (level) => {
    const file = await signed(await lab.issue({ algorithm: 'RSA-2048' }), level)
    expect(await byDss(file)).toEqual([['TOTAL_PASSED', null]])
    expect(await byKyso(file)).toEqual([['TOTAL_PASSED', null]])
  })

  it.each(['PAdES-BASELINE-B', 'PAdES-BASELINE-T'])('what DSS signs at %s passes in both', async (level) => {
    const identity = await lab.issue({ algorithm: 'RSA-2048' })
    const [key, chain, p12, document, out] = [path('key'), path('pem'), path('p12'), path('pdf'), path('pdf')]
    writeFileSync(key, pem(identity.pkcs8, 'PRIVATE KEY'))
    writeFileSync(chain, identity.chain.map((one) => pem(one, 'CERTIFICATE')).join('\n'))
    await run('openssl', ['pkcs12', '-export', '-inkey', key, '-in', chain, '-passout', 'pass:lab', '-out', p12])
    writeFileSync(document, smallPdf('table'))
    const { tsaUrl } = await lab.serve()
    const answer = await dssOracle().ask({ op: 'sign', file: document, out, level, p12, password: 'lab', tsa: tsaUrl })
    expect(answer.error).toBeUndefined()
    expect(await byDss(out)).toEqual([['TOTAL_PASSED', null]])
    expect(await byKyso(out)).toEqual([['TOTAL_PASSED', null]])
  })

  it('a revoked signer gets the same indication from both', async () => {
    const identity = await lab.issue({ algorithm: 'RSA-2048' })
    const file = await signed(identity, 'B-B')
    await lab.revoke(identity.certificate, { date: new Date(Date.now() - 3_600_000), reason: 'superseded' })
    const dss = await byDss(file)
    expect(dss).toEqual([['INDETERMINATE', 'REVOKED_NO_POE']])
    expect(await byKyso(file)).toEqual(dss)
  })

  it('a revoked issuing authority gets the same indication from both', async () => {
    const authority = await lab.authority({ name: 'CN=Lab CA that is revoked,C=VN', issuer: lab.root })
    const file = await signed(await lab.issue({ algorithm: 'RSA-2048', authority }), 'B-B')
    await lab.revoke(authority.certificate, { date: new Date(Date.now() - 3_600_000), reason: 'cessationOfOperation', authority: lab.root })
    const dss = await byDss(file)
    expect(dss).toEqual([['INDETERMINATE', 'REVOKED_CA_NO_POE']])
    expect(await byKyso(file)).toEqual(dss)
  })

  it('an expired list leaves it open for kyso; the default policy of DSS does not ask how old a list is', async () => {
    const old = await lab.crl(lab.ca, { thisUpdate: new Date(Date.now() - 10 * 86_400_000), nextUpdate: new Date(Date.now() - 3 * 86_400_000) })
    const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(old))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const url = latin1(`http://127.0.0.1:${port}/old.crl`)
      const inside = (tag: number, content: Uint8Array): Uint8Array => concat([Uint8Array.of(tag, content.length), content])
      // CRLDistributionPoints with one full name; no responder beside it.
      const value = inside(0x30, inside(0x30, inside(0xa0, inside(0xa0, inside(0x86, url)))))
      const identity = await lab.issue({ algorithm: 'RSA-2048', extensions: [{ oid: '2.5.29.31', value }], omit: ['1.3.6.1.5.5.7.1.1'] })
      const file = await signed(identity, 'B-B')
      expect(await byDss(file)).toEqual([['TOTAL_PASSED', null]])
      expect(await byKyso(file)).toEqual([['INDETERMINATE', 'TRY_LATER']])
    } finally {
      server.close()
    }
  })

  it('without an answer both leave it open: TRY_LATER where DSS has its general sub-indication', async () => {
    const file = await signed(await lab.issue({ algorithm: 'RSA-2048', addresses: false }), 'B-B')
    expect(await byDss(file)).toEqual([['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE']])
    expect(await byKyso(file)).toEqual([['INDETERMINATE', 'TRY_LATER']])
  })
})
