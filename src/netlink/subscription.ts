// Multicast: what happens in a namespace, as it happens, over a socket of its own (so that an overrun cannot eat the
// answers to requests). A Listener hands over each event as it comes; a Subscription is an async iterator of them,
// bounded, and never silent about loss.
import { SysError } from '../sys/libc.ts'
import { NLMSG_MIN_TYPE, walk } from './message.ts'
import type { NetlinkSocket } from './socket.ts'

/** Events were lost: the socket's buffer was full, or the reader was slower than `limit` allows. */
export interface Overrun {
  readonly object: 'overrun'
}

/**
 * Turns one message into an event; undefined leaves it out. `nsid` is -1 for the socket's own namespace, `flags` are
 * the header's.
 */
export type DecodeEvent<E> = (
  type: number,
  view: DataView,
  bytes: Uint8Array,
  p: number,
  end: number,
  nsid: number,
  flags: number,
) => E | undefined

export interface SubscriptionOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal
  /** Keeps the process alive while events may come. Default false. */
  readonly keepAlive?: boolean
  /** How many events may wait for the reader; beyond, they are dropped and an overrun is told. Default 100,000. */
  readonly limit?: number
  /**
   * Bytes of the socket's receive buffer, 32 MiB where it is left out: a bound, not memory that is taken. Without
   * CAP_NET_ADMIN it is at most net.core.rmem_max.
   */
  readonly receiveBuffer?: number
}

const DEFAULT_LIMIT = 100_000
export const EVENT_BUFFER = 32 * 1024 * 1024
/** A burst lets the event loop turn after this many milliseconds, looked at every so many datagrams. */
const LONGEST_HOLD = 4
const LOOK_EVERY = 32

/** What a listener calls. */
export interface Hearing<E> {
  event(event: E): void
  /** The socket's buffer was full: some events are missing here. */
  overrun(): void
  /** It cannot go on, and has closed itself. */
  failed(error: Error): void
}

/** Hears the groups that `socket` has joined, on the event loop, until it is closed. */
export class Listener<E> implements Disposable {
  readonly #socket: NetlinkSocket
  readonly #decode: DecodeEvent<E>
  readonly #hearing: Hearing<E>
  #closed = false

  /** Takes over `socket`. */
  constructor(socket: NetlinkSocket, decode: DecodeEvent<E>, hearing: Hearing<E>, keepAlive = false) {
    this.#socket = socket
    this.#decode = decode
    this.#hearing = hearing
    socket.keepAlive(keepAlive)
    socket.onReadable(() => this.#read(performance.now() + LONGEST_HOLD))
  }

  /**
   * Hands over what was sent until now, for so many milliseconds: notifications are in the buffer before their cause is
   * acknowledged. Answers whether that was all.
   */
  drain(milliseconds = Number.POSITIVE_INFINITY): boolean {
    return this.#read(performance.now() + milliseconds)
  }

  #read(until: number): boolean {
    for (let i = 1; !this.#closed; i++) {
      if (i % LOOK_EVERY === 0 && performance.now() > until) return false
      try {
        const datagram = this.#socket.receive()
        if (!datagram) return true
        if (datagram.sender !== 0) continue
        const { view, bytes, nsid } = datagram
        walk(view, datagram.length, (type, flags, _sequence, _port, p, end) => {
          if (type < NLMSG_MIN_TYPE) return
          const event = this.#decode(type, view, bytes, p + 16, end, nsid, flags)
          if (event !== undefined && !this.#closed) this.#hearing.event(event)
        })
      } catch (error) {
        if (error instanceof SysError && error.code === 'ENOBUFS') this.#hearing.overrun()
        else {
          this.close()
          this.#hearing.failed(error as Error)
        }
      }
    }
    return true
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Events for one reader, who may be slower than they come: what waits is bounded. */
export class EventQueue<E> implements AsyncIterableIterator<E | Overrun>, Disposable {
  readonly #limit: number
  readonly #signal: AbortSignal | undefined
  readonly #release: () => void
  #queue: (E | Overrun)[] = []
  #head = 0
  #overrun = false
  #waiting: { resolve(result: IteratorResult<E | Overrun>): void; reject(error: Error): void }[] = []
  #failed: Error | undefined
  #closed = false

  /** `release` is called once, when nobody listens any more. */
  constructor(options: Pick<SubscriptionOptions, 'signal' | 'limit'>, release: () => void) {
    this.#limit = options.limit ?? DEFAULT_LIMIT
    this.#signal = options.signal
    this.#release = release
    options.signal?.addEventListener('abort', this.#end)
  }

  readonly #end = (): void => this.close()

  push(event: E): void {
    const reader = this.#waiting.shift()
    if (reader) reader.resolve({ value: event, done: false })
    else if (this.pending >= this.#limit) this.lose()
    else {
      this.#overrun = false
      this.#queue.push(event)
    }
  }

  /** One overrun event for any number of losses in a row. */
  lose(): void {
    if (this.#overrun) return
    const reader = this.#waiting.shift()
    if (reader) reader.resolve({ value: { object: 'overrun' }, done: false })
    else {
      this.#queue.push({ object: 'overrun' })
      this.#overrun = true
    }
  }

  /** Ends it with an error, behind what waits. */
  fail(error: Error): void {
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

  get closed(): boolean {
    return this.#closed
  }

  /** Stops listening. What waits already can still be read. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#signal?.removeEventListener('abort', this.#end)
    this.#release()
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

/** An async iterator of events. It listens from the moment it is made. */
export class Subscription<E> extends EventQueue<E> {
  /** Takes over `socket`, which has joined its groups. */
  constructor(socket: NetlinkSocket, decode: DecodeEvent<E>, options: SubscriptionOptions = {}) {
    const listener = new Listener(
      socket,
      decode,
      { event: event => this.push(event), overrun: () => this.lose(), failed: error => this.fail(error) },
      options.keepAlive,
    )
    super(options, () => listener.close())
    if (options.signal?.aborted) this.close()
  }
}
