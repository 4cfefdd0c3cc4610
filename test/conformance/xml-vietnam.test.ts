/** Two documents of Vietnam's tax authority: one that holds, up to the government's root, and one whose signing program erred. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { explainMessage, LEGACY_POLICY, type Policy, renderText, type SignatureReport, verify } from '../../src/verify/index.ts'
import { nameToString, parseCertificate, trustAnchor } from '../../src/x509/index.ts'
import { readXml } from '../../src/xades/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

/** Nothing speaks against a signature but its chain. */
const LENIENT: Policy = { ...LEGACY_POLICY, name: 'lenient', constraints: { ...LEGACY_POLICY.constraints, revocation: 'WARN' } }
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'

describeWithCorpus('documents of the tax authority', 'samples-vietnam', (folder) => {
  const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))
  const trusted = join(folder, '../trust-vietnam')
  const certificate = (file: string): Uint8Array => new Uint8Array(readFileSync(join(trusted, file)))
  const notice = bytesOf('tax-notice-vgca-g1.signed.xml')
  const registration = bytesOf('tax-registration.signed.xml')

  async function reportsOf(document: Uint8Array, anchors: readonly string[], certificates: readonly string[], at: string): Promise<readonly SignatureReport[]> {
    const { signatures, error, format } = await verify(document, {
      trust: anchors.map((file) => trustAnchor(certificate(file))),
      certificates: certificates.map(certificate),
      policy: LENIENT,
      at: new Date(at),
    })
    expect([error, format]).toEqual([undefined, 'xml'])
    return signatures
  }

  describe('the notice', () => {
    const AT = '2022-01-06T00:00:00Z'

    it('is intact, with every signature over what it names', async () => {
      const signatures = await reportsOf(notice, [], [], AT)
      expect(signatures.map(({ intact }) => intact)).toEqual(signatures.map(() => true))
      expect(signatures.length).toBeGreaterThanOrEqual(1)
      const paths = signatures.flatMap(({ coverage }) => (coverage.references ?? []).flatMap(({ elements }) => elements))
      expect(paths).toContain('/TBao/DLTBao')
      for (const { coverage } of signatures) {
        expect((coverage.references ?? []).map(({ result }) => result)).not.toContain('failed')
        for (const { elements, ranges } of coverage.references ?? [])
          for (const [i, [offset, length]] of ranges.entries()) {
            const text = fromUtf8(notice.subarray(offset, offset + length)) ?? ''
            const name = elements[i]
              ?.split('/')
              .at(-1)
              ?.replace(/\[\d+\]$/, '')
            expect([text.startsWith(`<${name}`), text.endsWith(`</${name}>`)]).toEqual([true, true])
          }
      }
    })

    it('chains by key to the government’s root G1, and to no other', async () => {
      const intermediates = readdirSync(trusted).filter((file) => file.startsWith('vgca-g1-'))
      for (const { trustAnchor: anchor, indication, chain } of await reportsOf(notice, ['vgca-root-g1.cer'], intermediates, AT)) {
        expect(indication).toBe('TOTAL-PASSED')
        expect(anchor).toBe(nameToString(parseCertificate(certificate('vgca-root-g1.cer')).subject))
        expect(chain).toHaveLength(2)
      }
      const others = readdirSync(trusted).filter((file) => file.endsWith('.cer') && !file.startsWith('vgca-g1-') && file !== 'vgca-root-g1.cer')
      for (const { trustAnchor: anchor, subIndication } of await reportsOf(notice, others, intermediates, AT))
        expect([anchor, subIndication]).toEqual([null, 'NO_CERTIFICATE_CHAIN_FOUND'])
    })

    it('says its times as text, whether they are covered, and takes none without a zone for a time', async () => {
      const [first] = await reportsOf(notice, [], [], AT)
      expect(first?.claims.signingTimeText).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
      expect(first?.claims.signingTimeCovered).toBe('true')
      expect(first?.signingTime).toBeNull()
    })

    it('gives the bytes that were signed', async () => {
      const { signatures, signedBytes } = await readXml(notice)
      for (const { id } of signatures) {
        const { signedInfo, references } = signedBytes(id)
        expect(fromUtf8(signedInfo)).toMatch(/^<SignedInfo xmlns="http:\/\/www\.w3\.org\/2000\/09\/xmldsig#"/)
        for (const { bytes } of references) expect(bytes?.length).toBeGreaterThan(0)
      }
    })

    it('fails when a letter of it is another', async () => {
      const text = fromUtf8(notice) ?? ''
      for (const [from, to] of [
        ['<MST>0202019860</MST>', '<MST>0202019861</MST>'],
        ['2021-12-31T07:00:00', '2021-12-30T07:00:00'],
      ] as const) {
        expect(text).toContain(from)
        const signatures = await reportsOf(utf8(text.replace(from, to)), [], [], AT)
        expect(signatures.map(({ intact }) => intact)).toContain(false)
        for (const { coverage } of signatures)
          for (const { uri, elements, result } of coverage.references ?? []) if (result !== 'passed') expect([uri, elements]).toEqual([uri, []])
      }
    })
  })

  describe('the registration', () => {
    const AT = '2022-12-03T00:00:00Z'

    it('fails, and the report says whose fault it is', async () => {
      const [signature, ...more] = await reportsOf(registration, [], [], AT)
      expect(more).toEqual([])
      expect(signature).toMatchObject({ intact: false, indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE', coverage: { wholeFile: false, ranges: [] } })
      const told = (signature?.messages ?? []).filter(({ code }) => code === 'canonicalizedOtherwise')
      expect(told.length).toBeGreaterThanOrEqual(1)
      for (const message of told) {
        expect(message.data?.matchesUnder).toBe(EXCLUSIVE)
        expect(await explainMessage(message, 'en')).toContain('ignored the namespaces')
        expect(await explainMessage(message, 'vi')).toContain('không gian tên')
      }
      expect(signature?.messages.map(({ code }) => code)).not.toContain('documentChanged')
    })

    it('is a changed document when it was changed besides', async () => {
      const text = fromUtf8(registration) ?? ''
      const at = text.search(/>[^<>]{3,}</) + 2
      const [signature] = await reportsOf(utf8(`${text.slice(0, at)}~${text.slice(at + 1)}`), [], [], AT)
      expect(signature?.messages.map(({ code }) => code)).toContain('documentChanged')
    })

    it('can be printed in both languages', async () => {
      const report = await verify(registration, { at: new Date(AT) })
      for (const language of ['en', 'vi'] as const) expect((await renderText(report, language)).length).toBeGreaterThan(500)
    })
  })
})
