// Sockets of this process that live in a namespace: made there through the C library, handed over to Node by their
// descriptors. A socket stays where it was born, so the program goes on outside. Knows no resolver but the one it is
// given: Node's own would ask outside.
import type { Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { unlinkSync } from 'node:fs'
import type { IpcSocketConnectOpts, Server, Socket, SocketConstructorOpts, TcpSocketConnectOpts } from 'node:net'
import { ipBytes } from '../netlink/text.ts'
import { cluster, dgram, net } from '../sys/builtin.ts'
import * as libc from '../sys/libc.ts'
import { NetnsError } from '../sys/netns-path.ts'

/** Runs a synchronous function in the namespace. */
export type Inside = <T>(work: () => T) => T

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

export interface NameLookupOptions {
  /** Only addresses of this family. */
  readonly family?: 4 | 6 | undefined
  readonly signal?: AbortSignal | undefined
}

/** Resolves a name inside. */
export type Lookup = (name: string, options?: NameLookupOptions) => Promise<ResolvedAddress[]>

export interface ListenOptions {
  /** Left out, or 0: one that is free. */
  readonly port?: number
  /** An address, or a name that is resolved inside. Left out: every address, of IPv6 and IPv4. */
  readonly host?: string
  /** Listen on a Unix socket instead. One that begins with NUL (abstract) belongs to the namespace, a file does not. */
  readonly path?: string
  /** Connections that wait to be accepted. Default 511. */
  readonly backlog?: number
  /** IPv6 only, where it would be both. */
  readonly ipv6Only?: boolean
  /** For a dgram socket: SO_REUSEADDR. A server has it always. */
  readonly reuseAddress?: boolean
}

export interface ConnectOptions {
  readonly port?: number
  /** An address (`fe80::1%veth0` has its zone inside), or a name that is resolved inside. Default `localhost`. */
  readonly host?: string
  /** Connect to a Unix socket's file instead (which is the same for every namespace). */
  readonly path?: string
  /** Only addresses of this family. */
  readonly family?: 4 | 6
  /** Milliseconds, for the look-up and all attempts. Default 10,000. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const AF_UNIX = 1
const BACKLOG = 511
const TIMEOUT = 10_000

// ── listening ──────────────────────────────────────────────────────────────

/** Lets `server`, or a dgram socket, listen inside; answers it when it does. See {@link Netns.listen}. */
export async function listen<S extends Server | UdpSocket>(
  inside: Inside,
  lookup: Lookup,
  server: S,
  options: ListenOptions = {},
): Promise<S> {
  // There a descriptor would be taken for one of the primary process.
  if (cluster().isWorker)
    throw new NetnsError('ERR_UNSUPPORTED', 'a worker of node:cluster cannot listen in a namespace')
  const fd = await bound(inside, lookup, server, options)
  const stop = new AbortController()
  const listening = once(server, 'listening', { signal: stop.signal })
  try {
    if (isUdp(server)) server.bind({ fd, exclusive: true })
    else server.listen({ fd }, options.backlog ?? BACKLOG)
  } catch (error) {
    // Refused before the descriptor was taken over: listening already, say.
    stop.abort()
    await listening.catch(() => {})
    libc.close(fd)
    throw error
  }
  await listening
  if (options.path !== undefined && !isUdp(server)) unlinkWhenClosed(server, options.path)
  return server
}

async function bound(inside: Inside, lookup: Lookup, server: Server | UdpSocket, o: ListenOptions): Promise<number> {
  const udp = isUdp(server)
  if (o.path !== undefined) {
    if (udp) throw new NetnsError('EINVAL', 'a dgram socket has a port, not a path')
    return inside(() => bindNew(SOCK_STREAM, AF_UNIX, unixAddress(o.path!), JSON.stringify(o.path), []))
  }
  const family = udp ? familyOf(server) : undefined
  const { port = 0, host } = o
  if (host === undefined) return inside(() => bindAny(udp, family, port, o))
  const [first] = await lookup(host, { family })
  return inside(() => bindTo(udp, first!.address, port, o))
}

const familyOf = (socket: UdpSocket): 4 | 6 => ((socket as unknown as { type: string }).type === 'udp6' ? 6 : 4)

/** As Node: IPv6's any address, which takes IPv4 too; IPv4's where there is no IPv6. */
function bindAny(udp: boolean, family: 4 | 6 | undefined, port: number, options: ListenOptions): number {
  if (family === 4) return bindTo(udp, '0.0.0.0', port, options)
  try {
    return bindTo(udp, '::', port, options)
  } catch (error) {
    const noIPv6 = error instanceof libc.SysError && ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'].includes(error.code)
    if (family === 6 || !noIPv6) throw error
    return bindTo(udp, '0.0.0.0', port, options)
  }
}

const SO_REUSEADDR = 2
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

function bindTo(udp: boolean, address: string, port: number, options: ListenOptions): number {
  const settings: [level: number, option: number, value: number][] = []
  if (!udp || options.reuseAddress) settings.push([libc.SOL_SOCKET, SO_REUSEADDR, 1])
  if (net().isIPv6(address)) settings.push([IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6Only ? 1 : 0])
  const where = net().isIPv6(address) ? `to [${address}]:${port}` : `to ${address}:${port}`
  return bindNew(udp ? SOCK_DGRAM : SOCK_STREAM, domainOf(address), inetAddress(address, port), where, settings)
}

function bindNew(
  type: number,
  domain: number,
  address: Uint8Array | ((fd: number) => Uint8Array),
  where: string,
  settings: readonly [level: number, option: number, value: number][],
): number {
  const fd = libc.socket(domain, type, 0)
  try {
    for (const [level, option, value] of settings) libc.setsockopt(fd, level, option, value)
    libc.bind(fd, typeof address === 'function' ? address(fd) : address)
    return fd
  } catch (error) {
    libc.close(fd)
    if (error instanceof libc.SysError && error.syscall === 'bind') throw new libc.SysError('bind', error.errno, where)
    throw error
  }
}

/** Node removes the file of a Unix socket that it has bound; this one it has not. */
function unlinkWhenClosed(server: Server, path: string): void {
  if (path.startsWith('\0')) return
  server.once('close', () => {
    try {
      unlinkSync(path)
    } catch {
      // Somebody else has removed it.
    }
  })
}

// ── addresses ──────────────────────────────────────────────────────────────

const isUdp = (server: Server | UdpSocket): server is UdpSocket => server instanceof dgram().Socket

const domainOf = (address: string): number => (net().isIPv6(address) ? libc.AF_INET6 : libc.AF_INET)

/** struct sockaddr_in, or sockaddr_in6; the zone's index is asked of a socket, for it is the namespace's. */
function inetAddress(address: string, port: number): (fd: number) => Uint8Array {
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new RangeError(`a port is 0 to 65535, not ${port}`)
  const [ip = '', zone] = address.split('%')
  const bytes = ipBytes(ip)
  if (!bytes) throw new NetnsError('EINVAL', `'${address}' is no IPv4 or IPv6 address`)
  const v4 = bytes.length === 4
  const result = new Uint8Array(v4 ? 16 : 28)
  const view = new DataView(result.buffer)
  view.setUint16(0, v4 ? libc.AF_INET : libc.AF_INET6, true)
  view.setUint16(2, port)
  result.set(bytes, v4 ? 4 : 8)
  return fd => {
    if (zone !== undefined) view.setUint32(24, interfaceIndex(fd, zone), true)
    return result
  }
}

const SIOCGIFINDEX = 0x8933
const IFNAMSIZ = 16
const IFREQ_SIZE = 40

function interfaceIndex(fd: number, name: string): number {
  if (/^\d+$/.test(name)) return Number(name)
  const request = new Uint8Array(IFREQ_SIZE)
  request.set(Buffer.from(name).subarray(0, IFNAMSIZ - 1))
  libc.ioctl(fd, SIOCGIFINDEX, request)
  return new DataView(request.buffer).getInt32(IFNAMSIZ, true)
}

const MAX_PATH = 107

/** struct sockaddr_un: a path ends with NUL, an abstract name with the structure. */
function unixAddress(path: string): Uint8Array {
  const bytes = Buffer.from(path.startsWith('\0') ? path : `${path}\0`)
  if (path === '' || bytes.length > MAX_PATH + 1)
    throw new NetnsError('EINVAL', `the path of a Unix socket has 1 to ${MAX_PATH} bytes: ${JSON.stringify(path)}`)
  const result = new Uint8Array(2 + bytes.length)
  new DataView(result.buffer).setUint16(0, AF_UNIX, true)
  result.set(bytes, 2)
  return result
}

// ── connecting ─────────────────────────────────────────────────────────────

/** A connected socket from inside. See {@link Netns.connect}. */
export async function connect(inside: Inside, lookup: Lookup, options: ConnectOptions): Promise<Socket> {
  const { host = 'localhost', port, path, family, timeout = TIMEOUT, signal } = options
  signal?.throwIfAborted()
  const deadline = performance.now() + timeout
  if (path !== undefined) return attempt(() => beginUnix(inside, path), path, timeout, signal)
  if (port === undefined) throw new TypeError('connect needs a port, or a path')
  const stop = new AbortController()
  const looked = lookup(host, { family, signal: stop.signal })
  const addresses = await bounded(looked, host, timeout, signal).finally(() => stop.abort())
  const errors: unknown[] = []
  for (const [i, { address }] of addresses.entries()) {
    // What is left is shared by the addresses that are left: one that does not answer does not use up all of it.
    const share = (deadline - performance.now()) / (addresses.length - i)
    try {
      return await attempt(() => begin(inside, host, address, port), `${address} port ${port}`, share, signal)
    } catch (error) {
      signal?.throwIfAborted()
      errors.push(error)
    }
  }
  if (errors.length === 1) throw errors[0]
  const code = (errors[0] as { code?: string }).code
  throw Object.assign(new AggregateError(errors, `none of the addresses of ${host} can be reached`), { code })
}

/** Begins one connection; the caller waits for its `connect` or `error`. */
export function begin(inside: Inside, name: string, address: string, port: number): Socket {
  const family = net().isIPv6(address) ? 6 : 4
  // A zone is a name of the namespace: with a look-up of our own Node reads it at once, with an address a tick later.
  const host = address.includes('%') && net().isIP(name) ? 'link-local' : name
  return inside(() => {
    const lookup = (_name: string, _options: unknown, done: (...result: any[]) => void) => done(null, address, family)
    const fd = libc.socket(domainOf(address), SOCK_STREAM, 0)
    return adopt(fd, { host, port, family, lookup, autoSelectFamily: false })
  })
}

function beginUnix(inside: Inside, path: string): Socket {
  // libuv 1.46 (Node 20) pads the name with NULs: it would be another one.
  if (path.startsWith('\0')) throw new NetnsError('ERR_UNSUPPORTED', 'Node cannot connect to an abstract Unix socket')
  return inside(() => adopt(libc.socket(AF_UNIX, SOCK_STREAM, 0), { path }))
}

/** A net.Socket that owns a new descriptor, told to connect. */
function adopt(fd: number, to: TcpSocketConnectOpts | IpcSocketConnectOpts): Socket {
  // manualStart: it is not connected yet, so there is nothing to read.
  const options: SocketConstructorOpts & { manualStart: boolean } = {
    fd,
    readable: true,
    writable: true,
    manualStart: true,
  }
  let socket: Socket | undefined
  try {
    socket = new (net().Socket)(options)
    return socket.connect(to)
  } catch (error) {
    if (socket) socket.destroy()
    else libc.close(fd)
    throw error
  }
}

/** Waits for a connection, at most `milliseconds`. */
async function attempt(
  start: () => Socket,
  where: string,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<Socket> {
  signal?.throwIfAborted()
  const socket = start()
  const stop = new AbortController()
  // Which hears errors too; and no longer than this: a later error is the owner's.
  const connected = once(socket, 'connect', { signal: stop.signal })
  try {
    await bounded(connected, where, milliseconds, signal)
    return socket
  } catch (error) {
    socket.on('error', () => {}).destroy()
    stop.abort()
    throw error
  }
}

/** A promise that is waited for only so long, and only until `signal` aborts. */
async function bounded<T>(promise: Promise<T>, where: string, milliseconds: number, signal?: AbortSignal): Promise<T> {
  let cancel = (): void => {}
  const end = new Promise<never>((_, reject) => {
    const late = () => reject(new NetnsError('ETIMEDOUT', `connect to ${where}: no answer in time`))
    const timer = setTimeout(late, Math.max(0, milliseconds))
    const aborted = () => reject(signal!.reason)
    if (signal?.aborted) aborted()
    signal?.addEventListener('abort', aborted)
    cancel = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
    }
  })
  try {
    return await Promise.race([promise, end])
  } finally {
    cancel()
  }
}

// ── a socket for one question ──────────────────────────────────────────────

/** Gives a dgram socket its descriptor, made inside, on no port yet: the first packet chooses one. */
export function adoptUnbound(inside: Inside, socket: UdpSocket, address: string): void {
  const fd = inside(() => libc.socket(domainOf(address), SOCK_DGRAM, 0))
  try {
    socket.bind({ fd, exclusive: true })
  } catch (error) {
    libc.close(fd)
    throw error
  }
}
