// The smaller objects of `ip` in twin namespaces: neighbour tables, netconf, multicast addresses, address labels, tokens,
// statistics; wrong input included.
import { twins } from './twins.ts'

const SETUP = `
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 up
ip link set v2 up
ip link set br0 up
ip link set v2 master br0
ip addr add 192.0.2.1/24 dev v1`

/** The kernel draws reachable times by lot, and counts for the whole machine. */
const table = (text: string): string =>
  text
    .replace(/\b(refcnt|reachable|entries|allocs|destroys|hash_grows|res_failed|lookups|hits) \d+/g, '$1 N')
    .replace(/\b(last_flush|last_rand) \S+ \S+|\b(hash_rnd|hash_mask|\w+_gc_runs) \w+/g, '$1$2 N')
    .replace(
      /"(refcnt|reachable|entries|allocs|destroys|hash_grows|res_failed|lookups|hits|\w+_runs)": ?\d+/g,
      '"$1":N',
    )
    .replace(/"(last_flush|last_rand|hash_rnd|hash_mask)":("[^"]*"|\d+)/g, '"$1":N')
    .replace(/:N/g, ':0')

twins(
  'neighbour tables',
  `${SETUP}
ip ntable
ip ntbl show dev v1
ip -j ntable
ip -p -j ntable show dev v1
ip -s ntable show name arp_cache
ip -s -j ntable show name ndisc_cache
ip -s ntable show name arp_cache dev none
ip -o ntable show dev v1
ip -c ntable show dev lo
ip -4 ntable show dev v1
ip -6 ntable
ip ntable show name nosuch
ip ntable change name arp_cache dev v1 retrans 1200
ip ntable ch name arp_cache dev v1 base_reachable 20000 gc_stale 50000 delay_probe 4000 queue 50 app_probes 1
ip ntable change name arp_cache dev v1 ucast_probes 2 mcast_probes 4 anycast_delay 500 proxy_delay 700 proxy_queue 60
ip ntable change name arp_cache dev v1 locktime 0x320
ip -6 ntable change name ndisc_cache dev v1 retrans 2000
ip ntable change name arp_cache queue 77
ip ntable change name arp_cache thresh1 100
ip ntable change name arp_cache gc_int 20000
ip ntable show dev v1
ip ntable show dev none
ip ntable change name nosuch dev v1 retrans 1200
ip ntable change name ndisc_cache dev v1 retrans 5
ip ntable change
ip ntable change name arp_cache
ip ntable change name arp_cache dev v1
ip ntable change name arp_cache dev nosuch retrans 100
ip ntable change name arp_cache dev v1 retrans abc
ip ntable change name arp_cache dev v1 queue -1
ip ntable change name arp_cache dev v1 bogus 1
ip ntable change name arp_cache name x
ip ntable change name
ip ntable show dev nosuch
ip ntable show foo
ip ntable foo
`,
  { state: ['ip -j ntable'], plain: table },
)

twins(
  'netconf',
  `${SETUP}
ip netconf
ip -j netconf
ip netconf show
ip netconf list dev v1
ip -j -p netconf show dev v1
ip -4 netconf
ip -6 -j netconf
ip -4 netconf show dev v1
ip -6 netconf show dev v1
ip -6 -j netconf show dev v1 ## out: ip prints text where JSON was asked for
ip -M netconf
ip -c netconf show dev lo
ip netconf show dev nosuch
ip netconf show dev
ip netconf foo
`,
)

twins(
  'multicast addresses',
  `${SETUP}
ip maddr
ip -j maddr
ip maddress show dev v1
ip -j -p maddr show v1
ip -4 maddr
ip -6 maddr show dev v1
ip -0 maddr
ip -o maddr
ip -c maddr show dev v1
ip maddr show dev nosuch
ip maddr add 33:33:00:00:00:aa dev v1
ip maddr add 33:33:00:00:00:aa dev v1
ip maddr add address 33:33:00:00:00:ab dev v1
ip -0 maddr show dev v1
ip -j maddr show dev v1
ip maddr del 33:33:00:00:00:aa dev v1
ip maddr del 33:33:00:00:00:aa dev v1
ip maddr delete 33:33:00:00:00:ab dev v1
ip maddr add 33:33:00:00:00:aa
ip maddr add 33:33:00:00:00:aa dev nosuch
ip maddr add 33:33:00:00:00:aa dev v1 dev v2
ip maddr add 33:33:00:00:00:aa 33:33:00:00:00:ab dev v1
ip maddr add 33:33:00 dev v1
ip maddr add 33:33:00:00:00:aa dev
ip maddr show dev v1 v2
ip maddr foo
ip m
`,
  { state: ['ip -j maddr'] },
)

twins(
  'address labels',
  `${SETUP}
ip addrlabel
ip -j addrlabel
ip addrlabel add prefix 2001:db8::/32 label 99
ip addrlabel add prefix 2001:db8::/32 label 99
ip addrl a prefix 2001:db8:1::/48 dev v1 label 5
ip addrlabel list
ip -j -p addrlabel show
ip -c addrlabel
ip -6 addrlabel
ip -4 addrlabel
ip addrlabel del prefix 2001:db8::/32 label 99
ip addrlabel del prefix 2001:db8::/32 label 99
ip addrlabel del prefix 2001:db8:1::/48 dev v1 label 1
ip addrlabel del prefix 2001:db8:1::/48
ip addrlabel add
ip addrlabel add prefix foo label 1
ip addrlabel add prefix 2001:db8::/32
ip addrlabel add prefix 2001::/16 label abc
ip addrlabel add prefix 2001::/16 label 4294967295
ip addrlabel add prefix 2001::/16 dev nosuch label 1
ip addrlabel add prefix
ip addrlabel list foo
ip addrlabel flush foo
ip addrlabel foo
ip addrlabel flush
ip addrlabel
`,
  { state: ['ip -j addrlabel'] },
)

twins(
  'tokens',
  `${SETUP}
ip token
ip -j token
ip token get dev v1
ip token get
ip token list dev v2
ip -c token
ip token set ::53 dev v1
ip token set ::54/64 dev br0
ip token add ::55 dev v2
ip token
ip token set 2001:db8::1 dev v1
ip token del dev v1
ip token set ::53
ip token set
ip token set dev v1
ip token set foo dev v1
ip token set 1.2.3.4 dev v1
ip token set ::53 dev nosuch
ip token list dev nosuch
ip token del
ip token foo
ip token
`,
  { state: ['ip -j token'] },
)

const counted = (text: string): string =>
  text
    .replace(/^( {8,}(?:RX errors|TX errors)?) *\d[\d ]*$/gm, 'N')
    .replace(/\\ {8,}\d[\d ]*(?=\\)/g, '\\N')
    .replace(/"(bytes|packets|dropped|multicast)": ?\d+/g, '"$1":N')

twins(
  'statistics',
  `${SETUP}
ip stats
ip stats show
ip -j stats show
ip -j -p stats show dev v1
ip stats show dev v1 group link
ip -d stats show dev v1 group link
ip -s -j stats show dev v1 group link
ip -o stats show dev v1 group link
ip -o stats show group afstats
ip -c stats show dev v1 group link
ip stats show dev v1 group offload
ip -j stats show dev v1 group offload subgroup l3_stats
ip stats show dev v1 group offload subgroup hw_stats_info
ip stats show group offload subgroup cpu_hit
ip stats show dev br0 group xstats
ip -j stats show dev br0 group xstats subgroup bridge
ip stats show dev br0 group xstats subgroup bridge suite mcast
ip stats show dev v2 group xstats_slave subgroup bridge suite stp
ip -j stats show dev v2 group xstats_slave subgroup bridge
ip stats show dev v2 group xstats_slave subgroup bond suite 802.3ad
ip stats show group link group afstats
ip stats show group afstats dev lo group link group link
ip stats show group xstats subgroup bridge suite mcast suite stp dev br0
ip -j stats show group afstats subgroup mpls
ip stats set dev v1 l3_stats on
ip stats show dev v1 group offload
ip -j stats show dev v1 group offload
ip stats set dev v1 l3_stats on
ip stats set dev v1 l3_stats off
ip stats set dev v1 l3_stats off
ip stats set
ip stats set dev v1
ip stats set l3_stats on
ip stats set dev v1 l3_stats foo
ip stats set dev v1 l3_stats on l3_stats off
ip stats set dev nosuch l3_stats on
ip stats set dev v1 bogus
ip stats show dev nosuch
ip stats show foo
ip stats show group foo
ip stats show group link subgroup foo
ip stats show group xstats subgroup nosuch
ip stats show group xstats subgroup bridge suite nosuch
ip stats show subgroup mcast
ip stats show group xstats suite mcast
ip stats show dev v1 dev v2
ip stats show dev thisnameistoolongforlinux
ip stats show group
ip stats foo
ip stats sh
`,
  { state: ['ip -j stats show group offload subgroup hw_stats_info'], plain: counted },
)
