// Requests about filters: `tc filter add | change | replace | delete | get | show` as values.
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL } from '../../netlink/message.ts'
import type { ListRequest, Request } from '../../netlink/request.ts'
import { InvalidValueError } from '../../netlink/table.ts'
import { type Filter, filterMessage } from '../../route/tc/tc.ts'
import { checkKeys } from '../options.ts'
import { changeOf, getOf, listOf } from '../shapes.ts'
import { type ActionSettings, prepareActions } from './action.ts'
import { describeWhere, type Estimator, known, type Prepared, rateAttribute, targetOf, type Where } from './parts.ts'

/** Which filter, or filters: of a protocol, a priority, a chain. */
export interface FilterPlace extends Where {
  /** EtherType: `ip`, `ipv6`, `all`, `802.1Q`, or its number. */
  readonly protocol?: string | number | undefined
  /** Lower numbers match first; 0 or left out when one is added: the kernel chooses, below those that are there. */
  readonly priority?: number | undefined
  /** The chain it is in; 0 where it is left out. */
  readonly chain?: number | undefined
  readonly kind?: string | undefined
  /** The kind's own number of it: u32's 0x80000800 is `800::800` in tc. */
  readonly handle?: number | undefined
}

export interface FilterSettings extends FilterPlace {
  /** `u32`, `flower`, `matchall`, `bpf`… */
  readonly kind: string
  /** The kind's options, in the kernel's words (src/route/tc/filter-kinds.ts). */
  readonly options?: object | undefined
  /** What becomes of packets that match: part of the options that all kinds have. */
  readonly actions?: readonly ActionSettings[] | undefined
  readonly estimator?: Estimator | undefined
}

/** What is told of one. */
const TOLD = [filterMessage, filterMessage.types.RTM_NEWTFILTER] as const

const PLACE = ['dev', 'block', 'parent', 'protocol', 'priority', 'chain', 'kind', 'handle']
const KEYS = [...PLACE, 'options', 'actions', 'estimator']

/**
 * Adds a filter: `tc filter add dev DEV ingress protocol ip pref 10 u32 …`. Of all protocols where none is said.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.add({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * ```
 */
export const add = (settings: FilterSettings): Request<void> =>
  change('add', NLM_F_EXCL | NLM_F_CREATE, { protocol: 'all', ...settings })
/**
 * Adds it, or changes the one that is there: `tc filter replace`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.replace({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * ```
 */
export const replace = (settings: FilterSettings): Request<void> =>
  change('replace', NLM_F_CREATE, { protocol: 'all', ...settings })
export { modify as change }

/**
 * Changes one that is there: `tc filter change`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.add({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * await host.run(
 *   tc.filter.change({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     handle: 0x80000800,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * ```
 */
const modify = (settings: FilterSettings): Request<void> => change('change', 0, settings)

/**
 * Deletes filters: all of a parent, or of a protocol and priority, or one: `tc filter delete`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.add({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * await host.run(tc.filter.delete({ dev: 'eth0', parent: 'ingress', protocol: 'ip', priority: 10, kind: 'u32' }))
 * ```
 */
function remove(place: FilterPlace): Request<void> {
  checkKeys('tc.filter.delete', place, PLACE)
  return { ...change('delete', 0, place), type: filterMessage.types.RTM_DELTFILTER }
}

export { remove as delete }

function change(
  verb: string,
  flags: number,
  settings: FilterPlace & Partial<Omit<FilterSettings, 'kind'>>,
): Request<void> {
  const op = `tc.filter.${verb}`
  checkKeys(op, settings, KEYS)
  const { kind, chain, handle = 0, priority = 0, protocol = 0, estimator } = settings
  const target = targetOf(settings)
  const options = prepareOptions(settings)
  return changeOf(filterMessage, {
    op,
    what: `${verb} filter ${kind ?? ''} of ${describeWhere(settings)}`,
    type: filterMessage.types.RTM_NEWTFILTER,
    flags,
    needs: [...target.needs, ...options.needs],
    body: resolved => ({
      header: { ...target.value(resolved), handle, protocol: protocol as 'ip', priority },
      attributes: {
        chain,
        kind,
        options: options.value(resolved) as Uint8Array | undefined,
        rate: rateAttribute(estimator),
      },
    }),
  })
}

/** Its options with the actions that were given, or that stand among them, made ready. */
function prepareOptions({ options, actions }: Partial<Omit<FilterSettings, 'kind'>>): Prepared<unknown> {
  if (options instanceof Uint8Array || (options === undefined && actions === undefined)) return known(options)
  const given = (options as { actions?: readonly ActionSettings[] } | undefined)?.actions
  if (given !== undefined && actions !== undefined)
    throw new InvalidValueError(['actions'], 'stand among the options already: give them once')
  const list = actions ?? given
  if (list === undefined) return known(options)
  const ready = prepareActions(list)
  return { needs: ready.needs, value: resolved => ({ ...options, actions: ready.value(resolved) }) }
}

/**
 * One filter: `tc filter get dev DEV ingress protocol ip pref 10 handle 800::800 u32`. Fails with ENOENT where there is none.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.add({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * const place = { dev: 'eth0', parent: 'ingress', protocol: 'ip', priority: 10, kind: 'u32' }
 * const found = await host.run(tc.filter.get({ ...place, handle: 0x80000800 }))
 * console.log(found.kind) // u32
 * ```
 */
export function get(place: FilterPlace): Request<Filter> {
  checkKeys('tc.filter.get', place, PLACE)
  const { kind, chain, handle = 0, priority = 0, protocol = 0 } = place
  const target = targetOf(place)
  return getOf(filterMessage, TOLD, {
    op: 'tc.filter.get',
    what: `get filter ${kind ?? ''} of ${describeWhere(place)}`,
    type: filterMessage.types.RTM_GETTFILTER,
    flags: NLM_F_ECHO,
    needs: target.needs,
    body: resolved => ({
      header: { ...target.value(resolved), handle, protocol: protocol as 'ip', priority },
      attributes: { chain, kind },
    }),
  })
}

/** Which filters a list has. */
export interface FilterList extends Omit<FilterPlace, 'handle' | 'kind'> {
  /** Without their options: `tc -br`. Kinds that cannot (u32, say) are refused with EMSGSIZE. */
  readonly terse?: boolean | undefined
}
const TERSE = { value: ['terse' as const], selector: ['terse' as const] }

/**
 * The filters of a parent or a block, filtered by the kernel: `tc filter show dev DEV ingress`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'ingress' }))
 * await host.run(
 *   tc.filter.add({
 *     dev: 'eth0',
 *     parent: 'ingress',
 *     protocol: 'ip',
 *     priority: 10,
 *     kind: 'u32',
 *     options: { classId: '1:1', selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
 *   }),
 * )
 * for (const one of await host.run(tc.filter.list({ dev: 'eth0', parent: 'ingress' }))) one.kind
 * ```
 */
export function list(filter: FilterList): ListRequest<Filter> {
  checkKeys('tc.filter.list', filter, [...PLACE, 'terse'])
  const { chain, priority = 0, protocol = 0, terse } = filter
  const target = targetOf(filter)
  return listOf(filterMessage, TOLD, {
    op: 'tc.filter.list',
    what: `list filters of ${describeWhere(filter)}`,
    type: filterMessage.types.RTM_GETTFILTER,
    needs: target.needs,
    body: resolved => ({
      header: { ...target.value(resolved), protocol: protocol as 'ip', priority },
      attributes: { chain, ...(terse && { dumpFlags: TERSE }) },
    }),
  })
}
