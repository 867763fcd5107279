// `expect(bytes).toEqualNetlink(expected)`: for vitest and its like, whose `expect.extend` takes it. Needs neither at
// run time.
import { viewOf } from '../netlink/codec.ts'
import { NLMSG_HDRLEN } from '../netlink/message.ts'
import { hexText } from '../netlink/text.ts'
import { type Difference, differencesOf, entriesOf } from './compare.ts'
import { dissect } from './dissect.ts'
import type { DissectedMessage } from './dissected.ts'
import { protocolNumber } from './protocols.ts'

/** A datagram: bytes, or their hexadecimal digits (spaces between them do no harm). */
export type NetlinkBytes = Uint8Array | string

export interface EqualNetlinkOptions {
  /** `route` (where it is left out), `generic`, or a netlink protocol's number. */
  readonly protocol?: string | number
  /** Sequence numbers and ports must be the same too. Left out: they are set apart. */
  readonly strict?: boolean
}

export interface MatcherResult {
  readonly pass: boolean
  message(): string
}

/**
 * What vitest's `expect.extend` takes:
 *
 *     expect.extend(netlinkMatchers)
 *     declare module 'vitest' {
 *       interface Matchers<T> { toEqualNetlink(expected: NetlinkBytes, options?: EqualNetlinkOptions): T }
 *     }
 *     expect(requestBytes(link.set(3, { up: true }))).toEqualNetlink('20000000 1000 0500 …')
 */
export const netlinkMatchers = { toEqualNetlink }

/**
 * Whether two datagrams are the same, byte for byte but for sequence numbers and ports; the message says where they
 * differ, by the names of what lies there. Throws TypeError for what are no bytes.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { toEqualNetlink } from 'netloom/testing'
 *
 * console.log(toEqualNetlink(requestBytes(link.set(3, { mtu: 9 })), requestBytes(link.set(3, { mtu: 8 }))).pass) // false
 * ```
 */
export function toEqualNetlink(
  received: unknown,
  expected: unknown,
  { protocol, strict = false }: EqualNetlinkOptions = {},
): MatcherResult {
  const a = bytesOf(received, 'received')
  const b = bytesOf(expected, 'expected')
  const left = strict ? a : anonymous(a)
  const right = strict ? b : anonymous(b)
  const pass = left.length === right.length && left.every((byte, i) => byte === right[i])
  return { pass, message: () => (pass ? SAME : explain(left, right, protocolOf(protocol))) }
}

const SAME = 'the messages are the same, and should not be'

function bytesOf(value: unknown, which: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  const digits = typeof value === 'string' ? value.replaceAll(/\s/g, '') : undefined
  if (digits === undefined || !/^([\da-f]{2})*$/i.test(digits))
    throw new TypeError(`toEqualNetlink: what was ${which} must be bytes or hexadecimal digits`)
  return Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}

function protocolOf(protocol: string | number | undefined): number | undefined {
  const number = typeof protocol === 'string' ? protocolNumber(protocol) : protocol
  if (typeof protocol === 'string' && number === undefined)
    throw new TypeError(`toEqualNetlink: '${protocol}' is no netlink protocol`)
  return number
}

/** The datagram without sequence numbers and ports. */
function anonymous(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  const v = viewOf(copy)
  for (let p = 0; p + NLMSG_HDRLEN <= copy.length; ) {
    copy.fill(0, p + 8, p + NLMSG_HDRLEN)
    const length = v.getUint32(p, true)
    if (length < NLMSG_HDRLEN) break
    p += (length + 3) & ~3
  }
  return copy
}

function explain(a: Uint8Array, b: Uint8Array, protocol: number | undefined): string {
  const left = dissect(a, { protocol })
  const right = dissect(b, { protocol })
  const lines: string[] = []
  if (left.length !== right.length) lines.push(`${right.length} messages were expected, ${left.length} received`)
  for (const [i, message] of left.entries()) {
    const other = right[i]
    if (other) lines.push(...messageLines(message, other, left.length > 1 ? `message ${i + 1}, ` : ''))
  }
  return ['the messages differ:', ...(lines.length > 0 ? lines : byteLines(a, b))].join('\n')
}

function messageLines(a: DissectedMessage, b: DissectedMessage, prefix: string): string[] {
  const differences = differencesOf(entriesOf(a), entriesOf(b))
  if (differences.length === 0) return []
  return [`  ${prefix}${b.typeName}`, ...differences.map(differenceLine)]
}

function differenceLine({ path, a, b }: Difference): string {
  if (b === undefined) return `    ${path}: not expected, received ${a}`
  if (a === undefined) return `    ${path}: expected ${b}, not received`
  return `    ${path}: expected ${b}, received ${a}`
}

const SHOWN = 16

/** The same values in other bytes: another order, other padding or flags. */
function byteLines(a: Uint8Array, b: Uint8Array): string[] {
  const at = a.findIndex((byte, i) => byte !== b[i])
  const from = at < 0 ? Math.min(a.length, b.length) : at
  return [
    `  they say the same in other bytes (another order, padding, or flags of attributes), from byte ${from} on:`,
    `    expected ${hexText(b.subarray(from, from + SHOWN)) || 'the end'}`,
    `    received ${hexText(a.subarray(from, from + SHOWN)) || 'the end'}`,
  ]
}
