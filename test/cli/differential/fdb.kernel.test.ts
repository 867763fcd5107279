// `bridge fdb` in twin namespaces: every command, wrong input included.
import { twins } from './twins.ts'

/** Whether the kernel has sent a report by itself, and learned from it, is a matter of moments; so is its hash's order. */
const plain = (text: string): string => {
  const same = text.replace(/used \d+\/\d+/g, 'used N/N').replace(/"(used|updated)":\d+/g, '"$1":N')
  const sorted = (parts: string[]): string[] =>
    parts.filter(part => !/33:33:|01:00:5e:|02:00:00:00:00:02/.test(part)).sort()
  if (!same.startsWith('[')) return sorted(same.split('\n')).join('\n')
  return `[{${sorted(same.trim().slice(2, -2).split('},{')).join('},{')}}]`
}

twins(
  'forwarding databases',
  `
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add vx0 address 02:00:00:00:00:06 type vxlan id 100 dstport 4789
ip link add vx1 address 02:00:00:00:00:07 type vxlan dstport 4790 external
ip link set v1 master br0
ip link set v1 up
ip link set v2 up
ip link set br0 up
ip link set vx0 up
bridge fdb
bridge -j fdb
bridge fdb add 02:00:00:00:00:20 dev v1 master static
bridge fdb add 02:00:00:00:00:20 dev v1 master static
bridge fdb add 02:00:00:00:00:21 dev v1 master dynamic extern_learn
bridge fdb add 02:00:00:00:00:22 dev v1 master stat sticky
bridge fdb add 02:00:00:00:00:2a dev v1 master local
bridge fdb a to 02:00:00:00:00:2b dev v1 m temp
bridge fdb add 02:00:00:00:00:23 dev vx0 dst 192.0.2.7 port 4790 vni 101 via lo
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.8
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.9
bridge fdb app 00:00:00:00:00:00 dev vx0 dst 2001:db8::8
bridge fdb add 02:00:00:00:00:26 dev vx0 dst 192.0.2.7 port domain
bridge fdb add 02:00:00:00:00:27 dev vx1 dst 192.0.2.7 src_vni 7 vni 0x10
bridge fdb add 02:00:00:00:00:24 dev v1
bridge fdb add 02:00:00:00:00:25 dev v1 master use
bridge fdb add 02:00:00:00:00:28 dev vx0 nhid 99
bridge fdb add 02:00:00:00:00:29 dev v1 master static vlan 7
bridge fdb
bridge -j fdb
bridge -j -p fdb show dev vx0
bridge -d -s fdb show br br0
bridge -j -s fdb show dev vx0
bridge fdb show dev vx1
bridge -c fdb
bridge -o fdb show brport v1
bridge fdb list br br0
bridge fdb show br br0 brport v1
bridge fdb show br br0 dynamic
bridge fdb show state permanent dev v1
bridge fdb show state static
bridge fdb show state temp state reach
bridge fdb show state all dev vx0
bridge fdb show dev v1 vlan 7
bridge fdb get 02:00:00:00:00:20 br br0
bridge -j fdb get 02:00:00:00:00:20 br br0
bridge fdb get to 02:00:00:00:00:20 dev v1 master
bridge fdb get 02:00:00:00:00:23 dev vx0 self
bridge fdb get 02:00:00:00:00:99 br br0
bridge fdb get 02:00:00:00:00:20
bridge fdb get br br0
bridge fdb get zz br br0
bridge fdb get 02:00:00:00:00:20 br nosuch
bridge fdb get 02:00:00:00:00:20 dev nosuch
bridge fdb get 02:00:00:00:00:20 02:00:00:00:00:21 br br0
bridge fdb get 02:00:00:00:00:20 br br0 vni foo
bridge fdb replace 02:00:00:00:00:20 dev v1 master dynamic
bridge fdb replace 02:00:00:00:00:30 dev v1 master static
bridge fdb replace 02:00:00:00:00:23 dev vx0 dst 192.0.2.77
bridge fdb del 02:00:00:00:00:24 dev v1
bridge fdb del 02:00:00:00:00:24 dev v1
bridge fdb del 02:00:00:00:00:30 dev v1 master
bridge fdb delete 00:00:00:00:00:00 dev vx0 dst 192.0.2.9
bridge fdb del 00:00:00:00:00:00 dev vx0 dst 192.0.2.99
bridge fdb add
bridge fdb add dev v1
bridge fdb add zz dev v1
bridge fdb add 02:00:00 dev v1
bridge fdb add 02:00:00:00:00:20 dev nosuch
bridge fdb add 02:00:00:00:00:29 dev v1 dst foo
bridge fdb add 02:00:00:00:00:29 dev v1 dst 1.2.3.4 dst 1.2.3.5
bridge fdb add 02:00:00:00:00:29 dev v1 port foo
bridge fdb add 02:00:00:00:00:29 dev v1 port 70000
bridge fdb add 02:00:00:00:00:29 dev v1 vni 99999999
bridge fdb add 02:00:00:00:00:29 dev v1 src_vni foo
bridge fdb add 02:00:00:00:00:29 dev v1 via nosuch
bridge fdb add 02:00:00:00:00:29 dev v1 nhid foo
bridge fdb add 02:00:00:00:00:29 dev v1 nhid 1 dst 1.2.3.4
bridge fdb add 02:00:00:00:00:29 dev v1 bogus
bridge fdb add 02:00:00:00:00:29 dev v1 vlan 7 vlan 8
bridge fdb add 02:00:00:00:00:29 dev
bridge fdb foo
bridge fdb show dev nosuch
bridge fdb show br nosuch
bridge fdb show state foo
bridge fdb show vlan 1 vlan 2
bridge fdb flush
bridge fdb flush dev nosuch
bridge fdb flush dev br0 brport nosuch
bridge fdb flush dev br0 vlan 5000
bridge fdb flush dev br0 vlan 5 vlan 6
bridge fdb flush dev br0 vlan 5
bridge fdb flush dev br0 brport v1 sticky
bridge fdb flush dev br0 static
bridge fdb flush dev br0 brport v1 extern_learn nodynamic
bridge fdb flush dev br0 dynamic noadded_by_user
bridge fdb flush dev v1 master nostatic noextern_learn nosticky nooffloaded
bridge fdb flush dev br0 nopermanent
bridge fdb flush dev br0 permanent
bridge fdb flush dev v1
bridge fdb flush dev vx0
bridge fdb
`,
  { state: ['bridge -j fdb'], plain },
)
