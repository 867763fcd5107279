// Tells which names of network namespaces come and go, as `ip netns monitor` does, by inotify on /run/netns; but a new
// name only when its namespace is there to be entered, which is a moment after the file. Knows names only.
import { closeSync, readSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import {
  IN_CREATE,
  IN_DELETE,
  IN_IGNORED,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_ONLYDIR,
  IN_Q_OVERFLOW,
  inotifyAdd,
  inotifyInit,
  type Watch,
  watchReadable,
} from '../sys/libc.ts'
import { codeOf, NETNS_DIRECTORY, NetnsError } from '../sys/netns-path.ts'
import { listNamed, namedIdentity } from './named.ts'

/** A name has become usable, or has gone. */
export interface NamedEvent {
  readonly type: 'add' | 'delete'
  readonly name: string
}

export interface WatchOptions {
  /** Ends the watching: the iteration throws the signal's reason, as Node's own iterators do. */
  readonly signal?: AbortSignal
  /** How long a new file may stay without a namespace before it is taken for a stale one; milliseconds. */
  readonly readyTimeout?: number
  /** Keeps the process alive while names may come and go. Default true. */
  readonly keepAlive?: boolean
}

/** What {@link watchNamed} answers. */
export interface NamedWatch extends AsyncIterableIterator<NamedEvent> {
  next(): Promise<IteratorResult<NamedEvent, undefined>>
  return(): Promise<IteratorResult<NamedEvent, undefined>>
  [Symbol.asyncIterator](): NamedWatch
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Watches the names from this call on (not from the first `next()`), whether or not /run/netns exists yet. `add`: the
 * namespace can be opened. `delete`: the name is gone; the namespace itself may live on. A name that was replaced
 * gives both. One that was gone again before anyone could look gives neither, nor does a file that never gets a
 * namespace. Leaving the `for await` loop closes the watch; whoever does not iterate calls `return()`.
 * In the main thread only.
 * @throws NetnsError when more events wait than a slow reader may leave: 4096.
 */
export const watchNamed = (options: WatchOptions = {}): NamedWatch => new NamedWatcher(options)

const READY_TIMEOUT_MS = 10_000
const MAX_WAITING_EVENTS = 4096
const PARENT_DIRECTORY = dirname(NETNS_DIRECTORY)
const FIRST_CHECK_MS = 1
const SLOWEST_CHECK_MS = 100

class NamedWatcher implements NamedWatch {
  readonly #fd = inotifyInit()
  readonly #events = new EventQueue()
  readonly #readyTimeout: number
  readonly #signal: AbortSignal | undefined
  /** The names that were announced, or were there at the start. */
  readonly #known = new Set<string>()
  /** Files that have no namespace yet, and until when one may come. */
  readonly #unready = new Map<string, number>()
  /** inotify's number for /run/netns; undefined while that does not exist. */
  #directory: number | undefined
  #watch: Watch | undefined
  #check: NodeJS.Timeout | undefined
  #open = true

  constructor({ signal, readyTimeout = READY_TIMEOUT_MS, keepAlive = true }: WatchOptions) {
    this.#readyTimeout = readyTimeout
    this.#signal = signal
    try {
      signal?.throwIfAborted()
      this.#attach()
      for (const name of readyNames()) this.#known.add(name)
      this.#takeStock()
      this.#watch = watchReadable(this.#fd, () => this.#guard(() => this.#read()))
      if (!keepAlive) this.#watch.unref()
      signal?.addEventListener('abort', this.#onAbort)
    } catch (error) {
      this.#close()
      throw error
    }
  }

  next(): Promise<IteratorResult<NamedEvent, undefined>> {
    return this.#events.take()
  }

  async return(): Promise<IteratorResult<NamedEvent, undefined>> {
    this.#close()
    this.#events.end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** Watches the directory; while it does not exist, waits for it in its parent. */
  #attach(): void {
    this.#directory = watchNames(this.#fd)
    if (this.#directory !== undefined) return
    inotifyAdd(this.#fd, PARENT_DIRECTORY, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
    // It may have come before its parent was watched.
    this.#directory = watchNames(this.#fd)
  }

  /** Compares what is known with what is there: after the directory came, or events were lost. */
  #takeStock(): void {
    const there = new Set(listNamed().map(named => named.name))
    for (const name of [...this.#known, ...this.#unready.keys()]) if (!there.has(name)) this.#gone(name)
    for (const name of there) this.#came(name)
  }

  #read(): void {
    for (const event of readEvents(this.#fd)) this.#handle(event)
  }

  #handle({ watch, mask, name }: InotifyEvent): void {
    if (mask & IN_Q_OVERFLOW) this.#takeStock()
    else if (watch !== this.#directory) this.#handleParent(name)
    else if (mask & IN_IGNORED) this.#reattach()
    else if (mask & (IN_DELETE | IN_MOVED_FROM)) this.#gone(name)
    else if (mask & (IN_CREATE | IN_MOVED_TO)) this.#came(name)
  }

  #handleParent(name: string): void {
    if (this.#directory === undefined && name === basename(NETNS_DIRECTORY)) this.#reattach()
  }

  #reattach(): void {
    this.#attach()
    this.#takeStock()
  }

  #gone(name: string): void {
    this.#unready.delete(name)
    if (this.#known.delete(name)) this.#tell({ type: 'delete', name })
  }

  #came(name: string): void {
    if (this.#known.has(name) || this.#unready.has(name) || this.#announced(name)) return
    this.#unready.set(name, Date.now() + this.#readyTimeout)
    clearTimeout(this.#check)
    this.#checkIn(FIRST_CHECK_MS)
  }

  /** Tells of the name if its namespace is there. A mount makes no inotify event: so it is looked for again. */
  #announced(name: string): boolean {
    if (!namedIdentity(name)) return false
    this.#known.add(name)
    this.#tell({ type: 'add', name })
    return true
  }

  #checkIn(milliseconds: number): void {
    this.#check = setTimeout(() => this.#guard(() => this.#checkUnready(milliseconds)), milliseconds)
  }

  #checkUnready(waited: number): void {
    for (const [name, deadline] of this.#unready)
      if (this.#announced(name) || Date.now() > deadline) this.#unready.delete(name)
    if (this.#unready.size > 0 && this.#open) this.#checkIn(Math.min(waited * 2, SLOWEST_CHECK_MS))
  }

  #tell(event: NamedEvent): void {
    if (!this.#events.put(event))
      throw new NetnsError(
        'ENOBUFS',
        `more than ${MAX_WAITING_EVENTS} changes of named namespaces wait to be read: read them faster, or end the watch`,
      )
  }

  /** What fails on the event loop ends the iteration, not the process. */
  #guard(work: () => void): void {
    if (!this.#open) return
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #onAbort = (): void => this.#fail(this.#signal?.reason)

  #fail(error: unknown): void {
    this.#close()
    this.#events.fail(error)
  }

  #close(): void {
    if (!this.#open) return
    this.#open = false
    clearTimeout(this.#check)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    // The watch before its descriptor: libuv aborts otherwise.
    this.#watch?.close()
    closeSync(this.#fd)
  }
}

const readyNames = (): string[] =>
  listNamed()
    .filter(named => !named.stale)
    .map(named => named.name)

/** Undefined when there is no directory. */
function watchNames(fd: number): number | undefined {
  const events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR
  try {
    return inotifyAdd(fd, NETNS_DIRECTORY, events)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

interface InotifyEvent {
  readonly watch: number
  readonly mask: number
  readonly name: string
}

/** All events that wait. inotify(7): struct inotify_event. */
function readEvents(fd: number): InotifyEvent[] {
  const HEADER = 16
  const bytes = Buffer.alloc(64 * 1024)
  const events: InotifyEvent[] = []
  for (let length = readNow(fd, bytes); length > 0; length = readNow(fd, bytes)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length)
    for (let at = 0; at < length; ) {
      const end = at + HEADER + view.getUint32(at + 12, true)
      const name = bytes.toString('utf8', at + HEADER, end).replace(/\0+$/, '')
      events.push({ watch: view.getInt32(at, true), mask: view.getUint32(at + 4, true), name })
      at = end
    }
  }
  return events
}

/** 0 when nothing waits. */
function readNow(fd: number, bytes: Uint8Array): number {
  try {
    return readSync(fd, bytes)
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return 0
    throw error
  }
}

type Result = IteratorResult<NamedEvent, undefined>

interface Taker {
  resolve(result: Result): void
  reject(error: unknown): void
}

/** Events that wait for a reader, or readers that wait for an event. */
class EventQueue {
  readonly #events: NamedEvent[] = []
  readonly #takers: Taker[] = []
  #failure: { readonly error: unknown } | undefined
  #ended = false

  /** Answers whether there was room. */
  put(event: NamedEvent): boolean {
    const taker = this.#takers.shift()
    if (taker) taker.resolve({ done: false, value: event })
    else this.#events.push(event)
    return this.#events.length <= MAX_WAITING_EVENTS
  }

  take(): Promise<Result> {
    const value = this.#events.shift()
    if (value) return Promise.resolve({ done: false, value })
    if (this.#failure) return this.#throwFailure(this.#failure.error)
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
  }

  /** Once: after it, the iteration has ended. */
  #throwFailure(error: unknown): Promise<Result> {
    this.#failure = undefined
    return Promise.reject(error)
  }

  end(): void {
    this.#ended = true
    this.#events.length = 0
    for (const taker of this.#takers.splice(0)) taker.resolve({ done: true, value: undefined })
  }

  /** Drops what waits: the iteration throws at once. */
  fail(error: unknown): void {
    const taker = this.#takers.shift()
    if (taker) taker.reject(error)
    else this.#failure = { error }
    this.end()
  }
}
