// What stands before the object: -echo of every object, names of hosts, colours, help and its exit status.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { twins } from './twins.ts'

writeFileSync(
  '/run/hosts',
  '127.0.0.1 localhost\n192.0.2.1 here\n192.0.2.2 there\n2001:db8::2 there6\n203.0.113.9 far\n',
)
execFileSync('mount', ['--bind', '/run/hosts', '/etc/hosts'])

twins(
  'global options',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip -echo link set v1 up
ip -echo link set v2 up
ip -echo -j link set v1 mtu 1400 ## out: ip prints an empty object where it is told nothing
ip -echo link add br0 address 02:00:00:00:00:10 type bridge
ip -echo link set v1 master br0
ip -echo link set v1 type bridge_slave cost 7
ip -echo link set v1 nomaster
ip -echo link property add dev v1 altname other
ip -echo link property del dev v1 altname other
ip -echo link del br0
ip -echo addr add 192.0.2.1/24 dev v1
ip -echo -j addr add 10.9.0.1/24 dev v1
ip -echo addr add 2001:db8::1/64 dev v1 nodad
ip -echo addr del 10.9.0.1/24 dev v1
ip -echo neigh add 192.0.2.2 lladdr 02:00:00:00:00:22 dev v1 nud permanent
ip -echo neigh add 2001:db8::2 lladdr 02:00:00:00:00:22 dev v1 nud permanent
ip -echo neigh del 192.0.2.77 dev v1
ip -echo route add 203.0.113.9 via 192.0.2.2
ip -echo -o route add 10.1.0.0/16 dev v1 metric 5
ip -echo -d route add 10.2.0.0/16 dev v1
ip -echo -j route add 10.3.0.0/16 dev v1 ## out: ip has the object twice, one in the other
ip -echo route replace 10.3.0.0/16 dev v1 mtu 1300
ip -echo route change 10.3.0.0/16 dev v1 mtu 1200
ip -echo route append 10.3.0.0/16 via 192.0.2.2
ip -echo route del 10.3.0.0/16
ip -echo -6 route add 2001:db8:1::/48 via 2001:db8::2
ip -echo -6 route del 2001:db8:1::/48
ip -echo route add 10.1.0.0/16 dev v1 metric 5
ip -echo rule add from 192.0.2.0/24 table 7 pref 55
ip -echo -j rule add from 192.0.3.0/24 table 7 pref 56 ## out: ip has the object twice, one in the other
ip -echo rule del pref 56
ip -echo nexthop add id 3 via 192.0.2.2 dev v1
ip -echo nexthop replace id 3 via 192.0.2.3 dev v1
ip -echo nexthop del id 3
ip -echo addrlabel add prefix 2001:db8::/32 label 5
ip -echo token set ::7 dev v1
ip -r neigh show dev v1
ip -r -j neigh show dev v1
ip -r -6 neigh show dev v1
ip -resolve route show dev v1
ip -r -j route show 203.0.113.9
ip -r route get 203.0.113.9
ip -r addr show dev v1
ip -r -j addr show dev v1
ip -r -br addr show dev v1
ip rule add from 192.0.2.2 to 203.0.113.9 table 7 pref 57
ip -r rule
ip -r -6 route show dev v1
ip nexthop add id 3 via 192.0.2.2 dev v1
ip -r nexthop
ip -r -j nexthop
ip route add 10.7.0.0/16 nexthop via 192.0.2.2 dev v1 nexthop via 192.0.2.1 dev v1
ip route add 10.8.0.0/16 nexthop via 192.0.2.2 dev v1 nexthop dev v2
ip -r route show 10.8.0.0/16
ip -6 route add 2001:db8:1::2/128 via 2001:db8::2
ip -r -6 route show dev v1
ip route add 10.6.0.0/16 via inet6 2001:db8::2 dev v1
ip -r route show 10.6.0.0/16
ip -r -j route show 10.6.0.0/16
ip -r neigh get 192.0.2.2 dev v1
ip addr show vrf v1
ip addr show vrf nosuch
ip link show vrf nosuch
ip neigh show vrf nosuch
ip route show vrf nosuch
ip route get 203.0.113.9 vrf nosuch
ip link set v1 vrf nosuch
bridge -c link
bridge -c fdb show dev v1
ip -c=auto link show v1
ip -c=foo link
bridge -c=foo link
tc -c=foo qdisc
ip -color=never addr show v1
ip link help veth ## out: our help is our own
ip link add x type bridge help ## complaint: our help is our own
ip link set v1 type vlan help ## complaint: our help is our own
ip link property help ## complaint: our help is our own
ip link afstats help ## complaint: our help is our own
ip -help
ip help
bridge -help
bridge help
tc qdisc help ## complaint: our help is our own
tc class help ## complaint: our help is our own
tc filter help ## complaint: our help is our own
tc chain help ## complaint: our help is our own
tc -help ## complaint: our help is our own
tc help ## complaint: our help is our own
`,
)
