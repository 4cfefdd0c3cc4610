/**
 * XML signatures of kyso in xmldsigjs, and its in kyso. Where its canonical form or its reading of a document is not what the
 * specifications say, that stands in a table; and where it accepts what must fail, kyso does not.
 */
import { DOMImplementation, DOMParser, XMLSerializer } from '@xmldom/xmldom'
import { beforeAll, describe, expect, it } from 'vitest'
import { setNodeDependencies } from 'xml-core'
import { Application, type OptionsSignTransform, Parse, SignedXml } from 'xmldsigjs'
import xpath from 'xpath'
import { toBase64, utf8 } from '../../src/core/bytes.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { type SignatureReport, verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { readXml, type SignXmlOptions, signXml } from '../../src/xades/index.ts'
import { checked, DOCUMENTS } from '../support/xades.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'

setNodeDependencies({ DOMImplementation, DOMParser, XMLSerializer, xpath })
Application.setEngine('platform', globalThis.crypto)

/** Documents by name, and the ID of the element that is signed where it is not the whole. */
const CONTENTS = {
  invoice: ['<HDon><DLHDon Id="data"><MST>0100109106</MST><Ten>Công ty &amp; Con</Ten></DLHDon><DSCKS><NBan></NBan></DSCKS></HDon>', 'data'],
  namespaces: ['<HDon xmlns="urn:b" xmlns:h="urn:a" xmlns:xsi="urn:xsi"><DLHDon Id="data" h:a="1"><x xmlns=""/></DLHDon></HDon>', 'data'],
  hard: [new TextDecoder().decode(DOCUMENTS.plain), 'dữ-liệu'],
  CRLF: [new TextDecoder().decode(DOCUMENTS.CRLF), 'dữ-liệu'],
} as const
type ContentName = keyof typeof CONTENTS

const ALGORITHMS = {
  RSA: { issue: { algorithm: 'RSA-2048' }, sign: { name: 'RSASSA-PKCS1-v1_5' }, uri: 'RSASSA-PKCS1-v1_5-SHA256' },
  'P-256': { issue: { algorithm: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' }, uri: 'ECDSA-SHA256' },
} as const
type AlgorithmName = keyof typeof ALGORITHMS

/** What xmldsigjs says of each signature of a file: `valid`, `wrong value`, or why not. */
async function xmldsigjs(file: Uint8Array): Promise<string[]> {
  const document = Parse(new TextDecoder('utf-8', { fatal: true }).decode(file))
  const answers: string[] = []
  for (const element of Array.from(document.getElementsByTagNameNS(DS, 'Signature'))) {
    const signed = new SignedXml(document)
    try {
      signed.LoadXml(element)
      answers.push((await signed.Verify()) ? 'valid' : 'wrong value')
    } catch (error) {
      // Its errors are no `Error`.
      answers.push(String((error as { readonly message?: unknown }).message))
    }
  }
  return answers
}

/** A document that xmldsigjs signs; its signature becomes the last child of the document element. */
async function signedThere(source: Uint8Array, algorithm: AlgorithmName, identity: LabIdentity, uri: string, transforms: OptionsSignTransform[]) {
  const document = Parse(new TextDecoder().decode(source))
  const signed = new SignedXml()
  const x509 = [toBase64(identity.certificate)]
  await signed.Sign(ALGORITHMS[algorithm].sign, identity.privateKey, document, { x509, references: [{ hash: 'SHA-256', uri, transforms }] })
  const element = signed.GetXml()
  if (element === null) throw new Error('xmldsigjs made no signature')
  document.documentElement.appendChild(document.importNode(element, true))
  // xmldom's own type of a document is not the platform's.
  return utf8(new XMLSerializer().serializeToString(new DOMParser().parseFromString(String(document), 'application/xml')))
}

describe('xmldsigjs', () => {
  let lab: Lab
  const identities = new Map<AlgorithmName, LabIdentity>()
  const identity = (name: AlgorithmName): LabIdentity => identities.get(name) as LabIdentity
  const options = (name: AlgorithmName): SignXmlOptions => ({
    signer: identity(name).signer,
    enveloped: 'enveloped-signature',
    // It takes a key of the signature's algorithm out of every certificate, the authority's too, and gives up where one has another.
    keyInfo: { certificates: 'signer' },
  })

  async function judged(file: Uint8Array): Promise<readonly SignatureReport[]> {
    const crls = [await lab.crl(lab.root), await lab.crl()]
    return (await verify(file, { trust: [trustAnchor(lab.root.certificate)], crls, certificates: [lab.ca.certificate] })).signatures
  }

  beforeAll(async () => {
    lab = await Lab.create()
    for (const [name, { issue }] of Object.entries(ALGORITHMS)) identities.set(name as AlgorithmName, await lab.issue(issue))
  })

  const names = Object.keys(ALGORITHMS) as AlgorithmName[]
  const contents = Object.keys(CONTENTS) as ContentName[]

  describe('finds valid what kyso signs', () => {
    const rows = names.flatMap((algorithm) =>
      (['xmldsig', 'xades'] as const).flatMap((form) =>
        (['inclusive', 'exclusive'] as const).flatMap((canonicalization) => contents.map((content) => ({ algorithm, form, canonicalization, content }))),
      ),
    )
    it.each(rows)('$algorithm, $form, $canonicalization, $content', async ({ algorithm, form, canonicalization, content }) => {
      const [source, id] = CONTENTS[content]
      for (const references of [undefined, [{ element: id }]]) {
        const file = await signXml(utf8(source), { ...options(algorithm), form, canonicalization, ...(references ? { references } : {}) })
        expect(await xmldsigjs(file)).toEqual(['valid'])
        const changed = utf8(new TextDecoder().decode(file).replace(/Công/, 'Cong').replace('h:a="1"', 'h:a="2"'))
        expect(await xmldsigjs(changed)).toEqual([expect.stringMatching(/Invalid digest/)])
        expect((await checked(changed)).map(({ intact }) => intact)).toEqual([false])
      }
    })
  })

  describe('signs what kyso finds intact', () => {
    const rows = names.flatMap((algorithm) =>
      ([['enveloped', 'c14n'], ['enveloped', 'exc-c14n'], ['c14n'], ['exc-c14n']] as const).flatMap((transforms) =>
        contents.map((content) => ({ algorithm, transforms, content })),
      ),
    )
    it.each(rows)('$algorithm, $transforms, $content', async ({ algorithm, transforms, content }) => {
      const [source, id] = CONTENTS[content]
      const uri = transforms[0] === 'enveloped' ? '' : `#${id}`
      const file = await signedThere(utf8(source), algorithm, identity(algorithm), uri, [...transforms])
      const { signatures } = await readXml(file)
      expect(signatures.map(({ level, checks }) => [level, checks.filter(({ result }) => result === 'failed')])).toEqual([['XML-NOT-ETSI', []]])
      expect(await judged(file)).toMatchObject([{ intact: true, level: 'XML-NOT-ETSI', signatureAlgorithm: ALGORITHMS[algorithm].uri }])
    })
  })

  /** What kyso signs and xmldsigjs does not find valid. */
  const FAULTS: readonly {
    readonly name: string
    readonly why: string
    readonly source: string
    readonly options: Partial<SignXmlOptions>
    readonly says: RegExp
  }[] = [
    {
      name: 'xml:lang of an ancestor',
      why: 'C14N 1.0 §2.4: an apex takes the xml: attributes of its ancestors; its C14N takes namespaces only',
      source: '<HDon xml:lang="vi"><DLHDon Id="data">x</DLHDon></HDon>',
      options: { canonicalization: 'inclusive', references: [{ element: 'data' }] },
      says: /Invalid digest for uri '#data'/,
    },
    {
      name: 'xml:lang above SignedInfo',
      why: 'the same for the canonical form of SignedInfo',
      source: '<HDon xml:lang="vi"><DLHDon Id="data">x</DLHDon></HDon>',
      options: { canonicalization: 'inclusive' },
      says: /wrong value/,
    },
    {
      name: 'a default namespace that a document element with a prefix declares',
      why: 'C14N 1.0 §2.3: it belongs to the context of SignedInfo, used or not; its C14N loses it there, and signs so too',
      source: '<h:HDon xmlns="urn:b" xmlns:h="urn:a"><DLHDon Id="data">x</DLHDon></h:HDon>',
      options: { canonicalization: 'inclusive' },
      says: /wrong value/,
    },
    {
      name: 'what stands around the document element',
      why: 'C14N 1.0 §2.1: instructions beside the document element belong to the document; URI="" is its document element to xmldsigjs',
      source: '<?p q?>\n<HDon><DLHDon Id="data">x</DLHDon></HDon>',
      options: { canonicalization: 'exclusive' },
      says: /Invalid digest for uri ''/,
    },
    {
      name: 'a signature that is no child of the document element',
      why: 'XML-DSig 1.1 §6.6.4: the signature is taken out wherever it stands; xmldsigjs looks among the children of the document element',
      source: '<HDon><DLHDon Id="data">x</DLHDon><DSCKS><NBan></NBan></DSCKS></HDon>',
      options: { canonicalization: 'exclusive', place: { element: '/HDon/DSCKS/NBan' } },
      says: /Invalid digest for uri ''/,
    },
    {
      name: 'attribute defaults and entities',
      why: 'XML 1.0 §5.1, C14N 1.0 §2.1: both are read out of the internal subset; its parser does not',
      source: '<!DOCTYPE HDon [<!ATTLIST DLHDon d CDATA "x">]><HDon><DLHDon Id="data">x</DLHDon></HDon>',
      options: { canonicalization: 'inclusive', references: [{ element: 'data' }] },
      says: /Invalid digest for uri '#data'/,
    },
    {
      name: 'Canonical XML 1.1',
      why: 'it knows 1.0 and exclusive',
      source: '<HDon><DLHDon Id="data">x</DLHDon></HDon>',
      options: { canonicalization: 'inclusive11' },
      says: /Unknown transform http:\/\/www\.w3\.org\/2006\/12\/xml-c14n11/,
    },
  ]

  it.each(FAULTS)('does not know: $name', async ({ source, options: more, says }) => {
    const file = await signXml(utf8(source), { ...options('P-256'), form: 'xmldsig', ...more })
    expect(await judged(file)).toMatchObject([{ intact: true }])
    expect(await xmldsigjs(file)).toEqual([expect.stringMatching(says)])
  })

  describe('takes every signature of the document element out, and kyso only the one that is verified', () => {
    it('where a second signature was added to what the first is over', async () => {
      const first = await signedThere(utf8(CONTENTS.invoice[0]), 'RSA', identity('RSA'), '', ['enveloped', 'exc-c14n'])
      const second = await signedThere(first, 'P-256', identity('P-256'), '', ['enveloped', 'exc-c14n'])
      expect(await xmldsigjs(second)).toEqual(['valid', 'valid'])
      // The first does not cover the second and has no transform that says so; the second was made over a document without the first.
      const signatures = await judged(second)
      expect(signatures.map(({ intact, indication }) => [intact, indication])).toEqual([
        [false, 'TOTAL-FAILED'],
        [false, 'TOTAL-FAILED'],
      ])
    })

    it('where content was put in, in the guise of a signature', async () => {
      const signed = await signXml(utf8(CONTENTS.invoice[0]), { ...options('P-256'), form: 'xmldsig' })
      const text = new TextDecoder().decode(signed)
      const [signature] = /<ds:Signature .*<\/ds:Signature>/s.exec(text) ?? []
      expect(signature).toBeDefined()
      // Its copy holds an invoice of another, and stands beside it.
      const copy = (signature as string).replace('</ds:Signature>', '<ds:Object><HDon><MST>0999999999</MST></HDon></ds:Object></ds:Signature>')
      const forged = utf8(text.replace('</HDon>', `${copy}</HDon>`))
      expect(await xmldsigjs(signed)).toEqual(['valid'])
      expect(await xmldsigjs(forged)).toEqual(['valid', 'valid'])
      expect((await judged(signed)).map(({ intact }) => intact)).toEqual([true])
      expect((await judged(forged)).map(({ intact }) => intact)).toEqual([false, false])
    })
  })
})
