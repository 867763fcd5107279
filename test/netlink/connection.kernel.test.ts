// Links, addresses and events on the running kernel, in the sandbox's own namespace. Names begin with `nk-`.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Netlink } from '../../src/client.ts'
import { BatchError } from '../../src/netlink/connection.ts'
import { NetlinkError } from '../../src/netlink/error.ts'
import { openSocket } from '../../src/netlink/socket-koffi.ts'
import type { Overrun } from '../../src/netlink/subscription.ts'
import { createNamed, deleteNamed, listNamed } from '../../src/netns/named.ts'
import * as address from '../../src/ops/address.ts'
import type { Event } from '../../src/ops/events.ts'
import * as link from '../../src/ops/link.ts'
import * as nsid from '../../src/ops/nsid.ts'
import type { Link } from '../../src/route/link.ts'
import * as libc from '../../src/sys/libc.ts'
import type { NetnsReference } from '../../src/sys/netns-path.ts'
import { openDescriptors, SLOW, TIMEOUT } from '../netns/harness.ts'

let host: Netlink
let before = 0

beforeAll(() => {
  // The first use opens what stays open: koffi's library, the event loop's own descriptors.
  Netlink.open().close()
  before = openDescriptors()
  host = Netlink.open()
  host.runSync(link.set('lo', { up: true }))
})
afterEach(() => {
  for (const { name, kind } of host.runSync(link.list())) {
    if (kind !== undefined && name?.startsWith('nk-') && has(host, name)) host.runSync(link.delete(name))
  }
  for (const { name } of listNamed().filter(named => named.name.startsWith('nk-'))) deleteNamed(name)
})
afterAll(() => host.close())

const names = (connection: Netlink): string[] => connection.runSync(link.list()).map(({ name }) => name!)
const has = (connection: Netlink, name: string): boolean => names(connection).includes(name)
const pair = (name = 'nk-a', peer = 'nk-b') => link.add({ kind: 'veth', name, peer: { name: peer } })
const refused = (work: () => unknown): any => {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}
/** Works in a namespace by a connection of its own. */
function inside<T>(netns: NetnsReference, work: (connection: Netlink) => T): T {
  const connection = Netlink.open({ netns })
  try {
    return work(connection)
  } finally {
    connection.close()
  }
}

describe('a link', () => {
  test('is added, changed, got, listed and deleted, synchronously', () => {
    host.runSync(
      link.add({ kind: 'veth', name: 'nk-a', mtu: 1400, address: '02:00:00:00:00:01', peer: { name: 'nk-b' } }),
    )
    host.runSync(link.set('nk-a', { up: true, alias: 'the first', txQueueLength: 77 }))
    const found = host.runSync(link.get('nk-a'))
    expect(found).toMatchObject({
      name: 'nk-a',
      kind: 'veth',
      up: true,
      mtu: 1400,
      address: '02:00:00:00:00:01',
      alias: 'the first',
      txQueueLength: 77,
      operState: 'lowerlayerdown',
    })
    expect(host.runSync(link.get(found.index)).name).toBe('nk-a')
    expect(host.runSync(link.get('nk-b')).link).toBe(found.index)
    host.runSync(link.delete('nk-a'))
    expect(names(host)).toEqual(['lo'])
  })

  test('is added, changed, got, listed and deleted, asynchronously', async () => {
    await host.run(pair())
    await Promise.all([host.run(link.set('nk-a', { up: true })), host.run(link.set('nk-b', { up: true }))])
    expect((await host.run(link.get('nk-a'))).operState).toBe('up')
    expect((await host.run(link.list({ kind: 'veth' }))).map(({ name }) => name).toSorted()).toEqual(['nk-a', 'nk-b'])
    await host.run(link.delete('nk-b'))
    expect(await host.run(link.list({ kind: 'veth' }))).toEqual([])
  })

  test('is a port of a bridge, is set as a port, and is let go', () => {
    host.runSync(link.add({ kind: 'bridge', name: 'nk-br', up: true, data: { ageingTime: 1000 } }))
    host.runSync(pair())
    host.runSync(link.set('nk-a', { master: 'nk-br' }))
    host.runSync(link.set('nk-a', { port: { kind: 'bridge', data: { isolated: true, cost: 50 } } }))
    const [port] = host.runSync(link.list({ master: 'nk-br' }))
    expect(port).toMatchObject({
      name: 'nk-a',
      linkInfo: { slaveKind: 'bridge', slaveData: { isolated: true, cost: 50 } },
    })
    expect(host.runSync(link.get('nk-br')).linkInfo).toMatchObject({ kind: 'bridge', data: { ageingTime: 1000 } })
    host.runSync(link.set('nk-a', { master: null }))
    expect(host.runSync(link.list({ master: 'nk-br' }))).toEqual([])
  })

  test.each<readonly [kind: string, request: ReturnType<typeof link.add>]>([
    ['macvlan', link.add({ kind: 'macvlan', name: 'nk-m', link: 'nk-a', data: { mode: 'bridge' } })],
    ['macvtap', link.add({ kind: 'macvtap', name: 'nk-m', link: 'nk-a', data: { mode: 'vepa' } })],
    ['vxlan', link.add({ kind: 'vxlan', name: 'nk-m', data: { id: 100, port: 4789, local: '192.0.2.1' } })],
    ['ifb', link.add({ kind: 'ifb', name: 'nk-m', txQueues: 2 })],
  ])('of kind %s is made', (kind, request) => {
    host.runSync(pair())
    host.runSync(request)
    expect(host.runSync(link.get('nk-m')).kind).toBe(kind)
  })

  test('filters: up, group, kind', () => {
    host.batchSync([pair(), link.set('nk-a', { up: true, group: 7 })])
    const found = (filter: link.LinkFilter) => host.runSync(link.list(filter)).map(({ name }) => name)
    expect(found({ up: true, kind: 'veth' })).toEqual(['nk-a'])
    expect(found({ up: false })).toEqual(['nk-b'])
    expect(found({ group: 7 })).toEqual(['nk-a'])
    const statistics = (one: Link): unknown => (one.afSpec as { inet6?: { stats?: unknown } }).inet6?.stats
    expect(host.runSync(link.list()).map(statistics)).not.toContain(undefined)
    expect(host.runSync(link.list({ statistics: false })).every(one => statistics(one) === undefined)).toBe(true)
  })
})

describe('many', () => {
  const COUNT = SLOW ? 200 : 600
  const numbered = (i: number) => `10.${i >> 8}.${i & 255}.1/32`

  test(`${COUNT} addresses in a batch`, { timeout: TIMEOUT }, async () => {
    host.runSync(pair())
    const requests = Array.from({ length: COUNT }, (_, i) => address.add({ dev: 'nk-a', address: numbered(i) }))
    await host.batch(requests)
    const found = await host.run(address.list({ dev: 'nk-a', family: 'inet' }))
    expect(found.map(a => `${a.local}/${a.prefixLength}`)).toEqual(requests.map((_, i) => numbered(i)))
    const error = await host.batch([requests[0]!, address.delete({ dev: 'nk-a', address: numbered(1) })]).catch(e => e)
    expect(error).toBeInstanceOf(BatchError)
    expect(error.results).toMatchObject([{ status: 'rejected', reason: { code: 'EEXIST' } }, { status: 'fulfilled' }])
    let streamed = 0
    await host.forEach(address.list({ dev: 'nk-a' }), () => streamed++)
    expect(streamed).toBe(COUNT - 1)
  })

  test('a batch that makes, names and uses links', async () => {
    await host.batch([
      link.add({ kind: 'bridge', name: 'nk-br' }),
      pair(),
      link.set('nk-a', { master: 'nk-br' }),
      link.set('nk-a', { name: 'nk-c' }),
      address.add({ dev: 'nk-br', address: '192.0.2.1/24' }),
    ])
    expect(host.runSync(link.list({ master: 'nk-br' })).map(({ name }) => name)).toEqual(['nk-c'])
  })

  test('gets in a batch, whose answers fill the receive buffer many times', async () => {
    host.runSync(pair())
    const { index } = host.runSync(link.get('nk-a'))
    const found = await host.batch(Array.from({ length: 300 }, () => link.get(index)))
    expect(found.every(one => one.name === 'nk-a')).toBe(true)
  })

  test('concurrent gets, changes and dumps', async () => {
    await host.run(pair())
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        if (i % 3 === 0) return host.run(link.get(i % 2 === 0 ? 'nk-a' : 'nk-b')).then(({ name }) => name)
        if (i % 3 === 1) return host.run(link.set('nk-a', { mtu: 1400 + i }))
        return host.run(link.list()).then(links => links.length)
      }),
    )
    expect(results.filter((_, i) => i % 3 === 2)).toEqual(Array(20).fill(3))
    expect(results.filter((_, i) => i % 3 === 0)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'nk-a' : 'nk-b')),
    )
  })
})

test('addresses are added, replaced and deleted', () => {
  host.runSync(pair())
  const on = { dev: 'nk-a', address: '192.0.2.1/24' } as const
  host.runSync(address.add({ ...on, broadcast: true, label: 'nk-a:x', metric: 5 }))
  host.runSync(address.replace({ ...on, label: 'nk-a:x', metric: 6 }))
  expect(host.runSync(address.list({ dev: 'nk-a' }))).toMatchObject([
    {
      family: 'inet',
      local: '192.0.2.1',
      prefixLength: 24,
      broadcast: '192.0.2.255',
      label: 'nk-a:x',
      routePriority: 6,
    },
  ])
  host.runSync(address.add({ dev: 'nk-a', address: '2001:db8::1/64', flags: ['nodad'] }))
  expect(host.runSync(address.list({ dev: 'nk-a', family: 'inet6', scope: 'global' }))).toMatchObject([
    { address: '2001:db8::1', prefixLength: 64 },
  ])
  host.runSync(address.delete(on))
  host.runSync(address.delete({ dev: 'nk-a', address: '2001:db8::1/64' }))
  expect(host.runSync(address.list({ dev: 'nk-a' }))).toEqual([])
  expect(refused(() => host.runSync(address.delete(on))).code).toBe('EADDRNOTAVAIL')
})

test('events of links and addresses are seen, and end with the signal', async () => {
  const controller = new AbortController()
  const events = host.subscribe(['link', 'address'], { signal: controller.signal })
  host.batchSync([pair(), address.add({ dev: 'nk-a', address: '192.0.2.1/24' }), link.delete('nk-a')])
  const seen: string[] = []
  const told = (event: Event | Overrun): string => {
    if (event.object === 'overrun') return 'overrun'
    const { object, action, value } = event
    return `${object} ${action} ${object === 'address' ? (value as { local?: string }).local : (value as { name?: string }).name}`
  }
  for await (const event of events) {
    seen.push(told(event))
    if (seen.includes('link removed nk-a') && seen.includes('link removed nk-b')) controller.abort()
  }
  expect(seen).toContain('link added nk-a')
  expect(seen).toContain('address changed 192.0.2.1')
  expect(seen).toContain('address removed 192.0.2.1')
  expect(seen).not.toContain('overrun')
})

describe('between namespaces', () => {
  test.each<readonly [how: string, reference: (fd: number) => NetnsReference]>([
    ['name', () => 'nk-ns'],
    ['path', () => '/run/netns/nk-ns'],
    ['descriptor', fd => ({ fd })],
  ])('a link moves by %s and is renamed', (_how, reference) => {
    createNamed('nk-ns')
    const fd = openSync('/run/netns/nk-ns', 'r')
    try {
      host.runSync(pair())
      host.runSync(link.set('nk-b', { netns: reference(fd), name: 'eth0' }))
      expect(names(host).toSorted()).toEqual(['lo', 'nk-a'])
      expect(inside('nk-ns', names).toSorted()).toEqual(['eth0', 'lo'])
    } finally {
      closeSync(fd)
    }
  })

  test('a link moves by process id, and back by its parent’s', async () => {
    const child = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await new Promise(resolve => child.stdout.once('data', resolve))
      const pid = child.pid!
      host.runSync(pair())
      host.runSync(link.set('nk-b', { netns: { pid }, name: 'eth0' }))
      expect(names(host).toSorted()).toEqual(['lo', 'nk-a'])
      inside({ pid }, connection => {
        expect(names(connection).toSorted()).toEqual(['eth0', 'lo'])
        connection.runSync(link.set('eth0', { netns: { pid: process.pid }, name: 'nk-b' }))
      })
      expect(names(host).toSorted()).toEqual(['lo', 'nk-a', 'nk-b'])
    } finally {
      const ended = new Promise(resolve => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
    }
  })

  test('a veth’s peer is born in another namespace', () => {
    createNamed('nk-ns')
    host.runSync(link.add({ kind: 'veth', name: 'nk-a', peer: { name: 'eth0', netns: 'nk-ns' } }))
    expect(names(host).toSorted()).toEqual(['lo', 'nk-a'])
    expect(inside('nk-ns', names).toSorted()).toEqual(['eth0', 'lo'])
  })

  test('a whole link is born in another namespace', () => {
    createNamed('nk-ns')
    host.runSync(link.add({ kind: 'bridge', name: 'br0', netns: 'nk-ns' }))
    expect(inside('nk-ns', names).toSorted()).toEqual(['br0', 'lo'])
  })

  test('ids: set, get, list', () => {
    createNamed('nk-ns')
    expect(host.runSync(nsid.get('nk-ns'))).toBeUndefined()
    host.runSync(nsid.set('nk-ns', 7))
    expect(host.runSync(nsid.get('nk-ns'))).toBe(7)
    // The kernel may give ids of its own, and namespaces of other tests die in their own time.
    expect(host.runSync(nsid.list())).toContainEqual(expect.objectContaining({ nsid: 7 }))
    expect(refused(() => host.runSync(nsid.set('nk-ns', 8))).code).toBe('EEXIST')
  })
})

describe('an error says what and where', () => {
  test.each<readonly [what: string, work: () => unknown, expected: object, sentence: RegExp]>([
    [
      'a name that is taken',
      () => host.runSync(pair()),
      { code: 'EEXIST' },
      /^cannot add link 'nk-a' \(veth\): .*\(EEXIST\)/,
    ],
    [
      'a device that is not there',
      () => host.runSync(link.set('nk-none', { up: true })),
      { code: 'ENODEV' },
      /^cannot set link 'nk-none': cannot find link 'nk-none': .*no such device in this namespace/,
    ],
    [
      'an index that is not there',
      () => host.runSync(link.delete(4_000_000)),
      { code: 'ENODEV' },
      /^cannot delete link 4000000: /,
    ],
    [
      'a master that is not there',
      () => host.runSync(link.set('nk-a', { master: 'nk-none' })),
      { code: 'ENODEV' },
      /cannot find link 'nk-none'/,
    ],
    [
      'a MTU too small',
      () => host.runSync(link.set('nk-a', { mtu: 10 })),
      { code: 'EINVAL', kernelMessage: 'mtu less than device minimum' },
      /^cannot set link 'nk-a': mtu less than device minimum \(EINVAL\)/,
    ],
    [
      'a MTU too large',
      () => host.runSync(link.set('nk-a', { mtu: 100_000 })),
      { code: 'EINVAL', kernelMessage: 'mtu greater than device maximum' },
      /mtu greater than device maximum/,
    ],
    [
      'a kind that nobody knows',
      () => host.runSync(link.add({ kind: 'nosuchkind', name: 'nk-x' })),
      { code: 'EOPNOTSUPP', kernelMessage: 'Unknown device type' },
      /^cannot add link 'nk-x' \(nosuchkind\): Unknown device type \(EOPNOTSUPP\); this kernel has no such kind of link/,
    ],
    [
      'a bad option of a kind',
      () => host.runSync(link.add({ kind: 'vxlan', name: 'nk-x', data: { id: 2 ** 24 } })),
      { code: 'ERANGE' },
      /^cannot add link 'nk-x' \(vxlan\): /,
    ],
    [
      'an address that is there',
      () =>
        host.batchSync([
          address.add({ dev: 'nk-a', address: '192.0.2.1/24' }),
          address.add({ dev: 'nk-a', address: '192.0.2.1/24' }),
        ]),
      { name: 'BatchError' },
      /1 of 2 requests failed; the first is number 2: cannot add address 192.0.2.1\/24 on nk-a/,
    ],
    [
      'a namespace that is not there',
      () => host.runSync(link.set('nk-a', { netns: 'nk-none' })),
      { code: 'ENOENT' },
      /"nk-none".* does not exist/,
    ],
    [
      'a process that is not there',
      () => host.runSync(link.set('nk-a', { netns: { pid: 4_000_000 } })),
      { code: 'ESRCH' },
      /^cannot set link 'nk-a' \(move to pid 4000000\): /,
    ],
    [
      'a connection into what is not there',
      () => Netlink.open({ netns: 'nk-none' }),
      { code: 'ENOENT' },
      /does not exist/,
    ],
  ])('%s', (_what, work, expected, sentence) => {
    host.runSync(pair())
    const error = refused(work)
    expect(error).toMatchObject(expected)
    expect(error.message).toMatch(sentence)
    expect(names(host).toSorted()).toEqual(['lo', 'nk-a', 'nk-b'])
  })

  test('the attribute that the kernel points at', () => {
    host.runSync(pair())
    const error = refused(() => host.runSync(link.add({ kind: 'vxlan', name: 'nk-x', data: { id: 2 ** 24 } })))
    expect(error).toBeInstanceOf(NetlinkError)
    expect(error.attribute).toEqual(['IFLA_LINKINFO', 'IFLA_INFO_DATA', 'IFLA_VXLAN_ID'])
  })

  test('a stale file of a namespace', () => {
    mkdirSync('/run/netns', { recursive: true })
    writeFileSync('/run/netns/nk-stale', '')
    try {
      host.runSync(pair())
      for (const work of [
        () => host.runSync(link.set('nk-a', { netns: 'nk-stale' })),
        () => host.runSync(link.add({ kind: 'veth', name: 'nk-c', peer: { name: 'nk-d', netns: 'nk-stale' } })),
        () => Netlink.open({ netns: 'nk-stale' }),
      ]) {
        const error = refused(work)
        expect(error).toMatchObject({ name: 'NetnsError', code: 'ERR_NETNS_STALE' })
        expect(error.message).toContain('network namespace "nk-stale" (/run/netns/nk-stale)')
      }
      expect(names(host).toSorted()).toEqual(['lo', 'nk-a', 'nk-b'])
    } finally {
      rmSync('/run/netns/nk-stale')
    }
  })

  // In a user namespace with one user there is no other to become.
  const manyUsers = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2] !== '1'
  if (!manyUsers) console.log('this user namespace has one user: what others may not do is not tested')
  test.runIf(manyUsers)('no permission: which capability is needed', { timeout: TIMEOUT }, () => {
    const outfile = `/tmp/netloom-unprivileged-${process.pid}.mjs`
    // In a process of its own: esbuild's module keeps descriptors open, and they are counted here.
    const bundled = spawnSync('esbuild', [
      fileURLToPath(new URL('./unprivileged.ts', import.meta.url)),
      ...['--bundle', '--platform=node', '--format=esm', '--external:koffi', '--log-level=error'],
      `--define:import.meta.url=${JSON.stringify(new URL('../../node_modules/koffi/index.js', import.meta.url).href)}`,
      `--outfile=${outfile}`,
    ])
    expect(bundled.status).toBe(0)
    try {
      const { stdout, stderr } = spawnSync(process.execPath, [outfile], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '' },
      })
      expect(stderr).toBe('')
      const { code, message, seen } = JSON.parse(stdout)
      expect(code).toBe('EPERM')
      expect(message).toMatch(/^cannot add link 'nk-forbidden' \(bridge\): .*\(EPERM\).*CAP_NET_ADMIN/)
      expect(seen).toContain('lo')
      expect(has(host, 'nk-forbidden')).toBe(false)
    } finally {
      rmSync(outfile)
    }
  })
})

test('a connection stays in its namespace', () => {
  createNamed('nk-ns')
  const home = readlinkSync('/proc/thread-self/ns/net')
  const other = Netlink.open({ netns: 'nk-ns' })
  try {
    expect(readlinkSync('/proc/thread-self/ns/net')).toBe(home)
    other.runSync(link.add({ kind: 'bridge', name: 'br0' }))
    expect(names(other).toSorted()).toEqual(['br0', 'lo'])
    expect(has(host, 'br0')).toBe(false)
  } finally {
    other.close()
  }
})

test('the kernel refuses what another process sends to a connection', () => {
  const socket = openSocket(0)
  const other = libc.socket(libc.AF_NETLINK, libc.SOCK_RAW, 0)
  try {
    const address = new DataView(new ArrayBuffer(12))
    address.setUint16(0, libc.AF_NETLINK, true)
    address.setUint32(4, socket.portId, true)
    const ECONNREFUSED = 111
    expect(libc.sendto(other, new Uint8Array(64), new Uint8Array(address.buffer))).toBe(ECONNREFUSED)
    expect(socket.receive()).toBeUndefined()
  } finally {
    libc.close(other)
    socket.close()
  }
})

test('no descriptor is left', async () => {
  // A poll handle closes its descriptors in the next turn of the event loop.
  host.close()
  await new Promise(resolve => setTimeout(resolve, 50))
  const after = openDescriptors()
  host = Netlink.open()
  expect(after).toBe(before)
})
