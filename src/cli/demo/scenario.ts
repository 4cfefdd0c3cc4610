/** What the demonstration makes: an infrastructure, signed documents, and copies that somebody tampered with. */
import { concat, equal, indexOf, latin1 } from '../../core/bytes.ts'
import { type PadesLevel, signPdf } from '../../pades/index.ts'
import { openPdf, PdfRef, PdfUpdate, pdfStream } from '../../pdf/index.ts'
import { Lab, type LabIdentity, pem } from '../../testing/index.ts'
import type { Indication } from '../../verify/index.ts'
import { addDecision, DECISION_EXPECTATIONS } from './decision.ts'
import { addInvoice, INVOICE_EXPECTATIONS } from './invoice.ts'
import { addMinutes, MINUTES_EXPECTATIONS } from './minutes.ts'
import { AMOUNT, CONTENT_OBJECT, demoPdf, encryptedDemoPdf, forgedContent } from './pdf.ts'

/** Password of the encrypted copy. */
export const DEMO_PASSWORD = 'kyso-demo'

/** What is handed to verification beside the document. */
export type DemoEvidence = 'all' | 'trust' | 'none'

/** A document, and what has to come out when it is verified. */
export interface Expectation {
  readonly file: string
  readonly evidence: DemoEvidence
  readonly encrypted?: boolean
  /** `unreadable`: no verdict at all, only an error. */
  readonly expected: Indication | 'unreadable'
  readonly subIndication?: string
  readonly signatures: number
  /** Of each signature, where they do not share one. */
  readonly each?: readonly Indication[]
  /** Key of the text that says what the document shows. */
  readonly shows: Shows
}

/** What documents show: `demo.shows.<name>` has its text. */
export type Shows =
  | 'b-b'
  | 'b-t'
  | 'encrypted'
  | 'noRevocation'
  | 'noTrust'
  | 'impostor'
  | 'byte'
  | 'update'
  | 'cut'
  | 'decision'
  | 'decisionNote'
  | 'decisionNumber'
  | 'invoicePlain'
  | 'invoiceB'
  | 'invoiceT'
  | 'invoiceAmount'
  | 'invoiceLayout'
  | 'minutesB'
  | 'minutesT'
  | 'minutesInside'
  | 'minutesOther'

/** Everything, ready to be written and verified. */
export interface Scenario {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly expectations: readonly Expectation[]
}

/** Long enough for the commands to be run again next year; real lists hold for days. */
const EVIDENCE_YEARS = 5

const ORGANISATION = 'Sở Thử Nghiệm tỉnh Mẫu'

const ROLES = [
  { role: 'initials', name: 'Trần Thị Bình', algorithm: 'P-256', reason: 'Ký nháy' },
  { role: 'leader', name: 'Nguyễn Văn An', algorithm: 'RSA-3072', reason: 'Phê duyệt' },
  { role: 'clerk', name: 'Lê Minh Châu', algorithm: 'P-384', reason: 'Phát hành' },
] as const

/** Makes everything; nothing is asked of any network. */
export async function makeScenario(): Promise<Scenario> {
  const lab = await Lab.create({
    rootName: [{ C: 'VN' }, { O: 'Kyso demonstration, not for real use' }, { CN: 'Demo Root CA' }],
    caName: [{ C: 'VN' }, { O: 'Kyso demonstration, not for real use' }, { CN: 'Demo Issuing CA' }],
  })
  const people: LabIdentity[] = []
  for (const { name, algorithm } of ROLES) people.push(await lab.issue({ algorithm, subject: [{ C: 'VN' }, { O: ORGANISATION }, { CN: name }] }))
  const files = new Map<string, Uint8Array>()
  await addEvidence(lab, people, files)

  const document = demoPdf()
  const bB = await signByAll(lab, people, document, 'B-B')
  const bT = await signByAll(lab, people, document, 'B-T')
  files.set('contract.pdf', document)
  files.set('contract.b-b.pdf', bB)
  files.set('contract.b-t.pdf', bT)
  files.set('contract.encrypted.b-t.pdf', await signByAll(lab, people, await encryptedDemoPdf(DEMO_PASSWORD), 'B-T', DEMO_PASSWORD))
  files.set('impostor.pdf', await signByImpostor(lab, document))
  files.set('tampered.byte.pdf', withOtherAmount(bT))
  files.set('tampered.update.pdf', await withUpdate(bT))
  files.set('tampered.cut.pdf', bT.subarray(0, bT.length - 5_000))
  await addDecision(lab, people, files)
  await addInvoice(lab, files)
  await addMinutes(lab, people, files)
  return { files, expectations: [...EXPECTATIONS, ...DECISION_EXPECTATIONS, ...INVOICE_EXPECTATIONS, ...MINUTES_EXPECTATIONS] }
}

async function addEvidence(lab: Lab, people: readonly LabIdentity[], files: Map<string, Uint8Array>): Promise<void> {
  const nextUpdate = new Date(lab.now().getTime() + EVIDENCE_YEARS * 365 * 86_400_000)
  files.set('trust/root.pem', latin1(pem(lab.root.certificate, 'CERTIFICATE')))
  files.set('crl/root.crl', await lab.crl(lab.root, { nextUpdate }))
  files.set('crl/ca.crl', await lab.crl(lab.ca, { nextUpdate }))
  for (const [i, { role }] of ROLES.entries()) {
    const certificate = people[i]?.certificate
    if (!certificate) continue
    files.set(`certificates/${role}.pem`, latin1(pem(certificate, 'CERTIFICATE')))
    files.set(`ocsp/${role}.ocsp`, await lab.ocsp(certificate, { nextUpdate }))
  }
  files.set('certificates/ca.pem', latin1(pem(lab.ca.certificate, 'CERTIFICATE')))
}

/** One after another, each on what the one before has signed. */
async function signByAll(lab: Lab, people: readonly LabIdentity[], document: Uint8Array, level: PadesLevel, password?: string): Promise<Uint8Array> {
  let signed = document
  for (const [i, { role, reason }] of ROLES.entries()) {
    const signer = people[i]?.signer
    if (!signer) continue
    const common = { signer, level, field: role, reason, location: 'Hà Nội', ...(password === undefined ? {} : { password }) }
    signed = await signPdf(signed, level === 'B-T' ? { ...common, sources: { timestamp: lab.tsa.source } } : common)
  }
  return signed
}

/** Somebody sets up a root with exactly the same name, and signs as the leader. */
async function signByImpostor(lab: Lab, document: Uint8Array): Promise<Uint8Array> {
  const authority = await lab.impostor(lab.root)
  const { signer } = await lab.issue({ authority, subject: [{ C: 'VN' }, { O: ORGANISATION }, { CN: ROLES[1].name }] })
  return signPdf(document, { signer, level: 'B-B', field: 'leader', reason: ROLES[1].reason })
}

/** One byte of what everybody signed: the amount becomes another. */
function withOtherAmount(signed: Uint8Array): Uint8Array {
  const changed = new Uint8Array(signed)
  const at = indexOf(changed, latin1(AMOUNT))
  if (at < 0) throw new TypeError('the amount is not in the document')
  changed[at] = '9'.charCodeAt(0)
  return changed
}

/** Nothing of what was signed changes; an update behind it shows another page. */
async function withUpdate(signed: Uint8Array): Promise<Uint8Array> {
  const document = await openPdf(signed)
  const update = new PdfUpdate(document)
  update.set(new PdfRef(CONTENT_OBJECT), pdfStream({}, forgedContent()))
  const changed = concat([signed, update.build().bytes])
  if (!equal(changed.subarray(0, signed.length), signed)) throw new TypeError('an update changed what was there')
  return changed
}

const EXPECTATIONS: readonly Expectation[] = [
  { file: 'contract.b-b.pdf', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 3, shows: 'b-b' },
  { file: 'contract.b-t.pdf', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 3, shows: 'b-t' },
  { file: 'contract.encrypted.b-t.pdf', evidence: 'all', encrypted: true, expected: 'TOTAL-PASSED', signatures: 3, shows: 'encrypted' },
  { file: 'contract.b-t.pdf', evidence: 'trust', expected: 'INDETERMINATE', subIndication: 'TRY_LATER', signatures: 3, shows: 'noRevocation' },
  { file: 'contract.b-t.pdf', evidence: 'none', expected: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', signatures: 3, shows: 'noTrust' },
  { file: 'impostor.pdf', evidence: 'all', expected: 'INDETERMINATE', subIndication: 'NO_CERTIFICATE_CHAIN_FOUND', signatures: 1, shows: 'impostor' },
  { file: 'tampered.byte.pdf', evidence: 'all', expected: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE', signatures: 3, shows: 'byte' },
  { file: 'tampered.update.pdf', evidence: 'all', expected: 'INDETERMINATE', subIndication: 'GENERIC', signatures: 3, shows: 'update' },
  { file: 'tampered.cut.pdf', evidence: 'all', expected: 'unreadable', signatures: 0, shows: 'cut' },
]
