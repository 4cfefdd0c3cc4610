/**
 * What two other programs say was changed after a signature, over the public PDFs. A yes of ours where both say no would be a forgery
 * let through; where one of them differs from us, the table says why.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type SignatureReport, verify } from '../../src/verify/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

interface Entry {
  readonly file: string
  readonly password?: string
  readonly dss?: {
    readonly signatures?: readonly {
      readonly intact?: boolean
      readonly pdf?: { readonly modified?: boolean; readonly undefinedChanges?: number; readonly annotationChanges?: number } | null
    }[]
  }
  readonly pyhanko?: {
    readonly signatures?: readonly { readonly field: string; readonly intact?: boolean; readonly valid?: boolean; readonly modification?: string | null }[]
  }
}

/** One of them says no, and we do not. */
const LAXER: Readonly<Record<string, string>> = {
  'dss/dss-1376/DSS1376-rev_n.pdf Sig1':
    'pyHanko: four text fields are filled in, each update with a cross-reference stream that is an object too; DSS counts form filling alone',
  'dss/hello_signed_INCSAVE_signed_EDITED.pdf Signature1': 'DSS: it is the second signature whose range is wrong, as pyHanko and we say; the first one holds',
  'dss/pades-signed-filled-form.pdf Signature1': 'pyHanko: three fields of a form made by another program are filled in; DSS counts form filling alone',
  'dss/pades-tst-with-sig-type.pdf Signature1': 'pyHanko takes the time-stamp for a signature that is wrong, because its /Type is Sig',
  'pyhanko/form-update-ap-indirect-sneaky-trailer.pdf Sig1': 'pyHanko: the trailer names the old appearance, which stays as it is; the field has another one',
}
/** Both say yes, and we do not. */
const STRICTER: Readonly<Record<string, string>> = {
  'dss/pades-ocsp-sign-cert.pdf Signature1': 'a later update leads the trailer to another catalog; what hangs on it is not compared',
}

/** Passwords as the README of the corpus has them. */
const PASSWORDS = ['secret', '', ' ', 'usersecret', 'ownersecret']

async function report(path: string): Promise<readonly SignatureReport[]> {
  const bytes = readFileSync(path)
  for (const password of [undefined, ...PASSWORDS]) {
    const { error, signatures } = await verify(bytes, password === undefined ? {} : { password })
    if (error?.code !== 'ERR_PDF_PASSWORD') return signatures
  }
  return []
}

/** Whether nothing speaks against a signature but trust. */
function holds({ intact, modifications }: SignatureReport): boolean {
  return intact === true && modifications.kind !== 'unexplained'
}

describeWithCorpus('modified PDFs: what EU DSS and pyHanko say', 'pdf', (folder) => {
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as readonly Entry[]

  it('never holds where both say that it was modified or is broken', async () => {
    const [yes, stricter, laxer]: string[][] = [[], [], []]
    let compared = 0
    for (const { file, dss, pyhanko } of manifest) {
      const [theirs, others] = [dss?.signatures ?? [], pyhanko?.signatures ?? []]
      if (theirs.length === 0 && others.length === 0) continue
      const ours = await report(`${folder}/${file}`)
      for (const signature of ours) {
        const other = others.find(({ field }) => field === signature.claims.field)
        const place = others.findIndex(({ field }) => field === signature.claims.field)
        const their = theirs.length === others.length ? theirs[place] : theirs.length === 1 ? theirs[0] : undefined
        const dssNo = their ? their.intact === false || (their.pdf?.undefinedChanges ?? 0) > 0 : undefined
        const pyNo = other ? other.intact === false || other.valid === false || other.modification === 'OTHER' : undefined
        compared++
        const name = `${file} ${signature.claims.field}`
        if (holds(signature)) {
          if (dssNo && pyNo) yes?.push(name)
          else if (dssNo || pyNo) laxer?.push(name)
        } else if (signature.intact !== null && dssNo === false && pyNo === false) stricter?.push(name)
      }
    }
    expect(compared).toBeGreaterThan(100)
    expect(yes).toEqual([])
    expect(stricter).toEqual(Object.keys(STRICTER))
    expect(laxer).toEqual(Object.keys(LAXER))
  }, 300_000)
})
