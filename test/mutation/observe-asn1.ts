/** What the readers of certificates, revocation information and time-stamps say holds, as facts to be held against those of the seeds. */

import { children, contentBytes, elementBytes } from '../../src/asn1/element.ts'
import { type Element, readElement, toDer } from '../../src/asn1/index.ts'
import { parseTimestampToken, timestampFromResponse, verifyTimestampToken } from '../../src/cms/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { attempt, isKysoError } from '../../src/core/errors.ts'
import { certificateFacts } from '../../src/verify/gather.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import * as extensions from '../../src/x509/extensions.ts'
import * as x509 from '../../src/x509/index.ts'
import { hash, type Observed } from './observed.ts'
import type { Seed, World } from './seeds.ts'

const EXTENSIONS = Object.values(extensions).flatMap((one) =>
  typeof one === 'object' && 'oid' in one && 'schema' in one ? [one] : [],
) as extensions.ExtensionType<unknown>[]

/** Walks over everything by both rules. */
function walk(bytes: Uint8Array): void {
  for (const rules of ['DER', 'BER'] as const) {
    const budget = new Budget()
    const visit = (element: Element, depth: number): void => {
      const context = { rules, budget, depth }
      if (elementBytes(element).length !== element.end - element.start || contentBytes(element).length > bytes.length)
        throw new Error('an element beyond its data')
      if (element.constructed) for (const child of children(element, context)) visit(child, depth + 1)
    }
    attempt(() => {
      const context = { rules, budget, depth: 0 }
      const root = readElement(bytes, 0, bytes.length, context)
      visit(root, 0)
      const der = toDer(root, context)
      // What was made DER is DER, and stays what it is.
      const again = readElement(der, 0, der.length, { rules: 'DER', budget, depth: 0 })
      if (again.end !== der.length || hash(toDer(again, { rules: 'DER', budget, depth: 0 })) !== hash(der)) throw new Error('not DER after it was made DER')
    })
  }
}

/** A certificate taken apart in every way there is. */
async function lookAt(certificate: x509.Certificate): Promise<void> {
  for (const type of EXTENSIONS) attempt(() => x509.readExtension(certificate, type))
  await certificateFacts(defaultCrypto(), certificate)
  attempt(() => x509.nameToString(certificate.issuer))
  attempt(() => [x509.accessUrls(certificate, x509.ACCESS.ocsp), x509.crlUrls(certificate), x509.isSelfIssued(certificate), x509.isExempt(certificate)])
}

/** Observes structures; what the world's authorities say is known once. */
export class Asn1Observer {
  readonly #world: World
  readonly #anchor: x509.TrustAnchor
  readonly #ca: x509.Certificate
  readonly #leaf: x509.Certificate
  readonly #issuer: x509.Issuer
  readonly #crypto = defaultCrypto()

  constructor(world: World) {
    this.#world = world
    this.#ca = x509.parseCertificate(world.ca)
    this.#leaf = x509.parseCertificate(world.leaf)
    this.#anchor = x509.trustAnchor(x509.parseCertificate(world.root))
    this.#issuer = { name: this.#ca.subject, spki: this.#ca.spki, key: x509.publicKeyOf(this.#ca), certificate: this.#ca, anchor: this.#anchor }
  }

  /** @throws KysoError */
  async observe({ structure }: Seed, bytes: Uint8Array): Promise<Observed> {
    const observed: Observed = { facts: [], states: [], unsure: [], problems: [] }
    walk(bytes)
    switch (structure) {
      case 'certificate':
        await this.#certificate(x509.parseCertificate(bytes), observed)
        break
      case 'pem':
        for (const one of x509.certificatesOf(bytes)) await this.#certificate(x509.parseCertificate(one), observed)
        x509.pemBlocks(fromLatin1(bytes))
        break
      case 'crl':
        await this.#crl(x509.parseCrl(bytes), observed)
        break
      case 'ocsp':
        await this.#ocsp(x509.parseOcsp(bytes), observed)
        break
      case 'token':
        await this.#token(bytes, observed)
        break
      default:
        await this.#response(bytes, observed)
    }
    return observed
  }

  async #certificate(certificate: x509.Certificate, observed: Observed): Promise<void> {
    await lookAt(certificate)
    const { path } = await x509.buildPath({
      leaf: certificate,
      anchors: [this.#anchor],
      candidates: [this.#ca],
      at: this.#world.at,
      crypto: this.#crypto,
      budget: new Budget(),
    })
    // An anchor is what is trusted by its key and its name, whatever else its certificate says.
    const known = !path || x509.isAnchor(this.#anchor, certificate)
    observed.states.push(!known)
    if (!known) observed.facts.push([`certificate ${hash(certificate.tbs)}`])
  }

  async #revocation(crls: readonly x509.Crl[], answers: readonly x509.OcspAnswer[], observed: Observed, signed: Uint8Array): Promise<void> {
    const context = { crypto: this.#crypto, budget: new Budget(), pool: [this.#ca], at: this.#world.at }
    const { statuses } = await x509.revocationOf(context, this.#leaf, this.#issuer, crls, answers)
    observed.states.push(statuses.length > 0)
    if (statuses.length > 0) observed.facts.push([`revocation ${hash(signed)}`])
  }

  async #crl(crl: x509.Crl, observed: Observed): Promise<void> {
    attempt(() => x509.findRevoked(crl, Uint8Array.of(0x40, 1)))
    for (const type of EXTENSIONS) attempt(() => x509.readExtension(crl, type))
    await this.#revocation([crl], [], observed, crl.tbs)
  }

  async #ocsp(answer: x509.OcspAnswer, observed: Observed): Promise<void> {
    await this.#revocation([], [answer], observed, answer.tbs)
  }

  async #token(bytes: Uint8Array, observed: Observed): Promise<void> {
    const token = parseTimestampToken(bytes)
    const { checks } = await verifyTimestampToken(this.#crypto, new Budget(), token, async () => token.info.messageImprint.hashedMessage, [])
    observed.states.push(intactOf(checks))
    if (intactOf(checks) === true) observed.facts.push([`token ${hash(token.cms.content ?? '')}`])
  }

  async #response(bytes: Uint8Array, observed: Observed): Promise<void> {
    const token = attempt(() => parseTimestampToken(bytes))
    if (token) observed.problems.push('a response that is a token')
    // The request is not kept, so its nonce never fits; all before it is read.
    try {
      await timestampFromResponse(this.#crypto, { bytes, digestAlgorithm: 'SHA-256', digest: new Uint8Array(32), nonce: 1n, policy: undefined }, bytes)
      observed.problems.push('a response to another request was taken')
    } catch (error) {
      if (!isKysoError(error)) throw error
    }
  }
}
