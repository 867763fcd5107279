// Requests about neighbours and their proxies: `ip neigh add | change | replace | delete | get | show | flush` as values.
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { flagsValue } from '../netlink/words.ts'
import { type Neighbour, NTF_EXT, NUD, neighbourMessage } from '../route/neighbour.ts'
import { type InetFamily, inetFamily } from './inet.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

type Flag<K extends 'flags' | 'extFlags'> = Exclude<NonNullable<Neighbour[K]>[number], number>
/** NUD_*: `permanent`, `reachable`, `stale`…; `none` is 0. */
export type NeighbourState = Exclude<Neighbour['state'][number], number> | 'none'
/** NTF_* and NTF_EXT_*: `router`, `use`, `extern_learn`, `managed`… */
export type NeighbourFlag = Flag<'flags'> | Flag<'extFlags'>
type Protocol = NonNullable<Neighbour['protocol']>

export interface NeighbourAdd {
  /** The link, by name or index. */
  readonly dev: LinkReference
  /** The neighbour's IPv4 or IPv6 address. */
  readonly address: string
  /** Its link-layer address, `02:00:00:00:00:01`. */
  readonly linkLayerAddress?: string | undefined
  /** Left out: `permanent`; with the flag `managed`, which makes the kernel find it, `none`. */
  readonly state?: NeighbourState | undefined
  readonly flags?: readonly NeighbourFlag[] | undefined
  /** Who made the entry: `zebra`, or a number. */
  readonly protocol?: Protocol | undefined
}
export type NeighbourDelete = Pick<NeighbourAdd, 'dev' | 'address'>

/** An address that this host answers for. */
export interface ProxyAdd {
  /** Left out: whatever link it is asked on. */
  readonly dev?: LinkReference | undefined
  readonly address: string
  readonly flags?: readonly NeighbourFlag[] | undefined
  readonly protocol?: Protocol | undefined
}
export type ProxyDelete = Pick<ProxyAdd, 'dev' | 'address'>

export interface NeighbourFilter {
  readonly dev?: LinkReference | undefined
  readonly family?: InetFamily | undefined
  /** Only those on ports of this link; null: on links that are no ports. */
  readonly master?: LinkReference | null | undefined
  /** Only those in one of these states. */
  readonly states?: readonly NeighbourState[] | undefined
}

const ADD_KEYS = ['dev', 'address', 'linkLayerAddress', 'state', 'flags', 'protocol']
const PROXY_KEYS = ['dev', 'address', 'flags', 'protocol']
const DELETE_KEYS = ['dev', 'address']
const FILTER_KEYS = ['dev', 'family', 'master', 'states']
const { RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH } = neighbourMessage.types
/** -1: neigh_master_filtered (net/core/neighbour.c). */
const NO_MASTER = 0xffffffff
const requests = shapesOf(neighbourMessage, neighbourMessage)

/**
 * Adds a neighbour: `ip neigh add ADDRESS lladdr LLADDR dev DEV`. Fails with EEXIST when the link has it.
 *
 * @example
 * ```ts
 * await host.run(neighbour.add({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:09' }))
 * ```
 */
export const add = (options: NeighbourAdd): Request<void> => write('add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Adds a neighbour, or changes the one that is there: `ip neigh replace`.
 *
 * @example
 * ```ts
 * await host.run(neighbour.replace({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:0a' }))
 * ```
 */
export const replace = (options: NeighbourAdd): Request<void> => write('replace', options, NLM_F_CREATE | NLM_F_REPLACE)
/**
 * Changes a neighbour that is there: `ip neigh change`. Fails with ENOENT when it is not.
 *
 * @example
 * ```ts
 * await host.run(neighbour.add({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:09' }))
 * await host.run(neighbour.change({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:0a' }))
 * ```
 */
export const change = (options: NeighbourAdd): Request<void> => write('change', options, NLM_F_REPLACE)

function write(verb: string, options: NeighbourAdd, flags: number): Request<void> {
  checkKeys(`neighbour.${verb}`, options, ADD_KEYS)
  return entry(`neighbour.${verb}`, verb, RTM_NEWNEIGH, flags, options)
}

/**
 * Deletes a neighbour: `ip neigh delete ADDRESS dev DEV`. Fails with ENOENT when the link has it not.
 *
 * @example
 * ```ts
 * await host.run(neighbour.add({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:09' }))
 * await host.run(neighbour.delete({ dev: 'eth0', address: '192.0.2.9' }))
 * ```
 */
function remove(options: NeighbourDelete): Request<void> {
  checkKeys('neighbour.delete', options, DELETE_KEYS)
  return entry('neighbour.delete', 'delete', RTM_DELNEIGH, 0, options)
}

export { remove as delete }

/**
 * Answers for an address: `ip neigh add proxy ADDRESS [ dev DEV ]`.
 *
 * @example
 * ```ts
 * await host.run(neighbour.addProxy({ dev: 'eth0', address: '192.0.2.9' }))
 * ```
 */
export function addProxy(options: ProxyAdd): Request<void> {
  checkKeys('neighbour.addProxy', options, PROXY_KEYS)
  return entry('neighbour.addProxy', 'add proxy', RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, asProxy(options))
}

/**
 * `ip neigh delete proxy ADDRESS [ dev DEV ]`.
 *
 * @example
 * ```ts
 * await host.run(neighbour.addProxy({ dev: 'eth0', address: '192.0.2.9' }))
 * await host.run(neighbour.deleteProxy({ dev: 'eth0', address: '192.0.2.9' }))
 * ```
 */
export function deleteProxy(options: ProxyDelete): Request<void> {
  checkKeys('neighbour.deleteProxy', options, DELETE_KEYS)
  return entry('neighbour.deleteProxy', 'delete proxy', RTM_DELNEIGH, 0, asProxy(options))
}

const asProxy = (options: ProxyAdd): Written => ({ ...options, flags: ['proxy', ...(options.flags ?? [])] })

/**
 * One neighbour: `ip neigh get ADDRESS dev DEV`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(neighbour.add({ dev: 'eth0', address: '192.0.2.9', linkLayerAddress: '02:00:00:00:00:09' }))
 * const { state } = await host.run(neighbour.get({ dev: 'eth0', address: '192.0.2.9' }))
 * console.log(state) // [ 'permanent' ]
 * ```
 */
export function get(options: NeighbourDelete): Request<Neighbour> {
  checkKeys('neighbour.get', options, DELETE_KEYS)
  return ask('neighbour.get', 'get', options, [])
}
/**
 * One proxy: `ip neigh get proxy ADDRESS [ dev DEV ]`.
 *
 * @example
 * ```ts
 * await host.run(neighbour.addProxy({ dev: 'eth0', address: '192.0.2.9' }))
 * const proxy = await host.run(neighbour.getProxy({ dev: 'eth0', address: '192.0.2.9' }))
 * ```
 */
export function getProxy(options: ProxyDelete): Request<Neighbour> {
  checkKeys('neighbour.getProxy', options, DELETE_KEYS)
  return ask('neighbour.getProxy', 'get proxy', options, ['proxy'])
}

/**
 * All neighbours of the namespace, in whatever state: `ip neigh show nud all`.
 *
 * @example
 * ```ts
 * for (const one of await host.run(neighbour.list({ dev: 'eth0', family: 'inet' }))) console.log(one.dst)
 * ```
 */
export const list = (filter: NeighbourFilter = {}): ListRequest<Neighbour> => dump('neighbour.list', filter, [])
/**
 * All proxies of the namespace: `ip neigh show proxy`.
 *
 * @example
 * ```ts
 * for (const one of await host.run(neighbour.listProxies({ dev: 'eth0' }))) console.log(one.dst)
 * ```
 */
export const listProxies = (filter: Omit<NeighbourFilter, 'states'> = {}): ListRequest<Neighbour> =>
  dump('neighbour.listProxies', filter, ['proxy'])

/**
 * The requests that delete what was listed, to be run as a batch: `ip neigh flush`. The kernel deletes neighbours one by
 * one, and may have forgotten some by then (ENOENT): `batchSettled` tells.
 *
 * @example
 * ```ts
 * await host.batch(neighbour.flush(await host.run(neighbour.list({ dev: 'eth0', states: ['stale', 'failed'] }))))
 * ```
 */
export const flush = (neighbours: readonly Neighbour[]): Request<void>[] =>
  neighbours
    .filter(({ dst }) => dst !== undefined)
    .map(({ index, dst, flags }) => {
      const dev = index === 0 ? {} : { dev: index }
      if (flags.includes('proxy')) return deleteProxy({ ...dev, address: dst! })
      return entry('neighbour.flush', 'flush', RTM_DELNEIGH, 0, { ...dev, address: dst! })
    })

// ── the messages ───────────────────────────────────────────────────────────

/** A neighbour or a proxy. */
type Written = Omit<NeighbourAdd, 'dev'> & { readonly dev?: LinkReference | undefined }

const isExt = (flag: NeighbourFlag): flag is Flag<'extFlags'> => NTF_EXT.byWord.has(flag)
const on = ({ address, dev }: Written): string => `neighbour ${address}${dev === undefined ? '' : ` on ${String(dev)}`}`

function entry(op: string, verb: string, type: number, flags: number, options: Written): Request<void> {
  const { address, linkLayerAddress, protocol, flags: words = [] } = options
  const family = inetFamily(address, 'address')
  const dev = device(options)
  const managed = words.includes('managed')
  const state = options.state ?? (managed ? 'none' : 'permanent')
  const extFlags = words.filter(isExt)
  return requests.change({
    op,
    what: `${verb} ${on(options)}`,
    type,
    flags,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: {
        family,
        index: dev?.value(resolved) ?? 0,
        state: stateBits(state, 'state'),
        flags: words.filter(flag => !isExt(flag)) as Flag<'flags'>[],
      },
      attributes: {
        protocol,
        dst: address,
        linkLayerAddress,
        extFlags: extFlags.length > 0 ? extFlags : undefined,
      },
    }),
  })
}

function ask(op: string, verb: string, options: Written, flags: 'proxy'[]): Request<Neighbour> {
  const family = inetFamily(options.address, 'address')
  const dev = device(options)
  return requests.get({
    answer: RTM_NEWNEIGH,
    op,
    what: `${verb} ${on(options)}`,
    type: RTM_GETNEIGH,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: { family, index: dev?.value(resolved) ?? 0, flags },
      attributes: { dst: options.address },
    }),
  })
}

function dump(op: string, filter: NeighbourFilter, flags: 'proxy'[]): ListRequest<Neighbour> {
  checkKeys(op, filter, flags.length > 0 ? FILTER_KEYS.filter(key => key !== 'states') : FILTER_KEYS)
  const { states } = filter
  const family = filter.family ?? 'unspec'
  const dev = device(filter)
  const master = filter.master == null ? undefined : linkIndex(filter.master, 'master')
  const wanted = states && new Set(states.map(state => stateBits(state, 'states')))
  return requests.list(
    {
      answer: RTM_NEWNEIGH,
      op,
      what: flags.length > 0 ? 'list proxies of neighbours' : 'list neighbours',
      type: RTM_GETNEIGH,
      needs: [...(dev?.needs ?? []), ...(master?.needs ?? [])],
      body: resolved => ({
        header: { family, flags },
        attributes: {
          viaIndex: dev?.value(resolved),
          master: filter.master === null ? NO_MASTER : master?.value(resolved),
        },
      }),
    },
    wanted && (({ state }) => wanted.has(flagsValue(NUD, state))),
  )
}

const device = ({ dev }: { dev?: LinkReference | undefined }) => (dev === undefined ? undefined : linkIndex(dev, 'dev'))

function stateBits(state: NeighbourState, key: string): number {
  const bits = state === 'none' ? 0 : NUD.byWord.get(state)
  if (bits !== undefined) return bits
  throw new InvalidValueError([key], `'${state}' is no state; one of: none, ${[...NUD.byWord.keys()].join(', ')}`)
}
