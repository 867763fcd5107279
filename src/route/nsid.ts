// The ids under which a network namespace knows others: RTM_NEWNSID and its kin.
// linux/net_namespace.h; the kernel's side is net/core/net_namespace.c.
import { enumeration, s32, u8, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { AF } from './words.ts'

/** One byte; the attributes begin 4 bytes on. */
export const rtgenmsg = struct('rtgenmsg', {
  family: ['rtgen_family', enumeration(u8, AF)],
})

/** What NETNSA_NSID holds for a namespace that has no id here (NETNSA_NSID_NOT_ASSIGNED). */
export const NSID_NOT_ASSIGNED = -1

export const NSID = attributes('NETNSA', () => ({
  /** -1: none is assigned; in a request for a new one: choose it. */
  nsid: [1, 'NETNSA_NSID', s32],
  /** A process in the namespace. */
  pid: [2, 'NETNSA_PID', u32],
  /** An open file of the namespace. */
  fd: [3, 'NETNSA_FD', u32],
  /** Ask as if from the namespace that has this id here. */
  targetNsid: [4, 'NETNSA_TARGET_NSID', s32],
  /** With `targetNsid`: the id in the namespace that asks. */
  currentNsid: [5, 'NETNSA_CURRENT_NSID', s32, { json: 'current-nsid' }],
}))

export const nsidMessage = message('nsid', { RTM_NEWNSID: 88, RTM_DELNSID: 89, RTM_GETNSID: 90 }, rtgenmsg, NSID)
export type Nsid = MessageOf<typeof nsidMessage>
