// Requests about multicast databases: `bridge mdb add | replace | delete | get | show | flush` as values.
import { NLM_F_BULK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { ipBytes, macBytes } from '../netlink/text.ts'
import { type Mdb, type MdbRequestAttributes, mdbMessage, mdbRequestMessage } from '../route/mdb.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex, type Needed } from './reference.ts'
import { shapesOf } from './shapes.ts'

export interface MdbAdd {
  /** The bridge (or VXLAN device), by name or index. */
  readonly dev: LinkReference
  /** The port that wants the group; the bridge itself for the host. */
  readonly port: LinkReference
  /** An IPv4, IPv6 or MAC multicast address. */
  readonly group: string
  readonly vid?: number | undefined
  /** Only what this address sends. */
  readonly source?: string | undefined
  /** Left out: `temp`. For a MAC address, and for the bridge itself, the kernel wants `permanent`. */
  readonly state?: 'temp' | 'permanent' | undefined
  /** Since Linux 6.3: only (`include`), or all but (`exclude`), what these send. */
  readonly sources?: readonly string[] | undefined
  readonly filterMode?: 'include' | 'exclude' | undefined
  readonly protocol?: MdbRequestAttributes['protocol']
  /** VXLAN, since Linux 6.4: the tunnel's other end, its UDP port, VNI, and the link to send through. */
  readonly dst?: string | undefined
  readonly dstPort?: number | undefined
  readonly vni?: number | undefined
  readonly sourceVni?: number | undefined
  readonly via?: LinkReference | undefined
}
export type MdbDelete = Omit<MdbAdd, 'state' | 'filterMode' | 'sources'>

export interface MdbGet {
  readonly dev: LinkReference
  readonly group: string
  readonly vid?: number | undefined
  readonly source?: string | undefined
  readonly sourceVni?: number | undefined
}

export interface MdbFlush {
  readonly dev: LinkReference
  /** Only entries of this port. */
  readonly port?: LinkReference | undefined
  readonly vid?: number | undefined
  readonly state?: 'temp' | 'permanent' | undefined
  readonly protocol?: MdbRequestAttributes['protocol']
  readonly dst?: string | undefined
  readonly dstPort?: number | undefined
  readonly vni?: number | undefined
  readonly sourceVni?: number | undefined
}

const REMOTE_KEYS = ['protocol', 'dst', 'dstPort', 'vni', 'sourceVni']
const DELETE_KEYS = ['dev', 'port', 'group', 'vid', 'source', ...REMOTE_KEYS, 'via']
const ADD_KEYS = [...DELETE_KEYS, 'state', 'sources', 'filterMode']
const GET_KEYS = ['dev', 'group', 'vid', 'source', 'sourceVni']
const FLUSH_KEYS = ['dev', 'port', 'vid', 'state', ...REMOTE_KEYS]
const { RTM_NEWMDB, RTM_DELMDB, RTM_GETMDB } = mdbRequestMessage.types
const requests = shapesOf(mdbRequestMessage, mdbMessage)

/**
 * Adds an entry: `bridge mdb add dev BRIDGE port PORT grp GROUP …`. Fails with EEXIST when it is there.
 *
 * @example
 * ```ts
 * await host.run(mdb.add({ dev: 'br0', port: 'veth1', group: '239.1.1.1', state: 'permanent' }))
 * ```
 */
export const add = (options: MdbAdd): Request<void> => write('add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Adds an entry, or changes the one that is there: `bridge mdb replace`. Needs Linux 6.3.
 *
 * @example
 * ```ts
 * await host.run(mdb.replace({ dev: 'br0', port: 'veth1', group: '239.1.1.1', state: 'permanent' }))
 * ```
 */
export const replace = (options: MdbAdd): Request<void> => write('replace', options, NLM_F_CREATE | NLM_F_REPLACE)

function write(verb: string, options: MdbAdd, flags: number): Request<void> {
  checkKeys(`mdb.${verb}`, options, ADD_KEYS)
  return entry(verb, RTM_NEWMDB, flags, options)
}

/**
 * Deletes an entry: `bridge mdb delete dev BRIDGE port PORT grp GROUP …`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(mdb.add({ dev: 'br0', port: 'veth1', group: '239.1.1.1', state: 'permanent' }))
 * await host.run(mdb.delete({ dev: 'br0', port: 'veth1', group: '239.1.1.1' }))
 * ```
 */
function remove(options: MdbDelete): Request<void> {
  checkKeys('mdb.delete', options, DELETE_KEYS)
  return entry('delete', RTM_DELMDB, 0, options)
}

export { remove as delete }

function entry(verb: string, type: number, flags: number, options: MdbAdd): Request<void> {
  const { group, vid = 0, state = 'temp' } = options
  checkGroup(group)
  const dev = linkIndex(options.dev, 'dev')
  const port = linkIndex(options.port, 'port')
  const via = reference(options.via, 'via')
  return requests.change({
    op: `mdb.${verb}`,
    what: `${verb} mdb entry ${group} on ${String(options.port)}`,
    type,
    flags,
    needs: [...dev.needs, ...port.needs, ...(via?.needs ?? [])],
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        entry: { index: port.value(resolved), state, vid, group },
        attributes: whole({ ...remote(options), viaIndex: via?.value(resolved) }),
      },
    }),
  })
}

function checkGroup(group: unknown): void {
  if (typeof group === 'string' && (ipBytes(group) ?? macBytes(group))) return
  throw new InvalidValueError(['group'], `must be an IPv4, IPv6 or MAC address, not ${String(group)}`)
}

/** The attributes beside the entry, in iproute2's order. */
const remote = (options: Omit<Partial<MdbAdd>, 'dev' | 'port' | 'group'>): MdbRequestAttributes => ({
  source: options.source,
  sources: options.sources && { entries: options.sources.map(address => ({ address })) },
  groupMode: options.filterMode,
  protocol: options.protocol,
  dst: options.dst,
  dstPort: options.dstPort,
  vni: options.vni,
  sourceVni: options.sourceVni,
})

/** The nest is left out where it would be empty. */
const whole = (attributes: MdbRequestAttributes): MdbRequestAttributes | undefined =>
  Object.values(attributes).some(value => value !== undefined) ? attributes : undefined

const reference = (link: LinkReference | undefined, key: string): Needed | undefined =>
  link === undefined ? undefined : linkIndex(link, key)

/**
 * One entry, with all its ports: `bridge mdb get dev BRIDGE grp GROUP …`. Needs Linux 6.8; ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(mdb.add({ dev: 'br0', port: 'veth1', group: '239.1.1.1', state: 'permanent' }))
 * const entry = await host.run(mdb.get({ dev: 'br0', group: '239.1.1.1' }))
 * ```
 */
export function get(options: MdbGet): Request<Mdb> {
  checkKeys('mdb.get', options, GET_KEYS)
  const { group, vid = 0 } = options
  checkGroup(group)
  const dev = linkIndex(options.dev, 'dev')
  return requests.get({
    answer: RTM_NEWMDB,
    op: 'mdb.get',
    what: `get mdb entry ${group} of ${String(options.dev)}`,
    type: RTM_GETMDB,
    needs: dev.needs,
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: { entry: { vid, group }, attributes: whole(remote(options)) },
    }),
  })
}

/** Bridges answer with the request's type (net/bridge/br_mdb.c: br_mdb_dump), VXLAN devices with RTM_NEWMDB. */
const LISTED = [RTM_GETMDB, RTM_NEWMDB]

/**
 * The databases of all bridges and VXLAN devices, an object a device (its `index`): `bridge mdb show`. The kernel refuses to choose among
 * them (net/core/rtnetlink.c: rtnl_mdb_valid_dump_req).
 *
 * @example
 * ```ts
 * const databases = await host.run(mdb.list())
 * ```
 */
export const list = (): ListRequest<Mdb> =>
  requests.list({
    answer: LISTED,
    op: 'mdb.list',
    what: 'list multicast databases',
    type: RTM_GETMDB,
    body: () => ({ header: { family: 'bridge' } }),
  })

/**
 * Deletes all entries that match: `bridge mdb flush dev BRIDGE …`. Needs Linux 6.8.
 *
 * @example
 * ```ts
 * await host.run(mdb.flush({ dev: 'br0', state: 'permanent' }))
 * ```
 */
export function flush(options: MdbFlush): Request<void> {
  checkKeys('mdb.flush', options, FLUSH_KEYS)
  const { vid = 0, state } = options
  const dev = linkIndex(options.dev, 'dev')
  const port = reference(options.port, 'port')
  return requests.change({
    op: 'mdb.flush',
    what: `flush the multicast database of ${String(options.dev)}`,
    type: RTM_DELMDB,
    flags: NLM_F_BULK,
    needs: [...dev.needs, ...(port?.needs ?? [])],
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        entry: { index: port?.value(resolved) ?? 0, state: state ?? 'temp', vid },
        attributes: whole({ ...remote(options), stateMask: state === undefined ? undefined : 1 }),
      },
    }),
  })
}
