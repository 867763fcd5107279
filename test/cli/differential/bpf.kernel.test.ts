// Pinned BPF programs in twin namespaces: at a device, as filters, in routes.
import { mountBpf, PROGRAM_TYPES, pinProgram } from '../../bpf.ts'
import { twins } from './twins.ts'

mountBpf('/run/bpf')
for (const type of Object.keys(PROGRAM_TYPES) as (keyof typeof PROGRAM_TYPES)[]) pinProgram(type, `/run/bpf/${type}`)

twins(
  'pinned BPF programs',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link set v1 up
ip link set v2 up
ip addr add 192.0.2.1/24 dev v1
ip link set v1 xdp pinned /run/bpf/xdp
ip link show v1
ip -d link show v1
ip -j -d link show v1
ip -j link show v1
ip -br link show v1
ip link set v1 xdp object-pinned /run/bpf/xdp
ip -force link set v1 xdp fd /run/bpf/xdp
ip link set v1 xdp pinned /run/bpf/nosuch
ip -force link set v1 xdp pinned /run/bpf/xdp verbose mtu 1400
ip -force link set v1 xdp pinned /run/bpf/xdp sec foo program bar mtu 1500
ip link set v1 xdp pinned
ip link set v1 xdp off
ip link set v1 xdpgeneric pinned /run/bpf/xdp
ip link show v1
ip link set v1 xdpgeneric off
tc qdisc add dev v1 clsact
tc filter add dev v1 ingress bpf da object-pinned /run/bpf/classifier
tc filter add dev v1 ingress pref 7 bpf direct-action pinned /run/bpf/classifier skip_hw
tc filter add dev v1 egress bpf fd /run/bpf/classifier classid 1:1
tc filter add dev v1 egress bpf pinned /run/bpf/classifier section foo verb classid 1:1
tc filter show dev v1 ingress
tc -d filter show dev v1 ingress
tc -j filter show dev v1 ingress
tc -d -j filter show dev v1 egress
tc filter show dev v1 egress
tc filter add dev v1 ingress bpf da object-pinned /run/bpf/nosuch
tc filter add dev v1 ingress bpf da object-pinned /run/bpf/xdp
tc filter add dev v1 ingress bpf da object-pinned /etc/passwd
tc filter add dev v1 ingress bpf da object-pinned
tc filter del dev v1 ingress
ip route add 10.0.0.0/8 encap bpf in pinned /run/bpf/lwtIn headroom 14 dev v1
ip route add 10.1.0.0/16 encap bpf in pinned /run/bpf/lwtIn out pinned /run/bpf/lwtOut xmit pinned /run/bpf/lwtXmit headroom 14 dev v1
ip route add 10.2.0.0/16 encap bpf out object-pinned /run/bpf/lwtOut dev v1
ip route add 10.3.0.0/16 encap bpf xmit fd /run/bpf/lwtXmit dev v1
ip route
ip -j route
ip -d route show 10.1.0.0/16
ip route add 12.0.0.0/8 encap bpf out pinned /run/bpf/nosuch dev v1
ip route add 12.0.0.0/8 encap bpf foo dev v1
ip route add 12.0.0.0/8 encap bpf dev v1
ip route add 12.0.0.0/8 encap bpf xmit pinned /run/bpf/lwtXmit headroom 300 dev v1
ip route add 12.0.0.0/8 encap bpf in pinned /run/bpf/lwtIn headroom 0 dev v1
ip route add 12.0.0.0/8 encap bpf in pinned /run/bpf/lwtOut dev v1
ip route add 12.0.0.0/8 encap bpf in wrong /run/bpf/lwtOut dev v1
ip -6 route add 2001:db8::/32 encap seg6local action End.BPF endpoint pinned /run/bpf/lwtSeg6local dev v1
ip -6 route show 2001:db8::/32
ip -6 -j route show 2001:db8::/32
ip nexthop add id 7 encap bpf out pinned /run/bpf/lwtOut dev v1
ip nexthop
`,
  {
    state: ['ip -d -j addr', 'ip -j route'],
    plain: text => text.replace(/(load_time"?:? ?)\d+/g, (_, head: string) => `${head}0`),
  },
)

// `tc -n` has a /sys of its own, without what is mounted under it here.
process.env['TC_BPF_MNT'] = '/run/objects'
mountBpf(process.env['TC_BPF_MNT'])

twins(
  'BPF programs of ELF objects',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link set v1 up
ip link set v2 up
ip addr add 192.0.2.1/24 dev v1
ip link set v1 xdp obj fixtures/bpf/xdp.o
ip -d link show v1
ip -j -d link show v1
ip link set v1 xdp obj fixtures/bpf/xdp.o sec xdp
ip -force link set v1 xdp object fixtures/bpf/xdp.o section xdp
ip link show v1
ip link set dev v1 xdp off
ip link set dev v1 xdpgeneric object-file fixtures/bpf/xdp.o sec xdp.frags mtu 1400
ip -d link show v1
ip link set dev v1 xdpgeneric off
ip link set dev v1 xdpdrv obj fixtures/bpf/xdp.o program drop
ip -j -d link show v1
ip link set dev v1 xdpdrv off
ip link set dev v1 xdp obj fixtures/bpf/filter.o sec drop
ip -d link show v1
ip link set dev v1 xdp off
ip link set dev v1 xdp obj fixtures/bpf/kinds.o sec xdp
ip -d link show v1
ip link set dev v1 xdp off
ip link set dev v1 xdp obj fixtures/bpf/xdp.o sec nosuch
ip link set dev v1 xdp obj fixtures/bpf/xdp.o program nosuch
ip link set dev v1 xdp obj fixtures/bpf/xdp.o garbage
ip link set dev v1 xdp obj
ip link set dev v1 xdp obj fixtures/bpf/xdp.o sec
ip link set dev v1 xdp obj fixtures/bpf/nosuch.o ## complaint: it says what is wrong with the file
ip link set dev v1 xdp obj fixtures/bpf/xdp.c ## complaint: it says what is wrong with the file
ip link set dev v1 xdpoffload obj fixtures/bpf/xdp.o ## complaint: it names the file
tc qdisc add dev v1 clsact
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o
tc filter add dev v1 ingress pref 7 bpf direct-action object-file fixtures/bpf/filter.o section drop skip_hw
tc filter add dev v1 ingress pref 8 bpf obj fixtures/bpf/filter.o sec each classid 1:1
tc filter add dev v1 egress bpf da obj fixtures/bpf/filter.o program drop_all
tc filter add dev v1 egress bpf da obj fixtures/bpf/filter.o sec classifier program drop_all
tc filter add dev v1 egress pref 9 bpf obj fixtures/bpf/filter.o sec action da
tc filter show dev v1 ingress
tc -d filter show dev v1 ingress
tc -j filter show dev v1 egress
tc -d -j filter show dev v1 egress
tc filter replace dev v1 egress pref 9 protocol all bpf obj fixtures/bpf/filter.o sec drop da
tc filter show dev v1 egress
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o sec nosuch
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o program nosuch
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o program count
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o sec .text
tc filter add dev v1 ingress bpf da obj fixtures/bpf/filter.o garbage
tc filter add dev v1 ingress bpf da obj
tc filter add dev v1 ingress bpf da obj fixtures/bpf/nosuch.o ## complaint: it says what is wrong with the file
tc filter add dev v1 ingress bpf da obj fixtures/bpf/refused.o sec verifier ## complaint: it names the file
tc filter del dev v1 ingress
tc filter del dev v1 egress
tc filter add dev v1 ingress pref 1 bpf run obj fixtures/bpf/filter.o
tc filter add dev v1 ingress pref 2 bpf da run object-f fixtures/bpf/filter.o s drop skip_hw
tc filter add dev v1 ingress pref 3 bpf run bytecode '1,6 0 0 0' classid 1:1
tc filter add dev v1 ingress pref 4 bpf bc '1,6 0 0 0'
tc filter add dev v1 ingress pref 5 bpf r obj fixtures/bpf/filter.o
tc filter show dev v1 ingress
tc filter add dev v1 ingress bpf run obj fixtures/bpf/filter.o run obj fixtures/bpf/filter.o
tc filter add dev v1 ingress bpf obj fixtures/bpf/filter.o obj fixtures/bpf/filter.o
tc filter add dev v1 ingress bpf bytecode '1,6 0 0 0' obj fixtures/bpf/filter.o
tc filter add dev v1 ingress bpf run
tc filter add dev v1 ingress bpf run foo
tc filter add dev v1 ingress bpf da foo
tc filter del dev v1 ingress
tc action add action bpf obj fixtures/bpf/filter.o
tc action add action bpf run obj fixtures/bpf/filter.o sec drop
tc action add action bpf obj fixtures/bpf/filter.o sec nosuch
tc action add action bpf foo
tc action add action bpf run foo
ip route add 10.0.0.0/8 encap bpf in obj fixtures/bpf/route.o headroom 14 dev v1
ip route add 10.1.0.0/16 encap bpf in obj fixtures/bpf/route.o out obj fixtures/bpf/route.o sec drop xmit obj fixtures/bpf/route.o program ok headroom 14 dev v1
ip route add 10.2.0.0/16 encap bpf xmit obj fixtures/bpf/route.o section drop via 192.0.2.2
ip route
ip -j route
ip route add 12.0.0.0/8 encap bpf out obj fixtures/bpf/route.o sec nosuch dev v1
ip -6 route add 2001:db8::/32 encap seg6local action End.BPF endpoint obj fixtures/bpf/route.o dev v1
ip -6 route show 2001:db8::/32
`,
  {
    state: ['ip -d -j addr', 'ip -j route', 'tc -j filter show dev v1 ingress', 'tc -j filter show dev v1 egress'],
    plain: text => text.replace(/((?:load_time|btf_id|\bid|xdp)"?:? ?"?)\d+/g, (_, head: string) => `${head}0`),
  },
)
