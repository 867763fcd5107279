// `ip address`: what can be said of an address, choosing among them, flushing, and the words that are wrong.
import { twins } from './twins.ts'

twins(
  'ip address',
  `
ip link add if0 address 02:00:00:00:00:20 up type ifb
ip link add if1 address 02:00:00:00:00:21 type ifb
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip -echo addr add 192.0.2.1/24 brd + dev if0
ip -echo -j addr add 192.0.2.2/24 dev if0 label if0:two
ip -echo addr del 192.0.2.2/24 dev if0
ip addr add 192.0.2.2/24 brd - dev if0 label if0:two scope link
ip addr add 198.51.100.1/32 peer 203.0.113.1/30 dev if1 metric 77
ip addr add 198.51.100.2 remote 203.0.113.2 dev if1
ip addr add local 198.51.100.3/31 dev if1 broadcast +
ip addr add 10.1/16 dev if1 valid_lft 5000 preferred_lft 4000
ip addr add 2001:db8::1/64 dev if0 nodad home mngtmpaddr
ip addr add 2001:db8::2/64 dev if0 optimistic
ip addr add 2001:db8:1::1 peer 2001:db8:1::2/64 dev if0 nodad
ip addr add 2001:db8:2::1/64 dev if1 nodad noprefixroute metric 9 preferred_lft 0
ip addr add 2001:db8::/64 dev if0 anycast 2001:db8::5
ip addr add 239.1.1.1/32 dev if0 autojoin
ip addr add 10.1.1.1/255.255.255.0 dev if0
ip addr add 10.1.1.1/255.0.255.0 dev if0
ip addr
ip -d addr
ip -4 addr
ip -6 addr
ip -0 addr
ip -B addr
ip -M addr
ip -f inet addr show dev if0
ip -f foo addr
ip -s addr show if0
ip -s -s -j addr show if0
ip -h -s addr show if0
ip -o addr
ip -o -4 addr
ip -br -6 addr
ip -br -c addr
ip -c addr show if0
ip -j -d addr show if1
ip -p -j -4 addr show if1
ip -N addr show if0
ip -r addr show lo
ip addr add 127.0.0.1/8 dev lo
ip -r -4 addr show lo
ip -r -j addr show lo
ip -t addr show if1
ip addr show if0 up
ip addr show down
ip addr show scope host
ip addr show scope 253
ip addr show scope foo
ip addr show to 192.0.2.1
ip addr show to 192.0.2.0/30
ip addr show to 2001:db8::/32
ip addr show to foo
ip addr show label if0:*
ip addr show label *two
ip addr show permanent
ip addr show dynamic
ip addr show secondary
ip addr show primary
ip addr show deprecated
ip addr show tentative
ip addr show -tentative
ip addr show nodad
ip addr show -permanent
ip addr show noprefixroute
ip addr show group default
ip addr show group 9
ip addr show type ifb
ip addr show type nosuch
ip addr show master nosuch
ip addr show nomaster
ip addr show vrf nosuch
ip addr show dev if0 dev if1
ip addr list if0
ip addr lst if0
ip addr sh if0
ip addr change 192.0.2.2/24 dev if0 valid_lft 100 preferred_lft 50
ip addr chg 192.0.2.3/24 dev if0
ip addr replace 192.0.2.3/24 dev if0 noprefixroute
ip addr change 2001:db8::9/64 dev if0
ip addr add 192.0.2.9/24 dev if0 valid_lft 0
ip addr add 192.0.2.9/24 dev if0 valid_lft foo
ip addr add 192.0.2.9/24 dev if0 valid_lft 9 valid_lft 9
ip addr add 192.0.2.9/24 dev if0 preferred_lft forever
ip addr add 192.0.2.10/24 dev if0 metric foo
ip addr add 192.0.2.11/24 dev if0 label x:1
ip addr add 192.0.2.10/24 dev if0 brd 2001:db8::1
ip addr add 192.0.2.10/24 dev if0 brd foo
ip addr add 192.0.2.10/24 peer 2001:db8::1 dev if0
ip addr add 192.0.2.10/24 dev if0 autojoin
ip addr add 192.0.2.10/24 2001:db8::1 dev if0
ip addr add 192.0.2.10/24 dev
ip addr del 192.0.2.3 dev if0
ip addr del 192.0.2.99/24 dev if0
ip addr del 2001:db8::2/64 dev if0
ip addr del 192.0.2.1/24 dev nosuch
ip addr flush scope link dev if0
ip addr flush dev if1 to 198.51.100.0/24
ip addr flush if0 label if0:two
ip -4 addr flush dev if1
ip -s -l 3 addr flush dev if0 dynamic
ip -s addr flush dev nosuch
ip -0 addr flush dev if0
ip -s -s addr flush dev if1
ip addr flush dynamic
ip addr
`,
)
