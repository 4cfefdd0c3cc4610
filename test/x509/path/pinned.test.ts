/** A leaf that is the anchor itself: to RFC 5280 §6.1 a path of no certificates. Only the very certificate, or one that its key vouches for. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { Lab, type LabIdentity } from '../../../src/testing/index.ts'
import { buildPath, type Certificate, checkPathAt, parseCertificate, type TrustAnchor, trustAnchor } from '../../../src/x509/index.ts'
import { endsInAnchor } from '../../../src/x509/path/keys.ts'
import { rawCertificate } from '../support.ts'

const at = new Date('2026-06-01T00:00:00Z')
let lab: Lab
let pinned: LabIdentity
beforeAll(async () => {
  lab = await Lab.create({ now: at })
  pinned = await lab.issue({ subject: 'CN=Pinned,C=VN' })
})

async function said(leaf: Certificate, anchor: TrustAnchor, candidates: readonly Certificate[] = []): Promise<string> {
  const { path, problems } = await buildPath({ leaf, anchors: [anchor], candidates, at, crypto: defaultCrypto(), budget: new Budget() })
  if (!path) return 'none'
  const found = [...problems, ...checkPathAt(path, at)].map(({ code, index }) => `${code}@${index}`)
  return [endsInAnchor(path) ? 'anchor' : `${path.certificates.length} to the anchor`, ...found].join(' ')
}

/** A certificate of the pinned one's name and key with other statements, signed by whom it says. */
const claim = async (parts: { key?: LabIdentity['key']; issuer?: Uint8Array; subject?: Uint8Array } = {}): Promise<Certificate> => {
  const subject = parts.subject ?? parseCertificate(pinned.certificate).subject.bytes
  return parseCertificate(await rawCertificate({ subject, issuer: parts.issuer ?? subject, spki: pinned.key.spki, key: parts.key ?? pinned.key }))
}

describe('a leaf that is the anchor', () => {
  it('is trusted, whoever issued it: the very certificate', async () => {
    const leaf = parseCertificate(pinned.certificate)
    expect(await said(leaf, trustAnchor(leaf))).toBe('anchor')
    expect(await said(leaf, trustAnchor(leaf), [parseCertificate(lab.ca.certificate), parseCertificate(lab.root.certificate)])).toBe('anchor')
    expect(await said(parseCertificate(lab.root.certificate), trustAnchor(lab.root.certificate))).toBe('anchor')
  })

  it('is bound by the anchor’s validity and purposes, and by what it says of its own', async () => {
    const leaf = parseCertificate(pinned.certificate)
    expect(await said(leaf, { ...trustAnchor(leaf), notAfter: new Date('2026-01-01T00:00:00Z') })).toBe('anchor anchorNotValid@1')
    expect(await said(leaf, trustAnchor(leaf, { purposes: ['1.2.3'] }))).toBe('anchor anchorPurpose@1')
    expect(await said(leaf, trustAnchor(leaf, { distrustAfter: new Date('2020-01-01T00:00:00Z') }))).toBe('anchor anchorDistrusted@0')
    const strange = parseCertificate((await lab.issue({ extensions: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }] })).certificate)
    expect(await said(strange, trustAnchor(strange))).toBe('anchor unknownCriticalExtension@0')
  })

  it('is never one of the same name and another key', async () => {
    const leaf = parseCertificate(pinned.certificate)
    for (const other of [await lab.issue({ subject: 'CN=Pinned,C=VN' }), await lab.issue({ subject: 'CN=Pinned,C=VN', serial: '01' })]) {
      expect(await said(parseCertificate(other.certificate), trustAnchor(leaf))).toBe('none')
    }
    const impostor = await lab.impostor(lab.root)
    expect(await said(parseCertificate(impostor.certificate), trustAnchor(lab.root.certificate))).toBe('none')
  })

  it('is never one of the same key and another name', async () => {
    const other = parseCertificate((await lab.issue({ subject: 'CN=Other,C=VN' })).certificate)
    expect(await said(await claim({ subject: other.subject.bytes }), trustAnchor(pinned.certificate))).toBe('none')
  })

  it('may be another certificate of the same name and key where that key vouches for it, and no other', async () => {
    const own = await claim()
    const { certificate: _, ...byKey } = trustAnchor(pinned.certificate)
    for (const anchor of [trustAnchor(pinned.certificate), byKey]) {
      expect(await said(own, anchor)).toBe('anchor')
      // Nobody vouches for what these say of validity and usage: the key would be trusted for whatever somebody writes beside it.
      const other = await lab.issue()
      expect(await said(await claim({ key: other.key }), anchor)).toBe('none')
      expect(await said(await claim({ key: other.key, issuer: parseCertificate(other.certificate).subject.bytes }), anchor)).toBe('none')
    }
  })
})
