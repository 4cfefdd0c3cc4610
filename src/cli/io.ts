/** What the command has of the world: handed in, so that tests can be the world. */
import type { Catalogue, Language } from '../core/messages.ts'

/** Streams, environment and terminal. */
export interface Io {
  /** How the command is called where this one was, for lines that can be copied: `npx kyso`. */
  readonly program: string
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Characters in a line of the terminal; absent where there is none. */
  readonly columns?: number
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Shows how far a long run is, in place of what was shown before; an empty text takes it away. Absent where standard error is no terminal. */
  readonly progress?: (text: string) => void
  /** Asks for a password without showing it; absent where nobody can be asked. Rejects with `ERR_ABORTED`. */
  readonly askPassword?: (prompt: string) => Promise<string>
}

/** What every subcommand is given. */
export interface Context {
  readonly io: Io
  readonly language: Language
  readonly catalogue: Catalogue
}

/** Exit statuses. */
export const STATUS = { passed: 0, failed: 1, indeterminate: 2, unusable: 3 } as const

/** An exit status. */
export type Status = (typeof STATUS)[keyof typeof STATUS]

/** From the best to the worst: a file that cannot be read weighs more than a failed signature, that more than an open one. */
const ORDER: readonly Status[] = [STATUS.passed, STATUS.indeterminate, STATUS.failed, STATUS.unusable]

/** The worst of several statuses; passed of none. */
export function worstStatus(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), STATUS.passed)
}

/** Characters in a line of text output. */
export function widthOf({ columns }: Io): number {
  return Math.min(Math.max(columns ?? 100, 60), 120)
}
