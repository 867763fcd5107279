// The examples that talk to the kernel, each in the same small network (see examples.ts). What this kernel lacks is said.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { address, link, Netlink, NetlinkError, netns, route, rule } from '../../src/index.ts'
import { EXAMPLES, runExample } from './examples.ts'

const host = Netlink.open()
afterAll(() => host.close())

async function clear(): Promise<void> {
  for (const { name } of netns.list()) await netns.delete(name, { force: true })
  for (const { name, kind } of host.runSync(link.list()))
    if (kind !== undefined) await host.run(link.delete(name!)).catch(() => {})
  for (const one of host.runSync(rule.list()))
    if (![0, 32766, 32767].includes(one.priority ?? 0)) host.runSync(rule.deleteListed(one))
  for (const one of host.runSync(route.list({ protocol: 'static' }))) host.runSync(route.deleteListed(one))
}

beforeEach(async () => {
  await clear()
  netns.create('ns1').close()
  await host.batch([
    link.set('lo', { up: true }),
    link.add({ kind: 'veth', name: 'eth0', up: true, peer: { name: 'wire' } }),
    link.set('wire', { up: true }),
    link.add({ kind: 'bridge', name: 'br0', up: true }),
    link.add({ kind: 'veth', name: 'veth1', up: true, master: 'br0', peer: { name: 'veth2' } }),
    address.add({ dev: 'eth0', address: '192.0.2.1/24' }),
    address.add({ dev: 'eth0', address: '2001:db8::1/64', flags: ['nodad'] }),
  ])
})
afterAll(clear)

test.each(EXAMPLES.filter(({ kernel }) => kernel))('the example of $name in $file', async example => {
  try {
    const { printed, promised } = await runExample(example, host)
    if (promised) expect(printed).toEqual(promised)
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EOPNOTSUPP') throw error
    process.stdout.write(`${example.file}, ${example.name}: not on this kernel: ${error.message}\n`)
  }
})
