/** Lets other work on the thread run and goes on after it. Node has a call for that; a timer, which is what all have, waits a millisecond or more. */
export function pause(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (act: () => void) => unknown }
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}

/** Leaves the thread to others for some milliseconds: what a collector does in turns of its own is not done between two calls in a row. */
export function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
