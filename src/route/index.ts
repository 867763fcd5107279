// Every rtnetlink message that the tables know, and which of them a message type means.
// A new family is its file and its line here.
import { NLM_F_REQUEST } from '../netlink/message.ts'
import type { Message } from '../netlink/table.ts'
import { addressMessage, anycastAddressMessage, multicastAddressMessage } from './address.ts'
import { addressLabelMessage } from './address-label.ts'
import { bridgeVlanMessage, bridgeVlanRequestMessage } from './bridge-vlan.ts'
import { cacheReportMessage } from './cache-report.ts'
import { dcbMessage } from './dcb.ts'
import { linkMessage } from './link.ts'
import { mdbMessage, mdbRequestMessage } from './mdb.ts'
import { neighbourMessage, neighbourTableMessage } from './neighbour.ts'
import { netconfMessage } from './netconf.ts'
import { nexthopBucketMessage, nexthopMessage } from './nexthop.ts'
import { nsidMessage } from './nsid.ts'
import { prefixMessage } from './prefix.ts'
import { routeMessage } from './route.ts'
import { ruleMessage } from './rule.ts'
import { statsMessage, statsRequestMessage } from './stats.ts'
import { actionMessage } from './tc/action.ts'
import { chainMessage, classMessage, filterMessage, qdiscMessage } from './tc/tc.ts'
import { tunnelMessage } from './tunnel.ts'

type AnyMessage = Message<any, any, any>

/** What the kernel sends and, where no other is below, what is sent to it. */
const OBJECTS: readonly AnyMessage[] = [
  linkMessage,
  addressMessage,
  multicastAddressMessage,
  anycastAddressMessage,
  routeMessage,
  neighbourMessage,
  neighbourTableMessage,
  ruleMessage,
  nexthopMessage,
  nexthopBucketMessage,
  qdiscMessage,
  classMessage,
  filterMessage,
  chainMessage,
  actionMessage,
  prefixMessage,
  addressLabelMessage,
  netconfMessage,
  dcbMessage,
  mdbMessage,
  nsidMessage,
  statsMessage,
  cacheReportMessage,
  bridgeVlanMessage,
  tunnelMessage,
]

/** Requests whose attributes have numbers of their own. */
const REQUESTS: readonly AnyMessage[] = [mdbRequestMessage, statsRequestMessage, bridgeVlanRequestMessage]

export const ROUTE_MESSAGES: readonly AnyMessage[] = [...OBJECTS, ...REQUESTS]

const byType = (messages: readonly AnyMessage[]): ReadonlyMap<number, AnyMessage> =>
  new Map(messages.flatMap(message => Object.values(message.types).map(type => [type, message] as const)))
const objects = byType(OBJECTS)
const requests = byType(REQUESTS)

/** The definition of a message type; NLM_F_REQUEST in `flags` decides where requests have one of their own. */
export function routeMessageOf(type: number, flags = 0): AnyMessage | undefined {
  return flags & NLM_F_REQUEST ? (requests.get(type) ?? objects.get(type)) : (objects.get(type) ?? requests.get(type))
}
