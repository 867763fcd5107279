// A socket for long dumps. The kernel makes each part of a dump inside recv(2), and that takes most of the time: so a
// thread of libuv's pool receives the next part while the event loop's thread looks at the one before. Nobody else may
// receive from the socket meanwhile: it is for dumps alone.
import { Receiver, SysError } from '../sys/libc.ts'
import { messageType, NLMSG_DONE } from './message.ts'
import { type Capabilities, type Datagram, type NetlinkSocket, RECEIVE_SIZE } from './socket.ts'

/** A socket that can be received from on another thread. */
export interface ElsewhereSocket extends NetlinkSocket {
  /** Calls `done` on the event loop: the length of a datagram that lies in `receiver` now, or the negative error number. */
  receiveElsewhere(receiver: Receiver, done: (n: number) => void): void
}

/** Datagrams behind a request that are received on this thread: the way to another is longer than a short answer. */
const DIRECT = 2
const EAGAIN = 11
const EINTR = 4
/** Bytes of an NLMSG_DONE that carries only its error number. */
const DONE_SIZE = 20

export class AheadSocket implements NetlinkSocket {
  readonly #socket: ElsewhereSocket
  readonly capabilities: Capabilities
  /** One is filled while the other is looked at. */
  #filled = new Slot()
  #seen = new Slot()
  #underWay = false
  /** What the thread answered for `#filled`, until it is taken. */
  #arrived: number | undefined
  /** How many are received on this thread before another is asked. */
  #direct = DIRECT
  #ready: (() => void) | undefined
  #closed = false

  constructor(socket: ElsewhereSocket) {
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

  receive(): Datagram | undefined {
    if (this.#arrived !== undefined) return this.#take(this.#arrived)
    if (this.#underWay) return undefined
    if (this.#direct === 0) {
      this.#fetch()
      return undefined
    }
    this.#direct--
    return this.#socket.receive()
  }

  #take(n: number): Datagram {
    this.#arrived = undefined
    if (n < 0) {
      // Something is lost: what is left is received at once, as it is of no use.
      this.#direct = Number.POSITIVE_INFINITY
      throw new SysError('recv', -n, 'from netlink')
    }
    const { datagram } = this.#filled
    ;[this.#filled, this.#seen] = [this.#seen, this.#filled]
    datagram.length = n
    if (!isLast(datagram)) this.#fetch()
    return datagram
  }

  #fetch(): void {
    this.#underWay = true
    this.#socket.receiveElsewhere(this.#filled.receiver, n => {
      this.#underWay = false
      if (this.#closed) {
        this.#socket.close()
        return
      }
      // Where nothing was there, it is looked for here, and waited for if need be.
      if (n === -EAGAIN || n === -EINTR) this.#direct ||= 1
      else this.#arrived = n
      this.#ready?.()
    })
  }

  wait(milliseconds: number): boolean {
    return this.#socket.wait(milliseconds)
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#ready = ready
    this.#socket.onReadable(this.#underWay ? undefined : ready)
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
    if (!this.#underWay) this.#socket.close()
  }
}

/** A buffer and what lies in it. */
class Slot {
  readonly receiver = new Receiver(RECEIVE_SIZE)
  readonly datagram: Datagram = {
    bytes: this.receiver.bytes,
    view: this.receiver.view,
    length: 0,
    sender: 0,
    nsid: -1,
  }
}

/** Whether a dump ends with this part. One that says more of its end is not seen: then nothing comes behind it. */
const isLast = ({ view, length }: Datagram): boolean =>
  length >= DONE_SIZE &&
  view.getUint32(length - DONE_SIZE, true) === DONE_SIZE &&
  messageType(view, length - DONE_SIZE) === NLMSG_DONE
