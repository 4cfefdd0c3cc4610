/** Universal signature forgery (Mladenov et al. 2019), signatures of others, and evidence that proves nothing. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1, indexOf, latin1, utf8 } from '../../../src/core/bytes.ts'
import { readPdf } from '../../../src/pades/index.ts'
import { verify } from '../../../src/verify/index.ts'
import { cms } from '../../cms/builder.ts'
import { Sample } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign, summary, verdict } from '../../verify/lab-pdf.ts'
import { craft, formObjects, signatureDict } from '../craft.ts'
import { body, passed, updated } from './support.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting()
  signed = await sign(made, { reason: 'Đồng ý' })
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
