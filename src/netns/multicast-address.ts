// The multicast addresses that links listen to: `ip maddress`. The kernel tells all of them in /proc/net alone, and takes
// link-layer ones by ioctl(2), as iproute2 knows too.
import { readFileSync } from 'node:fs'
import { InvalidValueError } from '../netlink/table.ts'
import { ipv4Text, ipv6Text, macBytes, macText } from '../netlink/text.ts'
import { checkLinkName } from '../ops/reference.ts'
import { AF_INET, close, ioctl, SOCK_DGRAM, socket } from '../sys/libc.ts'
import { codeOf, type NetnsReference } from '../sys/netns-path.ts'
import { inside } from './inside.ts'

/** An address that a link listens to. */
export interface MulticastAddress {
  /** The link's index and name. */
  readonly index: number
  readonly name: string
  /** `packet`: a link-layer address. */
  readonly family: 'packet' | 'inet' | 'inet6'
  readonly address: string
  /** How many asked for it. */
  readonly users: number
  /** It was added by hand (link-layer addresses). */
  readonly static: boolean
}

/** What this namespace's files in /proc/net say; undefined where the kernel has none. */
export interface MulticastFiles {
  readonly dev_mcast?: string | undefined
  readonly igmp?: string | undefined
  readonly igmp6?: string | undefined
}

const FILES = ['dev_mcast', 'igmp', 'igmp6'] as const

/**
 * All of a namespace, by the links' indexes: `ip maddress show`. Left out: the calling thread's namespace.
 *
 * @example
 * ```ts
 * for (const { address } of multicastAddress.list()) address
 * ```
 */
export function list(netns?: NetnsReference): MulticastAddress[] {
  const read = (): MulticastFiles =>
    Object.fromEntries(FILES.map(file => [file, textOf(`/proc/thread-self/net/${file}`)]))
  return parse(inside(netns, read))
}

/**
 * What the three files say.
 *
 * @example
 * ```ts
 * const entries = multicastAddress.parse({ dev_mcast: '2    eth0            1     0     01005e000001\n' })
 * console.log(entries[0].address) // 01:00:5e:00:00:01
 * ```
 */
export function parse({ dev_mcast = '', igmp = '', igmp6 = '' }: MulticastFiles): MulticastAddress[] {
  const all = [...linkLayer(dev_mcast), ...inet(igmp), ...inet6(igmp6)]
  return all.sort((a, b) => a.index - b.index)
}

/**
 * Lets a link listen to a link-layer address: `ip maddress add ADDRESS dev DEV`. Throws SysError.
 *
 * @example
 * ```ts
 * await host.run(link.get('eth0'))
 * multicastAddress.add({ dev: 'eth0', address: '33:33:00:00:00:05' })
 * ```
 */
export const add = (options: { readonly dev: string; readonly address: string }, netns?: NetnsReference): void =>
  change(SIOCADDMULTI, options, netns)
/**
 * `ip maddress delete ADDRESS dev DEV`. Throws SysError: ENOENT where it was not added.
 *
 * @example
 * ```ts
 * await host.run(link.get('eth0'))
 * multicastAddress.add({ dev: 'eth0', address: '33:33:00:00:00:05' })
 * multicastAddress.delete({ dev: 'eth0', address: '33:33:00:00:00:05' })
 * ```
 */
const remove = (options: { readonly dev: string; readonly address: string }, netns?: NetnsReference): void =>
  change(SIOCDELMULTI, options, netns)

export { remove as delete }

// ── the files ──────────────────────────────────────────────────────────────

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.trim().split(/\s+/))

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** `3    v1              1     0     333300000001`: index, name, users, those added by hand, address. */
const linkLayer = (text: string): MulticastAddress[] =>
  linesOf(text).map(([index, name, users, byHand, hex]) => {
    const b = bytesOf(hex!)
    return {
      index: Number(index),
      name: name!,
      family: 'packet',
      address: macText(b, 0, b.length),
      users: Number(users),
      static: byHand !== '0',
    }
  })

/** A line a link, `3  v1 : 1 V3`, with its addresses below, each a number in the machine's byte order. */
function inet(text: string): MulticastAddress[] {
  const found: MulticastAddress[] = []
  let link = { index: 0, name: '' }
  // The first line is the head.
  for (const line of text.split('\n').slice(1)) {
    const [first = '', second = ''] = line.trim().split(/\s+/)
    if (!line.startsWith('\t')) link = { index: Number(first), name: second.replace(/:$/, '') }
    else {
      const address = ipv4Text(bytesOf(first).reverse(), 0)
      found.push({ ...link, family: 'inet', address, users: Number(second), static: false })
    }
  }
  return found
}

/** `3    v1              ff020000000000000000000000000001     1 0000000C 0`: index, name, address, users. */
const inet6 = (text: string): MulticastAddress[] =>
  linesOf(text).map(([index, name, hex, users]) => ({
    index: Number(index),
    name: name!,
    family: 'inet6',
    address: ipv6Text(bytesOf(hex!), 0),
    users: Number(users),
    static: false,
  }))

// ── ioctl ──────────────────────────────────────────────────────────────────

const SIOCADDMULTI = 0x8931
const SIOCDELMULTI = 0x8932
/** struct ifreq: the name's 16 bytes, then a sockaddr (its family 0) with 14 bytes for the address. */
const IFREQ_SIZE = 40
const ADDRESS_AT = 18
const ADDRESS_ROOM = 14

function change(request: number, { dev, address }: { dev: string; address: string }, netns?: NetnsReference): void {
  const bytes = typeof address === 'string' ? macBytes(address) : undefined
  if (!bytes || bytes.length === 0 || bytes.length > ADDRESS_ROOM)
    throw new InvalidValueError(['address'], `must be a link-layer address like 33:33:00:00:00:01, not '${address}'`)
  const ifreq = new Uint8Array(IFREQ_SIZE)
  ifreq.set(Buffer.from(checkLinkName(dev, 'dev')))
  ifreq.set(bytes, ADDRESS_AT)
  inside(netns, () => {
    const fd = socket(AF_INET, SOCK_DGRAM, 0)
    try {
      ioctl(fd, request, ifreq)
    } finally {
      close(fd)
    }
  })
}
