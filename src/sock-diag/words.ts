// What the questions and answers about sockets of several families share. include/uapi/linux/{sock_diag.h,net.h},
// include/net/tcp_states.h.
import { enumeration, flags, u8, u32 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { array } from '../netlink/schema.ts'
import { type Words, words } from '../netlink/words.ts'
import { AF } from '../route/words.ts'

export const FAMILY = lazy(() => enumeration(u8, AF))

/** The types of messages; SOCK_DESTROY closes a socket, and is answered by an ack. */
export const SOCK_DIAG = { SOCK_DIAG_BY_FAMILY: 20, SOCK_DESTROY: 21 } as const

export const SOCKET_TYPE = lazy(() =>
  enumeration(u8, words('socket type', { stream: 1, dgram: 2, raw: 3, rdm: 4, seqpacket: 5, dccp: 6, packet: 10 })),
)

const STATES = {
  established: 1,
  'syn-sent': 2,
  'syn-recv': 3,
  'fin-wait-1': 4,
  'fin-wait-2': 5,
  'time-wait': 6,
  close: 7,
  'close-wait': 8,
  'last-ack': 9,
  listen: 10,
  closing: 11,
  'new-syn-recv': 12,
  'bound-inactive': 13,
} as const
export const STATE = lazy(() => enumeration(u8, words('socket state', STATES)))
/** Of a question: a bit for each state. */
export const STATE_MASK = lazy(() => {
  const masks = Object.entries(STATES).map(([word, value]) => [word, 2 ** value])
  return flags(u32, words('socket state', Object.fromEntries(masks) as Record<string, number>))
})

/** SK_MEMINFO_*: bytes of receive queue, receive buffer, send queue, send buffer, forward, queued, options; backlog, drops. */
export const MEMORY = lazy(() => array(u32))

/** Bits of u32, numbered from 0. */
export const show = <W extends string>(name: string, list: readonly W[]) =>
  flags(u32, words(name, Object.fromEntries(list.map((word, i) => [word, 1 << i])) as Record<W, number>) as Words<W>)
