// binary-parser with types: its declarations do not reach ES modules, and what we use of it is small. It is loaded at the
// first header that is parsed, for only captures need it.
import { requireHere } from '../../sys/builtin.ts'
import { SourceError } from './datagram.ts'

/** Reads fields one after the other; each adds its name to the result's type. */
export interface Parser<T> {
  seek(bytes: number): Parser<T>
  uint16<K extends string>(name: K): Parser<T & { readonly [P in K]: number }>
  uint32<K extends string>(name: K): Parser<T & { readonly [P in K]: number }>
  /** Throws where the bytes end too early. */
  parse(bytes: Uint8Array): T
}

type Order = 'big' | 'little'
/** The part of binary-parser's own class that we use: its methods answer the parser itself. */
interface Untyped {
  endianness(order: Order): void
  seek(bytes: number): void
  uint16(name: string): void
  uint32(name: string): void
  create(result: new () => object): void
  parse(bytes: Uint8Array): unknown
}

/**
 * What is parsed into. binary-parser sets two properties of its own on every result and deletes them again, and objects
 * that lose a property become slow dictionaries: setters take these two.
 */
class Result {
  set $parent(_: unknown) {}
  set $root(_: unknown) {}
}

/** A parser without fields, in this byte order. */
export const parser = (order: Order): Parser<object> => new Fields(order) as unknown as Parser<object>

class Fields {
  readonly #order: Order
  readonly #fields: ((to: Untyped) => void)[] = []
  #made: Untyped | undefined

  constructor(order: Order) {
    this.#order = order
  }

  seek(bytes: number): this {
    return this.#with(to => to.seek(bytes))
  }

  uint16(name: string): this {
    return this.#with(to => to.uint16(name))
  }

  uint32(name: string): this {
    return this.#with(to => to.uint32(name))
  }

  #with(field: (to: Untyped) => void): this {
    this.#fields.push(field)
    return this
  }

  parse(bytes: Uint8Array): unknown {
    this.#made ??= this.#make()
    return this.#made.parse(bytes)
  }

  #make(): Untyped {
    if (!mayGenerateCode())
      throw new SourceError(
        'captures are read by binary-parser, which generates code, and this Node may not ' +
          '(--disallow-code-generation-from-strings): give hex, or run without that option',
      )
    const { Parser } = requireHere()('binary-parser') as { Parser: new () => Untyped }
    const made = new Parser()
    made.endianness(this.#order)
    made.create(Result)
    for (const field of this.#fields) field(made)
    return made
  }
}

function mayGenerateCode(): boolean {
  try {
    new Function('')
    return true
  } catch {
    return false
  }
}
