/** Signed PDFs to update, of every kind of permission and every way to write a file; all pass as they are. */
import { concat, latin1 } from '../../../src/core/bytes.ts'
import { signPdf } from '../../../src/pades/index.ts'
import { openPdf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfPlaceholder, PdfRef, PdfStream, PdfString } from '../../../src/pdf/index.ts'
import { Lab, type LabIdentity } from '../../../src/testing/index.ts'
import { CONTENTS, craft, RANGE } from '../../pades/craft.ts'
import { stream, without } from '../../pades/later-changes/signed-file.ts'
import { encryptAs, makeEncryption } from '../../pdf/encryption/make-encryption.ts'
import { type Objects, simplePdf } from '../../pdf/sample.ts'
import { ANNOTATED, FORM, LAYERED, letter, NUMBERS, SHARED } from './documents.ts'
import { type Entry, type SectionEncryption, type SectionKind, type WrittenObject, writeSection } from './section.ts'

/** What the signatures of a file allow: the strictest P, and which fields are locked. */
export interface Permissions {
  /** 3 where no signature says anything. */
  readonly p: 1 | 2 | 3
  readonly lock?: { readonly action: 'All' | 'Include' | 'Exclude'; readonly fields: readonly string[] }
}

/** A signed file. */
export interface UpdateSeed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly permissions: Permissions
}

/** What the tests of updates need to know. */
export interface UpdateWorld {
  readonly seeds: readonly UpdateSeed[]
  /** DER of the trust anchor. */
  readonly root: Uint8Array
  readonly at: Date
}

interface Layout {
  readonly kind?: SectionKind
  /** Puts what can be into object streams. */
  readonly packed?: boolean
  /** By AES-128. */
  readonly encrypted?: boolean
  /** Refers to an object that is free. */
  readonly missing?: boolean
  /** A revision before the one that is signed, with other objects. */
  readonly earlier?: Objects
}

const AT = new Date('2026-06-01T08:00:00Z')
const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
const PLACES: ReadonlyMap<string, PdfObject> = new Map([
  ['AtRange', new PdfPlaceholder('range', latin1(RANGE))],
  ['AtContents', new PdfPlaceholder('contents', latin1(CONTENTS))],
])

/** A signature dictionary gets its placeholders, which have no syntax. */
function withPlaces(object: PdfObject): PdfObject {
  if (!(object instanceof PdfDict)) return object
  return new PdfDict(new Map([...object.entries].map(([key, value]) => [key, value instanceof PdfName ? (PLACES.get(value.name) ?? value) : value])))
}

async function graph(objects: Objects): Promise<WrittenObject[]> {
  const document = await openPdf(simplePdf(objects))
  return Object.keys(objects).map((key) => {
    const object = document.get(Number(key))
    const data = object instanceof PdfStream ? { data: document.encodedStreamData(object) } : {}
    return { number: Number(key), generation: 0, object: withPlaces(object), ...data }
  })
}

const ENCRYPTION_NUMBER = 89

function encryptionOf(): { dict: PdfDict; id: PdfString; encryption: SectionEncryption } {
  const method = 'AESV2'
  const made = makeEncryption({ version: 4, revision: 4, filters: { StdCF: method } })
  const encrypt = (bytes: Uint8Array, number: number, generation: number): Uint8Array => encryptAs(method, made.key, number, generation, bytes)
  return {
    dict: made.dict,
    id: new PdfString(made.id0, true),
    encryption: { dictNumber: ENCRYPTION_NUMBER, string: encrypt, stream: (bytes, _, number, generation) => encrypt(bytes, number, generation) },
  }
}

/** Writes objects as a file. */
async function layOut(objects: Objects, { kind = 'table', packed = false, encrypted, missing, earlier }: Layout = {}): Promise<Uint8Array> {
  const protection = encrypted ? encryptionOf() : undefined
  const first = await graph(earlier ? without({ ...objects, ...earlier }, NUMBERS.signature) : objects)
  if (protection) first.push({ number: ENCRYPTION_NUMBER, generation: 0, object: protection.dict })
  const id =
    protection?.id ??
    new PdfString(
      Uint8Array.from({ length: 16 }, (_, i) => i),
      true,
    )
  const trailer = new Map<string, PdfObject>([
    ['Root', new PdfRef(NUMBERS.catalog)],
    ['Info', new PdfRef(11)],
    ['ID', new PdfArray([id, id])],
    ...(protection ? ([['Encrypt', new PdfRef(ENCRYPTION_NUMBER)]] as const) : []),
  ])
  // A signature, and what encrypts, lie in no object stream; poppler wants the catalog before it decrypts.
  const loose = new Set<number>([NUMBERS.signature, ENCRYPTION_NUMBER, ...(protection ? [NUMBERS.catalog] : [])])
  const section = {
    kind,
    packed: new Set(packed ? first.map(({ number }) => number).filter((number) => !loose.has(number)) : []),
    ...(protection ? { encryption: protection.encryption } : {}),
  }
  const entries = new Map<number, Entry>(missing ? [[NUMBERS.missing, { kind: 'free', generation: 0 }]] : [])
  const file = concat([latin1(HEADER), writeSection({ ...section, at: HEADER.length, objects: first, next: NUMBERS.missing + 1, trailer, entries })])
  if (!earlier) return file
  const prev = (await openPdf(file)).revisions[0]?.xrefOffset ?? 0
  const changed = (await graph(objects)).filter(({ number }) => number in earlier || number === NUMBERS.signature)
  const update = { ...section, at: file.length, objects: changed, next: 97, trailer: new Map([...trailer, ['Prev', new PdfNumber(prev, true)]]) }
  return concat([file, writeSection(update)])
}

interface Signing extends Layout {
  readonly certify?: 1 | 2 | 3
  /** Of the signature itself. */
  readonly fieldMdp?: Permissions['lock']
  /** Of the field alone. */
  readonly lock?: Permissions['lock']
  /** P of the field's lock. */
  readonly lockP?: 1 | 2 | 3
}

const lockText = ({ action, fields }: NonNullable<Permissions['lock']>): string =>
  `/Action /${action}${action === 'All' ? '' : ` /Fields [${fields.map((name) => `(${name})`).join(' ')}]`}`

/** Objects with what their signature permits. */
function permitted(objects: Objects, { certify, fieldMdp, lock, lockP }: Signing): Objects {
  const none: Objects = {}
  const reference = (method: string, parameters: string): string =>
    `<</Type /SigRef /TransformMethod /${method} ${method === 'FieldMDP' ? '/Data 1 0 R ' : ''}/TransformParams <</Type /TransformParams /V /1.2 ${parameters}>>>>`
  const references = [...(certify ? [reference('DocMDP', `/P ${certify}`)] : []), ...(fieldMdp ? [reference('FieldMDP', lockText(fieldMdp))] : [])]
  const more = (text: string | undefined, entries: string): string => (text ?? '<<>>').replace(/>>$/, ` ${entries}>>`)
  return {
    ...objects,
    ...(certify ? { 1: more(objects[1], `/Perms <</DocMDP ${NUMBERS.signature} 0 R>>`) } : none),
    9: more(objects[9], references.length > 0 ? `/Reference [${references.join(' ')}]` : ''),
    ...(lock ? { 8: more(objects[8], '/Lock 24 0 R'), 24: `<</Type /SigFieldLock ${lockText(lock)}${lockP ? ` /P ${lockP}` : ''}>>` } : none),
  }
}

/** Nothing is missing: where there is a table, poppler rebuilds a file that refers to what is not there. */
function complete(objects: Objects): Objects {
  return Object.fromEntries(
    Object.entries(objects).map(([number, text]) => [number, text.replace('/Missing 90 0 R', '').replace('/Missing Do', '           ')]),
  )
}

async function seed(identity: LabIdentity, name: string, document: Objects, signing: Signing = {}): Promise<UpdateSeed> {
  const objects = signing.missing ? document : complete(document)
  const file = await layOut(permitted(objects, signing), signing)
  const bytes = await craft(identity, { file: () => file })
  const p = Math.min(signing.certify ?? 3, signing.lockP ?? 3) as 1 | 2 | 3
  const lock = signing.fieldMdp ?? signing.lock
  return { name, bytes, permissions: { p, ...(lock ? { lock } : {}) } }
}

const UNSIGNED = '<</FT /Sig /T (First) /Type /Annot /Subtype /Widget /F 132 /P 3 0 R /Rect [220 10 280 30]>>'
/** What stood in the file before it was signed: another amount, and a page without a seal. */
const EARLIER: Objects = { 4: stream('BT /F1 12 Tf 20 178 Td (The amount is 9000.) Tj ET'), 8: UNSIGNED, 11: '<</Producer (Writer)>>' }
const everything = letter({
  ...LAYERED,
  catalog: `${LAYERED.catalog ?? ''} ${ANNOTATED.catalog ?? ''}`,
  fields: FORM.fields ?? '',
  annotations: [0, 1].map((i) => [FORM, ANNOTATED, LAYERED].map((part) => part.annotations?.[i] ?? '').join(' ')) as [string, string],
  objects: { ...LAYERED.objects, ...ANNOTATED.objects, ...FORM.objects },
})

/** Makes the seeds, with keys of their own. */
export async function makeUpdateWorld(): Promise<UpdateWorld> {
  const lab = await Lab.create({ now: AT })
  // Nothing is to be asked about a leaf with noRevAvail (RFC 9608), nor is there an authority between it and the root.
  const identity = await lab.issue({ authority: lab.root, noRevAvail: true })
  const plain = letter()
  const form = letter(FORM)
  const annotated = letter(ANNOTATED)
  const layered = letter(LAYERED)
  const shared = letter(SHARED)
  const packed = { kind: 'stream', packed: true } as const
  const make = (name: string, objects: Objects, signing: Signing = {}): Promise<UpdateSeed> => seed(identity, name, objects, signing)
  const seeds = [
    await make('letter', plain),
    await make('letter, packed', plain, { missing: true, ...packed }),
    await make('letter, revised', plain, { earlier: EARLIER }),
    await make('letter, P 1', plain, { certify: 1 }),
    await make('letter, P 2, revised', plain, { certify: 2, earlier: EARLIER }),
    await make('letter, P 3', plain, { certify: 3 }),
    await make('form', form),
    await make('form, revised', form, { earlier: EARLIER }),
    await make('form, packed', form, packed),
    await make('form, hybrid', form, { kind: 'hybrid', packed: true }),
    await make('form, P 1', form, { certify: 1 }),
    await make('form, P 2', form, { certify: 2 }),
    await make('form, P 2, packed', form, { certify: 2, ...packed }),
    await make('form, P 3', form, { certify: 3 }),
    await make('form, fields locked', form, { fieldMdp: { action: 'Include', fields: ['Number', 'Agreed'] } }),
    await make('form, P 2, fields open', form, { certify: 2, fieldMdp: { action: 'Exclude', fields: ['Name', 'Second'] } }),
    await make('form, all locked', form, { fieldMdp: { action: 'All', fields: [] }, lock: { action: 'All', fields: [] } }),
    await make('form, locked to P 2', form, { lock: { action: 'Include', fields: ['City'] }, lockP: 2 }),
    await make('form, encrypted', form, { encrypted: true }),
    await make('form, P 2, encrypted, packed', form, { certify: 2, encrypted: true, ...packed }),
    await make('annotated', annotated),
    await make('annotated, P 2', annotated, { certify: 2 }),
    await make('annotated, P 3, packed', annotated, { certify: 3, ...packed }),
    await make('layered', layered),
    await make('layered, P 2', layered, { certify: 2 }),
    await make('shared', shared),
    await make('shared, P 2, packed', shared, { certify: 2, ...packed }),
    await make('shared, fields open', shared, { fieldMdp: { action: 'Exclude', fields: ['Number', 'Back'] } }),
    await make('everything', everything),
    await make('everything, P 2', everything, { certify: 2, missing: true, kind: 'stream' }),
    await make('everything, P 3', everything, { certify: 3 }),
  ]
  // Signed by kyso itself, and by a second hand.
  const options = { signer: identity.signer, signingTime: AT }
  const drawn = without(complete(plain), NUMBERS.signature)
  const unsigned = await layOut({ ...drawn, [NUMBERS.field]: UNSIGNED })
  seeds.push({ name: 'letter, by kyso', bytes: await signPdf(unsigned, options), permissions: { p: 3 } })
  for (const first of seeds.filter(({ name }) => ['form, P 2', 'form', 'form, encrypted'].includes(name)))
    seeds.push({ name: `${first.name}, two hands`, bytes: await signPdf(first.bytes, { ...options, field: 'Third' }), permissions: first.permissions })
  return { seeds, root: lab.root.certificate, at: AT }
}
