// Many route additions by `ip -batch` in one namespace while a subscriber decodes each of them: is any lost, and does the
// event loop go on turning? `npm run bench -- live [COUNT]`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { release } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { address, link, Netlink } from '../src/index.ts'
import { createNamed, deleteNamed } from '../src/netns/named.ts'
import { watchLoop } from './loop.ts'

const count = Number(process.argv[3] ?? 200_000)
const GOAL_MS = 20

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
const watched = watchLoop()
const processor = process.cpuUsage()
const began = performance.now()
const [status] = (await once(child, 'exit')) as [number]
const batchMs = performance.now() - began
await Promise.race([reading, setTimeout(10_000)])
const allMs = performance.now() - began
const delay = watched()
const { user, system } = process.cpuUsage(processor)
ending.abort()
await reading
deleteNamed('bench-live')

console.log(`Linux ${release()}, node ${process.version}`)
console.log(`${count} routes by ip -batch in ${batchMs.toFixed(0)} ms; all told of after ${allMs.toFixed(0)} ms`)
console.log(`told of ${seen.size}, overruns ${overruns}; at most ${most} waited for the reader`)
console.log(
  `processor time ${((user + system) / 1000).toFixed(0)} ms: ${((user + system) / count).toFixed(2)} µs a route`,
)
const [middle, late, longest] = [delay.median, delay.most, delay.longest].map(ms => ms.toFixed(1))
console.log(`event loop late by ${middle} ms (median), ${late} (99 %), ${longest} at most`)
console.log(`  of it blocked by our own work: ${delay.own.toFixed(1)} ms at most; goal: ≤ ${GOAL_MS}`)
if (status !== 0 || seen.size !== count || overruns > 0 || delay.own > GOAL_MS) {
  console.error('the goal is missed')
  process.exitCode = 1
}
