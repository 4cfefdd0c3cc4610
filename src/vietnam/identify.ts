/** Who signed, for the reports of `kyso/verify`. */
import type { SignerIdentifier, SignerIdentity } from '../verify/report/identity.ts'
import type { Certificate } from '../x509/index.ts'
import { type SubjectAttributes, vietnameseIdentity } from './identity.ts'

/**
 * Reads who a Vietnamese certificate speaks of, for `VerifyOptions.identify`: tax code, citizen number, budget code, insurance code, position
 * and person then stand beside the signer's name in the report. Of other certificates there is nothing to read, so it may always be given.
 *
 * @param subject a certificate, or the attributes of its subject
 * @example
 * ```ts
 * const report = await verify(signed, { trust, identify: identifyVietnam })
 * identifyVietnam({ uid: ['MST:0100109106-001'], commonName: 'Giám đốc Nguyễn Văn A' }).taxCode // => '0100109106-001'
 * ```
 */
export function identifyVietnam(subject: Certificate | SubjectAttributes): SignerIdentity {
  const identity = vietnameseIdentity(subject)
  const { personName, title } = identity
  const of = (kind: SignerIdentifier['kind'], values: readonly string[]): SignerIdentifier[] => values.map((value) => ({ kind, value }))
  const known = [
    ...of('taxCode', identity.taxCodes),
    ...of('citizenId', identity.citizenIds),
    ...of('identityCard', identity.identityCards),
    ...of('passport', identity.passports),
    ...of('budgetCode', identity.budgetCodes),
    ...of('insuranceCode', identity.socialInsuranceCodes),
  ]
  const others = identity.others.map(({ prefix, value }) => (prefix === '' ? value : `${prefix}:${value}`))
  // Of several of a kind the first counts.
  const first = Object.fromEntries(known.map(({ kind, value }) => [kind, value]).reverse())
  return {
    ...first,
    ...(personName === undefined ? {} : { personName }),
    ...(title === undefined ? {} : { title }),
    identifiers: [...known, ...of('other', others)],
  }
}
