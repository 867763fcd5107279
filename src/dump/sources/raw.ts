// Messages one behind the other, as they are in memory: what a program wrote to a file, and what `rtmon` and
// `ip monitor file` record, which put a time stamp of their own before every message.
import { align4 } from '../../netlink/attribute.ts'
import { viewOf } from '../../netlink/codec.ts'
import { NLMSG_HDRLEN } from '../../netlink/message.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { type Input, LONGEST } from './input.ts'

export const raw: Source = { name: 'raw messages (rtmon)', matches, datagrams }

/** iproute2's own (include/libnetlink.h): seconds and microseconds, a u32 each. */
const NLMSG_TSTAMP = 15
const STAMP_LENGTH = NLMSG_HDRLEN + 8

/** The upper flag bits that no verb has given a meaning. */
const NO_FLAGS = 0xf000

/** A first message with a length and flags that can be; text and other files have none. */
function matches(head: Uint8Array, isWhole: boolean): boolean | undefined {
  if (isText(head.subarray(0, NLMSG_HDRLEN))) return false
  if (head.length < NLMSG_HDRLEN) return isWhole ? false : undefined
  const view = viewOf(head)
  const length = view.getUint32(0, true)
  return length >= NLMSG_HDRLEN && length <= LONGEST && (view.getUint16(6, true) & NO_FLAGS) === 0
}

const isText = (bytes: Uint8Array): boolean => bytes.every(byte => byte >= 32 || (byte >= 9 && byte <= 13))

function* datagrams(input: Input): Generator<Datagram | undefined> {
  let time: bigint | undefined
  for (let number = 1; ; ) {
    while (input.length < NLMSG_HDRLEN && !input.ended) yield
    skipZeros(input)
    if (input.done) return
    if (input.length < NLMSG_HDRLEN && !input.ended) continue
    const place = `message ${number} at byte ${input.position}`
    const header = input.peek(NLMSG_HDRLEN)
    if (header.length < NLMSG_HDRLEN) {
      yield { bytes: input.take(NLMSG_HDRLEN), place }
      return
    }
    const length = viewOf(header).getUint32(0, true)
    if (length < NLMSG_HDRLEN || length > LONGEST)
      throw new SourceError(`${place}: its header says it has ${length} bytes; what follows cannot be read`)
    while (input.length < align4(length) && !input.ended) yield
    const bytes = input.take(length)
    input.take(align4(length) - length)
    if (viewOf(header).getUint16(4, true) === NLMSG_TSTAMP && bytes.length === STAMP_LENGTH) {
      const view = viewOf(bytes)
      const seconds = view.getUint32(NLMSG_HDRLEN, true)
      const microseconds = view.getUint32(NLMSG_HDRLEN + 4, true)
      time = BigInt(seconds) * 1_000_000_000n + BigInt(microseconds) * 1000n
    } else {
      const stamped = time === undefined ? {} : { time, direction: 'received' as const }
      yield { bytes, place, ...stamped }
      number++
    }
  }
}

/** Zeros behind a message are the rest of a sender's buffer. */
function skipZeros(input: Input): void {
  const ahead = input.peek(input.length)
  const end = ahead.findIndex(byte => byte !== 0)
  if (end < 0) input.take(input.ended ? ahead.length : ahead.length & ~3)
  else input.take(end & ~3)
}
