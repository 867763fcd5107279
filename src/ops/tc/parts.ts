// What requests of traffic control share: the device (or shared block) they are about, options in the kernel's form or
// in people's, and estimators and size tables in words.
import type { Reference, Resolved } from '../../netlink/request.ts'
import { InvalidValueError } from '../../netlink/table.ts'
import { describeLink, type LinkReference, linkIndex } from '../reference.ts'
import { measured } from './measures.ts'
import { estimator, type SizeTable, sizeTable } from './psched.ts'
import { type Time, timeOf } from './units.ts'

/** A value that is known but for the numbers of links. */
export interface Prepared<T> {
  readonly needs: readonly Reference[]
  value(resolved: Resolved): T
}

export const known = <T>(value: T): Prepared<T> => ({ needs: [], value: () => value })

/** The header's `tcm_ifindex`, and the `tcm_parent` that a block takes the place of. */
export type Target = { readonly index: number | 'block'; readonly parent: string | number }

/** Where a filter or a chain is: at a device's qdisc or class, or in a shared block. */
export interface Where {
  readonly dev?: LinkReference | undefined
  /** A shared block (`ingress_block 22`) in place of a device. */
  readonly block?: number | undefined
  /** A qdisc or a class (`1:`, `1:10`), `root`, or `ingress` and `egress` of ingress or clsact. */
  readonly parent?: string | undefined
}

/** The hooks of clsact and ingress: TC_H_MIN_INGRESS and TC_H_MIN_EGRESS of ffff:. */
const HOOKS: Readonly<Record<string, string>> = { ingress: 'ffff:fff2', egress: 'ffff:fff3' }

export function targetOf({ dev, block, parent = 'none' }: Where): Prepared<Target> {
  if (dev !== undefined && block !== undefined)
    throw new InvalidValueError(['block'], 'stands in place of a device: give one of them')
  if (block !== undefined) return known({ index: 'block', parent: block })
  const at = HOOKS[parent] ?? parent
  if (dev === undefined) return known({ index: 0, parent: at })
  const link = linkIndex(dev, 'dev')
  return { needs: link.needs, value: resolved => ({ index: link.value(resolved), parent: at }) }
}

export const describeWhere = ({ dev, block }: Pick<Where, 'dev' | 'block'>): string =>
  block !== undefined ? `block ${block}` : dev === undefined ? 'no device' : describeLink(dev)

/** What has a form for people, by kind. */
export type Forms = Readonly<Record<string, (options: any) => unknown>>

/**
 * Options of a kind, in the kernel's form: as given where they are so already (they have `parameters`, `init`…), with
 * numbers for the texts of `measures` where the kind has no form of its own.
 */
export function formed(
  forms: Forms,
  kind: string | undefined,
  options: unknown,
  measures: Readonly<Record<string, Parameters<typeof measured>[1]>> = {},
): unknown {
  if (kind === undefined || options === undefined || options instanceof Uint8Array) return options
  const form = Object.hasOwn(forms, kind) ? forms[kind] : undefined
  if (form === undefined) return Object.hasOwn(measures, kind) ? measured(options, measures[kind]) : options
  return KERNELS.some(key => Object.hasOwn(options as object, key)) ? options : form(options)
}
/** Keys that only the kernel's own form of such kinds has. */
const KERNELS = ['parameters', 'init', 'header', 'attributes']

/** How a rate is estimated: measured every `interval`, smoothed over `timeConstant`. */
export interface Estimator {
  readonly interval: Time
  readonly timeConstant: Time
}

/** TCA_RATE and TCA_STAB of what was given. */
export const rateAttribute = (given: Estimator | undefined) =>
  given && estimator(timeOf(given.interval, 'interval'), timeOf(given.timeConstant, 'timeConstant'))
export const sizeAttribute = (given: SizeTable | undefined) => given && sizeTable(given)
