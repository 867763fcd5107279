// Bytes that are allocated for one of each: run without the optimising compiler, and with room for all of it, so that the
// figures are the same everywhere. Prints JSON. Bundled and started by programs.test.ts.
import { instantSocket, longest, recorded } from '../../bench/recorded.ts'
import { Connection } from '../../src/netlink/connection.ts'
import * as address from '../../src/ops/address.ts'
import * as link from '../../src/ops/link.ts'
import { addressMessage } from '../../src/route/address.ts'
import { linkMessage } from '../../src/route/link.ts'
import { routeMessage } from '../../src/route/route.ts'

const ROUNDS = 500
const fixtures = new URL(`file://${process.argv[2]}/`)

/** Of one call, when all that is made once is made; the least of three, as V8's own tables grow now and then. */
function allocated(work: () => unknown): number {
  const measure = (): number => {
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < ROUNDS; i++) work()
    return Math.round((process.memoryUsage().heapUsed - before) / ROUNDS)
  }
  measure()
  return Math.min(measure(), measure(), measure())
}

const links = recorded(new URL('link/', fixtures), linkMessage.types['RTM_NEWLINK']!)
const addresses = recorded(new URL('address/', fixtures), addressMessage.types['RTM_NEWADDR']!)
const routes = recorded(new URL('route/', fixtures), routeMessage.types['RTM_NEWROUTE']!)
const decoding = (message: typeof linkMessage, { view, bytes, spans }: typeof links): (() => unknown) => {
  const [p, end] = spans[0]!
  return () => message.decode(view, bytes, p, end)
}
const connection = new Connection(instantSocket(longest(links)))
const get = link.get(1)

console.log(
  JSON.stringify({
    'runSync(link.get(1)), without the link': allocated(() =>
      connection.runSync({ ...get, decode: () => undefined, finish: () => 0 }),
    ),
    'link.get(1)': allocated(() => link.get(1)),
    'address.add': allocated(() => address.add({ dev: 1, address: '192.0.2.1/24' })),
    'a link': allocated(decoding(linkMessage, links)),
    'an address': allocated(decoding(addressMessage as never, addresses)),
    'a route': allocated(decoding(routeMessage as never, routes)),
  }),
)
