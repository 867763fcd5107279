// A request as a value: what is asked, with names and namespaces still as references. It can be run, batched,
// printed or compared as bytes; only connection.ts does any I/O for it.
import { Writer } from './attribute.ts'
import { beginMessage, endMessage, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from './message.ts'
import type { Message } from './table.ts'

/**
 * Something that has a number only where the request runs: a link's index, an open namespace.
 * `ask` is a request that answers it; `open` makes a descriptor that lives until the request is done.
 */
export type Reference =
  | { readonly key: string; readonly ask: Request<number> }
  | { readonly key: string; readonly open: () => { readonly value: number; close(): void } }

/** The numbers of a request's references. */
export interface Resolved {
  /** The number of a reference that the request listed in `needs`. */
  get(reference: Reference): number
}

/** How a request ends: with an ack, with one object, or with a list of them. */
export type Mode = 'change' | 'get' | 'dump'

/** A reply that a request may decode: the payload is [p, end) of `bytes`. */
export type Decode<Item> = (type: number, view: DataView, bytes: Uint8Array, p: number, end: number) => Item | undefined

export interface Request<T, Item = unknown> {
  /** The function that made it, `link.add`. */
  readonly op: string
  /** In words, to stand behind 'cannot': `add link 'br0' (bridge)`. */
  readonly what: string
  readonly mode: Mode
  /** The message's type, RTM_NEWLINK. */
  readonly type: number
  /** One of `needs`, whose number is the message's type instead: a generic netlink family. */
  readonly typeFrom?: Reference
  /** Flags beside REQUEST, ACK and DUMP, which follow from the mode. */
  readonly flags: number
  /** How to read the request, for errors and nl-dump. */
  readonly message: Message<any, any, any>
  readonly needs: readonly Reference[]
  /** Keys of references that mean something else once this request is done (the name it creates, say). */
  readonly affects?: readonly string[]
  /** Writes what stands behind nlmsghdr. */
  encode(w: Writer, resolved: Resolved): void
  /** Turns one reply into an object; undefined leaves it out. */
  readonly decode?: Decode<Item>
  /** Makes the result of the objects (none for a change). */
  finish(items: Item[]): T
}

/** A dump: a list when run, one by one when streamed. */
export type ListRequest<Item> = Request<Item[], Item> & { readonly mode: 'dump' }

const MODE_FLAGS: Readonly<Record<Mode, number>> = {
  change: NLM_F_REQUEST | NLM_F_ACK,
  get: NLM_F_REQUEST,
  dump: NLM_F_REQUEST | NLM_F_DUMP,
}

/** Appends the whole message of a request. On an error nothing of it stays in `w`. Answers where it begins. */
export function writeRequest(w: Writer, request: Request<unknown, any>, resolved: Resolved, sequence: number): number {
  const before = w.length
  try {
    const type = request.typeFrom === undefined ? request.type : resolved.get(request.typeFrom)
    const at = beginMessage(w, type, request.flags | MODE_FLAGS[request.mode], sequence)
    request.encode(w, resolved)
    endMessage(w, at)
    return at
  } catch (error) {
    w.truncate(before)
    throw error
  }
}

/**
 * The bytes of a request, its references given by key: for tests, for printing, for sending by other means.
 *
 * @example
 * ```ts
 * console.log(requestBytes(link.set(7, { mtu: 1400 })).length) // 40
 * ```
 */
export function requestBytes(
  request: Request<any, any>,
  references: Readonly<Record<string, number>> = {},
  sequence = 0,
): Uint8Array {
  const w = new Writer()
  writeRequest(
    w,
    request,
    {
      get({ key }) {
        const value = references[key]
        if (value === undefined) throw new TypeError(`${request.op} needs a number for '${key}'`)
        return value
      },
    },
    sequence,
  )
  return w.finish()
}
