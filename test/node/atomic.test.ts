import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError, type KysoError } from '../../src/core/errors.ts'
import { type ByteSource, memorySource } from '../../src/core/source.ts'
import { AtomicFile, copyAndHash, writeAtomically } from '../../src/node/atomic.ts'
import { fileSource } from '../../src/node/file-source.ts'

const posix = process.platform !== 'win32'
let root: string
let folder: string
let target: string
let count = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'kyso-atomic-'))
})
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  folder = join(root, String(++count))
  mkdirSync(folder)
  target = join(folder, 'hợp đồng.pdf')
})

const names = (): string[] => readdirSync(folder)
const text = (): string => readFileSync(target, 'utf8')
const modeOf = (path: string): number => statSync(path).mode & 0o777

async function error(run: () => unknown): Promise<KysoError> {
  try {
    await run()
  } catch (thrown) {
    if (isKysoError(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

describe('writing', () => {
  it('leaves the target as it was until it is whole', async () => {
    writeFileSync(target, 'old')
    const file = AtomicFile.create(target)
    file.write(utf8('new, '))
    file.write(new Uint8Array(0))
    file.write(utf8('and whole'))
    expect(file.size).toBe(14)
    expect(text()).toBe('old')
    expect(names()).toHaveLength(2)
    expect(names().filter((name) => /^\.kyso-[0-9a-f]{16}\.tmp$/.test(name))).toHaveLength(1)
    await file.commit()
    expect(text()).toBe('new, and whole')
    expect(names()).toEqual([basename(target)])
    file.abort()
    expect(text()).toBe('new, and whole')
  })

  it('makes a file that was not there, also by a relative path and without waiting for the disk', async () => {
    const file = AtomicFile.create(relative(process.cwd(), target), { sync: false })
    expect(file.path).toBe(target)
    file.write(utf8('x'))
    expect(existsSync(target)).toBe(false)
    await file.commit()
    expect(text()).toBe('x')
  })

  it('patches what was written, and nothing beyond it', async () => {
    const file = AtomicFile.create(target)
    file.write(utf8('<0000>'))
    file.patch(1, utf8('abcd'))
    file.write(utf8(' end'))
    for (const offset of [-1, 9, 0.5, Number.NaN]) expect((await error(() => file.patch(offset, utf8('xx')))).code).toBe('ERR_ARGUMENT')
    await file.commit()
    expect(text()).toBe('<abcd> end')
  })

  it('long ones, which are flushed on the way', async () => {
    const part = new Uint8Array(5 << 20).map((_, i) => i & 0xff)
    const file = AtomicFile.create(target)
    for (let i = 0; i < 9; i++) {
      file.write(part)
      if (i % 4 === 3) await new Promise((resolve) => setImmediate(resolve))
    }
    await file.commit()
    expect(statSync(target).size).toBe(9 * part.length)
    const other = AtomicFile.create(target)
    for (let i = 0; i < 4; i++) other.write(part)
    other.abort()
    expect(names()).toEqual([basename(target)])
    expect(statSync(target).size).toBe(9 * part.length)
  })

  it('given up leaves nothing behind', () => {
    writeFileSync(target, 'old')
    const file = AtomicFile.create(target)
    file.write(utf8('new'))
    file.abort()
    file.abort()
    expect([text(), names()]).toEqual(['old', [basename(target)]])
  })

  it('is over after commit and abort', async () => {
    const committed = AtomicFile.create(target)
    const pending = committed.commit()
    const meanwhile = [await error(() => committed.write(utf8('x'))), await error(() => committed.commit())]
    committed.abort()
    await pending
    const aborted = AtomicFile.create(target)
    aborted.write(utf8('x'))
    aborted.abort()
    const after = [
      await error(() => committed.write(utf8('x'))),
      await error(() => committed.commit()),
      await error(() => aborted.patch(0, utf8('x'))),
      await error(() => aborted.commit()),
    ]
    expect([...meanwhile, ...after].map(({ code }) => code)).toEqual(Array(6).fill('ERR_ARGUMENT'))
    expect([text(), names()]).toEqual(['', [basename(target)]])
  })

  it('by a function, whole or not at all', async () => {
    expect(await writeAtomically(target, (file) => file.write(utf8('one')))).toBeUndefined()
    expect(
      await writeAtomically(target, async (file) => {
        file.write(utf8('two'))
        return file.size
      }),
    ).toBe(3)
    const broken = writeAtomically(target, (file) => {
      file.write(utf8('three'))
      throw new RangeError('in the middle')
    })
    await expect(broken).rejects.toThrow(RangeError)
    expect([text(), names()]).toEqual(['two', [basename(target)]])
  })
})

describe('the target', () => {
  it.runIf(posix)('keeps its permissions; a new one has those of any new file', async () => {
    const plain = join(folder, 'plain')
    writeFileSync(plain, '')
    await writeAtomically(target, () => {})
    expect(modeOf(target)).toBe(modeOf(plain))
    for (const mode of [0o600, 0o640, 0o666, 0o755]) {
      chmodSync(target, mode)
      const file = AtomicFile.create(target)
      const temporary = names().find((name) => name.endsWith('.tmp')) ?? ''
      expect(modeOf(join(folder, temporary))).toBe(mode)
      await file.commit()
      expect(modeOf(target)).toBe(mode)
    }
  })

  it.runIf(posix)('behind a symbolic link is replaced, and the link stays', async () => {
    const link = join(root, `link-${count}`)
    writeFileSync(target, 'old')
    symlinkSync(target, link)
    await writeAtomically(link, (file) => file.write(utf8('new')))
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect([text(), names()]).toEqual(['new', [basename(target)]])
  })

  it('is no folder, and no device', async () => {
    const inner = join(folder, 'inner')
    mkdirSync(inner)
    expect(await error(() => AtomicFile.create(inner))).toMatchObject({ code: 'ERR_FILE_WRITE', data: { path: inner, reason: 'notAFile' } })
    if (posix) expect((await error(() => AtomicFile.create('/dev/null'))).data.reason).toBe('notAFile')
    expect(names()).toEqual(['inner'])
  })

  it('that cannot be written to', async () => {
    const lost = join(folder, 'none', 'x.pdf')
    expect(await error(() => AtomicFile.create(lost))).toMatchObject({ code: 'ERR_FILE_WRITE', data: { path: lost, reason: 'ENOENT' } })
    writeFileSync(target, '')
    expect((await error(() => AtomicFile.create(join(target, 'x')))).code).toBe('ERR_FILE_WRITE')
    expect((await error(() => AtomicFile.create(''))).code).toBe('ERR_ARGUMENT')
    if (posix && process.getuid?.() !== 0) {
      chmodSync(target, 0o444)
      expect((await error(() => AtomicFile.create(target))).data.reason).toBe('EACCES')
    }
  })

  it('that became a folder meanwhile is not replaced', async () => {
    const file = AtomicFile.create(target)
    file.write(utf8('x'))
    mkdirSync(target)
    expect((await error(() => file.commit())).code).toBe('ERR_FILE_WRITE')
    expect(names()).toEqual([basename(target)])
    expect(statSync(target).isDirectory()).toBe(true)
    file.abort()
  })

  it('whose folder disappeared', async () => {
    const file = AtomicFile.create(target)
    rmSync(folder, { recursive: true })
    expect((await error(() => file.commit())).data.reason).toBe('ENOENT')
  })
})

describe('copyAndHash', () => {
  const crypto = defaultCrypto()
  const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 0xff)
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

  it.each([1000, 99_999, 100_000, undefined])('copies and hashes in one reading, %d bytes at a time', async (chunkSize) => {
    const original = join(folder, 'original')
    writeFileSync(original, content)
    const source = fileSource(original)
    const hashers = [await crypto.createHash('SHA-256'), await crypto.createHash('SHA-512')]
    for (const document of [source, memorySource(content)]) {
      const copies = hashers.map((hasher) => hasher.copy())
      await writeAtomically(target, async (file) => {
        file.write(utf8('%'))
        await copyAndHash(document, file, copies, { chunkSize })
        expect(file.size).toBe(content.length + 1)
      })
      expect(copies.map((hasher) => Buffer.from(hasher.digest()).toString('hex'))).toEqual([
        sha256(content),
        createHash('sha512').update(content).digest('hex'),
      ])
      expect(sha256(readFileSync(target).subarray(1))).toBe(sha256(content))
    }
    source.close()
  })

  it('lets others run and can be stopped', async () => {
    const size = 100 << 20
    const source: ByteSource = { size, read: (_, length) => content.subarray(0, Math.min(length, content.length)) }
    const controller = new AbortController()
    const file = AtomicFile.create(target)
    setImmediate(() => controller.abort())
    const stopped = await error(() => copyAndHash(source, file, [], { signal: controller.signal }))
    expect(stopped.code).toBe('ERR_ABORTED')
    expect(file.size).toBeLessThan(size)
    expect((await error(() => copyAndHash(memorySource(content), file, [], { signal: AbortSignal.abort() }))).code).toBe('ERR_ABORTED')
    for (const chunkSize of [0, -1, 0.5, Number.NaN]) expect((await error(() => copyAndHash(source, file, [], { chunkSize }))).code).toBe('ERR_ARGUMENT')
    file.abort()
    expect(names()).toEqual([])
  })
})

describe('a process that ends', () => {
  const script = `
    const { AtomicFile } = await import(process.argv[2])
    const [target, how] = process.argv.slice(3)
    const listeners = process.listenerCount('exit')
    const file = AtomicFile.create(target)
    const done = AtomicFile.create(target + '.done', { sync: false })
    await done.commit()
    file.write(new Uint8Array(100_000))
    if (how === 'exit') process.exit(0)
    if (how === 'throw') throw new Error('on purpose')
    if (how === 'commit') { await file.commit(); console.log(process.listenerCount('exit') - listeners) }
    if (how === 'wait') { console.log('ready'); setInterval(() => file.write(new Uint8Array(1000)), 1) }
  `
  const command = (how: string): string[] => {
    writeFileSync(join(root, 'run.mjs'), script)
    return ['--import', 'tsx', join(root, 'run.mjs'), new URL('../../src/node/atomic.ts', import.meta.url).href, target, how]
  }

  beforeEach(() => writeFileSync(target, 'old'))

  it.each(['exit', 'throw'])('by %s removes what it did not finish', async (how) => {
    const ended = await promisify(execFile)(process.execPath, command(how)).catch((failed: { stderr: string }) => failed)
    expect(ended.stderr.includes('on purpose')).toBe(how === 'throw')
    expect(text()).toBe('old')
    expect(names().sort()).toEqual([basename(target), `${basename(target)}.done`].sort())
  })

  it('after a commit has nothing left to listen for', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, command('commit'))
    expect(stdout.trim()).toBe('0')
    expect(statSync(target).size).toBe(100_000)
  })

  it('by being killed leaves the target whole, and a file whose name tells what it is', async () => {
    const child = spawn(process.execPath, command('wait'), { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    expect(text()).toBe('old')
    const left = names().filter((name) => !name.startsWith(basename(target)))
    expect(left).toHaveLength(1)
    expect(left[0]).toMatch(/^\.kyso-[0-9a-f]{16}\.tmp$/)
  })
})
