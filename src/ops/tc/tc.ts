// Traffic control: `tc.qdisc.add(…)`, `tc.class.add(…)`, `tc.filter.add(…)`…
//
// Units, wherever a kind's options have a form for people (htb, tbf, netem, police): a rate is bits a second or '10mbit',
// a size bytes or '10kb', a time microseconds or '50ms', a share 0 to 1 or '25%'. The options of other kinds are the
// kernel's own, whose tables (src/route/tc) say the unit beside each.

export type { ActionPlace, ActionSettings, GactOptions, MirredOptions } from './action.ts'
export * as action from './action.ts'
export type { ChainPlace, ChainSettings } from './chain.ts'
export * as chain from './chain.ts'
export type { ClassFilter, ClassKind, ClassOptions, ClassPlace, ClassSettings } from './class.ts'
export * as class from './class.ts'
export type { FilterPlace, FilterSettings } from './filter.ts'
export * as filter from './filter.ts'
export type { Estimator, Where } from './parts.ts'
export type { LinkLayer, SizeTable } from './psched.ts'
export type { QdiscFilter, QdiscKind, QdiscOptions, QdiscPlace, QdiscSettings } from './qdisc.ts'
export * as qdisc from './qdisc.ts'
export type {
  HtbClassOptions,
  HtbOptions,
  NetemOptions,
  PoliceOptions,
  TbfOptions,
  Verdict,
} from './shaping.ts'
export type { Rate, Share, Size, Time } from './units.ts'
