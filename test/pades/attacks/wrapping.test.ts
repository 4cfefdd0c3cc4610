/** Signature wrapping (Mladenov et al. 2019): the signed bytes stay, and something else stands where readers look. */
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromLatin1, indexOf, latin1 } from '../../../src/core/bytes.ts'
import { type LabSetting, setting, sign, verdict } from '../../verify/lab-pdf.ts'
import { craft, hexToken } from '../craft.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting()
  signed = await sign(made, { reason: 'Đồng ý' })
})

describe('signature wrapping', () => {
  it('with the signed bytes moved to another place', async () => {
    const at = indexOf(signed, latin1('/Contents')) + 9
    const from = signed.indexOf(0x3c, at)
    const to = signed.indexOf(0x3e, from) + 1
    const tail = signed.subarray(to)
    // The old tail lies behind new content; the ByteRange still leads to it.
    const inserted = latin1('\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n')
    const moved = concat([signed.subarray(0, to), inserted, tail])
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)( *)\]/.exec(fromLatin1(moved))
    if (!range) throw new Error('no range')
    const replaced = `/ByteRange [0 ${range[1]} ${Number(range[2]) + inserted.length} ${range[3]}`.padEnd(range[0].length - 1)
    const file = latin1(fromLatin1(moved).replace(range[0], `${replaced}]`))
    expect(await verdict(file, made.options)).toMatch(/^(TOTAL-FAILED|INDETERMINATE ERR_PDF)/)
  })

  it('with objects inside the gap', async () => {
    // Behind the hexadecimal string, before the second range: what nobody signs.
    const file = await craft(made.signer, {
      contents: (value) => `${hexToken(value).slice(0, 6000)}>/Evil(${'x'.repeat(1500)})`,
    })
    expect(await verdict(file, made.options)).toBe('TOTAL-FAILED FORMAT_FAILURE')
  })

  it('with a string that ends early and goes on as a comment', async () => {
    const file = await craft(made.signer, { contents: (value) => `${hexToken(value).slice(0, 6000)}>%${'x'.repeat(1900)}\n` })
    expect(await verdict(file, made.options)).toBe('TOTAL-FAILED FORMAT_FAILURE')
  })
})
