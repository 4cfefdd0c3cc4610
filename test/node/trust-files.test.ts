import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KysoError } from '../../src/core/errors.ts'
import { trustAnchorsFrom } from '../../src/node/index.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { type Folder, makeFolder } from '../cli/support.ts'
import { codeOf } from '../core/thrown.ts'
import { bundleOf } from '../sources/bundle.ts'

let lab: Lab
let folder: Folder
beforeAll(async () => {
  lab = await Lab.create()
  folder = makeFolder()
  const [root, ca, other] = [lab.root.certificate, lab.ca.certificate, (await lab.impostor(lab.root)).certificate]
  const { certificate } = await lab.issue()
  folder.put('good/a.pem', pem(root, 'CERTIFICATE'))
  folder.put('good/b.P7B', bundleOf(ca, root))
  folder.put('good/key.pem', pem(Uint8Array.of(1), 'PRIVATE KEY'))
  folder.put('good/contract.p7s', bundleOf(other))
  folder.put('good/below/c.crt', other)
  folder.put('mixed/a.cer', root)
  folder.put('mixed/broken.crt', Uint8Array.of(0x30, 3, 2, 1, 1))
  folder.put('mixed/person.pem', pem(certificate, 'CERTIFICATE'))
  folder.put('none/note.txt', pem(root, 'CERTIFICATE'))
  folder.put('root.txt', pem(root, 'CERTIFICATE'))
})

afterAll(() => folder.remove())

describe('trustAnchorsFrom', () => {
  it('reads files of any name, and of folders what is named as certificates are', () => {
    const passed: [string, string | undefined][] = []
    const anchors = trustAnchorsFrom(folder.path('good'), folder.path('root.txt'), {
      onPassedOver: (path, error) => passed.push([path.slice(folder.path('good').length + 1), error?.code]),
    })
    expect(anchors.map(({ certificate }) => certificate?.bytes)).toEqual([lab.root.certificate, lab.ca.certificate])
    // A document that carries certificates makes nobody trusted.
    expect(passed).toEqual([
      ['contract.p7s', undefined],
      ['key.pem', 'ERR_TRUST_FILE'],
    ])
    expect(trustAnchorsFrom(folder.path('good'))).toHaveLength(2)
    expect(trustAnchorsFrom()).toEqual([])
  })

  it('tells what a folder holds and cannot be used, or throws where nobody listens', () => {
    const told: KysoError[] = []
    const anchors = trustAnchorsFrom(folder.path('mixed'), { onPassedOver: (_, error) => (error ? told.push(error) : undefined) })
    expect(anchors).toHaveLength(1)
    expect(told.map(({ code, data }) => [code, data.path])).toEqual([
      ['ERR_CERTIFICATE_SYNTAX', folder.path('mixed/broken.crt')],
      ['ERR_TRUST_NOT_CA', folder.path('mixed/person.pem')],
    ])
    expect(codeOf(() => trustAnchorsFrom(folder.path('mixed')))).toBe('ERR_CERTIFICATE_SYNTAX')
  })

  it('hands its options on', () => {
    const distrustAfter = new Date('2027-01-01T00:00:00Z')
    expect(trustAnchorsFrom(folder.path('root.txt'), { distrustAfter })).toMatchObject([{ distrustAfter }])
    expect(trustAnchorsFrom(folder.path('mixed/person.pem'), { allowEndEntity: true })).toHaveLength(1)
  })

  it('refuses what is not there, what holds none, and wrong use', () => {
    expect(codeOf(() => trustAnchorsFrom(folder.path('missing')))).toBe('ERR_FILE_READ')
    expect(codeOf(() => trustAnchorsFrom(folder.path('none')))).toBe('ERR_TRUST_FILE')
    expect(codeOf(() => trustAnchorsFrom(folder.path('good/key.pem')))).toBe('ERR_TRUST_FILE')
    expect(codeOf(() => trustAnchorsFrom(folder.path('mixed/person.pem')))).toBe('ERR_TRUST_NOT_CA')
    expect(codeOf(() => trustAnchorsFrom(''))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => Reflect.apply(trustAnchorsFrom, null, [42]))).toBe('ERR_ARGUMENT')
  })
})
