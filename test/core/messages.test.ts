import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/core/budget.ts'
import { ERROR_CODES } from '../../src/core/error-codes.ts'
import { KysoError } from '../../src/core/errors.ts'
import { en } from '../../src/core/messages/en.ts'
import { vi } from '../../src/core/messages/vi.ts'
import { type Catalogue, explain, format, formatDay, formatNumber, formatTime, loadMessages } from '../../src/core/messages.ts'
import { safeText, shortName } from '../../src/core/text.ts'
import { CRL_REASONS } from '../../src/x509/crl.ts'

const english = await loadMessages('en')
const vietnamese = await loadMessages('vi')
const catalogues = [english, vietnamese]

/** A catalogue with texts of the test's own. */
function withTexts(texts: Record<string, string>, language: 'en' | 'vi' = 'en'): Catalogue {
  return { language, texts: { ...en, ...texts } }
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '').sort()
}

describe('the catalogues', () => {
  it('have the same texts, and in each the same placeholders', () => {
    expect(Object.keys(vi).sort()).toEqual(Object.keys(en).sort())
    for (const key of Object.keys(en) as (keyof typeof en)[]) expect([key, placeholders(vi[key])]).toEqual([key, placeholders(en[key])])
  })

  it('have a text for every error code, every limit and every reason of a revocation', () => {
    const keys = [...ERROR_CODES, ...Object.keys(DEFAULT_LIMITS).map((kind) => `limit.${kind}`), ...CRL_REASONS.map((reason) => `reason.${reason}`)]
    for (const { texts } of catalogues) expect(keys.filter((key) => !(texts as Record<string, string>)[key])).toEqual([])
  })

  it('have brackets that close and placeholders that are well written', () => {
    for (const { texts } of catalogues) {
      for (const [key, text] of Object.entries(texts)) {
        expect([key, text.replace(/\{[A-Za-z]+(:[A-Za-z]+)?\}/g, '').replace(/\[[^[\]]*\]/g, '')]).toEqual([key, expect.not.stringMatching(/[[\]{}]/)])
      }
    }
  })

  it('print no “undefined” and no stray space where all data is missing', () => {
    for (const catalogue of catalogues) {
      for (const key of Object.keys(en)) {
        const text = format(catalogue, key)
        expect([key, text]).toEqual([key, expect.not.stringMatching(/undefined|null|NaN|\{|\}| {2}(?!\S)| [,;:]| \.(?!p)/)])
      }
    }
  })

  it('say in every error and finding what to do: at least two sentences, or one with an order in it', () => {
    for (const [key, text] of Object.entries(vi)) {
      if (key.startsWith('ERR_') && key !== 'ERR_USAGE') expect([key, text]).toEqual([key, expect.stringMatching(/[Hh]ãy|Vui lòng|Không nên|Không được/)])
    }
    for (const [key, text] of Object.entries(en)) {
      if (/^(ERR_|finding\.)/.test(key) && key !== 'ERR_USAGE' && !key.endsWith('.warning'))
        expect([key, text.split(/[.:;] /).length >= 2]).toEqual([key, true])
    }
  })

  it('are written in Vietnamese with its marks, composed (NFC)', () => {
    for (const [key, text] of Object.entries(vi)) expect([key, text]).toEqual([key, text.normalize('NFC')])
    const long = Object.entries(vi).filter(([key, text]) => text.length > 40 && !key.startsWith('demo.file') && key !== 'ERR_USAGE')
    expect(long.filter(([, text]) => !/[àáảãạăắằẳẵặâấầẩẫậèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵđ]/i.test(text))).toEqual([])
  })
})

describe('format', () => {
  it('fills placeholders, nested texts, numbers and names', () => {
    const catalogue = withTexts({ x: '{a}; {n:number}; {why:refusal}; {dn:name}; {other:refusal}' })
    const data = { a: 'b', n: 1234567, why: 'malformed', dn: 'O=Firm,CN=An\\, Ltd,C=VN', other: 'new-reason' }
    expect(format(catalogue, 'x', data)).toBe('b; 1,234,567; it is damaged; An, Ltd; new-reason')
    expect(format(withTexts({ x: '{n:number}' }, 'vi'), 'x', { n: 1234567 })).toBe('1.234.567')
  })

  it('leaves a bracket out where a value in it is missing, and calls a missing value unknown elsewhere', () => {
    const catalogue = withTexts({ x: 'of {a}[ at {t:time}][ by {b} and {c}].' })
    expect(format(catalogue, 'x', { b: 'me' })).toBe('of (unknown).')
    expect(format(catalogue, 'x', { a: 0, b: 'me', c: false, t: '2026-11-22T08:30:00Z' })).toBe('of 0 at 2026-11-22 08:30:00 +00:00 by me and false.')
  })

  it('does not take values for templates, whatever is in them', () => {
    expect(format(withTexts({ x: '[{a}] {b}' }), 'x', { a: '{b} [', b: ']$&{a}' })).toBe('{b} [ ]$&{a}')
  })

  it('makes values safe to show', () => {
    expect(format(withTexts({ x: '{a}' }), 'x', { a: '\u001b[2Jabc\u202egnp.exe' })).toBe('<U+001B>[2Jabc<U+202E>gnp.exe')
  })

  it('gives back a key that it does not have', () => {
    expect(format(english, 'finding.ofTomorrow')).toBe('finding.ofTomorrow')
    expect(format(english, 'toString')).toBe('toString')
  })

  it('ends where texts name each other in a circle', () => {
    expect(format(withTexts({ 'a.b': '{x:a}' }), 'a.b', { x: 'b' })).toBe('a.b')
  })
})

describe('times', () => {
  it('are shown with their offset: UTC in English, Vietnam’s in Vietnamese', () => {
    expect(formatTime('2026-11-22T20:30:05Z', 'en')).toBe('2026-11-22 20:30:05 +00:00')
    expect(formatTime('2026-11-22T20:30:05Z', 'vi')).toBe('23/11/2026 03:30:05 +07:00')
    expect(formatDay(new Date('2026-11-22T20:30:05Z'), 'vi')).toBe('23/11/2026')
    expect(formatTime('9999-12-31T23:59:59Z', 'vi')).toBe('01/01/+010000 06:59:59 +07:00')
  })

  it('that are none are shown as they are', () => {
    expect(formatTime('yesterday\u0007', 'en')).toBe('yesterday<U+0007>')
  })

  it('and numbers take the language’s marks', () => {
    expect(formatNumber(1000, 'vi')).toBe('1.000')
    expect(formatNumber(-1234.5, 'en')).toBe('-1234.5')
    expect(formatNumber(999, 'en')).toBe('999')
  })
})

describe('explain', () => {
  it('says what an error means in either language', async () => {
    const error = new KysoError('ERR_FILE_READ', 'technical', { path: 'a\u001b.pdf', reason: 'ENOENT' })
    expect(await explain(error, 'en')).toBe(
      'The file a<U+001B>.pdf cannot be read: there is no such file or folder. Check its name, its place and your rights.',
    )
    expect(await explain(error, 'vi')).toBe('Không đọc được tệp a<U+001B>.pdf: không có tệp hoặc thư mục này. Hãy kiểm tra tên tệp, vị trí và quyền truy cập.')
  })
})

describe('safeText', () => {
  it.each([
    ['controls', 'a\u0000\u0008\u001b\u007f\u009bz', 'a<U+0000><U+0008><U+001B><U+007F><U+009B>z'],
    ['overrides and isolates', '\u202a\u202e\u2066\u2069', '<U+202A><U+202E><U+2066><U+2069>'],
    ['what has no width', 'a\u200b\u200d\ufeff\u2060b', 'a<U+200B><U+200D><U+FEFF><U+2060>b'],
    ['line separators', 'a\u2028b\u0085c', 'a<U+2028>b<U+0085>c'],
    ['tags and variation selectors', 'a\u{e0041}\ufe0f', 'a<U+E0041><U+FE0F>'],
    ['halves of pairs', 'a\ud800', 'a<U+D800>'],
  ])('shows %s as what they are', (_, text, safe) => {
    expect(safeText(text)).toBe(safe)
  })

  it('keeps Vietnamese, in either form, and makes white space one space', () => {
    const name = 'Nguyễn Thị Thử'
    expect(safeText(name)).toBe(name)
    expect(safeText(name.normalize('NFD'))).toBe(name.normalize('NFD'))
    expect(safeText('a\r\n\tb')).toBe('a b')
  })

  it('cuts what is too long', () => {
    expect(safeText('x'.repeat(10_000_000))).toBe(`${'x'.repeat(400)}…`)
    expect(safeText('abcdef', 3)).toBe('abc…')
  })
})

describe('shortName', () => {
  it('is the common name, unescaped, or all of the name', () => {
    expect(shortName('UID=1,CN=Công ty A\\, chi nhánh \\+ B,O=x,C=VN')).toBe('Công ty A, chi nhánh + B')
    expect(shortName('O=Firm,C=VN')).toBe('O=Firm,C=VN')
    expect(shortName('O=xCN=y,C=VN')).toBe('O=xCN=y,C=VN')
  })
})
