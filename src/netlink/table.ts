// What a table and a message definition are: the shapes that schema.ts declares and the decoders, the encoder and
// dissect read. Types, and the few facts about them that all need.
import type { Writer } from './attribute.ts'
import type { Codec, Fields, Input, Value } from './codec.ts'
import type { FieldRows, Struct, StructInput, StructValue } from './struct.ts'

export interface RowOptions {
  /** The key in iproute2's JSON where it is not the row's own. */
  readonly json?: string
  /** Decoded when it is first looked at, from a private copy of the message (rows of a message's own table only). */
  readonly lazy?: boolean
}

/** `[attribute number, the kernel's constant, codec, options]` */
export type Row = readonly [type: number, constant: string, codec: Codec<any, any>, options?: RowOptions]
export type Rows = Readonly<Record<string, Row>>

/** An attribute that no row knows, or whose size is not its row's: its number and its bytes. */
export interface UnknownAttribute {
  type: number
  bytes: Uint8Array
}

/**
 * Gives a type that is inferred from a value a name: `type QdiscKinds = Named<typeof qdiscKinds>`. Editors and published
 * declarations then say the name, where they would repeat all that is in it wherever it is used.
 */
export type Named<T> = Pick<T, keyof T>

/** What a table decodes: the attributes that are present (but pads, whose keys begin with `_`), and under `unknown` what no row could read. */
export type Attributes<R extends Rows> = {
  -readonly [K in keyof R as K extends `_${string}` ? never : K]?: Value<R[K][2]>
} & {
  unknown?: UnknownAttribute[]
}
/** What a table encodes, in the order given; `undefined` is left out. */
export type AttributesInput<R extends Rows> = { [K in keyof R]?: Input<R[K][2]> | undefined } & {
  unknown?: readonly UnknownAttribute[] | undefined
}

export interface RowInfo {
  readonly key: string
  readonly type: number
  readonly constant: string
  readonly codec: Codec<any, any>
  readonly options: RowOptions
  // What the encoder asks of the codec, where it is found faster than in codecs of many forms.
  readonly write: Codec<any, any>['write']
  readonly many: boolean
  readonly inside: boolean
  readonly flagged: boolean | ((header: Fields, siblings: Fields) => boolean)
}

/** A row of a table. */
export const rowInfo = (
  key: string,
  type: number,
  constant: string,
  codec: Codec<any, any>,
  options: RowOptions,
): RowInfo => ({
  key,
  type,
  constant,
  codec,
  options,
  write: codec.write,
  many: isMany(codec),
  inside: codec.inside === true,
  flagged: (codec as Flagged).flagged ?? false,
})

interface Flagged {
  readonly flagged?: RowInfo['flagged']
}

/** Reads the attributes in [p, end); `header` is what selectors by header field look at. */
export type DecodeAttributes = (v: DataView, b: Uint8Array, p: number, end: number, header: Fields) => Fields

export interface Table<R extends Rows = Rows> {
  /** The prefix of its constants, `IFLA`. */
  readonly name: string
  readonly rows: R
  readonly byType: ReadonlyMap<number, RowInfo>
  readonly byKey: ReadonlyMap<string, RowInfo>
  /** Compiled on first use; closures where code generation from strings is off. */
  decode: DecodeAttributes
  encode(w: Writer, value: AttributesInput<R>, header: Fields): void
}

export interface Nest<R extends Rows = Rows> extends Codec<Attributes<R>, AttributesInput<R>> {
  readonly table: () => Table<R>
  /** Whether NLA_F_NESTED is set when we write it. */
  readonly flagged: boolean
}

/** An attribute that may come several times; every occurrence is one element. */
export interface Many<C extends Codec<any, any> = Codec<any, any>> extends Codec<Value<C>[], readonly Input<C>[]> {
  readonly many: C
}
/** Whether an attribute may come several times. */
export const isMany = (codec: Codec<any, any>): boolean => 'many' in codec

/** Whether we set NLA_F_NESTED when we write it; a selector's choice decides for it. */
export const isFlagged = (codec: Codec<any, any>, header: Fields = {}, siblings: Fields = {}): boolean => {
  const { flagged } = codec as Flagged
  return typeof flagged === 'function' ? flagged(header, siblings) : flagged === true
}

/** The friendly object of a message: the header's fields, then the attributes that are present. */
export type MessageValue<H extends FieldRows, R extends Rows, D> = Omit<StructValue<H>, keyof R | 'tail'> &
  Attributes<R> &
  Readonly<D>

export interface MessageInput<H extends FieldRows, R extends Rows> {
  readonly header?: StructInput<H>
  readonly attributes?: AttributesInput<R>
}

/** What stands behind a message's header where that is no attributes: a text. */
export interface Payload {
  readonly key: string
  /** What nl-dump calls it. */
  readonly name: string
  readonly codec: Codec<any, any>
}

/** One object of a family (a link, an address): its message types, fixed header and table. */
export interface Message<H extends FieldRows = FieldRows, R extends Rows = Rows, D = object> {
  /** What it is, `link`. */
  readonly name: string
  /** Message types by kernel constant, `{ RTM_NEWLINK: 16 }`. */
  readonly types: Readonly<Record<string, number>>
  readonly header: Struct<H>
  readonly table: Table<R>
  /** Instead of attributes. */
  readonly payload?: Payload
  /** The prototype of decoded objects: getters that are computed from the fields. */
  readonly prototype: Readonly<D>
  /** Reads the payload [p, end) of a message. Compiled on first use. */
  decode(v: DataView, b: Uint8Array, p: number, end: number): MessageValue<H, R, D>
  encode(w: Writer, input: MessageInput<H, R>): void
}

/** The value type of a message definition, under the name of the type that is declared with it, `Link`. */
export type MessageOf<M extends Message<any, any, any>> = Omit<
  ReturnType<M['header']['read']>,
  keyof M['table']['rows'] | 'tail'
> &
  Attributes<M['table']['rows']> &
  M['prototype']

/** Keeps an attribute that no row could read. */
export function addUnknown(o: Fields, type: number, b: Uint8Array, p: number, n: number): void {
  const entry: UnknownAttribute = { type, bytes: b.slice(p, p + n) }
  if (o['unknown']) (o['unknown'] as UnknownAttribute[]).push(entry)
  else o['unknown'] = [entry]
}

/** A value that cannot be encoded: which one (path of keys) and why. */
export class InvalidValueError extends RangeError {
  override readonly name = 'InvalidValueError'
  readonly code = 'ERR_INVALID_VALUE'
  readonly path: readonly string[]
  readonly reason: string

  constructor(path: readonly string[], reason: string) {
    super(`${path.join('.')} ${reason}`)
    this.path = path
    this.reason = reason
  }
}
