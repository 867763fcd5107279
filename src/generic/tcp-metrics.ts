// What TCP remembers of hosts (family `tcp_metrics`, `ip tcp_metrics`). include/uapi/linux/tcp_metrics.h;
// net/ipv4/tcp_metrics.c.
import { bytes, ip, s32, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, message, nest } from '../netlink/schema.ts'
import type { MessageOf } from '../netlink/table.ts'
import { genlmsghdr } from './genlmsghdr.ts'

const commands = { TCP_METRICS_CMD_GET: 1, TCP_METRICS_CMD_DEL: 2 } as const

/** TCP_METRIC_* plus one. */
const VALUES = attributes('TCP_METRIC', () => ({
  /** Milliseconds. */
  rtt: [1, 'TCP_METRIC_RTT + 1', u32],
  /** Milliseconds. */
  rttvar: [2, 'TCP_METRIC_RTTVAR + 1', u32],
  ssthresh: [3, 'TCP_METRIC_SSTHRESH + 1', u32],
  cwnd: [4, 'TCP_METRIC_CWND + 1', u32],
  reordering: [5, 'TCP_METRIC_REORDERING + 1', u32],
  /** Microseconds. */
  rttUs: [6, 'TCP_METRIC_RTT_US + 1', u32],
  /** Microseconds. */
  rttvarUs: [7, 'TCP_METRIC_RTTVAR_US + 1', u32],
}))

export const TCP_METRICS = attributes('TCP_METRICS_ATTR', () => ({
  address4: [1, 'TCP_METRICS_ATTR_ADDR_IPV4', ip, { json: 'dest' }],
  address6: [2, 'TCP_METRICS_ATTR_ADDR_IPV6', ip, { json: 'dest' }],
  /** Milliseconds. */
  age: [3, 'TCP_METRICS_ATTR_AGE', u64],
  timeWaitTimestamp: [4, 'TCP_METRICS_ATTR_TW_TSVAL', u32],
  /** Seconds ago. */
  timeWaitAge: [5, 'TCP_METRICS_ATTR_TW_TS_STAMP', s32],
  values: [6, 'TCP_METRICS_ATTR_VALS', nest(VALUES)],
  fastOpenMss: [7, 'TCP_METRICS_ATTR_FOPEN_MSS', u16, { json: 'fo_mss' }],
  fastOpenSynDrops: [8, 'TCP_METRICS_ATTR_FOPEN_SYN_DROPS', u16, { json: 'fo_syn_drops' }],
  /** Milliseconds ago. */
  fastOpenSynDropAge: [9, 'TCP_METRICS_ATTR_FOPEN_SYN_DROP_TS', u64],
  fastOpenCookie: [10, 'TCP_METRICS_ATTR_FOPEN_COOKIE', bytes, { json: 'fo_cookie' }],
  source4: [11, 'TCP_METRICS_ATTR_SADDR_IPV4', ip, { json: 'source' }],
  source6: [12, 'TCP_METRICS_ATTR_SADDR_IPV6', ip, { json: 'source' }],
  _pad: [13, 'TCP_METRICS_ATTR_PAD', bytes],
}))
export const tcpMetricsMessage = message('tcp metrics', commands, genlmsghdr(commands), TCP_METRICS)
export type TcpMetrics = MessageOf<typeof tcpMetricsMessage>
