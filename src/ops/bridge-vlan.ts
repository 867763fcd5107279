// Requests about the VLANs of bridges and their ports: `bridge vlan add | delete | set | show | tunnelshow` and
// `bridge vlan global set | show` as values. Needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING.
import type { ListRequest, Request, Resolved } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import {
  type BridgeVlan,
  type BridgeVlanEntry,
  type BridgeVlanOptions,
  bridgeVlanMessage,
  bridgeVlanRequestMessage,
} from '../route/bridge-vlan.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

/** One VLAN, or all from the first to the last. */
export type VlanRange = number | readonly [first: number, last: number]

export interface BridgeVlanAdd {
  /** The port, or with `for: 'self'` the bridge itself. */
  readonly dev: LinkReference
  readonly vid: VlanRange
  /** Frames without a tag belong to it. Not for a range. */
  readonly pvid?: boolean | undefined
  /** Frames of it leave the port without a tag. */
  readonly untagged?: boolean | undefined
  /** The tunnel's id (a VXLAN's VNI) that it is mapped to; for a range, a range of as many. */
  readonly tunnelId?: VlanRange | undefined
  /** Whom it is for: the port's bridge (`master`), the device itself (`self`), or both; left out, the bridge. */
  readonly for?: readonly ('self' | 'master')[] | undefined
}
export type BridgeVlanDelete = BridgeVlanAdd

/** Options of a VLAN on a port or a bridge. */
export type BridgeVlanSet = {
  readonly dev: LinkReference
  readonly vid: VlanRange
} & Pick<BridgeVlanEntry, 'state' | 'mcastRouter' | 'mcastMaxGroups' | 'neighSuppress'>

/** Options of a VLAN of the whole bridge; intervals in centiseconds. */
export type BridgeVlanGlobalSet = { readonly dev: LinkReference; readonly vid: VlanRange } & Omit<
  BridgeVlanOptions,
  'id' | 'range' | '_pad' | 'mcastRouterPorts' | 'mcastQuerierState'
>

export interface BridgeVlanFilter {
  readonly dev?: LinkReference | undefined
  /** Ask for the counters too. */
  readonly statistics?: boolean | undefined
}

const ADD_KEYS = ['dev', 'vid', 'pvid', 'untagged', 'tunnelId', 'for']
const SET_KEYS = ['dev', 'vid', 'state', 'mcastRouter', 'mcastMaxGroups', 'neighSuppress']
const GLOBAL_KEYS = [
  ...['dev', 'vid', 'mcastSnooping', 'mcastQuerier', 'mcastIgmpVersion', 'mcastMldVersion', 'mcastLastMemberCount'],
  ...['mcastStartupQueryCount', 'mcastLastMemberInterval', 'mcastMembershipInterval', 'mcastQuerierInterval'],
  ...['mcastQueryInterval', 'mcastQueryResponseInterval', 'mcastStartupQueryInterval', 'msti'],
]
const { RTM_NEWVLAN } = bridgeVlanMessage.types
const { RTM_GETVLAN } = bridgeVlanRequestMessage.types
const { RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK } = linkMessage.types
const ofLinks = shapesOf(linkMessage, linkMessage)
const ofVlans = shapesOf(bridgeVlanMessage, bridgeVlanMessage)
const listed = shapesOf(bridgeVlanRequestMessage, bridgeVlanMessage)
const LAST_VID = 4095
const LAST_TUNNEL = 0xffffff

/** A range's ends; they are the same for one. */
function range(value: VlanRange, key: string, most: number): { first: number; last: number; single: boolean } {
  const [first, last] = typeof value === 'number' ? [value, value] : value
  const valid = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 0 && (id as number) <= most
  if (!valid(first) || !valid(last) || last < first)
    throw new InvalidValueError([key], `must be a whole number up to ${most}, or [first, last], not ${String(value)}`)
  return { first, last, single: typeof value === 'number' }
}

const rangeText = (value: VlanRange): string => (typeof value === 'number' ? String(value) : value.join('-'))

/**
 * Adds VLANs to a port: `bridge vlan add vid VID dev DEV …`.
 *
 * @example
 * ```ts
 * await host.run(bridgeVlan.add({ dev: 'veth1', vid: 10, pvid: true, untagged: true }))
 * ```
 */
export const add = (options: BridgeVlanAdd): Request<void> => modify('add', RTM_SETLINK, options)
/**
 * Takes VLANs from a port: `bridge vlan delete vid VID dev DEV …`.
 *
 * @example
 * ```ts
 * await host.run(bridgeVlan.delete({ dev: 'veth1', vid: [10, 20] }))
 * ```
 */
const remove = (options: BridgeVlanDelete): Request<void> => modify('delete', RTM_DELLINK, options)

export { remove as delete }

function modify(verb: string, type: number, options: BridgeVlanAdd): Request<void> {
  checkKeys(`bridgeVlan.${verb}`, options, ADD_KEYS)
  const { pvid, untagged, tunnelId, for: whom = [] } = options
  const vid = range(options.vid, 'vid', LAST_VID)
  if (pvid && !vid.single) throw new InvalidValueError(['pvid'], 'is for one VLAN, not for a range')
  const tunnel = tunnelId === undefined ? undefined : range(tunnelId, 'tunnelId', LAST_TUNNEL)
  if (tunnel && tunnel.last - tunnel.first !== vid.last - vid.first)
    throw new InvalidValueError(['tunnelId'], 'must be a range of as many ids as there are VLANs')
  const dev = linkIndex(options.dev, 'dev')
  const flags = [...(pvid ? (['pvid'] as const) : []), ...(untagged ? (['untagged'] as const) : [])]
  return ofLinks.change({
    op: `bridgeVlan.${verb}`,
    what: `${verb} VLAN ${rangeText(options.vid)} on ${String(options.dev)}`,
    type,
    needs: dev.needs,
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        afSpec: {
          ...(whom.length > 0 && { flags: whom }),
          ...(tunnel
            ? {
                vlanTunnels: ends(vid.single).map(({ end, flag }) => ({
                  id: tunnel[end],
                  vid: vid[end],
                  flags: flag,
                })),
              }
            : { vlans: ends(vid.single).map(({ end, flag }) => ({ flags: [...flags, ...flag], vid: vid[end] })) }),
        },
      },
    }),
  })
}

/** A range goes out as its two ends, each marked. */
const ends = (single: boolean) =>
  single
    ? [{ end: 'first', flag: [] } as const]
    : [{ end: 'first', flag: ['range_begin'] } as const, { end: 'last', flag: ['range_end'] } as const]

/**
 * Changes the options of VLANs that are there: `bridge vlan set vid VID dev DEV …`.
 *
 * @example
 * ```ts
 * await host.run(bridgeVlan.set({ dev: 'veth1', vid: 10, state: 'forwarding' }))
 * ```
 */
export function set(options: BridgeVlanSet): Request<void> {
  checkKeys('bridgeVlan.set', options, SET_KEYS)
  const { dev: link, vid, ...settings } = options
  const { first, last, single } = range(vid, 'vid', LAST_VID)
  const dev = linkIndex(link, 'dev')
  return ofVlans.change({
    op: 'bridgeVlan.set',
    what: `set VLAN ${rangeText(vid)} on ${String(link)}`,
    type: RTM_NEWVLAN,
    needs: dev.needs,
    body: (resolved: Resolved) => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        entries: [{ info: { flags: ['only_opts'], vid: first }, range: single ? undefined : last, ...settings }],
      },
    }),
  })
}

/**
 * Changes the options of VLANs of a whole bridge: `bridge vlan global set vid VID dev BRIDGE …`.
 *
 * @example
 * ```ts
 * await host.run(bridgeVlan.setGlobal({ dev: 'br0', vid: 10, mcastSnooping: true }))
 * ```
 */
export function setGlobal(options: BridgeVlanGlobalSet): Request<void> {
  checkKeys('bridgeVlan.setGlobal', options, GLOBAL_KEYS)
  const { dev: link, vid, ...settings } = options
  const { first, last, single } = range(vid, 'vid', LAST_VID)
  const dev = linkIndex(link, 'dev')
  return ofVlans.change({
    op: 'bridgeVlan.setGlobal',
    what: `set global VLAN ${rangeText(vid)} of ${String(link)}`,
    type: RTM_NEWVLAN,
    needs: dev.needs,
    body: (resolved: Resolved) => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: { globalOptions: [{ id: first, range: single ? undefined : last, ...settings }] },
    }),
  })
}

/**
 * The VLANs of bridges and ports with their options, an object a device: `bridge -d vlan show`.
 *
 * @example
 * ```ts
 * for (const vlan of await host.run(bridgeVlan.list())) vlan.ifindex
 * ```
 */
export const list = (filter: BridgeVlanFilter = {}): ListRequest<BridgeVlan> => {
  checkKeys('bridgeVlan.list', filter, ['dev', 'statistics'])
  return dump('bridgeVlan.list', filter, filter.statistics ? ['stats'] : [])
}
/**
 * The options of VLANs of whole bridges: `bridge vlan global show`.
 *
 * @example
 * ```ts
 * for (const vlan of await host.run(bridgeVlan.listGlobal())) vlan.ifindex
 * ```
 */
export const listGlobal = (filter: Pick<BridgeVlanFilter, 'dev'> = {}): ListRequest<BridgeVlan> => {
  checkKeys('bridgeVlan.listGlobal', filter, ['dev'])
  return dump('bridgeVlan.listGlobal', filter, ['global'])
}

function dump(op: string, filter: BridgeVlanFilter, flags: readonly ('stats' | 'global')[]): ListRequest<BridgeVlan> {
  const dev = filter.dev === undefined ? undefined : linkIndex(filter.dev, 'dev')
  return listed.list({
    answer: RTM_NEWVLAN,
    op,
    what: 'list the VLANs of bridges',
    type: RTM_GETVLAN,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: { family: 'bridge', index: dev?.value(resolved) ?? 0 },
      attributes: { flags },
    }),
  })
}

/**
 * The ports of bridges with their VLANs and tunnels, in `afSpec`: `bridge vlan show`, `bridge vlan tunnelshow`.
 * Compressed, VLANs that follow one another are a range's two ends.
 *
 * @example
 * ```ts
 * for (const port of await host.run(bridgeVlan.listPorts())) port.name
 * ```
 */
export const listPorts = ({ compressed = false }: { readonly compressed?: boolean } = {}): ListRequest<Link> =>
  ofLinks.list({
    answer: RTM_NEWLINK,
    op: 'bridgeVlan.listPorts',
    what: 'list the VLANs of ports of bridges',
    type: RTM_GETLINK,
    body: () => ({
      header: { family: 'bridge' },
      attributes: { extMask: [compressed ? 'brvlan_compressed' : 'brvlan'] },
    }),
  })
