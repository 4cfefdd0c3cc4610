/**
 * A process of its own for one task: plain Node on the built package, so that its memory is the task's and nobody else's. The task is
 * a module of `tasks/` whose `prepare(input)` gives the contenders by name; `run` takes them in turn, so that what slows the machine
 * down for a while slows all of them down.
 */
import { readFileSync } from 'node:fs'

const [task, input] = process.argv.slice(2)
const { prepare } = await import(`./tasks/${task}.mjs`)
const contenders = Object.entries(await prepare(JSON.parse(input)))

/** The most memory this process ever had, in bytes. VmHWM begins at `exec`; `maxRSS` would count the parent before it as well. */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

async function run(rounds) {
  const times = Object.fromEntries(contenders.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, act] of contenders) {
      const start = performance.now()
      await act()
      times[name].push(performance.now() - start)
    }
  }
  return times
}

process.on('message', async ({ rounds }) => {
  process.send({ times: await run(rounds), peak: peak() })
})
process.send({ ready: contenders.map(([name]) => name) })
