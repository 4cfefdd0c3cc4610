/** What kyso signs by Vietnam's profiles, verified by xmlsec1; and by kyso what xmlsec1 refuses after a change. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1, toBase64, utf8 } from '../../src/core/bytes.ts'
import { describeWithTools, run, temporaryFolder } from '../support/tools.ts'
import { invoice, message, SAMPLES, type Sample } from '../vietnam/xml/samples.ts'
import { createWorld, type World } from '../vietnam/xml/world.ts'

const toPem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${toBase64(der).replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`

describeWithTools('xmlsec1 on documents of Vietnam', ['xmlsec1'], () => {
  const folder = temporaryFolder()

  describe.each(['RSA-2048', 'P-256'] as const)('%s', (keys) => {
    let world: World
    beforeAll(async () => {
      world = await createWorld(keys)
      writeFileSync(join(folder, `${keys}.pem`), toPem(world.lab.anchors[0] as Uint8Array))
      writeFileSync(join(folder, `${keys}-ca.pem`), toPem(world.lab.ca.certificate))
    })

    async function accepts(sample: Sample, document: Uint8Array, which = 1): Promise<boolean> {
      const file = join(folder, `${keys}-${sample.profile}.xml`)
      writeFileSync(file, document)
      const ids = [...sample.ids, 'Object', 'SignatureProperties', 'Signature', 'SignedProperties'].flatMap((name) => [
        '--id-attr:Id',
        name,
        '--id-attr:id',
        name,
      ])
      const trust = ['--trusted-pem', join(folder, `${keys}.pem`), '--untrusted-pem', join(folder, `${keys}-ca.pem`)]
      const { status } = await run('xmlsec1', ['--verify', ...trust, ...ids, '--node-xpath', `(//*[local-name()='Signature'])[${which}]`, file])
      return status === 0
    }

    it.each(SAMPLES)('$profile', async (sample) => {
      const signed = await world.sign(sample)
      expect(await accepts(sample, signed)).toBe(true)
      // One character of what is signed, changed: both see it.
      const text = fromLatin1(signed)
      const changed = Uint8Array.from(text.replace(/(<(?:SHDon|Ten|maTKhai|maDKy|ma|MSo|MaDonVi|LOAIHOSO|edXML:Subject)>)./, '$1#'), (one) => one.charCodeAt(0))
      expect(changed).not.toEqual(signed)
      expect(await accepts(sample, changed)).toBe(false)
      expect((await world.only(changed)).intact).toBe(false)
    })

    it('an invoice that three signed, in a message', async () => {
      const sample = (profile: Sample['profile'], xml: string): Sample => ({ ...(SAMPLES.find((one) => one.profile === profile) as Sample), xml })
      let xml = message(invoice())
      const profiles = ['einvoice-seller', 'einvoice-buyer', 'einvoice-tax-authority', 'message-envelope'] as const
      for (const profile of profiles) xml = new TextDecoder().decode(await world.sign(sample(profile, xml)))
      const { signatures } = await world.describe(utf8(xml))
      expect(signatures.map(({ profile, complete }) => [profile, complete])).toEqual(profiles.map((profile) => [profile, true]))
      const all = sample('message-envelope', xml)
      for (const [i, profile] of profiles.entries())
        expect([profile, await accepts({ ...all, ids: ['DLHDon', 'MCCQT', 'DLieu'] }, utf8(xml), i + 1)]).toEqual([profile, true])
    })
  })
})
