// Routes: every word of `ip route`, what it prints, and what is wrong with it.
import { withoutLinkLocal } from './link-local.ts'
import { twins } from './twins.ts'

/** Times that run: of a route that expires, and of the cache. */
const plain = (text: string): string =>
  withoutLinkLocal(text)
    .replace(/expires \d+sec/g, 'expires N')
    .replace(/"expires":\d+/g, '"expires":0')
    .replace(/ (age \d+sec|used \d+|users \d+)/g, '')
    .replace(/,"(age|used|users)":\d+/g, '')

/** Two pairs of links, with addresses on one end of each. */
const NETWORK = `ip link add v1 up address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add v3 up address 02:00:00:00:00:03 type veth peer name v4 address 02:00:00:00:00:04
ip link set v2 up
ip link set v4 up
ip link set lo up
ip addr add 192.0.2.1/24 dev v1
ip addr add 198.51.100.1/24 dev v3
ip addr add 2001:db8:1::1/64 dev v1 nodad
ip addr add 2001:db8:3::1/64 dev v3 nodad`

const STATE = ['ip -d -j route show table all']

twins(
  'ip route: add, change, delete',
  `
${NETWORK}
ip route
ip -j route
ip route add 10.0.0.0/8 via 192.0.2.2
ip route add 10.0.0.0/8 via 192.0.2.2
ip r a 10.1/16 via 192.0.2.3 dev v1 metric 5 proto static
ip route add default via 192.0.2.2 dev v1
ip route add default via 192.0.2.9 metric 77
ip route add to 10.2.0.0/255.255.0.0 dev v3 scope link src 198.51.100.1
ip route add 10.3.0.0/16 dev v3
ip route add 10.4.0.0/16 via 192.0.2.2 mtu 1400 advmss 1360 rtt 100ms rttvar 50ms reordering 5 window 65535 cwnd 10 initcwnd 20 initrwnd 30 ssthresh 40 rto_min 200ms hoplimit 64 quickack 1 features ecn congctl reno fastopen_no_cookie 1
ip route add 10.5.0.0/16 via 192.0.2.2 mtu lock 1400 cwnd lock 10 ssthresh lock 40 rto_min 1.5s rtt 16 hoplimit 255
ip route add 10.6.0.0/16 via 192.0.2.2 table 1000 tos 10 realms 3/5
ip route add 10.6.0.0/16 via 192.0.2.2 table 252 tos CS6 realms 7 protocol 84 scope 17 dev v1
ip route add 10.7.0.0/16 via 203.0.113.1 dev v1 onlink
ip route add 10.8.0.0/16 via inet6 2001:db8:1::2 dev v1
ip route add 10.9.0.0/16 nexthop via 192.0.2.2 dev v1 weight 3 nexthop via 198.51.100.2 dev v3 onlink
ip route add 10.10.0.0/16 nexthop via 192.0.2.2 nexthop via inet6 2001:db8:3::2 dev v3 realms 4 weight 256
ip route add 10.11.0.0/16 proto static metric 9 nexthop dev v1 nexthop dev v3
ip route add local 10.1.2.3 dev lo
ip route add broadcast 10.255.255.255 dev v1
ip route add brd 10.255.255.254 dev v1 table main
ip route add multicast 239.0.0.0/8 dev v1
ip route add blackhole 10.12.0.0/16
ip route add unreachable 10.13.0.0/16 metric 1
ip route add prohibit 10.14.0.0/16
ip route add throw 10.15.0.0/16 table 7
ip route add throw 10.15.0.0/16 table local
ip route add nat 10.16.0.0/16 via 192.0.2.2
ip route add anycast 10.17.0.0/16 dev v1
ip route add 10.18.0.0/16 via 192.0.2.2 ttl-propagate dis
ip route add unicast 10.19.0.0/16 dev v1 congctl lock reno
ip route append 10.0.0.0/8 via 192.0.2.4
ip route prepend 10.0.0.0/8 via 192.0.2.5
ip route replace 10.0.0.0/8 via 192.0.2.6 mtu 1300
ip route change 10.0.0.0/8 via 192.0.2.7
ip route chg 10.1.0.0/16 via 192.0.2.8 metric 5
ip route change 10.99.0.0/16 via 192.0.2.8
ip route test 10.3.0.0/16 dev v3
ip route test 10.98.0.0/16
ip route add 10.20.0.0/16 encap ip id 7 dst 192.0.2.9 src 192.0.2.1 tos 4 ttl 64 csum seq key dev v1
ip route add 10.21.0.0/16 encap ip6 id 7 dst 2001:db8::9 src 2001:db8::1 tc 4 hoplimit 64 csum dev v1
ip route add 10.22.0.0/16 encap seg6 mode encap segs 2001:db8::a,2001:db8::b dev v1
ip route add 10.23.0.0/16 nexthop encap seg6 mode encap segs 2001:db8::a via 192.0.2.2 dev v1 nexthop via 198.51.100.2 dev v3
ip route add 10.24.0.0/16 encap mpls 100/200 ttl 64 via 192.0.2.2
ip route add 10.25.0.0/16 via 192.0.2.2 expires 100
ip -6 route add 2001:db8:f0::/48 via 2001:db8:1::2
ip route add 2001:db8:f1::/48 via 2001:db8:1::2 dev v1 pref high metric 77 expires 600
ip route add 2001:db8:f2::/48 via 2001:db8:1::2 mtu 1400 hoplimit 10 pref 3 proto bgp src 2001:db8:1::1
ip route add 2001:db8:f3::/48 nexthop via 2001:db8:1::2 weight 2 nexthop via 2001:db8:3::2 dev v3
ip -6 route add default via fe80::1 dev v1
ip -6 route add blackhole 2001:db8:f4::/48 metric 9
ip -6 route add unreachable 2001:db8:f5::/48 dev lo
ip -6 route add 2001:db8:f6::/48 from 2001:db8:5::/48 via 2001:db8:1::2
ip -6 route append 2001:db8:f0::/48 via 2001:db8:3::2
ip -6 route replace 2001:db8:f0::/48 via 2001:db8:3::3 metric 5 table 33
ip -6 route add 2001:db8:f7::1 dev v1
ip -6 route add 2001:db8:f8::/48 encap seg6 mode encap segs 2001:db8::a dev v1
ip -6 route add local 2001:db8:f9::1 dev lo
ip route
ip -d route
ip -s route show
ip -o route
ip -c route
ip -N route show table all
ip -j -d route show table all
ip -p -j route
ip -j -6 route
ip -4 route list table all
ip -6 route
ip -6 -d -s route show table all
ip -6 -p -j -d route list table main
ip route show table all
ip r l t local
ip route show table 1000
ip -j route show table 252
ip route show table 77
ip -6 route show table 77
ip route del 10.0.0.0/8 via 192.0.2.5
ip route del 10.0.0.0/8
ip route del 10.99.0.0/16
ip route del 10.9.0.0/16 nexthop via 192.0.2.2 dev v1 weight 3 nexthop via 198.51.100.2 dev v3 onlink
ip route del blackhole 10.12.0.0/16
ip route del unicast 10.13.0.0/16
ip route del 10.15.0.0/16 table 7
ip route del local 10.1.2.3
ip -6 route del 2001:db8:f0::/48 via 2001:db8:1::2
ip -6 route del default
ip route delete default via 192.0.2.9
`,
  { state: STATE, plain },
)

twins(
  'ip route: choosing, getting, flushing',
  `
${NETWORK}
ip route add 10.0.0.0/8 via 192.0.2.2
ip route add 10.1.0.0/16 via 192.0.2.3 metric 5 proto static tos 10
ip route add 10.1.2.0/24 via 198.51.100.2 realms 3/5 src 198.51.100.1
ip route add 10.1.2.3 via 198.51.100.2 proto bgp realms 4
ip route add 11.0.0.0/8 nexthop via 192.0.2.2 nexthop via 198.51.100.2
ip route add 12.0.0.0/8 via inet6 2001:db8:1::2 dev v1
ip route add prohibit 13.0.0.0/8 metric 9
ip route add blackhole 14.0.0.0/8
ip route add unreachable 15.0.0.0/8 table 9
ip route add 16.0.0.0/8 dev v1 scope link
ip route add default via 192.0.2.9
ip -6 route add 2001:db8:f0::/48 via 2001:db8:1::2 proto static
ip -6 route add 2001:db8:f1::/48 nexthop via 2001:db8:1::2 nexthop via 2001:db8:3::2
ip -6 route add default via fe80::1 dev v1
ip route show 10.0.0.0/8
ip route show to 10.1/16
ip route show root 10.1.0.0/16
ip route show match 10.1.2.3
ip route show to match 10.1.2.0/24
ip route show exact 10.1.2.0/24
ip route show default
ip route show root default
ip route list match 0/0
ip route show table all match 127.0.0.1
ip route show dev v1
ip route show oif v3
ip -d route show dev v1 proto static
ip route show proto static
ip route show proto all
ip route show proto 186
ip route show type prohibit
ip route show type 6
ip route show type local table all
ip route show scope link
ip route show scope all
ip route show scope 0
ip route show tos 10
ip -j route show tos 0x10
ip route show metric 5
ip route show metric 0
ip route show via 192.0.2.2
ip route show via 192.0.2.0/24
ip route show via inet6 2001:db8:1::2
ip route show src 198.51.100.1
ip route show src 198.51.100.0/24
ip route show realms 3/5
ip route show realms 4
ip route show realms 3/
ip route show realms /5
ip route show iif v1
ip route show mark 7
ip route show from 10.0.0.0/8
ip -6 route show from default
ip route show cached
ip -6 route show cache
ip route show table cache
ip -6 route show root 2001:db8::/32
ip -6 route show match 2001:db8:f0::1
ip -6 route show via 2001:db8:1::2
ip -6 route show dev v1 table all
ip -6 -j route show proto static
ip route get 10.9.9.9
ip -j route get 10.9.9.9
ip -d route get 10.1.2.3
ip -s route get to 10.1.2.3
ip -o route get 10.1.2.3
ip route get 10.1.2.3 from 192.0.2.1 oif v1 tos 0x10 mark 7 uid 0 ipproto tcp sport 1000 dport 80
ip -p -j route get 10.1.2.3 from 192.0.2.1 oif v1 mark 17
ip route get fibmatch 10.1.2.3
ip -d -j route get fibmatch 11.1.1.1
ip route get 127.0.0.1
ip -j route get 127.0.0.1
ip route get 192.0.2.255
ip route get 10.1.2.3/24
ip route get 10.9.9.9 connected ## out: ip asks the same again, not from the address that it was told
ip route get 10.1.2.9 from 198.51.100.9 iif v3
ip route get 13.1.1.1
ip route get 14.1.1.1
ip route get 2001:db8:f0::1
ip -j -6 route get 2001:db8:f0::1 mark 7 ipproto udp dport 53
ip route get 2001:db8:f0::/64
ip route get ::1
ip -6 route get fibmatch 2001:db8:f1::1
ip route get
ip route get from
ip route get 10.1.2.3 iif nosuch
ip route get 10.1.2.3 oif nosuch
ip route get 10.1.2.3 vrf v1
ip route get 10.1.2.3 uid x
ip route get 10.1.2.3 sport 70000
ip route get 10.1.2.3 ipproto nosuch
ip route get 10.1.2.3 bogus
ip route flush
ip route flush via 198.51.100.2
ip -s route flush proto static
ip -s route flush proto static
ip -s -s route flush type prohibit
ip route flush root 11.0.0.0/8
ip -s -6 route flush 2001:db8:f0::/48
ip -6 route flush dev v3
ip -s route flush cache
ip route flush cache
ip -4 -s route flush cached
ip route flush table 9
ip route flush table 77
ip route flush dev nosuch
`,
  { state: STATE, plain },
)

twins(
  'ip route: what is wrong',
  `
${NETWORK}
ip route add
ip route add help
ip route add 10.0.0.0/8 via
ip route add 10.0.0.0/8 via router
ip route add 10.0.0.0/8 via 2001:db8::1
ip route add 10.0.0.0/33 via 192.0.2.2
ip route add 10.0.0.0.0/8 via 192.0.2.2
ip route add ten via 192.0.2.2
ip route add 10.0.0.0/8 10.1.0.0/16
ip route add 10.0.0.0/8 via 192.0.2.2 via 192.0.2.3
ip route add 10.0.0.0/8 dev nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 dev
ip route add 10.0.0.1/8 via 192.0.2.2
ip route add 10.0.0.0/8 via 203.0.113.1
ip route add 10.0.0.0/8 via 192.0.2.2 metric x
ip route add 10.0.0.0/8 via 192.0.2.2 table nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 proto nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 proto 256
ip route add 10.0.0.0/8 via 192.0.2.2 scope nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 tos xyz
ip route add 10.0.0.0/8 via 192.0.2.2 mtu x
ip route add 10.0.0.0/8 via 192.0.2.2 mtu lock
ip route add 10.0.0.0/8 via 192.0.2.2 advmss x
ip route add 10.0.0.0/8 via 192.0.2.2 hoplimit 256
ip route add 10.0.0.0/8 via 192.0.2.2 rtt 5x
ip route add 10.0.0.0/8 via 192.0.2.2 rto_min x
ip route add 10.0.0.0/8 via 192.0.2.2 quickack 2
ip route add 10.0.0.0/8 via 192.0.2.2 features nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 congctl nosuch
ip route add 10.0.0.0/8 via 192.0.2.2 realms x
ip route add 10.0.0.0/8 via 192.0.2.2 pref x
ip route add 10.0.0.0/8 via 192.0.2.2 expires x
ip route add 10.0.0.0/8 nhid x
ip route add 10.0.0.0/8 nhid 99
ip route add 10.0.0.0/8 vrf v1
ip route add 10.0.0.0/8 via 192.0.2.2 ttl-propagate x
ip route add 10.0.0.0/8 nexthop
ip route add 10.0.0.0/8 nexthop via 192.0.2.2 bogus
ip route add 10.0.0.0/8 nexthop via 192.0.2.2 weight 0
ip route add 10.0.0.0/8 nexthop via 192.0.2.2 weight 257
ip route add 10.0.0.0/8 nexthop via 192.0.2.2 dev nosuch
ip route add 10.0.0.0/8 encap
ip route add 10.0.0.0/8 encap nosuch x
ip route add 10.0.0.0/8 encap mpls
ip route add 10.0.0.0/8 encap ip id x dev v1
ip route add 10.0.0.0/8 encap ip dst nosuch dev v1
ip route add 10.0.0.0/8 encap seg6 segs 2001:db8::a dev v1
ip route add 10.0.0.0/8 encap seg6 mode nosuch dev v1
ip route add 10.0.0.0/8 encap seg6local action nosuch dev v1
ip route add 2001:db8:f0::/48 encap seg6local dev v1
ip route show bogus
ip route show table nosuch
ip route show table
ip route show dev nosuch
ip route show proto nosuch
ip route show scope nosuch
ip route show type nosuch
ip route show tos xyz
ip route show mark x
ip route show metric x
ip route show via nosuch
ip route show realms x/y/z
ip route bogus
ip route help
ip -6 route add 10.0.0.0/8 via 192.0.2.2
ip -4 route add 2001:db8::/32 dev v1
ip -6 route show 10.0.0.0/8
`,
  { state: STATE, plain },
)
