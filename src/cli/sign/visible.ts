/** How a signature is shown on a page: where, and what stands in it. */
import { format, formatTime } from '../../core/messages.ts'
import { readSmallFile } from '../../node/folders.ts'
import type { PageCorner, Placement, VisibleSignature } from '../../pades/index.ts'
import type { Arguments } from '../arguments.ts'
import type { Context } from '../io.ts'
import { usageError } from '../usage.ts'
import { choice } from './choice.ts'

const CORNERS: readonly PageCorner[] = ['top-left', 'top-right', 'bottom-left', 'bottom-right']

/** What the options say of a visible signature. */
export interface VisibleOptions {
  /** `undefined`: in the field that `--field` names. */
  readonly placement: Placement | undefined
  readonly font: string | undefined
  readonly image: string | undefined
  /** `undefined`: who signs, why and when. */
  readonly text: string | undefined
}

/** Points in `--box`. */
const NUMBER = /^-?\d{1,6}(?:\.\d{1,6})?$/

function readBox(value: string): readonly [number, number, number, number] {
  const parts = value.split(',').map((part) => part.trim())
  const [x, y, width, height] = parts.map(Number)
  if (parts.length !== 4 || !parts.every((part) => NUMBER.test(part)) || x === undefined || y === undefined || !width || !height || width < 0 || height < 0)
    throw usageError('badBox', { value })
  return [x, y, width, height]
}

function readPage(value: string): number {
  if (!/^-?[1-9]\d{0,8}$/.test(value)) throw usageError('badPage', { value })
  return Number(value)
}

function readPlacement(args: Arguments): Placement | undefined {
  const [box, page, corner] = [args.one('box'), args.one('page'), choice(args, 'corner', CORNERS)]
  const without = ['page', 'corner'].find((name) => args.has(name))
  if (box === undefined && without !== undefined) throw usageError('optionNeeds', { option: `--${without}`, other: '--box X,Y,W,H' })
  if (box === undefined) return undefined
  const [x, y, width, height] = readBox(box)
  const number = readPage(page ?? '1')
  return corner ? { page: number, corner, x, y, width, height } : { page: number, rectangle: [x, y, width, height] }
}

/**
 * The options of a visible signature; `undefined` where none was given.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function visibleOptions(args: Arguments): VisibleOptions | undefined {
  const placement = readPlacement(args)
  const [font, image, text] = [args.one('font'), args.one('image'), args.one('text')]
  if (!placement && font === undefined && image === undefined && text === undefined) return undefined
  if (!placement && !args.has('field')) throw usageError('boxMissing')
  if (font === undefined && (text ? true : image === undefined)) throw usageError('fontMissing')
  return { placement, font, image, text }
}

/** Who signs, why and when: what most signatures show. */
function usualText({ catalogue, language }: Context, args: Arguments, signer: string, time: Date): string {
  const [reason, location] = [args.one('reason'), args.one('location')]
  return [
    format(catalogue, 'look.signer', { name: args.one('name') ?? signer }),
    ...(reason === undefined ? [] : [format(catalogue, 'look.reason', { reason })]),
    ...(location === undefined ? [] : [format(catalogue, 'look.location', { location })]),
    format(catalogue, 'look.time', { time: formatTime(time, language) }),
  ].join('\n')
}

/**
 * What draws the signatures of a command line. The files are read once; what draws them is loaded here, so that signing
 * without a picture does without it.
 *
 * @param signer by name
 * @returns what is shown of a signature that states a time
 * @throws KysoError `ERR_FILE_READ`
 */
export async function readVisible(context: Context, args: Arguments, wanted: VisibleOptions, signer: string): Promise<(time: Date) => VisibleSignature> {
  const { placement, text } = wanted
  const font = wanted.font === undefined ? undefined : readSmallFile(wanted.font)
  const image = wanted.image === undefined ? undefined : readSmallFile(wanted.image)
  const { textAppearance } = await import('../../pades/appearance/index.ts')
  return (time) => {
    const words = text?.replaceAll('\\n', '\n') ?? (font ? usualText(context, args, signer, time) : '')
    const look = { ...(font && words !== '' ? { text: words, font } : {}), ...(image ? { image } : {}) }
    return { appearance: textAppearance(look), ...(placement ? { placement } : {}) }
  }
}
