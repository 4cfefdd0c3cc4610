/** A world as a file, so that several processes try the same inputs. */
import type { World } from './seeds.ts'

/** JSON of a world. */
export function encodeWorld(world: World): string {
  return JSON.stringify(world, (_, value: unknown) => (value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value))
}

/** The world of a JSON text that {@link encodeWorld} wrote. */
export function decodeWorld(text: string): World {
  const world = JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string'
      ? new Uint8Array(Buffer.from(value.base64, 'base64'))
      : value,
  ) as Omit<World, 'at'> & { readonly at: string }
  return { ...world, at: new Date(world.at) }
}
