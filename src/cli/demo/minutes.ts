/** The demonstration's text file: signed beside it, in it, and changed afterwards. */

import { type CadesLevel, signCms } from '../../cades/index.ts'
import { utf8 } from '../../core/bytes.ts'
import type { Lab, LabIdentity } from '../../testing/index.ts'
import type { Expectation } from './scenario.ts'

const MINUTES = `BIÊN BẢN HỌP

Hôm nay, ngày 20 tháng 11 năm 2026, các bên thống nhất:
1. Bên bán giao 500 ram giấy trước ngày 30 tháng 11.
2. Bên mua thanh toán 10.000.000 đồng trong vòng 30 ngày.
`

/** Makes the file and what becomes of it. */
export async function addMinutes(lab: Lab, people: readonly LabIdentity[], files: Map<string, Uint8Array>): Promise<void> {
  const minutes = utf8(MINUTES)
  const other = utf8(MINUTES.replace('10.000.000', '90.000.000'))
  const bT = await signByAll(lab, people, minutes, 'B-T')
  // A signature file is found by the name of what it is over.
  files.set('minutes.b-b.txt', minutes)
  files.set('minutes.b-b.txt.p7s', await signByAll(lab, people, minutes, 'B-B'))
  files.set('minutes.b-t.txt', minutes)
  files.set('minutes.b-t.txt.p7s', bT)
  files.set('minutes.inside.p7m', await signByAll(lab, people, minutes, 'B-T', true))
  files.set('tampered.txt', other)
  files.set('tampered.txt.p7s', bT)
}

/** Beside each other: nobody signs what another has signed. */
async function signByAll(lab: Lab, people: readonly LabIdentity[], content: Uint8Array, level: CadesLevel, attached = false): Promise<Uint8Array> {
  let cms: Uint8Array | undefined
  for (const { signer } of people) {
    const common = { signer, level, mimeType: 'text/plain', sources: { timestamp: lab.tsa.source } }
    cms = cms ? await signCms(cms, { ...common, ...(attached ? {} : { content }) }) : await signCms(content, { ...common, attached })
  }
  return cms ?? new Uint8Array(0)
}

export const MINUTES_EXPECTATIONS: readonly Expectation[] = [
  { file: 'minutes.b-b.txt.p7s', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 3, shows: 'minutesB' },
  { file: 'minutes.b-t.txt.p7s', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 3, shows: 'minutesT' },
  { file: 'minutes.inside.p7m', evidence: 'all', expected: 'TOTAL-PASSED', signatures: 3, shows: 'minutesInside' },
  { file: 'tampered.txt.p7s', evidence: 'all', expected: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE', signatures: 3, shows: 'minutesOther' },
]
