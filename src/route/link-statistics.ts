// A link's counters, in both widths: include/uapi/linux/if_link.h. Packets and bytes since the device was made.
import { type Codec, u32, u64 } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'

/** Both structs have the same fields. Field names are the kernel's in camelCase. */
const counters = <C extends Codec<any, any>>(counter: C) =>
  ({
    rxPackets: ['rx_packets', counter],
    txPackets: ['tx_packets', counter],
    rxBytes: ['rx_bytes', counter],
    txBytes: ['tx_bytes', counter],
    rxErrors: ['rx_errors', counter],
    txErrors: ['tx_errors', counter],
    rxDropped: ['rx_dropped', counter],
    txDropped: ['tx_dropped', counter],
    multicast: ['multicast', counter],
    collisions: ['collisions', counter],
    rxLengthErrors: ['rx_length_errors', counter],
    rxOverErrors: ['rx_over_errors', counter],
    rxCrcErrors: ['rx_crc_errors', counter],
    rxFrameErrors: ['rx_frame_errors', counter],
    rxFifoErrors: ['rx_fifo_errors', counter],
    rxMissedErrors: ['rx_missed_errors', counter],
    txAbortedErrors: ['tx_aborted_errors', counter],
    txCarrierErrors: ['tx_carrier_errors', counter],
    txFifoErrors: ['tx_fifo_errors', counter],
    txHeartbeatErrors: ['tx_heartbeat_errors', counter],
    txWindowErrors: ['tx_window_errors', counter],
    rxCompressed: ['rx_compressed', counter],
    txCompressed: ['tx_compressed', counter],
    rxNohandler: ['rx_nohandler', counter],
  }) as const

/** 32 bits wide: they wrap. */
export const linkStats = struct('rtnl_link_stats', counters(u32))

export const linkStats64 = struct('rtnl_link_stats64', () => ({
  ...counters(u64),
  // Since Linux 5.19. The struct was 192 bytes long before, and 184 before `rx_nohandler` (4.6).
  rxOtherhostDropped: ['rx_otherhost_dropped', u64],
}))
