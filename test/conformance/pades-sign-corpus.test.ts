/** Every PDF of the corpus is signed, or not, as its README says; what was there stays as it was. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { equal } from '../../src/core/bytes.ts'
import { signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import {
  CANNOT_OPEN,
  codeOf,
  isProtected,
  MAY_OPEN,
  MUST_NOT_SIGN,
  PASSWORDS,
  PDFSIG_VALID,
  type PdfsigSignature,
  pdfManifest,
  pdfsig,
  qpdfCheck,
} from '../support/pades.ts'
import { describeWithCorpus, hasTool, REQUIRE_TOOLS, temporaryFolder } from '../support/tools.ts'

/** The field that is added. */
const FIELD = 'kyso corpus test'

describeWithCorpus('signing every PDF of the corpus', 'pdf', (folder) => {
  const files = pdfManifest().map(({ file }) => file)
  const temporary = temporaryFolder()
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))
  const tools = hasTool('qpdf') && hasTool('pdfsig')
  if (!tools) console.warn('!!! qpdf or pdfsig is missing: what they say of the signed files is not compared')
  let somebody: LabIdentity

  beforeAll(async () => {
    somebody = await (await Lab.create()).issue()
  })

  const sign = (file: string, password?: string): Promise<Uint8Array> =>
    signPdf(read(file), { signer: somebody.signer, field: FIELD, ...(password === undefined ? {} : { password }) })

  it('has every file that the README names, and the tools where they are required', () => {
    expect(tools || !REQUIRE_TOOLS).toBe(true)
    const mentioned = [...CANNOT_OPEN.keys(), ...MAY_OPEN, ...MUST_NOT_SIGN.keys(), ...PASSWORDS.keys()]
    expect(files.length).toBeGreaterThanOrEqual(178)
    expect(mentioned.filter((file) => !files.includes(file))).toEqual([])
    expect(files.filter(isProtected).length).toBeGreaterThan(0)
  })

  it.each([...CANNOT_OPEN])('%s fails', async (file, codes) => {
    expect(codes).toContain(await codeOf(() => sign(file)))
  })

  it.each([...MUST_NOT_SIGN])('%s is refused', async (file, code) => {
    expect(await codeOf(() => sign(file))).toBe(code)
  })

  it.each(files.filter(isProtected))('%s is refused to the user', async (file) => {
    expect(await codeOf(() => sign(file))).toBe('ERR_PDF_PERMISSION')
    expect(await codeOf(() => sign(file, ''))).toBe('ERR_PDF_PERMISSION')
  })

  it.each([...PASSWORDS.keys()].filter((file) => !file.includes('nocf')))('%s wants a password', async (file) => {
    expect(await codeOf(() => sign(file))).toBe('ERR_PDF_PASSWORD')
    expect(await codeOf(() => sign(file, 'wrong'))).toBe('ERR_PDF_PASSWORD')
  })

  /** What pdfsig says of two files; one after the other, beside qpdf. */
  async function askPdfsig(paths: readonly string[], password: string | undefined): Promise<PdfsigSignature[][]> {
    const answers: PdfsigSignature[][] = []
    for (const path of paths) answers.push(await pdfsig(path, { owner: password, user: password }))
    return answers
  }

  async function expectSigned(file: string, password: string | undefined): Promise<void> {
    const original = read(file)
    const options = password === undefined ? {} : { password }
    const signed = await sign(file, password)
    expect(equal(signed.subarray(0, original.length), original)).toBe(true)

    const before = await verify(original, options)
    const after = await verify(signed, options)
    expect(after.error).toBeUndefined()
    const ours = after.signatures.filter(({ claims }) => claims.field === FIELD)
    const others = after.signatures.filter(({ claims }) => claims.field !== FIELD)
    expect(others.map(({ claims, intact }) => [claims.field, intact])).toEqual(before.signatures.map(({ claims, intact }) => [claims.field, intact]))
    expect(after.documentTimestamps.map(({ intact }) => intact)).toEqual(before.documentTimestamps.map(({ intact }) => intact))
    expect(ours).toMatchObject([{ intact: true, level: 'PAdES-BASELINE-B', coverage: { wholeFile: true }, modifications: { kind: 'none' } }])
    // What nothing followed before is followed by what a signature explains, and by nothing else.
    const explained = before.signatures.map(({ modifications }) => (modifications.kind === 'none' ? 'explained' : modifications.kind))
    expect(others.map(({ modifications }) => modifications.kind)).toEqual(explained)

    if (!tools) return
    const path = join(temporary, 'signed.pdf')
    writeFileSync(path, signed)
    const source = join(folder, file)
    const [[qpdfBefore, qpdfAfter], [pdfsigBefore = [], pdfsigAfter = []]] = await Promise.all([
      Promise.all([source, path].map((one) => qpdfCheck(one, password))),
      askPdfsig([source, path], password),
    ])
    expect(qpdfAfter?.rank).toBeLessThanOrEqual(qpdfBefore?.rank ?? -1)
    expect([...(qpdfAfter?.kinds ?? [])].filter((kind) => !qpdfBefore?.kinds.has(kind))).toEqual([])
    expect(pdfsigAfter.slice(0, -1).map(({ field, validation }) => [field, validation])).toEqual(
      pdfsigBefore.map(({ field, validation }) => [field, validation]),
    )
    expect(pdfsigAfter.at(-1)).toEqual({ field: FIELD, validation: PDFSIG_VALID, type: 'ETSI.CAdES.detached', total: true })
  }

  const signable = files.filter((file) => !CANNOT_OPEN.has(file) && !MAY_OPEN.has(file) && !MUST_NOT_SIGN.has(file) && !isProtected(file))
  it.each(signable)('%s is signed', (file) => expectSigned(file, PASSWORDS.get(file)?.owner))

  it.each([...PASSWORDS].map(([file, { user }]): [string, string] => [file, user]))('%s is signed with the user password', (file, user) =>
    expectSigned(file, user),
  )

  describe('where either is right', () => {
    it.each([...MAY_OPEN])('%s is signed, or fails with a code', async (file) => {
      const code = await codeOf(() => sign(file))
      if (code === 'none') await expectSigned(file, undefined)
      else expect(code).toMatch(/^ERR_PDF_(SYNTAX|XREF|HEADER|STRUCTURE)$/)
    })
  })
})
