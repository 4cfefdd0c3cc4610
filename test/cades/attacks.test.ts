/** Attacks on CMS files: what a signer signed, put together so that it seems to say something else. */
import { beforeAll, describe, expect, it } from 'vitest'
import { counterSignCms, readCms, signCms } from '../../src/cades/index.ts'
import { parseSignedData } from '../../src/cms/index.ts'
import { openSignedData } from '../../src/cms/signed-data.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, equal, utf8 } from '../../src/core/bytes.ts'

import { isKysoError } from '../../src/core/errors.ts'
import { chunks, memorySource } from '../../src/core/source.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { attr, cms, indefinite, int, NULL, OID, octets, oid, seq, set, sorted, tlv, usualAttributes } from '../cms/builder.ts'

const content = utf8('Bên A trả cho bên B 1.000.000 đồng')
const other = utf8('Bên A trả cho bên B 9.000.000 đồng')
const COUNTERSIGNATURE = '1.2.840.113549.1.9.6'
let lab: Lab
let signer: LabIdentity
beforeAll(async () => {
  lab = await Lab.create()
  signer = await lab.issue()
})

async function intact(file: Uint8Array, detached: readonly Uint8Array[] = []): Promise<(boolean | null)[]> {
  const { signatures } = await readCms(file, { detached: detached.map((one) => ({ content: one })) })
  return signatures.map(({ checks }) => intactOf(checks))
}

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'none'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
}

describe('signed attributes as content', () => {
  // The value over signed attributes is a value over their octets: without the attributes it would be one over content nobody signed.
  it('are refused, attached and detached', async () => {
    const attributes = await usualAttributes(signer, content)
    const signedBytes = set(...sorted(attributes))
    expect(await intact(await cms(signer, content, { attributes }), [content])).toEqual([true])
    expect(await intact(await cms(signer, signedBytes, { attributes: null, eContent: signedBytes }))).toEqual([false])
    expect(await intact(await cms(signer, signedBytes, { attributes: null }), [signedBytes])).toEqual([false])
    expect(await intact(await cms(signer, signedBytes, { attributes: null }), [content, signedBytes])).toEqual([false])
  })

  it('do not hit content that only begins like them', async () => {
    for (const bytes of [Uint8Array.of(0x31, 0), set(seq(oid(OID.data), set(NULL))), utf8('1')])
      expect(await intact(await cms(signer, bytes, { attributes: null, eContent: bytes }))).toEqual([true])
  })
})

describe('signed attributes', () => {
  it('that stand twice decide nothing, in either order', async () => {
    const [type, digest, binding] = await Promise.all([
      attr(OID.contentType, oid(OID.data)),
      usualAttributes(signer, content).then((all) => all.find((one) => Buffer.from(one).includes(Buffer.from(oid(OID.messageDigest)))) as Uint8Array),
      usualAttributes(signer, content).then((all) => all.find((one) => Buffer.from(one).includes(Buffer.from(oid(OID.signingCertificateV2)))) as Uint8Array),
    ])
    const wrong = (await usualAttributes(signer, other)).find((one) => Buffer.from(one).includes(Buffer.from(oid(OID.messageDigest)))) as Uint8Array
    const lists = [[type, digest, wrong, binding], [type, wrong, digest, binding], [type, digest, digest, binding], [type, type, digest, binding], []]
    const found: unknown[] = []
    for (const attributes of lists) found.push(await intact(await cms(signer, content, { attributes: sorted(attributes) }), [content]))
    expect(found).toEqual(lists.map(() => [false]))
    // Who signed is no matter of intactness.
    const { signatures } = await readCms(await cms(signer, content, { attributes: sorted([type, digest, binding, binding]) }), { detached: [{ content }] })
    expect(signatures[0]?.checks).toContainEqual(expect.objectContaining({ name: 'signingCertificateAttribute', result: 'failed' }))
  })

  it('in another order than DER, or in BER, never pass', async () => {
    const attributes = [...(await usualAttributes(signer, content))].reverse()
    // The value is over the stored order.
    expect(await intact(await cms(signer, content, { attributes, signedBytes: set(...attributes) }), [content])).toEqual([false])
  })
})

describe('signers', () => {
  it('of one identifier are held against their own values each', async () => {
    const good = parseSignedData(await cms(signer, content)).signerInfos[0]?.bytes as Uint8Array
    const bad = parseSignedData(await cms(signer, other)).signerInfos[0]?.bytes as Uint8Array
    const file = (...infos: Uint8Array[]): Uint8Array =>
      seq(
        oid(OID.signedData),
        tlv(0xa0, seq(int(1), set(seq(oid(OID.sha256))), seq(oid(OID.data), tlv(0xa0, octets(content))), tlv(0xa0, ...signer.chain), set(...infos))),
      )
    expect(await intact(file(good, bad))).toEqual([true, false])
    expect(await intact(file(bad, good))).toEqual([false, true])
    expect(await intact(file())).toEqual([])
  })

  it('are not passed off as another of equal issuer and serial number', async () => {
    const double = await (await Lab.create()).issue()
    const chain = [double.certificate, ...signer.chain]
    // The attribute binds the right one, wherever it stands.
    expect(await intact(await cms(signer, content, { certificates: chain }), [content])).toEqual([true])
    expect(await intact(await cms(signer, content, { certificates: [double.certificate] }), [content])).toEqual([null])
  })
})

describe('content', () => {
  it('that is empty is not content that is absent', async () => {
    const nothing = new Uint8Array(0)
    const empty = await cms(signer, nothing, { eContent: nothing })
    expect(await intact(empty)).toEqual([true])
    expect((await readCms(empty)).signatures[0]?.scope).toEqual({ kind: 'content', size: 0 })
    // A signature over a document, its content taken out or made empty.
    expect(await intact(await cms(signer, content, { eContent: nothing }), [content])).toEqual([false])
    expect(await intact(await cms(signer, content))).toEqual([null])
    expect(await intact(await cms(signer, nothing))).toEqual([null])
  })

  it('beside the file never stands in for what the file holds', async () => {
    const attached = await cms(signer, content, { eContent: content })
    expect(await intact(attached, [other])).toEqual([false])
    expect(await intact(await cms(signer, content, { eContent: other }), [content])).toEqual([false])
  })

  it('of another type is not taken for data', async () => {
    const attributes = await usualAttributes(signer, content, OID.sha256, OID.data)
    expect(await intact(await cms(signer, content, { attributes, eContentType: OID.signedData, eContent: content }))).toEqual([false])
    expect(await intact(await cms(signer, content, { attributes: null, eContentType: OID.signedData, eContent: content }))).toEqual([false])
  })
})

describe('counter-signatures', () => {
  it('do not hold on another signature, nor signatures as counter-signatures, nor the other way round', async () => {
    const options = { signer: signer.signer }
    const countersigned = await counterSignCms(await signCms(content, { ...options, attached: true }), options)
    const info = parseSignedData(countersigned).signerInfos[0]
    const counter = info?.unsigned?.attributes.find(({ attrType }) => attrType === COUNTERSIGNATURE)?.attrValues[0] as Uint8Array
    expect(await intact(countersigned)).toEqual([true, true])
    const moved = await cms(signer, content, { eContent: content, unsigned: [attr(COUNTERSIGNATURE, counter)] })
    expect(await intact(moved)).toEqual([true, false])
    const plain = parseSignedData(await cms(signer, content)).signerInfos[0]?.bytes as Uint8Array
    expect(await intact(await cms(signer, content, { eContent: content, unsigned: [attr(COUNTERSIGNATURE, plain)] }))).toEqual([true, false])
    const asSigner = seq(
      oid(OID.signedData),
      tlv(0xa0, seq(int(1), set(), seq(oid(OID.data), tlv(0xa0, octets(info?.signature ?? NULL))), tlv(0xa0, ...signer.chain), set(counter))),
    )
    expect(await intact(asSigner)).toEqual([false])
  })
})

describe('files', () => {
  it('with something behind the CMS are told', async () => {
    const file = await cms(signer, content, { eContent: content })
    for (const behind of [Uint8Array.of(0), file, utf8('%PDF-1.7'), Uint8Array.of(0, 0)])
      expect((await readCms(concat([file, behind]))).oddities.map(({ code }) => code)).toEqual(['cms-trailing'])
  })

  it('with lengths beyond them are refused', async () => {
    const file = await cms(signer, content, { eContent: content })
    for (const header of [
      [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
      [0x30, 0x88, 0x7f, 255, 255, 255, 255, 255, 255, 255],
      [0x30, 0xfe, ...new Array(126).fill(255)],
      [0x30, 0xff],
    ])
      expect(await codeOf(() => readCms(concat([Uint8Array.from(header), file.subarray(4)])))).toBe('ERR_CMS_SYNTAX')
  })

  it('of a million values that are no certificates stop early', async () => {
    for (const [identifier, value] of [
      [0xa0, [0x30, 0]],
      [0xa1, [0x30, 0]],
      [0xa1, [0xa1, 0]],
    ] as const) {
      const many = tlv(
        identifier,
        new Uint8Array(200_000).map((_, i) => value[i % 2] ?? 0),
      )
      const file = seq(oid(OID.signedData), tlv(0xa0, seq(int(1), set(), seq(oid(OID.data)), many, set())))
      expect(await codeOf(() => readCms(file))).toBe('ERR_BUDGET_EXCEEDED')
    }
  })
})

/** A file read in a stream and in memory: what both say of it. */
function readings(file: Uint8Array): readonly [string, string] {
  const hex = (bytes: Uint8Array | undefined): string => (bytes ? Buffer.from(bytes).toString('hex') : 'none')
  const all = (read: () => readonly unknown[]): string => {
    try {
      return JSON.stringify(read())
    } catch (error) {
      if (!isKysoError(error)) throw error
      return 'refused'
    }
  }
  const streamed = all(() => {
    const { version, contentType, content: place, signerInfos, certificates, unread, end } = openSignedData(memorySource(file), new Budget())
    const held = place && concat([...chunks(place.source, place.ranges())].map((chunk) => chunk.slice()))
    return [
      version,
      contentType,
      hex(held),
      held?.length === place?.size,
      signerInfos.map(({ bytes }) => hex(bytes)),
      certificates.map(({ bytes }) => hex(bytes)),
      unread,
      end,
    ]
  })
  const parsed = all(() => {
    const { version, contentType, content: held, signerInfos, certificates, unread, bytes } = parseSignedData(file)
    return [version, contentType, hex(held), true, signerInfos.map((one) => hex(one.bytes)), certificates.map((one) => hex(one.bytes)), unread, bytes.length]
  })
  return [streamed, parsed]
}

describe('the stream and the parser see the same', () => {
  it('in files put together in odd ways', async () => {
    const info = parseSignedData(await cms(signer, content)).signerInfos[0]?.bytes as Uint8Array
    const file = (eContent: readonly Uint8Array[], around: typeof tlv = tlv, rest: readonly Uint8Array[] = [set(info)]): Uint8Array =>
      around(0x30, oid(OID.signedData), around(0xa0, around(0x30, int(1), set(), around(0x30, oid(OID.data), ...eContent), ...rest)))
    const empty = octets(new Uint8Array(0))
    const strings = [
      octets(content),
      empty,
      tlv(0x24),
      indefinite(0x24),
      tlv(0x24, empty, empty),
      indefinite(0x24, empty, octets(content), empty),
      tlv(0x24, tlv(0x24, tlv(0x24, octets(content)))),
      indefinite(0x24, indefinite(0x24, indefinite(0x24)), octets(content)),
      tlv(0x24, tlv(0x0c, content)),
      tlv(0x24, octets(content), NULL),
      tlv(0x80, content),
      tlv(0x30, octets(content)),
      indefinite(0x24, octets(content), tlv(0x04, Uint8Array.of(0, 0))),
      Uint8Array.of(0x04, 0x80, 0, 0),
      tlv(0x24, Uint8Array.of(0, 0)),
      indefinite(0x24, Uint8Array.of(0, 1)),
    ]
    for (const around of [tlv, indefinite])
      for (const string of strings)
        for (const wrapped of [
          [around(0xa0, string)],
          [around(0xa0, string, string)],
          [around(0xa0, string), NULL],
          [string],
          [around(0xa0)],
          [around(0xa1, string)],
        ]) {
          const [streamed, parsed] = readings(file(wrapped, around))
          expect(streamed).toBe(parsed)
        }
    const certificates = tlv(0xa0, ...signer.chain)
    for (const rest of [
      [certificates, set(info)],
      [set(info), certificates],
      [certificates, certificates, set(info)],
      [set(info), set(info)],
      [],
      [certificates],
      [set(info), NULL],
      [Uint8Array.of(0, 0), set(info)],
      [tlv(0xa1), set()],
      [tlv(0xa1), tlv(0xa0), set()],
    ]) {
      for (const around of [tlv, indefinite]) {
        const [streamed, parsed] = readings(file([tlv(0xa0, octets(content))], around, rest))
        expect(streamed).toBe(parsed)
      }
    }
  })

  it('in files with any octet changed', async () => {
    for (const ber of [false, true]) {
      const file = await cms(signer, content, { eContent: content, ber })
      const head = file.length - (parseSignedData(file).signerInfos[0]?.bytes.length ?? 0) - 8
      let differing = 0
      for (let at = 0; at < file.length; at++) {
        // Inside of certificates nothing is structure for the one and not for the other.
        if (at > 160 && at < head) continue
        for (const value of [0, 0x04, 0x24, 0x30, 0x31, 0x80, 0x84, 0xa0, 0xff, (file[at] ?? 0) ^ 1, (file[at] ?? 0) ^ 0x20]) {
          const changed = file.slice()
          changed[at] = value
          const [streamed, parsed] = readings(changed)
          if (streamed !== parsed) differing++
        }
      }
      expect(differing).toBe(0)
    }
  })
})

describe('signing', () => {
  it('leaves the signers that were there octet for octet, and the content', async () => {
    const pieces = indefinite(0x24, octets(content.subarray(0, 3)), octets(new Uint8Array(0)), octets(content.subarray(3)))
    const info = parseSignedData(await cms(signer, content, { unsigned: [attr('1.2.3.4', NULL)] })).signerInfos[0]?.bytes as Uint8Array
    const file = indefinite(
      0x30,
      oid(OID.signedData),
      indefinite(
        0xa0,
        indefinite(0x30, int(1), set(seq(oid(OID.sha256))), indefinite(0x30, oid(OID.data), indefinite(0xa0, pieces)), tlv(0xa0, ...signer.chain), set(info)),
      ),
    )
    const second = await lab.issue()
    const both = await signCms(file, { signer: second.signer })
    expect(await intact(both)).toEqual([true, true])
    const { signerInfos, content: held } = parseSignedData(both)
    expect(equal(signerInfos[0]?.bytes ?? NULL, info)).toBe(true)
    expect(equal(held ?? NULL, content)).toBe(true)
  })

  it('does not sign beside signers of something else', async () => {
    const attached = await cms(signer, other, { eContent: content })
    expect(await codeOf(() => signCms(attached, { signer: signer.signer }))).toBe('ERR_CMS_CONTENT')
  })
})
