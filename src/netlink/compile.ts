// Turns a table into one generated decoder: a loop over the attributes with a single switch that reads numbers in
// place and sets only the keys that are present. Where code generation from strings is off, it answers undefined
// and decode.ts does the work.
import { align4 } from './attribute.ts'
import { type Codec, type Fields, type Generator, readable } from './codec.ts'
import { MalformedError } from './malformed.ts'
import { type FieldRows, fieldSources } from './struct.ts'
import {
  addUnknown,
  type DecodeAttributes,
  isMany,
  type Many,
  type Message,
  type MessageValue,
  type RowInfo,
  type Rows,
  type Table,
} from './table.ts'

/** A decoder of the attributes of one table. */
export function compileAttributes(table: Table): DecodeAttributes | undefined {
  const program = new Program(table.name)
  return program.build<DecodeAttributes>(
    `return (v,b,p,e,h)=>{const o={};${program.loop(table, attributeCase)};return o}`,
  )
}

/** A decoder of a whole message: header fields and attributes on one object, whose lazy rows are getters. */
export function compileMessage<H extends FieldRows, R extends Rows, D>(
  message: Message<H, R, D>,
): Message<H, R, D>['decode'] | undefined {
  const program = new Program(message.table.name)
  const { header, table } = message
  const fields = fieldSources(
    header.fields.filter(f => !f.key.startsWith('_')),
    program,
  ).map(({ key, source }) => `o[${JSON.stringify(key)}]=${source};`)
  const lazy = [...table.byType.values()].filter(row => row.options.lazy)
  const body = `
${lazyClass(program, lazy)}
const prototype=${program.constant(message.prototype)};
Object.setPrototypeOf(Decoded.prototype,prototype);
return (v,b,p,e)=>{
  if(e-p<${header.span})throw ${program.constant((at: number, there: number) => new MalformedError(`struct ${header.name}`, at, header.span, there))}(p,e-p);
  const o=new Decoded(),h=o,start=p;
  ${fields.join('\n  ')}
  p+=${align4(header.span)};
  ${program.loop(table, (row, to) => (row.options.lazy ? `o.defer${row.type}(b,start,e,p);break` : attributeCase(row, to)))}
  return o
}`
  return program.build<(v: DataView, b: Uint8Array, p: number, e: number) => MessageValue<H, R, D>>(body)
}

/** Collects constants and writes the loop that all generated decoders share. */
class Program implements Generator {
  private readonly name: string
  private readonly constants: unknown[] = []

  constructor(name: string) {
    this.name = name
  }

  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `c${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  /** `p` runs over the payloads in [p, e); `n` is a payload's size. */
  loop(table: Table, caseOf: (row: RowInfo, program: Program) => string): string {
    const malformed = this.constant((at: number, length: number, there: number) => {
      return new MalformedError(this.name, at, length, there)
    })
    const cases = [...table.byType.values()].map(row => `case ${row.type}:${caseOf(row, this)}`)
    return `while(p+4<=e){
const lt=v.getUint32(p,true),l=lt&0xffff;
if(l<4||p+l>e)throw ${malformed}(p,l,e-p);
const t=lt>>>16&0x3fff,n=l-4;
p+=4;
switch(t){
${cases.join('\n')}
default:${this.constant(addUnknown)}(o,t,b,p,n)}
p+=(n+3)&~3}`
  }

  build<F>(body: string): F | undefined {
    const names = this.constants.map((_, i) => `c${i}`)
    try {
      return new Function(...names, `'use strict';${body}`)(...this.constants) as F
    } catch (error) {
      if (error instanceof EvalError) return undefined
      throw error
    }
  }
}

/** Reads one attribute into `o`, or keeps its bytes where its size is not its row's. */
function attributeCase(row: RowInfo, program: Program): string {
  const { codec } = row
  if (row.key.startsWith('_')) return 'break'
  const key = JSON.stringify(row.key)
  const unknown = `${program.constant(addUnknown)}(o,t,b,p,n);break`
  const store = isMany(codec)
    ? `if(o[${key}])o[${key}].push(${source((codec as Many<unknown, unknown>).many, program)});else o[${key}]=[${source((codec as Many<unknown, unknown>).many, program)}];break`
    : `o[${key}]=${source(codec, program)};break`
  if (codec.accepts) return `if(${program.constant(codec)}.accepts(b,p,n)){${store}}${unknown}`
  return codec.size === undefined || codec.elastic ? store : `if(n===${codec.size}){${store}}${unknown}`
}

const source = (codec: Codec<any, any>, program: Program): string =>
  codec.source?.(program) ?? `${program.constant(codec)}.read(v,b,p,n,h,o)`

/**
 * The class of a message's objects. A lazy row has a method that notes where its bytes are, in a private copy of
 * the message (one for all lazy rows), and a getter that decodes them once.
 */
function lazyClass(program: Program, rows: readonly RowInfo[]): string {
  if (rows.length === 0) return 'class Decoded{}'
  const read = program.constant((codec: Codec<any, any>, { view, bytes }: Slab, p: number, header: Fields) => {
    const n = view.getUint16(p - 4, true) - 4
    return readable(codec, bytes, p, n) ? codec.read(view, bytes, p, n, header, header) : bytes.slice(p, p + n)
  })
  const members = rows.map(({ key, type, codec }) => {
    const name = JSON.stringify(key)
    return `
  #p${type}=-1;#v${type}=undefined;
  defer${type}(b,start,e,p){
    if(this.#slab===undefined){this.#slab=${program.constant(keep)}(b,start,e);this.#shift=this.#slab.used-e}
    this.#p${type}=p+this.#shift
  }
  get ${name}(){
    if(this.#p${type}>=0){this.#v${type}=${read}(${program.constant(codec)},this.#slab,this.#p${type},this);this.#p${type}=-1}
    return this.#v${type}
  }
  set ${name}(value){this.#v${type}=value;this.#p${type}=-1}`
  })
  return `class Decoded{#slab=undefined;#shift=0;${members.join('')}}`
}

/**
 * Where private copies of messages lie, several together: a typed array of its own costs twice as much as the copying.
 * An object keeps its slab alive, so slabs are small.
 */
class Slab {
  readonly bytes: Uint8Array
  readonly view: DataView
  used = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.view = new DataView(this.bytes.buffer)
  }
}
const SLAB_SIZE = 16 * 1024
let slab = new Slab(SLAB_SIZE)

/** Copies [start, end) to the end of a slab. */
function keep(b: Uint8Array, start: number, end: number): Slab {
  const length = end - start
  if (slab.used + length > slab.bytes.length) slab = new Slab(Math.max(SLAB_SIZE, length))
  slab.bytes.set(b.subarray(start, end), slab.used)
  slab.used += length
  return slab
}
