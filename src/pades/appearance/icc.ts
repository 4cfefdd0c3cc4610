/** Colour profiles (ICC.1:2001-04, which ISO 19005-1 knows) that say what the numbers of colours mean: those of sRGB. */
import { concat, latin1 } from '../../core/bytes.ts'

/** White and primaries of sRGB (IEC 61966-2-1) in the profile connection space, whose white is D50. */
const WHITE = [0.9642, 1, 0.8249]
const PRIMARIES = { r: [0.4361, 0.2225, 0.0139], g: [0.3851, 0.7169, 0.0971], b: [0.1431, 0.0606, 0.7142] }

/** Points of the curve. */
const POINTS = 256
const HEADER = 128

/** A profile for one grey, or for red, green and blue. */
export function srgbProfile(components: 1 | 3): Uint8Array {
  const curve = curveOf()
  const tags: (readonly [tag: string, data: Uint8Array])[] = [
    ['desc', description(components === 1 ? 'sRGB grey' : 'sRGB')],
    ['cprt', concat([latin1('text'), new Uint8Array(4), latin1('Public domain\0')])],
    ['wtpt', xyz(WHITE)],
  ]
  if (components === 1) tags.push(['kTRC', curve])
  else for (const [colour, values] of Object.entries(PRIMARIES)) tags.push([`${colour}XYZ`, xyz(values)], [`${colour}TRC`, curve])
  return assemble(components === 1 ? 'GRAY' : 'RGB ', tags)
}

/** Header, tag table, and the data, each once (§6.1 to §6.3). */
function assemble(space: string, tags: readonly (readonly [tag: string, data: Uint8Array])[]): Uint8Array {
  const offsets = new Map<Uint8Array, number>()
  let size = HEADER + 4 + 12 * tags.length
  for (const [, data] of tags) {
    if (offsets.has(data)) continue
    offsets.set(data, size)
    size += Math.ceil(data.length / 4) * 4
  }
  const profile = new Uint8Array(size)
  const view = new DataView(profile.buffer)
  view.setUint32(0, size)
  view.setUint32(8, 0x02100000) // version 2.1
  profile.set(latin1(`mntr${space}XYZ `), 12)
  for (const [i, value] of [2026, 1, 1].entries()) view.setUint16(24 + 2 * i, value)
  profile.set(latin1('acsp'), 36)
  setFixed(view, 68, WHITE)
  view.setUint32(HEADER, tags.length)
  for (const [i, [tag, data]] of tags.entries()) {
    const [entry, offset] = [HEADER + 4 + 12 * i, offsets.get(data) ?? 0]
    profile.set(latin1(tag), entry)
    view.setUint32(entry + 4, offset)
    view.setUint32(entry + 8, data.length)
    profile.set(data, offset)
  }
  return profile
}

/** Numbers of 16 bits before and after the point (§5.3.2). */
function setFixed(view: DataView, at: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) view.setInt32(at + 4 * i, Math.round(value * 65_536))
}

function xyz(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 + 4 * values.length))
  setFixed(view, 8, values)
  const data = new Uint8Array(view.buffer)
  data.set(latin1('XYZ '))
  return data
}

/** The name in ASCII, none in Unicode, and room for none in ScriptCode (§6.5.17). */
function description(name: string): Uint8Array {
  const data = new Uint8Array(12 + name.length + 1 + 78)
  data.set(latin1('desc'))
  new DataView(data.buffer).setUint32(8, name.length + 1)
  data.set(latin1(name), 12)
  return data
}

/** The transfer function of sRGB (§6.5.3). */
function curveOf(): Uint8Array {
  const view = new DataView(new ArrayBuffer(12 + 2 * POINTS))
  view.setUint32(8, POINTS)
  for (let i = 0; i < POINTS; i++) {
    const value = i / (POINTS - 1)
    view.setUint16(12 + 2 * i, Math.round(65_535 * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)))
  }
  const data = new Uint8Array(view.buffer)
  data.set(latin1('curv'))
  return data
}
