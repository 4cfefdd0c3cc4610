/** Whether the signer's tax code is the document's, read only where the signature covers it. */
import { matchesTaxCode, normaliseTaxCode, type TaxCodeOptions, type VietnameseIdentity, vietnameseIdentity } from '../identity.ts'
import type { SignatureContext, TaxCodeFinding, VietnamXmlMessage } from './description.ts'
import { resolveAny } from './find.ts'
import { textOf } from './time.ts'

/** A finding and what is to be told of it. */
export interface TaxCodeDescription {
  readonly finding: TaxCodeFinding
  readonly messages: readonly VietnamXmlMessage[]
}

/** Whether a certificate stands for a tax code. A citizen's number serves as one, so that a person's certificate need not say it twice. */
export function bearsTaxCode(identity: Pick<VietnameseIdentity, 'taxCodes' | 'citizenIds'>, taxCode: string, options: TaxCodeOptions): boolean {
  const code = normaliseTaxCode(taxCode)
  return matchesTaxCode(identity, taxCode, options) || (code?.length === 12 && identity.citizenIds.includes(code))
}

/** Holds the tax code of a signature's certificate against the document's. */
export function describeTaxCode({ document, report, profile, unit, coverage }: SignatureContext, options: TaxCodeOptions): TaxCodeDescription {
  const identity = report.signer ? vietnameseIdentity(report.signer) : undefined
  const certificate = identity?.taxCodes ?? []
  if (!profile?.taxCode || unit === undefined) return { finding: { result: 'notStated', certificate }, messages: [] }
  const found = resolveAny(document, unit, profile.taxCode)
  const missing: TaxCodeDescription = { finding: { result: 'missing', certificate }, messages: [{ code: 'taxCodeMissing', severity: 'warning' }] }
  if (found === 'missing' || found === 'several') return missing
  if (!coverage.covers(found.node)) return { finding: { result: 'notCovered', certificate }, messages: [{ code: 'taxCodeNotCovered', severity: 'warning' }] }
  const text = textOf(document, found.node)
  if (text === null || text === '') return missing
  const stated = normaliseTaxCode(text) ?? text
  const data = { document: stated, certificate: certificate.join(', ') }
  const same = identity !== undefined && bearsTaxCode(identity, text, options)
  if (!same && certificate.length === 0)
    return {
      finding: { result: 'notInCertificate', document: stated, certificate },
      messages: [{ code: 'taxCodeNotInCertificate', severity: 'warning', data: { document: stated } }],
    }
  return {
    finding: { result: same ? 'same' : 'other', document: stated, certificate },
    messages: [same ? { code: 'taxCodeSame', severity: 'information', data } : { code: 'taxCodeOther', severity: 'error', data }],
  }
}
