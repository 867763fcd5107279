// A generated function while it is written: its source, and the constants that it refers to by name.
import type { Codec, Generator } from './codec.ts'

/** Collects constants, and makes a function of a source that uses them. */
export class Program implements Generator {
  private readonly constants: unknown[]
  /** Constructors of plain objects. */
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

  /** Adds a constructor of plain objects, by its source under the name that is given; answers the name. */
  define(source: (name: string) => string): string {
    const name = `Plain${this.definitions.length}`
    this.definitions.push(`${source(name)};${name}.prototype=${this.constant(Object.prototype)};`)
    return name
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

/** The expression that reads a payload of `n` bytes at `p`. */
export const source = (codec: Codec<any, any>, program: Program): string =>
  codec.source?.(program) ?? `${program.constant(codec)}.read(v,b,p,n,h,o)`
