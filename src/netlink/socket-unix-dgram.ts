// The second binding: the native part of the package unix-dgram, which opens a socket of any family and reads it on the
// event loop. Its JavaScript part is for AF_UNIX only and is passed by. The package is loaded at the first socket.
//
// What it cannot do, `capabilities` says. Three things more: it cannot wait without the event loop; an open socket keeps
// the process alive; and an overrun aborts the process (its poll asserts that no error is reported), so the connection
// must never have more answers outstanding than the receive buffer holds.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { threads } from '../sys/builtin.ts'
import { EAGAIN } from '../sys/errno.ts'
import { SysError, UnsupportedError } from '../sys/libc.ts'
import { viewOf } from './codec.ts'
import { type Capabilities, type Datagram, type NetlinkSocket, notSent, tooLarge } from './socket.ts'
import type { SocketOptions } from './socket-koffi.ts'

const AF_NETLINK = 16
const SOCK_RAW = 3
/** Of the native part's buffer: what is longer was cut. */
const RECEIVE_SIZE = 64 * 1024
/** What SO_SNDBUF is by default on any Linux; this binding can neither ask nor set it. */
const DEFAULT_SEND_BUFFER = 212_992

const CAPABILITIES: Capabilities = {
  sync: false,
  extendedAck: false,
  strict: false,
  sender: false,
  groups: false,
  workers: false,
  acks: 64,
}

interface Native {
  /** Answers the descriptor, or a negative error number. */
  socket(
    domain: number,
    type: number,
    protocol: number,
    onMessage: (status: number, bytes: Uint8Array | null) => void,
    onWritable: () => void,
  ): number
  /** Answers 0, a negative error number, or 1 where it would have had to wait. */
  send(fd: number, bytes: Uint8Array): number
  close(fd: number): number
}

let loaded: Native | undefined

function native(): Native {
  if (loaded) return loaded
  if (process.platform !== 'linux')
    throw new UnsupportedError(
      `netlink is Linux's: this is ${process.platform}; nl-dump on files works here, networking does not`,
    )
  if (!threads().isMainThread)
    throw new UnsupportedError('the binding unix-dgram works in the main thread only: use koffi in a Worker')
  try {
    const main = createRequire(import.meta.url).resolve('unix-dgram')
    const load = createRequire(main)('bindings') as (options: object) => Native
    loaded = load({ bindings: 'unix_dgram.node', module_root: dirname(dirname(main)) })
    return loaded
  } catch (cause) {
    throw new UnsupportedError(
      "the binding unix-dgram cannot be loaded: install it (npm install unix-dgram; it needs a C++ compiler), or leave out { binding: 'unix-dgram' } and NETLOOM_BINDING",
      { cause },
    )
  }
}

/** Opens a socket in the calling thread's network namespace. Throws SysError or UnsupportedError. */
export function openSocket(protocol: number, options: SocketOptions = {}): NetlinkSocket {
  if (options.receiveBuffer !== undefined) throw unsupported('a receive buffer of another size')
  return new UnixDgramSocket(protocol)
}

const unsupported = (what: string): UnsupportedError =>
  new UnsupportedError(`${what}: not supported by the binding unix-dgram; koffi, the default one, can do it`)

class UnixDgramSocket implements NetlinkSocket {
  readonly protocol: number
  /** The kernel gives one at the first send; this binding cannot ask for it. */
  readonly portId = 0
  readonly capabilities = CAPABILITIES
  readonly sendLimit = DEFAULT_SEND_BUFFER / 2
  readonly #native: Native
  readonly #fd: number
  #queue: (Uint8Array | SysError)[] = []
  #ready: (() => void) | undefined
  #telling = false
  #open = true

  constructor(protocol: number) {
    this.protocol = protocol
    this.#native = native()
    this.#fd = this.#native.socket(AF_NETLINK, SOCK_RAW, protocol, this.#received, () => {})
    if (this.#fd < 0) throw new SysError('socket', -this.#fd)
  }

  readonly #received = (status: number, bytes: Uint8Array | null): void => {
    if (status === RECEIVE_SIZE) this.#queue.push(tooLarge('recvmsg', RECEIVE_SIZE))
    else this.#queue.push(bytes ?? new SysError('recvmsg', -status, 'from netlink'))
    this.#tell()
  }

  /** Later, for no promise goes on while the native part is calling. */
  #tell(): void {
    if (this.#telling || this.#queue.length === 0 || !this.#ready) return
    this.#telling = true
    setImmediate(() => {
      this.#telling = false
      this.#ready?.()
      // Until all is received, like the poll of a descriptor.
      this.#tell()
    })
  }

  send(bytes: Uint8Array, length: number): void {
    const status = this.#native.send(this.#fd, bytes.subarray(0, length))
    if (status !== 0) throw notSent(status < 0 ? -status : EAGAIN, length)
  }

  receive(): Datagram | undefined {
    const bytes = this.#queue.shift()
    if (bytes === undefined) return undefined
    if (bytes instanceof SysError) throw bytes
    return { bytes, view: viewOf(bytes), length: bytes.length, sender: 0, nsid: -1 }
  }

  wait(): never {
    throw unsupported('waiting without the event loop')
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#ready = ready
    this.#tell()
  }

  /** It always does: the native part has no way to let go of the event loop but closing. */
  keepAlive(): void {}

  join(): never {
    throw unsupported('multicast groups')
  }

  listenAllNamespaces(): never {
    throw unsupported('multicast groups of all namespaces')
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#ready = undefined
    this.#queue = []
    this.#native.close(this.#fd)
  }
}
