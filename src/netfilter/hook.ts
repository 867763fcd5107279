// Who hooks into the path of packets (`nft list hooks`). Numbers are in network byte order.
// include/uapi/linux/netfilter/nfnetlink_hook.h; net/netfilter/nfnetlink_hook.c.
import { be32, enumeration, sbe32, string } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { words } from '../netlink/words.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { FAMILY } from './words.ts'

const CHAIN = lazy(() =>
  attributes('NFNLA_CHAIN', () => ({
    table: [1, 'NFNLA_CHAIN_TABLE', string],
    family: [2, 'NFNLA_CHAIN_FAMILY', FAMILY()],
    name: [3, 'NFNLA_CHAIN_NAME', string],
  })),
)
const INFO = lazy(() =>
  attributes('NFNLA_HOOK_INFO', () => ({
    description: [1, 'NFNLA_HOOK_INFO_DESC', flaggedNest(CHAIN)],
    type: [
      2,
      'NFNLA_HOOK_INFO_TYPE',
      enumeration(be32, words('hook owner (NFNL_HOOK_TYPE_*)', { nftables: 1, bpf: 2, nft_flowtable: 3 })),
    ],
  })),
)
const HOOK = lazy(() =>
  attributes('NFNLA_HOOK', () => ({
    hooknum: [1, 'NFNLA_HOOK_HOOKNUM', be32],
    priority: [2, 'NFNLA_HOOK_PRIORITY', sbe32],
    device: [3, 'NFNLA_HOOK_DEV', string],
    functionName: [4, 'NFNLA_HOOK_FUNCTION_NAME', string],
    moduleName: [5, 'NFNLA_HOOK_MODULE_NAME', string],
    chainInfo: [6, 'NFNLA_HOOK_CHAIN_INFO', flaggedNest(INFO)],
  })),
)

export const hooks = lazy(() => same(message('netfilter hook', { NFNL_MSG_HOOK_GET: 0 }, nfgenmsg(), HOOK())))
