/** Command lines by node:util's parser, with words of our own for what is wrong with them. */
import { parseArgs } from 'node:util'
import { usageError } from './usage.ts'

/** The options of a subcommand. */
export interface OptionSpecs {
  /** Name to kind: a switch, a value, or a value that may be given several times. */
  readonly options: Readonly<Record<string, 'switch' | 'value' | 'list'>>
  /** Options of later versions: refused, not ignored. */
  readonly later?: readonly string[]
}

const COMMON = { json: 'switch', lang: 'value', offline: 'switch', help: 'switch' } as const

/** A command line taken apart. */
export class Arguments {
  readonly files: readonly string[]
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(files: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.files = files
    this.#values = values
  }

  /** Whether an option was given. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The value of an option. */
  one(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  /** All values of an option. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }
}

/**
 * Takes a command line apart.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function readArguments(argv: readonly string[], { options, later = [] }: OptionSpecs): Arguments {
  const kinds = new Map<string, 'switch' | 'value' | 'list'>(Object.entries({ ...COMMON, ...options }))
  const config = Object.fromEntries(
    [...kinds].map(([name, kind]) => [name, { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), multiple: true }]),
  )
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...config, h: { type: 'boolean', short: 'h', multiple: true } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const files: string[] = []
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value)
    if (token.kind !== 'option') continue
    const { rawName: option, value, inlineValue } = token
    const name = token.name === 'h' ? 'help' : token.name
    const kind = kinds.get(name)
    if (kind === undefined) {
      // A password on the command line can be read by every user of the machine.
      if (/password|^pin$/.test(name)) throw usageError('passwordArgument', { option })
      throw usageError(later.includes(name) ? 'laterOption' : 'unknownOption', { option })
    }
    const given = values.get(name) ?? []
    if (kind === 'switch') {
      if (value !== undefined) throw usageError('valueUnexpected', { option })
      values.set(name, [''])
      continue
    }
    // “--p12 --force”: the value was forgotten. “--page -1” is a number.
    if (value === undefined || (!inlineValue && /^-(?!\d)./.test(value))) throw usageError('valueMissing', { option })
    if (kind === 'value' && given.length > 0) throw usageError('optionTwice', { option })
    values.set(name, [...given, value])
  }
  return new Arguments(files, values)
}
