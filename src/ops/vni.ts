// Requests about the VNIs that a VXLAN device with a VNI filter takes: `bridge vni add | delete | show` as values.
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type Tunnel, tunnelMessage } from '../route/tunnel.ts'
import { inetFamily } from './inet.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

/** One VNI, or all from the first to the last. */
export type VniRange = number | readonly [first: number, last: number]

export interface VniAdd {
  /** The VXLAN device, by name or index; made with `external vnifilter`. */
  readonly dev: LinkReference
  readonly vnis: readonly VniRange[]
  /** Where to send what has no entry in the forwarding database: a multicast group, or another host. */
  readonly group?: string | undefined
}
export type VniDelete = VniAdd

const KEYS = ['dev', 'vnis', 'group']
const { RTM_NEWTUNNEL, RTM_DELTUNNEL, RTM_GETTUNNEL } = tunnelMessage.types
const requests = shapesOf(tunnelMessage, tunnelMessage)

/**
 * Adds VNIs, or changes their group: `bridge vni add dev DEV vni VNI[-VNI],…`.
 *
 * @example
 * ```ts
 * console.log(requestBytes(vni.add({ dev: 5, vnis: [100], group: '239.1.1.1' })).length) // 44
 * ```
 */
export const add = (options: VniAdd): Request<void> => modify('add', RTM_NEWTUNNEL, options)
/**
 * Takes VNIs away: `bridge vni delete dev DEV vni VNI[-VNI],…`.
 *
 * @example
 * ```ts
 * console.log(requestBytes(vni.delete({ dev: 5, vnis: [100] })).length) // 36
 * ```
 */
const remove = (options: VniDelete): Request<void> => modify('delete', RTM_DELTUNNEL, options)

export { remove as delete }

function modify(verb: string, type: number, options: VniAdd): Request<void> {
  checkKeys(`vni.${verb}`, options, KEYS)
  const { vnis, group } = options
  if (!Array.isArray(vnis) || vnis.length === 0)
    throw new InvalidValueError(['vnis'], 'must be a list of VNIs, or of [first, last]')
  const family = group === undefined ? undefined : inetFamily(group, 'group')
  const dev = linkIndex(options.dev, 'dev')
  return requests.change({
    op: `vni.${verb}`,
    what: `${verb} VNIs of ${String(options.dev)}`,
    type,
    needs: dev.needs,
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        entries: (vnis as readonly VniRange[]).map(vni => ({
          ...(typeof vni === 'number' ? { start: vni } : { start: vni[0], end: vni[1] }),
          ...(family && { [family === 'inet' ? 'group' : 'group6']: group }),
        })),
      },
    }),
  })
}

/**
 * The VNIs of all such devices, or of one, an object a device: `bridge vni show`.
 *
 * @example
 * ```ts
 * for (const filter of await host.run(vni.list())) filter.ifindex
 * ```
 */
export function list(
  filter: { readonly dev?: LinkReference | undefined; readonly statistics?: boolean | undefined } = {},
): ListRequest<Tunnel> {
  checkKeys('vni.list', filter, ['dev', 'statistics'])
  const dev = filter.dev === undefined ? undefined : linkIndex(filter.dev, 'dev')
  return requests.list({
    answer: RTM_NEWTUNNEL,
    op: 'vni.list',
    what: 'list VNIs',
    type: RTM_GETTUNNEL,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: { family: 'bridge', index: dev?.value(resolved) ?? 0, flags: filter.statistics ? ['stats'] : [] },
    }),
  })
}
