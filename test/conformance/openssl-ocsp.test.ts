/** OpenSSL's OCSP responses: whoever answers by another key, another name or another certificate has not answered. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromBase64, fromLatin1 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { certificatesOf, parseCertificate, parseOcsp, trustAnchor } from '../../src/x509/index.ts'
import { corpus, describeWithCorpus } from '../support/tools.ts'
import { judgePath } from '../x509/revocation-judge.ts'

interface Case {
  readonly name: string
  readonly root: string
  readonly cert: string
  readonly other_certs?: readonly string[]
  readonly ocsps: readonly string[]
  readonly moment: string
  readonly error?: unknown
}

describeWithCorpus('OCSP responses of OpenSSL', 'openssl-ocsp', () => {
  const folder = corpus('openssl-ocsp') ?? ''
  const read = (name: string): Uint8Array => readFileSync(join(folder, name))
  const certificate = (name: string) => parseCertificate(certificatesOf(read(name))[0] ?? new Uint8Array())
  const cases: readonly Case[] = JSON.parse(readFileSync(join(folder, 'openssl-ocsp.json'), 'utf8'))

  it('are 29', () => {
    expect(cases).toHaveLength(29)
  })

  it.each(cases.map((one): [string, Case] => [one.name, one]))('%s', async (_, { root, cert, other_certs = [], ocsps, moment, error }) => {
    const judged = await judgePath({
      context: { crypto: defaultCrypto(), budget: new Budget() },
      leaf: certificate(cert),
      anchor: trustAnchor(certificate(root)),
      candidates: other_certs.map(certificate),
      crls: [],
      // Base64 without the lines of PEM.
      ocsp: ocsps.map((name) => parseOcsp(fromBase64(fromLatin1(read(name)).replace(/\s/g, '')) ?? read(name))),
      at: new Date(moment),
    })
    // Where no answer for the authority is at hand, none is asked for; one that is there has to say good.
    expect(judged.leaf && judged.answers === ocsps.length, JSON.stringify(judged.why)).toBe(error === undefined)
  })
})
