// Declares tables: one row an attribute, `key: [number, 'KERNEL_NAME', codec]`. From a table come TypeScript's types,
// the compiled decoder (compile.ts), the closure decoder (decode.ts), the encoder (encode.ts) and dissect (dissect.ts).
// It knows no table itself: those are in src/route/.
import { align4, NLA_F_NESTED, type Writer } from './attribute.ts'
import { type Codec, type Fields, type Input, type Node, bytes as raw, readable, type Value } from './codec.ts'
import { compileAttributes, compileMessage } from './compile.ts'
import { decodeByClosures, decodeMessageByClosures, eachAttribute } from './decode.ts'
import { composeAttributes, composeBody, dissectAttributes, dissectBody, type Lookup } from './dissect.ts'
import { encodeAttributes, encodeBody, listed, within } from './encode.ts'
import { plainJson } from './json.ts'
import { MalformedError } from './malformed.ts'
import { soundAttributes, soundElements, soundPayload } from './sound.ts'
import type { FieldRows, Struct, StructInput, StructValue } from './struct.ts'
import {
  type Attributes,
  type AttributesInput,
  type DecodeAttributes,
  InvalidValueError,
  isFlagged,
  type Many,
  type Message,
  type MessageInput,
  type Nest,
  type Payload,
  type RowInfo,
  type Rows,
  rowInfo,
  type Table,
} from './table.ts'

/** Declares a table of attributes. Rows that few programs need are a function's, which is called when one is needed. */
export const attributes = <const R extends Rows>(name: string, rows: R | (() => R)): Table<R> =>
  new DeclaredTable(name, rows)

type Found = Pick<Table, 'byType' | 'byKey'>

/** Its rows are looked through when one is first asked for: most programs use few of all the tables. */
class DeclaredTable<const R extends Rows> implements Table<R> {
  readonly name: string
  decode: DecodeAttributes
  #rows: R | (() => R)
  #found: Found | undefined

  constructor(name: string, rows: R | (() => R)) {
    this.name = name
    this.#rows = rows
    this.decode = (v, b, p, end, header) => {
      this.decode = compileAttributes(this) ?? ((v2, b2, p2, e2, h2) => decodeByClosures(this, {}, v2, b2, p2, e2, h2))
      return this.decode(v, b, p, end, header)
    }
  }
  get rows(): R {
    if (typeof this.#rows === 'function') this.#rows = this.#rows()
    return this.#rows
  }
  get byType(): Found['byType'] {
    return (this.#found ??= foundRows(this)).byType
  }
  get byKey(): Found['byKey'] {
    return (this.#found ??= foundRows(this)).byKey
  }
  encode(w: Writer, value: AttributesInput<R>, header: Fields): void {
    encodeAttributes(this, w, value as Fields, header)
  }
}

function foundRows({ name, rows }: Table): Found {
  const byType = new Map<number, RowInfo>()
  const byKey = new Map<string, RowInfo>()
  for (const [key, [type, constant, codec, options = {}]] of Object.entries(rows)) {
    const row = rowInfo(key, type, constant, codec, options)
    if (byType.has(type)) throw new TypeError(`${name}: ${constant} and ${byType.get(type)!.constant} are both ${type}`)
    byType.set(type, row)
    byKey.set(key, row)
  }
  return { byType, byKey }
}

// ── codecs that contain attributes ─────────────────────────────────────────

function nestOf<R extends Rows>(table: Table<R> | (() => Table<R>), flagged: boolean): Nest<R> {
  const get = typeof table === 'function' ? table : () => table
  const self: Nest<R> = {
    kind: 'nest',
    inside: true,
    table: get,
    flagged,
    read: (v, b, p, n, header) => get().decode(v, b, p, p + n, header) as Attributes<R>,
    source: g => `${g.constant(get)}().decode(v,b,p,p+n,h)`,
    write: (w, value, header) => get().encode(w, value, header),
    dissect(node, v, b, p, n, header) {
      node.children = dissectAttributes(get(), v, b, p, p + n, header)
    },
    sound: (v, b, p, n, header) => soundAttributes(get(), v, b, p, p + n, header),
  }
  return self
}

/** Attributes inside an attribute, written without NLA_F_NESTED (as the old families do). */
export const nest = <R extends Rows>(table: Table<R> | (() => Table<R>)): Nest<R> => nestOf(table, false)
/** Attributes inside an attribute, written with NLA_F_NESTED (new families and strict checking ask for it). */
export const flaggedNest = <R extends Rows>(table: Table<R> | (() => Table<R>)): Nest<R> => nestOf(table, true)

export function many<C extends Codec<any, any>>(codec: C): Many<C> {
  const dissect = codec.dissect
  const compose = codec.compose
  return {
    kind: codec.kind,
    ...(codec.size === undefined ? {} : { size: codec.size }),
    ...(codec.elastic ? { elastic: codec.elastic } : {}),
    ...(codec.inside ? { inside: codec.inside } : {}),
    ...(codec.accepts ? { accepts: codec.accepts } : {}),
    ...(isFlagged(codec) ? { flagged: true } : {}),
    ...(codec.sound ? { sound: codec.sound } : {}),
    many: codec,
    read: (v, b, p, n, h, s) => [codec.read(v, b, p, n, h, s)],
    write: (w, [item], h, s) => codec.write(w, item, h, s),
    dissect: (node, v, b, p, n, h, s) => {
      if (dissect) dissect(node, v, b, p, n, h, s)
      else node.value = codec.read(v, b, p, n, h, s)
    },
    compose: (w, node) => {
      if (compose) compose(w, node)
      else if (node.children) composeAttributes(w, node.children)
      else codec.write(w, node.value, {}, {})
    },
  }
}

/** A list of what one codec reads. */
export interface Repeated<C extends Codec<any, any>> extends Codec<Value<C>[], readonly Input<C>[]> {
  readonly element: C
}

/** A nest whose attributes' types are only positions (`start` on): a list of one codec. */
export function sequence<C extends Codec<any, any>>(codec: C, start = 1): Repeated<C> {
  return {
    kind: 'sequence',
    inside: true,
    element: codec,
    read(v, b, p, n, h, s) {
      const items: Value<C>[] = []
      eachAttribute('a sequence', v, p, p + n, (_type, payload, size) => {
        items.push(codec.read(v, b, payload, size, h, s))
      })
      return items
    },
    write(w, value, h, s) {
      for (const [i, item] of listed(value).entries()) {
        const at = w.fork((start + i) | (isFlagged(codec) ? NLA_F_NESTED : 0))
        within(String(i), () => codec.write(w, item, h, s))
        w.join(at)
      }
    },
    dissect(node, v, b, p, n, header) {
      node.children = dissectAttributes(numberedRows('sequence', codec), v, b, p, p + n, header)
    },
    sound: (v, b, p, n, header) => soundElements(codec, v, b, p, p + n, header),
  }
}

/** The rows of attributes whose types are only numbers. */
export const numberedRows = (name: string, codec: Codec<any, any>): Lookup => ({
  name,
  byType: { get: type => rowInfo(String(type), type, `#${type}`, codec, {}) },
})

/** A payload that is `codec` again and again, without headers: an array of fixed-size elements. */
export function array<C extends Codec<any, any>>(codec: C): Repeated<C> {
  const size = codec.size!
  return {
    kind: `${codec.kind}[]`,
    element: codec,
    ...(codec.inside ? { inside: codec.inside } : {}),
    accepts: (_b, _p, n) => n % size === 0,
    read(v, b, p, n, h, s) {
      const items: Value<C>[] = []
      for (let at = p; at + size <= p + n; at += size) items.push(codec.read(v, b, at, size, h, s))
      return items
    },
    write(w, value, h, s) {
      for (const [i, item] of listed(value).entries()) within(String(i), () => codec.write(w, item, h, s))
    },
    ...(codec.sound
      ? {
          sound(v: DataView, b: Uint8Array, p: number, n: number, h: Fields, s: Fields) {
            for (let at = p; at + size <= p + n; at += size)
              if (!soundPayload(codec, v, b, at, size, h, s)) return false
            return true
          },
        }
      : {}),
    ...(codec.dissect
      ? {
          dissect(node: Node, v: DataView, b: Uint8Array, p: number, n: number, h: Fields, s: Fields) {
            node.children = []
            for (let at = p; at + size <= p + n; at += size) {
              const child: Node = { name: `[${(at - p) / size}]`, offset: at, length: size, codec }
              codec.dissect!(child, v, b, at, size, h, s)
              node.children.push(child)
            }
          },
          compose(w: Writer, node: Node) {
            for (const child of node.children!)
              codec.compose ? codec.compose(w, child) : codec.write(w, child.value, {}, {})
          },
        }
      : {}),
  }
}

/** A payload of a fixed header and attributes behind it, like a message inside an attribute (VETH_INFO_PEER). */
export function framed<H extends FieldRows, R extends Rows>(
  header: Struct<H>,
  table: () => Table<R>,
): Codec<{ header: StructValue<H>; attributes: Attributes<R> }, MessageInput<H, R>> {
  const { span } = header
  return {
    kind: `struct ${header.name} + nest`,
    accepts: (_b, _p, n) => n >= span,
    read(v, b, p, n, h, s) {
      const fields = header.read(v, b, p, span, h, s)
      const attributes = table().decode(v, b, p + align4(span), p + n, fields as Fields) as Attributes<R>
      return { header: fields, attributes }
    },
    write(w, value, h, s) {
      for (const key of Object.keys(value))
        if (key !== 'header' && key !== 'attributes')
          throw new InvalidValueError([key], 'is neither header nor attributes')
      header.write(w, value.header ?? ({} as StructInput<H>), h, s)
      w.align()
      if (value.attributes) table().encode(w, value.attributes, (value.header ?? {}) as Fields)
    },
    dissect(node, v, b, p, n) {
      const body = dissectBody({ header, table: table() }, v, b, p, p + n)
      node.children = [...body.header, ...body.attributes]
    },
    sound(v, b, p, n, h, s) {
      const fields = header.read(v, b, p, span, h, s) as Fields
      return soundAttributes(table(), v, b, Math.min(p + align4(span), p + n), p + n, fields)
    },
    compose(w, node) {
      composeBody(w, {
        header: node.children!.filter(child => child.type === undefined && !child.malformed),
        attributes: node.children!.filter(child => child.type !== undefined || child.malformed !== undefined),
      })
    },
  }
}

// ── selectors: a codec chosen by what stands elsewhere ─────────────────────

type Choices = Readonly<Record<string, Codec<any, any>>>

/** One of several codecs, `M` by a word; bytes where it is none of them. */
export interface Choice<M extends Choices>
  extends Codec<Value<M[keyof M]> | Uint8Array, Input<M[keyof M]> | Uint8Array> {
  readonly flagged: (header: Fields, siblings: Fields) => boolean
  readonly choose: Choose
}
type Choose = (header: Fields, siblings: Fields) => Codec<any, any> | undefined

function select<M extends Choices>(choose: Choose): Choice<M> {
  return {
    kind: 'select',
    inside: true,
    choose,
    flagged(h, s) {
      const codec = choose(h, s)
      return codec !== undefined && isFlagged(codec, h, s)
    },
    read(v, b, p, n, h, s) {
      const codec = choose(h, s)
      return codec && readable(codec, b, p, n) ? codec.read(v, b, p, n, h, s) : raw.read(v, b, p, n, h, s)
    },
    write: (w, value, h, s) => (value instanceof Uint8Array ? raw : (choose(h, s) ?? raw)).write(w, value as any, h, s),
    dissect(node, v, b, p, n, h, s) {
      const codec = choose(h, s)
      if (!codec || !readable(codec, b, p, n)) {
        node.bytes = b.slice(p, p + n)
        return
      }
      node.codec = codec
      if (codec.dissect) codec.dissect(node, v, b, p, n, h, s)
      else node.value = codec.read(v, b, p, n, h, s)
    },
    sound(v, b, p, n, h, s) {
      const codec = choose(h, s)
      return !codec || soundPayload(codec, v, b, p, n, h, s)
    },
  }
}

/** Chooses by an attribute of the same nest that stands before (`kind` for IFLA_INFO_DATA). */
export function bySibling<M extends Choices>(key: string, choices: M | (() => M)): Choice<M> {
  let map: M | undefined
  return select<M>((_header, siblings) => {
    map ??= typeof choices === 'function' ? choices() : choices
    const word = siblings[key]
    return typeof word === 'string' && Object.hasOwn(map, word) ? map[word] : undefined
  })
}

/** Chooses by a field of the message's header (`family`). */
export function byHeader<M extends Choices>(key: string, choices: M | (() => M)): Choice<M> {
  let map: M | undefined
  return select<M>(header => {
    map ??= typeof choices === 'function' ? choices() : choices
    const word = String(header[key])
    return Object.hasOwn(map, word) ? map[word] : undefined
  })
}

/** Like `bySibling` or `byHeader`, with a choice made by `choose`: for what a single word does not tell. */
export const byChoice = (choose: Choose): Codec<any, any> => select<Choices>(choose)

// ── messages ───────────────────────────────────────────────────────────────

export interface MessageOptions<D> {
  /** Getters on every decoded object, over its fields. */
  readonly derived?: { readonly [K in keyof D]: (fields: any) => D[K] }
}

/** Declares a message. */
export function message<const T extends Record<string, number>, H extends FieldRows, R extends Rows, D = object>(
  name: string,
  types: T,
  header: Struct<H>,
  table: Table<R>,
  options: MessageOptions<D> = {},
): Message<H, R, D> & { readonly types: T } {
  const prototype = decodedPrototype(options.derived ?? {}, table) as Readonly<D>
  const self: Message<H, R, D> & { readonly types: T } = {
    name,
    types,
    header,
    table,
    prototype,
    decode(v, b, p, end) {
      self.decode = compileMessage(self) ?? ((v2, b2, p2, e2) => decodeMessageByClosures(self, v2, b2, p2, e2))
      return self.decode(v, b, p, end)
    },
    encode(w, input) {
      const fields = (input.header ?? {}) as Fields
      try {
        header.write(w, input.header ?? ({} as StructInput<H>), fields, fields)
      } catch (error) {
        throw new InvalidValueError([name], (error as Error).message)
      }
      w.align()
      if (input.attributes) encodeBody(table, w, input.attributes as Fields, fields)
    },
  }
  return self
}

/** Declares a message that has no attributes: behind its header stands one value, which may be missing. */
export function payloadMessage<const T extends Record<string, number>, H extends FieldRows>(
  name: string,
  types: T,
  header: Struct<H>,
  payload: Payload,
): Message<H, Record<never, never>> & { readonly types: T } {
  const prototype = decodedPrototype({}, NO_ATTRIBUTES)
  return {
    ...{ name, types, header, payload, prototype },
    table: NO_ATTRIBUTES,
    decode(v, b, p, end) {
      const o = Object.create(prototype)
      const { span } = header
      if (end - p < span) throw new MalformedError(`struct ${header.name}`, p, span, end - p)
      Object.assign(o, header.read(v, b, p, span, o, o))
      const rest = end - p - span
      if (rest > 0 && readable(payload.codec, b, p + span, rest))
        o[payload.key] = payload.codec.read(v, b, p + span, rest, o, o)
      return o
    },
    encode(w, input) {
      const fields = (input.header ?? {}) as Fields
      header.write(w, input.header ?? ({} as StructInput<H>), fields, fields)
      const value = (input.attributes as Fields | undefined)?.[payload.key]
      if (value !== undefined) payload.codec.write(w, value, fields, fields)
    },
  }
}
const NO_ATTRIBUTES = attributes('no attributes', {})

/** Getters for derived values, and the plain copy that JSON, console.log and tests look at. */
function decodedPrototype(derived: Readonly<Record<string, (fields: any) => unknown>>, table: Table): object {
  const prototype = {}
  for (const [key, compute] of Object.entries(derived)) {
    Object.defineProperty(prototype, key, {
      get() {
        return compute(this)
      },
      configurable: true,
    })
  }
  let lazy: readonly string[] | undefined
  const define = (key: PropertyKey, value: unknown) => Object.defineProperty(prototype, key, { value })
  define('toObject', function (this: Fields) {
    const plain: Fields = { ...this }
    lazy ??= [...table.byType.values()].filter(row => row.options.lazy).map(row => row.key)
    for (const key of lazy) if (this[key] !== undefined) plain[key] = this[key]
    return plain
  })
  define('toJSON', function (this: { toObject(): Fields }) {
    return plainJson(this.toObject())
  })
  define(Symbol.for('nodejs.util.inspect.custom'), function (this: { toObject(): Fields }) {
    return this.toObject()
  })
  return prototype
}
