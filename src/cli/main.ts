#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { askPassword } from './password.ts'
import { main } from './run.ts'

/** How this was called, for lines that can be copied. */
function programName(): string {
  const script = process.argv[1] ?? 'kyso'
  if (basename(script) === 'kyso') return script.includes('node_modules') || script.includes('_npx') ? 'npx kyso' : 'kyso'
  return `node ${relative(process.cwd(), script)}`
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

// “kyso verify … | head”: who reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
})

process.exitCode = await main(process.argv.slice(2), {
  program: programName(),
  version,
  env: process.env,
  ...(process.stdout.columns ? { columns: process.stdout.columns } : {}),
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  ...(process.stderr.isTTY ? { progress: (text: string) => void process.stderr.write(`\r\u001b[K${text}`) } : {}),
  ...(process.stdin.isTTY && process.stderr.isTTY ? { askPassword } : {}),
})
