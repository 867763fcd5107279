// Requests about statistics by group: `ip stats show | set` as values.
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { STATS_FILTER, type Stats, type StatsRequest, statsMessage, statsRequestMessage } from '../route/stats.ts'
import { checkKeys, nearest } from './options.ts'
import { type LinkReference, linkIndex } from './reference.ts'
import { shapesOf } from './shapes.ts'

/** `link`, `xstats`, `xstats_slave`, `offload`, `afstats`. */
export type StatsGroup = Exclude<StatsRequest['filter'][number], number>
type Offload = NonNullable<NonNullable<StatsRequest['filters']>['offload']>

export interface StatsFilter {
  /** Which groups; left out, all. */
  readonly groups?: readonly StatsGroup[] | undefined
  /** Which parts of the group `offload`: `cpu_hit`, `hw_stats_info`, `l3_stats`; left out, all. Since Linux 5.19. */
  readonly offload?: Offload | undefined
}
export interface StatsGet extends StatsFilter {
  readonly dev: LinkReference
}

const FILTER_KEYS = ['groups', 'offload']
const { RTM_GETSTATS, RTM_SETSTATS } = statsRequestMessage.types
const requests = shapesOf(statsRequestMessage, statsMessage)
const GROUPS = [...STATS_FILTER.byWord.keys()] as StatsGroup[]

/**
 * The statistics of a link: `ip stats show dev DEV [ group GROUP ] …`.
 *
 * @example
 * ```ts
 * const counters = await host.run(stats.get({ dev: 'eth0', groups: ['link'] }))
 * ```
 */
export function get(options: StatsGet): Request<Stats> {
  checkKeys('stats.get', options, ['dev', ...FILTER_KEYS])
  const dev = linkIndex(options.dev, 'dev')
  const asked = groupsOf(options)
  return requests.get({
    answer: statsMessage.types.RTM_NEWSTATS,
    op: 'stats.get',
    what: `get statistics of ${String(options.dev)}`,
    type: RTM_GETSTATS,
    needs: dev.needs,
    body: resolved => ({ header: { index: dev.value(resolved), filter: asked }, attributes: partsOf(options) }),
  })
}

/**
 * The statistics of all links, an object a link: `ip stats show [ group GROUP ] …`.
 *
 * @example
 * ```ts
 * for (const one of await host.run(stats.list({ groups: ['link'] }))) one.ifindex
 * ```
 */
export function list(filter: StatsFilter = {}): ListRequest<Stats> {
  checkKeys('stats.list', filter, FILTER_KEYS)
  const asked = groupsOf(filter)
  return requests.list({
    answer: statsMessage.types.RTM_NEWSTATS,
    op: 'stats.list',
    what: 'list statistics',
    type: RTM_GETSTATS,
    body: () => ({ header: { filter: asked }, attributes: partsOf(filter) }),
  })
}

function groupsOf({ groups = GROUPS }: StatsFilter): readonly StatsGroup[] {
  for (const group of groups) {
    if (STATS_FILTER.byWord.has(group)) continue
    const near = nearest(String(group), GROUPS)
    const hint = near ? `: did you mean '${near}'?` : ''
    throw new InvalidValueError(['groups'], `'${group}' is no group${hint} (known: ${GROUPS.join(', ')})`)
  }
  return groups
}

const partsOf = ({ offload }: StatsFilter): { filters?: { offload: Offload } } =>
  offload === undefined ? {} : { filters: { offload } }

/**
 * Switches the counters of a device's own routing on or off: `ip stats set dev DEV l3_stats { on | off }`.
 *
 * @example
 * ```ts
 * await host.run(stats.set({ dev: 'eth0', l3: true }))
 * ```
 */
export function set(options: { readonly dev: LinkReference; readonly l3: boolean }): Request<void> {
  checkKeys('stats.set', options, ['dev', 'l3'])
  const { l3 } = options
  if (typeof l3 !== 'boolean') throw new InvalidValueError(['l3'], `must be true or false, not ${String(l3)}`)
  const dev = linkIndex(options.dev, 'dev')
  return requests.change({
    op: 'stats.set',
    what: `set statistics of ${String(options.dev)}`,
    type: RTM_SETSTATS,
    needs: dev.needs,
    body: resolved => ({ header: { index: dev.value(resolved) }, attributes: { l3 } }),
  })
}
