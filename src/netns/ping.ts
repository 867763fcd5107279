// ICMP and ICMPv6 echo without a `ping`: raw sockets born in the namespace, a reply's round-trip time each.
// Raw, because ICMP datagram sockets are refused even to root in a new namespace (net.ipv4.ping_group_range).
import { InvalidValueError } from '../netlink/table.ts'
import { ipBytes } from '../netlink/text.ts'
import { net } from '../sys/builtin.ts'
import { errnoText } from '../sys/errno.ts'
import * as libc from '../sys/libc.ts'

export interface PingOptions {
  /** How many requests. Default 4. */
  readonly count?: number
  /** Milliseconds to wait for each reply. Default 1000. */
  readonly timeout?: number
  /** Milliseconds between requests. Default 200. */
  readonly interval?: number
  /** Bytes of data in each request. Default 56. */
  readonly size?: number
}

/** What became of one request. */
export interface PingReply {
  readonly sequence: number
  /** Milliseconds there and back; undefined: no reply. */
  readonly time: number | undefined
  /** Why there was none: `timeout`, or what the kernel or a router said. */
  readonly error?: string
}

export interface PingResult {
  readonly address: string
  readonly sent: number
  readonly received: number
  readonly replies: readonly PingReply[]
}

const ICMP = 1
const ICMPV6 = 58
const HEADER = 8
const RECEIVE_SIZE = 65536
const EAGAIN = 11

/** How the two protocols differ. */
interface Dialect {
  readonly domain: number
  readonly protocol: number
  readonly request: number
  readonly reply: number
  readonly unreachable: number
}
const V4: Dialect = { domain: libc.AF_INET, protocol: ICMP, request: 8, reply: 0, unreachable: 3 }
const V6: Dialect = { domain: libc.AF_INET6, protocol: ICMPV6, request: 128, reply: 129, unreachable: 1 }

/**
 * Sends echo requests from the namespace that `inside` runs its function in, and waits for the replies.
 * `address` is an IPv4 or IPv6 address (no name: names are for a resolver inside). Needs CAP_NET_RAW there.
 */
export async function ping(
  inside: <T>(work: () => T) => T,
  address: string,
  options: PingOptions = {},
): Promise<PingResult> {
  const target = ipBytes(address)
  if (!target) throw new InvalidValueError(['address'], `'${address}' is no IPv4 or IPv6 address`)
  const { count = 4, timeout = 1000, interval = 200, size = 56 } = options
  const dialect = net().isIPv6(address) ? V6 : V4
  const fd = inside(() => libc.socket(dialect.domain, libc.SOCK_RAW, dialect.protocol))
  try {
    const replies: PingReply[] = []
    const identifier = (process.pid ^ fd) & 0xffff
    const receiver = new libc.Receiver(RECEIVE_SIZE)
    for (let sequence = 1; sequence <= count; sequence++) {
      if (sequence > 1) await sleep(interval)
      replies.push(await once(fd, receiver, dialect, target, identifier, sequence, size, timeout))
    }
    return { address, sent: count, received: replies.filter(r => r.time !== undefined).length, replies }
  } finally {
    libc.close(fd)
  }
}

const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

async function once(
  fd: number,
  receiver: libc.Receiver,
  dialect: Dialect,
  target: Uint8Array,
  identifier: number,
  sequence: number,
  size: number,
  timeout: number,
): Promise<PingReply> {
  const start = performance.now()
  const errno = libc.sendto(fd, echoRequest(dialect, identifier, sequence, size), socketAddress(dialect, target))
  if (errno !== 0) return { sequence, time: undefined, error: errnoText(errno) }
  // A reply over a veth is there before sendto returns; a farther one is looked for once a millisecond.
  for (;;) {
    const answer = receive(fd, receiver, dialect, identifier, sequence)
    const time = performance.now() - start
    if (answer === 'reply') return { sequence, time }
    if (answer === 'unreachable') return { sequence, time: undefined, error: 'destination unreachable' }
    if (time > timeout) return { sequence, time: undefined, error: 'timeout' }
    if (answer === 'nothing') await sleep(1)
  }
}

/** struct sockaddr_in, or sockaddr_in6. */
function socketAddress(dialect: Dialect, target: Uint8Array): Uint8Array {
  const address = new Uint8Array(dialect === V4 ? 16 : 28)
  new DataView(address.buffer).setUint16(0, dialect.domain, true)
  address.set(target, dialect === V4 ? 4 : 8)
  return address
}

function echoRequest(dialect: Dialect, identifier: number, sequence: number, size: number): Uint8Array {
  const packet = new Uint8Array(HEADER + size)
  const view = new DataView(packet.buffer)
  view.setUint8(0, dialect.request)
  view.setUint16(4, identifier)
  view.setUint16(6, sequence)
  // The kernel fills in ICMPv6's checksum, which covers addresses that it chooses.
  if (dialect === V4) view.setUint16(2, checksum(view))
  return packet
}

/** RFC 1071. */
function checksum(view: DataView): number {
  let sum = 0
  for (let at = 0; at + 1 < view.byteLength; at += 2) sum += view.getUint16(at)
  if (view.byteLength % 2 === 1) sum += view.getUint8(view.byteLength - 1) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

type Answer = 'reply' | 'unreachable' | 'other' | 'nothing'

function receive(fd: number, receiver: libc.Receiver, dialect: Dialect, identifier: number, sequence: number): Answer {
  const n = receiver.receive(fd)
  if (n === -EAGAIN) return 'nothing'
  if (n < 0) throw new libc.SysError('recv', -n, 'an ICMP reply')
  const { view } = receiver
  // A raw IPv4 socket hands over the IP header too.
  const at = dialect === V4 ? (view.getUint8(0) & 15) * 4 : 0
  if (n < at + HEADER) return 'other'
  const type = view.getUint8(at)
  if (type === dialect.unreachable) return 'unreachable'
  const mine = view.getUint16(at + 4) === identifier && view.getUint16(at + 6) === sequence
  return type === dialect.reply && mine ? 'reply' : 'other'
}
