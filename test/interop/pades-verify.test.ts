/** What EU DSS and pyHanko sign is intact in kyso, of the same level, and passes with what is needed; and they sign after one another. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity, type LabServer, pem } from '../../src/testing/index.ts'
import { type Report, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { ALGORITHMS, type AlgorithmName, documents, dssOf, inTwos, PDFSIG_VALID, type Prepared, pdfsig, pyhankoOn, writeP12 } from '../support/pades.ts'
import { closeOracles, describeWith, dssOracle, hasDss, hasPyhanko, hasTool, pyhankoOracle, temporaryFolder } from '../support/tools.ts'

type Program = 'DSS' | 'pyHanko'
type Level = 'B' | 'T' | 'LT' | 'LTA'
const SECRET = 'p12 secret'

/** How a document is signed once. */
interface Wish {
  readonly by: Program
  readonly level: Level
  readonly algorithm: AlgorithmName
  readonly document: string
}

/**
 * Where EU DSS 6.4 signs encrypted documents it leaves, behind the signature in /Contents, the ciphertext of its zeros: /Contents is not
 * to be encrypted (ISO 32000-2 §7.6.2), and what follows the signature has to be zero. kyso refuses other padding whoever wrote it.
 */

const ready = hasDss && hasPyhanko && ['openssl', 'pdfsig', 'qpdf'].every(hasTool)
describeWith(
  'PDF signatures of other programs in kyso',
  ready,
  () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root.pem')
    const p12 = new Map<AlgorithmName, string>()
    const identities = new Map<AlgorithmName, LabIdentity>()
    let lab: Lab
    let server: LabServer
    let prepared: ReadonlyMap<string, Prepared>

    beforeAll(async () => {
      lab = await Lab.create({ http: true })
      server = await lab.serve()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      for (const name of Object.keys(ALGORITHMS) as AlgorithmName[]) {
        const identity = await lab.issue(ALGORITHMS[name])
        identities.set(name, identity)
        p12.set(name, await writeP12(folder, name, identity, lab.root.certificate, SECRET))
      }
      prepared = await documents(folder)
    })
    afterAll(async () => {
      closeOracles()
      await lab.close()
    })

    const digestOf = (algorithm: AlgorithmName): string => (algorithm === 'P-384' ? 'SHA384' : 'SHA256')

    /** Has a program sign; the path of what it made. */
    let signings = 0
    async function signBy(by: Program, file: string, level: Level, algorithm: AlgorithmName, password?: string): Promise<string> {
      // One encrypted file is opened by two passwords, and signed at the same time.
      const out = `${file.replace(/\.pdf$/, '')}-${by}-${level}-${algorithm}-${++signings}.pdf`
      const key = p12.get(algorithm) as string
      if (by === 'DSS') {
        const { error } = await dssOracle().ask({
          op: 'sign',
          file,
          out,
          level: `PAdES-BASELINE-${level}`,
          p12: key,
          password: SECRET,
          digest: digestOf(algorithm),
          pss: algorithm === 'PSS',
          anchors: [root],
          online: level.startsWith('LT'),
          ...(level === 'B' ? {} : { tsa: server.tsaUrl }),
          ...(password === undefined ? {} : { documentPassword: password }),
        })
        if (error !== undefined) throw new Error(`DSS: ${error}`)
        return out
      }
      const optional = [
        ...(algorithm === 'PSS' ? ['--pss'] : []),
        ...(level === 'B' ? [] : ['--tsa', server.tsaUrl]),
        ...(level.startsWith('LT') ? ['--anchor', root] : []),
        ...(password === undefined ? [] : ['--user-password', password]),
      ]
      await pyhankoOracle([
        'sign',
        '--p12',
        key,
        '--password',
        SECRET,
        '--level',
        `B-${level}`,
        '--md',
        digestOf(algorithm).toLowerCase(),
        ...optional,
        file,
        out,
      ])
      return out
    }

    /** kyso signs. */
    async function signByKyso(file: string, level: 'B-B' | 'B-T', algorithm: AlgorithmName, password?: string): Promise<string> {
      const signed = await signPdf(new Uint8Array(readFileSync(file)), {
        signer: (identities.get(algorithm) as LabIdentity).signer,
        level,
        sources: { timestamp: lab.tsa.source },
        ...(password === undefined ? {} : { password }),
      })
      const out = `${file.replace(/\.pdf$/, '')}-kyso-${level}-${algorithm}.pdf`
      writeFileSync(out, signed)
      return out
    }

    /** kyso's report; with the lab's CRLs unless the file has to do by itself. */
    async function reportOn(file: string, password?: string, evidence: 'crls' | 'none' = 'crls'): Promise<Report> {
      const crls = evidence === 'crls' ? [await lab.crl(lab.root), await lab.crl()] : []
      return verify(new Uint8Array(readFileSync(file)), { trust: [trustAnchor(lab.root.certificate)], crls, ...(password === undefined ? {} : { password }) })
    }

    const expected = (levels: readonly Level[], algorithms: readonly AlgorithmName[]): object[] =>
      levels.map((level, i) => ({
        intact: true,
        indication: 'TOTAL-PASSED',
        level: `PAdES-BASELINE-${level}`,
        digestAlgorithm: algorithms[i] === 'P-384' ? 'SHA-384' : 'SHA-256',
        modifications: { kind: i === levels.length - 1 ? 'none' : 'explained' },
        timestamps: level === 'B' ? [] : [{ type: 'signature', intact: true, indication: 'TOTAL-PASSED' }],
      }))

    describe('once and twice', () => {
      const wishes: Wish[] = []
      for (const by of ['DSS', 'pyHanko'] as const) {
        for (const level of ['B', 'T'] as const) {
          for (const algorithm of Object.keys(ALGORITHMS) as AlgorithmName[]) wishes.push({ by, level, algorithm, document: 'table' })
        }
        for (const document of ['xref-stream', 'hybrid', 'RC4-128 by user', 'AES-128 by user', 'AES-256 by user', 'AES-256 by owner']) {
          wishes.push({ by, level: 'T', algorithm: 'P-256', document })
        }
      }
      const files = new Map<Wish, { once: string; twice: string }>()
      beforeAll(async () => {
        await inTwos(wishes, async (wish) => {
          const { path, password } = prepared.get(wish.document) as Prepared
          const once = await signBy(wish.by, path, wish.level, wish.algorithm, password)
          files.set(wish, { once, twice: await signBy(wish.by, once, wish.level, wish.algorithm, password) })
        })
      })

      it.each(wishes)('$by, $document, $level, $algorithm', async (wish) => {
        const { once, twice } = files.get(wish) as { once: string; twice: string }
        const { password } = prepared.get(wish.document) as Prepared
        const { level, algorithm } = wish
        const first = await reportOn(once, password)
        expect(first.error).toBeUndefined()
        expect(first.signatures).toMatchObject(expected([level], [algorithm]))
        const second = await reportOn(twice, password)
        expect(second.signatures).toMatchObject(expected([level, level], [algorithm, algorithm]))
        expect(second.indication).toBe('TOTAL-PASSED')
        // The level is what the signing program's own reading says, too.
        const { signatures } = await dssOf(dssOracle(), twice, root, password)
        expect(signatures?.map((one) => one.level)).toEqual(second.signatures.map((one) => one.level))
      })
    })

    /** Everybody says that every signature is intact; kyso lets them pass. */
    async function expectIntactEverywhere(
      file: string,
      count: number,
      password?: string,
      docmdp: readonly boolean[] = Array(count).fill(true),
    ): Promise<Report> {
      const report = await reportOn(file, password)
      expect(report.error).toBeUndefined()
      const found = report.signatures.map(({ indication, intact, modifications: { kind, changes }, messages }) => ({
        indication,
        intact,
        kind,
        against: [...(kind === 'unexplained' ? changes : []), ...messages.filter(({ severity }) => severity === 'error')],
      }))
      const right = { indication: 'TOTAL-PASSED', intact: true, against: [] }
      expect(found).toEqual(Array.from({ length: count }, (_, i) => ({ ...right, kind: i === count - 1 ? 'none' : 'explained' })))
      const { signatures = [], error } = await dssOf(dssOracle(), file, root, password)
      expect(error).toBeUndefined()
      expect(report.signatures.map(({ level }) => level)).toEqual(signatures.map(({ level }) => level))
      expect(signatures.map(({ intact, pdf }) => [intact, pdf?.byteRangeValid, pdf?.undefinedChanges])).toEqual(Array(count).fill([true, true, 0]))
      const pyhanko = [...(await pyhankoOn([[file, password]], root)).values()][0]
      const theirs = pyhanko?.signatures?.filter(({ isDocTimestamp }) => !isDocTimestamp) ?? []
      expect(theirs.map(({ intact, valid, docmdpOk }) => [intact, valid, docmdpOk])).toEqual(docmdp.map((ok) => [true, true, ok]))
      const poppler = (await pdfsig(file, { user: password })).filter(({ type }) => type !== 'unknown')
      expect(poppler.map(({ validation }) => validation)).toEqual(Array(count).fill(PDFSIG_VALID))
      return report
    }

    describe('after one another', () => {
      const orders: [string, readonly (Program | 'kyso')[]][] = [
        ['kyso after DSS', ['DSS', 'kyso']],
        ['DSS after kyso', ['kyso', 'DSS']],
        ['kyso after pyHanko', ['pyHanko', 'kyso']],
        ['pyHanko after kyso', ['kyso', 'pyHanko']],
        ['each after the others', ['kyso', 'DSS', 'pyHanko', 'kyso', 'pyHanko', 'DSS']],
      ]
      const documentsFor = (order: readonly string[]): string[] =>
        order.includes('DSS') ? ['table', 'xref-stream'] : ['table', 'xref-stream', 'AES-256 by user']
      it.each(orders.flatMap(([name, order]) => documentsFor(order).map((document) => ({ name, order, document }))))(
        '$name: $document',
        async ({ order, document }) => {
          const { path, password } = prepared.get(document) as Prepared
          let file = path
          for (const [i, by] of order.entries()) {
            const algorithm = (['P-256', 'RSA', 'P-384', 'PSS'] as const)[i % 4] ?? 'RSA'
            file =
              by === 'kyso'
                ? await signByKyso(file, i % 2 ? 'B-B' : 'B-T', algorithm, password)
                : await signBy(by, file, i % 2 ? 'T' : 'B', algorithm, password)
          }
          await expectIntactEverywhere(file, order.length, password)
        },
      )
    })

    describe('padding that is the encryption of zeros', () => {
      it.each(['RC4-128 by user', 'AES-128 by user', 'AES-256 by user', 'AES-256 by owner'])('is tolerated and told: DSS, %s', async (document) => {
        const { path, password } = prepared.get(document) as Prepared
        const mine = await signByKyso(path, 'B-T', 'P-256', password)
        const file = await signByKyso(await signBy('DSS', mine, 'T', 'RSA', password), 'B-B', 'P-384', password)
        const { signatures, oddities } = await reportOn(file, password)
        const fine = { intact: true, indication: 'TOTAL-PASSED' }
        expect(signatures).toMatchObject([fine, fine, fine])
        expect(oddities.map(({ code }) => code)).toContain('contents-padding-encrypted')
      })
    })

    describe('with validation data', () => {
      const wishes = (['DSS', 'pyHanko'] as const).flatMap((by) =>
        (['LT', 'LTA'] as const).flatMap((level) => ['table', 'xref-stream', 'hybrid', 'AES-256 by user'].map((document) => ({ by, level, document }))),
      )
      it.each(wishes)('$by, $level, $document', async ({ by, level, document }) => {
        const { path, password } = prepared.get(document) as Prepared
        const file = await signBy(by, path, level, 'P-256', password)
        // Nothing but the file and the root.
        const report = await reportOn(file, password, 'none')
        expect(report.error).toBeUndefined()
        expect(report.signatures.map(({ modifications }) => modifications)).toMatchObject([{ kind: 'explained' }])
        expect(report.documentTimestamps).toMatchObject(level === 'LTA' ? [{ intact: true }] : [])
        expect(report.signatures).toMatchObject([{ intact: true, level: `PAdES-BASELINE-${level}`, indication: 'TOTAL-PASSED' }])
        const { signatures } = await dssOf(dssOracle(), file, root, password)
        expect(signatures).toMatchObject([{ level: `PAdES-BASELINE-${level}`, indication: 'TOTAL_PASSED' }])
      })

      it.each((['DSS', 'pyHanko'] as const).flatMap((by) => ['table', 'xref-stream'].map((document) => ({ by, document }))))(
        'kyso signs after a $by LTA, and $by LTA after that: $document',
        async ({ by, document }) => {
          const { path } = prepared.get(document) as Prepared
          const archived = await signBy(by, path, 'LTA', 'RSA')
          const signed = await signByKyso(archived, 'B-T', 'P-256')
          // On a file with cross-reference streams DSS gives the number of an old stream to a new object, which pyHanko takes for a change.
          await expectIntactEverywhere(signed, 2, undefined, [by !== 'DSS' || document === 'table', true])
          const again = await signBy(by, signed, 'LTA', 'P-384')
          const { signatures, documentTimestamps } = await reportOn(again)
          expect(signatures.map(({ intact, modifications }) => [intact, modifications.kind])).toEqual(Array(3).fill([true, 'explained']))
          expect(documentTimestamps.map(({ intact }) => intact)).toEqual([true, true])
        },
      )

      it.each(['table', 'xref-stream', 'hybrid'])('DSS extends what kyso signed: %s', async (document) => {
        const { path, password } = prepared.get(document) as Prepared
        let file = await signByKyso(path, 'B-B', 'P-256', password)
        for (const level of ['T', 'LT', 'LTA'] as const) {
          const out = file.replace(/\.pdf$/, `-extended-${level}.pdf`)
          const { error } = await dssOracle().ask({
            op: 'extend',
            file,
            out,
            level: `PAdES-BASELINE-${level}`,
            tsa: server.tsaUrl,
            anchors: [root],
            online: true,
            ...(password === undefined ? {} : { documentPassword: password }),
          })
          expect(error).toBeUndefined()
          file = out
          const report = await reportOn(file, password)
          expect(report.signatures).toMatchObject([
            { intact: true, indication: 'TOTAL-PASSED', level: `PAdES-BASELINE-${level}`, modifications: { kind: 'explained' } },
          ])
          expect(report.documentTimestamps.every(({ intact }) => intact)).toBe(true)
        }
        const { signatures } = await dssOf(dssOracle(), file, root, password)
        expect(signatures).toMatchObject([{ level: 'PAdES-BASELINE-LTA', intact: true }])
      })
    })
  },
  'EU DSS, pyHanko, openssl, pdfsig or qpdf',
)
