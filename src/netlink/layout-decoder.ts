// Decoders for messages, and for nests, that look alike. The messages of a dump have the same attributes in the same
// order, and all but texts have the same size: where a layout has come often enough, it gets a decoder that compares the
// attributes' headers with what they were and reads each at its place, with neither loop nor switch. What does not fit
// goes to the general decoder.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import type { Fields } from './codec.ts'
import { type Program, type Property, source, zeroOf } from './program.ts'
import { isMany, type Nest, type RowInfo, type Table } from './table.ts'

/** `h`: the header of the message that a nest is in. A message's own decoder does without. */
type Decode<O> = (v: DataView, b: Uint8Array, p: number, e: number, h: Fields) => O
/** Answers undefined where the message has another layout. */
type Attempt<O> = (v: DataView, b: Uint8Array, p: number, e: number, h: Fields) => O | undefined

/** What all decoders of a message, or of a nest, have in common. */
interface Skeleton {
  readonly table: Table
  /** A message's own; a nest has none. */
  readonly header?: Header
  /** A new program to add to. */
  begin(): Program
}

interface Header {
  /** Bytes of it, aligned. */
  readonly span: number
  /** What it sets, from `p` on. */
  readonly fields: readonly Property[]
  /** The name that the class of the decoded objects has in the program. */
  readonly decoded: string
  /** Where its lazy attributes are in [start, end), a fact of the layout. */
  places(v: DataView, start: number, end: number): readonly number[]
}

interface Attribute {
  readonly row: RowInfo
  /** With its two flag bits. */
  readonly type: number
  /** nla_len. */
  readonly length: number
  /** Where its header is, from the end of the message's header on. */
  readonly at: number
  /** Whether its length must be this one. A text may be shorter or longer, while what follows stays in its place. */
  readonly exact: boolean
  /** Its own attributes, where it is a nest of such as can be read at their places. */
  readonly inside: readonly Attribute[] | undefined
}

/** One message in so many that the general decoder takes is looked at, until so many have come without a new layout. */
const LOOK_EVERY = 8
const LOOK_UNTIL = 4096
/** So often must a layout be seen: a small dump compiles nothing. */
const SEEN = 8
/** Layouts that get a decoder, and that are counted: bounded, whatever comes. */
const MOST_LAYOUTS = 24
const MOST_COUNTED = 256
/** Decoders for messages of one length. */
const MOST_ALIKE = 4
/** Messages with more are rare, and their code would be large. */
const MOST_ATTRIBUTES = 96

/** A decoder that learns the layouts of what it is given, beside the general one. */
export function byLayout<O>(skeleton: Skeleton, general: Decode<O>): Decode<O> {
  const span = skeleton.header?.span ?? 0
  /** By a fourth of the message's length. */
  const known: (readonly Attempt<O>[] | undefined)[] = []
  const counts = new Map<string, number>()
  let looks = 0
  let made = 0

  function learn(v: DataView, p: number, e: number): void {
    const start = p + span
    const attributes = attributesOf(skeleton.table, v, start, start, e)
    if (!attributes?.length) return
    const key = keyOf(attributes)
    const count = (counts.get(key) ?? 0) + 1
    if (count > 1 || counts.size < MOST_COUNTED) counts.set(key, count)
    if (count === SEEN) make(attributes, v, p, e)
  }

  function make(attributes: readonly Attribute[], v: DataView, p: number, e: number): void {
    const slot = (e - p) >> 2
    const alike = known[slot] ?? []
    if (alike.length >= MOST_ALIKE) return
    const attempt = compileLayout<O>(skeleton, attributes, v, p, e)
    if (!attempt) return
    while (known.length < slot) known.push(undefined)
    known[slot] = [...alike, attempt]
    made++
    looks = 0
  }

  return (v, b, p, e, h) => {
    const alike = known[(e - p) >> 2]
    if (alike !== undefined) {
      for (const attempt of alike) {
        const o = attempt(v, b, p, e, h)
        if (o !== undefined) return o
      }
    }
    const o = general(v, b, p, e, h)
    if (looks < LOOK_UNTIL && ++looks % LOOK_EVERY === 0 && made < MOST_LAYOUTS) learn(v, p, e)
    return o
  }
}

/**
 * The attributes in [p, e), of a message whose header ends at `start`; undefined where there are too many, or such as no
 * row knows.
 */
function attributesOf(table: Table, v: DataView, start: number, p: number, e: number): Attribute[] | undefined {
  const found: Attribute[] = []
  for (let at = p; at + NLA_HDRLEN <= e; ) {
    const length = v.getUint16(at, true)
    const type = v.getUint16(at + 2, true)
    const row = table.byType.get(type & NLA_TYPE_MASK)
    if (!row || isMany(row.codec) || found.length === MOST_ATTRIBUTES) return undefined
    const nest = !row.options.lazy && 'table' in row.codec ? (row.codec as Nest).table() : undefined
    const inside = nest && attributesOf(nest, v, start, at + NLA_HDRLEN, at + length)
    // What has no padding behind it must not grow beyond the end.
    const exact = row.codec.kind !== 'string' || at + align4(length) > e
    found.push({ row, type, length, at: at - start, exact, inside })
    at += align4(length)
  }
  return found
}

const keyOf = (attributes: readonly Attribute[]): string =>
  attributes
    .map(
      ({ type, length, exact, inside }) =>
        `${type}:${exact ? length : align4(length)}${inside ? `(${keyOf(inside)})` : ''}`,
    )
    .join()

/** A decoder in pieces: what must be so that it fits, what it then sets, and where the first lazy attribute is. */
interface Body {
  readonly guards: string[]
  readonly properties: Property[]
  /** From the end of the message's header on. */
  lazyAt: number | undefined
}

/** Undefined where one of them could not be read, which is no value. */
function bodyOf(attributes: readonly Attribute[], span: number, program: Program): Body | undefined {
  const body: Body = { guards: [], properties: [], lazyAt: undefined }
  const { guards, properties } = body
  for (const { row, type, length, at, exact, inside } of attributes) {
    const { codec, key, options } = row
    const head = `p+${span + at}`
    const fits = (type << 16) | (exact ? length : align4(length))
    guards.push(exact ? `v.getInt32(${head},true)===${fits}` : `(v.getInt32(${head},true)+3&-4)===${fits}`)
    if (key.startsWith('_')) continue
    if (options.lazy) {
      body.lazyAt ??= at
      continue
    }
    const nested = inside && bodyOf(inside, span, program)
    if (nested) {
      guards.push(...nested.guards)
      properties.push({ key, source: nestSource(nested, program), like: 'undefined' })
      continue
    }
    const n = exact ? String(length - NLA_HDRLEN) : `(v.getUint16(${head},true)-${NLA_HDRLEN})`
    const placed = (expression: string): string =>
      expression.replaceAll(/\bp\b/g, `(p+${span + at + NLA_HDRLEN})`).replaceAll(/\bn\b/g, n)
    const sizes = codec.sizes ?? (codec.size === undefined || codec.elastic ? undefined : [codec.size])
    if (sizes && !sizes.includes(length - NLA_HDRLEN)) return undefined
    if (!sizes && codec.accepts) guards.push(placed(`${program.constant(codec)}.accepts(b,p,n)`))
    const read = placed(source(codec, program))
    properties.push({ key, source: read, like: zeroOf(codec) })
  }
  return body
}

/** The object of a nest; `h` is asked for where something in it does. */
function nestSource({ properties }: Body, program: Program): string {
  const make = program.making(properties, { header: false })
  const given = /\bh\b/.test(make) ? 'v,b,p,h' : 'v,b,p'
  return `${program.define('nest', name => `function ${name}(${given}){${make}return o}`)}(${given})`
}

/** The decoder of the layout that [p, e) has. */
function compileLayout<O>(
  { header, begin }: Skeleton,
  attributes: readonly Attribute[],
  v: DataView,
  p: number,
  e: number,
): Attempt<O> | undefined {
  const program = begin()
  const span = header?.span ?? 0
  const body = bodyOf(attributes, span, program)
  if (!body) return undefined
  const { guards, properties, lazyAt } = body
  const make = header
    ? program.making([...header.fields, ...properties], { of: header.decoded, header: true })
    : program.making(properties, { header: false })
  const from = span + (lazyAt ?? 0)
  const keep =
    header && lazyAt !== undefined ? `o.keep(b,p+${from},e,${program.constant(header.places(v, p + from, e))});` : ''
  return program.build<Attempt<O>>(`return (v,b,p,e${header ? '' : ',h'})=>{
if(e-p!==${e - p}||!(${guards.join('\n&&')}))return;
${make}${keep}return o}`)
}
