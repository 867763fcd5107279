// Which socket a connection is made of: koffi's where nothing is said, or unix-dgram's.

import type { NetlinkSocket } from './socket.ts'
import { type SocketOptions as KoffiOptions, openSocket as openKoffi } from './socket-koffi.ts'
import { openSocket as openUnixDgram } from './socket-unix-dgram.ts'

/**
 * `koffi` can do everything, and needs no compiler. `unix-dgram` is an optional peer dependency that compiles when it is
 * installed; it runs requests, batches and dumps, asynchronously and in the main thread.
 */
export type Binding = 'koffi' | 'unix-dgram'

export interface SocketOptions extends KoffiOptions {
  /** Left out: what the environment variable NETLOOM_BINDING says, or else `koffi`. */
  readonly binding?: Binding | undefined
}

const OPEN: Readonly<Record<Binding, (protocol: number, options: KoffiOptions) => NetlinkSocket>> = {
  koffi: openKoffi,
  'unix-dgram': openUnixDgram,
}

/** The binding where nothing is said. */
export const defaultBinding = (): Binding => (process.env['NETLOOM_BINDING'] as Binding | '' | undefined) || 'koffi'

/** Listens in on every socket, where somebody wants to: see src/tap.ts. */
let tap: ((socket: NetlinkSocket) => NetlinkSocket) | undefined

/** Wraps every socket that is opened from now on. */
export function tapSockets(wrap: (socket: NetlinkSocket) => NetlinkSocket): void {
  tap = wrap
}

/** Opens a socket in the calling thread's network namespace. Throws SysError or UnsupportedError. */
export function openSocket(protocol: number, { binding = defaultBinding(), ...options }: SocketOptions): NetlinkSocket {
  if (!Object.hasOwn(OPEN, binding))
    throw new TypeError(`there is no binding '${binding}': ${Object.keys(OPEN).join(' or ')}`)
  const socket = OPEN[binding](protocol, options)
  return tap ? tap(socket) : socket
}
