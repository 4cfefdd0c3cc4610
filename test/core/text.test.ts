import { expect, it } from 'vitest'
import { safeJson, safeText } from '../../src/core/text.ts'

it.each(['\u009b31m', '\u202eexe.fdp', 'a\u0000b', '\u{e0041}', 'x\u200dy', '\ud800', 'Nguyễn Thị Bưởi ✓'])(
  'JSON of %j says the same and shows nothing hidden',
  (text) => {
    const json = safeJson({ text, [text]: 1 })
    expect(JSON.parse(json)).toEqual({ text, [text]: 1 })
    expect(json).not.toMatch(/\p{Cc}|\p{Cs}|\p{Default_Ignorable_Code_Point}/u)
  },
)

it('leaves letters as they are', () => {
  expect(safeJson({ name: 'Trần Thị Bình' })).toBe('{"name":"Trần Thị Bình"}')
  expect(safeText('a\u202eb\nc')).toBe('a<U+202E>b c')
})
