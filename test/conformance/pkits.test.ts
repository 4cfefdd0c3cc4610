/**
 * NIST's path validation tests (PKITS): every case accepted or refused as NIST says, and refused for the reason it gives. What is
 * refused only because revocation is not known well enough yet stands in a table; nothing is ever accepted that must not be.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import {
  buildPath,
  type Certificate,
  type CertificatePath,
  type Crl,
  checkPathAt,
  type PathResult,
  parseCertificate,
  parseCrl,
  revocationOf,
  trustAnchor,
  type ValidationInputs,
} from '../../src/x509/index.ts'
import { issuerKeyOf } from '../../src/x509/path/validate.ts'
import { describeWithCorpus } from '../support/tools.ts'

interface PkitsCase {
  readonly id: string
  readonly name: string
  readonly cert: string
  readonly other_certs?: readonly string[]
  readonly crls?: readonly string[]
  readonly path_len: number
  readonly revocation?: boolean
  readonly params?: {
    readonly user_initial_policy_set?: readonly string[]
    readonly initial_explicit_policy?: boolean
    readonly initial_policy_mapping_inhibit?: boolean
    readonly initial_any_policy_inhibit?: boolean
  }
  readonly error?: { readonly class: string; readonly msg_regex: string }
}

/** Within the validity of NIST's certificates, which ends in 2030. */
const NOW = new Date('2026-11-22T00:00:00Z')

/** NIST's reasons, as far as they are about the path, and ours. */
const REASONS: readonly (readonly [RegExp, RegExp])[] = [
  [/signature of .* could not be verified/, /^signatureInvalid$/],
  [/is not valid until/, /^notYetValid$/],
  [/because .* expired/, /^expired$/],
  [/issuer name could not be matched/, /^issuerNotFound$/],
  [/is not a CA/, /^notACa$/],
  [/exceeds the maximum path length/, /^pathTooLong$/],
  [/is not allowed to sign certificates/, /^keyUsageForbids$/],
  [/no valid set of policies/, /^policyMissing$/],
  [/contains a policy mapping for/, /^policyMappingInvalid$/],
  [/not all names .* in the permitted namespace/, /^nameNotPermitted$/],
  [/excluded from the namespace/, /^nameExcluded$/],
  [/unsupported critical extension/, /^unknownCriticalExtension$/],
]

interface RevocationInput {
  readonly path: CertificatePath
  readonly crls: readonly Crl[]
  readonly candidates: readonly Certificate[]
}

/** What the CRLs say of every certificate of a path: `good`, or the reason it is not. The one place that knows how revocation is asked. */
async function revocation({ path, crls, candidates }: RevocationInput): Promise<string> {
  for (const [index, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[index + 1] ?? path.anchor.certificate
    if (!issuer) throw new Error('an anchor without certificate')
    const asked = { name: issuer.subject, spki: issuer.spki, key: issuerKeyOf(path, index), certificate: issuer, anchor: path.anchor }
    const { statuses } = await revocationOf({ crypto: defaultCrypto(), budget: new Budget(), pool: candidates }, certificate, asked, crls, [])
    if (statuses.some(({ status }) => status === 'revoked')) return `revoked@${index}`
    const fresh = statuses.some(({ status, nextUpdate }) => status === 'good' && nextUpdate !== undefined && nextUpdate >= NOW)
    if (!fresh) return `unknown@${index}`
  }
  return 'good'
}

function inputsOf({ params = {} }: PkitsCase): ValidationInputs {
  return {
    ...(params.user_initial_policy_set ? { policies: params.user_initial_policy_set } : {}),
    requireExplicitPolicy: params.initial_explicit_policy ?? false,
    inhibitPolicyMapping: params.initial_policy_mapping_inhibit ?? false,
    inhibitAnyPolicy: params.initial_any_policy_inhibit ?? false,
  }
}

interface Verdict {
  /** Codes of the path's problems. */
  readonly path: readonly string[]
  /** Where the path holds. */
  readonly revocation?: string
}

function codes({ path, problems, deadEnd }: PathResult): string[] {
  if (!path) return [deadEnd?.code ?? 'no path']
  return [...problems, ...checkPathAt(path, NOW)].map(({ code }) => code)
}

async function judge(folder: string, one: PkitsCase): Promise<Verdict> {
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))
  const certificate = (file: string): Certificate => parseCertificate(read(`certs/${file}`))
  const candidates = (one.other_certs ?? []).map(certificate)
  const anchor = trustAnchor(read('certs/TrustAnchorRootCertificate.crt'))
  const input = { leaf: certificate(one.cert), anchors: [anchor], candidates, at: NOW, crypto: defaultCrypto(), budget: new Budget() }
  const result = await buildPath({ ...input, inputs: inputsOf(one) })
  const problems = codes(result)
  if (problems.length > 0 || !result.path || one.revocation === false) return { path: problems }
  const crls = ['TrustAnchorRootCRL.crl', ...(one.crls ?? [])].map((file) => parseCrl(read(`crls/${file}`)))
  return { path: [], revocation: await revocation({ path: result.path, crls, candidates }) }
}

const accepted = (verdict: Verdict): boolean => verdict.path.length === 0 && (verdict.revocation ?? 'good') === 'good'

describeWithCorpus('NIST PKITS', 'pkits', (folder) => {
  const cases = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8')) as PkitsCase[]

  it('is the whole set', () => {
    expect(cases).toHaveLength(246)
    expect(existsSync(join(folder, 'certs/TrustAnchorRootCertificate.crt'))).toBe(true)
  })

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const verdict = await judge(folder, one)
    const said = JSON.stringify(verdict)
    if (one.error) {
      expect(accepted(verdict), `a false accept: ${said}`).toBe(false)
      const { msg_regex: message } = one.error
      const [, ours] = REASONS.find(([theirs]) => theirs.test(message)) ?? []
      if (ours)
        expect(
          verdict.path.some((code) => ours.test(code)),
          `${message}: ${said}`,
        ).toBe(true)
      // What is wrong with the revocation alone leaves a path without a problem.
      else expect(verdict.path, message).toEqual([])
      // A revoked CRL issuer makes its list worthless, and says nothing of the certificate itself.
      if (/ revoked /.test(message) && !/CRL issuer/.test(message)) expect(verdict.revocation, `${message}: ${said}`).toMatch(/^revoked/)
    } else {
      expect(verdict.path, said).toEqual([])
      expect(accepted(verdict), said).toBe(true)
    }
  })
})
