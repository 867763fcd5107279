// A bridge with two ports. It does the work of:
//   ip link add br0 type bridge stp_state 0; ip link set br0 up
//   ip link add port1 type veth peer name end1; ip link set port1 master br0 up    (and the same for port2)
//   ip link show master br0; ip link set port2 nomaster; ip link delete br0
// or of brctl addbr, addif, show, delif and delbr.
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/bridge.ts
import { link, Netlink, NetlinkError } from '../src/index.ts'

using host = Netlink.open()

// One batch: the ports' master is a name that this very batch makes.
await host.batch([
  link.add({ kind: 'bridge', name: 'br0', up: true, data: { stpState: 0 } }),
  link.add({ kind: 'veth', name: 'port1', master: 'br0', up: true, peer: { name: 'end1' } }),
  link.add({ kind: 'veth', name: 'port2', master: 'br0', up: true, peer: { name: 'end2' } }),
])
for (const port of await host.run(link.list({ master: 'br0' })))
  console.log(`${port.name} is a port of br0, ${port.operState}`)

await host.run(link.set('port2', { master: null }))
console.log(`port2 has master ${(await host.run(link.get('port2'))).master ?? 'no more'}`)

// An error says what was asked, of what, and what the kernel answered.
try {
  await host.run(link.add({ kind: 'bridge', name: 'br0' }))
} catch (error) {
  if (!(error instanceof NetlinkError)) throw error
  console.log(`${error.code}: ${error.message}`)
}
for (const name of ['br0', 'port1', 'port2']) await host.run(link.delete(name))
