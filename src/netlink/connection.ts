// The one place that does netlink I/O: sequence numbers, acks, dumps, batches, timeouts. Requests go out as values and
// come back as values. One engine (generators that yield where they must wait) serves the synchronous and the
// asynchronous calls. The kernel answers inside send(), so waiting is rare: send, receive, and be done.
import { now } from '../sys/clock.ts'
import { SysError, UnsupportedError } from '../sys/libc.ts'
import { align4, Writer } from './attribute.ts'
import {
  type Ack,
  ClosedError,
  InterruptedDumpError,
  NetlinkError,
  type NetlinkWarning,
  OverrunError,
  readAck,
  TimeoutError,
} from './error.ts'
import { Exchange, NO_WARNINGS } from './exchange.ts'
import {
  messageEnd,
  messageFlags,
  messagePortId,
  messageSequence,
  messageType,
  NLM_F_ACK,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
} from './message.ts'
import { type ListRequest, type Reference, type Request, type Resolved, writeRequest } from './request.ts'
import type { Datagram, NetlinkSocket } from './socket.ts'

export interface RunOptions {
  /** Before the request is sent: it is not. After: only the waiting ends; the kernel may have carried it out. */
  readonly signal?: AbortSignal
  /** Milliseconds to wait for the answer, 30,000 where it is left out. */
  readonly timeout?: number
  /** Called for what the kernel says of a request that succeeded; without it, the connection's `onWarning`. */
  readonly onWarning?: (warning: NetlinkWarning) => void
}

export interface ConnectionOptions {
  /** What happens to warnings that no call takes; `process.emitWarning` where it is left out. */
  readonly onWarning?: (warning: NetlinkWarning) => void
}

/** What became of one request of a batch. */
export type BatchResult<T = unknown> =
  | { readonly status: 'fulfilled'; readonly value: T; readonly warnings: readonly NetlinkWarning[] }
  | { readonly status: 'rejected'; readonly reason: Error }

/** The values of a batch's requests, in order. */
export type BatchValues<R extends readonly Request<any, any>[]> = {
  -readonly [K in keyof R]: R[K] extends Request<infer T, any> ? T : never
}
type BatchResults<R extends readonly Request<any, any>[]> = {
  -readonly [K in keyof R]: R[K] extends Request<infer T, any> ? BatchResult<T> : never
}

/** Some requests of a batch failed; the others were carried out. `results` tells which, in order. */
export class BatchError extends AggregateError {
  override readonly name = 'BatchError'
  readonly results: readonly BatchResult[]

  constructor(results: readonly BatchResult[]) {
    const reasons = results.filter(r => r.status === 'rejected').map(r => r.reason)
    const first = results.findIndex(r => r.status === 'rejected')
    super(
      reasons,
      `${reasons.length} of ${results.length} requests failed; the first is number ${first + 1}: ${reasons[0]!.message}`,
    )
    this.results = results
    Object.defineProperty(this, 'results', { enumerable: false })
  }
}

const NO_OPTIONS: RunOptions = {}
/** Of a request that needs none. */
const NO_REFERENCES: Resolved = {
  get({ key }) {
    throw new TypeError(`'${key}' is not among what the request needs`)
  },
}

/** One call of a user: what can end it early. */
interface Call {
  readonly options: RunOptions
  /** On the clock of `now`; 0 until something is waited for: most calls never wait. */
  deadline: number
  error: Error | undefined
}

/**
 * What the engine waits for: the end of an exchange, room for one more answer, the end of the dump before, or a turn of
 * the event loop (long dumps leave room for others).
 */
type Wait = Exchange | 'room' | 'dump' | 'turn'
type Engine<T> = Generator<Wait, T, void>

/** Whether a request is sent and answered once, with nothing to be asked before. */
const isPlain = (request: Request<any, any>): boolean => request.mode !== 'dump' && request.needs.length === 0

const callOf = (options: RunOptions): Call => ({ options, deadline: 0, error: undefined })

/** Milliseconds until a call's deadline, which is set when this is first asked. */
function timeLeft(call: Call): number {
  const time = now()
  if (call.deadline === 0) call.deadline = time + (call.options.timeout ?? DEFAULT_TIMEOUT)
  return call.deadline - time
}

const timedOut = (): TimeoutError =>
  new TimeoutError('the kernel has not answered in time; it may have carried out the request')

const DEFAULT_TIMEOUT = 30_000
const DUMP_TRIES = 5
/** An object is this many times as large as an ack, as the receive buffer counts (a link takes 2 to 8 KiB of it). */
const OBJECT_WEIGHT = 8
/** An ack that is not capped echoes the request: one more for each 128 bytes of it. */
const ECHO_SHIFT = 7
/** Of setTimeout and poll(2), in milliseconds: longer ones end at once. */
const LONGEST_TIMER = 2 ** 31 - 1
/** A dump lets the event loop turn after this many milliseconds. */
const LONGEST_HOLD = 5

/** A conversation with one netlink protocol in one namespace. Concurrent calls are safe; dumps queue. */
export class Connection implements Disposable {
  readonly socket: NetlinkSocket
  readonly #options: ConnectionOptions
  /** What works on another thread; this one where the binding has no such. */
  #pooled: Connection | undefined
  /** In the order in which they were sent, which is the kernel's order of answering. */
  readonly #pending: Exchange[] = []
  readonly #writer = new Writer(4096)
  /** Whose message lies in the writer, sent. */
  #written: Exchange | undefined
  #sequence = (Date.now() / 1000) | 0
  /** The dump that the kernel is making: one at a time a socket. */
  #dump: Exchange | undefined
  /** What the answers to all that is pending take, in acks: never more than the socket's `acks`, or they are lost. */
  #outstanding = 0
  /** The calls that wait; the first of them receives, for all. */
  readonly #waiting = new Set<() => void>()
  readonly #onReadable = (): void => wakeFirst(this.#waiting)
  readonly #waitingFor = { room: new Set<() => void>(), dump: new Set<() => void>() }
  #closed = false
  /** Messages that were dropped because another process sent them. */
  foreignMessages = 0

  constructor(socket: NetlinkSocket, options: ConnectionOptions = {}) {
    this.socket = socket
    this.#options = options
  }

  /** Runs a request. Throws NetlinkError, TimeoutError, OverrunError, InterruptedDumpError, ClosedError, SysError. */
  async run<T>(request: Request<T, any>, options: RunOptions = NO_OPTIONS): Promise<T> {
    this.#begin(options)
    if (request.mode === 'dump') return this.#collected(request, options)
    const exchange = isPlain(request) ? this.#start(request, NO_REFERENCES) : undefined
    if (exchange?.settled) return this.#outcome(exchange, options)
    const call = callOf(options)
    return this.#drive(call, exchange ? this.#rest(exchange, call) : this.#perform(request, call))
  }

  /** Runs a request, blocking the thread until it is answered. The same errors as `run`. */
  runSync<T>(request: Request<T, any>, options: RunOptions = NO_OPTIONS): T {
    this.#beginSync(options)
    const exchange = isPlain(request) ? this.#start(request, NO_REFERENCES) : undefined
    if (exchange?.settled) return this.#outcome(exchange, options)
    const call = callOf(options)
    return this.#driveSync(call, exchange ? this.#rest(exchange, call) : this.#perform(request, call))
  }

  /**
   * Runs a dump and hands over its objects one by one: nothing is collected, the event loop turns in between.
   * What `each` throws ends it. A dump that changed meanwhile ends with InterruptedDumpError, after its objects.
   */
  async forEach<Item>(
    request: ListRequest<Item>,
    each: (item: Item) => void,
    options: RunOptions = NO_OPTIONS,
  ): Promise<void> {
    this.#begin(options)
    return this.#aside().#streamed(request, each, options)
  }

  /** Aside first; where that was interrupted, again on this thread, where no changes of our own come between. */
  async #collected<T>(request: Request<T, any>, options: RunOptions): Promise<T> {
    const call = callOf(options)
    const aside = this.#aside()
    const items: unknown[] = []
    if (
      aside !== this &&
      !(await aside.#drive(
        call,
        aside.#dumpOnce(request, call, item => items.push(item)),
      ))
    )
      return request.finish(items)
    return this.#drive(call, this.#collect(request, call))
  }

  #streamed<Item>(request: ListRequest<Item>, each: (item: Item) => void, options: RunOptions): Promise<void> {
    const call = callOf(options)
    return this.#drive(call, this.#stream(request, call, each))
  }

  /** What dumps and long batches go over: a connection whose socket works on another thread, where the binding has such. */
  #aside(): Connection {
    if (!this.#pooled) {
      const socket = this.socket.pooled?.()
      this.#pooled = socket ? new Connection(socket, this.#options) : this
    }
    return this.#pooled
  }

  /** Like `forEach`, blocking the thread. */
  forEachSync<Item>(request: ListRequest<Item>, each: (item: Item) => void, options: RunOptions = NO_OPTIONS): void {
    const call = this.#callSync(options)
    this.#driveSync(call, this.#stream(request, call, each))
  }

  /**
   * Sends many requests in few datagrams. The kernel carries out all of them, also those behind one that failed.
   * Answers their values in order; throws BatchError, with a result for each, when any failed.
   */
  async batch<const R extends readonly Request<any, any>[]>(
    requests: R,
    options: RunOptions = NO_OPTIONS,
  ): Promise<BatchValues<R>> {
    return valuesOf(await this.#batched(requests, options)) as BatchValues<R>
  }

  /** Like `batch`, blocking the thread. */
  batchSync<const R extends readonly Request<any, any>[]>(
    requests: R,
    options: RunOptions = NO_OPTIONS,
  ): BatchValues<R> {
    const call = this.#callSync(options)
    return valuesOf(this.#driveSync(call, this.#batch(requests, call))) as BatchValues<R>
  }

  /** Like `batch`, with a result for each request instead of an error. */
  async batchSettled<const R extends readonly Request<any, any>[]>(
    requests: R,
    options: RunOptions = NO_OPTIONS,
  ): Promise<BatchResults<R>> {
    return (await this.#batched(requests, options)) as BatchResults<R>
  }

  #batched(requests: readonly Request<any, any>[], options: RunOptions): Promise<BatchResult[]> {
    this.#begin(options)
    // One datagram is sent at once, and needs no other socket.
    const connection = requests.length > this.socket.capabilities.acks ? this.#aside() : this
    const call = callOf(options)
    return connection.#drive(call, connection.#batch(requests, call))
  }

  /** Ends everything that is pending with ClosedError and closes the socket. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.socket.onReadable(undefined)
    this.socket.close()
    this.#pooled?.close()
    for (const wake of [...this.#waiting]) wake()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  get closed(): boolean {
    return this.#closed
  }

  // ── the two drivers ──────────────────────────────────────────────────────

  #begin(options: RunOptions): void {
    if (this.#closed) throw new ClosedError('this connection is closed')
    options.signal?.throwIfAborted()
  }

  #beginSync(options: RunOptions): void {
    if (!this.socket.capabilities.sync)
      throw new UnsupportedError('synchronous calls are not supported by this binding: use run, batch or forEach')
    this.#begin(options)
  }

  #callSync(options: RunOptions): Call {
    this.#beginSync(options)
    return callOf(options)
  }

  #driveSync<T>(call: Call, engine: Engine<T>): T {
    for (;;) {
      const step = engine.next()
      if (step.done) return step.value
      if (step.value === 'turn') continue
      const left = timeLeft(call)
      if (left > 0) this.socket.wait(Math.min(left, LONGEST_TIMER))
      else call.error = timedOut()
    }
  }

  async #drive<T>(call: Call, engine: Engine<T>): Promise<T> {
    const { signal } = call.options
    for (;;) {
      const step = engine.next()
      if (step.done) return step.value
      if (step.value === 'turn') await new Promise(resolve => setImmediate(resolve))
      else await this.#until(step.value, call)
      if (signal?.aborted) call.error ??= signal.reason as Error
      if (timeLeft(call) <= 0) call.error ??= timedOut()
    }
  }

  /** Resolves when it is worth another look, at the deadline, at an abort, and at close. */
  #until(what: Exclude<Wait, 'turn'>, call: Call): Promise<void> {
    return new Promise(resolve => {
      const { signal } = call.options
      const line = what instanceof Exchange ? undefined : this.#waitingFor[what]
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        line?.delete(wake)
        if (what instanceof Exchange) what.wake = undefined
        if (this.#waiting.size === 0 && !this.#closed) this.socket.onReadable(undefined)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(Math.max(0, timeLeft(call)), LONGEST_TIMER))
      signal?.addEventListener('abort', wake)
      this.#waiting.add(wake)
      line?.add(wake)
      if (what instanceof Exchange) what.wake = wake
      this.socket.onReadable(this.#onReadable)
    })
  }

  // ── the engine ───────────────────────────────────────────────────────────

  *#perform<T>(request: Request<T, any>, call: Call): Engine<T> {
    if (request.mode === 'dump') return yield* this.#collect(request, call)
    if (request.needs.length === 0) return yield* this.#exchange(request, NO_REFERENCES, call)
    const resolved = new Resolution(this, call)
    try {
      yield* resolved.resolve(request)
      return yield* this.#exchange(request, resolved, call)
    } finally {
      resolved.close()
    }
  }

  *#exchange<T>(request: Request<T, any>, resolved: Resolved, call: Call): Engine<T> {
    for (;;) {
      this.#check(call)
      const exchange = this.#start(request, resolved)
      if (exchange.sent) return yield* this.#completed<T>(exchange, call)
      yield* this.#room(exchange.weight, call)
    }
  }

  /**
   * Sends a request, where its answer has room, and takes what has come: the kernel answers inside send(), so that
   * mostly it is settled now.
   */
  #start(request: Request<any, any>, resolved: Resolved): Exchange {
    const exchange = this.#encode(request, resolved)
    // Others use the writer while this call waits.
    if (!this.#fits(exchange.weight)) this.#writer.truncate(exchange.start)
    else {
      this.#transmit(exchange)
      while (!exchange.settled && this.#receive());
    }
    return exchange
  }

  /** What is left of a request that `#start` has not settled. */
  #rest<T>(exchange: Exchange, call: Call): Engine<T> {
    return exchange.sent ? this.#completed<T>(exchange, call) : this.#perform<T>(exchange.request, call)
  }

  *#completed<T>(exchange: Exchange, call: Call): Engine<T> {
    yield* this.#finish(exchange, call)
    return this.#outcome(exchange, call.options)
  }

  /** The result of an exchange that is settled. */
  #outcome<T>(exchange: Exchange, options: RunOptions): T {
    this.#verdict(exchange, options)
    return exchange.request.finish(exchange.items) as T
  }

  #verdict(exchange: Exchange, options: RunOptions): void {
    if (exchange.error) throw exchange.error
    if (exchange.warnings !== NO_WARNINGS) for (const warning of exchange.warnings) this.#warn(warning, options)
  }

  /** A dump into a list, tried again when it was interrupted. */
  *#collect<T>(request: Request<T, any>, call: Call): Engine<T> {
    let items: unknown[] = []
    for (let attempt = 0; attempt < DUMP_TRIES; attempt++) {
      items = []
      const interrupted = yield* this.#dumpOnce(request, call, item => items.push(item))
      if (!interrupted) return request.finish(items)
    }
    throw new InterruptedDumpError(request.what, items)
  }

  *#stream<Item>(request: ListRequest<Item>, call: Call, each: (item: Item) => void): Engine<void> {
    if (yield* this.#dumpOnce(request, call, each)) throw new InterruptedDumpError(request.what, [])
  }

  /** Answers whether the dump was interrupted by a change. */
  *#dumpOnce(request: Request<any, any>, call: Call, each: (item: any) => void): Engine<boolean> {
    const resolved = new Resolution(this, call)
    try {
      yield* resolved.resolve(request)
      while (this.#dump || !this.#fits(1)) {
        this.#check(call)
        if (!this.#receive()) yield this.#dump ? 'dump' : 'room'
      }
      this.#check(call)
      const exchange = this.#encode(request, resolved, each)
      this.#transmit(exchange)
      this.#dump = exchange
      yield* this.#finish(exchange, call)
      this.#verdict(exchange, call.options)
      return exchange.interrupted
    } finally {
      resolved.close()
      // Where this one gave up, it is the next one's turn.
      if (!this.#dump) wakeFirst(this.#waitingFor.dump)
      wakeFirst(this.#waitingFor.room)
    }
  }

  /**
   * Each datagram is sent when the answers to the one before have been looked at; while the kernel carries one out on
   * another thread, the next is encoded.
   */
  *#batch(requests: readonly Request<any, any>[], call: Call): Engine<BatchResult[]> {
    const results: BatchResult[] = new Array(requests.length)
    const resolved = new Resolution(this, call)
    const affected = new Set<string>()
    const connection = this
    /** Encoded, in the writer. */
    let open = new Portion()
    /** Sent, their answers still to be looked at. */
    let sent = new Portion()
    let datagrams = 0
    const reject = (index: number, error: unknown): void => {
      if (call.error || connection.#closed) throw error
      results[index] = { status: 'rejected', reason: error as Error }
    }
    function* settle(): Engine<void> {
      const { indexes, exchanges } = sent
      sent = new Portion()
      for (const [i, exchange] of exchanges.entries()) {
        try {
          const value = yield* connection.#completed(exchange, call)
          results[indexes[i]!] = { status: 'fulfilled', value, warnings: exchange.warnings }
        } catch (error) {
          reject(indexes[i]!, error)
        }
      }
    }
    function* send(): Engine<void> {
      connection.#check(call)
      const { exchanges, weight } = open
      if (exchanges.length === 0) return
      const leaving = open
      open = new Portion()
      // Others use the writer while this call waits.
      const datagram = connection.#taken(exchanges)
      yield* settle()
      try {
        yield* connection.#room(weight, call)
      } catch (error) {
        for (const index of leaving.indexes) reject(index, error)
        return
      }
      connection.#transmitAll(exchanges, datagram, datagrams++ > 0)
      sent = leaving
    }
    function* flush(): Engine<void> {
      yield* send()
      yield* settle()
      resolved.forget(affected)
      affected.clear()
    }
    try {
      for (const [index, request] of requests.entries()) {
        if (request.mode === 'dump') throw new TypeError(`${request.op} lists: run it by itself, not in a batch`)
        try {
          if (request.needs.some(({ key }) => affected.has(key))) yield* flush()
          if (!resolved.has(request)) {
            // Its look-ups use the same socket and writer: what is queued goes first.
            yield* flush()
            yield* resolved.resolve(request)
          }
          let exchange = this.#encode(request, resolved)
          if (open.weight > 0 && open.weight + exchange.weight > this.socket.capabilities.acks) {
            this.#writer.truncate(exchange.start)
            yield* send()
            yield 'turn'
            exchange = this.#encode(request, resolved)
          }
          open.add(index, exchange)
        } catch (error) {
          reject(index, error)
          continue
        }
        for (const key of request.affects ?? []) affected.add(key)
        if (this.#writer.length >= this.socket.sendLimit / 2) {
          yield* send()
          yield 'turn'
        }
      }
      yield* flush()
      return results
    } finally {
      // What was not sent must not go out with what others send.
      if (open.exchanges.length > 0) this.#writer.truncate(0)
      resolved.close()
    }
  }

  /** Resolves one reference; used by Resolution. */
  *ask(request: Request<number, any>, call: Call): Engine<number> {
    return yield* this.#perform(request, call)
  }

  /** Whether answers have room beside those that are pending. What is heavier than all the room goes alone. */
  #fits(weight: number): boolean {
    return this.#outstanding === 0 || this.#outstanding + weight <= this.socket.capabilities.acks
  }

  /** Waits until an answer of that weight has room: the kernel drops what does not fit into the receive buffer. */
  *#room(weight: number, call: Call): Engine<void> {
    try {
      while (!this.#fits(weight)) {
        this.#check(call)
        if (!this.#receive()) yield 'room'
      }
    } finally {
      // Where there is room for this one, or it gives up, there may be room for the next.
      wakeFirst(this.#waitingFor.room)
    }
  }

  /** Appends a request to what is to be sent. */
  #encode(request: Request<any, any>, resolved: Resolved, each?: (item: any) => void): Exchange {
    const w = this.#writer
    if (this.#written) this.#reuseWriter(this.#written)
    this.#sequence = (this.#sequence + 1) >>> 0 || 1
    const at = writeRequest(w, request, resolved, this.#sequence)
    return new Exchange(request, this.#sequence, at, w.length, this.#weight(request, w.length - at), each)
  }

  /** What was sent stays in the writer until it is used again: only then is a copy made for an error that may come. */
  #reuseWriter(written: Exchange): void {
    if (!written.settled) this.#taken([written])
    this.#written = undefined
    this.#writer.truncate(0)
  }

  /** A copy of the datagram in the writer, which is empty then; `exchanges` are in it. */
  #taken(exchanges: readonly Exchange[]): Uint8Array {
    const w = this.#writer
    // Where it lies is told to the C library: on V8's heap, where small arrays are, it would move.
    const datagram = new Uint8Array(new ArrayBuffer(align4(w.length)))
    datagram.set(w.bytes.subarray(0, w.length))
    for (const exchange of exchanges) exchange.datagram = datagram
    w.truncate(0)
    return datagram
  }

  #bytesOf({ datagram, start, end }: Exchange): Uint8Array {
    return (datagram ?? this.#writer.bytes).slice(start, end)
  }

  #weight(request: Request<any, any>, length: number): number {
    if (request.mode === 'get') return OBJECT_WEIGHT
    return request.mode === 'dump' || this.socket.capabilities.extendedAck ? 1 : 1 + (length >> ECHO_SHIFT)
  }

  /** Sends what is in the writer. */
  #transmit(exchange: Exchange): void {
    this.#enlist(exchange)
    this.#written = exchange
    try {
      this.socket.send(this.#writer.bytes, align4(this.#writer.length))
    } catch (error) {
      this.#forget(exchange)
      throw error
    }
  }

  /** Sends a datagram of many requests; where `later`, on another thread, if the socket can. Errors are theirs. */
  #transmitAll(exchanges: readonly Exchange[], datagram: Uint8Array, later: boolean): void {
    for (const exchange of exchanges) this.#enlist(exchange)
    const failed = (error: Error): void => {
      for (const exchange of exchanges) {
        this.#forget(exchange)
        exchange.settle(error)
      }
    }
    if (later && this.socket.sendLater?.(datagram, failed)) return
    try {
      this.socket.send(datagram, datagram.length)
    } catch (error) {
      failed(error as Error)
    }
  }

  #enlist(exchange: Exchange): void {
    this.#pending.push(exchange)
    this.#outstanding += exchange.weight
    exchange.sent = true
  }

  /** Receives until the exchange is settled; its error is left to `#verdict`. */
  *#finish(exchange: Exchange, call: Call): Engine<void> {
    let since = exchange.request.mode === 'dump' ? now() : 0
    try {
      while (!exchange.settled) {
        this.#check(call)
        if (!this.#receive()) yield exchange
        else if (!exchange.settled && exchange.request.mode === 'dump' && now() - since > LONGEST_HOLD) {
          yield 'turn'
          since = now()
        }
      }
    } catch (error) {
      // Nobody waits any more. A dump is over only when the kernel has ended it; and where answers cannot be looked
      // for, the one to this may still be on its way and takes its room.
      exchange.abandoned = true
      if (exchange !== this.#dump && (!call.error || this.socket.capabilities.sync)) this.#forget(exchange)
      throw error
    }
  }

  #check(call: Call): void {
    if (this.#closed) throw new ClosedError('the connection was closed')
    if (call.error) throw call.error
  }

  #warn(warning: NetlinkWarning, options: RunOptions): void {
    const handle = options.onWarning ?? this.#options.onWarning
    if (handle) handle(warning)
    else process.emitWarning(`${warning.request}: ${warning.message}`, 'NetlinkWarning')
  }

  /** Receives one datagram and hands its messages to whom they belong. False when there is none. */
  #receive(): boolean {
    let datagram: Datagram | undefined
    try {
      datagram = this.socket.receive()
    } catch (error) {
      if (!(error instanceof SysError) || error.code !== 'ENOBUFS') throw error
      // The kernel tells of the loss before what is still queued, and of the next loss only once the queue was empty.
      while (this.#receive());
      this.#overrun()
      return true
    }
    if (!datagram) return false
    if (datagram.sender !== 0) this.foreignMessages++
    else this.#dispatch(datagram)
    return true
  }

  #overrun(): void {
    for (const exchange of [...this.#pending]) {
      this.#forget(exchange)
      exchange.settle(
        new OverrunError(
          `answers were lost (the receive buffer was full): whether the kernel could ${exchange.request.what} is not known; look before you try again`,
        ),
      )
    }
  }

  #dispatch({ view, bytes, length }: Datagram): void {
    const { portId } = this.socket
    let exchange: Exchange | undefined
    for (let p = 0, end = 0; (end = messageEnd(view, p, length)) > 0; p = align4(end)) {
      const sequence = messageSequence(view, p)
      // A part of a dump has many messages, all of one exchange.
      if (exchange?.sequence !== sequence) exchange = this.#pendingOf(sequence)
      if (!exchange || (portId !== 0 && messagePortId(view, p) !== portId)) continue
      const type = messageType(view, p)
      const flags = messageFlags(view, p)
      if (flags & NLM_F_DUMP_INTR) exchange.interrupted = true
      if (type === NLMSG_ERROR || type === NLMSG_DONE) this.#ended(exchange, type, flags, view, bytes, p, end)
      else if (type >= NLMSG_MIN_TYPE) this.#item(exchange, type, view, bytes, p + NLMSG_HDRLEN, end)
    }
  }

  /** Mostly the first. */
  #pendingOf(sequence: number): Exchange | undefined {
    for (const exchange of this.#pending) if (exchange.sequence === sequence) return exchange
    return undefined
  }

  #ended(exchange: Exchange, type: number, flags: number, v: DataView, b: Uint8Array, p: number, end: number): void {
    const { request } = exchange
    let ack: Ack
    try {
      ack = readAck(type, flags, v, b, p, end)
    } catch (error) {
      exchange.settle(error as Error)
      this.#done(exchange)
      return
    }
    if (ack.errno !== 0)
      exchange.settle(
        new NetlinkError(
          { op: request.op, what: request.what, bytes: this.#bytesOf(exchange), message: request.message },
          ack,
        ),
      )
    else if (ack.extended.message !== undefined)
      exchange.warnings = [...exchange.warnings, { message: ack.extended.message, request: request.what }]
    this.#done(exchange)
  }

  #item(exchange: Exchange, type: number, v: DataView, b: Uint8Array, p: number, end: number): void {
    const { request } = exchange
    if (!exchange.abandoned && !exchange.error && request.decode) {
      try {
        const item = request.decode(type, v, b, p, end)
        if (item !== undefined) exchange.take(item)
      } catch (error) {
        exchange.error = error as Error
      }
    }
    // A get without an ack ends with its answer.
    if (request.mode === 'get' && (request.flags & NLM_F_ACK) === 0) this.#done(exchange)
    else if (exchange.error) exchange.settle()
  }

  #done(exchange: Exchange): void {
    exchange.settle()
    this.#forget(exchange)
  }

  /** No answer to it will come any more. */
  #forget(exchange: Exchange): void {
    // Mostly it is the first.
    if (this.#pending[0] === exchange) this.#pending.shift()
    else {
      const at = this.#pending.indexOf(exchange)
      if (at < 0) return
      this.#pending.splice(at, 1)
    }
    this.#outstanding -= exchange.weight
    wakeFirst(this.#waitingFor.room)
    if (this.#dump !== exchange) return
    this.#dump = undefined
    wakeFirst(this.#waitingFor.dump)
  }
}

/** Requests of a batch that travel in one datagram. */
class Portion {
  /** Their places in the batch. */
  readonly indexes: number[] = []
  readonly exchanges: Exchange[] = []
  /** What their answers take of the receive buffer, in acks. */
  weight = 0

  add(index: number, exchange: Exchange): void {
    this.indexes.push(index)
    this.exchanges.push(exchange)
    this.weight += exchange.weight
  }
}

/** Goes on with the call that waits longest. */
function wakeFirst(waiting: ReadonlySet<() => void>): void {
  if (waiting.size === 0) return
  const [wake] = waiting
  wake?.()
}

/** The references of one call: asked for once, closed at its end. */
class Resolution implements Resolved {
  readonly #connection: Connection
  readonly #call: Call
  readonly #values = new Map<string, number>()
  readonly #close: (() => void)[] = []

  constructor(connection: Connection, call: Call) {
    this.#connection = connection
    this.#call = call
  }

  get({ key }: Reference): number {
    return this.#values.get(key)!
  }

  has(request: Request<any, any>): boolean {
    return request.needs.every(({ key }) => this.#values.has(key))
  }

  *resolve(request: Request<any, any>): Engine<void> {
    for (const reference of request.needs) {
      if (this.#values.has(reference.key)) continue
      if ('open' in reference) {
        const opened = reference.open()
        this.#close.push(() => opened.close())
        this.#values.set(reference.key, opened.value)
      } else {
        try {
          this.#values.set(reference.key, yield* this.#connection.ask(reference.ask, this.#call))
        } catch (error) {
          if (error instanceof NetlinkError)
            throw new NetlinkError(
              { op: request.op, what: `${request.what}: cannot ${reference.ask.what}` },
              { errno: error.errno, extended: error.extended },
            )
          throw error
        }
      }
    }
  }

  forget(keys: Iterable<string>): void {
    for (const key of keys) this.#values.delete(key)
  }

  close(): void {
    for (const close of this.#close.splice(0)) close()
  }
}

function valuesOf(results: readonly BatchResult[]): unknown[] {
  if (results.some(result => result.status === 'rejected')) throw new BatchError(results)
  return results.map(result => (result as { value: unknown }).value)
}
