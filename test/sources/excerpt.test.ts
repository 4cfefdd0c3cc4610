import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { EXCERPT_BYTES, excerpt, plainWords } from '../../src/sources/excerpt.ts'

describe('excerpt', () => {
  it.each([
    ['<html><head><title>503</title></head><body><h1>Bảo trì</h1>', '503 Bảo trì'],
    ['<script>var a = "<b>";</script >after', 'after'],
    ['<style>never closed', ''],
    ['<p class="never closed', ''],
    ['a < b and c > d', 'a < b and c > d'],
    ['<!-- note --><?xml version="1.0"?><a>word</a>', 'word'],
    ['one\r\n\ttwo\u0000three\u2028four', 'one two three four'],
    ['left\u202eright\u2066x\ufeff', 'left right x'],
    ['', ''],
  ])('%j', (text, words) => expect(excerpt(utf8(text))).toBe(words))

  it('blots secrets out, also those that would be cut', () => {
    expect(excerpt(utf8(`${'.'.repeat(110)} secret-secret-secret`), ['secret-secret-secret'])).toBe(`${'.'.repeat(110)} …`)
    expect(plainWords('pass pass1234 abc', ['pass1234', 'abc'])).toBe('pass … abc')
  })

  it('is one short line of harmless characters, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(EXCERPT_BYTES), (bytes, lead) => {
        const words = excerpt(concat([new Uint8Array(lead).fill(0x41), bytes]))
        expect(Array.from(words).length).toBeLessThanOrEqual(120)
        expect(words).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('takes no time over markup that never ends', () => {
    for (const text of ['<', '<a', '<script', '<style>', '</script']) expect(excerpt(utf8(text.repeat(EXCERPT_BYTES))).length).toBeLessThanOrEqual(120)
  })
})
