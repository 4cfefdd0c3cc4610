/**
 * A process of its own for one task: plain Node on the built package, so that its memory is the task's and nobody else's. The task is
 * a module of `tasks/` whose `prepare(input)` gives the contenders by name; `run` takes them in turn, so that what slows the machine
 * down for a while slows all of them down. A contender that is another program resolves to what that one took: `{ cpu, peak }`.
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

/** One round: what it took, on the clock and of the processor, in milliseconds. A function of its own, so that nothing of it is held by the next. */
async function once(act) {
  const start = performance.now()
  const before = process.cpuUsage()
  const other = await act()
  const time = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { time, cpu: other?.cpu ?? (user + system) / 1000, peak: other?.peak }
}

const peaks = {}

async function run(rounds) {
  const times = Object.fromEntries(contenders.map(([name]) => [name, []]))
  const cpu = Object.fromEntries(contenders.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, act] of contenders) {
      const took = await once(act)
      times[name].push(took.time)
      cpu[name].push(took.cpu)
      peaks[name] = took.peak === undefined ? peak() : Math.max(peaks[name] ?? 0, took.peak)
    }
  }
  return { times, cpu, peaks }
}

process.on('message', async ({ rounds }) => {
  process.send(await run(rounds))
})
process.send({ ready: contenders.map(([name]) => name) })
