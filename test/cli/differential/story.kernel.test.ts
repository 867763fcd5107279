// Links, addresses, bridges and namespaces: all that the story needs, and what is wrong with it.
import { twins } from './twins.ts'

twins(
  'links, addresses, bridges, namespaces',
  `
ip link
ip -j -d link show lo
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link add name v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02 mtu 1400
ip link add v3 up address 02:00:00:00:00:03 mtu 1300 txqueuelen 77 type veth peer v4 address 02:00:00:00:00:04 netns OTHER
ip link add du0 address 02:00:00:00:00:20 type ifb
ip link add du0 type ifb
ip link add du9 type dummy
ip link del du9
ip link add link du0 name mv0 address 02:00:00:00:00:21 type macvlan mode bridge
ip link add link du0 mt0 address 02:00:00:00:00:22 type macvtap mode private bcqueuelen 100
ip link add vx0 address 02:00:00:00:00:23 type vxlan id 100 dstport 4789 remote 192.0.2.1 local 192.0.2.2 ttl 16 tos 4 ageing 30 nolearning
ip link add vx1 address 02:00:00:00:00:24 type vxlan id 101 dstport 4789 group 239.1.1.1 dev br0 ttl inherit udp6zerocsumtx
ip link add vx2 address 02:00:00:00:00:25 type vxlan external dstport 4790
ip link add ifb0 address 02:00:00:00:00:26 numtxqueues 2 type ifb
ip link add link du0 name du0.7 type vlan id 7 reorder_hdr off ingress-qos-map 1:2
ip link add br1 address 02:00:00:00:00:11 type bridge forward_delay 200 stp_state 1 priority 4096 mcast_snooping 0 ageing_time 1000
ip -d link
ip -d -j link
ip -j -p link
ip -br link
ip -br -j link
ip -o link
ip -d -o addr
ip -s link show lo
ip -s -s link show du0
ip -s -s -j link show du0
ip -h -s link show mv0
ip -c link show du0
ip l l
ip link set v1 master br0
ip link set dev v1 up
ip link set v1 type bridge_slave hairpin on cost 7 isolated on
ip link set br0 type bridge forward_delay 300 group_fwd_mask 8
ip link set du0 alias 'a "quoted" alias' group 7 mtu 9000 arp on multicast on
ip link set du0 addr 02:00:00:00:00:2f promisc on allmulticast on
ip link set du0 name du1
ip link set du1 name du0 alias ''
ip link set v2 netns OTHER name inside
ip link set ifb0 down txqlen 99
ip link show group 7
ip link show type veth
ip link show master br0
ip link show nomaster type bridge
ip -d link show v1
ip -d -j link show br0
ip -j -d link show br1
ip link set v1 nomaster
ip link set du0 promisc off allmulticast off
ip addr add 192.0.2.1/24 brd + dev br0
ip addr add 192.0.2.2/24 dev br0
ip addr add 198.51.100.1 peer 198.51.100.2/32 dev du0 label du0:x
ip addr add 2001:db8::1/64 dev du0 nodad valid_lft 3600 preferred_lft 0
ip addr add 10.1/16 dev du0 scope link metric 9
ip a a 127.0.0.9/8 dev lo
ip addr replace 192.0.2.1/24 dev br0 valid_lft 9000 preferred_lft 8000
ip addr change 192.0.2.2/24 dev br0 noprefixroute
ip addr
ip -j addr
ip -d -p -j addr show du0
ip -4 addr
ip -4 -br addr
ip -6 addr
ip -6 addr show du0
ip -0 addr show du0
ip -o addr
ip -o -j addr
ip -br -j addr
ip -s addr show ifb0
ip addr show secondary
ip addr show dynamic
ip addr show to 192.0.2.0/24
ip addr show label 'du0*'
ip addr show scope link
ip -6 addr show lo
ip -6 -d addr show du0
ip -j addr show primary
ip -j addr show type ifb
ip -4 addr show ifb0
ip addr show up
ip addr del 192.0.2.2/24 dev br0
ip addr del 192.0.2.2/24 dev br0
ip addr del 198.51.100.1 dev du0
ip addr flush dev du0
ip -s addr flush dev du0
ip link add
ip link add x1
ip link add x1 type
ip link add x1 type nosuch
ip link add x1 mtu abc type dummy
ip link add name x1 dev x2 type dummy
ip link add x1 x2 type dummy
ip link add a/b type dummy
ip link add link nosuch name x1 type macvlan
ip link add x1 type vxlan id 99999999 dstport 1
ip link add x1 type vxlan id 5 dstport 4789 group 239.1.1.1
ip link add x1 type veth peer name br0
ip link set
ip link set nosuch up
ip link set du0 master nosuch
ip link set du0 netns nosuch
ip link set du0 netns 99999
ip link set du0 address zz
ip link set du0 address 02:00
ip link set du0 arp maybe
ip link set du0 foo
ip link set du0 mtu 1 type
ip link set br0 mtu 9000000
ip link set br0 master br1
ip link del
ip link del nosuch
ip link foo
ip foo
ip -foo link
ip -f foo link
ip link show foo bar
ip link show dev
ip link show nosuch
ip addr add
ip addr add 1.2.3.4
ip addr add 1.2.3.4/33 dev du0
ip addr add foo dev du0
ip addr add 1.2.3.4/24 dev nosuch
ip addr add 1.2.3.4/24 dev du0 bogus
ip addr add 1.2.3.4/24 dev du0 scope foo
ip addr add ::1/64 dev du0 brd +
ip addr add 1.2.3.4/24 dev du0 valid_lft 10 preferred_lft 20
ip -4 addr add ::1 dev du0
ip addr add 192.0.2.1/24 dev br0
ip addr show nosuch
ip addr foo
ip addr flush
ip link set du0 group 7
ip link set group 7 up
ip link set vx0 group 8
ip link del group 8
ip link del vx1 type vxlan
ip link set lo netns OTHER
bridge link
bridge link set dev v1 cost 3
ip link set v1 master br1
bridge link set dev v1 state 2 hairpin off flood off priority 9
bridge link
bridge -d link
bridge -d -j link
bridge -o -d link show dev v1
bridge link show dev nosuch
bridge link set cost 3
bridge link foo
brctl show
brctl addbr br2
brctl addbr br2
brctl addif br2 ifb0
brctl addif br0 ifb0
brctl addif br2 br1
brctl addif br2 nosuch
brctl addif nosuch ifb0
brctl show
brctl show br1
brctl show du0
brctl show nosuch
brctl setfd br2 4
brctl stp br2 on
brctl stp br2 maybe
brctl sethello br2 3.5
brctl setageing br2 100
brctl setbridgeprio br2 7
brctl setpathcost br2 ifb0 33
brctl setportprio br2 ifb0 3
brctl hairpin br2 ifb0 on
brctl setfd br2 abc
brctl setfd nosuch 3
brctl showstp br2
brctl showmacs br2
brctl showmacs nosuch
brctl showmacs du0
brctl delif br2 ifb0
brctl delif br2 ifb0
brctl delbr br0
brctl delbr br2
brctl delbr br2
brctl delbr du0
brctl setfd br1
brctl foo
brctl
ip netns add
ip netns add a/b
ip netns add OTHER
ip netns del
ip netns del nosuch
ip netns exec
ip netns exec OTHER
ip netns exec nosuch ls
ip netns exec OTHER nosuchcmd
ip netns set OTHER
ip netns set OTHER foo
ip netns set OTHER 8
ip netns list-id
ip -j netns list-id
ip netns pids nosuch
ip netns pids OTHER
ip netns identify 99999
ip netns identify abc
ip netns foo
ip link show type veth
`,
)
