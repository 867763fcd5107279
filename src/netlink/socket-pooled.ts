// A socket for long work, which is done on a thread of libuv's pool while the event loop's thread goes on. The kernel
// makes each part of a dump inside recv(2), and carries out the requests of a batch inside send(2); mostly that takes
// longer than what is to be done here. So the next parts are received while those before are looked at, and the next
// requests encoded while those before are carried out. Nobody else may receive from the socket meanwhile.
import { EAGAIN, EINTR } from '../sys/errno.ts'
import { PoolReceiver, SysError } from '../sys/libc.ts'
import { messageType, NLMSG_DONE, NLMSG_HDRLEN } from './message.ts'
import { type Capabilities, type Datagram, type NetlinkSocket, notSent, RECEIVE_SIZE, tooLarge } from './socket.ts'

/** A socket's calls on another thread. */
export interface Pool {
  /** Calls `done` on the event loop: how many datagrams lie in `receiver` now, or the negative error number. */
  receiveInPool(receiver: PoolReceiver, done: (n: number) => void): void
  /** Calls `done` on the event loop: with an error number, 0 where it was sent. */
  sendInPool(bytes: Uint8Array, done: (errno: number) => void): void
}

/** Datagrams behind a request that are received on this thread: the way to another is longer than a short answer. */
const DIRECT = 2
/** Those that are received at a time on the other thread: to wake it takes as long as the kernel needs for a part. */
const TOGETHER = 4
/** Bytes of an NLMSG_DONE that carries only its error number. */
const DONE_SIZE = NLMSG_HDRLEN + 4

export class PooledSocket implements NetlinkSocket {
  readonly #socket: NetlinkSocket & Pool
  readonly capabilities: Capabilities
  /** One is filled while those of the other are looked at. */
  #filling: Batch | undefined
  #seen: Batch | undefined
  #receiving = false
  /** What is being sent: held until the thread has sent it. */
  #sending: Uint8Array | undefined
  /** What the thread answered for `#filling`, until it is taken. */
  #arrived: number | undefined
  /** How many are received on this thread before another is asked. */
  #direct = DIRECT
  #ready: (() => void) | undefined
  #closed = false

  constructor(socket: NetlinkSocket & Pool) {
    this.#socket = socket
    this.capabilities = { ...socket.capabilities, sync: false, groups: false }
  }

  get protocol(): number {
    return this.#socket.protocol
  }

  get portId(): number {
    return this.#socket.portId
  }

  get sendLimit(): number {
    return this.#socket.sendLimit
  }

  send(bytes: Uint8Array, length: number): void {
    this.#direct = DIRECT
    this.#socket.send(bytes, length)
  }

  sendLater(bytes: Uint8Array, failed: (error: Error) => void): boolean {
    if (this.#sending) return false
    this.#sending = bytes
    this.#socket.sendInPool(bytes, errno => {
      this.#sending = undefined
      // The answers are there, and short.
      this.#direct = Number.POSITIVE_INFINITY
      if (errno !== 0) failed(notSent(errno, bytes.length))
      this.#wake()
    })
    return true
  }

  receive(): Datagram | undefined {
    const next = this.#seen?.next()
    if (next) return next
    if (this.#arrived !== undefined) return this.#take(this.#arrived)
    if (this.#receiving || this.#sending) return undefined
    if (this.#direct === 0) {
      this.#fetch()
      return undefined
    }
    this.#direct--
    return this.#socket.receive()
  }

  #take(n: number): Datagram | undefined {
    this.#arrived = undefined
    if (n < 0) {
      // Something is lost: what is left is received at once, as it is of no use.
      this.#direct = Number.POSITIVE_INFINITY
      throw new SysError('recvmmsg', -n, 'from netlink')
    }
    const batch = this.#filling!
    this.#filling = this.#seen
    this.#seen = batch
    batch.fill(n)
    if (!batch.ends) this.#fetch()
    return batch.next()
  }

  #fetch(): void {
    this.#receiving = true
    this.#filling ??= new Batch()
    this.#socket.receiveInPool(this.#filling.receiver, n => {
      this.#receiving = false
      // Where nothing was there, it is looked for here, and waited for if need be.
      if (n === -EAGAIN || n === -EINTR) this.#direct ||= 1
      else this.#arrived = n
      this.#wake()
    })
  }

  /** A thread has done its work. */
  #wake(): void {
    if (!this.#closed) this.#ready?.()
    else if (this.#idle) this.#socket.close()
  }

  /** Whether no thread uses the descriptor. */
  get #idle(): boolean {
    return !this.#receiving && !this.#sending
  }

  wait(milliseconds: number): boolean {
    return this.#socket.wait(milliseconds)
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#ready = ready
    this.#socket.onReadable(this.#idle ? ready : undefined)
  }

  keepAlive(on: boolean): void {
    this.#socket.keepAlive(on)
  }

  join(group: number): void {
    this.#socket.join(group)
  }

  listenAllNamespaces(): void {
    this.#socket.listenAllNamespaces()
  }

  /** The descriptor is closed when no thread uses it any more. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#ready = undefined
    if (this.#idle) this.#socket.close()
  }
}

/** Datagrams that came together, handed out one by one. */
class Batch {
  readonly receiver = new PoolReceiver(TOGETHER, RECEIVE_SIZE)
  readonly #datagrams: readonly Datagram[] = this.receiver.buffers.map(view => ({
    bytes: new Uint8Array(view.buffer),
    view,
    length: 0,
    sender: 0,
    nsid: -1,
  }))
  #count = 0
  #at = 0

  fill(count: number): void {
    this.#at = 0
    this.#count = count
  }

  next(): Datagram | undefined {
    if (this.#at === this.#count) return undefined
    const datagram = this.#datagrams[this.#at]!
    datagram.length = this.receiver.length(this.#at++)
    if (datagram.length > RECEIVE_SIZE) throw tooLarge('recvmmsg')
    return datagram
  }

  /** Whether a dump ends with the last of them. One that says more of its end is not seen: then nothing comes behind it. */
  get ends(): boolean {
    const view = this.receiver.buffers[this.#count - 1]!
    const at = Math.min(this.receiver.length(this.#count - 1), view.byteLength) - DONE_SIZE
    return at >= 0 && view.getUint32(at, true) === DONE_SIZE && messageType(view, at) === NLMSG_DONE
  }
}
