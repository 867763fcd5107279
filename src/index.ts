// netloom: Linux networking over netlink. `Netlink` is a connection, `link`, `address`, `route`, `rule`, `nexthop`,
// `neighbour`, `tc` and `nsid` make the requests that it runs, `netns` has the namespaces.
export type { BpfLoadOptions, BpfProgram } from './bpf/bpf.ts'
export * as bpf from './bpf/bpf.ts'
export { BpfError } from './bpf/error.ts'
export type { BpfProgramType } from './bpf/types.ts'
export { Netlink, type NetlinkOptions, type SubscribeOptions } from './client.ts'
export * as when from './live/condition.ts'
export { Condition, type Picture, type Wanted, type Within } from './live/condition.ts'
export type { Mirrored, MirroredObject } from './live/kinds.ts'
export {
  type Change,
  type LinkMove,
  Mirror,
  type MirrorOptions,
  type NamespaceChange,
  type ObjectChange,
  type UntilOptions,
} from './live/mirror.ts'
export type { MirroredNamespace } from './live/scene.ts'
export type { Binding } from './netlink/binding.ts'
export {
  BatchError,
  type BatchResult,
  Connection,
  type ConnectionOptions,
  type RunOptions,
} from './netlink/connection.ts'
export {
  ClosedError,
  type ExtendedAck,
  InterruptedDumpError,
  NetlinkError,
  type NetlinkWarning,
  OverrunError,
  TimeoutError,
} from './netlink/error.ts'
export { MalformedError } from './netlink/malformed.ts'
export { type ListRequest, type Reference, type Request, requestBytes } from './netlink/request.ts'
export type { Capabilities, NetlinkSocket } from './netlink/socket.ts'
export type { EventQueue, Overrun, Subscription, SubscriptionOptions } from './netlink/subscription.ts'
export { InvalidValueError } from './netlink/table.ts'
export { type DeleteOptions, type DeleteResult, NetnsBusyError, NetnsPinnedError } from './netns/delete.ts'
export type { ExecOptions, ExecResult } from './netns/exec-promise.ts'
export * as multicastAddress from './netns/multicast-address.ts'
export * as netns from './netns/netns.ts'
export { Netns } from './netns/netns.ts'
export type { PingOptions, PingReply, PingResult } from './netns/ping.ts'
export { furnishSandbox, insideSandbox, runInSandbox } from './netns/sandbox.ts'
export type { AllNamespaces, PlacedEvent } from './netns/subscribe-all.ts'
export type { NamedEvent } from './netns/watch.ts'
export type { LostEvent, MovedEvent, NetnsEvent } from './netns/watch-all.ts'
export * as address from './ops/address.ts'
export * as addressLabel from './ops/address-label.ts'
export * as bridgePort from './ops/bridge-port.ts'
export * as bridgeVlan from './ops/bridge-vlan.ts'
export type { RouteEncap } from './ops/encap.ts'
export type {
  AddressEvent,
  Event,
  EventObject,
  EventValues,
  LinkEvent,
  NeighbourEvent,
  NsidEvent,
  RouteEvent,
} from './ops/events.ts'
export * as fdb from './ops/fdb.ts'
export * as link from './ops/link.ts'
export * as mdb from './ops/mdb.ts'
export * as neighbour from './ops/neighbour.ts'
export * as neighbourTable from './ops/neighbour-table.ts'
export * as netconf from './ops/netconf.ts'
export * as nexthop from './ops/nexthop.ts'
export * as nsid from './ops/nsid.ts'
export * as raw from './ops/raw.ts'
export type { LinkReference } from './ops/reference.ts'
export * as route from './ops/route.ts'
export * as rule from './ops/rule.ts'
export * as stats from './ops/stats.ts'
export * as tc from './ops/tc/tc.ts'
export * as token from './ops/token.ts'
export * as vni from './ops/vni.ts'
export type { Address } from './route/address.ts'
export type { AddressLabel } from './route/address-label.ts'
export type { BridgeVlan } from './route/bridge-vlan.ts'
export type { Link, LinkData, LinkDataInput, LinkKindName, PortData, PortDataInput } from './route/link.ts'
export type { Mdb } from './route/mdb.ts'
export type { Neighbour, NeighbourTable } from './route/neighbour.ts'
export type { Netconf } from './route/netconf.ts'
export type { Nexthop, NexthopBucket } from './route/nexthop.ts'
export type { Nsid } from './route/nsid.ts'
export type { Route, RouteNexthop } from './route/route.ts'
export type { RouteScope, RouteType, RoutingProtocol, RoutingTable } from './route/routing-words.ts'
export type { Rule } from './route/rule.ts'
export type { Stats } from './route/stats.ts'
export type { Actions } from './route/tc/action.ts'
export type { Chain, Filter, Qdisc, TrafficClass } from './route/tc/tc.ts'
export type { Tunnel } from './route/tunnel.ts'
export type { AddressFamily, DeviceType, EtherType, LinkFlag, OperState } from './route/words.ts'
export { SysError, UnsupportedError } from './sys/libc.ts'
export { NetnsError, type NetnsReference } from './sys/netns-path.ts'
