import { beforeAll, describe, expect, it } from 'vitest'
import { lastIndexOf, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import type { SignPdfOptions } from '../../src/pades/index.ts'
import { verify } from '../../src/verify/index.ts'
import { buildPdf } from '../pdf/encryption/build-pdf.ts'
import { type EncryptionPlan, encryptAs, makeEncryption } from '../pdf/encryption/make-encryption.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, setting, sign, summary, verdict } from '../verify/lab-pdf.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

/** The code of the refusal, or `signed`. */
async function attempt(document: Uint8Array, options: Partial<SignPdfOptions> = {}): Promise<string> {
  try {
    await sign(made, options, document)
    return 'signed'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
}

/** A document with fields, the first of them signed by a dictionary with these entries. */
function withFields(signature: string, objects: Objects = {}, field = ''): Uint8Array {
  return simplePdf({
    ...BASIC,
    1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R 9 0 R]>>>>',
    5: `<</FT/Sig/T(First)/V 6 0 R${field}>>`,
    6: `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 1 2 3]/Contents<00>${signature}>>`,
    7: '<</FT/Sig/T(Second)>>',
    9: '<</T(Group)/Kids[10 0 R]>>',
    10: '<</T(Third)/FT/Sig/Parent 9 0 R>>',
    ...objects,
  })
}
const reference = (method: string, parameters: string): string =>
  `/Reference[<</Type/SigRef/TransformMethod/${method}/TransformParams<</Type/TransformParams/V/1.2${parameters}>>>>]`

describe('a certified document (ISO 32000-2 §12.8.2.2)', () => {
  it.each([
    ['that allows nothing', reference('DocMDP', '/P 1'), 'ERR_PDF_CERTIFIED'],
    ['that allows filling and signing', reference('DocMDP', '/P 2'), 'signed'],
    ['that allows annotating', reference('DocMDP', '/P 3'), 'signed'],
    ['that says nothing, which means 2', reference('DocMDP', ''), 'signed'],
    ['that says something else', reference('DocMDP', '/P(1)'), 'signed'],
    ['that is not certified', '', 'signed'],
  ])('%s', async (_, signature, expected) => {
    expect(await attempt(withFields(signature))).toBe(expected)
    expect(await attempt(withFields(signature), { field: 'Second' })).toBe(expected)
  })

  it('whose parameters are indirect is understood as well', async () => {
    const objects = { 11: '[12 0 R]', 12: '<</TransformMethod 13 0 R/TransformParams 14 0 R>>', 13: '/DocMDP', 14: '<</P 15 0 R>>', 15: '1' }
    expect(await attempt(withFields('/Reference 11 0 R', objects))).toBe('ERR_PDF_CERTIFIED')
  })
})

describe('a locked field (§12.7.5.5, §12.8.2.4)', () => {
  it.each([
    ['all are locked', '/Action/All', 'Second', 'ERR_PDF_CERTIFIED'],
    ['this one is locked', '/Action/Include/Fields[(Second)]', 'Second', 'ERR_PDF_CERTIFIED'],
    ['another one is locked', '/Action/Include/Fields[(Group)]', 'Second', 'signed'],
    ['the one above is locked', '/Action/Include/Fields[(Group)]', 'Group.Third', 'ERR_PDF_CERTIFIED'],
    ['all but another one are locked', '/Action/Exclude/Fields[(Group)]', 'Second', 'ERR_PDF_CERTIFIED'],
    ['all but this one are locked', '/Action/Exclude/Fields[(Second)]', 'Second', 'signed'],
    ['nothing says which are locked', '', 'Second', 'ERR_PDF_CERTIFIED'],
    ['it is named in other letters for the same name', '/Action/Include/Fields[<FEFF004D006F031B0301>]', 'Mớ', 'ERR_PDF_CERTIFIED'],
    ['one whose name begins like this one is locked', '/Action/Include/Fields[(Sec)]', 'Second', 'signed'],
  ])('where %s', async (_, parameters, field, expected) => {
    expect(await attempt(withFields(reference('FieldMDP', parameters)), { field })).toBe(expected)
  })

  it('with a permission in the lock of a signed field', async () => {
    expect(await attempt(withFields('', {}, '/Lock<</Type/SigFieldLock/Action/Include/Fields[]/P 1>>'))).toBe('ERR_PDF_CERTIFIED')
    expect(await attempt(withFields('', {}, '/Lock<</Type/SigFieldLock/Action/Include/Fields[]/P 2>>'))).toBe('signed')
  })

  it('is not locked by a field that nobody has signed', async () => {
    expect(
      await attempt(simplePdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>', 5: '<</FT/Sig/T(First)/Lock<</Action/All/P 1>>>>' })),
    ).toBe('signed')
  })
})

describe('a signature that is broken', () => {
  it('because it claims more than the file has makes signing impossible', async () => {
    expect(await attempt(withFields('').map((byte) => byte))).toBe('signed')
    expect(
      await attempt(
        simplePdf({
          ...BASIC,
          1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
          5: '<</FT/Sig/T(x)/V<</ByteRange[0 10 20 99999]/Contents<00>>>>>',
        }),
      ),
    ).toBe('ERR_PDF_SIGNATURE_BROKEN')
  })
})

describe('the field', () => {
  it('that is signed, of another type, or cannot be named so is refused', async () => {
    const document = withFields('', { 7: '<</FT/Tx/T(Second)>>' })
    expect(await attempt(document, { field: 'First' })).toBe('ERR_PDF_FIELD')
    expect(await attempt(document, { field: 'Second' })).toBe('ERR_PDF_FIELD')
    expect(await attempt(document, { field: 'A.B' })).toBe('ERR_PDF_FIELD')
    expect(await attempt(document, { field: '' })).toBe('ERR_PDF_FIELD')
    expect(await attempt(document, { field: 'Mới' })).toBe('signed')
  })
})

describe('a document of kyso', () => {
  it('may be signed again and again, and into fields that wait', async () => {
    const waiting = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
      5: '<</FT/Sig/T(Waiting)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>',
    })
    const once = await sign(made, { field: 'Waiting' }, waiting)
    expect(await verdict(once, made.options)).toBe('TOTAL-PASSED')
    const twice = await sign(made, {}, once)
    expect(await verdict(twice, made.options)).toBe('TOTAL-PASSED')
    expect(await attempt(twice, { field: 'Waiting' })).toBe('ERR_PDF_FIELD')
  })
})

describe('an encrypted document', () => {
  const plans: readonly [string, string, EncryptionPlan][] = [
    ['RC4-128', 'V2', { version: 2, revision: 3 }],
    ['AES-128', 'AESV2', { version: 4, revision: 4 }],
    ['AES-256', 'AESV3', { version: 5, revision: 6 }],
  ]
  const encrypted = (method: string, plan: EncryptionPlan): Uint8Array => {
    const key = makeEncryption({ ...plan, user: 'user', owner: 'owner' })
    const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs(method, key.key, number, 0, bytes)
    return buildPdf({ ...key, string: encrypt, stream: encrypt })
  }

  it.each(plans)('of %s is signed and valid with either password, and closed without', async (_, method, plan) => {
    for (const password of ['user', 'owner']) {
      const once = await sign(made, { password, reason: 'Đồng ý' }, encrypted(method, plan))
      const twice = await sign(made, { password, level: 'B-T' }, once)
      const report = await verify(twice, { ...made.options, password })
      expect(summary(report)).toBe('TOTAL-PASSED')
      expect(report.signatures.map(({ claims }) => claims.reason)).toEqual(['Đồng ý', undefined])
      expect(await verdict(twice, made.options)).toBe('INDETERMINATE ERR_PDF_PASSWORD')
    }
  })

  it.each(plans)('of %s is not valid with any other padding behind the signature', async (_, method, plan) => {
    const file = await sign(made, { password: 'user', level: 'B-T' }, encrypted(method, plan))
    const from = file.indexOf(0x3c, lastIndexOf(file, latin1('/Contents')) + 9)
    const to = file.indexOf(0x3e, from)
    for (const offset of [to - 1, to - 2, to - 60]) {
      const changed = file.slice()
      expect(changed[offset]).toBe(0x30)
      changed[offset] = 0x37
      expect(await verdict(changed, { ...made.options, password: 'user' })).toBe('TOTAL-FAILED FORMAT_FAILURE')
    }
  })

  it('is signed as its permissions allow to who has the user password', async () => {
    const [, method, plan] = plans[2] as (typeof plans)[number]
    const field = { password: 'user' }
    // Bits 4, 6 and 9: modify, annotate, fill in.
    expect(await attempt(encrypted(method, { ...plan, permissions: -4 & ~8 }), field)).toBe('ERR_PDF_PERMISSION')
    expect(await attempt(encrypted(method, { ...plan, permissions: -4 & ~32 }), field)).toBe('ERR_PDF_PERMISSION')
    expect(await attempt(encrypted(method, { ...plan, permissions: -4 & ~(8 | 32 | 256) }), { password: 'owner' })).toBe('signed')
  })
})
