import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { utf8 } from '../../../src/core/bytes.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { labKey } from '../../../src/testing/keys.ts'
import { type AnchorOptions, buildPath, type Certificate, checkPath, type PathResult, trustAnchor, type ValidationInputs } from '../../../src/x509/index.ts'
import { oid, seq, tlv } from '../../cms/builder.ts'
import { basicConstraints, CA_USAGE, crossCertificate, extension, type RawAuthority, rawName, text } from '../support.ts'

const at = new Date('2026-06-01T00:00:00Z')
const [A, B, C] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'] as const
const ANY = '2.5.29.32.0'

let root: RawAuthority
let ca: RawAuthority
let rootCertificate: Certificate
const authority = async (name: string): Promise<RawAuthority> => ({ name: rawName([text('2.5.4.3', name)]), key: await labKey('P-256') })
beforeAll(async () => {
  root = await authority('Root')
  ca = await authority('CA')
  rootCertificate = await crossCertificate(root, root)
})

const number = (tag: number, value: number): Uint8Array => tlv(tag, Uint8Array.of(value))
const policies = (...ids: string[]): Uint8Array => extension('2.5.29.32', false, seq(...ids.map((id) => seq(oid(id)))))
const mappings = (...pairs: (readonly [string, string])[]): Uint8Array =>
  extension('2.5.29.33', true, seq(...pairs.map(([from, to]) => seq(oid(from), oid(to)))))
const explicit = (skip = 0): Uint8Array => extension('2.5.29.36', true, seq(number(0x80, skip)))
const noMapping = (skip = 0): Uint8Array => extension('2.5.29.36', true, seq(number(0x81, skip)))
const noAny = (skip = 0): Uint8Array => extension('2.5.29.54', true, number(0x02, skip))
const dns = (host: string): Uint8Array => tlv(0x82, utf8(host))
const altNames = (...names: Uint8Array[]): Uint8Array => extension('2.5.29.17', false, seq(...names))
const permitted = (...names: Uint8Array[]): Uint8Array => extension('2.5.29.30', true, seq(tlv(0xa0, ...names.map((one) => seq(one)))))
const excluded = (...names: Uint8Array[]): Uint8Array => extension('2.5.29.30', true, seq(tlv(0xa1, ...names.map((one) => seq(one)))))
const asCa = (...more: Uint8Array[]): Uint8Array[] => [basicConstraints(), CA_USAGE, ...more]

interface Question {
  readonly leaf?: readonly Uint8Array[]
  /** One certificate of the CA for each list of extensions. */
  readonly cas?: readonly (readonly Uint8Array[])[]
  readonly inputs?: ValidationInputs
  readonly anchor?: AnchorOptions
  readonly own?: Certificate
  readonly budget?: Budget
}

async function build({ leaf = [], cas = [[]], inputs = {}, anchor = {}, own = rootCertificate, budget = new Budget() }: Question): Promise<PathResult> {
  const candidates = await Promise.all(cas.map((more, i) => crossCertificate(ca, root, { extensions: asCa(...more), serial: Uint8Array.of(i + 1) })))
  return buildPath({
    leaf: await crossCertificate(await authority('Leaf'), ca, { extensions: leaf }),
    anchors: [trustAnchor(own, anchor)],
    candidates,
    at,
    crypto: defaultCrypto(),
    budget,
    inputs,
  })
}

const said = async (question: Question): Promise<string> => {
  const { problems, policies: valid } = await build(question)
  return problems.length > 0 ? problems.map(({ code, index }) => `${code}@${index}`).join(' ') : (valid?.user.join(' ') ?? '')
}

describe('policies', () => {
  it('are those that every certificate names', async () => {
    expect(await said({ leaf: [policies(A, B)], cas: [[policies(B, C)]] })).toBe(B)
    expect(await said({ leaf: [policies(A)], cas: [[policies(ANY)]] })).toBe(A)
    expect(await said({ leaf: [policies(ANY)], cas: [[policies(ANY)]] })).toBe(ANY)
    expect(await said({ leaf: [policies(A)], cas: [[]] })).toBe('')
    expect(await said({ leaf: [], cas: [[policies(A), explicit()]] })).toBe('policyMissing@0')
    expect(await said({ leaf: [policies(B)], cas: [[policies(A), explicit()]] })).toBe('policyMissing@0')
  })

  it('may be asked for', async () => {
    const question = { leaf: [policies(A, B)], cas: [[policies(A, B)]] }
    expect(await said({ ...question, inputs: { policies: [B, C], requireExplicitPolicy: true } })).toBe(B)
    expect(await said({ ...question, inputs: { policies: [C], requireExplicitPolicy: true } })).toBe('policyMissing@0')
    expect(await said({ ...question, inputs: { policies: [C] } })).toBe('')
    expect(await said({ leaf: [policies(ANY)], cas: [[policies(ANY)]], inputs: { policies: [C], requireExplicitPolicy: true } })).toBe(C)
    expect(await said({ leaf: [policies(ANY)], cas: [[policies(ANY)]], inputs: { inhibitAnyPolicy: true, requireExplicitPolicy: true } })).toBe(
      'policyMissing@1',
    )
  })

  it('are mapped, unless that is inhibited', async () => {
    const cas = [[policies(A), mappings([A, B], [A, C])]]
    expect(await said({ leaf: [policies(C)], cas })).toBe(A)
    expect(await said({ leaf: [policies(A)], cas, inputs: { requireExplicitPolicy: true } })).toBe('policyMissing@0')
    expect(await said({ leaf: [policies(C)], cas, inputs: { requireExplicitPolicy: true, inhibitPolicyMapping: true } })).toBe('policyMissing@0')
    expect(await said({ leaf: [policies(C)], cas: [[policies(A), mappings([A, ANY])]] })).toBe('policyMappingInvalid@1')
    expect(await said({ leaf: [policies(B)], cas: [[policies(ANY), mappings([A, B])]] })).toBe(A)
    expect(await said({ leaf: [policies(ANY)], cas: [[policies(ANY), noAny()]], inputs: { requireExplicitPolicy: true } })).toBe('policyMissing@0')
    expect(await said({ leaf: [policies(A)], cas: [[policies(A), noMapping()]], inputs: { requireExplicitPolicy: true } })).toBe(A)
  })

  it('are none where the extension is damaged', async () => {
    const damaged = extension('2.5.29.32', false, seq())
    expect(await said({ leaf: [damaged], cas: [[policies(A)]], inputs: { requireExplicitPolicy: true } })).toBe('policyMissing@0')
  })

  it('steer the way: another certificate of the same authority is taken', async () => {
    const cas = [[policies(B)], [policies(A)], [policies(C)]]
    for (const order of [cas, [...cas].reverse()])
      expect(await said({ leaf: [policies(A, B)], cas: order, inputs: { policies: [A], requireExplicitPolicy: true } })).toBe(A)
  })

  it('that map each onto each cost what they weigh, not what they multiply to', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `1.2.3.${i}`)
    const all = ids.flatMap((from) => ids.map((to) => [from, to] as const))
    const chain: RawAuthority[] = [root]
    for (let i = 0; i < 9; i++) chain.push(await authority(`Level ${i}`))
    const certificates = await Promise.all(
      chain.slice(1).map((one, i) => crossCertificate(one, chain[i] as RawAuthority, { extensions: asCa(policies(...ids), mappings(...all)) })),
    )
    const path = { certificates: certificates.reverse(), anchor: trustAnchor(rootCertificate) }
    expect(checkPath(path, { requireExplicitPolicy: true })).toEqual([])
  })
})

describe('names', () => {
  it('lie within what is permitted and without what is excluded', async () => {
    const cas = [[permitted(dns('example.com'))]]
    expect(await said({ leaf: [altNames(dns('a.example.com'))], cas })).toBe('')
    expect(await said({ leaf: [altNames(dns('a.example.com'), dns('example.org'))], cas })).toBe('nameNotPermitted@0')
    expect(await said({ leaf: [altNames(tlv(0x81, utf8('a@example.org')))], cas })).toBe('')
    expect(await said({ leaf: [altNames(dns('a.example.com'))], cas: [[excluded(dns('example.com'))]] })).toBe('nameExcluded@0')
    expect(await said({ leaf: [altNames(dns('a..b'))], cas: [[excluded(dns('example.com'))]] })).toBe('nameExcluded@0')
    const damaged = extension('2.5.29.17', false, tlv(0x16, utf8('x')))
    expect(await said({ leaf: [damaged], cas })).toBe('malformedExtension@0')
    expect(await said({ leaf: [damaged] })).toBe('')
  })

  it('are refused in forms that are constrained and have no rule', async () => {
    const id = tlv(0x88, Uint8Array.of(0x2a, 3))
    expect(await said({ leaf: [altNames(id)], cas: [[permitted(id)]] })).toBe('constraintNotChecked@0')
    const mail = tlv(0xa0, oid('1.3.6.1.5.5.7.8.9'), tlv(0xa0, tlv(0x0c, utf8('ă@example.org'))))
    expect(await said({ leaf: [altNames(mail)], cas: [[excluded(tlv(0x81, utf8('example.org')))]] })).toBe('constraintNotChecked@0')
    expect(await said({ leaf: [altNames(mail)], cas: [[permitted(dns('example.com'))]] })).toBe('')
  })

  it('steer the way', async () => {
    const cas = [[permitted(dns('example.org'))], [permitted(dns('example.com'))], [excluded(dns('example.com'))]]
    for (const order of [cas, [...cas].reverse()]) expect(await said({ leaf: [altNames(dns('example.com'))], cas: order })).toBe('')
  })

  it('without end are paid for', async () => {
    const many = Array.from({ length: 100 }, (_, i) => dns(`h${i}.example`))
    const question = { leaf: [altNames(...many)], cas: [[excluded(dns('no.example'), ...many.map((_, i) => dns(`x${i}.example`)))]] }
    expect(await said(question)).toBe('')
    await expect(build({ ...question, budget: new Budget({ nameChecks: 5_000 }) })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
  })
})

describe('an anchor', () => {
  it('may be distrusted for what was issued after a day', async () => {
    expect(await said({ anchor: { distrustAfter: new Date('2025-01-01T00:00:00Z') } })).toBe('')
    expect(await said({ anchor: { distrustAfter: new Date('2024-12-31T23:59:59Z') } })).toBe('anchorDistrusted@0 anchorDistrusted@1')
  })

  it('may be good for some purposes alone', async () => {
    const anchor = { purposes: ['1.3.6.1.5.5.7.3.8'] }
    expect(await said({ anchor })).toBe('anchorPurpose@2')
    expect(await said({ anchor, inputs: { purpose: '1.3.6.1.5.5.7.3.9' } })).toBe('anchorPurpose@2')
    expect(await said({ anchor, inputs: { purpose: '1.3.6.1.5.5.7.3.8' } })).toBe('')
  })

  it('may bound names, policies and length', async () => {
    const base = { type: 'dNSName' as const, value: 'example.com' }
    const nameConstraints = { permittedSubtrees: [{ base, minimum: 0, maximum: undefined }], excludedSubtrees: undefined }
    expect(await said({ leaf: [altNames(dns('example.org'))], anchor: { constraints: { nameConstraints } } })).toBe('nameNotPermitted@0')
    expect(await said({ leaf: [altNames(dns('example.com'))], anchor: { constraints: { nameConstraints } } })).toBe('')
    expect(await said({ anchor: { constraints: { maxPathLength: 0 } } })).toBe('pathTooLong@2')
    expect(await said({ anchor: { constraints: { maxPathLength: 1 } } })).toBe('')
    const anchor = { constraints: { policies: [A], requireExplicitPolicy: true } }
    const question = { leaf: [policies(A, B)], cas: [[policies(A, B)]], anchor }
    expect(await said(question)).toBe(A)
    expect(await said({ ...question, inputs: { policies: [B] } })).toBe('policyMissing@0')
  })

  it('takes the constraints of its certificate where that is asked', async () => {
    const own = await crossCertificate(root, root, { extensions: [basicConstraints(0), CA_USAGE, permitted(dns('example.com'))] })
    expect(await said({ leaf: [altNames(dns('example.org'))], own })).toBe('')
    expect(await said({ leaf: [altNames(dns('example.org'))], own, anchor: { ownConstraints: true } })).toBe('nameNotPermitted@0 pathTooLong@2')
  })
})

describe('what the caller asks', () => {
  it('algorithms', async () => {
    expect(await said({ inputs: { algorithms: (scheme, key) => scheme.kind === 'ECDSA' && key.bits >= 256 } })).toBe('')
    expect(await said({ inputs: { algorithms: () => false } })).toBe('algorithmForbidden@0 algorithmForbidden@1')
  })

  it('the strict profile', async () => {
    expect(await said({ inputs: { profile: 'strict' } })).toMatch(/^profileViolated@0.* profileViolated@1.* profileViolated@2/)
  })

  it('a dead end says why', async () => {
    const leaf = await crossCertificate(await authority('Leaf'), await authority('CA'))
    const input = { leaf, anchors: [trustAnchor(rootCertificate)], at, crypto: defaultCrypto(), budget: new Budget() }
    expect((await buildPath({ ...input, candidates: [] })).deadEnd).toMatchObject({ code: 'issuerNotFound', index: 0 })
    expect((await buildPath({ ...input, candidates: [await crossCertificate(ca, root)] })).deadEnd).toMatchObject({ code: 'signatureInvalid', index: 0 })
  })
})
