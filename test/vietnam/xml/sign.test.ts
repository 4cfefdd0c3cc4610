import { beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { describeVietnamXml, detectVietnamXml, VIETNAM_XML_PROFILES } from '../../../src/vietnam/index.ts'
import { SAMPLES } from './samples.ts'
import { createWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

describe('every profile', () => {
  it('has a sample', () => {
    expect(SAMPLES.map(({ profile }) => profile).sort()).toEqual([...VIETNAM_XML_PROFILES].sort())
  })

  it.each(SAMPLES)('signs and is read: $profile', async (sample) => {
    const signed = await world.sign(sample)
    const report = await world.verify(signed)
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', format: 'xml' })
    const [signature] = describeVietnamXml(signed, report).signatures
    expect(signature).toMatchObject({ profile: sample.profile, complete: true, intact: true, path: `${sample.place}/${sample.profile === 'edxml' ? 'ds:' : ''}Signature` })
    expect(signature?.taxCode.result).toBe(sample.profile === 'message-envelope' ? 'notCovered' : sample.taxCode ? 'same' : 'notStated')
  })
})
