// Decoders for messages that look alike. The messages of a dump have the same attributes in the same order, and all but
// texts have the same size: where a layout has come often enough, it gets a decoder that compares the attributes'
// headers with what they were and reads each at its place, with neither loop nor switch. What does not fit goes to the
// general decoder.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Program, source } from './program.ts'
import { isMany, type Nest, type RowInfo, type Table } from './table.ts'

type Decode<O> = (v: DataView, b: Uint8Array, p: number, e: number) => O
/** Answers undefined where the message has another layout. */
type Attempt<O> = (v: DataView, b: Uint8Array, p: number, e: number) => O | undefined

/** What all decoders of a message have in common. */
interface Skeleton {
  readonly table: Table
  /** Bytes of the header, aligned. */
  readonly span: number
  /** Sets the header's fields on `o`, from `p`. */
  readonly begin: string
}

/** A program to add to, and the name that the class of the decoded objects has there. */
interface Beginning {
  readonly program: Program
  readonly decoded: string
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
export function byLayout<O>(skeleton: Skeleton, general: Decode<O>, begin: () => Beginning): Decode<O> {
  /** By a fourth of the message's length. */
  const known: (readonly Attempt<O>[] | undefined)[] = []
  const counts = new Map<string, number>()
  let looks = 0
  let made = 0

  function learn(v: DataView, p: number, e: number): void {
    const start = p + skeleton.span
    const attributes = attributesOf(skeleton.table, v, start, start, e)
    if (!attributes?.length) return
    const key = keyOf(attributes)
    const count = (counts.get(key) ?? 0) + 1
    if (count > 1 || counts.size < MOST_COUNTED) counts.set(key, count)
    if (count === SEEN) make(attributes, e - p)
  }

  function make(attributes: readonly Attribute[], size: number): void {
    const slot = size >> 2
    const alike = known[slot] ?? []
    if (alike.length >= MOST_ALIKE) return
    const attempt = compileLayout<O>(skeleton, begin(), attributes, size)
    if (!attempt) return
    while (known.length < slot) known.push(undefined)
    known[slot] = [...alike, attempt]
    made++
    looks = 0
  }

  return (v, b, p, e) => {
    const alike = known[(e - p) >> 2]
    if (alike !== undefined) {
      for (const attempt of alike) {
        const o = attempt(v, b, p, e)
        if (o !== undefined) return o
      }
    }
    const o = general(v, b, p, e)
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
    found.push({ row, type, length, at: at - start, exact: row.codec.kind !== 'string', inside })
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

/** The source of a decoder: what must be so that it fits, and what then sets the fields of `o`. */
interface Body {
  readonly guards: string[]
  readonly stores: string[]
}

/** Undefined where one of them could not be read, which is no value; or where its bytes must be looked at first. */
function bodyOf(attributes: readonly Attribute[], span: number, program: Program): Body | undefined {
  const guards: string[] = []
  const stores: string[] = []
  let kept = false
  for (const { row, type, length, at, exact, inside } of attributes) {
    const { codec, key, options } = row
    const head = `p+${span + at}`
    const fits = (type << 16) | (exact ? length : align4(length))
    guards.push(exact ? `v.getInt32(${head},true)===${fits}` : `(v.getInt32(${head},true)+3&-4)===${fits}`)
    if (key.startsWith('_')) continue
    if (options.lazy) {
      if (!kept) stores.push(`o.keep(b,${head},e);`)
      kept = true
      continue
    }
    const nested = inside && bodyOf(inside, span, program)
    if (nested) {
      guards.push(...nested.guards)
      stores.push(`o[${JSON.stringify(key)}]=${nestSource(nested, program)};`)
      continue
    }
    const sizes = codec.sizes ?? (codec.size === undefined || codec.elastic ? undefined : [codec.size])
    if (sizes ? !sizes.includes(length - NLA_HDRLEN) : codec.accepts) return undefined
    const n = exact ? String(length - NLA_HDRLEN) : `(v.getUint16(${head},true)-${NLA_HDRLEN})`
    const read = source(codec, program)
      .replaceAll(/\bp\b/g, `(p+${span + at + NLA_HDRLEN})`)
      .replaceAll(/\bn\b/g, n)
    stores.push(`o[${JSON.stringify(key)}]=${read};`)
  }
  return { guards, stores }
}

/** The object of a nest, made by a constructor as a struct is (struct.ts says why). */
function nestSource({ stores }: Body, program: Program): string {
  if (stores.length === 0) return '{}'
  const name = program.define(make => `function ${make}(v,b,p,h){const o=this;${stores.join('')}}`)
  return `new ${name}(v,b,p,h)`
}

function compileLayout<O>(
  { span, begin }: Skeleton,
  { program, decoded }: Beginning,
  attributes: readonly Attribute[],
  size: number,
): Attempt<O> | undefined {
  const body = bodyOf(attributes, span, program)
  return (
    body &&
    program.build<Attempt<O>>(`return (v,b,p,e)=>{
if(e-p!==${size}||!(${body.guards.join('\n&&')}))return;
const o=new ${decoded}(),h=o;
${begin}
${body.stores.join('\n')}
return o}`)
  )
}
