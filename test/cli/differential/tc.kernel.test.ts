// tc: qdiscs, classes, filters, chains and actions that this kernel has (htb, tbf, fifos, ingress, clsact; u32, bpf),
// and what is wrong with them. The other kinds: test/cli/tc, on what a kernel that has them was told and said.
import { mkdirSync, writeFileSync } from 'node:fs'
import { twins } from './twins.ts'

const STATE = ['tc -j -d qdisc']

twins(
  'qdiscs and classes',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
tc qdisc
tc qdisc show
tc -j qdisc show
tc qdisc show dev v1
tc qdisc add dev v1 root handle 1: htb default 10
tc qdisc show dev v1
tc -d qdisc show dev v1
tc -s -d qdisc show dev v1
tc -j -p -s -d qdisc show dev v1
tc -r qdisc show dev v1
tc -o -s qdisc show dev v1
tc -c qdisc show
tc q s dev v1
tc class add dev v1 parent 1: classid 1:1 htb rate 10mbit
tc class add dev v1 parent 1:1 classid 1:10 htb rate 1mbit ceil 2mbit burst 15k cburst 20kb prio 3 quantum 3000
tc class add dev v1 parent 1:1 classid 1:11 htb rate 1gbit ceil 40gbit mtu 9000 mpu 64 overhead 14 quantum 9000 linklayer atm
tc class add dev v1 parent 1: classid 1:12 estimator 1s 8s htb rate 100kbps
tc class show dev v1
tc -d class show dev v1
tc -s -d class show dev v1
tc -o -s class show dev v1
tc -r -d class show dev v1
tc -iec -d class show dev v1
tc class show dev v1 parent 1:1
tc class show dev v1 classid 1:10
tc class show dev v1 qdisc 1:
tc class show dev v1 root
tc class show
tc class
tc -g class show dev v1
tc -s -g class show dev v1
tc class change dev v1 parent 1:1 classid 1:10 htb rate 3mbit
tc class replace dev v1 parent 1:1 classid 1:13 htb rate 3mbit burst 10kb/8
tc qdisc add dev v1 parent 1:10 handle 10: pfifo limit 50
tc qdisc add dev v1 parent 1:13 handle 11: bfifo limit 10k
tc qdisc add dev v1 parent 1:11 handle 12: tbf rate 1mbit burst 10kb latency 50ms
tc -s -d qdisc show dev v1
tc -d qdisc show dev v1 parent 1:10
tc -d qdisc show dev v1 handle 12:
tc qdisc show root
tc -r -d qdisc show dev v1
tc -iec -d qdisc show dev v1
tc -j -d qdisc show dev v1 handle 12:
tc class show dev v1
tc qdisc change dev v1 parent 1:11 handle 12: tbf rate 2mbit burst 20kb limit 30kb peakrate 5mbit mtu 1600 mpu 64 overhead 8 linklayer atm
tc -d qdisc show dev v1
tc qdisc show dev v1
tc -r qdisc show dev v1
tc -j qdisc show dev v1 ## out: tc leaves the peak rate out of the JSON
tc -j -d qdisc show dev v1 ## out: tc has no peak rate, and the key mpu twice
tc qdisc replace dev v1 parent 1:10 handle 10: bfifo
tc qdisc replace dev v1 parent 1:10 handle 13: pfifo_head_drop limit 9
tc qdisc link dev v1 parent 1:13 handle 13:
tc qdisc delete dev v1 parent 1:13
tc class delete dev v1 classid 1:12
tc class delete dev v1 classid 1:1
tc class delete dev v1 classid 1:99
tc qdisc add dev v1 root handle 1: htb
tc qdisc replace dev v1 root handle 2: stab overhead 10 linklayer atm mtu 2048 mpu 64 tsize 256 htb default 1 r2q 20 direct_qlen 7
tc -d qdisc show dev v1
tc -j -d qdisc show dev v1
tc qdisc show dev v1
tc qdisc delete dev v1 root
tc qdisc delete dev v1 root
tc qdisc add dev v1 root handle 3: estimator 1s 8s tbf rate 100gbit burst 100mb/8 limit 200mb peakrate 110gbit mtu 9000
tc -d qdisc show dev v1
tc -s -d qdisc show dev v1
tc qdisc delete dev v1 root handle 3:
tc qdisc add dev v1 ingress
tc qdisc show dev v1
tc -j qdisc show dev v1
tc qdisc show dev v1 ingress
tc qdisc add dev v1 clsact
tc qdisc delete dev v1 ingress
tc qdisc add dev v1 ingress_block 22 egress_block 23 clsact
tc -d qdisc show dev v1
tc -j qdisc show dev v1
tc qdisc show clsact
tc qdisc show dev v1 invisible
tc qdisc delete dev v1 clsact
tc qdisc add
tc qdisc add dev v1
tc qdisc add dev
tc qdisc add dev v1 root
tc qdisc add dev nosuch root pfifo
tc qdisc add dev v1 root nosuch
tc qdisc add dev v1 root nosuch limit 7
tc qdisc add dev v1 root root pfifo
tc qdisc add dev v1 root ingress
tc qdisc add dev v1 dev v2 root pfifo
tc qdisc add dev v1 handle zz: root pfifo
tc qdisc add dev v1 handle 12345: root pfifo
tc qdisc add dev v1 parent 1:zz pfifo
tc qdisc add dev v1 parent 1: parent 2: pfifo
tc qdisc add dev v1 root pfifo limit
tc qdisc add dev v1 root pfifo limit x
tc qdisc add dev v1 root pfifo foo
tc qdisc add dev v1 root htb defualt 10
tc qdisc add dev v1 root htb default zz
tc qdisc add dev v1 root htb r2q
tc qdisc add dev v1 root tbf rate 1mbit
tc qdisc add dev v1 root tbf rate 1mbit burst 10k
tc qdisc add dev v1 root tbf rate 1zbit burst 10k limit 1k
tc qdisc add dev v1 root tbf rate 1mbit burst 10q limit 1k
tc qdisc add dev v1 root tbf rate 1mbit rate 2mbit burst 10k limit 1k
tc qdisc add dev v1 root tbf rate 1mbit burst 10k limit 1k latency 1ms
tc qdisc add dev v1 root tbf rate 1mbit burst 10k limit 1k peakrate 2mbit
tc qdisc add dev v1 root tbf rate 1mbit burst 10k latency 1x
tc qdisc add dev v1 clsact foo
tc qdisc add dev v1 root netem delay 100ms
tc qdisc foo
tc qdisc show foo
tc qdisc show dev nosuch
tc qdisc delete dev v1 parent 7:7
tc class add dev v1
tc class add dev v1 parent 1: classid 1:1 nosuch rate 1
tc class add dev v1 parent 1: classid 1:1 pfifo
tc class add dev v1 parent 1: classid 1:1 htb
tc class add dev v1 parent 1: classid 1:1 htb rate
tc class add dev v1 parent 1: classid 1:1 htb rate x
tc class add dev v1 parent 1: classid 1:1 htb rate 1mbit rate 2mbit
tc class add dev v1 parent 1: classid 1:1 htb rate 1mbit burst x
tc class add dev v1 parent 1: classid 1:1 htb rate 1mbit foo
tc class add dev v1 parent 1: classid 1:1 htb rate 1mbit
tc class add dev v1 parent 1: handle 1:1 htb rate 1mbit
tc class add dev v1 parent 1: classid 1:zz htb rate 1mbit
tc class add dev v1 root root htb rate 1mbit
tc class add dev nosuch parent 1: classid 1:1 htb rate 1mbit
tc class show dev nosuch
tc class show dev v1 foo
tc class foo
tc foo
tc -foo qdisc
`,
  { state: STATE },
)

twins(
  'filters, chains, actions',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
tc qdisc add dev v1 clsact
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip dst 10.0.0.0/8 match ip protocol 6 0xff classid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip src 192.0.2.0/24 match tcp dst 80 0xffff match u8 0x10 0xf0 at 0 match u16 7 0xffff at nexthdr+4 flowid 1:7 skip_hw
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip tos 0x10 0xff match ip sport 53 0xffff
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred egress redirect dev v2 index 7
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred egress mirror dev v2 pipe action mirred ingress redirect dev v2 cookie 0123456789abcdef
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 match mark 5 0xff classid 1:1
tc filter add dev v1 ingress protocol ip pref 10 handle 2: u32 divisor 256
tc filter add dev v1 ingress protocol ip pref 10 u32 ht 2: sample ip dst 10.0.0.7 match ip dst 10.0.0.7 flowid 1:4
tc filter add dev v1 ingress protocol ip pref 10 u32 ht 2:5: match ip dst 10.0.0.7 flowid 1:4
tc filter add dev v1 ingress protocol ip pref 10 u32 ht 800:: match ip src 10.0.0.0/8 link 2: hashkey mask 0x000000ff at 12
tc filter add dev v1 ingress protocol ip pref 10 u32 ht 800:: match ip protocol 6 0xff offset at 0 mask 0x0f00 shift 6 plus 4 eat link 2:
tc filter add dev v1 ingress protocol ip pref 10 u32 match ether dst 02:00:00:00:00:01 classid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 match icmp type 8 0xff classid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip nofrag match ip df flowid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip dst any flowid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 flowid 1:1 indev v1
tc filter add dev v1 ingress protocol ip pref 10 handle 800::7 u32 match u32 0 0 flowid 1:1
tc filter add dev v1 ingress protocol ip pref 10 u32 order 9 match u32 0 0 flowid 1:1
tc filter add dev v1 ingress protocol ipv6 pref 20 u32 match ip6 dst 2001:db8::/33 match ip6 priority 0x10 0xff match ip6 sport 53 0xffff flowid 1:3
tc filter add dev v1 ingress protocol all pref 30 chain 7 bpf bytecode '4,48 0 0 9,21 0 1 6,6 0 0 4294967295,6 0 0 0' flowid 1:1
tc filter add dev v1 ingress protocol ip pref 40 bpf bytecode '1,6 0 0 0' action mirred egress redirect dev v2
tc filter add dev v1 ingress protocol 802.1q pref 50 handle 3 bpf da bytecode '1,6 0 0 0' skip_hw
tc filter add dev v1 egress pref 5 u32 match u32 0 0 flowid 1:1
tc filter add dev v1 egress u32 match u32 0 0 flowid 1:1
tc filter show dev v1 ingress
tc -d filter show dev v1 ingress
tc -s -d filter show dev v1 ingress
tc -r filter show dev v1 ingress
tc -p filter show dev v1 ingress ## out: tc leaves out the keys that it has no name for
tc -o -s filter show dev v1 ingress
tc filter show dev v1 egress
tc filter show dev v1 ingress protocol ipv6
tc filter show dev v1 ingress pref 30
tc filter show dev v1 ingress chain 7
tc filter show dev v1 parent ffff:
tc filter show dev v1
tc filter show
tc filter
tc -c filter show dev v1 egress
tc -j filter show dev v1 egress
tc -j -s filter show dev v1 ingress pref 40
tc -j filter show dev v1 ingress chain 7
tc -j filter show dev v1 ingress pref 20 ## out: tc writes the key match once a match
tc filter get dev v1 ingress protocol ip pref 10 handle 800::800 u32
tc -j filter get dev v1 ingress protocol ip pref 10 handle 800::7 u32
tc filter get dev v1 ingress protocol 802.1q pref 50 handle 3 bpf
tc filter change dev v1 ingress protocol ip pref 10 handle 800::7 u32 match u32 0 0 flowid 1:2
tc filter replace dev v1 ingress protocol ip pref 10 handle 800::8 u32 match u32 0 0 flowid 1:3
tc filter delete dev v1 ingress protocol ip pref 10 handle 800::8 u32
tc filter delete dev v1 ingress protocol ip pref 77
tc filter delete dev v1 ingress pref 20 protocol ipv6
tc filter delete dev v1 egress
tc chain add dev v1 ingress chain 9
tc chain add dev v1 ingress chain 9
tc chain show dev v1 ingress
tc -j chain show dev v1 ingress
tc chain show dev v1
tc chain get dev v1 ingress chain 9
tc chain get dev v1 ingress chain 99
tc chain delete dev v1 ingress chain 9
tc chain delete dev v1 ingress chain 99
tc chain
tc chain foo
tc chain add
tc chain add dev v1 ingress chain x
tc chain add dev v1 ingress chain 8 foo
tc chain add dev v1 ingress chain 8 nosuch foo
tc chain add dev v1 ingress chain 8 u32 foo
tc actions list action mirred
tc -s -d actions list action mirred
tc -j actions list action mirred
tc actions add action mirred egress redirect dev v2 index 70
tc actions add action mirred egress redirect dev v2 index 70
tc actions add action mirred egress mirror dev v2 index 71 action mirred ingress mirror index 72 dev v1 pipe
tc actions get action mirred index 70
tc -j actions get action mirred index 70
tc actions get action mirred index 99
tc actions change action mirred egress mirror dev v1 index 70 cookie abcd
tc actions replace action mirred egress mirror dev v1 index 71 hw_stats disabled
tc actions ls action mirred
tc actions delete action mirred index 70
tc actions delete action mirred index 70
tc actions flush action mirred
tc actions list action gact
tc actions foo
tc actions list ## complaint: our help is our own
tc actions
tc actions get action gact index 99
tc actions get action gact
tc actions add
tc actions add action
tc actions add action foo
tc actions add action drop index 1
tc actions add action drop random foo
tc actions add action drop index x
tc actions add action goto chain x
tc actions add action goto
tc actions add action mirred
tc actions add action mirred foo
tc actions add action mirred egress redirect
tc actions add action mirred egress redirect dev nosuch
tc actions add action vlan push
tc actions add action skbedit
tc actions add action csum foo
tc actions add action csum
tc actions add action nat
tc actions add action tunnel_key set
tc actions add action tunnel_key
tc actions add action police
tc actions flush action gact
tc filter add dev v1 ingress protocol ip pref 10 u32 match
tc filter add dev v1 ingress protocol ip pref 10 u32 match foo
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip foo
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip dst x
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip dst 1.2.3.4/99
tc filter add dev v1 ingress protocol ip pref 10 u32 match u8 0x100 0xff at 0
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 at 1
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action foo
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action drop
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 classid x
tc filter add dev v1 ingress protocol ip pref 10 u32 divisor 3
tc filter add dev v1 ingress protocol ip pref 10 u32 link x
tc filter add dev v1 ingress protocol ip pref 10 u32 ht x
tc filter add dev v1 ingress protocol ip pref 10 u32 foo
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred foo
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred egress redirect
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action mirred egress redirect dev nosuch
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action drop cookie zz
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 action police rate 1mbit
tc filter add dev v1 ingress protocol ip pref 10 u32 match u32 0 0 police rate 1mbit burst 10k drop
tc filter add dev v1 ingress protocol ip pref 10 u32 match ip protocol 1 0xff sample ip dst
tc filter add dev v1 ingress protocol ip pref 10 u32 order x
tc filter add dev v1 ingress protocol ip pref 10 u32 offset at 1
tc filter add dev v1 ingress protocol ip pref 10 bpf
tc filter add dev v1 ingress protocol ip pref 10 bpf foo
tc filter add dev v1 ingress protocol ip pref 10 flower foo
tc filter add dev v1 ingress protocol ip pref 10 flower dst_port 80
tc filter add dev v1 ingress protocol ip pref 10 flower vlan_id 5000
tc filter add dev v1 ingress protocol ip pref 10 flower src_ip x
tc filter add dev v1 ingress protocol ip pref 10 flower ip_proto foo
tc filter add dev v1 ingress protocol ip pref 10 matchall foo
tc filter add dev v1 ingress protocol ip pref 10 matchall
tc filter add dev v1 ingress protocol ip pref 10 fw classid x
tc filter add dev v1 ingress protocol ip pref 10 route from x
tc filter add dev v1 ingress protocol ip pref 10 cgroup foo
tc filter add dev v1 ingress protocol ip pref 10 flow foo
tc filter add dev v1 ingress protocol ip pref 10 nosuch
tc filter add dev v1 ingress protocol ip pref 10 nosuch foo
tc filter add dev v1 ingress protocol ip pref 10 handle 7
tc filter add dev v1 ingress protocol ip pref 10 handle x u32 match u32 0 0
tc filter add dev v1
tc filter add
tc filter add dev nosuch ingress u32 match u32 0 0
tc filter add dev v1 ingress ingress u32
tc filter add dev v1 ingress pref x u32
tc filter add dev v1 ingress protocol foo u32
tc filter add dev v1 ingress chain x u32
tc filter add dev v1 parent zz u32
tc filter add dev v1 block 3 u32
tc filter add block 0 u32
tc filter show foo
tc filter show dev nosuch
tc filter show block 99
tc filter get dev v1
tc filter get dev v1 ingress protocol ip pref 10 u32
tc filter get dev v1 ingress protocol ip pref 99 handle 800::800 u32
tc filter get dev v1 ingress protocol ip handle 1 u32
tc filter get dev v1 ingress pref 1 handle 1 u32
tc filter get dev v1 protocol ip pref 10 handle 1 u32
tc filter foo
tc filter delete dev v1 ingress
tc qdisc delete dev v1 clsact
tc qdisc add dev v1 ingress_block 22 ingress
tc filter add block 22 protocol ip u32 match u32 0 0 classid 1:1
tc filter show block 22
tc filter show dev v1 ingress
tc chain show block 22
tc filter delete block 22
`,
  {
    state: ['tc -j qdisc show dev v1', 'tc -j actions list action mirred'],
    // How long ago.
    plain: text =>
      text.replace(/(installed|used) \d+ sec/g, '$1 N sec').replace(/"(installed|last_used)":\d+/g, '"$1":0'),
  },
)

mkdirSync('/run/tc', { recursive: true })
writeFileSync(
  '/run/tc/classes',
  '# what classes are called\n1:0 all\n1:1 top\n1:10 voice # calls\n0x10011 data\n65554 twelve\n\n   1:13   web\n',
)
writeFileSync('/run/tc/broken', '1:1 top\nfoo bar\n')

twins(
  'shares of a device, and names of classes',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 up
ip link set v2 up
tc qdisc add dev v1 root handle 1: htb default 10
tc class add dev v1 parent 1: classid 1:1 htb rate 10% quantum 3000
tc class add dev v1 parent 1:1 classid 1:10 htb rate 0.5% ceil 50% quantum 3000
tc class add dev v1 parent 1:1 classid 1:11 htb rate 33.3% quantum 3000
tc class add dev v1 parent 1:1 classid 1:12 htb rate 10mbit ceil 100% quantum 3000
tc class show dev v1
tc class add dev v1 parent 1:1 classid 1:13 htb rate 101%
tc class add dev v1 parent 1:1 classid 1:13 htb rate 10%%
tc class add dev v1 parent 1:1 classid 1:13 htb rate x10%
tc class add dev br0 parent 1:1 classid 1:13 htb rate 10%
tc class add dev nosuch parent 1:1 classid 1:13 htb rate 10%
tc class add dev lo parent 1:1 classid 1:13 htb rate 10%
tc class add parent 1:1 classid 1:13 htb rate 10%
tc qdisc add dev v1 parent 1:12 handle 12: tbf rate 1% burst 10kb latency 50ms
tc qdisc add dev v1 parent 1:11 handle 11: tbf rate 1% burst 10kb limit 10kb peakrate 2% mtu 1600
tc qdisc show dev v1
tc filter add dev v1 parent 1: protocol ip u32 match u32 0 0 flowid 1:10
tc filter add dev v1 parent 1: protocol ip pref 7 basic match 'u32(u32 0 0 at 0)' flowid 1:12
tc filter add dev v1 parent 1: protocol ip pref 9 fw classid 1:11
tc -nm -cf /run/tc/classes class show dev v1
tc -names -conf /run/tc/classes qdisc show dev v1
tc -nm -cf /run/tc/classes filter show dev v1
tc -nm -cf /run/tc/classes -j filter show dev v1
tc -nm -cf /run/tc/classes -g class show dev v1
tc -nm -cf /run/tc/classes class show dev v1 qdisc 1:
tc -nm -cf /run/tc/classes class show dev v1 classid 1:10
tc -cf /run/tc/classes class show dev v1
tc -nm class show dev v1
tc -nm -cf /run/tc/nosuch class show dev v1
tc -nm -cf /run/tc/classes class show dev v1 classid voice
tc -br qdisc show dev v1
tc -br class show dev v1
tc -br filter show dev v2
tc -br actions list action gact
tc actions add action mirred egress redirect dev v2 index 5
tc -br actions list action mirred
ip link set v1 down
tc class add dev v1 parent 1:1 classid 1:13 htb rate 10%
`,
  {
    state: ['tc -j -d qdisc'],
    // What the kernel sent by itself when the links came up.
    plain: text => text.replace(/(direct_packets_stat"?:? ?)\d+/g, (_, head: string) => `${head}0`),
  },
)
