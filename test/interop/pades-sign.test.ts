/** What kyso signs is intact in poppler, pyHanko and EU DSS, and DSS names the level that was asked for. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { equal } from '../../src/core/bytes.ts'
import { type PadesLevel, signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { ALGORITHMS, type AlgorithmName, documents, dssOf, PDFSIG_VALID, type Prepared, pdfsig, pyhankoOn, qpdfCheck, rendered } from '../support/pades.ts'
import { closeOracles, type DssAnswer, describeWith, dssOracle, hasDss, hasPyhanko, hasTool, type PyhankoAnswer, temporaryFolder } from '../support/tools.ts'

interface Case {
  readonly name: string
  readonly path: string
  readonly level: PadesLevel
  readonly algorithm: AlgorithmName
  readonly times: number
  readonly document: Prepared
}

const LEVELS: readonly PadesLevel[] = ['B-B', 'B-T']
const DOCUMENTS = [
  'table',
  'xref-stream',
  'hybrid',
  'RC4-128 by user',
  'RC4-128 by owner',
  'AES-128 by user',
  'AES-128 by owner',
  'AES-256 by user',
  'AES-256 by owner',
] as const
/** DSS's and pyHanko's words for the algorithms. */
const WORDS: Readonly<Record<AlgorithmName, { dss: string; pyhanko: string; digest: string }>> = {
  RSA: { dss: 'RSA', pyhanko: 'sha256_rsa', digest: 'SHA256' },
  PSS: { dss: 'RSASSA_PSS', pyhanko: 'rsassa_pss', digest: 'SHA256' },
  'P-256': { dss: 'ECDSA', pyhanko: 'sha256_ecdsa', digest: 'SHA256' },
  'P-384': { dss: 'ECDSA', pyhanko: 'sha384_ecdsa', digest: 'SHA384' },
}

const ready = hasDss && hasPyhanko && ['pdfsig', 'qpdf', 'pdftoppm'].every(hasTool)
describeWith(
  'kyso’s PDF signatures in other programs',
  ready,
  () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root.pem')
    let lab: Lab
    const identities = new Map<AlgorithmName, LabIdentity>()
    let prepared: ReadonlyMap<string, Prepared>
    const pyhanko = new Map<string, PyhankoAnswer>()
    const dss = new Map<string, Promise<DssAnswer>>()

    const cases: Omit<Case, 'document' | 'path'>[] = []
    for (const kind of DOCUMENTS) {
      for (const algorithm of Object.keys(ALGORITHMS) as AlgorithmName[]) {
        for (const level of LEVELS) {
          for (const times of [1, 3]) cases.push({ name: `${kind}: ${algorithm} ${level} × ${times}`, level, algorithm, times })
        }
      }
    }
    const documentOf = (name: string): Prepared => prepared.get(name.split(': ')[0] ?? '') as Prepared
    const made = new Map<string, Case>()

    async function sign(pdf: Uint8Array, algorithm: AlgorithmName, level: PadesLevel, document: Prepared): Promise<Uint8Array> {
      return signPdf(pdf, {
        signer: (identities.get(algorithm) as LabIdentity).signer,
        level,
        sources: { timestamp: lab.tsa.source },
        reason: 'Phê duyệt',
        location: 'Hà Nội',
        ...(document.password === undefined ? {} : { password: document.password }),
      })
    }

    beforeAll(async () => {
      lab = await Lab.create()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      for (const [name, options] of Object.entries(ALGORITHMS)) identities.set(name as AlgorithmName, await lab.issue(options))
      prepared = await documents(folder)
      for (const [i, one] of cases.entries()) {
        const document = documentOf(one.name)
        let pdf = document.bytes
        for (let time = 0; time < one.times; time++) pdf = await sign(pdf, one.algorithm, one.level, document)
        const path = join(folder, `signed-${i}.pdf`)
        writeFileSync(path, pdf)
        made.set(one.name, { ...one, path, document })
        dss.set(path, dssOf(dssOracle(), path, root, document.password))
      }
      for (const [path, answer] of await pyhankoOn(
        [...made.values()].map(({ path, document }) => [path, document.password]),
        root,
      ))
        pyhanko.set(path, answer)
      await Promise.all(dss.values())
    })
    afterAll(closeOracles)

    it('the documents it starts from are whole to qpdf', async () => {
      for (const { path, password } of prepared.values()) expect(await qpdfCheck(path, password)).toEqual({ rank: 0, kinds: new Set() })
    })

    describe.each(cases)('$name', ({ name, level, algorithm, times }) => {
      const last = (i: number): boolean => i === times - 1
      const each = <T>(one: (i: number) => T): T[] => Array.from({ length: times }, (_, i) => one(i))
      const signed = (): Case => made.get(name) as Case

      it('poppler', async () => {
        const { path, document } = signed()
        const found = await pdfsig(path, { [document.as]: document.password })
        expect(found).toEqual(each((i) => ({ field: `Signature${i + 1}`, validation: PDFSIG_VALID, type: 'ETSI.CAdES.detached', total: last(i) })))
      })

      it('qpdf', async () => {
        const { path, document } = signed()
        expect(await qpdfCheck(path, document.password)).toEqual({ rank: 0, kinds: new Set() })
      })

      it('pyHanko', () => {
        const answer = pyhanko.get(signed().path)
        expect(answer?.error).toBeUndefined()
        const { pyhanko: mechanism, digest } = WORDS[algorithm]
        expect(answer?.strictOk).toBe(true)
        expect(answer?.signatures).toMatchObject(
          each((i) => ({
            field: `Signature${i + 1}`,
            subfilter: 'ETSI.CAdES.detached',
            intact: true,
            valid: true,
            trusted: true,
            docmdpOk: true,
            coverage: last(i) ? 'ENTIRE_FILE' : 'ENTIRE_REVISION',
            bottomLine: true,
            mechanism,
            digest: digest.toLowerCase(),
            timestamp: level === 'B-T' ? { intact: true, valid: true, trusted: true } : null,
          })),
        )
      })

      it('DSS', async () => {
        const { error, signatures, documentTimestamps } = await (dss.get(signed().path) as Promise<DssAnswer>)
        expect(error).toBeUndefined()
        expect(documentTimestamps).toEqual([])
        const timestamps = level === 'B-T' ? [{ type: 'SIGNATURE_TIMESTAMP', intact: true, trustedChain: true }] : []
        expect(signatures).toHaveLength(times)
        for (const signature of signatures ?? []) {
          expect(signature).toMatchObject({
            level: `PAdES-BASELINE-${level.slice(2)}`,
            intact: true,
            signatureIntact: true,
            structure: true,
            trustedChain: true,
            encryptionAlgorithm: WORDS[algorithm].dss,
            digestAlgorithm: WORDS[algorithm].digest,
            pdf: { byteRangeValid: true, dictionaryConsistent: true, modified: false, undefinedChanges: 0, annotationChanges: 0 },
          })
          expect(signature.timestamps).toMatchObject(timestamps)
        }
      })

      it('kyso', async () => {
        const { path, document } = signed()
        const { bytes, password } = document
        const pdf = new Uint8Array(readFileSync(path))
        expect(equal(pdf.subarray(0, bytes.length), bytes)).toBe(true)
        const crls = [await lab.crl(lab.root), await lab.crl()]
        const report = await verify(pdf, { trust: [trustAnchor(lab.root.certificate)], crls, ...(password === undefined ? {} : { password }) })
        expect(report.oddities).toEqual([])
        expect(report.signatures).toMatchObject(
          each((i) => ({
            indication: 'TOTAL-PASSED',
            intact: true,
            level: `PAdES-BASELINE-${level.slice(2)}`,
            claims: { field: `Signature${i + 1}`, reason: 'Phê duyệt', location: 'Hà Nội' },
            modifications: { kind: last(i) ? 'none' : 'explained' },
            timestamps: level === 'B-T' ? [{ intact: true, indication: 'TOTAL-PASSED' }] : [],
          })),
        )
      })
    })

    it('looks as it looked before', async () => {
      for (const algorithm of ['P-256'] as const) {
        for (const document of prepared.values()) {
          const before = await rendered(document.path, document.password)
          const path = join(folder, 'seen.pdf')
          writeFileSync(path, await sign(await sign(document.bytes, algorithm, 'B-B', document), algorithm, 'B-B', document))
          const after = await rendered(path, document.password)
          // A page of 300 by 200 points at 60 dpi, and not all of it white.
          expect(before.length).toBeGreaterThan(250 * 166 * 3)
          expect(new Set(before).size).toBeGreaterThan(2)
          expect(equal(after, before)).toBe(true)
        }
      }
    })

    it('four keys one after the other, by user and by owner', async () => {
      const [user, owner] = [prepared.get('AES-256 by user'), prepared.get('AES-256 by owner')] as [Prepared, Prepared]
      let pdf = user.bytes
      for (const [i, algorithm] of ([...identities.keys()] as AlgorithmName[]).entries())
        pdf = await sign(pdf, algorithm, i % 2 ? 'B-T' : 'B-B', i % 2 ? owner : user)
      const path = join(folder, 'mixed.pdf')
      writeFileSync(path, pdf)
      expect((await pdfsig(path, { user: user.password })).map(({ validation }) => validation)).toEqual(Array(4).fill(PDFSIG_VALID))
      expect([...(await pyhankoOn([[path, user.password]], root)).values()][0]?.signatures?.map(({ bottomLine }) => bottomLine)).toEqual(Array(4).fill(true))
      const { signatures } = await dssOf(dssOracle(), path, root, user.password)
      expect(signatures?.map(({ level, intact }) => `${level} ${intact}`).sort()).toEqual(['B', 'B', 'T', 'T'].map((one) => `PAdES-BASELINE-${one} true`))
    })
  },
  'EU DSS, pyHanko, pdfsig, qpdf or pdftoppm',
)
