// netloom/testing: a socket without a kernel, so that code which uses netloom is tested in milliseconds, anywhere, against
// everything that a kernel can answer and everything that can go wrong on the way. Needs no test framework.
export {
  type EqualNetlinkOptions,
  type MatcherResult,
  type NetlinkBytes,
  netlinkMatchers,
  toEqualNetlink,
} from '../dump/matcher.ts'
export { NLM_F_DUMP_INTR, NLM_F_MULTI } from '../netlink/message.ts'
export type { Capabilities, Datagram, NetlinkSocket } from '../netlink/socket.ts'
export { addressMessage } from '../route/address.ts'
export { linkMessage } from '../route/link.ts'
export { neighbourMessage } from '../route/neighbour.ts'
export { nexthopMessage } from '../route/nexthop.ts'
export { nsidMessage } from '../route/nsid.ts'
export { routeMessage } from '../route/route.ts'
export { ruleMessage } from '../route/rule.ts'
export { actionMessage } from '../route/tc/action.ts'
export { chainMessage, classMessage, filterMessage, qdiscMessage } from '../route/tc/tc.ts'
export { cut, foreign, joined, type NetlinkObject, object, overrun, stale, truncated } from './datagrams.ts'
export {
  type DumpOptions,
  type Errno,
  type FakeOptions,
  FakeSocket,
  type Incoming,
  obedient,
  type Script,
  type Sent,
} from './fake-socket.ts'
