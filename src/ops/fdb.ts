// Requests about forwarding databases (of bridges, VXLAN and other devices that have one): `bridge fdb add | append |
// replace | delete | get | show | flush` as values. On the wire they are neighbours of family bridge.
import { NLM_F_APPEND, NLM_F_BULK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type Neighbour, neighbourMessage } from '../route/neighbour.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex, type Needed } from './reference.ts'
import { shapesOf } from './shapes.ts'

type NudWord = Exclude<Neighbour['state'][number], number>
type NtfWord = Exclude<Neighbour['flags'][number], number>

/** `permanent`: the host's own address, never forgotten; `static`: never forgotten; `dynamic`: as if it were learned. */
export type FdbState = 'permanent' | 'static' | 'dynamic'
/** `self` (the device's own database) or `master` (its bridge's), `use`, `router`, `extern_learn`, `sticky`. */
export type FdbFlag = Extract<NtfWord, 'self' | 'master' | 'use' | 'router' | 'extern_learn' | 'sticky'>

export interface FdbAdd {
  /** The port (or the device itself), by name or index. */
  readonly dev: LinkReference
  /** The MAC address; VXLAN's default destination is 00:00:00:00:00:00. */
  readonly address: string
  /** Left out: `permanent`. */
  readonly state?: FdbState | undefined
  /** Without `self` or `master`: `self`. */
  readonly flags?: readonly FdbFlag[] | undefined
  readonly vlan?: number | undefined
  /** VXLAN: the tunnel's other end, its UDP port and VNI, and the link to send through. */
  readonly dst?: string | undefined
  readonly port?: number | undefined
  readonly vni?: number | undefined
  readonly via?: LinkReference | undefined
  /** VXLAN that collects metadata: the VNI that the entry is of. */
  readonly sourceVni?: number | undefined
  /** A nexthop group made with `fdb`, in place of `dst`, `port` and `vni`. */
  readonly nexthopId?: number | undefined
  /** Tell listeners when the entry goes quiet (`activity_notify`); it is quiet now (`inactive`). */
  readonly activity?: readonly ('activity_notify' | 'inactive')[] | undefined
  /** A replace leaves the time of the last use as it is. */
  readonly dontRefresh?: boolean | undefined
}
export type FdbDelete = Omit<FdbAdd, 'state' | 'activity' | 'dontRefresh'>

export interface FdbGet {
  readonly address: string
  /** The port or device; with `bridge` it may be left out. */
  readonly dev?: LinkReference | undefined
  readonly bridge?: LinkReference | undefined
  readonly vlan?: number | undefined
  readonly vni?: number | undefined
  readonly flags?: readonly Extract<FdbFlag, 'self' | 'master'>[] | undefined
}

export interface FdbFilter {
  /** Only entries of this port or device. */
  readonly dev?: LinkReference | undefined
  /** Only entries of this bridge and its ports. */
  readonly bridge?: LinkReference | undefined
}

/** What a flush deletes: all entries that match. Of a pair, `true` is `permanent`, `false` is `nopermanent`. */
export interface FdbFlush {
  /** The bridge, or a device that has a database of its own. */
  readonly dev: LinkReference
  /** Only entries of this port of the bridge. */
  readonly brport?: LinkReference | undefined
  readonly flags?: readonly Extract<FdbFlag, 'self' | 'master'>[] | undefined
  readonly vlan?: number | undefined
  readonly permanent?: boolean | undefined
  readonly static?: boolean | undefined
  readonly dynamic?: boolean | undefined
  readonly addedByUser?: boolean | undefined
  readonly externLearn?: boolean | undefined
  readonly sticky?: boolean | undefined
  readonly offloaded?: boolean | undefined
  readonly router?: boolean | undefined
  /** VXLAN, since Linux 6.7. */
  readonly dst?: string | undefined
  readonly port?: number | undefined
  readonly vni?: number | undefined
  readonly sourceVni?: number | undefined
  readonly nexthopId?: number | undefined
}

const DELETE_KEYS = ['dev', 'address', 'flags', 'vlan', 'dst', 'port', 'vni', 'via', 'sourceVni', 'nexthopId']
const ADD_KEYS = [...DELETE_KEYS, 'state', 'activity', 'dontRefresh']
const GET_KEYS = ['address', 'dev', 'bridge', 'vlan', 'vni', 'flags']
const FILTER_KEYS = ['dev', 'bridge']
const { RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH } = neighbourMessage.types
const requests = shapesOf(neighbourMessage, neighbourMessage)

const STATES: Readonly<Record<FdbState, readonly NudWord[]>> = {
  permanent: ['noarp', 'permanent'],
  static: ['reachable', 'noarp'],
  dynamic: ['reachable'],
}

/**
 * Adds an entry: `bridge fdb add ADDRESS dev DEV …`. Fails with EEXIST when it is there.
 *
 * @example
 * ```ts
 * await host.run(fdb.add({ dev: 'veth1', address: '02:00:00:00:00:09', flags: ['master'], state: 'static' }))
 * ```
 */
export const add = (options: FdbAdd): Request<void> => write('add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Adds another destination to an address of a VXLAN device: `bridge fdb append`.
 *
 * @example
 * ```ts
 * console.log(requestBytes(fdb.append({ dev: 5, address: '00:00:00:00:00:00', dst: '192.0.2.8' })).length) // 48
 * ```
 */
export const append = (options: FdbAdd): Request<void> => write('append', options, NLM_F_CREATE | NLM_F_APPEND)
/**
 * Adds an entry, or changes the one that is there: `bridge fdb replace`.
 *
 * @example
 * ```ts
 * await host.run(fdb.replace({ dev: 'veth1', address: '02:00:00:00:00:09', flags: ['master'], state: 'static' }))
 * ```
 */
export const replace = (options: FdbAdd): Request<void> => write('replace', options, NLM_F_CREATE | NLM_F_REPLACE)

function write(verb: string, options: FdbAdd, flags: number): Request<void> {
  checkKeys(`fdb.${verb}`, options, ADD_KEYS)
  return entry(verb, RTM_NEWNEIGH, flags, options)
}

/**
 * Deletes an entry: `bridge fdb delete ADDRESS dev DEV …`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(fdb.add({ dev: 'veth1', address: '02:00:00:00:00:09', flags: ['master'], state: 'static' }))
 * await host.run(fdb.delete({ dev: 'veth1', address: '02:00:00:00:00:09', flags: ['master'] }))
 * ```
 */
function remove(options: FdbDelete): Request<void> {
  checkKeys('fdb.delete', options, DELETE_KEYS)
  return entry('delete', RTM_DELNEIGH, 0, options)
}

export { remove as delete }

function entry(verb: string, type: number, flags: number, options: FdbAdd): Request<void> {
  const { address, state = 'permanent', vlan, dst, port, vni, sourceVni, nexthopId, activity, dontRefresh } = options
  if (nexthopId !== undefined && (dst ?? port ?? vni) !== undefined)
    throw new InvalidValueError(['nexthopId'], 'stands in place of dst, port and vni')
  if (!Object.hasOwn(STATES, state))
    throw new InvalidValueError(['state'], `'${state}' is no state; one of: ${Object.keys(STATES).join(', ')}`)
  const dev = linkIndex(options.dev, 'dev')
  const via = reference(options.via, 'via')
  const extended =
    activity || dontRefresh ? { activityNotify: activity, dontRefresh: dontRefresh || undefined } : undefined
  return requests.change({
    op: `fdb.${verb}`,
    what: `${verb} fdb entry ${address} on ${String(options.dev)}`,
    type,
    flags,
    needs: [...dev.needs, ...(via?.needs ?? [])],
    body: resolved => ({
      header: {
        family: 'bridge',
        index: dev.value(resolved),
        state: STATES[state],
        flags: selfOrMaster(options.flags),
      },
      attributes: {
        linkLayerAddress: address,
        dst,
        vlan,
        nexthopId,
        port,
        vni,
        sourceVni,
        viaIndex: via?.value(resolved),
        fdbExt: extended,
      },
    }),
  })
}

const selfOrMaster = <F extends FdbFlag>(flags: readonly F[] = []): readonly FdbFlag[] =>
  flags.some(flag => flag === 'self' || flag === 'master') ? flags : ['self', ...flags]

const reference = (link: LinkReference | undefined, key: string): Needed | undefined =>
  link === undefined ? undefined : linkIndex(link, key)

/**
 * One entry: `bridge fdb get ADDRESS { br BRIDGE | dev DEV } …`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(fdb.add({ dev: 'veth1', address: '02:00:00:00:00:09', flags: ['master'], state: 'static' }))
 * const { state } = await host.run(fdb.get({ address: '02:00:00:00:00:09', bridge: 'br0' }))
 * ```
 */
export function get(options: FdbGet): Request<Neighbour> {
  checkKeys('fdb.get', options, GET_KEYS)
  const { address, vlan, vni, flags = [] } = options
  if (options.dev === undefined && options.bridge === undefined)
    throw new InvalidValueError(['dev'], 'a device or a bridge is needed')
  const dev = reference(options.dev, 'dev')
  const bridge = reference(options.bridge, 'bridge')
  return requests.get({
    answer: RTM_NEWNEIGH,
    op: 'fdb.get',
    what: `get fdb entry ${address}`,
    type: RTM_GETNEIGH,
    needs: [...(dev?.needs ?? []), ...(bridge?.needs ?? [])],
    body: resolved => ({
      header: { family: 'bridge', index: dev?.value(resolved) ?? 0, flags },
      attributes: { linkLayerAddress: address, vlan, vni, master: bridge?.value(resolved) },
    }),
  })
}

/**
 * All entries of the namespace: `bridge fdb show`, filtered by the kernel.
 *
 * @example
 * ```ts
 * for (const entry of await host.run(fdb.list({ bridge: 'br0' }))) entry.lladdr
 * ```
 */
export function list(filter: FdbFilter = {}): ListRequest<Neighbour> {
  checkKeys('fdb.list', filter, FILTER_KEYS)
  const dev = reference(filter.dev, 'dev')
  const bridge = reference(filter.bridge, 'bridge')
  return requests.list({
    answer: RTM_NEWNEIGH,
    op: 'fdb.list',
    what: 'list fdb entries',
    type: RTM_GETNEIGH,
    needs: [...(dev?.needs ?? []), ...(bridge?.needs ?? [])],
    body: resolved => ({
      header: { family: 'bridge', index: dev?.value(resolved) ?? 0 },
      attributes: { master: bridge?.value(resolved) },
    }),
  })
}

// ── flush ──────────────────────────────────────────────────────────────────

/** What a pair asks for: the bits that count, and which of them must be set. (iproute2's bridge/fdb.c: fdb_flush.) */
interface Mask<W> {
  readonly counts: readonly W[]
  readonly set: readonly W[]
}
const STATE_PAIRS: Readonly<Record<string, readonly [whenTrue: Mask<NudWord>, whenFalse: Mask<NudWord>]>> = {
  permanent: [
    { counts: ['permanent'], set: ['permanent'] },
    { counts: ['permanent'], set: [] },
  ],
  static: [
    { counts: ['noarp', 'permanent'], set: ['noarp'] },
    { counts: ['noarp'], set: [] },
  ],
  dynamic: [
    { counts: ['noarp', 'permanent'], set: [] },
    { counts: ['noarp'], set: ['noarp'] },
  ],
}
const FLAG_PAIRS: Readonly<Record<string, NtfWord>> = {
  addedByUser: 'use',
  externLearn: 'extern_learn',
  sticky: 'sticky',
  offloaded: 'offload',
  router: 'router',
}
const FLUSH_KEYS = [
  ...['dev', 'brport', 'flags', 'vlan', 'dst', 'port', 'vni', 'sourceVni', 'nexthopId'],
  ...Object.keys(STATE_PAIRS),
  ...Object.keys(FLAG_PAIRS),
]

/**
 * Deletes all entries that match: `bridge fdb flush dev DEV …`. Needs Linux 6.0, for VXLAN 6.7.
 *
 * @example
 * ```ts
 * await host.run(fdb.flush({ dev: 'br0', dynamic: true }))
 * ```
 */
export function flush(options: FdbFlush): Request<void> {
  checkKeys('fdb.flush', options, FLUSH_KEYS)
  const { vlan, dst, port, vni, sourceVni, nexthopId } = options
  const dev = linkIndex(options.dev, 'dev')
  const brport = reference(options.brport, 'brport')
  const state = new Set<NudWord>()
  const stateMask = new Set<NudWord>()
  const flags = new Set<NtfWord>(selfOrMaster(options.flags))
  const flagsMask = new Set<NtfWord>()
  for (const [key, value] of Object.entries(options)) {
    const pair = STATE_PAIRS[key]
    const flag = FLAG_PAIRS[key]
    if (value === undefined || (!pair && !flag)) continue
    if (typeof value !== 'boolean') throw new InvalidValueError([key], `must be true or false, not ${String(value)}`)
    if (pair) {
      const { counts, set } = pair[value ? 0 : 1]
      for (const word of counts) {
        stateMask.add(word)
        state.delete(word)
      }
      for (const word of set) state.add(word)
    } else {
      flagsMask.add(flag!)
      if (value) flags.add(flag!)
    }
  }
  return requests.change({
    op: 'fdb.flush',
    what: `flush fdb entries of ${String(options.dev)}`,
    type: RTM_DELNEIGH,
    flags: NLM_F_BULK,
    needs: [...dev.needs, ...(brport?.needs ?? [])],
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved), state: [...state], flags: [...flags] },
      attributes: {
        viaIndex: brport?.value(resolved),
        vlan,
        sourceVni,
        nexthopId,
        vni,
        port,
        dst,
        flagsMask: flagsMask.size > 0 ? [...flagsMask] : undefined,
        stateMask: stateMask.size > 0 ? [...stateMask] : undefined,
      },
    }),
  })
}
