/** `kyso demo`: signing, verifying and tampering, on certificates made for the occasion, and everything left to be looked at. */

import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { format, hasMessage, type Language, loadMessages, type MessageKey } from '../core/messages.ts'
import { safeJson } from '../core/text.ts'
import { writeAtomically } from '../node/atomic.ts'
import { systemReason } from '../node/file-source.ts'
import { explainMessage, type Indication, type Report, type VerifyOptions } from '../verify/index.ts'
import { changeLines } from '../verify/report/changes.ts'
import { reportToJson } from '../verify/report/json.ts'
import { renderText } from '../verify/report/text.ts'
import { BULLET, layOut } from '../verify/report/words.ts'
import { identifyVietnam } from '../vietnam/index.ts'
import { certificatesOf, trustAnchor } from '../x509/index.ts'
import { DEMO_PASSWORD, type DemoEvidence, type Expectation, makeScenario, type Scenario } from './demo/scenario.ts'
import { type Context, STATUS, widthOf } from './io.ts'
import type { Command } from './run.ts'
import { usageError } from './usage.ts'
import { verifyOne } from './verify/one.ts'

const PASSWORD_VARIABLE = 'KYSO_DEMO_PASSWORD'

export const demoCommand: Command = {
  specs: { options: { out: 'value' }, later: ['format', 'level'] },
  async run(context, args) {
    if (args.files.length > 0) throw usageError('unexpectedArgument', { value: args.files[0] })
    const folder = args.one('out') ?? 'demo-out'
    const json = args.has('json')
    const { io, catalogue } = context
    const say = (key: MessageKey, data: Parameters<typeof format>[2] = {}): void => {
      if (!json) io.stdout(`${format(catalogue, key, data)}\n`)
    }
    say('demo.intro')
    const scenario = await makeScenario()
    for (const [name, bytes] of scenario.files) await write(join(folder, name), bytes)
    say('demo.made', { folder })
    for (const name of scenario.files.keys()) {
      const text = `demo.file.${name}`
      if (!json && hasMessage(catalogue, text)) io.stdout(`  ${join(folder, name).padEnd(folder.length + 30)} ${format(catalogue, text)}\n`)
    }
    say('demo.others', { folder })

    say('demo.checking')
    let kept = 0
    let group = ''
    for (const expectation of scenario.expectations) {
      if (group !== groupOf(expectation)) {
        group = groupOf(expectation)
        say(`demo.group.${groupOf(expectation)}`)
      }
      const holds = await check(context, scenario, expectation, folder, json)
      if (holds) kept++
    }
    const all = scenario.expectations.length
    say(kept === all ? 'demo.allHold' : 'demo.someFail', { kept, count: all })
    const commands = commandLines(context, folder)
    if (!json) io.stdout(`\n${format(catalogue, 'demo.commands')}\n${commands.map((line) => `  $ ${line}\n`).join('')}`)
    await write(join(folder, 'commands.txt'), utf8(`${commands.join('\n')}\n`))
    return kept === all ? STATUS.passed : STATUS.failed
  },
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (cause) {
    const reason = systemReason(cause)
    throw new KysoError('ERR_FILE_WRITE', `the folder cannot be made: ${reason}`, { path: dirname(path), reason }, { cause })
  }
  await writeAtomically(path, (file) => file.write(bytes), { sync: false })
}

function optionsFor({ files }: Scenario, evidence: DemoEvidence, encrypted: boolean): VerifyOptions {
  const below = (folder: string): Uint8Array[] => [...files].flatMap(([name, bytes]) => (name.startsWith(`${folder}/`) ? [bytes] : []))
  return {
    ...(evidence === 'none'
      ? {}
      : {
          trust: below('trust')
            .flatMap(certificatesOf)
            .map((one) => trustAnchor(one)),
        }),
    ...(evidence === 'all'
      ? { crls: below('crl'), ocsp: below('ocsp'), certificates: certificatesOf(files.get('certificates/ca.pem') ?? new Uint8Array(0)) }
      : {}),
    identify: identifyVietnam,
    ...(encrypted ? { password: DEMO_PASSWORD } : {}),
  }
}

/** Which format an expectation is about. */
function groupOf({ file }: Expectation): 'pdf' | 'xml' | 'cms' {
  return file.endsWith('.pdf') ? 'pdf' : file.endsWith('.xml') ? 'xml' : 'cms'
}

/** Verifies one document where it was written, and holds the report against what was expected; leaves the report. */
async function check(context: Context, scenario: Scenario, expectation: Expectation, folder: string, json: boolean): Promise<boolean> {
  const { io, catalogue, language } = context
  const { file, evidence, encrypted = false, shows } = expectation
  const name = join(folder, file)
  const base = join(folder, 'reports', `${file.replace(/\.pdf$/, '')}${evidence === 'all' ? '' : `.${shows}`}`)
  const options = optionsFor(scenario, evidence, encrypted)
  for (const one of ['en', 'vi'] as const satisfies Language[]) {
    const { report, remarks } = await verifyOne({ io, language: one, catalogue: await loadMessages(one) }, name, options, [], true)
    await write(`${base}.${one}.txt`, utf8(await renderText(report, one, { file: name, remarks })))
  }
  const { report } = await verifyOne(context, name, options, [], false)
  const holds = isAsExpected(report, expectation)
  const object = await reportToJson(report, language, name)
  await write(`${base}.json`, utf8(`${JSON.stringify(object, null, 2)}\n`))
  if (json) {
    io.stdout(`${safeJson({ ...object, demo: shows, asExpected: holds })}\n`)
    return holds
  }
  const verdict = report.error ? format(catalogue, 'report.unreadable') : format(catalogue, `indication.${report.indication}`)
  const width = format(catalogue, 'report.unreadable').length + 1
  io.stdout(`  ${holds ? '✓' : '✗'} ${file.padEnd(27)} ${verdict.padEnd(width)} ${format(catalogue, `demo.shows.${shows}`)}\n`)
  const told = await reasonOf(context, report)
  if (told.length > 0) io.stdout(`${indented(told, widthOf(io))}\n`)
  if (!holds)
    io.stdout(
      `    ${format(catalogue, 'demo.unexpected', { expected: [expectation.expected, expectation.subIndication].filter(Boolean).join(', '), actual: [report.error?.code ?? report.indication, report.subIndication].filter(Boolean).join(', ') })}\n`,
    )
  return holds
}

/** Why a document is not valid: the first thing that speaks against it, and what was changed; of a valid one, what came later and is told. */
async function reasonOf({ catalogue, language }: Context, { error, signatures }: Report): Promise<string[]> {
  if (error) return [format(catalogue, error.code, error.data)]
  const open = signatures.find(({ indication }) => indication !== 'TOTAL-PASSED')
  const first = open
    ? open.messages.find(({ severity }) => severity === 'error')
    : signatures.flatMap(({ messages }) => messages).find(({ code, severity }) => code.startsWith('later') && severity === 'warning')
  const changes = open?.modifications.kind === 'unexplained' ? changeLines(catalogue, open.modifications.changes) : []
  return [...(first ? [await explainMessage(first, language)] : []), ...changes.map((line) => `${BULLET}${line}`)]
}

/** Texts in lines under another. */
function indented(texts: readonly string[], width: number): string {
  return layOut([{ rows: [{ label: '   ', lines: texts }] }], width).trimEnd()
}

function isAsExpected(report: Report, { expected, subIndication, signatures, each }: Expectation): boolean {
  if (expected === 'unreadable') return report.error !== undefined
  const isDue = ({ indication, subIndication: sub, intact }: Report['signatures'][number], due: Indication): boolean =>
    indication === due && (due === expected ? sub === subIndication : sub === undefined) && intact === (due !== 'TOTAL-FAILED')
  // Each signature, not only the worst of them.
  return (
    report.error === undefined &&
    report.signatures.length === signatures &&
    report.indication === expected &&
    report.signatures.every((one, i) => isDue(one, each?.[i] ?? expected))
  )
}

/** Lines that can be copied into a terminal. */
function commandLines({ io, language }: Context, folder: string): string[] {
  const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
  const at = (name: string): string => quoted(join(folder, name))
  const evidence = `--trust ${at('trust')} --untrusted ${at('certificates/ca.pem')} --crl ${at('crl')} --ocsp ${at('ocsp')} --lang ${language}`
  return [
    `${io.program} verify ${at('contract.b-t.pdf')} ${evidence}`,
    `${PASSWORD_VARIABLE}=${DEMO_PASSWORD} ${io.program} verify ${at('contract.encrypted.b-t.pdf')} --password-env ${PASSWORD_VARIABLE} ${evidence}`,
    `${io.program} verify ${at('tampered.byte.pdf')} ${at('tampered.update.pdf')} ${at('tampered.cut.pdf')} ${evidence}`,
    `${io.program} verify ${at('contract.b-b.pdf')} --json`,
    `${io.program} verify ${at('decision.annotated.pdf')} ${at('tampered.number.pdf')} ${evidence}`,
    `${io.program} inspect ${at('tampered.number.pdf')} --lang ${language}`,
    `${io.program} inspect ${at('tampered.number.pdf')} --revision seal --out ${at('tampered.number.as-sealed.pdf')} --lang ${language}`,
    `${io.program} verify ${at('invoice.b-t.xml')} ${at('tampered.amount.xml')} ${evidence}`,
    `${io.program} verify ${at('minutes.b-t.txt.p7s')} --detached ${at('minutes.b-t.txt')} ${evidence}`,
    `${io.program} inspect ${at('tampered.update.pdf')} ${at('invoice.b-t.xml')} ${at('minutes.b-t.txt.p7s')} --lang ${language}`,
    `${io.program} cert ${at('certificates/leader.pem')} ${evidence}`,
  ]
}
