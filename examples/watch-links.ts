// What happens to links and addresses, as it happens. It does the work of: ip monitor link address
// Run it where it cannot disturb: node scripts/in-sandbox.mjs tsx examples/watch-links.ts
// It ends by itself, after the changes that it makes; without them it would listen until Ctrl-C.
import { address, link, Netlink } from '../src/index.ts'

using host = Netlink.open()
const ending = new AbortController()
process.once('SIGINT', () => ending.abort())

// It listens from here on: nothing that is changed below is missed.
const events = host.subscribe(['link', 'address'], { signal: ending.signal, keepAlive: true })
await host.batch([
  link.add({ kind: 'bridge', name: 'br0', up: true }),
  address.add({ dev: 'br0', address: '192.0.2.1/24' }),
  link.delete('br0'),
])

for await (const event of events) {
  if (event.object === 'overrun') console.log('events were lost: look at everything again')
  else if (event.object === 'address')
    console.log(
      `address ${event.value.local ?? event.value.address}/${event.value.prefixLength} on link ${event.value.index} ${event.action}`,
    )
  else {
    console.log(`link ${event.value.name} ${event.action}, ${event.value.up ? 'up' : 'down'}`)
    if (event.action === 'removed') ending.abort()
  }
}
