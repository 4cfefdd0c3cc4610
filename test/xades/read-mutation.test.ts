/** Files that are damaged at random: nothing but `KysoError`, and what still is intact is what was signed, octet by octet. */
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromUtf8, toBase64, utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { counterSignXml, type ReadXmlResult, readXml, signXml } from '../../src/xades/index.ts'
import { type LabSetting, NOW, setting } from '../verify/lab-pdf.ts'
import { Chance } from './wrapping.ts'

const MUTATIONS = 600
const INVOICE = '<HDon xmlns:k="urn:k"><DLHDon Id="data" k:a="1"><MST>0100109106</MST><!-- x --><Ten>Bút &amp; giấy</Ten></DLHDon><DSCKS/></HDon>'

/** Another byte, one less, one more, a piece twice, a piece less. */
function mutated(bytes: Uint8Array, chance: Chance): Uint8Array {
  const at = chance.below(bytes.length)
  const length = 1 + chance.below(40)
  switch (chance.below(5)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << chance.below(8)) : byte))
    case 1:
      return concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
    case 2:
      return concat([bytes.subarray(0, at), utf8(chance.pick(['<', '>', '&', '"', ' ', '/', '=', 'A', '0', '<a/>', '&#x41;'])), bytes.subarray(at)])
    case 3:
      return concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    default:
      return concat([bytes.subarray(0, at), bytes.subarray(at + length)])
  }
}

/** What the intact signatures of a document are over. */
function signedBy({ signatures, signedBytes }: ReadXmlResult): string[] {
  return signatures
    .filter(({ checks }) => intactOf(checks) === true)
    .map(({ id }) => {
      const { signedInfo, references } = signedBytes(id)
      return [signedInfo, ...references.map(({ bytes }) => bytes ?? new Uint8Array())].map(toBase64).join(' ')
    })
}

describe('damaged files', () => {
  let made: LabSetting
  const files: Uint8Array[] = []
  beforeAll(async () => {
    made = await setting()
    const common = { signer: made.signer.signer, signingTime: NOW, sources: { timestamp: made.lab.tsa.source } }
    const plain = await signXml(utf8(INVOICE), { ...common, form: 'xmldsig', references: [{ uri: '#data' }], keyInfo: { keyValue: true } })
    const stamped = await signXml(utf8(INVOICE), { ...common, level: 'B-T', canonicalization: 'inclusive' })
    files.push(plain, stamped, await counterSignXml(stamped, common), await signXml(utf8(INVOICE), { ...common, packaging: 'enveloping', embed: 'base64' }))
  })

  it(`${MUTATIONS} of them`, async () => {
    const originals = await Promise.all(files.map(async (file) => new Set(signedBy(await readXml(file)))))
    expect(originals.map(({ size }) => size)).toEqual([1, 1, 2, 1])
    const chance = new Chance(20260601)
    const tally = { errors: 0, intact: 0, broken: 0 }
    for (let i = 0; i < MUTATIONS; i++) {
      const which = i % files.length
      const file = mutated(files[which] as Uint8Array, chance)
      let read: ReadXmlResult
      try {
        read = await readXml(file)
      } catch (error) {
        if (!isKysoError(error)) throw error
        tally.errors++
        continue
      }
      const found = signedBy(read)
      for (const one of found) if (!originals[which]?.has(one)) throw new Error(`mutation ${i} is intact over something else: ${fromUtf8(file)}`)
      if (found.length > 0) tally.intact++
      else tally.broken++
    }
    expect(tally.errors).toBeGreaterThan(MUTATIONS / 20)
    expect(tally.broken).toBeGreaterThan(MUTATIONS / 20)
  }, 120_000)
})
