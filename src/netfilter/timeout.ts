// Connection tracking's timeouts by policy (`nfct timeout`), in seconds.
// include/uapi/linux/netfilter/nfnetlink_cttimeout.h; net/netfilter/nfnetlink_cttimeout.c.
import { be32, string } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, bySibling, flaggedNest, message } from '../netlink/schema.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { IPPROTO, L3PROTO } from './words.ts'

const GENERIC = lazy(() =>
  attributes('CTA_TIMEOUT_GENERIC', () => ({
    timeout: [1, 'CTA_TIMEOUT_GENERIC_TIMEOUT', be32],
  })),
)
const TCP = lazy(() =>
  attributes('CTA_TIMEOUT_TCP', () => ({
    synSent: [1, 'CTA_TIMEOUT_TCP_SYN_SENT', be32],
    synRecv: [2, 'CTA_TIMEOUT_TCP_SYN_RECV', be32],
    established: [3, 'CTA_TIMEOUT_TCP_ESTABLISHED', be32],
    finWait: [4, 'CTA_TIMEOUT_TCP_FIN_WAIT', be32],
    closeWait: [5, 'CTA_TIMEOUT_TCP_CLOSE_WAIT', be32],
    lastAck: [6, 'CTA_TIMEOUT_TCP_LAST_ACK', be32],
    timeWait: [7, 'CTA_TIMEOUT_TCP_TIME_WAIT', be32],
    close: [8, 'CTA_TIMEOUT_TCP_CLOSE', be32],
    synSent2: [9, 'CTA_TIMEOUT_TCP_SYN_SENT2', be32],
    retrans: [10, 'CTA_TIMEOUT_TCP_RETRANS', be32],
    unack: [11, 'CTA_TIMEOUT_TCP_UNACK', be32],
  })),
)
const UDP = lazy(() =>
  attributes('CTA_TIMEOUT_UDP', () => ({
    unreplied: [1, 'CTA_TIMEOUT_UDP_UNREPLIED', be32],
    replied: [2, 'CTA_TIMEOUT_UDP_REPLIED', be32],
  })),
)
const UDPLITE = lazy(() =>
  attributes('CTA_TIMEOUT_UDPLITE', () => ({
    unreplied: [1, 'CTA_TIMEOUT_UDPLITE_UNREPLIED', be32],
    replied: [2, 'CTA_TIMEOUT_UDPLITE_REPLIED', be32],
  })),
)
const ICMP = lazy(() =>
  attributes('CTA_TIMEOUT_ICMP', () => ({
    timeout: [1, 'CTA_TIMEOUT_ICMP_TIMEOUT', be32],
  })),
)
const DCCP = lazy(() =>
  attributes('CTA_TIMEOUT_DCCP', () => ({
    request: [1, 'CTA_TIMEOUT_DCCP_REQUEST', be32],
    respond: [2, 'CTA_TIMEOUT_DCCP_RESPOND', be32],
    partopen: [3, 'CTA_TIMEOUT_DCCP_PARTOPEN', be32],
    open: [4, 'CTA_TIMEOUT_DCCP_OPEN', be32],
    closereq: [5, 'CTA_TIMEOUT_DCCP_CLOSEREQ', be32],
    closing: [6, 'CTA_TIMEOUT_DCCP_CLOSING', be32],
    timewait: [7, 'CTA_TIMEOUT_DCCP_TIMEWAIT', be32],
  })),
)
const SCTP = lazy(() =>
  attributes('CTA_TIMEOUT_SCTP', () => ({
    closed: [1, 'CTA_TIMEOUT_SCTP_CLOSED', be32],
    cookieWait: [2, 'CTA_TIMEOUT_SCTP_COOKIE_WAIT', be32],
    cookieEchoed: [3, 'CTA_TIMEOUT_SCTP_COOKIE_ECHOED', be32],
    established: [4, 'CTA_TIMEOUT_SCTP_ESTABLISHED', be32],
    shutdownSent: [5, 'CTA_TIMEOUT_SCTP_SHUTDOWN_SENT', be32],
    shutdownRecd: [6, 'CTA_TIMEOUT_SCTP_SHUTDOWN_RECD', be32],
    shutdownAckSent: [7, 'CTA_TIMEOUT_SCTP_SHUTDOWN_ACK_SENT', be32],
    heartbeatSent: [8, 'CTA_TIMEOUT_SCTP_HEARTBEAT_SENT', be32],
    heartbeatAcked: [9, 'CTA_TIMEOUT_SCTP_HEARTBEAT_ACKED', be32],
  })),
)
const ICMPV6 = lazy(() =>
  attributes('CTA_TIMEOUT_ICMPV6', () => ({
    timeout: [1, 'CTA_TIMEOUT_ICMPV6_TIMEOUT', be32],
  })),
)
const GRE = lazy(() =>
  attributes('CTA_TIMEOUT_GRE', () => ({
    unreplied: [1, 'CTA_TIMEOUT_GRE_UNREPLIED', be32],
    replied: [2, 'CTA_TIMEOUT_GRE_REPLIED', be32],
  })),
)
/** By the protocol above IP. */
export const TIMEOUT_DATA = lazy(() => ({
  generic: flaggedNest(GENERIC),
  tcp: flaggedNest(TCP),
  udp: flaggedNest(UDP),
  udplite: flaggedNest(UDPLITE),
  icmp: flaggedNest(ICMP),
  dccp: flaggedNest(DCCP),
  sctp: flaggedNest(SCTP),
  icmpv6: flaggedNest(ICMPV6),
  gre: flaggedNest(GRE),
}))
const TIMEOUT = lazy(() =>
  attributes('CTA_TIMEOUT', () => ({
    name: [1, 'CTA_TIMEOUT_NAME', string],
    l3Protocol: [2, 'CTA_TIMEOUT_L3PROTO', L3PROTO()],
    l4Protocol: [3, 'CTA_TIMEOUT_L4PROTO', IPPROTO()],
    data: [4, 'CTA_TIMEOUT_DATA', bySibling('l4Protocol', TIMEOUT_DATA)],
    use: [5, 'CTA_TIMEOUT_USE', be32],
  })),
)

export const timeouts = lazy(() =>
  same(
    message(
      'conntrack timeout',
      {
        IPCTNL_MSG_TIMEOUT_NEW: 0,
        IPCTNL_MSG_TIMEOUT_GET: 1,
        IPCTNL_MSG_TIMEOUT_DELETE: 2,
        IPCTNL_MSG_TIMEOUT_DEFAULT_SET: 3,
        IPCTNL_MSG_TIMEOUT_DEFAULT_GET: 4,
      },
      nfgenmsg(),
      TIMEOUT(),
    ),
  ),
)
