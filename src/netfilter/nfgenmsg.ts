// struct nfgenmsg: the header that every netfilter message has behind nlmsghdr. include/uapi/linux/netfilter/nfnetlink.h.
import { be16, u8 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { struct } from '../netlink/struct.ts'
import { NFPROTO } from './words.ts'

export const nfgenmsg = lazy(() =>
  struct('nfgenmsg', {
    family: ['nfgen_family', NFPROTO()],
    version: ['version', u8],
    /** A queue's or a log's group, a processor, a batch's subsystem; else 0. */
    resource: ['res_id', be16],
  }),
)
