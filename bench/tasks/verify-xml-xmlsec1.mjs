/** xmlsec1 on a signed XML file, in a process each time; what it took is read from what Linux says of it until it ends. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** How often is looked, in milliseconds. */
const INTERVAL = 5
/** Ticks of the processor's clock in a second, in what /proc says (sysconf(_SC_CLK_TCK)). */
const TICKS = 100

/** Processor time and most memory so far of a process; nothing where it is gone. */
function look(pid) {
  try {
    const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '1 2 ')
      .split(' ')
    const cpu = ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000
    const peak = Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024
    return Number.isNaN(peak) ? undefined : { cpu, peak }
  } catch {
    return undefined
  }
}

function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('xmlsec1', args, { stdio: 'ignore' })
    let last = { cpu: 0, peak: 0 }
    const timer = setInterval(() => {
      last = look(child.pid) ?? last
    }, INTERVAL)
    child.once('error', reject)
    child.once('exit', (status) => {
      clearInterval(timer)
      if (status === 0) resolve(last)
      else reject(new Error(`xmlsec1 ended with status ${status}`))
    })
  })
}

export function prepare({ xml, rootPem }) {
  const args = ['--verify', '--trusted-pem', rootPem, '--id-attr:id', 'http://kekhaithue.gdt.gov.vn/TKhaiThue:Data', xml]
  return { 'xmlsec1 --verify': () => run(args) }
}
