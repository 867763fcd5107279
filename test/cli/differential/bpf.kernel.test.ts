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
ip link set v1 xdp pinned
ip link set v1 xdp off
ip link set v1 xdpgeneric pinned /run/bpf/xdp
ip link show v1
ip link set v1 xdpgeneric off
tc qdisc add dev v1 clsact
tc filter add dev v1 ingress bpf da object-pinned /run/bpf/classifier
tc filter add dev v1 ingress pref 7 bpf direct-action pinned /run/bpf/classifier skip_hw
tc filter add dev v1 egress bpf fd /run/bpf/classifier classid 1:1
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
ip route add 12.0.0.0/8 encap bpf in object /run/prog.o dev v1 ## complaint: programs are not loaded from ELF objects
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
