// What the files in /proc/net say of multicast addresses; test/cli/differential has the real ones.
import { expect, test } from 'vitest'
import * as multicast from '../../src/netns/multicast-address.ts'
import { refused } from '../ops/requests.ts'

const FILES: multicast.MulticastFiles = {
  dev_mcast:
    '2    v2              1     0     333300000001\n3    v1              2     1     01005e000001\n9    ib0             1     0     00ffffffff12401bffff000000000000ffffffff\n',
  igmp: `Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
3\tv1        :     2      V3
\t\t\t\tFB0000E0     3 0:00000000\t\t0
\t\t\t\t010000E0     1 0:00000000\t\t0
`,
  igmp6: '3    v1              ff0200000000000000000001ff000001     1 00000004 0\n',
}

test('the three files, by link', () =>
  expect(multicast.parse(FILES)).toEqual([
    { index: 1, name: 'lo', family: 'inet', address: '224.0.0.1', users: 1, static: false },
    { index: 2, name: 'v2', family: 'packet', address: '33:33:00:00:00:01', users: 1, static: false },
    { index: 3, name: 'v1', family: 'packet', address: '01:00:5e:00:00:01', users: 2, static: true },
    { index: 3, name: 'v1', family: 'inet', address: '224.0.0.251', users: 3, static: false },
    { index: 3, name: 'v1', family: 'inet', address: '224.0.0.1', users: 1, static: false },
    { index: 3, name: 'v1', family: 'inet6', address: 'ff02::1:ff00:1', users: 1, static: false },
    {
      index: 9,
      name: 'ib0',
      family: 'packet',
      address: '00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff',
      users: 1,
      static: false,
    },
  ]))

test('a kernel without IPv6 has no third file', () => expect(multicast.parse({ igmp: FILES.igmp })).toHaveLength(3))

test.each([
  ['no address', { dev: 'v1', address: 'x' }, 'address', "not 'x'"],
  ['an address that is too long', { dev: 'v1', address: `${'00:'.repeat(19)}00` }, 'address', 'link-layer address'],
  ['a bad name', { dev: 'a b', address: '33:33:00:00:00:01' }, 'dev', 'contains " "'],
])('refused: %s', (_what, options, path, reason) => {
  const error = refused(() => multicast.add(options))
  expect(error.path.join('.')).toBe(path)
  expect(error.message).toContain(reason)
})
