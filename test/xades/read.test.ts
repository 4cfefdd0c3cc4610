/** Reading of XML signatures: what each says, what it is bound to, what it covers, and what is told of those that are odd. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromUtf8, toBase64, utf8 } from '../../src/core/bytes.ts'
import type { Check } from '../../src/core/check.ts'
import { memorySource } from '../../src/core/source.ts'
import type { ReadSignature, ReferenceFacts } from '../../src/facts/index.ts'
import { createCertificate } from '../../src/testing/certificate.ts'
import type { LabIdentity } from '../../src/testing/index.ts'
import { encodeName } from '../../src/testing/name.ts'
import { renderText, type SignatureReport, verify } from '../../src/verify/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { parseCertificate } from '../../src/x509/index.ts'
import { counterSignXml, readXml, type SignXmlOptions, signXml, xmlFormat } from '../../src/xades/index.ts'
import { parseDateTime } from '../../src/xades/time.ts'
import { utf16 } from '../support/xades.ts'
import { days, type LabSetting, NOW, setting } from '../verify/lab-pdf.ts'

const INVOICE = '<HDon><DLHDon Id="data"><MST>0100109106</MST></DLHDon><MCCQT Id="code">M1</MCCQT><DSCKS><NBan></NBan></DSCKS></HDon>'

let made: LabSetting
let other: LabIdentity
beforeAll(async () => {
  made = await setting()
  other = await made.lab.issue({ subject: 'C=VN,CN=Người khác' })
})

async function sign(document: string | Uint8Array, options: Partial<SignXmlOptions> = {}): Promise<string> {
  const bytes = typeof document === 'string' ? utf8(document) : document
  const signed = await signXml(bytes, { signer: made.signer.signer, signingTime: NOW, sources: { timestamp: made.lab.tsa.source }, ...options })
  return fromUtf8(signed) ?? ''
}

async function readAll(text: string | Uint8Array, options = {}): Promise<readonly ReadSignature[]> {
  return (await readXml(typeof text === 'string' ? utf8(text) : text, options)).signatures
}

async function readFirst(text: string | Uint8Array, options = {}): Promise<ReadSignature> {
  return (await readAll(text, options))[0] as ReadSignature
}

const named = ({ checks }: ReadSignature, name: Check['name']): Check[] => checks.filter((check) => check.name === name)
const results = (signature: ReadSignature, name: Check['name']): string[] => named(signature, name).map(({ result }) => result)
const references = ({ scope }: ReadSignature): readonly ReferenceFacts[] => (scope.kind === 'elements' ? scope.references : [])
const intact = (signature: ReadSignature): boolean | null => intactOf(signature.checks)

/** Judged by somebody who trusts the lab, has its revocation lists, and can read the report in both languages. */
async function judged(text: string | Uint8Array, options = {}): Promise<SignatureReport> {
  const report = await verify(typeof text === 'string' ? utf8(text) : text, { ...made.options, ...options })
  for (const language of ['en', 'vi'] as const) expect(await renderText(report, language)).not.toMatch(/finding\.|oddity\.|report\.|\(unknown\)|\(không rõ\)/)
  return report.signatures[0] as SignatureReport
}

describe('times', () => {
  it.each([
    ['2026-06-01T08:00:00Z', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T15:00:00.25+07:00', '2026-06-01T08:00:00.250Z'],
    ['2024-02-29T00:00:00-14:00', '2024-02-29T14:00:00.000Z'],
    ['2026-06-01T08:00:00', undefined],
    ['2026-02-29T08:00:00Z', undefined],
    ['2026-06-01T24:00:00Z', undefined],
    ['2026-06-01T08:60:00Z', undefined],
    ['2026-06-01T08:00:00+15:00', undefined],
    ['0026-06-01T08:00:00Z', undefined],
    ['yesterday', undefined],
  ])('%s', (text, expected) => expect(parseDateTime(text)?.toISOString()).toBe(expected))
})

describe('what a signature says of itself', () => {
  it('is read from the signed properties', async () => {
    const signature = await readFirst(
      await sign(INVOICE, {
        productionPlace: { city: 'Hà Nội', country: 'VN' },
        signerRoles: ['Giám đốc', 'Kế toán trưởng'],
        commitment: 'proofOfApproval',
        signaturePolicy: { id: 'urn:oid:1.2.3', digestAlgorithm: 'SHA-256', digest: Uint8Array.of(1, 2), uri: 'https://example.org/policy' },
        signatureId: 'mine',
      }),
    )
    expect(signature).toMatchObject({ level: 'XAdES-BASELINE-B', boundBy: 'signingCertificateV2', claimedTime: NOW, digestAlgorithm: 'SHA-256' })
    expect(signature.claims).toMatchObject({
      path: '/HDon/ds:Signature',
      signatureId: 'mine',
      location: 'Hà Nội, VN',
      role: 'Giám đốc; Kế toán trưởng',
      commitment: 'proofOfApproval',
      policy: 'urn:oid:1.2.3',
      policyDigest: 'AQI=',
      policyUri: 'https://example.org/policy',
      mimeType: 'text/xml',
    })
    expect(signature.checks.map(({ result }) => result)).not.toContain('failed')
  })

  it('is not believed where no reference covers it', async () => {
    const file = await sign(INVOICE)
    const document = await readXml(utf8(file.replace(' Type="http://uri.etsi.org/01903#SignedProperties"', '')))
    const [signature] = document.signatures as [ReadSignature]
    expect([intact(signature), signature.claimedTime, signature.boundBy]).toEqual([false, undefined, null])
    expect(document.oddities.map(({ code }) => code)).toEqual(['xades-unsigned'])
    expect(results(signature, 'signingCertificateAttribute')).toEqual(['notDone'])
  })

  it('is not read where it names another signature as its target', async () => {
    const file = await sign(INVOICE, { signatureId: 'mine' })
    const document = await readXml(utf8(file.replace('Target="#mine"', 'Target="#yours"')))
    expect(document.signatures[0]?.claimedTime).toBeUndefined()
    expect(document.oddities.map(({ code }) => code)).toContain('xades-target')
    expect(intact(document.signatures[0] as ReadSignature)).toBe(false)
  })

  it.each([
    ['with a zone', { zone: true, offset: 420 }, '2026-06-01T15:00:00+07:00', 'true', NOW],
    ['without one', { zone: false, offset: 420 }, '2026-06-01T15:00:00', 'true', undefined],
    ['of another namespace', { zone: false, offset: 420, namespace: 'http://example.org/#signatureProperties' }, '2026-06-01T15:00:00', 'true', undefined],
    ['of none, not signed', { zone: true, namespace: '', signed: false }, '2026-06-01T08:00:00Z', 'false', undefined],
  ] as const)('has a time beside it %s', async (_, property, text, covered, time) => {
    const signature = await readFirst(
      await sign(INVOICE, { form: 'xmldsig', references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' }, signatureProperties: [property] }),
    )
    expect(signature.claims).toMatchObject({ signingTimeText: text, signingTimeCovered: covered })
    expect(signature.claimedTime).toEqual(time)
    expect([signature.level, intact(signature)]).toEqual(['XML-NOT-ETSI', true])
  })
})

describe('what a signature covers', () => {
  it('is told by element and by bytes of the file', async () => {
    const file = await sign(INVOICE, { references: [{ uri: '#data' }, { uri: '#code' }], place: { element: '/HDon/DSCKS/NBan' } })
    const signature = await readFirst(file)
    expect(signature.scope).toMatchObject({ kind: 'elements', whole: false })
    expect(references(signature).map(({ role, elements, result }) => [role, elements[0]?.split('/').at(-1), result])).toEqual([
      ['content', 'DLHDon', 'passed'],
      ['content', 'MCCQT', 'passed'],
      ['properties', 'xades:SignedProperties', 'passed'],
    ])
    const bytes = utf8(file)
    const parts = references(signature).flatMap(({ ranges }) => ranges.map(([offset, length]) => fromUtf8(bytes.subarray(offset, offset + length))))
    expect(parts.slice(0, 2)).toEqual(['<DLHDon Id="data"><MST>0100109106</MST></DLHDon>', '<MCCQT Id="code">M1</MCCQT>'])
  })

  it('leaves the signature out of the bytes, also in UTF-16 with a byte order mark', async () => {
    const file = await signXml(utf16('<a><b>Hà</b><c/></a>'), { signer: made.signer.signer, signingTime: NOW, place: { element: '/a/b', where: 'after' } })
    const [signature] = (await readXml(file)).signatures as [ReadSignature]
    expect([intact(signature), signature.scope.kind === 'elements' && signature.scope.whole]).toEqual([true, true])
    const decoder = new TextDecoder('utf-16le')
    const texts = (references(signature)[0]?.ranges ?? []).map(([offset, length]) => decoder.decode(file.subarray(offset, offset + length)))
    expect(texts).toEqual(['<a><b>Hà</b>', '<c/></a>'])
  })

  it('is nothing where the signature value does not hold, whatever the digests say', async () => {
    const file = (await sign(INVOICE)).replace(/(<ds:SignatureValue[^>]*>)(.)/, (_, tag: string, first: string) => `${tag}${first === 'A' ? 'B' : 'A'}`)
    const signature = await readFirst(file)
    expect([intact(signature), results(signature, 'reference')]).toEqual([false, ['passed', 'passed']])
    expect(signature.scope).toMatchObject({ whole: false })
    expect(references(signature).flatMap(({ elements, ranges }) => [...elements, ...ranges])).toEqual([])
    expect(await judged(file)).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE', coverage: { wholeFile: false, ranges: [] } })
  })

  it('may be nothing at all, which is told', async () => {
    const time = { id: 'time', signed: false } as const
    const file = await sign(INVOICE, { form: 'xmldsig', references: [{ uri: '#data' }], signatureProperties: [time], place: { element: '/HDon/DSCKS/NBan' } })
    expect(results(await readFirst(file), 'contentCovered')).toEqual(['passed'])
    const nothing = await signXml(utf8('<x><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></x>'), {
      signer: made.signer.signer,
      form: 'xmldsig',
      references: [{ uri: '', transforms: [{ xpath: 'false()' }] }],
    })
    const signature = (await readAll(nothing)).find((one) => one.certificate) as ReadSignature
    expect([intact(signature), results(signature, 'contentCovered')]).toEqual([true, ['failed']])
    const report = (await verify(nothing, { at: NOW })).signatures.find(({ signer }) => signer)
    expect(report?.messages.map(({ code }) => code)).toContain('nothingCovered')
    expect(report?.indication).toBe('INDETERMINATE')
  })

  it('gives the bytes that were signed', async () => {
    const { signedBytes } = await readXml(utf8(await sign(INVOICE, { references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' } })))
    const { signedInfo, references: signed } = signedBytes('signature-1')
    expect(fromUtf8(signedInfo)).toMatch(/^<ds:SignedInfo /)
    expect(fromUtf8(signed[0]?.bytes ?? new Uint8Array())).toBe('<DLHDon Id="data"><MST>0100109106</MST></DLHDon>')
    expect(() => signedBytes('signature-9')).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
  })
})

describe('references', () => {
  it.each([
    ['a changed word', (text: string) => text.replace('0100109106', '0100109107'), 'documentChanged', 'HASH_FAILURE'],
    ['a target that is gone', (text: string) => text.replace(' Id="data"', ' Nr="data"'), 'referenceTarget', 'FORMAT_FAILURE'],
    ['a target that is there twice', (text: string) => text.replace('<MCCQT Id="code"', '<MCCQT id="data"'), 'referenceTarget', 'FORMAT_FAILURE'],
  ])('%s is a failure', async (_, change, code, subIndication) => {
    const file = await sign(INVOICE, { references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' } })
    const report = await judged(change(file))
    expect(report).toMatchObject({ intact: false, indication: 'TOTAL-FAILED', subIndication })
    expect(report.messages.map((message) => message.code)).toContain(code)
  })

  it('through a transform that is not supported are open', async () => {
    const file = await sign(INVOICE, { form: 'xmldsig', enveloped: 'enveloped-signature' })
    const report = await judged(file.replace('http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/TR/1999/REC-xslt-19991116'))
    // SignedInfo is another one then: what is open does not hide what is wrong.
    expect(report).toMatchObject({ intact: false, subIndication: 'SIG_CRYPTO_FAILURE' })
    expect(report.messages.map(({ code }) => code)).toContain('referenceUnsupported')
    expect(report.coverage.references?.[0]).toMatchObject({ result: 'notDone', elements: [], ranges: [] })
  })

  it('tells a file that was laid out anew from one that was changed', async () => {
    const file = await sign(INVOICE, { references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' } })
    const report = await judged(file.replace('<MST>', '\n  <MST>'))
    expect(report.messages.map(({ code }) => code)).toContain('laidOutAnew')
    expect(report.indication).toBe('TOTAL-FAILED')
  })

  it('to content outside find it by name or digest, and tell when it is not there', async () => {
    const content = utf8('nội dung')
    const file = await sign(content, { packaging: 'detached', fileName: 'hợp đồng.txt' })
    expect(await judged(file)).toMatchObject({ intact: null, indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' })
    for (const detached of [
      [{ name: '/tmp/hợp đồng.txt', content }],
      [{ content }],
      [
        { name: 'a', content: utf8('a') },
        { name: 'b', content },
      ],
    ]) {
      const report = await judged(file, { detached })
      expect([report.intact, report.indication]).toEqual([true, 'TOTAL-PASSED'])
    }
    const wrong = await judged(file, { detached: [{ name: 'hợp đồng.txt', content: utf8('x') }] })
    expect(wrong).toMatchObject({ intact: false, subIndication: 'HASH_FAILURE' })
    expect(await judged(file, { detached: [{ content: utf8('a') }, { content: utf8('b') }] })).toMatchObject({ intact: null })
  })
})

describe('the signer', () => {
  const certificateOf = (identity: LabIdentity): string => toBase64(identity.chain[0] as Uint8Array)
  const X509 = /<ds:X509Data>.*<\/ds:X509Data>/s

  it('is the one that the properties are bound to, wherever the certificate stands', async () => {
    const file = await sign(INVOICE, { keyInfo: { certificates: 'signer' } })
    const own = certificateOf(made.signer)
    const both = file.replace('<ds:X509Data>', `<ds:X509Data><ds:X509Certificate>${certificateOf(other)}</ds:X509Certificate>`)
    for (const text of [file, both]) expect(toBase64((await readFirst(text)).certificate?.bytes ?? new Uint8Array())).toBe(own)
    const without = file.replace(X509, '<ds:KeyName>x</ds:KeyName>')
    const lost = await readFirst(without)
    expect([intact(lost), results(lost, 'signerCertificate'), lost.scope]).toEqual([null, ['notDone'], expect.objectContaining({ whole: false })])
    expect(await judged(without)).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' })
    const found = await readFirst(without, { certificates: [...other.chain, ...made.signer.chain].map((der) => parseCertificate(der)) })
    expect([intact(found), toBase64(found.certificate?.bytes ?? new Uint8Array())]).toEqual([true, own])
  })

  it('is not somebody whose certificate was put there', async () => {
    const file = (await sign(INVOICE)).replace(X509, `<ds:X509Data><ds:X509Certificate>${certificateOf(other)}</ds:X509Certificate></ds:X509Data>`)
    const signature = await readFirst(file)
    expect(intact(signature)).toBe(false)
    expect(results(signature, 'signatureValue')).toEqual(['failed'])
  })

  it('is nobody where two certificates of the key are there and nothing signed tells them apart', async () => {
    const { authority, key } = made.signer
    const second = await createCertificate({
      subject: encodeName('C=VN,CN=Ai khác'),
      issuer: authority.name,
      subjectKey: key,
      issuerKey: authority.key,
      notBefore: NOW,
      notAfter: days(1),
      serial: undefined,
      extensions: [],
    })
    const file = await sign(INVOICE, { form: 'xmldsig', keyInfo: { certificates: 'signer' } })
    const both = file.replace('</ds:X509Data>', `<ds:X509Certificate>${toBase64(second)}</ds:X509Certificate></ds:X509Data>`)
    const signature = await readFirst(both)
    expect([intact(signature), signature.certificate]).toEqual([true, undefined])
    expect((await judged(both)).messages.map(({ code }) => code)).toContain('signerAmbiguous')
  })

  it('is not a key that is written out', async () => {
    const file = (await sign(INVOICE, { form: 'xmldsig', keyInfo: { certificates: 'signer', keyValue: true } })).replace(X509, '')
    const report = await judged(file)
    expect(report).toMatchObject({ intact: true, signer: null, indication: 'INDETERMINATE', subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' })
  })

  it('is nobody where the value is an HMAC', async () => {
    const file = await sign(INVOICE)
    const report = await judged(file.replace(/(SignatureMethod Algorithm=")[^"]*/, '$1http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'))
    expect(report).toMatchObject({ intact: null, indication: 'INDETERMINATE', coverage: { wholeFile: false, ranges: [] } })
  })

  it('contradicts a key of another that is written out beside the certificate', async () => {
    const theirs = await signXml(utf8(INVOICE), { signer: other.signer, form: 'xmldsig', keyInfo: { keyValue: true } })
    const value = /<ds:KeyValue>.*<\/ds:KeyValue>/s.exec(fromUtf8(theirs) ?? '')?.[0] ?? ''
    const file = (await sign(INVOICE, { form: 'xmldsig' })).replace('<ds:KeyInfo>', `<ds:KeyInfo>${value}`)
    const report = await judged(file)
    expect(report).toMatchObject({ intact: false, indication: 'TOTAL-FAILED' })
    expect(report.messages.map(({ code }) => code)).toContain('keyInfoContradicts')
  })
})

describe('time-stamps', () => {
  it('on the signature value are checked', async () => {
    const file = await sign(INVOICE, { level: 'B-T' })
    const signature = await readFirst(file)
    expect(signature.level).toBe('XAdES-BASELINE-T')
    expect(signature.timestamps.map(({ type, id, checks }) => [type, id, intactOf(checks)])).toEqual([['signature', 'signature-1-T1', true]])
    const elsewhere = await sign(INVOICE, { level: 'B-T', signatureId: 'second' })
    const token = /<xades:EncapsulatedTimeStamp[^>]*>([^<]*)</.exec(elsewhere)?.[1] ?? ''
    const copied = await readFirst(file.replace(/(<xades:EncapsulatedTimeStamp[^>]*>)[^<]*/, `$1${token}`))
    expect(copied.timestamps.map(({ checks }) => intactOf(checks))).toEqual([false])
    expect(intact(copied)).toBe(true)
  })

  it('that are none are told, and do not touch the signature', async () => {
    const file = (await sign(INVOICE, { level: 'B-T' })).replace(/(<xades:EncapsulatedTimeStamp[^>]*>)[^<]*/, '$1AAAA')
    const signature = await readFirst(file)
    expect([intact(signature), signature.timestamps.map(({ time, checks }) => [time, intactOf(checks)])]).toEqual([true, [[undefined, false]]])
  })

  it('of kinds that come later stay open', async () => {
    const file = (await sign(INVOICE, { level: 'B-T' })).replaceAll('SignatureTimeStamp', 'ArchiveTimeStamp')
    const signature = await readFirst(file)
    expect(signature.timestamps.map(({ type, checks }) => [type, intactOf(checks)])).toEqual([['archive', null]])
  })
})

describe('counter-signatures', () => {
  const counterSigned = async (): Promise<string> =>
    fromUtf8(await counterSignXml(utf8(await sign(INVOICE, { signatureId: 'first' })), { signer: other.signer, signingTime: NOW })) ?? ''

  it('name the signature they are on', async () => {
    const [parent, counter, ...more] = await readAll(await counterSigned())
    expect(more).toEqual([])
    expect([parent?.id, counter?.id, counter?.parent]).toEqual(['signature-1', 'signature-1-C1', 'signature-1'])
    expect([intact(parent as ReadSignature), intact(counter as ReadSignature)]).toEqual([true, true])
    expect(references(counter as ReadSignature)[0]).toMatchObject({ role: 'signature', result: 'passed' })
  })

  it('are none where they cover something else', async () => {
    const file = await counterSigned()
    const stranger = await sign(INVOICE, { references: [{ uri: '#data' }], place: { element: '/HDon/DSCKS/NBan' }, signatureId: 'second' })
    const inner = /<ds:Signature .*<\/ds:Signature>/s.exec(stranger)?.[0] ?? ''
    const fake = file.replace(/(CounterSignature[^>]*>)<ds:Signature .*?<\/ds:Signature>/s, (_, tag: string) => tag + inner)
    expect(fake).not.toBe(file)
    const [parent, counter] = await readAll(fake)
    expect([intact(parent as ReadSignature), counter?.parent, intact(counter as ReadSignature)]).toEqual([true, 'signature-1', false])
    expect(named(counter as ReadSignature, 'countersigned')).toMatchObject([{ result: 'failed' }])
  })
})

describe('the format', () => {
  const detected = (bytes: Uint8Array): boolean => xmlFormat.detect(memorySource(bytes))

  it.each([
    ['<a/>', true],
    ['\ufeff<?xml version="1.0"?><a/>', true],
    [' \n<!-- x --><a/>', true],
    ['<Hóa/>', true],
    ['<!DOCTYPE html><html></html>', false],
    ['<html><body/></html>', false],
    ['%PDF-1.7 <a/>', false],
    ['a < b', false],
    ['< b', false],
    ['', false],
  ])('%j', (text, expected) => expect(detected(utf8(text))).toBe(expected))

  it('knows UTF-16 by its mark, and by its zeros', () => {
    expect([utf16('<a/>'), utf16('<a/>', true), utf16('<?xml').subarray(2), utf16('<?xml', true).subarray(2)].map(detected)).toEqual([true, true, true, true])
  })

  it('without signatures is no pass, and what is damaged is an error', async () => {
    expect(await verify(utf8('<a/>'))).toMatchObject({ format: 'xml', indication: 'INDETERMINATE', signatures: [] })
    expect(await verify(utf8('<a>'))).toMatchObject({ format: 'xml', indication: 'INDETERMINATE', error: { code: 'ERR_XML_SYNTAX' } })
  })

  it('tells a signature that is none', async () => {
    const report = await judged('<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></a>')
    expect(report).toMatchObject({ intact: false, indication: 'TOTAL-FAILED', subIndication: 'FORMAT_FAILURE', level: 'XML-NOT-ETSI' })
  })

  it('bounds what a file may ask for', async () => {
    const file = await sign(INVOICE)
    for (const limit of ['signatures', 'references', 'signatureChecks', 'xmlNodes', 'transforms'] as const)
      await expect(readXml(utf8(file), { budget: new Budget({ [limit]: 0 }) })).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED', data: { kind: limit } })
  })
})
