// Requests about routes: `ip route add | append | prepend | change | replace | delete | test | get | show` as values.
// No I/O: a connection runs them.
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request, Resolved } from '../netlink/request.ts'
import { type AttributesInput, InvalidValueError } from '../netlink/table.ts'
import { valueWord, type Words, wordValue } from '../netlink/words.ts'
import {
  type METRICS,
  type ROUTE,
  type Route,
  type RouteNexthop,
  type RouteNexthopInput,
  routeMessage,
  rtmsg,
} from '../route/route.ts'
import { RT_TABLE, RTN, RTPROT } from '../route/routing-words.ts'
import type { Via } from '../route/via.ts'
import { encapAttributes, type RouteEncap } from './encap.ts'
import { familyOf, inetFamily, parsePrefix } from './inet.ts'
import { checkKeys } from './options.ts'
import { Parts, type Pending, type Writers, writeOptions } from './parts.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { changeOf, getOf, listOf } from './shapes.ts'
import { narrow, type RouteTable } from './table.ts'

/** The families whose routes can be changed. */
export type RouteFamily = 'inet' | 'inet6' | 'mpls'
/** Realms that traffic control looks at: from where the packet comes, to where it goes. */
export interface Realms {
  readonly to?: number
  readonly from?: number
}

/** One way to go: `via ADDRESS dev DEV …`. */
interface Way {
  /** The router's address; of another family than the route's (IPv4 by way of an IPv6 router) it is sent as RTA_VIA. */
  readonly via?: string | Via | undefined
  /** The link it goes out on. */
  readonly dev?: LinkReference | undefined
  /** The router is on that link, whatever its addresses say. */
  readonly onlink?: boolean | undefined
  readonly pervasive?: boolean | undefined
  readonly realms?: Realms | undefined
  /** What the packets are wrapped in. */
  readonly encap?: RouteEncap | undefined
  /** MPLS: the labels that take the place of the one that matched, `200/300`. */
  readonly as?: string | undefined
}

/** One way of several: `nexthop via ADDRESS dev DEV weight N`. */
export interface RouteHop extends Way {
  /** What share of the packets takes it, 1 to 256; 1 where it is left out. */
  readonly weight?: number | undefined
}

export interface RouteAdd extends Way {
  /** Where it leads: `10.0.0.0/8`, an address alone (one host), `default`; in the MPLS family a label. */
  readonly dst: string
  /** Needed where nothing else tells it: for `default` without an address beside it (else IPv4), and for MPLS. */
  readonly family?: RouteFamily | undefined
  /** Left out: unicast. `blackhole`, `unreachable` and `prohibit` refuse, `throw` looks on in other tables. */
  readonly type?: Route['type'] | undefined
  /** Only for packets from here (IPv6). */
  readonly from?: string | undefined
  /** The address that connections made here come from. */
  readonly src?: string | undefined
  readonly tos?: Route['tos'] | undefined
  /** Left out: main; for the types local, broadcast, anycast and nat local. */
  readonly table?: RouteTable | undefined
  /** Who made it; left out: boot. */
  readonly protocol?: Route['protocol'] | undefined
  /** Left out: what the type and the way say, as in iproute2. */
  readonly scope?: Route['scope'] | undefined
  /** The lowest wins. */
  readonly metric?: number | undefined
  /** `mtu` and so on; times in the kernel's units: rtt in eighths, rttvar in quarters of a millisecond, rtoMin in ms. */
  readonly metrics?: AttributesInput<typeof METRICS.rows> | undefined
  /** Several ways in place of one. */
  readonly nexthops?: readonly RouteHop[] | undefined
  /** The id of a nexthop object in place of a way. */
  readonly nexthopId?: number | undefined
  /** Seconds until it goes away (IPv6). */
  readonly expires?: number | undefined
  /** Which router is preferred (IPv6). */
  readonly pref?: Route['pref'] | undefined
  /** MPLS: whether the TTL of the label and that of the packet are one. */
  readonly ttlPropagate?: boolean | undefined
}
/** What is given must be that of the route; what is not chooses nothing. */
export type RouteDelete = RouteAdd

export interface RouteGet {
  /** The destination: an address (with a prefix length, IPv6 looks for that prefix). */
  readonly dst: string
  readonly from?: string | undefined
  /** As if the packet came in here… */
  readonly iif?: LinkReference | undefined
  /** …or had to go out there; also a VRF's device. */
  readonly dev?: LinkReference | undefined
  readonly tos?: Route['tos'] | undefined
  readonly mark?: number | undefined
  readonly uid?: number | undefined
  /** The number of an IP protocol. */
  readonly ipProtocol?: number | undefined
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
  /** IPv6's flow label (since Linux 6.14). */
  readonly flowLabel?: number | undefined
  /** Answer the route as the table has it, not what becomes of the packet: `ip route get fibmatch`. */
  readonly fibMatch?: boolean | undefined
  readonly notify?: boolean | undefined
}

/** What the kernel chooses by. */
export interface RouteFilter {
  /** Left out: all of them. */
  readonly family?: RouteFamily | 'ipmr' | 'ip6mr' | undefined
  /** Left out: all tables. */
  readonly table?: RouteTable | undefined
  /** Routes that have a way out on this link. */
  readonly dev?: LinkReference | undefined
  readonly protocol?: Route['protocol'] | undefined
  readonly type?: Route['type'] | undefined
  /** IPv6's exceptions (RTM_F_CLONED) in place of the routes: `ip route show cache`. */
  readonly cached?: boolean | undefined
}

const WAY_KEYS = ['via', 'dev', 'onlink', 'pervasive', 'realms', 'encap', 'as']
const HOP_KEYS = [...WAY_KEYS, 'weight']
const ADD_KEYS = [
  ...WAY_KEYS,
  ...['dst', 'family', 'type', 'from', 'src', 'tos', 'table', 'protocol', 'scope', 'metric', 'metrics', 'nexthops'],
  ...['nexthopId', 'expires', 'pref', 'ttlPropagate'],
]
const GET_KEYS = [
  ...['dst', 'from', 'iif', 'dev', 'tos', 'mark', 'uid', 'ipProtocol', 'sourcePort', 'destinationPort', 'flowLabel'],
  ...['fibMatch', 'notify'],
]
const FILTER_KEYS = ['family', 'table', 'dev', 'protocol', 'type', 'cached']

const { RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE } = routeMessage.types
type RouteInput = AttributesInput<typeof ROUTE.rows>
type Header = NonNullable<Parameters<typeof routeMessage.encode>[1]['header']>

// ── options → header and attributes ────────────────────────────────────────

/** Where a route leads, in its family. */
interface Destination {
  readonly family: RouteFamily
  /** Left out: everywhere. */
  readonly address: string | undefined
  readonly length: number
}

const LABEL_BITS = 20

function destinationOf(options: RouteAdd): Destination {
  const { dst, family } = options
  if (family === 'mpls') return { family, address: String(dst), length: LABEL_BITS }
  if (dst === 'default') {
    const found = family ?? familyAround(options) ?? 'inet'
    return { family: found, address: family && anyAddress(family), length: 0 }
  }
  const prefix = parsePrefix(dst, 'dst')
  if (family !== undefined && family !== prefix.family)
    throw new InvalidValueError(['dst'], `'${dst}' is an address of ${prefix.family}, not of ${family}`)
  return prefix
}

const anyAddress = (family: 'inet' | 'inet6'): string => (family === 'inet' ? '0.0.0.0' : '::')

/** The family that the addresses beside `default` are of. */
function familyAround({ via, src, from, nexthops = [] }: RouteAdd): 'inet' | 'inet6' | undefined {
  for (const text of [via, src, from?.split('/')[0], ...nexthops.map(hop => hop.via)]) {
    const found = familyOf(text)
    if (found) return found
  }
  return undefined
}

/** RTA_GATEWAY where the router is of the route's family, RTA_VIA where not, and always for MPLS. */
function gatewayOf(via: string | Via, family: RouteFamily, key: string): RouteInput {
  const found: Via = typeof via === 'string' ? { family: inetFamily(via, key), address: via } : via
  return found.family === family ? { gateway: found.address } : { via: found }
}

/** What the writers of options look at. */
interface Context {
  readonly family: RouteFamily
  readonly destination: Destination
  /** What stands before the keys in errors. */
  readonly where: string
}

const WAY: Writers<Way, RouteInput, Context> = {
  via: (parts, via, { family, where }) => parts.add(gatewayOf(via, family, `${where}via`)),
  dev: (parts, dev, { where }) => parts.refer(linkIndex(dev, `${where}dev`), oif => ({ oif })),
  realms: (parts, flow) => parts.add({ flow }),
  encap: (parts, encap, { where }) => parts.refer(encapAttributes(encap, `${where}encap`), both => ({ ...both })),
  as: (parts, newDst) => parts.add({ newDst }),
}

const ROUTE_OPTIONS: Writers<RouteAdd, RouteInput, Context> = {
  ...WAY,
  dst: (parts, _dst, { destination: { address } }) => parts.add({ dst: address }),
  from: (parts, from) => parts.add({ src: parsePrefix(from, 'from').address }),
  src: (parts, prefsrc) => parts.add({ prefsrc }),
  table: (parts, table) => parts.add(narrow(table) === 'unspec' ? { table } : {}),
  metric: (parts, priority) => parts.add({ priority }),
  metrics: (parts, metrics) => parts.add({ metrics }),
  nexthops: (parts, nexthops, context) => {
    const hops = nexthops.map((hop, i) => hopOf(hop, { ...context, where: `nexthops.${i}.` }))
    parts.refer(together(hops), multipath => ({ multipath }))
  },
  nexthopId: (parts, nexthopId) => parts.add({ nexthopId }),
  expires: (parts, expires) => parts.add({ expires }),
  pref: (parts, pref) => parts.add({ pref }),
  ttlPropagate: (parts, on) => parts.add({ ttlPropagate: on ? 1 : 0 }),
}

const together = <T>(all: readonly Pending<T>[]): Pending<T[]> => ({
  needs: all.flatMap(one => one.needs),
  value: resolved => all.map(one => one.value(resolved)),
})

function hopOf(hop: RouteHop, context: Context): Pending<RouteNexthopInput> {
  checkKeys(context.where.slice(0, -1), hop, HOP_KEYS)
  const { weight, dev, ...way } = hop
  if (weight !== undefined && !(Number.isInteger(weight) && weight >= 1 && weight <= HEAVIEST))
    throw new InvalidValueError([`${context.where}weight`], `must be a whole number from 1 to ${HEAVIEST}`)
  const parts = new Parts<RouteNexthopInput>()
  parts.add({ flags: nexthopFlags(hop), weight })
  if (dev !== undefined) parts.refer(linkIndex(dev, `${context.where}dev`), index => ({ index }))
  writeOptions(way, WAY as Writers<Way, RouteNexthopInput, Context>, parts, context)
  return parts
}

/** rtnh_hops is a byte that holds one less. */
const HEAVIEST = 256

const nexthopFlags = ({ onlink, pervasive }: Way): ('onlink' | 'pervasive')[] => [
  ...(pervasive ? (['pervasive'] as const) : []),
  ...(onlink ? (['onlink'] as const) : []),
]

const OF_THIS_HOST = new Set<unknown>(['local', 'broadcast', 'nat', 'anycast'])
const ON_THE_LINK = new Set<unknown>(['broadcast', 'multicast', 'anycast'])

/** iproute2's scope, where none is said (ip/iproute.c: iproute_modify). To delete, none matches any. */
function scopeOf(options: RouteAdd, family: RouteFamily, type: Route['type'], deleting: boolean): Route['scope'] {
  if (options.scope !== undefined) return options.scope
  if (family !== 'inet') return 'global'
  if (type === 'local' || type === 'nat') return 'host'
  if (ON_THE_LINK.has(type)) return 'link'
  if (type !== 'unicast' && type !== 'unspec') return 'global'
  if (deleting) return 'nowhere'
  const { via, nexthops, nexthopId } = options
  return via === undefined && nexthops === undefined && nexthopId === undefined ? 'link' : 'global'
}

function headerOf(options: RouteAdd, { family, length }: Destination, type: Route['type'], deleting: boolean): Header {
  const table = options.table ?? (OF_THIS_HOST.has(type) ? 'local' : 'main')
  return {
    family,
    dstLength: length,
    srcLength: options.from === undefined ? 0 : parsePrefix(options.from, 'from').length,
    tos: options.tos,
    table: narrow(table),
    protocol: options.protocol ?? (deleting ? 'unspec' : 'boot'),
    scope: scopeOf(options, family, type, deleting),
    type,
    flags: nexthopFlags(options),
  }
}

// ── the requests ───────────────────────────────────────────────────────────

/**
 * Adds a route: `ip route add DST via ROUTER dev DEV …`. Fails with EEXIST when there is one like it.
 *
 * @example
 * ```ts
 * await host.run(route.add({ dst: '198.51.100.0/24', via: '192.0.2.254', metric: 10 }))
 * ```
 */
export const add = (options: RouteAdd): Request<void> => modify('add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Adds a route behind those of the same destination: `ip route append` (IPv6: one more way of it).
 *
 * @example
 * ```ts
 * await host.run(route.append({ dst: '2001:db8:7::/48', via: '2001:db8::fe' }))
 * ```
 */
export const append = (options: RouteAdd): Request<void> => modify('append', options, NLM_F_CREATE | NLM_F_APPEND)
/**
 * Adds a route before those of the same destination: `ip route prepend`.
 *
 * @example
 * ```ts
 * await host.run(route.prepend({ dst: '2001:db8:7::/48', via: '2001:db8::fe' }))
 * ```
 */
export const prepend = (options: RouteAdd): Request<void> => modify('prepend', options, NLM_F_CREATE)
/**
 * Changes the first route to a destination: `ip route change`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(route.add({ dst: '198.51.100.0/24', via: '192.0.2.254' }))
 * await host.run(route.change({ dst: '198.51.100.0/24', via: '192.0.2.253' }))
 * ```
 */
export const change = (options: RouteAdd): Request<void> => modify('change', options, NLM_F_REPLACE)
/**
 * Adds a route, or changes the one that is there: `ip route replace`.
 *
 * @example
 * ```ts
 * await host.run(route.replace({ dst: 'default', nexthops: [{ via: '192.0.2.253' }, { via: '192.0.2.254', weight: 2 }] }))
 * ```
 */
export const replace = (options: RouteAdd): Request<void> => modify('replace', options, NLM_F_CREATE | NLM_F_REPLACE)
/**
 * Fails unless there is such a route: `ip route test`.
 *
 * @example
 * ```ts
 * const test = route.test({ dst: '198.51.100.0/24', via: '192.0.2.254' })
 * const isThere = await host.run(test).then(() => true, () => false)
 * ```
 */
export const test = (options: RouteAdd): Request<void> => modify('test', options, NLM_F_EXCL)

/**
 * Deletes the first route that is as described: `ip route delete DST …`. Fails with ESRCH when there is none.
 *
 * @example
 * ```ts
 * await host.run(route.add({ dst: '198.51.100.0/24', via: '192.0.2.254' }))
 * await host.run(route.delete({ dst: '198.51.100.0/24' }))
 * ```
 */
function remove(options: RouteDelete): Request<void> {
  return modify('delete', options, 0)
}

export { remove as delete }

function modify(verb: string, options: RouteAdd, flags: number): Request<void> {
  const op = `route.${verb}`
  checkKeys(op, options, ADD_KEYS)
  const deleting = verb === 'delete'
  const destination = destinationOf(options)
  const { family } = destination
  const header = headerOf(options, destination, options.type ?? (deleting ? 'unspec' : 'unicast'), deleting)
  const parts = new Parts<RouteInput>()
  writeOptions(options, ROUTE_OPTIONS, parts, { family, destination, where: '' })
  return request(
    op,
    `${verb} the route to ${options.dst}`,
    deleting ? RTM_DELROUTE : RTM_NEWROUTE,
    flags,
    header,
    parts,
  )
}

function request(
  op: string,
  what: string,
  type: number,
  flags: number,
  header: Header,
  parts: Pending<RouteInput>,
): Request<void> {
  const body = (resolved: Resolved) => ({ header, attributes: parts.value(resolved) })
  return changeOf(routeMessage, { op, what, type, flags, needs: parts.needs, body })
}

/** What answers. */
const ROUTE_TOLD = [routeMessage, RTM_NEWROUTE] as const

/**
 * The route that a packet would take: `ip route get ADDRESS …`. Fails with ENETUNREACH when there is none, and with
 * EHOSTUNREACH, EACCES or EINVAL when it is unreachable, prohibit or blackhole.
 *
 * @example
 * ```ts
 * const { prefsrc } = await host.run(route.get({ dst: '192.0.2.9' }))
 * console.log(prefsrc) // 192.0.2.1
 * ```
 */
export function get(options: RouteGet): Request<Route> {
  checkKeys('route.get', options, GET_KEYS)
  const dst = parsePrefix(options.dst, 'dst')
  const from = options.from === undefined ? undefined : parsePrefix(options.from, 'from')
  const parts = new Parts<RouteInput>()
  writeOptions(options, GET_OPTIONS, parts, undefined)
  return getOf(routeMessage, ROUTE_TOLD, {
    op: 'route.get',
    what: `find the route to ${options.dst}`,
    type: RTM_GETROUTE,
    needs: parts.needs,
    body: resolved => ({
      header: {
        family: dst.family,
        dstLength: dst.length,
        srcLength: from?.length,
        tos: options.tos,
        flags: [
          ...(options.notify ? (['notify'] as const) : []),
          // IPv6 has no such flag: it tells the table always.
          ...(dst.family === 'inet' ? (['lookup_table'] as const) : []),
          ...(options.fibMatch ? (['fib_match'] as const) : []),
        ],
      },
      attributes: parts.value(resolved),
    }),
  })
}

const GET_OPTIONS: Writers<RouteGet, RouteInput, undefined> = {
  dst: (parts, dst) => parts.add({ dst: parsePrefix(dst, 'dst').address }),
  from: (parts, from) => parts.add({ src: parsePrefix(from, 'from').address }),
  iif: (parts, link) => parts.refer(linkIndex(link, 'iif'), iif => ({ iif })),
  dev: (parts, link) => parts.refer(linkIndex(link, 'dev'), oif => ({ oif })),
  mark: (parts, mark) => parts.add({ mark }),
  uid: (parts, uid) => parts.add({ uid }),
  ipProtocol: (parts, ipProtocol) => parts.add({ ipProtocol }),
  sourcePort: (parts, sourcePort) => parts.add({ sourcePort }),
  destinationPort: (parts, destinationPort) => parts.add({ destinationPort }),
  flowLabel: (parts, flowLabel) => parts.add({ flowLabel }),
}

/**
 * The routes of a namespace, of all tables: `ip route show table all`. The kernel filters.
 *
 * @example
 * ```ts
 * const main = await host.run(route.list({ family: 'inet', table: 'main' }))
 * console.log(main[0].dst) // 192.0.2.0
 * ```
 */
export function list(filter: RouteFilter = {}): ListRequest<Route> {
  checkKeys('route.list', filter, FILTER_KEYS)
  const { family, table, protocol, type, cached } = filter
  const dev = filter.dev === undefined ? undefined : linkIndex(filter.dev, 'dev')
  const asked = {
    op: 'route.list',
    what: 'list routes',
    type: RTM_GETROUTE,
    needs: dev?.needs ?? [],
    body: (resolved: Resolved) => ({
      header: { family, protocol, type, flags: cached ? (['cloned'] as const) : [] },
      attributes: { table, oif: dev?.value(resolved) },
    }),
  }
  return listOf(routeMessage, ROUTE_TOLD, asked, choice(filter))
}

/**
 * The kernel's choice made again: one that does not check strictly (before 4.20, or by a binding that cannot ask for
 * it) answers with all that there is. A link that is given by name has no number here: that choice is the kernel's.
 */
function choice({ family, table, dev, protocol, type }: RouteFilter): ((route: Route) => boolean) | undefined {
  const tests: ((route: Route) => boolean)[] = []
  if (family !== undefined) tests.push(route => route.family === family)
  if (table !== undefined) tests.push(same(RT_TABLE, table, route => route.table))
  if (protocol !== undefined) tests.push(same(RTPROT, protocol, route => route.protocol))
  if (type !== undefined) tests.push(same(RTN, type, route => route.type))
  if (typeof dev === 'number')
    tests.push(route => route.oif === dev || route.multipath?.some(hop => hop.index === dev) === true)
  return tests.length === 0 ? undefined : route => tests.every(passes => passes(route))
}

/** Words and numbers may mean the same. */
function same(
  set: Words,
  wanted: string | number,
  of: (route: Route) => string | number | undefined,
): (route: Route) => boolean {
  const value = valueWord(set, wordValue(set, wanted))
  return route => of(route) === value
}

// ── listed routes ──────────────────────────────────────────────────────────

const HEADER_KEYS = rtmsg.fields.map(({ key }) => key)

/** A route as it was listed, to be sent again. */
function sentAgain(route: Route): { header: Header; attributes: RouteInput } {
  const { table = 'unspec', ...fields } = { ...route }
  const header: Record<string, unknown> = { table: narrow(table) }
  const attributes: Record<string, unknown> = { table }
  for (const [key, value] of Object.entries(fields)) (HEADER_KEYS.includes(key) ? header : attributes)[key] = value
  return { header: header as Header, attributes: attributes as RouteInput }
}

const nameOf = ({ dst, dstLength }: Route): string => (dst === undefined ? 'default' : `${dst}/${dstLength}`)

/**
 * Deletes exactly this route of a list: what `ip route flush` does with each. Fails with ESRCH when it is gone.
 *
 * @example
 * ```ts
 * for (const one of await host.run(route.list({ dev: 'eth0', protocol: 'static' }))) await host.run(route.deleteListed(one))
 * ```
 */
export function deleteListed(route: Route): Request<void> {
  const { header, attributes } = sentAgain(route)
  const what = `delete the route to ${nameOf(route)}`
  return request('route.deleteListed', what, RTM_DELROUTE, 0, header, { needs: [], value: () => attributes })
}

/** What a route may be told: that a link is down, or a driver does the work, is the kernel's to say. */
const TOLD = ['onlink', 'pervasive'] as const
const toldFlags = (flags: readonly (string | number)[]): readonly (typeof TOLD)[number][] =>
  TOLD.filter(flag => flags.includes(flag))

/**
 * Adds a route of a list again, in a namespace where its links have the same indexes: `ip route restore`. What the
 * kernel says of it (that its link is down, when it was used) is left out. Fails with EEXIST when it is there.
 *
 * @example
 * ```ts
 * const saved = await host.run(route.list({ family: 'inet', table: 'main' }))
 * await host.run(route.deleteListed(saved[0]))
 * await host.run(route.restore(saved[0]))
 * ```
 */
export function restore(route: Route): Request<void> {
  const { header, attributes } = sentAgain(route)
  const { cacheInfo: _cacheInfo, multipath, ...rest } = attributes
  const kept: RouteInput = {
    ...rest,
    ...(multipath && {
      multipath: (multipath as RouteNexthop[]).map(hop => ({ ...hop, flags: toldFlags(hop.flags) })),
    }),
    ...secondsLeft(route),
  }
  const what = `add the route to ${nameOf(route)}`
  const told = { ...header, flags: toldFlags(route.flags) }
  return request('route.restore', what, RTM_NEWROUTE, NLM_F_CREATE, told, { needs: [], value: () => kept })
}

const USER_HZ = 100

function secondsLeft({ cacheInfo, family }: Route): RouteInput {
  if (family !== 'inet6' || !cacheInfo || cacheInfo.expires <= 0) return {}
  return { expires: Math.ceil(cacheInfo.expires / USER_HZ) }
}
