// A message's place in its conversation: its request where it is an answer, and what it tells of links for later ones.
import type { Node } from '../netlink/codec.ts'
import { NLM_F_REQUEST } from '../netlink/message.ts'
import type { Carrier, Conversation, Place, Relation } from './conversation.ts'
import type { DissectedMessage } from './dissected.ts'
import { type Glance, isGlance } from './glance.ts'

/** Numbers a request; finds the request of anything else. */
export function follow(
  conversation: Conversation,
  message: Place & Pick<DissectedMessage, 'flags'>,
  number: number,
  carrier: Carrier,
): Relation | undefined {
  if (!(message.flags & NLM_F_REQUEST)) return conversation.relate(message, carrier)
  conversation.numberRequest(message, number, carrier)
  return undefined
}

/** Learns the names of links from what the kernel tells. */
export function learn(conversation: Conversation, message: Glance | DissectedMessage, carrier: Carrier): void {
  if (isGlance(message)) {
    if (message.link) conversation.addLink(carrier, message.link.index, message.link.name)
  } else if (message.typeName === 'RTM_NEWLINK' && !(message.flags & NLM_F_REQUEST))
    conversation.addLink(carrier, valueAt(message.fields, 'index'), valueAt(message.attributes, 'name'))
}

const valueAt = (nodes: readonly Node[], key: string): unknown => nodes.find(node => node.key === key)?.value
