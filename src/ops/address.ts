// Requests about addresses: `ip address add | replace | change | delete | show` as values.
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request, Resolved } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { ipBytes, ipv4Text } from '../netlink/text.ts'
import { type Address, type AddressFlag, addressMessage } from '../route/address.ts'
import { type Prefix, parsePrefix } from './inet.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'

/** How far an address reaches. */
export type Scope = 'global' | 'site' | 'link' | 'host' | 'nowhere' | number

export interface AddressAdd {
  /** The link, by name or index. */
  readonly dev: LinkReference
  /** The address with its prefix length, `192.0.2.2/24`; without one it is a single host's (/32, /128). */
  readonly address: string
  /** The other end's address (and prefix length) of a point-to-point link. */
  readonly peer?: string | undefined
  /** The broadcast address; true: the one that the prefix gives. */
  readonly broadcast?: string | true | undefined
  /** A name for the address, which begins with the link's (IPv4). */
  readonly label?: string | undefined
  /** Left out: host for 127.0.0.0/8, else global. */
  readonly scope?: Scope | undefined
  /** Seconds it stays valid, and preferred; 4294967295 (the default) is for ever. */
  readonly validLifetime?: number | undefined
  readonly preferredLifetime?: number | undefined
  /** Of the prefix's route. */
  readonly metric?: number | undefined
  /** `nodad`, `noprefixroute`… */
  readonly flags?: readonly AddressFlag[] | undefined
}
export type AddressDelete = Pick<AddressAdd, 'dev' | 'address' | 'peer' | 'label'>

export interface AddressFilter {
  readonly dev?: LinkReference | undefined
  readonly family?: 'inet' | 'inet6' | undefined
  readonly scope?: Scope | undefined
  readonly label?: string | undefined
}

const ADD_KEYS = [
  'dev',
  'address',
  'peer',
  'broadcast',
  'label',
  'scope',
  'validLifetime',
  'preferredLifetime',
  'metric',
  'flags',
]
const DELETE_KEYS = ['dev', 'address', 'peer', 'label']
const FILTER_KEYS = ['dev', 'family', 'scope', 'label']
const FOREVER = 0xffffffff
const { RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR } = addressMessage.types

/** The last address of an IPv4 prefix. */
function broadcastOf({ family, address, length }: Prefix): string {
  if (family !== 'inet') throw new InvalidValueError(['broadcast'], 'is for IPv4: IPv6 has no broadcast addresses')
  const b = ipBytes(address)!
  const v = new DataView(b.buffer)
  const host = length >= 32 ? 0 : 0xffffffff >>> length
  v.setUint32(0, (v.getUint32(0) | host) >>> 0)
  return ipv4Text(b, 0)
}

/**
 * Adds an address: `ip address add ADDRESS dev DEV …`. Fails with EEXIST when the link has it.
 *
 * @example
 * ```ts
 * await host.run(address.add({ dev: 'eth0', address: '192.0.2.7/24', broadcast: true }))
 * ```
 */
export const add = (options: AddressAdd): Request<void> =>
  create('address.add', 'add', options, NLM_F_CREATE | NLM_F_EXCL)
/**
 * Adds an address, or changes the one that is there: `ip address replace`.
 *
 * @example
 * ```ts
 * await host.run(address.replace({ dev: 'eth0', address: '192.0.2.1/24', validLifetime: 3600, preferredLifetime: 1800 }))
 * ```
 */
export const replace = (options: AddressAdd): Request<void> =>
  create('address.replace', 'replace', options, NLM_F_CREATE | NLM_F_REPLACE)
/**
 * Changes an address that is there (its lifetimes and flags): `ip address change`.
 *
 * @example
 * ```ts
 * await host.run(address.change({ dev: 'eth0', address: '192.0.2.1/24', metric: 50 }))
 * ```
 */
export const change = (options: AddressAdd): Request<void> => create('address.change', 'change', options, NLM_F_REPLACE)

function create(op: string, verb: string, options: AddressAdd, flags: number): Request<void> {
  checkKeys(op, options, ADD_KEYS)
  const { label, validLifetime, preferredLifetime } = options
  const local = parsePrefix(options.address, 'address')
  const peer = options.peer === undefined ? local : parsePrefix(options.peer, 'peer')
  if (peer.family !== local.family) throw new InvalidValueError(['peer'], 'must be of the same family as the address')
  const broadcast = options.broadcast === true ? broadcastOf(peer) : options.broadcast
  const limited = validLifetime !== undefined || preferredLifetime !== undefined
  const valid = validLifetime ?? FOREVER
  const preferred = preferredLifetime ?? FOREVER
  if (preferred > valid)
    throw new InvalidValueError(['preferredLifetime'], `${preferred} is more than the valid lifetime, ${valid}`)
  return request(
    op,
    `${verb} address ${options.address} on ${String(options.dev)}`,
    RTM_NEWADDR,
    flags,
    options.dev,
    index => ({
      header: {
        family: local.family,
        prefixLength: peer.length,
        scope: options.scope ?? (local.family === 'inet' && local.address.startsWith('127.') ? 'host' : 'global'),
        index,
      },
      attributes: {
        local: local.address,
        label,
        routePriority: options.metric,
        flags: options.flags,
        address: peer.address,
        broadcast,
        cacheInfo: limited ? { valid, preferred } : undefined,
      },
    }),
  )
}

/**
 * Deletes an address: `ip address delete ADDRESS dev DEV`. Fails with EADDRNOTAVAIL when the link has it not.
 *
 * @example
 * ```ts
 * await host.run(address.delete({ dev: 'eth0', address: '192.0.2.1/24' }))
 * ```
 */
function remove(options: AddressDelete): Request<void> {
  checkKeys('address.delete', options, DELETE_KEYS)
  const local = parsePrefix(options.address, 'address')
  const peer = options.peer === undefined ? undefined : parsePrefix(options.peer, 'peer')
  const what = `delete address ${options.address} on ${String(options.dev)}`
  return request('address.delete', what, RTM_DELADDR, 0, options.dev, index => ({
    header: { family: local.family, prefixLength: (peer ?? local).length, index },
    attributes: {
      local: local.address,
      label: options.label,
      address: peer?.address ?? (local.family === 'inet' && !options.address.includes('/') ? undefined : local.address),
    },
  }))
}

export { remove as delete }

/**
 * All addresses of the namespace: `ip address show`, filtered by the kernel as far as it can.
 *
 * @example
 * ```ts
 * const all = await host.run(address.list({ dev: 'eth0', family: 'inet' }))
 * console.log(all[0].local, all[0].prefixLength) // 192.0.2.1 24
 * ```
 */
export function list(filter: AddressFilter = {}): ListRequest<Address> {
  checkKeys('address.list', filter, FILTER_KEYS)
  const dev = filter.dev === undefined ? undefined : linkIndex(filter.dev, 'dev')
  const { family, scope, label } = filter
  const decode = (type: number, v: DataView, b: Uint8Array, p: number, end: number): Address | undefined =>
    type === RTM_NEWADDR ? addressMessage.decode(v, b, p, end) : undefined
  const wanted = (a: Address): boolean =>
    (scope === undefined || a.scope === scope) && (label === undefined || a.label === label)
  return {
    op: 'address.list',
    what: 'list addresses',
    mode: 'dump',
    type: RTM_GETADDR,
    flags: 0,
    message: addressMessage,
    needs: dev?.needs ?? [],
    encode: (w, resolved) =>
      addressMessage.encode(w, { header: { family: family ?? 'unspec', index: dev?.value(resolved) ?? 0 } }),
    decode:
      scope === undefined && label === undefined
        ? decode
        : (type, v, b, p, end) => {
            const found = decode(type, v, b, p, end)
            return found && wanted(found) ? found : undefined
          },
    finish: addresses => addresses,
  }
}

function request(
  op: string,
  what: string,
  type: number,
  flags: number,
  dev: LinkReference,
  body: (index: number) => Parameters<typeof addressMessage.encode>[1],
): Request<void> {
  const link = linkIndex(dev, 'dev')
  return {
    op,
    what,
    mode: 'change',
    type,
    flags,
    message: addressMessage,
    needs: link.needs,
    encode: (w, resolved: Resolved) => addressMessage.encode(w, body(link.value(resolved))),
    finish: () => undefined,
  }
}
