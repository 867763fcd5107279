// A link shaped to 10 Mbit a second, with a class that is sure of 1 and borrows the rest, and a copy of what comes in.
// It does the work of:
//   tc qdisc add dev v1 root handle 1: htb default 10
//   tc class add dev v1 parent 1: classid 1:1 htb rate 10mbit
//   tc class add dev v1 parent 1:1 classid 1:10 htb rate 1mbit ceil 10mbit
//   tc qdisc add dev v1 clsact
//   tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred egress mirror dev tap
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/shape-a-link.ts
import { link, Netlink, tc } from '../src/index.ts'

using host = Netlink.open()
const dev = 'v1'

await host.batch([
  link.add({ kind: 'veth', name: dev, up: true, peer: { name: 'v2' } }),
  link.add({ kind: 'veth', name: 'tap', up: true, peer: { name: 'tap-end' } }),
  // Rates are bits a second, or as tc writes them.
  tc.qdisc.add({ dev, handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }),
  tc.class.add({ dev, parent: '1:', classId: '1:1', kind: 'htb', options: { rate: 10e6 } }),
  tc.class.add({ dev, parent: '1:1', classId: '1:10', kind: 'htb', options: { rate: '1mbit', ceil: '10mbit' } }),
  tc.qdisc.add({ dev, kind: 'clsact' }),
  // The device of a mirred is a name here too, however deep it lies.
  tc.filter.add({
    ...{ dev, parent: 'ingress', protocol: 'ip', priority: 10, kind: 'u32' },
    options: { selector: { flags: ['terminal'], count: 1, keys: [{}] } },
    actions: [{ kind: 'mirred', options: { direction: 'egress_mirror', dev: 'tap' } }],
  }),
])

for (const { handle, parent, options } of await host.run(tc.class.list({ dev }))) {
  const { rate } = (options as { parameters: { rate: { rate: number } } }).parameters
  console.log(`class ${handle} below ${parent}: ${(rate.rate * 8) / 1e6} Mbit/s`)
}
const filters = await host.run(tc.filter.list({ dev, parent: 'ingress' }))
console.log(`${filters.length} lines of filters at the ingress of ${dev}`)
await host.run(link.delete(dev))
await host.run(link.delete('tap'))
