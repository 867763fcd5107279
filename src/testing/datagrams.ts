// Datagrams that a test delivers: objects made of values, and everything that can go wrong on the way.
import { Writer } from '../netlink/attribute.ts'
import type { Message, MessageInput } from '../netlink/table.ts'
import { errnoOf } from '../sys/errno.ts'
import { SysError } from '../sys/libc.ts'
import type { Incoming, Sent } from './fake-socket.ts'

/** A message's type and payload: what a kernel has to say, to whomever. */
export interface NetlinkObject {
  readonly type: number
  readonly payload: Uint8Array
}

type Input<M> = M extends Message<infer H, infer R, any> ? MessageInput<H, R> : never

/**
 * An object of values, by its message definition and the kernel's name of its type.
 *
 * @example
 * ```ts
 * import { linkMessage, object } from 'netloom/testing'
 *
 * const lo = object(linkMessage, 'RTM_NEWLINK', {
 *   header: { index: 1, flags: ['up', 'loopback'] },
 *   attributes: { name: 'lo', mtu: 65536, operState: 'unknown' },
 * })
 * console.log(lo.type) // 16
 * ```
 */
export function object<M extends Message<any, any, any>>(message: M, type: string, value: Input<M>): NetlinkObject {
  const number = message.types[type]
  if (number === undefined)
    throw new TypeError(`${message.name} has no message ${type}: ${Object.keys(message.types).join(', ')}`)
  const w = new Writer()
  message.encode(w, value)
  return { type: number, payload: w.finish() }
}

/**
 * Several messages in one datagram.
 *
 * @example Two answers arrive together.
 * ```ts
 * import { FakeSocket, joined } from 'netloom/testing'
 *
 * const socket = new FakeSocket(sent => (sent.sequence % 2 ? [] : [joined(socket.ack(sent), socket.ack(sent))]))
 * ```
 */
export function joined(...messages: readonly Uint8Array[]): Uint8Array {
  const w = new Writer()
  for (const message of messages) w.raw(message)
  return w.finish()
}

/**
 * The receive buffer was full, and answers or events were lost: ENOBUFS.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, overrun } from 'netloom/testing'
 *
 * const host = Netlink.open({ socket: () => new FakeSocket(() => [overrun()]) })
 * await host.run(link.delete(7)).catch(error => console.log(error.name)) // OverrunError
 * host.close()
 * ```
 */
export const overrun = (): Error => new SysError('recvmsg', errnoOf('ENOBUFS'), 'from netlink')

/**
 * A datagram larger than the receive buffer, as a binding tells it: EMSGSIZE.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, truncated } from 'netloom/testing'
 *
 * const host = Netlink.open({ socket: () => new FakeSocket(() => [truncated()]) })
 * await host.run(link.get(7)).catch(error => console.log(error.code)) // EMSGSIZE
 * host.close()
 * ```
 */
export const truncated = (): Error =>
  new SysError('recvmsg', errnoOf('EMSGSIZE'), 'a netlink datagram larger than the buffer')

/**
 * A datagram cut off after `length` bytes: malformed, unless it is cut between two messages.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { cut, FakeSocket } from 'netloom/testing'
 *
 * const host = Netlink.open({ socket: () => new FakeSocket((sent, kernel) => [cut(kernel.ack(sent), 30)]) })
 * await host.run(link.delete(7)).catch(error => console.log(error.name)) // MalformedError
 * host.close()
 * ```
 */
export const cut = (datagram: Uint8Array, length: number): Uint8Array => datagram.slice(0, length)

/**
 * A datagram that another process sent, not the kernel. It must not be believed.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, foreign } from 'netloom/testing'
 *
 * const socket = new FakeSocket((sent, kernel) => [foreign(kernel.ack(sent, 'EPERM')), kernel.ack(sent)])
 * const host = Netlink.open({ socket: () => socket })
 * await host.run(link.delete(7))
 * console.log(host.foreignMessages) // 1
 * host.close()
 * ```
 */
export const foreign = (bytes: Uint8Array, sender = 9999): Incoming => ({ bytes, sender })

/**
 * The same request as it was some requests ago: what answers it comes too late.
 *
 * @example
 * ```ts
 * import { link, Netlink } from 'netloom'
 * import { FakeSocket, stale } from 'netloom/testing'
 *
 * const socket = new FakeSocket((sent, kernel) => [kernel.ack(stale(sent), 'EPERM'), kernel.ack(sent)])
 * const host = Netlink.open({ socket: () => socket })
 * await host.run(link.delete(7)) // the stale error is passed over
 * host.close()
 * ```
 */
export const stale = (sent: Sent, ago = 1): Sent => ({ ...sent, sequence: (sent.sequence - ago) >>> 0 })
