// A NetlinkSocket without a kernel: a script answers each datagram that is sent, and a test may add datagrams, errors
// and delays of its own. What was sent is kept, so that a test can look at it.
import { Writer } from '../../src/netlink/attribute.ts'
import { viewOf } from '../../src/netlink/codec.ts'
import {
  beginMessage,
  endMessage,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  walk,
} from '../../src/netlink/message.ts'
import type { Capabilities, Datagram, NetlinkSocket } from '../../src/netlink/socket.ts'
import { SysError, UnsupportedError } from '../../src/sys/libc.ts'

/** A message that was sent. */
export interface Sent {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** The whole message, from its nlmsghdr on. */
  readonly bytes: Uint8Array
  /** What stands behind nlmsghdr. */
  readonly payload: Uint8Array
}

/** What can be received: a datagram (of the kernel, or of another port), or an error of recvmsg. */
export type Incoming = Uint8Array | { readonly bytes: Uint8Array; readonly sender: number } | Error

/** Answers a message; what it returns is received in that order. */
export type Script = (message: Sent, socket: FakeSocket) => readonly Incoming[] | undefined

export interface FakeOptions {
  readonly capabilities?: Partial<Capabilities>
  readonly sendLimit?: number
  readonly portId?: number
}

const ALL: Capabilities = {
  sync: true,
  extendedAck: true,
  strict: true,
  sender: true,
  groups: true,
  workers: true,
  acks: 128,
}
const RECEIVE_SIZE = 128 * 1024

/** A socket whose other end is `script`; left out, every request is acknowledged. */
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
  readonly groups: number[] = []
  script: Script
  readonly #incoming: Incoming[] = []
  readonly #datagram: Datagram
  #ready: (() => void) | undefined

  constructor(script: Script = (message, socket) => [socket.ack(message)], options: FakeOptions = {}) {
    this.script = script
    this.portId = options.portId ?? 4711
    this.capabilities = { ...ALL, ...options.capabilities }
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
      messages.push({ type, flags, sequence, bytes: bytes.slice(p, end), payload: bytes.slice(p + 16, end) })
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
    const { bytes, sender } = next instanceof Uint8Array ? { bytes: next, sender: 0 } : next
    this.#datagram.bytes.set(bytes)
    this.#datagram.length = bytes.length
    this.#datagram.sender = sender
    return this.#datagram
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
    if (this.#incoming.length > 0) this.#tell()
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
    if (!this.capabilities[capability]) throw new UnsupportedError(`${capability}: not supported by this binding`)
  }

  #mustBeOpen(call: string): void {
    if (this.closed) throw new SysError(call, 9)
  }

  // ── what a kernel would say ──────────────────────────────────────────────

  /** A message to us. */
  message(sequence: number, type: number, flags: number, payload: Uint8Array, portId = this.portId): Uint8Array {
    const w = new Writer()
    const at = beginMessage(w, type, flags, sequence, portId)
    w.raw(payload)
    endMessage(w, at)
    w.align()
    return w.finish()
  }

  /** NLMSG_ERROR: an ack where `errno` is 0; `attributes` is the extended ack. */
  ack({ sequence, bytes }: Sent, errno = 0, attributes?: Uint8Array): Uint8Array {
    const w = new Writer()
    w.u32(-errno >>> 0)
    w.raw(bytes.subarray(0, 16))
    if (attributes) w.raw(attributes)
    const flags = NLM_F_CAPPED | (attributes ? NLM_F_ACK_TLVS : 0)
    return this.message(sequence, NLMSG_ERROR, flags, w.finish())
  }

  /** The end of a dump. */
  done({ sequence }: Sent, errno = 0, flags = 0): Uint8Array {
    const w = new Writer()
    w.u32(-errno >>> 0)
    return this.message(sequence, NLMSG_DONE, NLM_F_MULTI | flags, w.finish())
  }
}
