// The default binding: an AF_NETLINK socket through the C library (sys/libc.ts), non-blocking.
import { threads } from '../sys/builtin.ts'
import { enter } from '../sys/enter.ts'
import { EAGAIN, EINTR } from '../sys/errno.ts'
import * as libc from '../sys/libc.ts'
import { isOwn } from '../sys/netns-path.ts'
import { type Capabilities, type Datagram, type NetlinkSocket, notSent, RECEIVE_SIZE, tooLarge } from './socket.ts'
import { type Pool, PooledSocket } from './socket-pooled.ts'

const SOL_NETLINK = 270
const NETLINK_ADD_MEMBERSHIP = 1
const NETLINK_LISTEN_ALL_NSID = 8
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11
const NETLINK_GET_STRICT_CHK = 12
const SO_SNDBUF = 7
const SO_RCVBUFFORCE = 33
const SO_RCVBUF = 8
/** Control message of NETLINK_LISTEN_ALL_NSID: cmsg_len u64, cmsg_level, cmsg_type, nsid. */
const NETLINK_NSID = 8
const CMSG_DATA = 16

/** Between looks at the socket in a Worker, where it cannot be polled. */
const WORKER_INTERVAL = 2

export interface SocketOptions {
  /** Bytes of the receive buffer (SO_RCVBUF; beyond rmem_max where permitted). */
  readonly receiveBuffer?: number | undefined
  /** False: questions are not checked strictly, and the kernel does not filter lists, as for programs before Linux 4.20. */
  readonly strict?: boolean | undefined
}

/** Opens a socket in the calling thread's network namespace. Throws SysError or UnsupportedError. */
export function openSocket(protocol: number, options: SocketOptions = {}): NetlinkSocket & Pool {
  const fd = libc.socket(libc.AF_NETLINK, libc.SOCK_RAW, protocol)
  try {
    return new KoffiSocket(fd, protocol, options)
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

class KoffiSocket implements NetlinkSocket, Pool {
  readonly protocol: number
  readonly portId: number
  readonly capabilities: Capabilities
  readonly sendLimit: number
  readonly #options: SocketOptions
  readonly #fd: number
  readonly #sender = new libc.Sender()
  readonly #receiver = new libc.Receiver(RECEIVE_SIZE)
  readonly #datagram: Datagram
  #watch: libc.Watch | undefined
  #timer: NodeJS.Timeout | undefined
  #ready: (() => void) | undefined
  #keepAlive = false
  /** A member of groups: others than the kernel can send to those. */
  #listening = false
  #allNamespaces = false
  #open = true

  constructor(fd: number, protocol: number, options: SocketOptions) {
    this.#fd = fd
    this.protocol = protocol
    this.#options = options
    const address = new Uint8Array(12)
    new DataView(address.buffer).setUint16(0, libc.AF_NETLINK, true)
    libc.bind(fd, address)
    // Of the address that is left all zeros, the kernel: it refuses what other processes send to a connected socket
    // (net/netlink/af_netlink.c: netlink_getsockbyportid).
    libc.connect(fd, address)
    libc.getsockname(fd, address)
    this.portId = new DataView(address.buffer).getUint32(4, true)
    this.capabilities = {
      sync: true,
      extendedAck: this.#switchOn(NETLINK_EXT_ACK) && this.#switchOn(NETLINK_CAP_ACK),
      strict: options.strict !== false && this.#switchOn(NETLINK_GET_STRICT_CHK),
      sender: true,
      groups: true,
      workers: true,
      acks: 128,
    }
    if (options.receiveBuffer !== undefined) this.#setReceiveBuffer(options.receiveBuffer)
    this.sendLimit = Math.floor(libc.getsockopt(fd, libc.SOL_SOCKET, SO_SNDBUF) / 2)
    const { bytes, view } = this.#receiver
    this.#datagram = { bytes, view, length: 0, sender: 0, nsid: -1 }
  }

  /** Options that old kernels do not know are left off. */
  #switchOn(option: number): boolean {
    try {
      libc.setsockopt(this.#fd, SOL_NETLINK, option, 1)
      return true
    } catch {
      return false
    }
  }

  #setReceiveBuffer(bytes: number): void {
    try {
      libc.setsockopt(this.#fd, libc.SOL_SOCKET, SO_RCVBUFFORCE, bytes)
    } catch {
      libc.setsockopt(this.#fd, libc.SOL_SOCKET, SO_RCVBUF, bytes)
    }
  }

  send(bytes: Uint8Array, length: number): void {
    for (;;) {
      const errno = this.#sender.send(this.#fd, bytes, length)
      if (errno === 0) return
      if (errno !== EINTR) throw notSent(errno, length)
    }
  }

  receive(): Datagram | undefined {
    const receiver = this.#receiver
    for (;;) {
      const n = this.#listening ? receiver.receiveMessage(this.#fd) : receiver.receive(this.#fd)
      if (n >= 0) {
        if (n > RECEIVE_SIZE) throw tooLarge('recv')
        const datagram = this.#datagram
        datagram.length = n
        datagram.sender = this.#listening ? receiver.sender.getUint32(4, true) : 0
        datagram.nsid = this.#allNamespaces ? this.#nsid() : -1
        return datagram
      }
      if (n === -EAGAIN) return undefined
      if (n !== -EINTR) throw new libc.SysError('recv', -n, 'from netlink')
    }
  }

  #nsid(): number {
    const { control, controlLength } = this.#receiver
    const found =
      controlLength > 0 && control.getInt32(8, true) === SOL_NETLINK && control.getInt32(12, true) === NETLINK_NSID
    return found ? control.getInt32(CMSG_DATA, true) : -1
  }

  receiveInPool(receiver: libc.PoolReceiver, done: (n: number) => void): void {
    receiver.receive(this.#fd, done)
  }

  sendInPool(bytes: Uint8Array, done: (errno: number) => void): void {
    libc.sendInPool(this.#fd, bytes, done)
  }

  pooled(): NetlinkSocket | undefined {
    const socket = this.#another()
    return socket && new PooledSocket(socket)
  }

  /** One of the same namespace, wherever the thread is now; undefined where none can be had: this one does it all then. */
  #another(): (NetlinkSocket & Pool) | undefined {
    const again = (): NetlinkSocket & Pool => openSocket(this.protocol, this.#options)
    try {
      const netns = libc.netnsOfSocket(this.#fd)
      try {
        return isOwn(netns) ? again() : enter(netns, again)
      } finally {
        libc.close(netns)
      }
    } catch {
      return undefined
    }
  }

  wait(milliseconds: number): boolean {
    return libc.waitReadable(this.#fd, milliseconds)
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#ready = ready
    if (!ready) {
      this.#watch?.unref()
      clearInterval(this.#timer)
      this.#timer = undefined
    } else if (threads().isMainThread) {
      this.#watch ??= libc.watchReadable(this.#fd, () => this.#ready?.())
      this.keepAlive(this.#keepAlive)
    } else this.#timer ??= setInterval(() => this.#ready?.(), WORKER_INTERVAL)
  }

  keepAlive(on: boolean): void {
    this.#keepAlive = on
    if (on) this.#watch?.ref()
    else this.#watch?.unref()
  }

  join(group: number): void {
    // Waiting for events needs a poll handle, and ending a Worker that has one is a segmentation fault.
    if (!threads().isMainThread)
      throw new libc.UnsupportedError(
        'a Worker cannot listen to netlink events: subscribe in the main thread and post the events to the Worker',
      )
    libc.setsockopt(this.#fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
    this.#listening = true
  }

  listenAllNamespaces(): void {
    libc.setsockopt(this.#fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1)
    this.#allNamespaces = true
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#ready = undefined
    clearInterval(this.#timer)
    this.#watch?.close()
    libc.close(this.#fd)
  }
}
