// Netlink sockets (`ss -f netlink`). include/uapi/linux/netlink_diag.h; net/netlink/diag.c.
import { enumeration, flags, u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { PROTOCOL } from '../netlink/message.ts'
import { array, attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { FAMILY, MEMORY, SOCK_DIAG, SOCKET_TYPE, show } from './words.ts'

const req = lazy(() =>
  struct('netlink_diag_req', {
    family: ['sdiag_family', FAMILY()],
    /** 255: all. */
    protocol: ['sdiag_protocol', enumeration(u8, PROTOCOL)],
    _pad: ['pad', u16],
    inode: ['ndiag_ino', u32],
    show: ['ndiag_show', show('what to show (NDIAG_SHOW_*)', ['meminfo', 'groups', 'ring_cfg', 'flags'])],
    cookie: ['ndiag_cookie', u64],
  }),
)
const msg = lazy(() =>
  struct('netlink_diag_msg', {
    family: ['ndiag_family', FAMILY()],
    type: ['ndiag_type', SOCKET_TYPE()],
    protocol: ['ndiag_protocol', enumeration(u8, PROTOCOL)],
    state: ['ndiag_state', u8],
    portId: ['ndiag_portid', u32],
    destinationPortId: ['ndiag_dst_portid', u32],
    destinationGroup: ['ndiag_dst_group', u32],
    inode: ['ndiag_ino', u32],
    cookie: ['ndiag_cookie', u64],
  }),
)
const ring = lazy(() =>
  struct('netlink_diag_ring', {
    blockSize: ['ndr_block_size', u32],
    blocks: ['ndr_block_nr', u32],
    frameSize: ['ndr_frame_size', u32],
    frames: ['ndr_frame_nr', u32],
  }),
)
const FLAGS = lazy(() =>
  flags(
    u32,
    words('netlink socket flag (NDIAG_FLAG_*)', {
      cb_running: 0x01,
      pktinfo: 0x02,
      broadcast_error: 0x04,
      no_enobufs: 0x08,
      listen_all_nsid: 0x10,
      cap_ack: 0x20,
      // Since Linux 6.3.
      ext_ack: 0x40,
      strict_chk: 0x80,
    }),
  ),
)

const ANSWER = lazy(() =>
  attributes('NETLINK_DIAG', () => ({
    memory: [0, 'NETLINK_DIAG_MEMINFO', MEMORY()],
    /** A bit for each group, the first is group 1. */
    groups: [1, 'NETLINK_DIAG_GROUPS', array(u32)],
    receiveRing: [2, 'NETLINK_DIAG_RX_RING', ring()],
    sendRing: [3, 'NETLINK_DIAG_TX_RING', ring()],
    flags: [4, 'NETLINK_DIAG_FLAGS', FLAGS()],
  })),
)

export const netlink = lazy(
  (): Family => ({
    sent: [
      message(
        'netlink socket request',
        SOCK_DIAG,
        req(),
        attributes('NETLINK_DIAG_REQ', () => ({})),
      ),
    ],
    received: [message('netlink socket', SOCK_DIAG, msg(), ANSWER())],
  }),
)
