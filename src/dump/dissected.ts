// What a dissected message is: everything of it, with where each byte lies.
import type { Node } from '../netlink/codec.ts'
import type { Message } from '../netlink/table.ts'

/** What NLMSG_ERROR and NLMSG_DONE say. */
export interface Verdict {
  /** 0: done. */
  readonly errno: number
  /** `EEXIST`; empty when done. */
  readonly code: string
  /** The C library's sentence; empty when done. */
  readonly text: string
  /** The kernel's own sentence. */
  readonly said?: string
  /** Where the kernel points at: byte offset from the start of the request's nlmsghdr. */
  readonly offset?: number
  /** The names on the way to the attribute that is there, where the request is known. */
  readonly attribute?: readonly string[]
  /** What the kernel allows for that attribute, in words: `u32, 68 to 65535`. */
  readonly policy?: string
  /** The name of the attribute that the kernel misses, where the request is known. */
  readonly missing?: string
  /** The names on the way to the nest that it misses it in; left out where it is the message itself. */
  readonly missingIn?: readonly string[]
  /** What usually causes it, and what helps. */
  readonly advice?: string
}

/** One message of a datagram. Header, fields and attributes are the truth; the rest is read from them. */
export interface DissectedMessage {
  /** The netlink protocol's number: 0 route, 16 generic. */
  readonly protocol: number
  /** Where its nlmsghdr begins in the datagram. */
  readonly offset: number
  /** Bytes of it that are there, header included, without what aligns the next one. */
  readonly length: number
  /** nlmsg_type. */
  readonly type: number
  /** `RTM_NEWLINK`, `NLMSG_ERROR`, `CTRL_CMD_GETFAMILY`; the number in words where no table has it. */
  readonly typeName: string
  /** Generic netlink: the family's name, where it is known. */
  readonly family?: string
  /** nlmsg_flags. */
  readonly flags: number
  /** The flags in the verb's words: `create`, `excl`; `dump`. */
  readonly flagWords: readonly (string | number)[]
  readonly sequence: number
  readonly portId: number
  /** The definition that its body was read with. */
  readonly message?: Message<any, any, any>
  /** The fields of nlmsghdr. */
  readonly header: readonly Node[]
  /** The fields of the fixed header behind it: ifinfomsg, nlmsgerr… */
  readonly fields: readonly Node[]
  /** NLMSG_ERROR: the request that the kernel gives back. */
  readonly echo?: DissectedMessage
  /** Of an echo: only its header is there. */
  readonly capped?: true
  readonly attributes: readonly Node[]
  /** NLMSG_ERROR and NLMSG_DONE: what they say. */
  readonly verdict?: Verdict
  /** NLMSG_ERROR of an error: the whole request, given back with it or remembered. */
  readonly refused?: DissectedMessage
  /** Bytes behind it that are of no message: alignment, or the zeros of a sender's buffer. Not in `length`. */
  readonly padding: number
  /** They, where they are not zeros. */
  readonly paddingBytes?: Uint8Array
  /** Its nlmsg_len does not count the header: so the kernel sends what happened to the audit daemon. */
  readonly uncounted?: true
  /** What is wrong with the message as a whole; see `problems` for what is wrong inside. */
  readonly malformed?: string
}
