/**
 * The public doors of the built package. Their names are put together at run time, so that checking the types of this folder needs no
 * build; the types are those of the sources.
 */
import type * as Testing from '../src/testing/index.ts'

/** `kyso/testing` out of `dist`. */
export async function testingDoor(): Promise<typeof Testing> {
  return (await import(['kyso', 'testing'].join('/'))) as typeof Testing
}
