// Requests about queueing disciplines: `tc qdisc add | change | replace | link | delete | show` as values.
import type { Input } from '../../netlink/codec.ts'
import { NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../../netlink/message.ts'
import type { ListRequest, Request } from '../../netlink/request.ts'
import { InvalidValueError } from '../../netlink/table.ts'
import { type Qdisc, type qdiscKinds, qdiscMessage } from '../../route/tc/tc.ts'
import { checkKeys } from '../options.ts'
import { type LinkReference, linkIndex } from '../reference.ts'
import { changeOf, getOf, listOf } from '../shapes.ts'
import { type Measured, QDISC_MEASURES } from './measures.ts'
import { describeWhere, type Estimator, type Forms, formed, rateAttribute, sizeAttribute, targetOf } from './parts.ts'
import type { SizeTable } from './psched.ts'
import {
  type ChokeOptions,
  choke,
  type GredQueueOptions,
  gred,
  type RedOptions,
  red,
  type SfbOptions,
  type SfqOptions,
  sfb,
  sfq,
} from './random-early.ts'
import { type HtbOptions, htbQdisc, type NetemOptions, netem, type TbfOptions, tbf } from './shaping.ts'

export type QdiscKind = keyof typeof qdiscKinds

/**
 * Kinds whose options have a form for people. The others' are the kernel's own words (src/route/tc); where those are
 * rates, sizes and times they may be text too: `'10mbit'`, `'10kb'`, `'5ms'` (measures.ts).
 */
interface QdiscForms {
  readonly htb: HtbOptions
  readonly tbf: TbfOptions
  readonly netem: NetemOptions
  readonly red: RedOptions
  readonly choke: ChokeOptions
  readonly gred: GredQueueOptions
  readonly sfq: SfqOptions
  readonly sfb: SfbOptions
}
const FORMS: Forms = { htb: htbQdisc, tbf, netem, red, choke, gred, sfq, sfb }
type QdiscMeasures<K> = K extends keyof typeof QDISC_MEASURES ? (typeof QDISC_MEASURES)[K] : object

export type QdiscOptions<K extends string> =
  // Of a kind that is known only when it runs: whatever it takes.
  | (string extends K ? object : never)
  | (K extends keyof QdiscForms ? QdiscForms[K] : never)
  | (K extends QdiscKind ? Measured<Input<(typeof qdiscKinds)[K]>, QdiscMeasures<K>> : never)
  | Uint8Array

/** Which qdisc. */
export interface QdiscPlace {
  readonly dev: LinkReference
  /** `root` where it is left out, a class (`1:10`), or `ingress` (for ingress and clsact). */
  readonly parent?: string | undefined
  /** Its own handle, `1:`. */
  readonly handle?: string | undefined
}

export interface QdiscSettings<K extends string = string> extends QdiscPlace {
  /** `htb`, `fq_codel`, `netem`, `clsact`… */
  readonly kind: K
  readonly options?: QdiscOptions<K> | undefined
  readonly estimator?: Estimator | undefined
  /** How packets' sizes are reckoned: tc's `stab`. */
  readonly sizeTable?: SizeTable | undefined
  /** Shared blocks of filters (ingress and clsact). */
  readonly ingressBlock?: number | undefined
  readonly egressBlock?: number | undefined
}

export interface QdiscFilter {
  readonly dev?: LinkReference | undefined
  readonly kind?: string | undefined
  readonly parent?: string | undefined
  readonly handle?: string | undefined
  /** Also what the kernel made itself (below mq, say): tc's `invisible`. */
  readonly invisible?: boolean | undefined
}

/** What is told of one. */
const TOLD = [qdiscMessage, qdiscMessage.types.RTM_NEWQDISC] as const

const PLACE = ['dev', 'parent', 'handle']
const KEYS = [...PLACE, 'kind', 'options', 'estimator', 'sizeTable', 'ingressBlock', 'egressBlock']
/** Kinds that live at the ingress, as ffff:. */
const AT_INGRESS = new Set<unknown>(['ingress', 'clsact'])

/**
 * Adds a qdisc: `tc qdisc add dev DEV root handle 1: htb default 10`. Fails with EEXIST where there is one.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * ```
 */
export const add = <const K extends string>(settings: QdiscSettings<K>): Request<void> =>
  change('add', NLM_F_EXCL | NLM_F_CREATE, settings)
/**
 * Adds it, or puts it in place of another: `tc qdisc replace`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.replace({ dev: 'eth0', kind: 'tbf', options: { rate: '1mbit', burst: '32kbit', latency: '50ms' } }))
 * ```
 */
export const replace = <const K extends string>(settings: QdiscSettings<K>): Request<void> =>
  change('replace', NLM_F_CREATE | NLM_F_REPLACE, settings)
export { modify as change }

/**
 * Changes options of one that is there: `tc qdisc change`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', kind: 'tbf', options: { rate: '1mbit', burst: '32kbit', latency: '50ms' } }))
 * await host.run(tc.qdisc.change({ dev: 'eth0', kind: 'tbf', options: { rate: '2mbit', burst: '32kbit', latency: '50ms' } }))
 * ```
 */
const modify = <const K extends string>(settings: QdiscSettings<K>): Request<void> => change('change', 0, settings)
/**
 * Puts an existing qdisc (`handle`) to another parent: `tc qdisc link`.
 *
 * @example
 * ```ts
 * const request = tc.qdisc.link({ dev: 2, parent: '1:10', handle: '10:' })
 * requestBytes(request)
 * ```
 */
export const link = (place: QdiscPlace): Request<void> => change('link', NLM_F_REPLACE, place)

/**
 * Deletes a qdisc with all below it: `tc qdisc delete dev DEV root`. Fails with ENOENT or EINVAL where there is none.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * await host.run(tc.qdisc.delete({ dev: 'eth0', handle: '1:' }))
 * ```
 */
function remove(place: QdiscPlace & { readonly kind?: string }): Request<void> {
  checkKeys('tc.qdisc.delete', place, [...PLACE, 'kind'])
  return { ...change('delete', 0, place), type: qdiscMessage.types.RTM_DELQDISC }
}

export { remove as delete }

function change(
  verb: string,
  flags: number,
  settings: QdiscPlace & Partial<Omit<QdiscSettings, keyof QdiscPlace | 'options'>> & { readonly options?: unknown },
): Request<void> {
  const op = `tc.qdisc.${verb}`
  checkKeys(op, settings, KEYS)
  const { dev, kind, estimator, sizeTable, ingressBlock, egressBlock } = settings
  if (kind === '') throw new InvalidValueError(['kind'], "must be a qdisc's kind: 'htb', 'fq_codel'…")
  const ingress = AT_INGRESS.has(kind)
  const parent = settings.parent ?? (ingress ? 'ingress' : 'root')
  const handle = settings.handle ?? (ingress ? 'ffff:' : 'none')
  const options = formed(FORMS, kind, settings.options, QDISC_MEASURES)
  const target = linkIndex(dev, 'dev')
  return changeOf(qdiscMessage, {
    op,
    what: `${verb} qdisc ${kind ?? handle} at ${parent} of ${describeWhere({ dev })}`,
    type: qdiscMessage.types.RTM_NEWQDISC,
    flags,
    needs: target.needs,
    body: resolved => ({
      header: { index: target.value(resolved), handle, parent },
      attributes: {
        kind,
        rate: rateAttribute(estimator),
        options: options as Uint8Array | undefined,
        sizeTable: sizeAttribute(sizeTable),
        ingressBlock,
        egressBlock,
      },
    }),
  })
}

/**
 * One qdisc, by its parent (`root` where neither is given) or its handle: `tc qdisc get dev DEV handle 1:`. By its handle
 * the kernel does not tell its parent. Fails with ENOENT where there is none.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * console.log((await host.run(tc.qdisc.get({ dev: 'eth0', handle: '1:' }))).kind) // htb
 * ```
 */
export function get(place: QdiscPlace): Request<Qdisc> {
  checkKeys('tc.qdisc.get', place, PLACE)
  const { dev, handle = 'none' } = place
  const parent = place.parent ?? (handle === 'none' ? 'root' : 'none')
  const target = linkIndex(dev, 'dev')
  return getOf(qdiscMessage, TOLD, {
    op: 'tc.qdisc.get',
    what: `get qdisc ${handle === 'none' ? `at ${parent}` : handle} of ${describeWhere({ dev })}`,
    type: qdiscMessage.types.RTM_GETQDISC,
    // Without it the kernel tells listeners only (net/sched/sch_api.c: qdisc_notify).
    flags: NLM_F_ECHO,
    needs: target.needs,
    body: resolved => ({ header: { index: target.value(resolved), handle, parent } }),
  })
}

/**
 * All qdiscs, or those that are chosen (the kernel tells all; what is not chosen is left out here): `tc qdisc show`.
 *
 * @example
 * ```ts
 * await host.run(tc.qdisc.add({ dev: 'eth0', handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }))
 * for (const one of await host.run(tc.qdisc.list({ dev: 'eth0' }))) console.log(one.kind) // htb
 * ```
 */
export function list(filter: QdiscFilter = {}): ListRequest<Qdisc> {
  checkKeys('tc.qdisc.list', filter, ['dev', 'kind', 'parent', 'handle', 'invisible'])
  const { kind, parent, handle, invisible } = filter
  const target = targetOf({ dev: filter.dev })
  // The kernel's dump does not look at tcm_ifindex; which link is meant is known where the request is encoded.
  let only = 0
  return listOf(
    qdiscMessage,
    TOLD,
    {
      op: 'tc.qdisc.list',
      what: 'list qdiscs',
      type: qdiscMessage.types.RTM_GETQDISC,
      needs: target.needs,
      body(resolved) {
        const { index } = target.value(resolved)
        only = index as number
        return { header: { index }, attributes: { dumpInvisible: invisible } }
      },
    },
    found =>
      (only === 0 || found.index === only) &&
      (kind === undefined || found.kind === kind) &&
      (parent === undefined || found.parent === parent) &&
      (handle === undefined || found.handle === handle),
  )
}
