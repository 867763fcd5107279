// Explains netlink bytes: `dissect` takes a datagram apart, `compose` makes a message again, `print` shows one.
export { Check, type CheckResult, type Failure } from './check.ts'
export { type Difference, differencesOf, type Entry, entriesOf } from './compare.ts'
export { Conversation } from './conversation.ts'
export {
  compose,
  composeDatagram,
  type DissectOptions,
  dissect,
  namedBytes,
  type Problem,
  pathAt,
  problems,
} from './dissect.ts'
export type { DissectedMessage, Verdict } from './dissected.ts'
export { type Filter, FilterError, parseFilter } from './filter.ts'
export { messageJson } from './json.ts'
export {
  type EqualNetlinkOptions,
  type MatcherResult,
  type NetlinkBytes,
  netlinkMatchers,
  toEqualNetlink,
} from './matcher.ts'
export type { Names } from './names.ts'
export { type Format, type Origin, type Printable, type PrintOptions, print } from './print.ts'
export { protocolName, protocolNumber } from './protocols.ts'
export { type Datagram, datagramsOf, type ReadOptions, readDatagrams, SourceError } from './sources/index.ts'
