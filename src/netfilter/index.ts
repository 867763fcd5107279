// Netfilter's subsystems. A message's type is the subsystem in the upper byte and its message in the lower; the two that
// begin and end a transaction have none. include/uapi/linux/netfilter/nfnetlink.h; net/netfilter/nfnetlink.c.
import { be32, bytes } from '../netlink/codec.ts'
import { type Family, same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, message } from '../netlink/schema.ts'
import { acct } from './acct.ts'
import { conntrack, expectations } from './conntrack.ts'
import { helpers } from './helper.ts'
import { hooks } from './hook.ts'
import { ipset } from './ipset.ts'
import { log } from './log.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { nftables, nftCompat } from './nftables.ts'
import { queue } from './queue.ts'
import { timeouts } from './timeout.ts'

const batch = lazy(() =>
  same(
    message(
      'netfilter batch',
      { NFNL_MSG_BATCH_BEGIN: 16, NFNL_MSG_BATCH_END: 17 },
      nfgenmsg(),
      attributes('NFNL_BATCH', () => ({ generation: [1, 'NFNL_BATCH_GENID', be32] })),
    ),
  ),
)
/** The fingerprints are C structs (struct nf_osf_user_finger). */
const osf = lazy(() =>
  same(
    message(
      'os fingerprint',
      { OSF_MSG_ADD: 0, OSF_MSG_REMOVE: 1 },
      nfgenmsg(),
      attributes('OSF_ATTR', () => ({ fingerprint: [1, 'OSF_ATTR_FINGER', bytes] })),
    ),
  ),
)

/** By the upper byte of a message's type; the first has the batches. */
export const SUBSYSTEMS: readonly { readonly name: string; readonly family: () => Family }[] = [
  { name: 'nfnetlink', family: batch },
  { name: 'conntrack', family: conntrack },
  { name: 'expectation', family: expectations },
  { name: 'queue', family: queue },
  { name: 'log', family: log },
  { name: 'osf', family: osf },
  { name: 'ipset', family: ipset },
  { name: 'acct', family: acct },
  { name: 'timeout', family: timeouts },
  { name: 'helper', family: helpers },
  { name: 'nftables', family: nftables },
  { name: 'nft-compat', family: nftCompat },
  { name: 'hook', family: hooks },
]
