// What the tests of requests share.
import { viewOf } from '../../src/netlink/codec.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { InvalidValueError, type Message } from '../../src/netlink/table.ts'

const NLMSG_HDRLEN = 16

/** What a request's bytes say: its type and flags, and its header and attributes in no order. */
export function meaning(message: Message<any, any, any>, b: Uint8Array): Record<string, unknown> {
  const v = viewOf(b)
  const head = { messageType: v.getUint16(4, true), messageFlags: v.getUint16(6, true) }
  return { ...head, ...decodeMessageByClosures(message, v, b, NLMSG_HDRLEN, b.length) }
}

/** The InvalidValueError that `work` must throw. */
export function refused(work: () => unknown): InvalidValueError {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidValueError) return error
    throw error
  }
  throw new Error('it was not refused')
}
