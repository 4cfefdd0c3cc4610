import { describe, expect, it } from 'vitest'
import type { GeneralName } from '../../../src/x509/general-name.ts'
import { isPreferredDnsName, isSubtree, isWithin, type Within } from '../../../src/x509/path/name-forms.ts'
import { name, rawName, text } from '../support.ts'

type Row = readonly [name: string, base: string, within: Within]

function check(type: 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier', rows: readonly Row[]): void {
  for (const [value, base, within] of rows) expect([value, base, isWithin({ type, value }, { type, value: base })]).toEqual([value, base, within])
}

const address = (...octets: number[]): GeneralName => ({ type: 'iPAddress', value: Uint8Array.from(octets) })
const directory = (...parts: string[]): GeneralName => ({ type: 'directoryName', value: name(rawName(...parts.map((part) => [text('2.5.4.10', part)]))) })

describe('a name within a subtree', () => {
  it('of a host', () => {
    check('dNSName', [
      ['example.com', 'example.com', true],
      ['EXAMPLE.com', 'example.COM', true],
      ['a.b.example.com', 'example.com', true],
      ['anything', '', true],
      ['badexample.com', 'example.com', false],
      ['com', 'example.com', false],
      ['*.example.com', 'example.com', true],
      ['*.example.com', 'a.example.com', 'unclear'],
      ['*.example.com', 'b.a.example.com', 'unclear'],
      ['*.example.com', 'example.org', false],
      ['.example.com', 'example.com', 'unclear'],
      ['example.com.', 'example.com', 'unclear'],
      ['a..example.com', 'example.com', 'unclear'],
      ['a*.example.com', 'example.com', 'unclear'],
      ['', '', 'unclear'],
      ['x\u0000.example.com', 'example.com', 'unclear'],
    ])
  })

  it('of a mailbox', () => {
    check('rfc822Name', [
      ['a@example.com', 'example.com', true],
      ['a@EXAMPLE.com', 'example.com', true],
      ['a@sub.example.com', 'example.com', false],
      ['a@sub.example.com', '.example.com', true],
      ['a@example.com', '.example.com', false],
      ['a@example.com', 'a@example.com', true],
      ['A@example.com', 'a@example.com', 'unclear'],
      ['b@example.com', 'a@example.com', false],
      ['*@example.com', '*@example.com', true],
      ['a@b@example.com', 'example.com', 'unclear'],
      ['"a"@example.com', 'example.com', 'unclear'],
      ['example.com', 'example.com', 'unclear'],
      ['@example.com', 'example.com', 'unclear'],
    ])
  })

  it('of a URI', () => {
    check('uniformResourceIdentifier', [
      ['http://example.com/a', 'example.com', true],
      ['HTTPS://user@Example.com:8080?x', 'example.com', true],
      ['http://www.example.com', 'example.com', false],
      ['http://www.example.com', '.example.com', true],
      ['http://example.com', '.example.com', false],
      ['http://example.com\\.evil.org/', 'example.com', 'unclear'],
      ['http://a@b@example.com/', 'example.com', 'unclear'],
      ['http://evil.org#@example.com/', 'example.com', false],
      ['http://127.0.0.1/', '1', 'unclear'],
      ['http://[::1]/', 'example.com', 'unclear'],
      ['urn:example.com', 'example.com', 'unclear'],
      ['http:///x', 'example.com', 'unclear'],
      ['http://%65xample.com/', 'example.com', 'unclear'],
    ])
  })

  it('of an address', () => {
    expect(isWithin(address(192, 0, 2, 7), address(192, 0, 2, 0, 255, 255, 255, 0))).toBe(true)
    expect(isWithin(address(192, 0, 3, 7), address(192, 0, 2, 0, 255, 255, 255, 0))).toBe(false)
    const six = Array<number>(15).fill(0)
    expect(isWithin(address(...six, 1), address(...six, 1, ...Array<number>(16).fill(255)))).toBe(true)
    expect(isWithin(address(...six, 2), address(...six, 1, ...Array<number>(16).fill(255)))).toBe(false)
    expect(isWithin(address(...six, 2), address(0, 0, 0, 0, 0, 0, 0, 0))).toBe(false)
    const mapped = [...Array<number>(10).fill(0), 255, 255, 192, 0, 2, 7]
    expect(isWithin(address(...mapped), address(192, 0, 2, 0, 255, 255, 255, 0))).toBe('unclear')
    expect(isWithin(address(192, 0, 2, 0, 255, 255, 255, 0), address(192, 0, 2, 0, 255, 255, 255, 0))).toBe('unclear')
  })

  it('of a directory', () => {
    expect(isWithin(directory('A', 'B'), directory('a'))).toBe(true)
    expect(isWithin(directory('A'), directory())).toBe(true)
    expect(isWithin(directory('A'), directory('A', 'B'))).toBe(false)
    expect(isWithin(directory('B', 'A'), directory('A'))).toBe(false)
  })

  it('of a form without a rule is never clear, of another form never', () => {
    const id: GeneralName = { type: 'registeredID', value: '1.2.3' }
    expect(isWithin(id, id)).toBe('unclear')
    expect(isWithin(id, { type: 'dNSName', value: 'example.com' })).toBe(false)
  })
})

describe('a subtree', () => {
  it('is what its form allows', () => {
    const suits = (type: 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier', value: string): boolean => isSubtree({ type, value })
    expect(['example.com', '', '.example.com', '*.example.com', 'a..b'].map((one) => suits('dNSName', one))).toEqual([true, true, false, false, false])
    expect(['example.com', '.example.com', 'a@example.com', '', 'a@b@c', '..a'].map((one) => suits('rfc822Name', one))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(['example.com', '.example.com', '', 'http://a', '10.0.0.1'].map((one) => suits('uniformResourceIdentifier', one))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(isSubtree(address(1, 2, 3, 4, 255, 0, 255, 0))).toBe(false)
    expect(isSubtree(address(1, 2, 3, 4))).toBe(false)
    expect(isSubtree(address(1, 2, 3, 4, 255, 255, 0, 0))).toBe(true)
  })

  it('and a host name of the profile has no underscore', () => {
    expect(['a.example', '*.a.example', 'a_b.example', '*', '1.2.3.4'].map(isPreferredDnsName)).toEqual([true, true, false, false, true])
  })
})
