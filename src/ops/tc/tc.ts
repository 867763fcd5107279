// Traffic control: `tc.qdisc.add(…)`, `tc.class.add(…)`, `tc.filter.add(…)`…
//
// Units, where a kind's options have a form for people (htb, tbf, netem, police, red, choke, gred, sfq, sfb): a rate is
// bits a second or '10mbit', a size bytes or '10kb', a time microseconds or '50ms', a share 0 to 1 or '25%'. The options
// of other kinds have the kernel's own names and numbers, whose tables (src/route/tc) say the unit beside each; a text
// ('10mbit', '10kb', '5ms') may stand for them, too: `{ kind: 'fq_codel', options: { target: '5ms', memoryLimit: '8mb' } }`.

export type { ActionPlace, ActionSettings, GactOptions, MirredOptions } from './action.ts'
export * as action from './action.ts'
export type { ChainPlace, ChainSettings } from './chain.ts'
export * as chain from './chain.ts'
export type { ClassFilter, ClassKind, ClassOptions, ClassPlace, ClassSettings } from './class.ts'
export * as class from './class.ts'
export type { FilterList, FilterPlace, FilterSettings } from './filter.ts'
export * as filter from './filter.ts'
export type { Estimator, Where } from './parts.ts'
export type { LinkLayer, SizeTable } from './psched.ts'
export type { QdiscFilter, QdiscKind, QdiscOptions, QdiscPlace, QdiscSettings } from './qdisc.ts'
export * as qdisc from './qdisc.ts'
export type { ChokeOptions, GredQueueOptions, RedFlag, RedOptions, SfbOptions, SfqOptions } from './random-early.ts'
export type {
  HtbClassOptions,
  HtbOptions,
  NetemOptions,
  PoliceOptions,
  TbfOptions,
  Verdict,
} from './shaping.ts'
export type { Rate, Share, Size, Time } from './units.ts'
