/** What the tests of signed PDFs share: a lab at a fixed time, a small PDF, and what is needed to judge it as valid. */
import { type SignPdfOptions, signPdf } from '../../src/pades/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { type Report, type VerifyOptions, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { simplePdf } from '../pdf/sample.ts'

/** The time in the lab; nothing in these tests asks the clock. */
export const NOW = new Date('2026-06-01T08:00:00Z')

/** Days after {@link NOW}, or before it. */
export function days(count: number): Date {
  return new Date(NOW.getTime() + count * 86_400_000)
}

/** A lab, somebody who signs, and the revocation lists of its authorities. */
export interface LabSetting {
  readonly lab: Lab
  readonly signer: LabIdentity
  readonly crls: readonly Uint8Array[]
  readonly options: VerifyOptions
}

/** Sets a lab up. */
export async function setting(lab?: Lab): Promise<LabSetting> {
  const made = lab ?? (await Lab.create({ now: NOW }))
  const signer = await made.issue()
  const crls = [await made.crl(made.ca), await made.crl(made.root)]
  return { lab: made, signer, crls, options: { trust: made.anchors.map((one) => trustAnchor(one)), crls, at: NOW } }
}

/** Signs the small PDF, or another. */
export function sign({ lab, signer }: LabSetting, options: Partial<SignPdfOptions> = {}, document: Uint8Array = simplePdf()): Promise<Uint8Array> {
  return signPdf(document, { signer: signer.signer, signingTime: NOW, sources: { timestamp: lab.tsa.source }, timestampSize: 2500, ...options })
}

/** The report as one line: what is asserted most often. */
export async function verdict(document: Uint8Array, options: VerifyOptions): Promise<string> {
  return summary(await verify(document, options))
}

/** Indication, sub-indication, and the error where there is one. */
export function summary({ indication, subIndication, error }: Report): string {
  return [indication, subIndication, error?.code].filter((one) => one !== undefined).join(' ')
}
