// Packets that are logged to a program (NFLOG). Numbers are in network byte order.
// include/uapi/linux/netfilter/nfnetlink_log.h; net/netfilter/nfnetlink_log.c.
import { be16, be32, bytes, enumeration, flags, string, u8 } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { ETH_P } from '../route/words.ts'
import { CONNTRACK, CT_INFO } from './conntrack.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { CONFIG_COMMAND, COPY_MODE, HOOK, packetHw, packetTimestamp } from './packet.ts'

const packetHdr = lazy(() =>
  struct('nfulnl_msg_packet_hdr', {
    protocol: ['hw_protocol', enumeration(be16, ETH_P)],
    hook: ['hook', HOOK()],
    _pad: ['_pad', u8],
  }),
)
const configCmd = lazy(() => struct('nfulnl_msg_config_cmd', { command: ['command', CONFIG_COMMAND()] }))
const configMode = lazy(() =>
  struct('nfulnl_msg_config_mode', {
    range: ['copy_range', be32],
    mode: ['copy_mode', COPY_MODE()],
    _pad: ['_pad', u8],
  }),
)
const CONFIG_FLAGS = lazy(() =>
  flags(be16, words('log flag (NFULNL_CFG_F_*)', { seq: 1, seq_global: 2, conntrack: 4 })),
)

const VLAN = lazy(() =>
  attributes('NFULA_VLAN', () => ({
    protocol: [1, 'NFULA_VLAN_PROTO', enumeration(be16, ETH_P)],
    tci: [2, 'NFULA_VLAN_TCI', be16],
  })),
)
const PACKET = lazy(() =>
  attributes('NFULA', () => ({
    packetHeader: [1, 'NFULA_PACKET_HDR', packetHdr()],
    mark: [2, 'NFULA_MARK', be32],
    timestamp: [3, 'NFULA_TIMESTAMP', packetTimestamp()],
    indexIn: [4, 'NFULA_IFINDEX_INDEV', be32],
    indexOut: [5, 'NFULA_IFINDEX_OUTDEV', be32],
    indexPhysicalIn: [6, 'NFULA_IFINDEX_PHYSINDEV', be32],
    indexPhysicalOut: [7, 'NFULA_IFINDEX_PHYSOUTDEV', be32],
    hardwareAddress: [8, 'NFULA_HWADDR', packetHw()],
    payload: [9, 'NFULA_PAYLOAD', bytes],
    prefix: [10, 'NFULA_PREFIX', string],
    uid: [11, 'NFULA_UID', be32],
    sequence: [12, 'NFULA_SEQ', be32],
    sequenceGlobal: [13, 'NFULA_SEQ_GLOBAL', be32],
    gid: [14, 'NFULA_GID', be32],
    hardwareType: [15, 'NFULA_HWTYPE', be16],
    hardwareHeader: [16, 'NFULA_HWHEADER', bytes],
    hardwareLength: [17, 'NFULA_HWLEN', be16],
    conntrack: [18, 'NFULA_CT', flaggedNest(CONNTRACK)],
    conntrackInfo: [19, 'NFULA_CT_INFO', CT_INFO()],
    vlan: [20, 'NFULA_VLAN', flaggedNest(VLAN)],
    linkLayerHeader: [21, 'NFULA_L2HDR', bytes],
  })),
)
const CONFIG = lazy(() =>
  attributes('NFULA_CFG', () => ({
    command: [1, 'NFULA_CFG_CMD', configCmd()],
    mode: [2, 'NFULA_CFG_MODE', configMode()],
    bufferSize: [3, 'NFULA_CFG_NLBUFSIZ', be32],
    /** Hundredths of a second. */
    timeout: [4, 'NFULA_CFG_TIMEOUT', be32],
    queueThreshold: [5, 'NFULA_CFG_QTHRESH', be32],
    flags: [6, 'NFULA_CFG_FLAGS', CONFIG_FLAGS()],
  })),
)

export const log = lazy(() =>
  same(
    message('logged packet', { NFULNL_MSG_PACKET: 0 }, nfgenmsg(), PACKET()),
    message('packet log', { NFULNL_MSG_CONFIG: 1 }, nfgenmsg(), CONFIG()),
  ),
)
