// Requests about links: `ip link add | set | delete | show` as values. No I/O: a connection runs them.
// Attributes go out in the order in which the options are written, as iproute2 sends its arguments.
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.ts'
import type { ListRequest, Reference, Request, Resolved } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import type { Link, LinkAttributesInput, LinkDataInput, LinkKindName, PortDataInput } from '../route/link.ts'
import { linkMessage, RTEXT_FILTER } from '../route/link.ts'
import type { NetnsReference } from '../sys/netns-path.ts'
import { checkKeys } from './options.ts'
import {
  checkLinkIndex,
  checkLinkName,
  describeLink,
  describeNetns,
  type LinkReference,
  linkIndex,
  linkKey,
  type Needed,
  netnsFd,
} from './reference.ts'

/** What a link can be told when it is made and afterwards. `undefined` leaves a thing as it is. */
export interface LinkSettings {
  /** Set it up (IFF_UP) or down. */
  readonly up?: boolean | undefined
  /** Its largest packet, in bytes. */
  readonly mtu?: number | undefined
  /** Its link-layer address, `02:00:00:00:00:01`. */
  readonly address?: string | undefined
  readonly broadcast?: string | undefined
  /** The bridge (bond, VRF…) it becomes a port of; null takes it out. */
  readonly master?: LinkReference | null | undefined
  /** The namespace it is made in, or moves to: a name, a path, `{ pid }`, `{ fd }`, or what `netns.open` answers. */
  readonly netns?: NetnsReference | undefined
  /** Packets in its transmit queue. */
  readonly txQueueLength?: number | undefined
  readonly group?: number | undefined
  /** A text for people; '' takes it away. */
  readonly alias?: string | undefined
  /** Answer and send ARP; `false` is IFF_NOARP. */
  readonly arp?: boolean | undefined
  readonly multicast?: boolean | undefined
  readonly allMulticast?: boolean | undefined
  readonly promiscuous?: boolean | undefined
  readonly dynamic?: boolean | undefined
  /** Signal a carrier or none, where the driver lets one. */
  readonly carrier?: boolean | undefined
  readonly protoDown?: boolean | undefined
  /** Use trailers; `false` is IFF_NOTRAILERS. */
  readonly trailers?: boolean | undefined
}

/**
 * The other end of a pair. It cannot be set up by the request that makes it: the kernel opens it before the pair is
 * joined (drivers/net/veth.c: veth_open, ENOTCONN). Set it up afterwards, in its own namespace.
 */
export interface PeerSettings extends Omit<LinkSettings, 'up'> {
  readonly name?: string | undefined
  /** The index it shall have. */
  readonly index?: number | undefined
  readonly txQueues?: number | undefined
  readonly rxQueues?: number | undefined
}

export interface LinkAdd<K extends string = string> extends LinkSettings {
  /** `veth`, `bridge`, `vxlan`… */
  readonly kind: K
  /** Left out, the kernel chooses one. At most 15 bytes, no slash, colon or white space. */
  readonly name?: string | undefined
  /** The index it shall have. */
  readonly index?: number | undefined
  /** The link below it (macvlan, vlan, vxlan's device is `data.link`). */
  readonly link?: LinkReference | undefined
  readonly txQueues?: number | undefined
  readonly rxQueues?: number | undefined
  /** The kind's own options. */
  readonly data?: (K extends LinkKindName ? LinkDataInput<K> : Uint8Array) | undefined
  /** The other end of a veth pair; left out, the kernel names it. */
  readonly peer?: PeerSettings | undefined
}

export interface LinkSet<K extends string = string, P extends LinkKindName = LinkKindName> extends LinkSettings {
  /** A new name. With `netns`, the name it has there. */
  readonly name?: string | undefined
  /** The kind whose options `data` changes. */
  readonly kind?: K | undefined
  readonly data?: LinkDataInput<K extends LinkKindName ? K : LinkKindName> | Uint8Array | undefined
  /** Options as a port of its master (`{ isolated: true }` for a bridge's). */
  readonly port?: { readonly kind: P; readonly data?: PortDataInput<P> } | undefined
  /** The BPF program that sees each packet first; null takes it off. */
  readonly xdp?: XdpProgram | null | undefined
}

/** `ip link set … xdp`: a program and where it runs. */
export interface XdpProgram {
  /** A program's descriptor: bpf.load's, or bpf.open's. */
  readonly fd: number
  /** `skb_mode` (generic), `drv_mode` (the driver's) or `hw_mode` (the device's own), and `update_if_noexist`, `replace`. */
  readonly flags?: NonNullable<LinkAttributesInput['xdp']>['flags']
  /** The program that is to be replaced; with the flag `replace`. */
  readonly expectedFd?: number | undefined
}

export interface LinkFilter {
  /** Only the ports of this link. */
  readonly master?: LinkReference | undefined
  /** Only links of this kind. */
  readonly kind?: string | undefined
  /** Only links that are (or are not) set up. */
  readonly up?: boolean | undefined
  /** Only links of this group. */
  readonly group?: number | undefined
  /** Ask for the counters of IPv6 and of virtual functions too; packet and byte counts always come. Default true. */
  readonly statistics?: boolean | undefined
}

// ── settings → header and attributes ───────────────────────────────────────

type Flag = 'up' | 'noarp' | 'multicast' | 'allmulti' | 'promisc' | 'dynamic' | 'notrailers'
/** Options that are a flag of the header: which, and its value when the option is true. */
const FLAGS: Readonly<Record<string, { readonly flag: Flag; readonly when: boolean }>> = {
  up: { flag: 'up', when: true },
  arp: { flag: 'noarp', when: false },
  multicast: { flag: 'multicast', when: true },
  allMulticast: { flag: 'allmulti', when: true },
  promiscuous: { flag: 'promisc', when: true },
  dynamic: { flag: 'dynamic', when: true },
  trailers: { flag: 'notrailers', when: false },
}

/** Options that are an attribute of another name. */
const RENAMED: Readonly<Record<string, keyof LinkAttributesInput>> = {
  txQueues: 'numTxQueues',
  rxQueues: 'numRxQueues',
}

const SETTINGS = [
  ...Object.keys(FLAGS),
  ...['mtu', 'address', 'broadcast', 'master', 'netns', 'txQueueLength', 'group', 'alias', 'carrier', 'protoDown'],
]
const PEER_KEYS = [...SETTINGS.filter(key => key !== 'up'), 'name', 'index', 'txQueues', 'rxQueues']
const ADD_KEYS = [...SETTINGS, 'kind', 'name', 'index', 'link', 'txQueues', 'rxQueues', 'data', 'peer']
const SET_KEYS = [...SETTINGS, 'name', 'kind', 'data', 'port', 'xdp']
const FILTER_KEYS = ['master', 'kind', 'up', 'group', 'statistics']

/** A link's settings, ready but for the numbers of what they refer to. */
interface Prepared {
  readonly header: { readonly flags: Flag[]; readonly change: Flag[]; readonly index?: number }
  readonly needs: readonly Reference[]
  attributes(resolved: Resolved): LinkAttributesInput
}

function prepare(options: object, name: string | undefined, where: string): Prepared {
  const flags: Flag[] = []
  const change: Flag[] = []
  const needs: Reference[] = []
  const parts: ((resolved: Resolved) => LinkAttributesInput)[] = []
  const refer = (attribute: keyof LinkAttributesInput, needed: Needed): void => {
    needs.push(...needed.needs)
    parts.push(resolved => ({ [attribute]: needed.value(resolved) }))
  }
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || !SETTINGS.includes(key)) continue
    const flag = FLAGS[key]
    if (flag) {
      if (typeof value !== 'boolean')
        throw new InvalidValueError([`${where}${key}`], `must be true or false, not ${String(value)}`)
      change.push(flag.flag)
      if (value === flag.when) flags.push(flag.flag)
    } else if (key === 'master') {
      if (value === null) parts.push(() => ({ master: 0 }))
      else refer('master', linkIndex(value as LinkReference, `${where}master`))
    } else if (key === 'netns') {
      const netns = value as NetnsReference
      // A pid travels as it is, and means the sender's pid namespace (net/core/net_namespace.c: get_net_ns_by_pid).
      if (typeof netns === 'object' && netns !== null && 'pid' in netns && netns.pid !== undefined)
        parts.push(() => ({ netnsPid: netns.pid! }))
      else refer('netnsFd', netnsFd(netns, `${where}netns`))
    } else parts.push(() => ({ [key]: value }))
  }
  if (name !== undefined) parts.push(() => ({ name }))
  return {
    header: { flags, change },
    needs,
    attributes: resolved => Object.assign({}, ...parts.map(part => part(resolved))),
  }
}

// ── the requests ───────────────────────────────────────────────────────────

/**
 * Makes a link: `ip link add NAME type KIND …`. A veth's peer is made with it, in another namespace where it says so.
 * Fails with EEXIST when the name is taken, EOPNOTSUPP when the kernel lacks the kind.
 *
 * @example
 * ```ts
 * await host.run(link.add({ kind: 'veth', name: 'veth3', up: true, peer: { name: 'veth4', netns: 'ns1' } }))
 * ```
 */
export function add<const K extends string>(options: LinkAdd<K>): Request<void> {
  checkKeys('link.add', options, ADD_KEYS)
  const { kind, data, peer, index } = options
  if (typeof kind !== 'string' || kind === '')
    throw new InvalidValueError(['kind'], "must be a link's kind: 'veth', 'bridge'…")
  if (peer && !PAIRS.has(kind))
    throw new InvalidValueError(['peer'], `is for pairs (${[...PAIRS].join(', ')}), not for ${kind}`)
  const name = options.name === undefined ? undefined : checkLinkName(options.name)
  const own = prepare(options, name, '')
  const lower = options.link === undefined ? undefined : linkIndex(options.link, 'link')
  const other = peer && preparePeer(peer)
  return change('link.add', `add ${describe(name)} (${kind})`, NLM_F_CREATE | NLM_F_EXCL, {
    needs: [...(lower?.needs ?? []), ...own.needs, ...(other?.needs ?? [])],
    affects: [name, peer?.name].filter(n => n !== undefined).map(linkKey),
    header: () => ({ ...own.header, index: index ?? 0 }),
    attributes(resolved) {
      const info = other
        ? { ...(data as object), peer: { header: other.header, attributes: other.attributes(resolved) } }
        : data
      return {
        ...(lower && { link: lower.value(resolved) }),
        ...queues(options),
        ...own.attributes(resolved),
        linkInfo: { kind, data: info as LinkDataInput<LinkKindName> },
      }
    },
  })
}

/** Kinds that are made in twos. */
const PAIRS = new Set(['veth', 'vxcan', 'netkit'])

function preparePeer(peer: PeerSettings): Prepared {
  if ('up' in peer && peer.up !== undefined)
    throw new InvalidValueError(['peer', 'up'], 'cannot be set while the pair is made: set the peer up afterwards')
  checkKeys('link.add peer', peer, PEER_KEYS)
  const name = peer.name === undefined ? undefined : checkLinkName(peer.name, 'peer.name')
  const { header, needs, attributes } = prepare(peer, name, 'peer.')
  return {
    header: { ...header, ...(peer.index !== undefined && { index: peer.index }) },
    needs,
    attributes: resolved => ({ ...queues(peer), ...attributes(resolved) }),
  }
}

function queues(options: Pick<LinkAdd, 'txQueues' | 'rxQueues'>): LinkAttributesInput {
  return Object.fromEntries(
    Object.entries(RENAMED).map(([key, attribute]) => [attribute, options[key as 'txQueues' | 'rxQueues']]),
  )
}

/**
 * Changes a link: `ip link set LINK …`. Moving it (`netns`) and renaming it (`name`) in one request is one step: it
 * never has its old name there. A moved link has a new index in its new namespace, and loses its addresses.
 *
 * @example
 * ```ts
 * await host.run(link.set('eth0', { mtu: 1400, alias: 'to the wire' }))
 * ```
 */
export function set<const K extends string, const P extends LinkKindName>(
  link: LinkReference,
  options: LinkSet<K, P>,
): Request<void> {
  checkKeys('link.set', options, SET_KEYS)
  const target = linkIndex(link, 'link')
  const name = options.name === undefined ? undefined : checkLinkName(options.name)
  const own = prepare(options, name, '')
  const { kind, data, port, xdp } = options
  const names = [
    ...(typeof link === 'string' && (name !== undefined || options.netns) ? [link] : []),
    ...(name ? [name] : []),
  ]
  const to = options.netns === undefined ? '' : ` (move to ${describeNetns(options.netns)})`
  return change('link.set', `set ${describe(link)}${to}`, 0, {
    needs: [...target.needs, ...own.needs],
    affects: names.map(linkKey),
    header: resolved => ({ ...own.header, index: target.value(resolved) }),
    attributes: resolved => ({
      ...own.attributes(resolved),
      ...(xdp !== undefined && { xdp: xdp ?? { fd: -1 } }),
      ...((kind !== undefined || port) && {
        linkInfo: {
          kind,
          data: data as LinkDataInput<LinkKindName>,
          slaveKind: port?.kind,
          slaveData: port?.data as PortDataInput<LinkKindName>,
        },
      }),
    }),
  })
}

/**
 * Deletes a link: `ip link delete LINK`. The other end of a veth goes too.
 *
 * @example
 * ```ts
 * await host.run(link.delete('veth1'))
 * ```
 */
function remove(link: LinkReference): Request<void> {
  const target = linkIndex(link, 'link')
  return {
    ...change('link.delete', `delete ${describe(link)}`, 0, {
      needs: target.needs,
      affects: typeof link === 'string' ? [linkKey(link)] : [],
      header: resolved => ({ index: target.value(resolved) }),
      attributes: () => ({}),
    }),
    type: linkMessage.types.RTM_DELLINK,
  }
}

export { remove as delete }

/**
 * Changes every link of a group in one step: `ip link set group GROUP …`.
 *
 * @example
 * ```ts
 * await host.run(link.setGroup(7, { up: false }))
 * ```
 */
export function setGroup(group: number, options: LinkSettings): Request<void> {
  checkKeys('link.setGroup', options, SETTINGS)
  const own = prepare(options, undefined, '')
  return change('link.setGroup', `set the links of group ${group}`, 0, {
    needs: own.needs,
    affects: [],
    header: () => own.header,
    attributes: resolved => ({ group, ...own.attributes(resolved) }),
  })
}

/**
 * Deletes every link of a group in one step: `ip link delete group GROUP`.
 *
 * @example
 * ```ts
 * await host.run(link.set('veth1', { group: 7 }))
 * await host.run(link.deleteGroup(7))
 * ```
 */
export function deleteGroup(group: number): Request<void> {
  const request = change('link.deleteGroup', `delete the links of group ${group}`, 0, {
    needs: [],
    affects: [],
    header: () => ({}),
    attributes: () => ({ group }),
  })
  return { ...request, type: linkMessage.types.RTM_DELLINK }
}

/**
 * Gives a link more names: `ip link property add dev LINK altname NAME …`. Each has at most 127 bytes.
 *
 * @example
 * ```ts
 * await host.run(link.addAltNames('eth0', ['the-first-card']))
 * ```
 */
export const addAltNames = (link: LinkReference, names: readonly string[]): Request<void> =>
  alternativeNames('link.addAltNames', 'add alternative names to', link, names)
/**
 * Takes names of a link away: `ip link property del dev LINK altname NAME …`.
 *
 * @example
 * ```ts
 * await host.run(link.addAltNames('eth0', ['the-first-card']))
 * await host.run(link.deleteAltNames('eth0', ['the-first-card']))
 * ```
 */
export const deleteAltNames = (link: LinkReference, names: readonly string[]): Request<void> =>
  alternativeNames('link.deleteAltNames', 'delete alternative names of', link, names)

function alternativeNames(op: string, verb: string, link: LinkReference, names: readonly string[]): Request<void> {
  const target = linkIndex(link, 'link')
  const altNames = names.map(name => checkLinkName(name, 'names', 127))
  const { RTM_NEWLINKPROP, RTM_DELLINKPROP } = linkMessage.types
  const adds = op === 'link.addAltNames'
  const request = change(op, `${verb} ${describe(link)}`, adds ? NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND : 0, {
    needs: target.needs,
    affects: altNames.map(linkKey),
    header: resolved => ({ index: target.value(resolved) }),
    attributes: () => ({ propList: { altNames } }),
  })
  return { ...request, type: adds ? RTM_NEWLINKPROP : RTM_DELLINKPROP }
}

/** What a link is asked with: its virtual functions too. */
const EXT_VF = RTEXT_FILTER.byWord.get('vf')!

/**
 * One link: `ip link show dev LINK`. Fails with ENODEV when there is none.
 *
 * @example
 * ```ts
 * const { mtu, operState } = await host.run(link.get('eth0'))
 * ```
 */
export function get(link: LinkReference): Request<Link> {
  const asked = typeof link === 'number' ? byIndex(link) : byName(link)
  return {
    op: 'link.get',
    what: `get ${describe(link)}`,
    mode: 'get',
    type: linkMessage.types.RTM_GETLINK,
    flags: 0,
    message: linkMessage,
    needs: [],
    encode: w => linkMessage.encode(w, asked),
    decode: decodeLink,
    finish: theLink,
  }
}

const theLink = ([found]: unknown[]): Link => found as Link

type LinkInput = Parameters<typeof linkMessage.encode>[1]

const JUST_VF: LinkAttributesInput = { extMask: EXT_VF }

function byIndex(index: number): LinkInput {
  checkLinkIndex(index, 'link')
  return { header: { index }, attributes: JUST_VF }
}

function byName(link: string): LinkInput {
  const name = checkLinkName(link, 'link', 127)
  return { attributes: { ...(Buffer.byteLength(name) > 15 ? { altName: name } : { name }), extMask: EXT_VF } }
}

/**
 * All links of the namespace: `ip link show`, filtered by the kernel as far as it can.
 *
 * @example
 * ```ts
 * for (const port of await host.run(link.list({ master: 'br0' }))) console.log(port.name) // veth1
 * ```
 */
export function list(filter: LinkFilter = {}): ListRequest<Link> {
  checkKeys('link.list', filter, FILTER_KEYS)
  const master = filter.master === undefined ? undefined : linkIndex(filter.master, 'master')
  const { kind, up, group, statistics = true } = filter
  const wanted = (l: Link): boolean => (up === undefined || l.up === up) && (group === undefined || l.group === group)
  return {
    op: 'link.list',
    what: 'list links',
    mode: 'dump',
    type: linkMessage.types.RTM_GETLINK,
    flags: 0,
    message: linkMessage,
    needs: master?.needs ?? [],
    encode: (w, resolved) =>
      linkMessage.encode(w, {
        header: { family: 'packet' },
        attributes: {
          extMask: statistics ? ['vf'] : ['vf', 'skip_stats'],
          master: master?.value(resolved),
          ...(kind !== undefined && { linkInfo: { kind } }),
        },
      }),
    decode:
      up === undefined && group === undefined
        ? decodeLink
        : (type, v, b, p, end) => {
            const found = decodeLink(type, v, b, p, end)
            return found && wanted(found) ? found : undefined
          },
    finish: links => links,
  }
}

const { RTM_NEWLINK } = linkMessage.types
const decodeLink = (type: number, v: DataView, b: Uint8Array, p: number, end: number): Link | undefined =>
  type === RTM_NEWLINK ? linkMessage.decode(v, b, p, end) : undefined

const describe = (link: LinkReference | undefined): string => (link === undefined ? 'a link' : describeLink(link))

interface Change {
  readonly needs: readonly Reference[]
  readonly affects: readonly string[]
  header(resolved: Resolved): Parameters<typeof linkMessage.encode>[1]['header']
  attributes(resolved: Resolved): LinkAttributesInput
}

function change(op: string, what: string, flags: number, parts: Change): Request<void> {
  return {
    op,
    what,
    mode: 'change',
    type: RTM_NEWLINK,
    flags,
    message: linkMessage,
    needs: parts.needs,
    affects: parts.affects,
    encode(w, resolved) {
      const header = parts.header(resolved)
      linkMessage.encode(w, { ...(header && { header }), attributes: parts.attributes(resolved) })
    },
    finish: () => undefined,
  }
}
