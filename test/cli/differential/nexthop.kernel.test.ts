// Nexthop objects, their groups and buckets: every word of `ip nexthop`, the routes by them, and what is wrong.
import { withoutLinkLocal } from './link-local.ts'
import { twins } from './twins.ts'

/** How long a bucket has been idle runs. */
const plain = (text: string): string =>
  withoutLinkLocal(text)
    .replace(/(idle_time|unbalanced_time) [\d.]+/g, '$1 T')
    .replace(/"(idle_time|unbalanced_time)":[\d.]+/g, '"$1":0')

const STATE = ['ip -d -j nexthop', 'ip -d -j route show table all']

twins(
  'ip nexthop',
  `
ip link add v1 up address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link set v2 up
ip link set lo up
ip addr add 192.0.2.1/24 dev v1
ip addr add 2001:db8:1::1/64 dev v1 nodad
ip nexthop
ip -j nexthop
ip nexthop flush
ip nexthop add id 1 via 192.0.2.2 dev v1
ip nexthop add id 1 via 192.0.2.2 dev v1
ip nexthop add id 2 via 192.0.2.3 dev v1 proto static
ip next add id 3 blackhole
ip nexthop add id 4 via 2001:db8:1::2 dev v1
ip nexthop add id 5 via 203.0.113.2 dev v1 onlink
ip nexthop add id 6 via 192.0.2.9 fdb
ip nexthop add id 7 dev v1
ip -6 nexthop add id 8 blackhole
ip nexthop add id 9 encap seg6 mode encap segs 2001:db8::a via 2001:db8:1::2 dev v1
ip nexthop add id 20 encap ip id 7 dst 192.0.2.9 via 192.0.2.2 dev v1
ip nexthop add id 10 group 1,3/2
ip nexthop add id 11 group 6 fdb
ip nexthop add id 12 group 1/2 type mpath
ip nexthop add id 13 group 1,3/2 type resilient buckets 4 idle_timer 60 unbalanced_timer 120
ip nexthop replace id 1 via 192.0.2.8 dev v1
ip nexthop replace id 12 group 2,256
ip nexthop replace id 13 group 1/2 type resilient buckets 4 idle_timer 5
ip route add 10.0.0.0/8 nhid 1
ip route add 11.0.0.0/8 nhid 10
ip route add 12.0.0.0/8 nhid 3
ip -6 route add 2001:db8:f0::/48 nhid 4
ip nexthop
ip -d nexthop
ip -j nexthop
ip -d -j nexthop show
ip -p -j nexthop
ip -c nexthop
ip -N nexthop
ip -6 nexthop
ip -4 -j nexthop
ip nexthop show groups
ip nexthop show dev v1
ip nexthop show fdb
ip nexthop show protocol 4
ip nexthop show master v1
ip nexthop show id 10
ip nexthop list id 77
ip nexthop get id 1
ip -j nexthop get id 13
ip -d nexthop get id 13
ip nexthop get id 77
ip nexthop bucket
ip nexthop bucket list id 13
ip nexthop bucket show nhid 1
ip nexthop bucket list dev v1
ip -j nexthop bucket show id 13
ip nexthop bucket get id 13 index 2
ip -j nexthop bucket get id 13 index 2
ip nexthop bucket get id 13 index 99
ip route show 10.0.0.0/8
ip -d route
ip -d -j route
ip -j route show table all
ip -6 -d route show 2001:db8:f0::/48
ip route get 10.1.2.3
ip -d route get fibmatch 11.1.2.3
ip route show dev v1
ip nexthop del id 12
ip nexthop del id 12
ip nexthop delete id 1
ip nexthop flush dev v1
ip nexthop flush id 3
ip nexthop flush id 3
ip nexthop flush groups
ip nexthop flush proto 4
ip nexthop flush
ip nexthop flush
ip nexthop add
ip nexthop add id
ip nexthop add id x
ip nexthop add id 1
ip nexthop add id 1 via
ip nexthop add id 1 via router
ip nexthop add id 1 via 192.0.2.2
ip nexthop add id 1 via 192.0.2.2 dev nosuch
ip nexthop add id 1 dev v1 via 2001:db8:1::2
ip -6 nexthop add id 1 via 192.0.2.2 dev v1
ip nexthop add id 10 group
ip nexthop add id 10 group x
ip nexthop add id 10 group 77
ip nexthop add id 10 group 1,0
ip nexthop add id 10 group 1,257
ip nexthop add id 10 group 1 type nosuch
ip nexthop add id 10 group 1 type resilient buckets x
ip nexthop add id 10 group 1 type resilient buckets 0
ip nexthop add id 1 proto nosuch
ip nexthop add id 1 bogus
ip nexthop add help
ip nexthop get
ip nexthop get id x
ip nexthop get bogus
ip nexthop show bogus
ip nexthop show dev nosuch
ip nexthop show protocol static
ip nexthop show vrf v1
ip nexthop bucket bogus
ip nexthop bucket get id 13
ip nexthop bucket list bogus
ip nexthop bucket list nhid x
ip nexthop bogus
ip nexthop help
ip mroute
ip -j mroute show
ip -s -d mroute show table all
ip mroute show table 99
ip mroute show iif nosuch
ip mroute show table nosuch
ip mroute help
ip mroute bogus
`,
  { state: STATE, plain },
)
