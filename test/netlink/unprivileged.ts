// Run as a process of an ordinary user: tries to add a link, and prints what became of it.
import { Netlink } from '../../src/client.ts'
import * as link from '../../src/ops/link.ts'

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
