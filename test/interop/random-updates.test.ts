/** Some hundreds of random updates of signed files; `npm run random-updates` tries ten thousand. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeUpdateWorld } from '../mutation/updates/seeds.ts'
import { type UpdateOutcome, UpdateTrials } from '../mutation/updates/trial.ts'
import { keepFinding } from '../mutation/updates/worker.ts'
import { describeWithTools, temporaryFolder } from '../support/tools.ts'

const COUNT = 300
const NUMBER = 20_260

describeWithTools('random updates of signed files', ['pdftoppm', 'pdftotext'], () => {
  const folder = temporaryFolder()

  it('whatever makes a page look or read otherwise without a rule is refused, and what changes nothing passes', async () => {
    const trials = new UpdateTrials(await makeUpdateWorld(), NUMBER, folder)
    await trials.check()
    const results: Record<UpdateOutcome['result'], number> = { passed: 0, refused: 0, unreadable: 0 }
    let passedVisibly = 0
    const findings: string[] = []
    let kept = ''
    for (let index = 0; index < COUNT; index++) {
      const { result, visible, problems, file } = await trials.run(index)
      results[result]++
      if (result === 'passed' && visible) passedVisibly++
      if (problems.length === 0) continue
      kept ||= mkdtempSync(join(tmpdir(), 'kyso-random-updates-'))
      findings.push(`${keepFinding(kept, index, file, problems)}: ${file.seed.name}; ${file.story}: ${problems.join('; ')}`)
    }
    expect(findings).toEqual([])
    // Updates that are all refused, or are not to be seen, would show nothing.
    expect(results.passed).toBeGreaterThan(COUNT / 10)
    expect(results.refused).toBeGreaterThan(COUNT / 10)
    expect(passedVisibly).toBeGreaterThan(COUNT / 30)
  })
})
