// `netloom link show` with a kernel that has lo: nothing is loaded but this, the fake kernel and what the command needs.
import type { Host } from '../../src/cli/host.ts'
import { main } from '../../src/cli/main.ts'
import { Connection } from '../../src/netlink/connection.ts'
import { linkMessage } from '../../src/route/link.ts'
import { object } from '../../src/testing/datagrams.ts'
import { FakeSocket } from '../../src/testing/fake-socket.ts'

const lo = object(linkMessage, 'RTM_NEWLINK', {
  header: { index: 1, flags: ['up', 'loopback'] },
  attributes: { name: 'lo' },
})
const host: Host = {
  open: () => new Connection(new FakeSocket((sent, kernel) => kernel.dump(sent, [lo]))),
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  netnsNames: () => new Map(),
  accounts: { user: () => undefined, group: () => undefined },
}
process.exitCode = await main(['link', 'show'], 'netloom', host)
