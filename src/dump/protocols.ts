// Which message definition a message has: by protocol and type (rtnetlink); by family and command (generic netlink, whose
// family ids are the running kernel's own: they are learned from the controller's answers); by subsystem and type
// (netfilter); by address family (sock_diag). Tables that only nl-dump reads are made when a message needs them.
import { audit } from '../audit/index.ts'
import { controllerMessage, GENL_ID_CTRL } from '../generic/controller.ts'
import { devlink } from '../generic/devlink.ts'
import * as ethtool from '../generic/ethtool.ts'
import { genlmsghdr } from '../generic/genlmsghdr.ts'
import { mptcpEventMessage, mptcpMessage } from '../generic/mptcp.ts'
import { napiMessage, netdevMessage, pagePoolMessage, queueMessage, queueStatsMessage } from '../generic/netdev.ts'
import { nl80211 } from '../generic/nl80211.ts'
import { tcpMetricsMessage } from '../generic/tcp-metrics.ts'
import { wireguard } from '../generic/wireguard.ts'
import { SUBSYSTEMS } from '../netfilter/index.ts'
import { type Family, same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import {
  ACK_FLAGS,
  COMMON_FLAGS,
  DELETE_FLAGS,
  messageFlags as flagsAt,
  GET_FLAGS,
  messagePortId,
  messageSequence,
  messageType,
  NETLINK_AUDIT,
  NETLINK_GENERIC,
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NETLINK_SOCK_DIAG,
  NEW_FLAGS,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  PROTOCOL,
} from '../netlink/message.ts'
import { attributes, message } from '../netlink/schema.ts'
import type { Message } from '../netlink/table.ts'
import { flagWords, type Words } from '../netlink/words.ts'
import { ROUTE_MESSAGES, routeMessageOf } from '../route/index.ts'
import { socketFamily } from '../sock-diag/index.ts'

type AnyMessage = Message<any, any, any>

/** The family that the controller itself is. */
const CONTROLLER_FAMILY = 'nlctrl'

interface Pair {
  readonly request: AnyMessage
  readonly reply: AnyMessage
}
/** ethtool.ts exports, for each object, what is sent and what is answered. */
const ethtoolPairs = Object.values(ethtool as Readonly<Record<string, object>>).filter(
  (exported): exported is Pair => 'request' in exported && 'reply' in exported,
)

/** The generic families that have tables. */
const FAMILIES: ReadonlyMap<string, () => Family> = new Map<string, () => Family>([
  [CONTROLLER_FAMILY, lazy(() => same(controllerMessage))],
  ['netdev', lazy(() => same(netdevMessage, pagePoolMessage, queueMessage, napiMessage, queueStatsMessage))],
  ['mptcp_pm', lazy(() => ({ ...same(mptcpMessage), events: [mptcpEventMessage] }))],
  ['tcp_metrics', lazy(() => same(tcpMetricsMessage))],
  ['wireguard', wireguard],
  ['nl80211', nl80211],
  ['devlink', devlink],
  [
    'ethtool',
    lazy(() => ({ sent: ethtoolPairs.map(pair => pair.request), received: ethtoolPairs.map(pair => pair.reply) })),
  ],
])

/** A family without a table: its command is a number, its attributes are unknown. */
const unknownFamily = message('generic', {}, genlmsghdr({}), attributes('unknown', {}))

/** What tells a message's definition: its nlmsghdr, and for generic netlink the command. */
export interface MessageHead {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly portId: number
  /** The first byte of the payload. */
  readonly command: number | undefined
}

/** What a message is. */
export interface Identity {
  /** `RTM_NEWLINK`, `CTRL_CMD_GETFAMILY`; where no table has it, the number in words. */
  readonly typeName: string
  /** Generic netlink: the family's name, where it is known. */
  readonly family?: string
  /** How to read its body. */
  readonly message?: AnyMessage
}

const CONTROL: ReadonlyMap<number, string> = new Map([
  [NLMSG_NOOP, 'NLMSG_NOOP'],
  [NLMSG_ERROR, 'NLMSG_ERROR'],
  [NLMSG_DONE, 'NLMSG_DONE'],
  [NLMSG_OVERRUN, 'NLMSG_OVERRUN'],
])

const ROUTE_NAMES: ReadonlyMap<number, string> = new Map(
  ROUTE_MESSAGES.flatMap(({ types }) => Object.entries(types).map(([name, type]) => [type, name] as const)),
)

/** What the message of `protocol` in [p, end) is; `families` are the generic families by id. */
export function identify(
  protocol: number,
  v: DataView,
  p: number,
  end: number,
  families: ReadonlyMap<number, string>,
): Identity {
  const head: MessageHead = {
    type: messageType(v, p),
    flags: flagsAt(v, p),
    sequence: messageSequence(v, p),
    portId: messagePortId(v, p),
    command: end > p + NLMSG_HDRLEN ? v.getUint8(p + NLMSG_HDRLEN) : undefined,
  }
  const control = head.type < NLMSG_MIN_TYPE ? (CONTROL.get(head.type) ?? `NLMSG type ${head.type}`) : undefined
  if (control) return { typeName: control }
  if (protocol === NETLINK_ROUTE) return routeIdentity(head)
  if (protocol === NETLINK_GENERIC) return genericIdentity(head, families)
  return IDENTITIES.get(protocol)?.(head) ?? { typeName: `type ${head.type}` }
}

function routeIdentity({ type, flags }: MessageHead): Identity {
  const definition = routeMessageOf(type, flags)
  return { typeName: ROUTE_NAMES.get(type) ?? `RTM type ${type}`, ...(definition ? { message: definition } : {}) }
}

function genericIdentity(head: MessageHead, families: ReadonlyMap<number, string>): Identity {
  const name = head.type === GENL_ID_CTRL ? CONTROLLER_FAMILY : families.get(head.type)
  if (name === undefined) return { typeName: `family ${head.type} command ${head.command}`, message: unknownFamily }
  const found = inFamily(FAMILIES.get(name)?.(), head, head.command)
  return { family: name, ...(found ?? { typeName: `command ${head.command}`, message: unknownFamily }) }
}

function netfilterIdentity(head: MessageHead): Identity | undefined {
  const subsystem = SUBSYSTEMS[head.type >> 8]
  const number = head.type & 0xff
  if (!subsystem) return { typeName: `subsystem ${head.type >> 8} type ${number}` }
  return { family: subsystem.name, ...(inFamily(subsystem.family(), head, number) ?? { typeName: `type ${number}` }) }
}

function socketIdentity(head: MessageHead): Identity | undefined {
  const sockets = head.command === undefined ? undefined : socketFamily(head.command)
  const found = sockets && inFamily(sockets.family(), head, head.type)
  return found && { family: sockets.name, ...found }
}

function auditIdentity(head: MessageHead): Identity | undefined {
  return inFamily(audit(), head, head.type)
}

const IDENTITIES: ReadonlyMap<number, (head: MessageHead) => Identity | undefined> = new Map([
  [NETLINK_NETFILTER, netfilterIdentity],
  [NETLINK_SOCK_DIAG, socketIdentity],
  [NETLINK_AUDIT, auditIdentity],
])

/** The message of a family that has this number, and the number's name. */
function inFamily(family: Family | undefined, head: MessageHead, number: number | undefined): Identity | undefined {
  for (const definition of family ? familyMessages(family, head) : []) {
    const type = Object.entries(definition.types).find(([, value]) => value === number)
    if (type) return { typeName: type[0], message: definition }
  }
  return undefined
}

function familyMessages(family: Family, head: MessageHead): readonly AnyMessage[] {
  if (head.flags & NLM_F_REQUEST) return family.sent
  // Some programs count no sequence; then the port tells answers from notifications.
  return head.sequence === 0 && head.portId === 0 && family.events ? family.events : family.received
}

/** The requests of a generic family, by name; none where there are no tables of it. */
export const requestsOfFamily = (family: string): readonly AnyMessage[] => FAMILIES.get(family)?.().sent ?? []

/** A message's flags in words: the upper bits mean another thing for every verb. */
export function messageFlags(type: number, typeName: string, flags: number): readonly (string | number)[] {
  const low = flagWords(COMMON_FLAGS, flags & 0xff)
  const high = flags & 0xff00
  if (high === 0) return low
  const verb = verbFlags(type, typeName, high)
  return verb === GET_FLAGS && (high & NLM_F_DUMP) === NLM_F_DUMP
    ? [...low, 'dump', ...flagWords(GET_FLAGS, high & ~NLM_F_DUMP)]
    : [...low, ...flagWords(verb, high)]
}

function verbFlags(type: number, typeName: string, high: number): Words {
  if (type === NLMSG_ERROR || type === NLMSG_DONE) return ACK_FLAGS
  if (/^RTM_DEL/.test(typeName) || /_(DEL|REMOVE|FLUSH)/.test(typeName)) return DELETE_FLAGS
  if (/^RTM_(NEW|SET)/.test(typeName)) return NEW_FLAGS
  if (/^RTM_GET/.test(typeName) || (high & NLM_F_DUMP) === NLM_F_DUMP) return GET_FLAGS
  return NEW_FLAGS
}

/**
 * `route`, `generic`, or the number where it has no name.
 *
 * @example
 * ```ts
 * import { protocolName } from 'netloom/dump'
 *
 * console.log(protocolName(16)) // generic
 * ```
 */
export const protocolName = (protocol: number): string => PROTOCOL.byValue.get(protocol) ?? String(protocol)

/**
 * The number of a protocol by name (`route`, `sock_diag`) or number; undefined when it is neither.
 *
 * @example
 * ```ts
 * import { protocolNumber } from 'netloom/dump'
 *
 * console.log(protocolNumber('route')) // 0
 * ```
 */
export function protocolNumber(text: string): number | undefined {
  const known = PROTOCOL.byWord.get(text.toLowerCase().replaceAll('_', '-'))
  if (known !== undefined) return known
  return /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : undefined
}
