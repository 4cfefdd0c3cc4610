/**
 * XML signatures that xmlsec1 makes, verified here: the algorithms and transforms it knows, over documents that are hard to canonicalise.
 * And the other way round: of thousands of documents with a changed byte, none passes here that xmlsec1 refuses.
 */
import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import type { PublicKey } from '../../src/core/crypto/provider.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { derOrPem, parsePublicKey } from '../../src/x509/index.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { findSignatures, readSignature, verifyXmlSignature, xmlDsigContext } from '../../src/xmldsig/index.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const C14N11 = 'http://www.w3.org/2006/12/xml-c14n11'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const FILTER2 = 'http://www.w3.org/2002/06/xmldsig-filter2'

const transform = (algorithm: string, inside = ''): string => `<Transform Algorithm="${algorithm}">${inside}</Transform>`
const ENVELOPED = transform(`${DS}enveloped-signature`)

interface Variant {
  readonly name: string
  readonly key: 'rsa' | 'p256' | 'p521' | 'dsa'
  readonly method: string
  readonly c14n: string
  readonly digest: string
  readonly uri: string
  readonly transforms: string
}

const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

const VARIANTS: readonly Variant[] = [
  { name: 'enveloped', key: 'rsa', method: `${MORE}rsa-sha256`, c14n: C14N, digest: SHA256, uri: '', transforms: ENVELOPED },
  { name: 'exclusive', key: 'p256', method: `${MORE}ecdsa-sha256`, c14n: EXCLUSIVE, digest: SHA256, uri: '', transforms: ENVELOPED + transform(EXCLUSIVE) },
  {
    name: 'prefix list',
    key: 'rsa',
    method: `${MORE}rsa-sha512`,
    c14n: `${EXCLUSIVE}WithComments`,
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    uri: '#data',
    transforms: transform(EXCLUSIVE, `<ec:InclusiveNamespaces xmlns:ec="${EXCLUSIVE}" PrefixList="u #default"/>`),
  },
  { name: 'one element, no transforms', key: 'p521', method: `${MORE}ecdsa-sha512`, c14n: C14N11, digest: `${MORE}sha384`, uri: '#data', transforms: '' },
  {
    name: 'C14N 1.1 with comments',
    key: 'rsa',
    method: `${DS}rsa-sha1`,
    c14n: `${C14N11}#WithComments`,
    digest: `${DS}sha1`,
    uri: '#data',
    transforms: transform(`${C14N11}#WithComments`),
  },
  {
    name: 'xpointer with comments',
    key: 'rsa',
    method: `${MORE}rsa-sha384`,
    c14n: C14N,
    digest: `${MORE}sha224`,
    uri: "#xpointer(id('data'))",
    transforms: transform(`${C14N}#WithComments`),
  },
  {
    name: 'XPath',
    key: 'rsa',
    method: `${MORE}rsa-sha224`,
    c14n: C14N,
    digest: SHA256,
    uri: '',
    transforms: transform(XPATH, `<XPath xmlns:d="${DS}">not(ancestor-or-self::d:Signature) and not(self::text()[contains(., 'left out')])</XPath>`),
  },
  {
    name: 'XPath with here()',
    key: 'dsa',
    method: `${DS}dsa-sha1`,
    c14n: C14N,
    digest: SHA256,
    uri: '',
    transforms: transform(
      XPATH,
      `<XPath xmlns:d="${DS}">count(ancestor-or-self::d:Signature | here()/ancestor::d:Signature[1]) &gt; count(ancestor-or-self::d:Signature)</XPath>`,
    ),
  },
  {
    name: 'XPath filter 2.0',
    key: 'rsa',
    method: `${MORE}rsa-sha256`,
    c14n: C14N,
    digest: SHA256,
    uri: '',
    transforms: transform(
      FILTER2,
      `<x:XPath xmlns:x="${FILTER2}" Filter="intersect">//item</x:XPath><x:XPath xmlns:x="${FILTER2}" Filter="subtract">//small</x:XPath><x:XPath xmlns:x="${FILTER2}" Filter="union">//*[@Id='data']/note</x:XPath>`,
    ),
  },
  { name: 'base64', key: 'rsa', method: `${MORE}rsa-sha256`, c14n: C14N, digest: SHA256, uri: '#bin', transforms: transform(`${DS}base64`) },
  {
    name: 'two canonicalisations',
    key: 'rsa',
    method: `${MORE}rsa-sha256`,
    c14n: EXCLUSIVE,
    digest: SHA256,
    uri: '#data',
    transforms: transform(C14N) + transform(EXCLUSIVE),
  },
]

const document_ = (signature: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<!-- before --><?tool  a b?>
<!DOCTYPE root [<!ATTLIST data Id ID #IMPLIED><!ATTLIST bin Id ID #IMPLIED>]>
<root xmlns="urn:a" xmlns:u='urn:u' xmlns:v="urn:unused" xml:lang="vi" z="1" a="2">
<data xmlns="" Id="data" u:q="x&#9;y&quot;" b='"'>tiền &amp; t&#xF4;i &#13; <![CDATA[<raw> & ]]]]><!-- comment --><item xmlns:u="urn:u" u:a="1"/>
 <item xmlns="urn:b"><small>left out</small></item><note>ghi chú</note><empty></empty></data>
<bin xmlns="" Id="bin">a3l6 bw==
</bin>${signature}
</root>
<!-- behind -->`

const template = ({ method, c14n, digest, uri, transforms }: Variant): string => `<Signature xmlns="${DS}"><SignedInfo>
  <CanonicalizationMethod Algorithm="${c14n}"/><!-- in it --><SignatureMethod Algorithm="${method}"/>
  <Reference URI="${uri}">${transforms === '' ? '' : `<Transforms>${transforms}</Transforms>`}<DigestMethod Algorithm="${digest}"/><DigestValue/></Reference>
</SignedInfo><SignatureValue/><KeyInfo><KeyName>k</KeyName></KeyInfo></Signature>`

/** xmlsec1 knows no IDs without being told; the document type that tells it may be what was changed. */
const IDS = ['--id-attr:Id', 'data', '--id-attr:Id', 'bin']

async function passes(bytes: Uint8Array, key: PublicKey): Promise<boolean> {
  try {
    const budget = new Budget()
    const document = parseXml(bytes, { budget })
    const [node] = findSignatures(document)
    if (node === undefined) return false
    const context = xmlDsigContext(document, { crypto: defaultCrypto(), budget })
    const { checks } = await verifyXmlSignature(context, readSignature(document, node, budget), key)
    return checks.every(({ result }) => result === 'passed')
  } catch (error) {
    if (isKysoError(error)) return false
    throw error
  }
}

describeWithTools('xmlsec1', ['xmlsec1', 'openssl'], () => {
  const folder = temporaryFolder()
  const keys = new Map<string, PublicKey>()
  const signed = new Map<Variant, Uint8Array>()

  async function tool(program: string, ...args: string[]): Promise<void> {
    const result = await run(program, args, { cwd: folder })
    if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr}`)
  }

  beforeAll(async () => {
    await tool('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'rsa.pem')
    await tool('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'p256.pem')
    await tool('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521', '-out', 'p521.pem')
    await tool('openssl', 'genpkey', '-genparam', '-algorithm', 'DSA', '-pkeyopt', 'dsa_paramgen_bits:1024', '-out', 'dsa-parameters.pem')
    await tool('openssl', 'genpkey', '-paramfile', 'dsa-parameters.pem', '-out', 'dsa.pem')
    for (const name of ['rsa', 'p256', 'p521', 'dsa']) {
      await tool('openssl', 'pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub.pem`)
      keys.set(name, parsePublicKey(derOrPem(readFileSync(join(folder, `${name}.pub.pem`)), ['PUBLIC KEY'])[0] as Uint8Array))
    }
    for (const [index, variant] of VARIANTS.entries()) {
      writeFileSync(join(folder, `${index}.template.xml`), document_(template(variant)))
      await tool('xmlsec1', '--sign', '--privkey-pem', `${variant.key}.pem`, '--output', `${index}.xml`, `${index}.template.xml`)
      signed.set(variant, new Uint8Array(readFileSync(join(folder, `${index}.xml`))))
    }
  }, 120_000)

  const keyOf = (variant: Variant): PublicKey => keys.get(variant.key) as PublicKey
  const bytesOf = (variant: Variant): Uint8Array => signed.get(variant) as Uint8Array

  for (const variant of VARIANTS)
    it(`verifies what it signs: ${variant.name}`, async () => {
      expect(await passes(bytesOf(variant), keyOf(variant))).toBe(true)
      const other = variant.key === 'rsa' ? 'p256' : 'rsa'
      expect(await passes(bytesOf(variant), keys.get(other) as PublicKey)).toBe(false)
    })

  it('lets nothing pass that xmlsec1 refuses', async () => {
    let passed = 0
    const refusedThere: string[] = []
    for (const variant of VARIANTS)
      for (let round = 0; round < 300; round++) {
        const bytes = mutate(bytesOf(variant))
        if (!(await passes(bytes, keyOf(variant)))) continue
        passed++
        writeFileSync(join(folder, 'mutated.xml'), bytes)
        const answer = await run('xmlsec1', ['--verify', ...IDS, '--pubkey-pem', `${variant.key}.pub.pem`, 'mutated.xml'], { cwd: folder })
        // libxml2 wants namespace names to be URIs by their grammar; Namespaces in XML 1.0 §2.2 leaves that to who writes them.
        if (answer.status !== 0 && !answer.stderr.includes('is not a valid URI'))
          refusedThere.push(`${variant.name}: ${difference(bytesOf(variant), bytes)}: ${answer.stderr.slice(0, 200)}`)
      }
    expect(refusedThere).toEqual([])
    // Bytes outside of what is signed can be changed: with none at all the test would say nothing.
    expect(passed).toBeGreaterThan(100)
  }, 300_000)
})

function mutate(original: Uint8Array): Uint8Array {
  const at = randomInt(original.length)
  const kind = randomInt(4)
  if (kind === 0) return Uint8Array.from([...original.subarray(0, at), ...original.subarray(at + 1)])
  if (kind === 1)
    return Uint8Array.from([
      ...original.subarray(0, at),
      ...Buffer.from(' <a/>&lt;\n"=A'.slice(randomInt(10)).slice(0, 1 + randomInt(5))),
      ...original.subarray(at),
    ])
  if (kind === 2) {
    const to = Math.min(original.length, at + 1 + randomInt(60))
    return Uint8Array.from([...original.subarray(0, to), ...original.subarray(at, to), ...original.subarray(to)])
  }
  const copy = original.slice()
  copy[at] = (copy[at] as number) ^ (1 << randomInt(7))
  return copy
}

function difference(before: Uint8Array, after: Uint8Array): string {
  let at = 0
  while (before[at] === after[at]) at++
  return `at ${at}: ${JSON.stringify(Buffer.from(before.subarray(Math.max(0, at - 20), at + 40)).toString('latin1'))} → ${JSON.stringify(Buffer.from(after.subarray(Math.max(0, at - 20), at + 40)).toString('latin1'))}`
}
