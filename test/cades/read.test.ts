/** CMS files of every form as they are read: encodings, content inside and beside, tokens as files, and what is no CMS. */
import { beforeAll, describe, expect, it } from 'vitest'
import { counterSignCms, readCms, signCms } from '../../src/cades/index.ts'
import { CMS_ATTRIBUTE } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, toBase64, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { digest } from '../../src/core/hash.ts'
import { type ByteSource, memorySource } from '../../src/core/source.ts'
import { signPdf } from '../../src/pades/index.ts'
import { requestTimestamp } from '../../src/sources/index.ts'
import { readCertificate } from '../../src/testing/certificate.ts'
import { pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { algorithmOf, attr, cms, hashed, indefinite, int, OID, octets, oid, seq, set, sorted, tlv, usualAttributes } from '../cms/builder.ts'
import { simplePdf } from '../pdf/sample.ts'
import { type LabSetting, NOW, setting, summary } from '../verify/lab-pdf.ts'

const document = utf8('Biên bản nghiệm thu số 12')
const other = utf8('Biên bản nghiệm thu số 13')
let made: LabSetting
let attached: Uint8Array
let detached: Uint8Array
beforeAll(async () => {
  made = await setting()
  const options = { signer: made.signer.signer, signingTime: NOW }
  attached = await signCms(document, { ...options, attached: true })
  detached = await signCms(document, options)
})

const intact = async (file: Uint8Array, contents: readonly Uint8Array[] = []): Promise<(boolean | null)[]> =>
  (await readCms(file, { detached: contents.map((content) => ({ content })) })).signatures.map(({ checks }) => intactOf(checks))

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
}

const token = async (bytes: Uint8Array): Promise<Uint8Array> =>
  (await requestTimestamp(defaultCrypto(), made.lab.tsa.source, 'SHA-256', await digest(defaultCrypto(), 'SHA-256', bytes))).bytes

describe('forms of a file', () => {
  it('DER, PEM, base64, and each with text around it', async () => {
    const text = pem(attached, 'CMS')
    for (const file of [
      attached,
      utf8(text),
      utf8(pem(attached, 'PKCS7')),
      utf8(`Signed by somebody\n${text}more\n`),
      utf8(toBase64(attached)),
      utf8(toBase64(attached).replace(/(.{64})/g, '$1\r\n')),
    ]) {
      expect(summary(await verify(file, made.options))).toBe('TOTAL-PASSED')
    }
  })

  it('BER: indefinite lengths, split content, splits in splits, empty pieces', async () => {
    const parts = { ber: true, eContent: document }
    expect(await intact(await cms(made.signer, document, parts))).toEqual([true])
    const pieces = [
      octets(document.subarray(0, 5)),
      octets(new Uint8Array(0)),
      indefinite(0x24, octets(document.subarray(5, 6)), tlv(0x24, octets(document.subarray(6)))),
    ]
    for (const string of [indefinite(0x24, ...pieces), tlv(0x24, ...pieces)]) {
      const file = await around(document, string)
      expect(await intact(file)).toEqual([true])
      expect((await readCms(file)).signatures[0]?.scope).toEqual({ kind: 'content', size: document.length })
    }
    expect(await intact(await around(other, indefinite(0x24, ...pieces)))).toEqual([false])
    // As streaming writers make them: pieces of 1,000 octets.
    const long = new Uint8Array(700_500).map((_, i) => i)
    const many = indefinite(0x24, ...Array.from({ length: 701 }, (_, i) => octets(long.subarray(1000 * i, 1000 * (i + 1)))))
    expect(await intact(await around(long, many))).toEqual([true])
    long[350_000] = 1
    expect(await intact(await around(long, many))).toEqual([false])
    for (const foreign of [indefinite(0x24, tlv(0x0c, document)), tlv(0x0c, document), indefinite(0x24, octets(document), int(1))])
      expect(await codeOf(readCms(await around(document, foreign)))).toBe('ERR_CMS_SYNTAX')
  })

  it('a source is read in parts, and the content not at once', async () => {
    const large = new Uint8Array(3_000_000).fill(0x61)
    for (const file of [
      await signCms(large, { signer: made.signer.signer, signingTime: NOW, attached: true }),
      await cms(made.signer, large, { ber: true, eContent: large }),
    ]) {
      let longest = 0
      const inner = memorySource(file)
      const source: ByteSource = {
        size: inner.size,
        read(offset, length) {
          longest = Math.max(longest, length)
          return inner.read(offset, length)
        },
        readInto(offset, target) {
          longest = Math.max(longest, target.length)
          const bytes = inner.read(offset, target.length)
          target.set(bytes)
          return bytes.length
        },
      }
      expect(summary(await verify(source, made.options))).toBe('TOTAL-PASSED')
      expect(longest).toBeLessThanOrEqual(1 << 18)
    }
  })

  it('what follows the CMS is told', async () => {
    const report = await verify(concat([attached, utf8('more')]), made.options)
    expect(summary(report)).toBe('TOTAL-PASSED')
    expect(report.oddities).toEqual([{ code: 'cms-trailing', detail: '4 bytes follow the CMS', offset: attached.length }])
    const twice = await verify(utf8(pem(attached, 'CMS') + pem(detached, 'CMS')), made.options)
    expect(twice.oddities).toEqual([{ code: 'cms-trailing', detail: '1 further CMS in the same text' }])
  })

  it('a message is refused with a word of its own, and so is what is no CMS', async () => {
    const multipart = utf8('MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"\r\n\r\nbody')
    const opaque = utf8('From: a@example.vn\nSubject: x\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\nMIIB')
    for (const message of [multipart, opaque]) expect((await verify(message)).error?.code).toBe('ERR_CMS_MIME')
    for (const text of ['', 'MI', 'Content-Type text', 'body\nMIME-Version: 1.0', '\u0030', 'hello: world\n'])
      expect((await verify(utf8(text))).error?.code).toBe('ERR_FORMAT_UNKNOWN')
    const enveloped = seq(oid('1.2.840.113549.1.7.3'), tlv(0xa0, seq(int(0))))
    expect((await verify(enveloped)).error?.code).toBe('ERR_CMS_SYNTAX')
    expect((await verify(attached.subarray(0, 300))).error?.code).toBe('ERR_CMS_SYNTAX')
    expect((await verify(utf8('-----BEGIN CMS-----\n*\n-----END CMS-----\n'))).error?.code).toBe('ERR_CMS_SYNTAX')
  })

  it('certificates alone are no signature', async () => {
    const bare = seq(oid(OID.signedData), tlv(0xa0, seq(int(1), set(), seq(oid(OID.data)), tlv(0xa0, made.signer.certificate), set())))
    const report = await verify(bare, made.options)
    expect(report).toMatchObject({ format: 'cms', indication: 'INDETERMINATE', signatures: [], messages: [{ code: 'noSignature' }] })
  })

  it('budgets bound what is kept and how often content is split', async () => {
    const split = await cms(made.signer, document, { ber: true, eContent: document })
    expect(await codeOf(readCms(split, { budget: new Budget({ cmsSegments: 1 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    expect(await codeOf(readCms(attached, { budget: new Budget({ cmsBytes: 100 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    expect(await codeOf(readCms(attached, { budget: new Budget({ hashedBytes: 10 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    expect(await codeOf(readCms(attached, { budget: new Budget({ signatures: 0 }) }))).toBe('ERR_BUDGET_EXCEEDED')
    let nested = octets(document)
    for (let depth = 0; depth < 100; depth++) nested = indefinite(0x24, nested)
    expect(await codeOf(readCms(await around(document, nested)))).toBe('ERR_BUDGET_EXCEEDED')
  })
})

/** A signed file whose content is encoded as given. */
async function around(signed: Uint8Array, string: Uint8Array): Promise<Uint8Array> {
  const { issuer, serial } = readCertificate(made.signer.certificate)
  const attributes = await usualAttributes(made.signer, signed)
  const value = await made.signer.key.sign(set(...attributes))
  const signerInfo = seq(int(1), seq(issuer, tlv(0x02, serial)), seq(oid(OID.sha256)), tlv(0xa0, ...attributes), algorithmOf(made.signer), octets(value))
  const data = seq(int(1), set(seq(oid(OID.sha256))), seq(oid(OID.data), indefinite(0xa0, string)), tlv(0xa0, ...made.signer.chain), set(signerInfo))
  return seq(oid(OID.signedData), tlv(0xa0, data))
}

describe('content beside the file', () => {
  it('that is not given leaves it open', async () => {
    const report = await verify(detached, made.options)
    expect(summary(report)).toBe('INDETERMINATE SIGNED_DATA_NOT_FOUND')
    expect(report.signatures[0]).toMatchObject({ intact: null })
    expect(report.signatures[0]?.messages.map(({ code }) => code)).toContain('contentMissing')
    expect((await readCms(detached)).signatures[0]?.scope).toEqual({ kind: 'detached', found: false })
  })

  it('is told from what was not signed', async () => {
    expect(await intact(detached, [document])).toEqual([true])
    expect(await intact(detached, [other])).toEqual([false])
    expect(summary(await verify(detached, { ...made.options, detached: [{ content: other }] }))).toBe('TOTAL-FAILED HASH_FAILURE')
  })

  it('of several is the one that was signed, each signature its own', async () => {
    expect(await intact(detached, [other, document])).toEqual([true])
    expect(await intact(detached, [other, utf8('x')])).toEqual([null])
    const { signatures } = await readCms(detached, {
      detached: [
        { name: 'a', content: other },
        { name: 'b', content: document },
      ],
    })
    expect(signatures[0]?.scope).toEqual({ kind: 'detached', found: true, size: document.length, name: 'b' })
  })

  it('without signed attributes is tried one by one', async () => {
    const bare = await cms(made.signer, document, { attributes: null })
    expect(await intact(bare)).toEqual([null])
    expect(await intact(bare, [document])).toEqual([true])
    expect(await intact(bare, [other])).toEqual([false])
    expect(await intact(bare, [other, document])).toEqual([true])
    expect(await intact(bare, [other, utf8('x')])).toEqual([null])
    expect(await intact(await cms(made.signer, document, { attributes: null, eContent: document }))).toEqual([true])
  })

  it('may be what is inside as well, and nothing else', async () => {
    expect(await intact(attached, [document])).toEqual([true])
    expect(await intact(attached, [other])).toEqual([false])
    expect(await intact(attached, [other, document])).toEqual([true])
    const report = await verify(attached, { ...made.options, detached: [{ content: other }] })
    expect(summary(report)).toBe('TOTAL-FAILED FORMAT_FAILURE')
    expect(report.signatures[0]?.messages.map(({ code }) => code)).toContain('contentAttached')
  })
})

describe('attributes', () => {
  it('that stand twice are refused', async () => {
    const time = attr(OID.signingTime, tlv(0x17, utf8('260601080000Z')))
    const attributes = await usualAttributes(made.signer, document)
    expect(await intact(await cms(made.signer, document, { attributes: sorted([...attributes, time]), eContent: document }))).toEqual([true])
    expect(await intact(await cms(made.signer, document, { attributes: sorted([...attributes, time, time]), eContent: document }))).toEqual([false])
  })

  it('of another content than the file’s are refused', async () => {
    const attributes = await usualAttributes(made.signer, document)
    expect(await intact(await cms(made.signer, document, { attributes, eContent: document, eContentType: '1.2.3.4' }))).toEqual([false])
  })

  it('content time-stamps are read and prove nothing of the signature', async () => {
    const attributes = await usualAttributes(made.signer, document)
    for (const [stamped, holds] of [
      [document, true],
      [other, false],
    ] as const) {
      const stamp = attr(CMS_ATTRIBUTE.contentTimestamp, await token(stamped))
      const file = await cms(made.signer, document, { attributes: sorted([...attributes, stamp]), eContent: document })
      const report = await verify(file, made.options)
      expect(report.signatures[0]).toMatchObject({ intact: true, bestSignatureTime: null, timestamps: [{ type: 'content', intact: holds }] })
    }
  })

  it('archive time-stamps are listed, and stay open', async () => {
    const file = await cms(made.signer, document, {
      eContent: document,
      unsigned: [attr(CMS_ATTRIBUTE.archiveTimestampV3, await token(document), octets(document))],
    })
    const { signatures } = await verify(file, made.options)
    expect(signatures[0]).toMatchObject({
      indication: 'TOTAL-PASSED',
      timestamps: [
        { type: 'archive', intact: null },
        { type: 'archive', intact: false },
      ],
    })
  })
})

describe('counter-signatures', () => {
  /** A SignerInfo over the value of the detached file's signer. */
  async function counter(attributes: (value: Uint8Array) => Promise<Uint8Array[] | null>, value: Uint8Array): Promise<Uint8Array> {
    const { issuer, serial } = readCertificate(made.signer.certificate)
    const list = await attributes(value)
    const signature = await made.signer.key.sign(list ? set(...sorted(list)) : value)
    return seq(
      int(1),
      seq(issuer, tlv(0x02, serial)),
      seq(oid(OID.sha256)),
      ...(list ? [tlv(0xa0, ...sorted(list))] : []),
      algorithmOf(made.signer),
      octets(signature),
    )
  }

  it('have no contentType, may lack attributes, and are over the signature value', async () => {
    const attributes = await usualAttributes(made.signer, document)
    const signature = await made.signer.key.sign(set(...attributes))
    const digestOf = async (value: Uint8Array): Promise<Uint8Array> => attr(OID.messageDigest, octets(await hashed(OID.sha256, value)))
    const file = async (...values: Uint8Array[]): Promise<(boolean | null)[]> =>
      intact(await cms(made.signer, document, { attributes, signature, eContent: document, unsigned: [attr(CMS_ATTRIBUTE.countersignature, ...values)] }))
    expect(await file(await counter(async (value) => [await digestOf(value)], signature))).toEqual([true, true])
    expect(await file(await counter(async () => null, signature))).toEqual([true, true])
    expect(await file(await counter(async (value) => [attr(OID.contentType, oid(OID.data)), await digestOf(value)], signature))).toEqual([true, false])
    expect(await file(await counter(async () => [await digestOf(document)], signature))).toEqual([true, false])
    expect(await file(octets(document))).toEqual([true, false])
    expect(await file(await counter(async () => null, signature), await counter(async (value) => [await digestOf(value)], signature))).toEqual([
      true,
      true,
      true,
    ])
  })

  it('on counter-signatures are followed, as far as nesting goes', async () => {
    const attributes = await usualAttributes(made.signer, document)
    const signature = await made.signer.key.sign(set(...attributes))
    const { issuer, serial } = readCertificate(made.signer.certificate)
    const chainOf = async (value: Uint8Array, depth: number): Promise<Uint8Array> => {
      const own = await made.signer.key.sign(value)
      const unsigned = depth > 1 ? [tlv(0xa1, attr(CMS_ATTRIBUTE.countersignature, await chainOf(own, depth - 1)))] : []
      return seq(int(1), seq(issuer, tlv(0x02, serial)), seq(oid(OID.sha256)), algorithmOf(made.signer), octets(own), ...unsigned)
    }
    const file = await cms(made.signer, document, {
      attributes,
      signature,
      eContent: document,
      unsigned: [attr(CMS_ATTRIBUTE.countersignature, await chainOf(signature, 3))],
    })
    const { signatures } = await readCms(file)
    expect(signatures.map(({ id, checks }) => [id, intactOf(checks)])).toEqual([
      ['signature-1', true],
      ['signature-1-C1', true],
      ['signature-1-C1-C1', true],
      ['signature-1-C1-C1-C1', true],
    ])
  })

  it('in the CMS of a PDF count as signatures', async () => {
    const pdf = await signPdf(simplePdf(), {
      signer: made.signer.signer,
      signingTime: NOW,
      level: 'B-T',
      timestampSize: 8000,
      sources: { timestamp: made.lab.tsa.source },
    })
    const start = new TextDecoder('latin1').decode(pdf).lastIndexOf('/Contents <') + '/Contents <'.length
    const end = pdf.indexOf(0x3e, start)
    const contents = Buffer.from(Buffer.from(pdf.subarray(start, end)).toString('latin1'), 'hex')
    const countered = await counterSignCms(new Uint8Array(contents), { signer: made.signer.signer, signingTime: NOW })
    pdf.set(
      utf8(
        Buffer.from(countered)
          .toString('hex')
          .padEnd(end - start, '0'),
      ),
      start,
    )
    const report = await verify(pdf, made.options)
    expect(report.signatures.map(({ id, parent, level, indication }) => [id, parent, level, indication])).toEqual([
      ['signature-1', undefined, 'PAdES-BASELINE-T', 'TOTAL-PASSED'],
      ['signature-1-C1', 'signature-1', 'CAdES-BASELINE-B', 'TOTAL-PASSED'],
    ])
  })
})

describe('a time-stamp as a file', () => {
  it('is a document time-stamp over what stands beside it', async () => {
    const stamp = await token(document)
    const response = seq(seq(int(0)), stamp)
    for (const file of [stamp, response, utf8(pem(stamp, 'CMS'))]) {
      for (const [contents, holds] of [
        [[], null],
        [[document], true],
        [[other], false],
        [[other, document], true],
        [[other, utf8('x')], null],
      ] as const) {
        const report = await verify(file, { ...made.options, detached: contents.map((content) => ({ content })) })
        expect(report).toMatchObject({ format: 'cms', signatures: [], documentTimestamps: [{ type: 'document', intact: holds }] })
        expect(report.indication).toBe('INDETERMINATE')
      }
    }
    expect((await readCms(stamp, { detached: [{ content: document }] })).documentTimestamps[0]?.scope).toEqual({
      kind: 'detached',
      found: true,
      size: document.length,
    })
  })
})
