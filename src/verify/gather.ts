/** From what was read to facts: certificates taken apart, chains built to the anchors, revocation looked up. */
import { signatureAlgorithmName } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import { toHex } from '../core/bytes.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { chainEvidence, type EvidenceContext } from '../evidence/chain.ts'
import { type EvidenceAtHand, EvidencePool } from '../evidence/pool.ts'
import type {
  CertificateFacts,
  ChainFacts,
  ChainLink,
  Facts,
  ReadDocument,
  ReadSignature,
  ReadSigned,
  ReadTimestamp,
  RevocationFacts,
  SignatureFacts,
  SignedFacts,
  TimestampFacts,
} from '../facts/index.ts'
import {
  ATTRIBUTE,
  attributeTexts,
  type Certificate,
  isExempt,
  keyUsages,
  nameToString,
  OCSP_NOCHECK,
  parseCertificate,
  publicKeyOf,
  type RevocationStatus,
  type SignedWith,
  sameParts,
  serialHex,
} from '../x509/index.ts'
import { signatureDigests } from '../x509/revocation/signed-with.ts'

/** One gathering: certificates are taken apart once, and chains are built once for each certificate. */
class Gatherer {
  readonly #context: EvidenceContext
  readonly #pool: EvidencePool
  readonly #certificates = new Map<Certificate, Promise<CertificateFacts>>()
  readonly #chains = new Map<string, Promise<ChainFacts>>()

  constructor(context: EvidenceContext, evidence: EvidenceAtHand, document: ReadDocument) {
    this.#context = context
    const signed = [...document.signatures, ...document.documentTimestamps, ...document.signatures.flatMap((one) => one.timestamps)]
    const certificates = [...signed.flatMap((one) => one.certificates), ...document.certificates, ...evidence.certificates]
    const { anchors } = evidence
    this.#pool = new EvidencePool(
      { anchors, certificates, crls: [...document.crls, ...evidence.crls], ocsp: [...document.ocsp, ...evidence.ocsp] },
      context.budget,
    )
  }

  certificate(certificate: Certificate): Promise<CertificateFacts> {
    let facts = this.#certificates.get(certificate)
    if (!facts) {
      facts = certificateFacts(this.#context.crypto, certificate)
      this.#certificates.set(certificate, facts)
    }
    return facts
  }

  /** Every signature of somebody brings the same certificate along, each time as another object. */
  async chain(leaf: Certificate): Promise<ChainFacts> {
    const { id } = await this.certificate(leaf)
    let chain = this.#chains.get(id)
    if (!chain) {
      chain = this.#build(leaf)
      this.#chains.set(id, chain)
    }
    return chain
  }

  async #build(leaf: Certificate): Promise<ChainFacts> {
    const { crypto } = this.#context
    const { result, links: found, events, signerIsAnchor } = await chainEvidence(this.#context, this.#pool, leaf)
    const { path, problems, partial } = result
    const asked = events.length > 0 ? { asked: events } : {}
    if (!path) {
      const links: ChainLink[] = []
      for (const one of partial) links.push({ certificate: await this.certificate(one), revocation: [], refused: [] })
      const imitated = this.#pool.anchors.find((anchor) => partial.some((one) => sameParts(one.issuer, anchor.name)))
      return { links, problems: [], ...(imitated ? { imitates: nameToString(imitated.name) } : {}), ...asked }
    }
    const links: ChainLink[] = []
    for (const { certificate, statuses, refused } of found)
      links.push({ certificate: await this.certificate(certificate), revocation: statuses.map(revocationFacts), refused })
    const { anchor } = path
    return {
      links,
      problems,
      ...asked,
      ...(signerIsAnchor ? { signerIsAnchor } : {}),
      anchor: {
        name: nameToString(anchor.name),
        key: toHex(await digest(crypto, 'SHA-256', anchor.spki)),
        ...(anchor.notBefore ? { notBefore: anchor.notBefore.toISOString() } : {}),
        ...(anchor.notAfter ? { notAfter: anchor.notAfter.toISOString() } : {}),
      },
    }
  }

  async signed(read: ReadSigned & { scope: SignedFacts['scope'] }): Promise<SignedFacts> {
    const { certificate, scheme } = read
    return {
      id: read.id,
      checks: read.checks,
      scope: read.scope,
      ...(read.digestAlgorithm ? { digestAlgorithm: read.digestAlgorithm } : {}),
      ...(scheme ? { signatureAlgorithm: signatureAlgorithmName(scheme) } : {}),
      ...(scheme && 'digest' in scheme ? { signatureDigest: scheme.digest } : {}),
      ...(scheme?.kind === 'RSASSA-PSS' && scheme.mgfDigest !== scheme.digest ? { mgfDigest: scheme.mgfDigest } : {}),
      ...(certificate ? { signer: await this.certificate(certificate), chain: await this.chain(certificate) } : {}),
    }
  }

  async timestamp(read: ReadTimestamp): Promise<TimestampFacts> {
    return { ...(await this.signed(read)), type: read.type, ...(read.time ? { time: read.time.toISOString() } : {}) }
  }

  async signature(read: ReadSignature): Promise<SignatureFacts> {
    const timestamps: TimestampFacts[] = []
    for (const one of read.timestamps) timestamps.push(await this.timestamp(one))
    return {
      ...(await this.signed(read)),
      ...(read.parent ? { parent: read.parent } : {}),
      ...(read.claimedTime ? { claimedTime: read.claimedTime.toISOString() } : {}),
      level: read.level,
      boundBy: read.boundBy,
      timestamps,
      laterChanges: read.laterChanges,
      claims: read.claims,
    }
  }
}

function revocationFacts(status: RevocationStatus): RevocationFacts {
  const { kind, id, thisUpdate, producedAt, reason, alsoFrom, responder, signatures } = status
  const times = ['nextUpdate', 'revocationTime', 'invalidityDate', 'heldFrom', 'archiveCutoff'] as const
  return {
    kind,
    id,
    status: status.status,
    thisUpdate: thisUpdate.toISOString(),
    producedAt: producedAt.toISOString(),
    ...Object.fromEntries(times.flatMap((name) => (status[name] ? [[name, status[name].toISOString()]] : []))),
    ...(reason ? { reason } : {}),
    ...(alsoFrom ? { alsoFrom } : {}),
    ...(responder ? { responder: nameToString(responder.subject) } : {}),
    signatures: distinct(signatures),
  }
}

/** Each combination of digest and key once: lists of one authority are signed alike. */
function distinct(signatures: readonly SignedWith[]): SignedWith[] {
  const seen = new Map(signatures.map((one) => [`${one.signatureDigest} ${one.mgfDigest} ${one.keyType} ${one.keyBits}`, one]))
  return [...seen.values()]
}

/** Takes a certificate apart as far as judging and reporting need it. */
export async function certificateFacts(crypto: CryptoProvider, certificate: Certificate): Promise<CertificateFacts> {
  const key = attempt(() => publicKeyOf(certificate))
  const first = (type: string): string | undefined => attributeTexts(certificate.subject, type)[0]
  const optional = (name: string, value: string | undefined): Record<string, string> => (value === undefined ? {} : { [name]: value })
  const has = (extensionOid: string): boolean => certificate.extensions.some((one) => one.extnID === extensionOid)
  return {
    id: toHex(await digest(crypto, 'SHA-256', certificate.bytes)),
    subject: nameToString(certificate.subject),
    issuer: nameToString(certificate.issuer),
    serialNumber: serialHex(certificate),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    ...optional('commonName', first(ATTRIBUTE.commonName)),
    ...optional('organisation', first(ATTRIBUTE.organization)),
    ...optional('organisationalUnit', first(ATTRIBUTE.organizationalUnit)),
    ...optional('email', first(ATTRIBUTE.email)),
    uid: attributeTexts(certificate.subject, ATTRIBUTE.uid),
    keyType: key?.type ?? 'unknown',
    keyBits: key?.bits ?? 0,
    ...attempt(() => signatureDigests(certificate.signatureAlgorithm)),
    keyUsages: attempt(() => keyUsages(certificate)) ?? null,
    noRevocation: isExempt(certificate),
    ocspNocheck: has(OCSP_NOCHECK.oid),
  }
}

/**
 * Turns what a reader found into facts.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export async function gather(context: EvidenceContext, document: ReadDocument, evidence: EvidenceAtHand): Promise<Facts> {
  const gatherer = new Gatherer(context, evidence, document)
  // One after another: what is fetched for one is at hand for the next, and the same document asks the same questions in the same order.
  const signatures: SignatureFacts[] = []
  for (const one of document.signatures) signatures.push(await gatherer.signature(one))
  const documentTimestamps: TimestampFacts[] = []
  for (const one of document.documentTimestamps) documentTimestamps.push(await gatherer.timestamp(one))
  return { format: document.format, signatures, documentTimestamps, oddities: document.oddities }
}

/** A certificate in either form. */
export function toCertificate(certificate: Uint8Array | Certificate, budget: Budget): Certificate {
  return certificate instanceof Uint8Array ? parseCertificate(certificate, { budget }) : certificate
}
