import { beforeAll, describe, expect, it } from 'vitest'
import { timestampFromResponse, timestampRequest } from '../../src/cms/index.ts'
import { fromLatin1, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { levelOf } from '../../src/pades/level.ts'
import { verify } from '../../src/verify/index.ts'
import { attr, cms, hashed, OID, octets, oid, sorted, tlv, usualAttributes } from '../cms/builder.ts'
import { type LabSetting, setting, sign } from '../verify/lab-pdf.ts'
import { craft, formObjects, signatureDict } from './craft.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})
const levelIn = async (file: Uint8Array): Promise<string | undefined> => (await verify(file, made.options)).signatures[0]?.level

describe('the level of a signature by its structure', () => {
  it('is the one that was asked for', async () => {
    expect(await levelIn(await sign(made))).toBe('PAdES-BASELINE-B')
    expect(await levelIn(await sign(made, { level: 'B-T' }))).toBe('PAdES-BASELINE-T')
  })

  it('of a baseline has its time in /M and nowhere else', async () => {
    const attributes = async (content: Uint8Array): Promise<Uint8Array[]> =>
      sorted([...(await usualAttributes(made.signer, content)), attr(OID.signingTime, tlv(0x17, utf8('260601080000Z')))])
    expect(await levelIn(await craft(made.signer, { value: async (content) => cms(made.signer, content, { attributes: await attributes(content) }) }))).toBe(
      'PAdES-BES',
    )
    const without = await craft(made.signer, { objects: { 6: signatureDict().replace('/M(D:20260601080000Z)', '') } })
    expect(await levelIn(without)).toBe('PAdES-BES')
  })

  it('of an advanced signature is bound to its certificate', async () => {
    const bare = await craft(made.signer, {
      value: async (content) =>
        cms(made.signer, content, {
          attributes: sorted([attr(OID.contentType, oid(OID.data)), attr(OID.messageDigest, octets(await hashed(OID.sha256, content)))]),
        }),
    })
    expect(await levelIn(bare)).toBe('PDF-NOT-ETSI')
    expect(await levelIn(await craft(made.signer, { value: (content) => cms(made.signer, content, { attributes: null }) }))).toBe('PDF-NOT-ETSI')
  })

  it('of other sub-filters has names of its own', async () => {
    expect(await levelIn(await craft(made.signer, { subFilter: 'adbe.pkcs7.detached' }))).toBe('PKCS7-B')
    expect(await levelIn(await craft(made.signer, { subFilter: 'kyso' }))).toBe('PDF-NOT-ETSI')
  })

  it('of LT asks for revocation of the signer’s own certificate in the document', async () => {
    const withList = async (list: Uint8Array): Promise<Uint8Array> =>
      craft(made.signer, {
        objects: {
          1: formObjects()[1]?.replace('/AcroForm', '/DSS<</CRLs[8 0 R]>>/AcroForm') ?? '',
          8: `<</Length ${list.length}>>\nstream\n${fromLatin1(list)}\nendstream`,
        },
        value: async (content) => {
          const signature = await made.signer.key.sign(tlv(0x31, ...sorted(await usualAttributes(made.signer, content))))
          const request = timestampRequest(defaultCrypto(), 'SHA-256', await hashed(OID.sha256, signature))
          const token = await timestampFromResponse(defaultCrypto(), request, await made.lab.tsa.respond(request.bytes))
          return cms(made.signer, content, { signature, unsigned: [attr(OID.signatureTimestamp, token.bytes)] })
        },
      })
    expect(await levelIn(await withList(made.crls[0] as Uint8Array))).toBe('PAdES-BASELINE-LT')
    expect(await levelIn(await withList(made.crls[1] as Uint8Array))).toBe('PAdES-BASELINE-T')
    // A list in the document is used like one that is handed in.
    expect((await verify(await withList(made.crls[0] as Uint8Array), { ...made.options, crls: made.crls.slice(1) })).indication).toBe('TOTAL-PASSED')
  })

  it('of a signature that cannot be read is none of ETSI', () => {
    const base = { signer: undefined, dictionaryTime: true, timestamped: false, validationData: false, archived: false, carriesCertificate: true }
    expect(levelOf({ ...base, subFilter: 'ETSI.CAdES.detached' })).toBe('PDF-NOT-ETSI')
    expect(levelOf({ ...base, subFilter: 'adbe.pkcs7.detached' })).toBe('PDF-NOT-ETSI')
    expect(levelOf({ ...base, subFilter: 'adbe.x509.rsa_sha1' })).toBe('X509-RSA')
    expect(levelOf({ ...base, subFilter: '' })).toBe('PDF-NOT-ETSI')
  })
})
