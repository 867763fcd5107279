// Any request at all, for what no function makes: a message by its type, with its flags, header and attributes as the
// tables have them, or its bytes; and commands of generic netlink families by their bytes. `nl-dump code` prints requests
// so where no function of the library makes the same.

import { Buffer } from 'node:buffer'
import { genlmsghdr } from '../generic/genlmsghdr.ts'
import {
  COMMON_FLAGS,
  DELETE_FLAGS,
  GET_FLAGS,
  NEW_FLAGS,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
} from '../netlink/message.ts'
import type { Mode, Request as NetlinkRequest } from '../netlink/request.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { InvalidValueError, type Message } from '../netlink/table.ts'
import { flagsValue, words } from '../netlink/words.ts'
import { ROUTE_MESSAGES, routeMessageOf } from '../route/index.ts'
import { familyReference } from './generic-family.ts'
import { checkKeys } from './options.ts'

export interface RawOptions {
  /** Beside `request`: `['ack', 'create', 'excl']`, `['dump']`; or the number. Left out: `['ack']`. */
  readonly flags?: readonly string[] | number | undefined
  /** The fixed header's fields by key; what is left out is zero. */
  readonly header?: Readonly<Record<string, unknown>> | undefined
  /** The attributes by key, in the order in which they are to be sent. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  /** In place of both: the bytes behind nlmsghdr, also as hexadecimal digits. */
  readonly payload?: Uint8Array | string | undefined
}

/** Words of every verb: no two of them have one word for two bits. */
const FLAGS = words('message flag (NLM_F_*)', {
  ...Object.fromEntries(
    [COMMON_FLAGS, GET_FLAGS, NEW_FLAGS, DELETE_FLAGS].flatMap(({ byWord }) => [...byWord.entries()]),
  ),
  dump: NLM_F_DUMP,
})

/** Commands are numbers here. */
const HEADER = genlmsghdr({})

/** Message types by the kernel's constant. */
const TYPES: ReadonlyMap<string, number> = new Map(ROUTE_MESSAGES.flatMap(({ types }) => Object.entries(types)))

/** For types that no table has. */
export const unknownMessage = message('message', {}, struct('none', {}), attributes('unknown', {}))

const KEYS = ['flags', 'header', 'attributes', 'payload']

/**
 * A request by its message's type (`RTM_NEWLINK`, or a number). With the flag `dump` it gives the list of what is
 * answered; with `ack` it is done when the kernel says so; without both it gives the first answer, in a list. Answers are
 * decoded as far as the tables have them. Throws InvalidValueError for what cannot be encoded.
 *
 * @example
 * ```ts
 * const links = await host.run(raw.request('RTM_GETLINK', { flags: ['dump'], header: { family: 'packet' } }))
 * ```
 */
export function request(type: string | number, options: RawOptions = {}): NetlinkRequest<unknown[]> {
  checkKeys('raw.request', options, KEYS)
  const number = typeof type === 'number' ? type : TYPES.get(type)
  if (number === undefined || !Number.isInteger(number) || number < 0 || number > 0xffff)
    throw new InvalidValueError(['type'], `'${type}' is no message type: RTM_NEWLINK and so on, or a number`)
  const flags = flagsOf(options.flags)
  const definition: Message<any, any, any> = routeMessageOf(number, NLM_F_REQUEST) ?? unknownMessage
  const { header, attributes: given, payload } = options
  if (payload !== undefined && (header || given))
    throw new InvalidValueError(['payload'], 'stands in place of header and attributes')
  const bytes = payload === undefined ? undefined : payloadBytes(payload)
  return {
    op: 'raw.request',
    what: `send ${type}`,
    mode: modeOf(flags),
    type: number,
    flags,
    message: definition,
    needs: [],
    encode(w) {
      if (bytes) w.raw(bytes)
      else definition.encode(w, { ...(header && { header }), ...(given && { attributes: given }) })
    },
    decode: (answered, v, b, p, end) => routeMessageOf(answered)?.decode(v, b, p, end) ?? b.slice(p, end),
    finish: items => items,
  }
}

export interface RawGenericOptions {
  /** Its number in the family. */
  readonly command: number
  /** Of the family; 1 where it is left out. */
  readonly version?: number | undefined
  /** As those of `request`. Left out: `['ack']`. */
  readonly flags?: RawOptions['flags']
  /** The attributes: bytes, also as hexadecimal digits. */
  readonly payload?: Uint8Array | string | undefined
}

/** What is answered to a command of a generic netlink family. */
export interface GenericAnswer {
  readonly command: number
  readonly version: number
  /** The attributes. */
  readonly payload: Uint8Array
}

/**
 * A command of a generic netlink family, for a connection to that protocol: `Netlink.open({ protocol: 'generic' })`. The
 * family's number is found when it runs; a number stands for itself. It ends as `request` does. Throws InvalidValueError
 * for what cannot be encoded; ENOENT where the kernel has no such family.
 *
 * @example
 * ```ts
 * const generic = Netlink.open({ protocol: 'generic' })
 * const [family] = await generic.run(raw.generic('nlctrl', { command: 3, flags: [], payload: '0b0002006e6c6374726c0000' }))
 * console.log(family.command) // 1
 * generic.close()
 * ```
 */
export function generic(family: string | number, options: RawGenericOptions): NetlinkRequest<GenericAnswer[]> {
  checkKeys('raw.generic', options, ['command', 'version', 'flags', 'payload'])
  const { command, version = 1, payload = '' } = options
  const type = typeof family === 'number' ? checked(family, 'family', 0xffff) : 0
  const head = { command: checked(command, 'command', 0xff), version: checked(version, 'version', 0xff) }
  const bytes = payloadBytes(payload)
  const flags = flagsOf(options.flags)
  const from = typeof family === 'number' ? undefined : familyReference(family)
  return {
    op: 'raw.generic',
    what: `send command ${command} of the generic netlink family ${family}`,
    mode: modeOf(flags),
    type,
    ...(from && { typeFrom: from }),
    flags,
    message: unknownMessage,
    needs: from ? [from] : [],
    encode(w) {
      HEADER.write(w, head, {}, {})
      w.raw(bytes)
    },
    decode(_type, v, b, p, end) {
      const { command, version } = HEADER.read(v, b, p, HEADER.span, {}, {})
      return { command: Number(command), version, payload: b.slice(p + HEADER.span, end) }
    },
    finish: items => items as GenericAnswer[],
  }
}

function checked(value: number, key: string, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new InvalidValueError([key], `must be a whole number up to ${most}, not ${String(value)}`)
}

const modeOf = (flags: number): Mode =>
  (flags & NLM_F_DUMP) === NLM_F_DUMP ? 'dump' : flags & NLM_F_ACK ? 'change' : 'get'

function flagsOf(flags: RawOptions['flags'] = ['ack']): number {
  try {
    return flagsValue(FLAGS, flags) & ~NLM_F_REQUEST
  } catch (error) {
    throw new InvalidValueError(['flags'], (error as Error).message)
  }
}

function payloadBytes(payload: Uint8Array | string): Uint8Array {
  if (payload instanceof Uint8Array) return payload
  if (typeof payload !== 'string' || !/^([\da-f]{2})*$/i.test(payload))
    throw new InvalidValueError(['payload'], 'must be bytes, or an even number of hexadecimal digits')
  return Uint8Array.from(Buffer.from(payload, 'hex'))
}
