/** What kyso signs as XML is intact in xmlsec1 and EU DSS, and DSS names the level that was asked for; what they sign is intact here. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexOf, utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { type Canonicalization, counterSignXml, type SignXmlOptions, signXml, type XadesLevel, type XmlPackaging } from '../../src/xades/index.ts'
import { inTwos } from '../support/pades.ts'
import { closeOracles, type DssAnswer, describeWith, dssOracle, hasDss, hasTool, temporaryFolder } from '../support/tools.ts'
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
  },
  'EU DSS or xmlsec1',
)
