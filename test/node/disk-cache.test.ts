import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { diskCache } from '../../src/node/disk-cache.ts'

let root: string
let folder: string
let count = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kyso-cache-'))
})
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  folder = join(root, String(++count), 'cache')
})

const LATER = Date.now() + 3_600_000
const code = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return isKysoError(error) ? error.code : String(error)
  }
  return undefined
}

describe('a cache on disk', () => {
  it('gives what it was given, to another process too', async () => {
    const bytes = utf8('danh sách')
    await diskCache(folder).set('crl http://crl.test/a', { bytes, expires: LATER })
    expect(await diskCache(folder).get('crl http://crl.test/a')).toEqual({ bytes, expires: LATER })
    expect(await diskCache(folder).get('crl http://crl.test/b')).toBeNull()
    expect(
      readdirSync(folder)
        .map((name) => name.replace(/^[0-9a-f]{64}/, ''))
        .sort(),
    ).toEqual(['.answer', '.entry'])
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('keeps an answer once, under whatever keys', async () => {
    const cache = diskCache(folder)
    for (const key of ['a', 'b', 'c']) await cache.set(key, { bytes: utf8('same'), expires: LATER })
    expect(readdirSync(folder).filter((name) => name.endsWith('.answer'))).toHaveLength(1)
    expect((await cache.get('c'))?.bytes).toEqual(utf8('same'))
  })

  it('takes the latest of a key', async () => {
    const cache = diskCache(folder)
    await cache.set('key', { bytes: utf8('one'), expires: LATER })
    await cache.set('key', { bytes: utf8('two'), expires: LATER + 1 })
    expect(await cache.get('key')).toEqual({ bytes: utf8('two'), expires: LATER + 1 })
  })

  it('has an end for each answer', async () => {
    let time = 1000
    const cache = diskCache(folder, { now: () => new Date(time) })
    await cache.set('key', { bytes: utf8('x'), expires: 2000 })
    expect(await cache.get('key')).not.toBeNull()
    time = 2000
    expect(await cache.get('key')).toBeNull()
  })

  it('is not confused by keys that look like paths', async () => {
    const cache = diskCache(folder)
    for (const key of ['../../etc/passwd', '', '\0', 'a\nb']) {
      await cache.set(key, { bytes: utf8(`of ${key}`), expires: LATER })
      expect((await cache.get(key))?.bytes).toEqual(utf8(`of ${key}`))
    }
    expect(readdirSync(join(folder, '..'))).toEqual(['cache'])
  })

  it('takes nothing torn, changed or put in its place for an answer', async () => {
    const bytes = utf8('an answer of some length, so that there is something to tear')
    await diskCache(folder).set('key', { bytes, expires: LATER })
    const names = readdirSync(folder)
    const whole = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]))
    const cache = diskCache(folder)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.constantFrom('cut', 'flip', 'zeros', 'longer'), fc.nat(), async (name, how, place) => {
        const good = whole.get(name) ?? new Uint8Array()
        const at = place % good.length
        const bad = how === 'cut' ? good.slice(0, at) : how === 'longer' ? Uint8Array.from([...good, 0]) : good.slice()
        if (how === 'flip') bad[at] = (bad[at] ?? 0) ^ 1
        if (how === 'zeros') bad.fill(0, at)
        writeFileSync(join(folder, name), bad)
        expect(await cache.get('key')).toBeNull()
        writeFileSync(join(folder, name), good)
        expect((await cache.get('key'))?.bytes).toEqual(bytes)
      }),
      { numRuns: 150 },
    )
  })

  it('takes no entry of one key for that of another', async () => {
    const cache = diskCache(folder)
    await cache.set('one', { bytes: utf8('1'), expires: LATER })
    const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.entry'))
    await cache.set('two', { bytes: utf8('2'), expires: LATER })
    const [second = ''] = readdirSync(folder).filter((name) => name.endsWith('.entry') && name !== first)
    writeFileSync(join(folder, second), readFileSync(join(folder, first)))
    expect(await cache.get('two')).toBeNull()
    expect((await cache.get('one'))?.bytes).toEqual(utf8('1'))
  })

  it('mends itself: an answer that was torn is written anew', async () => {
    const cache = diskCache(folder)
    await cache.set('key', { bytes: utf8('12345'), expires: LATER })
    const [answer = ''] = readdirSync(folder).filter((name) => name.endsWith('.answer'))
    for (const torn of ['', '12', '1234X', '123456']) {
      writeFileSync(join(folder, answer), torn)
      await cache.set('key', { bytes: utf8('12345'), expires: LATER })
      expect((await cache.get('key'))?.bytes).toEqual(utf8('12345'))
    }
    unlinkSync(join(folder, answer))
    expect(await cache.get('key')).toBeNull()
  })

  it('clears away what expired, what was left behind, and the oldest of too much', async () => {
    const cache = diskCache(folder, { maxBytes: 100 })
    await cache.set('short', { bytes: utf8('short'), expires: Date.now() - 1 })
    writeFileSync(join(folder, '.kyso-0123456789abcdef.tmp'), 'left behind')
    writeFileSync(join(folder, 'not of the cache.txt'), 'stays')
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), new Date(0), new Date(0))
    await diskCache(folder, { maxBytes: 100 }).set('old', { bytes: new Uint8Array(60).fill(1), expires: LATER })
    expect(readdirSync(folder).filter((name) => name.endsWith('.entry') || name.endsWith('.tmp'))).toHaveLength(1)
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), new Date(0), new Date(0))
    const other = diskCache(folder, { maxBytes: 100 })
    await other.set('new', { bytes: new Uint8Array(60).fill(2), expires: LATER })
    expect(await other.get('old')).toBeNull()
    expect((await other.get('new'))?.bytes).toHaveLength(60)
    // Somebody may be writing this one.
    writeFileSync(join(folder, '.kyso-00000000000000ff.tmp'), new Uint8Array(1000))
    await diskCache(folder, { maxBytes: 100 }).set('new', { bytes: new Uint8Array(60).fill(2), expires: LATER })
    expect(readdirSync(folder)).toContain('.kyso-00000000000000ff.tmp')
    await other.set('huge', { bytes: new Uint8Array(101), expires: LATER })
    expect(await other.get('huge')).toBeNull()
    expect(readFileSync(join(folder, 'not of the cache.txt'), 'utf8')).toBe('stays')
  })

  it('is silent where it cannot write, and says so where it cannot begin', async () => {
    const cache = diskCache(folder)
    rmSync(folder, { recursive: true })
    await cache.set('key', { bytes: utf8('x'), expires: LATER })
    expect(await cache.get('key')).toBeNull()
    writeFileSync(folder, 'a file')
    expect(code(() => diskCache(folder))).toBe('ERR_FILE_WRITE')
    expect(code(() => diskCache(join(folder, 'below')))).toBe('ERR_FILE_WRITE')
    expect(code(() => diskCache(''))).toBe('ERR_ARGUMENT')
    expect(code(() => diskCache(root, { maxBytes: Number.NaN }))).toBe('ERR_ARGUMENT')
  })

  it('finds a folder where an entry should be, and nothing in it', async () => {
    const cache = diskCache(folder)
    await cache.set('key', { bytes: utf8('x'), expires: LATER })
    for (const name of readdirSync(folder)) {
      unlinkSync(join(folder, name))
      mkdirSync(join(folder, name))
    }
    expect(await cache.get('key')).toBeNull()
    await cache.set('key', { bytes: utf8('x'), expires: LATER })
    expect(await cache.get('key')).toBeNull()
  })
})
