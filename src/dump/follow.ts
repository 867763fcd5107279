// A message's place in its conversation: its request where it is an answer, and what it tells of links for later ones.
import type { Node } from '../netlink/codec.ts'
import { NLM_F_REQUEST } from '../netlink/message.ts'
import type { Carrier, Conversation, Relation } from './conversation.ts'
import type { DissectedMessage } from './dissected.ts'

/** Numbers a request; finds the request of anything else. */
export function follow(
  conversation: Conversation,
  message: DissectedMessage,
  number: number,
  carrier: Carrier,
): Relation | undefined {
  if (!(message.flags & NLM_F_REQUEST)) return conversation.relate(message, carrier)
  conversation.numberRequest(message, number, carrier)
  return undefined
}

/** Learns the names of links from what the kernel tells. */
export function learn(
  conversation: Conversation,
  { typeName, flags, fields, attributes }: DissectedMessage,
  carrier: Carrier,
): void {
  if (typeName !== 'RTM_NEWLINK' || flags & NLM_F_REQUEST) return
  const value = (nodes: readonly Node[], key: string): unknown => nodes.find(node => node.key === key)?.value
  conversation.addLink(carrier, value(fields, 'index'), value(attributes, 'name'))
}
