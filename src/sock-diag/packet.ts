// Packet sockets (`ss -0`). include/uapi/linux/{packet_diag.h,filter.h}; net/packet/diag.c.
import { blob, enumeration, flags, u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { array, attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { ETH_P } from '../route/words.ts'
import { FAMILY, MEMORY, SOCK_DIAG, SOCKET_TYPE, show } from './words.ts'

const req = lazy(() =>
  struct('packet_diag_req', {
    family: ['sdiag_family', FAMILY()],
    protocol: ['sdiag_protocol', u8],
    _pad: ['pad', u16],
    inode: ['pdiag_ino', u32],
    show: [
      'pdiag_show',
      show('what to show (PACKET_SHOW_*)', ['info', 'mclist', 'ring_cfg', 'fanout', 'meminfo', 'filter']),
    ],
    cookie: ['pdiag_cookie', u64],
  }),
)
const msg = lazy(() =>
  struct('packet_diag_msg', {
    family: ['pdiag_family', FAMILY()],
    type: ['pdiag_type', SOCKET_TYPE()],
    protocol: ['pdiag_num', enumeration(u16, ETH_P)],
    inode: ['pdiag_ino', u32],
    cookie: ['pdiag_cookie', u64],
  }),
)
const info = lazy(() =>
  struct('packet_diag_info', {
    ifindex: ['pdi_index', u32],
    version: ['pdi_version', u32],
    reserve: ['pdi_reserve', u32],
    copyThreshold: ['pdi_copy_thresh', u32],
    timestamp: ['pdi_tstamp', u32],
    flags: [
      'pdi_flags',
      flags(
        u32,
        words('packet socket flag (PDI_*)', { running: 0x01, auxdata: 0x02, origdev: 0x04, vnethdr: 0x08, loss: 0x10 }),
      ),
    ],
  }),
)
const membership = lazy(() =>
  struct('packet_diag_mclist', {
    ifindex: ['pdmc_index', u32],
    count: ['pdmc_count', u32],
    type: ['pdmc_type', u16],
    addressLength: ['pdmc_alen', u16],
    address: ['pdmc_addr', blob(32)],
  }),
)
const ring = lazy(() =>
  struct('packet_diag_ring', {
    blockSize: ['pdr_block_size', u32],
    blocks: ['pdr_block_nr', u32],
    frameSize: ['pdr_frame_size', u32],
    frames: ['pdr_frame_nr', u32],
    /** Milliseconds. */
    retireTimeout: ['pdr_retire_tmo', u32],
    privateSize: ['pdr_sizeof_priv', u32],
    features: ['pdr_features', u32],
  }),
)
/** An instruction of classic BPF. */
const instruction = lazy(() =>
  struct('sock_filter', { code: ['code', u16], whenTrue: ['jt', u8], whenFalse: ['jf', u8], operand: ['k', u32] }),
)

const ANSWER = lazy(() =>
  attributes('PACKET_DIAG', () => ({
    info: [0, 'PACKET_DIAG_INFO', info()],
    memberships: [1, 'PACKET_DIAG_MCLIST', array(membership())],
    receiveRing: [2, 'PACKET_DIAG_RX_RING', ring()],
    sendRing: [3, 'PACKET_DIAG_TX_RING', ring()],
    fanout: [4, 'PACKET_DIAG_FANOUT', u32],
    uid: [5, 'PACKET_DIAG_UID', u32],
    memory: [6, 'PACKET_DIAG_MEMINFO', MEMORY()],
    filter: [7, 'PACKET_DIAG_FILTER', array(instruction())],
  })),
)

export const packet = lazy(
  (): Family => ({
    sent: [
      message(
        'packet socket request',
        SOCK_DIAG,
        req(),
        attributes('PACKET_DIAG_REQ', () => ({})),
      ),
    ],
    received: [message('packet socket', SOCK_DIAG, msg(), ANSWER())],
  }),
)
