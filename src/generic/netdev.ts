// Devices' queues, NAPI instances, page pools and statistics by queue (family `netdev`, since Linux 6.3).
// Documentation/netlink/specs/netdev.yaml, include/uapi/linux/netdev.h (in no header of 6.1).
import { bytes, enumeration, flags, u32, u64, uint } from '../netlink/codec.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { genlmsghdr } from './genlmsghdr.ts'

const devCommands = {
  NETDEV_CMD_DEV_GET: 1,
  NETDEV_CMD_DEV_ADD_NTF: 2,
  NETDEV_CMD_DEV_DEL_NTF: 3,
  NETDEV_CMD_DEV_CHANGE_NTF: 4,
} as const
export const NETDEV_DEV = attributes('NETDEV_A_DEV', () => ({
  index: [1, 'NETDEV_A_DEV_IFINDEX', u32],
  _pad: [2, 'NETDEV_A_DEV_PAD', bytes],
  /** NETDEV_XDP_ACT_*: bit 0 basic, 1 redirect, 2 ndo-xmit, 3 xsk-zerocopy, 4 hw-offload, 5 rx-sg, 6 ndo-xmit-sg. */
  xdpFeatures: [3, 'NETDEV_A_DEV_XDP_FEATURES', u64],
  xdpZeroCopyMaxSegments: [4, 'NETDEV_A_DEV_XDP_ZC_MAX_SEGS', u32],
  xdpRxMetadataFeatures: [5, 'NETDEV_A_DEV_XDP_RX_METADATA_FEATURES', u64],
  xskFeatures: [6, 'NETDEV_A_DEV_XSK_FEATURES', u64],
}))
export const netdevMessage = message('netdev', devCommands, genlmsghdr(devCommands), NETDEV_DEV)
export type Netdev = MessageOf<typeof netdevMessage>

const poolCommands = {
  NETDEV_CMD_PAGE_POOL_GET: 5,
  NETDEV_CMD_PAGE_POOL_ADD_NTF: 6,
  NETDEV_CMD_PAGE_POOL_DEL_NTF: 7,
  NETDEV_CMD_PAGE_POOL_CHANGE_NTF: 8,
} as const
export const NETDEV_PAGE_POOL = attributes('NETDEV_A_PAGE_POOL', () => ({
  id: [1, 'NETDEV_A_PAGE_POOL_ID', uint],
  index: [2, 'NETDEV_A_PAGE_POOL_IFINDEX', u32],
  napiId: [3, 'NETDEV_A_PAGE_POOL_NAPI_ID', uint],
  inFlight: [4, 'NETDEV_A_PAGE_POOL_INFLIGHT', uint],
  inFlightMemory: [5, 'NETDEV_A_PAGE_POOL_INFLIGHT_MEM', uint],
  /** Seconds since boot. */
  detachTime: [6, 'NETDEV_A_PAGE_POOL_DETACH_TIME', uint],
  dmabuf: [7, 'NETDEV_A_PAGE_POOL_DMABUF', u32],
}))
export const pagePoolMessage = message('page pool', poolCommands, genlmsghdr(poolCommands), NETDEV_PAGE_POOL)
export type PagePool = MessageOf<typeof pagePoolMessage>

const QUEUE_TYPE = words('queue type (NETDEV_QUEUE_TYPE_*)', { rx: 0, tx: 1 })
const queueCommands = { NETDEV_CMD_QUEUE_GET: 10 } as const
const NOTHING = attributes('NETDEV_A_QUEUE_NESTED', () => ({}))
export const NETDEV_QUEUE = attributes('NETDEV_A_QUEUE', () => ({
  id: [1, 'NETDEV_A_QUEUE_ID', u32],
  index: [2, 'NETDEV_A_QUEUE_IFINDEX', u32],
  type: [3, 'NETDEV_A_QUEUE_TYPE', enumeration(u32, QUEUE_TYPE)],
  napiId: [4, 'NETDEV_A_QUEUE_NAPI_ID', u32],
  dmabuf: [5, 'NETDEV_A_QUEUE_DMABUF', u32],
  ioUring: [6, 'NETDEV_A_QUEUE_IO_URING', flaggedNest(NOTHING)],
  xsk: [7, 'NETDEV_A_QUEUE_XSK', flaggedNest(NOTHING)],
}))
export const queueMessage = message('queue', queueCommands, genlmsghdr(queueCommands), NETDEV_QUEUE)
export type Queue = MessageOf<typeof queueMessage>

const napiCommands = { NETDEV_CMD_NAPI_GET: 11, NETDEV_CMD_NAPI_SET: 14 } as const
export const NETDEV_NAPI = attributes('NETDEV_A_NAPI', () => ({
  index: [1, 'NETDEV_A_NAPI_IFINDEX', u32],
  id: [2, 'NETDEV_A_NAPI_ID', u32],
  irq: [3, 'NETDEV_A_NAPI_IRQ', u32],
  pid: [4, 'NETDEV_A_NAPI_PID', u32],
  deferHardIrqs: [5, 'NETDEV_A_NAPI_DEFER_HARD_IRQS', u32],
  /** Nanoseconds. */
  groFlushTimeout: [6, 'NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT', uint],
  /** Nanoseconds. */
  irqSuspendTimeout: [7, 'NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT', uint],
  threaded: [8, 'NETDEV_A_NAPI_THREADED', u32],
}))
export const napiMessage = message('napi', napiCommands, genlmsghdr(napiCommands), NETDEV_NAPI)
export type Napi = MessageOf<typeof napiMessage>

const statsCommands = { NETDEV_CMD_QSTATS_GET: 12 } as const
const SCOPE = words('scope (NETDEV_QSTATS_SCOPE_*)', { queue: 1 })
export const NETDEV_QSTATS = attributes('NETDEV_A_QSTATS', () => ({
  index: [1, 'NETDEV_A_QSTATS_IFINDEX', u32],
  queueType: [2, 'NETDEV_A_QSTATS_QUEUE_TYPE', enumeration(u32, QUEUE_TYPE)],
  queueId: [3, 'NETDEV_A_QSTATS_QUEUE_ID', u32],
  scope: [4, 'NETDEV_A_QSTATS_SCOPE', flags(u32, SCOPE)],
  rxPackets: [8, 'NETDEV_A_QSTATS_RX_PACKETS', uint],
  rxBytes: [9, 'NETDEV_A_QSTATS_RX_BYTES', uint],
  txPackets: [10, 'NETDEV_A_QSTATS_TX_PACKETS', uint],
  txBytes: [11, 'NETDEV_A_QSTATS_TX_BYTES', uint],
  rxAllocationFailures: [12, 'NETDEV_A_QSTATS_RX_ALLOC_FAIL', uint],
}))
export const queueStatsMessage = message('queue statistics', statsCommands, genlmsghdr(statsCommands), NETDEV_QSTATS)
export type QueueStats = MessageOf<typeof queueStatsMessage>
