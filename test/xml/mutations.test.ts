import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { parseXml } from '../../src/xml/index.ts'
import { events, mutate, SAMPLES, seeded } from './support.ts'

describe('mutated documents', () => {
  it('are read, or refused with an error of ours', () => {
    const random = seeded(20260)
    let read = 0
    let refused = 0
    for (let i = 0; i < 20_000; i++) {
      const bytes = mutate(utf8(SAMPLES[i % SAMPLES.length] as string), random)
      try {
        const doc = parseXml(bytes)
        events(doc)
        for (let node = 0; node < doc.size; node++) {
          expect(doc.start(node)).toBeLessThanOrEqual(doc.startTagEnd(node) || doc.end(node))
          expect(doc.end(node)).toBeLessThanOrEqual(doc.bytes.length)
        }
        read++
      } catch (error) {
        if (!isKysoError(error)) throw error
        refused++
      }
    }
    expect(read).toBeGreaterThan(1_000)
    expect(refused).toBeGreaterThan(2_000)
  })
})
