// The 16 bytes that hold the address of an Internet socket, and the identity of one. include/uapi/linux/inet_diag.h.
import { be16, type Codec, type Fields, shown, u32, u64 } from '../netlink/codec.ts'
import { layouts } from '../netlink/layout.ts'
import { ipBytes, ipv4Text, ipv6Text } from '../netlink/text.ts'

const SIZE = 16

/** IPv4 in the first four bytes, where `family` says so and zeros follow; else IPv6. */
const address: Codec<string> = {
  kind: 'ip',
  size: SIZE,
  read: (_v, b, p, _n, h) => addressText(b, p, h),
  write(w, value) {
    const raw = typeof value === 'string' ? ipBytes(value) : undefined
    if (!raw) throw new RangeError(`must be an IPv4 or IPv6 address, not ${shown(value)}`)
    w.raw(raw)
    w.reserve(SIZE - raw.length)
  },
  layout: property => layouts.blob(SIZE, property),
  fromLayout: raw => addressText(raw as Uint8Array, 0, {}),
}

function addressText(b: Uint8Array, p: number, header: Fields): string {
  const isShort = header['family'] === 'inet' && b.subarray(p + 4, p + SIZE).every(byte => byte === 0)
  return isShort ? ipv4Text(b, p) : ipv6Text(b, p)
}

/** struct inet_diag_sockid, as fields of what holds it. */
export const sockid = () =>
  ({
    sourcePort: ['idiag_sport', be16],
    destinationPort: ['idiag_dport', be16],
    source: ['idiag_src', address],
    destination: ['idiag_dst', address],
    ifindex: ['idiag_if', u32],
    /** All ones where it is not known. */
    cookie: ['idiag_cookie', u64],
  }) as const
