/** Local time of Vietnam taken for UTC, or the other way round: a mistake of signing programs that is met often. */

const HOURS = 7 * 3_600_000

/** How long it may take from the signer's clock to the time-stamp: minutes, where people and servers are waited for. */
const TOLERANCE = 15 * 60_000

/**
 * Whether a stated time of signing stands seven hours from a time that is proven, give or take a quarter of an hour: `ahead` where local
 * time was written as UTC, `behind` where UTC was written as local time.
 */
export function mixesZones(stated: Date, proven: Date): 'ahead' | 'behind' | null {
  const apart = stated.getTime() - proven.getTime()
  if (Math.abs(apart - HOURS) <= TOLERANCE) return 'ahead'
  return Math.abs(apart + HOURS) <= TOLERANCE ? 'behind' : null
}
