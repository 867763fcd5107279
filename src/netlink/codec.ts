// What one payload means: numbers, words, text, addresses, each a value with read, write and a size.
// Structs (struct.ts) and nests (schema.ts) are codecs too. A codec knows nothing of who contains it, but for
// the two selectors of schema.ts, which see the message's header and the attributes before them.
import type { Writer } from './attribute.ts'
import { type Layout, layouts } from './layout.ts'
import { ipBytes, ipv4Number, ipv4Text, ipv6Text, macBytes, macText, strictUtf8, utf8, utf8Bytes } from './text.ts'
import { flagsValue, flagWords, valueWord, type Words, wordValue } from './words.ts'

/** Decoded fields by name: a message's header, or the attributes read so far of a nest. */
export type Fields = Record<string, unknown>

/** Collects the constants that a generated decoder refers to. */
export interface Generator {
  /** The name under which generated code finds `value`. */
  constant(value: unknown): string
}

/**
 * How a payload of `n` bytes at `p` becomes a value and back.
 * `header` is the message's header (and, while decoding, its attributes so far); `siblings` the nest's.
 */
export interface Codec<T = unknown, I = T> {
  /** The codec's name, as nl-dump shows it: `u32`, `string`, `nest`. */
  readonly kind: string
  /** The exact number of bytes, where there is one. */
  readonly size?: number
  /** The numbers of bytes that there are, where `accepts` looks at nothing else: the compiler compares in place. */
  readonly sizes?: readonly number[]
  /** Any number of bytes will do, whatever `size` says: structs that kernels have made longer. */
  readonly elastic?: true
  /** The words of an enumeration or a set of flags. */
  readonly words?: Words
  /** It holds attributes, or is chosen by what stands elsewhere: it looks at the header that it is given. */
  readonly inside?: true
  /** Whether the payload can be read at all; without it, `size` decides. */
  accepts?(b: Uint8Array, p: number, n: number): boolean
  read(v: DataView, b: Uint8Array, p: number, n: number, header: Fields, siblings: Fields): T
  write(w: Writer, value: I, header: Fields, siblings: Fields): void
  /** An expression over v, b, p, n, h (header) and o (siblings) that reads faster than a call of `read`. */
  source?(g: Generator): string
  /** The buffer-layout declaration of a fixed-size codec, for structs. */
  layout?(property: string): Layout<unknown>
  /** What buffer-layout's own decode of `layout` gives, turned into this codec's value (for the oracle test). */
  fromLayout?(raw: unknown): T
  /** Fills a dissect node; without it, the node gets `value` where `accepts`, `bytes` where not. */
  dissect?(node: Node, v: DataView, b: Uint8Array, p: number, n: number, header: Fields, siblings: Fields): void
  /** Whether the attributes inside are whole; left out where there are never any. `dissect` notes the same. */
  sound?(v: DataView, b: Uint8Array, p: number, n: number, header: Fields, siblings: Fields): boolean
  /** Writes a dissect node back; without it, `write` of its value. */
  compose?(w: Writer, node: Node): void
}

/** One part of a dissected message: a struct's field or an attribute, with where it lies. */
export interface Node {
  /** The kernel's name, `ifi_index`, `IFLA_MTU`; `unknown` where no table has it. */
  name: string
  /** The key in decoded objects. */
  key?: string
  /** Attributes only: the type, without the two flag bits. */
  type?: number
  /** Attributes only: NLA_F_NESTED was set. */
  nested?: true
  /** Attributes only: NLA_F_NET_BYTEORDER was set. */
  byteOrder?: true
  /** Byte offset of the payload. An attribute's header is the 4 bytes before. */
  offset: number
  /** Bytes of the payload. */
  length: number
  /** How the payload was read. */
  codec?: Codec<any, any>
  /** The typed value, where there is one. */
  value?: unknown
  /** The parts, where the payload is a struct or attributes. */
  children?: Node[]
  /** The payload as it is, where nothing could read it. */
  bytes?: Uint8Array
  /** Strings: how many NUL bytes end it, where it is not one. */
  terminators?: number
  /** Attributes only: the bytes between this payload and what follows, where they are not the zeros of alignment. */
  padding?: Uint8Array
  /** What is wrong here, where the bytes are not what their lengths say. */
  malformed?: string
}

/** The type that a codec reads. */
export type Value<C> = C extends Codec<infer T, any> ? T : never
/** The type that a codec takes for writing. */
export type Input<C> = C extends Codec<any, infer I> ? I : never

/** Whether a codec can read these bytes as a typed value. */
export function readable(codec: Codec, b: Uint8Array, p: number, n: number): boolean {
  if (codec.accepts) return codec.accepts(b, p, n)
  return codec.size === undefined || codec.elastic === true || codec.size === n
}

// ── numbers ────────────────────────────────────────────────────────────────

type Get = 'Uint8' | 'Uint16' | 'Uint32' | 'Int8' | 'Int16' | 'Int32'

/** Each a function of its own: one call of `view[name]` for all of them would look the name up every time. */
const TAKE: Readonly<Record<Get, (v: DataView, at: number, littleEndian: boolean) => number>> = {
  Uint8: (v, at) => v.getUint8(at),
  Uint16: (v, at, littleEndian) => v.getUint16(at, littleEndian),
  Uint32: (v, at, littleEndian) => v.getUint32(at, littleEndian),
  Int8: (v, at) => v.getInt8(at),
  Int16: (v, at, littleEndian) => v.getInt16(at, littleEndian),
  Int32: (v, at, littleEndian) => v.getInt32(at, littleEndian),
}
const PUT: Readonly<Record<Get, (v: DataView, at: number, value: number, littleEndian: boolean) => void>> = {
  Uint8: (v, at, value) => v.setUint8(at, value),
  Uint16: (v, at, value, littleEndian) => v.setUint16(at, value, littleEndian),
  Uint32: (v, at, value, littleEndian) => v.setUint32(at, value, littleEndian),
  Int8: (v, at, value) => v.setInt8(at, value),
  Int16: (v, at, value, littleEndian) => v.setInt16(at, value, littleEndian),
  Int32: (v, at, value, littleEndian) => v.setInt32(at, value, littleEndian),
}

function integer(
  kind: string,
  size: number,
  get: Get,
  littleEndian: boolean,
  layout: (p: string) => Layout<number>,
): Codec<number> {
  const signed = get.startsWith('Int')
  const min = signed ? -(2 ** (8 * size - 1)) : 0
  const max = signed ? 2 ** (8 * size - 1) - 1 : 2 ** (8 * size) - 1
  const reader = `get${get}` as const
  const take = TAKE[get]
  const put = PUT[get]
  const order = size === 1 ? '' : `,${littleEndian}`
  return {
    kind,
    size,
    read: (v, _b, p) => take(v, p, littleEndian),
    source: () => `v.${reader}(p${order})`,
    write(w, value) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
        throw new RangeError(`must be a whole number from ${min} to ${max}, not ${shown(value)}`)
      const at = w.reserve(size)
      put(w.view, at, value, littleEndian)
    },
    layout,
    fromLayout: raw => raw as number,
  }
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

export const u8 = integer('u8', 1, 'Uint8', true, layouts.u8)
export const u16 = integer('u16', 2, 'Uint16', true, layouts.u16)
export const u32 = integer('u32', 4, 'Uint32', true, layouts.u32)
export const s8 = integer('s8', 1, 'Int8', true, layouts.s8)
export const s16 = integer('s16', 2, 'Int16', true, layouts.s16)
export const s32 = integer('s32', 4, 'Int32', true, layouts.s32)
export const be16 = integer('be16', 2, 'Uint16', false, layouts.u16be)
export const be32 = integer('be32', 4, 'Uint32', false, layouts.u32be)
export const sbe32 = integer('sbe32', 4, 'Int32', false, layouts.s32be)

/** buffer-layout has no 64-bit integer beyond 2^53: two 32-bit halves make one. */
class Wide extends layouts.Layout implements Layout<bigint> {
  private readonly low: number
  constructor(property: string, low: 0 | 4) {
    super(8, property)
    this.low = low
  }
  decode(b: Uint8Array, offset = 0): bigint {
    const half = (at: number): number =>
      this.low === 0 ? layouts.u32('').decode(b, at) : layouts.u32be('').decode(b, at)
    return (BigInt(half(offset + 4 - this.low)) << 32n) | BigInt(half(offset + this.low))
  }
}

function wide(kind: string, signed: boolean, littleEndian: boolean): Codec<bigint, bigint | number> {
  const min = signed ? -(2n ** 63n) : 0n
  const max = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n
  const reader = signed ? 'getBigInt64' : 'getBigUint64'
  const writer = signed ? 'setBigInt64' : 'setBigUint64'
  return {
    kind,
    size: 8,
    read: (v, _b, p) => v[reader](p, littleEndian),
    // Most counters are 0: two 32-bit reads cost a quarter of a bigint's allocation.
    source: () => `(v.getInt32(p)|v.getInt32(p+4)?v.${reader}(p,${littleEndian}):0n)`,
    write(w, value) {
      const whole = typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value) : undefined
      if (whole === undefined || whole < min || whole > max)
        throw new RangeError(`must be a whole number from ${min} to ${max}, not ${shown(value)}`)
      const at = w.reserve(8)
      w.view[writer](at, whole, littleEndian)
    },
    layout: property => new Wide(property, littleEndian ? 0 : 4),
    fromLayout: raw => (signed ? BigInt.asIntN(64, raw as bigint) : (raw as bigint)),
  }
}

export const u64 = wide('u64', false, true)
export const s64 = wide('s64', true, true)
export const be64 = wide('be64', false, false)

/** An unsigned integer of 4 or 8 bytes, as many as it needs (nla_put_uint). */
export const uint: Codec<bigint, bigint | number> = {
  kind: 'uint',
  sizes: [4, 8],
  accepts: (_b, _p, n) => n === 4 || n === 8,
  read: (v, _b, p, n) => (n === 4 ? BigInt(v.getUint32(p, true)) : v.getBigUint64(p, true)),
  source: () => '(n===4?v.getInt32(p)===0?0n:BigInt(v.getUint32(p,true)):v.getBigUint64(p,true))',
  write: (w, value, h, s) => (isShort(value) ? u32.write(w, Number(value), h, s) : u64.write(w, value, h, s)),
  compose: (w, node) =>
    node.length === 4 ? u32.write(w, Number(node.value), {}, {}) : u64.write(w, node.value as bigint, {}, {}),
}

const isShort = (value: bigint | number): boolean => value !== null && value >= 0 && value < 2 ** 32

/** 0 is false, 1 is true; any other number stays a number. */
export const bool: Codec<boolean | number, boolean | number> = {
  kind: 'bool',
  size: 1,
  read: (_v, b, p) => boolOf(b[p]!),
  source: () => '(b[p]===0?false:b[p]===1?true:b[p])',
  write: (w, value, h, s) => u8.write(w, typeof value === 'boolean' ? Number(value) : value, h, s),
  layout: layouts.u8,
  fromLayout: raw => boolOf(raw as number),
}
const boolOf = (value: number): boolean | number => (value === 0 ? false : value === 1 ? true : value)

/** No payload: the attribute is there (true) or not. */
export const flag: Codec<true, boolean> = {
  kind: 'flag',
  size: 0,
  read: () => true,
  source: () => 'true',
  write: () => {},
}

/** A number of codec `base` read as one of the kernel's words. */
export function enumeration<W extends string>(base: Codec<number>, set: Words<W>): Codec<W | number, W | number> {
  return {
    ...base,
    words: set,
    read: (v, b, p, n, h, s) => valueWord(set, base.read(v, b, p, n, h, s)),
    source(g) {
      const value = base.source!(g)
      return `(${g.constant(set.small)}[${value}]??${g.constant((x: number) => valueWord(set, x))}(${value}))`
    },
    write: (w, value, h, s) => base.write(w, wordValue(set, value), h, s),
    fromLayout: raw => valueWord(set, raw as number),
  }
}

/** A number of codec `base` read as a set of the kernel's flags. */
export function flags<W extends string>(
  base: Codec<number>,
  set: Words<W>,
): Codec<readonly (W | number)[], number | readonly (W | number)[]> {
  return {
    ...base,
    words: set,
    read: (v, b, p, n, h, s) => flagWords(set, base.read(v, b, p, n, h, s)),
    source(g) {
      const value = base.source!(g)
      return `${g.constant(flagWords)}(${g.constant(set)},${value})`
    },
    write(w, value, h, s) {
      if (typeof value !== 'number' && !Array.isArray(value))
        throw new TypeError(`must be a list of words or a number, not ${shown(value)}`)
      base.write(w, flagsValue(set, value), h, s)
    },
    fromLayout: raw => flagWords(set, raw as number),
  }
}

// ── text and bytes ─────────────────────────────────────────────────────────

function textLength(b: Uint8Array, p: number, n: number): number {
  let length = n
  while (length > 0 && b[p + length - 1] === 0) length--
  return length
}

function text(terminated: boolean): Codec<string> {
  return {
    kind: 'string',
    read(_v, b, p, n) {
      let length = 0
      while (length < n && b[p + length] !== 0) length++
      return utf8(b, p, length)
    },
    write(w, value) {
      if (typeof value !== 'string') throw new TypeError(`must be a string, not ${shown(value)}`)
      if (value.includes('\0')) throw new RangeError(`must not contain a NUL byte`)
      w.raw(utf8Bytes(value))
      if (terminated) w.u8(0)
    },
    dissect(node, _v, b, p, n) {
      const length = textLength(b, p, n)
      const value = strictUtf8(b, p, length)
      if (value === undefined || value.includes('\0')) {
        node.bytes = b.slice(p, p + n)
        return
      }
      node.value = value
      if (n - length !== 1) node.terminators = n - length
    },
    compose(w, node) {
      w.raw(utf8Bytes(node.value as string))
      w.reserve(node.terminators ?? 1)
    },
  }
}

/** Text that ends in one NUL byte. Read up to the first NUL; written with one. */
export const string = text(true)
/** Text that iproute2 sends without the NUL byte (IFLA_INFO_KIND). */
export const bareString = text(false)

/** Bytes as they are. */
export const bytes: Codec<Uint8Array> = {
  kind: 'bytes',
  read: (_v, b, p, n) => b.slice(p, p + n),
  write: (w, value) => {
    if (!(value instanceof Uint8Array)) throw new TypeError(`must be a Uint8Array, not ${shown(value)}`)
    w.raw(value)
  },
}

/** Exactly `size` bytes as they are, for structs. */
export const blob = (size: number): Codec<Uint8Array> => sized(bytes, size)

/** Exactly `size` bytes of text, padded with NULs, for structs (a `char name[16]`). */
export const chars = (size: number): Codec<string> => ({
  kind: 'chars',
  size,
  accepts: (b, p, n) => n === size && strictUtf8(b, p, textLength(b, p, n))?.includes('\0') === false,
  read: string.read,
  write(w, value) {
    if (typeof value !== 'string') throw new TypeError(`must be a string, not ${shown(value)}`)
    const raw = utf8Bytes(value)
    if (raw.length > size) throw new RangeError(`must have at most ${size} bytes, not ${raw.length}`)
    const at = w.reserve(size)
    w.bytes.set(raw, at)
  },
  layout: property => layouts.blob(size, property),
  fromLayout: raw => string.read(undefined as never, raw as Uint8Array, 0, size, {}, {}),
})

/** A variable-length codec held to one size, for structs. */
export function sized<T, I>(codec: Codec<T, I>, size: number): Codec<T, I> {
  return {
    ...codec,
    size,
    sizes: [size],
    accepts: (_b, _p, n) => n === size,
    write(w, value, h, s) {
      const before = w.length
      codec.write(w, value, h, s)
      if (w.length - before !== size) throw new RangeError(`must have ${size} bytes, not ${w.length - before}`)
    },
    layout: property => layouts.blob(size, property),
    fromLayout(raw) {
      // buffer-layout's blobs are Buffers over what they were decoded from.
      const own = Uint8Array.from(raw as Uint8Array)
      return codec.read(viewOf(own), own, 0, size, {}, {})
    },
  }
}

/** A DataView over the same bytes. */
export const viewOf = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength)

// ── addresses ──────────────────────────────────────────────────────────────

/** A link-layer address, `02:00:00:00:00:01`; of any length, as the device type has it. */
export const mac: Codec<string> = {
  kind: 'mac',
  read: (_v, b, p, n) => macText(b, p, n),
  write(w, value) {
    const raw = typeof value === 'string' ? macBytes(value) : undefined
    if (!raw) throw new RangeError(`must be a link-layer address like 02:00:00:00:00:01, not ${shown(value)}`)
    w.raw(raw)
  },
}

/** An IPv4 or IPv6 address; the number of bytes tells which. */
export const ip: Codec<string> = {
  kind: 'ip',
  sizes: [4, 16],
  accepts: (_b, _p, n) => n === 4 || n === 16,
  read: (_v, b, p, n) => (n === 4 ? ipv4Text(b, p) : ipv6Text(b, p)),
  source: g => `(n===4?${g.constant(ipv4Text)}(b,p):${g.constant(ipv6Text)}(b,p))`,
  write(w, value) {
    const ipv4 = typeof value === 'string' ? ipv4Number(value) : -1
    if (ipv4 >= 0) {
      w.be32(ipv4)
      return
    }
    const raw = typeof value === 'string' ? ipBytes(value) : undefined
    if (!raw) throw new RangeError(`must be an IPv4 or IPv6 address, not ${shown(value)}`)
    w.raw(raw)
  },
}

const family = (kind: string, size: number, source: (g: Generator) => string): Codec<string> => ({
  ...sized(ip, size),
  kind,
  source,
})
/** An IPv4 address. */
export const ipv4 = family('ipv4', 4, g => `${g.constant(ipv4Text)}(b,p)`)
/** An IPv6 address. */
export const ipv6 = family('ipv6', 16, g => `${g.constant(ipv6Text)}(b,p)`)
