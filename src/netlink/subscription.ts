// Multicast: what happens in a namespace, as it happens, over a socket of its own (so that an overrun cannot eat the
// answers to requests). Bounded, and never silent about loss.
import { SysError } from '../sys/libc.ts'
import { NLMSG_MIN_TYPE, walk } from './message.ts'
import type { NetlinkSocket } from './socket.ts'

/** Events were lost: the socket's buffer was full, or the reader was slower than `limit` allows. */
export interface Overrun {
  readonly object: 'overrun'
}

/** Turns one message into an event; undefined leaves it out. `nsid` is -1 for the socket's own namespace. */
export type DecodeEvent<E> = (
  type: number,
  view: DataView,
  bytes: Uint8Array,
  p: number,
  end: number,
  nsid: number,
) => E | undefined

export interface SubscriptionOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal
  /** Keeps the process alive while events may come. Default false. */
  readonly keepAlive?: boolean
  /** How many events may wait for the reader; beyond, they are dropped and an overrun is told. Default 100,000. */
  readonly limit?: number
  /** Bytes of the socket's receive buffer. */
  readonly receiveBuffer?: number
}

const DEFAULT_LIMIT = 100_000
/** Datagrams that are taken at once; then the event loop turns. */
const MOST_AT_ONCE = 64

/** An async iterator of events. It listens from the moment it is made. */
export class Subscription<E> implements AsyncIterableIterator<E | Overrun>, Disposable {
  readonly #socket: NetlinkSocket
  readonly #decode: DecodeEvent<E>
  readonly #limit: number
  readonly #signal: AbortSignal | undefined
  #queue: (E | Overrun)[] = []
  #head = 0
  #overrun = false
  #waiting: { resolve(result: IteratorResult<E | Overrun>): void; reject(error: Error): void }[] = []
  #failed: Error | undefined
  #closed = false

  /** Takes over `socket`, which has joined its groups. */
  constructor(socket: NetlinkSocket, decode: DecodeEvent<E>, options: SubscriptionOptions = {}) {
    this.#socket = socket
    this.#decode = decode
    this.#limit = options.limit ?? DEFAULT_LIMIT
    this.#signal = options.signal
    socket.keepAlive(options.keepAlive ?? false)
    socket.onReadable(this.#read)
    if (options.signal?.aborted) this.close()
    else options.signal?.addEventListener('abort', this.#end)
  }

  readonly #end = (): void => this.close()

  readonly #read = (): void => {
    for (let i = 0; i < MOST_AT_ONCE && !this.#closed; i++) {
      try {
        const datagram = this.#socket.receive()
        if (!datagram) return
        if (datagram.sender !== 0) continue
        const { view, bytes, nsid } = datagram
        walk(view, datagram.length, (type, _flags, _sequence, _port, p, end) => {
          if (type < NLMSG_MIN_TYPE) return
          const event = this.#decode(type, view, bytes, p + 16, end, nsid)
          if (event !== undefined) this.#push(event)
        })
      } catch (error) {
        if (error instanceof SysError && error.code === 'ENOBUFS') this.#lose()
        else this.#fail(error as Error)
      }
    }
  }

  #push(event: E | Overrun): void {
    const reader = this.#waiting.shift()
    if (reader) reader.resolve({ value: event, done: false })
    else if (this.#queue.length - this.#head >= this.#limit) this.#lose()
    else {
      this.#overrun = false
      this.#queue.push(event)
    }
  }

  /** One overrun event for any number of losses in a row. */
  #lose(): void {
    if (this.#overrun) return
    const reader = this.#waiting.shift()
    if (reader) reader.resolve({ value: { object: 'overrun' }, done: false })
    else {
      this.#queue.push({ object: 'overrun' })
      this.#overrun = true
    }
  }

  #fail(error: Error): void {
    this.#failed = error
    this.close()
  }

  next(): Promise<IteratorResult<E | Overrun>> {
    if (this.#head < this.#queue.length) {
      const value = this.#queue[this.#head++]!
      if (this.#head === this.#queue.length) {
        this.#queue = []
        this.#head = 0
      }
      return Promise.resolve({ value, done: false })
    }
    if (this.#failed) return Promise.reject(this.#failed)
    if (this.#closed) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Events that wait for the reader. */
  get pending(): number {
    return this.#queue.length - this.#head
  }

  /** Stops listening. What waits already can still be read. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#signal?.removeEventListener('abort', this.#end)
    this.#socket.close()
    for (const reader of this.#waiting.splice(0)) {
      if (this.#failed) reader.reject(this.#failed)
      else reader.resolve({ value: undefined, done: true })
    }
  }

  return(): Promise<IteratorResult<E | Overrun>> {
    this.close()
    this.#queue = []
    this.#head = 0
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
