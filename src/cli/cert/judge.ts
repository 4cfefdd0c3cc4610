/** Certificates judged as signers are. */
import { Budget } from '../../core/budget.ts'
import { defaultCrypto } from '../../core/crypto/default.ts'
import type { ReadDocument, SignatureFacts } from '../../facts/index.ts'
import { gather } from '../../verify/gather.ts'
import { BASELINE_POLICY, type Conclusion, type Policy } from '../../verify/index.ts'
import { judgeCertificates } from '../../verify/judge/certificates.ts'
import { Verdict } from '../../verify/judge/conclusion.ts'
import { type AnchorTold, anchorsTold } from '../../verify/report/anchors.ts'
import type { Certificate } from '../../x509/index.ts'
import type { Arguments } from '../arguments.ts'
import type { GivenEvidence } from '../evidence.ts'
import { policyOption } from '../settings.ts'
import type { PolicyInputs } from './policy-inputs.ts'

/** The policy that the command line asks for. */
export function policyOf(args: Arguments): Policy {
  const name = args.one('policy')
  const policy = name === undefined ? BASELINE_POLICY : policyOption(name)
  return args.has('no-revocation') ? { ...policy, constraints: { ...policy.constraints, revocation: 'IGNORE' } } : policy
}

/** A certificate with what was found out about it. */
export interface Judged {
  readonly certificate: Certificate
  readonly facts: SignatureFacts
  readonly conclusion: Conclusion
  readonly policy: string
  /** What is known of the anchor that the chain ends at. */
  readonly anchor?: AnchorTold
}

/** A certificate stands where a signature's signer would, so that its chain is gathered and judged in the same way. */
export async function judgeLeaf(leaf: Certificate, evidence: GivenEvidence, policy: Policy, now: Date, inputs?: PolicyInputs | null): Promise<Judged> {
  const document: ReadDocument = {
    format: 'cms',
    signatures: [
      {
        id: 'certificate',
        checks: [],
        certificate: leaf,
        digestAlgorithm: undefined,
        scheme: undefined,
        certificates: [],
        level: '',
        scope: { kind: 'none' },
        claimedTime: undefined,
        boundBy: null,
        timestamps: [],
        laterChanges: { kind: 'none', changes: [] },
        claims: {},
      },
    ],
    documentTimestamps: [],
    certificates: [],
    crls: [],
    ocsp: [],
    oddities: [],
  }
  const crypto = defaultCrypto()
  const { signatures } = await gather({ crypto, budget: new Budget(), at: now, ...(inputs ? { inputs } : {}) }, document, {
    ...evidence,
    anchors: evidence.trust,
  })
  const [facts] = signatures
  if (!facts) throw new TypeError('a certificate was expected')
  const verdict = new Verdict()
  judgeCertificates(facts, { now, best: now }, policy, verdict)
  const key = facts.chain?.anchor?.key
  const anchor = key === undefined ? undefined : (await anchorsTold(crypto, evidence.trust)).get(key)
  return { certificate: leaf, facts, conclusion: verdict.conclude(), policy: policy.name, ...(anchor ? { anchor } : {}) }
}

/** Whole days until the certificate ends; negative when it has. */
export function daysLeft(notAfter: string, now: Date): number {
  return Math.floor((Date.parse(notAfter) - now.getTime()) / 86_400_000)
}
