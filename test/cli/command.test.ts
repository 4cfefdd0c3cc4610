import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { STATUS, worstStatus } from '../../src/cli/io.ts'
import { readTime } from '../../src/cli/settings.ts'
import { SIGNATURE_OPTIONS } from '../../src/cli/sign/options.ts'
import { VIETNAM_XML_PROFILES } from '../../src/vietnam/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { makeFolder, run } from './support.ts'

const folder = makeFolder()
afterAll(() => folder.remove())

describe('kyso', () => {
  it('says its version', async () => {
    expect(await run(['--version'])).toMatchObject({ status: 0, out: 'kyso 0.0.0\n' })
  })

  it('helps, in both languages, with lines as it was called', async () => {
    for (const topic of [[], ['verify'], ['sign'], ['inspect'], ['cert'], ['demo']]) {
      for (const language of ['en', 'vi']) {
        const { status, out } = await run(['help', ...topic, '--lang', language], { program: 'node x.js' })
        expect(status).toBe(0)
        expect(out.length).toBeGreaterThan(200)
        expect(out).not.toContain('$ kyso ')
        for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
        if (topic.length > 0) expect((await run([...topic, '--help', '--lang', language], { program: 'node x.js' })).out).toBe(out)
      }
    }
  })

  it('names every profile in the help of signing', async () => {
    for (const language of ['en', 'vi']) {
      const { out } = await run(['help', 'sign', '--lang', language])
      expect(VIETNAM_XML_PROFILES.filter((name) => !out.includes(name))).toEqual([])
      expect(Object.keys(SIGNATURE_OPTIONS).filter((name) => !out.includes(`--${name}`))).toEqual([])
    }
  })

  it('shows its help where nothing is asked, and is not content', async () => {
    expect(await run([])).toMatchObject({ status: 3, out: '', err: expect.stringContaining('kyso verify') })
  })

  it('refuses commands that there are not, or not yet', async () => {
    expect((await run(['frobnicate'])).err).toContain('There is no command “frobnicate”')
    expect((await run(['toString'])).err).toContain('There is no command')
    expect((await run(['extend', 'x.pdf'])).err).toContain('comes with a later version')
    expect(await run(['tokens', '--lang', 'vi'])).toMatchObject({ status: 3, err: expect.stringContaining('sẽ có ở phiên bản sau') })
  })

  it('makes what it was given safe to show', async () => {
    expect((await run(['\u001b[31m'])).err).not.toContain('\u001b')
    expect((await run(['verify', 'a\u001b.pdf'])).err).not.toContain('\u001b')
  })

  it('weighs unreadable over failed over undecided over valid', () => {
    expect(worstStatus([])).toBe(STATUS.passed)
    expect(worstStatus([0, 2, 1, 0])).toBe(1)
    expect(worstStatus([1, 3, 2])).toBe(3)
  })

  it('reads times with their zone', () => {
    expect(readTime('--at', '2026-11-22T15:30:00+07:00').toISOString()).toBe('2026-11-22T08:30:00.000Z')
    expect(readTime('--at', '2026-11-22 15:30+0700').toISOString()).toBe('2026-11-22T08:30:00.000Z')
    expect(readTime('--at', '2024-02-29T00:00:00.123456Z').toISOString()).toBe('2024-02-29T00:00:00.123Z')
  })
})

describe('kyso inspect', () => {
  it('shows a file in order', async () => {
    const path = folder.put('plain.pdf', simplePdf())
    const text = await run(['inspect', path])
    expect(text.status).toBe(0)
    expect(text.out).toContain('PDF version')
    const { lines } = await run(['inspect', path, '--json'])
    expect(lines()).toMatchObject([
      { version: '1.7', pages: 1, reconstructed: false, encryption: null, revisions: [{ start: 0, xref: 'table' }], fields: [], signatures: [] },
    ])
  })

  it('pieces a broken one together, loudly', async () => {
    const whole = simplePdf()
    const path = folder.put('cut.pdf', whole.subarray(0, whole.length - 40))
    const { status, out } = await run(['inspect', path, '--lang', 'vi'])
    expect(status).toBe(1)
    expect(out).toContain('CẢNH BÁO')
    expect(out.replace(/\s+/g, ' ')).toContain('Đây chỉ là phỏng đoán')
    expect((await run(['inspect', path, '--json'])).lines()).toMatchObject([{ reconstructed: true, error: { code: 'ERR_PDF_XREF' }, pages: 1, revisions: [] }])
  })

  it('gives up on what it does not know, and keeps on with the next', async () => {
    const { status, lines, err } = await run([
      'inspect',
      folder.put('x.bin', 'nothing'),
      folder.put('p.pdf', simplePdf()),
      folder.path('missing.pdf'),
      '--json',
    ])
    expect(status).toBe(3)
    expect(lines()).toMatchObject([{ error: { code: 'ERR_FORMAT_UNKNOWN' } }, { pages: 1 }, { error: { code: 'ERR_FILE_READ' } }])
    expect(err).toContain('missing.pdf')
  })
})

describe('kyso demo', () => {
  it('has every verdict as it must be, and leaves files on which the command says the same', async () => {
    const out = folder.path('demo')
    const { status, lines } = await run(['demo', '--out', out, '--json'])
    expect(lines().map(({ demo, asExpected }) => [demo, asExpected])).toEqual(lines().map(({ demo }) => [demo, true]))
    expect([status, lines().length]).toEqual([0, 21])
    const evidence = ['--trust', `${out}/trust`, '--untrusted', `${out}/certificates/ca.pem`, '--crl', `${out}/crl`, '--ocsp', `${out}/ocsp`]
    for (const [name, expected] of [
      ['contract.b-b.pdf', 0],
      ['contract.b-t.pdf', 0],
      ['impostor.pdf', 2],
      ['tampered.byte.pdf', 1],
      ['tampered.update.pdf', 2],
      ['tampered.cut.pdf', 3],
      ['decision.sealed.pdf', 0],
      ['decision.annotated.pdf', 0],
      ['tampered.number.pdf', 2],
      ['invoice.plain.xml', 0],
      ['tampered.layout.xml', 1],
      ['minutes.inside.p7m', 0],
      ['minutes.b-t.txt.p7s', 0],
      ['tampered.txt.p7s', 1],
    ] as const) {
      expect([name, (await run(['verify', `${out}/${name}`, ...evidence])).status]).toEqual([name, expected])
    }
    expect(readFileSync(`${out}/reports/contract.b-t.vi.txt`, 'utf8')).toContain('Cả 3 chữ ký đều hợp lệ.')
    expect(JSON.parse(readFileSync(`${out}/reports/tampered.byte.json`, 'utf8'))).toMatchObject({ indication: 'TOTAL-FAILED' })
    expect(readFileSync(`${out}/reports/tampered.layout.xml.en.txt`, 'utf8')).toContain('laid out anew')
    expect(readFileSync(`${out}/reports/invoice.b-t.xml.vi.txt`, 'utf8')).toContain('• Đã ký: dữ liệu hóa đơn (DLHDon).')
    const commands = readFileSync(`${out}/commands.txt`, 'utf8').trimEnd().split('\n')
    const statuses: number[] = []
    for (const line of commands.filter((one) => one.startsWith('kyso '))) statuses.push((await run(line.split(' ').slice(1))).status)
    expect(statuses).toEqual([0, 3, 2, 2, 0, 0, 1, 0, 0, 0])
    // What the seal had signed is in the file that was made from it afterwards.
    expect(readFileSync(`${out}/tampered.number.as-sealed.pdf`).equals(readFileSync(`${out}/decision.sealed.pdf`))).toBe(true)
    expect(readFileSync(`${out}/reports/tampered.number.en.txt`, 'utf8')).toContain(
      'a field was signed or filled in that an earlier signature locked (“number”)',
    )
    expect(readFileSync(`${out}/reports/decision.annotated.vi.txt`, 'utf8')).toContain('không được coi là lời của')
  })

  it('tells it in words, too', async () => {
    const { status, out } = await run(['demo', '--out', folder.path('demo vi'), '--lang', 'vi'])
    expect(status).toBe(0)
    expect(out).toContain('Cả 21 kết quả đều đúng như mong đợi.')
    expect(out).toContain(`'${folder.path('demo vi')}/contract.b-t.pdf'`)
  })

  it('says where it could not write', async () => {
    const path = folder.put('file', '')
    expect(await run(['demo', '--out', `${path}/below`])).toMatchObject({ status: 3, err: expect.stringContaining('cannot be written') })
  })
})

describe('as a process', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const kyso = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', `${root}src/cli/main.ts`, ...args], {
      cwd: root,
      env: { ...process.env, LANG: 'vi_VN.UTF-8', LC_ALL: '' },
    })

  it('runs, speaks the language of its environment, and ends with the status', async () => {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
    expect((await kyso('--version')).stdout).toBe(`kyso ${version}\n`)
    await expect(kyso('verify', folder.put('unsigned.pdf', simplePdf()))).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining('CHƯA XÁC ĐỊNH') })
  })
})
