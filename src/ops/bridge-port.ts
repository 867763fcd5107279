// Requests about the ports of bridges, as `bridge link` makes them (family bridge): to the bridge a port is in, or to the
// device itself where it is a bridge in hardware. `link.set(PORT, { port })` does the first through the link.
import type { ListRequest, Request } from '../netlink/request.ts'
import { type Link, linkMessage, type PortDataInput } from '../route/link.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

export interface BridgePortSet {
  /** The port, by name or index. */
  readonly dev: LinkReference
  /** Its options as a port: `{ state: 'forwarding', cost: 4 }`. */
  readonly data?: PortDataInput<'bridge'> | undefined
  /** How a device that switches in hardware does it. */
  readonly mode?: 'veb' | 'vepa' | undefined
  /** Whom it is for: the port's bridge (`master`, which it is where nothing is said), the device itself (`self`). */
  readonly for?: readonly ('self' | 'master')[] | undefined
}

const { RTM_NEWLINK, RTM_GETLINK, RTM_SETLINK } = linkMessage.types
const requests = shapesOf(linkMessage, linkMessage)

/**
 * Changes a port: `bridge link set dev DEV …`. Fails with EOPNOTSUPP where whom it is for has no such options.
 *
 * @example
 * ```ts
 * await host.run(bridgePort.set({ dev: 'veth1', data: { cost: 50, isolated: true } }))
 * ```
 */
export function set(options: BridgePortSet): Request<void> {
  checkKeys('bridgePort.set', options, ['dev', 'data', 'mode', 'for'])
  const { data = {}, mode, for: whom = [] } = options
  const dev = linkIndex(options.dev, 'dev')
  return requests.change({
    op: 'bridgePort.set',
    what: `set bridge port ${String(options.dev)}`,
    type: RTM_SETLINK,
    needs: dev.needs,
    body: resolved => ({
      header: { family: 'bridge', index: dev.value(resolved) },
      attributes: {
        protInfo: data,
        ...((mode !== undefined || whom.length > 0) && {
          afSpec: { ...(whom.length > 0 && { flags: whom }), ...(mode !== undefined && { mode }) },
        }),
      },
    }),
  })
}

/**
 * All ports of bridges, each with its options in `protInfo`: `bridge link show`.
 *
 * @example
 * ```ts
 * for (const port of await host.run(bridgePort.list())) console.log(port.name) // veth1
 * ```
 */
export const list = (): ListRequest<Link> =>
  requests.list({
    answer: RTM_NEWLINK,
    op: 'bridgePort.list',
    what: 'list the ports of bridges',
    type: RTM_GETLINK,
    body: () => ({ header: { family: 'bridge' } }),
  })
