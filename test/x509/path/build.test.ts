import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { Lab } from '../../../src/testing/index.ts'
import { labKey } from '../../../src/testing/keys.ts'
import { buildPath, type Certificate, checkPathAt, nameToString, type PathResult, parseCertificate, trustAnchor } from '../../../src/x509/index.ts'
import { octets, oid, seq, tlv } from '../../cms/builder.ts'
import { basicConstraints, CA_USAGE, crossCertificate, extension, type RawAuthority, rawCertificate, rawName, text } from '../support.ts'

const at = new Date('2026-06-01T00:00:00Z')
let lab: Lab
beforeAll(async () => {
  lab = await Lab.create({ now: at })
})

interface Question {
  readonly leaf: Certificate | Uint8Array
  readonly anchors: readonly (Certificate | Uint8Array)[]
  readonly candidates?: readonly (Certificate | Uint8Array)[]
  readonly budget?: Budget
}
const parsed = (one: Certificate | Uint8Array): Certificate => (one instanceof Uint8Array ? parseCertificate(one) : one)

function build({ leaf, anchors, candidates = [], budget = new Budget() }: Question): Promise<PathResult> {
  return buildPath({
    leaf: parsed(leaf),
    anchors: anchors.map((one) => trustAnchor(parsed(one))),
    candidates: candidates.map(parsed),
    at,
    crypto: defaultCrypto(),
    budget,
  })
}

/** Subjects of the path, or its problems, or how far it went. */
function said({ path, problems, partial }: PathResult): string {
  if (!path) return `none after ${partial.length}`
  return problems.length > 0
    ? problems.map(({ code, index }) => `${code}@${index}`).join(' ')
    : path.certificates.map(({ subject }) => nameToString(subject)).join(' < ')
}

const authority = async (name: string): Promise<RawAuthority> => ({ name: rawName([text('2.5.4.3', name)]), key: await labKey('P-256') })

describe('a path', () => {
  it('leads from the leaf to an anchor by way of what is at hand, in any order, more than once', async () => {
    const { certificate } = await lab.issue({ subject: 'CN=Leaf' })
    for (const candidates of [[lab.ca.certificate], [lab.root.certificate, certificate, lab.ca.certificate, lab.ca.certificate]]) {
      expect(said(await build({ leaf: certificate, anchors: lab.anchors, candidates }))).toMatch(/^CN=Leaf < CN=Lab ca,/)
    }
    expect(said(await build({ leaf: certificate, anchors: lab.anchors }))).toBe('none after 1')
    expect(said(await build({ leaf: certificate, anchors: [], candidates: [lab.ca.certificate, lab.root.certificate] }))).toBe('none after 3')
  })

  it('ends at an issuing authority that is trusted itself', async () => {
    const { certificate } = await lab.issue({ subject: 'CN=Leaf' })
    for (const candidates of [[], [lab.ca.certificate], [lab.ca.certificate, lab.root.certificate]]) {
      const result = await build({ leaf: certificate, anchors: [lab.ca.certificate], candidates })
      expect(result.path?.certificates).toHaveLength(1)
      expect(result.problems).toEqual([])
    }
  })

  it('may be of the leaf alone where that is trusted', async () => {
    expect(said(await build({ leaf: lab.root.certificate, anchors: lab.anchors }))).toMatch(/^CN=Lab root/)
  })

  it('is not led by a name: another key of the same name is nobody', async () => {
    const { certificate } = await lab.issue()
    const impostor = await lab.impostor(lab.root)
    expect(said(await build({ leaf: certificate, anchors: [impostor.certificate], candidates: [lab.ca.certificate, lab.root.certificate] }))).toMatch(/^none/)
    expect(said(await build({ leaf: certificate, anchors: [impostor.certificate, lab.root.certificate], candidates: [lab.ca.certificate] }))).not.toMatch(
      /^none/,
    )
  })

  it('is found among several keys of one name, some of which certify each other', async () => {
    const [old, renewed, leafKey] = [await authority('CA'), await authority('CA'), await labKey('P-256')]
    const root = await authority('Root')
    const rootCertificate = await crossCertificate(root, root)
    const [first, second] = [
      await crossCertificate(old, root, { serial: Uint8Array.of(2) }),
      await crossCertificate(renewed, root, { serial: Uint8Array.of(3) }),
    ]
    const [newByOld, oldByNew] = [await crossCertificate(renewed, old), await crossCertificate(old, renewed)]
    for (const issuer of [old, renewed]) {
      const leaf = parseCertificate(
        await rawCertificate({ subject: rawName([text('2.5.4.3', 'Leaf')]), issuer: issuer.name, spki: leafKey.spki, key: issuer.key }),
      )
      for (const candidates of [
        [first, second, newByOld, oldByNew],
        [oldByNew, newByOld, second, first],
      ]) {
        expect(said(await build({ leaf, anchors: [rootCertificate], candidates }))).toMatch(/^CN=Leaf < CN=CA/)
      }
      expect(said(await build({ leaf, anchors: [rootCertificate], candidates: [issuer === old ? second : first, newByOld, oldByNew] }))).toBe(
        'CN=Leaf < CN=CA < CN=CA',
      )
    }
  })

  it('prefers one that is valid at the time', async () => {
    const { certificate } = await lab.issue({ subject: 'CN=Leaf' })
    const ca = { name: lab.ca.name, key: lab.ca.key }
    const root = { name: lab.root.name, key: lab.root.key }
    const expired = await crossCertificate(ca, root, { notBefore: '100101000000Z', notAfter: '110101000000Z' })
    for (const candidates of [
      [expired, lab.ca.certificate],
      [lab.ca.certificate, expired],
    ]) {
      const { path } = await build({ leaf: certificate, anchors: lab.anchors, candidates })
      expect(path && checkPathAt(path, at)).toEqual([])
    }
    const { path } = await build({ leaf: certificate, anchors: lab.anchors, candidates: [expired] })
    expect(path && checkPathAt(path, at).map(({ code, index }) => `${code}@${index}`)).toEqual(['expired@1'])
  })

  it('of twelve certificates is found, of thirteen it is not looked for', async () => {
    const authorities = await Promise.all(Array.from({ length: 14 }, (_, i) => authority(`CA ${i}`)))
    const certificates = await Promise.all(authorities.slice(1).map((one, i) => crossCertificate(one, authorities[i] as RawAuthority)))
    const anchor = await crossCertificate(authorities[0] as RawAuthority, authorities[0] as RawAuthority)
    const lengthFrom = async (n: number): Promise<number | undefined> =>
      (await build({ leaf: certificates[n - 1] as Certificate, anchors: [anchor], candidates: certificates })).path?.certificates.length
    expect(await lengthFrom(5)).toBe(5)
    expect(await lengthFrom(12)).toBe(12)
    expect(await lengthFrom(13)).toBeUndefined()
  })
})

describe('loops and hostile pools', () => {
  it('two authorities that certify each other end', async () => {
    const [a, b] = [await authority('A'), await authority('B')]
    const candidates = [await crossCertificate(a, b), await crossCertificate(b, a), await crossCertificate(a, a), await crossCertificate(b, b)]
    const leaf = await crossCertificate(await authority('Leaf'), a)
    expect(said(await build({ leaf, anchors: lab.anchors, candidates }))).toMatch(/^none after/)
  })

  it('sixty authorities of one name that all certify each other end by the budget, after few signatures', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => authority('One name')))
    const candidates: Certificate[] = []
    for (const [i, a] of all.entries())
      for (const [j, b] of all.entries()) if (i !== j) candidates.push(await crossCertificate(a, b, { serial: Uint8Array.of(1, i, j) }))
    const leaf = await crossCertificate(await authority('Leaf'), all[0] as RawAuthority)
    const budget = new Budget()
    await expect(build({ leaf, anchors: lab.anchors, candidates, budget })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
    expect(budget.limit('signatureChecks') - budget.left('signatureChecks')).toBeLessThan(10_000)
  }, 60_000)

  it('tens of thousands of certificates of one name cost no more than the budget', async () => {
    const issuer = await authority('One name')
    const made = await crossCertificate(issuer, issuer)
    // Different bytes, the same name; that none is signed does not matter.
    const candidates = Array.from({ length: 30_000 }, (_, i): Certificate => {
      const bytes = made.bytes.slice()
      bytes.set([i >> 16, (i >> 8) & 255, i & 255], bytes.length - 4)
      return { ...made, bytes }
    })
    const leaf = await crossCertificate(await authority('Leaf'), issuer)
    await expect(build({ leaf, anchors: lab.anchors, candidates })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
    // The same one thirty thousand times is one.
    expect(said(await build({ leaf, anchors: lab.anchors, candidates: Array.from({ length: 30_000 }, () => made) }))).toBe('none after 2')
  })

  it('a pool that grows is looked at anew', async () => {
    const { certificate } = await lab.issue({ subject: 'CN=Leaf' })
    const candidates: Certificate[] = []
    const input = {
      leaf: parseCertificate(certificate),
      anchors: lab.anchors.map((one) => trustAnchor(one)),
      candidates,
      at,
      crypto: defaultCrypto(),
      budget: new Budget(),
    }
    expect((await buildPath(input)).path).toBeNull()
    candidates.push(parseCertificate(lab.ca.certificate))
    expect((await buildPath(input)).path?.certificates).toHaveLength(2)
  })

  it('keys that are unfit, or cannot be read, lead nowhere and throw nothing', async () => {
    const issuer = await authority('CA')
    const leaf = await crossCertificate(await authority('Leaf'), issuer)
    const spkis = [
      seq(),
      octets(new Uint8Array(5)),
      seq(seq(oid('1.2.840.113549.1.1.1')), tlv(3, Uint8Array.of(0, 1))),
      seq(seq(oid('1.2.3')), tlv(3, Uint8Array.of(0, 1))),
    ].filter((one) => one[0] === 0x30)
    const candidates = await Promise.all(spkis.map((spki) => crossCertificate(issuer, issuer, { spki })))
    expect(said(await build({ leaf, anchors: lab.anchors, candidates }))).toBe('none after 1')
    expect(said(await build({ leaf, anchors: candidates }))).toMatch(/^none/)
  })
})

describe('what a path must not have', () => {
  const root = (): RawAuthority => ({ name: lab.root.name, key: lab.root.key })
  /** Leaf < CA < root, the CA's certificate made as the test says. */
  async function under(parts: Parameters<typeof crossCertificate>[2], leafParts: Parameters<typeof crossCertificate>[2] = {}): Promise<string> {
    const ca = await authority('CA')
    const leaf = await crossCertificate(await authority('Leaf'), ca, { extensions: [], ...leafParts })
    return said(await build({ leaf, anchors: lab.anchors, candidates: [await crossCertificate(ca, root(), parts)] }))
  }

  it('is what it is', async () => {
    expect(await under({})).toBe('CN=Leaf < CN=CA')
    expect(await under({ extensions: [basicConstraints()] })).toBe('CN=Leaf < CN=CA')
    expect(await under({ extensions: [basicConstraints(0), CA_USAGE] })).toBe('CN=Leaf < CN=CA')
  })

  it('an issuer that is no authority', async () => {
    expect(await under({ extensions: [] })).toBe('notACa@1')
    expect(await under({ extensions: [CA_USAGE] })).toBe('notACa@1')
    expect(await under({ extensions: [extension('2.5.29.19', true, seq()), CA_USAGE] })).toBe('notACa@1')
    expect(await under({ version: null })).toMatch(/notACa@1/)
    expect(await under({ version: 1 })).toMatch(/notACa@1/)
  })

  it('an issuer that may not sign certificates', async () => {
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.15', true, tlv(3, Uint8Array.of(1, 0x02)))] })).toBe('keyUsageForbids@1')
  })

  it('an unknown critical extension, anywhere', async () => {
    expect(await under({ extensions: [basicConstraints(), extension('1.2.3.4', true, seq())] })).toBe('unknownCriticalExtension@1')
    expect(await under({ extensions: [basicConstraints(), extension('1.2.3.4', false, seq())] })).toBe('CN=Leaf < CN=CA')
    expect(await under({}, { extensions: [extension('1.2.3.4', true, seq())] })).toBe('unknownCriticalExtension@0')
    expect(await under({}, { extensions: [extension('1.2.3.4', null, seq())] })).toBe('CN=Leaf < CN=CA')
  })

  it('a critical extension that is known and damaged, anywhere; a keyUsage that is damaged, critical or not', async () => {
    const damaged = octets(Uint8Array.of(1))
    expect(await under({}, { extensions: [extension('2.5.29.37', true, damaged)] })).toBe('malformedExtension@0')
    expect(await under({}, { extensions: [extension('2.5.29.37', false, damaged)] })).toBe('CN=Leaf < CN=CA')
    expect(await under({}, { extensions: [extension('2.5.29.32', true, seq())] })).toBe('malformedExtension@0')
    for (const critical of [true, false]) expect(await under({}, { extensions: [extension('2.5.29.15', critical, damaged)] })).toBe('malformedExtension@0')
    expect(await under({ extensions: [extension('2.5.29.19', true, damaged)] })).toBe('malformedExtension@1')
  })

  it('an extension twice', async () => {
    expect(await under({}, { extensions: [extension('1.2.3.4', false, seq()), extension('1.2.3.4', false, seq())] })).toBe('malformedExtension@0')
    expect(await under({ extensions: [basicConstraints(), basicConstraints(0)] })).toMatch(/malformedExtension@1/)
  })

  it('constraints that cannot be processed', async () => {
    const names = extension('2.5.29.30', true, seq(tlv(0xa0, seq(tlv(0x82, Uint8Array.of(0x2e))))))
    expect(await under({ extensions: [basicConstraints(), names] })).toBe('constraintNotChecked@1')
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.30', true, seq())] })).toBe('constraintNotChecked@1')
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.30', false, seq(tlv(0xa0, seq())))] })).toBe('malformedExtension@1')
  })

  it('no policy where one is required', async () => {
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.36', true, seq(tlv(0x80, Uint8Array.of(0))))] })).toBe('policyMissing@0')
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.36', true, seq(tlv(0x81, Uint8Array.of(0))))] })).toBe('CN=Leaf < CN=CA')
    expect(await under({ extensions: [basicConstraints(), extension('2.5.29.36', false, octets(Uint8Array.of(1)))] })).toBe('malformedExtension@1')
  })

  it('two names for its signature algorithm', async () => {
    expect(await under({}, { innerAlgorithm: seq(oid('1.2.840.10045.4.3.2'), tlv(5)) })).toBe('algorithmMismatch@0')
  })

  it('more authorities below one than it allows; self-issued ones do not count, nor does the leaf', async () => {
    const [top, middle, low] = [await authority('Top'), await authority('Middle'), await authority('Low')]
    const leaf = await crossCertificate(await authority('Leaf'), low, { extensions: [] })
    const chain = async (pathLength: number): Promise<string> =>
      said(
        await build({
          leaf,
          anchors: lab.anchors,
          candidates: [
            await crossCertificate(top, root(), { extensions: [basicConstraints(pathLength), CA_USAGE] }),
            await crossCertificate(middle, top),
            await crossCertificate(low, middle),
          ],
        }),
      )
    expect(await chain(2)).toBe('CN=Leaf < CN=Low < CN=Middle < CN=Top')
    expect(await chain(1)).toBe('pathTooLong@3')
    expect(await chain(0)).toBe('pathTooLong@3')

    const renewed = { name: top.name, key: await labKey('P-256') }
    const selfIssued = said(
      await build({
        leaf: await crossCertificate(await authority('Leaf'), renewed, { extensions: [] }),
        anchors: lab.anchors,
        candidates: [await crossCertificate(top, root(), { extensions: [basicConstraints(0), CA_USAGE] }), await crossCertificate(renewed, top)],
      }),
    )
    expect(selfIssued).toBe('CN=Leaf < CN=Top < CN=Top')
  })

  it('does not pass by a second path that does not hold either', async () => {
    const ca = await authority('CA')
    const leaf = await crossCertificate(await authority('Leaf'), ca, { extensions: [] })
    const candidates = [await crossCertificate(ca, root(), { extensions: [] }), await crossCertificate(ca, root(), { version: null })]
    expect(said(await build({ leaf, anchors: lab.anchors, candidates }))).toMatch(/notACa@1/)
    const good = await crossCertificate(ca, root())
    expect(said(await build({ leaf, anchors: lab.anchors, candidates: [...candidates, good] }))).toBe('CN=Leaf < CN=CA')
  })

  it('an end entity as issuer: who has a certificate cannot issue more', async () => {
    const holder = await lab.issue({ subject: 'CN=Holder' })
    const forged = await crossCertificate(
      await authority('Forged'),
      { name: parseCertificate(holder.certificate).subject.bytes, key: holder.key },
      { extensions: [] },
    )
    expect(said(await build({ leaf: forged, anchors: lab.anchors, candidates: [holder.certificate, lab.ca.certificate] }))).toMatch(/notACa@1/)
  })

  it('a signature that is not the issuer’s', async () => {
    const { certificate } = await lab.issue()
    const changed = certificate.slice()
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1
    expect(said(await build({ leaf: changed, anchors: lab.anchors, candidates: [lab.ca.certificate] }))).toBe('none after 1')
  })
})

describe('the time of an anchor', () => {
  it('bounds the path', async () => {
    const { certificate } = await lab.issue()
    const { path } = await build({ leaf: certificate, anchors: lab.anchors, candidates: [lab.ca.certificate] })
    if (!path) throw new Error('no path')
    expect(checkPathAt(path, at)).toEqual([])
    expect(checkPathAt(path, new Date('2100-01-01T00:00:00Z')).map(({ code, index }) => `${code}@${index}`)).toEqual([
      'expired@0',
      'expired@1',
      'anchorNotValid@2',
    ])
    expect(checkPathAt(path, new Date('1990-01-01T00:00:00Z')).map(({ code }) => code)).toEqual(['notYetValid', 'notYetValid', 'anchorNotValid'])
  })
})
