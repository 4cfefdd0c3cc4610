/** A SignedData left where it lies says what one in memory says, whatever is done to its bytes. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Content } from '../../src/cms/content.ts'
import { type ParsedSignedData, parseSignedData } from '../../src/cms/index.ts'
import { openSignedData } from '../../src/cms/signed-data.ts'
import { Budget } from '../../src/core/budget.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { cms } from './builder.ts'

const content = utf8('Hợp đồng số 1')
let signer: LabIdentity
beforeAll(async () => {
  signer = await (await Lab.create()).issue()
})

/** What is compared, or the code of the refusal. */
function said(
  read: () => Pick<ParsedSignedData, 'version' | 'contentType' | 'certificates' | 'unread' | 'signerInfos'> & { content: Uint8Array | undefined; end: number },
): unknown {
  try {
    const { version, contentType, certificates, unread, signerInfos, content: found, end } = read()
    return {
      version,
      contentType,
      unread,
      end,
      content: found,
      certificates: certificates.map(({ bytes }) => bytes),
      signers: signerInfos.map(({ bytes }) => bytes),
    }
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
}

const inMemory = (bytes: Uint8Array): unknown =>
  said(() => {
    const parsed = parseSignedData(bytes)
    return { ...parsed, end: parsed.bytes.length }
  })

const inPlace = (bytes: Uint8Array): unknown =>
  said(() => {
    const opened = openSignedData(memorySource(bytes), new Budget())
    return { ...opened, content: opened.content && new Content(defaultCrypto(), new Budget(), opened.content).toBytes() }
  })

describe('a SignedData in a source', () => {
  it.each<[string, { ber?: boolean; eContent?: Uint8Array }]>([
    ['detached', {}],
    ['attached', { eContent: content }],
    ['attached, empty', { eContent: new Uint8Array(0) }],
    ['attached, in BER', { eContent: content, ber: true }],
    ['detached, in BER', { ber: true }],
  ])('is read as in memory: %s', async (_, parts) => {
    const bytes = await cms(signer, content, parts)
    expect(inPlace(bytes)).toEqual(inMemory(bytes))
    expect(inPlace(bytes)).toMatchObject({ end: bytes.length, contentType: '1.2.840.113549.1.7.1' })
    let state = 1
    const next = (limit: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % limit
    }
    for (let i = 0; i < 500; i++) {
      const changed = bytes.slice(0, i % 10 === 0 ? next(bytes.length) : bytes.length)
      // The front, where the structure is, and anywhere.
      for (let n = 1 + (i % 3); n > 0; n--) changed[next(i % 2 ? changed.length : Math.min(changed.length, 100))] = next(256)
      expect(inPlace(changed), `change ${i}`).toEqual(inMemory(changed))
    }
  })
})
