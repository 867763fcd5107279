// Turns a table into generated decoders. The general one is a loop over the attributes with a single switch that reads
// numbers in place and sets only the keys that are present. What comes again and again with the same attributes gets a
// decoder for that layout (layout-decoder.ts). Where code generation from strings is off, it answers undefined and
// decode.ts does the work.
import { Buffer } from 'node:buffer'
import { align4, NLA_TYPE_MASK } from './attribute.ts'
import type { Codec } from './codec.ts'
import { byLayout } from './layout-decoder.ts'
import { MalformedError } from './malformed.ts'
import { Program, source } from './program.ts'
import { type FieldRows, fieldProperties } from './struct.ts'
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
  const program = new Program()
  const general = program.build<DecodeAttributes>(
    `return (v,b,p,e,h)=>{const o={};${loop(program, table, attributeCase)};return o}`,
  )
  return general && byLayout({ table, begin: () => new Program() }, general)
}

/** A decoder of a whole message: header fields and attributes on one object, whose lazy rows are getters. */
export function compileMessage<H extends FieldRows, R extends Rows, D>(
  message: Message<H, R, D>,
): Message<H, R, D>['decode'] | undefined {
  const program = new Program()
  const { header, table } = message
  const fields = fieldProperties(
    header.fields.filter(f => !f.key.startsWith('_')),
    program,
  )
  const rows = [...table.byType.values()].filter(row => !row.key.startsWith('_'))
  const lazy = rows.filter(row => row.options.lazy)
  const own = rows.filter(row => !row.options.lazy)
  const begin = fields.map(({ key, source }) => `o[${JSON.stringify(key)}]=${source};`).join('\n')
  const short = (at: number, there: number): MalformedError =>
    new MalformedError(`struct ${header.name}`, at, header.span, there)
  const body = `
${decodedClass(
  program,
  [...fields, ...own].map(({ key }) => key),
  lazy,
)}
const prototype=${program.constant(message.prototype)};
Object.setPrototypeOf(Decoded.prototype,prototype);
return {Decoded,decode:(v,b,p,e)=>{
  if(e-p<${header.span})throw ${program.constant(short)}(p,e-p);
  const o=new Decoded(),h=o;let kept=false;
  ${begin}
  p+=${align4(header.span)};
  ${loop(program, table, (row, to) => (row.options.lazy ? 'if(!kept){o.keep(b,p-4,e,undefined);kept=true}break' : attributeCase(row, to)))}
  return o
}}`
  type Decode = (v: DataView, b: Uint8Array, p: number, e: number) => MessageValue<H, R, D>
  const general = program.build<{ Decoded: unknown; decode: Decode }>(body)
  if (!general) return undefined
  return byLayout(
    {
      table,
      header: { span: align4(header.span), fields, decoded: program.constant(general.Decoded), places: placesOf(lazy) },
      // The fields know their constants by the numbers that they have here.
      begin: () => program.copy(),
    },
    general.decode,
  ) as Decode
}

/** The loop over attributes: `p` runs over the payloads in [p, e); `n` is a payload's size. */
function loop(program: Program, table: Table, caseOf: (row: RowInfo, program: Program) => string): string {
  const malformed = program.constant((at: number, length: number, there: number) => {
    return new MalformedError(table.name, at, length, there)
  })
  const cases = [...table.byType.values()].map(row => `case ${row.type}:${caseOf(row, program)}`)
  return `while(p+4<=e){
const lt=v.getUint32(p,true),l=lt&0xffff;
if(l<4||p+l>e)throw ${malformed}(p,l,e-p);
const t=lt>>>16&0x3fff,n=l-4;
p+=4;
switch(t){
${cases.join('\n')}
default:${program.constant(addUnknown)}(o,t,b,p,n)}
p+=(n+3)&~3}`
}

/** Reads one attribute into `o`, or keeps its bytes where its size is not its row's. */
function attributeCase(row: RowInfo, program: Program): string {
  const { codec } = row
  if (row.key.startsWith('_')) return 'break'
  const key = JSON.stringify(row.key)
  const unknown = `${program.constant(addUnknown)}(o,t,b,p,n);break`
  const store = isMany(codec)
    ? `if(o[${key}])o[${key}].push(${source((codec as Many).many, program)});else o[${key}]=[${source((codec as Many).many, program)}];break`
    : `o[${key}]=${source(codec, program)};break`
  const fits = fitsSource(codec, program)
  return fits === 'true' ? store : `if(${fits}){${store}}${unknown}`
}

/** Whether a codec reads the payload of `n` bytes at `p`, as an expression. */
function fitsSource(codec: Codec<any, any>, program: Program): string {
  if (codec.sizes) return codec.sizes.map(size => `n===${size}`).join('||')
  if (codec.accepts) return `${program.constant(codec)}.accepts(b,p,n)`
  return codec.elastic || codec.size === undefined ? 'true' : `n===${codec.size}`
}

/**
 * The class of a message's objects. The bytes from the first lazy attribute on are kept in a private copy, with where the
 * lazy rows lie in it; without that (a layout knows it), the first look at one of them finds all. Each is decoded once,
 * by its getter.
 */
function decodedClass(program: Program, keys: readonly string[], rows: readonly RowInfo[]): string {
  // V8 gives objects as many slots as their constructor has assignments, run or not; without, they grow three at a time.
  const room = `constructor(){if(false){${keys.map(key => `this[${JSON.stringify(key)}]=0`).join(';')}}}`
  if (rows.length === 0) return `class Decoded{${room}}`
  const unread = program.constant(UNREAD)
  // Copied, not written as a literal, as V8 counts what becomes of those: program.ts says why.
  const none = program.constant(rows.map(() => UNREAD))
  const members = rows.map(({ key, codec }, i) => {
    const name = JSON.stringify(key)
    return `
  get ${name}(){
    const values=this.#values??this.#unread(),known=values[${i}];
    if(known!==${unread})return known;
    const at=this.#places[${i}];
    if(at===0)return values[${i}]=undefined;
    const {view:v,bytes:b}=this.#slab,p=this.#start+at,n=v.getUint16(p-4,true)-4;
    return values[${i}]=(${fitsSource(codec, program)})?${program.constant(codec)}.read(v,b,p,n,this,this):b.slice(p,p+n)
  }
  set ${name}(value){(this.#values??this.#unread())[${i}]=value}`
  })
  return `class Decoded{
  ${room}
  #slab=undefined;#start=0;#end=0;#places=${program.constant(rows.map(() => 0))};#values=undefined;
  keep(b,start,end,places){
    const slab=this.#slab=${program.constant(keep)}(b,start,end);
    this.#end=slab.used;this.#start=slab.used-(end-start);this.#places=places
  }
  #unread(){
    this.#places??=${program.constant(placesOf(rows))}(this.#slab.view,this.#start,this.#end);
    return this.#values=${none}.slice()
  }${members.join('')}
}`
}

/** Stands where a value is to be decoded when it is asked for. */
const UNREAD = Symbol('unread')

/** Finds the payloads of lazy rows in a kept message: how far from its start, in the rows' order, 0 where one is absent. */
function placesOf(rows: readonly RowInfo[]): (view: DataView, start: number, end: number) => readonly number[] {
  const order: number[] = []
  for (const [i, { type }] of rows.entries()) order[type] = i
  const none = rows.map(() => 0)
  return (view, start, end) => {
    const found = none.slice()
    for (let at = start; at + 4 <= end; ) {
      const head = view.getUint32(at, true)
      const i = order[(head >>> 16) & NLA_TYPE_MASK]
      if (i !== undefined) found[i] = at + 4 - start
      at += align4(head & 0xffff)
    }
    return found
  }
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
    // Not filled with zeros: nothing is read but what was copied in.
    this.bytes = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer)
    this.view = new DataView(this.bytes.buffer)
  }
}
const SLAB_SIZE = 32 * 1024
let slab = new Slab(SLAB_SIZE)

/** Copies [start, end) to the end of a slab. */
function keep(b: Uint8Array, start: number, end: number): Slab {
  const length = end - start
  if (slab.used + length > slab.bytes.length) slab = new Slab(Math.max(SLAB_SIZE, length))
  slab.bytes.set(b.subarray(start, end), slab.used)
  slab.used += length
  return slab
}
