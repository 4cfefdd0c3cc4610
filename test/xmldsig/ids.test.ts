/** IDs are found the same way one by one and, once many are asked for, out of an index. */
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { parseXml } from '../../src/xml/index.ts'
import { IdIndex } from '../../src/xmldsig/index.ts'

const DOCUMENT = parseXml(
  utf8(
    '<!DOCTYPE r [<!ATTLIST d key ID #IMPLIED>]><r><a Id="one"/><a id="t&#x77;o"/><a ID="twice"/><a Id="twice"/><a Id="same" id="same"/>' +
      '<a xml:id=" sp  aced "/><d key=" declared "/><a Id="ho\u00e1"/><a other="no"/><a Id="\ufffd"/></r>',
  ),
)
const EXPECTED: readonly (readonly [id: string, name: string | 'duplicate' | undefined])[] = [
  ['one', 'a'],
  ['two', 'a'],
  ['twice', 'duplicate'],
  ['same', 'a'],
  ['sp aced', 'a'],
  ['declared', 'd'],
  ['ho\u00e1', 'a'],
  ['no', undefined],
  ['\ud800', undefined],
  ['', undefined],
]

describe('IDs', () => {
  it.each([0, 20])('after %i others', (others) => {
    const ids = new IdIndex(DOCUMENT)
    for (let i = 0; i < others; i++) expect(ids.find(`none-${i}`)).toBeUndefined()
    for (const [id, expected] of EXPECTED) {
      const found = ids.find(id)
      expect(typeof found === 'number' ? DOCUMENT.name(found).local : found, id).toBe(expected)
      expect(ids.find(id)).toBe(found)
    }
  })

  it('are the same one by one and out of the index', () => {
    const index = new IdIndex(DOCUMENT)
    for (let i = 0; i < 20; i++) index.find(`none-${i}`)
    for (const [id] of EXPECTED) expect(new IdIndex(DOCUMENT).find(id)).toBe(index.find(id))
  })
})
