import { describe, expect, it } from 'vitest'
import { parsePdfDate, pdfDate } from '../../src/pades/date.ts'

describe('a date of PDF (ISO 32000-2 §7.9.4)', () => {
  it.each([
    ['D:20260601080000Z', '2026-06-01T08:00:00.000Z'],
    ["D:20260601080000Z00'00'", '2026-06-01T08:00:00.000Z'],
    ["D:20260601080000Z00'00", '2026-06-01T08:00:00.000Z'],
    ["D:20260601150000+07'00'", '2026-06-01T08:00:00.000Z'],
    ["D:20260601150000+07'00", '2026-06-01T08:00:00.000Z'],
    ['D:20260601150000+0700', '2026-06-01T08:00:00.000Z'],
    ["D:20260601150000+07'", '2026-06-01T08:00:00.000Z'],
    ["D:20260531233000-08'30'", '2026-06-01T08:00:00.000Z'],
    ['D:202606010800Z', '2026-06-01T08:00:00.000Z'],
    ['D:20260601Z', '2026-06-01T00:00:00.000Z'],
    ['D:2026Z', '2026-01-01T00:00:00.000Z'],
    ['D:20240229000000Z', '2024-02-29T00:00:00.000Z'],
    ['D:00260601080000Z', '0026-06-01T08:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parsePdfDate(text)?.toISOString()).toBe(expected)
  })

  it.each([
    ['no zone', 'D:20260601080000'],
    ['no prefix', '20260601080000Z'],
    ['a thirteenth month', 'D:20261301080000Z'],
    ['month zero', 'D:20260001080000Z'],
    ['a day that the month has not', 'D:20260230080000Z'],
    ['day zero', 'D:20260600080000Z'],
    ['hour 24', 'D:20260601240000Z'],
    ['minute 60', 'D:20260601086000Z'],
    ['second 60', 'D:20260601080060Z'],
    ['an offset of a day and more', "D:20260601080000+24'00'"],
    ['minutes of an offset beyond an hour', "D:20260601080000+07'60'"],
    ['something behind it', 'D:20260601080000Z!'],
    ['something before it', ' D:20260601080000Z'],
    ['an odd number of digits', 'D:2026060108000Z'],
    ['words', 'yesterday'],
    ['nothing', ''],
  ])('%s is none', (_, text) => {
    expect(parsePdfDate(text)).toBeUndefined()
  })

  it('that is absent is none', () => {
    expect(parsePdfDate(undefined)).toBeUndefined()
  })

  it('is written in UTC to the second, and read again', () => {
    expect(pdfDate(new Date('2026-06-01T08:00:00.999Z'))).toBe('D:20260601080000Z')
    for (const time of ['1970-01-01T00:00:00Z', '2026-12-31T23:59:59Z', '9999-12-31T23:59:59Z'])
      expect(parsePdfDate(pdfDate(new Date(time)))).toEqual(new Date(time))
  })
})
