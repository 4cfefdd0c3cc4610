import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { encryptedDemoPdf } from '../../src/cli/demo/pdf.ts'
import { Lab } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { fixture } from '../signers/support.ts'
import { type Folder, makeFolder, run } from './support.ts'

const folders: Folder[] = []
let folder: Folder
let key: string[]
const env = { KEY: 'secret', WRONG: 'other', DOCUMENT: 'opens' }

beforeEach(() => {
  folder = makeFolder()
  folders.push(folder)
  folder.put('letter.pdf', simplePdf())
  key = ['--p12', folder.put('p256.p12', fixture('pkcs12/p256.p12')), '--password-env', 'KEY']
})

afterAll(() => {
  for (const one of folders) one.remove()
})

const file = (name: string): string => folder.path(name)
const sign = (...args: string[]): ReturnType<typeof run> => run(['sign', ...args], { env })

describe('kyso sign', () => {
  it('signs beside the original and says so', async () => {
    const { status, out, err } = await sign(
      file('letter.pdf'),
      ...key,
      '--reason',
      'Phê duyệt',
      '--location',
      'Hà Nội',
      '--contact',
      'x',
      '--name',
      'An',
      '--field',
      'Leader',
    )
    expect([status, err]).toEqual([0, ''])
    expect(out).toContain(file('letter.signed.pdf'))
    const signed = readFileSync(file('letter.signed.pdf'))
    expect(signed.subarray(0, simplePdf().length).equals(simplePdf())).toBe(true)
    const { signatures } = await verify(signed)
    expect(signatures).toMatchObject([
      { intact: true, level: 'PAdES-BASELINE-B', claims: { reason: 'Phê duyệt', location: 'Hà Nội', contactInfo: 'x', name: 'An', field: 'Leader' } },
    ])
  })

  it('never writes over a file unless told to', async () => {
    folder.put('letter.signed.pdf', 'precious')
    const refused = await sign(file('letter.pdf'), ...key, '--json')
    expect(refused.status).toBe(3)
    expect(refused.lines()).toMatchObject([{ error: { code: 'ERR_FILE_EXISTS' } }])
    expect(refused.err).toContain('--force')
    expect(readFileSync(file('letter.signed.pdf'), 'utf8')).toBe('precious')
    expect((await sign(file('letter.pdf'), ...key, '--force')).status).toBe(0)
    expect(readFileSync(file('letter.signed.pdf'), 'latin1')).toContain('/ETSI.CAdES.detached')
  })

  it('signs several files into a folder, and the others when one cannot be', async () => {
    folder.put('broken.pdf', '%PDF-1.7')
    folder.put('second.pdf', simplePdf())
    folder.put('out/x', '')
    const { status, lines, err } = await sign(file('letter.pdf'), file('broken.pdf'), file('second.pdf'), ...key, '--out-dir', file('out'), '--json')
    expect(status).toBe(3)
    expect(lines()).toMatchObject([
      { file: file('letter.pdf'), output: file('out/letter.signed.pdf'), level: 'PAdES B-B' },
      { file: file('broken.pdf'), error: { code: expect.stringMatching(/^ERR_PDF_/) } },
      { output: file('out/second.signed.pdf') },
    ])
    expect(err).toContain('broken.pdf')
    expect(existsSync(file('out/broken.signed.pdf'))).toBe(false)
  })

  it('fetches a time-stamp at level B-T', async () => {
    const lab = await Lab.create()
    const server = await lab.serve()
    try {
      const { status, lines } = await sign(file('letter.pdf'), ...key, '--tsa', server.tsaUrl, '--json', '--out', file('stamped.pdf'))
      expect(status).toBe(0)
      expect(lines()).toMatchObject([{ level: 'PAdES B-T' }])
      expect((await verify(readFileSync(file('stamped.pdf')))).signatures).toMatchObject([{ level: 'PAdES-BASELINE-T', timestamps: [{ intact: true }] }])
      const failed = await sign(file('letter.pdf'), ...key, '--level', 'B-T', '--tsa', `${server.url}/tsa-html`)
      expect([failed.status, failed.err]).toEqual([1, expect.stringContaining('web page')])
      expect(existsSync(file('letter.signed.pdf'))).toBe(false)
    } finally {
      await lab.close()
    }
  })

  it('opens an encrypted file with its password, and asks where somebody can be asked', async () => {
    folder.put('locked.pdf', await encryptedDemoPdf('opens'))
    const without = await sign(file('locked.pdf'), ...key)
    expect([without.status, without.err]).toEqual([1, expect.stringContaining('protected by a password')])
    expect((await sign(file('locked.pdf'), ...key, '--document-password-env', 'DOCUMENT')).status).toBe(0)
    const asked: string[] = []
    const askPassword = async (prompt: string): Promise<string> => {
      asked.push(prompt)
      return prompt.includes('p256') ? 'secret' : 'opens'
    }
    const { status } = await run(['sign', file('locked.pdf'), '--p12', file('p256.p12'), '--out', file('asked.pdf')], { askPassword })
    expect([status, asked.length]).toEqual([0, 2])
    const verified = await run(['verify', file('asked.pdf'), '--password-env', 'DOCUMENT', '--json'], { env })
    expect(verified.lines()).toMatchObject([{ signatures: [{ intact: true }] }])
    expect((await run(['verify', file('asked.pdf'), '--json'])).status).toBe(3)
    expect((await run(['verify', file('asked.pdf'), '--json'], { askPassword })).status).toBe(2)
    expect((await run(['inspect', file('asked.pdf')], { askPassword })).out).toContain('AES-128')
  })

  it.each([
    ['no file', [], 'No file was named'],
    ['no key', ['x.pdf'], '--p12 FILE'],
    ['a wrong password', ['x.pdf', '--p12', 'KEYFILE', '--password-env', 'WRONG'], 'password of the key file'],
    ['no way to ask for it', ['x.pdf', '--p12', 'KEYFILE'], '--password-env VARIABLE'],
    ['another format', ['x.pdf', '--format', 'asic'], 'asic comes with a later version'],
    ['no format', ['x.pdf', '--format', 'word'], 'can be: pades, xades, cades'],
    ['what another format has no place for', ['x.txt', '--reason', 'x'], '--reason is not for signatures of the format cades'],
    ['one format’s options for another', ['x.pdf', '--packaging', 'enveloping'], 'x.pdf would get one'],
    ['no packaging', ['x.xml', '--packaging', 'boxed'], 'enveloped, enveloping, detached, internally-detached'],
    ['a property of XAdES in another', ['x.xml', '--form', 'xmldsig', '--signer-role', 'x'], '--signer-role is a property of XAdES'],
    ['a place in what is not there yet', ['x.xml', '--packaging', 'detached', '--place', '/x'], '--packaging detached'],
    ['no profile', ['x.xml', '--profile', 'invoice'], 'einvoice-seller'],
    ['a profile for a PDF', ['x.pdf', '--format', 'pades', '--profile', 'auto'], '--profile is not for'],
    ['what a profile decides', ['x.xml', '--profile', 'auto', '--place', '/x'], '--place cannot go with --profile'],
    ['what needs a profile', ['x.xml', '--unit', '/x'], '--unit needs --profile'],
    ['a time-stamp in a plain signature', ['x.xml', '--form', 'xmldsig', '--tsa', 'http://localhost'], '--form xades'],
    ['a later level', ['x.pdf', '--level', 'B-LT'], 'B-LT comes with a later version'],
    ['no level', ['x.pdf', '--level', 'best'], 'B-B, B-T'],
    ['a level without its server', ['x.pdf', '--level', 'B-T'], '--tsa URL'],
    ['a server without its level', ['x.pdf', '--level', 'B-B', '--tsa', 'http://localhost'], '--level B-T'],
    ['a server offline', ['x.pdf', '--tsa', 'http://localhost', '--offline'], 'rules out'],
    ['an address that is none', ['x.pdf', '--p12', 'KEYFILE', '--password-env', 'KEY', '--tsa', 'ftp://u:hidden@x'], 'http://'],
    ['a look without a place', ['x.pdf', '--text', 'x', '--font', 'f'], '--box X,Y,W,H'],
    ['a text without a font', ['x.pdf', '--box', '1,1,9,9', '--text', 'x'], '--font FILE'],
    ['a place with nothing to be seen', ['x.pdf', '--box', '1,1,9,9'], '--font FILE'],
    ['a box that is none', ['x.pdf', '--box', '1,1,9', '--image', 'i'], '--box cannot be “1,1,9”'],
    ['a box without size', ['x.pdf', '--box', '1,1,0,9', '--image', 'i'], '--box cannot be'],
    ['a box in other numbers', ['x.pdf', '--box', '1,1,1e3,9', '--image', 'i'], '--box cannot be'],
    ['page 0', ['x.pdf', '--box', '1,1,9,9', '--image', 'i', '--page', '0'], '--page cannot be “0”'],
    ['a page without a box', ['x.pdf', '--page', '-1', '--image', 'i'], '--page needs --box'],
    ['a corner without a box', ['x.pdf', '--corner', 'top-left'], '--corner needs --box'],
    ['a corner that is none', ['x.pdf', '--corner', 'middle', '--box', '1,1,9,9'], 'top-left, top-right, bottom-left, bottom-right'],
    ['a look for another format', ['x.xml', '--box', '1,1,9,9', '--image', 'i'], '--box is not for signatures of the format xades'],
    ['a certification that is none', ['x.pdf', '--certify', '4'], '1, 2, 3'],
    ['a lock that is none', ['x.pdf', '--lock', 'include:'], 'all, include:A,B, exclude:A,B'],
    ['a lock of a field without a name', ['x.pdf', '--lock', 'include:A,,B'], 'all, include:A,B, exclude:A,B'],
    ['what a lock permits without one', ['x.pdf', '--lock-permission', '1'], '--lock-permission needs --lock'],
    ['a certification of a text', ['x.txt', '--certify', '1'], '--certify is not for signatures of the format cades'],
    ['a document time-stamp without its server', ['x.pdf', '--document-timestamp'], '--tsa URL'],
    ['a document time-stamp with a reason', ['x.pdf', '--document-timestamp', '--tsa', 'http://localhost', '--reason', 'x'], '--reason cannot go with'],
    ['a document time-stamp with a key', ['x.pdf', '--document-timestamp', '--tsa', 'http://localhost', '--p12', 'k'], '--p12 cannot go with'],
    ['a document time-stamp of XML', ['x.xml', '--document-timestamp', '--tsa', 'http://localhost'], 'not for signatures of the format xades'],
    ['a token', ['x.pdf', '--pkcs11', 'module'], '--pkcs11 comes with a later version'],
    ['both targets', ['x.pdf', '--out', 'a', '--out-dir', 'b'], 'rule each other out'],
    ['one target for two', ['x.pdf', 'y.pdf', '--out', 'a'], '--out-dir'],
    ['one name for two', ['a/x.pdf', 'b/x.pdf', '--out-dir', 'c'], 'Two files would be written'],
    ['a password as argument', ['x.pdf', '--p12-password', 'hidden'], 'not taken on the command line'],
  ])('refuses %s', async (_, args, words) => {
    const { status, out, err } = await sign(...args.map((argument) => (argument === 'KEYFILE' ? file('p256.p12') : argument)))
    expect([status, out]).toEqual([3, ''])
    expect(err).toContain(words)
    expect(err).not.toContain('hidden')
  })
})
