import { beforeAll, describe, expect, it } from 'vitest'
import { concat, latin1 } from '../../src/core/bytes.ts'
import { signPdf } from '../../src/pades/index.ts'
import { readCertificates, trustAnchors } from '../../src/sources/index.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { parseCertificate, type TrustAnchor } from '../../src/x509/index.ts'
import { codeOf } from '../core/thrown.ts'
import { simplePdf } from '../pdf/sample.ts'
import { bundleOf } from './bundle.ts'

let lab: Lab
let root: Uint8Array
let ca: Uint8Array
let person: LabIdentity
beforeAll(async () => {
  lab = await Lab.create()
  root = lab.root.certificate
  ca = lab.ca.certificate
  person = await lab.issue()
})

const certificatesOf = (anchors: readonly TrustAnchor[]): (Uint8Array | undefined)[] => anchors.map(({ certificate }) => certificate?.bytes)

describe('trustAnchors', () => {
  it('takes every form in which certificates are kept', () => {
    const text = pem(root, 'CERTIFICATE') + pem(ca, 'CERTIFICATE')
    const inputs = {
      DER: [root, ca],
      'PEM bytes': [latin1(text)],
      'PEM text': [`\ufeffsome words\r\n${text.replaceAll('\n', '\r\n')}`],
      'read before': [parseCertificate(root), parseCertificate(ca)],
      'PKCS#7': [bundleOf(root, ca)],
      'PKCS#7 in PEM': [pem(bundleOf(root, ca), 'PKCS7')],
      CMS: [pem(bundleOf(root, ca), 'CMS')],
      'a bundle under a certificate’s label': [pem(bundleOf(root, ca), 'CERTIFICATE')],
      mixed: [root, pem(bundleOf(ca), 'PKCS7')],
    }
    for (const [form, given] of Object.entries(inputs)) expect([form, certificatesOf(trustAnchors(...given))]).toEqual([form, [root, ca]])
    expect(trustAnchors()).toEqual([])
  })

  it('takes each certificate once, and one key of two validities twice', async () => {
    expect(certificatesOf(trustAnchors(root, pem(root, 'CERTIFICATE'), bundleOf(ca, root, ca)))).toEqual([root, ca])
    const longer = parseCertificate(root)
    const anchors = trustAnchors(root, { ...longer, bytes: concat([longer.bytes, Uint8Array.of(0)]) })
    expect(anchors).toHaveLength(2)
  })

  it('says what holds for all of them, and never makes one outlive its certificate', () => {
    const [early, late, on] = [new Date('2027-01-01T00:00:00Z'), new Date('2999-01-01T00:00:00Z'), new Date('2026-12-01T00:00:00Z')]
    expect(trustAnchors(root, ca, { notAfter: early, distrustAfter: on, purposes: ['1.3.6.1.5.5.7.3.4'] })).toMatchObject([
      { notAfter: early, distrustAfter: on, purposes: ['1.3.6.1.5.5.7.3.4'] },
      { notAfter: early, distrustAfter: on, purposes: ['1.3.6.1.5.5.7.3.4'] },
    ])
    expect(trustAnchors(root, { notAfter: late })[0]?.notAfter).toEqual(parseCertificate(root).notAfter)
    expect(trustAnchors(ca, { ownConstraints: true })[0]?.constraints).toMatchObject({ requireExplicitPolicy: false })
  })

  it('refuses a certificate that is no authority’s, unless it is meant', async () => {
    const { certificate } = person
    const bundle = bundleOf(certificate, ca)
    for (const given of [certificate, bundle, pem(certificate, 'CERTIFICATE')]) expect(codeOf(() => trustAnchors(given))).toBe('ERR_TRUST_NOT_CA')
    const trust = trustAnchors(certificate, { allowEndEntity: true })
    expect(trust).toHaveLength(1)
    const signed = await signPdf(simplePdf(), { signer: person.signer })
    const report = await verify(signed, { trust })
    expect(report.signatures[0]?.trustAnchor).toBe(report.signatures[0]?.signer?.subject)
  })

  it('refuses what holds no certificate, a broken one, and a bundle of which one is lost', () => {
    for (const file of [new Uint8Array(), latin1('hello'), '', pem(root, 'PRIVATE KEY'), bundleOf()])
      expect(codeOf(() => trustAnchors(root, file))).toBe('ERR_TRUST_FILE')
    for (const file of [
      Uint8Array.of(0x30),
      root.subarray(0, 100),
      concat([root, Uint8Array.of(0)]),
      pem(Uint8Array.of(1, 2), 'CERTIFICATE'),
      bundleOf(root, Uint8Array.of(0x30, 3, 2, 1, 1)),
    ])
      expect(codeOf(() => trustAnchors(file))).toBe('ERR_CERTIFICATE_SYNTAX')
  })

  it('refuses wrong use', () => {
    const wrong: readonly (() => unknown)[] = [
      () => Reflect.apply(trustAnchors, null, [42]),
      () => Reflect.apply(trustAnchors, null, [null]),
      () => Reflect.apply(trustAnchors, null, [{ notAfter: new Date() }, root]),
      () => Reflect.apply(readCertificates, null, [[root]]),
      () => trustAnchors(root, { notAfter: new Date(Number.NaN) }),
      () => Reflect.apply(trustAnchors, null, [root, { distrustAfter: '2027-01-01' }]),
      () => trustAnchors(root, { purposes: ['timeStamping'] }),
    ]
    for (const use of wrong) expect(codeOf(use)).toBe('ERR_ARGUMENT')
  })
})

describe('the report of an anchor', () => {
  it('warns of a key that only one source has, and calls a root a root', async () => {
    const signed = await signPdf(simplePdf(), { signer: person.signer })
    const [fromRoot, fromCa] = [trustAnchors(root), trustAnchors(ca)]
    const codes = async (trust: readonly TrustAnchor[]): Promise<unknown> => {
      const [signature] = (await verify(signed, { trust })).signatures
      return [signature?.trustAnchorRole, signature?.messages.some(({ code }) => code === 'anchorUnconfirmed')]
    }
    expect(await codes(fromRoot)).toEqual(['root', false])
    expect(await codes(fromCa)).toEqual(['issuing', false])
    const unsure = fromCa.map((one): TrustAnchor => ({ ...one, confirmed: false }))
    expect(await codes(unsure)).toEqual(['issuing', true])
    expect(await codes([...unsure, ...fromCa])).toEqual(['issuing', false])
    expect(await codes([])).toEqual([undefined, false])
  })
})
