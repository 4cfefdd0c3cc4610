import { readFileSync, symlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signFile } from '../../src/node/index.ts'
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
