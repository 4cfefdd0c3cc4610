/** Which key of a PKCS #12 file signs, and with which certificates. */
import { decode } from '../../asn1/index.ts'
import type { Budget } from '../../core/budget.ts'
import { equal, toHex } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { isAboutDocument, KysoError } from '../../core/errors.ts'
import { ALGORITHM } from '../../x509/algorithm-identifier.ts'
import { type Certificate, parseCertificate, publicKeyOf } from '../../x509/certificate.ts'
import { keyUsages } from '../../x509/extensions.ts'
import { SubjectPublicKeyInfo } from '../../x509/public-key.ts'
import type { Pkcs12Certificate, Pkcs12Key } from './bags.ts'
import type { Pkcs12Contents } from './open.ts'
import { keyId, type PrivateKey, readPrivateKey } from './private-key.ts'

/** The key that signs, and its certificate with what the file has of the chain. */
export interface Choice {
  readonly key: PrivateKey
  /** The certificate's public key, which may say more of its use than the private one. */
  readonly publicKey: PublicKey
  /** Whether the certificate has the key under id-RSASSA-PSS, for that scheme alone (RFC 4055 §1.2). */
  readonly pssOnly: boolean
  /** DER: the signer's, its issuer's and so on, each once. */
  readonly certificates: readonly Uint8Array[]
}

interface Entry {
  readonly bag: Pkcs12Certificate
  readonly certificate: Certificate
}

/**
 * Chooses the first key that has a certificate which may sign; with `friendlyName` only among the keys that bear it, themselves or by
 * their certificate.
 *
 * @throws KysoError `ERR_PKCS12_NO_KEY` with the numbers of keys and certificates
 */
export async function chooseKey(contents: Pkcs12Contents, friendlyName: string | undefined, budget: Budget): Promise<Choice> {
  const entries = contents.certificates.flatMap((bag) => {
    const certificate = tolerant(() => parseCertificate(bag.der, { budget }))
    return certificate ? [{ bag, certificate }] : []
  })
  const byKey = groupBy(entries, ({ certificate }) => tolerant(() => keyId(publicKeyOf(certificate))))
  for (const bag of contents.keys) {
    // The public half may have to be computed.
    budget.spend('signatureChecks')
    const key = await readPrivateKey(bag.pkcs8, budget).catch(unusable)
    if (!key) continue
    const candidates = byKey.get(keyId(key.publicKey)) ?? []
    budget.spend('pathSteps', candidates.length)
    const signer = byLocalKeyId(candidates, bag).find((entry) => maySign(entry.certificate) && isNamed(friendlyName, bag, entry.bag))
    if (signer) return { key, ...choiceOf(signer.certificate), certificates: chain(signer.certificate, entries) }
    key.pkcs8.fill(0)
  }
  const data = { keys: contents.keys.length, certificates: contents.certificates.length }
  const named = friendlyName === undefined ? '' : ' and bears the friendly name that was asked for'
  throw new KysoError('ERR_PKCS12_NO_KEY', `none of the ${data.keys} keys has a certificate that may sign${named}`, data)
}

function groupBy(entries: readonly Entry[], keyOf: (entry: Entry) => string | undefined): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  return groups
}

function choiceOf(certificate: Certificate): Pick<Choice, 'publicKey' | 'pssOnly'> {
  const { algorithm } = decode(SubjectPublicKeyInfo, certificate.spki).algorithm
  return { publicKey: publicKeyOf(certificate), pssOnly: algorithm === ALGORITHM.rsassaPss }
}

/** A certificate or key that cannot be read is passed over: the file may hold others. */
function tolerant<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    return unusable(error)
  }
}

function unusable(error: unknown): undefined {
  if (!isAboutDocument(error)) throw error
  return undefined
}

/** Several certificates may be for one key (a renewal): the one that the file ties to it comes first. */
function byLocalKeyId(entries: readonly Entry[], { localKeyId }: Pkcs12Key): readonly Entry[] {
  if (!localKeyId) return entries
  const tied = (entry: Entry): boolean => entry.bag.localKeyId !== undefined && equal(entry.bag.localKeyId, localKeyId)
  return [...entries.filter(tied), ...entries.filter((entry) => !tied(entry))]
}

/** RFC 5280 §4.2.1.3: absent, or one of the two bits that documents are signed under. */
function maySign(certificate: Certificate): boolean {
  const usages = tolerant(() => ({ bits: keyUsages(certificate) }))
  if (!usages) return false
  return usages.bits === null || usages.bits.includes('digitalSignature') || usages.bits.includes('nonRepudiation')
}

function isNamed(wanted: string | undefined, key: Pkcs12Key, certificate: Pkcs12Certificate): boolean {
  if (wanted === undefined) return true
  const name = wanted.normalize('NFC')
  return [key.friendlyName, certificate.friendlyName].some((one) => one?.normalize('NFC') === name)
}

/** The signer's certificate and upwards, by the bytes of the names; where a name has several certificates, all of them. */
function chain(signer: Certificate, entries: readonly Entry[]): readonly Uint8Array[] {
  const bySubject = groupBy(entries, ({ certificate }) => toHex(certificate.subject.bytes))
  const found = new Map([[toHex(signer.bytes), signer]])
  const names = new Set<string>()
  // A Map grows while it is walked, so this climbs until no issuer is new.
  for (const certificate of found.values()) {
    const issuer = toHex(certificate.issuer.bytes)
    if (names.has(issuer)) continue
    names.add(issuer)
    for (const above of bySubject.get(issuer) ?? []) found.set(toHex(above.certificate.bytes), above.certificate)
  }
  return [...found.values()].map((certificate) => certificate.bytes)
}
