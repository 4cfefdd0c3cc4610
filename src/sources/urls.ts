import { attempt } from '../core/errors.ts'

/** What an extension names; nothing where it is malformed: that is for the judge of the certificate to say, and no reason to fetch nothing else. */
export function urlsOf<T>(read: () => readonly T[]): readonly T[] {
  return attempt(read) ?? []
}
