/** What a file is by its first bytes. */
import { extname } from 'node:path'
import { cmsFormat } from '../cades/read.ts'
import type { ByteSource } from '../core/source.ts'
import { pdfFormat } from '../pades/read.ts'
import { xmlFormat } from '../xades/read.ts'

/** Formats that hold signatures. */
export type FileKind = 'pdf' | 'xml' | 'cms'

/** What a file is; `null` for none of those that hold signatures. */
export function kindOfSource(source: ByteSource): FileKind | null {
  // A CMS may have a PDF inside, whose header then stands near its beginning.
  if (cmsFormat.detect(source) && cmsFormat.isWhole?.(source)) return 'cms'
  return [pdfFormat, xmlFormat, cmsFormat].find((one) => one.detect(source))?.format ?? null
}

/** What a file claims to be by its name, where its bytes say nothing: one that is named as PDF or XML shall fail as such. */
export function kindOfName(path: string): FileKind | null {
  const extension = extname(path).toLowerCase()
  return extension === '.pdf' ? 'pdf' : extension === '.xml' ? 'xml' : null
}
