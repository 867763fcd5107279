// Routes as `ip route` prints them: text and JSON, character for character iproute2 6.1's.
import { flagsValue } from '../../netlink/words.ts'
import type { Nexthop } from '../../route/nexthop.ts'
import type { Route, RouteMetrics, RouteNexthop } from '../../route/route.ts'
import { METRICS } from '../../route/route.ts'
import { RTM_F } from '../../route/routing-words.ts'
import { type Pen, sheetOf } from '../pen.ts'
import { hostOf, type Names, type Show } from '../sheet.ts'
import { putEncap } from './print-encap.ts'
import { putNexthop } from './print-nexthop.ts'
import {
  colorOf,
  protocolText,
  putFlags,
  putGateway,
  putLink,
  putRealms,
  putVia,
  scopeText,
  shortNumber,
  tableText,
  tosText,
  typeText,
} from './print-routing.ts'

/** Columns that say nothing new, because the command chose one value of them. */
export type Column =
  | 'table'
  | 'protocol'
  | 'scope'
  | 'tos'
  | 'oif'
  | 'iif'
  | 'realms'
  | 'metric'
  | 'gateway'
  | 'prefsrc'

export interface RouteView {
  readonly names: Names
  readonly without: ReadonlySet<Column>
  /** A nexthop object, for `-d`. */
  nexthop(id: number): Nexthop | undefined
}

/** The sheet of one route, as `ip route get` and `ip monitor` show it. */
export const routeSheet = (route: Route, show: Show, names: Names, view: Partial<RouteView> = {}, deleted = false) =>
  sheetOf(show, pen => putRoute(pen, route, { names, without: NOTHING, nexthop: () => undefined, ...view }, deleted))

const NOTHING: ReadonlySet<Column> = new Set()

/** The bits of a whole address. */
const HOST_BITS: Readonly<Record<string, number>> = { inet: 32, inet6: 128, mpls: 20, ipmr: 32, ip6mr: 128 }

/** Writes a route, with its newline. */
export function putRoute(pen: Pen, route: Route, view: RouteView, deleted = false): void {
  const { details, statistics, numeric } = pen.show
  const { names, without } = view
  const { family, type, flags, srcLength, protocol, scope } = route
  const cloned = flags.length > 0 && flags.includes('cloned')
  const host = HOST_BITS[family] ?? 0
  if (deleted) pen.put('deleted', true, '', ' ', undefined, 'Deleted')
  if (type !== 'unicast' || details) pen.put('type', typeText(type, numeric), '', ' ')
  putDestination(pen, route, host, names)
  if (route.src !== undefined)
    pen.put(
      'from',
      srcLength === host ? hostOf(route.src, pen.show, names) : `${route.src}/${srcLength}`,
      'from ',
      ' ',
      colorOf(family),
    )
  else if (srcLength !== 0) pen.put('src', `0/${srcLength}`, 'from ', ' ')
  if (route.nexthopId !== undefined) pen.put('nhid', route.nexthopId, 'nhid ', ' ')
  if (route.newDst !== undefined) pen.put('to', route.newDst, 'as to ', ' ', colorOf(family))
  if (route.encap !== undefined && route.encapType !== undefined) putEncap(pen, route.encapType, route.encap, names)
  if (route.tos !== 0 && !without.has('tos')) pen.put('tos', tosText(route.tos, numeric), 'tos ', ' ')
  if (route.gateway !== undefined && !without.has('gateway')) putGateway(pen, family, route.gateway, names)
  if (route.via) putVia(pen, route.via, names)
  if (route.oif !== undefined && !without.has('oif')) putLink(pen, 'dev', route.oif, names)
  const { table } = route
  if (table !== undefined && table !== 'unspec' && (table !== 'main' || details) && !without.has('table'))
    pen.put('table', tableText(table, numeric), 'table ', ' ')
  if (!cloned) {
    if ((protocol !== 'boot' || details) && !without.has('protocol'))
      pen.put('protocol', protocolText(protocol, numeric), 'proto ', ' ')
    if ((scope !== 'global' || details) && !without.has('scope'))
      pen.put('scope', scopeText(scope, numeric), 'scope ', ' ')
  }
  if (route.prefsrc !== undefined && !without.has('prefsrc'))
    pen.put('prefsrc', route.prefsrc, 'src ', ' ', colorOf(family))
  if (route.priority !== undefined && !without.has('metric')) pen.put('metric', route.priority, 'metric ', ' ')
  putFlags(pen, flags)
  if (route.mark) pen.put('mark', route.mark, 'mark ', ' ', undefined, markText(route.mark))
  if (route.flow && !without.has('realms')) putRealms(pen, route.flow)
  if (route.uid !== undefined) pen.put('uid', route.uid, 'uid ', ' ')
  if (family === 'inet' && cloned) putCacheFlags(pen, flags)
  if (route.cacheInfo) putCacheInfo(pen, route.cacheInfo, statistics > 0)
  if (route.metrics) putMetrics(pen, route.metrics)
  if (route.iif !== undefined && !without.has('iif')) putLink(pen, 'iif', route.iif, names)
  if (route.pref !== undefined) putPreference(pen, route.pref)
  if (route.ttlPropagate !== undefined) putTtlPropagate(pen, route.ttlPropagate !== 0)
  if (details && route.nexthopId !== undefined) putNexthopInfo(pen, route.nexthopId, view)
  if (route.multipath) putMultipath(pen, route, route.multipath, names)
  pen.say('\n')
}

function putDestination(pen: Pen, { dst, dstLength, family }: Route, host: number, names: Names): void {
  if (dst !== undefined)
    pen.put('dst', dstLength === host ? hostOf(dst, pen.show, names) : `${dst}/${dstLength}`, '', ' ', colorOf(family))
  else pen.put('dst', dstLength === 0 ? 'default' : `0/${dstLength} `, '', ' ')
}

const markText = (mark: number): string => (mark >= 16 ? `0x${mark.toString(16)}` : String(mark))

// ── the cache ──────────────────────────────────────────────────────────────

/** RTCF_*: include/uapi/linux/in_route.h, in iproute2's words and order. */
const CACHE_FLAGS: readonly (readonly [bit: number, word: string])[] = [
  [0x80000000, 'local'],
  [0x40000000, 'reject'],
  [0x20000000, 'mc'],
  [0x10000000, 'brd'],
  [0x08000000, 'dst-nat'],
  [0x00800000, 'src-nat'],
  [0x00400000, 'masq'],
  [0x00020000, 'dst-direct'],
  [0x04000000, 'src-direct'],
  [0x00040000, 'redirected'],
  [0x01000000, 'redirect'],
  [0x00200000, 'fastroute'],
  [0x00010000, 'notify'],
  [0x00080000, 'proxy'],
]

function putCacheFlags(pen: Pen, flags: Route['flags']): void {
  let rest = flagsValue(RTM_F, flags) & ~0xffff
  const words: string[] = []
  for (const [bit, word] of CACHE_FLAGS) {
    if ((rest & bit) === 0) continue
    words.push(word)
    rest &= ~bit
  }
  const unknown = rest === 0 ? [] : [(rest >>> 0).toString(16)]
  const all = [...words, ...unknown]
  pen.say(`${pen.newline}    cache ${all.length === 0 ? '' : `<${all.join(',')}>${unknown.length === 0 ? ' ' : ''}`}`)
  pen.note('cache', all)
}

const USER_HZ = 100

/** Times are in USER_HZ. */
function putCacheInfo(pen: Pen, info: NonNullable<Route['cacheInfo']>, statistics: boolean): void {
  const seconds = (ticks: number): number => Math.trunc(ticks / USER_HZ)
  if (info.expires !== 0) pen.put('expires', seconds(info.expires), 'expires ', 'sec ')
  if (info.error !== 0) pen.put('error', info.error >>> 0, 'error ', ' ')
  if (statistics) {
    if (info.references !== 0) pen.put('users', info.references, 'users ', ' ')
    if (info.used !== 0) pen.put('used', info.used, 'used ', ' ')
    if (info.lastUse !== 0) pen.put('age', seconds(info.lastUse), 'age ', 'sec ')
  }
  if (info.id !== 0) pen.put('ipid', hex(info.id), 'ipid ', ' ', undefined, hex(info.id, 4))
  if (info.timestamp === 0 && info.timestampAge === 0) return
  pen.put('ts', hex(info.timestamp), 'ts ', '')
  pen.put('tsage', info.timestampAge, 'tsage ', 'sec ')
}

const hex = (value: number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`

// ── metrics ────────────────────────────────────────────────────────────────

/** What a metric's number is divided by to give milliseconds. */
const IN_MILLISECONDS: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 }
const NO_HOPLIMIT = 0xffffffff
const KNOWN_FEATURES = ['ecn']

/** Each metric under iproute2's name, in the order of its number. */
const METRIC_ROWS = [...METRICS.byType.values()]
  .filter(row => row.key !== 'lock')
  .sort((a, b) => a.type - b.type)
  .map(row => ({ key: row.key as keyof RouteMetrics, name: row.options.json ?? row.key }))

function putMetrics(pen: Pen, metrics: RouteMetrics): void {
  const locked: readonly (string | number)[] = metrics.lock ?? []
  pen.list('metrics', [metrics as Record<string, unknown>], values => {
    for (const { key, name } of METRIC_ROWS) {
      const isLocked = locked.includes(name)
      const value = values[key] ?? (isLocked ? 0 : undefined)
      if (value === undefined || (name === 'hoplimit' && value === NO_HOPLIMIT)) continue
      pen.say(`${name} ${isLocked ? 'lock ' : ''}`)
      putMetric(pen, name, value)
    }
  })
}

function putMetric(pen: Pen, name: string, value: unknown): void {
  const divisor = IN_MILLISECONDS[name]
  if (name === 'features') putFeatures(pen, value as readonly (string | number)[])
  else if (name === 'congctl') pen.put('congestion', String(value), '', ' ')
  else if (divisor !== undefined) {
    const milliseconds = Math.floor((value as number) / divisor)
    pen.put(name, milliseconds, '', ' ', undefined, timeText(milliseconds))
  } else pen.put(name, value as number, '', ' ')
}

const timeText = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${shortNumber(milliseconds / 1000)}s` : `${milliseconds}ms`

/** ecn has a word; with any other the whole is a number. */
function putFeatures(pen: Pen, features: readonly (string | number)[]): void {
  const bits = features.map(feature => FEATURE_BITS[feature] ?? Number(feature))
  const all = bits.reduce((sum, bit) => sum | bit, 0) >>> 0
  if (features.includes('ecn')) pen.put('ecn', null, '', ' ', undefined, 'ecn')
  if (features.some(feature => !KNOWN_FEATURES.includes(String(feature)))) pen.put('features', hex(all), '', ' ')
}

const FEATURE_BITS: Readonly<Record<string, number>> = { ecn: 1, sack: 2, timestamp: 4, allfrag: 8, tcp_usec_ts: 16 }

// ── the rest ───────────────────────────────────────────────────────────────

function putPreference(pen: Pen, pref: NonNullable<Route['pref']>): void {
  if (pref === 'low' || pref === 'medium' || pref === 'high') pen.put('pref', pref, 'pref ', '')
  else pen.put('pref', pref === 'invalid' ? 2 : Number(pref), '', '')
}

/** The key is spelled as iproute2 spells it. */
function putTtlPropagate(pen: Pen, on: boolean): void {
  pen.put('ttl-propogate', on, 'ttl-propogate ', '', undefined, on ? 'enabled' : 'disabled')
}

function putNexthopInfo(pen: Pen, id: number, view: RouteView): void {
  const nexthop = view.nexthop(id)
  if (!nexthop) return
  pen.say('\n\tnh_info ')
  pen.inside('nh_info', () => putNexthop(pen, nexthop, view.names))
}

function putMultipath(pen: Pen, route: Route, hops: readonly RouteNexthop[], names: Names): void {
  const { family, type, flags } = route
  const multicast = flags.includes('cloned') && type === 'multicast'
  pen.list('nexthops', hops, (hop, i) => {
    pen.say(multicast ? (i === 0 ? 'Oifs: ' : ' ') : `${pen.newline}\tnexthop `)
    if (hop.encap !== undefined && hop.encapType !== undefined) putEncap(pen, hop.encapType, hop.encap, names)
    if (hop.newDst !== undefined) pen.put('to', hop.newDst, 'as to ', ' ', colorOf(family))
    if (hop.gateway !== undefined) putGateway(pen, family, hop.gateway, names)
    if (hop.via) putVia(pen, hop.via, names)
    if (hop.flow) putRealms(pen, hop.flow)
    if (multicast) {
      const name = names.link(hop.index)?.name ?? `if${hop.index}`
      pen.put('dev', name, '', '')
      if (hop.weight !== 2) pen.put('ttl', hop.weight - 1, '(ttl>', ')')
      pen.say(' ')
    } else {
      pen.put('dev', names.link(hop.index)?.name ?? `if${hop.index}`, 'dev ', ' ')
      if (family !== 'mpls') pen.put('weight', hop.weight, 'weight ', ' ')
    }
    putFlags(pen, hop.flags)
  })
}
