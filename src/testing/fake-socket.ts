// A NetlinkSocket without a kernel: a script answers each message that is sent, and a test may deliver datagrams, errors
// and delays of its own. What was sent is kept, so that a test can look at it.
import { Writer } from '../netlink/attribute.ts'
import { viewOf } from '../netlink/codec.ts'
import { EXTENDED_ACK, type ExtendedAck } from '../netlink/error.ts'
import {
  beginMessage,
  endMessage,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  walk,
} from '../netlink/message.ts'
import type { Capabilities, Datagram, NetlinkSocket } from '../netlink/socket.ts'
import { errnoOf } from '../sys/errno.ts'
import { SysError, UnsupportedError } from '../sys/libc.ts'
import { joined, type NetlinkObject } from './datagrams.ts'

/** A message that was sent. */
export interface Sent {
  /** Its type, `RTM_GETLINK` as a number. */
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** The whole message, from its nlmsghdr on. */
  readonly bytes: Uint8Array
  /** What stands behind nlmsghdr. */
  readonly payload: Uint8Array
}

/** What can be received: a datagram (of the kernel, of another process, of another namespace), or an error of recvmsg. */
export type Incoming =
  | Uint8Array
  | {
      readonly bytes: Uint8Array
      /** The sender's port id; 0, where it is left out, is the kernel. */
      readonly sender?: number
      /** The namespace it is about, as a socket that listens to all of them is told. */
      readonly nsid?: number
    }
  | Error

/** Answers a message; what it returns is received in that order. Nothing: the kernel is silent (yet). */
export type Script = (message: Sent, socket: FakeSocket) => readonly Incoming[] | undefined

export interface FakeOptions {
  /** What this socket can do, where it is less than everything: `{ sync: false }`. */
  readonly capabilities?: Partial<Capabilities>
  /** The largest datagram, in bytes, that a batch is sent in. Default 100,000. */
  readonly sendLimit?: number
  /** Our own port id; 0: this socket does not know it. Default 4711. */
  readonly portId?: number
}

/** `EEXIST` or 17; 0 is success. */
export type Errno = number | string

export interface DumpOptions {
  /** Objects in one datagram. Left out, all are in one. */
  readonly perDatagram?: number
  /** Flags of every message beside NLM_F_MULTI: NLM_F_DUMP_INTR, where something changed meanwhile. */
  readonly flags?: number
  /** The errno that NLMSG_DONE carries. */
  readonly errno?: Errno
}

/** Of a socket that can do everything. */
export const EVERY_CAPABILITY: Capabilities = {
  sync: true,
  extendedAck: true,
  strict: true,
  sender: true,
  groups: true,
  workers: true,
  acks: 128,
}
const RECEIVE_SIZE = 128 * 1024
const EBADF = 9

/**
 * Carries out every change, and finds nothing: an empty dump, ENODEV for a get.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, obedient } from 'netloom/testing'
 *
 * using host = Netlink.open({ socket: () => new FakeSocket(obedient) })
 * console.log((await host.run(link.list())).length) // 0
 * ```
 */
export const obedient: Script = (message, socket) => {
  if ((message.flags & NLM_F_DUMP) === NLM_F_DUMP) return [socket.done(message)]
  return [socket.ack(message, isAnswered(message) ? 'ENODEV' : 0)]
}
/** Whether it is an RTM_GET…: the third of each four (net/core/rtnetlink.c: rtnl_msgtype_kind). */
const isAnswered = ({ type }: Sent): boolean => type % 4 === 2

/**
 * A socket whose other end is a script: in `Netlink.open({ socket: () => fake })`, or under a `Connection`.
 *
 * @example A kernel that has one link, and refuses to make another.
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, linkMessage, object } from 'netloom/testing'
 *
 * const lo = object(linkMessage, 'RTM_NEWLINK', { header: { index: 1 }, attributes: { name: 'lo' } })
 * const socket = new FakeSocket((sent, kernel) => {
 *   if (sent.type === linkMessage.types.RTM_GETLINK) return kernel.dump(sent, [lo])
 *   return [kernel.ack(sent, 'EPERM', { message: 'not today' })]
 * })
 * const host = Netlink.open({ socket: () => socket })
 *
 * console.log((await host.run(link.list())).map(one => one.name)) // [ 'lo' ]
 * await host.run(link.add({ kind: 'bridge', name: 'br0' })).catch(error => console.log(error.code)) // EPERM
 * console.log(socket.sent.length) // 2
 * host.close()
 * ```
 */
export class FakeSocket implements NetlinkSocket {
  readonly protocol = 0
  readonly portId: number
  readonly capabilities: Capabilities
  readonly sendLimit: number
  /** Every datagram that was sent, as the messages in it. */
  readonly datagrams: Sent[][] = []
  /** Thrown by the next `send`. */
  sendError: Error | undefined
  closed = false
  /** The multicast groups that were joined. */
  readonly groups: number[] = []
  /** Answers what is sent from now on. */
  script: Script
  readonly #incoming: Incoming[] = []
  readonly #datagram: Datagram
  #ready: (() => void) | undefined

  /** Left out, the script is {@link obedient}. */
  constructor(script: Script = obedient, options: FakeOptions = {}) {
    this.script = script
    this.portId = options.portId ?? 4711
    this.capabilities = { ...EVERY_CAPABILITY, ...options.capabilities }
    this.sendLimit = options.sendLimit ?? 100_000
    const bytes = new Uint8Array(RECEIVE_SIZE)
    this.#datagram = { bytes, view: viewOf(bytes), length: 0, sender: 0, nsid: -1 }
  }

  /** Every message that was sent. */
  get sent(): readonly Sent[] {
    return this.datagrams.flat()
  }

  /** Whether somebody waits for something to be received. */
  get watched(): boolean {
    return this.#ready !== undefined
  }

  send(bytes: Uint8Array, length: number): void {
    this.#mustBeOpen('send')
    const error = this.sendError
    this.sendError = undefined
    if (error) throw error
    const messages: Sent[] = []
    walk(viewOf(bytes), length, (type, flags, sequence, _port, p, end) => {
      const payload = bytes.slice(p + NLMSG_HDRLEN, end)
      messages.push({ type, flags, sequence, bytes: bytes.slice(p, end), payload })
    })
    this.datagrams.push(messages)
    for (const message of messages) this.deliver(...(this.script(message, this) ?? []))
  }

  /** Adds something to be received, and tells who waits for it on the event loop. */
  deliver(...incoming: readonly Incoming[]): void {
    this.#incoming.push(...incoming)
    this.#tell()
  }

  receive(): Datagram | undefined {
    this.#mustBeOpen('recvmsg')
    const next = this.#incoming.shift()
    if (next === undefined) return undefined
    if (next instanceof Error) throw next
    const { bytes, sender = 0, nsid = -1 } = next instanceof Uint8Array ? { bytes: next } : next
    const datagram = this.#datagram
    datagram.bytes.set(bytes)
    datagram.length = bytes.length
    datagram.sender = sender
    datagram.nsid = nsid
    return datagram
  }

  /** Nothing can come while the thread is blocked, so this spends the time at once. */
  wait(milliseconds: number): boolean {
    this.#mustBeAble('sync')
    if (this.#incoming.length > 0) return true
    const end = performance.now() + milliseconds
    while (performance.now() < end);
    return false
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#ready = ready
    this.#tell()
  }

  #tell(): void {
    setImmediate(() => {
      if (this.#incoming.length === 0 || !this.#ready) return
      this.#ready()
      this.#tell()
    })
  }

  keepAlive(): void {}

  join(group: number): void {
    this.#mustBeAble('groups')
    this.groups.push(group)
  }

  listenAllNamespaces(): void {
    this.#mustBeAble('groups')
  }

  close(): void {
    this.closed = true
    this.#ready = undefined
  }

  #mustBeAble(capability: 'sync' | 'groups'): void {
    if (!this.capabilities[capability]) throw new UnsupportedError(`${capability}: not supported by this fake socket`)
  }

  #mustBeOpen(call: string): void {
    if (this.closed) throw new SysError(call, EBADF)
  }

  // ── what a kernel would say ──────────────────────────────────────────────

  /** A message to us, of whatever type and payload; the others below are made of it. */
  message(sequence: number, type: number, flags: number, payload: Uint8Array, portId = this.portId): Uint8Array {
    const w = new Writer()
    const at = beginMessage(w, type, flags, sequence, portId)
    w.raw(payload)
    endMessage(w, at)
    w.align()
    return w.finish()
  }

  /** NLMSG_ERROR: an ack where `errno` is 0; `extended` is what the kernel adds, as values or as bytes. */
  ack({ sequence, bytes }: Sent, errno: Errno = 0, extended?: ExtendedAck | Uint8Array): Uint8Array {
    const w = new Writer()
    w.u32(-numberOf(errno) >>> 0)
    w.raw(bytes.subarray(0, NLMSG_HDRLEN))
    if (extended instanceof Uint8Array) w.raw(extended)
    else if (extended) EXTENDED_ACK.encode(w, extended, {})
    const flags = NLM_F_CAPPED | (extended ? NLM_F_ACK_TLVS : 0)
    return this.message(sequence, NLMSG_ERROR, flags, w.finish())
  }

  /** The answer to a get. */
  reply({ sequence }: Sent, { type, payload }: NetlinkObject, flags = 0): Uint8Array {
    return this.message(sequence, type, flags, payload)
  }

  /** A whole dump: its objects, split over as many datagrams as you say, and its end. */
  dump(sent: Sent, objects: readonly NetlinkObject[], options: DumpOptions = {}): Uint8Array[] {
    const { perDatagram = objects.length, flags = 0, errno = 0 } = options
    const parts: Uint8Array[] = []
    for (let i = 0; i < objects.length; i += perDatagram) {
      const messages = objects.slice(i, i + perDatagram).map(one => this.reply(sent, one, NLM_F_MULTI | flags))
      parts.push(joined(...messages))
    }
    return [...parts, this.done(sent, errno, flags)]
  }

  /** The end of a dump. */
  done({ sequence }: Sent, errno: Errno = 0, flags = 0): Uint8Array {
    const w = new Writer()
    w.u32(-numberOf(errno) >>> 0)
    return this.message(sequence, NLMSG_DONE, NLM_F_MULTI | flags, w.finish())
  }

  /** A notification, as a subscription hears it: to nobody, with no sequence number. */
  notification({ type, payload }: NetlinkObject): Uint8Array {
    return this.message(0, type, 0, payload, 0)
  }
}

function numberOf(errno: Errno): number {
  if (typeof errno === 'number') return errno
  const found = errnoOf(errno)
  if (found === 0) throw new TypeError(`'${errno}' is no error's name: EPERM, ENODEV…`)
  return found
}
