/** XML and CMS files that EU DSS and xmlsec1 make, read by `readXml`, `readCms` and `verify`: intact, judged, and their level named. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { counterSignCms, readCms, signCms } from '../../src/cades/index.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabIdentity, type LabServer, pem } from '../../src/testing/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { counterSignXml, readXml, signXml } from '../../src/xades/index.ts'
import { writeP12 } from '../support/pades.ts'
import { closeOracles, type DssRequest, describeWith, dssOracle, hasDss, hasTool, run, temporaryFolder } from '../support/tools.ts'
import { DOCUMENTS, XML_ALGORITHMS, type XmlAlgorithmName } from '../support/xades.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const PACKAGINGS = ['ENVELOPED', 'ENVELOPING', 'DETACHED', 'INTERNALLY_DETACHED'] as const
const KEYS = ['RSA', 'PSS', 'P-256'] as const

describeWith(
  'XML and CMS files of other programs',
  hasDss && hasTool('xmlsec1') && hasTool('openssl'),
  () => {
    const folder = temporaryFolder()
    const at = (name: string): string => join(folder, name)
    const [root, content] = [at('root.pem'), at('content.xml')]
    // DSS wants an ID on the document element where it signs beside it.
    const document = utf8(new TextDecoder().decode(DOCUMENTS.CRLF).replace('<TDiep', '<TDiep Id="all"'))
    const identities = new Map<XmlAlgorithmName, LabIdentity>()
    let lab: Lab
    let server: LabServer
    const identity = (key: XmlAlgorithmName): LabIdentity => identities.get(key) as LabIdentity

    beforeAll(async () => {
      lab = await Lab.create()
      server = await lab.serve()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      writeFileSync(content, document)
      for (const key of KEYS) identities.set(key, await lab.issue({ ...XML_ALGORITHMS[key], addresses: false }))
    })
    afterAll(async () => {
      closeOracles()
      await lab.close()
    })

    async function dssSigns(file: string, key: XmlAlgorithmName, level: string, packaging: string, more: Partial<DssRequest> = {}): Promise<Uint8Array> {
      const p12 = await writeP12(folder, `dss-${key}`, identity(key), lab.root.certificate, 'secret')
      const out = at('theirs')
      const { error } = await dssOracle().ask({
        op: 'sign',
        file,
        out,
        level,
        p12,
        password: 'secret',
        packaging,
        digest: 'SHA256',
        pss: key === 'PSS',
        tsa: server.tsaUrl,
        anchors: [root],
        ...more,
      })
      expect(error).toBeUndefined()
      return new Uint8Array(readFileSync(out))
    }

    async function report(file: Uint8Array, beside: boolean): Promise<Report> {
      const crls = [await lab.crl(lab.root), await lab.crl()]
      const detached = beside ? { detached: [{ name: 'content.xml', content: document }] } : {}
      return verify(file, { trust: [trustAnchor(lab.root.certificate)], crls, certificates: [lab.ca.certificate], ...detached })
    }
    const told = ({ signatures }: Report): unknown[] =>
      signatures.map(({ level, intact, indication, timestamps }) => [
        level,
        intact,
        indication,
        timestamps.map(({ type, intact: holds }) => `${type} ${holds}`),
      ])
    const passed = (level: string): unknown[] => [level, true, 'TOTAL-PASSED', level.endsWith('-T') ? ['signature true'] : []]

    describe('XAdES of DSS', () => {
      const rows = PACKAGINGS.flatMap((packaging) =>
        KEYS.flatMap((key) => (['B', 'T'] as const).flatMap((level) => [false, true].map((en319132) => ({ packaging, key, level, en319132 })))),
      )
      it.each(rows)('$packaging, $key, $level, SigningCertificateV2: $en319132', async ({ packaging, key, level, en319132 }) => {
        const name = `XAdES-BASELINE-${level}`
        const file = await dssSigns(content, key, name, packaging, { en319132 })
        const beside = packaging === 'DETACHED'
        const read = await readXml(file, beside ? { detached: [{ name: 'content.xml', content: document }] } : {})
        expect(read.signatures.map((one) => [one.level, one.checks.filter(({ result }) => result === 'failed')])).toEqual([[name, []]])
        expect(told(await report(file, beside))).toEqual([passed(name)])
        // Nobody knows what a detached signature is over whose content is not there.
        if (beside) expect((await report(file, false)).signatures).toMatchObject([{ intact: null, indication: 'INDETERMINATE', level: name }])
      })

      it('with a further signature and a counter-signature of kyso', async () => {
        const sources = { timestamp: lab.tsa.source }
        const theirs = await dssSigns(content, 'RSA', 'XAdES-BASELINE-T', 'ENVELOPED', {})
        const countered = await counterSignXml(theirs, { signer: identity('P-256').signer, level: 'B-T', sources })
        expect(told(await report(countered, false))).toEqual([passed('XAdES-BASELINE-T'), passed('XAdES-BASELINE-T')])
        expect((await report(countered, false)).signatures.map(({ id, parent }) => [id, parent])).toEqual([
          [expect.any(String), undefined],
          [expect.any(String), expect.any(String)],
        ])
      })

      it('beside one of kyso', async () => {
        const ours = await signXml(document, { signer: identity('P-256').signer })
        const file = at('ours.xml')
        writeFileSync(file, ours)
        const both = await dssSigns(file, 'RSA', 'XAdES-BASELINE-T', 'ENVELOPED')
        expect(told(await report(both, false))).toEqual([passed('XAdES-BASELINE-B'), passed('XAdES-BASELINE-T')])
      })
    })

    describe('XML-DSig of xmlsec1', () => {
      const templates = {
        enveloped: (signature: string) => new TextDecoder().decode(document).replace('</TDiep>', `${signature}</TDiep>`),
        enveloping: (signature: string) => signature,
        element: (signature: string) => new TextDecoder().decode(document).replace('<DSCKS  />', `<DSCKS>${signature}</DSCKS>`),
        detached: (signature: string) => signature,
      }
      const references = {
        enveloped: `<Reference URI=""><Transforms><Transform Algorithm="${DS}enveloped-signature"/><Transform Algorithm="${EXCLUSIVE}"/></Transforms>`,
        enveloping: '<Reference URI="#object">',
        element: `<Reference URI="#dữ-liệu"><Transforms><Transform Algorithm="${EXCLUSIVE}"/></Transforms>`,
        detached: '<Reference URI="content.xml">',
      }
      const rows = (['enveloped', 'enveloping', 'element', 'detached'] as const).flatMap((form) => (['RSA', 'P-256'] as const).map((key) => ({ form, key })))
      it.each(rows)('$form, $key', async ({ form, key }) => {
        await writeP12(folder, `sec-${key}`, identity(key), lab.root.certificate, 'secret')
        const method = key === 'RSA' ? 'rsa-sha256' : 'ecdsa-sha256'
        const object = form === 'enveloping' ? '<Object Id="object"><a xmlns="urn:a">Số 1</a></Object>' : ''
        const signature = `<Signature xmlns="${DS}"><SignedInfo><CanonicalizationMethod Algorithm="${EXCLUSIVE}"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${method}"/>${references[form]}<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>${object}</Signature>`
        const [source, out] = [at('template.xml'), at('xmlsec1.xml')]
        writeFileSync(source, templates[form](signature))
        const keys = `${at(`sec-${key}.key.pem`)},${at(`sec-${key}.crt.pem`)}`
        const ids = ['--id-attr:Id', 'urn:test:thue:DLieu', '--id-attr:Id', `${DS}:Object`]
        const { status, stderr } = await run('xmlsec1', ['--sign', ...ids, '--privkey-pem', keys, '--output', out, source], { cwd: folder })
        expect(status, stderr).toBe(0)
        const file = new Uint8Array(readFileSync(out))
        expect((await readXml(file)).signatures.map(({ level }) => level)).toEqual(['XML-NOT-ETSI'])
        expect(told(await report(file, form === 'detached'))).toEqual([['XML-NOT-ETSI', true, 'TOTAL-PASSED', []]])
      })
    })

    describe('CAdES of DSS', () => {
      const rows = (['ENVELOPING', 'DETACHED'] as const).flatMap((packaging) =>
        KEYS.flatMap((key) => (['B', 'T'] as const).map((level) => ({ packaging, key, level }))),
      )
      it.each(rows)('$packaging, $key, $level, with a second signer and a counter-signature', async ({ packaging, key, level }) => {
        const name = `CAdES-BASELINE-${level}`
        const beside = packaging === 'DETACHED'
        const sources = { timestamp: lab.tsa.source }
        const theirs = await dssSigns(content, key, name, packaging)
        expect((await readCms(theirs, beside ? { detached: [{ content: document }] } : {})).signatures.map((one) => one.level)).toEqual([name])
        expect(told(await report(theirs, beside))).toEqual([passed(name)])
        const both = await signCms(theirs, { signer: identity('P-256').signer, level: 'B-T', sources, ...(beside ? { content: document } : {}) })
        const all = await counterSignCms(both, { signer: identity('RSA').signer, level: 'B-T', sources })
        const { signatures } = await report(all, beside)
        expect(signatures).toHaveLength(3)
        expect(signatures.filter(({ parent }) => parent !== undefined)).toHaveLength(1)
        for (const one of signatures) expect(one).toMatchObject({ intact: true, indication: 'TOTAL-PASSED' })
        expect(signatures.map((one) => one.level).sort()).toEqual([name, 'CAdES-BASELINE-T', 'CAdES-BASELINE-T'].sort())
      })

      it('a second signer that DSS adds to a file of kyso', async () => {
        const file = at('ours.p7m')
        writeFileSync(file, await signCms(document, { signer: identity('P-256').signer, attached: true }))
        const both = await dssSigns(file, 'RSA', 'CAdES-BASELINE-T', 'ENVELOPING')
        const { signatures } = await report(both, false)
        expect(signatures.map((one) => [one.level, one.intact, one.indication]).sort()).toEqual([
          ['CAdES-BASELINE-B', true, 'TOTAL-PASSED'],
          ['CAdES-BASELINE-T', true, 'TOTAL-PASSED'],
        ])
      })
    })
  },
  'EU DSS, xmlsec1 or openssl',
)
