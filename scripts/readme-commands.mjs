// @ts-check
/**
 * Prints the command lines that README.md promises to work as written, one a line: those in the `sh` blocks right below a
 * `<!-- runs as written -->` mark. `.ci/run` runs what this prints.
 */
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const lines = [...readme.matchAll(/<!-- runs as written -->\n+```sh\n([^`]+)```/g)].flatMap(([, block]) =>
  (block ?? '').split('\n').filter((line) => line.trim() !== ''),
)
if (lines.length !== 2) {
  console.error(`README.md has ${lines.length} command lines marked to run as written; it must have 2`)
  process.exit(1)
}
for (const line of lines) console.log(line)
