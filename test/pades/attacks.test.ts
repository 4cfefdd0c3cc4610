/** Known ways to make a signed PDF show something else, or to make a signature out of another. None of them passes. */
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromLatin1, indexOf, latin1, utf8 } from '../../src/core/bytes.ts'
import { readPdf } from '../../src/pades/index.ts'
import { verify } from '../../src/verify/index.ts'
import { cms } from '../cms/builder.ts'
import { type Objects, Sample } from '../pdf/sample.ts'
import { type LabSetting, setting, sign, summary, verdict } from '../verify/lab-pdf.ts'
import { craft, formObjects, hexToken, signatureDict } from './craft.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting()
  signed = await sign(made, { reason: 'Đồng ý' })
})

const passed = 'TOTAL-PASSED'
/** The place of the newest cross-reference section. */
const lastSection = (file: Uint8Array): number => Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(fromLatin1(file))?.[1])
/** A file with a revision behind it. */
function updated(file: Uint8Array, objects: Objects, trailer = `/Prev ${lastSection(file)}`): Uint8Array {
  const text = fromLatin1(new Sample(fromLatin1(file)).table(objects, { trailer }).bytes())
  // A smaller /Size than before would hide what the signature added.
  const at = text.lastIndexOf('/Size 100')
  return latin1(`${text.slice(0, at)}/Size 999${text.slice(at + 9)}`)
}
/** The body of an object as the file has it. */
function body(file: Uint8Array, number: number): string {
  const text = fromLatin1(file)
  const from = text.lastIndexOf(`\n${number} 0 obj`)
  return text.slice(text.indexOf('obj', from) + 3, text.indexOf('endobj', from)).trim()
}
const CONTENT = '<</Length 9>>\nstream\nBT (9) Tj\nendstream'

describe('incremental saving', () => {
  it.each<[string, Objects]>([
    ['a page with other content', { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 50 0 R>>', 50: CONTENT }],
    ['another page tree', { 2: '<</Type/Pages/Count 2/Kids[3 0 R 50 0 R]>>', 50: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>' }],
  ])('of %s is not explained', async (_, objects) => {
    expect(await verdict(updated(signed, objects), made.options)).toBe('INDETERMINATE GENERIC')
  })

  it('of objects that nothing uses changes nothing, and is told', async () => {
    const file = updated(signed, { 50: '<</S/JavaScript/JS(app.alert\\(1\\))>>', 60: '(hidden)' })
    const { signatures } = await verify(file, made.options)
    expect(signatures.map(({ indication, modifications }) => [indication, modifications.changes.map(({ code }) => code)])).toEqual([[passed, ['objectUnused']]])
  })

  it('without its own cross-reference is not explained: readers that rebuild the file would see it', async () => {
    expect(await verdict(concat([signed, latin1('3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n')]), made.options)).toBe(
      'INDETERMINATE GENERIC',
    )
  })

  it('that begins anew without /Prev leaves no signature behind', async () => {
    const file = updated(signed, { 1: '<</Type/Catalog/Pages 2 0 R>>', 2: '<</Type/Pages/Count 0/Kids[]>>' }, '')
    expect(await verdict(file, made.options)).toBe('INDETERMINATE')
  })

  it('that begins anew and names the old signature gets no coverage', async () => {
    const text = fromLatin1(signed)
    const objects = Object.fromEntries([1, 2, 3].map((number) => [number, body(signed, number)]))
    const sample = new Sample(text)
    const offsets = sample.objects(objects)
    for (const match of text.matchAll(/\n(\d+) 0 obj/g)) if (!offsets.has(Number(match[1]))) offsets.set(Number(match[1]), (match.index ?? 0) + 1)
    const place = sample.length
    const rows = [...offsets].map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`).join('')
    const file = sample.text(`xref\n0 1\n0000000000 65535 f \n${rows}trailer\n<</Size 100/Root 1 0 R>>\nstartxref\n${place}\n%%EOF\n`).bytes()
    expect(await verdict(file, made.options)).toMatch(/^(TOTAL-FAILED|INDETERMINATE)/)
  })

  it('that goes back to the revision before the signature leaves none', async () => {
    const sections = [...fromLatin1(signed).matchAll(/startxref\s+(\d+)/g)].map((match) => match[1])
    const file = concat([signed, latin1(`startxref\n${sections[0]}\n%%EOF\n`)])
    expect(await verdict(file, made.options)).not.toBe(passed)
  })
})

describe('universal signature forgery', () => {
  it.each<[string, string, string]>([
    ['no /ByteRange', '/ByteRange', '/ByteRangf'],
    ['a /ByteRange that is null', '/ByteRange [0', '/ByteRange null [0'],
    ['no /Contents', '/Contents', '/Contentt'],
    ['no /SubFilter', '/SubFilter', '/SubFiltes'],
    ['another /SubFilter', '/ETSI.CAdES.detached', '/adbe.pkcs7.sha1    '],
    ['another type of field', '/FT /Sig', '/FT /Tx '],
  ])('with %s', async (_, from, to) => {
    const file = latin1(fromLatin1(signed).replace(from, to))
    expect(file).not.toEqual(signed)
    expect(await verdict(file, made.options)).not.toBe(passed)
  })

  it('with a signature of zeros, of nothing, or of a certificate alone', async () => {
    for (const value of [
      new Uint8Array(1),
      new Uint8Array(),
      made.signer.certificate,
      await cms(made.signer, utf8('x'), { certificates: [], signature: new Uint8Array() }),
    ]) {
      expect(await verdict(await craft(made.signer, { value: () => value }), made.options)).not.toBe(passed)
    }
  })
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

describe('borrowed signatures', () => {
  it('of another document of the same signer', async () => {
    const other = await sign(made, {}, new Sample().table({ ...formObjects(), 5: 'null', 6: 'null', 1: '<</Type/Catalog/Pages 2 0 R>>', 9: '(other)' }).bytes())
    const contents = (file: Uint8Array): [number, number] => {
      const from = file.indexOf(0x3c, indexOf(file, latin1('/Contents')) + 9)
      return [from, file.indexOf(0x3e, from)]
    }
    const [from, to] = contents(signed)
    const [otherFrom] = contents(other)
    const file = signed.slice()
    file.set(other.subarray(otherFrom, otherFrom + (to - from)), from)
    expect(await verdict(file, made.options)).toBe('TOTAL-FAILED HASH_FAILURE')
  })

  it('of the same document under another name: a copy of the field that shows the signature is a change', async () => {
    const text = fromLatin1(signed)
    const form = Number(/\/AcroForm (\d+) 0 R/.exec(text)?.[1])
    const field = Number(/\/Fields \[(\d+) 0 R\]/.exec(text)?.[1])
    const copy = body(signed, field).replace('(Signature1)', '(Director)')
    const file = updated(signed, { 70: copy, [form]: body(signed, form).replace(`[${field} 0 R]`, `[${field} 0 R 70 0 R]`) })
    const report = await verify(file, made.options)
    expect(report.signatures.map(({ claims }) => claims.field)).toEqual(['Signature1'])
    expect(summary(report)).toBe('INDETERMINATE GENERIC')
  })

  it('with the certificate exchanged for one of the same key', async () => {
    const key = { algorithm: 'RSA-2048', serial: '4a12' } as const
    const poor = await made.lab.issue({ ...key, subject: 'CN=Nhân viên,C=VN' })
    const rich = await made.lab.issue({ ...key, subject: 'CN=Giám đốc,C=VN' })
    const file = await craft(poor, { value: (content) => cms(poor, content, { certificates: [rich.certificate, made.lab.ca.certificate] }) })
    expect(await verdict(file, made.options)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND')
    // Handed in from outside it is the bound one that counts.
    const report = await verify(file, { ...made.options, certificates: [poor.certificate] })
    expect(summary(report)).toBe(passed)
    expect(report.signatures[0]?.signer?.commonName).toBe('Nhân viên')
  })
})

describe('evidence out of the document', () => {
  it('that the attacker wrote himself proves nothing', async () => {
    const evil = await setting()
    const list = await evil.lab.crl(await evil.lab.impostor(made.lab.ca))
    const objects = {
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/DSS<</CRLs[8 0 R]/Certs[9 0 R]>>>>',
      8: `<</Length ${list.length}>>\nstream\n${fromLatin1(list)}\nendstream`,
      9: `<</Length ${evil.lab.root.certificate.length}>>\nstream\n${fromLatin1(evil.lab.root.certificate)}\nendstream`,
    }
    const file = await craft(made.signer, { objects })
    expect(await verdict(file, { ...made.options, crls: [] })).toBe('INDETERMINATE TRY_LATER')
    const forged = await craft(evil.signer, { objects })
    expect(await verdict(forged, made.options)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
  })

  it('that is damaged is left aside', async () => {
    const objects = {
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/DSS<</CRLs[8 0 R null 7 99 0 R]/Certs 8 0 R/OCSPs[[]]>>>>',
      8: '<</Length 3>>\nstream\nabc\nendstream',
    }
    expect(await verdict(await craft(made.signer, { objects }), made.options)).toBe(passed)
  })
})

describe('a hidden signature', () => {
  it('does not make the file better: what is left over is told', async () => {
    // The second signature is bad; its field is emptied again.
    const stranger = await setting()
    const twice = await sign(stranger, {}, signed)
    expect(await verdict(twice, made.options)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    const names = [...fromLatin1(twice).matchAll(/\n(\d+) 0 obj\s*<<[^>]*\/T \(Signature2\)/g)].map((match) => match[1])
    const file = updated(twice, { [Number(names[0])]: '<</FT/Sig/T(Signature2)/Type/Annot/Subtype/Widget/Rect[0 0 0 0]>>' })
    expect((await readPdf(file)).signatures).toHaveLength(1)
    expect(await verdict(file, made.options)).toBe('INDETERMINATE GENERIC')
  })

  it('as a time-stamp that is none stays in its own list, failed', async () => {
    const report = await verify(await craft(made.signer, { objects: { 6: signatureDict('ETSI.RFC3161') } }), made.options)
    expect(summary(report)).toBe('INDETERMINATE')
    expect(report.documentTimestamps).toMatchObject([{ intact: false }])
  })
})
