// Many route additions by `ip -batch` in one namespace while a subscriber decodes each of them: is any lost, and does the
// event loop go on turning? `npm run bench -- live [COUNT]`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { release } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { address, link, Netlink } from '../src/index.ts'
import { createNamed, deleteNamed } from '../src/netns/named.ts'

const count = Number(process.argv[3] ?? 200_000)
const GOAL_MS = 20
/** The histogram tells of the time between two looks: what is beyond one of these is delay. */
const RESOLUTION_MS = 1

/**
 * The longest turn of the event loop by the processor time that this process (all of its threads) spent in it: what other
 * processes take of a busy machine is not our blocking.
 */
let longestOwn = 0
let looked = { at: performance.now(), processor: process.cpuUsage() }
function look(): void {
  const { user, system } = process.cpuUsage(looked.processor)
  const late = performance.now() - looked.at - RESOLUTION_MS
  longestOwn = Math.max(longestOwn, Math.min(late, (user + system) / 1000))
  looked = { at: performance.now(), processor: process.cpuUsage() }
}

createNamed('bench-live')
using host = Netlink.open({ netns: 'bench-live' })
host.runSync(link.add({ kind: 'veth', name: 'v0', up: true, peer: { name: 'v1' } }))
host.runSync(link.set('v1', { up: true }))
host.runSync(address.add({ dev: 'v0', address: '192.0.2.1/24' }))

const lines: string[] = []
for (let i = 0; i < count; i++)
  lines.push(`route add 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32 via 192.0.2.2 dev v0`)
const batch = `${lines.join('\n')}\n`

const ending = new AbortController()
const events = host.subscribe(['route'], { signal: ending.signal })
const seen = new Set<string>()
let overruns = 0
let most = 0
const reading = (async () => {
  for await (const event of events) {
    most = Math.max(most, events.pending)
    if (event.object === 'overrun') overruns++
    else if (event.action === 'added' && event.value.dst?.startsWith('10.') && event.value.gateway === '192.0.2.2')
      seen.add(event.value.dst)
    if (seen.size === count) ending.abort()
  }
})()

const child = spawn('ip', ['-n', 'bench-live', '-batch', '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
child.stdin.end(batch)
// The text of the batch is on its way: what that costs is not the subscriber's.
await setTimeout(50)
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
look()
longestOwn = 0
const looking = setInterval(look, RESOLUTION_MS)
const processor = process.cpuUsage()
const began = performance.now()
const [status] = (await once(child, 'exit')) as [number]
const batchMs = performance.now() - began
await Promise.race([reading, setTimeout(10_000)])
const allMs = performance.now() - began
delay.disable()
clearInterval(looking)
const { user, system } = process.cpuUsage(processor)
ending.abort()
await reading
deleteNamed('bench-live')

const at = (percentile: number): string => (delay.percentile(percentile) / 1e6 - RESOLUTION_MS).toFixed(1)
console.log(`Linux ${release()}, node ${process.version}`)
console.log(`${count} routes by ip -batch in ${batchMs.toFixed(0)} ms; all told of after ${allMs.toFixed(0)} ms`)
console.log(`told of ${seen.size}, overruns ${overruns}; at most ${most} waited for the reader`)
console.log(
  `processor time ${((user + system) / 1000).toFixed(0)} ms: ${((user + system) / count).toFixed(2)} µs a route`,
)
console.log(
  `event loop late by ${at(50)} ms (median), ${at(99)} (99 %), ${(delay.max / 1e6 - RESOLUTION_MS).toFixed(1)} at most`,
)
console.log(`  of it blocked by our own work: ${longestOwn.toFixed(1)} ms at most; goal: ≤ ${GOAL_MS}`)
if (status !== 0 || seen.size !== count || overruns > 0 || longestOwn > GOAL_MS) {
  console.error('the goal is missed')
  process.exitCode = 1
}
