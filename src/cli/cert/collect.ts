/** Certificates out of folders, and which of them may stand above which. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fromLatin1 } from '../../core/bytes.ts'
import { isKysoError, type KysoError } from '../../core/errors.ts'
import { entriesOf, isFolder } from '../../node/folders.ts'
import { isNamedCertificate } from '../../node/trust-files.ts'
import { type Certificate, nameKey } from '../../x509/index.ts'
import { isOtherKind, readLeaf } from '../evidence.ts'

/** A certificate, and the file where it was met first. */
export interface Found {
  readonly file: string
  readonly certificate: Certificate
}

/** What is no certificate by its name is looked into up to this size: a folder may hold anything. */
const MAX_UNNAMED = 1024 * 1024

/** Is told of what cannot be read. */
type OnUnreadable = (path: string, error: KysoError) => void

/** Files of folders and of the folders below, in the order of their names; links to folders are not followed, so there is no circle. */
function* filesOf(path: string, onUnreadable: OnUnreadable): Generator<{ readonly file: string; readonly asked: boolean }> {
  const top = tried(path, onUnreadable, () => isFolder(path))
  if (top === false) yield { file: path, asked: true }
  const open = top ? [path] : []
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const at = folder
    const entries = tried(at, onUnreadable, () => entriesOf(at)) ?? []
    for (const entry of entries) if (!entry.isDirectory() && isLikely(join(at, entry.name))) yield { file: join(at, entry.name), asked: false }
    for (const entry of entries.reverse()) if (entry.isDirectory()) open.push(join(at, entry.name))
  }
}

function tried<T>(path: string, onUnreadable: OnUnreadable, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (!isKysoError(error)) throw error
    onUnreadable(path, error)
    return undefined
  }
}

function isLikely(file: string): boolean {
  try {
    const stat = statSync(file)
    return stat.isFile() && (isNamedCertificate(file) || stat.size <= MAX_UNNAMED)
  } catch {
    // A link may lead nowhere, in a circle, or to where nobody may look.
    return false
  }
}

/**
 * Every certificate of files and folders once.
 *
 * @param onUnreadable is told of paths that lead nowhere, and of files that were named, or are named as certificates are, and hold none
 */
export function* collect(paths: readonly string[], onUnreadable: OnUnreadable): Generator<Found> {
  const seen = new Set<string>()
  for (const path of paths) {
    for (const { file, asked } of filesOf(path, onUnreadable)) {
      let certificates: readonly Certificate[] = []
      try {
        certificates = readLeaf(file)
      } catch (error) {
        if (!isKysoError(error)) throw error
        if (asked || (isNamedCertificate(file) && !isOtherKind(error))) onUnreadable(file, error)
      }
      for (const certificate of certificates) {
        const key = fromLatin1(certificate.bytes)
        if (seen.has(key)) continue
        seen.add(key)
        yield { file, certificate }
      }
    }
  }
}

/** Most certificates that are handed to the building of one path. */
const MAX_ABOVE = 64

/** Gives for a certificate those that may stand above it, by name: of thousands, the few that building a path has to look at. */
export function aboveOf(certificates: readonly Certificate[]): (leaf: Certificate) => readonly Certificate[] {
  const bySubject = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const key = nameKey(certificate.subject)
    const list = bySubject.get(key)
    if (list) list.push(certificate)
    else bySubject.set(key, [certificate])
  }
  return (leaf) => {
    const above: Certificate[] = []
    const names = new Set<string>([nameKey(leaf.issuer)])
    // A Set hands on what is added while it is walked.
    for (const name of names) {
      for (const certificate of bySubject.get(name) ?? []) {
        if (above.length === MAX_ABOVE) return above
        above.push(certificate)
        names.add(nameKey(certificate.issuer))
      }
    }
    return above
  }
}
