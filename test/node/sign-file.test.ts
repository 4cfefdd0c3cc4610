import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signFile, verifyFile } from '../../src/node/index.ts'
import type { Signer } from '../../src/signers/signer.ts'
import { Lab } from '../../src/testing/index.ts'
import { type Folder, makeFolder } from '../cli/support.ts'
import { simplePdf } from '../pdf/sample.ts'

let folder: Folder
let signer: Signer
beforeAll(async () => {
  folder = makeFolder()
  signer = (await (await Lab.create()).issue()).signer
  folder.put('in.pdf', simplePdf())
})

afterAll(() => folder.remove())

describe('signFile', () => {
  it('does not overwrite unless told to, and asks the key for nothing before', async () => {
    const [input, output] = [folder.path('in.pdf'), folder.put('out.pdf', 'precious')]
    let asked = 0
    const counting: Signer = {
      ...signer,
      sign: (...given) => {
        asked++
        return signer.sign(...given)
      },
    }
    await expect(signFile(input, output, { signer: counting })).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS', data: { path: output } })
    await expect(signFile(input, input, { signer: counting })).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' })
    expect([asked, readFileSync(output, 'utf8')]).toEqual([0, 'precious'])
    const { size } = await signFile(input, output, { signer: counting, overwrite: true })
    expect([asked, readFileSync(output).length]).toEqual([1, size])
    symlinkSync(folder.path('nowhere'), folder.path('link.pdf'))
    await expect(signFile(input, folder.path('link.pdf'), { signer })).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' })
  })

  it('does not overwrite what came into being while the key was asked', async () => {
    const output = folder.path('late.pdf')
    const slow: Signer = {
      ...signer,
      sign: (...given) => {
        folder.put('late.pdf', 'somebody else’s')
        return signer.sign(...given)
      },
    }
    await expect(signFile(folder.path('in.pdf'), output, { signer: slow })).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' })
    expect(readFileSync(output, 'utf8')).toBe('somebody else’s')
  })

  it('may sign a file into itself', async () => {
    const path = folder.put('self.pdf', simplePdf())
    const { size } = await signFile(path, path, { signer, overwrite: true })
    expect(readFileSync(path).length).toBe(size)
    expect(size).toBeGreaterThan(simplePdf().length)
  })
})

describe('signFile of other formats', () => {
  it('signs XML, with the name of the document in a detached signature', async () => {
    const input = folder.put('order.xml', '<order/>')
    const { size } = await signFile(input, folder.path('order.signed.xml'), { format: 'xades', signer })
    expect(readFileSync(folder.path('order.signed.xml')).length).toBe(size)
    expect(await verifyFile(folder.path('order.signed.xml'))).toMatchObject({ format: 'xml', signatures: [{ intact: true, level: 'XAdES-BASELINE-B' }] })
    const detached = folder.path('detached.xml')
    await signFile(input, detached, { format: 'xades', packaging: 'detached', signer })
    expect((await verifyFile(detached)).signatures).toMatchObject([{ intact: null, coverage: { references: [{ uri: 'order.xml' }, {}] } }])
    expect((await verifyFile(detached, { detached: [input] })).signatures).toMatchObject([{ intact: true }])
  })

  it('signs anything beside it, and adds a signature with the content given by its path', async () => {
    const input = folder.put('note.txt', 'content')
    const [first, second] = [folder.path('note.txt.p7s'), folder.path('both.p7s')]
    await signFile(input, first, { format: 'cades', signer })
    await expect(signFile(first, second, { format: 'cades', signer })).rejects.toMatchObject({ code: 'ERR_CMS_CONTENT' })
    await expect(signFile(first, second, { format: 'cades', signer, content: folder.path('nowhere') })).rejects.toMatchObject({ code: 'ERR_FILE_READ' })
    expect(existsSync(second)).toBe(false)
    await signFile(first, second, { format: 'cades', signer, content: input })
    const { signatures } = await verifyFile(second, { detached: [input] })
    expect(signatures.map(({ intact, coverage }) => [intact, coverage.content?.name])).toEqual([
      [true, input],
      [true, input],
    ])
    await expect(verifyFile(second, { detached: [folder.path('nowhere')] })).rejects.toMatchObject({ code: 'ERR_FILE_READ' })
  })

  it('never writes over a file, whatever the format', async () => {
    const output = folder.put('taken.p7s', 'precious')
    await expect(signFile(folder.path('in.pdf'), output, { format: 'cades', signer })).rejects.toMatchObject({ code: 'ERR_FILE_EXISTS' })
    await expect(signFile(folder.path('in.pdf'), folder.path('free'), { format: 'cades', level: 'B-T', signer })).rejects.toMatchObject({
      code: 'ERR_TSA_MISSING',
    })
    expect(readFileSync(output, 'utf8')).toBe('precious')
  })
})
