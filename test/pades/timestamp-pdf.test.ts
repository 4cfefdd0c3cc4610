import { beforeAll, describe, expect, it } from 'vitest'
import { equal } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import { addPdfFields, readPdf, type TimestampPdfOptions, timestampPdf } from '../../src/pades/index.ts'
import { verify } from '../../src/verify/index.ts'
import { BASIC, Sample, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, NOW, setting, sign } from '../verify/lab-pdf.ts'
import { encryptedPdf, failure } from './forms/form-sample.ts'
import { opened, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const stamp = (document: Uint8Array, options: Partial<TimestampPdfOptions> = {}): Promise<Uint8Array> =>
  timestampPdf(document, { sources: { timestamp: made.lab.tsa.source }, ...options })

describe('a document time-stamp', () => {
  it.each<[string, () => Uint8Array]>([
    ['a table', () => simplePdf()],
    ['a cross-reference stream', () => new Sample().stream(BASIC).bytes()],
  ])('goes behind a file with %s, and covers all of it', async (_, file) => {
    const before = file()
    const after = await stamp(before)
    expect(equal(after.subarray(0, before.length), before)).toBe(true)
    const { documentTimestamps, signatures } = await readPdf(after)
    expect(signatures).toEqual([])
    expect(documentTimestamps.map(({ time, checks, scope }) => [time?.toISOString(), checks.filter(({ result }) => result !== 'passed'), scope.kind])).toEqual([
      [NOW.toISOString(), [], 'revision'],
    ])
  })

  it('is the dictionary that the standard wants, without a time of its own (ISO 32000-2 §12.8.5)', async () => {
    const { signature, field } = await opened(await stamp(simplePdf(), { field: 'Stamp' }))
    expect(Array.from(signature('Stamp').entries.keys())).toEqual(['Type', 'Filter', 'SubFilter', 'ByteRange', 'Contents'])
    expect(['Type', 'SubFilter'].map((key) => written(signature('Stamp').get(key)))).toEqual(['/DocTimeStamp', '/ETSI.RFC3161'])
    expect(written(field('Stamp').get('Rect'))).toBe('[0 0 0 0]')
  })

  it('comes after signatures, whatever they certify or lock, and they stay valid', async () => {
    for (const options of [{}, { level: 'B-T' }, { certify: 1 }, { certify: 2 }, { lock: { action: 'All', permission: 1 } }] as const) {
      const stamped = await stamp(await stamp(await sign(made, options)))
      const { indication, documentTimestamps } = await verify(stamped, made.options)
      expect([indication, documentTimestamps.map(({ intact }) => intact)]).toEqual(['TOTAL-PASSED', [true, true]])
    }
  })

  it('is the same from a source as from memory, but for what the authority says', async () => {
    const a = await stamp(simplePdf())
    const b = await timestampPdf(memorySource(simplePdf()), { sources: { timestamp: made.lab.tsa.source } })
    expect(a.length).toBe(b.length)
  })

  it('goes into an empty field, unless signing that field locks something', async () => {
    const prepared = await addPdfFields(simplePdf(), [
      { type: 'signature', name: 'Stamp' },
      { type: 'signature', name: 'Locking', lock: { action: 'All' } },
    ])
    const { documentTimestamps } = await readPdf(await stamp(prepared, { field: 'Stamp' }))
    expect(documentTimestamps).toHaveLength(1)
    expect(await failure(stamp(prepared, { field: 'Locking' }))).toBe('ERR_PDF_FIELD lock')
    expect(await failure(stamp(await sign(made, { field: 'Taken' }), { field: 'Taken' }))).toBe('ERR_PDF_FIELD signed')
    const certified = await sign(made, { certify: 1 }, prepared)
    expect(await failure(stamp(certified, { field: 'Stamp' }))).toBe('ERR_PDF_CERTIFIED')
  })

  it('that does not hold is not written', async () => {
    for (const wrong of ['nonce', 'imprint', 'signature', 'message-digest', 'certificate-hash'] as const)
      expect(await failure(stamp(simplePdf(), { sources: { timestamp: made.lab.tsa.sourceWith({ wrong: [wrong] }) } }))).toBe('ERR_TSP_MISMATCH')
    expect(await failure(stamp(simplePdf(), { sources: { timestamp: made.lab.tsa.sourceWith({ reject: 'systemFailure' }) } }))).toBe('ERR_TSA_REFUSED')
    expect(await failure(stamp(simplePdf(), { sources: {} }))).toBe('ERR_TSA_MISSING')
    expect(await failure(stamp(simplePdf(), { signal: AbortSignal.abort() }))).toBe('ERR_ABORTED')
  })

  it('says how much room it needs', async () => {
    const error = await stamp(simplePdf(), { size: 100 }).catch((cause: unknown) => cause)
    if (!isKysoError(error, 'ERR_PLACEHOLDER_TOO_SMALL')) throw error
    const { needed } = error.data
    expect(needed).toBeGreaterThan(100)
    const exact = await stamp(simplePdf(), { size: Number(needed) + 8 })
    expect((await readPdf(exact)).documentTimestamps).toHaveLength(1)
    for (const size of [0, -1, 1.5, Number.NaN, 2 ** 40]) expect(await failure(stamp(simplePdf(), { size }))).toBe('ERR_ARGUMENT')
  })

  it('keeps to encryption', async () => {
    const stamped = await stamp(encryptedPdf(), { password: 'owner' })
    const { documentTimestamps } = await readPdf(stamped, { password: 'user' })
    expect(documentTimestamps.flatMap(({ checks }) => checks.filter(({ result }) => result !== 'passed'))).toEqual([])
    expect(await failure(stamp(encryptedPdf({ permissions: -4 & ~8 }), { password: 'user' }))).toBe('ERR_PDF_PERMISSION')
    expect(await failure(stamp(encryptedPdf()))).toBe('ERR_PDF_PASSWORD')
  })

  it('is not put behind a signature that claims more than there is', async () => {
    const broken = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
      5: '<</FT/Sig/T(x)/V<</ByteRange[0 10 20 99999]/Contents<00>>>>>',
    })
    expect(await failure(stamp(broken))).toBe('ERR_PDF_SIGNATURE_BROKEN')
  })
})
