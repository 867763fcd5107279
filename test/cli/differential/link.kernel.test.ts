// `ip link`: each kind and its options, settings of every link, alternative names, statistics; and what is wrong with
// them. Kinds that this kernel lacks are refused in the same words: their bytes are held in test/cli/requests.test.ts.
import { twins } from './twins.ts'

twins(
  'ip link',
  `
ip link add v1 address 02:00:00:00:00:01 index 100 type veth peer name v2 address 02:00:00:00:00:02 index 101 numtxqueues 2
ip link add v3 address 02:00:00:00:00:03 type veth peer name v4 address 02:00:00:00:00:04
ip link add br0 address 02:00:00:00:00:10 type bridge no_linklocal_learn 1 mcast_vlan_snooping 0 mcast_hash_max 512 mcast_startup_query_interval 3000 nf_call_iptables 1 group_address 01:80:c2:00:00:04
ip link add if0 address 02:00:00:00:00:20 numtxqueues 2 numrxqueues 3 type ifb
ip -d link
ip -d -j link
ip -echo link add if1 address 02:00:00:00:00:21 type ifb
ip -echo -j link add if2 address 02:00:00:00:00:22 type ifb
ip -echo link set if2 address 02:00:00:00:00:23
ip -echo link del if2
ip link set if1 trailers on
ip link set if0 gso_max_size 32000 gso_max_segs 64 gro_max_size 40000
ip link set if0 addrgenmode none
ip link set if0 addrgenmode stable_secret
ip link set if0 addrgenmode random
ip link set if0 addrgenmode foo
ip link set if0 mode dormant
ip link set if0 state dormant
ip link set v1 carrier off
ip link set v1 protodown on
ip link set v1 protodown on protodown_reason 3 on
ip link set v1 protodown_reason nosuch on
ip -d link show if0
ip -d -j link show v1
ip link set v1 vf 0 mac 02:00:00:00:00:09 vlan 10 qos 3 proto 802.1ad
ip link set v1 vf 0 max_tx_rate 100 spoofchk on
ip link set v1 vf 0
ip link set v1 vf a mac 02:00:00:00:00:09
ip link set v1 xdp off
ip link set v1 xdpgeneric off
ip link set v1 xdp
ip link set v1 xdp foo
ip link set v1 xdp pinned /nosuch
ip link set v1 xdp object /nosuch ## complaint: it says what is wrong with the file
ip link property add dev br0 altname the-very-long-alternative-name altname second
ip link property add br0 altname third
ip link property add dev br0 altname second
ip link property add altname foo
ip link property add dev nosuch altname foo
ip link property foo
ip link show second
ip -j link show the-very-long-alternative-name
ip link set second mtu 1400
ip link property del dev third altname third altname second
ip link property del dev br0 altname nosuch
ip -d link show br0
ip link set v1 master br0
ip link set v1 type bridge_slave priority 9 cost 7 guard on root_block on fastleave on learning off flood off mcast_flood off bcast_flood off mcast_to_unicast on
ip link set v1 type bridge_slave group_fwd_mask 8 neigh_suppress on vlan_tunnel off isolated on locked off proxy_arp on proxy_arp_wifi on mcast_router 2 mcast_fast_leave on
ip link set v1 type bridge_slave backup_port v3
ip link set v3 master br0
ip link set v1 type bridge_slave backup_port v3
ip -d link show v1
ip -d -j link show v1
ip link set v1 type bridge_slave nobackup_port fdb_flush
ip link xstats type bridge
ip link xstats type bridge dev br0 igmp
ip -j link xstats type bridge dev br0
ip link xstats type bridge_slave dev v1
ip link xstats type bridge_slave dev v1 stp
ip -j -p link xstats type bridge_slave
ip link xstats type bridge foo
ip link xstats type vlan
ip link xstats type nosuch
ip link xstats
ip link xstats type bridge dev nosuch
ip link afstats
ip link afstats dev v1
ip link afstats dev nosuch ## status: a device that is not there is an error (iproute2: 0)
ip link afstats foo
ip link add link if0 name mv0 address 02:00:00:00:00:31 type macvlan mode source macaddr add 02:00:00:00:00:41 macaddr add 02:00:00:00:00:42
ip -d link show mv0
ip -d -j link show mv0
ip link set mv0 type macvlan macaddr del 02:00:00:00:00:41
ip link set mv0 type macvlan macaddr set 02:00:00:00:00:43 02:00:00:00:00:44
ip -d link show mv0
ip link set mv0 type macvlan macaddr flush
ip link add link if1 name mv1 address 02:00:00:00:00:32 type macvlan mode passthru nopromisc bcqueuelen 500
ip -d link show mv1
ip link add link if0 name mt0 address 02:00:00:00:00:33 type macvtap mode bridge
ip link add mv2 type macvlan
ip link add link if0 name mv2 type macvlan mode foo
ip link add vx0 address 02:00:00:00:00:34 type vxlan id 9 dev if0 group 239.1.1.1 dstport 4789 srcport 1000 2000 proxy l2miss l3miss rsc ttl 9 tos inherit df set udpcsum remcsumtx gbp maxaddress 10 ageing 20
ip -d link show vx0
ip -d -j link show vx0
ip link set vx0 type vxlan id 9 dev if0 ageing 60 ttl 5 nolearning
ip -d link show vx0
ip link add vx1 type vxlan id 9 dstport 4789 local ::1 remote ::2 flowlabel 0x12345
ip link add vx2 address 02:00:00:00:00:35 type vxlan external vnifilter dstport 4790
ip -d link show type vxlan ## out: iproute2 has no space behind vnifilter
ip link add vx3 type vxlan
ip link add bo0 type bond mode active-backup miimon 100
ip link add bo0 type bond mode foo
ip link add vl0 link if0 type vlan id 5000
ip link add vl0 link if0 type vlan id 5 protocol 802.1X
ip link add re0 type vrf
ip link add re0 type vrf table 10
ip link add g0 type geneve id 5 remote 192.0.2.1
ip link add g0 type geneve id 5
ip link add g0 type geneve remote 192.0.2.1
ip link add g0 type geneve external id 5
ip link add t0 type gre remote 192.0.2.1 local 192.0.2.2 key 7
ip link add t0 type gre remote 239.1.1.1
ip link add t0 type gretap remote any
ip link add t0 type erspan remote 192.0.2.1 erspan_ver 7
ip link add t0 type ip6gre remote ::1
ip link add t0 type ip6gre remote 192.0.2.1
ip link add t0 type ipip remote 192.0.2.1 ttl 5 nopmtudisc
ip link add t0 type sit remote 192.0.2.1 mode foo
ip link add t0 type ip6tnl mode foo
ip link add t0 type vti key foo
ip link set if0 type gre key 7
ip link add iv0 link if0 type ipvlan mode l2
ip link add iv0 link if0 type ipvlan mode l4
ip link add ms0 link if0 type macsec port 11 encrypt on
ip link add ms0 link if0 type macsec window 7
ip link add ms0 link if0 type macsec icvlen 3
ip link add xf0 type xfrm dev if0 if_id 7
ip link add xf0 type xfrm external if_id 7
ip link add h0 type hsr slave1 v1 slave2 v3
ip link add h0 type hsr slave1 nosuch
ip link add b0 type batadv ra BATMAN_V
ip link add p0 type gtp
ip link add p0 type gtp role foo
ip link add u0 type bareudp dstport 1 ethertype mpls_uc
ip link add a0 type amt mode relay local 192.0.2.1 dev if0
ip link add c0 type vcan
ip link add c0 type vxcan
ip link add w0 type wireguard
ip link add te0 type team
ip link add nl0 type nlmon
ip link set if0 type can bitrate 500000
ip link set if0 type can bitrate foo
ip link set if0 type can loopback maybe ## status: neither on nor off is the user's error, 1, for all words
ip link set v1 type bridge_slave foo ## complaint: one word for all kinds: unknown command
ip link add x0 type bridge foo
ip link add link-netnsid 7 x0 type ifb
ip link set if0 group 5
ip link set if1 group 5
ip link set group 5 up mtu 1300
ip link show group 5
ip link set group 5 foo
ip link del group 5
ip link show group 5
ip link set v3 netns OTHER index 300 name inside
ip link add parentdev nosuch name x0 type ifb
ip link del nosuch
ip link show type bridge
ip -br link show up
ip -o -d link show type veth
ip -s -j link show v1
ip -s -s -p -j link show lo
ip -c -d link show br0
ip -c -br link show v1
ip -N -d link show v1
ip link show vrf nosuch
ip link show vrf br0
`,
)
