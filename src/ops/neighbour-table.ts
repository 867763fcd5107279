// Requests about the tables of the neighbour code (ARP's and NDISC's, and their parameters a device): `ip ntable show |
// change` as values. Times in milliseconds.
import { NLM_F_REPLACE } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type NeighbourParameters, type NeighbourTable, neighbourTableMessage } from '../route/neighbour.ts'
import type { InetFamily } from './inet.ts'
import { checkKeys } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

/** What can be set of a device, or of the devices to come. */
type Parameters = Pick<
  NeighbourParameters,
  | 'baseReachableTime'
  | 'retransTime'
  | 'gcStaleTime'
  | 'delayProbeTime'
  | 'queueLength'
  | 'queueBytes'
  | 'appProbes'
  | 'unicastProbes'
  | 'multicastProbes'
  | 'multicastReprobes'
  | 'anycastDelay'
  | 'proxyDelay'
  | 'proxyQueueLength'
  | 'lockTime'
  | 'intervalProbeTime'
>

export interface NeighbourTableSet extends Parameters {
  /** `arp_cache` or `ndisc_cache`. */
  readonly name: string
  readonly family?: InetFamily | undefined
  /** Whose parameters; left out, the defaults for devices to come. */
  readonly dev?: LinkReference | undefined
  /** Entries below which nothing is collected, above which soon, and at most (the first namespace only). */
  readonly threshold1?: number | undefined
  readonly threshold2?: number | undefined
  readonly threshold3?: number | undefined
  /** Between collections (the first namespace only). */
  readonly gcInterval?: bigint | number | undefined
}

const TABLE_KEYS = ['threshold1', 'threshold2', 'threshold3', 'gcInterval']
const PARAMETER_KEYS = [
  ...['baseReachableTime', 'retransTime', 'gcStaleTime', 'delayProbeTime', 'queueLength', 'queueBytes', 'appProbes'],
  ...['unicastProbes', 'multicastProbes', 'multicastReprobes', 'anycastDelay', 'proxyDelay', 'proxyQueueLength'],
  ...['lockTime', 'intervalProbeTime'],
]
const SET_KEYS = ['name', 'family', 'dev', ...TABLE_KEYS, ...PARAMETER_KEYS]
const { RTM_NEWNEIGHTBL, RTM_GETNEIGHTBL, RTM_SETNEIGHTBL } = neighbourTableMessage.types
const requests = shapesOf(neighbourTableMessage, neighbourTableMessage)

/**
 * The tables and the parameters of each device, each an object: `ip ntable show`.
 *
 * @example
 * ```ts
 * for (const table of await host.run(neighbourTable.list({ family: 'inet' }))) if (table.name !== 'arp_cache') console.log(table.name)
 * ```
 */
export function list(filter: { readonly family?: InetFamily | undefined } = {}): ListRequest<NeighbourTable> {
  checkKeys('neighbourTable.list', filter, ['family'])
  const family = filter.family ?? 'unspec'
  return requests.list({
    answer: RTM_NEWNEIGHTBL,
    op: 'neighbourTable.list',
    what: 'list neighbour tables',
    type: RTM_GETNEIGHTBL,
    body: () => ({ header: { family } }),
  })
}

/**
 * Changes a table, or a device's parameters in it: `ip ntable change name NAME [ dev DEV ] …`.
 *
 * @example
 * ```ts
 * await host.run(neighbourTable.set({ name: 'arp_cache', dev: 'eth0', queueBytes: 65536 }))
 * ```
 */
export function set(options: NeighbourTableSet): Request<void> {
  checkKeys('neighbourTable.set', options, SET_KEYS)
  const { name } = options
  if (typeof name !== 'string' || name === '')
    throw new InvalidValueError(['name'], "must be a table's name: 'arp_cache' or 'ndisc_cache'")
  const family = options.family ?? 'unspec'
  const dev = options.dev === undefined ? undefined : linkIndex(options.dev, 'dev')
  const given = (keys: readonly string[]): object =>
    Object.fromEntries(Object.entries(options).filter(([key, value]) => keys.includes(key) && value !== undefined))
  const parameters = given(PARAMETER_KEYS)
  return requests.change({
    op: 'neighbourTable.set',
    what: `set neighbour table ${name}${dev ? ` of ${String(options.dev)}` : ''}`,
    type: RTM_SETNEIGHTBL,
    flags: NLM_F_REPLACE,
    needs: dev?.needs ?? [],
    body: resolved => ({
      header: { family },
      attributes: {
        name,
        ...given(TABLE_KEYS),
        ...((dev || Object.keys(parameters).length > 0) && {
          parameters: { ...(dev && { index: dev.value(resolved) }), ...parameters },
        }),
      },
    }),
  })
}
