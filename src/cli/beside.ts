/** Content that stands beside the signature file it belongs to, by its name. */
import { statSync } from 'node:fs'
import { locate } from '../cades/form.ts'
import { cmsFormat } from '../cades/read.ts'
import { CMS_CONTENT } from '../cms/index.ts'
import { openSignedData } from '../cms/signed-data.ts'
import { Budget } from '../core/budget.ts'
import { isKysoError } from '../core/errors.ts'
import { fileSource } from '../node/file-source.ts'

/** Names of signature files: what was signed, and behind it one of these. */
const CMS_SUFFIX = /\.(?:p7s|p7m|p7b|p7c|cms|sig|tsr|tst|pem)$/i
const XML_SUFFIX = /\.signature\.xml$/i

/** Whether a file is a CMS that does not hold what it signs. */
function needsContent(path: string): boolean {
  try {
    const source = fileSource(path)
    try {
      if (!cmsFormat.detect(source)) return false
      const budget = new Budget()
      const { source: inner, start } = locate(source, budget)
      const { content, contentType } = openSignedData(inner, budget, start)
      // A token holds no document, but its own data.
      return content === undefined || contentType === CMS_CONTENT.tstInfo
    } finally {
      source.close()
    }
  } catch (error) {
    if (!isKysoError(error)) throw error
    return false
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/**
 * The file that a signature file is over, where it stands beside it under its name: `letter.txt` of `letter.txt.p7s`, of
 * `letter.txt.signed.p7s` and of `letter.txt.signature.xml`. `undefined` where there is none, or where the signature holds its content.
 */
export function contentBeside(path: string): string | undefined {
  const isXml = XML_SUFFIX.test(path)
  const suffix = isXml ? XML_SUFFIX : CMS_SUFFIX
  if (!suffix.test(path)) return undefined
  const name = path.replace(suffix, '')
  const found = [name, name.replace(/\.signed$/i, '')].find((one) => one !== path && isFile(one))
  return found !== undefined && (isXml || needsContent(path)) ? found : undefined
}
