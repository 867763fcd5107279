// What can be listened to: each object's multicast groups and message types (include/uapi/linux/rtnetlink.h:
// enum rtnetlink_groups), and how a notification becomes an event.
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.ts'
import type { DecodeEvent } from '../netlink/subscription.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type Address, addressMessage } from '../route/address.ts'
import { type BridgeVlan, bridgeVlanMessage } from '../route/bridge-vlan.ts'
import { RTNLGRP } from '../route/groups.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { type Mdb, mdbMessage } from '../route/mdb.ts'
import { type Neighbour, neighbourMessage } from '../route/neighbour.ts'
import { type Netconf, netconfMessage } from '../route/netconf.ts'
import { type Nexthop, nexthopMessage } from '../route/nexthop.ts'
import { type Nsid, nsidMessage } from '../route/nsid.ts'
import { type Prefix, prefixMessage } from '../route/prefix.ts'
import { type Route, routeMessage } from '../route/route.ts'
import { type Rule, ruleMessage } from '../route/rule.ts'
import { type Stats, statsMessage } from '../route/stats.ts'
import { type Actions, actionMessage } from '../route/tc/action.ts'
import {
  type Chain,
  chainMessage,
  classMessage,
  type Filter,
  filterMessage,
  type Qdisc,
  qdiscMessage,
  type TrafficClass,
} from '../route/tc/tc.ts'
import { type Tunnel, tunnelMessage } from '../route/tunnel.ts'
import { nearest } from './options.ts'

/** What each object's events carry. */
export interface EventValues {
  link: Link
  /** A port, as its bridge tells of it (family bridge): its options are in `protInfo`. */
  port: Link
  address: Address
  route: Route
  /** Multicast routes (families ipmr, ip6mr). */
  mroute: Route
  rule: Rule
  /** ARP and NDISC. */
  neighbour: Neighbour
  /** The forwarding database of bridges and VXLANs. */
  fdb: Neighbour
  mdb: Mdb
  vlan: BridgeVlan
  /** The VNIs that a VXLAN device with a VNI filter takes. */
  vni: Tunnel
  nexthop: Nexthop
  nsid: Nsid
  qdisc: Qdisc
  class: TrafficClass
  filter: Filter
  chain: Chain
  action: Actions
  netconf: Netconf
  prefix: Prefix
  stats: Stats
}
/** The objects that can be listened to. */
export type EventObject = keyof EventValues

interface Happened<O extends string, V> {
  readonly object: O
  /**
   * `added` where the kernel says that it is new; `changed` where it is different now, or where the kernel does not
   * say (addresses, neighbours, qdiscs: a Mirror knows); `removed` where it is gone.
   */
  readonly action: 'added' | 'changed' | 'removed'
  readonly value: V
  /** The namespace it is in, by its nsid; -1: the one that is listened in. */
  readonly nsid: number
  /** NLM_F_* of the message. */
  readonly flags: number
}
export type Event<O extends EventObject = EventObject> = { [K in O]: Happened<K, EventValues[K]> }[O]
export type LinkEvent = Event<'link'>
export type AddressEvent = Event<'address'>
export type RouteEvent = Event<'route'>
export type NeighbourEvent = Event<'neighbour'>
export type NsidEvent = Event<'nsid'>

interface Source<V> {
  readonly groups: readonly (keyof typeof RTNLGRP)[]
  readonly news: number
  readonly removed: number | undefined
  readonly message: { decode(v: DataView, b: Uint8Array, p: number, end: number): V }
  /** Whether a message of these types is one of this object: several objects share types. */
  mine?(v: DataView, p: number): boolean
  /** Whether the kernel says that it is new; left out: NLM_F_EXCL, which it hands on from the request. */
  isNew?(flags: number, v: DataView, p: number): boolean
}

const AF_BRIDGE = 7
const RTNL_FAMILY_IPMR = 128
const RTNL_FAMILY_IP6MR = 129
const family = (v: DataView, p: number): number => v.getUint8(p)
const ofBridge = (v: DataView, p: number): boolean => family(v, p) === AF_BRIDGE
const ofMulticast = (v: DataView, p: number): boolean =>
  family(v, p) === RTNL_FAMILY_IPMR || family(v, p) === RTNL_FAMILY_IP6MR
const not =
  (test: NonNullable<Source<unknown>['mine']>): NonNullable<Source<unknown>['mine']> =>
  (v, p) =>
    !test(v, p)
const always = (): boolean => true
const never = (): boolean => false
const ifiChange = (v: DataView, p: number): number => v.getUint32(p + 12, true)
const ALL_FLAGS = 0xffffffff

const byExclusive = (flags: number): boolean => (flags & (NLM_F_CREATE | NLM_F_EXCL)) === (NLM_F_CREATE | NLM_F_EXCL)
/** net/ipv4/fib_trie.c: fib_table_insert: a replaced one comes without it. */
const byCreate = (flags: number): boolean => (flags & NLM_F_CREATE) !== 0

const ROUTES = {
  news: routeMessage.types.RTM_NEWROUTE,
  removed: routeMessage.types.RTM_DELROUTE,
  message: routeMessage,
  isNew: byCreate,
}
const NEIGHBOURS = {
  groups: ['NEIGH'],
  news: neighbourMessage.types.RTM_NEWNEIGH,
  removed: neighbourMessage.types.RTM_DELNEIGH,
  message: neighbourMessage,
  isNew: never,
} as const
const LINKS = {
  groups: ['LINK'],
  news: linkMessage.types.RTM_NEWLINK,
  removed: linkMessage.types.RTM_DELLINK,
  message: linkMessage,
} as const

const SOURCES: { readonly [O in EventObject]: Source<EventValues[O]> } = {
  link: {
    ...LINKS,
    // The kernel tells of a port that leaves its bridge by an RTM_DELLINK of family bridge: the link itself stays.
    mine: not(ofBridge),
    isNew: (_, v, p) => ifiChange(v, p) === ALL_FLAGS,
  },
  port: { ...LINKS, mine: ofBridge, isNew: never },
  address: {
    groups: ['IPV4_IFADDR', 'IPV6_IFADDR'],
    news: addressMessage.types.RTM_NEWADDR,
    removed: addressMessage.types.RTM_DELADDR,
    isNew: never,
    message: addressMessage,
  },
  route: {
    ...ROUTES,
    groups: ['IPV4_ROUTE', 'IPV6_ROUTE', 'MPLS_ROUTE'],
    mine: not(ofMulticast),
  },
  mroute: {
    ...ROUTES,
    groups: ['IPV4_MROUTE', 'IPV6_MROUTE'],
    mine: ofMulticast,
  },
  rule: {
    groups: ['IPV4_RULE', 'IPV6_RULE'],
    news: ruleMessage.types.RTM_NEWRULE,
    removed: ruleMessage.types.RTM_DELRULE,
    isNew: always,
    message: ruleMessage,
  },
  neighbour: { ...NEIGHBOURS, mine: not(ofBridge) },
  fdb: { ...NEIGHBOURS, mine: ofBridge },
  mdb: {
    groups: ['MDB'],
    news: mdbMessage.types.RTM_NEWMDB,
    removed: mdbMessage.types.RTM_DELMDB,
    message: mdbMessage,
  },
  vlan: {
    groups: ['BRVLAN'],
    news: bridgeVlanMessage.types.RTM_NEWVLAN,
    removed: bridgeVlanMessage.types.RTM_DELVLAN,
    message: bridgeVlanMessage,
  },
  vni: {
    groups: ['TUNNEL'],
    news: tunnelMessage.types.RTM_NEWTUNNEL,
    removed: tunnelMessage.types.RTM_DELTUNNEL,
    message: tunnelMessage,
  },
  nexthop: {
    groups: ['NEXTHOP'],
    news: nexthopMessage.types.RTM_NEWNEXTHOP,
    removed: nexthopMessage.types.RTM_DELNEXTHOP,
    message: nexthopMessage,
  },
  nsid: {
    groups: ['NSID'],
    news: nsidMessage.types.RTM_NEWNSID,
    removed: nsidMessage.types.RTM_DELNSID,
    isNew: always,
    message: nsidMessage,
  },
  qdisc: {
    groups: ['TC'],
    news: qdiscMessage.types.RTM_NEWQDISC,
    removed: qdiscMessage.types.RTM_DELQDISC,
    message: qdiscMessage,
  },
  class: {
    groups: ['TC'],
    news: classMessage.types.RTM_NEWTCLASS,
    removed: classMessage.types.RTM_DELTCLASS,
    message: classMessage,
  },
  filter: {
    groups: ['TC'],
    news: filterMessage.types.RTM_NEWTFILTER,
    removed: filterMessage.types.RTM_DELTFILTER,
    message: filterMessage,
  },
  chain: {
    groups: ['TC'],
    news: chainMessage.types.RTM_NEWCHAIN,
    removed: chainMessage.types.RTM_DELCHAIN,
    message: chainMessage,
  },
  action: {
    groups: ['TC'],
    news: actionMessage.types.RTM_NEWACTION,
    removed: actionMessage.types.RTM_DELACTION,
    message: actionMessage,
  },
  netconf: {
    groups: ['IPV4_NETCONF', 'IPV6_NETCONF', 'MPLS_NETCONF'],
    news: netconfMessage.types.RTM_NEWNETCONF,
    removed: netconfMessage.types.RTM_DELNETCONF,
    message: netconfMessage,
  },
  prefix: {
    groups: ['IPV6_PREFIX'],
    news: prefixMessage.types.RTM_NEWPREFIX,
    removed: undefined,
    message: prefixMessage,
  },
  stats: {
    groups: ['STATS'],
    news: statsMessage.types.RTM_NEWSTATS,
    removed: undefined,
    message: statsMessage,
  },
}

/** All objects that can be listened to. */
export const EVENT_OBJECTS = Object.keys(SOURCES) as readonly EventObject[]

/** The groups of these objects, and the decoder of what comes from them. Throws InvalidValueError for an unknown one. */
export function eventSource<O extends EventObject>(
  objects: readonly O[],
): { readonly groups: readonly number[]; readonly decode: DecodeEvent<Event<O>> } {
  const byType = new Map<number, { readonly object: O; readonly source: Source<any>; readonly gone: boolean }[]>()
  const groups = new Set<number>()
  for (const object of objects) {
    if (!Object.hasOwn(SOURCES, object)) throw unknown(object)
    const source: Source<any> = SOURCES[object]
    for (const group of source.groups) groups.add(RTNLGRP[group])
    for (const [type, gone] of [
      [source.news, false],
      [source.removed, true],
    ] as const) {
      if (type !== undefined) byType.set(type, [...(byType.get(type) ?? []), { object, source, gone }])
    }
  }
  return {
    groups: [...groups],
    decode(type, v, b, p, end, nsid, flags) {
      const known = byType.get(type)
      if (!known) return undefined
      for (const { object, source, gone } of known) {
        if (source.mine && !source.mine(v, p)) continue
        const isNew = source.isNew ?? byExclusive
        const action = gone ? 'removed' : isNew(flags, v, p) ? 'added' : 'changed'
        return { object, action, value: source.message.decode(v, b, p, end), nsid, flags } as Event<O>
      }
      return undefined
    },
  }
}

function unknown(object: unknown): InvalidValueError {
  const near = nearest(String(object), EVENT_OBJECTS)
  return new InvalidValueError(
    [String(object)],
    `is nothing to subscribe to${near ? `: did you mean '${near}'?` : ''} (there are: ${EVENT_OBJECTS.join(', ')})`,
  )
}
