import { describe, expect, it } from 'vitest'
import { coversContent } from '../../../src/pdf/content/index.ts'
import { areasOf, boxesOf, type PageParts, stream } from './page.ts'

/** Every character of this font is half an em wide, and reaches from -0.2 to 0.8. */
const DESCRIPTOR = '/FontDescriptor<</Flags 32/Ascent 800/Descent -200/FontBBox[0 -200 500 800]>>'
const WIDTHS = Array.from({ length: 224 }, () => 500).join(' ')
const SIMPLE = `<</Type/Font/Subtype/TrueType/BaseFont/Test/Encoding/WinAnsiEncoding/FirstChar 32/Widths[${WIDTHS}]${DESCRIPTOR}>>`
const PARTS: PageParts = { resources: `/Font<</F ${SIMPLE}/H<</Subtype/Type1/BaseFont/Helvetica>>>>` }
/** What glyphs may reach beyond their width at a size of 10. */
const OVER = 0.8

describe('text', () => {
  it('stands where its matrix and its widths say', async () => {
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (abcd) Tj ET', PARTS)).toEqual([[20 - OVER, 48, 40 + OVER, 58]])
    expect(await boxesOf('BT /F 1 Tf 10 0 0 10 20 50 Tm (ab) Tj 5 Ts (cd) Tj ET', PARTS)).toHaveLength(2)
    expect(await boxesOf('BT /F 10 Tf 0 1 -1 0 50 20 Tm (abcd) Tj ET', PARTS)).toEqual([[42, 20 - OVER, 52, 40 + OVER]])
  })

  it('goes on where the string before ended, and is one box with it', async () => {
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (ab) Tj [(cd) -200 (ef)] TJ ET', PARTS)).toEqual([[20 - OVER, 48, 52 + OVER, 58]])
  })

  it('is spaced and scaled', async () => {
    expect(await boxesOf('BT /F 10 Tf 2 Tc 20 50 Td (ab) Tj ET', PARTS)).toEqual([[20 - OVER, 48, 32 + OVER, 58]])
    expect(await boxesOf('BT /F 10 Tf 3 Tw 20 50 Td (a b) Tj ET', PARTS)).toEqual([[20 - OVER, 48, 38 + OVER, 58]])
    expect(await boxesOf('BT /F 10 Tf 200 Tz 20 50 Td (ab) Tj ET', PARTS)).toEqual([[20 - 2 * OVER, 48, 40 + 2 * OVER, 58]])
  })

  it('moves from line to line', async () => {
    const lines = [
      [20 - OVER, 68, 30 + OVER, 78],
      [20 - OVER, 48, 30 + OVER, 58],
    ]
    for (const content of [
      "20 TL 20 70 Td (ab) Tj (cd) '",
      '20 TL 20 70 Td (ab) Tj T* (cd) Tj',
      '20 90 Td 0 -20 TD (ab) Tj T* (cd) Tj',
      '20 TL 20 70 Td (ab) Tj 0 0 (cd) "',
      '20 70 Td (ab) Tj 0 -20 Td (cd) Tj',
    ])
      expect(await boxesOf(`BT /F 10 Tf ${content} ET`, PARTS), content).toEqual(lines)
  })

  it('is two boxes where a wide gap is between', async () => {
    const areas = await areasOf('BT /F 10 Tf 20 50 Td [(ab) -8000 (cd)] TJ ET', PARTS)
    expect(areas.rectangles).toHaveLength(2)
    expect(coversContent(areas, [45, 40, 95, 60])).toBe(false)
  })

  it('of spaces covers nothing', async () => {
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (          ) Tj ET', PARTS)).toEqual([])
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (ab            cd) Tj ET', PARTS)).toEqual([
      [20 - OVER, 48, 30 + OVER, 58],
      [90 - OVER, 48, 100 + OVER, 58],
    ])
  })

  it('counts where it is invisible', async () => {
    expect(await boxesOf('BT 3 Tr /F 10 Tf 20 50 Td (abcd) Tj ET', PARTS)).toHaveLength(1)
  })

  it('has the widths of the standard fonts where the font states none', async () => {
    expect(await boxesOf('BT /H 10 Tf 20 50 Td (il) Tj ET', PARTS)).toEqual([
      [20 - OVER, 47.5, 24.4 + OVER + 0.3, 60].map((value) => Math.round(value * 10) / 10),
    ])
  })

  it('without a font is assumed to be wide, and told', async () => {
    const areas = await areasOf('BT /X 10 Tf 20 50 Td (ab) Tj ET', PARTS)
    expect(areas).toMatchObject({ complete: false })
    expect(areas.rectangles).toHaveLength(1)
    expect(areas.rectangles[0]?.[2]).toBeCloseTo(40 + OVER)
  })

  it('written aslant is a box a letter, so that what is beside it stays free', async () => {
    const areas = await areasOf('BT /F 10 Tf .7 .7 -.7 .7 10 10 Tm (abcdefghijkl) Tj ET', PARTS)
    expect(areas.rectangles.length).toBeGreaterThan(8)
    expect(coversContent(areas, [10, 40, 25, 55])).toBe(false)
    expect(coversContent(areas, [20, 20, 30, 30])).toBe(true)
  })
})

describe('composite fonts', () => {
  const font = (encoding: string, more = ''): PageParts => ({
    resources: `/Font<</F<</Subtype/Type0/BaseFont/Test/Encoding/${encoding}${more}/DescendantFonts[<</Subtype/CIDFontType2/DW 1000/W[1[250 750] 5 7 100]${DESCRIPTOR}>>]>>>>`,
    objects: { 10: stream('1 beginbfchar\n<0003> <0020>\nendbfchar\n1 beginbfrange\n<0010> <0020> <0018>\nendbfrange') },
  })

  it('have two bytes a code, and widths by code', async () => {
    expect(await boxesOf('BT /F 10 Tf 20 50 Td <00010002> Tj ET', font('Identity-H'))).toEqual([[20 - OVER, 48, 30 + OVER, 58]])
    expect(await boxesOf('BT /F 10 Tf 20 50 Td <000900050006> Tj ET', font('Identity-H'))).toEqual(
      [[20 - OVER, 48, 33.5 + OVER, 58]].map((box) => box.map((value) => Math.round(value * 10) / 10)),
    )
  })

  it('have spaces by /ToUnicode', async () => {
    const content = 'BT /F 10 Tf 20 50 Td <00030018> Tj ET'
    expect(await boxesOf(content, font('Identity-H'))).toHaveLength(1)
    expect(await boxesOf(content, font('Identity-H', '/ToUnicode 10 0 R'))).toEqual([])
  })

  it('are written downwards', async () => {
    const [box] = await boxesOf('BT /F 10 Tf 50 80 Td <00090009> Tj ET', font('Identity-V'))
    expect(box?.[1]).toBeLessThanOrEqual(60)
    expect(box?.[3]).toBeGreaterThanOrEqual(80)
    expect(box?.[0]).toBeLessThanOrEqual(45)
    expect(box?.[2]).toBeGreaterThanOrEqual(55)
  })
})

describe('Type 3 fonts', () => {
  const glyphs = {
    10: stream('500 0 0 0 100 100 d1 100 0 300 700 re f'),
    11: stream('500 0 d0'),
  }
  const type3 =
    '<</Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 0 0]/FirstChar 97/LastChar 98/Widths[500 500]/Encoding<</Differences[97/a/b]>>/CharProcs<</a 10 0 R/b 11 0 R>>>>'

  it('have the boxes of what they draw', async () => {
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (ba) Tj ET', { resources: `/Font<</F ${type3}>>`, objects: glyphs })).toEqual([[26, 50, 29, 57]])
    expect(await boxesOf('BT /F 10 Tf 20 50 Td (bb) Tj ET', { resources: `/Font<</F ${type3}>>`, objects: glyphs })).toEqual([])
  })

  it('may write with themselves without end', async () => {
    const objects = { ...glyphs, 10: stream('500 0 d0 BT /F 1 Tf (a) Tj ET 0 0 10 10 re f') }
    const own = type3.replace('/CharProcs', '/Resources<</Font<</F 12 0 R>>>>/CharProcs')
    const areas = await areasOf('BT /F 10 Tf 20 50 Td (a) Tj ET', { resources: '/Font<</F 12 0 R>>', objects: { ...objects, 12: own } })
    expect(areas.complete).toBe(false)
    expect(areas.rectangles).toHaveLength(1)
  })
})
