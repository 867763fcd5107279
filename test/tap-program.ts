// A program that uses the library, for the tests of the tap (bundled there): it adds a bridge, asks for it, and dies as it is told.
import { link, Netlink } from '../src/index.ts'

const [name = 'br0', end] = process.argv.slice(2)
const host = Netlink.open()
host.runSync(link.add({ kind: 'bridge', name }))
if (end === 'exit') process.exit(3)
if (end === 'abort') process.abort()
await host.run(link.get(name))
await host.run(link.add({ kind: 'bridge', name })).catch(() => {})
host.close()
