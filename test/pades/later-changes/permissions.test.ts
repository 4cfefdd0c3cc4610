import { describe, expect, it } from 'vitest'
import { ADDED, append, codesAfter, FILLED, field, INVISIBLE, type Objects, STORE, signature, signed, TIMESTAMP, without } from './signed-file.ts'

describe('later changes: permissions', () => {
  const withTransform = (method: string, parameters: string): Objects => ({
    9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /${method} /TransformParams <<${parameters}>>>>]`),
  })

  it('P=1 permits time-stamps and validation data', async () => {
    const base = signed(withTransform('DocMDP', '/P 1'))
    expect(await codesAfter(append(append(base, STORE), TIMESTAMP))).toEqual(['explained', 'validationData', 'timestampAdded'])
    expect(await codesAfter(append(base, FILLED))).toEqual(['unexplained', 'signatureForbidden'])
    expect(await codesAfter(append(base, { ...ADDED, 20: signature('ETSI.RFC3161') }))).toEqual(['unexplained', 'signatureForbidden'])
    expect(await codesAfter(append(signed(withTransform('DocMDP', '/P (1)')), FILLED))).toEqual(['unexplained', 'signatureForbidden'])
  })

  it('P=2 permits signatures, new ones where they cover nothing', async () => {
    for (const p of ['/P 2', '']) {
      const base = signed(withTransform('DocMDP', p))
      expect(await codesAfter(append(base, FILLED))).toEqual(['explained', 'signatureAdded'])
      expect(await codesAfter(append(base, INVISIBLE))).toEqual(['explained', 'signatureAdded'])
      expect(await codesAfter(append(base, ADDED))).toEqual(['explained', 'signatureAdded'])
      const over = { ...ADDED, 22: ADDED[22]?.replace(/\/Rect \[[^\]]*\]/, '/Rect [15 15 60 35]') ?? '' }
      expect(await codesAfter(append(base, over))).toEqual(['unexplained', 'signatureForbidden'])
      expect(await codesAfter(append(signed(), over))).toEqual(['explained', 'signatureOverContent', 'signatureAdded'])
    }
    expect(await codesAfter(append(signed(withTransform('DocMDP', '/P 3')), ADDED))).toEqual(['explained', 'signatureAdded'])
  })

  it('locks keep their fields empty', async () => {
    const lockedBy = (parameters: string, update: Objects): Promise<string[]> => codesAfter(append(signed(withTransform('FieldMDP', parameters)), update))
    expect(await lockedBy('/Action /All', FILLED)).toEqual(['unexplained', 'fieldLocked'])
    expect(await lockedBy('/Action /All', TIMESTAMP)).toEqual(['explained', 'timestampAdded'])
    expect(await lockedBy('/Action /Include /Fields [(Second)]', FILLED)).toEqual(['unexplained', 'fieldLocked'])
    expect(await lockedBy('/Action /Include /Fields [(Sec)]', FILLED)).toEqual(['explained', 'signatureAdded'])
    expect(await lockedBy('/Action /Exclude /Fields [(Second)]', FILLED)).toEqual(['explained', 'signatureAdded'])
    const lock = (entries: string): Uint8Array => signed({ 8: field('First', `/V 9 0 R /Rect [0 0 0 0] /Lock <</Type /SigFieldLock ${entries}>>`) })
    expect(await codesAfter(append(lock('/Action /Include /Fields [(Second)]'), FILLED))).toEqual(['unexplained', 'fieldLocked'])
    expect(await codesAfter(append(lock('/Action /Include /Fields [(x)] /P 1'), FILLED))).toEqual(['unexplained', 'signatureForbidden'])
  })

  it('are those of the signed revision', async () => {
    const certified = { ...FILLED, 20: signature('ETSI.CAdES.detached', '/Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]') }
    const second = append(signed(), certified)
    const third = append(second, { ...without(INVISIBLE, 20), 22: field('Third', '/V 23 0 R /Rect [0 0 0 0]'), 23: signature() })
    expect(await codesAfter(append(second, STORE), 1)).toEqual(['explained', 'validationData'])
    expect(await codesAfter(third)).toEqual(['explained', 'signatureAdded'])
    expect(await codesAfter(third, 1)).toEqual(['unexplained', 'signatureForbidden'])
  })
})
