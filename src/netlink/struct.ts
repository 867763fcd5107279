// Fixed kernel structs. A row a field: [the kernel's name, its codec]; buffer-layout declares the bytes from them
// and says where each field lies. TypeScript's type, the reader, the writer and nl-dump's words come from the rows.
import type { Writer } from './attribute.ts'
import { type Codec, type Fields, type Input, type Node, shown, type Value, viewOf } from './codec.ts'
import { type Layout, layouts, type Structure } from './layout.ts'
import { lazy } from './lazy.ts'
import { Program, type Property, source, zeroOf } from './program.ts'

/** One field: the kernel's name for it and its codec, which must have a size. */
export type FieldRow = readonly [name: string, codec: Codec<any, any>]
export type FieldRows = Readonly<Record<string, FieldRow>>

/** What a struct reads: every field but pads (keys that begin with `_`); `tail` holds the bytes of a newer kernel's longer struct. */
export type StructValue<R extends FieldRows> = {
  -readonly [K in keyof R as K extends `_${string}` ? never : K]: Value<R[K][1]>
} & { tail?: Uint8Array }
/** What a struct takes: fields left out are written as zero. */
export type StructInput<R extends FieldRows> = { [K in keyof R]?: Input<R[K][1]> | undefined } & {
  tail?: Uint8Array | undefined
}

export interface Field {
  /** The property in decoded objects. */
  readonly key: string
  /** The kernel's name, `ifi_index`. */
  readonly name: string
  readonly codec: Codec<any, any>
  /** The codec's, where it is found faster than in codecs of many forms. */
  readonly write: Codec<any, any>['write']
  readonly offset: number
  readonly size: number
}

export interface Struct<R extends FieldRows = FieldRows> extends Codec<StructValue<R>, StructInput<R>> {
  readonly name: string
  /** Bytes of the struct as the tables know it. */
  readonly span: number
  readonly fields: readonly Field[]
  readonly structure: Structure
}

/**
 * Declares a struct. Fields follow each other without hidden padding: declare pads as fields whose keys begin with
 * `_`; they are written as zero, left out of decoded objects and shown by dissect.
 * As a payload it may be shorter (an older kernel: the rest reads as zero) or longer (a newer one: `tail`).
 * It is laid out when it is first asked for: most programs use few of all the structs.
 */
export function struct<const R extends FieldRows>(name: string, rows: R | (() => R)): Struct<R> {
  const laidOut = lazy(() => layOut(name, typeof rows === 'function' ? rows() : rows))
  type V = StructValue<R>

  let made: Construct | undefined
  const construct = (): Construct => (made ??= compile(laidOut().visible) ?? interpret(laidOut().visible))
  /** The span, where `made` is there: reading asks nothing else. */
  let bytes = -1

  const self: Struct<R> = Object.assign(new Extent(laidOut), {
    kind: `struct ${name}`,
    name,
    elastic: true,
    read(v, b, p, n) {
      if (made !== undefined && n === bytes) return made(v, b, p) as V
      const make = construct()
      const { span } = laidOut()
      bytes = span
      if (n === span) return make(v, b, p) as V
      if (n > span) return { ...make(v, b, p), tail: b.slice(p + span, p + n) } as V
      const whole = new Uint8Array(span)
      whole.set(b.subarray(p, p + n))
      return make(viewOf(whole), whole, 0) as V
    },
    write(w, value) {
      if (typeof value !== 'object' || value === null) throw new TypeError(`must be an object, not ${shown(value)}`)
      const { span, byKey } = laidOut()
      const at = w.reserve(span)
      const given = value as Fields
      if (given['tail'] !== undefined) w.raw(given['tail'] as Uint8Array)
      const end = w.length
      let key = ''
      try {
        for (key in given) {
          const field = given[key]
          if (field === undefined || key === 'tail') continue
          const row = byKey.get(key)
          if (!row) throw new TypeError(`${name} has no field '${key}'; one of: ${[...byKey.keys()].join(', ')}`)
          w.length = at + row.offset
          row.write(w, field, given, given)
        }
      } catch (error) {
        const row = byKey.get(key)
        throw row ? new RangeError(`${key} (${row.name}) ${(error as Error).message}`) : error
      } finally {
        // On an error too: what lies behind must stay inside the writer, for its `truncate` to clear.
        w.length = end
      }
    },
    source(g) {
      const { span, visible } = laidOut()
      const read = `${g.constant(self)}.read(v,b,p,n)`
      // A longer or shorter one is read by `read`, and so is a large one: a call is nothing beside its fields.
      return visible.length <= MOST_DIRECT ? `(n===${span}?${g.constant(construct())}(v,b,p):${read})` : read
    },
    layout: property => laidOut().declare(property),
    fromLayout(raw) {
      const value: Fields = {}
      for (const f of laidOut().visible) value[f.key] = f.codec.fromLayout!((raw as Fields)[f.key])
      return value as V
    },
    dissect(node, v, b, p, n) {
      node.children = dissectFields(laidOut().fields, v, b, p, n)
    },
    compose(w, node) {
      composeFields(w, node.children!)
    },
  } satisfies Omit<Struct<R>, keyof Extent>)
  return self
}

/** What depends on the layout. In a class: of an object with getters of its own V8 makes a hidden class a property. */
class Extent {
  readonly #of: () => LaidOut

  constructor(of: () => LaidOut) {
    this.#of = of
  }

  get size(): number {
    return this.#of().span
  }

  get span(): number {
    return this.#of().span
  }

  get fields(): readonly Field[] {
    return this.#of().fields
  }

  get structure(): Structure {
    return this.#of().structure
  }
}

interface LaidOut {
  readonly span: number
  readonly structure: Structure
  readonly fields: readonly Field[]
  readonly byKey: ReadonlyMap<string, Field>
  /** Those that are no pads. */
  readonly visible: readonly Field[]
  /** The struct as a field of another one. */
  declare(property: string): Structure
}

function layOut(name: string, rows: FieldRows): LaidOut {
  const declare = (property: string): Structure =>
    layouts.struct(
      Object.entries(rows).map(([key, [, codec]]) => {
        if (!codec.layout) throw new TypeError(`${name}.${key}: a codec of fixed size is needed, not ${codec.kind}`)
        return codec.layout(key) as Layout<unknown>
      }),
      property,
    )
  const structure = declare(name)
  const fields = Object.entries(rows).map(([key, [fieldName, codec]]): Field => {
    return { key, name: fieldName, codec, write: codec.write, offset: structure.offsetOf(key)!, size: codec.size! }
  })
  return {
    ...{ span: structure.span, structure, fields, declare },
    byKey: new Map(fields.map(field => [field.key, field])),
    visible: fields.filter(f => !f.key.startsWith('_')),
  }
}

/** The nodes of a struct's fields, as far as the bytes reach; what is over is one node of bytes. */
export function dissectFields(fields: readonly Field[], v: DataView, b: Uint8Array, p: number, n: number): Node[] {
  const nodes: Node[] = []
  const siblings: Fields = {}
  let covered = 0
  for (const f of fields) {
    if (f.offset + f.size > n) break
    const node: Node = { name: f.name, key: f.key, offset: p + f.offset, length: f.size, codec: f.codec }
    if (f.codec.dissect) f.codec.dissect(node, v, b, p + f.offset, f.size, siblings, siblings)
    else if (f.codec.accepts && !f.codec.accepts(b, p + f.offset, f.size))
      node.bytes = b.slice(p + f.offset, p + f.offset + f.size)
    else node.value = f.codec.read(v, b, p + f.offset, f.size, siblings, siblings)
    siblings[f.key] = node.value
    nodes.push(node)
    covered = f.offset + f.size
  }
  if (covered < n)
    nodes.push({ name: 'tail', offset: p + covered, length: n - covered, bytes: b.slice(p + covered, p + n) })
  return nodes
}

/** Writes dissected fields back. */
export function composeFields(w: Writer, nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.bytes) w.raw(node.bytes)
    else if (node.codec?.compose) node.codec.compose(w, node)
    else if (node.codec) node.codec.write(w, node.value, {}, {})
    else throw new TypeError(`${node.name}: neither bytes nor a codec, found ${shown(node.value)}`)
  }
}

/** How a struct's fields are read where it begins at `p`. */
export function fieldProperties(fields: readonly Field[], program: Program): Property[] {
  return fields.map(({ key, codec, offset, size }) => {
    const at = source(codec, program).replaceAll(/\bp\b/g, `(p+${offset})`)
    return { key, source: at.replaceAll(/\bn\b/g, String(size)), like: zeroOf(codec) }
  })
}

/** Structs with more fields are read by `read`, and compiled only when one is. */
const MOST_DIRECT = 8

/** Makes plain objects of a struct's fields. */
type Construct = (v: DataView, b: Uint8Array, p: number) => Fields

/** Undefined where code generation from strings is off. */
function compile(fields: readonly Field[]): Construct | undefined {
  const program = new Program()
  const make = program.making(fieldProperties(fields, program), { header: true })
  return program.build<Construct>(`return (v,b,p)=>{${make}return o}`)
}

function interpret(fields: readonly Field[]): Construct {
  return (v, b, p) => {
    const o: Fields = {}
    for (const { key, codec, offset, size } of fields) o[key] = codec.read(v, b, p + offset, size, o, o)
    return o
  }
}
