// The decoders for messages that look alike: after a message has come often enough, it and what differs from it a little
// decode to what the closure decoder makes of them. On the messages of the captures, mutated with a fixed seed.
import { describe, expect, test } from 'vitest'
import { compileMessage } from '../../src/netlink/compile.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { MalformedError } from '../../src/netlink/malformed.ts'
import { walk } from '../../src/netlink/message.ts'
import type { Message } from '../../src/netlink/table.ts'
import { addressMessage } from '../../src/route/address.ts'
import { ROUTE_MESSAGES } from '../../src/route/index.ts'
import { linkMessage } from '../../src/route/link.ts'
import { routeMessage } from '../../src/route/route.ts'
import { fixture, fixtureFiles, hex } from '../dump/bytes.ts'

type AnyMessage = Message<any, any, any>
/** More than the layout decoder waits for. */
const OFTEN = 100
const MUTATIONS = 40

const routeFiles = fixtureFiles.filter(
  name => name.endsWith('.hex') && !/generic|netfilter|audit|uevent|diag/.test(name),
)

/** The payloads of a type that the captures hold, one of each length. */
function payloads(type: number, files: readonly string[]): Uint8Array[] {
  const found = new Map<number, Uint8Array>()
  for (const file of files) {
    for (const line of Buffer.from(fixture(file)).toString().split('\n')) {
      if (!line.startsWith('< ')) continue
      const b = hex(line.slice(2))
      walk(new DataView(b.buffer), b.length, (is, _flags, _sequence, _port, p, end) => {
        if (is === type) found.set(end - p, b.slice(p + 16, end))
      })
    }
  }
  return [...found.values()]
}

const decoded = (decode: AnyMessage['decode'], b: Uint8Array): object =>
  (decode(new DataView(b.buffer), b, 0, b.length) as { toObject(): object }).toObject()

/** What is malformed inside a lazy attribute is found in its copy, at another offset: only that it is counts. */
function outcome(decode: AnyMessage['decode'], b: Uint8Array): object | 'malformed' {
  try {
    return decoded(decode, b)
  } catch (error) {
    if (error instanceof MalformedError) return 'malformed'
    throw error
  }
}

/** Of a lazy attribute that comes twice only the last is read; the closures read both, and may fail at the first. */
function repeats(message: AnyMessage, b: Uint8Array): boolean {
  const seen = new Set<number>()
  const v = new DataView(b.buffer)
  for (let at = message.header.span; at + 4 <= b.length; at += Math.max(4, (v.getUint16(at, true) + 3) & ~3)) {
    const type = v.getUint16(at + 2, true) & 0x3fff
    if (seen.has(type)) return true
    seen.add(type)
  }
  return false
}

/** xorshift32 */
function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

describe.each<readonly [string, AnyMessage, number]>([
  ['link', linkMessage, linkMessage.types.RTM_NEWLINK],
  ['address', addressMessage, addressMessage.types.RTM_NEWADDR],
  ['route', routeMessage, routeMessage.types.RTM_NEWROUTE],
])('%s messages', (folder, message, type) => {
  const all = payloads(
    type,
    routeFiles.filter(name => name.startsWith(`${folder}/show`)),
  )
  const closures: AnyMessage['decode'] = (...args) => decodeMessageByClosures(message, ...args)

  test('there are some', () => expect(all.length).toBeGreaterThan(3))

  test.each(all.map(b => [b.length, b] as const))('of %i bytes, and such as differ a little', (_, b) => {
    for (let i = 0; i < OFTEN; i++) message.decode(new DataView(b.buffer), b, 0, b.length)
    const compare = (bytes: Uint8Array): void =>
      expect(outcome(message.decode, bytes)).toEqual(outcome(closures, bytes))
    compare(b)
    const next = random(b.length)
    for (let i = 0; i < MUTATIONS; i++) {
      const other = b.slice()
      for (let n = next(3); n >= 0; n--) other[next(other.length)] = next(4) === 0 ? next(256) : next(12)
      if (!repeats(message, other)) compare(other)
    }
    compare(b.slice(0, b.length - 1))
  })
})

test.each(
  ROUTE_MESSAGES.filter(({ payload }) => !payload).flatMap(message =>
    Object.entries(message.types).map(([name, type]) => [name, message, type] as const),
  ),
)('all that the captures hold of %s', (_, message, type) => {
  // One that learns anew: what others have learnt is not in its way.
  const decode = compileMessage<any, any, any>(message)!
  for (const b of payloads(type, routeFiles)) {
    const before = outcome(decode, b)
    for (let i = 0; i < OFTEN; i++) outcome(decode, b)
    expect(outcome(decode, b)).toEqual(before)
    if (!repeats(message, b)) expect(before).toEqual(outcome((...args) => decodeMessageByClosures(message, ...args), b))
  }
})

test('what is kept lazily is a copy: the bytes may be used again', () => {
  const b = payloads(linkMessage.types.RTM_NEWLINK, routeFiles)[0]!
  for (let i = 0; i < OFTEN; i++) decoded(linkMessage.decode, b)
  const bytes = b.slice()
  const kept = linkMessage.decode(new DataView(bytes.buffer), bytes, 0, bytes.length) as unknown as {
    toObject(): object
  }
  bytes.fill(0xff)
  expect(kept.toObject()).toEqual(decoded(linkMessage.decode, b))
})
