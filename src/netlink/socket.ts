// What a connection needs of a socket, and no more: so that another binding, or a fake in a test, can be one.
import { EMSGSIZE } from '../sys/errno.ts'
import { SysError } from '../sys/libc.ts'

/** What a binding can do. */
export interface Capabilities {
  /** The answer can be received right after `send`, without the event loop: `runSync` works. */
  readonly sync: boolean
  /** Extended acks: the kernel's own sentences and the offending attribute. */
  readonly extendedAck: boolean
  /** Strict checking of GET requests, with filtering in the kernel. */
  readonly strict: boolean
  /** Messages of other processes are refused by the kernel; or their sender is known, and they are dropped. */
  readonly sender: boolean
  /** Multicast groups can be joined. */
  readonly groups: boolean
  /** Works in a Worker. */
  readonly workers: boolean
  /** How many acks may be outstanding before some are lost. */
  readonly acks: number
}

/** A dump's part is at most 32 KiB (net/netlink/af_netlink.c: netlink_dump); single answers can be larger. */
export const RECEIVE_SIZE = 128 * 1024

/** Of a datagram that the buffer was too small for. */
export const tooLarge = (syscall: string, most = RECEIVE_SIZE): SysError =>
  new SysError(syscall, EMSGSIZE, `a netlink datagram larger than ${most} bytes`)

/** Of a datagram that the kernel did not take. */
export const notSent = (errno: number, length: number): SysError =>
  new SysError('send', errno, `of ${length} bytes over netlink`)

/** A received datagram. The object, its bytes and its view are used again by the next `receive`. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Bytes of the datagram in `bytes`. */
  length: number
  /** The sender's port id: 0 is the kernel. */
  sender: number
  /** The namespace it is about, where NETLINK_LISTEN_ALL_NSID is on; -1: the socket's own. */
  nsid: number
}

export interface NetlinkSocket {
  readonly protocol: number
  /** Our own port id; 0 where the binding cannot know it. */
  readonly portId: number
  readonly capabilities: Capabilities
  /** The largest datagram that `send` takes, in bytes. */
  readonly sendLimit: number
  /** Sends the first `length` bytes as one datagram. Throws SysError. */
  send(bytes: Uint8Array, length: number): void
  /** The next datagram, or undefined when none is there. Throws SysError; ENOBUFS when some were lost. */
  receive(): Datagram | undefined
  /** Waits, blocking the thread, until something can be received; false when the time is over. */
  wait(milliseconds: number): boolean
  /** Calls `ready` whenever something can be received, until it is called with undefined. */
  onReadable(ready: (() => void) | undefined): void
  /** Whether waiting in `onReadable` keeps the process alive (it does not, at first). */
  keepAlive(on: boolean): void
  /**
   * Another socket, of the same namespace, for long work without `sync`: it is done on a thread of a pool while this one
   * goes on. Undefined where none can be made; left out by bindings that cannot.
   */
  pooled?(): NetlinkSocket | undefined
  /**
   * Sends `bytes` as one datagram on another thread; they may not change before it is sent, and its answers come behind
   * that. `failed` is called where it cannot be sent. Answers false where it is not done so: `send` it.
   */
  sendLater?(bytes: Uint8Array, failed: (error: Error) => void): boolean
  /** Joins a multicast group. */
  join(group: number): void
  /** Hears the groups of all namespaces that have an nsid here, each datagram marked with it. */
  listenAllNamespaces(): void
  close(): void
}
