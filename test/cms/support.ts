/** One SignerInfo checked, as the tests of this folder ask for it. */
import { type ParsedSignedData, parseSignedData, type SignerInfoResult, verifySignerInfo } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import type { CheckName } from '../../src/core/check.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { type Certificate, parseCertificate } from '../../src/x509/index.ts'

/** Parses a CMS and checks its first signer over `content`. */
export async function check(
  bytes: Uint8Array,
  content: Uint8Array,
  candidates: readonly Uint8Array[] = [],
): Promise<SignerInfoResult & { readonly cms: ParsedSignedData }> {
  const crypto = defaultCrypto()
  const budget = new Budget()
  const cms = parseSignedData(bytes, { budget })
  const [info] = cms.signerInfos
  if (!info) throw new Error('no signer')
  const signed = cms.content ?? content
  const certificates: Certificate[] = [...cms.certificates, ...candidates.map((one) => parseCertificate(one))]
  const result = await verifySignerInfo(
    crypto,
    budget,
    info,
    cms.contentType,
    { digest: (algorithm) => digest(crypto, algorithm, signed), bytes: () => signed },
    certificates,
  )
  return { ...result, cms }
}

/** The checks that did not pass, as `name` or `name?` where it could not be done; those that are told only are left out. */
export function open({ checks }: Pick<SignerInfoResult, 'checks'>): string[] {
  return checks.filter(({ result }) => result !== 'passed').map(({ name, result }) => (result === 'failed' ? name : `${name}?`))
}

/** Result of a check by name. */
export function resultOf({ checks }: Pick<SignerInfoResult, 'checks'>, name: CheckName): string | undefined {
  return checks.find((one) => one.name === name)?.result
}
