// The tap's text (src/tap.ts): each datagram's messages as nl-dump shows them, at once.
import type { Captured } from '../netlink/capture.ts'
import { Conversation } from './conversation.ts'
import { dissect } from './dissect.ts'
import { print } from './print.ts'

/** Makes datagrams of one conversation into text, one after the other. */
export function liveText(colors: boolean): (datagram: Captured) => string {
  const conversation = new Conversation()
  let number = 0
  return ({ bytes, protocol, direction, time }) =>
    dissect(bytes, { protocol, conversation })
      .map(message => print({ message, datagram: bytes, number: ++number, origin: { direction, time } }, { colors }))
      .join('')
}
