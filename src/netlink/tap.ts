// A socket that somebody listens in on: all that goes over it is told, before it is sent and as it is received.
import type { Captured } from './capture.ts'
import type { Capabilities, Datagram, NetlinkSocket } from './socket.ts'

/** Told of each datagram; its bytes are only good during the call. */
export type Listener = (datagram: Required<Captured>) => void

/** Nanoseconds since 1970, from a clock that never goes back. */
const START = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
const now = (): bigint => START + process.hrtime.bigint()

export class TappedSocket implements NetlinkSocket {
  readonly protocol: number
  readonly #socket: NetlinkSocket
  readonly #tell: Listener

  constructor(socket: NetlinkSocket, tell: Listener) {
    this.protocol = socket.protocol
    this.#socket = socket
    this.#tell = tell
  }

  get portId(): number {
    return this.#socket.portId
  }

  get capabilities(): Capabilities {
    return this.#socket.capabilities
  }

  get sendLimit(): number {
    return this.#socket.sendLimit
  }

  /** Tells first: what makes the kernel hang, or the process die, is the most interesting of all. */
  send(bytes: Uint8Array, length: number): void {
    this.#say('sent', bytes, length)
    this.#socket.send(bytes, length)
  }

  receive(): Datagram | undefined {
    const datagram = this.#socket.receive()
    if (datagram) this.#say('received', datagram.bytes, datagram.length)
    return datagram
  }

  #say(direction: 'sent' | 'received', bytes: Uint8Array, length: number): void {
    this.#tell({ bytes: bytes.subarray(0, length), protocol: this.protocol, direction, time: now() })
  }

  wait(milliseconds: number): boolean {
    return this.#socket.wait(milliseconds)
  }

  onReadable(ready: (() => void) | undefined): void {
    this.#socket.onReadable(ready)
  }

  keepAlive(on: boolean): void {
    this.#socket.keepAlive(on)
  }

  pooled(): NetlinkSocket | undefined {
    const socket = this.#socket.pooled?.()
    return socket && new TappedSocket(socket, this.#tell)
  }

  sendLater(bytes: Uint8Array, failed: (error: Error) => void): boolean {
    if (!this.#socket.sendLater) return false
    this.#say('sent', bytes, bytes.length)
    return this.#socket.sendLater(bytes, failed)
  }

  join(group: number): void {
    this.#socket.join(group)
  }

  listenAllNamespaces(): void {
    this.#socket.listenAllNamespaces()
  }

  close(): void {
    this.#socket.close()
  }
}
