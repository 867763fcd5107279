// Packets that multicast routing could not place (a notification for mrouted and its like): RTM_NEWCACHEREPORT.
// include/uapi/linux/{mroute.h,mroute6.h}; net/ipv4/ipmr.c (igmpmsg_netlink_event), net/ipv6/ip6mr.c.
import { bytes, enumeration, ip, u8, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { rtgenmsg } from './nsid.ts'

/** IGMPMSG_*, MRT6MSG_*. */
const IGMPMSG = words('report (IGMPMSG_*)', { nocache: 1, wrongvif: 2, wholepkt: 3, wrvifwhole: 4 })

export const CACHE_REPORT = attributes('IPMRA_CREPORT', () => ({
  type: [1, 'IPMRA_CREPORT_MSGTYPE', enumeration(u8, IGMPMSG)],
  vif: [2, 'IPMRA_CREPORT_VIF_ID', u32],
  src: [3, 'IPMRA_CREPORT_SRC_ADDR', ip],
  dst: [4, 'IPMRA_CREPORT_DST_ADDR', ip],
  /** The packet itself, from its IP header on. */
  packet: [5, 'IPMRA_CREPORT_PKT', bytes],
  table: [6, 'IPMRA_CREPORT_TABLE', u32],
}))

export const cacheReportMessage = message('cache report', { RTM_NEWCACHEREPORT: 96 }, rtgenmsg, CACHE_REPORT)
export type CacheReport = MessageOf<typeof cacheReportMessage>
