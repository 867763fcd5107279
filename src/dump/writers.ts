// How values are written where they lie in a message: what comes often (numbers, words, addresses, plain texts) straight
// as bytes, everything else as the text that its value has.
import type { ByteText } from '../netlink/byte-text.ts'
import { bareString, be16, be32, type Codec, ip, ipv4, ipv6, mac, s32, string, u8, u16, u32 } from '../netlink/codec.ts'
import type { Outline, Place } from '../netlink/outline.ts'
import { asksOthers } from '../netlink/program.ts'
import { utf8, utf8Bytes } from '../netlink/text.ts'
import { isPlainText, wordText } from './short-text.ts'

type AnyCodec = Codec<any, any>

/** There is no value. */
export const ABSENT = 0
export const WRITTEN = 1
/** There is one, and it is not to be shown. */
export const REFUSED = 2
export type Outcome = typeof ABSENT | typeof WRITTEN | typeof REFUSED

/** Writes the value of a key of a message. */
export type Write = (outline: Outline, to: ByteText) => Outcome
/** Writes the payload of `n` bytes at `p`. */
type WritePayload = (outline: Outline, to: ByteText, p: number, n: number) => Outcome

/** The text of the key's value in the message that was read last. undefined: there is none; '': it is not shown. */
export type TextOf = () => string | undefined

export interface Written {
  readonly place: Place
  readonly textOf: TextOf
  /** The text is a function of the value alone. */
  readonly isOwn: boolean
  /** It may be left out, or is put otherwise than the value alone would be: never, only where it is 0, or whenever. */
  readonly special: 'never' | 'zero' | 'any'
  /** What follows the number of a link or the like. */
  readonly nameOf?: ((value: number) => string | undefined) | undefined
}

/** Whether the values of a key, wherever they stand, are written without their texts. */
export function isWritten(written: Written): boolean {
  const { row, field, many, lazy } = written.place
  const codecs = [row?.codec, field?.codec].filter(codec => codec !== undefined)
  return !many && !lazy && codecs.every(codec => payloadWriter(codec, written) !== undefined)
}

/** The writer of a key. */
export function writerOf(written: Written): Write {
  const { place, textOf } = written
  const { slot, row, field } = place
  const rest = (_outline: Outline, to: ByteText): Outcome => writeText(textOf(), to)
  const ofRow = row && !place.many && !place.lazy ? payloadWriter(row.codec, written) : undefined
  const ofField = field && payloadWriter(field.codec, written)
  if (slot >= 0) {
    const first = ofRow ?? rest
    if (!field)
      return (outline, to) => {
        const at = outline.at[slot]!
        return at === 0 ? ABSENT : first(outline, to, at, outline.size(at))
      }
    const second = ofField ?? rest
    return (outline, to) => {
      const at = outline.at[slot]!
      return at === 0
        ? second(outline, to, outline.p + field.offset, field.size)
        : first(outline, to, at, outline.size(at))
    }
  }
  return field && ofField ? (outline, to) => ofField(outline, to, outline.p + field.offset, field.size) : rest
}

function writeText(text: string | undefined, to: ByteText): Outcome {
  if (text === undefined) return ABSENT
  if (text === '') return REFUSED
  to.text(text)
  return WRITTEN
}

type Take = (outline: Outline, p: number) => number
/** Of fixed size, and read of their bytes alone; words and flags have the kind of their number. */
const NUMBERS: Readonly<Record<string, AnyCodec>> = { u8, u16, u32, s32, be16, be32 }

const taker =
  ({ read, size }: AnyCodec): Take =>
  ({ v, b }, p) =>
    read(v, b, p, size!, NOTHING_BESIDE, NOTHING_BESIDE)
const NOTHING_BESIDE = {}

/** Undefined where a value is written as its text. */
function payloadWriter(codec: AnyCodec, written: Written): WritePayload | undefined {
  const number = NUMBERS[codec.kind]
  if (number && number.size === codec.size && !codec.accepts && !codec.elastic && !codec.inside) {
    const isPlain = codec === number && written.special !== 'any'
    const take = taker(number)
    if (written.nameOf) return isPlain ? named(take, written, written.nameOf) : undefined
    return written.isOwn && !asksOthers(codec) ? remembered(take, written, isPlain) : undefined
  }
  if (!written.isOwn || written.special !== 'never') return undefined
  if (codec === ip) return address
  if (codec === ipv4 || codec === ipv6) return address
  if (codec === mac) return linkAddress
  return codec === string || codec === bareString ? plainText : undefined
}

const address: WritePayload = ({ b }, to, p, n) => {
  if (n === 4) to.ipv4(b, p)
  else to.ipv6(b, p)
  return WRITTEN
}

const linkAddress: WritePayload = ({ b }, to, p, n) => {
  if (n === 0) to.text(wordText(''))
  else to.mac(b, p, n)
  return WRITTEN
}

const plainText: WritePayload = ({ b }, to, p, n) => {
  let end = p
  while (end < p + n && b[end] !== 0) end++
  if (isPlainText(b, p, end)) to.add(b, p, end)
  else to.text(wordText(utf8(b, p, end - p)))
  return WRITTEN
}

const OPEN = 40
const CLOSE = 41

/** A number, and in parentheses what it is called. */
const named =
  (take: Take, { textOf }: Written, nameOf: NonNullable<Written['nameOf']>): WritePayload =>
  (outline, to, p) => {
    const value = take(outline, p)
    if (value === 0) return writeText(textOf(), to)
    const name = nameOf(value)
    to.decimal(value)
    if (name !== undefined) {
      to.byte(OPEN)
      to.text(wordText(name))
      to.byte(CLOSE)
    }
    return WRITTEN
  }

/** Values below this one have their texts in a list. */
const SMALL = 256
/** Hostile captures have all numbers. */
const MOST_KEPT = 1024
const NOTHING = new Uint8Array(0)

/** What a number is written as is found once: its word, say, or that it is not shown. */
function remembered(take: Take, { textOf }: Written, isPlain: boolean): WritePayload {
  const small: (Uint8Array | null | undefined)[] = []
  const others = new Map<number, Uint8Array | null>()
  const find = (value: number): Uint8Array | null => {
    const text = textOf()
    const bytes = text === undefined ? null : text === '' ? NOTHING : utf8Bytes(text)
    if (value >= 0 && value < SMALL) {
      while (small.length <= value) small.push(undefined)
      small[value] = bytes
    } else {
      if (others.size >= MOST_KEPT) others.clear()
      others.set(value, bytes)
    }
    return bytes
  }
  return (outline, to, p) => {
    const value = take(outline, p)
    let bytes: Uint8Array | null | undefined
    if (value >= 0 && value < SMALL) bytes = value < small.length ? small[value] : undefined
    else if (isPlain) {
      to.decimal(value)
      return WRITTEN
    } else bytes = others.get(value)
    if (bytes === undefined) bytes = find(value)
    if (bytes === null) return ABSENT
    if (bytes.length === 0) return REFUSED
    to.add(bytes)
    return WRITTEN
  }
}
