// WireGuard's devices, peers and the addresses that they may use (`wg`). include/uapi/linux/wireguard.h;
// drivers/net/wireguard/netlink.c. A device with many peers comes in several messages, a peer with many addresses too.
import { type Codec, enumeration, flags, ip, s64, shown, sized, string, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message, sequence } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { AF } from '../route/words.ts'
import { genlmsghdr } from './genlmsghdr.ts'
import { sockaddr } from './sockaddr.ts'

const commands = { WG_CMD_GET_DEVICE: 0, WG_CMD_SET_DEVICE: 1 } as const

/** 32 bytes in base64, as wg shows them. */
const key: Codec<string> = sized(
  {
    kind: 'key',
    read: (_v, b, p, n) => Buffer.from(b.buffer, b.byteOffset + p, n).toString('base64'),
    write(w, value) {
      if (typeof value !== 'string') throw new TypeError(`must be a key in base64, not ${shown(value)}`)
      w.raw(Buffer.from(value, 'base64'))
    },
  },
  32,
)
const timespec = lazy(() => struct('timespec', { seconds: ['tv_sec', s64], nanoseconds: ['tv_nsec', s64] }))

const ALLOWED_IP = lazy(() =>
  attributes('WGALLOWEDIP_A', () => ({
    family: [1, 'WGALLOWEDIP_A_FAMILY', enumeration(u16, AF)],
    address: [2, 'WGALLOWEDIP_A_IPADDR', ip],
    prefixLength: [3, 'WGALLOWEDIP_A_CIDR_MASK', u8],
    // Since Linux 6.16.
    flags: [4, 'WGALLOWEDIP_A_FLAGS', flags(u32, words('allowed IP flag (WGALLOWEDIP_F_*)', { 'remove-me': 1 }))],
  })),
)
const PEER = lazy(() =>
  attributes('WGPEER_A', () => ({
    publicKey: [1, 'WGPEER_A_PUBLIC_KEY', key],
    presharedKey: [2, 'WGPEER_A_PRESHARED_KEY', key],
    flags: [
      3,
      'WGPEER_A_FLAGS',
      flags(u32, words('peer flag (WGPEER_F_*)', { 'remove-me': 1, 'replace-allowedips': 2, 'update-only': 4 })),
    ],
    endpoint: [4, 'WGPEER_A_ENDPOINT', sockaddr],
    /** Seconds; 0: off. */
    persistentKeepalive: [5, 'WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL', u16],
    lastHandshake: [6, 'WGPEER_A_LAST_HANDSHAKE_TIME', timespec()],
    receivedBytes: [7, 'WGPEER_A_RX_BYTES', u64],
    sentBytes: [8, 'WGPEER_A_TX_BYTES', u64],
    allowedIps: [9, 'WGPEER_A_ALLOWEDIPS', sequence(flaggedNest(ALLOWED_IP), 0)],
    protocolVersion: [10, 'WGPEER_A_PROTOCOL_VERSION', u32],
  })),
)
const DEVICE = lazy(() =>
  attributes('WGDEVICE_A', () => ({
    ifindex: [1, 'WGDEVICE_A_IFINDEX', u32],
    name: [2, 'WGDEVICE_A_IFNAME', string],
    privateKey: [3, 'WGDEVICE_A_PRIVATE_KEY', key],
    publicKey: [4, 'WGDEVICE_A_PUBLIC_KEY', key],
    flags: [5, 'WGDEVICE_A_FLAGS', flags(u32, words('device flag (WGDEVICE_F_*)', { 'replace-peers': 1 }))],
    listenPort: [6, 'WGDEVICE_A_LISTEN_PORT', u16],
    fwmark: [7, 'WGDEVICE_A_FWMARK', u32],
    peers: [8, 'WGDEVICE_A_PEERS', sequence(flaggedNest(PEER), 0)],
  })),
)

export const wireguard = lazy(() => same(message('wireguard', commands, genlmsghdr(commands), DEVICE())))
