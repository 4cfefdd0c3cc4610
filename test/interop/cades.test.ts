/** CMS files of kyso in OpenSSL and EU DSS, and theirs in kyso: attached and detached, two levels, five keys, several signers, counter-signatures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CadesLevel, counterSignCms, signCms } from '../../src/cades/index.ts'
import { parseSignedData } from '../../src/cms/index.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { type IssueOptions, Lab, type LabIdentity, type LabServer, pem } from '../../src/testing/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { writeP12 } from '../support/pades.ts'
import { closeOracles, type DssAnswer, describeWith, dssOracle, hasDss, hasTool, run, temporaryFolder } from '../support/tools.ts'

const KEYS = {
  RSA: { algorithm: 'RSA-2048' },
  PSS: { algorithm: 'RSA-2048', pss: true },
  'P-256': { algorithm: 'P-256' },
  'P-384': { algorithm: 'P-384' },
  Ed25519: { algorithm: 'Ed25519' },
} as const satisfies Readonly<Record<string, IssueOptions>>
type KeyName = keyof typeof KEYS

/** What OpenSSL 3.0 cannot check in a CMS: EdDSA, to which it gives a digest of its own. */
const OPENSSL_LACKS: readonly KeyName[] = ['Ed25519']

interface Case {
  readonly name: string
  readonly attached: boolean
  readonly level: CadesLevel
  readonly key: KeyName
  /** One signer, two beside each other, or two with a counter-signature on the first. */
  readonly shape: 'one' | 'parallel' | 'counter'
}

const cases: Case[] = []
for (const key of Object.keys(KEYS) as KeyName[])
  for (const attached of [true, false])
    for (const level of ['B-B', 'B-T'] as const)
      for (const shape of ['one', 'parallel', 'counter'] as const)
        cases.push({ name: `${key} ${attached ? 'attached' : 'detached'} ${level} ${shape}`, attached, level, key, shape })

describeWith(
  'CMS files of kyso and of others',
  hasDss && hasTool('openssl'),
  () => {
    const folder = temporaryFolder()
    const at = (name: string): string => join(folder, name)
    const [root, content] = [at('root.pem'), at('content.txt')]
    const document = utf8('Hợp đồng số 7: bên A giao hàng,\r\nbên B trả tiền.\n')
    const identities = new Map<KeyName, LabIdentity>()
    const paths = new Map<string, string>()
    const dss = new Map<string, Promise<DssAnswer>>()
    let lab: Lab
    let server: LabServer
    const identity = (key: KeyName): LabIdentity => identities.get(key) as LabIdentity

    async function report(file: Uint8Array, detached: boolean): Promise<Report> {
      const crls = [await lab.crl(lab.root), await lab.crl()]
      return verify(file, { trust: [trustAnchor(lab.root.certificate)], crls, ...(detached ? { detached: [{ content: document }] } : {}) })
    }

    async function make({ attached, level, key, shape }: Case): Promise<Uint8Array> {
      const sources = { timestamp: lab.tsa.source }
      const beside = attached ? {} : { content: document }
      let file = await signCms(document, { signer: identity(key).signer, attached, level, sources, mimeType: 'text/plain' })
      if (shape !== 'one')
        file = await signCms(file, { signer: identity(key === 'RSA' ? 'P-256' : 'RSA').signer, level, sources, mimeType: 'text/plain', ...beside })
      return shape === 'counter' ? counterSignCms(file, { signer: identity(key).signer, level, sources }) : file
    }

    beforeAll(async () => {
      lab = await Lab.create()
      server = await lab.serve()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      writeFileSync(content, document)
      for (const [name, options] of Object.entries(KEYS)) identities.set(name as KeyName, await lab.issue({ ...options, addresses: false }))
      for (const [i, one] of cases.entries()) {
        const path = at(`${i}.${one.attached ? 'p7m' : 'p7s'}`)
        writeFileSync(path, await make(one))
        paths.set(one.name, path)
        dss.set(one.name, dssOracle().ask({ op: 'validate', file: path, anchors: [root], ...(one.attached ? {} : { detached: content }) }))
      }
      await Promise.all(dss.values())
    })
    afterAll(async () => {
      closeOracles()
      await lab.close()
    })

    describe.each(cases)('$name', ({ name, attached, level, key, shape }) => {
      const count = shape === 'one' ? 1 : shape === 'parallel' ? 2 : 3

      it('OpenSSL', async () => {
        const out = at('out.txt')
        const path = paths.get(name) as string
        const args = [
          'cms',
          '-verify',
          '-binary',
          '-inform',
          'DER',
          '-in',
          path,
          '-CAfile',
          root,
          '-purpose',
          'any',
          '-out',
          out,
          ...(attached ? [] : ['-content', content]),
        ]
        const { status, stderr } = await run('openssl', args)
        if (OPENSSL_LACKS.includes(key)) return expect(stderr).toMatch(/eddsa_digest_signverify_init:invalid digest/)
        expect(stderr).toMatch(/CMS Verification successful/)
        expect(status).toBe(0)
        expect(new Uint8Array(readFileSync(out))).toEqual(document)
      })

      it('DSS', async () => {
        const { error, signatures } = await (dss.get(name) as Promise<DssAnswer>)
        expect(error).toBeUndefined()
        expect(signatures).toHaveLength(count)
        for (const signature of signatures ?? []) {
          expect(signature).toMatchObject({
            level: `CAdES-BASELINE-${level.slice(2)}`,
            intact: true,
            signatureIntact: true,
            structure: true,
            trustedChain: true,
          })
          expect(signature.timestamps).toMatchObject(level === 'B-T' ? [{ type: 'SIGNATURE_TIMESTAMP', intact: true, trustedChain: true }] : [])
        }
      })

      it('kyso', async () => {
        const { signatures, oddities } = await report(new Uint8Array(readFileSync(paths.get(name) as string)), !attached)
        expect(oddities).toEqual([])
        expect(signatures.map((one) => [one.indication, one.level, one.intact])).toEqual(
          Array.from({ length: count }, () => ['TOTAL-PASSED', `CAdES-BASELINE-${level.slice(2)}`, true]),
        )
      })
    })

    describe('files of OpenSSL in kyso', () => {
      const forms = [
        ['attached DER', ['-nodetach', '-outform', 'DER'], false],
        ['attached BER, streamed', ['-nodetach', '-stream', '-outform', 'DER'], false],
        ['attached PEM', ['-nodetach', '-outform', 'PEM'], false],
        ['detached DER', ['-outform', 'DER'], true],
        ['detached PEM', ['-outform', 'PEM'], true],
      ] as const
      it.each(
        forms.flatMap(([form, args, detached]) =>
          (['RSA', 'PSS', 'P-256', 'P-384'] as const)
            // OpenSSL 3.0 cannot write PSS while it streams.
            .filter((key) => key !== 'PSS' || !form.includes('streamed'))
            .map((key) => ({ form, args, detached, key })),
        ),
      )('$form with $key', async ({ args, detached, key }) => {
        const { chain, pkcs8 } = identity(key)
        const [leaf, keyFile, rest, out] = [at('leaf.pem'), at('key.pem'), at('rest.pem'), at('theirs')]
        writeFileSync(leaf, pem(chain[0] ?? new Uint8Array(), 'CERTIFICATE'))
        writeFileSync(
          rest,
          chain
            .slice(1)
            .map((one) => pem(one, 'CERTIFICATE'))
            .join('\n'),
        )
        writeFileSync(keyFile, pem(pkcs8, 'PRIVATE KEY'))
        const pss = key === 'PSS' ? ['-keyopt', 'rsa_padding_mode:pss'] : []
        const sign = [
          'cms',
          '-sign',
          '-binary',
          '-cades',
          '-in',
          content,
          '-signer',
          leaf,
          '-inkey',
          keyFile,
          ...pss,
          '-certfile',
          rest,
          '-md',
          'sha256',
          '-out',
          out,
          ...args,
        ]
        const { status, stderr } = await run('openssl', sign)
        expect(status, stderr).toBe(0)
        const theirs = new Uint8Array(readFileSync(out))
        const { signatures } = await report(theirs, detached)
        expect(signatures).toMatchObject([{ indication: 'TOTAL-PASSED', intact: true, level: 'CAdES-BASELINE-B' }])
        // A further signer joins it, and OpenSSL takes both.
        const both = await signCms(theirs, { signer: identity('RSA').signer, ...(detached ? { content: document } : {}) })
        writeFileSync(out, both)
        const check = [
          'cms',
          '-verify',
          '-binary',
          '-inform',
          'DER',
          '-in',
          out,
          '-CAfile',
          root,
          '-purpose',
          'any',
          ...(detached ? ['-content', content] : []),
        ]
        expect((await run('openssl', check)).stderr).toMatch(/CMS Verification successful/)
        expect((await report(both, detached)).signatures.map(({ indication }) => indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
      })

      it('a signer that OpenSSL adds leaves kyso’s as it is', async () => {
        const { chain, pkcs8 } = identity('P-256')
        const [leaf, keyFile, ours, out] = [at('leaf.pem'), at('key.pem'), at('ours.p7m'), at('resigned.p7m')]
        writeFileSync(leaf, pem(chain[0] ?? new Uint8Array(), 'CERTIFICATE'))
        writeFileSync(keyFile, pem(pkcs8, 'PRIVATE KEY'))
        const first = await signCms(document, { signer: identity('RSA').signer, attached: true })
        writeFileSync(ours, first)
        const { status, stderr } = await run('openssl', [
          'cms',
          '-resign',
          '-binary',
          '-inform',
          'DER',
          '-in',
          ours,
          '-signer',
          leaf,
          '-inkey',
          keyFile,
          '-outform',
          'DER',
          '-nodetach',
          '-out',
          out,
        ])
        expect(status, stderr).toBe(0)
        const resigned = new Uint8Array(readFileSync(out))
        expect(parseSignedData(resigned).signerInfos.map(({ bytes }) => bytes)).toContainEqual(parseSignedData(first).signerInfos[0]?.bytes)
        expect((await report(resigned, false)).signatures.map(({ intact }) => intact)).toEqual([true, true])
      })
    })

    describe('files of DSS in kyso', () => {
      it.each(
        (['RSA', 'PSS', 'P-256', 'P-384'] as const).flatMap((key) =>
          (['ENVELOPING', 'DETACHED'] as const).flatMap((packaging) => (['B', 'T'] as const).map((level) => ({ key, packaging, level }))),
        ),
      )('$key $packaging $level', async ({ key, packaging, level }) => {
        const p12 = await writeP12(folder, `dss-${key}`, identity(key), lab.root.certificate, 'secret')
        const out = at(`dss-${key}-${packaging}-${level}`)
        const { error } = await dssOracle().ask({
          op: 'sign',
          file: content,
          out,
          level: `CAdES-BASELINE-${level}`,
          p12,
          password: 'secret',
          packaging,
          digest: 'SHA256',
          pss: key === 'PSS',
          tsa: server.tsaUrl,
          anchors: [root],
        })
        expect(error).toBeUndefined()
        const { signatures } = await report(new Uint8Array(readFileSync(out)), packaging === 'DETACHED')
        expect(signatures).toMatchObject([{ indication: 'TOTAL-PASSED', intact: true, level: `CAdES-BASELINE-${level}` }])
      })
    })
  },
  'EU DSS or openssl',
)
