// Devices that move into a namespace: by an open descriptor, and by a process that lives there, renamed on the way.
// It does the work of:
//   ip netns add inside; ip link add one type veth peer name two; ip link set one netns inside
//   ip netns exec inside sleep 60 & ip link set two netns $! name eth0
//   ip -n inside link show; ip netns delete inside
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/move-by-fd-and-pid.ts
import { link, Netlink, netns } from '../src/index.ts'

using host = Netlink.open()
const inside = netns.create('inside')
const sleeper = inside.spawn('sleep', ['60'])
try {
  await host.batch([link.add({ kind: 'veth', name: 'one', peer: { name: 'two' } })])

  // IFLA_NET_NS_FD: the namespace needs no name for this.
  await host.run(link.set('one', { netns: { fd: inside.fd } }))

  // IFLA_NET_NS_PID. Moving and renaming is one request: it never has its old name there.
  await host.run(link.set('two', { netns: { pid: sleeper.pid! }, name: 'eth0' }))

  using there = Netlink.open({ netns: inside })
  for (const found of await there.run(link.list())) console.log(`${found.index}: ${found.name} (${found.kind ?? 'lo'})`)
} finally {
  sleeper.kill()
  await new Promise(resolve => sleeper.once('exit', resolve))
  inside.close()
  await netns.delete('inside')
}
