import { defineConfig } from 'vitest/config'

/** A folder for the results as JSON, one file a run: `.ci/run` adds them up. */
const report = process.env.KYSO_TEST_REPORTS

/** `unit` needs nothing but Node; `interop` and `conformance` use foreign tools and public vectors, and skip loudly without them. */
export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: `${report}/${process.pid}.json` }]] : ['default'],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/interop/**', 'test/conformance/**'], testTimeout: 60_000 } },
      { test: { name: 'interop', include: ['test/interop/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 } },
    ],
  },
})
