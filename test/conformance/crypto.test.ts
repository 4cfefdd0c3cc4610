/**
 * Public-key checks held against OpenSSL: every certificate of the corpus against those that bear its issuer's name, by Node's
 * provider, by the one for browsers, and by OpenSSL itself.
 */
import * as nodeCrypto from 'node:crypto'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { toHex } from '../../src/core/bytes.ts'
import { nodeCryptoProvider } from '../../src/core/crypto/node.ts'
import type { CryptoProvider } from '../../src/core/crypto/provider.ts'
import { webCryptoProvider } from '../../src/core/crypto/web.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { type Certificate, parseCertificate, publicKeyOf } from '../../src/x509/certificate.ts'
import { verifySignature } from '../../src/x509/signed.ts'
import { type Structure, structures } from '../asn1/corpus.ts'
import { describeWithCorpus } from '../support/tools.ts'

const FOLDERS = ['anchors', 'trust-vietnam', 'pkits', 'limbo', 'openssl-ocsp', 'xml', 'xmldsig', 'samples-vietnam']
/** Issuers tried for one certificate: hundreds of the generated ones share a name. */
const MOST_ISSUERS = 3

interface Entry {
  readonly structure: Structure
  readonly certificate: Certificate
  readonly openssl: nodeCrypto.X509Certificate
}

function readable(structure: Structure): Entry[] {
  try {
    return [{ structure, certificate: parseCertificate(structure.bytes), openssl: new nodeCrypto.X509Certificate(structure.bytes) }]
  } catch {
    return [] // what cannot be read is the matter of other tests
  }
}

async function answer(provider: CryptoProvider, subject: Certificate, issuer: Certificate): Promise<boolean | string> {
  // RFC 5280 §4.1.1.2: both places name the same algorithm. OpenSSL makes it part of the check.
  if (!subject.signatureAlgorithmsAgree) return false
  try {
    return await verifySignature(provider, new Budget(), subject.signatureAlgorithm, publicKeyOf(issuer), subject.tbs, subject.signatureValue)
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
}

function opensslAnswer(subject: nodeCrypto.X509Certificate, issuer: nodeCrypto.X509Certificate): boolean {
  try {
    return subject.verify(issuer.publicKey)
  } catch {
    return false // a key OpenSSL cannot read
  }
}

/** Where kyso does not give OpenSSL's answer, by subject and what it says instead: why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['limbo: ERR_KEY_INVALID', 'explicit curve parameters (RFC 5480 §2.1.1); OpenSSL takes them outside of path validation'],
  [
    'pkits/certs/ValidDSAParameterInheritanceTest5EE.crt: ERR_KEY_INVALID',
    'the issuer inherits its DSA parameters (RFC 3279 §2.3.2), which only its own issuer knows; OpenSSL cannot tell either',
  ],
  ['xmldsig/xmlsec/aleksey-xmldsig-01/enveloping-sha256-ecdsa-sha256_padded.xml#2: ERR_KEY_INVALID', 'an RSA modulus of 512 bits'],
])

describeWithCorpus('signatures of the certificates of the corpus', '', (folder) => {
  const entries = structures(folder, FOLDERS)
    .filter((s) => s.kind === 'certificate')
    .flatMap(readable)
  const bySubject = new Map<string, Entry[]>()
  for (const entry of entries) {
    const name = toHex(entry.certificate.subject.bytes)
    bySubject.set(name, [...(bySubject.get(name) ?? []), entry])
  }
  const pairs = entries.flatMap((subject) =>
    (bySubject.get(toHex(subject.certificate.issuer.bytes)) ?? [])
      .filter((issuer) => issuer.structure.name.split('/')[0] === subject.structure.name.split('/')[0])
      .slice(0, MOST_ISSUERS)
      .map((issuer) => ({ subject, issuer })),
  )

  it('are many, right and wrong ones', () => {
    expect(pairs.length).toBeGreaterThan(1000)
  })

  it('get the answer of OpenSSL from both providers', async () => {
    const node = nodeCryptoProvider(nodeCrypto)
    const web = webCryptoProvider()
    const refused = new Set<string>()
    const counts = { right: 0, wrong: 0 }
    for (const { subject, issuer } of pairs) {
      const expected = opensslAnswer(subject.openssl, issuer.openssl)
      const ours = await answer(node, subject.certificate, issuer.certificate)
      const inBrowsers = await answer(web, subject.certificate, issuer.certificate)
      if (expected) counts.right++
      else counts.wrong++
      if (ours !== expected) refused.add(`${subject.structure.name.replace(/^limbo\/.*/, 'limbo')}: ${ours}`)
      // DSA is checked on Node alone.
      if (inBrowsers !== ours) expect([inBrowsers, issuer.openssl.publicKey.asymmetricKeyType]).toEqual(['ERR_ALGORITHM_UNSUPPORTED', 'dsa'])
    }
    expect(counts.right).toBeGreaterThan(1300)
    expect(counts.wrong).toBeGreaterThan(2000)
    expect([...refused].sort()).toEqual([...REFUSED.keys()].sort())
  })
})
