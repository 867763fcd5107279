// tc: qdiscs, classes, filters, chains and actions that this kernel has (htb, tbf, fifos, ingress, clsact; u32, bpf),
// and what is wrong with them. The other kinds: test/cli/tc, on what a kernel that has them was told and said.
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
