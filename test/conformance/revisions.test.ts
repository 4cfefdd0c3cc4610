/** The set of revisions as `verify` judges it: signature by signature, trust and time as the set's manifest has them. */
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { trustAnchors } from '../../src/sources/index.ts'
import type { Report, SignatureReport } from '../../src/verify/index.ts'
import { verify } from '../../src/verify/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

type Verdict = 'intact-unchanged' | 'intact-allowed' | 'modified-forbidden' | 'broken'

interface RevisionCase {
  readonly file: string
  readonly id: string
  readonly expected: Verdict
  readonly also?: readonly Verdict[]
  readonly reported?: boolean | null
  readonly signatures: number
  readonly signaturesAlso?: number
  readonly each: readonly { readonly field: string; readonly expected: Verdict }[]
}

interface Manifest {
  readonly validationTime: string
  readonly anchor: string
  readonly cases: readonly RevisionCase[]
}

/** What was added and changed nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['objectRewritten', 'objectUnused', 'objectRemoved'])

/** Whether a verdict is the one that the README of the set owes a signature: whoever changes the dictionary of a signature may break it as well. */
function fits(expected: Verdict, { indication, intact, modifications: { kind, changes } }: SignatureReport): boolean {
  const unchanged = kind === 'none' || changes.every(({ code }) => HARMLESS.has(code))
  switch (expected) {
    case 'intact-unchanged':
      return intact === true && indication === 'TOTAL-PASSED' && unchanged
    case 'intact-allowed':
      return intact === true && indication === 'TOTAL-PASSED' && !unchanged
    case 'modified-forbidden':
      return indication !== 'TOTAL-PASSED' && (intact === false || kind === 'unexplained')
    case 'broken':
      return indication === 'TOTAL-FAILED' && intact === false
  }
}

/** Judged as `also` says: readers told to draw all fields anew draw them without what a seal or another look showed. */
const DEFENDED = ['needappearances-with-fill-p2']

describeWithCorpus('verify: the set of revisions', 'revisions', (folder) => {
  const { validationTime, anchor, cases } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as Manifest
  const reports = new Map<string, Report>()
  beforeAll(async () => {
    const trust = trustAnchors(readFileSync(`${folder}/${anchor}`))
    for (const { file } of cases) reports.set(file, await verify(readFileSync(`${folder}/${file}`), { trust, at: new Date(validationTime) }))
  }, 300_000)

  it('has every file judged as expected, or as can be defended, signature by signature', () => {
    const wrong: string[] = []
    const defended: string[] = []
    for (const { file, id, expected, also = [], each } of cases) {
      const report = reports.get(file)
      // An emptied field has no signature any more, and a file that cannot be read has none at all; the one that is left tells of it.
      const found = each.flatMap((one) =>
        (report?.signatures ?? []).filter(({ claims }) => claims.field === one.field).map((signature) => ({ ...one, signature })),
      )
      const stamps = each.filter(({ field }) => field.startsWith('Timestamp')).length
      if (
        report &&
        found.length === 0 &&
        (expected === 'broken' || also.includes('broken') || expected === 'modified-forbidden') &&
        report.indication !== 'TOTAL-PASSED'
      )
        continue
      const others = found.filter(({ expected: one, signature }) => !fits(one, signature))
      if (others.length === 0 && found.length > 0 && (found.length === each.length - stamps || expected === 'modified-forbidden')) continue
      if (others.every(({ signature }) => also.some((one) => fits(one, signature)))) defended.push(id)
      else wrong.push(`${id}: ${others.map(({ field, expected: one, signature }) => `${field} ${signature.indication} instead of ${one}`).join(', ')}`)
    }
    expect(wrong).toEqual([])
    expect(defended).toEqual(DEFENDED)
  })

  it('never says yes where a change is forbidden or a signature broken', () => {
    const passed = cases.filter(
      ({ file, expected, also = [] }) =>
        !expected.startsWith('intact') && reports.get(file)?.indication === 'TOTAL-PASSED' && !also.some((one) => one.startsWith('intact')),
    )
    expect(passed.map(({ id }) => id)).toEqual([])
    expect(cases.filter(({ expected }) => !expected.startsWith('intact')).length).toBeGreaterThan(100)
  })

  it('says yes to all that is permitted, with a word about what changed where that is asked for', () => {
    const permitted = cases.filter(({ id, expected }) => expected.startsWith('intact') && !DEFENDED.includes(id))
    const silent: string[] = []
    for (const { file, id, reported } of permitted) {
      const report = reports.get(file)
      expect([id, report?.indication]).toEqual([id, 'TOTAL-PASSED'])
      // A further signature is told by its own verdict and among the changes; the rest by a message as well.
      const told = report?.signatures.some(
        ({ messages, modifications: { changes } }) =>
          messages.some(({ code }) => code.startsWith('later')) || changes.some(({ code }) => code === 'signatureAdded'),
      )
      if (reported && !told) silent.push(id)
    }
    expect(permitted.length).toBeGreaterThan(50)
    expect(silent).toEqual([])
  })

  it('finds as many signatures as there are', () => {
    const wrong = cases.flatMap(({ file, id, signatures, signaturesAlso }) => {
      const report = reports.get(file)
      const count = (report?.signatures.length ?? 0) + (report?.documentTimestamps.length ?? 0)
      return count === signatures || count === signaturesAlso ? [] : [`${id}: ${count} instead of ${signatures}`]
    })
    expect(wrong).toEqual([])
  })
})
