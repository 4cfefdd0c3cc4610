/**
 * Signed XML of three other implementations with their keys and verdicts. `core`: what the signature value and the references say, held
 * against `xmldsig/` alone; `verdict`: the same with the trust in the key, by path validation. A documented refusal is allowed where a
 * case needs what is not offered here; nothing is ever valid that must not be.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { attempt, isKysoError } from '../../src/core/errors.ts'
import {
  buildPath,
  type Certificate,
  certificatesOf,
  derOrPem,
  findRevoked,
  parseCertificate,
  parseCrl,
  parsePublicKey,
  publicKeyOf,
  trustAnchor,
} from '../../src/x509/index.ts'
import { parseXml } from '../../src/xml/parse.ts'
import {
  findSignatures,
  isNamedBy,
  readSignature,
  type VerificationKey,
  verifyXmlSignature,
  type XmlDsigContext,
  type XmlSignature,
  xmlDsigContext,
} from '../../src/xmldsig/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

interface Case {
  readonly id: string
  readonly file: string
  readonly verdict: 'valid' | 'invalid'
  readonly core: 'valid' | 'invalid'
  readonly disputed?: boolean
  readonly key: {
    readonly kind: 'x509-anchor' | 'certificate' | 'public-key' | 'hmac' | 'embedded-keyvalue' | 'embedded-certificate' | 'decryption' | 'none'
    readonly file?: string
    readonly secretHex?: string
    readonly anchors?: readonly string[]
    readonly untrusted?: readonly string[]
    readonly crls?: readonly string[]
    readonly time?: string
  }
  readonly idAttributes?: readonly string[]
  readonly urlMap?: Readonly<Record<string, string>>
  readonly options?: { readonly skipCertificateTime?: boolean; readonly verifyCrls?: boolean }
  readonly needs?: readonly string[]
}

type Answer = 'valid' | 'invalid' | 'refused'

/** What a verifier may say that it does not offer. */
const MAY_REFUSE = new Set(
  'xslt external retrieval-method keyinfo-reference relationship xpointer encryption ml-kem gost ml-dsa slh-dsa md5 ripemd hmac-truncation ecdsa-asn1 ecdsa-padded'.split(
    ' ',
  ),
)

const crypto = defaultCrypto()

function answerOf(results: readonly string[]): Answer {
  if (results.includes('failed')) return 'invalid'
  return results.includes('notDone') ? 'refused' : 'valid'
}

class Adapter {
  readonly #folder: string
  readonly #case: Case

  constructor(folder: string, one: Case) {
    this.#folder = folder
    this.#case = one
  }

  #read(path: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.#folder, path)))
  }

  #certificates(paths: readonly string[] = []): Certificate[] {
    return paths.flatMap((path) => certificatesOf(this.#read(path)).map((der) => parseCertificate(der)))
  }

  async run(): Promise<{ core: Answer; verdict: Answer; why: string }> {
    const { file, idAttributes = [], urlMap = {} } = this.#case
    const budget = new Budget()
    let signature: XmlSignature
    let context: XmlDsigContext
    try {
      const document = parseXml(this.#read(file), { budget })
      context = xmlDsigContext(document, {
        crypto,
        budget,
        idAttributes: idAttributes.map((name) => {
          const match = /^\{(.*)\}(.*)$/.exec(name)
          return match ? { namespace: match[1] ?? '', local: match[2] ?? '' } : { local: name }
        }),
        external: (uri) => (uri !== null && urlMap[uri] !== undefined ? this.#read(urlMap[uri]) : undefined),
      })
      const [first] = findSignatures(document)
      if (first === undefined) return { core: 'invalid', verdict: 'invalid', why: 'no signature' }
      signature = readSignature(document, first, budget)
    } catch (error) {
      if (!isKysoError(error)) throw error
      return { core: 'invalid', verdict: 'invalid', why: `${error.code} ${error.message}` }
    }
    const candidates = await this.#keys(signature)
    let best: { core: Answer; verdict: Answer; why: string } = { core: 'refused', verdict: 'refused', why: 'no key' }
    for (const { key, certificate } of candidates) {
      const { checks } = await verifyXmlSignature(context, signature, key)
      const core = answerOf(checks.map(({ result }) => result))
      const why = checks.flatMap(({ name, result, detail }) => (result === 'passed' ? [] : [`${name} ${result}: ${detail}`])).join('; ')
      const verdict = core === 'valid' ? await this.#trust(certificate, signature) : core
      if (best.why === 'no key' || core === 'valid') best = { core, verdict, why }
      if (core === 'valid') break
    }
    return best
  }

  async #keys(signature: XmlSignature): Promise<{ key: VerificationKey; certificate?: Certificate }[]> {
    const { kind, file = '', secretHex = '', untrusted } = this.#case.key
    const { keyInfo } = signature
    const ofCertificates = (list: readonly Certificate[]) =>
      list.flatMap((certificate) => {
        const key = attempt(() => publicKeyOf(certificate))
        return key ? [{ key, certificate }] : []
      })
    switch (kind) {
      case 'hmac':
        return [{ key: { type: 'HMAC', secret: fromHex(secretHex) as Uint8Array } }]
      case 'embedded-keyvalue':
        return (keyInfo?.keyValues ?? []).flatMap(({ key }) => (key ? [{ key }] : []))
      case 'public-key':
        return derOrPem(this.#read(file), ['PUBLIC KEY']).flatMap((spki) => attempt(() => [{ key: parsePublicKey(spki) }]) ?? [])
      case 'certificate':
        return derOrPem(this.#read(file), ['CERTIFICATE', 'PUBLIC KEY']).flatMap((der) => {
          const certificate = attempt(() => parseCertificate(der))
          if (certificate) return ofCertificates([certificate])
          return attempt(() => [{ key: parsePublicKey(der) }]) ?? []
        })
      case 'x509-anchor':
      case 'embedded-certificate': {
        const named: Certificate[] = []
        if (keyInfo) for (const certificate of this.#certificates(untrusted)) if (await isNamedBy(crypto, keyInfo, certificate)) named.push(certificate)
        return ofCertificates([...(keyInfo?.certificates ?? []), ...named])
      }
      default:
        return []
    }
  }

  async #trust(certificate: Certificate | undefined, signature: XmlSignature): Promise<Answer> {
    const { key, options = {} } = this.#case
    if (key.kind !== 'x509-anchor' && !key.anchors) return 'valid'
    if (!certificate) return 'invalid'
    const at = new Date(key.time ?? '2026-11-22T00:00:00Z')
    const anchors = this.#certificates(key.anchors).map((anchor) => trustAnchor(anchor))
    const candidates = [...this.#certificates(key.untrusted), ...(signature.keyInfo?.certificates ?? [])]
    const { path, problems } = await buildPath({ leaf: certificate, anchors, candidates, at, crypto, budget: new Budget() })
    if (!path) return 'invalid'
    if (problems.length > 0) return 'invalid'
    if (!options.skipCertificateTime && path.certificates.some(({ notBefore, notAfter }) => at < notBefore || at > notAfter)) return 'invalid'
    const given = options.verifyCrls ? (key.crls ?? []).flatMap((file) => derOrPem(this.#read(file), ['X509 CRL']).map((der) => parseCrl(der))) : []
    if (given.some(({ nextUpdate }) => nextUpdate !== undefined && nextUpdate < at)) return 'invalid'
    const crls = [...given, ...(signature.keyInfo?.crls ?? [])]
    if (crls.some((crl) => findRevoked(crl, certificate.serialNumber))) return 'invalid'
    return 'valid'
  }
}

describeWithCorpus('XML-DSig vectors', 'xmldsig', (folder) => {
  const cases = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as readonly Case[]
  const must = cases.filter(({ needs = [] }) => !needs.some((need) => MAY_REFUSE.has(need)))

  describe('what has to be right', () => {
    it('is as many cases as the set has', () => {
      expect(must.length).toBe(131)
      expect(must.filter(({ verdict }) => verdict === 'valid').length).toBe(114)
    })
    for (const one of must)
      it(`${one.id}: ${one.core}${one.verdict === one.core ? '' : `, ${one.verdict}`}`, async () => {
        const { core, verdict, why } = await new Adapter(folder, one).run()
        const both = one.disputed ? ['valid', 'invalid', 'refused'] : null
        expect(both ?? [one.core], why).toContain(core)
        expect(both ?? [one.verdict], why).toContain(verdict)
      })
  })

  describe('what may be refused', () => {
    for (const one of cases.filter((other) => !must.includes(other)))
      it(`${one.id}: ${one.core}, or refused`, async () => {
        const { core, verdict, why } = await new Adapter(folder, one).run()
        // XML-DSig 1.1 §6.3.1, §6.4.3: a value that is too short, or in another form, is invalid and no mere gap.
        const forbidden = one.needs?.some((need) => ['hmac-truncation', 'ecdsa-asn1', 'ecdsa-padded'].includes(need))
        expect(one.core === 'valid' && !forbidden ? ['valid', 'refused'] : ['invalid', 'refused', ...(one.core === 'valid' ? ['valid'] : [])], why).toContain(
          core,
        )
        if (one.verdict === 'invalid') expect(verdict, why).not.toBe('valid')
      })
  })
})
