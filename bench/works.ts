// What is measured, and what is to be reached: a row a work.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUSY, clear, clearAndPair, PEER } from './setup.ts'

export type Measure = 'wall' | 'processor' | 'memory'

/** At most this many times what `against` takes; without it, at most so many of the work's units. */
export interface Goal {
  readonly contender: string
  readonly against?: string
  readonly atMost: number
  readonly measure?: Measure
}

export interface Work {
  readonly name: string
  /** What every contender is told. Left out: only commands do it. */
  readonly line?: string
  /** Whole commands that stand beside, by name. */
  readonly commands?: Readonly<Record<string, readonly string[]>>
  /** The namespace it happens in; left out: that of the many links. */
  readonly netns?: string
  /** What a figure means, and how many nanoseconds it is. */
  readonly unit: { readonly name: string; readonly nanoseconds: number }
  /** Before each piece, not measured. */
  readonly before?: () => Promise<void>
  /** Once a contender says that it is ready. */
  readonly onReady?: () => void
  readonly goals: readonly Goal[]
}

export interface Scale {
  /** The link that is asked for again and again. */
  readonly index: number
  readonly calls: number
  readonly pairs: number
  readonly fill: { readonly addresses: number; readonly links: number }
  readonly events: number
}

const MS = { name: 'ms', nanoseconds: 1e6 }
const netloom = (against: string, atMost: number): Goal => ({ contender: 'netloom', against, atMost })

/** `root`: where netloom is built. */
export function works({ index, calls, pairs, fill, events }: Scale, root: string): Work[] {
  const command = [process.execPath, join(root, 'dist/bin/netloom.js')]
  const call = { name: 'µs a call', nanoseconds: calls * 1000 }
  // A sandbox has a /run of its own: nobody else writes there.
  const file = (name: string): string => join('/run', `bench-${name}`)
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

  writeFileSync(
    file('near'),
    range(pairs)
      .map(
        i => `link add a${i} type veth peer name b${i} netns ${PEER}
link set a${i} master br0 up
address add 10.${i >> 8}.${i & 255}.1/24 dev a${i}
`,
      )
      .join(''),
  )
  writeFileSync(
    file('far'),
    range(pairs)
      .map(i => `address add 10.${i >> 8}.${i & 255}.2/24 dev b${i}\nlink set b${i} up\n`)
      .join(''),
  )
  const each = fill.addresses / fill.links
  writeFileSync(
    file('fill'),
    range(fill.addresses)
      .map(i => {
        const [l, j] = [Math.floor(i / each), i % each]
        return `address add 10.${l}.${j >> 8}.${j & 255}/32 dev a${l}\n`
      })
      .join(''),
  )
  writeFileSync(
    file('storm'),
    ['add', 'del']
      .flatMap(verb => range(events / 2).map(i => `route ${verb} 20.0.${i >> 8}.${i & 255}/32 via 192.0.2.2 dev v0\n`))
      .join(''),
  )

  return [
    {
      name: 'GETLINK, sync, unread',
      line: `getlink ${index} ${calls} unread`,
      unit: call,
      goals: [netloom('C floor', 1.3)],
    },
    {
      name: 'GETLINK, sync, read',
      line: `getlink ${index} ${calls} read`,
      unit: call,
      goals: [netloom('C floor', 1.6)],
    },
    {
      name: 'GETLINK, async, read',
      line: `getlink ${index} ${calls} async`,
      unit: call,
      goals: [netloom('C floor', 1.8), netloom('Go', 0.5)],
    },
    {
      name: 'links, streamed and read',
      line: 'links read',
      commands: { 'ip -j': ['ip', '-j', 'link', 'show'] },
      unit: MS,
      goals: [netloom('C floor', 1.8), netloom('Go', 1)],
    },
    { name: 'links, kept and read', line: 'links kept', unit: MS, goals: [netloom('C floor', 2.5), netloom('Go', 1)] },
    { name: 'links, kept, unread', line: 'links listed', unit: MS, goals: [] },
    {
      name: 'addresses, streamed and read',
      line: 'addresses read',
      commands: { 'ip -j': ['ip', '-j', 'address', 'show'] },
      unit: MS,
      goals: [netloom('C floor', 1.4), netloom('Go', 1)],
    },
    {
      name: 'addresses, kept and read',
      line: 'addresses kept',
      unit: MS,
      goals: [netloom('C floor', 1.7), netloom('Go', 1)],
    },
    {
      name: 'routes, streamed and read',
      line: 'routes read',
      commands: { 'ip -j': ['ip', '-j', 'route', 'show', 'table', 'all'] },
      unit: MS,
      goals: [netloom('C floor', 1.4), netloom('ip -j', 1), netloom('Go', 1 / 3)],
    },
    {
      name: 'routes, kept and read',
      line: 'routes kept',
      commands: { 'ip -j': ['ip', '-j', 'route', 'show', 'table', 'all'] },
      unit: MS,
      goals: [netloom('C floor', 2.2), netloom('ip -j', 1), netloom('Go', 1 / 3)],
    },
    {
      name: 'route show table all, as JSON, whole process',
      commands: {
        'ip -j': ['ip', '-j', 'route', 'show', 'table', 'all'],
        'netloom -j': [...command, '-j', 'route', 'show', 'table', 'all'],
      },
      unit: MS,
      goals: [{ contender: 'netloom -j', against: 'ip -j', atMost: 0.9 }],
    },
    {
      name: 'the event loop while routes are streamed: longest turn',
      line: 'watched routes',
      unit: MS,
      goals: [{ contender: 'netloom', atMost: 10, measure: 'processor' }],
    },
    {
      name: 'memory: routes streamed by a process of its own',
      commands: {
        'node -e 0': [process.execPath, '-e', '0'],
        'netloom, routes': [process.execPath, join(root, 'bench/contenders/memory.mjs')],
      },
      unit: MS,
      goals: [{ contender: 'netloom, routes', against: 'node -e 0', atMost: 1.5, measure: 'memory' }],
    },
    {
      name: `${pairs} × (pair across namespaces, 2 addresses, 2 ups, a master)`,
      line: `pairs ${pairs} ${PEER}`,
      commands: {
        'ip -batch': ['sh', '-c', `ip -batch ${file('near')} && ip -n ${PEER} -batch ${file('far')}`],
      },
      netns: BUSY,
      unit: MS,
      before: clear,
      goals: [netloom('ip -batch', 1), netloom('Go', 1)],
    },
    {
      name: `${fill.addresses} addresses added`,
      line: `fill ${fill.addresses} ${fill.links}`,
      commands: { 'ip -batch': ['ip', '-batch', file('fill')] },
      netns: BUSY,
      unit: MS,
      before: () => clearAndPair(fill.links),
      goals: [netloom('ip -batch', 0.6)],
    },
    {
      name: `${events} route events that wait in the socket`,
      line: `events ${events}`,
      netns: BUSY,
      unit: { name: 'µs an event', nanoseconds: events * 1000 },
      onReady: () => {
        const { status } = spawnSync('ip', ['-n', BUSY, '-batch', file('storm')], {
          stdio: ['ignore', 'inherit', 'inherit'],
        })
        if (status !== 0) throw new Error(`the storm of events ended with ${status}`)
      },
      goals: [netloom('Go', 1)],
    },
    {
      name: 'link show on a small system, whole process',
      commands: {
        'node -e 0': [process.execPath, '-e', '0'],
        'ip link show': ['ip', 'link', 'show'],
        'netloom link show': [...command, 'link', 'show'],
      },
      netns: PEER,
      unit: MS,
      goals: [{ contender: 'netloom link show', against: 'node -e 0', atMost: 1.4 }],
    },
  ]
}
