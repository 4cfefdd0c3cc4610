/** Signers of a CMS, their time-stamps and counter-signatures, in the form readers hand to verification: of a PDF as of a CMS file. */
import { type ParsedSignerInfo, type SignatureTimestamp, type SignerInfoResult, verifyCounterSignatures, verifySignatureTimestamps } from '../cms/index.ts'
import { cadesLevel } from '../cms/level.ts'
import { equal } from '../core/bytes.ts'
import type { ReadContext, ReadSignature, ReadTimestamp, Scope, TimestampType } from '../facts/index.ts'
import type { Certificate } from '../x509/index.ts'

/** A checked token as read; one that cannot be read has the check that says so and nothing else. */
export function toReadTimestamp(id: string, type: TimestampType, scope: Scope, found: SignatureTimestamp): ReadTimestamp {
  const common = { id, type, scope } as const
  if (!found.result)
    return { ...common, checks: [found.check], certificate: undefined, digestAlgorithm: undefined, scheme: undefined, certificates: [], time: undefined }
  const { token, checks, certificate, imprintAlgorithm, scheme } = found.result
  return { ...common, checks, certificate, digestAlgorithm: imprintAlgorithm, scheme, certificates: token.cms.certificates, time: token.info.genTime }
}

/**
 * The time-stamps on the signature value of a signer.
 *
 * @param id of the signature; those of its time-stamps are `<id>-T1` …
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function readSignatureTimestamps(
  { crypto, budget }: ReadContext,
  id: string,
  info: ParsedSignerInfo,
  candidates: readonly Certificate[],
): Promise<ReadTimestamp[]> {
  const found = await verifySignatureTimestamps(crypto, budget, info, candidates)
  return found.map((one, i) => toReadTimestamp(`${id}-T${i + 1}`, 'signature', { kind: 'signature', of: id }, one))
}

/** What a signer's result says in any format. */
export function toReadSigned({ checks, certificate, digestAlgorithm, scheme, boundBy, signingTime }: SignerInfoResult) {
  return { checks, certificate, digestAlgorithm, scheme, boundBy, claimedTime: signingTime }
}

/** Nothing can be added to a CMS unseen: what a signer signed is there, and what is not signed counts for nothing. */
export const NO_LATER_CHANGES: ReadSignature['laterChanges'] = { kind: 'none', changes: [] }

/** A signature whose bytes are none. */
const UNREADABLE = {
  level: 'CMS-NOT-ETSI',
  certificate: undefined,
  digestAlgorithm: undefined,
  scheme: undefined,
  certificates: [],
  boundBy: null,
  claimedTime: undefined,
  timestamps: [],
  laterChanges: NO_LATER_CHANGES,
  claims: {},
} as const

/** Whether one of the time-stamps can be read as one. */
export function hasTime(timestamps: readonly ReadTimestamp[]): boolean {
  return timestamps.some(({ time }) => time !== undefined)
}

/** Whether a certificate is one of a list. */
export function isAmong(certificate: Certificate | undefined, list: readonly Certificate[]): boolean {
  return certificate !== undefined && list.some((one) => equal(one.bytes, certificate.bytes))
}

/**
 * The counter-signatures of a signer and those on them in turn (RFC 5652 §11.4), each a signature of its own with `parent`.
 *
 * @param parent the signature they are on; their ids are `<id>-C1` …
 * @param carried certificates of the SignedData
 * @param candidates certificates beside those
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function readCounterSignatures(
  context: ReadContext,
  parent: { readonly id: string; readonly info: ParsedSignerInfo },
  carried: readonly Certificate[],
  candidates: readonly Certificate[] = [],
  depth = 1,
): Promise<ReadSignature[]> {
  const { crypto, budget } = context
  budget.checkDepth('asn1Depth', depth)
  const all = [...carried, ...candidates]
  const signatures: ReadSignature[] = []
  for (const [i, { info, ...found }] of (await verifyCounterSignatures(crypto, budget, parent.info, all)).entries()) {
    const id = `${parent.id}-C${i + 1}`
    const common = { id, parent: parent.id, scope: { kind: 'signature', of: parent.id } } as const
    if (!info || !found.result) {
      signatures.push({ ...common, ...UNREADABLE, checks: 'check' in found ? [found.check] : [] })
      continue
    }
    const timestamps = await readSignatureTimestamps(context, id, info, all)
    const carriesCertificate = isAmong(found.result.certificate, carried)
    signatures.push({
      ...common,
      ...toReadSigned(found.result),
      level: cadesLevel(info, { carriesCertificate, carriesRevocation: false, timestamped: hasTime(timestamps), counter: true }),
      certificates: carried,
      timestamps,
      laterChanges: NO_LATER_CHANGES,
      claims: {},
    })
    signatures.push(...(await readCounterSignatures(context, { id, info }, carried, candidates, depth + 1)))
  }
  return signatures
}
