// What the messages of queued and of logged packets have in common: structs, and how much of a packet is copied.
// include/uapi/linux/netfilter/{nfnetlink_queue.h,nfnetlink_log.h}.
import { be16, be64, blob, enumeration, u8, u16 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'

/** Where in the kernel a packet was caught (NF_INET_*). */
export const HOOK = lazy(() =>
  enumeration(u8, words('hook', { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4, ingress: 5 })),
)

/** The address is `length` bytes of 8. */
export const packetHw = lazy(() =>
  struct('nfqnl_msg_packet_hw', {
    length: ['hw_addrlen', be16],
    _pad: ['_pad', u16],
    address: ['hw_addr', blob(8)],
  }),
)

/** Seconds and microseconds since 1970. */
export const packetTimestamp = lazy(() =>
  struct('nfqnl_msg_packet_timestamp', { seconds: ['sec', be64], microseconds: ['usec', be64] }),
)

export const COPY_MODE = lazy(() => enumeration(u8, words('copy mode', { none: 0, meta: 1, packet: 2 })))
export const CONFIG_COMMAND = lazy(() =>
  enumeration(u8, words('configuration command', { none: 0, bind: 1, unbind: 2, pf_bind: 3, pf_unbind: 4 })),
)
