// Connection tracking's helpers in user space (`nfct helper`).
// include/uapi/linux/netfilter/nfnetlink_cthelper.h; net/netfilter/nfnetlink_cthelper.c.
import { be32, string } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { IPPROTO, L3PROTO } from './words.ts'

const HELPER_POLICY = lazy(() =>
  attributes('NFCTH_POLICY', () => ({
    name: [1, 'NFCTH_POLICY_NAME', string],
    expectMax: [2, 'NFCTH_POLICY_EXPECT_MAX', be32],
    expectTimeout: [3, 'NFCTH_POLICY_EXPECT_TIMEOUT', be32],
  })),
)
const HELPER_TUPLE = lazy(() =>
  attributes('NFCTH_TUPLE', () => ({
    l3Protocol: [1, 'NFCTH_TUPLE_L3PROTONUM', L3PROTO()],
    l4Protocol: [2, 'NFCTH_TUPLE_L4PROTONUM', IPPROTO()],
  })),
)
const HELPER_POLICIES = lazy(() =>
  attributes('NFCTH_POLICY_SET', () => ({
    count: [1, 'NFCTH_POLICY_SET_NUM', be32],
    set: [2, 'NFCTH_POLICY_SET', flaggedNest(HELPER_POLICY)],
    set2: [3, 'NFCTH_POLICY_SET2', flaggedNest(HELPER_POLICY)],
    set3: [4, 'NFCTH_POLICY_SET3', flaggedNest(HELPER_POLICY)],
    set4: [5, 'NFCTH_POLICY_SET4', flaggedNest(HELPER_POLICY)],
  })),
)
const HELPER = lazy(() =>
  attributes('NFCTH', () => ({
    name: [1, 'NFCTH_NAME', string],
    tuple: [2, 'NFCTH_TUPLE', flaggedNest(HELPER_TUPLE)],
    queueNumber: [3, 'NFCTH_QUEUE_NUM', be32],
    policy: [4, 'NFCTH_POLICY', flaggedNest(HELPER_POLICIES)],
    privateDataLength: [5, 'NFCTH_PRIV_DATA_LEN', be32],
    status: [6, 'NFCTH_STATUS', be32],
  })),
)

export const helpers = lazy(() =>
  same(
    message(
      'conntrack helper',
      { NFNL_MSG_CTHELPER_NEW: 0, NFNL_MSG_CTHELPER_GET: 1, NFNL_MSG_CTHELPER_DEL: 2 },
      nfgenmsg(),
      HELPER(),
    ),
  ),
)
