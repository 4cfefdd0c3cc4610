/** The document security store (ISO 32000-2 §12.8.4.3): certificates, CRLs and OCSP responses a PDF carries for verification. */
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { PdfArray, PdfDict, type PdfDocument, PdfRef, PdfStream } from '../pdf/index.ts'
import { type Certificate, type Crl, type OcspAnswer, parseCertificate, parseCrl, parseOcsp, sameName } from '../x509/index.ts'

/** Evidence out of a store; what could not be read is counted. */
export interface ValidationData {
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
  readonly unread: number
}

/** Reads the store. Its arrays hold everything; `/VRI` only repeats it by signature and is not needed. */
export function readDss(document: PdfDocument, budget: Budget): ValidationData {
  const dss = document.resolve(document.catalog.get('DSS'))
  let unread = 0
  const each = <T>(key: string, parse: (bytes: Uint8Array) => T): T[] => {
    const array = dss instanceof PdfDict ? document.resolve(dss.get(key)) : null
    const values: T[] = []
    const seen = new Set<string>()
    for (const item of array instanceof PdfArray ? array.items : []) {
      budget.spend('pdfObjects')
      // Named again it says nothing new, and large lists cost.
      const key = item instanceof PdfRef ? item.toString() : null
      if (key !== null && seen.has(key)) continue
      if (key !== null) seen.add(key)
      const value = attempt(() => {
        const stream = document.resolve(item)
        return stream instanceof PdfStream ? parse(document.streamData(stream)) : undefined
      })
      if (value === undefined) unread++
      else values.push(value)
    }
    return values
  }
  const certificates = each('Certs', (bytes) => parseCertificate(bytes, { budget }))
  const crls = each('CRLs', (bytes) => parseCrl(bytes, { budget }))
  const ocsp = each('OCSPs', (bytes) => parseOcsp(bytes, { budget }))
  return { certificates, crls, ocsp, unread }
}

/**
 * Whether a store speaks of the revocation of a signer's certificate: what makes a signature one of level LT by its structure
 * (EN 319 142-1 §6.3). Where the chain may end is a matter of trust, so nothing is asked of the certificates above it; and
 * whether the evidence is good is for verification.
 */
export function carriesRevocation({ crls, ocsp }: ValidationData, signer: Certificate | undefined): boolean {
  if (!signer) return false
  const listed = crls.some((crl) => sameName(crl.issuer, signer.issuer))
  return listed || ocsp.some(({ responses }) => responses.some(({ certID }) => equal(certID.serialNumber, signer.serialNumber)))
}
