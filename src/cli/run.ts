/** The command: which language, which subcommand, and what becomes of errors. */
import { type Language, loadMessages } from '../core/messages.ts'
import { type Arguments, type OptionSpecs, readArguments } from './arguments.ts'
import { type Context, type Io, STATUS, type Status } from './io.ts'
import { tellError } from './tell.ts'
import { usageError } from './usage.ts'

/** A subcommand. */
export interface Command {
  readonly specs: OptionSpecs
  run(context: Context, args: Arguments): Promise<Status>
}

/** The subcommands, each loaded when it is called. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import('./verify.ts')).verifyCommand,
  sign: async () => (await import('./sign.ts')).signCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  cert: async () => (await import('./cert.ts')).certCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
}

/** Of the design, and not there yet. */
const LATER = ['extend', 'trust', 'tokens']

/** `vi` where the environment speaks Vietnamese (POSIX: LC_ALL before LC_MESSAGES before LANG), else `en`. */
function environmentLanguage(env: Io['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^vi(?:[_.@-]|$)/i.test(locale) ? 'vi' : 'en'
}

/** The last `--lang` of a command line, wherever it stands: errors about the others are told in it. */
function wantedLanguage(argv: readonly string[], env: Io['env']): { language: Language; wrong?: string } {
  const end = argv.indexOf('--')
  const options = end === -1 ? argv : argv.slice(0, end)
  let language = environmentLanguage(env)
  let wrong: string | undefined
  for (const [i, argument] of options.entries()) {
    const value = argument === '--lang' ? options[i + 1] : argument.startsWith('--lang=') ? argument.slice(7) : undefined
    if (value === 'en' || value === 'vi') language = value
    else if (value !== undefined) wrong = value
  }
  return wrong === undefined ? { language } : { language, wrong }
}

/** `--lang` may stand in front of the subcommand as well. */
function withoutLeadingLanguage(argv: readonly string[]): readonly string[] {
  if (argv[0] === '--lang') return argv.slice(2)
  return argv[0]?.startsWith('--lang=') ? argv.slice(1) : argv
}

/**
 * Runs a command line.
 *
 * @param argv without the program's name
 * @returns the exit status
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const { language, wrong } = wantedLanguage(argv, io.env)
  const catalogue = await loadMessages(language)
  const [name, ...rest] = withoutLeadingLanguage(argv)
  try {
    if (wrong !== undefined) throw usageError('badLanguage', { value: wrong })
    return await dispatch({ io, language, catalogue }, name, rest)
  } catch (error) {
    tellError(io, catalogue, error, name !== undefined && Object.hasOwn(COMMANDS, name) ? name : '')
    return STATUS.unusable
  }
}

async function dispatch(context: Context, name: string | undefined, rest: readonly string[]): Promise<Status> {
  const { io } = context
  if (name === '--version' || name === '-v') {
    io.stdout(`kyso ${io.version}\n`)
    return STATUS.passed
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(context, readArguments(rest, { options: {} }).files[0])
  if (name === undefined) {
    io.stderr(await helpText(context, undefined))
    return STATUS.unusable
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) throw usageError(LATER.includes(name) ? 'laterCommand' : 'unknownCommand', { name })
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) return help(context, name)
  return command.run(context, readArguments(rest, command.specs))
}

async function help(context: Context, topic: string | undefined): Promise<Status> {
  if (topic !== undefined && !Object.hasOwn(COMMANDS, topic)) throw usageError(LATER.includes(topic) ? 'laterCommand' : 'unknownCommand', { name: topic })
  context.io.stdout(await helpText(context, topic))
  return STATUS.passed
}

async function helpText({ io, language }: Context, topic: string | undefined): Promise<string> {
  const texts = language === 'vi' ? (await import('./help/vi.ts')).help : (await import('./help/en.ts')).help
  const text = texts[topic ?? ''] ?? ''
  return text.replaceAll('$ kyso ', `$ ${io.program} `).replaceAll('{version}', io.version)
}
