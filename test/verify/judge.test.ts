import { describe, expect, it } from 'vitest'
import type { CheckName } from '../../src/core/check.ts'
import type { ConstraintLevel } from '../../src/verify/index.ts'
import { BASELINE_POLICY, judge, LEGACY_POLICY } from '../../src/verify/index.ts'
import { buildReport } from '../../src/verify/report/report.ts'
import { certificate, chain, checks, day, document, good, judged, link, open, policy, revoked, signature, TODAY, timestamp, verdictOf, wrong } from './facts.ts'

const said = (...args: Parameters<typeof judged>): string => verdictOf(judged(...args))

describe('a signature that is in order', () => {
  it('passes, and says nothing more', () => {
    expect(said(signature())).toBe('TOTAL-PASSED')
    expect(judged(signature()).intact).toBe(true)
    expect(said(signature({ timestamps: [timestamp()] }))).toBe('TOTAL-PASSED')
    expect(judged(signature({ timestamps: [timestamp()] })).bestSignatureTime).toEqual(new Date(day(5)))
  })

  it('tells a time that is only claimed', () => {
    expect(said(signature({ claimedTime: day(1) }))).toBe('TOTAL-PASSED [signingTimeClaimedi]')
    expect(said(signature({ claimedTime: day(1), timestamps: [timestamp()] }))).toBe('TOTAL-PASSED')
  })
})

describe('nothing passes by default', () => {
  it('facts that say nothing do not', () => {
    const { signer, chain: none, ...bare } = signature({ checks: [] })
    expect(signer && none).toBeDefined()
    expect(said(bare)).toBe('INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND [signerCertificateMissing]')
    expect(judged(bare).intact).toBeNull()
    expect(said(signature({ checks: [] }))).toBe('INDETERMINATE GENERIC [notChecked]')
  })

  it('a signature whose value was never looked at does not', () => {
    const some = signature({ checks: checks().filter(({ name }) => name !== 'signatureValue') })
    expect(said(some)).toBe('INDETERMINATE GENERIC [notChecked]')
    expect(judged(some).intact).toBeNull()
  })

  it('a signer without a chain does not', () => {
    const { chain: none, ...rest } = signature()
    expect(none).toBeDefined()
    expect(said(rest)).toMatch(/^INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND \[chainMissing/)
  })

  it('a time-stamp without a signer proves nothing', () => {
    const { signer, chain: none, ...rest } = timestamp({ checks: [] })
    expect(signer && none).toBeDefined()
    const result = judged(signature({ timestamps: [rest] }))
    expect(result.timestamps[0]?.conclusion.indication).toBe('INDETERMINATE')
    expect(result.bestSignatureTime).toBeUndefined()
  })

  it('a document without signatures does not, nor one with time-stamps alone', () => {
    for (const facts of [document([]), document([], [timestamp({ type: 'document' })])]) {
      const report = buildReport(facts, judge(facts, BASELINE_POLICY, TODAY), 'baseline', TODAY)
      expect(report.indication).toBe('INDETERMINATE')
      expect(report.messages.map(({ code }) => code)).toEqual(['noSignature'])
    }
  })

  it('a document is as good as the worst of its signatures', () => {
    const indication = (...signatures: Parameters<typeof document>[0]): string => {
      const facts = document(signatures)
      const report = buildReport(facts, judge(facts, BASELINE_POLICY, TODAY), 'baseline', TODAY)
      return [report.indication, report.subIndication].join(' ').trim()
    }
    const undecided = signature({ chain: chain(link({}, [])) })
    const failed = signature({ checks: checks(wrong('messageDigest')) })
    expect(indication(signature(), signature())).toBe('TOTAL-PASSED')
    expect(indication(signature(), undecided)).toBe('INDETERMINATE TRY_LATER')
    expect(indication(undecided, failed, signature())).toBe('TOTAL-FAILED HASH_FAILURE')
  })
})

describe('a signature that is bound to its certificate by SHA-1 alone', () => {
  it('is told to be so, and no more', () => {
    const bound = { ...checks()[0], name: 'signingCertificateAttribute', result: 'passed', data: { binding: 'SHA-1' } } as const
    expect(said(signature({ checks: checks(bound), boundBy: 'signingCertificate' }))).toBe('TOTAL-PASSED [signingCertificateSha1i]')
  })
})

describe('a mask of RSASSA-PSS', () => {
  it('is weighed as digests are, in the signature and in certificates', () => {
    expect(said(signature({ mgfDigest: 'SHA-1' }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [digestWeak]')
    expect(said(signature({ chain: chain(link({ mgfDigest: 'SHA-1' })) }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [digestWeak]')
    expect(said(signature({ mgfDigest: 'SHA-1' }), { policy: LEGACY_POLICY })).toBe('TOTAL-PASSED')
    expect(said(signature({ mgfDigest: 'SHA-512' }))).toBe('TOTAL-PASSED')
  })
})

describe('checks that failed', () => {
  it.each<[CheckName, string]>([
    ['cmsSyntax', 'TOTAL-FAILED FORMAT_FAILURE [cmsMalformed]'],
    ['byteRange', 'TOTAL-FAILED FORMAT_FAILURE [byteRangeWrong]'],
    ['contentsPadding', 'TOTAL-FAILED FORMAT_FAILURE [contentsPadding]'],
    ['dictionaryKeys', 'TOTAL-FAILED FORMAT_FAILURE [dictionaryKeysTwice]'],
    ['singleSignerInfo', 'TOTAL-FAILED FORMAT_FAILURE [signerInfoCount]'],
    ['contentAbsent', 'TOTAL-FAILED FORMAT_FAILURE [contentAttached]'],
    ['contentType', 'TOTAL-FAILED FORMAT_FAILURE [contentTypeWrong]'],
    ['signedAttributes', 'TOTAL-FAILED FORMAT_FAILURE [signedAttributesMissing]'],
    ['messageDigest', 'TOTAL-FAILED HASH_FAILURE [documentChanged]'],
    ['contentDigest', 'TOTAL-FAILED HASH_FAILURE [documentChanged]'],
    ['messageImprint', 'TOTAL-FAILED HASH_FAILURE [timestampImprintWrong]'],
    ['algorithmsAgree', 'TOTAL-FAILED SIG_CRYPTO_FAILURE [algorithmsDisagree]'],
    ['signatureValue', 'TOTAL-FAILED SIG_CRYPTO_FAILURE [signatureValueWrong]'],
    ['signingCertificateAttribute', 'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND [signingCertificateWrong]'],
    ['timestampExtensions', 'INDETERMINATE SIG_CONSTRAINTS_FAILURE [timestampExtensionUnknown]'],
    ['timestampCertificate', 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE [timestampCertificateWrong]'],
    ['unambiguous', 'INDETERMINATE GENERIC [fileAmbiguous]'],
    ['signedAttributesOrder', 'TOTAL-PASSED [signedAttributesOrderi]'],
  ])('%s', (name, expected) => {
    expect(said(signature({ checks: checks(wrong(name)) }))).toBe(expected)
  })

  it.each<[CheckName, string]>([
    ['signerCertificate', 'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND [signerCertificateMissing]'],
    ['cmsSyntax', 'INDETERMINATE GENERIC [subFilterUnknown]'],
    ['messageDigest', 'INDETERMINATE SIGNED_DATA_NOT_FOUND [contentMissing]'],
    ['contentDigest', 'INDETERMINATE SIGNED_DATA_NOT_FOUND [notChecked]'],
    ['messageImprint', 'INDETERMINATE GENERIC [notChecked]'],
    ['signatureValue', 'INDETERMINATE GENERIC [signatureValueUnknown]'],
    ['signingCertificateAttribute', 'TOTAL-PASSED [signingCertificateAbsent?]'],
    ['algorithmsAgree', 'INDETERMINATE GENERIC [notChecked]'],
    ['byteRange', 'INDETERMINATE GENERIC [notChecked]'],
  ])('or were not done: %s', (name, expected) => {
    expect(said(signature({ checks: checks(open(name)) }))).toBe(expected)
  })

  it('decide over what is merely open: the first of the worst', () => {
    const facts = signature({ checks: checks(wrong('signatureValue'), wrong('messageDigest')), chain: chain(link({}, [])) })
    expect(said(facts)).toBe('TOTAL-FAILED HASH_FAILURE [documentChanged signatureValueWrong revocationUnknown]')
    expect(judged(facts).intact).toBe(false)
  })
})

describe('the chain', () => {
  it('that leads to no anchor', () => {
    expect(said(signature({ chain: { links: [link()], problems: [] } }))).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND [chainMissing]')
  })

  it('that leads to a name only, which an anchor has with another key', () => {
    expect(said(signature({ chain: { links: [link()], problems: [], imitates: 'CN=Root' } }))).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND [chainMissing chainImitates?]',
    )
  })

  it('with something against it', () => {
    const problems = [{ code: 'notACa', index: 1, detail: '' }]
    expect(said(signature({ chain: chain(link(), { problems }) }))).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE [chainProblem]')
  })

  it('of a certificate that is not for signing', () => {
    expect(said(signature({ chain: chain(link({ keyUsages: ['keyEncipherment'] })) }))).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE [keyUsageWrong]')
    expect(said(signature({ chain: chain(link({ keyUsages: [] })) }))).toBe('INDETERMINATE CHAIN_CONSTRAINTS_FAILURE [keyUsageWrong]')
    for (const keyUsages of [null, ['digitalSignature'], ['nonRepudiation']])
      expect(said(signature({ chain: chain(link({ keyUsages })) }))).toBe('TOTAL-PASSED')
  })
})

describe('validity', () => {
  const expired = chain(link({ notAfter: day(7) }))

  it('expired without a time-stamp, with one before, with one after', () => {
    expect(said(signature({ chain: expired }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED [certificateExpired]')
    expect(said(signature({ chain: expired, timestamps: [timestamp({ time: day(5) })] }))).toBe('TOTAL-PASSED')
    expect(said(signature({ chain: expired, timestamps: [timestamp({ time: day(8) })] }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED [certificateExpired]')
  })

  it('expired and nothing known of its revocation', () => {
    expect(said(signature({ chain: chain(link({ notAfter: day(7) }, [])) }))).toBe('INDETERMINATE TRY_LATER [revocationUnknown certificateExpired]')
  })

  it('of an authority that has expired', () => {
    const links = [link(), link({ subject: 'CN=CA,C=VN', notAfter: day(7), keyUsages: ['keyCertSign'] })]
    expect(said(signature({ chain: chain(link(), { links }) }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE [certificateExpired]')
  })

  it('of an anchor that has expired, or has not begun', () => {
    for (const dates of [{ notAfter: day(7) }, { notBefore: day(20) }]) {
      expect(said(signature({ chain: chain(link(), { anchor: { name: 'CN=Root', key: 'ee', ...dates } }) }))).toBe(
        'INDETERMINATE OUT_OF_BOUNDS_NO_POE [certificateExpired]',
      )
    }
    expect(said(signature({ chain: chain(link(), { anchor: { name: 'CN=Root', key: 'ee' } }) }))).toBe('TOTAL-PASSED')
  })

  it('that has not begun, at the time of judgement and at a proven one', () => {
    expect(said(signature({ chain: chain(link({ notBefore: day(20) })) }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE [certificateNotYetValid]')
    expect(said(signature({ chain: chain(link({ notBefore: day(6) })), timestamps: [timestamp({ time: day(5) })] }))).toBe(
      'TOTAL-FAILED NOT_YET_VALID [signedBeforeCertificate]',
    )
  })

  it('to the second: both ends belong to it', () => {
    const exact = chain(link({ notBefore: TODAY.toISOString(), notAfter: TODAY.toISOString() }))
    expect(said(signature({ chain: exact }))).toBe('TOTAL-PASSED')
  })
})

describe('revocation', () => {
  it('that is not known is never silent, whatever the policy says', () => {
    const facts = signature({ chain: chain(link({}, [])) })
    const levels: Record<ConstraintLevel, string> = {
      FAIL: 'INDETERMINATE TRY_LATER [revocationUnknown]',
      WARN: 'TOTAL-PASSED [revocationUnknown?]',
      INFORM: 'TOTAL-PASSED [revocationUnknowni revocationUnknown?]',
      IGNORE: 'TOTAL-PASSED [revocationUnknown?]',
    }
    for (const [revocation, expected] of Object.entries(levels))
      expect(said(facts, { policy: policy({ revocation: revocation as ConstraintLevel }) })).toBe(expected)
  })

  it('of an authority counts like that of the signer', () => {
    const links = [link(), link({ subject: 'CN=CA', keyUsages: ['keyCertSign'] }, [])]
    expect(said(signature({ chain: chain(link(), { links }) }))).toBe('INDETERMINATE TRY_LATER [revocationUnknown]')
  })

  it('before a proven time, after it, and without one', () => {
    const at = (time: string, proven?: string): string =>
      said(signature({ chain: chain(link({}, [revoked(time)])), timestamps: proven ? [timestamp({ time: proven })] : [] }))
    expect(at(day(6))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    expect(at(day(6), day(7))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    expect(at(day(6), day(5))).toBe('TOTAL-PASSED [revoked?]')
    expect(at(day(6), day(6))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
  })

  it('of an authority, before a proven time, after it, and without one', () => {
    const at = (time: string, proven?: string): string => {
      const links = [link(), link({ subject: 'CN=CA', keyUsages: ['keyCertSign'] }, [revoked(time)])]
      return said(signature({ chain: chain(link(), { links }), timestamps: proven ? [timestamp({ time: proven })] : [] }))
    }
    expect(at(day(6))).toBe('INDETERMINATE REVOKED_CA_NO_POE [revokedAuthority]')
    expect(at(day(6), day(7))).toBe('INDETERMINATE REVOKED_CA_NO_POE [revokedAuthority]')
    expect(at(day(6), day(5))).toBe('TOTAL-PASSED [revokedAuthority?]')
  })

  it('for the time being is not the last word', () => {
    expect(said(signature({ chain: chain(link({}, [revoked(day(6), { reason: 'certificateHold' })])) }))).toBe('INDETERMINATE TRY_LATER [onHold]')
  })

  it('is told by an old list as well as by a new one, and good news does not undo it', () => {
    const old = revoked(day(-100), { thisUpdate: day(-90), nextUpdate: day(-80) })
    expect(said(signature({ chain: chain(link({}, [old])) }))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    for (const list of [
      [good(), old],
      [old, good()],
    ]) {
      expect(said(signature({ chain: chain(link({}, list)) }))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    }
  })

  it('that is told twice counts by its earliest time, and a hold less than the rest', () => {
    const late = revoked(day(8), { thisUpdate: day(8) })
    const early = revoked(day(3))
    for (const list of [
      [late, early],
      [early, late],
    ]) {
      expect(said(signature({ chain: chain(link({}, list)), timestamps: [timestamp({ time: day(5) })] }))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    }
    const hold = revoked(day(1), { reason: 'certificateHold' })
    for (const list of [
      [hold, late],
      [late, hold],
    ]) {
      expect(said(signature({ chain: chain(link({}, list)) }))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    }
  })

  it('that is stale', () => {
    const stale = good({ thisUpdate: day(1), nextUpdate: day(8) })
    expect(said(signature({ chain: chain(link({}, [stale])) }))).toBe('INDETERMINATE TRY_LATER [revocationStale]')
    // Without nextUpdate the policy says how long it is fresh.
    const open24 = (thisUpdate: string): string =>
      said(
        signature({ chain: chain(link({}, [{ kind: 'ocsp', id: 'x', status: 'good', thisUpdate, producedAt: thisUpdate, signatures: good().signatures }])) }),
      )
    expect(open24(day(9.5))).toBe('TOTAL-PASSED')
    expect(open24(day(8))).toBe('INDETERMINATE TRY_LATER [revocationStale]')
  })

  it('that was issued after a proven time is fresh for it, however long ago that is', () => {
    const stale = good({ thisUpdate: day(6), nextUpdate: day(8) })
    expect(said(signature({ chain: chain(link({}, [stale])), timestamps: [timestamp({ time: day(5) })] }))).toBe('TOTAL-PASSED')
    expect(said(signature({ chain: chain(link({}, [stale])), timestamps: [timestamp({ time: day(7) })] }))).toBe('INDETERMINATE TRY_LATER [revocationStale]')
  })

  it('of the future, or unknown, says nothing', () => {
    for (const status of [good({ thisUpdate: day(11), nextUpdate: day(20) }), good({ status: 'unknown' }), revoked(day(6), { thisUpdate: day(11) })]) {
      expect(said(signature({ chain: chain(link({}, [status])) }))).toBe('INDETERMINATE TRY_LATER [revocationUnknown]')
    }
  })

  describe('that is signed with what the policy no longer allows', () => {
    const sha1 = [{ signatureDigest: 'SHA-1', keyType: 'RSA', keyBits: 2048 }]
    const small = [{ signatureDigest: 'SHA-256', keyType: 'RSA', keyBits: 1024 }]
    const strong = good().signatures
    const of = (...list: ReturnType<typeof good>[]) => signature({ chain: chain(link({}, list)) })

    it.each([
      ['a digest', sha1],
      ['a key', small],
      ['a mask', [{ ...strong[0], keyType: 'RSA', keyBits: 3072, mgfDigest: 'SHA-1' }]],
      ['the certificate of who signed it', [...strong, ...sha1]],
      ['a key of a kind that is not named', [{ keyType: 'toString', keyBits: 9999 }]],
      ['a digest that is not named', [{ signatureDigest: 'constructor', keyType: 'EC', keyBits: 256 }]],
    ])('does not count as good: %s', (_, signatures) => {
      for (const kind of ['crl', 'ocsp'] as const) {
        expect(said(of(good({ kind, signatures })))).toBe('INDETERMINATE TRY_LATER [revocationWeak? revocationUnknown]')
      }
    })

    it('is not missed where other evidence is there, but told', () => {
      expect(said(of(good({ signatures: sha1 }), good()))).toBe('TOTAL-PASSED [revocationWeak?]')
      expect(said(of(good({ signatures: sha1 }), good({ id: 'x', signatures: sha1 }), good()))).toBe('TOTAL-PASSED [revocationWeak?]')
    })

    it('is believed where it says that the certificate is revoked', () => {
      expect(said(of(revoked(day(6), { signatures: sha1 })))).toBe('INDETERMINATE REVOKED_NO_POE [revocationWeakCounted? revoked]')
      expect(said(of(revoked(day(6), { signatures: sha1 }), good()))).toBe('INDETERMINATE REVOKED_NO_POE [revocationWeakCounted? revoked]')
    })

    it('counts as the policy says', () => {
      expect(said(of(good({ signatures: sha1 })), { policy: LEGACY_POLICY })).toBe('TOTAL-PASSED')
      expect(said(of(good({ signatures: small })), { policy: LEGACY_POLICY })).toBe('TOTAL-PASSED')
      const levels: [ConstraintLevel, string][] = [
        ['WARN', 'TOTAL-PASSED [revocationWeakCounted?]'],
        ['INFORM', 'TOTAL-PASSED [revocationWeakCountedi]'],
        ['IGNORE', 'TOTAL-PASSED'],
      ]
      for (const [cryptography, expected] of levels) expect(said(of(good({ signatures: sha1 })), { policy: policy({ cryptography }) })).toBe(expected)
    })

    it('is as weak today where a time-stamp proves that the signature is old: the evidence may be new', () => {
      const until = (date: string) => policy({}, { digests: { ...BASELINE_POLICY.digests, 'SHA-1': date } })
      const old = signature({ chain: chain(link({}, [good({ thisUpdate: day(6), signatures: sha1 })])), timestamps: [timestamp({ time: day(5) })] })
      expect(said(old, { policy: until('2026-06-09') })).toBe('INDETERMINATE TRY_LATER [revocationWeak? revocationUnknown]')
      expect(said(old, { policy: until('2026-06-10') })).toBe('TOTAL-PASSED')
    })
  })

  it('that tells of a suspension that was lifted is told', () => {
    expect(said(signature({ chain: chain(link({}, [good({ heldFrom: day(1) })])) }))).toBe('TOTAL-PASSED [wasOnHoldi]')
  })

  it('that says when the key was lost says so', () => {
    const facts = signature({ chain: chain(link({}, [revoked(day(6), { invalidityDate: day(2) })])) })
    expect(judged(facts).conclusion.findings[0]?.data).toMatchObject({ time: day(6), invalidityDate: day(2) })
  })

  it('is not asked for of an anchor that signs itself; its validity is', () => {
    const pinned = (options: Parameters<typeof certificate>[0] = {}, list: ReturnType<typeof good>[] = []) => {
      const leaf = link(options, list)
      return signature({ chain: { ...chain(leaf), links: [leaf], signerIsAnchor: true } })
    }
    expect(said(pinned())).toBe('TOTAL-PASSED [signerIsAnchori]')
    // Nobody above it has signed it for anything that is relied on.
    expect(said(pinned({ signatureDigest: 'SHA-1' }))).toBe('TOTAL-PASSED [signerIsAnchori]')
    expect(said(pinned({ keyType: 'RSA', keyBits: 1024 }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [signerIsAnchori keyWeak]')
    expect(said(pinned({ notAfter: day(9) }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE [signerIsAnchori certificateExpired]')
    expect(said(pinned({ notBefore: day(11) }))).toBe('INDETERMINATE OUT_OF_BOUNDS_NO_POE [signerIsAnchori certificateNotYetValid]')
    expect(said(pinned({}, [revoked(day(6))]))).toBe('INDETERMINATE REVOKED_NO_POE [signerIsAnchori revoked]')
    expect(said(pinned({ keyUsages: ['keyCertSign'] }))).toMatch(/^INDETERMINATE CHAIN_CONSTRAINTS_FAILURE/)
  })

  it('that may not be used is told', () => {
    const refused = [{ kind: 'crl', id: 'x', why: 'signatureInvalid' }] as const
    expect(said(signature({ chain: chain(link({}, [], refused)) }))).toBe('INDETERMINATE TRY_LATER [revocationRefused? revocationUnknown]')
    expect(said(signature({ chain: chain(link({}, [good()], refused)) }))).toBe('TOTAL-PASSED [revocationRefused?]')
  })

  it('that its issuer never publishes is not missed, and counts where it is told all the same', () => {
    expect(said(signature({ chain: chain(link({ noRevocation: true }, [])) }))).toBe('TOTAL-PASSED')
    expect(said(signature({ chain: chain(link({ noRevocation: true }, [revoked(day(6))])) }))).toBe('INDETERMINATE REVOKED_NO_POE [revoked]')
    // That a responder need not be asked about itself says nothing of a signer.
    expect(said(signature({ chain: chain(link({ ocspNocheck: true }, [])) }))).toBe('INDETERMINATE TRY_LATER [revocationUnknown]')
  })
})

describe('algorithms', () => {
  it('that are weak, without a proven time, with one before their end and one after', () => {
    const facts = { digestAlgorithm: 'SHA-1', signatureDigest: 'SHA-1' }
    expect(said(signature(facts))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [digestWeak]')
    expect(said(signature({ ...facts, timestamps: [timestamp()] }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE [digestWeak]')
    const long = chain(link({ notBefore: '2009-01-01T00:00:00.000Z' }), {
      anchor: { name: 'CN=Root', key: 'ee' },
      links: [link({ notBefore: '2009-01-01T00:00:00.000Z' })],
    })
    expect(said(signature({ ...facts, chain: long, timestamps: [timestamp({ time: '2011-01-01T00:00:00.000Z' })] }))).toBe('TOTAL-PASSED')
  })

  it('whose end is a day count until its last second', () => {
    const at = (time: string): string =>
      said(
        signature({
          digestAlgorithm: 'SHA-224',
          chain: chain(link({}, [good({ nextUpdate: '2099-01-01T00:00:00.000Z' })]), {
            links: [link({ notAfter: '2099-01-01T00:00:00.000Z' }, [good({ nextUpdate: '2099-01-01T00:00:00.000Z' })])],
          }),
        }),
        { now: new Date(time) },
      )
    expect(at('2029-12-31T23:59:59Z')).not.toContain('digestWeak')
    expect(at('2030-01-01T00:00:00Z')).toContain('digestWeak')
  })

  it('of the value count beside those of the content', () => {
    expect(said(signature({ signatureDigest: 'SHA-1' }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [digestWeak]')
    const weak = timestamp({ signatureDigest: 'SHA-1' })
    expect(judged(signature({ timestamps: [weak] })).bestSignatureTime).toBeUndefined()
  })

  it('that the policy does not name may not be used', () => {
    for (const digestAlgorithm of ['MD5', 'MD2', 'toString', '__proto__']) expect(said(signature({ digestAlgorithm }))).toContain('digestWeak')
  })

  it('of every certificate of the chain count, and keys too', () => {
    expect(said(signature({ chain: chain(link({ signatureDigest: 'SHA-1' })) }))).toContain('digestWeak')
    const weak = [
      { keyType: 'RSA', keyBits: 1024 },
      { keyType: 'RSA', keyBits: 1899 },
      { keyType: 'EC', keyBits: 255 },
      { keyType: 'DSA', keyBits: 3072 },
      { keyType: 'unknown', keyBits: 9999 },
    ]
    for (const options of weak) {
      expect(said(signature({ chain: chain(link(options)) }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [keyWeak]')
      const links = [link(), link({ ...options, keyUsages: ['keyCertSign'] })]
      expect(said(signature({ chain: chain(link(), { links }) }))).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE [keyWeak]')
    }
    for (const options of [
      { keyType: 'RSA', keyBits: 2048 },
      { keyType: 'RSA', keyBits: 4096 },
      { keyType: 'EC', keyBits: 521 },
      { keyType: 'Ed25519', keyBits: 256 },
    ]) {
      expect(said(signature({ chain: chain(link(options)) }))).toBe('TOTAL-PASSED')
    }
    // 2,048 bits have an end, 3,072 have none.
    const late = { now: new Date('2030-06-01T00:00:00Z') }
    expect(said(signature({ chain: chain(link({ keyType: 'RSA', keyBits: 2048 })) }), late)).toContain('keyWeak')
    expect(said(signature({ chain: chain(link({ keyType: 'RSA', keyBits: 3072 })) }), late)).not.toContain('keyWeak')
  })

  it('of a self-issued certificate below the anchor count, of what a root says of itself they do not', () => {
    const self = { subject: 'CN=CA', issuer: 'CN=CA', signatureDigest: 'SHA-1', keyUsages: ['keyCertSign'] }
    expect(said(signature({ chain: chain(link(), { links: [link(), link(self)] }) }))).toContain('digestWeak')
    expect(said(signature({ chain: { links: [link(), link(self)], problems: [] } }))).not.toContain('digestWeak')
    const root = link({ subject: 'CN=Root', issuer: 'CN=Root', signatureDigest: 'SHA-1' })
    expect(said(signature({ chain: chain(root, { links: [root] }) }))).toBe('TOTAL-PASSED')
  })

  it('are looked at without a chain too', () => {
    const facts = signature({ chain: { links: [], problems: [] } })
    expect(said({ ...facts, signer: certificate({ keyType: 'RSA', keyBits: 512 }) })).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND [chainMissing keyWeak]')
  })

  it('are all taken by the legacy policy, short of none at all', () => {
    for (const digestAlgorithm of ['SHA-1', 'MD5']) expect(said(signature({ digestAlgorithm }), { policy: LEGACY_POLICY })).toBe('TOTAL-PASSED')
    expect(said(signature({ digestAlgorithm: 'MD2' }), { policy: LEGACY_POLICY })).toContain('digestWeak')
  })
})

describe('time-stamps', () => {
  it('that prove nothing leave the signature as it is without them, and are told', () => {
    const useless = [
      timestamp({ checks: [wrong('messageImprint')] }),
      timestamp({ checks: timestamp().checks.map((one) => (one.name === 'signatureValue' ? wrong('signatureValue') : one)) }),
      timestamp({ chain: { links: [], problems: [] } }),
      timestamp({ time: day(11) }),
      timestamp({ chain: chain(link({}, [revoked(day(2))])) }),
      timestamp({ chain: chain(link({}, [])) }),
      timestamp({ checks: [...timestamp().checks.filter(({ name }) => name !== 'timestampCertificate'), wrong('timestampCertificate')] }),
    ]
    for (const one of useless) {
      const result = judged(signature({ timestamps: [one] }))
      expect(verdictOf(result)).toBe('TOTAL-PASSED [timestampUnusable?]')
      expect(result.bestSignatureTime).toBeUndefined()
      expect(said(signature({ timestamps: [one], chain: chain(link({ notAfter: day(7) })) }))).toMatch(/^INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED/)
    }
  })

  it('of several the earliest that holds counts', () => {
    const result = judged(
      signature({ timestamps: [timestamp({ time: day(6) }), timestamp({ time: day(4) }), timestamp({ time: day(2), checks: [wrong('messageImprint')] })] }),
    )
    expect(result.bestSignatureTime).toEqual(new Date(day(4)))
  })

  const documentTimestamp = (revision: number, time: string): ReturnType<typeof timestamp> =>
    timestamp({ id: 'document-timestamp-1', type: 'document', time, scope: { kind: 'revision', revision, ranges: [], whole: true } })

  it('of the document count for the signatures of earlier revisions only', () => {
    expect(judged(signature(), { documentTimestamps: [documentTimestamp(2, day(6))] }).bestSignatureTime).toEqual(new Date(day(6)))
    expect(judged(signature(), { documentTimestamps: [documentTimestamp(1, day(6))] }).bestSignatureTime).toBeUndefined()
    expect(judged(signature(), { documentTimestamps: [documentTimestamp(0, day(6))] }).bestSignatureTime).toBeUndefined()
    expect(judged(signature({ scope: { kind: 'none' } }), { documentTimestamps: [documentTimestamp(2, day(6))] }).bestSignatureTime).toBeUndefined()
  })

  it('that stand in the wrong order contradict each other', () => {
    const facts = signature({ timestamps: [timestamp({ time: day(7) })] })
    expect(said(facts, { documentTimestamps: [documentTimestamp(2, day(6))] })).toBe('INDETERMINATE TIMESTAMP_ORDER_FAILURE [timestampOrder]')
    expect(said(facts, { documentTimestamps: [documentTimestamp(2, day(8))] })).toBe('TOTAL-PASSED')
    expect(said(facts, { documentTimestamps: [documentTimestamp(2, day(6))], policy: policy({ timestampOrder: 'WARN' }) })).toBe(
      'TOTAL-PASSED [timestampOrder?]',
    )
  })
})

describe('what follows in the file', () => {
  it('passes where it is explained, and does not where it is not', () => {
    const change = { code: 'pageChanged', revision: 2, detail: 'a page' }
    expect(said(signature({ laterChanges: { kind: 'explained', changes: [change] } }))).toBe('TOTAL-PASSED')
    expect(said(signature({ laterChanges: { kind: 'unexplained', changes: [change] } }))).toBe('INDETERMINATE GENERIC [laterChanges]')
    expect(said(signature({ laterChanges: { kind: 'unexplained', changes: [] } }))).toBe('INDETERMINATE GENERIC [laterChanges]')
  })
})

describe('the levels of a policy', () => {
  const cases = {
    signingCertificateAttribute: [signature({ checks: checks(open('signingCertificateAttribute')) }), 'SIG_CONSTRAINTS_FAILURE', 'signingCertificateAbsent'],
    signerKeyUsage: [signature({ chain: chain(link({ keyUsages: ['keyEncipherment'] })) }), 'CHAIN_CONSTRAINTS_FAILURE', 'keyUsageWrong'],
    laterChanges: [signature({ laterChanges: { kind: 'unexplained', changes: [] } }), 'GENERIC', 'laterChanges'],
    signedAttributesOrder: [signature({ checks: checks(wrong('signedAttributesOrder')) }), 'SIG_CONSTRAINTS_FAILURE', 'signedAttributesOrder'],
    cryptography: [signature({ digestAlgorithm: 'SHA-1' }), 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE', 'digestWeak'],
  } as const
  it.each(Object.entries(cases))('%s', (name, [facts, sub, code]) => {
    const at = (level: ConstraintLevel): string => said(facts, { policy: policy({ [name]: level }) })
    expect(at('FAIL')).toBe(`INDETERMINATE ${sub} [${code}]`)
    expect(at('WARN')).toBe(`TOTAL-PASSED [${code}?]`)
    expect(at('INFORM')).toBe(`TOTAL-PASSED [${code}i]`)
    expect(at('IGNORE')).toBe('TOTAL-PASSED')
  })

  it('never lets a failed check pass', () => {
    const lax = policy({
      signingCertificateAttribute: 'IGNORE',
      signerKeyUsage: 'IGNORE',
      revocation: 'IGNORE',
      laterChanges: 'IGNORE',
      signedAttributesOrder: 'IGNORE',
      cryptography: 'IGNORE',
      timestampOrder: 'IGNORE',
    })
    for (const name of ['byteRange', 'messageDigest', 'signatureValue', 'signingCertificateAttribute', 'dictionaryKeys'] as const) {
      expect(judged(signature({ checks: checks(wrong(name)) }), { policy: lax }).conclusion.indication).not.toBe('TOTAL-PASSED')
    }
    expect(said(signature({ chain: { links: [link()], problems: [] } }), { policy: lax })).toMatch(/^INDETERMINATE/)
    expect(said(signature({ chain: chain(link({}, [revoked(day(2))])) }), { policy: lax })).toMatch(/^INDETERMINATE REVOKED_NO_POE/)
    expect(said(signature({ chain: chain(link({ notAfter: day(2) })) }), { policy: lax })).toMatch(/^INDETERMINATE OUT_OF_BOUNDS/)
  })
})

describe('judging', () => {
  it('reads plain data: facts that were kept as JSON are judged the same', () => {
    const facts = document([signature({ timestamps: [timestamp()], chain: chain(link({}, [revoked(day(6))])) })], [timestamp({ type: 'document' })])
    const again = JSON.parse(JSON.stringify(facts)) as typeof facts
    expect(judge(again, BASELINE_POLICY, TODAY)).toEqual(judge(facts, BASELINE_POLICY, TODAY))
  })

  it('changes nothing of the facts', () => {
    const facts = document([signature({ chain: chain(link({}, [good(), revoked(day(8)), revoked(day(3))])) })])
    const before = JSON.stringify(facts)
    judge(facts, BASELINE_POLICY, TODAY)
    expect(JSON.stringify(facts)).toBe(before)
  })
})
