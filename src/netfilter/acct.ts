// Named counters of packets and bytes (`nfacct`). Numbers are in network byte order.
// include/uapi/linux/netfilter/nfnetlink_acct.h; net/netfilter/nfnetlink_acct.c.
import { be32, be64, bytes, flags, string } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { words } from '../netlink/words.ts'
import { nfgenmsg } from './nfgenmsg.ts'

const FLAGS = lazy(() =>
  flags(be32, words('counter flag (NFACCT_F_*)', { quota_pkts: 1, quota_bytes: 2, overquota: 4 })),
)
const FILTER = lazy(() =>
  attributes('NFACCT_FILTER', () => ({
    mask: [1, 'NFACCT_FILTER_MASK', be32],
    value: [2, 'NFACCT_FILTER_VALUE', be32],
  })),
)
const ACCT = lazy(() =>
  attributes('NFACCT', () => ({
    name: [1, 'NFACCT_NAME', string],
    packets: [2, 'NFACCT_PKTS', be64],
    bytes: [3, 'NFACCT_BYTES', be64],
    use: [4, 'NFACCT_USE', be32],
    flags: [5, 'NFACCT_FLAGS', FLAGS()],
    quota: [6, 'NFACCT_QUOTA', be64],
    filter: [7, 'NFACCT_FILTER', flaggedNest(FILTER)],
    _pad: [8, 'NFACCT_PAD', bytes],
  })),
)

export const acct = lazy(() =>
  same(
    message(
      'counter',
      {
        NFNL_MSG_ACCT_NEW: 0,
        NFNL_MSG_ACCT_GET: 1,
        NFNL_MSG_ACCT_GET_CTRZERO: 2,
        NFNL_MSG_ACCT_DEL: 3,
        NFNL_MSG_ACCT_OVERQUOTA: 4,
      },
      nfgenmsg(),
      ACCT(),
    ),
  ),
)
