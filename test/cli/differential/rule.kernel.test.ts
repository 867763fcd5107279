// Policy rules: every word of `ip rule`, what it prints, and what is wrong with it.
import { twins } from './twins.ts'

const STATE = ['ip -d -j rule', 'ip -6 -d -j rule']

twins(
  'ip rule',
  `
ip rule
ip -j rule
ip -d rule list
ip -6 rule
ip -p -j rule show
ip link add v1 type veth peer name v2
ip rule add from 10.0.0.0/8 table 100
ip rule add from 10.0.0.0/8 table 100 pref 5
ip rule add from 10.0.0.0/8 table 100 pref 5
ip rule add to 10.0.0.0/8 pref 77 table main
ip ru a to 10.1/16 order 78 lookup default
ip rule add not from 10.0.0.1 table 100
ip rule add iif v1 table 100
ip rule add dev nosuch table 100
ip rule add oif nosuch table 100
ip rule add fwmark 0x10/0xff table 100
ip rule add fwmark 16 table 100
ip rule add fwmark 0 table 101
ip rule add tos 10 table 100
ip rule add dsfield 0x10 table 102
ip rule add pref 5 table 100000
ip rule add uidrange 1000-2000 table 100
ip rule add ipproto udp sport 53 dport 1000-2000 table 100
ip rule add ipproto 41 table 7
ip rule add ipproto 200 table 7
ip rule add l3mdev pref 1000
ip rule add tun_id 77 table 100
ip rule add table main suppress_prefixlength 0 suppress_ifgroup 7
ip rule add table main sup_pl 8 sup_group default
ip rule add pref 100 goto 32766
ip rule add pref 101 goto 5000
ip rule add pref 102 nop
ip rule add from 10.0.0.0/8 realms 3/5 table 100
ip rule add from 10.0.0.0/8 realms 4 table 100
ip rule add from 10.0.0.0/8 blackhole
ip rule add from 10.0.0.0/8 type unreachable
ip rule add from 10.0.0.0/8 prohibit
ip rule add from 10.2.0.0/16 nat 192.0.2.9 table 100
ip rule add from 10.0.0.0/8 protocol static table 100
ip rule add not from 10.0.0.0/8 to 11.0.0.0/8 tos 0x10 fwmark 7 iif v1 oif v2 uidrange 1-2 ipproto tcp sport 1-2 dport 3-4 pref 99 table 99 protocol boot
ip rule add from all table 33
ip rule add to default table 34
ip -6 rule add from 2001:db8::/32 to ::/0 iif v1 table 100 suppress_prefixlength 0
ip -6 rule add from 2001:db8::1 table 100
ip -6 rule add from all fwmark 1 table 101
ip rule
ip -d rule
ip -j rule
ip -d -j rule
ip -p -j rule
ip -N rule
ip -c rule
ip -6 rule show
ip -6 -j -d rule
ip rule show from 10.0.0.0/8
ip rule show from 10.0.0.0/16
ip rule show to 10.1.0.0/16
ip rule show 10.0.0.0/8
ip rule show table 100
ip rule list lookup main
ip rule show pref 5
ip rule show not
ip rule show tos 10
ip rule show fwmark 16
ip rule show fwmark 0x10/0xff
ip rule show iif v1
ip rule show oif nosuch
ip rule show l3mdev
ip rule show uidrange 1000-2000
ip rule show ipproto udp
ip rule show sport 53
ip rule show dport 1000-2000
ip rule show tun_id 77
ip -j rule show from 10.0.0.0/8 table 100 proto static
ip rule del pref 77
ip rule del pref 77
ip rule del from 10.0.0.0/8 table 100
ip rule del from 10.9.9.9 table 100
ip rule del iif v1
ip rule del goto 32766
ip rule del blackhole
ip -6 rule del from 2001:db8::1
ip rule flush table 100
ip rule flush protocol boot
ip -6 rule flush
ip rule flush
ip rule
ip -6 rule
ip rule add
ip rule del
ip rule add help
ip rule help
ip rule bogus
ip rule add bogus
ip rule add from
ip rule add from x table 1
ip rule add from 10.0.0.0/33 table 1
ip rule add table nosuch
ip rule add table
ip rule add pref x
ip rule add tos xyz
ip rule add fwmark x
ip rule add fwmark 1/x
ip rule add realms x/y/z
ip rule add protocol nosuch
ip rule add tun_id x
ip rule add suppress_prefixlength x
ip rule add suppress_ifgroup nosuch
ip rule add iif waytoolonganameforit table 1
ip rule add uidrange 5
ip rule add ipproto nosuch
ip rule add sport x
ip rule add dport x
ip rule add goto x
ip rule add pref 100 goto 50
ip rule add l3mdev table 7
ip rule show bogus
ip rule show table nosuch
ip rule show pref x
ip rule show from nosuch
ip rule save x
ip mrule
ip -6 mrule show
ip mrule add iif v1 table 100
`,
  { state: STATE },
)
