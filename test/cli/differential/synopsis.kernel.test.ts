// What the manuals' synopses have and the other lists have not, and what is wrong with it.
import { twins } from './twins.ts'

twins(
  'the synopsis of ip link',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add link v1 name mv0 address 02:00:00:00:00:03 type macvlan mode bridge
ip link add dev ifb0 txqueuelen 100 mtu 1400 numtxqueues 2 numrxqueues 2 gso_max_size 32768 gso_max_segs 100 type ifb
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 up
ip link set v1 master br0
ip -d link show mv0
ip -d link show ifb0
ip -d link show v2
ip -d -j link show v2
ip -o link show v2
ip -0 link show v2
ip -4 link show v2
ip -6 link show v2
ip -B link show v2
ip -M link show v2
ip -D link show v2
ip -f inet link show v2
ip -f foo link show v2
ip -family bridge link show
ip -N link show v2
ip -r link show v2
ip -all link
ip -rc 8192 link show v2
ip -rcvbuf 100000 link show v2
ip -rc abc link show
ip -l 5 link show v2
ip -c=always link show v2
ip -c=foo link show v2
ip -pretty -json link show v2
ip -p -j link show v2
ip -- link
ip --json link show v2
`,
)

twins(
  'the synopsis of ip address, route and rule',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link set v1 up
ip link set v2 up
ip addr add 192.0.2.1/24 brd + dev v1 label v1:a
ip addr add 192.0.2.2/24 broadcast 192.0.2.255 dev v1 scope link
ip addr add 192.0.2.3 peer 192.0.2.9 dev v1
ip addr add 192.0.2.4/24 anycast 192.0.2.5 dev v1
ip addr add 192.0.2.5/24 dev v1 valid_lft 100 preferred_lft 50
ip addr add 192.0.2.6/24 dev v1 metric 5 noprefixroute
ip addr add 192.0.2.7/24 dev v1 home
ip addr add 192.0.2.8/24 dev v1 nodad
ip addr add 2001:db8::1/64 dev v1 nodad home mngtmpaddr
ip addr add 2001:db8::2/64 dev v1 nodad noprefixroute autojoin
ip addr add 2001:db8::3/64 dev v1 nodad optimistic
ip addr change 192.0.2.5/24 dev v1 valid_lft 200 preferred_lft 100
ip addr replace 192.0.2.5/24 dev v1 valid_lft forever preferred_lft forever
ip addr show dev v1 scope link
ip addr show dev v1 to 192.0.2.0/24
ip addr show label v1:a
ip addr show label 'v1*'
ip addr show dev v1 permanent
ip addr show dev v1 secondary
ip addr show dev v1 primary
ip addr show dev v1 -deprecated
ip addr show dev v1 deprecated
ip addr show dev v1 dadfailed
ip addr show dev v1 temporary
ip addr show dev v1 nodad
ip addr show dev v1 home
ip addr show dev v1 mngtmpaddr
ip addr show dev v1 noprefixroute
ip addr show dev v1 autojoin
ip addr show type veth
ip -4 -o addr show dev v1
ip -d -j addr show dev v1
ip a s v1
ip addr del 192.0.2.77/24 dev v1
ip addr del 192.0.2.1 dev v1
ip addr add 192.0.2.1/33 dev v1
ip addr add foo dev v1
ip addr add 192.0.2.1
ip addr add 192.0.2.1/24 dev v1 scope foo
ip addr add 192.0.2.1/24 dev v1 label other
ip addr add 192.0.2.1/24 dev v1 preferred_lft 100 valid_lft 50
ip addr add 192.0.2.1/24 dev v1 valid_lft 0
ip addr add 192.0.2.1/24 local 192.0.2.1 dev v1
ip addr add local 192.0.2.1/24 dev v1
ip route add 10.0.0.0/8 via 192.0.2.9 dev v1
ip route add 10.1.0.0/16 dev v1 src 192.0.2.1 metric 10 mtu lock 1300 advmss 1200 hoplimit 5 rtt 10ms rttvar 5ms rto_min 20ms window 100 cwnd lock 10 initcwnd 10 initrwnd 10 ssthresh 100 reordering 3 features ecn quickack 1 congctl cubic
ip route add 10.2.0.0/16 nexthop dev v1 weight 2 nexthop dev v2 weight 3 onlink
ip route add 10.2.0.0/16 nexthop dev v1 weight 2 nexthop dev v2 weight 3
ip route add blackhole 10.3.0.0/16
ip route add unreachable 10.4.0.0/16 metric 7
ip route add prohibit 10.5.0.0/16
ip route add throw 10.6.0.0/16 table 5
ip route add 10.7.0.0/16 dev v1 table 1000 protocol static scope link type unicast
ip route add 10.8.0.0/16 dev v1 realms 3/4
ip route add 10.9.0.0/16 dev v1 tos 0x10
ip route add 10.10.0.0/16 dev v1 dsfield CS1
ip route add 10.11.0.0/16 dev v1 ttl-propagate enabled
ip route add 10.12.0.0/16 via inet6 fe80::1 dev v1
ip route add 10.13.0.0/16 dev v1 nhid 5
ip route add 2001:db8:2::/48 dev v1 fastopen_no_cookie 1
ip route add 2001:db8:3::/48 from 2001:db8::/64 dev v1
ip route add default dev v1
ip route append default dev v2 metric 1
ip route prepend default dev v2 metric 2
ip route change default dev v2 metric 2
ip route replace default dev v2
ip route show
ip route show root 10.0.0.0/8
ip route show exact 10.1.0.0/16
ip route show dev v1 proto static
ip route show table 1000 scope link
ip route show type blackhole
ip route show cache
ip route show cloned
ip route show from 0/0
ip route show via 192.0.2.9
ip route show src 192.0.2.1
ip route show realms 3/4
ip route show tos 0x10
ip route show scope global
ip route show metric 10
ip -6 route show
ip -6 route show pref high
ip -4 route show default
ip route del 10.4.0.0/16
ip route delete default
ip route add 10.99.0.0/16
ip route add 10.99.0.0/16 dev nosuch
ip route add 10.99.0.0/16 via
ip route add 10.99.0.0/16 via foo dev v1
ip route add foo dev v1
ip route add 10.99.0.0/16 dev v1 foo
ip route add 10.99.0.0/16 dev v1 proto foo
ip route add 10.99.0.0/16 dev v1 table foo
ip route add 10.99.0.0/16 dev v1 scope foo
ip route add 10.99.0.0/16 dev v1 mtu foo
ip route add 10.99.0.0/16 nexthop
ip route add 10.99.0.0/16 nexthop weight 300 dev v1
ip route foo
ip rule add from 192.0.2.0/24 to 10.0.0.0/8 tos 0x10 fwmark 5/0xff iif v1 oif v2 table 100 pref 5
ip rule add not from 192.0.2.0/24 lookup main priority 6
ip rule add uidrange 100-200 table 5 pref 7
ip rule add ipproto tcp sport 100 dport 200-300 table 5 pref 8
ip rule add goto 100 pref 9
ip rule add nop pref 10
ip rule add blackhole pref 11
ip rule add prohibit pref 12
ip rule add unreachable pref 13
ip rule add from all realms 3 pref 14
ip rule add suppress_prefixlength 0 table 5 pref 15
ip rule add suppress_ifgroup default table 5 pref 16
ip rule add l3mdev pref 17
ip rule add tun_id 5 table 5 pref 18
ip rule add protocol static table 5 pref 20
ip rule add nat 10.0.0.1 from 10.0.0.0/8 pref 21
ip rule add map-to 10.0.0.1 from 10.0.0.0/8 pref 22
ip rule list from 192.0.2.0/24
ip rule show fwmark 5
ip rule show uidrange 100-200
ip rule show ipproto tcp sport 100
ip rule del pref 5
ip rule add from foo
ip rule add foo
ip rule add pref
ip rule add table foo pref 3
ip mroute show table 5
ip mroute foo
ip mrule add pref 5 table 5
ip addr add 192.0.2.8/24 dev v1 nodad optimistic mngtmpaddr
ip addr add home 192.0.2.9/24 dev v1
ip addr add 192.0.2.10/24 dev v1 tentative
ip addr add 192.0.2.11/24 dev v1 permanent secondary temporary dadfailed deprecated
ip addr add 2001:db8::9/64 dev v1 home nodad stable-privacy
ip addr add local 192.0.2.12/24 dev v1
ip addr add local 192.0.2.13/24 local 192.0.2.13 dev v1
ip -4 addr show dev v1
ip netns list-id nsid foo
ip netns list-id target-nsid foo
ip link set v1 index 55
`,
)

twins(
  'the synopsis of bridge, and what is wrong with it',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 master br0
ip link set v1 up
ip link set v2 up
ip link set br0 up
ip link add vx0 address 02:00:00:00:00:20 type vxlan external vnifilter dstport 4789
ip link add vx1 address 02:00:00:00:00:21 type vxlan id 5 dstport 4790
bridge -d link show dev v1
bridge -j -d link show dev v1
bridge -o link
bridge link set dev v1 cost 5 priority 10 state 3 guard on hairpin on fastleave on root_block on learning off learning_sync on flood off
bridge link set dev v1 backup_port v1
bridge link set dev v1 vlan_tunnel on
bridge link set dev v1 hwmode vepa
bridge link set dev v1 self
bridge link set dev v1 master
bridge link set dev v1 cost 5 self master
bridge link set dev nosuch cost 5
bridge link set cost 5
bridge mdb add dev br0 port v1 grp 239.1.1.2 temp
bridge mdb add dev br0 port v1 grp 239.1.1.3 src 10.0.0.1
bridge mdb add dev br0 port br0 grp 239.1.1.4 temp
bridge mdb add dev br0 port v1 grp ff02::5 permanent vid 5
bridge mdb add dev br0 port v1 grp 01:02:03:04:05:06 permanent
bridge mdb add dev br0 port v1 grp 10.0.0.1
bridge vlan show
bridge -compressvlans vlan show
bridge vlan show dev v1 vid 5
bridge vlan add dev v1 vid 5
bridge vlan add dev v1 vid 5-10 pvid untagged
bridge vlan add dev v1 vid 5 self
bridge vlan add dev br0 vid 5 self
bridge vlan add vid 5
bridge vlan add dev v1 vid 10-5
bridge vlan add dev v1 vid 5 tunnel_info id 100
bridge vlan del dev v1 vid 5
bridge vlan set dev v1 vid 5 state forwarding
bridge vlan set dev v1 vid 5 state 3 mcast_router 1
bridge vlan set dev v1 vid 5 state foo
bridge vlan set dev v1
bridge vlan tunnelshow dev v1
bridge vlan global set dev br0 vid 5 mcast_snooping 1 mcast_querier 1
bridge vni show
bridge vni show dev vx0
bridge vni add dev vx0 vni 100
bridge vni add dev vx0 vni 200-300 group 239.1.1.1
bridge vni add dev vx0 vni 400 remote 10.0.0.1
bridge -j vni show
bridge -d vni show
bridge -compressvlans vni show
bridge vni add dev v1 vni 5
bridge vni add vni 5
bridge foo
bridge -foo
bridge -j
bridge -p -j link show dev v1
bridge -force -b /nosuch
bridge -t link show dev v1
bridge -timestamp link
bridge -N link
bridge -h
tc -force -b /nosuch
tc -foo
tc qdisc add dev nosuch root htb
tc qdisc add dev v1 root foo
tc qdisc add dev v1 foo
tc qdisc del dev v1 root
tc class add dev v1 foo
tc filter add dev v1 foo
tc filter add dev v1 protocol foo
tc filter add dev v1 pref foo u32
tc chain show
tc action ls action gact
`,
  // While the kernel looks for duplicates.
  { plain: text => text.replace(/"tentative":true,/g, '') },
)
