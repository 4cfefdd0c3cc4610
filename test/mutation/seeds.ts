/** What is mutated: small files that the lab makes with kyso's own signers, and public ones where they are at hand. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { counterSignCms, signCms } from '../../src/cades/index.ts'
import { timestampRequest } from '../../src/cms/index.ts'
import { concat, fromBase64, fromLatin1, toBase64, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { Lab, type LabIdentity, pem } from '../../src/testing/index.ts'
import { counterSignXml, type SignXmlOptions, signXml } from '../../src/xades/index.ts'
import { readTlv, type Tlv, writeTlv } from './tlv.ts'

/** The readers under test, by what they read. */
export type Family = 'xml' | 'cms' | 'asn1'

/** What a seed of the family `asn1` is. */
export type Structure = 'certificate' | 'crl' | 'ocsp' | 'token' | 'response' | 'pem'

/** A file to be mutated. */
export interface Seed {
  readonly name: string
  readonly family: Family
  readonly structure?: Structure
  readonly bytes: Uint8Array
  /** Content beside it. */
  readonly detached?: { readonly name: string; readonly content: Uint8Array }
  /** Made here, so that every signature in it is intact. */
  readonly own: boolean
}

/** Seeds and what is needed to judge them. */
export interface World {
  readonly seeds: readonly Seed[]
  readonly at: Date
  /** DER. */
  readonly root: Uint8Array
  readonly ca: Uint8Array
  readonly leaf: Uint8Array
  readonly crls: readonly Uint8Array[]
}

const NOW = new Date('2026-06-01T08:00:00Z')
const TEXT = utf8('Hợp đồng số 7')

const INVOICE = `<?xml version="1.0" encoding="UTF-8"?>
<TDiep xmlns:k="urn:k"><TTChung><PBan>2.0.0</PBan></TTChung><DLieu><HDon><DLHDon Id="data"><TTChung><SHDon>7</SHDon></TTChung>
<NBan><Ten>Công ty &amp; Con</Ten><MST>0100109106</MST></NBan><k:Tong a="1" b='2'>1000000</k:Tong><!-- c --></DLHDon><DSCKS><NBan/></DSCKS></HDon></DLieu></TDiep>
`
const TYPED = `<!DOCTYPE r [<!ENTITY e "<b>t</b>"><!ATTLIST d key ID #IMPLIED n NMTOKENS " 1 2 ">]>
<r xmlns="urn:r"><d key="k1">&e;&#x41;<![CDATA[<x>]]></d><?pi d?></r>`
const XPATH = { xpath: 'not(ancestor-or-self::ds:Signature)', namespaces: { ds: 'http://www.w3.org/2000/09/xmldsig#' } }

async function xmlSeeds(lab: Lab, identities: readonly LabIdentity[]): Promise<Seed[]> {
  const seeds: Seed[] = []
  const base = (which: number): Pick<SignXmlOptions, 'signer' | 'sources' | 'signingTime'> => ({
    signer: (identities[which % identities.length] as LabIdentity).signer,
    sources: { timestamp: lab.tsa.source },
    signingTime: NOW,
  })
  const add = async (name: string, document: string | Uint8Array, options: Partial<SignXmlOptions>, which = 0): Promise<Uint8Array> => {
    const bytes = typeof document === 'string' ? utf8(document) : document
    const signed = await signXml(bytes, { ...base(which), keyInfo: { certificates: 'signer' }, ...options })
    seeds.push({ name, family: 'xml', bytes: signed, own: true, ...(options.packaging === 'detached' ? { detached: { name: 'c.xml', content: bytes } } : {}) })
    return signed
  }
  const plain = { form: 'xmldsig' } as const
  const data = [{ element: '/TDiep/DLieu/HDon/DLHDon' }]
  const place = { element: '/TDiep/DLieu/HDon/DSCKS/NBan' }
  const invoice = await add('invoice', INVOICE, { ...plain, references: data, place, prefix: '', canonicalization: 'inclusive' })
  await add('invoice, time', INVOICE, { ...plain, references: data, place, signatureProperties: [{ namespace: '', offset: 420, zone: false }] }, 1)
  await add('plain, whole', INVOICE, { ...plain, enveloped: 'enveloped-signature', keyInfo: { keyValue: true, subjectName: 'forward', issuerSerial: true } })
  await add('plain, no transforms', INVOICE, { ...plain, references: [{ uri: '#data', transforms: [] }] }, 2)
  await add('filter', INVOICE, { ...plain, references: [{ uri: '', transforms: [{ filter: 'intersect', xpath: '//DLHDon' }, 'exclusive'] }] })
  await add('xpath', INVOICE, { ...plain, references: [{ uri: '', transforms: [XPATH, 'inclusive-with-comments'] }] })
  await add('typed', TYPED, {
    ...plain,
    references: [{ uri: '#k1' }, { uri: '', transforms: ['enveloped-signature', 'inclusive11'] }],
    canonicalization: 'inclusive11',
  })
  const enveloped = await add('enveloped', INVOICE, { canonicalization: 'exclusive', mimeType: 'text/xml', signerRoles: ['Giám đốc'] })
  await add('enveloped, inclusive', INVOICE.replaceAll('\n', '\r\n'), { canonicalization: 'inclusive', enveloped: 'enveloped-signature', level: 'B-T' }, 1)
  await add('enveloped, Ed25519', concat([Uint8Array.of(0xef, 0xbb, 0xbf), utf8(INVOICE)]), { references: data, place }, 3)
  await add('three', await add('two', enveloped, { level: 'B-T' }, 1), { signaturePolicy: 'implied', references: data }, 0)
  await add('enveloping', INVOICE, { packaging: 'enveloping' })
  await add('enveloping, base64', TEXT, { packaging: 'enveloping', embed: 'base64' }, 1)
  await add('detached', INVOICE, { packaging: 'detached', fileName: 'c.xml' })
  await add('internally detached', INVOICE, { packaging: 'internally-detached', canonicalization: 'inclusive11' }, 1)
  const counter = await counterSignXml(enveloped, { ...base(1) })
  seeds.push({ name: 'counter-signed', family: 'xml', bytes: counter, own: true })
  const wide = new Uint8Array(2 * invoiceUnits.length + 2)
  for (const [i, unit] of [0xfeff, ...invoiceUnits].entries()) wide.set([unit & 255, unit >> 8], 2 * i)
  await add('UTF-16', wide, { ...plain, references: data, place })
  await add('beside another', invoice, { references: [{ element: '/TDiep/DLieu/HDon' }], addId: true }, 2)
  return seeds
}

const invoiceUnits = Array.from(INVOICE.replace('UTF-8', 'UTF-16'), (one) => one.charCodeAt(0))

async function cmsSeeds(lab: Lab, identities: readonly LabIdentity[]): Promise<Seed[]> {
  const seeds: Seed[] = []
  const base = (which: number) => ({
    signer: (identities[which % identities.length] as LabIdentity).signer,
    sources: { timestamp: lab.tsa.source },
    signingTime: NOW,
  })
  const add = (name: string, bytes: Uint8Array, beside = false): Uint8Array => {
    seeds.push({ name, family: 'cms', bytes, own: true, ...(beside ? { detached: { name: 'c.txt', content: TEXT } } : {}) })
    return bytes
  }
  const attached = add('attached', await signCms(TEXT, { ...base(0), attached: true }))
  const detached = add('detached', await signCms(TEXT, { ...base(1), mimeType: 'text/plain', commitment: 'proofOfApproval' }), true)
  add('attached, RSA', await signCms(TEXT, { ...base(1), attached: true }))
  add('attached, PSS', await signCms(TEXT, { ...base(2), attached: true }))
  add('attached, Ed25519', await signCms(TEXT, { ...base(3), attached: true }))
  add('detached, time-stamped', await signCms(TEXT, { ...base(0), level: 'B-T' }), true)
  const stamped = add('attached, time-stamped', await signCms(TEXT, { ...base(0), attached: true, level: 'B-T' }))
  add('counter-signed', await counterSignCms(attached, base(1)))
  add('counter-signed, time-stamped', await counterSignCms(stamped, { ...base(3), level: 'B-T' }))
  add('two', await signCms(detached, { ...base(0), content: TEXT }), true)
  add('PEM', utf8(pem(attached, 'CMS')))
  add('base64', utf8(toBase64(detached)), true)
  add('BER', indefinite(attached))
  return seeds
}

/** The outermost lengths indefinite, the content in pieces, as streaming writers have it. */
function indefinite(der: Uint8Array): Uint8Array {
  const root = readTlv(der, 0)?.element
  const signedData = root?.children?.[1]?.children?.[0]
  const encapsulated = signedData?.children?.[2]
  const holder = encapsulated?.children?.[1]
  const content = holder?.children?.[0]
  if (!root?.children?.[1] || !signedData || !encapsulated || !holder || !content) throw new Error('no SignedData')
  for (const one of [root, root.children[1], signedData, encapsulated, holder])
    Object.assign(one, { length: () => Uint8Array.of(0x80), trailer: new Uint8Array(2) })
  const part = (octets: Uint8Array): Tlv => ({ identifier: Uint8Array.of(4), content: octets })
  holder.children = [
    {
      identifier: Uint8Array.of(0x24),
      content: new Uint8Array(),
      children: [part(content.content.subarray(0, 5)), part(content.content.subarray(5))],
      length: () => Uint8Array.of(0x80),
      trailer: new Uint8Array(2),
    },
  ]
  return writeTlv(root)
}

async function asn1Seeds(lab: Lab, identities: readonly LabIdentity[], crls: readonly Uint8Array[]): Promise<Seed[]> {
  const [leaf] = identities as [LabIdentity]
  const request = timestampRequest(defaultCrypto(), 'SHA-256', await digest(defaultCrypto(), 'SHA-256', TEXT))
  const response = await lab.timestamp(request.bytes)
  const token = readTlv(response, 0)?.element.children?.[1]
  if (!token) throw new Error('no token')
  const certificates = [...identities.map(({ certificate }) => certificate), lab.ca.certificate, lab.root.certificate, lab.tsa.identity.certificate]
  const revoked = await lab.issue()
  lab.revoke(revoked.certificate, { reason: 'keyCompromise' })
  const seed = (structure: Structure, bytes: Uint8Array, name: string = structure): Seed => ({ name, family: 'asn1', structure, bytes, own: true })
  return [
    ...certificates.map((bytes, i) => seed('certificate', bytes, `certificate ${i}`)),
    seed('certificate', (await lab.issue({ policies: ['1.2.3.4'], ocspNoCheck: true, keyUsage: ['digitalSignature'] })).certificate, 'certificate, policies'),
    ...crls.map((bytes, i) => seed('crl', bytes, `crl ${i}`)),
    seed('crl', await lab.crl(), 'crl, an entry'),
    seed('ocsp', await lab.ocsp(leaf.certificate)),
    seed('ocsp', await lab.ocsp(leaf.certificate, { delegated: false, nonce: Uint8Array.of(1, 2, 3) }), 'ocsp, not delegated'),
    seed('ocsp', await lab.ocsp(revoked.certificate), 'ocsp, revoked'),
    seed('token', writeTlv(token)),
    seed('response', response),
    seed('pem', utf8(pem(leaf.certificate, 'CERTIFICATE') + pem(lab.ca.certificate, 'CERTIFICATE'))),
  ]
}

/** Makes the lab's seeds. */
export async function makeWorld(): Promise<World> {
  const lab = await Lab.create({ now: NOW })
  const identities = [
    await lab.issue(),
    await lab.issue({ algorithm: 'RSA-2048' }),
    await lab.issue({ algorithm: 'RSA-2048', pss: true }),
    await lab.issue({ algorithm: 'Ed25519' }),
  ]
  const crls = [await lab.crl(), await lab.crl(lab.root)]
  return {
    seeds: [...(await xmlSeeds(lab, identities)), ...(await cmsSeeds(lab, identities)), ...(await asn1Seeds(lab, identities, crls))],
    at: NOW,
    root: lab.root.certificate,
    ca: lab.ca.certificate,
    leaf: (identities[0] as LabIdentity).certificate,
    crls,
  }
}

const PUBLIC: readonly (readonly [folder: string, pattern: RegExp, family: Family, structure?: Structure])[] = [
  ['xml', /\.xml$/, 'xml'],
  ['xml/xsw', /\.xml$/, 'xml'],
  ['samples-vietnam', /\.xml$/, 'xml'],
  ['xmldsig', /\.xml$/, 'xml'],
  ['cms', /\.(?:p7[ms]|pkcs7|cms)$/, 'cms'],
  ['cms/dss-646', /./, 'cms'],
  ['cms/evidence-record', /\.p7m$/, 'cms'],
  ['pkits/certs', /\.crt$/, 'asn1', 'certificate'],
  ['pkits/crls', /\.crl$/, 'asn1', 'crl'],
  ['openssl-ocsp', /\.ors$/, 'asn1', 'ocsp'],
]

/** OpenSSL's responses are in base64. */
function contentOf(path: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(path))
  return path.endsWith('.ors') ? (fromBase64(fromLatin1(bytes)) ?? bytes) : bytes
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * Public files beside the checkout, as far as they are small and there.
 *
 * @param most of each kind
 */
export function publicSeeds(corpus: string, most: number): Seed[] {
  return PUBLIC.flatMap(([folder, pattern, family, structure]) => {
    let files: string[]
    try {
      files = filesBelow(join(corpus, folder)).filter((path) => pattern.test(path) && statSync(path).size < 12_000)
    } catch {
      return []
    }
    const step = Math.max(1, Math.floor(files.length / most))
    return files
      .filter((_, i) => i % step === 0)
      .slice(0, most)
      .map((path): Seed => ({ name: path.slice(corpus.length), family, ...(structure ? { structure } : {}), bytes: contentOf(path), own: false }))
  })
}
