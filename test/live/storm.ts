// A storm of random changes in many namespaces, by `ip -batch` in processes of its own; and what the kernel has after it,
// dumped afresh, in a form that can be compared with what a mirror has.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Netlink } from '../../src/client.ts'
import { HELD, TABLE_NAMES } from '../../src/live/kinds.ts'
import type { MirroredNamespace } from '../../src/live/scene.ts'

/** Numbers that are the same for the same seed. */
export function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Lines for `ip -force -batch` in the namespace `own`; half of them will fail, as it happens. */
export function changes(
  pick: (below: number) => number,
  own: string,
  names: readonly string[],
  count: number,
): string[] {
  const one = <T>(of: readonly T[]): T => of[pick(of.length)]!
  const dev = (): string => one(['v0', 'v1', 'v2', 'w0', 'w1', 'br0', 'moved', 'lo'])
  const v4 = (): string => `10.${pick(3)}.${pick(3)}.${1 + pick(5)}`
  const v6 = (): string => `2001:db8:${pick(3)}::${1 + pick(5)}`
  const net4 = (): string => one([`10.${pick(3)}.0.0/16`, `172.16.${pick(4)}.0/24`, 'default'])
  const net6 = (): string => one([`2001:db8:${pick(3)}::/64`, `fd00:${pick(4)}::/48`])
  const table = (): string => one(['', '', '', 'table 7', 'metric 9'])
  const way = (): string =>
    one([`via ${v4()}`, `dev ${dev()}`, `via ${v4()} dev ${dev()} onlink`, `dev ${dev()} src ${v4()}`])
  const ways = (): string =>
    `nexthop via ${v4()} dev ${dev()} onlink nexthop via ${v4()} dev ${dev()} onlink weight ${1 + pick(3)}`
  const way6 = (): string =>
    one([`dev ${dev()}`, `via ${v6()} dev ${dev()} onlink`, `via ${v6()} dev ${dev()} onlink metric 5`])
  const verb = (): string => one(['add', 'add', 'replace', 'append', 'del'])
  const kinds: (() => string)[] = [
    () => `link add v${pick(3)} type veth peer name w${pick(2)}`,
    () => `link add v${pick(3)} type veth peer name w${pick(2)} netns ${one(names)}`,
    () => 'link add br0 type bridge',
    () => `link set ${dev()} up`,
    () => `link set ${dev()} up`,
    () => `link set ${dev()} up`,
    () => `link set ${dev()} down`,
    () => `link set ${dev()} mtu ${1300 + pick(100)}`,
    () => `link set ${one(['v0', 'v1', 'w0'])} master br0`,
    () => `link set ${one(['v0', 'v1', 'w0'])} nomaster`,
    () => `link set ${one(['v2', 'w1'])} name moved`,
    () => `link set ${one(['v0', 'w1', 'moved'])} netns ${one(names)}`,
    () => `link del ${one(['v0', 'v1', 'v2', 'w1', 'br0', 'moved'])}`,
    () => `link set ${dev()} address 02:00:00:00:00:${10 + pick(80)}`,
    () => `addr add ${v4()}/16 dev ${dev()}`,
    () => `addr add ${v4()}/24 dev ${dev()}`,
    () => `addr add ${v6()}/64 dev ${dev()}`,
    () => `addr add ${v6()}/64 dev ${dev()} nodad`,
    () => `addr del ${v4()}/${one([16, 24])} dev ${dev()}`,
    () => `addr del ${v6()}/64 dev ${dev()}`,
    () => `addr flush dev ${dev()}`,
    () => `route ${verb()} ${net4()} ${way()} ${table()}`,
    () => `route ${verb()} ${net4()} ${way()} ${table()}`,
    () => `route ${verb()} ${net4()} ${ways()} ${table()}`,
    () => `route ${verb()} ${net4()} nhid ${1 + pick(4)}`,
    () => `route ${one(['add', 'replace'])} ${one(['blackhole', 'unreachable'])} ${net4()}`,
    () => `route flush table 7`,
    () => `-6 route ${verb()} ${net6()} ${way6()}`,
    () => `-6 route ${verb()} ${net6()} ${way6()}`,
    () =>
      `-6 route ${one(['add', 'replace'])} ${net6()} nexthop via ${v6()} dev ${dev()} onlink nexthop via ${v6()} dev ${dev()} onlink`,
    () =>
      `neigh ${one(['add', 'replace'])} ${v4()} lladdr 02:00:00:00:01:${10 + pick(80)} dev ${dev()} nud ${one(['permanent', 'reachable', 'stale'])}`,
    () => `neigh ${one(['add', 'replace'])} ${v6()} lladdr 02:00:00:00:01:${10 + pick(80)} dev ${dev()}`,
    () => `neigh del ${v4()} dev ${dev()}`,
    () => `rule ${one(['add', 'del'])} from ${v4()} table ${one([7, 8])} pref ${100 + pick(9)}`,
    () => `rule ${one(['add', 'del'])} ${one(['iif', 'oif'])} ${dev()} table 7 pref ${200 + pick(4)}`,
    () => `nexthop ${one(['add', 'replace'])} id ${1 + pick(3)} via ${v4()} dev ${dev()} onlink`,
    () => `nexthop ${one(['add', 'replace'])} id 4 group ${1 + pick(3)}`,
    () => `nexthop del id ${1 + pick(4)}`,
  ]
  void own
  return Array.from({ length: count }, () => one(kinds)())
}

/** Changes in all namespaces, several processes at a time. Resolves when all have ended. */
export async function storm(seed: number, names: readonly string[], each: number): Promise<void> {
  const pick = random(seed)
  const work = [...names].map(name => ({ name, lines: changes(pick, name, names, each) }))
  const run = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) {
      const child = spawn('ip', ['-n', next.name, '-force', '-batch', '-'], { stdio: ['pipe', 'ignore', 'ignore'] })
      // It ends at once where the namespace is just being made anew.
      child.stdin.on('error', () => {})
      child.stdin.end(`${next.lines.join('\n')}\n`)
      await once(child, 'exit')
    }
  }
  const namespaces = async (): Promise<void> => {
    // One of them goes, and another comes with its name.
    const name = names[pick(names.length)]!
    const child = spawn('sh', ['-c', `ip netns del ${name}; ip netns add ${name}`], { stdio: 'ignore' })
    await once(child, 'exit')
  }
  await Promise.all([run(), run(), run(), pick(3) === 0 ? namespaces() : undefined])
}

/** What changes without a word is left out; what has no order is sorted. */
export function comparable(table: (typeof TABLE_NAMES)[number], values: readonly object[]): string[] {
  const { volatile, mine } = HELD[table]
  const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    // The kernel does not tell of a stale neighbour that is used again.
    return Object.fromEntries(
      Object.keys(value)
        .filter(key => !volatile.has(key))
        .sort()
        .map(key => [key, strip((value as Record<string, unknown>)[key])]),
    )
  }
  return values
    .filter(value => !mine || (mine as (value: object) => boolean)(value))
    .map(value =>
      JSON.stringify(strip(value), plain)
        .replace('"state":["delay"]', '"state":["stale"]')
        .replace('"state":["probe"]', '"state":["stale"]'),
    )
    .sort()
}

/** What a mirror has of a namespace. */
export const mirrored = (namespace: MirroredNamespace): Record<string, string[]> => {
  const routes = namespace.routes()
  return {
    link: comparable('link', namespace.links()),
    address: comparable('address', namespace.addresses()),
    'route inet': comparable('route inet', routes),
    'route inet6': comparable('route inet6', routes),
    neighbour: comparable('neighbour', namespace.neighbours()),
    rule: comparable('rule', namespace.rules()),
    nexthop: comparable('nexthop', namespace.nexthops()),
  }
}

/** What the kernel has in it. */
export function fresh(name: string | undefined): Record<string, string[]> {
  using connection = Netlink.open(name === undefined ? {} : { netns: name })
  return Object.fromEntries(
    TABLE_NAMES.map(table => [table, comparable(table, connection.runSync(HELD[table].dump as never) as object[])]),
  )
}

export const namespacesOf = (prefix: string, count: number): string[] => {
  const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  for (const name of names) spawnSync('ip', ['netns', 'add', name])
  return names
}
