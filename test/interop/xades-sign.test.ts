/** What kyso signs as XML is intact in xmlsec1 and EU DSS, and DSS names the level that was asked for; what they sign is intact here. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concat, indexOf, utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { type Canonicalization, counterSignXml, type SignXmlOptions, signXml, type XadesLevel, type XmlPackaging } from '../../src/xades/index.ts'
import { writeP12 } from '../support/pades.ts'
import { closeOracles, type DssAnswer, describeWith, dssOracle, hasDss, hasTool, run, temporaryFolder } from '../support/tools.ts'
import { checked, DOCUMENTS, type DocumentName, SAMPLE, utf16, XML_ALGORITHMS, type XmlAlgorithmName, xmlsec1 } from '../support/xades.ts'

const PACKAGINGS: readonly XmlPackaging[] = ['enveloped', 'enveloping', 'detached', 'internally-detached']
const CANONICALIZATIONS: readonly Canonicalization[] = ['inclusive', 'inclusive11', 'exclusive']
/** DSS's words, and whether Debian's xmlsec1 knows the algorithm. */
const WORDS: Readonly<Record<XmlAlgorithmName, { dss: string; digest: string; xmlsec1: boolean }>> = {
  RSA: { dss: 'RSA', digest: 'SHA256', xmlsec1: true },
  PSS: { dss: 'RSASSA_PSS', digest: 'SHA256', xmlsec1: false },
  'P-256': { dss: 'ECDSA', digest: 'SHA256', xmlsec1: true },
  Ed25519: { dss: 'EDDSA', digest: 'SHA512', xmlsec1: false },
}

interface Case {
  readonly name: string
  readonly packaging: XmlPackaging
  readonly canonicalization: Canonicalization
  readonly algorithm: XmlAlgorithmName
  readonly times: number
  readonly document: DocumentName
}

/** A file and the levels of its signatures, in the order they were made. */
interface Made {
  readonly path: string
  readonly levels: readonly XadesLevel[]
}

const cases: readonly Case[] = PACKAGINGS.flatMap((packaging) =>
  CANONICALIZATIONS.flatMap((canonicalization) =>
    (Object.keys(XML_ALGORITHMS) as XmlAlgorithmName[]).flatMap((algorithm) =>
      [1, 3].flatMap((times) =>
        (Object.keys(DOCUMENTS) as DocumentName[]).map((document) => ({
          name: `${packaging}, ${canonicalization}, ${algorithm} × ${times}, ${document}`,
          packaging,
          canonicalization,
          algorithm,
          times,
          document,
        })),
      ),
    ),
  ),
)

describeWith(
  'kyso’s XML signatures in other programs',
  hasDss && hasTool('xmlsec1'),
  () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root.pem')
    let lab: Lab
    const identities = new Map<XmlAlgorithmName, LabIdentity>()
    const made = new Map<string, Made[]>()
    const dss = new Map<string, Promise<DssAnswer>>()

    const signer = (algorithm: XmlAlgorithmName): Pick<SignXmlOptions, 'signer' | 'sources'> => ({
      signer: (identities.get(algorithm) as LabIdentity).signer,
      sources: { timestamp: lab.tsa.source },
    })
    const ask = (path: string, detached?: string): void => {
      dss.set(path, dssOracle().ask({ op: 'validate', file: path, anchors: [root], ...(detached ? { detached } : {}) }))
    }
    const contentName = (document: DocumentName): string => `content-${document}.xml`

    async function make(one: Case, number: number): Promise<Made[]> {
      const { packaging, canonicalization, algorithm, times, document } = one
      const levels = Array.from({ length: times }, (_, i): XadesLevel => ((number + i) % 2 === 0 ? 'B-B' : 'B-T'))
      const files: Made[] = []
      let file: Uint8Array = DOCUMENTS[document]
      for (const [i, level] of levels.entries()) {
        const options: SignXmlOptions = { ...signer(algorithm), packaging, canonicalization, level, mimeType: 'text/xml', fileName: contentName(document) }
        const signed = await signXml(file, options)
        // A detached signature has a file of its own; the others go into what is there.
        if (packaging === 'detached') {
          const path = join(folder, `signed-${number}-${i}.xml`)
          writeFileSync(path, signed)
          files.push({ path, levels: [level] })
        } else file = signed
      }
      if (packaging !== 'detached') {
        const path = join(folder, `signed-${number}.xml`)
        writeFileSync(path, file)
        files.push({ path, levels })
      }
      return files
    }

    beforeAll(async () => {
      lab = await Lab.create()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      for (const [name, bytes] of Object.entries(DOCUMENTS)) writeFileSync(join(folder, contentName(name as DocumentName)), bytes)
      for (const [name, options] of Object.entries(XML_ALGORITHMS)) identities.set(name as XmlAlgorithmName, await lab.issue(options))
      for (const [number, one] of cases.entries()) {
        const files = await make(one, number)
        made.set(one.name, files)
        for (const { path } of files) ask(path, one.packaging === 'detached' ? join(folder, contentName(one.document)) : undefined)
      }
      await Promise.all(dss.values())
    }, 600_000)
    afterAll(closeOracles)

    describe.each(cases)('$name', ({ name, packaging, algorithm, times, document }) => {
      const files = (): Made[] => made.get(name) as Made[]

      it('kyso', async () => {
        const contents = { [contentName(document)]: DOCUMENTS[document] }
        let count = 0
        for (const { path, levels } of files()) {
          const results = await checked(new Uint8Array(readFileSync(path)), contents)
          expect(results.map(({ intact }) => intact)).toEqual(levels.map(() => true))
          count += results.length
        }
        expect(count).toBe(times)
      })

      it('DSS', async () => {
        for (const { path, levels } of files()) {
          const { error, signatures } = await (dss.get(path) as Promise<DssAnswer>)
          expect(error).toBeUndefined()
          const found = (signatures ?? []).map(
            ({ level, intact, signatureIntact, structure, trustedChain, encryptionAlgorithm, digestAlgorithm, timestamps }) => ({
              level,
              all: intact && signatureIntact && structure && trustedChain,
              encryptionAlgorithm,
              digestAlgorithm,
              timestamps: timestamps.map((one) => `${one.type} ${one.intact && one.trustedChain}`),
            }),
          )
          const { dss: encryptionAlgorithm, digest: digestAlgorithm } = WORDS[algorithm]
          const expected = levels.map((level) => ({
            level: `XAdES-BASELINE-${level.slice(2)}`,
            all: true,
            encryptionAlgorithm,
            digestAlgorithm,
            timestamps: level === 'B-T' ? ['SIGNATURE_TIMESTAMP true'] : [],
          }))
          const byLevel = (a: { level: string }, b: { level: string }): number => a.level.localeCompare(b.level)
          expect(found.sort(byLevel)).toEqual(expected.sort(byLevel))
        }
      })

      if (WORDS[algorithm].xmlsec1)
        it('xmlsec1', async () => {
          for (const { path, levels } of files()) for (const i of levels.keys()) expect(await xmlsec1(path, i + 1, root, folder)).toBe('OK')
        })

      if (packaging === 'enveloped')
        it('every other byte is as it was', () => {
          const [file] = files()
          const signed = new Uint8Array(readFileSync((file as Made).path))
          const original = DOCUMENTS[document]
          const at = indexOf(original, utf8('</TDiep>'))
          expect(signed.subarray(0, at)).toEqual(original.subarray(0, at))
          expect(signed.subarray(signed.length - (original.length - at))).toEqual(original.subarray(at))
        })
    })

    const NAMESPACES = { d: 'http://www.w3.org/2000/09/xmldsig#' }
    const INVOICE = '<HDon xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DLHDon Id="data"><MST>0100109106</MST></DLHDon><DSCKS><NBan/></DSCKS></HDon>'
    const everything: Partial<SignXmlOptions> = {
      signerRoles: ['Giám đốc'],
      productionPlace: { city: 'Hà Nội', stateOrProvince: 'HN', postalCode: '10000', country: 'VN', streetAddress: 'Số 1' },
      commitment: 'proofOfApproval',
      signingCertificateSerial: true,
      keyInfo: { keyValue: true, subjectName: 'forward', issuerSerial: true },
      signatureProperties: [{ offset: 420, namespace: 'urn:time' }],
    }
    const variants: readonly [string, Uint8Array, Partial<SignXmlOptions>][] = [
      ['all properties', DOCUMENTS.plain, everything],
      ['an implied policy', DOCUMENTS.plain, { signaturePolicy: 'implied' }],
      [
        'a policy',
        DOCUMENTS.plain,
        { signaturePolicy: { id: '1.2.3.4', digestAlgorithm: 'SHA-256', digest: new Uint8Array(32), uri: 'urn:policy', notice: 'Thử', description: 'Thử' } },
      ],
      ['a default namespace', DOCUMENTS.plain, { ...everything, prefix: '' }],
      ['another prefix', DOCUMENTS.CRLF, { ...everything, prefix: 'sig', level: 'B-T' }],
      ['UTF-16LE', utf16(SAMPLE.replace('UTF-8', 'UTF-16')), { level: 'B-T' }],
      ['UTF-16BE', utf16(SAMPLE.replace('UTF-8', 'UTF-16'), true), { canonicalization: 'inclusive' }],
      ['the enveloped-signature transform', DOCUMENTS.plain, { enveloped: 'enveloped-signature', canonicalization: 'inclusive-with-comments' }],
      ['an element', utf8(INVOICE), { references: [{ element: 'data' }], place: { element: '/HDon/DSCKS/NBan' }, canonicalization: 'inclusive' }],
      ['an element that holds it', utf8(INVOICE), { references: [{ element: '/HDon/DLHDon' }], place: { element: 'data' }, canonicalization: 'inclusive11' }],
      ['no transforms', utf8(INVOICE), { references: [{ uri: '#data', transforms: [] }] }],
      ['an ID put in', utf8(INVOICE), { references: [{ element: '/HDon/DSCKS' }], place: { element: '/HDon' }, addId: true }],
      [
        'a filter 2.0',
        DOCUMENTS.plain,
        { references: [{ uri: '', transforms: [{ filter: 'subtract', xpath: '//d:Signature', namespaces: NAMESPACES }, 'exclusive'] }] },
      ],
      ['prefixes', utf8(INVOICE), { references: [{ uri: '#data', transforms: [{ canonicalization: 'exclusive', inclusivePrefixes: ['xsi', '#default'] }] }] }],
      ['SHA-512', DOCUMENTS.plain, { digestAlgorithm: 'SHA-512' }],
      ['other content in base64', utf8('no XML \u0000'), { packaging: 'enveloping' }],
      ['other content in a wrapper', utf8('no XML \u0000'), { packaging: 'internally-detached', level: 'B-T' }],
      ['an empty document element', utf8('<a />'), {}],
    ]

    it.each(variants)('%s', async (name, document, options) => {
      for (const form of ['xades', 'xmldsig'] as const) {
        const { signerRoles, productionPlace, commitment, signaturePolicy, level, ...plain } = options
        const file = await signXml(document, { ...signer('P-256'), ...(form === 'xades' ? options : plain), form })
        const path = join(folder, `${name.replaceAll(' ', '-')}-${form}.xml`)
        writeFileSync(path, file)
        expect(await checked(file)).toMatchObject([{ intact: true }])
        const ids = name === 'an ID put in' ? ['DSCKS'] : ['DLHDon']
        expect(await xmlsec1(path, 1, root, folder, ids)).toBe('OK')
        // DSS does not take UTF-16 for XML.
        if (name.startsWith('UTF-16')) continue
        const { error, signatures } = await dssOracle().ask({ op: 'validate', file: path, anchors: [root] })
        expect(error).toBeUndefined()
        const expected = form === 'xades' ? { level: `XAdES-BASELINE-${options.level === 'B-T' ? 'T' : 'B'}`, structure: true } : { level: 'XML-NOT-ETSI' }
        // A policy without its text at hand is no baseline to DSS, which has to compare its digest.
        expect(signatures).toMatchObject([name === 'a policy' && form === 'xades' ? { intact: true, structure: true } : { intact: true, ...expected }])
      }
    })

    it('counter-signatures, also of a signature of DSS', async () => {
      const p12 = await writeP12(folder, 'counter', identities.get('RSA') as LabIdentity, lab.root.certificate, 'secret')
      const theirs = join(folder, 'counter-dss.xml')
      const source = join(folder, contentName('plain'))
      await dssOracle().ask({
        op: 'sign',
        file: source,
        out: theirs,
        level: 'XAdES-BASELINE-B',
        p12,
        password: 'secret',
        packaging: 'ENVELOPED',
        digest: 'SHA256',
        anchors: [root],
      })
      for (const first of [await signXml(DOCUMENTS.plain, { ...signer('RSA'), level: 'B-T' }), new Uint8Array(readFileSync(theirs))]) {
        let file = await counterSignXml(first, { ...signer('P-256') })
        file = await counterSignXml(file, { ...signer('Ed25519'), level: 'B-T' })
        expect((await checked(file)).map(({ intact }) => intact)).toEqual([true, true, true])
        const path = join(folder, 'counter.xml')
        writeFileSync(path, file)
        const { signatures } = await dssOracle().ask({ op: 'validate', file: path, anchors: [root] })
        expect(signatures?.map(({ intact, structure }) => `${intact} ${structure}`)).toEqual(['true true', 'true true', 'true true'])
        for (const number of [1, 2]) expect(await xmlsec1(path, number, root, folder, ['SignatureValue'])).toBe('OK')
      }
    })

    describe('signatures of DSS are intact in kyso', () => {
      const at = (document: DocumentName): number => indexOf(DOCUMENTS[document], utf8('<TDiep')) + 6
      const C14N = ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'http://www.w3.org/2006/12/xml-c14n11', 'http://www.w3.org/2001/10/xml-exc-c14n#']
      const rows = PACKAGINGS.flatMap((packaging) =>
        C14N.flatMap((c14n) => (['RSA', 'PSS', 'P-256'] as const).map((algorithm) => ({ packaging, c14n, algorithm }))),
      )
      it.each(rows)('$packaging, $c14n, $algorithm', async ({ packaging, c14n, algorithm }) => {
        const p12 = await writeP12(folder, `dss-${algorithm}`, identities.get(algorithm) as LabIdentity, lab.root.certificate, 'secret')
        const kind = packaging.toUpperCase().replace('-', '_')
        for (const document of ['CRLF', 'BOM'] as const) {
          const [file, out] = [join(folder, `named-${document}.xml`), join(folder, 'theirs.xml')]
          // DSS wants an ID on the document element where it signs beside it.
          const bytes = concat([DOCUMENTS[document].subarray(0, at(document)), utf8(' Id="all"'), DOCUMENTS[document].subarray(at(document))])
          writeFileSync(file, bytes)
          const request = {
            op: 'sign',
            level: 'XAdES-BASELINE-B',
            p12,
            password: 'secret',
            packaging: kind,
            digest: 'SHA256',
            pss: algorithm === 'PSS',
            c14n,
          } as const
          const { error } = await dssOracle().ask({ ...request, file, out, anchors: [root] })
          expect(error).toBeUndefined()
          const signed = new Uint8Array(readFileSync(out))
          expect((await checked(signed, { [`named-${document}.xml`]: bytes })).map(({ intact }) => intact)).toEqual([true])
          // Ours beside theirs: both hold.
          if (packaging === 'enveloped') {
            const both = await signXml(signed, signer(algorithm)).catch((thrown: unknown) => thrown)
            if (both instanceof Uint8Array) expect((await checked(both)).map(({ intact }) => intact)).toEqual([true, true])
            else expect(both).toMatchObject({ code: 'ERR_XML_SIGNATURE_BROKEN' })
          }
        }
      })
    })

    describe('signatures of xmlsec1 are intact in kyso', () => {
      const D = 'http://www.w3.org/2000/09/xmldsig#'
      const C14N = ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'http://www.w3.org/2006/12/xml-c14n11', 'http://www.w3.org/2001/10/xml-exc-c14n#']
      const template = (c14n: string, method: string): string =>
        `<Signature xmlns="${D}"><SignedInfo><CanonicalizationMethod Algorithm="${c14n}"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${method}"/><Reference URI=""><Transforms><Transform Algorithm="${D}enveloped-signature"/><Transform Algorithm="${c14n}"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>`
      it.each(
        C14N.flatMap((c14n) =>
          (['RSA', 'P-256'] as const).flatMap((algorithm) => (Object.keys(DOCUMENTS) as DocumentName[]).map((document) => ({ c14n, algorithm, document }))),
        ),
      )('$c14n, $algorithm, $document', async ({ c14n, algorithm, document }) => {
        const identity = identities.get(algorithm) as LabIdentity
        await writeP12(folder, `sec-${algorithm}`, identity, lab.root.certificate, 'secret')
        const [source, out] = [join(folder, 'template.xml'), join(folder, 'xmlsec1.xml')]
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(DOCUMENTS[document])
        writeFileSync(source, text.replace('</TDiep>', `${template(c14n, algorithm === 'RSA' ? 'rsa-sha256' : 'ecdsa-sha256')}</TDiep>`))
        const key = `${join(folder, `sec-${algorithm}.key.pem`)},${join(folder, `sec-${algorithm}.crt.pem`)}`
        const { status, stderr } = await run('xmlsec1', ['--sign', '--privkey-pem', key, '--output', out, source])
        expect(status, stderr).toBe(0)
        expect((await checked(new Uint8Array(readFileSync(out)))).map(({ intact }) => intact)).toEqual([true])
      })
    })
  },
  'EU DSS or xmlsec1',
)
