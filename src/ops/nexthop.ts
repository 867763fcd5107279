// Requests about nexthop objects, their groups and the buckets of resilient groups: `ip nexthop add | replace | delete
// | get | show | bucket` as values. No I/O: a connection runs them.
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request, Resolved } from '../netlink/request.ts'
import { type AttributesInput, InvalidValueError } from '../netlink/table.ts'
import { wordValue } from '../netlink/words.ts'
import {
  type NEXTHOP,
  type Nexthop,
  type NexthopBucket,
  nexthopBucketMessage,
  nexthopMessage,
} from '../route/nexthop.ts'
import { RTPROT } from '../route/routing-words.ts'
import { encapAttributes, type RouteEncap } from './encap.ts'
import { type InetFamily, inetFamily } from './inet.ts'
import { checkKeys } from './options.ts'
import { Parts, type Pending, type Writers, writeOptions } from './parts.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { changeOf, getOf, listOf } from './shapes.ts'

/** A nexthop of a group, and what share of the packets takes it: 1 (where it is left out) to 65536. */
export interface GroupMember {
  readonly id: number
  readonly weight?: number | undefined
}

export interface NexthopAdd {
  /** By which routes refer to it; left out, the kernel chooses one. */
  readonly id?: number | undefined
  /** Needed where no address tells it (else IPv4). */
  readonly family?: InetFamily | undefined
  /** The router's address. */
  readonly via?: string | undefined
  readonly dev?: LinkReference | undefined
  /** The router is on that link, whatever its addresses say. */
  readonly onlink?: boolean | undefined
  /** What is sent here is dropped. */
  readonly blackhole?: boolean | undefined
  /** It is for forwarding databases (vxlan), not for routes. */
  readonly fdb?: boolean | undefined
  readonly encap?: RouteEncap | undefined
  /** Who made it. */
  readonly protocol?: Nexthop['protocol'] | undefined
  /** The nexthops of a group, in place of all of the above. */
  readonly group?: readonly GroupMember[] | undefined
  /** `mpath` where it is left out; `resilient`: flows stay where they are when a nexthop comes or goes. */
  readonly type?: 'mpath' | 'resilient' | undefined
  /** Of a resilient group: how many buckets its flows are spread over. */
  readonly buckets?: number | undefined
  /** Seconds after which a bucket without traffic may move; 0: at once. */
  readonly idleTimer?: number | undefined
  /** Seconds for which the group may be out of balance before buckets are moved, busy or not; 0: for ever. */
  readonly unbalancedTimer?: number | undefined
  /** Count in hardware too (since Linux 6.9). */
  readonly hardwareStatistics?: boolean | undefined
}

export interface NexthopFilter {
  readonly family?: InetFamily | undefined
  /** Nexthops on this link. */
  readonly dev?: LinkReference | undefined
  /** Nexthops on the ports of this link (a bridge, a VRF). */
  readonly master?: LinkReference | undefined
  /** Only groups. */
  readonly groups?: boolean | undefined
  /** Only those of forwarding databases. */
  readonly fdb?: boolean | undefined
  /** Chosen here: the kernel knows no such filter. */
  readonly protocol?: Nexthop['protocol'] | undefined
  /** Ask for the packets of each group's nexthops too (since Linux 6.9). */
  readonly statistics?: boolean | undefined
}

export interface BucketFilter {
  /** Of this group. */
  readonly id?: number | undefined
  /** That hold this nexthop. */
  readonly nexthopId?: number | undefined
  readonly dev?: LinkReference | undefined
  readonly master?: LinkReference | undefined
}

const ADD_KEYS = [
  ...['id', 'family', 'via', 'dev', 'onlink', 'blackhole', 'fdb', 'encap', 'protocol', 'group', 'type', 'buckets'],
  ...['idleTimer', 'unbalancedTimer', 'hardwareStatistics'],
]
const FILTER_KEYS = ['family', 'dev', 'master', 'groups', 'fdb', 'protocol', 'statistics']
const BUCKET_KEYS = ['id', 'nexthopId', 'dev', 'master']

const { RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP } = nexthopMessage.types
const { RTM_NEWNEXTHOPBUCKET, RTM_GETNEXTHOPBUCKET } = nexthopBucketMessage.types
type NexthopInput = AttributesInput<typeof NEXTHOP.rows>
type Header = NonNullable<Parameters<typeof nexthopMessage.encode>[1]['header']>

// ── options → attributes ───────────────────────────────────────────────────

const USER_HZ = 100
const centiseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * USER_HZ)

const OPTIONS: Writers<NexthopAdd, NexthopInput, undefined> = {
  id: (parts, id) => parts.add({ id }),
  via: (parts, gateway) => parts.add({ gateway }),
  dev: (parts, dev) => parts.refer(linkIndex(dev, 'dev'), oif => ({ oif })),
  blackhole: (parts, blackhole) => parts.add({ blackhole }),
  fdb: (parts, fdb) => parts.add({ fdb }),
  encap: (parts, encap) => parts.refer(encapAttributes(encap, 'encap'), both => ({ ...both })),
  group: (parts, group) => parts.add({ group: group.map(({ id, weight = 1 }) => ({ id, weight })) }),
  hardwareStatistics: (parts, on) => parts.add({ hwStatsEnable: on ? 1 : 0 }),
}

/** A resilient group's own settings, and behind them the type, as iproute2 sends them. */
function groupAttributes({ type, buckets, idleTimer, unbalancedTimer }: NexthopAdd): NexthopInput {
  const resilient = { buckets, idleTimer: centiseconds(idleTimer), unbalancedTimer: centiseconds(unbalancedTimer) }
  const some = Object.values(resilient).some(value => value !== undefined)
  if (some && type !== 'resilient')
    throw new InvalidValueError(['type'], "must be 'resilient' with buckets and timers: other groups have none")
  return { resilientGroup: some ? resilient : undefined, groupType: type }
}

// ── the requests ───────────────────────────────────────────────────────────

/**
 * Makes a nexthop or a group: `ip nexthop add id ID …`. Fails with EEXIST when the id is taken.
 *
 * @example
 * ```ts
 * await host.run(nexthop.add({ id: 1, via: '192.0.2.254', dev: 'eth0' }))
 * ```
 */
export const add = (options: NexthopAdd): Request<void> => create('add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Makes a nexthop, or changes the one that is there, and the routes by it: `ip nexthop replace`.
 *
 * @example
 * ```ts
 * await host.run(nexthop.replace({ id: 1, via: '192.0.2.253', dev: 'eth0' }))
 * ```
 */
export const replace = (options: NexthopAdd): Request<void> => create('replace', options, NLM_F_CREATE | NLM_F_REPLACE)

function create(verb: string, options: NexthopAdd, flags: number): Request<void> {
  checkKeys(`nexthop.${verb}`, options, ADD_KEYS)
  const { id, via, group, onlink, protocol } = options
  const { dev, blackhole } = options
  const around = via !== undefined ? inetFamily(via, 'via') : dev !== undefined || blackhole ? 'inet' : 'unspec'
  // The kernel refuses a family with a group.
  const family = group ? 'unspec' : (options.family ?? around)
  const header: Header = { family, protocol, flags: onlink ? ['onlink'] : [] }
  const parts = new Parts<NexthopInput>()
  writeOptions(options, OPTIONS, parts, undefined)
  parts.add(groupAttributes(options))
  return request(`nexthop.${verb}`, `${verb} ${nexthopName(id)}`, RTM_NEWNEXTHOP, flags, header, parts)
}

const nexthopName = (id: number | undefined): string => (id === undefined ? 'a nexthop' : `nexthop ${id}`)

/**
 * Deletes a nexthop or a group, and the routes by it: `ip nexthop delete id ID`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(nexthop.add({ id: 1, blackhole: true, family: 'inet' }))
 * await host.run(nexthop.delete(1))
 * ```
 */
function remove(id: number): Request<void> {
  const what = `delete ${nexthopName(id)}`
  return request('nexthop.delete', what, RTM_DELNEXTHOP, 0, {}, { needs: [], value: () => ({ id }) })
}

export { remove as delete }

function request(
  op: string,
  what: string,
  type: number,
  flags: number,
  header: Header,
  parts: Pending<NexthopInput>,
): Request<void> {
  const body = (resolved: Resolved) => ({ header, attributes: parts.value(resolved) })
  return changeOf(nexthopMessage, { op, what, type, flags, needs: parts.needs, body })
}

/**
 * Adds a nexthop of a list again, in a namespace where its link has the same index. Groups come after their members.
 *
 * @example
 * ```ts
 * await host.run(nexthop.add({ id: 1, via: '192.0.2.254', dev: 'eth0' }))
 * const saved = await host.run(nexthop.get(1))
 * await host.run(nexthop.delete(1))
 * await host.run(nexthop.restore(saved))
 * ```
 */
export function restore(nexthop: Nexthop): Request<void> {
  const { family, scope: _scope, protocol, flags, ...rest } = { ...nexthop }
  const { groupStats: _stats, hwStatsUsed: _used, opFlags: _opFlags, resilientGroup, ...attributes } = rest
  const { unbalancedTime: _time, ...settings } = resilientGroup ?? {}
  const header: Header = { family, protocol, flags: flags.includes('onlink') ? ['onlink'] : [] }
  const sent = { ...attributes, ...(resilientGroup && { resilientGroup: settings }) } as NexthopInput
  return request(
    'nexthop.restore',
    `add ${nexthopName(nexthop.id)}`,
    RTM_NEWNEXTHOP,
    NLM_F_CREATE | NLM_F_EXCL,
    header,
    { needs: [], value: () => sent },
  )
}

/** What answers. */
const TOLD = [nexthopMessage, RTM_NEWNEXTHOP] as const
const BUCKET_TOLD = [nexthopBucketMessage, RTM_NEWNEXTHOPBUCKET] as const

/**
 * One nexthop or group: `ip nexthop get id ID`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(nexthop.add({ id: 1, via: '192.0.2.254', dev: 'eth0' }))
 * console.log((await host.run(nexthop.get(1))).gateway) // 192.0.2.254
 * ```
 */
export const get = (id: number): Request<Nexthop> =>
  getOf(nexthopMessage, TOLD, {
    op: 'nexthop.get',
    what: `get ${nexthopName(id)}`,
    type: RTM_GETNEXTHOP,
    body: () => ({ attributes: { id } }),
  })

const FILTER: Writers<NexthopFilter & BucketFilter, NexthopInput, undefined> = {
  id: (parts, id) => parts.add({ id }),
  dev: (parts, dev) => parts.refer(linkIndex(dev, 'dev'), oif => ({ oif })),
  groups: (parts, groups) => parts.add({ groups }),
  master: (parts, link) => parts.refer(linkIndex(link, 'master'), master => ({ master })),
  fdb: (parts, fdb) => parts.add({ fdb }),
  statistics: (parts, on) => parts.add({ opFlags: on ? ['dump_stats', 'dump_hw_stats'] : undefined }),
  nexthopId: (parts, nexthopId) => parts.add({ resilientBucket: { nexthopId } }),
}

/**
 * The nexthops and groups of a namespace: `ip nexthop show`.
 *
 * @example
 * ```ts
 * for (const one of await host.run(nexthop.list({ dev: 'eth0' }))) console.log(one.id)
 * ```
 */
export function list(filter: NexthopFilter = {}): ListRequest<Nexthop> {
  checkKeys('nexthop.list', filter, FILTER_KEYS)
  const { family } = filter
  const protocol = filter.protocol === undefined ? undefined : wordValue(RTPROT, filter.protocol)
  const parts = new Parts<NexthopInput>()
  writeOptions(filter, FILTER, parts, undefined)
  const asked = {
    op: 'nexthop.list',
    what: 'list nexthops',
    type: RTM_GETNEXTHOP,
    needs: parts.needs,
    body: (resolved: Resolved) => ({ header: { family }, attributes: parts.value(resolved) }),
  }
  const wanted = (nexthop: Nexthop): boolean => wordValue(RTPROT, nexthop.protocol) === protocol
  return listOf(nexthopMessage, TOLD, asked, protocol === undefined ? undefined : wanted)
}

/**
 * The buckets of resilient groups: `ip nexthop bucket show`.
 *
 * @example
 * ```ts
 * for (const bucket of await host.run(nexthop.listBuckets())) console.log(bucket.nhId)
 * ```
 */
export function listBuckets(filter: BucketFilter = {}): ListRequest<NexthopBucket> {
  checkKeys('nexthop.listBuckets', filter, BUCKET_KEYS)
  const parts = new Parts<NexthopInput>()
  writeOptions(filter, FILTER, parts, undefined)
  return listOf(nexthopBucketMessage, BUCKET_TOLD, {
    op: 'nexthop.listBuckets',
    what: 'list the buckets of nexthops',
    type: RTM_GETNEXTHOPBUCKET,
    needs: parts.needs,
    body: resolved => ({ attributes: parts.value(resolved) }),
  })
}

/**
 * One bucket of a resilient group: `ip nexthop bucket get id ID index INDEX`.
 *
 * @example
 * ```ts
 * await host.batch([
 *   nexthop.add({ id: 1, via: '192.0.2.254', dev: 'eth0' }),
 *   nexthop.add({ id: 10, group: [{ id: 1 }], type: 'resilient', buckets: 4 }),
 * ])
 * const bucket = await host.run(nexthop.getBucket(10, 0))
 * ```
 */
export const getBucket = (id: number, index: number): Request<NexthopBucket> =>
  getOf(nexthopBucketMessage, BUCKET_TOLD, {
    op: 'nexthop.getBucket',
    what: `get bucket ${index} of nexthop ${id}`,
    type: RTM_GETNEXTHOPBUCKET,
    body: () => ({ attributes: { id, resilientBucket: { index } } }),
  })
