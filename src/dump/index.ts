// Explains netlink bytes: `dissect` takes a datagram apart, `compose` makes a message again, `print` shows one.
export { Check, type CheckResult, type Failure } from './check.ts'
export { Conversation } from './conversation.ts'
export {
  compose,
  composeDatagram,
  type DissectedMessage,
  type DissectOptions,
  dissect,
  namedBytes,
  type Problem,
  pathAt,
  problems,
  type Verdict,
} from './dissect.ts'
export { messageJson } from './json.ts'
export { type Format, type Origin, type Printable, type PrintOptions, print } from './print.ts'
export { protocolName, protocolNumber } from './protocols.ts'
export { type Datagram, type Source, SourceError, sourceOf } from './sources/index.ts'
