/** Certificates, CRLs and OCSP responses that the signatures of a document carry (EN 319 132-1 §5.4, TS 101 903 §7.6). */
import type { Budget } from '../core/budget.ts'
import { attempt } from '../core/errors.ts'
import { type Certificate, type Crl, type OcspAnswer, parseBasicOcsp, parseCertificate, parseCrl, parseOcsp } from '../x509/index.ts'
import { NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { simpleText, strictBase64 } from '../xmldsig/syntax.ts'
import { isXades } from './elements.ts'

/** Evidence as read; what is damaged is left out. */
export interface Evidence {
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
}

/**
 * Everything encapsulated in the signatures of a document, each once.
 *
 * @param signatures elements in document order; one inside another is looked through with it
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 */
export function readEvidence(document: XmlDocument, signatures: readonly NodeId[], budget: Budget): Evidence {
  const certificates: Certificate[] = []
  const crls: Crl[] = []
  const ocsp: OcspAnswer[] = []
  const seen = new Set<string>()
  let damaged = 0
  const take = (node: NodeId): void => {
    if (damaged > MAX_DAMAGED) return
    const text = attempt(() => simpleText(document, node).replace(/\s+/g, ''))
    const bytes = text === undefined || seen.has(text) ? null : strictBase64(text)
    if (!text || !bytes) return
    seen.add(text)
    const { local } = document.name(node)
    const before = certificates.length + crls.length + ocsp.length
    if (local === 'EncapsulatedX509Certificate') certificates.push(...one(() => parseCertificate(bytes, { budget })))
    else if (local === 'EncapsulatedCRLValue') crls.push(...one(() => parseCrl(bytes, { budget })))
    else {
      const answer = one(() => parseOcsp(bytes, { budget }))
      ocsp.push(...(answer.length > 0 ? answer : one(() => parseBasicOcsp(bytes, { budget }))))
    }
    if (certificates.length + crls.length + ocsp.length === before) damaged++
  }
  let end = 0
  for (const signature of signatures) {
    if (signature < end) continue
    end = document.subtreeEnd(signature)
    for (let node = signature; node < end; node++)
      if (document.kind(node) === NODE.element && document.name(node).local.startsWith('Encapsulated') && NAMES.some((name) => isXades(document, node, name)))
        take(node)
  }
  return { certificates, crls, ocsp }
}

/** Values that are no evidence: behind so many of them nothing is looked at any more, as each costs more to refuse than to write. */
const MAX_DAMAGED = 1000

const NAMES = ['EncapsulatedX509Certificate', 'EncapsulatedCRLValue', 'EncapsulatedOCSPValue'] as const

function one<T>(parse: () => T): T[] {
  const value = attempt(parse)
  return value === undefined ? [] : [value]
}
