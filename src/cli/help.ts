// The help of every command, in iproute2's notation, for what is there.
import { CommandError, USAGE } from './errors.ts'
import type { Words } from './words.ts'

/** `%` stands for the program's name. */
const HELP: Readonly<Record<string, string>> = {
  link: `Usage: % link add [ link DEV ] [ name ] NAME [ SETTINGS ] [ index IDX ]
		[ numtxqueues COUNT ] [ numrxqueues COUNT ] type KIND [ OPTIONS ]
       % link set { DEVICE | dev DEVICE | group GROUP } [ SETTINGS ]
		[ name NEWNAME ] [ type KIND OPTIONS ]
       % link delete { DEVICE | dev DEVICE | group GROUP }
       % link [ show [ DEVICE ] [ up ] [ master DEVICE | nomaster ] [ group GROUP ]
		[ type KIND ] [ vrf NAME ] ]
SETTINGS := [ up | down ] [ address LLADDR ] [ broadcast LLADDR ] [ mtu MTU ]
	[ txqueuelen PACKETS ] [ netns { NAME | PATH | PID } ] [ master DEVICE | nomaster ]
	[ vrf NAME ] [ alias TEXT ] [ group GROUP ] [ arp SWITCH ] [ multicast SWITCH ]
	[ allmulticast SWITCH ] [ promisc SWITCH ] [ dynamic SWITCH ] [ carrier SWITCH ]
	[ protodown SWITCH ]
SWITCH := { on | off }
KIND := { veth [ peer name NAME [ SETTINGS ] ] | bridge | bridge_slave | macvlan |
	macvtap | vxlan | vlan | vrf | ifb | dummy | … }
`,
  address: `Usage: % address { add | change | replace } IFADDR dev DEVICE [ LIFETIME ] [ FLAGS ]
       % address delete IFADDR dev DEVICE
       % address flush CHOICE
       % address [ show CHOICE ]
IFADDR := PREFIX | ADDRESS peer PREFIX [ broadcast { ADDRESS | + | - } ]
	[ label LABEL ] [ scope SCOPE ] [ metric METRIC ]
CHOICE := [ [ dev ] DEVICE ] [ up ] [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ]
	[ master DEVICE | nomaster ] [ type KIND ] [ group GROUP ] [ [-]FLAG ]
SCOPE := { host | link | site | global | NUMBER }
LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]
LFT := { forever | SECONDS }
FLAGS := [ nodad ] [ optimistic ] [ home ] [ mngtmpaddr ] [ noprefixroute ] [ autojoin ]
`,
  netns: `Usage: % netns [ list ]
       % netns add NAME
       % netns attach NAME PID
       % [ -all ] netns delete [ NAME ] [ --kill | --force ] [ --wait ]
	[ --rescue { physical | all | none } ] [ --to NETNS ]
       % netns set NAME { auto | ID }
       % netns identify [ PID ]
       % netns pids NAME
       % [ -all ] netns exec [ NAME ] COMMAND …
       % netns monitor
       % netns list-id [ target-nsid ID ] [ nsid ID ]
`,
  bridge: `Usage: % link [ show [ dev DEVICE ] ]
       % link set dev DEVICE [ cost COST ] [ priority PRIO ] [ state STATE ]
		[ { guard | hairpin | fastleave | root_block | learning | flood |
		    mcast_flood | bcast_flood | mcast_to_unicast | neigh_suppress |
		    vlan_tunnel | isolated | locked } { on | off } ]
		[ mcast_router MODE ] [ backup_port DEVICE | nobackup_port ]
`,
  ip: `Usage: % [ OPTIONS ] OBJECT { COMMAND | help }
OBJECT  := { link | address | netns | bridge | brctl }   (l, a, addr, … will do)
OPTIONS := { -j[son] | -p[retty] | -d[etails] | -s[tatistics] | -br[ief] | -o[neline] |
             -4 | -6 | -0 | -f[amily] { inet | inet6 | bridge | link } | -n[etns] NAME |
             -a[ll] | -h[uman-readable] | -iec | -c[olor] | -V[ersion] | --help }
`,
}

const OWN = `
Beyond ip's:
       % demo           plays a whole story in private namespaces: a bridge, a namespace, a ping
                        that fails and why, and the cleaning up. Safe anywhere.
       % --rootless …   the command in namespaces made for it alone, as an ordinary user too
                        (needs util-linux's unshare, and a kernel that permits user namespaces)
       % bridge link …  % brctl show …
Called through a link named ip, bridge or brctl, it behaves as that command.

Examples:
       % netns add ns1
       % link add veth1 type veth peer name veth2 netns ns1
       % link add br0 type bridge
       % link set veth1 master br0 up
       % -n ns1 addr add 192.0.2.11/24 dev veth2
       % -j -p addr show
       % netns exec ns1 ping 192.0.2.10
       % brctl show
`

/** The help of an object, or of all. */
export function helpText(program: string, object = 'ip'): string {
  const text = HELP[object] ?? HELP['ip']!
  const own = object === 'ip' && program === 'netloom' ? OWN : ''
  return (text + own).replaceAll('%', program)
}

/** Thrown for `help`: iproute2 prints it on stderr and exits with 255. */
export const usage = (words: Words, object: string): CommandError =>
  new CommandError(USAGE, helpText(words.all[0] ?? 'netloom', object).trimEnd())
