// A generated function while it is written: its source, and the constants that it refers to by name.
import type { Codec, Generator } from './codec.ts'

/** Collects constants, and makes a function of a source that uses them. */
export class Program implements Generator {
  private readonly constants: unknown[]
  /** Functions that the source uses. */
  private readonly definitions: string[] = []

  constructor(constants: readonly unknown[] = []) {
    this.constants = [...constants]
  }

  /** Another one that begins with the same constants. */
  copy(): Program {
    return new Program(this.constants)
  }

  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `c${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  /** Adds a function by its source, which is given its name; answers that. */
  define(kind: string, source: (name: string) => string): string {
    const name = `${kind}${this.definitions.length}`
    this.definitions.push(source(name))
    return name
  }

  /**
   * The statements that make an object `o` with these properties, in order: a plain one, or one of `of`, a class that has
   * room for them. Their sources may know `o` as `h` too, where they are the header of what follows.
   *
   * All properties are there before they get their values: V8 makes that one step, where a property that is added with
   * its value is a change of the object's shape each time (twice the time and three times the code, which must fit into
   * the processor's caches). And a value is of the type that stood there before: what follows a number, as a number,
   * needs least. Values that ask for neither `o` nor `h` are made first, as storing into an object that was just made
   * needs no look at where it lies. It is no object literal, as V8 counts what becomes of the objects of those: once
   * many were kept, it makes all that follow in the old space, where those of a long stream are collected late and dearly.
   */
  making(properties: readonly Property[], { of, header }: { of?: string; header: boolean }): string {
    /** The values that are there before the object is, by key. */
    const early = new Map<string, string>()
    const sources = properties.map(({ key, source }, i) => {
      const known = header ? source.replaceAll(/\bh\.(\w+)/g, (asked, of) => early.get(of) ?? asked) : source
      if ((header ? /\b[oh]\b/ : /\bo\b/).test(known)) early.delete(key)
      else early.set(key, `x${i}`)
      return { source: known, name: early.get(key) }
    })
    // Who asks for `o` sees nothing of what comes later.
    const seen = sources.some(({ source }) => /\bo\b/.test(source))
    const presets = (object: string): string =>
      properties.map(({ key, like }) => set(object, key, seen ? 'undefined' : like)).join('')
    const plain = this.constant(Object.prototype)
    // By another name, as V8 learns by variable and key what a store meets.
    const blank = of
      ? `const q=new ${of}();${presets('q')}`
      : `const q=new ${this.define('Plain', name => `function ${name}(){${presets('this')}}${name}.prototype=${plain};`)}();`
    return [
      ...sources.map(({ source, name }) => (name ? `const ${name}=${source};` : '')),
      `${blank}const o=q${header ? ',h=q' : ''};`,
      ...sources.map(({ source, name }, i) => set('o', properties[i]!.key, name ?? source)),
    ].join('')
  }

  /** What the source returns; undefined where code generation from strings is off. */
  build<F>(body: string): F | undefined {
    const names = this.constants.map((_, i) => `c${i}`)
    try {
      return new Function(...names, `'use strict';${this.definitions.join('')}${body}`)(...this.constants) as F
    } catch (error) {
      if (error instanceof EvalError) return undefined
      throw error
    }
  }
}

const ARGUMENTS = ['v', 'b', 'p', 'n', 'h', 'o']

/** The expression that reads a payload of `n` bytes at `p`; it names what it asks for. */
export const source = (codec: Codec<any, any>, program: Program): string =>
  codec.source?.(program) ?? `${program.constant(codec)}.read(${ARGUMENTS.slice(0, codec.read.length)})`

/** Whether what a payload reads as depends on more than its bytes: on the message's header, or what stands beside it. */
export const asksOthers = (codec: Codec<any, any>): boolean => /\b[ho]\b/.test(source(codec, new Program()))

/** A property that a decoder sets: an expression of its value, and one of the same type. */
export interface Property {
  readonly key: string
  readonly source: string
  readonly like: string
}

const set = (object: string, key: string, source: string): string => `${object}[${JSON.stringify(key)}]=${source};`

const NO_BYTES = new Uint8Array(256)
const NO_VIEW = new DataView(NO_BYTES.buffer)

/** What a codec of fixed size reads of zeros, as an expression, where that is no object; else `undefined`. */
export function zeroOf(codec: Codec<any, any>): string {
  const { size } = codec
  if (size === undefined || codec.elastic || size > NO_BYTES.length) return 'undefined'
  let zero: unknown
  try {
    zero = codec.read(NO_VIEW, NO_BYTES, 0, size, {}, {})
  } catch {
    // There is no such value.
  }
  if (typeof zero === 'bigint') return `${zero}n`
  return typeof zero === 'object' ? 'undefined' : String(JSON.stringify(zero))
}
