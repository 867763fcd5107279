// binary-parser with types: its declarations do not reach ES modules, and what we use of it is small.
// @ts-expect-error binary-parser 2.3 states no types for its ES module; the interface below states the part that we use
import { Parser as Untyped } from 'binary-parser'

/** Reads fields one after the other; each adds its name to the result's type. */
export interface Parser<T> {
  endianness(order: 'big' | 'little'): Parser<T>
  seek(bytes: number): Parser<T>
  uint16<K extends string>(name: K): Parser<T & { readonly [P in K]: number }>
  uint32<K extends string>(name: K): Parser<T & { readonly [P in K]: number }>
  /** Throws where the bytes end too early. */
  parse(bytes: Uint8Array): T
}

/** A parser without fields, in this byte order. */
export const parser = (order: 'big' | 'little'): Parser<object> => new Untyped().endianness(order)
