// The shapes that most requests have: one message that changes something, gets one object, or lists them.
import type { Writer } from '../netlink/attribute.ts'
import type { ListRequest, Reference, Request, Resolved } from '../netlink/request.ts'
import type { Message } from '../netlink/table.ts'

type AnyMessage = Message<any, any, any>
type InputOf<M extends AnyMessage> = Parameters<M['encode']>[1]
type ObjectOf<M extends AnyMessage> = ReturnType<M['decode']>

/** What is asked: `body` makes the header and attributes when the references have their numbers. */
interface Asked<M extends AnyMessage> {
  readonly op: string
  readonly what: string
  readonly type: number
  /** Beside REQUEST, ACK and DUMP. */
  readonly flags?: number
  readonly needs?: readonly Reference[]
  body(resolved: Resolved): InputOf<M>
}

function shape<M extends AnyMessage>(message: M, asked: Asked<M>) {
  const { op, what, type, flags = 0, needs = [] } = asked
  const encode = (w: Writer, resolved: Resolved): void => message.encode(w, asked.body(resolved))
  return { op, what, type, flags, needs, message, encode }
}

/** A request that changes something and is answered by an ack. */
export const changeOf = <M extends AnyMessage>(message: M, asked: Asked<M>): Request<void> => ({
  ...shape(message, asked),
  mode: 'change',
  finish: () => undefined,
})

/** A request for one object, which is told by `reply` in a message of type `told`. */
export const getOf = <M extends AnyMessage, R extends AnyMessage>(
  message: M,
  [reply, told]: readonly [R, number],
  asked: Asked<M>,
): Request<ObjectOf<R>> => ({
  ...shape(message, asked),
  mode: 'get',
  decode: (type, v, b, p, end) => (type === told ? reply.decode(v, b, p, end) : undefined),
  finish: ([found]) => found as ObjectOf<R>,
})

const among = (type: number, told: number | readonly number[]): boolean =>
  typeof told === 'number' ? type === told : told.includes(type)

/** A dump; `wanted` leaves out what the kernel could not filter. */
export const listOf = <M extends AnyMessage, R extends AnyMessage>(
  message: M,
  [reply, told]: readonly [R, number | readonly number[]],
  asked: Asked<M>,
  wanted: (item: ObjectOf<R>) => boolean = () => true,
): ListRequest<ObjectOf<R>> => ({
  ...shape(message, asked),
  mode: 'dump',
  decode(type, v, b, p, end) {
    if (!among(type, told)) return undefined
    const found = reply.decode(v, b, p, end) as ObjectOf<R>
    return wanted(found) ? found : undefined
  },
  finish: items => items,
})

/**
 * The three for one message (and the one that answers, where that is another). Bound to it first, TypeScript knows the
 * words that stand in a body: `family: 'bridge'`.
 */
export function shapesOf<M extends AnyMessage, R extends AnyMessage>(message: M, reply: R) {
  type Question<T> = Asked<M> & { readonly answer: T }
  return {
    change: (asked: Asked<M>): Request<void> => changeOf(message, asked),
    get: (asked: Question<number>): Request<ObjectOf<R>> => getOf(message, [reply, asked.answer], asked),
    list: (
      asked: Question<number | readonly number[]>,
      wanted?: (item: ObjectOf<R>) => boolean,
    ): ListRequest<ObjectOf<R>> => listOf(message, [reply, asked.answer], asked, wanted),
  }
}
