// A request as a call of the library: of the function that is for it, where that makes the same bytes; else of
// `raw.request`, with header and attributes where those make them, or with the bytes as they are; of a generic netlink
// family, of `raw.generic`.
import { genlmsghdr } from '../../generic/genlmsghdr.ts'
import { Writer } from '../../netlink/attribute.ts'
import { type Fields, viewOf } from '../../netlink/codec.ts'
import { NETLINK_GENERIC, NETLINK_ROUTE, NLMSG_HDRLEN, NLMSG_MIN_TYPE } from '../../netlink/message.ts'
import { type Request, writeRequest } from '../../netlink/request.ts'
import { hexText } from '../../netlink/text.ts'
import * as raw from '../../ops/raw.ts'
import type { DissectedMessage } from '../dissected.ts'
import { keyText, literal, pairText } from './literal.ts'
import { REVERSALS } from './reversals/index.ts'
import type { Asked, Reversal } from './reversals/row.ts'

/** A call, and whether it is the function that is for it or the general one. */
export interface Call {
  /** What the connection must speak; undefined: the library has none that does. */
  readonly protocol: 'route' | 'generic' | undefined
  /** `link.add({ kind: 'veth', name: 'veth1' })` */
  readonly text: string
  /** What its first word is imported as: `link`, `raw`. */
  readonly module: string
}

/** The call that makes the bytes of a request; `bytes` begin at its nlmsghdr. */
export function callFor(message: DissectedMessage, bytes: Uint8Array): Call {
  const protocol = SPOKEN.get(message.protocol)
  const generic = protocol === 'generic' ? genericArguments(message, bytes) : undefined
  if (generic) return { protocol, module: 'raw', text: callText('raw.generic', generic) }
  const asked = message.protocol === NETLINK_ROUTE && !message.malformed ? askedOf(message, bytes) : undefined
  if (asked) {
    for (const reversal of REVERSALS) {
      const args =
        reversal.type === message.typeName && reversal.flags === flagText(message)
          ? argumentsFor(reversal, asked, bytes)
          : undefined
      if (args) return { protocol, module: reversal.call.split('.')[0]!, text: callText(reversal.call, args) }
    }
  }
  const text = callText('raw.request', rawArguments(message, bytes, asked))
  return { protocol: protocol === 'generic' ? undefined : protocol, module: 'raw', text }
}

const SPOKEN: ReadonlyMap<number, 'route' | 'generic'> = new Map([
  [NETLINK_ROUTE, 'route'],
  [NETLINK_GENERIC, 'generic'],
])

const WIDTH = 100

/** On one line where it fits; else an option a line. */
function callText(name: string, args: readonly unknown[]): string {
  const text = `${name}(${args.map(literal).join(', ')})`
  const last = args.at(-1)
  if (text.length <= WIDTH || typeof last !== 'object' || last === null || Array.isArray(last)) return text
  const before = args.slice(0, -1).map(arg => `${literal(arg)}, `)
  return `${name}(${before.join('')}${lines(last, '')})`
}

/** An object, an entry a line; entries that are too long are taken apart too. */
function lines(value: object, indent: string): string {
  const inner = `${indent}  `
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const rows = entries.map(([key, item]) => {
    const row = `${inner}${pairText(key, item)},`
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof Uint8Array)
    return row.length <= WIDTH || !isObject ? row : `${inner}${keyText(key)}: ${lines(item, inner)},`
  })
  return `{\n${rows.join('\n')}\n${indent}}`
}

const flagText = ({ flagWords }: DissectedMessage): string =>
  flagWords.filter(word => word !== 'request' && word !== 'ack').join('|')

/** Header and attributes as decoding has them. Header fields that are zero are left out. */
function askedOf({ message }: DissectedMessage, bytes: Uint8Array): Asked | undefined {
  if (!message || bytes.length < NLMSG_HDRLEN + message.header.span) return undefined
  const v = viewOf(bytes)
  try {
    const all = message.header.read(v, bytes, NLMSG_HDRLEN, message.header.span, {}, {}) as Fields
    const zeros = new Uint8Array(message.header.span)
    const none = message.header.read(viewOf(zeros), zeros, 0, message.header.span, {}, {}) as Fields
    const header = Object.fromEntries(
      Object.entries(all).filter(([key, value]) => literal(value) !== literal(none[key])),
    )
    const start = NLMSG_HDRLEN + ((message.header.span + 3) & ~3)
    return { header, attributes: message.table.decode(v, bytes, start, bytes.length, all) }
  } catch {
    return undefined
  }
}

// ── the function that is for it ────────────────────────────────────────────

function argumentsFor(reversal: Reversal, asked: Asked, bytes: Uint8Array): readonly unknown[] | undefined {
  const args = proposal(reversal, asked)
  const found = args && proposals(args).find(proposal => makes(reversal, proposal, bytes))
  return found && smallest(reversal, found, bytes)
}

/** Rows read messages as they are meant: of others there is no proposal. */
function proposal(reversal: Reversal, asked: Asked): readonly unknown[] | undefined {
  try {
    return reversal.arguments(asked)
  } catch {
    return undefined
  }
}

/** A family is said where nothing else tells it; where something does, it may add an attribute. */
function proposals(args: readonly unknown[]): (readonly unknown[])[] {
  const last = args.at(-1)
  if (typeof last !== 'object' || last === null || !('family' in last)) return [args]
  const { family: _, ...without } = last
  return [args, [...args.slice(0, -1), without]]
}

/** Whether the call makes these bytes. */
function makes(reversal: Reversal, args: readonly unknown[], bytes: Uint8Array): boolean {
  try {
    return isSame(encode(reversal.make(...args), bytes), bytes)
  } catch {
    return false
  }
}

/** The arguments without the options that say what goes without saying. */
function smallest(reversal: Reversal, args: readonly unknown[], bytes: Uint8Array): readonly unknown[] {
  const last = args.at(-1)
  if (typeof last !== 'object' || last === null || last instanceof Uint8Array || Array.isArray(last))
    return trimmed(args)
  let options = Object.fromEntries(Object.entries(last).filter(([, value]) => value !== undefined))
  for (const key of Object.keys(options)) {
    const { [key]: _, ...fewer } = options
    if (makes(reversal, [...args.slice(0, -1), fewer], bytes)) options = fewer
  }
  const given = [...args.slice(0, -1), options]
  const without = args.slice(0, -1)
  return Object.keys(options).length === 0 && makes(reversal, without, bytes) ? without : given
}

/** Without undefined arguments at the end. */
const trimmed = (args: readonly unknown[]): readonly unknown[] =>
  args.slice(0, args.findLastIndex(arg => arg !== undefined) + 1)

// ── the general one ────────────────────────────────────────────────────────

function rawArguments(message: DissectedMessage, bytes: Uint8Array, asked: Asked | undefined): readonly unknown[] {
  const flags = flagsFor(message)
  const isNamed = message.protocol === NETLINK_ROUTE && message.message !== undefined
  const type = isNamed ? message.typeName : message.type
  if (asked && isNamed) {
    const { header, attributes } = asked
    const options = {
      flags,
      ...(Object.keys(header).length > 0 ? { header } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes: { ...attributes } } : {}),
    }
    try {
      if (isSame(encode(raw.request(type, options), bytes), bytes)) return [type, options]
    } catch {
      // It has values that only its sender could write.
    }
  }
  return [type, { flags, payload: hexText(bytes.subarray(NLMSG_HDRLEN)) }]
}

/** A family by its name, where the capture tells it. */
function genericArguments(message: DissectedMessage, bytes: Uint8Array): readonly unknown[] | undefined {
  const [command, version] = bytes.subarray(NLMSG_HDRLEN)
  if (command === undefined || version === undefined) return undefined
  const payload = hexText(bytes.subarray(NLMSG_HDRLEN + genlmsghdr({}).span))
  const flags = flagsFor(message)
  const family = message.family ?? message.type
  const options = { command, ...(version === 1 ? {} : { version }), flags, ...(payload === '' ? {} : { payload }) }
  return isSame(encode(raw.generic(family, options), bytes), bytes) ? [family, options] : undefined
}

/** Words where all bits have one that a request may have, else the number. */
function flagsFor({ type, flagWords, flags }: DissectedMessage): readonly string[] | number {
  const words = flagWords.filter(word => word !== 'request')
  return type >= NLMSG_MIN_TYPE && words.every(word => typeof word === 'string') ? words : flags
}

// ── bytes ──────────────────────────────────────────────────────────────────

/** The bytes of a request, with the sequence number and port of what it is compared with. */
function encode(request: Request<unknown, any>, like: Uint8Array): Uint8Array {
  const w = new Writer()
  const v = viewOf(like)
  const resolved = {
    get({ key }: { readonly key: string }): number {
      if (key.startsWith('generic family ')) return v.getUint16(4, true)
      const descriptor = /^netns fd (\d+)$/.exec(key)
      if (!descriptor) throw new TypeError(`${key} is not known here`)
      return Number(descriptor[1])
    },
  }
  const at = writeRequest(w, request, resolved, v.getUint32(8, true))
  w.view.setUint32(at + 12, v.getUint32(12, true), true)
  return w.finish()
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
