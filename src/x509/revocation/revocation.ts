/**
 * What CRLs and OCSP responses at hand say of a certificate (RFC 5280 §6.3, RFC 6960 §3.2). Every source is told with what
 * it is worth; whether it is fresh enough, and at which time it counts, is for the judge.
 */
import { toHex } from '../../core/bytes.ts'
import { isAboutDocument } from '../../core/errors.ts'
import { digest } from '../../core/hash.ts'
import type { Certificate } from '../certificate.ts'
import type { Crl } from '../crl.ts'
import type { OcspAnswer } from '../ocsp.ts'
import { combine, type ReadList, readList } from './from-crls.ts'
import { readAnswer } from './from-ocsp.ts'
import type { Inquiry, Issuer, RefusalReason, RevocationContext, RevocationRefusal, RevocationResult, RevocationStatus } from './types.ts'

const ids = new WeakMap<Crl | OcspAnswer, string>()

/** SHA-256 of a source's bytes, hexadecimal; lists of many megabytes are asked about every certificate of a document. */
async function idOf({ crypto, budget }: RevocationContext, source: Crl | OcspAnswer): Promise<string> {
  let id = ids.get(source)
  if (id === undefined) {
    budget.spend('hashedBytes', source.bytes.length)
    id = toHex(await digest(crypto, 'SHA-256', source.bytes))
    ids.set(source, id)
  }
  return id
}

/** What a source says, with whatever is wrong in its structure as a reason. */
async function consult<T>(ask: () => Promise<T>): Promise<T | 'malformed'> {
  try {
    return await ask()
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return 'malformed'
  }
}

async function inquire(
  inquiry: Inquiry,
  certificate: Certificate,
  issuer: Issuer,
  crls: readonly Crl[],
  answers: readonly OcspAnswer[],
): Promise<RevocationResult> {
  const statuses: RevocationStatus[] = []
  const refused: RevocationRefusal[] = []
  const lists: ReadList[] = []
  for (const crl of crls) {
    const found = await consult(() => readList(inquiry, certificate, issuer, crl, () => idOf(inquiry, crl)))
    if (typeof found === 'string') refused.push({ kind: 'crl', id: await idOf(inquiry, crl), why: found })
    else if (found) lists.push(found)
  }
  const refuse = (id: string, why: RefusalReason): void => {
    refused.push({ kind: 'crl', id, why })
  }
  // What makes putting them together fail is in one of them, and all that they would say is open then.
  const together = await consult(async () => combine(certificate, lists, inquiry.at, refuse))
  if (together === 'malformed') for (const { id } of lists) refuse(id, together)
  else statuses.push(...together)
  for (const answer of answers) {
    const found = await consult(() => readAnswer(inquiry, certificate, issuer, answer, () => idOf(inquiry, answer)))
    if (typeof found === 'string') refused.push({ kind: 'ocsp', id: await idOf(inquiry, answer), why: found })
    else if (found) statuses.push(found)
  }
  return { statuses, refused }
}

/**
 * Asks every CRL and OCSP answer at hand about one certificate.
 *
 * @param context `pool`, and the issuer's `anchor`, let other signers of CRLs than the issuer's key be found and checked
 * @param certificate the one asked about
 * @param issuer of the certificate: CRLs have to be signed by this key or by who may sign in its place, OCSP answers by it or by its delegate
 * @param crls those that do not speak of the certificate are passed over
 * @param answers likewise
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const issuedBy = { name: issuer.subject, spki: issuer.spki, key: publicKeyOf(issuer), certificate: issuer }
 * const context = { crypto: defaultCrypto(), budget: new Budget() }
 * const { statuses } = await revocationOf(context, certificate, issuedBy, [parseCrl(crl)], [parseOcsp(ocspResponse)])
 * statuses.map(({ kind, status }) => `${kind} ${status}`) // => ['crl good', 'ocsp good']
 * ```
 */
export async function revocationOf(
  context: RevocationContext,
  certificate: Certificate,
  issuer: Issuer,
  crls: readonly Crl[],
  answers: readonly OcspAnswer[],
): Promise<RevocationResult> {
  const inquiryAfter = (trail: readonly Certificate[]): Inquiry => ({
    ...context,
    trail,
    ask: (asked, by, via = asked) => inquire(inquiryAfter([...new Set([...trail, via, asked])]), asked, by, crls, answers),
  })
  return inquire(inquiryAfter([certificate]), certificate, issuer, crls, answers)
}
