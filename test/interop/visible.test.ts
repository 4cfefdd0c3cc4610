/** Each visible signature is seen where it was put, upright, whatever the page: by poppler, against its measures and against golden images. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Appearance } from '../../src/pades/appearance-form.ts'
import { addPdfFields, fillPdfFields, type PageCorner, type Placement, signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { arrow, bareLook, fieldLook, LETTERS, textLook, VIETNAMESE } from '../support/looks.ts'
import { encrypted, PDFSIG_VALID, pdfsig, qpdfCheck, SECRETS } from '../support/pades.ts'
import { FIXTURE_FIELD, FIXTURE_FIELD_RECTANGLE, type PageFixture, pageFixtures, plainPdf, type SeenRectangle, seen } from '../support/pages.ts'
import { changedArea, type Picture } from '../support/png.ts'
import { againstGolden, type RenderOptions, render, textOf } from '../support/render.ts'
import { describeWithTools, temporaryFolder } from '../support/tools.ts'

/** The middle of the page, over what is drawn there. */
const RECTANGLE: SeenRectangle = [60, 170, 180, 50]
/** Distances from a corner, and the size of what stands there. */
const CORNER = { x: 26, y: 18, width: 66, height: 24 } as const
const CORNERS: readonly PageCorner[] = ['top-left', 'top-right', 'bottom-left', 'bottom-right']
const COLOURS: readonly (readonly [number, number, number])[] = [
  [0.8, 0.4, 0],
  [0, 0.5, 0.2],
  [0.1, 0.3, 0.8],
  [0.5, 0.1, 0.6],
]

interface Step {
  readonly name: string
  readonly appearance: Appearance
  /** None where the signature goes into the field that is there. */
  readonly placement?: Placement
  /** Where it shall be seen. */
  readonly rectangle: SeenRectangle
}

/** A signature at a rectangle, one in each corner, one in the existing field. */
function steps({ geometry, page }: PageFixture): readonly Step[] {
  const { width, height } = seen(geometry)
  // The last page of several, and the only one of a single-page file by turns, is asked for from the end.
  const number = page > 1 ? -1 : page
  const cornerRectangle = (corner: PageCorner): SeenRectangle => [
    corner.endsWith('left') ? CORNER.x : width - CORNER.x - CORNER.width,
    corner.startsWith('bottom') ? CORNER.y : height - CORNER.y - CORNER.height,
    CORNER.width,
    CORNER.height,
  ]
  return [
    { name: 'rectangle', appearance: textLook(VIETNAMESE), placement: { page: number, rectangle: RECTANGLE }, rectangle: RECTANGLE },
    ...CORNERS.map((corner, i) => ({
      name: corner,
      appearance: arrow(...(COLOURS[i] ?? [0, 0, 0])),
      placement: { page: number, corner, ...CORNER },
      rectangle: cornerRectangle(corner),
    })),
    // In decomposed form, as some keyboards and file systems give it: shown and found composed.
    { name: 'existing field', appearance: textLook(`${VIETNAMESE.normalize('NFD')}.`), rectangle: FIXTURE_FIELD_RECTANGLE },
  ]
}

/** A rectangle as seen, in pixels from the upper left corner, at a pixel a point. */
function pixels([x, y, width, height]: SeenRectangle, page: Picture): readonly [number, number, number, number] {
  return [x, page.height - y - height, width, height]
}

describeWithTools('visible signatures', ['pdftoppm', 'pdftotext', 'pdfsig', 'qpdf'], () => {
  const folder = temporaryFolder()
  let signer: LabIdentity['signer']

  beforeAll(async () => {
    const lab = await Lab.create()
    signer = (await lab.issue({ subject: 'CN=Nguyễn Thị Ngọc Ánh,C=VN' })).signer
  })

  /** At a pixel a point: poppler takes no notice of `/UserUnit`, so that the resolution has to. */
  const drawing = ({ geometry, page }: PageFixture, password?: string): RenderOptions => ({
    page,
    resolution: 72 * (geometry.userUnit ?? 1),
    ...(password === undefined ? {} : { password }),
  })

  function save(name: string, pdf: Uint8Array): string {
    const path = join(folder, `${name}.pdf`)
    writeFileSync(path, pdf)
    return path
  }

  function sign(pdf: Uint8Array, { appearance, placement, name }: Step, password?: string): Promise<Uint8Array> {
    return signPdf(pdf, {
      signer,
      field: placement === undefined ? FIXTURE_FIELD : name,
      visible: { appearance, ...(placement === undefined ? {} : { placement }) },
      ...(password === undefined ? {} : { password }),
    })
  }

  async function signAll(fixture: PageFixture, password?: string): Promise<string> {
    let pdf = fixture.pdf
    for (const step of steps(fixture)) pdf = await sign(pdf, step, password)
    return save(password === undefined ? fixture.name : `${fixture.name}-encrypted`, pdf)
  }

  describe.each(pageFixtures())('$name', (fixture) => {
    it('each changes what is seen within its rectangle, and nothing else', async () => {
      let pdf = fixture.pdf
      let before = await render(save('before', pdf), drawing(fixture))
      for (const step of steps(fixture)) {
        pdf = await sign(pdf, step)
        const after = await render(save('after', pdf), drawing(fixture))
        const [left, top, width, height] = pixels(step.rectangle, after)
        const area = changedArea(before, after)
        // A pixel more on each side is what a line on the edge takes.
        expect(area, step.name).not.toBeNull()
        const [x, y, w, h] = area ?? [0, 0, 0, 0]
        expect(Math.max(Math.abs(x - left), Math.abs(y - top), Math.abs(x + w - left - width), Math.abs(y + h - top - height)), step.name).toBeLessThanOrEqual(
          1,
        )
        before = after
      }
    })

    it('looks as its golden image: to the reader, as on a page that is neither turned nor cropped', async () => {
      const { width, height } = seen(fixture.geometry)
      expect(await againstGolden(width > height ? 'landscape' : 'portrait', await signAll(fixture), drawing(fixture))).toBeNull()
    })

    it('is whole, valid, and its text can be found', async () => {
      const path = await signAll(fixture)
      expect(await qpdfCheck(path)).toEqual({ rank: 0, kinds: new Set() })
      expect((await pdfsig(path)).map(({ validation }) => validation)).toEqual(Array(6).fill(PDFSIG_VALID))
      const text = await textOf(path)
      expect(text).toContain(VIETNAMESE)
      expect(text).toContain(`${VIETNAMESE}.`)
    })
  })

  it('the pages that are not signed look as before', async () => {
    const fixture = pageFixtures().find(({ name }) => name === 'last-of-three') as PageFixture
    const path = await signAll(fixture)
    const before = save('three', fixture.pdf)
    for (const page of [1, 2]) expect(changedArea(await render(before, { page }), await render(path, { page }))).toBeNull()
  })

  it('in an encrypted file', async () => {
    const [portrait] = pageFixtures() as [PageFixture]
    const secret = { ...portrait, pdf: await encrypted(folder, 'AES-256', portrait.pdf) }
    const path = await signAll(secret, SECRETS.user)
    expect(await againstGolden('portrait', path, drawing(secret, SECRETS.user))).toBeNull()
    expect(await textOf(path, SECRETS.user)).toContain(`${VIETNAMESE}.`)
    expect(await qpdfCheck(path, SECRETS.user)).toEqual({ rank: 0, kinds: new Set() })
    expect((await pdfsig(path, { user: SECRETS.user })).map(({ validation }) => validation)).toEqual(Array(6).fill(PDFSIG_VALID))
  })

  it('every Vietnamese letter is whole', async () => {
    const rectangle: SeenRectangle = [4, 4, 162, 222]
    const page = plainPdf({ mediaBox: [0, 0, 170, 230] })
    const path = save(
      'letters',
      await sign(page, { name: 'letters', appearance: textLook(LETTERS.join('\n'), 14), placement: { page: 1, rectangle }, rectangle }),
    )
    // As large that a dot is some pixels, and as strict that all dots below, or all hooks above, may not be missing.
    expect(await againstGolden('letters', path, { resolution: 144 }, 0.0005)).toBeNull()
    const text = await textOf(path)
    for (const line of LETTERS) expect(text).toContain(line)
  })

  describe('marks above and below are whole where the box is hardly higher than the letters', () => {
    /** Two marks above, as high as any letter goes, and marks below. */
    const text = 'ẲẨỖẴ ẶỵỆ'
    const resolution = 288
    const [portrait] = pageFixtures() as [PageFixture]

    /** Width to height of what was drawn: a letter that is cut off is less high for its width. */
    async function proportion(before: Uint8Array, after: Uint8Array): Promise<number> {
      const [from, to] = [await render(save('blank', before), { resolution }), await render(save('drawn', after), { resolution })]
      const [, , width, height] = changedArea(from, to) ?? [0, 0, 0, 1]
      return width / height
    }
    async function signed(look: Appearance, height: number): Promise<number> {
      const rectangle: SeenRectangle = [20, 340, 260, height]
      return proportion(portrait.pdf, await sign(portrait.pdf, { name: 'tight', appearance: look, placement: { page: 1, rectangle }, rectangle }))
    }
    async function filled(height: number): Promise<number> {
      const placement: Placement = { page: 1, rectangle: [20, 340, 260, height] }
      const empty = await addPdfFields(portrait.pdf, [{ type: 'text', name: 'tight', placement, fontSize: height > 30 ? 12 : 0 }])
      return proportion(empty, await fillPdfFields(empty, { tight: text }, { appearance: fieldLook }))
    }

    it('in a signature', async () => {
      expect(Math.abs((await signed(bareLook(text, 12), 14.5)) / (await signed(bareLook(text, 12), 60)) - 1)).toBeLessThan(0.04)
    })

    it('in a text field', async () => {
      expect(Math.abs((await filled(16)) / (await filled(60)) - 1)).toBeLessThan(0.04)
    })
  })

  it('the same looks give the same bytes', async () => {
    const [portrait] = pageFixtures() as [PageFixture]
    const [step] = steps(portrait) as [Step]
    const signingTime = new Date('2026-11-22T08:00:00Z')
    const one = (): Promise<Uint8Array> =>
      signPdf(portrait.pdf, { signer, signingTime, visible: { appearance: step.appearance, ...(step.placement ? { placement: step.placement } : {}) } })
    const [first, second] = [await one(), await one()]
    // The signature value differs: ECDSA draws a number. What was signed does not, so that all but `/Contents` is the same.
    const withoutValue = (pdf: Uint8Array): string =>
      Buffer.from(pdf)
        .toString('latin1')
        .replaceAll(/\/Contents *<[0-9A-Fa-f]*>/g, '')
    expect(withoutValue(first)).toBe(withoutValue(second))
  })
})
