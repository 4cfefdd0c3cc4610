/** Facts written down by hand: the judge needs no document. */
import { type Check, type CheckName, failed, notDone, passed } from '../../src/core/check.ts'
import type { CertificateFacts, ChainFacts, ChainLink, Facts, RevocationFacts, SignatureFacts, TimestampFacts } from '../../src/facts/index.ts'
import { BASELINE_POLICY, type JudgedSignature, type Judgement, judge, type Policy } from '../../src/verify/index.ts'

/** A day of June 2026, at noon: `day(1)`; before and after by any count of days. */
export function day(count: number): string {
  return new Date(Date.UTC(2026, 5, count, 12)).toISOString()
}

/** The time of judgement in most tests. */
export const TODAY = new Date(day(10))

export function certificate(options: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    id: 'aa',
    subject: 'CN=Somebody,C=VN',
    issuer: 'CN=CA,C=VN',
    serialNumber: '01',
    notBefore: day(-300),
    notAfter: day(300),
    commonName: 'Somebody',
    uid: [],
    keyType: 'EC',
    keyBits: 256,
    signatureDigest: 'SHA-256',
    keyUsages: ['digitalSignature', 'nonRepudiation'],
    noRevocation: false,
    ocspNocheck: false,
    ...options,
  }
}

/** Evidence that says good and is of today. */
export function good(options: Partial<RevocationFacts> = {}): RevocationFacts {
  const signatures = [{ signatureDigest: 'SHA-256', keyType: 'EC', keyBits: 256 }]
  return { kind: 'crl', id: 'cc', status: 'good', thisUpdate: day(9), nextUpdate: day(16), producedAt: day(9), signatures, ...options }
}

export function revoked(time: string, options: Partial<RevocationFacts> = {}): RevocationFacts {
  return good({ status: 'revoked', revocationTime: time, reason: 'keyCompromise', ...options })
}

export function link(
  options: Partial<CertificateFacts> = {},
  revocation: readonly RevocationFacts[] = [good()],
  refused: ChainLink['refused'] = [],
): ChainLink {
  return { certificate: certificate(options), revocation, refused }
}

const CA = link({ id: 'ca', subject: 'CN=CA,C=VN', issuer: 'CN=Root,C=VN', commonName: 'CA', keyUsages: ['keyCertSign', 'cRLSign'] })

/** A chain of the leaf, its CA and a root. */
export function chain(leaf: ChainLink = link(), options: Partial<ChainFacts> = {}): ChainFacts {
  return { links: [leaf, CA], problems: [], anchor: { name: 'CN=Root,C=VN', key: 'ee', notBefore: day(-3000), notAfter: day(3000) }, ...options }
}

/** Every check of a PDF signature, passed; those named are replaced. */
export function checks(...others: readonly Check[]): Check[] {
  const names: CheckName[] = [
    'dictionaryKeys',
    'byteRange',
    'contentsPadding',
    'cmsSyntax',
    'singleSignerInfo',
    'algorithmsAgree',
    'signerCertificate',
    'signingCertificateAttribute',
    'contentType',
    'signedAttributesOrder',
    'messageDigest',
    'signatureValue',
  ]
  const rest = others.filter(({ name }) => !names.includes(name))
  return [...names.map((name) => others.find((one) => one.name === name) ?? passed(name)), ...rest]
}

export const wrong = (name: CheckName): Check => failed(name, 'as the test says')
export const open = (name: CheckName): Check => notDone(name, 'as the test says')

export function timestamp(options: Partial<TimestampFacts> = {}): TimestampFacts {
  const leaf = link({ id: 'tsa', subject: 'CN=TSA,C=VN', commonName: 'TSA', keyUsages: ['digitalSignature'] })
  return {
    id: 'signature-1-T1',
    type: 'signature',
    time: day(5),
    checks: (
      [
        'messageImprint',
        'singleSignerInfo',
        'algorithmsAgree',
        'signerCertificate',
        'signingCertificateAttribute',
        'contentType',
        'signedAttributesOrder',
        'messageDigest',
        'signatureValue',
        'timestampCertificate',
      ] as const
    ).map((name) => passed(name)),
    scope: { kind: 'signature', of: 'signature-1' },
    digestAlgorithm: 'SHA-256',
    signatureAlgorithm: 'ECDSA-SHA256',
    signatureDigest: 'SHA-256',
    signer: leaf.certificate,
    chain: chain(leaf),
    ...options,
  }
}

export function signature(options: Partial<SignatureFacts> = {}): SignatureFacts {
  const made = options.chain ?? chain()
  return {
    id: 'signature-1',
    checks: checks(),
    scope: {
      kind: 'revision',
      revision: 1,
      ranges: [
        [0, 100],
        [200, 100],
      ],
      whole: true,
    },
    digestAlgorithm: 'SHA-256',
    signatureAlgorithm: 'ECDSA-SHA256',
    signatureDigest: 'SHA-256',
    signer: made.links[0]?.certificate ?? certificate(),
    chain: made,
    level: 'PAdES-BASELINE-B',
    boundBy: 'signingCertificateV2',
    timestamps: [],
    laterChanges: { kind: 'none', changes: [] },
    claims: {},
    ...options,
  }
}

export function document(signatures: readonly SignatureFacts[], documentTimestamps: readonly TimestampFacts[] = []): Facts {
  return { format: 'pdf', signatures, documentTimestamps, oddities: [] }
}

/** Judges one signature. */
export function judged(
  facts: SignatureFacts,
  { policy = BASELINE_POLICY, now = TODAY, documentTimestamps = [] }: { policy?: Policy; now?: Date; documentTimestamps?: readonly TimestampFacts[] } = {},
): JudgedSignature {
  const judgement: Judgement = judge(document([facts], documentTimestamps), policy, now)
  return judgement.signatures[0] as JudgedSignature
}

/** Indication, sub-indication, and the findings: errors as they are, warnings with `?`, information with `i`. */
export function verdictOf({ conclusion }: Pick<JudgedSignature, 'conclusion'>): string {
  const marks = { error: '', warning: '?', information: 'i' } as const
  const findings = conclusion.findings.map(({ code, severity }) => `${code}${marks[severity]}`).join(' ')
  return [conclusion.indication, conclusion.subIndication, findings && `[${findings}]`].filter(Boolean).join(' ')
}

/** The baseline with some constraints changed. */
export function policy(constraints: Partial<Policy['constraints']>, options: Partial<Policy> = {}): Policy {
  return { ...BASELINE_POLICY, ...options, constraints: { ...BASELINE_POLICY.constraints, ...constraints } }
}
