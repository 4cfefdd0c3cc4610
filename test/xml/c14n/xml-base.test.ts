import { expect, it } from 'vitest'
import { joinUriReferences, removeDotSegments } from '../../../src/xml/c14n/xml-base.ts'

it.each([
  ['no/.././/keep/this', 'keep/this'],
  ['yes/no//..//.///on', 'yes/on'],
  ['a/../b/c/..', 'b/'],
  ['../../no/..', '../../'],
  ['../..', '../../'],
  ['no/..', ''],
  ['no/../..', '../'],
  ['/a/./b/../c', '/a/c'],
  ['/../../x', '/x'],
  ['/..', '/'],
  ['//a//', '/a/'],
  ['.', ''],
  ['./', ''],
  ['..', '../'],
  ['', ''],
  ['/', '/'],
  ['..a/...', '..a/...'],
])('removes dot segments of %s', (path, expected) => {
  expect(removeDotSegments(path)).toBe(expected)
})

it.each([
  ['abc/', '../', ''],
  ['../', '../', '../../'],
  ['..', '..', '../../'],
  ['bar/', 'foo', 'bar/foo'],
  ['some/thing', 'bar/foo', 'some/bar/foo'],
  ['http://h/b/c/d;p?q', 'g', 'http://h/b/c/g'],
  ['http://h/b/c/d;p?q', '?y', 'http://h/b/c/d;p?y'],
  ['http://h/b/c/d;p?q', '', 'http://h/b/c/d;p?q'],
  ['http://h/b/c/d;p?q#f', 'g#s', 'http://h/b/c/g'],
  ['http://h/b', '//o/x/../y', 'http://o/y'],
  ['http://h/b', 'urn:x:y', 'urn:x:y'],
  ['http://h', 'x', 'http://h/x'],
  ['http://h/a/b', '/../c', 'http://h/c'],
  ['', 'x', 'x'],
  ['x', '', 'x'],
  ['a?x/y:z', 'b', 'b'],
])('joins %s and %s', (base, reference, expected) => {
  expect(joinUriReferences(base, reference)).toBe(expected)
})
