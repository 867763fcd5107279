// Messages that share a space of numbers: the commands of a generic family, the messages of a netfilter subsystem.
import type { Message } from './table.ts'

type AnyMessage = Message<any, any, any>

/** A family's messages: requests and answers may share numbers, and so may notifications. */
export interface Family {
  readonly sent: readonly AnyMessage[]
  readonly received: readonly AnyMessage[]
  readonly events?: readonly AnyMessage[]
}

/** A family whose requests and answers are the same messages. */
export const same = (...messages: AnyMessage[]): Family => ({ sent: messages, received: messages })
