import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uncovered } from '../../src/cli/verify/uncovered.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { parseXml } from '../../src/xml/index.ts'

const DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

/** Gaps of a document in which `⟦…⟧` marks what is covered. */
function gaps(marked: string, most = 10): string[] {
  const ranges: [number, number][] = []
  let text = ''
  for (const part of marked.split(/(?=[⟦⟧])/)) {
    if (part.startsWith('⟦')) ranges.push([utf8(text).length, utf8(part.slice(1)).length])
    text += part.replace(/^[⟦⟧]/, '')
  }
  return uncovered(parseXml(utf8(text)), ranges, most).map(({ kind, path }) => `${kind} ${path}`)
}

describe('what a signature does not cover', () => {
  it.each([
    ['nothing, where all is covered', '⟦<a><b>x</b></a>⟧', []],
    ['all, where nothing is', '<a><b>x</b></a>', ['element /a']],
    ['what stands beside it', '<a>⟦<b>x</b>⟧<c>y</c><c>z</c></a>', ['element /a/c[1]', 'element /a/c[2]']],
    ['no signature', `<a ${DS}>⟦<b>x</b>⟧<ds:Signature><c>y</c></ds:Signature></a>`, []],
    ['nothing that holds only signatures', `<a ${DS}>⟦<b/>⟧<l><s Id="i"><ds:Signature>x</ds:Signature></s> <t/></l></a>`, []],
    ['an empty element that says something', '<a>⟦<b/>⟧<c paid="yes"/></a>', ['element /a/c']],
    ['text around it', '<a> ⟦<b/>⟧ but not this </a>', ['text /a']],
    ['attributes around it', '<a Id="1" total="9">⟦<b/>⟧</a>', ['attributes /a']],
    ['what was taken out of it', '⟦<a total="9">t<b/>⟧<c>x</c>⟦</a>⟧', ['element /a/c']],
    ['what lies deeper', '<a><b>⟦<c/>⟧<d>x</d></b></a>', ['element /a/b/d']],
    ['what lies behind a range that ends in it', '<a>⟦<b>x⟧y</b></a>', ['text /a/b']],
  ])('is %s', (_, marked, expected) => {
    expect(gaps(marked)).toEqual(expected)
  })

  it('lists no more than is asked for, and one to say that there are more', () => {
    expect(gaps(`<a>⟦<b/>⟧${'<c>x</c>'.repeat(50)}</a>`, 3)).toHaveLength(4)
  })

  it('names every element with text of its own, or one around it, that no range holds', () => {
    const leaf = fc.constantFrom('<x>t</x>', '⟦<y>t</y>⟧')
    const inner = fc.array(leaf, { maxLength: 4 }).map((list) => `<n>${list.join('')}</n>`)
    fc.assert(
      fc.property(fc.array(fc.oneof(leaf, inner), { maxLength: 6 }), (list) => {
        const marked = `<a>⟦<first/>⟧${list.join('')}</a>`
        const found = gaps(marked, 100)
        // An element without any range in it is named once, whatever it holds.
        const groups = list.flatMap((one) =>
          one.startsWith('<n>') && one.includes('⟦') ? [...one.matchAll(/<x>/g)].map(([match]) => match) : one.includes('<x>') ? [one] : [],
        )
        expect(found).toHaveLength(groups.length)
      }),
    )
  })
})
