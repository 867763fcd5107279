// XDP sockets (`ss --xdp`). include/uapi/linux/xdp_diag.h; net/xdp/xsk_diag.c.
import { flags, u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { FAMILY, MEMORY, SOCK_DIAG, SOCKET_TYPE, show } from './words.ts'

const req = lazy(() =>
  struct('xdp_diag_req', {
    family: ['sdiag_family', FAMILY()],
    protocol: ['sdiag_protocol', u8],
    _pad: ['pad', u16],
    inode: ['xdiag_ino', u32],
    show: ['xdiag_show', show('what to show (XDP_SHOW_*)', ['info', 'ring_cfg', 'umem', 'meminfo', 'stats'])],
    cookie: ['xdiag_cookie', u64],
  }),
)
const msg = lazy(() =>
  struct('xdp_diag_msg', {
    family: ['xdiag_family', FAMILY()],
    type: ['xdiag_type', SOCKET_TYPE()],
    _pad: ['pad', u16],
    inode: ['xdiag_ino', u32],
    cookie: ['xdiag_cookie', u64],
  }),
)
const info = lazy(() => struct('xdp_diag_info', { ifindex: ['ifindex', u32], queue: ['queue_id', u32] }))
const ring = lazy(() => struct('xdp_diag_ring', { entries: ['entries', u32] }))
const umem = lazy(() =>
  struct('xdp_diag_umem', {
    size: ['size', u64],
    id: ['id', u32],
    pages: ['num_pages', u32],
    chunkSize: ['chunk_size', u32],
    headroom: ['headroom', u32],
    ifindex: ['ifindex', u32],
    queue: ['queue_id', u32],
    flags: ['flags', flags(u32, words('memory flag (XDP_DU_F_*)', { zerocopy: 1 }))],
    references: ['refs', u32],
  }),
)
const stats = lazy(() =>
  struct('xdp_diag_stats', {
    receiveDropped: ['n_rx_dropped', u64],
    receiveInvalid: ['n_rx_invalid', u64],
    receiveFull: ['n_rx_full', u64],
    fillRingEmpty: ['n_fill_ring_empty', u64],
    sendInvalid: ['n_tx_invalid', u64],
    sendRingEmpty: ['n_tx_ring_empty', u64],
  }),
)

const ANSWER = lazy(() =>
  attributes('XDP_DIAG', () => ({
    info: [1, 'XDP_DIAG_INFO', info()],
    uid: [2, 'XDP_DIAG_UID', u32],
    receiveRing: [3, 'XDP_DIAG_RX_RING', ring()],
    sendRing: [4, 'XDP_DIAG_TX_RING', ring()],
    umem: [5, 'XDP_DIAG_UMEM', umem()],
    fillRing: [6, 'XDP_DIAG_UMEM_FILL_RING', ring()],
    completionRing: [7, 'XDP_DIAG_UMEM_COMPLETION_RING', ring()],
    memory: [8, 'XDP_DIAG_MEMINFO', MEMORY()],
    stats: [9, 'XDP_DIAG_STATS', stats()],
  })),
)

export const xdp = lazy(
  (): Family => ({
    sent: [
      message(
        'xdp socket request',
        SOCK_DIAG,
        req(),
        attributes('XDP_DIAG_REQ', () => ({})),
      ),
    ],
    received: [message('xdp socket', SOCK_DIAG, msg(), ANSWER())],
  }),
)
