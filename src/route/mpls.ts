// MPLS label stacks, and the addresses of routes, which are label stacks in the MPLS family.
// include/uapi/linux/mpls.h; net/mpls/af_mpls.c (nla_put_labels, nla_get_labels).

import type { Writer } from '../netlink/attribute.ts'
import { type Codec, type Fields, ip, shown } from '../netlink/codec.ts'
import { ipv4Text, ipv6Text } from '../netlink/text.ts'

const LABEL_SHIFT = 12
const BOTTOM_OF_STACK = 0x100
const LARGEST_LABEL = 0xfffff

/** Whether these are label stack entries as routes hold them: no TTL, no traffic class, the bottom marked. */
function isStack(b: Uint8Array, p: number, n: number): boolean {
  if (n === 0 || n % 4 !== 0) return false
  for (let at = p; at < p + n; at += 4) {
    if (b[at + 3] !== 0) return false
    if ((b[at + 2]! & 0x0f) !== (at + 4 === p + n ? 1 : 0)) return false
  }
  return true
}

/** Label stack entries as text, `100/200`, the outermost first. */
function stackText(b: Uint8Array, p: number, n: number): string {
  let text = ''
  for (let at = p; at + 4 <= p + n; at += 4) {
    const label = (b[at]! << 12) | (b[at + 1]! << 4) | (b[at + 2]! >> 4)
    text += at === p ? label : `/${label}`
  }
  return text
}

function writeStack(w: Writer, value: string): void {
  const labels = value.split('/').map(part => (/^\d+$/.test(part) ? Number(part) : Number.NaN))
  for (const [i, label] of labels.entries()) {
    if (!(label <= LARGEST_LABEL)) throw new RangeError(`must be MPLS labels like 100/200, not ${shown(value)}`)
    const at = w.reserve(4)
    w.view.setUint32(at, label * 2 ** LABEL_SHIFT + (i === labels.length - 1 ? BOTTOM_OF_STACK : 0))
  }
}

/** A stack of MPLS labels, `100/200`, the outermost first. */
export const labels: Codec<string> = {
  kind: 'labels',
  accepts: isStack,
  read: (_v, b, p, n) => stackText(b, p, n),
  write(w, value) {
    if (typeof value !== 'string') throw new TypeError(`must be MPLS labels like 100/200, not ${shown(value)}`)
    writeStack(w, value)
  },
}

const isMpls = (header: Fields): boolean => header['family'] === 'mpls'

/** An IPv4 or IPv6 address; in the MPLS family a stack of labels. */
export const routeAddress: Codec<string> = {
  kind: 'address',
  accepts: (b, p, n) => n === 4 || n === 16 || isStack(b, p, n),
  read: (_v, b, p, n, header) =>
    isMpls(header) || (n !== 4 && n !== 16) ? stackText(b, p, n) : n === 4 ? ipv4Text(b, p) : ipv6Text(b, p),
  source: g =>
    `(h.family==="mpls"||(n!==4&&n!==16)?${g.constant(stackText)}(b,p,n):n===4?${g.constant(ipv4Text)}(b,p):${g.constant(ipv6Text)}(b,p))`,
  write(w, value, h, s) {
    if (typeof value === 'string' && /^[\d/]+$/.test(value)) writeStack(w, value)
    else ip.write(w, value, h, s)
  },
  dissect(node, v, b, p, n, header) {
    node.codec = isMpls(header) ? labels : ip
    if (node.codec.accepts!(b, p, n)) node.value = node.codec.read(v, b, p, n, header, {})
    else node.bytes = b.slice(p, p + n)
  },
}
