/** Asking for a password at a terminal, and taking it from the environment. */
import { KysoError } from '../core/errors.ts'
import type { Io } from './io.ts'
import { usageError } from './usage.ts'

const [CTRL_C, CTRL_D, ENTER, RETURN, BACKSPACE, DELETE, CTRL_U] = ['\u0003', '\u0004', '\n', '\r', '\b', '\u007f', '\u0015']

/**
 * Asks at the terminal; what is typed is not shown. The terminal is read in raw mode, since a line editor would echo.
 *
 * @throws KysoError `ERR_ABORTED` on Ctrl-C
 */
export async function askPassword(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(prompt)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = []
      const finish = (act: () => void): void => {
        stdin.off('data', onData)
        act()
      }
      const onData = (chunk: string): void => {
        // By code points, so that one deletion takes one character away.
        for (const character of chunk) {
          if (character === CTRL_C) return finish(() => reject(new KysoError('ERR_ABORTED', 'stopped at the password')))
          if (character === ENTER || character === RETURN || character === CTRL_D) return finish(() => resolve(typed.join('')))
          if (character === BACKSPACE || character === DELETE) typed.pop()
          else if (character === CTRL_U) typed = []
          else if (character >= ' ') typed.push(character)
        }
      }
      stdin.on('data', onData)
    })
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

/**
 * A password out of the environment.
 *
 * @param option the option that names the variable
 * @throws KysoError `ERR_USAGE` where the variable is not set
 */
export function passwordFromEnvironment(io: Io, option: string, variable: string): string {
  const password = io.env[variable]
  if (password === undefined) throw usageError('environmentMissing', { option, variable })
  return password
}
