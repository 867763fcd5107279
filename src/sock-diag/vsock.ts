// Sockets between virtual machines and their host (`ss --vsock`). include/uapi/linux/vm_sockets_diag.h;
// net/vmw_vsock/diag.c.
import { u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { FAMILY, SOCK_DIAG, SOCKET_TYPE, STATE, STATE_MASK } from './words.ts'

const req = lazy(() =>
  struct('vsock_diag_req', {
    family: ['sdiag_family', FAMILY()],
    protocol: ['sdiag_protocol', u8],
    _pad: ['pad', u16],
    states: ['vdiag_states', STATE_MASK()],
    inode: ['vdiag_ino', u32],
    show: ['vdiag_show', u32],
    cookie: ['vdiag_cookie', u64],
  }),
)
const msg = lazy(() =>
  struct('vsock_diag_msg', {
    family: ['vdiag_family', FAMILY()],
    type: ['vdiag_type', SOCKET_TYPE()],
    state: ['vdiag_state', STATE()],
    shutdown: ['vdiag_shutdown', u8],
    sourceCid: ['vdiag_src_cid', u32],
    sourcePort: ['vdiag_src_port', u32],
    destinationCid: ['vdiag_dst_cid', u32],
    destinationPort: ['vdiag_dst_port', u32],
    inode: ['vdiag_ino', u32],
    cookie: ['vdiag_cookie', u64],
  }),
)

export const vsock = lazy((): Family => {
  const none = attributes('VSOCK_DIAG', () => ({}))
  return {
    sent: [message('vsock socket request', SOCK_DIAG, req(), none)],
    received: [message('vsock socket', SOCK_DIAG, msg(), none)],
  }
})
