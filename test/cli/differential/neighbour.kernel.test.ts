// `ip neighbour` in twin namespaces: every command, wrong input included.
import { twins } from './twins.ts'

/** What the kernel has resolved by itself, or is about to, differs from moment to moment; so does its hash's order. */
const plain = (text: string): string => {
  const same = text
    .replace(/ ref \d+ used/g, ' used')
    .replace(/used \d+\/\d+\/\d+/g, 'used N/N/N')
    .replace(/"refcnt":\d+,/g, '')
    .replace(/"(used|confirmed|updated|probes)":\d+/g, '"$1":N')
    .replace(/probes \d+/g, 'probes N')
  // Multicast neighbours come and go with the kernel's own reports.
  const sorted = (parts: string[]): string[] => parts.filter(part => !/33:33:|01:00:5e:/.test(part)).sort()
  if (!same.startsWith('[')) return sorted(same.split('\n')).join('\n')
  const [, inside = ''] = /^\[ ?\{([\s\S]*)\} ?\]$/.exec(same.trim()) ?? []
  return `[{${sorted(inside.split('},{')).join('},{')}}]`
}

twins(
  'neighbours',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 up
ip link set v2 up
ip link set br0 up
ip link set v2 master br0
ip addr add 192.0.2.1/24 dev v1
ip neigh
ip -j neigh
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:22 dev v1
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:22 dev v1
ip n a 192.0.2.3 lladdr 02:00:00:00:00:23 dev v1 nud noarp
ip neigh add 192.0.2.4 lladdr 02:00:00:00:00:24 dev v1 nud stale extern_learn router protocol zebra
ip neigh add 192.0.2.5 lladdr 02:00:00:00:00:25 dev v1 nud none
ip neigh add 192.0.2.6 lladdr 02:00:00:00:00:26 dev v1 protocol 77 nud perm
ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:27 dev v1 nud permanent router
ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:28 dev br0 nud permanent
ip neigh add to 192.0.2.8 lladdr 02:00:00:00:00:29 dev v2
ip neigh add 10.9 lladdr 02:00:00:00:00:2a dev v1
ip neigh add proxy 192.0.2.30
ip neigh add proxy 192.0.2.31 dev v1
ip neigh add proxy 192.0.2.31 dev v1 extern_learn
ip -6 neigh add proxy 2001:db8::30 dev v1 router
ip neigh add 192.0.2.12 lladdr null dev v1
ip neigh add 192.0.2.12 lladdr 02:00:00 dev v1
ip neigh
ip -j neigh
ip -j -p neigh show dev v1
ip -s neigh
ip -s -j neigh
ip -d -s -o neigh show dev v1
ip -c neigh
ip -N neigh
ip -4 neigh
ip -6 neigh
ip -4 -j neigh show nud all
ip neighbor show dev v1
ip neighbour list nud permanent
ip neigh lst nud none
ip neigh show nud noarp nud stale
ip neigh show nud 0x40
ip neigh show nud all
ip neigh show to 192.0.2.0/30
ip neigh show 192.0.2.4
ip neigh show 2001:db8::/32
ip neigh show master br0
ip neigh show nomaster
ip neigh show protocol zebra
ip neigh show protocol all
ip neigh show protocol 77 dev v1
ip neigh show unused
ip neigh show proxy
ip -j neigh show proxy
ip neigh show proxy dev v1
ip -6 neigh show proxy
ip neigh get 192.0.2.2 dev v1
ip -j neigh get 192.0.2.2 dev v1 ## out: ip prints text where JSON was asked for
ip -s neigh get 192.0.2.4 dev v1
ip neigh get proxy 192.0.2.30
ip neigh get proxy 192.0.2.31 dev v1
ip neigh get 192.0.2.99 dev v1
ip neigh get proxy 192.0.2.99
ip neigh get 192.0.2.2
ip neigh get dev v1
ip neigh get 192.0.2.2 dev nosuch
ip neigh get 192.0.2.2 192.0.2.3 dev v1
ip neigh get
ip neigh get foo dev v1
ip neigh change 192.0.2.2 lladdr 02:00:00:00:00:33 dev v1
ip neigh chg 192.0.2.2 lladdr 02:00:00:00:00:34 dev v1 nud reachable
ip neigh change 192.0.2.99 lladdr 02:00:00:00:00:33 dev v1
ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:35 dev v1 nud permanent
ip neigh replace 192.0.2.40 lladdr 02:00:00:00:00:36 dev v1 nud fail
ip neigh show dev v1 nud all
ip neigh del 192.0.2.2 dev v1
ip neigh del 192.0.2.99 dev v1
ip neigh delete proxy 192.0.2.31 dev v1
ip neigh del proxy 192.0.2.31 dev v1
ip neigh del proxy 192.0.2.30
ip neigh del 192.0.2.2
ip neigh add
ip neigh add 1.2.3.4
ip neigh add foo dev v1
ip neigh add 1.2.3.4/24 dev v1
ip neigh add 1.2.3.4 dev nosuch
ip neigh add 1.2.3.4 dev v1 nud foo
ip neigh add 1.2.3.4 dev v1 nud 3
ip neigh add 1.2.3.4 dev v1 lladdr zz
ip neigh add 1.2.3.4 dev v1 lladdr
ip neigh add 1.2.3.4 dev v1 lladdr 02:00:00:00:00:22 lladdr 02:00:00:00:00:23
ip neigh add 1.2.3.4 1.2.3.5 dev v1
ip neigh add 1.2.3.4 proxy 1.2.3.5 dev v1
ip neigh add 1.2.3.4 dev v1 protocol foo
ip neigh add 1.2.3.4 dev v1 bogus
ip neigh add 1.2.3.4 dev
ip -6 neigh add 1.2.3.4 dev v1
ip -4 neigh add ::1 dev v1
ip neigh append 1.2.3.4 dev v1
ip neigh foo
ip neigh show dev nosuch
ip neigh show dev v1 dev v2
ip neigh show nud foo
ip neigh show foo
ip neigh show master nosuch
ip neigh show vrf v1
ip neigh show protocol foo
ip -4 neigh show ::1
ip neigh flush
ip neigh flush dev nosuch
ip neigh flush dev v1 nud stale
ip -s neigh flush dev v1
ip -s neigh flush dev v1
ip neigh show nud all
ip -s -s neigh flush dev br0 nud permanent
ip neigh flush proxy dev v1
ip neigh show proxy
ip -s neigh flush all
ip neigh flush nud all
ip neigh
`,
  { state: ['ip -j neigh show nud permanent', 'ip -j neigh show proxy'], plain },
)
