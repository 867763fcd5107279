// struct tcp_info: all that the kernel tells of a TCP connection. include/uapi/linux/tcp.h; kernels make it longer.
// Times of `rto`, `ato`, `rtt`, `rttvar` and `minRtt` are microseconds, `last…` milliseconds; rates are bytes a second.
import { enumeration, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { STATE } from './words.ts'

export const tcpInfo = lazy(() =>
  struct('tcp_info', {
    state: ['tcpi_state', STATE()],
    congestionState: [
      'tcpi_ca_state',
      enumeration(u8, words('congestion state', { open: 0, disorder: 1, cwr: 2, recovery: 3, loss: 4 })),
    ],
    retransmits: ['tcpi_retransmits', u8],
    probes: ['tcpi_probes', u8],
    backoff: ['tcpi_backoff', u8],
    /** TCPI_OPT_*: bit 0 timestamps, 1 sack, 2 wscale, 3 ecn, 4 ecn seen, 5 syn data. */
    options: ['tcpi_options', u8],
    /** The sender's in the lower half, the receiver's in the upper. */
    windowScales: ['tcpi_wscale', u8],
    /** Bit 0: the rate is limited by the application; bits 1 and 2: why fast open failed. */
    limits: ['tcpi_delivery_rate_app_limited', u8],
    rto: ['tcpi_rto', u32],
    ato: ['tcpi_ato', u32],
    sendMss: ['tcpi_snd_mss', u32],
    receiveMss: ['tcpi_rcv_mss', u32],
    unacked: ['tcpi_unacked', u32],
    sacked: ['tcpi_sacked', u32],
    lost: ['tcpi_lost', u32],
    retransmitted: ['tcpi_retrans', u32],
    fackets: ['tcpi_fackets', u32],
    lastDataSent: ['tcpi_last_data_sent', u32],
    lastAckSent: ['tcpi_last_ack_sent', u32],
    lastDataReceived: ['tcpi_last_data_recv', u32],
    lastAckReceived: ['tcpi_last_ack_recv', u32],
    pathMtu: ['tcpi_pmtu', u32],
    receiveSsthresh: ['tcpi_rcv_ssthresh', u32],
    rtt: ['tcpi_rtt', u32],
    rttvar: ['tcpi_rttvar', u32],
    sendSsthresh: ['tcpi_snd_ssthresh', u32],
    sendCwnd: ['tcpi_snd_cwnd', u32],
    advertisedMss: ['tcpi_advmss', u32],
    reordering: ['tcpi_reordering', u32],
    receiveRtt: ['tcpi_rcv_rtt', u32],
    receiveSpace: ['tcpi_rcv_space', u32],
    totalRetransmitted: ['tcpi_total_retrans', u32],
    pacingRate: ['tcpi_pacing_rate', u64],
    maxPacingRate: ['tcpi_max_pacing_rate', u64],
    bytesAcked: ['tcpi_bytes_acked', u64],
    bytesReceived: ['tcpi_bytes_received', u64],
    segmentsOut: ['tcpi_segs_out', u32],
    segmentsIn: ['tcpi_segs_in', u32],
    notsentBytes: ['tcpi_notsent_bytes', u32],
    minRtt: ['tcpi_min_rtt', u32],
    dataSegmentsIn: ['tcpi_data_segs_in', u32],
    dataSegmentsOut: ['tcpi_data_segs_out', u32],
    deliveryRate: ['tcpi_delivery_rate', u64],
    busyTime: ['tcpi_busy_time', u64],
    receiveWindowLimited: ['tcpi_rwnd_limited', u64],
    sendBufferLimited: ['tcpi_sndbuf_limited', u64],
    delivered: ['tcpi_delivered', u32],
    deliveredCe: ['tcpi_delivered_ce', u32],
    bytesSent: ['tcpi_bytes_sent', u64],
    bytesRetransmitted: ['tcpi_bytes_retrans', u64],
    dsackDuplicates: ['tcpi_dsack_dups', u32],
    reorderingsSeen: ['tcpi_reord_seen', u32],
    outOfOrderPackets: ['tcpi_rcv_ooopack', u32],
    sendWindow: ['tcpi_snd_wnd', u32],
    // Since Linux 6.2.
    receiveWindow: ['tcpi_rcv_wnd', u32],
    rehash: ['tcpi_rehash', u32],
    // Since Linux 6.7.
    totalRto: ['tcpi_total_rto', u16],
    totalRtoRecoveries: ['tcpi_total_rto_recoveries', u16],
    totalRtoTime: ['tcpi_total_rto_time', u32],
    // Since Linux 6.18: accurate ECN.
    receivedCe: ['tcpi_received_ce', u32],
    deliveredE1Bytes: ['tcpi_delivered_e1_bytes', u32],
    deliveredE0Bytes: ['tcpi_delivered_e0_bytes', u32],
    deliveredCeBytes: ['tcpi_delivered_ce_bytes', u32],
    receivedE1Bytes: ['tcpi_received_e1_bytes', u32],
    receivedE0Bytes: ['tcpi_received_e0_bytes', u32],
    receivedCeBytes: ['tcpi_received_ce_bytes', u32],
    accurateEcnFailMode: ['tcpi_accecn_fail_mode', u16],
    accurateEcnOptionSeen: ['tcpi_accecn_opt_seen', u16],
  }),
)
