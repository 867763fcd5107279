// Kinds that Linux has no more: cbq, atm and rsvp (removed in 6.3), rr (in 2.6.28), what is wrong with them, and how what
// an older kernel says of them is shown. It is made here, from the tables: `tc monitor file` reads it from a file.
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { machine } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
import { Writer } from '../../../src/netlink/attribute.ts'
import { beginMessage, endMessage } from '../../../src/netlink/message.ts'
import { rateTable } from '../../../src/ops/tc/psched.ts'
import { classMessage, filterMessage, qdiscMessage } from '../../../src/route/tc/tc.ts'
import { spawn, twins } from './twins.ts'

twins(
  'kinds of traffic control that Linux has no more',
  `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
tc qdisc add dev v1 clsact
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 mpu 64 cell 8 ewma 5
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 allot 1514
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit
tc qdisc add dev v1 root handle 1: cbq avpkt 1000
tc qdisc add dev v1 root handle 1: cbq rate 10mbit avpkt 1000 mpu 64
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 overhead 5 linklayer atm
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 ewma 32
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 ewma 31
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 ewma 0
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 cell 7
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 cell 4
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 cell 16
tc qdisc add dev v1 root handle 1: cbq bandwidth 40gbit avpkt 1000
tc qdisc add dev v1 root handle 1: cbq bandwidth 10zbit avpkt 1000
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt x
tc qdisc add dev v1 root handle 1: cbq foo
tc qdisc add dev v1 root handle 1: cbq
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 cell
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 weight 10
tc qdisc add dev v1 root handle 1: cbq band 10mbit avp 1000
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1kb
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 mpu 1kb
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 allot 2kb
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 1000 cell 1kb
tc qdisc add dev v1 root handle 1: cbq bandwidth 0 avpkt 1000
tc qdisc add dev v1 root handle 1: cbq bandwidth 10mbit avpkt 0
tc qdisc add dev v1 root handle 1: cbq bandwidth 100kbit avpkt 1000 mpu 64
tc qdisc add dev v1 root handle 1: cbq bandwidth 1gbit avpkt 1400 allot 9000 ewma 3
tc class add dev v1 parent 1: classid 1:20 cbq bandwidth 10mbit rate 1mbit maxburst 20 avpkt 1000 minburst 2 bounded isolated allot 1514 weight 100kbit prio 5 cell 8 ewma 5 split 1:0 defmap ff/ff
tc class add dev v1 parent 1: classid 1:20 cbq bandwidth 10mbit rate 1mbit allot 1514 prio 5
tc class add dev v1 parent 1: classid 1:20 cbq rate 1mbit allot 1514 prio 5 avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq rate 1mbit allot 1514 avpkt 1000
tc class change dev v1 parent 1: classid 1:20 cbq rate 1mbit allot 1514 avpkt 1000
tc class replace dev v1 parent 1: classid 1:20 cbq rate 1mbit allot 1514 avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq rate 1mbit avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq rate 1mbit
tc class add dev v1 parent 1: classid 1:20 cbq
tc class change dev v1 classid 1:20 cbq
tc class change dev v1 classid 1:20 cbq prio 3
tc class change dev v1 classid 1:20 cbq prio 3 allot 1000
tc class change dev v1 classid 1:20 cbq weight 3kb allot 1000
tc class change dev v1 classid 1:20 cbq weight 1mbit allot 1000
tc class change dev v1 classid 1:20 cbq prio 9
tc class change dev v1 classid 1:20 cbq prio 8 allot 1514
tc class change dev v1 classid 1:20 cbq prio 0 allot 1514
tc class change dev v1 classid 1:20 cbq prio x
tc class change dev v1 classid 1:20 cbq maxburst 10
tc class change dev v1 classid 1:20 cbq maxburst 10 avpkt 1000
tc class change dev v1 classid 1:20 cbq maxburst 10 avpkt 1000 bandwidth 10mbit
tc class change dev v1 classid 1:20 cbq maxburst 10 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq maxburst 10 avpkt 1000 bandwidth 10mbit rate 10mbit
tc class change dev v1 classid 1:20 cbq maxburst 0 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq maxburst 1 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq maxburst 100 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq maxburst 2 avpkt 1000 bandwidth 10mbit rate 2mbit ewma 3
tc class change dev v1 classid 1:20 cbq minburst 2 avpkt 1000 bandwidth 10mbit rate 2mbit ewma 3
tc class change dev v1 classid 1:20 cbq minburst 1 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq minburst 0 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq minburst 10 avpkt 1000 bandwidth 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq minburst 3 avpkt 500 bandwidth 10mbit rate 3mbit ewma 31
tc class change dev v1 classid 1:20 cbq minburst 3 avpkt 500 bandwidth 10mbit rate 3mbit ewma 0
tc class change dev v1 classid 1:20 cbq minburst 3 avpkt 500 bandwidth 1mbit rate 3mbit
tc class change dev v1 classid 1:20 cbq maxburst 3 avpkt 500 bandwidth 1mbit rate 3mbit
tc class change dev v1 classid 1:20 cbq minidle 100
tc class change dev v1 classid 1:20 cbq minidle x
tc class change dev v1 classid 1:20 cbq bounded
tc class change dev v1 classid 1:20 cbq borrow
tc class change dev v1 classid 1:20 cbq bounded borrow isolated sharing
tc class change dev v1 classid 1:20 cbq isolated
tc class change dev v1 classid 1:20 cbq sharing
tc class change dev v1 classid 1:20 cbq ewma 4
tc class change dev v1 classid 1:20 cbq ewma 32
tc class change dev v1 classid 1:20 cbq avpkt 4
tc class change dev v1 classid 1:20 cbq cell 16 rate 1mbit
tc class change dev v1 classid 1:20 cbq cell 17 rate 1mbit
tc class change dev v1 classid 1:20 cbq rate 1mbit mpu 64 overhead 9 linklayer adsl
tc class change dev v1 classid 1:20 cbq split 1:0
tc class change dev v1 classid 1:20 cbq defmap ff
tc class change dev v1 classid 1:20 cbq defmap ff/
tc class change dev v1 classid 1:20 cbq defmap 0xff/0xf0
tc class change dev v1 classid 1:20 cbq defmap xx
tc class change dev v1 classid 1:20 cbq split 1:0 defmap ff
tc class change dev v1 classid 1:20 cbq split 10 defmap 3f
tc class change dev v1 classid 1:20 cbq split foo:x defmap 3f
tc class change dev v1 classid 1:20 cbq estimator 1sec 8sec rate 1mbit
tc class change dev v1 classid 1:20 estimator 1sec 8sec cbq rate 1mbit
tc class change dev v1 classid 1:20 cbq foo
tc class change dev v1 classid 1:20 cbq max 10 avp 1000 band 10mbit rat 2mbit
tc class change dev v1 classid 1:20 cbq min 2 avp 1000 band 10mbit rate 2mbit
tc class change dev v1 classid 1:20 cbq bou iso
tc class change dev v1 classid 1:20 cbq rate 100gbit
tc class add dev v1 parent 1: classid 1:20 cbq prio 5 rate 1mbit avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq prio 5 rate 1mbit allot 100 avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq prio 5 rate 1mbit allot 10000 avpkt 1000
tc class add dev v1 parent 1: classid 1:20 cbq prio 5 rate 1mbit allot 0
tc class change dev v1 classid 1:20 cbq split 1:0 defmap ff rate 1mbit allot 1514 prio 3 weight 2 bounded ewma 3 minidle 7
tc qdisc add dev v1 root handle 1: prio bands 3 priomap 3
tc qdisc add dev v1 root handle 1: prio bands 3 priomap 2
tc qdisc add dev v1 root handle 1: prio bands 2 priomap 2
tc qdisc add dev v1 root handle 1: prio bands 2 priomap 1
tc qdisc add dev v1 root handle 1: prio priomap 3
tc qdisc add dev v1 root handle 1: prio priomap x
tc qdisc add dev v1 root handle 1: prio priomap 1 x
tc qdisc add dev v1 root handle 1: prio priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1 1
tc qdisc add dev v1 root handle 1: prio multiqueue
tc qdisc add dev v1 root handle 1: prio priomap 1 2 bands 2 ## complaint: tc takes no word behind the bands, and goes on
tc qdisc add dev v1 root handle 1: rr priomap x
tc qdisc add dev v1 root handle 1: rr priomap 1 x
tc qdisc add dev v1 root handle 1: rr priomap 1 multiqueue
tc qdisc add dev v1 root handle 1: rr priomap 1 bands 2 ## complaint: tc takes no word behind the bands, and goes on
tc qdisc add dev v1 root handle 1: rr priomap 300
tc qdisc add dev v1 root handle 1: rr priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1 1
tc qdisc add dev v1 root handle 1: rr multiq
tc qdisc add dev v1 root handle 1: rr ban 2
tc qdisc add dev v1 root handle 1: atm
tc qdisc add dev v1 root handle 1: atm foo ## complaint: the word that is wrong is told, rather than the usage
tc class add dev v1 parent 1: classid 1:2 atm pvc 0.0.100 ## complaint: a class is an ATM socket, which netloom does not open
tc qdisc add dev v1 root handle 1: rr
tc qdisc add dev v1 root handle 1: rr bands 3
tc qdisc add dev v1 root handle 1: rr bands 4 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1
tc qdisc add dev v1 root handle 1: rr bands 2 priomap 1 1 1
tc qdisc add dev v1 root handle 1: rr bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1 multiqueue
tc qdisc add dev v1 root handle 1: rr foo
tc qdisc add dev v1 root handle 1: rr bands x
tc qdisc add dev v1 root handle 1: rr bands 3 priomap x
tc qdisc add dev v1 root handle 1: rr bands 30
tc qdisc add dev v1 root handle 1: prio bands 30
tc qdisc add dev v1 root handle 1: prio bands 2 priomap 1 1 2
tc qdisc add dev v1 root handle 1: rr bands 2 priomap 1 1 2
tc class add dev v1 parent 1: classid 1:2 rr
tc class add dev v1 parent 1: classid 1:2 rr foo
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/80 sender 192.0.2.2/1000 classid 1:1
tc filter add dev v1 ingress protocol ip rsvp
tc filter add dev v1 ingress protocol ip pref 3 handle 0x5 rsvp
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/80
tc filter add dev v1 ingress protocol ip rsvp ipproto udp session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp ipproto 17 session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp ipproto esp session 192.0.2.1/spi/esp 0x1234
tc filter add dev v1 ingress protocol ip rsvp ipproto esp session 192.0.2.1 spi/esp 0x1234
tc filter add dev v1 ingress protocol ip rsvp ipproto ah session 192.0.2.1 spi/ah 100
tc filter add dev v1 ingress protocol ip rsvp ipproto esp session 192.0.2.1 sender 192.0.2.3 spi/esp 7
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u32 0x12345678 mask 0xffff0000 at 4
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u16 0x1234 mask 0xffff at 4
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u16 0x1234 mask 0xffff at 6
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u8 0x12 mask 0xff at 5
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u8 0x12 mask 0xff at 7 sender 10.0.0.1 u8 1 mask 1 at 0
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u8 0x12 at 5
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u32 1 mask 1 at 2
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1 u16 1 mask 1 at 3
tc filter add dev v1 ingress protocol ipv6 rsvp6 ipproto udp session 2001:db8::1/80 sender 2001:db8::2/1000 classid 1:1
tc filter add dev v1 ingress protocol ipv6 rsvp6 ipproto udp session 2001:db8::1 flowlabel 5
tc filter add dev v1 ingress protocol ipv6 rsvp6 ipproto udp session 2001:db8::1 sender 2001:db8::2 flowlabel 0x12345
tc filter add dev v1 ingress protocol ipv6 rsvp ipproto udp session 2001:db8::1
tc filter add dev v1 ingress protocol ip rsvp6 ipproto udp session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp6 ipproto udp session 2001:db8::1
tc filter add dev v1 ingress protocol ip rsvp ipproto foo session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp session foo
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/foo
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/http
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/http
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/70000
tc filter add dev v1 ingress protocol ip rsvp sender foo
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp sender 192.0.2.9/5
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp sender any/5
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session any
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 0.0.0.0/80 sender 0.0.0.0/5
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session default
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 classid 1:1 tunnelid 5
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 classid 1:1 tunnel 5 skip 20
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 tunnel 5 skip 20
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 tunnel 5
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 tunnel x
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 tunnel 300 skip 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 tunnelid 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 flowid 1:1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 classid xx
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 foo
tc filter add dev v1 ingress protocol ip rsvp foo
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 classid 1:1 action drop
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 classid 1:1 action gact pass
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 police rate 1mbit burst 10k classid 1:1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 police rate 1mbit burst 10k drop
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/80 classid 1:1 sender 192.0.2.2
tc filter add dev v1 ingress protocol ip rsvp ipp tcp sess 192.0.2.1/80 send 192.0.2.2/9 classid 1:1
tc filter add dev v1 ingress protocol ip handle 12345 rsvp session 192.0.2.1
tc filter add dev v1 ingress protocol ip handle zz rsvp session 192.0.2.1
tc filter add dev v1 ingress protocol ip handle 1 rsvp session 192.0.2.1
tc filter change dev v1 ingress protocol ip pref 1 handle 0x10 rsvp classid 1:3
tc filter del dev v1 ingress protocol ip pref 1 handle 0x10 rsvp
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 spi/ah 5 ipproto tcp
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/ spi/ah 5
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 spi/esp x
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 flowlabel 5
tc filter add dev v1 ingress protocol ip rsvp session
tc filter add dev v1 ingress protocol ip rsvp ipproto
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 1 mask
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 1 mask zz
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 1 mask 1 at zz
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 1 mask 1 at -4
tc filter add dev v1 ingress protocol ip rsvp ipproto tcp session 192.0.2.1/80 session 192.0.2.2/81
tc filter add dev v1 ingress protocol ip rsvp session any
tc filter add dev v1 ingress protocol ip rsvp session all
tc filter add dev v1 ingress protocol ip rsvp session any/80
tc filter add dev v1 ingress protocol ip rsvp session default/80
tc filter add dev v1 ingress protocol ipv6 rsvp6 session default/80
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/80 spi/ah 5
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/80 u32 5 mask 5 at 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u8 0x12 mask 0xff classid 1:1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12 mask 0xff classid 1:1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 0x12 classid 1:1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12 mask 0xff at 1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12 mask 0xff at 5
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12 mask 0xff at 7
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12345 mask 0xffff at 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u8 0x123 mask 0xff at 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u8 5 mask 0x1ff at 0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u8 5 mask 0xf at -3
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 5 mask 0xf at -3
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u32 0x12 at 8
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 u16 0x12 at 8
tc filter add dev v1 ingress protocol ip rsvp sess 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp ipprot 6
tc filter add dev v1 ingress protocol ip rsvp send 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp class 1:1
tc filter add dev v1 ingress protocol ip rsvp tunneli 1
tc filter add dev v1 ingress protocol ip rsvp tunn 1 skip 2
tc filter add dev v1 ingress protocol ip rsvp tunnel 1 foo 2
tc filter add dev v1 ingress protocol ip rsvp tunnel 1 sk 2
tc filter add dev v1 ingress protocol ip rsvp tunnel 1 skip x
tc filter add dev v1 ingress protocol ip rsvp tunnelid x
tc filter add dev v1 ingress protocol ip rsvp act drop
tc filter add dev v1 ingress protocol ip rsvp sender 192.0.2.1 flowid 1:1 tunnelid 3
tc filter add dev v1 ingress protocol ip rsvp ipproto 300 session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp ipproto TCP session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp ipproto gre session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/0
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1/0x50
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2
tc filter add dev v1 ingress protocol ip rsvp session 10.1
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 spi/ah
tc filter add dev v1 ingress protocol ip rsvp session 192.0.2.1 mask 5
tc filter add dev v1 ingress protocol ip rsvp police rate 1mbit burst 10k drop session 192.0.2.1
tc filter add dev v1 ingress protocol ip rsvp handle 5
`,
)

// ── what older kernels say ─────────────────────────────────────────────────

interface Told {
  readonly what: string
  readonly message: { readonly encode: (w: Writer, body: any) => void }
  readonly type: number
  readonly header: object
  readonly kind: string
  readonly options?: unknown
  readonly more?: object
}

const LINK = 1
const qdisc = (what: string, kind: string, options: unknown, more = {}): Told => {
  const header = { index: LINK, handle: '1:', parent: 'root', references: 2 }
  return { what, message: qdiscMessage, type: qdiscMessage.types.RTM_NEWQDISC, header, kind, options, more }
}
const trafficClass = (what: string, kind: string, options: unknown, more = {}): Told => {
  const header = { index: LINK, handle: '1:20', parent: '1:', leaf: 'none' }
  return { what, message: classMessage, type: classMessage.types.RTM_NEWTCLASS, header, kind, options, more }
}
const filter = (what: string, options: unknown, own: object = {}, kind = 'rsvp'): Told => {
  const header = { index: LINK, handle: 0x12345, parent: '1:', protocol: 'ip', priority: 3, ...own }
  return { what, message: filterMessage, type: filterMessage.types.RTM_NEWTFILTER, header, kind, options }
}

const { spec } = rateTable({ rate: 125_000, cellLog: 3, minimumPacket: 64 })
const sharing = { flags: [], ewmaLog: 5, level: 2, maxIdle: 12_500, averagePacket: 1000 }
const turns = { priority: 8, childPriority: 8, allot: 1500, weight: 1_250_000 }
const queue = { queueLength: 0, backlog: 0, drops: 0, requeues: 0, overlimits: 0 }
const counted = {
  stats2: {
    basic: { bytes: 100n, packets: 2 },
    queue,
    app: { borrows: 3, overactions: 4, averageIdle: 1562, underTime: -15_625 },
  },
}
const cbq = (what: string, options: object, more = {}): Told =>
  trafficClass(what, 'cbq', { linkSharing: sharing, roundRobin: turns, rate: spec, ...options }, more)
const busy = { ...sharing, flags: ['bounded', 'isolated'], minIdle: 819_200, offTime: 228_625, ewmaLog: 3 }

const port = (end: 'dst' | 'src', value: number) =>
  end === 'dst' ? { key: value, mask: 0xffff } : { key: value << 16, mask: 0xffff0000 }
const rsvp = (what: string, packet: object, more: object = {}): Told =>
  filter(what, { dst: '192.0.2.1', packet: { protocol: 6, ...packet }, ...more })

const TOLD: readonly Told[] = [
  qdisc('cbq', 'cbq', { linkSharing: sharing, roundRobin: turns, rate: spec }, counted),
  cbq('all of a class', { linkSharing: busy, filter: { split: '1:', defMap: 255, defChange: 255 } }, counted),
  cbq('bounded', { linkSharing: { ...sharing, flags: ['bounded'] } }),
  cbq('no split', { filter: { split: 'none', defMap: 0 } }),
  cbq('a priority', { roundRobin: { ...turns, priority: 3, weight: 3072 } }),
  cbq('ATM below', { rate: { ...spec, linkLayer: 'atm', overhead: 5 } }),
  trafficClass('no rate', 'cbq', { linkSharing: sharing, roundRobin: turns }),
  trafficClass('nothing', 'cbq', {}),
  qdisc('atm', 'atm', {}),
  trafficClass('a circuit', 'atm', {
    ...{ header: Uint8Array.of(0xaa, 0xaa, 3), excess: '1:3', state: 'CONNECTED' },
    address: { family: 8, interface: 1, vpi: 2, vci: 33 },
  }),
  trafficClass('any circuit', 'atm', { excess: 'none', address: { family: 8, interface: -1, vpi: -1, vci: -1 } }),
  qdisc('rr', 'rr', { bands: 3, priomap: [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] }),
  filter('an address', { dst: '192.0.2.1' }),
  filter('a sender', { classId: '1:1', src: '192.0.2.2' }, { handle: 0 }),
  rsvp('ports', { dst: port('dst', 80), src: port('src', 1000) }, { src: '192.0.2.2', classId: '1:1' }),
  rsvp('ports where they are not', { dst: port('src', 80), src: port('dst', 80) }),
  rsvp('spi', { protocol: 50, dst: { key: 0x1234, mask: 0xffffffff }, src: { key: 5, mask: 0xffffffff, offset: 4 } }),
  rsvp('bytes', { protocol: 200, dst: { key: 0x12345678, mask: 0xfffffff0, offset: -4 } }),
  rsvp('a tunnel', { tunnelHeader: 20, tunnelId: 7 }, { classId: '0:5' }),
  rsvp('an action', {}, { actions: [{ kind: 'gact', options: { parameters: { action: 'drop' } } }] }),
  rsvp('police', {}, { police: { parameters: { action: 'drop', burst: 5000, rate: spec } } }),
  filter(
    'flow labels',
    {
      dst: '2001:db8::1',
      src: '2001:db8::2',
      packet: { dst: { key: 5, mask: 0xfffff, offset: -40 }, src: { key: 0x12345, mask: 0xfffff, offset: -40 } },
    },
    { protocol: 'ipv6' },
    'rsvp6',
  ),
]

function fileOf({ message, type, header, kind, options, more }: Told): string {
  const w = new Writer()
  const at = beginMessage(w, type, 0, 0)
  message.encode(w, { header, attributes: { kind, options, ...more } })
  endMessage(w, at)
  const path = '/run/told'
  writeFileSync(path, Buffer.concat([w.bytes.slice(0, w.length), Buffer.alloc(-w.length & 3)]))
  return path
}

describe('what older kernels say of them', () => {
  it.each(TOLD)('$kind: $what', async told => {
    const file = fileOf(told)
    for (const options of ['', '-d', '-s', '-d -s', '-d -r', '-o -d -s', '-iec -d']) {
      const words = [...options.split(' ').filter(word => word !== ''), 'monitor', 'file', file]
      let out = ''
      const host = { ...machine, out: (text: string) => void (out += text), err: (text: string) => void (out += text) }
      await main(words, 'tc', host)
      expect(out, `with ${options}`).toBe(spawn('tc', words).out)
    }
  })
})
