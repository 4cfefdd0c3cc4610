/** A few thousand mutated inputs a family; `npm run mutate` tries a million. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Family, makeWorld } from './seeds.ts'
import { type Outcome, Trials } from './trial.ts'

const COUNT = 3_000

let trials: Trials
beforeAll(async () => {
  trials = await Trials.create(await makeWorld(), 20260)
})

describe('mutated inputs are read or refused, and only what was signed is said to be', () => {
  it.each<Family>(['xml', 'cms', 'asn1'])('%s', { timeout: 300_000 }, async (family) => {
    const results: Record<Outcome['result'], number> = { refused: 0, read: 0, passed: 0 }
    for (let index = 0; index < COUNT; index++) {
      const { result, problems } = await trials.run(family, index)
      results[result]++
      if (problems.length === 0) continue
      const { seed, bytes } = trials.input(family, index)
      expect.fail(`${seed.name}, input ${index}: ${problems.join('; ')}\n${Buffer.from(bytes).toString('base64')}`)
    }
    // Mutations that are all refused, or change nothing that counts, would show nothing.
    for (const count of Object.values(results)) expect(count).toBeGreaterThan(COUNT / 50)
  })
})
