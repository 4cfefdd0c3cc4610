// @ts-check
/**
 * Adds up vitest's JSON reports in a folder and prints `N passed, N failed` as the last line. Status 1 when a test failed, one
 * was left out, a file could not be run, or there is no report: in CI nothing may skip.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.'
let passed = 0
let failed = 0
let skipped = 0
const reports = readdirSync(folder).filter((name) => name.endsWith('.json'))
for (const name of reports) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped += report.numPendingTests + report.numTodoTests
  for (const file of report.testResults) {
    const left = file.assertionResults.filter((/** @type {{ status: string }} */ test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
    for (const test of left) console.log(`left out: ${file.name}: ${test.fullName}`)
    if (file.status === 'failed' && !file.assertionResults.some((/** @type {{ status: string }} */ test) => test.status === 'failed')) {
      failed++ // a file that broke before its first test
      console.log(`could not be run: ${file.name}: ${file.message}`)
    }
  }
}
if (reports.length === 0) console.log('no test ran')
if (skipped > 0) console.log(`${skipped} left out`)
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || skipped > 0 || reports.length === 0) process.exitCode = 1
