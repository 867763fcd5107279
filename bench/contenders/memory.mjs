// Streams all routes once and reads what Go's Route has, for the memory that it takes: with the library as it is installed.
import { Netlink, route } from '../../dist/index.js'

const host = Netlink.open()
let sum = 0
await host.forEach(route.list(), found => {
  const { dst, gateway, oif, table, protocol, scope, type, prefsrc, priority } = found
  sum += [dst, gateway, oif, table, protocol, scope, type, prefsrc, priority].length
})
host.close()
if (sum === 0) throw new Error('there are no routes')
