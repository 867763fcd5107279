// What the mirror holds of a namespace: each kind of object, what makes two of them one, which of their values change
// without a word, and how they are dumped.
import type { ListRequest } from '../netlink/request.ts'
import type { Message } from '../netlink/table.ts'
import { listOf } from '../ops/shapes.ts'
import { type Address, addressMessage } from '../route/address.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { type Neighbour, neighbourMessage } from '../route/neighbour.ts'
import { type Nexthop, nexthopMessage } from '../route/nexthop.ts'
import { type Route, routeMessage } from '../route/route.ts'
import { type Rule, ruleMessage } from '../route/rule.ts'
import type { Kind } from './table.ts'

/** The objects of a namespace, by the words that events have for them. */
export interface Mirrored {
  link: Link
  address: Address
  route: Route
  neighbour: Neighbour
  rule: Rule
  nexthop: Nexthop
}
export type MirroredObject = keyof Mirrored

/** The tables of a namespace: routes have one a family, because they are dumped so. */
export interface Tables {
  link: Link
  address: Address
  'route inet': Route
  'route inet6': Route
  neighbour: Neighbour
  rule: Rule
  nexthop: Nexthop
}
export type TableName = keyof Tables

const set = (...keys: string[]): ReadonlySet<string> => new Set(keys)

/** Only of the moment (`change`, `event`, the ids of a move), counters, and timers of bridges. */
const LINK_VOLATILE = set(
  ...['change', 'event', 'newNetnsId', 'newIndex', 'extMask', 'numVf'],
  ...['carrierChanges', 'carrierUpCount', 'carrierDownCount', 'promiscuity', 'allmulti'],
  ...['helloTimer', 'tcnTimer', 'topologyChangeTimer', 'gcTimer', 'topologyChange', 'topologyChangeDetected'],
  ...['messageAgeTimer', 'forwardDelayTimer', 'holdTimer', 'topologyChangeAck', 'configPending'],
  ...['fdbLearned', 'mcastQuerierState', 'mcastGroups', 'mcastEhtHostsCount', 'statistics'],
)

const ROUTE: Pick<Kind<Route>, 'group' | 'volatile' | 'state'> = {
  group: ({ table, dst = '', dstLength, src = '', srcLength, tos, priority = 0 }) =>
    `${table} ${dst}/${dstLength} ${src}/${srcLength} ${tos} ${priority}`,
  volatile: set('cacheInfo', 'expires'),
  state: set('flags'),
}

/** How a kind is held, and dumped. */
export interface Held<V extends object> extends Kind<V> {
  readonly object: MirroredObject
  readonly dump: ListRequest<V>
  /** Left out: all of that object. */
  mine?(value: V): boolean
}

const dump = <M extends Message<any, any, any>>(
  message: M,
  what: string,
  get: number,
  told: number,
  body: Parameters<M['encode']>[1],
): ListRequest<ReturnType<M['decode']>> =>
  listOf(message, [message, told], { op: `${what}.list`, what: `list ${what}s`, type: get, body: () => body })

const { RTM_GETROUTE, RTM_NEWROUTE } = routeMessage.types
const routes = (family: 'inet' | 'inet6'): Held<Route> => ({
  ...ROUTE,
  object: 'route',
  ...(family === 'inet6' && { merges: true as const }),
  mine: route => route.family === family && !route.flags.includes('cloned'),
  dump: dump(routeMessage, 'route', RTM_GETROUTE, RTM_NEWROUTE, { header: { family } }),
})

/**
 * What the kernel does not tell of neighbours: that it has begun to ask for one (incomplete), those that it makes
 * itself for multicast and broadcast (noarp), and that a stale one is used again (delay). The first two are left out.
 */
const UNTOLD: ReadonlySet<unknown> = new Set(['incomplete', 'noarp'])
const isTold = ({ family, state, flags }: Neighbour): boolean =>
  (family === 'inet' || family === 'inet6') &&
  state.length > 0 &&
  !state.some(word => UNTOLD.has(word)) &&
  !flags.includes('proxy')

export const HELD: { readonly [T in TableName]: Held<Tables[T]> } = {
  link: {
    object: 'link',
    group: ({ index }) => String(index),
    volatile: LINK_VOLATILE,
    state: set(),
    dump: dump(linkMessage, 'link', linkMessage.types.RTM_GETLINK, linkMessage.types.RTM_NEWLINK, {
      header: { family: 'packet' },
      attributes: { extMask: ['skip_stats'] },
    }),
  },
  address: {
    object: 'address',
    group: ({ index, family, local = '', address = '', prefixLength }) =>
      `${index} ${family} ${local} ${address}/${prefixLength}`,
    volatile: set('cacheInfo'),
    state: set(),
    dump: dump(addressMessage, 'address', addressMessage.types.RTM_GETADDR, addressMessage.types.RTM_NEWADDR, {}),
  },
  'route inet': routes('inet'),
  'route inet6': routes('inet6'),
  neighbour: {
    object: 'neighbour',
    group: ({ index, dst = '' }) => `${index} ${dst}`,
    volatile: set('cacheInfo', 'probes'),
    state: set(),
    mine: isTold,
    dump: dump(
      neighbourMessage,
      'neighbour',
      neighbourMessage.types.RTM_GETNEIGH,
      neighbourMessage.types.RTM_NEWNEIGH,
      {},
    ),
  },
  rule: {
    object: 'rule',
    group: ({ family, priority = 0 }) => `${family} ${priority}`,
    volatile: set(),
    state: set('flags'),
    repeats: true,
    mine: ({ family }) => family === 'inet' || family === 'inet6',
    dump: dump(ruleMessage, 'rule', ruleMessage.types.RTM_GETRULE, ruleMessage.types.RTM_NEWRULE, {}),
  },
  nexthop: {
    object: 'nexthop',
    group: ({ id }) => String(id),
    volatile: set('groupStats', 'idleTime', 'unbalancedTime', 'hwStatsUsed'),
    state: set(),
    dump: dump(nexthopMessage, 'nexthop', nexthopMessage.types.RTM_GETNEXTHOP, nexthopMessage.types.RTM_NEWNEXTHOP, {}),
  },
}
export const TABLE_NAMES = Object.keys(HELD) as readonly TableName[]
