/** A picture as PDF takes it, whichever file it came from. */

/** What an image file shows. */
export type Picture = PixelPicture | JpegPicture

/** Samples of 8 bits, row by row from the top. */
export interface PixelPicture {
  readonly kind: 'pixels'
  readonly width: number
  readonly height: number
  /** 1 for grey, 3 for red, green and blue. */
  readonly components: 1 | 3
  readonly samples: Uint8Array
  /** How opaque each pixel is; left out where all are. */
  readonly alpha?: Uint8Array
}

/** A JPEG file, which PDF takes as it is. */
export interface JpegPicture {
  readonly kind: 'jpeg'
  readonly width: number
  readonly height: number
  /** 1 for grey, 3 for colour, 4 for ink. */
  readonly components: 1 | 3 | 4
  readonly file: Uint8Array
  /** Whether 0 means full ink, as Adobe's programs write it. */
  readonly inverted: boolean
}

/** Is asked before pixels are decoded: throws where a picture is too large. */
export type PixelBudget = (width: number, height: number) => void
