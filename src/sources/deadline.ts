/** Waiting that ends: by a time, or because the caller no longer wants to. */

/** The longest delay a timer takes; a longer one would fire at once. */
export const MAX_DELAY = 2 ** 31 - 1

/** A time until which something may go on. */
export interface Deadline {
  /** Aborts at that time, and when the caller's own signal does. */
  readonly signal: AbortSignal
  /** Milliseconds until then. */
  left(): number
  /** Lets go of the timer and of the caller's signal. To be called in any case. */
  release(): void
}

/**
 * Starts a deadline. Made by hand rather than by `AbortSignal.timeout` and `any`: a released one leaves nothing behind on a
 * signal that lives as long as the caller's program.
 *
 * @param ms milliseconds from now
 */
export function deadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController()
  const end = performance.now() + ms
  const stop = (): void => controller.abort(outer?.reason)
  const timer = setTimeout(() => controller.abort(), ms)
  if (outer?.aborted) stop()
  else outer?.addEventListener('abort', stop, { once: true })
  return {
    signal: controller.signal,
    left: () => end - performance.now(),
    release() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', stop)
    },
  }
}

/** What a promise gives, or a rejection as soon as the signal aborts, even where whoever works on it does not listen to the signal. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    const release = (): void => signal.removeEventListener('abort', stop)
    promise.then(resolve, reject).then(release, release)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** Waits for `ms` milliseconds, or until the signal aborts; does not throw. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })
}
