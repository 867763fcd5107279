// Words that addresses, routes, rules and nexthops share: include/uapi/linux/rtnetlink.h, in iproute2's spelling
// (etc/iproute2/rt_*). Numbers that iproute2 gives no name have the kernel's, in lower case.
import { type WordOf, type Words, words } from '../netlink/words.ts'

/** RT_SCOPE_*: how far away the destination may be. */
const scopes = words('scope (RT_SCOPE_*)', { global: 0, site: 200, link: 253, host: 254, nowhere: 255 })
/** How far away a destination may be, of RT_SCOPE_*. */
export type RouteScope = WordOf<typeof scopes>
export const RT_SCOPE: Words<RouteScope> = scopes

/** RTPROT_*: who made the route. */
const protocols = words('routing protocol (RTPROT_*)', {
  unspec: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  gated: 8,
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  mrouted: 17,
  keepalived: 18,
  babel: 42,
  // Since Linux 6.13 (RTPROT_OVN).
  ovn: 84,
  openr: 99,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
})
/** Who made a route, rule or nexthop, of RTPROT_*. */
export type RoutingProtocol = WordOf<typeof protocols>
export const RTPROT: Words<RoutingProtocol> = protocols

/** RT_TABLE_*: the tables that have a name. */
const tables = words('routing table (RT_TABLE_*)', {
  unspec: 0,
  compat: 252,
  default: 253,
  main: 254,
  local: 255,
})
/** A routing table that has a name, of RT_TABLE_*. */
export type RoutingTable = WordOf<typeof tables>
export const RT_TABLE: Words<RoutingTable> = tables

/** RTN_*: what becomes of a packet. */
const types = words('route type (RTN_*)', {
  unspec: 0,
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
})
/** What becomes of packets that a route takes, of RTN_*. */
export type RouteType = WordOf<typeof types>
export const RTN: Words<RouteType> = types

const nexthopFlag = {
  dead: 1 << 0,
  pervasive: 1 << 1,
  onlink: 1 << 2,
  offload: 1 << 3,
  linkdown: 1 << 4,
  unresolved: 1 << 5,
  trap: 1 << 6,
} as const

/** RTNH_F_*: what the kernel says of a nexthop; `onlink` and `pervasive` are for us to say. */
export const RTNH_F = words('nexthop flag (RTNH_F_*)', nexthopFlag)

/** RTM_F_*, and in the low byte RTNH_F_* of a route's only nexthop. */
export const RTM_F = words('route flag (RTM_F_*)', {
  ...nexthopFlag,
  notify: 0x100,
  cloned: 0x200,
  equalize: 0x400,
  prefix: 0x800,
  lookup_table: 0x1000,
  fib_match: 0x2000,
  rt_offload: 0x4000,
  rt_trap: 0x8000,
  rt_offload_failed: 0x20000000,
})

/** The DSCP in a TOS byte (etc/iproute2/rt_dsfield); 0 stays 0. */
export const DSFIELD = words('DS field', {
  AF11: 0x28,
  AF12: 0x30,
  AF13: 0x38,
  AF21: 0x48,
  AF22: 0x50,
  AF23: 0x58,
  AF31: 0x68,
  AF32: 0x70,
  AF33: 0x78,
  AF41: 0x88,
  AF42: 0x90,
  AF43: 0x98,
  CS1: 0x20,
  CS2: 0x40,
  CS3: 0x60,
  CS4: 0x80,
  CS5: 0xa0,
  CS6: 0xc0,
  CS7: 0xe0,
  EF: 0xb8,
})
