// Requests about the few sysctls of devices that netlink tells of (forwarding, rp_filter…): `ip netconf` as values.
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type Netconf, netconfMessage } from '../route/netconf.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex, type Needed } from './reference.ts'
import { shapesOf } from './shapes.ts'

export type NetconfFamily = 'inet' | 'inet6' | 'mpls'
export interface NetconfGet {
  readonly family: NetconfFamily
  /** The link, by name or index; `{ all: true }` and `{ default: true }` are the kernel's two that are no device. */
  readonly dev: LinkReference | { readonly all: true } | { readonly default: true }
}

const FAMILIES: readonly string[] = ['inet', 'inet6', 'mpls']
const { RTM_NEWNETCONF, RTM_GETNETCONF } = netconfMessage.types
const requests = shapesOf(netconfMessage, netconfMessage)

/**
 * What a family knows of one device: `ip -4 netconf show dev DEV`.
 *
 * @example
 * ```ts
 * const { forwarding } = await host.run(netconf.get({ family: 'inet', dev: 'eth0' }))
 * ```
 */
export function get(options: NetconfGet): Request<Netconf> {
  checkKeys('netconf.get', options, ['family', 'dev'])
  const { family, dev } = options
  if (!FAMILIES.includes(family)) throw new InvalidValueError(['family'], `must be one of ${FAMILIES.join(', ')}`)
  const of = deviceOf(dev)
  return requests.get({
    answer: RTM_NEWNETCONF,
    op: 'netconf.get',
    what: `get netconf of ${typeof dev === 'object' ? Object.keys(dev)[0] : dev}`,
    type: RTM_GETNETCONF,
    needs: typeof of === 'string' ? [] : of.needs,
    body: resolved => ({
      header: { family },
      attributes: { index: typeof of === 'string' ? of : of.value(resolved) },
    }),
  })
}

function deviceOf(dev: NetconfGet['dev']): 'all' | 'default' | Needed {
  if (typeof dev !== 'object' || dev === null) return linkIndex(dev, 'dev')
  checkKeys('netconf.get dev', dev, ['all', 'default'])
  return 'all' in dev ? 'all' : 'default'
}

/**
 * All devices of a family, or of all families (since Linux 5.0): `ip netconf show`.
 *
 * @example
 * ```ts
 * for (const one of await host.run(netconf.list({ family: 'inet' }))) one.rpFilter
 * ```
 */
export function list(filter: { readonly family?: NetconfFamily | undefined } = {}): ListRequest<Netconf> {
  checkKeys('netconf.list', filter, ['family'])
  const family = filter.family ?? 'unspec'
  return requests.list(
    {
      answer: RTM_NEWNETCONF,
      op: 'netconf.list',
      what: 'list netconf',
      type: RTM_GETNETCONF,
      body: () => ({ header: { family } }),
    },
    // A kernel without the family answers with all that it has.
    netconf => family === 'unspec' || netconf.family === family,
  )
}
