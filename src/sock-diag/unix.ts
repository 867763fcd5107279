// Unix sockets (`ss -x`). include/uapi/linux/unix_diag.h; net/unix/diag.c.
import { type Codec, u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { array, attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { strictUtf8, utf8Bytes } from '../netlink/text.ts'
import { FAMILY, MEMORY, SOCK_DIAG, SOCKET_TYPE, STATE, STATE_MASK, show } from './words.ts'

/** A path, which may end in a NUL character; or an abstract name, which begins with one. */
const name: Codec<string> = {
  kind: 'string',
  accepts: (b, p, n) => strictUtf8(b, p, n) !== undefined,
  read: (_v, b, p, n) => strictUtf8(b, p, n - terminatorsOf(b, p, n))!,
  write: (w, value) => w.raw(utf8Bytes(value)),
  dissect(node, v, b, p, n, h, s) {
    node.value = name.read(v, b, p, n, h, s)
    if (terminatorsOf(b, p, n) === 0) node.terminators = 0
  },
  compose(w, node) {
    w.raw(utf8Bytes(node.value as string))
    w.reserve(node.terminators ?? 1)
  },
}
const terminatorsOf = (b: Uint8Array, p: number, n: number): number =>
  n > 0 && b[p] !== 0 && b[p + n - 1] === 0 ? 1 : 0

const req = lazy(() =>
  struct('unix_diag_req', {
    family: ['sdiag_family', FAMILY()],
    protocol: ['sdiag_protocol', u8],
    _pad: ['pad', u16],
    states: ['udiag_states', STATE_MASK()],
    inode: ['udiag_ino', u32],
    show: [
      'udiag_show',
      show('what to show (UDIAG_SHOW_*)', ['name', 'vfs', 'peer', 'icons', 'rqlen', 'meminfo', 'uid']),
    ],
    cookie: ['udiag_cookie', u64],
  }),
)
const msg = lazy(() =>
  struct('unix_diag_msg', {
    family: ['udiag_family', FAMILY()],
    type: ['udiag_type', SOCKET_TYPE()],
    state: ['udiag_state', STATE()],
    _pad: ['pad', u8],
    inode: ['udiag_ino', u32],
    cookie: ['udiag_cookie', u64],
  }),
)
const vfs = lazy(() => struct('unix_diag_vfs', { inode: ['udiag_vfs_ino', u32], device: ['udiag_vfs_dev', u32] }))
const queues = lazy(() => struct('unix_diag_rqlen', { receive: ['udiag_rqueue', u32], send: ['udiag_wqueue', u32] }))

const ANSWER = lazy(() =>
  attributes('UNIX_DIAG', () => ({
    name: [0, 'UNIX_DIAG_NAME', name],
    vfs: [1, 'UNIX_DIAG_VFS', vfs()],
    peer: [2, 'UNIX_DIAG_PEER', u32],
    /** The inodes of connections that wait to be accepted. */
    waiting: [3, 'UNIX_DIAG_ICONS', array(u32)],
    queues: [4, 'UNIX_DIAG_RQLEN', queues()],
    memory: [5, 'UNIX_DIAG_MEMINFO', MEMORY()],
    shutdown: [6, 'UNIX_DIAG_SHUTDOWN', u8],
    uid: [7, 'UNIX_DIAG_UID', u32],
  })),
)

export const unix = lazy(
  (): Family => ({
    sent: [
      message(
        'unix socket request',
        SOCK_DIAG,
        req(),
        attributes('UNIX_DIAG_REQ', () => ({})),
      ),
    ],
    received: [message('unix socket', SOCK_DIAG, msg(), ANSWER())],
  }),
)
