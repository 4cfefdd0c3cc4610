/** The simplest judge of revocation there is: a path holds when something fresh calls every certificate of it good, and nothing calls one revoked. */
import type { Budget } from '../../src/core/budget.ts'
import type { CryptoProvider } from '../../src/core/crypto/provider.ts'
import { buildPath, type Certificate, type Crl, checkPathAt, type OcspAnswer, revocationOf, type TrustAnchor } from '../../src/x509/index.ts'
import { issuerKeyOf } from '../../src/x509/path/validate.ts'

/** What is judged, and on what. */
export interface Judged {
  readonly context: { readonly crypto: CryptoProvider; readonly budget: Budget }
  readonly leaf: Certificate
  readonly anchor: TrustAnchor
  readonly candidates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
  readonly at: Date
  /** Whether anything is asked about revocation. */
  readonly revocation?: boolean
}

/** `good`: of every certificate; `leaf`: of the first; `answers`: how many fresh answers say good of some certificate; `why`: what was found of each. */
export interface Judgement {
  readonly good: boolean
  readonly leaf: boolean
  readonly answers: number
  readonly why: readonly string[]
}

/** Judges. */
export async function judgePath({ context, leaf, anchor, candidates, crls, ocsp, at, revocation = true }: Judged): Promise<Judgement> {
  const { path, problems } = await buildPath({ leaf, anchors: [anchor], candidates, at, ...context })
  if (!path) return { good: false, leaf: false, answers: 0, why: ['no path'] }
  const found = [...problems, ...checkPathAt(path, at)]
  if (found.length > 0) return { good: false, leaf: false, answers: 0, why: found.map(({ code, index }) => `${index} ${code}`) }
  const why: string[] = []
  let good = true
  let leafGood = true
  let answers = 0
  for (const [index, certificate] of revocation ? path.certificates.entries() : []) {
    const above = path.certificates[index + 1]
    const holder = above ?? anchor.certificate
    const { statuses, refused } = await revocationOf(
      { ...context, pool: candidates, at },
      certificate,
      {
        name: above?.subject ?? anchor.name,
        spki: above?.spki ?? anchor.spki,
        key: issuerKeyOf(path, index),
        anchor,
        ...(holder ? { certificate: holder } : {}),
      },
      crls,
      ocsp,
    )
    const fresh = statuses.filter((one) => one.status === 'good' && one.thisUpdate <= at && one.nextUpdate !== undefined && one.nextUpdate >= at)
    answers += fresh.length
    if (fresh.length === 0 || statuses.some((one) => one.status === 'revoked')) {
      good = false
      if (index === 0) leafGood = false
    }
    why.push(`${index}: ${[...statuses.map(({ status, reason = '' }) => `${status} ${reason}`), ...refused.map((one) => `(${one.why})`)].join(', ')}`)
  }
  return { good, leaf: leafGood, answers, why }
}
