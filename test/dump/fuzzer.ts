// A fuzzer of nl-dump: datagrams of all fixtures, changed at random. A round depends on the seed and its own number alone,
// so that what is found can be had again. test/dump/fuzz-run.ts is the command; fuzz.test.ts runs some thousand rounds.
import { callFor } from '../../src/dump/code/code.ts'
import { Conversation, type Place } from '../../src/dump/conversation.ts'
import { composeDatagram, dissect } from '../../src/dump/dissect.ts'
import type { DissectedMessage } from '../../src/dump/dissected.ts'
import { type Glance, isGlance } from '../../src/dump/glance.ts'
import { type Format, line, print, writeLine } from '../../src/dump/print.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { ByteText } from '../../src/netlink/byte-text.ts'
import { NLM_F_REQUEST } from '../../src/netlink/message.ts'
import { bytesOf, fixture, fixtureFiles, glance } from './bytes.ts'

/** A datagram to begin with. */
interface Original {
  readonly file: string
  readonly bytes: Uint8Array
  readonly protocol: number
  readonly of: File
}

/** What the datagrams of a file told. */
interface File {
  readonly families: ReadonlyMap<number, string>
  readonly requests: readonly { readonly place: Place; readonly bytes: Uint8Array }[]
}

/** A conversation that knows as much: a round's own, for what it says to it must not reach other rounds. */
function conversationOf({ families, requests }: File): Conversation {
  const conversation = new Conversation()
  for (const [id, name] of families) conversation.families.set(id, name)
  for (const { place, bytes } of requests) conversation.addRequest(place, bytes)
  return conversation
}

const LONGEST = 8192

/** The datagrams of the fixtures, all but the longest. */
export const originals: readonly Original[] = fixtureFiles.flatMap(file => {
  const conversation = new Conversation()
  const requests: { place: Place; bytes: Uint8Array }[] = []
  const of = { families: conversation.families, requests }
  return [...datagramsOf(fixture(file))].flatMap(({ bytes, protocol = 0 }) => {
    for (const message of dissect(bytes, { protocol, conversation }))
      if (message.flags & NLM_F_REQUEST)
        requests.push({ place: message, bytes: bytes.slice(message.offset, message.offset + message.length) })
    return bytes.length > 0 && bytes.length <= LONGEST ? [{ file, bytes, protocol, of }] : []
  })
})

/** Most rounds change one of these: they are read faster, and a change hits something. */
const short = originals.filter(({ bytes }) => bytes.length <= 1024)

/** Random numbers from a seed (mulberry32). */
class Random {
  private state: number
  constructor(seed: number) {
    this.state = seed | 0
  }
  /** A whole number below `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let x = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
}

/** What a round makes: bytes, and what they are to be read as. */
export interface Case {
  readonly file: string
  readonly bytes: Uint8Array
  readonly protocol: number
  /** What came before, as a new one: reading a datagram adds to it. */
  conversation(): Conversation
}

const BYTES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 20, 31, 32, 63, 64, 127, 128, 192, 254, 255]
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 20, 32, 36, 255, 256, 4096, 0x7fff, 0x8000, 0xfffc, 0xffff]
const PROTOCOLS = [0, 4, 6, 9, 12, 15, 16, 21]

type Change = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>

/** In place, somewhere; nothing where there is no room. */
const at =
  (size: number, step: number, change: (view: DataView, p: number, random: Random) => void): Change =>
  (bytes, random) => {
    const places = Math.floor((bytes.length - size) / step) + 1
    if (places > 0) change(new DataView(bytes.buffer, bytes.byteOffset), random.below(places) * step, random)
    return bytes
  }

const CHANGES: readonly Change[] = [
  at(1, 1, (view, p, random) => view.setUint8(p, random.of(BYTES))),
  at(1, 1, (view, p, random) => view.setUint8(p, random.below(256))),
  at(1, 1, (view, p, random) => view.setUint8(p, view.getUint8(p) ^ (1 << random.below(8)))),
  // An attribute's length and its type lie at multiples of four.
  at(2, 4, (view, p, random) => view.setUint16(p, random.of(LENGTHS), true)),
  at(2, 4, (view, p, random) => view.setUint16(p, view.getUint16(p, true) + random.below(17) - 8, true)),
  at(4, 4, (view, p, random) => view.setUint16(p + 2, random.below(400), true)),
  at(4, 4, (view, p) => view.setUint16(p + 2, view.getUint16(p + 2, true) ^ 0x8000, true)),
  at(4, 4, (view, p, random) => view.setUint32(p, random.of([0, 1, 2 ** 31, 2 ** 32 - 1, 0x01000000]), true)),
  at(8, 4, (view, p, random) => view.setBigUint64(p, random.of([0n, 1n, 2n ** 63n, 2n ** 64n - 1n]), true)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) =>
    concat(
      bytes,
      Uint8Array.from({ length: random.below(40) }, () => random.below(256)),
    ),
  (bytes, random) => concat(bytes, new Uint8Array(random.below(64))),
  // A piece of it once more, left out, or of another datagram.
  (bytes, random) => splice(bytes, random, piece(bytes, random), 0),
  (bytes, random) => splice(bytes, random, new Uint8Array(), 4 * random.below(16)),
  (bytes, random) => splice(bytes, random, piece(random.of(originals).bytes, random), 4 * random.below(16)),
]

const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts))

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const start = 4 * random.below(bytes.length / 4 + 1)
  return bytes.subarray(start, start + 4 * random.below(32))
}

function splice(bytes: Uint8Array, random: Random, inserted: Uint8Array, left: number): Uint8Array<ArrayBuffer> {
  const start = 4 * random.below(bytes.length / 4 + 1)
  return concat(bytes.subarray(0, start), inserted, bytes.subarray(start + left))
}

/** What round `number` of `seed` reads. */
export function caseOf(seed: number, number: number): Case {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca77))
  random.below(2)
  const original = random.of(random.below(16) === 0 ? originals : short)
  let bytes = original.bytes.slice()
  for (let changes = 1 + random.below(6); changes > 0; changes--) bytes = random.of(CHANGES)(bytes, random)
  const protocol = random.below(100) === 0 ? random.of(PROTOCOLS) : original.protocol
  return { file: original.file, bytes, protocol, conversation: () => conversationOf(original.of) }
}

/** Characters that a terminal would act on, but the newline. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them; a class of Unicode is ten times slower
const CONTROL = /[\0-\x09\x0b-\x1f\x7f-\x9f]/
const FORMATS: readonly Format[] = ['tree', 'hex']

/**
 * Which of a round's checks are made: all rounds are dissected, made again from their values, and shown as a line, for
 * which a message is not dissected where that can be.
 */
export interface Every {
  /** JSON of each n-th round; and whether the line is the same for a message that was dissected. */
  readonly json: number
  /** The tree and the bytes of each n-th round. */
  readonly views: number
  /** The calls (nl-dump code) of each n-th round. */
  readonly code: number
}

/** How many messages a round had. Throws what is wrong with it. */
export function check({ bytes, protocol, conversation }: Case, number: number, every: Every): number {
  const messages = dissect(bytes, { protocol, conversation: conversation() })
  const again = composeDatagram(messages)
  if (Buffer.compare(again, bytes) !== 0) throw new Error(`comes out as other bytes: ${hexOf(again)}`)
  const seen = glance(bytes, protocol, conversation())
  if (seen.length !== messages.length) throw new Error(`has ${messages.length} messages, at a glance ${seen.length}`)
  for (const [i, message] of messages.entries()) {
    const text = seenLine(seen[i]!, bytes)
    if (number % every.views === 0) for (const format of FORMATS) shown(message, bytes, format)
    if (number % every.json === 0) {
      const whole = shown(message, bytes, 'line')
      if (whole !== text) throw new Error(`the line is ${JSON.stringify(whole)}, at a glance ${JSON.stringify(text)}`)
      JSON.parse(print({ message, datagram: bytes, number: 1 }, { format: 'json' }))
    }
    if (number % every.code === 0) called(message, bytes)
  }
  return messages.length
}

/** The line of a message as `nl-dump` makes it: at a glance, where nothing is wrong. */
function seenLine(seen: Glance | DissectedMessage, datagram: Uint8Array): string {
  if (!isGlance(seen)) return shown(seen, datagram, 'line')
  const text = harmless('line', line(seen, 1, {}))
  const written = new ByteText()
  writeLine(seen, 1, {}, written)
  if (written.toString() !== text) throw new Error(`the line is ${JSON.stringify(text)}, written '${written}'`)
  return text
}

const shown = (message: DissectedMessage, datagram: Uint8Array, format: Format): string =>
  harmless(format, print({ message, datagram, number: 1 }, { format }))

function harmless(format: Format, text: string): string {
  if (CONTROL.test(text)) throw new Error(`the ${format} has a control character: ${JSON.stringify(text)}`)
  return text
}

/** A request's call makes the same bytes; its length is computed. */
function called(message: DissectedMessage, datagram: Uint8Array): void {
  if (message.malformed || !(message.flags & NLM_F_REQUEST)) return
  const bytes = datagram.slice(message.offset, message.offset + message.length)
  const { text } = callFor(message, bytes)
  const made = bytesOf(text, bytes).slice(16)
  if (Buffer.compare(made, bytes.slice(16)) !== 0) throw new Error(`the call makes other bytes: ${text}`)
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
