/** Verification of a document: read, gather, judge, report. */
import { cmsFormat } from '../cades/read.ts'
import { Budget } from '../core/budget.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { type DocumentInput, toSource } from '../core/source.ts'
import type { EvidenceContext } from '../evidence/chain.ts'
import type { FormatReader } from '../facts/index.ts'
import { pdfFormat } from '../pades/read.ts'
import type { Sources } from '../sources/types.ts'
import { type Certificate, type Crl, type OcspAnswer, parseCrl, parseOcsp, type TrustAnchor } from '../x509/index.ts'
import { xmlFormat } from '../xades/read.ts'
import { gather, toCertificate } from './gather.ts'
import { isSignedWell } from './judge/cryptography.ts'
import { judge } from './judge/signature.ts'
import { BASELINE_POLICY, type Policy } from './policy.ts'
import { anchorsTold } from './report/anchors.ts'
import type { SignerIdentity } from './report/identity.ts'
import { buildReport, errorReport, type Report } from './report/report.ts'

/** Content beside a document that signs it. */
export interface DetachedDocument {
  /** For reports. */
  readonly name?: string
  readonly content: DocumentInput
}

/** Whom to trust, what else is known, and how to judge. */
export interface VerifyOptions {
  /** Trust anchors, by key. Without any, nothing is trusted. */
  readonly trust?: readonly TrustAnchor[]
  /** Certificates that may stand between a signer and an anchor, DER or parsed. */
  readonly certificates?: readonly (Uint8Array | Certificate)[]
  /** CRLs, DER or parsed. */
  readonly crls?: readonly (Uint8Array | Crl)[]
  /** OCSP responses, DER or parsed. */
  readonly ocsp?: readonly (Uint8Array | OcspAnswer)[]
  /** Where issuers' certificates and revocation information that are not at hand are fetched from; nothing is fetched when left out. */
  readonly sources?: Sources
  /** Stops fetching; `verify` then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal
  /** The time of validation; the present when left out. */
  readonly at?: Date
  /** `BASELINE_POLICY` when left out. */
  readonly policy?: Policy
  /**
   * Reads what the certificate of a signer says by the customs of a country or a house; the report's `signer` then has it too, as
   * `identifyVietnam` of `kyso/vietnam` does with tax codes. It says nothing of trust, and shall not throw.
   */
  readonly identify?: (certificate: Certificate) => SignerIdentity
  /** Password of an encrypted PDF. */
  readonly password?: string | Uint8Array
  /** Content that the document is over without holding it; of several, each signature's own is found by its digest. */
  readonly detached?: readonly DetachedDocument[]
  /** `false` leaves out what was changed after each signature: one that does not reach the end of a PDF is INDETERMINATE then. */
  readonly compareRevisions?: boolean
  /** The formats to know; all when left out. */
  readonly formats?: readonly FormatReader[]
  readonly crypto?: CryptoProvider
  readonly budget?: Budget
}

/** The formats known by default. */
export const ALL_FORMATS: readonly FormatReader[] = [pdfFormat, xmlFormat, cmsFormat]

/**
 * Verifies every signature of a document by EN 319 102-1.
 *
 * A bad document gives a report, not an exception: `report.error` where it cannot be read. Nothing passes by default:
 * without trust, without revocation information, or without signatures the answer is never `TOTAL-PASSED`.
 *
 * @param document the whole file, or random access to it
 * @returns plain data; `renderText` and `explainMessage` give it words in English or Vietnamese
 * @throws KysoError `ERR_ARGUMENT` for wrong use: an invalid date, evidence that is none (`ERR_CERTIFICATE_SYNTAX`)
 * @example
 * ```ts
 * const report = await verify(signed, { trust: [trustAnchor(rootCertificate)], crls: [crl, rootCrl] })
 * report.indication // => 'TOTAL-PASSED'
 * report.signatures[0].signer?.commonName // => 'Nguyễn Văn A'
 * ```
 */
export async function verify(document: DocumentInput, options: VerifyOptions = {}): Promise<Report> {
  const now = options.at ?? new Date()
  if (Number.isNaN(now.getTime())) throw new KysoError('ERR_ARGUMENT', 'the time of validation is no valid date', { argument: 'at' })
  const policy = options.policy ?? BASELINE_POLICY
  const crypto = options.crypto ?? defaultCrypto()
  const budget = options.budget ?? new Budget()
  const certificates = (options.certificates ?? []).map((one) => toCertificate(one, budget))
  const evidence = {
    anchors: options.trust ?? [],
    certificates,
    crls: (options.crls ?? []).map((one) => (one instanceof Uint8Array ? parseCrl(one, { budget }) : one)),
    ocsp: (options.ocsp ?? []).map((one) => (one instanceof Uint8Array ? parseOcsp(one, { budget }) : one)),
  }
  let format: FormatReader['format'] | null = null
  try {
    const source = toSource(document)
    const [first, ...others] = (options.formats ?? ALL_FORMATS).filter((one) => one.detect(source))
    const reader = others.length > 0 ? ([first, ...others].find((one) => one?.isWhole?.(source)) ?? first) : first
    if (!reader) throw new KysoError('ERR_FORMAT_UNKNOWN', 'the document is of no format that is known here')
    format = reader.format
    const detached = options.detached?.map(({ name, content }) => ({ ...(name === undefined ? {} : { name }), source: toSource(content) }))
    const read = await reader.read(source, {
      crypto,
      budget,
      certificates,
      ...(detached ? { detached } : {}),
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.compareRevisions === undefined ? {} : { compareRevisions: options.compareRevisions }),
    })
    const { sources, signal } = options
    const counts: EvidenceContext['counts'] = ({ signatures }) => isSignedWell(signatures, policy, now)
    const facts = await gather({ crypto, budget, at: now, counts, ...(sources ? { sources } : {}), ...(signal ? { signal } : {}) }, read, evidence)
    const { identify } = options
    const identities = new Map(
      identify ? read.signatures.flatMap(({ id, certificate }): [string, SignerIdentity][] => (certificate ? [[id, identify(certificate)]] : [])) : [],
    )
    return buildReport(facts, judge(facts, policy, now), policy.name, now, { identities, anchors: await anchorsTold(crypto, evidence.anchors) })
  } catch (error) {
    if (isKysoError(error, 'ERR_ABORTED')) throw error
    return errorReport(error, format, policy.name, now)
  }
}
