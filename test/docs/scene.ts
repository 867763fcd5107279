// The small network that examples and guides are played in (docs/README.md says what is in it).
import { address, link, type Netlink, netns, route, rule } from '../../src/index.ts'

const BUILT_IN_RULES = [0, 32766, 32767]

/** Takes all away but lo. */
export async function clear(host: Netlink): Promise<void> {
  for (const { name } of netns.list()) await netns.delete(name, { force: true })
  for (const { name, kind } of host.runSync(link.list()))
    if (kind !== undefined) await host.run(link.delete(name!)).catch(() => {})
  for (const one of host.runSync(rule.list()))
    if (!BUILT_IN_RULES.includes(one.priority ?? 0)) host.runSync(rule.deleteListed(one))
  for (const one of host.runSync(route.list({ protocol: 'static' }))) host.runSync(route.deleteListed(one))
}

export async function furnish(host: Netlink): Promise<void> {
  netns.create('ns1').close()
  await host.batch([
    link.set('lo', { up: true }),
    link.add({ kind: 'veth', name: 'eth0', up: true, peer: { name: 'wire' } }),
    link.set('wire', { up: true }),
    link.add({ kind: 'bridge', name: 'br0', up: true }),
    link.add({ kind: 'veth', name: 'veth1', up: true, master: 'br0', peer: { name: 'veth2' } }),
    address.add({ dev: 'eth0', address: '192.0.2.1/24' }),
    address.add({ dev: 'eth0', address: '2001:db8::1/64', flags: ['nodad'] }),
  ])
}
