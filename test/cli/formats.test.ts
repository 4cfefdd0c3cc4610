/** The command on XML and CMS files. */
import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signCms } from '../../src/cades/index.ts'
import { concat } from '../../src/core/bytes.ts'
import type { Signer } from '../../src/signers/signer.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { signXml } from '../../src/xades/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { fixture } from '../signers/support.ts'
import { invoice, message, sampleOf } from '../vietnam/xml/samples.ts'
import { type Folder, makeFolder, run } from './support.ts'

let folder: Folder
let lab: Lab
let signer: Signer
let seller: Signer
let key: string[]
let evidence: string[]
const file = (name: string): string => folder.path(name)
const env = { KEY: 'secret' }
const sign = (...args: string[]): ReturnType<typeof run> => run(['sign', ...args, ...key], { env })
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(file(name)))
/** In one line, however it was broken. */
const words = (text: string): string => text.replace(/\s+/g, ' ')

const ORDER = '<order><data Id="d"><total>10</total></data><note>by hand</note></order>'

beforeAll(async () => {
  folder = makeFolder()
  lab = await Lab.create()
  signer = (await lab.issue({ subject: 'CN=Nguyễn Văn An,C=VN' })).signer
  seller = (await lab.issue({ subject: [{ C: 'VN' }, { CN: 'Công ty Bán Thử' }, { UID: 'MST:0100109106' }] })).signer
  key = ['--p12', folder.put('p256.p12', fixture('pkcs12/p256.p12')), '--password-env', 'KEY']
  folder.put('root.pem', pem(lab.root.certificate, 'CERTIFICATE'))
  folder.put('ca.pem', pem(lab.ca.certificate, 'CERTIFICATE'))
  folder.put('crl/ca.crl', await lab.crl(lab.ca))
  folder.put('crl/root.crl', await lab.crl(lab.root))
  evidence = ['--trust', file('root.pem'), '--untrusted', file('ca.pem'), '--crl', file('crl'), '--offline']
  folder.put('letter.txt', 'Xin chào')
  folder.put('order.xml', ORDER)
})

afterAll(async () => {
  await lab.close()
  folder.remove()
})

describe('kyso sign, any file', () => {
  it('writes the signature beside the file, says so, and adds others to it', async () => {
    const first = await sign(file('letter.txt'))
    expect([first.status, first.err]).toEqual([0, ''])
    expect(first.out).toContain(`The signature is ${file('letter.txt.p7s')}`)
    expect(first.out).toContain('neither PDF nor XML')
    const second = await sign(file('letter.txt.p7s'), '--location', 'Hà Nội', '--json')
    expect(second.lines()).toMatchObject([
      { output: file('letter.txt.signed.p7s'), format: 'cades', level: 'CAdES B-B', content: file('letter.txt'), notes: [{ code: 'added' }] },
    ])
    const detached = [{ content: read('letter.txt') }]
    const { signatures } = await verify(read('letter.txt.signed.p7s'), { detached })
    expect(signatures).toMatchObject([{ intact: true }, { intact: true, claims: { location: 'Hà Nội' } }])
  })

  it('adds a signature over what it is told, and over nothing else', async () => {
    folder.put('alone.p7s', await signCms(read('letter.txt'), { signer }))
    expect(await sign(file('alone.p7s'))).toMatchObject({ status: 1, err: expect.stringContaining('ERR_CMS_CONTENT') })
    expect(await sign(file('alone.p7s'), '--detached', file('order.xml'))).toMatchObject({ status: 1, err: expect.stringContaining('ERR_CMS_CONTENT') })
    expect(await sign(file('alone.p7s'), '--attached')).toMatchObject({ status: 3, err: expect.stringContaining('Leave --attached out') })
    expect(await sign(file('alone.p7s'), '--detached', file('letter.txt'))).toMatchObject({ status: 0 })
    expect((await verify(read('alone.signed.p7s'))).signatures).toHaveLength(2)
  })

  it('puts the file into the signature, and a PDF in there stays what was signed', async () => {
    folder.put('plain.pdf', simplePdf())
    const { status, out } = await sign(file('plain.pdf'), '--format', 'cades', '--attached', '--out', file('plain.pdf.p7m'))
    expect([status, out]).toEqual([0, expect.not.stringContaining('Keep it together')])
    const report = await run(['verify', file('plain.pdf.p7m'), '--json', '--offline'])
    expect(report.lines()).toMatchObject([
      { format: 'cms', signatures: [{ intact: true, coverage: { content: { place: 'inside', found: true, size: simplePdf().length } } }] },
    ])
    // Viewers of PDF would show what stands behind.
    folder.put('polyglot.pdf', concat([read('plain.pdf.p7m'), simplePdf()]))
    expect((await run(['verify', file('polyglot.pdf'), '--json', '--offline'])).lines()).not.toMatchObject([{ format: 'cms' }])
  })

  it('does not put into memory what is too large for it', async () => {
    folder.put('large.bin', '')
    truncateSync(file('large.bin'), 1024 ** 3 + 1)
    expect(await sign(file('large.bin'), '--attached')).toMatchObject({ status: 3, err: expect.stringContaining('too large') })
    expect(existsSync(file('large.bin.p7m'))).toBe(false)
  })

  it('signs at level B-T', async () => {
    const server = await lab.serve()
    const args = ['--tsa', server.tsaUrl, '--json']
    expect((await sign(file('letter.txt'), ...args, '--out', file('t.p7s'))).lines()).toMatchObject([{ level: 'CAdES B-T' }])
    expect((await sign(file('order.xml'), ...args, '--out', file('t.xml'))).lines()).toMatchObject([{ level: 'XAdES B-T' }])
    folder.put('claim.xml', sampleOf('health-claim').xml)
    expect((await sign(file('claim.xml'), ...args, '--profile', 'auto')).lines()).toMatchObject([{ level: 'XAdES B-T', profile: 'health-claim' }])
    expect((await verify(read('claim.signed.xml'))).signatures).toMatchObject([{ level: 'XAdES-BASELINE-T', intact: true }])
    expect((await verify(read('t.p7s'))).signatures).toMatchObject([{ level: 'CAdES-BASELINE-T', intact: null }])
    expect((await verify(read('t.xml'))).signatures).toMatchObject([{ level: 'XAdES-BASELINE-T', intact: true }])
  })
})

describe('kyso sign, XML', () => {
  it('signs into the document, and what the options name', async () => {
    expect((await sign(file('order.xml'))).out).toContain(file('order.signed.xml'))
    const whole = await verify(read('order.signed.xml'))
    expect(whole.signatures).toMatchObject([{ level: 'XAdES-BASELINE-B', intact: true, coverage: { wholeFile: true } }])
    const options = ['--element', '/order/data', '--place', '/order', '--canonicalization', 'inclusive', '--signer-role', 'clerk', '--location', 'Huế']
    await sign(file('order.xml'), ...options, '--out', file('part.xml'))
    const part = await verify(read('part.xml'))
    const shown = words((await run(['verify', file('part.xml'), '--offline', '--lang', 'vi'])).out)
    expect(shown).toContain('Tư cách clerk Địa điểm Huế')
    expect(part.signatures).toMatchObject([{ intact: true, coverage: { wholeFile: false, references: [{ uri: '#d', elements: ['/order/data'] }, {}] } }])
    await sign(file('order.xml'), '--form', 'xmldsig', '--out', file('dsig.xml'))
    expect((await verify(read('dsig.xml'))).signatures).toMatchObject([{ level: 'XML-NOT-ETSI', intact: true }])
  })

  it.each([
    ['enveloping', 'letter.txt.signed.xml', true],
    ['internally-detached', 'letter.txt.signed.xml', true],
    ['detached', 'letter.txt.signature.xml', null],
  ])('packs as %s', async (packaging, name, intact) => {
    const { status, out } = await sign(file('letter.txt'), '--format', 'xades', '--packaging', packaging, '--force')
    expect([status, out.includes('Keep it together')]).toEqual([0, packaging === 'detached'])
    expect((await verify(read(name))).signatures).toMatchObject([{ intact }])
    // Beside the file it is found by its name.
    expect((await run(['verify', file(name), '--json', '--offline'])).lines()).toMatchObject([{ signatures: [{ intact: true }] }])
  })

  it('signs by a profile, and tells of one that it was not asked for', async () => {
    folder.put('invoice.xml', invoice())
    expect((await sign(file('invoice.xml'), '--out', file('general.xml'))).out).toContain('--profile auto')
    const other = await sign(file('invoice.xml'), '--profile', 'einvoice-seller')
    expect([other.status, other.err]).toEqual([1, expect.stringContaining('ERR_VN_TAX_CODE')])
    const made = await sign(file('invoice.xml'), '--profile', 'einvoice-seller', '--other-tax-code', '--json')
    expect(made.lines()).toMatchObject([{ output: file('invoice.signed.xml'), profile: 'einvoice-seller', level: 'XML-DSig', notes: [{ code: 'profile' }] }])
    folder.put('message.xml', message(invoice()))
    const unit = ['--unit', '/TDiep/DLieu/HDon', '--form', 'xades', '--lang', 'vi']
    const seller = await sign(file('message.xml'), '--profile', 'einvoice-seller', '--other-tax-code', ...unit)
    expect([seller.status, seller.out]).toEqual([0, expect.stringContaining('Đã ký theo loại: hóa đơn điện tử, người bán.')])
  })

  it('refuses what is named as XML and is none', async () => {
    folder.put('no.xml', 'words')
    expect(await sign(file('no.xml'))).toMatchObject({ status: 3, err: expect.stringContaining('ERR_XML_SYNTAX') })
  })
})

describe('kyso verify, CMS', () => {
  it('takes the file beside it and says so, another when told, and stays open without', async () => {
    folder.put('note.txt', 'content')
    folder.put('note.txt.p7s', await signCms(read('note.txt'), { signer }))
    const found = await run(['verify', file('note.txt.p7s'), ...evidence])
    expect(found.status).toBe(0)
    expect(words(found.out)).toContain(`Signed file ${file('note.txt')}; it stands beside the signature file`)
    expect(words(found.out)).toContain(`the file ${file('note.txt')} beside the signature: 7 bytes`)
    const told = await run(['verify', file('note.txt.p7s'), '--detached', file('letter.txt'), ...evidence])
    expect([told.status, told.out]).toEqual([1, expect.stringContaining('HASH_FAILURE')])
    folder.put('lonely.p7s', read('note.txt.p7s'))
    const open = await run(['verify', file('lonely.p7s'), ...evidence, '--lang', 'vi'])
    expect([open.status, open.out]).toEqual([2, expect.stringContaining('SIGNED_DATA_NOT_FOUND')])
    expect(open.out).toContain('nội dung chưa có để kiểm tra')
    const several = ['--detached', file('letter.txt'), '--detached', file('note.txt')]
    expect((await run(['verify', file('lonely.p7s'), ...several, ...evidence])).status).toBe(0)
    expect(await run(['verify', file('lonely.p7s'), '--detached', file('nowhere')])).toMatchObject({
      status: 3,
      out: '',
      err: expect.stringContaining('nowhere'),
    })
  })

  it('does not hold a file that carries its content against one beside it', async () => {
    folder.put('inside.txt', 'another')
    folder.put('inside.txt.p7m', await signCms(read('note.txt'), { signer, attached: true }))
    const { status, out } = await run(['verify', file('inside.txt.p7m'), ...evidence])
    expect([status, out]).toEqual([0, expect.stringContaining('the content in the file: 7 bytes')])
    const given = await run(['verify', file('inside.txt.p7m'), '--detached', file('inside.txt'), ...evidence])
    expect(given.status).toBe(1)
  })
})

describe('kyso verify, XML', () => {
  it('says what is covered and what is not', async () => {
    const references = [{ element: '/order/data' }]
    folder.put('covered.xml', await signXml(read('order.xml'), { signer, references }))
    const { status, out } = await run(['verify', file('covered.xml'), ...evidence])
    expect(status).toBe(0)
    expect(out).toMatch(/Covers +\/order\/data\n +Not covered +\/order\/note\n/)
    folder.put('whole.xml', await signXml(read('order.xml'), { signer }))
    const whole = await run(['verify', file('whole.xml'), ...evidence, '--lang', 'vi'])
    expect(whole.out).toMatch(/Phạm vi +toàn bộ tài liệu\n/)
    expect(whole.out).not.toContain('Ngoài phạm vi')
    folder.put('changed.xml', new TextDecoder().decode(read('covered.xml')).replace('<total>10', '<total>90'))
    const changed = await run(['verify', file('changed.xml'), ...evidence])
    expect([changed.status, changed.out]).toEqual([1, expect.not.stringMatching(/Covers|Not covered/)])
  })

  it('says what a signature means in a document of Vietnam', async () => {
    const { signVietnamXml } = await import('../../src/vietnam/index.ts')
    const one = new TextEncoder().encode(invoice())
    folder.put('vn.xml', await signVietnamXml(one, { signer: seller, profile: 'einvoice-seller' }))
    const { status, out } = await run(['verify', file('vn.xml'), ...evidence, '--vietnam'])
    expect(status).toBe(0)
    expect(words(out)).toContain('Document electronic invoice, seller • Signed: the data of the invoice (DLHDon).')
    expect(words(out)).toContain('bears the tax code of the document (0100109106)')
    expect(words(out)).toContain('it was read as Vietnam’s time')
    expect(words(out)).toContain('Not covered /HDon/MCCQT')
    expect(out).not.toContain('ATTENTION')
    // The signature holds, for data that nobody reads.
    const data = '<DLHDon Id="data-1">'
    const wrapped = new TextDecoder()
      .decode(read('vn.xml'))
      .replace(data, `<DLHDon Id="x"><TTChung/></DLHDon><Other>${data}`)
      .replace('</DLHDon><MCCQT', '</DLHDon></Other><MCCQT')
    folder.put('wrapped.xml', wrapped)
    const moved = await run(['verify', file('wrapped.xml'), ...evidence])
    expect(words(moved.out)).toContain('ATTENTION signature 1 is not what a document of this kind asks for')
    expect(words(moved.out)).toContain('• NOT signed: the data of the invoice (DLHDon).')
    folder.put('two.xml', message(`${new TextDecoder().decode(read('vn.xml'))}${invoice({ id: 'data-2', code: '' })}`))
    const two = await run(['verify', file('two.xml'), ...evidence, '--lang', 'vi'])
    expect(words(two.out)).toContain('Chưa ký /TDiep/DLieu/HDon[2]: không có chữ ký')
  })

  it('has all of it in JSON, the words apart', async () => {
    const { lines } = await run(['verify', file('covered.xml'), ...evidence, '--json'])
    expect(lines()).toMatchObject([
      {
        format: 'xml',
        indication: 'TOTAL-PASSED',
        signatures: [{ level: 'XAdES-BASELINE-B', coverage: { wholeFile: false, references: [{ role: 'content' }, {}] } }],
      },
    ])
  })
})

describe('kyso inspect', () => {
  it('shows XML: what can be signed, and what its signatures refer to', async () => {
    const plain = await run(['inspect', file('invoice.xml'), '--json'])
    expect(plain.lines()).toMatchObject([
      { format: 'xml', root: { name: 'HDon' }, idCount: 2, signatures: [], places: [{ profile: 'einvoice-seller', state: 'free' }, {}, {}] },
    ])
    const { status, out } = await run(['inspect', file('covered.xml'), '--lang', 'vi'])
    expect(status).toBe(0)
    expect(out).toContain('• #d')
    expect(out).toContain('c14n-exclusive; hàm băm: sha256')
    expect(out).toContain('ecdsa-sha256')
    expect(out).toContain('XAdES-BASELINE-B')
    expect((await run(['inspect', file('invoice.xml')])).out).toContain('electronic invoice, seller (einvoice-seller), /HDon: free')
  })

  it('shows CMS: where the content is, and the attributes by name', async () => {
    const { lines } = await run(['inspect', file('letter.txt.signed.p7s'), '--json'])
    expect(lines()).toMatchObject([
      {
        format: 'cms',
        form: 'cms',
        encoding: 'DER',
        content: null,
        signatures: [{ level: 'CAdES-BASELINE-B' }, { signed: expect.arrayContaining(['signerLocation']) }],
      },
    ])
    const { out } = await run(['inspect', file('letter.txt.signed.p7s')])
    expect(out).toContain('not in the file')
    expect(out).toContain('signingCertificateV2')
    folder.put('letter.pem', pem(read('letter.txt.p7s'), 'CMS'))
    expect((await run(['inspect', file('letter.pem')])).out).toContain('text (PEM)')
  })

  it('says what is wrong with what cannot be read', async () => {
    folder.put('cut.p7s', read('letter.txt.p7s').subarray(0, 100))
    folder.put('cut.xml', '<a>')
    const { status, lines } = await run(['inspect', file('cut.p7s'), file('cut.xml'), '--json'])
    expect([status, lines()]).toMatchObject([3, [{ error: { code: 'ERR_CMS_SYNTAX' } }, { error: { code: 'ERR_XML_SYNTAX' } }]])
  })
})
