// A veth pair between two namespaces, with addresses and a ping. It does the work of:
//   ip netns add red; ip netns add blue
//   ip -n red link add to-blue type veth peer name to-red netns blue
//   ip -n red address add 192.0.2.1/24 dev to-blue; ip -n red link set to-blue up    (and the same for blue)
//   ip netns exec red ping -c 1 192.0.2.2; ip netns delete red; ip netns delete blue
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/veth-across-namespaces.ts
import { address, link, Netlink, netns } from '../src/index.ts'

const red = netns.create('red')
const blue = netns.create('blue')
try {
  using inRed = Netlink.open({ netns: red })
  using inBlue = Netlink.open({ netns: blue })

  // Both ends are born where they belong: nothing is moved.
  await inRed.run(link.add({ kind: 'veth', name: 'to-blue', peer: { name: 'to-red', netns: blue } }))
  await inRed.batch([address.add({ dev: 'to-blue', address: '192.0.2.1/24' }), link.set('to-blue', { up: true })])
  await inBlue.batch([address.add({ dev: 'to-red', address: '192.0.2.2/24' }), link.set('to-red', { up: true })])

  console.log(await red.ping('192.0.2.2', { count: 1 }))
} finally {
  red.close()
  await netns.delete('red')
  blue.close()
  await netns.delete('blue')
}
