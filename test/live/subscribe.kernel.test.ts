// host.subscribe(): what each change is told as, a slow reader, loss, and how a process or a Worker with a
// subscription ends.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { link, Netlink } from '../../src/index.ts'
import type { Overrun } from '../../src/netlink/subscription.ts'
import type { Event, EventObject } from '../../src/ops/events.ts'
import { must, TIMEOUT } from '../netns/harness.ts'

let host: Netlink
beforeEach(() => {
  must('ip netns add sub; ip -n sub link add v0 type veth peer name v1')
  host = Netlink.open({ netns: 'sub' })
})
afterEach(() => {
  host.close()
  must('ip netns del sub')
})

/** What is told of `script`, as `object action`. */
async function told(objects: readonly EventObject[], script: string): Promise<string[]> {
  const events = host.subscribe(objects)
  must(script.replaceAll('ip ', 'ip -n sub ').replaceAll('tc ', 'tc -n sub '))
  await new Promise(resolve => setTimeout(resolve, 50))
  events.close()
  const seen: string[] = []
  for await (const event of events as AsyncIterable<Event | Overrun>)
    seen.push(event.object === 'overrun' ? 'overrun' : `${event.object} ${event.action}`)
  return seen
}

test.each<readonly [EventObject[], string, string[]]>([
  [['link'], 'ip link add v2 mtu 1400 type veth peer name v3', ['link added', 'link added']],
  [['link'], 'ip link set v0 mtu 1400; ip link set v0 name w0', ['link changed', 'link changed']],
  [['link'], 'ip link del v0', ['link changed', 'link changed', 'link removed', 'link removed'].slice(2)],
  [
    ['route'],
    'ip link set v0 up; ip route add 10.0.0.0/8 dev v0 table 7; ip route replace 10.0.0.0/8 dev v0 table 7 mtu 1400; ip route del 10.0.0.0/8 table 7',
    ['route added', 'route changed', 'route removed'],
  ],
  [['rule'], 'ip rule add from 10.0.0.0/8 table 7; ip rule del table 7', ['rule added', 'rule removed']],
  [
    ['nexthop'],
    'ip link set lo up; ip nexthop add id 7 blackhole; ip nexthop del id 7',
    ['nexthop added', 'nexthop removed'],
  ],
  [['neighbour'], 'ip link set v0 up; ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0', ['neighbour changed']],
  [
    ['qdisc', 'class'],
    'tc qdisc add dev v0 root handle 1: htb; tc class add dev v0 parent 1: classid 1:1 htb rate 1mbit',
    ['qdisc changed', 'class changed'],
  ],
  [
    ['netconf'],
    'ip link set v0 up; ip netns exec sub sysctl -qw net.ipv4.conf.v0.forwarding=1'.replace(
      'ip netns',
      '/sbin/ip netns',
    ),
    ['netconf changed'],
  ],
])('%s: %s', async (objects, script, expected) => {
  expect((await told(objects, script)).filter(event => !/neighbour removed/.test(event))).toEqual(expected)
})

test('a port is told as port, and as link', async () => {
  const seen = await told(
    ['link', 'port'],
    'ip link add br0 type bridge; ip link set v0 master br0; ip link set v0 nomaster',
  )
  expect(seen).toContain('port changed')
  expect(seen).toContain('port removed')
  expect(seen).not.toContain('link removed')
})

test('an unknown object is refused, with the nearest', () => {
  expect(() => host.subscribe(['links' as 'link'])).toThrow(/links.*did you mean 'link'/)
})

test('a slow reader is bounded, and told once of what it lost', async () => {
  const events = host.subscribe(['link'], { limit: 3 })
  for (let i = 0; i < 10; i++) host.runSync(link.set('v0', { mtu: 1300 + i }))
  while (events.pending < 4) await new Promise(setImmediate)
  const first = [await events.next(), await events.next(), await events.next(), await events.next()]
  expect(first.map(({ value }) => value.object)).toEqual(['link', 'link', 'link', 'overrun'])
  host.runSync(link.set('v0', { mtu: 1400 }))
  expect((await events.next()).value).toMatchObject({ object: 'link', value: { mtu: 1400 } })
  events.close()
})

test('a full receive buffer is told, and it goes on', async () => {
  const events = host.subscribe(['link'], { receiveBuffer: 4096 })
  for (let i = 0; i < 50; i++) host.runSync(link.set('v0', { mtu: 1300 + i }))
  const seen: string[] = []
  for await (const event of events) {
    seen.push(event.object)
    if (event.object === 'overrun') host.runSync(link.set('v0', { mtu: 1400 }))
    else if (event.value.mtu === 1400) break
  }
  expect(seen).toContain('overrun')
})

/** Runs a module's text in a process of its own. */
function node(text: string): { status: number | null; out: string; err: string } {
  const source = `import { Netlink } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}\n${text}`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', source],
    { encoding: 'utf8', timeout: 30_000, env: { ...process.env, NODE_OPTIONS: '' } },
  )
  return { status, out: stdout.trim(), err: stderr.trim() }
}

test(
  'an idle subscription does not keep the process alive; with keepAlive it does, and process.exit is clean',
  () => {
    const idle = node("Netlink.open().subscribe(['link']).next(); console.log('idle')")
    expect(idle).toEqual({ status: 0, out: 'idle', err: '' })
    const kept = node(`
      Netlink.open().subscribe(['link'], { keepAlive: true })
      setTimeout(() => process.exit(7), 100).unref()`)
    expect(kept).toEqual({ status: 7, out: '', err: '' })
  },
  TIMEOUT,
)

test(
  'a Worker is refused with a word of what to do, and ends cleanly beside a subscription of the main thread',
  async () => {
    const events = host.subscribe(['link'])
    const worker = new Worker(new URL('./listening-worker.mjs', import.meta.url))
    const [message] = await once(worker, 'message')
    expect(message).toEqual({
      requests: true,
      error:
        'UnsupportedError: a Worker cannot listen to netlink events: subscribe in the main thread and post the events to the Worker',
    })
    expect(await worker.terminate()).toBe(1)
    host.runSync(link.set('v0', { mtu: 1400 }))
    expect((await events.next()).value).toMatchObject({ object: 'link' })
    events.close()
  },
  TIMEOUT,
)

test('all namespaces on one socket: each event with its name, new ones heard, the links of a dying one told as removed', async () => {
  const ending = new AbortController()
  const events = host.subscribe(['link', 'address'], { allNamespaces: true, signal: ending.signal })
  const seen: string[] = []
  const reading = (async () => {
    for await (const event of events) {
      if (event.object === 'overrun') throw new Error('overrun')
      const { object, action, netns, value } = event
      seen.push(`${netns ?? 'here'}: ${object} ${action} ${'name' in value ? value.name : ''}`.trim())
    }
  })()
  must('ip netns add sub2; ip -n sub link add here type bridge')
  await expect.poll(() => events.ids.id('sub2')).toBeDefined()
  must('ip -n sub2 link add gone type bridge; ip -n sub2 addr add 192.0.2.1/24 dev gone; ip netns del sub2')
  await expect.poll(() => seen).toContain('sub2: link removed gone')
  ending.abort()
  await reading
  expect(seen).toContain('here: link added here')
  expect(seen).toContain('sub2: link added gone')
  expect(seen).toContain('sub2: address changed')
  expect(seen).toContain('sub2: link removed lo')
})
