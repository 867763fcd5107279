// The types of programs, and the section of an object that each is in where nothing else is said.
import { type WordOf, words } from '../netlink/words.ts'

/** include/uapi/linux/bpf.h: enum bpf_prog_type, those that rtnetlink takes. */
export const BPF_PROG_TYPE = words('type of program (BPF_PROG_TYPE_*)', {
  sched_cls: 3,
  sched_act: 4,
  xdp: 6,
  lwt_in: 10,
  lwt_out: 11,
  lwt_xmit: 12,
  lwt_seg6local: 19,
})

/** What a program is attached to, in the kernel's words: `sched_cls` a filter, `sched_act` an action, `lwt_…` a route. */
export type BpfProgramType = WordOf<typeof BPF_PROG_TYPE>

/** The section whose program is meant where none is said: iproute2's. */
export const defaultSection = (type: BpfProgramType): string =>
  ({ sched_cls: 'classifier', sched_act: 'action' })[type as string] ?? 'prog'
