// Becomes an ordinary user, tries to add a link, and prints what became of it. It does so when all is loaded: the
// checkout may be where that user cannot read.
import { Netlink } from '../../src/client.ts'
import * as link from '../../src/ops/link.ts'

Netlink.open().close()
process.setgroups!([])
process.setgid!(65534)
process.setuid!(65534)

const host = Netlink.open()
try {
  host.runSync(link.add({ kind: 'bridge', name: 'nk-forbidden' }))
  process.stdout.write('it was permitted')
} catch (error) {
  const { code, message } = error as { code: string; message: string }
  const seen = host.runSync(link.list()).map(({ name }) => name)
  process.stdout.write(JSON.stringify({ code, message, seen }))
} finally {
  host.close()
}
