/**
 * An administrative document as Decree 30/2020 has it made: the leader's initials, the leader's signature, number and date, the
 * clerk's seal over the signature. Every signature is intact in other programs after the last, none of them finds a change that
 * was not allowed, and what was PDF/A still is.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { equal } from '../../src/core/bytes.ts'
import { addPdfFields, fillPdfFields, type Placement, signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { fieldLook, sealLook, textLook } from '../support/looks.ts'
import { dssOf, encrypted, PDFSIG_VALID, pdfsig, pyhankoOn, qpdfCheck, SECRETS } from '../support/pades.ts'
import { type PageGeometry, plainPdf } from '../support/pages.ts'
import { archivePdf } from '../support/pdfa.ts'
import { changedArea } from '../support/png.ts'
import { againstGolden, render, textOf } from '../support/render.ts'
import {
  closeOracles,
  corpus,
  type DssAnswer,
  describeWith,
  dssOracle,
  hasDss,
  hasPyhanko,
  hasTool,
  type PyhankoAnswer,
  temporaryFolder,
} from '../support/tools.ts'
import { closeVerapdf, type Flavour, hasVerapdf, nonconformities } from '../support/verapdf.ts'

/** A5. */
const PAGE: PageGeometry = { mediaBox: [0, 0, 420, 595] }
const NUMBER = 'Số: 123/QĐ-UBND'
const DATE = 'ngày 22 tháng 11 năm 2026'

interface Hand {
  readonly field: string
  readonly placement: Placement
  readonly reason: string
}

const INITIALS: Hand = { field: 'Ký nháy', placement: { page: 1, corner: 'bottom-right', x: 20, y: 16, width: 60, height: 24 }, reason: 'Ký nháy' }
const SIGNATURE: Hand = { field: 'Chữ ký', placement: { page: 1, rectangle: [230, 120, 160, 60] }, reason: 'Phê duyệt' }
/** Over the left third of the signature, as annex I of the decree wants it. */
const SEAL: Hand = { field: 'Dấu', placement: { page: 1, rectangle: [190, 104, 90, 90] }, reason: 'Đóng dấu' }
/** Where it touches nothing. */
const BESIDE_PLACE: Placement = { page: 1, rectangle: [90, 104, 90, 90] }
const HANDS = [INITIALS, SIGNATURE, SEAL] as const

/** What a file is to begin with. */
interface Base {
  readonly pdf: Uint8Array
  readonly password?: string
  readonly flavour?: Flavour
}

const KINDS = ['table', 'xref-stream', 'AES-256', 'PDF/A-1b', 'PDF/A-1b of DSS', 'PDF/A-2b', 'PDF/A-1a', 'PDF/A-2a', 'PDF/A-3b', 'PDF/UA-1'] as const
type Kind = (typeof KINDS)[number]
/** Kinds with a structure tree. */
const TAGGED: readonly Kind[] = ['PDF/A-1a', 'PDF/A-2a', 'PDF/UA-1']
const FROM_DSS = 'pdf/dss/not_signed_pdfa.pdf'
const FLAVOURS: ReadonlyMap<Kind, Flavour> = new Map([
  ['PDF/A-1b', '1b'],
  ['PDF/A-2b', '2b'],
  ['PDF/A-1a', '1a'],
  ['PDF/A-2a', '2a'],
  ['PDF/A-3b', '3b'],
  ['PDF/UA-1', 'ua1'],
])

async function base(kind: Kind, folder: string): Promise<Base> {
  if (kind === 'AES-256') return { pdf: await encrypted(folder, kind, plainPdf(PAGE)), password: SECRETS.user }
  if (kind === 'table' || kind === 'xref-stream') return { pdf: plainPdf(PAGE, kind) }
  if (kind === 'PDF/A-1b of DSS') return { pdf: new Uint8Array(readFileSync(corpus(FROM_DSS) ?? FROM_DSS)), flavour: '1b' }
  const flavour = FLAVOURS.get(kind) as Flavour
  return { pdf: archivePdf(flavour, PAGE, flavour.startsWith('2') ? 'object-streams' : 'table'), flavour }
}

/** How the hands sign. */
interface Way {
  readonly name: string
  /** Whether the fields are there before. */
  readonly prepared: boolean
  /** Whether the first hand certifies, with P = 2 as the government's own tool has it. */
  readonly certified?: boolean
  readonly invisible?: boolean
  /** Whether the seal stands beside the signature, rather than over it. */
  readonly beside?: boolean
}

const WAYS: readonly Way[] = [
  { name: 'prepared fields', prepared: true },
  { name: 'no fields', prepared: false },
  { name: 'no fields, not shown', prepared: false, invisible: true },
]
const CERTIFIED: readonly Way[] = [
  { name: 'prepared fields, certified', prepared: true, certified: true },
  { name: 'no fields, certified', prepared: false, certified: true },
]
const BESIDE: Way = { name: 'no fields, the seal beside', prepared: false, beside: true }

function waysOf(kind: Kind): readonly Way[] {
  const certified = ['table', 'xref-stream', 'AES-256', 'PDF/A-1b', 'PDF/A-2b'].includes(kind)
  return [...WAYS, ...(certified ? CERTIFIED : []), ...(kind === 'table' ? [BESIDE] : [])]
}

const ready = hasDss && hasPyhanko && hasVerapdf && corpus(FROM_DSS) !== null && ['pdfsig', 'qpdf', 'pdftoppm', 'pdftotext'].every(hasTool)
describeWith(
  'three hands on one file',
  ready,
  () => {
    const folder = temporaryFolder()
    const root = join(folder, 'root.pem')
    let lab: Lab
    let leader: LabIdentity
    let clerk: LabIdentity
    const files = new Map<string, Base & { readonly path: string; readonly unclean: readonly string[] }>()
    const pyhanko = new Map<string, PyhankoAnswer>()
    const dss = new Map<string, Promise<DssAnswer>>()
    const cases = KINDS.flatMap((kind) => waysOf(kind).map((way) => ({ ...way, name: `${kind}, ${way.name}`, kind })))

    beforeAll(async () => {
      lab = await Lab.create()
      writeFileSync(root, pem(lab.root.certificate, 'CERTIFICATE'))
      leader = await lab.issue({ subject: 'CN=Nguyễn Thị Ngọc Ánh,O=Ủy ban nhân dân tỉnh,C=VN' })
      clerk = await lab.issue({ subject: 'CN=Ủy ban nhân dân tỉnh,O=Ủy ban nhân dân tỉnh,C=VN' })
      for (const [i, one] of cases.entries()) {
        const start = await base(one.kind, folder)
        const path = join(folder, `hands-${i}.pdf`)
        const unclean: string[] = []
        let pdf = start.pdf
        /** After each step the file is whole, begins with what was there, and conforms as before. */
        const step = async (name: string, next: Uint8Array): Promise<void> => {
          if (!equal(next.subarray(0, pdf.length), pdf)) unclean.push(`${name}: what was there has changed`)
          pdf = next
          writeFileSync(path, pdf)
          const { rank, kinds } = await qpdfCheck(path, start.password)
          if (rank !== 0) unclean.push(`${name}: ${[...kinds].join('; ')}`)
          if (start.flavour) unclean.push(...(await nonconformities(path, start.flavour)).map((line) => `${name}: ${line}`))
        }
        await step('begin', pdf)
        for (const [name, next] of stepsOf(one, start.password)) await step(name, await next(pdf))
        files.set(one.name, { ...start, path, pdf, unclean })
        dss.set(one.name, dssOf(dssOracle(), path, root, start.password))
      }
      const answers = await pyhankoOn(
        [...files.values()].map(({ path, password }) => [path, password]),
        root,
      )
      for (const [name, { path }] of files) pyhanko.set(name, answers.get(path) as PyhankoAnswer)
      await Promise.all(dss.values())
    })
    afterAll(() => {
      closeOracles()
      closeVerapdf()
    })

    type Step = readonly [name: string, next: (pdf: Uint8Array) => Promise<Uint8Array>]

    function stepsOf({ prepared, certified, invisible, beside }: Way, password: string | undefined): readonly Step[] {
      const open = password === undefined ? {} : { password }
      const looks = [textLook('NTNA', 14), textLook('Nguyễn Thị Ngọc Ánh\nChủ tịch'), sealLook()] as const
      const hand = (i: 0 | 1 | 2): Step => {
        const { field, placement, reason } = i === 2 && beside ? { ...SEAL, placement: BESIDE_PLACE } : HANDS[i]
        const signing = {
          signer: (i === 2 ? clerk : leader).signer,
          level: i === 0 ? ('B-B' as const) : ('B-T' as const),
          sources: { timestamp: lab.tsa.source },
          field,
          reason,
          ...(invisible ? {} : { visible: { appearance: looks[i], ...(prepared ? {} : { placement }) } }),
          ...(certified && i === 0 ? { certify: 2 as const } : {}),
          ...open,
        }
        return [field, (pdf) => signPdf(pdf, signing)]
      }
      if (!prepared) return [hand(0), hand(1), hand(2)]
      return [
        ['fields', (pdf) => addPdfFields(pdf, FIELDS, open)],
        hand(0),
        hand(1),
        ['number and date', (pdf) => fillPdfFields(pdf, { Số: NUMBER, Ngày: DATE }, { appearance: fieldLook, ...open })],
        hand(2),
      ]
    }
    const FIELDS = [
      ...HANDS.map(({ field, placement }) => ({ type: 'signature' as const, name: field, placement, tooltip: field })),
      { type: 'text' as const, name: 'Số', placement: { page: 1, rectangle: [30, 530, 150, 20] as const }, fontSize: 11, tooltip: 'Số của văn bản' },
      { type: 'text' as const, name: 'Ngày', placement: { page: 1, rectangle: [220, 530, 170, 20] as const }, tooltip: 'Ngày ban hành' },
    ]

    describe.each(cases)('$name', ({ name, prepared, certified, invisible, beside, kind }) => {
      const tagged = TAGGED.includes(kind)
      const file = () => files.get(name) as Base & { path: string; unclean: readonly string[] }
      const each = <T>(one: (i: number) => T): T[] => HANDS.map((_, i) => one(i))

      it('is whole to qpdf and conforms to what it did, after every step', () => {
        const { unclean } = file()
        // ISO 14289-1 §7.18.4 wants each widget in the structure; one that is made after a signature stays out of it, for no verifier explains a change there.
        const left = kind === 'PDF/UA-1' && !prepared && !invisible ? unclean.filter((line) => !/^(Chữ ký|Dấu): 7\.18\.4 test 1: /.test(line)) : unclean
        expect(left).toEqual([])
      })

      it('poppler', async () => {
        const { path, password } = file()
        expect(await pdfsig(path, { user: password })).toEqual(
          each((i) => ({ field: HANDS[i]?.field, validation: PDFSIG_VALID, type: 'ETSI.CAdES.detached', total: i === 2 })),
        )
      })

      it('pyHanko', () => {
        const answer = pyhanko.get(name)
        expect(answer?.error).toBeUndefined()
        expect(answer?.strictOk).toBe(true)
        expect(answer?.signatures).toMatchObject(
          each((i) => ({
            field: HANDS[i]?.field,
            intact: true,
            valid: true,
            trusted: true,
            coverage: i === 2 ? 'ENTIRE_FILE' : 'ENTIRE_REVISION',
            // Fields that are seen and made after a certification are refused by a rule of pyHanko's own, which P = 2 does not have.
            ...(certified && !prepared && i === 0
              ? { docmdpOk: false, modification: 'OTHER' }
              : { docmdpOk: true, bottomLine: true, modification: i === 2 ? 'NONE' : expect.stringMatching(/^(FORM_FILLING|LTA_UPDATES)$/) }),
          })),
        )
      })

      it('DSS', async () => {
        const { error, signatures } = await (dss.get(name) as Promise<DssAnswer>)
        expect(error).toBeUndefined()
        expect(signatures).toHaveLength(3)
        for (const signature of signatures ?? []) {
          expect(signature).toMatchObject({
            intact: true,
            structure: true,
            trustedChain: true,
            // DSS comes to the fields through the structure tree too, and knows no rule for what is new on that way.
            pdf: { byteRangeValid: true, dictionaryConsistent: true, annotationChanges: 0, ...(tagged && prepared ? {} : { undefinedChanges: 0 }) },
          })
        }
        // All that DSS calls modified is the seal over the signature: widgets that overlap.
        const overlap = !invisible && !beside
        expect(signatures?.map(({ pdf }) => pdf?.modified)).toEqual(each(() => overlap))
      })

      it('kyso', async () => {
        const { pdf, password } = file()
        const crls = [await lab.crl(lab.root), await lab.crl()]
        const report = await verify(pdf, { trust: [trustAnchor(lab.root.certificate)], crls, ...(password === undefined ? {} : { password }) })
        expect(report.signatures).toMatchObject(
          each((i) => ({
            indication: 'TOTAL-PASSED',
            intact: true,
            claims: { field: HANDS[i]?.field, reason: HANDS[i]?.reason },
            modifications: { kind: i === 2 ? 'none' : 'explained' },
          })),
        )
        expect(report.oddities).toEqual([])
      })

      it('shows all that was put there, and nothing else', async () => {
        const { path, password } = file()
        const options = password === undefined ? {} : { password }
        if (invisible) {
          const begin = join(folder, 'begin.pdf')
          writeFileSync(begin, (await base(kind, folder)).pdf)
          expect(changedArea(await render(begin, options), await render(path, options))).toBeNull()
          return
        }
        const text = await textOf(path, password)
        for (const one of ['NTNA', 'Nguyễn Thị Ngọc Ánh', 'Chủ tịch', ...(prepared ? [NUMBER, DATE] : [])]) expect(text).toContain(one)
        if (kind === 'PDF/A-1b of DSS') return // its page is another
        // A certified file looks as one that is not, and a PDF/A as any other, but for the edge of the seal where nothing may be half transparent.
        const golden = `three-hands${prepared ? '-prepared' : ''}${beside ? '-beside' : ''}${kind.startsWith('PDF/A-1') ? '-pdfa-1' : ''}`
        expect(await againstGolden(golden, path, options, 0.002)).toBeNull()
      })
    })
  },
  'EU DSS, pyHanko, veraPDF, pdfsig, qpdf, pdftoppm or the corpus',
)
