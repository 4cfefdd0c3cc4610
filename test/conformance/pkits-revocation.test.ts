/** Revocation by CRL in NIST's PKITS: basic lists (4.4), distribution points and indirect lists (4.14), delta lists (4.15). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { parseCertificate, parseCrl, trustAnchor } from '../../src/x509/index.ts'
import { corpus, describeWithCorpus } from '../support/tools.ts'
import { judgePath } from '../x509/revocation-judge.ts'

interface Case {
  readonly id: string
  readonly name: string
  readonly cert: string
  readonly other_certs?: readonly string[]
  readonly crls?: readonly string[]
  readonly revocation?: boolean
  readonly error?: unknown
}

/** Cases of each section. */
const SECTIONS = { '404': 21, '414': 35, '415': 10 } as const

/** The corpus is judged at the present, which its certificates outlive until 2030. */
const AT = new Date('2026-06-01T00:00:00Z')

describeWithCorpus('PKITS, revocation', 'pkits', () => {
  const folder = corpus('pkits') ?? ''
  const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, 'pkits.json'), 'utf8'))
  const certificate = (name: string) => parseCertificate(readFileSync(join(folder, 'certs', name)))
  const crl = (name: string) => parseCrl(readFileSync(join(folder, 'crls', name)))
  const anchor = trustAnchor(certificate('TrustAnchorRootCertificate.crt'))
  const chosen = cases.filter(({ id }) => Object.keys(SECTIONS).some((section) => id.startsWith(section)))

  it('has the cases of its three sections', () => {
    for (const [section, count] of Object.entries(SECTIONS)) expect(chosen.filter(({ id }) => id.startsWith(section))).toHaveLength(count)
  })

  it.each(chosen.map((one): [string, Case] => [`${one.id} ${one.name}`, one]))(
    '%s',
    async (_, { cert, other_certs = [], crls = [], revocation = true, error }) => {
      const judged = await judgePath({
        context: { crypto: defaultCrypto(), budget: new Budget() },
        leaf: certificate(cert),
        anchor,
        candidates: other_certs.map(certificate),
        crls: [crl('TrustAnchorRootCRL.crl'), ...crls.map(crl)],
        ocsp: [],
        at: AT,
        revocation,
      })
      expect(judged.good, JSON.stringify(judged.why)).toBe(error === undefined)
    },
  )
})
