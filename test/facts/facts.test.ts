/** Facts are plain data: what a reader found can be kept, sent, and judged elsewhere. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import type { Facts } from '../../src/facts/index.ts'
import { readPdf } from '../../src/pades/index.ts'
import { gather } from '../../src/verify/gather.ts'
import { BASELINE_POLICY, judge } from '../../src/verify/index.ts'
import { parseCrl, trustAnchor } from '../../src/x509/index.ts'
import { type LabSetting, NOW, setting, sign } from '../verify/lab-pdf.ts'

let made: LabSetting
let facts: Facts
beforeAll(async () => {
  made = await setting()
  const document = await readPdf(await sign(made, {}, await sign(made, { level: 'B-T' })))
  const evidence = { anchors: made.lab.anchors.map((one) => trustAnchor(one)), certificates: [], crls: made.crls.map((one) => parseCrl(one)), ocsp: [] }
  facts = await gather({ crypto: defaultCrypto(), budget: new Budget(), at: NOW }, document, evidence)
})

/** Every value in a structure that JSON would not give back as it is. */
function notPlain(value: unknown, path = 'facts'): string[] {
  if (value === null || ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && Number.isFinite(value))) return []
  if (Array.isArray(value)) return value.flatMap((item, i) => notPlain(item, `${path}[${i}]`))
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.entries(value).flatMap(([key, item]) => notPlain(item, `${path}.${key}`))
  return [path]
}

describe('facts', () => {
  it('are strings, numbers, booleans, lists and records, and nothing else', () => {
    expect(notPlain(facts)).toEqual([])
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
  })

  it('hold no judgement, and are judged the same after having been kept', () => {
    const kept = JSON.parse(JSON.stringify(facts)) as Facts
    expect(judge(kept, BASELINE_POLICY, NOW)).toEqual(judge(facts, BASELINE_POLICY, NOW))
    expect(judge(kept, BASELINE_POLICY, NOW).signatures.map(({ conclusion }) => conclusion.indication)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
  })

  it('name every certificate by its digest, every time in UTC, and each signature once', () => {
    expect(facts.signatures.map(({ id }) => id)).toEqual(['signature-1', 'signature-2'])
    for (const { signer, chain, timestamps } of facts.signatures) {
      expect(signer?.id).toMatch(/^[0-9a-f]{64}$/)
      expect(chain?.anchor?.key).toMatch(/^[0-9a-f]{64}$/)
      for (const { certificate, revocation } of chain?.links ?? []) {
        expect(certificate.notBefore).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        expect(revocation).toHaveLength(1)
      }
      for (const { scope } of timestamps) expect(scope).toEqual({ kind: 'signature', of: 'signature-1' })
    }
    expect(facts.signatures.map(({ timestamps }) => timestamps.length)).toEqual([1, 0])
  })

  it('are the same for the same certificate, however often it comes', () => {
    const [first, second] = facts.signatures
    expect(first?.chain).toEqual(second?.chain)
    expect(first?.signer).toEqual(second?.signer)
  })
})
