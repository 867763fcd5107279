// Packets that wait for a verdict of a program (NFQUEUE). Numbers are in network byte order.
// include/uapi/linux/netfilter/nfnetlink_queue.h; net/netfilter/nfnetlink_queue.c.
import { be16, be32, bytes, enumeration, flags, string, u8 } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { AF, ETH_P } from '../route/words.ts'
import { CONNTRACK, CT_INFO, EXPECT } from './conntrack.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { CONFIG_COMMAND, COPY_MODE, HOOK, packetHw, packetTimestamp } from './packet.ts'
import { VERDICT_CODE } from './words.ts'

const packetHdr = lazy(() =>
  struct('nfqnl_msg_packet_hdr', {
    id: ['packet_id', be32],
    protocol: ['hw_protocol', enumeration(be16, ETH_P)],
    hook: ['hook', HOOK()],
  }),
)
const verdictHdr = lazy(() =>
  struct('nfqnl_msg_verdict_hdr', { verdict: ['verdict', VERDICT_CODE()], id: ['id', be32] }),
)
const configCmd = lazy(() =>
  struct('nfqnl_msg_config_cmd', {
    command: ['command', CONFIG_COMMAND()],
    _pad: ['_pad', u8],
    family: ['pf', enumeration(be16, AF)],
  }),
)
const configParams = lazy(() =>
  struct('nfqnl_msg_config_params', { range: ['copy_range', be32], mode: ['copy_mode', COPY_MODE()] }),
)
const CONFIG_FLAGS = lazy(() =>
  flags(be32, words('queue flag (NFQA_CFG_F_*)', { fail_open: 1, conntrack: 2, gso: 4, uid_gid: 8, secctx: 16 })),
)

const VLAN = lazy(() =>
  attributes('NFQA_VLAN', () => ({
    protocol: [1, 'NFQA_VLAN_PROTO', enumeration(be16, ETH_P)],
    tci: [2, 'NFQA_VLAN_TCI', be16],
  })),
)
const PACKET = lazy(() =>
  attributes('NFQA', () => ({
    packetHeader: [1, 'NFQA_PACKET_HDR', packetHdr()],
    verdictHeader: [2, 'NFQA_VERDICT_HDR', verdictHdr()],
    mark: [3, 'NFQA_MARK', be32],
    timestamp: [4, 'NFQA_TIMESTAMP', packetTimestamp()],
    indexIn: [5, 'NFQA_IFINDEX_INDEV', be32],
    indexOut: [6, 'NFQA_IFINDEX_OUTDEV', be32],
    indexPhysicalIn: [7, 'NFQA_IFINDEX_PHYSINDEV', be32],
    indexPhysicalOut: [8, 'NFQA_IFINDEX_PHYSOUTDEV', be32],
    hardwareAddress: [9, 'NFQA_HWADDR', packetHw()],
    payload: [10, 'NFQA_PAYLOAD', bytes],
    conntrack: [11, 'NFQA_CT', flaggedNest(CONNTRACK)],
    conntrackInfo: [12, 'NFQA_CT_INFO', CT_INFO()],
    capturedLength: [13, 'NFQA_CAP_LEN', be32],
    packetInfo: [
      14,
      'NFQA_SKB_INFO',
      flags(be32, words('packet information (NFQA_SKB_*)', { csumnotready: 1, gso: 2, csum_notverified: 4 })),
    ],
    expectation: [15, 'NFQA_EXP', flaggedNest(EXPECT)],
    uid: [16, 'NFQA_UID', be32],
    gid: [17, 'NFQA_GID', be32],
    securityContext: [18, 'NFQA_SECCTX', string],
    vlan: [19, 'NFQA_VLAN', flaggedNest(VLAN)],
    linkLayerHeader: [20, 'NFQA_L2HDR', bytes],
    priority: [21, 'NFQA_PRIORITY', be32],
  })),
)
const CONFIG = lazy(() =>
  attributes('NFQA_CFG', () => ({
    command: [1, 'NFQA_CFG_CMD', configCmd()],
    parameters: [2, 'NFQA_CFG_PARAMS', configParams()],
    queueMaxLength: [3, 'NFQA_CFG_QUEUE_MAXLEN', be32],
    mask: [4, 'NFQA_CFG_MASK', CONFIG_FLAGS()],
    flags: [5, 'NFQA_CFG_FLAGS', CONFIG_FLAGS()],
  })),
)

export const queue = lazy(() =>
  same(
    message(
      'queued packet',
      { NFQNL_MSG_PACKET: 0, NFQNL_MSG_VERDICT: 1, NFQNL_MSG_VERDICT_BATCH: 3 },
      nfgenmsg(),
      PACKET(),
    ),
    message('packet queue', { NFQNL_MSG_CONFIG: 2 }, nfgenmsg(), CONFIG()),
  ),
)
