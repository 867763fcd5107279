// Every file of examples/ does what it says, by itself, and leaves nothing.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { link, Netlink, netns } from '../../src/index.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
/** What each prints, in part. */
const PRINTS: Readonly<Record<string, string>> = {
  'bridge.ts': 'port1 is a port of br0',
  'move-by-fd-and-pid.ts': 'eth0 (veth)',
  'server-in-a-namespace.ts': 'hello from inside',
  'veth-across-namespaces.ts': 'received: 1',
  'watch-links.ts': 'link br0 removed',
}

test.each(readdirSync(EXAMPLES).filter(name => name.endsWith('.ts')))('%s', name => {
  const { status, stdout, stderr } = spawnSync('tsx', [join(EXAMPLES, name)], { encoding: 'utf8', timeout: 50_000 })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain(PRINTS[name] ?? '\n')
  using host = Netlink.open()
  expect(host.runSync(link.list()).filter(({ kind }) => kind !== undefined)).toEqual([])
  expect(netns.list()).toEqual([])
})
