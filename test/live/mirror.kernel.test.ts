// The mirror: what it tells of changes, what it finds out though the kernel does not tell, waiting; and that it is
// right after storms. `NETLOOM_ROUNDS=100 npm run test:kernel -- test/live/mirror` makes a hundred of them.
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Mirror, when } from '../../src/index.ts'
import type { Change } from '../../src/live/mirror.ts'
import type { EventQueue, Overrun } from '../../src/netlink/subscription.ts'
import { deleteNamed } from '../../src/netns/named.ts'
import { must } from '../netns/harness.ts'
import { fresh, mirrored, namespacesOf, storm } from './storm.ts'

describe('a mirror', () => {
  let mirror: Mirror
  let changes: EventQueue<Change>
  beforeEach(async () => {
    must('ip netns add mi1; ip netns add mi2; ip -n mi1 link add v0 type veth peer name v1')
    mirror = await Mirror.open()
    changes = mirror.changes()
  })
  afterEach(() => {
    mirror.close()
    must('for n in mi1 mi2 mi3; do ip netns del $n 2>/dev/null; done; true')
  })

  const word = (change: Change | Overrun): string => {
    if (change.object === 'overrun') return 'overrun'
    const { netns = 'here', action } = change
    if (change.object === 'netns') return `${netns}: netns ${action}`
    const { value } = change
    const name =
      'name' in value ? value.name : 'dst' in value ? `${value.dst}` : 'address' in value ? value.address : ''
    const more =
      change.action === 'changed' ? ` ${change.keys.join()}` : change.action === 'moved' ? ` from ${change.from}` : ''
    return `${netns}: ${change.object} ${action} ${name}${more}`
  }
  /** What is told of a script, until it is quiet. */
  async function told(script: string): Promise<string[]> {
    must(script)
    await mirror.settled()
    const seen: string[] = []
    while (changes.pending > 0) seen.push(word((await changes.next()).value))
    return seen
  }

  test('is read at once, by namespace', () => {
    expect(mirror.namespaces().map(({ name }) => name)).toEqual(expect.arrayContaining([undefined, 'mi1', 'mi2']))
    expect(mirror.namespace('mi1')?.link('v0')).toMatchObject({ name: 'v0', kind: 'veth', up: false })
    expect(mirror.namespace('mi1')?.rules().length).toBeGreaterThan(4)
    expect(mirror.namespace('none')).toBeUndefined()
  })

  test('tells precisely what became different', async () => {
    expect(await told('ip -n mi1 link set v0 mtu 1400')).toEqual(['mi1: link changed v0 mtu'])
    expect(await told('ip -n mi1 addr add 192.0.2.1/24 dev v0')).toContain('mi1: address added 192.0.2.1')
    expect(await told('ip -n mi1 addr del 192.0.2.1/24 dev v0')).toContain('mi1: address removed 192.0.2.1')
    // The kernel tells of a change in which nothing is different, and so it is not one.
    expect(await told('ip -n mi1 link set v0 mtu 1400; ip -n mi1 link set v0 down')).toEqual([])
  })

  test('a moved link is one change; its other end is known to be elsewhere', async () => {
    const seen = await told('ip -n mi1 link set v1 netns mi2')
    expect(seen).toContain('mi2: link moved v1 from mi1')
    expect(seen.filter(line => /link (added|removed)/.test(line))).toEqual([])
    const [v0, v1] = [mirror.namespace('mi1')!.link('v0')!, mirror.namespace('mi2')!.link('v1')!]
    expect(v0.link).toBe(v1.index)
    expect(v0.linkNetnsId).toBeDefined()
  })

  test('IPv4 routes that go with their device, and with their source, though the kernel does not tell', async () => {
    must(`ip -n mi1 link set v0 up; ip -n mi1 link set v1 up; ip -n mi1 addr add 192.0.2.1/24 dev v0
      ip -n mi1 addr add 198.51.100.1/24 dev v1
      ip -n mi1 route add 10.1.0.0/16 dev v0; ip -n mi1 route add 10.2.0.0/16 dev v1 src 192.0.2.1
      ip -n mi1 route add 10.3.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2`)
    await mirror.settled()
    await told('true')
    expect(await told('ip -n mi1 addr del 192.0.2.1/24 dev v0')).toEqual(
      expect.arrayContaining(['mi1: route removed 10.1.0.0', 'mi1: route removed 10.2.0.0']),
    )
    expect(await told('ip -n mi1 link del v0')).toContain('mi1: route removed 10.3.0.0')
  })

  test('namespaces that come and go, with all that is in them', async () => {
    must('ip netns add mi3; ip -n mi3 link add b0 type bridge')
    await mirror.until(when.link('b0', { netns: 'mi3' }).exists())
    must('ip netns del mi3')
    await mirror.until(when.namespace('mi3').absent())
    const seen: string[] = []
    while (changes.pending > 0) seen.push(word((await changes.next()).value))
    expect(seen[0]).toBe('mi3: netns added')
    expect(seen).toContain('mi3: link removed b0')
    expect(seen.at(-1)).toBe('mi3: netns removed')
  })

  test('waiting: at once, when it comes, however short it was; and a word of what was missing', async () => {
    const v0 = when.link('v0', { netns: 'mi1' })
    await mirror.until(v0.is({ kind: 'veth', up: false }), { timeout: 0 })
    const up = mirror.until(v0.is({ flags: ['up'] }).and(when.link('v1', { netns: 'mi1' }).exists()))
    const brief = mirror.until(v0.is({ mtu: 1300 }))
    must('ip -n mi1 link set v0 up mtu 1300; ip -n mi1 link set v0 down mtu 1400')
    await Promise.all([up, brief])
    await expect(mirror.until(v0.is({ operState: 'up' }), { timeout: 50 })).rejects.toThrow(
      "waited 50 ms until link 'v0' in namespace mi1 has operState 'up': of link 'v0' in namespace mi1, its operState is 'down'",
    )
    await expect(mirror.until(when.link('v9', { netns: 'no' }).exists(), { timeout: 1 })).rejects.toThrow(
      'there is no namespace no',
    )
    await expect(mirror.until(v0.absent(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
    const closing = mirror.until(v0.absent())
    mirror.close()
    await expect(closing).rejects.toThrow('the mirror was closed')
  })

  test('what the kernel does not tell at all is there after resync', async () => {
    expect(await told('ip -n mi1 link set v0 alias quiet')).toEqual([])
    await mirror.resync()
    expect(word((await changes.next()).value)).toBe('mi1: link changed v0 alias')
  })
})

const ROUNDS = Number(process.env['NETLOOM_ROUNDS'] ?? 4)

test(
  `after ${ROUNDS} storms of changes in 20 namespaces, with a small receive buffer, it equals a fresh dump`,
  async () => {
    const names = namespacesOf('storm', 20)
    const mirror = await Mirror.open({ receiveBuffer: 8192 })
    const changes = mirror.changes()
    try {
      for (let round = 0; round < ROUNDS; round++) {
        await storm(round, names, 150)
        await equal(mirror, changes, names)
      }
      expect(mirror.overruns).toBeGreaterThan(0)
    } finally {
      mirror.close()
      for (const name of names) deleteNamed(name)
    }
  },
  20_000 + ROUNDS * 30_000,
)

/** The kernel tells of a carrier up to a second after it has changed: so it may take as long to be equal. */
async function equal(mirror: Mirror, changes: EventQueue<Change>, names: readonly string[]): Promise<void> {
  const all = [undefined, ...names]
  for (let tries = 1; ; tries++) {
    await mirror.settled()
    while (changes.pending > 0) await changes.next()
    const kernel = all.map(fresh)
    const ours = all.map(name => mirrored(mirror.namespace(name)!))
    if (isDeepStrictEqual(ours, kernel)) return
    if (tries === MOST_TRIES) expect(ours).toEqual(kernel)
    await setTimeout(250)
  }
}
const MOST_TRIES = 16
